"""Which row of one plan is which row of another: ids are comparable only within one database.

Rows that stand for the same thing are found by what people know them by. A task is known by its uid within its project where
the name fits too, else by WBS code, name and the names of the summaries above it, else by the uid alone (it was renamed).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pm.model import ENTITIES, Plan, Table, fields_of

Key = Callable[[int], Any]
"""What a row, by its position, is known by; None where it cannot be known that way."""


@dataclass(frozen=True)
class Aligned:
    """A plan whose rows bear the ids of the same rows of another plan.

    Attributes:
        plan: The plan; rows that the other plan lacks have ids that it does not use.
        by_name: Ids of the tasks that were recognised by name, not by uid, though both have one.
    """

    plan: Plan
    by_name: tuple[int, ...]


def align(before: Plan, after: Plan, *, same_ids: bool) -> Aligned:
    """Return `after` with the ids of `before`.

    Args:
        before, after: The plans.
        same_ids: Rows with the same id are the same row: both plans come from one database, or one was made from the other.
    """
    matcher = _Matcher(before, after, same_ids)
    for name in ENTITIES:
        matcher.match(name)
    return Aligned(matcher.renumbered(), tuple(matcher.by_name))


class _Matcher:
    def __init__(self, before: Plan, after: Plan, same_ids: bool) -> None:
        self._before, self._after, self._same_ids = before, after, same_ids
        self._ids: dict[str, dict[int, int]] = {}
        self._known_paths: dict[tuple[int, str], int] = {}
        self.by_name: list[int] = []

    def match(self, name: str) -> None:
        """Find the rows of a table that both plans have, and give new ids to the others."""
        old, new = self._before.tables[name], self._after.tables[name]
        pairs: dict[int, int] = {}
        if self._same_ids:
            pairs = {i: i for i in new.ids if i in old.index}
        loose_old = [p for p, i in enumerate(old.ids) if i not in pairs]
        loose_new = [p for p, i in enumerate(new.ids) if i not in pairs]
        if loose_old and loose_new:
            for number, (old_key, new_key) in enumerate(self._keys(name)):
                found = _paired(loose_old, loose_new, old_key, new_key)
                pairs.update({new.ids[b]: old.ids[a] for b, a in found.items()})
                if name == "tasks" and number == _BY_NAME:
                    self._note_names(found)
                taken = set(found.values())
                loose_old = [p for p in loose_old if p not in taken]
                loose_new = [p for p in loose_new if p not in found]
        following = max([*old.ids, *new.ids], default=0)
        for position in loose_new:
            following += 1
            pairs[new.ids[position]] = following
        self._ids[name] = pairs

    def _note_names(self, found: Mapping[int, int]) -> None:
        old, new = self._before.tasks, self._after.tasks
        uids = (old.column("uid"), new.column("uid"))
        self.by_name += [old.ids[a] for b, a in found.items() if uids[0][a] and uids[1][b] and uids[0][a] != uids[1][b]]

    def _keys(self, name: str) -> Iterable[tuple[Key, Key]]:
        """Return what rows of a table are known by, best first: of the plan before, and of the plan after."""
        if name == "tasks":
            return zip(self._task_keys(self._before, {}), self._task_keys(self._after, self._ids), strict=True)
        return [(_key(name, self._before, fields, {}), _key(name, self._after, fields, self._ids)) for fields in _KEYS[name]]

    def _task_keys(self, plan: Plan, ids: Mapping[str, Mapping[int, int]]) -> list[Key]:
        paths = _paths(plan, self._known_paths)
        names, uids, codes = (plan.tasks.column(n) for n in ("name", "uid", "wbs"))
        known = ids.get("projects")
        owners = plan.tasks.column("project_id") if known is None else [known[i] for i in plan.tasks.column("project_id")]
        return [
            lambda p: (owners[p], uids[p], names[p]) if uids[p] else None,
            lambda p: (owners[p], codes[p], paths[p], names[p]),
            lambda p: (owners[p], uids[p]) if uids[p] else None,
            lambda p: (owners[p], paths[p], names[p]) if names[p] else None,
        ]

    def renumbered(self) -> Plan:
        """Return the plan after with the ids that were found."""
        if all(old == new for pairs in self._ids.values() for new, old in pairs.items()):
            return self._after
        tables: dict[str, Table[Any]] = {}
        for name, model in ENTITIES.items():
            table = self._after.tables[name]
            columns: dict[str, Sequence[Any]] = {n: table.column(n) for n in {"id", *table.stored}}
            for info in fields_of(model).values():
                pairs = self._ids.get(name if info.name == "id" else info.ref or "")
                if pairs is not None and info.name in columns:
                    columns[info.name] = [pairs.get(v, v) for v in columns[info.name]]
            tables[name] = Table(model, columns)
        return Plan(tables)


_BY_NAME = 1
"""Where the key by WBS code, name and path stands among a task's keys."""

