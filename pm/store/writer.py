"""Writing a batch inside a transaction: compare with what stands there, change, and look whether the whole still holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pm.errors import ConflictError
from pm.model import ENTITIES, Kind, Plan, Project, Table, fields_of, iso
from pm.model.project import COUNTED
from pm.store.batch import Batch, TableBatch
from pm.store.connection import Connection, in_chunks
from pm.store.stamps import CheckLogic, Written
from pm.store.uids import gone_in_batch, raised

_SHOWN = 20
"""Conflicts told one by one; more are counted."""


def write_batch(
    connection: Connection,
    batch: Batch,
    *,
    base: Mapping[int, int],
    check_logic: CheckLogic,
    fresh: bool = False,
) -> Written:
    """Write `batch` in the transaction of `connection`.

    Args:
        connection: A transaction that nobody else writes beside.
        batch: What to write.
        base: The revision of every project that the batch was made from and checked on; empty to check anyway.
        check_logic: Called with the tasks and links that will stand in the database.
        fresh: The inserted rows are new to the database, and refer to each other only where that has been checked.

    Raises:
        ConflictError: rows are not as they were, or refer to rows that are gone; nothing may be committed.
        CycleError, PlanError: the logic would be broken.
    """
    owners = _Owners(connection)
    before = {name: _compare(connection, name, table) for name, table in batch.tables.items()}
    generation = connection.rows("SELECT generation FROM store_state WHERE id = 1")[0][0] + 1
    stale = batch.touches_logic and (not base or moved_on(connection, base) or _tied_to_others(connection, base))
    for name, table in batch.tables.items():
        inserts: Mapping[str, Sequence[Any]] = table.inserts
        if name == "projects" and inserts["id"]:
            # A project that comes back must not take up a revision that somebody remembers it by.
            inserts = {**inserts, "revision": [1 if fresh else generation] * len(inserts["id"])}
        connection.insert(name, inserts)
    for name, table in batch.tables.items():
        owners.of_columns(name, table.inserts)
        owners.of_columns(name, before[name])
        for _, _, after in table.updates:
            owners.of_values(name, after)
    for name, table in batch.tables.items():
        _update(connection, name, table)
        _delete(connection, name, table)
    _check_references(connection, batch, fresh)
    written = _count(connection, owners, batch, generation)
    _keep_numbers(connection, batch, written)
    if stale:
        check_logic(logic_of(connection))
    return written


def logic_of(connection: Connection) -> Plan:
    """Return what the order of tasks depends on, of every project: links may join any two."""
    wanted = {
        "projects": ("position", "code", "name"),
        "tasks": (
            *("project_id", "parent_id", "position", "uid", "name", "active", "blank", "manual", "external"),
            *("constraint_type", "deadline"),
        ),
        "links": ("project_id", "predecessor_id", "successor_id", "type", "lag", "lag_kind"),
    }
    return Plan({name: Table(ENTITIES[name], connection.read(name, only=only)) for name, only in wanted.items()})


def conflict(conflicts: Iterable[str]) -> ConflictError:
    """Return the error that names `conflicts`."""
    listed = list(conflicts)
    shown = tuple(listed[:_SHOWN]) + ((f"and {len(listed) - _SHOWN} more",) if len(listed) > _SHOWN else ())
    return ConflictError(
        "somebody else changed the same thing meanwhile", conflicts=shown, hint="look again, then repeat", subject=listed[0]
    )


def describe(table: str, row_id: int, name: object = "") -> str:
    """Return how a message calls a row."""
    kind = ENTITIES[table].__name__
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in kind).strip()
    return f"{words} {name!r}" if name else f"{words} {row_id}"


def shown(table: str, name: str, value: Any) -> str:
    """Return a field's value as a message shows it."""
    kind = fields_of(ENTITIES[table])[name].kind
    if value is None or value == "":
        return "empty"
    if kind is Kind.INSTANT:
        return iso(value)
    if kind is Kind.WORKTIME:
        return f"{value / 3600:g} h"
    if kind is Kind.PERCENT:
        return f"{value / 100:g} %"
    if kind is Kind.FLAG:
        return "yes" if value else "no"
    return repr(value) if isinstance(value, str) else str(value)


