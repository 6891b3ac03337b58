"""The differences between two plans in people's words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pm.commands.changes import words
from pm.commands.labels import shown
from pm.comparison.causes import Cause, Subject, subject_finder
from pm.comparison.rows import moved_among_siblings
from pm.model import ENTITIES, Change, Kind, Plan, fields_of
from pm.names import WEEKDAYS
from pm.words import Lag, Units, date_text, link_text, percent_text


@dataclass(frozen=True)
class Line:
    """One difference.

    Attributes:
        cause: What it is a change of.
        kind: ``added``, ``removed``, ``renamed``, ``moved`` or ``changed``.
        subject: The row it is told of.
        about: What people call that row.
        text: What is different, to be read after `about`.
        table: The table whose row differs: a link's or an exception's own, say.
        field: The field that differs; empty where the row as a whole does.
        before, after: The field's values as plans hold them; None where the row as a whole differs.
    """

    cause: Cause
    kind: str
    subject: Subject
    about: str
    text: str
    table: str
    field: str = ""
    before: Any = None
    after: Any = None


class Teller:
    """Says what differs between two plans; rows with the same id are the same row.

    Args:
        before, after: The plans.
        style: One of `DATE_FORMATS`.
    """

    def __init__(self, before: Plan, after: Plan, style: str = "iso") -> None:
        self.before, self.after, self._style = before, after, style
        self._subject = subject_finder(before, after)
        self._several = max(len(before.projects), len(after.projects)) > 1
        self._codes = {i: code for plan in (before, after) for i, code in _column(plan, "projects", "code").items()}
        self._sorted_out: set[int] = set()
        self._summaries = _auto_summaries(before) & _auto_summaries(after)
        self._projects = {id(plan): {p.id: p for p in plan.projects} for plan in (before, after)}

    def lines(self, sorted_changes: Mapping[Cause, Iterable[Change]]) -> tuple[Line, ...]:
        """Return the differences by cause, those of tasks in outline order."""
        self._sorted_out = moved_among_siblings(self.before, self.after)
        found = [line for cause, changes in sorted_changes.items() for c in changes for line in self._of(cause, c)]
        found += self._baselines()
        order = list(Cause)
        return tuple(sorted(found, key=lambda line: (order.index(line.cause), *self.place(line.subject))))

    def place(self, subject: Subject) -> tuple[int, int, int]:
        """Return a key that puts what is no task first, tasks in outline order, and tasks that are gone last."""
        table, row_id = subject
        if table != "tasks":
            return 0, list(ENTITIES).index(table), row_id
        if row_id in self.after.tasks.index:
            return 1, self.after.tasks.index[row_id], 0
        return 2, self.before.tasks.index[row_id], 0

    def called(self, subject: Subject) -> str:
        """Return what people call a row: ``3.2 Pour slab``, ``Calendar Standard``."""
        table, row_id = subject
        plan = self._holder(table, row_id)
        at = plan.tables[table].position(row_id)
        if table == "tasks":
            name = f"{plan.outline.numbers[at]} {plan.tasks.column('name')[at]}"
            return f"{self._codes.get(plan.tasks.column('project_id')[at], '')} {name}" if self._several else name
        fields = fields_of(ENTITIES[table])
        names = [plan.tables[table].column(n)[at] for n in ("code", "name", "alias", "account") if n in fields]
        what = words(table.removesuffix("s") if not table.endswith("ies") else "availability").capitalize()
        return f"{what} {next((n for n in names if n), row_id)}"

    def _holder(self, table: str, row_id: int) -> Plan:
        return self.after if row_id in self.after.tables[table].index else self.before

    # one change

    def _of(self, cause: Cause, change: Change) -> Iterator[Line]:
        if change.table in _TOLD_TOGETHER:
            return
        subject = self._subject(change)
        about = self.called(subject)

        def line(kind: str, text: str, **more: Any) -> Line:
            return Line(cause, kind, subject, about, text, change.table, **more)

        special = self._special.get(change.table)
        if change.before is None or change.after is None:
            kind = "added" if change.before is None else "removed"
            plan = self.after if change.before is None else self.before
            what = special(plan, change.id) if special is not None else self._size(plan, change)
            yield line(kind, f"{what} {kind}" if special is not None else f"{kind}{what}")
            return
        for name, value in change.after.items():
            told = self._field(change, name, change.before[name], value)
            if told is not None:
                kind, text = told
                yield line(kind, text, field=name, before=change.before[name], after=value)

    @property
    def _special(self) -> Mapping[str, Callable[[Plan, int], str]]:
        return {"links": self._link, "assignments": self._assignment, "calendar_exceptions": self._days, "work_weeks": self._days}

    def _size(self, plan: Plan, change: Change) -> str:
        if change.table != "tasks" or plan.outline.is_summary(plan.tasks.position(change.id)):
            return ""
        duration = plan.tasks.value(change.id, "duration")
        return f", {self._shown(plan, 'tasks', change.id, 'duration', duration)}" if duration else ", a milestone"

    def _link(self, plan: Plan, link_id: int) -> str:
        successor, predecessor = (plan.links.value(link_id, n) for n in ("successor_id", "predecessor_id"))
        subject = self._subject(Change("links", link_id, None if plan is self.after else {}, {} if plan is self.after else None))
        away, other = ("from", predecessor) if subject[1] == successor else ("to", successor)
        return f"link {away} {self.called(('tasks', other))} {self._type_and_lag(plan, link_id)}"

    def _type_and_lag(self, plan: Plan, link_id: int) -> str:
        kind, *lag, owner = (plan.links.value(link_id, n) for n in ("type", "lag", "lag_kind", "lag_unit", "project_id"))
        return link_text(kind, Lag(*lag), Units.of(self._projects[id(plan)].get(owner)))

    def _shown(self, plan: Plan, table: str, row_id: int, field: str, value: Any) -> str:
        owned = table != "projects" and "project_id" in fields_of(ENTITIES[table])
        owner = plan.tables[table].value(row_id, "project_id") if owned else row_id
        project = self._projects[id(plan)].get(owner) if owned or table == "projects" else None
        return shown(plan, table, row_id, field, value, self._style, project)

    def _assignment(self, plan: Plan, assignment_id: int) -> str:
        units = percent_text(plan.assignments.value(assignment_id, "units"))
        return f"assignment of {self._worker(plan, assignment_id)} at {units}"

    def _worker(self, plan: Plan, assignment_id: int) -> str:
        resource_id = plan.assignments.value(assignment_id, "resource_id")
        return str(plan.resources.value(resource_id, "name")) if resource_id is not None else "nobody"

    def _days(self, plan: Plan, row_id: int) -> str:
        table = "calendar_exceptions" if row_id in plan.calendar_exceptions.index else "work_weeks"
        row = plan.tables[table][row_id]
        first, last = (date_text(t, self._style) for t in (row.start, row.finish))
        span = first if first == last else f"{first} to {last}"
        what = "work week" if table == "work_weeks" else "work on" if row.shifts else "days off" if first != last else "day off"
        return f"{what} {row.name} ({span})" if row.name else f"{what} {span}"

    def _field(self, change: Change, name: str, before: Any, after: Any) -> tuple[str, str] | None:
        """Return kind and text of a changed field; None where another line tells it."""
        table, row_id = change.table, change.id
        info = fields_of(ENTITIES[table])[name]
        prefix = ""
        if table in ("calendar_exceptions", "work_weeks"):
            prefix = f"{self._days(self.after, row_id)}, "
        elif table == "assignments":
            prefix = f"{self._worker(self.after, row_id)}: "
        elif table == "links":
            return self._link_field(row_id, name)
        if name in _ROLLED_UP and table == "tasks" and row_id in self._summaries:
            return None
        if table == "tasks" and name in ("position", "parent_id", "project_id"):
            return self._moved(row_id, name)
        if name in ("name", "code"):
            return "renamed", f"{prefix}was called {before!r}" if name == "name" else f"code {before} → {after}"
        if name == "project_id":
            return None  # of a calendar or resource; formats hold no more than that the project has it
        if name == "active":
            return "changed", "made active" if after else "made inactive"
        if name in ("week", "shifts"):
            return "changed", prefix + (_week_text(before, after) if name == "week" else f"{_shifts(before)} → {_shifts(after)}")
        if name in ("notes", "hyperlink", "custom") or info.kind is Kind.DATA:
            return "changed", f"{prefix}{words(name)} changed"
        values = (self._shown(p, table, row_id, name, v) for p, v in ((self.before, before), (self.after, after)))
        return "changed", f"{prefix}{words(name)} {' → '.join(values)}"

    def _link_field(self, link_id: int, name: str) -> tuple[str, str] | None:
        """Return one text for all that changed on a link, told with the first of its changed fields."""
        fields = ("predecessor_id", "successor_id", "type", "lag", "lag_kind", "lag_unit")
        old, new = ([p.links.value(link_id, n) for n in fields] for p in (self.before, self.after))
        if name != next((n for n, a, b in zip(fields, old, new, strict=True) if a != b), None):
            return None
        texts = [self._type_and_lag(p, link_id) for p in (self.before, self.after)]
        if old[:2] != new[:2]:
            return "changed", f"{self._link(self.before, link_id)} → {self._link(self.after, link_id)}"
        return ("changed", f"{self._link(self.before, link_id)} → {texts[1]}") if texts[0] != texts[1] else None

    def _moved(self, task_id: int, name: str) -> tuple[str, str] | None:
        """Return that a task was moved in the outline; its new position alone says so only where siblings do not explain it."""
        parents = [plan.tasks.value(task_id, "parent_id") for plan in (self.before, self.after)]
        owners = [plan.tasks.value(task_id, "project_id") for plan in (self.before, self.after)]
        if owners[0] != owners[1]:
            text = f"moved from {self.called(('projects', owners[0]))} to {self.called(('projects', owners[1]))}"
            return ("moved", text) if name == "project_id" else None
        if parents[0] != parents[1]:
            ends = ["the top" if p is None else self.called(("tasks", p)) for p in parents]
            return ("moved", f"moved from {ends[0]} to {ends[1]}") if name == "parent_id" else None
        if task_id not in self._sorted_out:
            return None
        return "moved", f"moved from place {_place(self.before, task_id)} to {_place(self.after, task_id)}"

    def _baselines(self) -> Iterator[Line]:
        both = self.before.tasks.index.keys() & self.after.tasks.index.keys()
        old, new = _baselines(self.before, both), _baselines(self.after, both)
        for project_id, number in sorted({*old, *new}):
            pair = old.get((project_id, number)), new.get((project_id, number))
            if pair[0] == pair[1] or project_id not in self._codes:
                continue
            kind = "added" if pair[0] is None else "removed" if pair[1] is None else "changed"
            subject = ("projects", project_id)
            yield Line(Cause.OTHER, kind, subject, self.called(subject), f"baseline {number} {kind}", "baselines")


_TOLD_TOGETHER = frozenset({"baselines", "task_baselines", "assignment_baselines", "resource_baselines"})


_ROLLED_UP = frozenset({
    "duration", "estimated", "work", "cost", "actual_cost", "remaining_cost", "percent_complete", "percent_work_complete",
    "actual_start", "actual_finish", "actual_duration", "remaining_duration", "actual_work", "remaining_work", "stop", "resume",
})  # fmt: skip
"""What a summary has from the tasks below it; some files hold it, others leave it out."""


def _auto_summaries(plan: Plan) -> set[int]:
    manual = plan.tasks.column("manual")
    return {plan.tasks.ids[p] for p in plan.outline.summaries if not manual[p]}


def _column(plan: Plan, table: str, name: str) -> dict[int, Any]:
    return dict(zip(plan.tables[table].ids, plan.tables[table].column(name), strict=True))


def _place(plan: Plan, task_id: int) -> str:
    return plan.outline.numbers[plan.tasks.position(task_id)]


def _week_text(before: Any, after: Any) -> str:
    """Return how the shifts of a week's days changed, days with the same change together: ``Mon Tue 8:00-16:00 → off``."""
    parts: dict[str, list[str]] = {}
    for day, a, b in zip(WEEKDAYS, before or [None] * 7, after or [None] * 7, strict=False):
        if _shifts(a) != _shifts(b):
            parts.setdefault(f"{_shifts(a)} → {_shifts(b)}", []).append(day)
    return "; ".join(f"{' '.join(days)} {text}" for text, days in parts.items())


def _shifts(shifts: Any) -> str:
    if shifts is None:
        return "as its base"
    return ",".join(f"{_clock(a)}-{_clock(b)}" for a, b in shifts) or "off"


def _clock(seconds: int) -> str:
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours % 24 if hours > 24 else hours}:{minutes:02}"


def _baselines(plan: Plan, tasks: Collection[int]) -> dict[tuple[int, int], Any]:
    """Return what each baseline of each project holds of `tasks`, in a form to compare."""
    owners = _column(plan, "tasks", "project_id")
    found: dict[tuple[int, int], dict[Any, Any]] = {}
    heads = plan.baselines
    for project_id, number, *head in zip(*(heads.column(n) for n in ("project_id", "number", "name", "taken_at")), strict=True):
        found.setdefault((project_id, number), {})["head"] = head
    rows = plan.task_baselines
    fields = ("task_id", "number", "start", "finish", "duration", "work", "cost", "fixed_cost")
    for task_id, number, *values in zip(*(rows.column(n) for n in fields), strict=True):
        held = found.setdefault((owners[task_id], number), {})
        if task_id in tasks:
            held[task_id] = values
    return found


__all__ = ["Line", "Teller"]
