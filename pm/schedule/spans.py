"""Calendars and spans: which calendar each task runs on, and how long its assignments make it.

Only work resources drive dates; material and cost do not. A task runs on the union of its assignments' calendars for its
duration; where assignments have gaps, or leave one between them, their spans decide instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from pm.errors import ScheduleError
from pm.model import FULL, Plan
from pm.model.kinds import FIRST_INSTANT, LAST_INSTANT, MINUTE
from pm.schedule.arrays import Span, TaskArrays
from pm.schedule.bank import CONTINUOUS
from pm.schedule.lookup import STRIDE
from pm.schedule.result import Ints
from pm.worktime import Calendars, WorkCalendar

ELAPSED_UNITS = frozenset({"em", "eh", "ed", "ew", "emo"})


LONGEST = LAST_INSTANT - FIRST_INSTANT
"""Seconds of years 1 to 9999."""


class CalendarIndex:
    """Numbers calendars in the order they are first asked for; the bank is made of them."""

    def __init__(self, calendars: Calendars) -> None:
        self.listed: list[WorkCalendar] = [calendars.round_the_clock]
        self._number: dict[int, int] = {id(calendars.round_the_clock): CONTINUOUS}

    def number(self, calendar: WorkCalendar) -> int:
        """Return the index of `calendar`, times STRIDE."""
        found = self._number.get(id(calendar))
        if found is None:
            found = self._number[id(calendar)] = len(self.listed) * STRIDE
            self.listed.append(calendar)
        return found


def checked(amounts: Ints, names: Sequence[Any], at: Ints | slice, what: str) -> Ints:
    """Return `amounts` (seconds), none of which is longer than the years 1 to 9999: whatever is added up stays in 64 bits.

    Args:
        amounts: Seconds, of the tasks at `at`.
        names: The names of all tasks.
        at: Positions in `names`.
        what: What the amounts are.

    Raises:
        ScheduleError: `schedule.out_of_range`, naming the first that is, by `names`.
    """
    if len(amounts) and (int(amounts.max()) > LONGEST or int(amounts.min()) < -LONGEST):
        worst = int(np.flatnonzero((amounts > LONGEST) | (amounts < -LONGEST))[0])
        raise too_long(str(names[worst if isinstance(at, slice) else int(at[worst])]), what)
    return amounts


def too_long(name: str, what: str) -> ScheduleError:
    """Return the error for a duration, lag or delay that no calendar of years 1 to 9999 can hold."""
    return ScheduleError(
        f"the {what} is longer than the years 1 to 9999", code="schedule.out_of_range", subject=name, hint="make it shorter"
    )


def checked_remaining(left: int, name: str) -> int:
    """Return the remaining duration of a task.

    Raises:
        ScheduleError: `schedule.out_of_range`, it is negative, or longer than the years 1 to 9999.
    """
    if left < 0:
        code, hint = "schedule.out_of_range", "give 0 where nothing remains"
        raise ScheduleError("the remaining duration is less than nothing", code=code, subject=name, hint=hint)
    if left > LONGEST:
        raise too_long(name, "remaining duration")
    return left


def sparse(values: Sequence[Any], default: Any = None) -> Iterable[int]:
    """Return the positions of the entries that differ from `default`."""
    return (i for i, v in enumerate(values) if v != default)


def values_at(values: Sequence[Any], at: Ints | slice) -> Sequence[Any]:
    """Return the values at some positions, or all of them."""
    return values if isinstance(at, slice) else [values[i] for i in at.tolist()]


def _work_resources(plan: Plan) -> frozenset[int]:
    pairs = zip(plan.resources.ids, plan.resources.column("type"), strict=True)
    return frozenset(resource for resource, kind in pairs if kind == "work")


def time_needed(work: Any, units: Any) -> Any:
    """Return the working seconds (a number or an array) that `units` need for `work`, rounded up."""
    return -(-work * FULL // units)


def whole_minutes(seconds: Any) -> Any:
    """Return `seconds` (a number or an array) rounded to whole minutes, halves up."""
    return (seconds + MINUTE // 2) // MINUTE * MINUTE


class TaskSpans:
    """The rules for the calendar and the length of single tasks; each writes the entries of one task.

    Attributes:
        index: The calendars in use, numbered.
        assigned: Positions of the assignments that may drive dates by position of their task.

    Args:
        plan: The plan.
        calendars: Its calendars.
        arrays: What is written.
        previous: The rules of the revision before, where that has the same calendars, projects and resources.
    """

    def __init__(
        self,
        plan: Plan,
        calendars: Calendars,
        arrays: TaskArrays,
        previous: TaskSpans | None = None,
    ) -> None:
        self.plan, self.calendars, self.arrays = plan, calendars, arrays
        self.index: CalendarIndex = previous.index if previous else CalendarIndex(calendars)
        self.tasks, self._rows = plan.tasks, plan.assignments
        self._of_project = np.array([self.index.number(calendars.project(p.id)) for p in arrays.projects] or [0], dtype=np.int64)
        self._calendar_ids, self._units = self.tasks.column("calendar_id"), self.tasks.column("duration_unit")
        self._manual, self._splits = self.tasks.column("manual"), self.tasks.column("splits")
        self._ignore, self._resume = self.tasks.column("ignore_resource_calendars"), self.tasks.column("resume")
        self._end = plan.outline.end
        self._left, self._begun = self.tasks.column("remaining_duration"), self.tasks.column("actual_start")
        self._exact = np.array([p.shifts_end_exactly for p in arrays.profiles] or [False], dtype=bool)
        self._rests = any(p.dates_of_remaining_work for p in arrays.profiles)
        self._drives = self._rows.column("drives")
        names = ("units", "delay", "levelling_delay", "contour", "remaining_work")
        self._assignment = {name: self._rows.column(name) for name in names}
        self._work, self._profile, self._resource = (self._rows.column(n) for n in ("work", "profile", "resource_id"))
        self._numbers: dict[int, int] = {}
        self._on: dict[tuple[int | None, int, int | None], WorkCalendar] = {}
        self._works: frozenset[int] = previous._works if previous else _work_resources(plan)
        self.assigned: dict[int, list[int]] = previous.assigned if previous else self._by_task()

    def _by_task(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        index, task_ids = self.tasks.index, self._rows.column("task_id")
        for a, task_id in enumerate(task_ids):
            if self.drives(a):
                found.setdefault(index[task_id], []).append(a)
        return found

    def drives(self, a: int) -> bool:
        """Whether an assignment may drive dates: work resources only, material and cost drive nothing."""
        resource_id = self._resource[a]
        drives = bool(self._drives[a])
        return drives and (resource_id in self._works or (resource_id is None and self._has_work(a)))

    def _has_work(self, a: int) -> bool:
        return bool(self._work[a] > 0 or self._profile[a])

    def assign(self, i: int, rows: Iterable[int]) -> None:
        """Find out again which of the assignments `rows`, of the task at `i` or once so, may drive it."""
        task_ids, task_id = self._rows.column("task_id"), self.tasks.ids[i]
        found = {*self.assigned.get(i, ())}.difference(rows)
        found.update(a for a in rows if task_ids[a] == task_id and self.drives(a))
        self.assigned.pop(i, None)
        if found:
            self.assigned[i] = sorted(found)

    def defaults(self, at: Ints | slice) -> None:
        """Set what a task has that no rule below is about: its project's calendar, its duration."""
        arrays = self.arrays
        arrays.calendar[at] = arrays.task_calendar[at] = arrays.slack_calendar[at] = self._of_project[arrays.project[at]]
        arrays.duration[at] = np.array(values_at(self.tasks.column("duration"), at), dtype=np.int64)
        length = np.maximum(arrays.duration[at], 0)
        length = np.where(self._exact[arrays.project[at]], whole_minutes(length), length)
        arrays.length[at] = arrays.late_length[at] = checked(length, self.tasks.column("name"), at, "duration")

    def with_calendar(self) -> Iterable[int]:
        """Return the positions that `calendar` is about."""
        return sparse(self._calendar_ids)

    def calendar(self, i: int) -> None:
        """A task's own calendar."""
        calendar_id, arrays = self._calendar_ids[i], self.arrays
        if calendar_id is not None:
            k = self._numbers.get(calendar_id)
            if k is None:
                k = self._numbers[calendar_id] = self.index.number(self.calendars.get(calendar_id))
            arrays.calendar[i] = arrays.task_calendar[i] = arrays.slack_calendar[i] = k

    def with_elapsed(self) -> Iterable[int]:
        """Return the positions that `elapsed` is about."""
        return (i for i, unit in enumerate(self._units) if unit in ELAPSED_UNITS)

    def elapsed(self, i: int) -> None:
        """Elapsed durations run round the clock."""
        if self._units[i] in ELAPSED_UNITS:
            self.arrays.calendar[i] = self.arrays.slack_calendar[i] = CONTINUOUS

    def with_remaining(self) -> Iterable[int]:
        """Return the positions that `remaining` is about."""
        return sparse(self._left) if self._rests else ()

    def remaining(self, i: int) -> None:
        """Where dates are those of what remains, that is also how long a task takes that has not started."""
        arrays, left = self.arrays, self._left[i]
        profile = arrays.profiles[arrays.project[i]]
        if left is None or self._begun[i] is not None or not profile.dates_of_remaining_work:
            return
        left = checked_remaining(left, str(self.tasks.column("name")[i]))
        arrays.length[i] = arrays.late_length[i] = whole_minutes(left) if profile.shifts_end_exactly else left

    def with_assignments(self) -> Iterable[int]:
        """Return the positions that `assignments` is about."""
        return self.assigned

    def assignments(self, i: int) -> None:
        """Assignments decide the calendar, and the length where they have gaps."""
        everybody, arrays = self.assigned.get(i), self.arrays
        if not everybody or self._manual[i] or self._end[i] > i + 1 or arrays.calendar[i] == CONTINUOUS:
            return
        listed = [a for a in everybody if self._has_work(a)]
        if not listed:
            return
        if arrays.profiles[arrays.project[i]].duration_decides:
            if not self._ignore[i]:
                self._resources_decide(i, listed)
            return
        by_assignment = arrays.profiles[arrays.project[i]].late_start_by_assignment
        arrays.instant[i] = by_assignment and len(listed) < len(everybody)
        on = [self._assignment_calendar(i, self._resource[a]) for a in listed]
        spans = [self._span(i, a, c) for a, c in zip(listed, on, strict=True)]
        self._apply_spans(i, spans, on)
        if self._resume[i] is not None:
            remaining, units = self._assignment["remaining_work"], self._assignment["units"]
            pairs = zip(listed, spans, strict=True)
            rest = ((s.calendar, remaining[a] * FULL // units[a]) for a, s in pairs if remaining[a] > 0 < units[a])
            self.arrays.left[i] = [(k, min(length, LONGEST)) for k, length in rest]

    def _resources_decide(self, i: int, listed: Sequence[int]) -> None:
        """A resource-dependent task (P6) takes as long as what remains for each resource does, on the resource's calendar."""
        arrays, rows = self.arrays, self._assignment
        spans, on = [], []
        for a in listed:
            resource_id, units = self._resource[a], rows["units"][a]
            left = rows["remaining_work"][a] if self._begun[i] is not None else self._work[a]
            calendar_id = self.plan.resources.value(resource_id, "calendar_id") if resource_id is not None else None
            calendar = self.calendars.get(calendar_id) if calendar_id is not None else self._assignment_calendar(i, None)
            length = time_needed(left, units) if units > 0 else int(arrays.length[i])
            if abs(rows["delay"][a]) + abs(length) > LONGEST:
                raise too_long(str(self.tasks.column("name")[i]), "assignment")
            delay = rows["delay"][a] if self._begun[i] is None else 0
            spans.append(Span(self.index.number(calendar), delay, whole_minutes(length), self.plan.assignments.ids[a]))
            on.append(calendar)
        distinct = list({id(c): c for c in on}.values())
        arrays.calendar[i] = self.index.number(distinct[0] if len(distinct) == 1 else self.calendars.union(distinct))
        arrays.length[i] = arrays.late_length[i] = max(s.delay + s.length for s in spans)
        if len(distinct) > 1:
            arrays.spans[i] = tuple(spans)
            arrays.split.add(i)

    def with_splits(self) -> Iterable[int]:
        """Return the positions that `splits` is about."""
        return sparse(self._splits)

    def splits(self, i: int) -> None:
        """The pieces of a split task without assignments decide its length."""
        pieces = self._splits[i]
        if pieces and i not in self.arrays.split:
            longest = max(offset + length for offset, length in pieces)
            if abs(longest) > LONGEST:
                raise too_long(str(self.tasks.column("name")[i]), "split duration")
            self.arrays.length[i] = self.arrays.late_length[i] = longest

    def _assignment_calendar(self, i: int, resource_id: int | None) -> WorkCalendar:
        own_id, number = self._calendar_ids[i], int(self.arrays.project[i])
        ignore = self._ignore[i] and own_id is not None
        key = own_id, number, None if ignore else resource_id
        found = self._on.get(key)
        if found is None:
            project_id = self.arrays.projects[number].id
            found = self._on[key] = self.calendars.assignment(own_id, project_id, None if ignore else resource_id)
        return found

    def _span(self, i: int, a: int, calendar: WorkCalendar) -> Span:
        rows, duration = self._assignment, int(self.arrays.length[i])
        work, units, profile = self._work[a], rows["units"][a], self._profile[a]
        offset = rows["delay"][a] + rows["levelling_delay"][a]
        if profile:
            length = sum(piece[0] for piece in profile)
            self.arrays.split.add(i)
        elif rows["contour"][a] not in ("flat", "edited"):
            length = max(duration - offset, 0)
        else:
            length = time_needed(work, units) if units > 0 else duration
        if abs(offset) + abs(length) > LONGEST:
            raise too_long(str(self.tasks.column("name")[i]), "assignment")
        return Span(self.index.number(calendar), offset, length, self.plan.assignments.ids[a])

    def _apply_spans(self, i: int, spans: list[Span], on: list[WorkCalendar]) -> None:
        """Schedule the task on the union of its assignments' calendars; keep the spans where they differ from the duration."""
        arrays = self.arrays
        distinct = list({id(c): c for c in on}.values())
        arrays.calendar[i] = self.index.number(distinct[0] if len(distinct) == 1 else self.calendars.union(distinct))
        duration = int(arrays.length[i])
        longest = max(s.delay + s.length for s in spans)
        rounding = max(60, duration // 200)
        by_assignment = arrays.profiles[arrays.project[i]].late_start_by_assignment
        if _has_gap(spans) and longest > duration + rounding:
            arrays.split.add(i)  # the duration counts only the time that somebody works
        if len(distinct) == 1:
            if i in arrays.split:
                arrays.length[i] = arrays.late_length[i] = longest
            elif by_assignment and longest > duration + rounding:
                arrays.late_length[i] = longest
            return
        if i in arrays.split or by_assignment:
            arrays.spans[i] = tuple(spans)


def _has_gap(spans: list[Span]) -> bool:
    """Whether there is time between the first and the last span that none of them covers."""
    reached = min(s.delay + s.length for s in spans if s.delay == 0) if any(s.delay == 0 for s in spans) else 0
    for span in sorted(spans, key=lambda s: s.delay):
        if span.delay > reached + 60:
            return True
        reached = max(reached, span.delay + span.length)
    return False
