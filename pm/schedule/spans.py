"""Calendars and spans: which calendar each task runs on, and how long its assignments make it.

Only work resources drive dates; material and cost do not. A task runs on the union of its assignments' calendars for its
duration; where assignments have gaps, or leave one between them, their spans decide instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pm.errors import ScheduleError
from pm.model import FULL, Plan, SchedulingProfile
from pm.model.kinds import FIRST_INSTANT, LAST_INSTANT
from pm.schedule.bank import CONTINUOUS, CalendarBank
from pm.schedule.lookup import STRIDE
from pm.schedule.result import Ints
from pm.worktime import Calendars, WorkCalendar

ELAPSED_UNITS = frozenset({"em", "eh", "ed", "ew", "emo"})


LONGEST = LAST_INSTANT - FIRST_INSTANT
"""Seconds of years 1 to 9999."""


@dataclass(frozen=True)
class Span:
    """One assignment's part in a task: where it starts after the task (`delay`) and how long it takes, working seconds."""

    calendar: int
    delay: int
    length: int
    assignment_id: int

    def reach(self, bank: CalendarBank, start: int) -> int:
        """Return where it ends when the task starts at `start`."""
        return bank.earliest(bank.position(start, self.calendar) + self.delay + self.length, self.calendar)


class CalendarIndex:
    """Numbers calendars in the order they are first asked for; the bank is made of them."""

    def __init__(self, calendars: Calendars) -> None:
        self.calendars = calendars
        self.listed: list[WorkCalendar] = [calendars.round_the_clock]
        self._number: dict[int, int] = {id(calendars.round_the_clock): CONTINUOUS}

    def number(self, calendar: WorkCalendar) -> int:
        """Return the index of `calendar`, times STRIDE."""
        found = self._number.get(id(calendar))
        if found is None:
            found = self._number[id(calendar)] = len(self.listed) * STRIDE
            self.listed.append(calendar)
        return found


def checked(amounts: Ints, names: Sequence[Any], what: str) -> Ints:
    """Return `amounts` (seconds), none of which is longer than the years 1 to 9999: whatever is added up stays in 64 bits.

    Raises:
        ScheduleError: `schedule.out_of_range`, naming the first that is, by `names`.
    """
    if len(amounts) and (int(amounts.max()) > LONGEST or int(amounts.min()) < -LONGEST):
        worst = int(np.flatnonzero((amounts > LONGEST) | (amounts < -LONGEST))[0])
        raise too_long(str(names[worst]), what)
    return amounts


def too_long(name: str, what: str) -> ScheduleError:
    """Return the error for a duration, lag or delay that no calendar of years 1 to 9999 can hold."""
    return ScheduleError(
        f"the {what} is longer than the years 1 to 9999", code="schedule.out_of_range", subject=name, hint="make it shorter"
    )


def sparse(values: Sequence[Any], default: Any = None) -> Iterable[tuple[int, Any]]:
    """Return (position, value) of the entries that differ from `default`."""
    return ((i, v) for i, v in enumerate(values) if v != default)


