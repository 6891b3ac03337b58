"""Bringing a whole plan into the database: fresh ids, codes that nobody has, and what it replaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pm.errors import InputError
from pm.model import ENTITIES, Plan, Table, fields_of
from pm.store.batch import Batch, TableBatch
from pm.store.connection import Connection

_CODE_LENGTH = 12


def allocate(connection: Connection, name: str, count: int) -> int:
    """Take `count` ids of table `name` for good and return the first."""
    if not connection.run("UPDATE id_sequences SET next_id = next_id + ? WHERE name = ?", (count, name)):
        connection.run("INSERT INTO id_sequences (name, next_id) VALUES (?, ?)", (name, count + 1))
    last: int = connection.rows("SELECT next_id FROM id_sequences WHERE name = ?", (name,))[0][0]
    return last - count


def give_ids(connection: Connection, batch: Batch, keep: Mapping[str, Mapping[int, int]] | None = None) -> bool:
    """Give the inserted rows of `batch` ids of the database's own; return whether any id changed.

    Args:
        connection: A transaction that writes.
        batch: Changed in place.
        keep: Rows that are not inserted but stand for rows that are there already: old to new id by table.
    """
    ids: dict[str, dict[int, int]] = {name: dict(known) for name, known in (keep or {}).items()}
    for name, table in batch.tables.items():
        if count := len(table.inserts["id"]):
            first = allocate(connection, name, count)
            ids.setdefault(name, {}).update(zip(table.inserts["id"], range(first, first + count), strict=True))
    batch.renumber(ids)
    return any(old != new for known in ids.values() for old, new in known.items())


def settle_codes(batch: Batch, taken: Mapping[str, int], replace: bool) -> tuple[list[str], list[int]]:
    """Give every inserted project a code that nobody has.

    Returns:
        The codes, and the ids of the projects that go because the new ones take their codes.

    Raises:
        InputError: `import.code_exists`, a code is taken and `replace` is not set, or the plan uses it twice.
    """
    projects = batch.tables.get("projects", TableBatch()).inserts
    count = len(projects["id"])
    names = projects.get("name", [""] * count)
    known = {code.casefold(): project_id for code, project_id in taken.items()}
    used: set[str] = set()
    codes: list[str] = []
    replaced: list[int] = []
    for code, name in zip(projects.get("code", [""] * count), names, strict=True):
        final = code or free_code(name, known.keys() | used)
        key = final.casefold()
        if key in used or (key in known and not replace):
            raise InputError(
                f"a project is called {final!r} already",
                code="import.code_exists",
                hint="give it another code, or replace the one that is there",
                subject=name,
            )
        if key in known:
            replaced.append(known[key])
        used.add(key)
        codes.append(final)
    if count:
        projects["code"] = codes
    return codes, replaced


def free_code(name: str, used: Iterable[str]) -> str:
    """Make up a short code for a project called `name` that is none of `used` (folded)."""
    words = re.sub(r"[^A-Z0-9]+", "-", name.upper()).strip("-")[:_CODE_LENGTH].strip("-") or "PROJECT"
    taken = set(used)
    code, number = words, 1
    while code.casefold() in taken:
        number += 1
        code = f"{words}-{number}"
    return code


def rows_of_projects(connection: Connection, project_ids: Sequence[int]) -> Batch:
    """Return the batch that deletes projects with all their rows, and the links of others to their tasks."""
    listed = ", ".join(str(int(i)) for i in project_ids)
    batch = Batch()
    for name in ENTITIES:
        conditions = _conditions(name, listed)
        if not conditions:
            continue
        columns = connection.read(name, " OR ".join(conditions))
        if name == "projects":
            columns.pop("revision", None)
        if columns["id"]:
            batch.tables[name] = TableBatch(deletes=dict(columns))
    return batch


def _conditions(name: str, listed: str) -> list[str]:
    """Return which rows of table `name` go with the projects `listed`."""
    if name == "projects":
        return [f'"id" IN ({listed})']
    fields = fields_of(ENTITIES[name])
    if "project_id" in fields:
        own = [f'"project_id" IN ({listed})']
        if name == "links":
            tasks = f"SELECT id FROM tasks WHERE project_id IN ({listed})"
            own += [f'"predecessor_id" IN ({tasks})', f'"successor_id" IN ({tasks})']
        return own
    owner = next((f for f in fields.values() if f.ref is not None and not f.optional), None)
    if owner is None or owner.ref is None:
        return []
    above = _conditions(owner.ref, listed)
    return [f'"{owner.name}" IN (SELECT id FROM {owner.ref} WHERE {" OR ".join(above)})']


def shared_rows(there: Plan, plan: Plan) -> dict[str, dict[int, int]]:
    """Return the rows of the shared pool in `plan` that the database has already, as old to new id by table.

    A calendar or resource of the pool is the same where everything it says is: its own fields and the rows that hang on it.
    """
    same: dict[str, dict[int, int]] = {"portfolios": {}, "calendars": {}, "resources": {}}
    for name, known in same.items():
        # A calendar may stand on a base, a resource on a calendar, a portfolio in another: whatever it refers to comes first.
        while True:
            candidates = {fingerprint: i for i, fingerprint in _pool(there, name, None)}
            found = {
                i: candidates[fingerprint]
                for i, fingerprint in _pool(plan, name, same)
                if fingerprint in candidates and i not in known
            }
            if not found:
                break
            known.update(found)
    return same


_HANGING = {
    "calendars": ("calendar_exceptions", "work_weeks"),
    "resources": ("availabilities", "resource_rates", "resource_baselines"),
    "portfolios": (),
}


def _pool(plan: Plan, name: str, same: Mapping[str, Mapping[int, int]] | None) -> Iterable[tuple[int, str]]:
    table = plan.tables[name]
    owners: Sequence[Any] = [None] * len(table) if name == "portfolios" else table.column("project_id")
    hanging = {child: _by_owner(plan.tables[child], _owner(child)) for child in _HANGING[name]}
    for position, row_id in enumerate(table.ids):
        if owners[position] is None:
            parts = [_content(plan, name, row_id, same)]
            for child, grouped in hanging.items():
                parts += sorted(_content(plan, child, i, same, without=_owner(child)) for i in grouped.get(row_id, ()))
            yield row_id, "\n".join(parts)


def _owner(name: str) -> str:
    return next(f.name for f in fields_of(ENTITIES[name]).values() if f.ref is not None)


def _by_owner(table: Table[Any], owner: str) -> dict[int, list[int]]:
    return {key: [table.ids[p] for p in positions] for key, positions in table.groups(owner).items()}


def _content(plan: Plan, name: str, row_id: int, same: Mapping[str, Mapping[int, int]] | None, without: str = "") -> str:
    fields = fields_of(ENTITIES[name])
    row = {n: v for n, v in plan.tables[name].row(row_id).items() if n not in ("id", without)}
    for key, value in row.items():
        ref = fields[key].ref
        if ref is not None and same is not None:
            # What is not in the database yet can be no part of a row that is.
            row[key] = same.get(ref, {}).get(value, f"new {value}")
    return repr(sorted((k, _settled(v)) for k, v in row.items()))


def _settled(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_settled(v) for v in value]
    if isinstance(value, dict):
        return sorted((str(k), _settled(v)) for k, v in value.items())
    return str(value) if isinstance(value, str) else value