def _compare(connection: Connection, name: str, table: TableBatch) -> dict[str, list[Any]]:
    """Return the rows that will change as they stand (key columns of them), or raise `ConflictError`."""
    keys = _key_columns(name)
    expected = {row_id: before for row_id, before, _ in table.updates}
    conflicts: list[str] = []
    updated = read_by_ids(connection, name, expected, {n for before in expected.values() for n in before} | keys)
    at = {row_id: i for i, row_id in enumerate(updated["id"])}
    for row_id, before in expected.items():
        if row_id not in at:
            conflicts.append(f"{describe(name, row_id)} is gone")
            continue
        for field_name, value in before.items():
            found = updated[field_name][at[row_id]]
            if found != value:
                title = updated["name"][at[row_id]] if "name" in updated else ""
                conflicts.append(_differs(name, row_id, title, field_name, value, found))
    deleted = read_by_ids(connection, name, table.deletes["id"], fields_of(ENTITIES[name]).keys())
    conflicts += _compare_whole(name, table.deletes, deleted)
    if conflicts:
        raise conflict(conflicts)
    return {key: updated[key] + deleted[key] for key in keys | {"id"}}


def _compare_whole(name: str, expected: Mapping[str, Sequence[Any]], found: Mapping[str, list[Any]]) -> list[str]:
    conflicts: list[str] = []
    at = {row_id: i for i, row_id in enumerate(found["id"])}
    order = [at.get(row_id) for row_id in expected["id"]]
    if None in order:
        conflicts += [f"{describe(name, i)} is gone" for i, p in zip(expected["id"], order, strict=True) if p is None]
    for info in fields_of(ENTITIES[name]).values():
        if name == "projects" and info.name in COUNTED:
            continue
        there = found[info.name]
        wanted = expected.get(info.name)
        if wanted is None:
            wanted = [info.default] * len(order)
        for row_id, position, value in zip(expected["id"], order, wanted, strict=True):
            if position is not None and there[position] != value:
                title = found["name"][position] if "name" in found else ""
                conflicts.append(_differs(name, row_id, title, info.name, value, there[position]))
    return conflicts


def _differs(table: str, row_id: int, title: object, name: str, expected: Any, found: Any) -> str:
    field_name = name.removesuffix("_id").replace("_", " ")
    return (
        f"{describe(table, row_id, title)}: {field_name} was {shown(table, name, expected)}"
        f" and is {shown(table, name, found)} now"
    )


def read_by_ids(connection: Connection, name: str, ids: Iterable[int], columns: Iterable[str]) -> dict[str, list[Any]]:
    """Return `columns` of the rows with `ids`; rows that are not there are missing."""
    only = sorted({"id", *columns})
    result: dict[str, list[Any]] = {column: [] for column in only}
    for chunk in in_chunks(ids):
        marks = ", ".join("?" * len(chunk))
        for column, values in connection.read(name, f'"id" IN ({marks})', chunk, only).items():
            result[column] += values
    return result


def _key_columns(name: str) -> set[str]:
    fields = fields_of(ENTITIES[name])
    owner = _Owners.field(name)
    return {n for n in (owner, "name") if n in fields}


def moved_on(connection: Connection, base: Mapping[int, int]) -> bool:
    """Whether the projects of `base` have another revision by now."""
    there = dict(connection.rows("SELECT id, revision FROM projects"))
    return any(there.get(project) != revision for project, revision in base.items())


def _tied_to_others(connection: Connection, base: Mapping[int, int]) -> bool:
    """Whether links join the projects of `base` to others, whose order nobody has looked at yet."""
    if not connection.rows("SELECT count(*) FROM projects")[0][0] > len(base):
        return False
    inside = f"IN ({', '.join(str(int(i)) for i in base)})"
    return bool(
        connection.rows(
            "SELECT 1 FROM links JOIN tasks AS a ON a.id = predecessor_id JOIN tasks AS b ON b.id = successor_id"
            f" WHERE (a.project_id {inside}) <> (b.project_id {inside}) LIMIT 1"
        )
    )


def _update(connection: Connection, name: str, table: TableBatch) -> None:
    groups: dict[tuple[str, ...], list[tuple[int, Mapping[str, Any]]]] = {}
    for row_id, _, after in table.updates:
        groups.setdefault(tuple(sorted(after)), []).append((row_id, after))
    for fields, rows in groups.items():
        if fields:
            columns = [connection.stored_values(ENTITIES[name], n, [after[n] for _, after in rows]) for n in fields]
            sets = ", ".join(f'"{n}" = ?' for n in fields)
            parameters = zip(*columns, (row_id for row_id, _ in rows), strict=True)
            connection.many(f'UPDATE "{name}" SET {sets} WHERE "id" = ?', parameters)


def _delete(connection: Connection, name: str, table: TableBatch) -> None:
    for chunk in in_chunks(table.deletes["id"]):
        connection.run(f'DELETE FROM "{name}" WHERE "id" IN ({", ".join("?" * len(chunk))})', chunk)