_KEYS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "portfolios": (("name",),),
    "projects": (("code",), ("name",), ()),
    "calendars": (("project_id", "uid", "name"), ("project_id", "name"), ("project_id", "uid"), ("name",)),
    "calendar_exceptions": (("calendar_id", "name", "start", "finish"), ("calendar_id", "start"), ("calendar_id", "name")),
    "work_weeks": (("calendar_id", "name", "start", "finish"), ("calendar_id", "start"), ("calendar_id", "name")),
    "resources": (("project_id", "uid", "name"), ("project_id", "name"), ("project_id", "uid"), ("name",)),
    "availabilities": (("resource_id", "start"), ("resource_id", "finish")),
    "resource_rates": (("resource_id", "table", "start"),),
    "links": (("predecessor_id", "successor_id", "type", "lag"), ("predecessor_id", "successor_id", "type"),
              ("predecessor_id", "successor_id")),
    "assignments": (("task_id", "resource_id"),),
    "baselines": (("project_id", "number"),),
    "task_baselines": (("task_id", "number"),),
    "assignment_baselines": (("assignment_id", "number"),),
    "resource_baselines": (("resource_id", "number"),),
    "custom_fields": (("project_id", "entity", "key"),),
    "budget_lines": (("project_id", "task_id", "account", "kind", "period_start"),),
    "cost_entries": (("project_id", "task_id", "kind", "reference", "date", "account"),
                     ("project_id", "task_id", "kind", "date")),
    "earned_value_rules": (("task_id",),),
    "estimates": (("task_id",),),
    "correlation_groups": (("project_id", "name"),),
    "branch_options": (("project_id", "branch", "name"),),
    "risks": (("project_id", "uid"), ("project_id", "name")),
    "risk_impacts": (("risk_id", "task_id"),),
    "check_rules": (("project_id", "code"),),
}  # fmt: skip
"""Fields that rows of a table are known by, best first. One project on each side is the same one, whatever it is called."""


def _key(name: str, plan: Plan, fields: Sequence[str], ids: Mapping[str, Mapping[int, int]]) -> Key:
    if not fields:
        alone = len(plan.tables[name]) == 1
        return lambda _: () if alone else None
    columns = []
    for field in fields:
        known = ids.get(fields_of(ENTITIES[name])[field].ref or "")
        values = plan.tables[name].column(field)
        columns.append([known.get(v, v) for v in values] if known is not None else values)
    telling = columns[fields.index("uid")] if "uid" in fields else columns[0] if len(fields) == 1 else None

    def key(position: int) -> Any:
        if telling is not None and not telling[position]:
            return None
        return tuple(v.casefold() if isinstance(v, str) else v for v in (values[position] for values in columns))

    return key


def _paired(old: Sequence[int], new: Sequence[int], old_key: Key, new_key: Key) -> dict[int, int]:
    """Return positions (new to old) of rows with equal keys; several with the same key are paired in their order."""
    waiting: dict[Any, list[int]] = {}
    for p in reversed(old):
        if (known_by := old_key(p)) is not None:
            waiting.setdefault(known_by, []).append(p)
    found: dict[int, int] = {}
    for p in new:
        known_by = new_key(p)
        if known_by is not None and (listed := waiting.get(known_by)):
            found[p] = listed.pop()
    return found


def _paths(plan: Plan, known: dict[tuple[int, str], int]) -> list[int]:
    """Return a number for the names of the summaries above each task; plans that share `known` have the same for the same."""
    names = plan.tasks.column("name")
    found: list[int] = []
    for parent in plan.outline.parent:
        found.append(-1 if parent < 0 else known.setdefault((found[parent], names[parent]), len(known)))
    return found


__all__ = ["Aligned", "align"]