class TaskSpans:
    """Calendar and length of every task, in plan order.

    Attributes:
        index: The calendars in use, numbered.
        calendar, slack_calendar: What the task runs on and what its slack is told on, by number times STRIDE.
        task_calendar: Its own or its project's, even of a task whose duration is elapsed time: lags count on it.
        length, late_length: Working time from start to finish, and from late start to late finish.
        spans: Assignments of the tasks whose assignments run on different calendars, by task position.
        split: Positions of tasks whose spans, not the duration, decide the finish.
        left: Remaining work of the assignments of tasks that progress split: (calendar, working time) by position.
    """

    def __init__(self, plan: Plan, calendars: Calendars, project: Ints, profiles: Sequence[SchedulingProfile]) -> None:
        self.plan, self.calendars, self.project, self._profiles = plan, calendars, project, profiles
        self.tasks = plan.tasks
        self.index = CalendarIndex(calendars)
        self._project_ids = list(plan.projects.ids)
        self.spans: dict[int, tuple[Span, ...]] = {}
        self.split: set[int] = set()
        self.left: dict[int, list[tuple[int, int]]] = {}
        self._calendars()
        self._spans()

    def _calendars(self) -> None:
        index, calendars = self.index, self.calendars
        of_project = np.array([index.number(calendars.project(p)) for p in self._project_ids] or [0], dtype=np.int64)
        self.own: dict[int, WorkCalendar] = {}
        self.calendar = of_project[self.project] if len(self.project) else np.zeros(0, np.int64)
        for i, calendar_id in sparse(self.tasks.column("calendar_id")):
            self.own[i] = calendars.get(calendar_id)
            self.calendar[i] = index.number(self.own[i])
        self.task_calendar, self.slack_calendar = self.calendar.copy(), self.calendar.copy()
        self.length = np.array(self.tasks.column("duration"), dtype=np.int64)
        np.maximum(self.length, 0, out=self.length)
        checked(self.length, self.tasks.column("name"), "duration")
        for i, unit in enumerate(self.tasks.column("duration_unit")):
            if unit in ELAPSED_UNITS:
                self.calendar[i] = self.slack_calendar[i] = CONTINUOUS
        self.late_length = self.length.copy()

    def _spans(self) -> None:
        """Find the calendar and the length of tasks with assignments (work resources only; material and cost drive nothing)."""
        by_task: dict[int, list[int]] = {}
        assignments = self.plan.assignments
        resources = self.plan.resources
        works = {r for r, t in zip(resources.ids, resources.column("type"), strict=True) if t == "work"}
        task_index = self.tasks.index
        work, resource_ids = assignments.column("work"), assignments.column("resource_id")
        profile = assignments.column("profile")
        for a, task_id in enumerate(assignments.column("task_id")):
            if (work[a] > 0 or profile[a]) and (resource_ids[a] is None or resource_ids[a] in works):
                by_task.setdefault(task_index[task_id], []).append(a)
        manual, end = self.tasks.column("manual"), self.plan.outline.end
        ignore, resume = self.tasks.column("ignore_resource_calendars"), self.tasks.column("resume")
        units, remaining = assignments.column("units"), assignments.column("remaining_work")
        self._assignment = tuple(assignments.column(n) for n in ("units", "delay", "levelling_delay", "contour", "profile"))
        self._on: dict[tuple[int, int | None], WorkCalendar] = {}
        for i, listed in by_task.items():
            if manual[i] or end[i] > i + 1 or self.calendar[i] == CONTINUOUS:
                continue
            on = [self._assignment_calendar(i, resource_ids[a], ignore[i]) for a in listed]
            spans = [self._span(i, a, work[a], c) for a, c in zip(listed, on, strict=True)]
            self._apply_spans(i, spans, on)
            if resume[i] is not None:
                rows = zip(listed, spans, strict=True)
                rest = ((s.calendar, remaining[a] * FULL // units[a]) for a, s in rows if remaining[a] > 0 < units[a])
                self.left[i] = [(k, min(length, LONGEST)) for k, length in rest]
        for i, pieces in sparse(self.tasks.column("splits")):
            if pieces and i not in self.split:
                longest = max(offset + length for offset, length in pieces)
                if abs(longest) > LONGEST:
                    raise too_long(str(self.tasks.column("name")[i]), "split duration")
                self.length[i] = self.late_length[i] = longest

    def _assignment_calendar(self, i: int, resource_id: int | None, ignore: bool) -> WorkCalendar:
        own = self.own.get(i)
        key = (id(own) if own is not None else -1 - int(self.project[i]), None if ignore and own else resource_id)
        found = self._on.get(key)
        if found is None:
            if resource_id is None or (ignore and own is not None):
                found = own or self.calendars.project(self._project_ids[self.project[i]])
            else:
                named = self.plan.resources.value(resource_id, "calendar_id")
                theirs = (
                    self.calendars.project(self._project_ids[self.project[i]]) if named is None else self.calendars.get(named)
                )
                found = theirs if own is None or own is theirs else self.calendars.intersection(theirs, own)
            self._on[key] = found
        return found

    def _span(self, i: int, a: int, work: int, calendar: WorkCalendar) -> Span:
        units, delay, levelling, contour, profile = (column[a] for column in self._assignment)
        offset = delay + levelling
        if profile:
            length = sum(piece[0] for piece in profile)
            self.split.add(i)
        elif contour not in ("flat", "edited"):
            length = max(int(self.length[i]) - offset, 0)
        else:
            length = -(-work * FULL // units) if units > 0 else int(self.length[i])
        if abs(offset) + abs(length) > LONGEST:
            raise too_long(str(self.tasks.column("name")[i]), "assignment")
        return Span(self.index.number(calendar), offset, length, self.plan.assignments.ids[a])

    def _apply_spans(self, i: int, spans: list[Span], on: list[WorkCalendar]) -> None:
        """Schedule the task on the union of its assignments' calendars; keep the spans where they differ from the duration."""
        distinct = list({id(c): c for c in on}.values())
        self.calendar[i] = self.index.number(distinct[0] if len(distinct) == 1 else self.calendars.union(distinct))
        duration = int(self.length[i])
        longest = max(s.delay + s.length for s in spans)
        rounding = max(60, duration // 200)
        by_assignment = self._profiles[self.project[i]].late_start_by_assignment
        if _has_gap(spans) and longest > duration + rounding:
            self.split.add(i)  # the duration counts only the time that somebody works
        if len(distinct) == 1:
            if i in self.split:
                self.length[i] = self.late_length[i] = longest
            elif by_assignment and longest > duration + rounding:
                self.late_length[i] = longest
            return
        if i in self.split or by_assignment:
            self.spans[i] = tuple(spans)


def _has_gap(spans: list[Span]) -> bool:
    """Whether there is time between the first and the last span that none of them covers."""
    reached = min(s.delay + s.length for s in spans if s.delay == 0) if any(s.delay == 0 for s in spans) else 0
    for span in sorted(spans, key=lambda s: s.delay):
        if span.delay > reached + 60:
            return True
        reached = max(reached, span.delay + span.length)
    return False