def _check_references(connection: Connection, batch: Batch, fresh: bool) -> None:
    conflicts: list[str] = []
    for name, model in ENTITIES.items():
        for info in fields_of(model).values():
            if info.ref is None:
                continue
            if (gone := batch.tables.get(info.ref)) is not None and gone.deletes["id"]:
                conflicts += _left_behind(connection, name, info.name, info.ref, gone.deletes["id"])
            if not fresh and (table := batch.tables.get(name)) is not None:
                wanted = {v for v in table.inserts.get(info.name, ()) if v is not None}
                wanted |= {after[info.name] for _, _, after in table.updates if after.get(info.name) is not None}
                there = read_by_ids(connection, info.ref, wanted, ())["id"]
                conflicts += [
                    f"{describe(info.ref, lost)}, which a {describe(name, 0).removesuffix(' 0')} refers to, is gone"
                    for lost in sorted(wanted.difference(there))
                ]
    if conflicts:
        raise conflict(conflicts)


def _left_behind(connection: Connection, name: str, column: str, ref: str, gone: Sequence[int]) -> Iterable[str]:
    title = '"name"' if "name" in fields_of(ENTITIES[name]) else "''"
    for chunk in in_chunks(gone):
        marks = ", ".join("?" * len(chunk))
        for row_id, named, target in connection.rows(
            f'SELECT "id", {title}, "{column}" FROM "{name}" WHERE "{column}" IN ({marks}) LIMIT {_SHOWN}', chunk
        ):
            yield f"{describe(name, row_id, named)} refers to {describe(ref, target)}, which would be deleted"


def _count(connection: Connection, owners: _Owners, batch: Batch, generation: int) -> Written:
    deleted = set(batch.tables["projects"].deletes["id"]) if "projects" in batch.tables else set()
    inserted = set(batch.tables["projects"].inserts["id"]) if "projects" in batch.tables else set()
    written = Written(generation, touched=set(owners.projects), pool=owners.pool)
    for chunk in in_chunks(sorted(owners.projects - inserted - deleted)):
        marks = ", ".join("?" * len(chunk))
        connection.run(f"UPDATE projects SET revision = revision + 1 WHERE id IN ({marks})", chunk)
    for chunk in in_chunks(sorted(owners.projects - deleted)):
        marks = ", ".join("?" * len(chunk))
        written.projects.update(connection.rows(f"SELECT id, revision FROM projects WHERE id IN ({marks})", chunk))
    pool = " + 1" if owners.pool else ""
    connection.run(f"UPDATE store_state SET generation = ?, pool_revision = pool_revision{pool} WHERE id = 1", (generation,))
    return written


def _keep_numbers(connection: Connection, batch: Batch, written: Written) -> None:
    """Note with the projects that stay which numbers are gone with the rows deleted."""
    gone = {project: marks for project, marks in gone_in_batch(batch).items() if project in written.projects}
    known = read_by_ids(connection, "projects", gone, ["last_uids"])
    for project, last_uids in zip(known["id"], known["last_uids"], strict=True):
        marks = raised(last_uids, gone[project])
        if marks is not None:
            (stored,) = connection.stored_values(Project, "last_uids", [marks])
            connection.run("UPDATE projects SET last_uids = ? WHERE id = ?", (stored, project))
            written.last_uids[project] = marks


class _Owners:
    """Collects the projects that rows belong to: by their own project, or by that of the row they hang on."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.projects: set[int] = set()
        self.pool = False

    @staticmethod
    def field(name: str) -> str:
        """Return the field that says what a row of table `name` belongs to."""
        if name == "projects":
            return "id"
        fields = fields_of(ENTITIES[name])
        if "project_id" in fields:
            return "project_id"
        return next((f.name for f in fields.values() if f.ref is not None and not f.optional), "")

    def of_columns(self, name: str, columns: Mapping[str, Sequence[Any]]) -> None:
        """Note the owners of rows given as columns."""
        if not columns["id"]:
            return
        owner = self.field(name)
        if not owner:
            self.pool = True
        else:
            self._note(name, owner, set(columns.get(owner, (None,))))

    def of_values(self, name: str, values: Mapping[str, Any]) -> None:
        """Note the owner that a row moves to."""
        owner = self.field(name)
        if owner in values:
            self._note(name, owner, {values[owner]})

    def _note(self, name: str, owner: str, keys: set[int | None]) -> None:
        if owner in ("id", "project_id"):
            self.projects |= {key for key in keys if key is not None}
            self.pool = self.pool or None in keys
            return
        above = fields_of(ENTITIES[name])[owner].ref or ""
        next_owner = self.field(above)
        found = read_by_ids(self._connection, above, [k for k in keys if k is not None], [next_owner])
        if found["id"]:
            self._note(above, next_owner, set(found[next_owner]))
