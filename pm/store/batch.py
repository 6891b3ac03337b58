"""The net effect of a changeset, table by table: what the database is told and what the journal keeps.

Inserted and deleted rows are held as columns, so that an import of a hundred thousand rows is a few lists and not as many
objects. The journal's body is this as JSON, compressed where that pays::

    {"tasks": {"insert": {"id": [...], "name": [...]}, "delete": {...}, "update": [[id, {before}, {after}], ...]}}

Columns left out hold defaults. The revision of a project is the store's own business and never part of a batch.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pm.errors import StoreError
from pm.model import ENTITIES, Change, Changeset, Kind, Plan, fields_of
from pm.model.changeset import LOGIC_FIELDS, LOGIC_TABLES
from pm.store.connection import to_json
from pm.store.errors import translate

FORMAT = 1
"""Format of a body; a change of it needs a reader for the older ones."""
COMPRESS_FROM = 2048
BULK = 1 << 20

POOLED = ("portfolios", "calendars", "resources")
"""Tables whose rows several projects may share."""

Values = dict[str, Any]
Update = tuple[int, Values, Values]


@dataclass
class TableBatch:
    """What happens to the rows of one table. `inserts` and `deletes` are whole rows as columns (with ``id``)."""

    inserts: dict[str, Sequence[Any]] = field(default_factory=lambda: {"id": []})
    deletes: dict[str, Sequence[Any]] = field(default_factory=lambda: {"id": []})
    updates: list[Update] = field(default_factory=list)

    def inverse(self) -> TableBatch:
        """Return what takes this back."""
        return TableBatch(self.deletes, self.inserts, [(i, after, before) for i, before, after in self.updates])


@dataclass
class Batch:
    """What happens to a plan, net: every row appears once."""

    tables: dict[str, TableBatch] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many rows change."""
        return sum(len(t.inserts["id"]) + len(t.deletes["id"]) + len(t.updates) for t in self.tables.values())

    @property
    def touches_logic(self) -> bool:
        """Whether it may close a loop or break the tree."""
        for name, table in self.tables.items():
            if name in LOGIC_TABLES and (table.inserts["id"] or table.updates):
                return True
            fields = LOGIC_FIELDS.get(name, frozenset())
            if fields & table.inserts.keys() or any(fields & after.keys() for _, _, after in table.updates):
                return True
        return False

    def inverse(self) -> Batch:
        """Return what takes this back."""
        return Batch({name: table.inverse() for name, table in self.tables.items()})

    def changes(self) -> tuple[Change, ...]:
        """Return the same as changes of rows."""
        listed: list[Change] = []
        for name, table in self.tables.items():
            listed += [Change(name, row.pop("id"), None, row) for row in _rows(name, table.inserts)]
            listed += [Change(name, i, before, after) for i, before, after in table.updates]
            listed += [Change(name, row.pop("id"), row, None) for row in _rows(name, table.deletes)]
        return tuple(listed)

    def renumber(self, ids: Mapping[str, Mapping[int, int]]) -> None:
        """Give inserted rows other ids (old to new by table), and let everything that refers to them follow."""
        for name, table in self.tables.items():
            for info in fields_of(ENTITIES[name]).values():
                new = ids.get(name if info.name == "id" else info.ref or "")
                if not new:
                    continue
                if info.name in table.inserts:
                    table.inserts[info.name] = [new.get(v, v) for v in table.inserts[info.name]]
                if info.name != "id":
                    for _, _, after in table.updates:
                        if info.name in after:
                            after[info.name] = new.get(after[info.name], after[info.name])

    def encode(self) -> bytes:
        """Return the journal's body."""
        content = {
            name: {
                key: value
                for key, value, filled in (
                    ("insert", table.inserts, table.inserts["id"]),
                    ("delete", table.deletes, table.deletes["id"]),
                    ("update", table.updates, table.updates),
                )
                if filled
            }
            for name, table in self.tables.items()
        }
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=list).encode()
        return body if len(body) < COMPRESS_FROM else zlib.compress(body, 1 if len(body) > BULK else 6)

    @classmethod
    def decode(cls, body: bytes, version: int) -> Batch:
        """Return the batch that `body` holds.

        Raises:
            StoreError: `store.journal_format`, it was written in a format that this version does not read;
                `store.damaged`.
        """
        if version != FORMAT:
            raise StoreError(
                f"the journal holds an entry in format {version}", code="store.journal_format", hint="update slackline"
            )
        try:
            content = json.loads(zlib.decompress(body) if body[:1] != b"{" else body)
            tables = {
                name: TableBatch(
                    parts.get("insert", {"id": []}),
                    parts.get("delete", {"id": []}),
                    [(i, before, after) for i, before, after in parts.get("update", ())],
                )
                for name, parts in content.items()
            }
        except (ValueError, zlib.error, KeyError, AttributeError) as error:
            raise StoreError("an entry of the journal is damaged", code="store.damaged", hint="restore a backup") from error
        return cls(tables)


