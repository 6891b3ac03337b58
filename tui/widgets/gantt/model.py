"""What a chart shows of a plan and its schedule: built once a revision, then only read."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pm.model import FULL, Plan, Project
from pm.model.enums import DurationUnit, LagKind, ResourceType
from pm.model.kinds import DAY
from pm.schedule.result import MISSING, Schedule
from pm.words import Units, duration_text
from tui.text import clean, short_span_text, span_text
from tui.widgets.gantt.scale import DayCalendar, DayWindow

_ELAPSED = frozenset(
    {
        DurationUnit.ELAPSED_MINUTES,
        DurationUnit.ELAPSED_HOURS,
        DurationUnit.ELAPSED_DAYS,
        DurationUnit.ELAPSED_WEEKS,
        DurationUnit.ELAPSED_MONTHS,
    }
)


def _elapsed(text: str) -> str:
    return f"{text[:-1]}e{text[-1]}"


@dataclass(frozen=True)
class LinkEnd:
    """A link seen from one of its tasks.

    Attributes:
        other: Position of the task at the other end.
        type: ``FS``, ``SS``, ``FF`` or ``SF``.
        lag: The lag as people read it (``+2d``), or an empty string.
        driving: The link decides its successor's date.
    """

    other: int
    type: str
    lag: str
    driving: bool


class ProjectDays:
    """The project calendar as charts ask for it, day by day, each day looked up once."""

    def __init__(self, schedule: Schedule, project_id: int) -> None:
        self.calendar = schedule.calendars.project(project_id)
        self._working: dict[int, bool] = {}

    def is_working_day(self, day: int) -> bool:
        """Whether any work is possible on the day."""
        known = self._working.get(day)
        if known is None:
            known = self._working[day] = bool(self.calendar.day_shifts(day * DAY))
        return known

    def holiday(self, day: int) -> str:
        """What the day is off for, or an empty string on an ordinary day."""
        name = self.calendar.exception_name(day * DAY)
        return "" if name is None else clean(name) or "day off"


class GanttModel:
    """The tasks of one project as parallel sequences in outline order, in the units that charts draw in.

    Positions in time are display days (see `tui.widgets.gantt.scale`), NaN where a task has no such date.

    Attributes:
        start, finish, late_finish, baseline_start, baseline_finish: Positions in time.
        mark, baseline_mark, deadline: Where the finish, the baseline's finish and the deadline are marked as a moment.
        late: Finishes after its deadline.
        percent: Hundredths of a percent.
        slack: Total slack in working seconds, `MISSING` where there is none.
        open_critical: Critical, no summary, and not finished.
        first, last: The days that everything lies between.
    """

    def __init__(self, plan: Plan, schedule: Schedule, code: str | None = None) -> None:
        self.plan = plan
        self.schedule = schedule
        self.project: Project = plan.project(code)
        self.units = Units.of(self.project)
        self.per_day = self.units.day
        tasks, outline = plan.tasks, plan.outline
        self.ids: Sequence[int] = tasks.ids
        self.count = len(self.ids)
        self.depth, self.end, self.parent = outline.depth, outline.end, outline.parent
        self.numbers = outline.numbers
        self.summary = [end > i + 1 for i, end in enumerate(self.end)]
        self.days: DayCalendar = ProjectDays(schedule, self.project.id)
        self.window = self._day_window()
        self._place(schedule)
        self.percent: list[int] = schedule.percent_complete.tolist()
        self.critical: list[bool] = schedule.critical.tolist()
        self.slack: list[int] = schedule.total_slack.tolist()
        self.active: Sequence[bool] = tasks.column("active")
        duration, flags = schedule.duration, tasks.column("milestone")
        self.milestone = [not s and (d == 0 or f) for s, d, f in zip(self.summary, duration.tolist(), flags, strict=True)]
        self.finished = [p >= FULL for p in self.percent]
        self.open_critical: list[bool] = schedule.open_critical.tolist()
        self._names: Sequence[str] = tasks.column("name")

    def _day_window(self) -> DayWindow:
        """Return the working window of the project calendar in its first weeks; the project's default times otherwise."""
        first = self.project.start // DAY
        calendar = self.schedule.calendars.project(self.project.id)
        shifts = [(a, b) for day in range(first, first + 14) for a, b in calendar.day_shifts(day * DAY)]
        if not shifts:
            shifts = [(self.project.default_start, self.project.default_finish)]
        return DayWindow.around(shifts)

    def _place(self, schedule: Schedule) -> None:
        positions = self.window.positions
        start, finish = positions(schedule.start), positions(schedule.finish)
        late = positions(schedule.late_finish)
        base = self.baseline_instants
        base_start, base_finish = positions(base[0]), positions(base[1])
        due = np.array([MISSING if d is None else d for d in self.plan.tasks.column("deadline")], dtype=np.int64)
        deadline = self.window.marks(due)
        self.start: list[float] = start.tolist()
        self.finish: list[float] = finish.tolist()
        self.late_finish: list[float] = late.tolist()
        self.baseline_start: list[float] = base_start.tolist()
        self.baseline_finish: list[float] = base_finish.tolist()
        self.mark: list[float] = self.window.marks(schedule.finish).tolist()
        self.baseline_mark: list[float] = self.window.marks(base[1]).tolist()
        self.deadline: list[float] = deadline.tolist()
        self.late: list[bool] = ((due != MISSING) & (schedule.finish > due)).tolist()
        fallback = self.window.position(self.project.start)
        everything = np.concatenate([start, finish, base_start, base_finish, deadline, np.array([fallback])])
        self.first = math.floor(float(np.nanmin(everything)))
        self.last = math.ceil(float(np.nanmax(everything)))

    @cached_property
    def baseline_instants(self) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], np.ndarray[tuple[int], np.dtype[np.int64]]]:
        """Start and finish of every task in baseline 0, as instants."""
        start = np.full(self.count, MISSING, dtype=np.int64)
        finish = np.full(self.count, MISSING, dtype=np.int64)
        index, table = self.plan.tasks.index, self.plan.task_baselines
        columns = (table.column(name) for name in ("task_id", "number", "start", "finish"))
        for task_id, number, begins, ends in zip(*columns, strict=True):
            at = index.get(task_id) if number == 0 else None
            if at is not None:
                start[at] = MISSING if begins is None else begins
                finish[at] = MISSING if ends is None else ends
        return start, finish

    def name(self, position: int) -> str:
        """The task's name, safe to show."""
        return clean(self._names[position])

    @cached_property
    def _assigned(self) -> dict[int, list[tuple[str, str]]]:
        """By task id, of every assignment: the name of who does work (else empty), and the whole text."""
        table = self.plan.resources
        columns = (table.column(name) for name in ("name", "type", "material_unit"))
        resources = dict(zip(table.ids, zip(*columns, strict=True), strict=True))
        assignments, found = self.plan.assignments, dict[int, list[tuple[str, str]]]()
        columns = (assignments.column(name) for name in ("task_id", "resource_id", "units"))
        for task_id, resource_id, units in zip(*columns, strict=True):
            if resource_id in resources:
                name, kind, unit = resources[resource_id]
                text = clean(name)
                if kind == ResourceType.WORK:
                    pair = (text, text if units == FULL else f"{text} {units / 100:.4g}%")
                elif kind == ResourceType.MATERIAL:
                    pair = ("", f"{text} {units / FULL:.6g} {clean(unit)}".rstrip())
                else:
                    pair = ("", text)
                found.setdefault(task_id, []).append(pair)
        return found

    def people(self, position: int) -> str:
        """Who works on the task, safe to show."""
        return ", ".join(name for name, _ in self._assigned.get(self.ids[position], ()) if name)

    def resources(self, position: int) -> str:
        """Everything assigned to the task with its share or amount, safe to show."""
        return ", ".join(text for _, text in self._assigned.get(self.ids[position], ()))

    def duration_text(self, position: int) -> str:
        """The duration in the unit it was typed in, as far as that is short."""
        seconds = int(self.schedule.duration[position])
        if seconds == MISSING:
            return ""
        unit = DurationUnit.DAYS if self.summary[position] else self.plan.tasks.column("duration_unit")[position]
        guess = not self.summary[position] and self.plan.tasks.column("estimated")[position]
        text = duration_text(seconds, unit, self.units, estimated=guess, places=2)
        if len(text) <= 5:
            return text
        if DurationUnit(unit) in _ELAPSED:
            return _elapsed(short_span_text(seconds, DAY, 4))
        return short_span_text(seconds, self.per_day, 5)

    @cached_property
    def _link_places(self) -> tuple[Mapping[int, list[int]], Mapping[int, list[int]]]:
        """Positions of the links that end and that begin at a task, by its id."""
        return self.plan.links.groups("successor_id"), self.plan.links.groups("predecessor_id")

    def _link_ends(self, places: Sequence[int], other: str) -> list[LinkEnd]:
        links, index = self.plan.links, self.plan.tasks.index
        found = []
        for place in places:
            at = index.get(links.column(other)[place])
            if at is not None:
                lag = links.column("lag")[place]
                text = self._lag_text(lag, links.column("lag_kind")[place]) if lag else ""
                found.append(LinkEnd(at, links.column("type")[place], text, bool(self.schedule.driving[place])))
        return found

    def _lag_text(self, lag: int, kind: str) -> str:
        if kind == LagKind.WORKING:
            return span_text(lag, self.per_day, sign=True, minus="-")
        if kind == LagKind.ELAPSED:
            return _elapsed(span_text(lag, DAY, sign=True, minus="-"))
        return f"{lag / 100:+.4g}%"

    def predecessors(self, position: int) -> list[LinkEnd]:
        """The links that end at the task."""
        return self._link_ends(self._link_places[0].get(self.ids[position], ()), "predecessor_id")

    def successors(self, position: int) -> list[LinkEnd]:
        """The links that begin at the task."""
        return self._link_ends(self._link_places[1].get(self.ids[position], ()), "successor_id")

    @cached_property
    def baseline_finish_instant(self) -> int | None:
        """When the project finished in baseline 0; None without one."""
        finish = self.baseline_instants[1]
        latest = int(finish.max()) if len(finish) else MISSING
        return None if latest == MISSING else latest

    @cached_property
    def project_finish(self) -> int | None:
        """When the project finishes; None where nothing is scheduled."""
        return self.schedule.project_finish.get(self.project.id)

    @cached_property
    def baseline_variance(self) -> int | None:
        """Working seconds the project finishes after its baseline; negative when before, None without a baseline."""
        if self.baseline_finish_instant is None or self.project_finish is None:
            return None
        return self.working_between(self.baseline_finish_instant, self.project_finish)

    def working_between(self, first: int, last: int) -> int:
        """Return the working seconds of the project calendar from `first` to `last`, negative when `last` is earlier."""
        calendar = self.schedule.calendars.project(self.project.id)
        if first <= last:
            return int(calendar.between(first, last))
        return -int(calendar.between(last, first))

    @cached_property
    def critical_count(self) -> int:
        """How many critical tasks are still open."""
        return sum(self.open_critical)

    @cached_property
    def years_shown(self) -> bool:
        """Whether dates need their year to be told apart."""
        return self.last - self.first > 330
