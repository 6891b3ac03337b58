"""What lies between two revisions of a plan, as the engine sees it: which tasks and links have to be looked at again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pm.model import Change, Plan, Table

CALENDAR_TABLES = ("calendars", "calendar_exceptions", "work_weeks")
SHAPE = {
    "tasks": ("parent_id", "project_id", "active", "blank", "activity_type"),
    "links": ("predecessor_id", "successor_id", "type"),
}
"""Fields that decide what the graph looks like."""
SUMMARY_SHAPE = ("constraint_type", "deadline", "manual", "manual_start", "manual_finish", "external")
"""Fields that do so on a summary, or that reach its whole branch."""
MOST_COLUMNS = 6
"""Columns that are compared entry by entry; when more are others the plan was read anew."""


@dataclass
class Touched:
    """Positions of what is not as it was before.

    Attributes:
        tasks: Tasks with other fields or other assignments.
        links: Links with other fields, and those that came.
        gone, come: Links that went (as the plan before has them) and that came; one that joins otherwise does both.
        assignments: Changed assignments by the position of their task.
    """

    tasks: set[int] = field(default_factory=set)
    links: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    come: set[int] = field(default_factory=set)
    assignments: dict[int, set[int]] = field(default_factory=dict)


def same_logic(plan: Plan, before: Plan) -> bool:
    """Whether the graph of `before` is the graph of `plan`."""
    tasks, links = (plan.tasks, before.tasks), (plan.links, before.links)
    if any(list(new.ids) != list(old.ids) for new, old in (tasks, links) if new.ids is not old.ids):
        return False
    shapes = ((tasks, SHAPE["tasks"]), (links, SHAPE["links"]))
    if any(_differ(old, new, names, range(len(new))) for (new, old), names in shapes):
        return False
    return not _differ(before.tasks, plan.tasks, SUMMARY_SHAPE, plan.outline.summaries)


def touched(before: Plan, plan: Plan, changes: Iterable[Change] | None) -> Touched | None:
    """Return what is touched between two revisions; None where the graph, a calendar, a project or a resource is.

    `changes`, if given, lead from `before` to `plan`; else the two are compared.
    """
    if any(plan.tables[name] is not before.tables[name] for name in CALENDAR_TABLES):
        return None
    if not _same(plan.projects, before.projects, ("revision",)) or not _same(plan.resources, before.resources):
        return None
    listed = None if changes is None else list(changes)
    rows = {name: _rows(before.tables[name], plan.tables[name], name, listed) for name in ("tasks", "assignments")}
    if rows["tasks"] is None or _differ(before.tasks, plan.tasks, SHAPE["tasks"], rows["tasks"]):
        return None
    found = Touched(tasks=set(rows["tasks"]))
    if not _links(before.links, plan.links, listed, found):
        return None
    summaries = [i for i in found.tasks if plan.outline.is_summary(i)]
    if _differ(before.tasks, plan.tasks, SUMMARY_SHAPE, summaries) or rows["assignments"] is None:
        return None
    for table in (before.assignments, plan.assignments):
        for a in rows["assignments"]:
            task = plan.tasks.position(table.column("task_id")[a])
            found.assignments.setdefault(task, set()).add(a)
    found.tasks.update(found.assignments)
    return found


def _same(new: Table[Any], old: Table[Any], aside: Sequence[str] = ()) -> bool:
    """Whether two tables have the same rows, columns named in `aside` left out."""
    if new is old:
        return True
    names = {*new.stored, *old.stored}.difference(aside)
    return all(new.column(n) is old.column(n) or list(new.column(n)) == list(old.column(n)) for n in names)


def _rows(old: Table[Any], new: Table[Any], name: str, changes: Sequence[Change] | None) -> Sequence[int] | None:
    """Return the positions of the rows that changed; None where rows came or went, or very much changed."""
    if new is old:
        return ()
    if new.ids is not old.ids and list(new.ids) != list(old.ids):
        return None
    if changes is not None:  # a row that is in neither table came and went again
        return sorted({old.index[c.id] for c in changes if c.table == name and c.id in old.index})
    others = [n for n in {*new.stored, *old.stored} if new.column(n) is not old.column(n)]
    if len(others) > MOST_COLUMNS:
        return None
    found: set[int] = set()
    for n in others:
        pairs = zip(new.column(n), old.column(n), strict=True)
        found.update(i for i, (a, b) in enumerate(pairs) if a is not b and a != b)
    return sorted(found)


def _links(old: Table[Any], new: Table[Any], changes: Sequence[Change] | None, found: Touched) -> bool:
    """Write to `found` what is touched of the links; return False where it cannot be told."""
    if new.ids is old.ids or changes is None or list(new.ids) == list(old.ids):
        rows = _rows(old, new, "links", changes)
        if rows is None:
            return False
        pairs = [(k, k) for k in rows]
    else:
        changed = {c.id for c in changes if c.table == "links"}
        found.gone.update(old.index[i] for i in changed if i in old and i not in new)
        found.come.update(new.index[i] for i in changed if i in new and i not in old)
        stayed = ([i for k, i in enumerate(t.ids) if k not in at] for t, at in ((old, found.gone), (new, found.come)))
        if next(stayed) != next(stayed):
            return False
        pairs = [(old.index[i], new.index[i]) for i in changed if i in old and i in new]
    for before, after in pairs:
        if any(old.column(n)[before] != new.column(n)[after] for n in SHAPE["links"]):
            found.gone.add(before)
            found.come.add(after)
    found.links.update(found.come, (after for _, after in pairs))
    return True


def _differ(old: Table[Any], new: Table[Any], names: Sequence[str], at: Sequence[int]) -> bool:
    """Whether one of the fields `names` has another value in one of the rows at `at`."""
    columns = [(old.column(n), new.column(n)) for n in names if new.column(n) is not old.column(n)]
    return any(a[i] != b[i] for a, b in columns for i in at)
