"""The rows that differ between two plans, as changes from one to the other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from pm.model import ENTITIES, Change, Kind, Plan, Table, fields_of
from pm.model.project import COUNTED

UNTOLD = COUNTED | {"id", "uid", "extra"}
"""Fields that say nothing about the plan: numbers that files give, and what a file holds that is not modelled."""


def changes_between(before: Plan, after: Plan) -> tuple[Change, ...]:
    """Return what turns `before` into `after`, table by table: rows added, removed, and updated.

    Rows with the same id are the same row. `UNTOLD` fields do not count, nor the positions of rows that stand in the same order.
    Added and removed rows are whole.
    """
    return tuple(
        change
        for name in ENTITIES
        if before.tables[name] is not after.tables[name]
        for change in _of_table(name, before.tables[name], after.tables[name])
    )


def _of_table(name: str, old: Table[Any], new: Table[Any]) -> Iterator[Change]:
    for row_id in new.ids:
        if row_id not in old.index:
            yield Change(name, row_id, None, {n: v for n, v in new.row(row_id).items() if n != "id"})
    common = [i for i in old.ids if i in new.index]
    was, now = _positions(old, common), _positions(new, common)
    updates: dict[int, tuple[dict[str, Any], dict[str, Any]]] = {}
    for info in fields_of(ENTITIES[name]).values():
        if info.name in UNTOLD or (info.name not in old.stored and info.name not in new.stored):
            continue
        values, others = old.column(info.name), new.column(info.name)
        if values is others and was == now:
            continue
        for row_id, a, b in zip(common, was, now, strict=True):
            before, after = values[a], others[b]
            if before != after and not (info.kind is Kind.DATA and _settled(before) == _settled(after)):
                found = updates.setdefault(row_id, ({}, {}))
                found[0][info.name], found[1][info.name] = before, after
    _drop_idle_positions(name, old, new, common, updates)
    yield from (Change(name, row_id, *values) for row_id, values in updates.items() if values[0])
    for row_id in old.ids:
        if row_id not in new.index:
            yield Change(name, row_id, {n: v for n, v in old.row(row_id).items() if n != "id"}, None)


def _positions(table: Table[Any], ids: Sequence[int]) -> list[int]:
    index = table.index
    return [index[i] for i in ids]


def _settled(value: Any) -> str:
    """Return JSON in one form: an empty object is none, a tuple a list, an enumeration's member as its text."""
    return json.dumps(None if value == {} else value, sort_keys=True, default=list)


def _drop_idle_positions(
    name: str,
    old: Table[Any],
    new: Table[Any],
    common: Sequence[int],
    updates: dict[int, tuple[dict[str, Any], dict[str, Any]]],
) -> None:
    """Leave out new positions of rows that are in the order in which they were; of tasks see `moved_among_siblings`."""
    if "position" not in fields_of(ENTITIES[name]) or name == "tasks":
        return
    order = sorted(common, key=lambda i: (old.value(i, "position"), i))
    if order == sorted(common, key=lambda i: (new.value(i, "position"), i)):
        for before, after in updates.values():
            before.pop("position", None)
            after.pop("position", None)


def moved_among_siblings(before: Plan, after: Plan) -> set[int]:
    """Return the fewest tasks that must have been moved for the siblings of a summary to stand as they now do."""
    moved: set[int] = set()
    rank = {task_id: p for p, task_id in enumerate(before.tasks.ids)}
    parents = dict(zip(before.tasks.ids, before.tasks.column("parent_id"), strict=True))
    siblings: dict[Any, list[int]] = {}
    for task_id, parent in zip(after.tasks.ids, after.tasks.column("parent_id"), strict=True):
        if task_id in rank and parents[task_id] == parent:
            siblings.setdefault(parent, []).append(task_id)
    for listed in siblings.values():
        kept = _longest_rising([rank[i] for i in listed])
        moved.update(i for i in listed if rank[i] not in kept)
    return moved


def _longest_rising(values: Sequence[int]) -> set[int]:
    """Return a longest rising part of distinct `values`."""
    from bisect import bisect_left

    tails: list[int] = []
    before: dict[int, int | None] = {}
    for value in values:
        at = bisect_left(tails, value)
        before[value] = tails[at - 1] if at else None
        tails[at : at + 1] = [value]
    found: set[int] = set()
    last: int | None = tails[-1] if tails else None
    while last is not None:
        found.add(last)
        last = before[last]
    return found


__all__ = ["UNTOLD", "changes_between", "moved_among_siblings"]