def batch_of(changeset: Changeset, plan: Plan) -> Batch:
    """Return the net effect of `changeset`, which was made from `plan`.

    Deleted rows are completed from the plan: a before-image must hold the whole row to bring it back.
    """
    net: dict[tuple[str, int], tuple[Values | None, Values | None]] = {}
    for change in changeset.changes:
        before = None if change.before is None else _plain(change.table, change.before)
        after = None if change.after is None else _plain(change.table, change.after)
        if before is not None and after is None and change.id in plan.tables[change.table]:
            before = _plain(change.table, {**before, **plan.tables[change.table].row(change.id)})
        key = (change.table, change.id)
        net[key] = (before, after) if key not in net else _then(net[key], before, after)
    batch = Batch()
    inserts: dict[str, list[Values]] = {}
    deletes: dict[str, list[Values]] = {}
    for (name, row_id), (before, after) in net.items():
        if before is None and after is None:
            continue
        table = batch.tables.setdefault(name, TableBatch())
        if before is None:
            inserts.setdefault(name, []).append({**(after or {}), "id": row_id})
        elif after is None:
            deletes.setdefault(name, []).append({**before, "id": row_id})
        else:
            table.updates.append((row_id, before, after))
    for name, rows in inserts.items():
        batch.tables[name].inserts = _columns(name, rows)
    for name, rows in deletes.items():
        batch.tables[name].deletes = _columns(name, rows)
    return batch


def batch_of_plan(plan: Plan, keep: Callable[[str, int], bool] | None = None) -> Batch:
    """Return the batch that inserts the rows of `plan` (of the shared tables those that `keep` wants, by table and position)."""
    batch = Batch()
    for name, table in plan.tables.items():
        if keep is None or name not in POOLED:
            positions: Sequence[int] = range(len(table))
        else:
            positions = [p for p in range(len(table)) if keep(name, p)]
        if not positions:
            continue
        columns: dict[str, Sequence[Any]] = {}
        for info in fields_of(ENTITIES[name]).values():
            if info.name == "revision" and name == "projects":
                continue
            if info.name == "id" or info.name in table.stored:
                column = table.column(info.name)
                values = list(column) if len(positions) == len(table) else [column[p] for p in positions]
                if info.name == "id" or values.count(info.default) != len(values):
                    columns[info.name] = values if info.kind is Kind.DATA else _plain_values(name, info.name, values)
        batch.tables[name] = TableBatch(inserts=columns)
    return batch


def _plain_values(table: str, name: str, values: list[Any]) -> list[Any]:
    kind = fields_of(ENTITIES[table])[name].kind
    try:
        if kind is Kind.DATA:
            return [None if v is None else json.loads(to_json(v)) for v in values]
        if kind is Kind.CHOICE:
            return [str(v) for v in values]
        return list(map(bool, values)) if kind is Kind.FLAG else values
    except (TypeError, ValueError) as error:
        raise translate(error, f"{table}.{name}") from error


def _plain(table: str, values: Mapping[str, Any]) -> Values:
    known = fields_of(ENTITIES[table])
    own = {n: v for n, v in values.items() if n != "id" and not (table == "projects" and n == "revision")}
    if unknown := own.keys() - known.keys():
        raise StoreError(f"{table} has no field {min(unknown)}", code="store.bad_value")
    return {n: _plain_values(table, n, [v])[0] for n, v in own.items()}


def _then(
    first: tuple[Values | None, Values | None], before: Values | None, after: Values | None
) -> tuple[Values | None, Values | None]:
    first_before, first_after = first
    if first_before is None:
        return None, None if after is None else {**(first_after or {}), **after}
    if after is None:
        # Before-images of the changes made on the way belong to no state that anybody has seen.
        return {**(before or {}), **first_before}, None
    return {**(before or {}), **first_before}, {**(first_after or {}), **after}


def _columns(table: str, rows: Iterable[Values]) -> dict[str, Sequence[Any]]:
    listed = list(rows)
    names = {"id"}.union(*listed)
    return {
        info.name: [row.get(info.name, info.default) for row in listed]
        for info in fields_of(ENTITIES[table]).values()
        if info.name in names
    }


def _rows(table: str, columns: Mapping[str, Sequence[Any]]) -> Iterator[Values]:
    fields = fields_of(ENTITIES[table])
    names = list(columns)
    for values in zip(*columns.values(), strict=True):
        yield {n: v for n, v in zip(names, values, strict=True) if n == "id" or v != fields[n].default}
