"""The rules of where assignments' work lies, by what the schedule says of their tasks.

Work lies on the assignment's calendar from the task's start, after the assignment's delays, at its units; a contour, the pieces
of a split and edited work keep their shape. What fills a task instead lies evenly from its start to its finish: on manual
tasks, hammocks, summaries, elapsed durations and finished tasks. What remains of a task in progress lies where the schedule
puts the rest of the task.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from pm.model import FULL, scheduling_profile
from pm.model.enums import ActivityType, Contour, ResourceType
from pm.schedule import MISSING, Schedule
from pm.schedule.network import active_tasks
from pm.schedule.result import Flags, Ints
from pm.schedule.spans import ELAPSED_UNITS, time_needed
from pm.worktime import WorkCalendar

SHAPES: Mapping[str, tuple[int, ...]] = {
    Contour.BACK_LOADED: (10, 15, 25, 50, 50, 75, 75, 100, 100, 100),
    Contour.FRONT_LOADED: (100, 100, 100, 75, 75, 50, 50, 25, 15, 10),
    Contour.DOUBLE_PEAK: (25, 50, 100, 50, 25, 25, 50, 100, 50, 25),
    Contour.EARLY_PEAK: (25, 50, 100, 100, 75, 50, 50, 25, 15, 10),
    Contour.LATE_PEAK: (10, 15, 25, 50, 50, 75, 100, 100, 50, 25),
    Contour.BELL: (10, 20, 40, 80, 100, 100, 80, 40, 20, 10),
    Contour.TURTLE: (25, 50, 75, 100, 100, 100, 100, 75, 50, 25),
}
"""Units in each tenth of the time, percent of the assignment's peak units (MS Project's predefined contours)."""

FILLING = (ActivityType.LEVEL_OF_EFFORT, ActivityType.WBS_SUMMARY)

Pattern = list[tuple[int, int]]
"""Pairs of working seconds (length, work), one after the other; a pair with work 0 is a gap."""


class Stretches(NamedTuple):
    """Columns of stretches as in `TimePhased`; `units` is 0 where the work says how many."""

    assignment: Ints
    calendar: Ints
    first: Ints
    last: Ints
    work: Ints
    units: Ints
    done: Ints


class Placing:
    """Places the assignments of a schedule.

    Attributes:
        calendars: The calendars work was placed on so far, as stretches number them.

    Args:
        schedule: The schedule.
    """

    def __init__(self, schedule: Schedule) -> None:
        self.schedule, self.plan = schedule, schedule.plan
        self.calendars: list[WorkCalendar] = []
        self._numbers: dict[int, int] = {}
        self._on: dict[tuple[int | None, int, int | None], int] = {}
        tasks, rows = self.plan.tasks, self.plan.assignments
        self._task: list[int] = [tasks.index[i] for i in rows.column("task_id")]
        self._rows = {
            name: rows.column(name)
            for name in (
                *("resource_id", "work", "units", "delay", "levelling_delay", "contour", "profile", "actual_work"),
                *("remaining_work", "percent_work_complete", "actual_start", "actual_finish", "stop", "resume"),
            )
        }
        self._tasks = {
            name: tasks.column(name)
            for name in (
                *("project_id", "calendar_id", "ignore_resource_calendars", "manual", "duration_unit", "activity_type"),
                *("splits", "percent_complete", "actual_start", "actual_finish", "remaining_duration", "stop", "resume"),
            )
        }
        projects = [self.plan.projects[i] for i in self.plan.projects.ids]
        self._profiles = {p.id: scheduling_profile(p.profile, p.profile_overrides) for p in projects}
        self._end = self.plan.outline.end

    @cached_property
    def _of_task(self) -> Mapping[int, list[int]]:
        return self.plan.assignments.groups("task_id")

    def place(self) -> Stretches:
        """Return the stretches of every assignment, in no particular order."""
        task = np.array(self._task, dtype=np.int64)
        work = np.array(self._rows["work"], dtype=np.int64)
        shaped = np.array([bool(p) for p in self._rows["profile"]], dtype=bool)
        dated = active_tasks(self.plan) & (self.schedule.start != MISSING) & (self.schedule.finish != MISSING)
        counts = dated[task] & ((work > 0) | shaped)
        even = counts & ~shaped & self._plain_tasks()[task] & (np.array(self._rows["units"], dtype=np.int64) > 0)
        even &= np.array([c not in SHAPES for c in self._rows["contour"]], dtype=bool)
        rest = [stretch for a in np.flatnonzero(counts & ~even).tolist() for stretch in self._one(a)]
        odd = np.array(rest, dtype=np.int64).reshape(-1, len(Stretches._fields)).T
        return Stretches(*(np.concatenate(pair) for pair in zip(self._many(np.flatnonzero(even), task), odd, strict=True)))

    def _plain_tasks(self) -> Flags:
        """Return the tasks that nothing is special about: not begun, not filled, not split."""
        t = self._tasks
        special = [
            start is not None or finish is not None or manual or bool(splits) or unit in ELAPSED_UNITS or kind in FILLING
            for start, finish, manual, splits, unit, kind in zip(
                *(t[n] for n in ("actual_start", "actual_finish", "manual", "splits", "duration_unit", "activity_type")),
                strict=True,
            )
        ]
        plain: Flags = ~np.array(special, dtype=bool)
        plain[self.plan.outline.summaries] = False
        decided = {i for i, profile in self._profiles.items() if profile.duration_decides}
        if decided:
            plain &= ~np.array([i in decided for i in t["project_id"]], dtype=bool)
        return plain

    def _many(self, rows: Ints, task: Ints) -> Sequence[Ints]:
        """Place assignments whose work is spread evenly over tasks that have not begun."""
        listed = rows.tolist()
        work, units = (np.array([self._rows[n][a] for a in listed], dtype=np.int64) for n in ("work", "units"))
        offset = np.array([self._rows["delay"][a] + self._rows["levelling_delay"][a] for a in listed], dtype=np.int64)
        on = np.array([self.calendar_of(a) for a in listed], dtype=np.int64)
        first = np.zeros_like(work)
        start = self.schedule.start[task[rows]]
        for number in np.unique(on).tolist():
            mine = on == number
            first[mine] = self.calendars[number].positions(start[mine])
        first += offset
        return rows, on, first, first + np.maximum(time_needed(work, units), 1), work, units, np.zeros_like(work)

    # one by one ----------------------------------------------------------------------------------

    def _one(self, a: int) -> Iterator[tuple[int, ...]]:
        """Place one assignment, whatever it and its task are."""
        i, begun = self._task[a], self._begun(a)
        finished = begun and self._finished(a)
        offset = 0 if begun else self._rows["delay"][a] + self._rows["levelling_delay"][a]
        start = self._start(a, begun)
        filled = None if self._rows["profile"][a] else self._filled(a, start, finished)
        if filled is not None:
            on, length = filled
            pattern = self._pattern(a, length)
        else:
            on = self.calendar_of(a)
            length = max(int(self.schedule.duration[i]) - offset, 0)
            pattern = self._pattern(a, length if self._rows["contour"][a] in SHAPES and length else self._needed(a, length))
        first = self.calendars[on].position(start) + offset
        if finished and filled is None and not self._rows["profile"][a]:  # work that has no room ends where the task does
            first -= sum(span for span, _ in pattern)
        if not begun or finished:
            yield from self._laid(a, on, first, pattern, done=finished)
            return
        before, after = cut(pattern, self._done(a, sum(work for _, work in pattern)))
        reached = first + sum(length for length, _ in before)
        rest = self._rest(a, on, reached)
        if rest is None:
            rest = reached
        else:
            before, after = squeezed(before, rest - first), without_first_gap(after)
        yield from self._laid(a, on, first, before, done=True)
        yield from self._laid(a, on, rest, after, done=False)

    def _laid(self, a: int, on: int, at: int, pattern: Pattern, *, done: bool) -> Iterator[tuple[int, ...]]:
        units = self._rows["units"][a] if len(pattern) == 1 and not self._fills(self._task[a]) else 0
        for length, work in pattern:
            if work > 0:
                exact = units if units > 0 and time_needed(work, units) == length else 0
                yield a, on, at, at + length, work, exact, int(done)
            at += length

    def calendar_of(self, a: int) -> int:
        """Return the number of the calendar that an assignment's work lies on."""
        i, t = self._task[a], self._tasks
        if t["duration_unit"][i] in ELAPSED_UNITS:
            return self._number(self.schedule.calendars.round_the_clock)
        own, project, resource = t["calendar_id"][i], t["project_id"][i], self._rows["resource_id"][a]
        decided = self._profiles[project].duration_decides
        if t["ignore_resource_calendars"][i] and (own is not None or decided):
            resource = None
        elif decided and resource is not None and self.plan.resources.value(resource, "calendar_id") is not None:
            own = None
        found = self._on.get((own, project, resource))
        if found is None:
            found = self._on[own, project, resource] = self._number(self.schedule.calendars.assignment(own, project, resource))
        return found

    def _number(self, calendar: WorkCalendar) -> int:
        found = self._numbers.get(id(calendar))
        if found is None:
            found = self._numbers[id(calendar)] = len(self.calendars)
            self.calendars.append(calendar)
        return found

    def _scheduled_on(self, i: int) -> WorkCalendar:
        """Return the calendar that a task with assignments is scheduled on: when any of those who drive it works."""
        rows, kinds = self.plan.assignments, self.plan.resources
        listed = [
            self.calendars[self.calendar_of(a)]
            for a in self._of_task.get(self.plan.tasks.ids[i], ())
            if rows.column("drives")[a] and (self._rows["work"][a] > 0 or self._rows["profile"][a])
            if self._rows["resource_id"][a] is None or kinds.value(self._rows["resource_id"][a], "type") == ResourceType.WORK
        ]
        if listed:
            return self.schedule.calendars.union(listed)
        own, project = self._tasks["calendar_id"][i], self._tasks["project_id"][i]
        return self.schedule.calendars.assignment(own, project, None)

    # the shape of the work ------------------------------------------------------------------------

    def _pattern(self, a: int, length: int) -> Pattern:
        """Return an assignment's work as it is spread over `length` working seconds."""
        profile, work = self._rows["profile"][a], int(self._rows["work"][a])
        if profile:
            return [(int(span), int(amount)) for span, amount in profile]
        pieces = self._tasks["splits"][self._task[a]]
        if pieces:
            return _in_pieces(work, pieces)
        shape = SHAPES.get(self._rows["contour"][a])
        length = max(length, 1)
        if shape is None or length < len(shape):
            return [(length, work)]
        edges = [length * j // len(shape) for j in range(len(shape) + 1)]
        return _shared(work, [b - a for a, b in pairwise(edges)], shape)

    def _needed(self, a: int, length: int) -> int:
        units = self._rows["units"][a]
        if units <= 0 and length:
            return length
        return int(time_needed(self._rows["work"][a], units if units > 0 else FULL))

    def _fills(self, i: int) -> bool:
        """Whether the work on a task lies evenly from its start to its finish."""
        t = self._tasks
        decided = self._profiles[t["project_id"][i]].duration_decides and t["ignore_resource_calendars"][i]
        return bool(
            decided
            or t["manual"][i]
            or self._end[i] > i + 1
            or t["duration_unit"][i] in ELAPSED_UNITS
            or t["activity_type"][i] in FILLING
        )

    def _filled(self, a: int, start: int, finished: bool) -> tuple[int, int] | None:
        """Return the calendar and the length of work that fills its task; None where it does not, or there is no room."""
        i = self._task[a]
        if not (finished or self._fills(i)) or (self._tasks["splits"][i] and not finished):
            return None
        finish = int(self.schedule.finish[i])
        if finished and self._rows["actual_finish"][a] is not None:
            finish = self._rows["actual_finish"][a]
        own, project = self._tasks["calendar_id"][i], self._tasks["project_id"][i]
        calendars = self.schedule.calendars
        for calendar in (
            self.calendars[self.calendar_of(a)],
            calendars.assignment(own, project, None),
            calendars.round_the_clock,
        ):
            length = calendar.between(start, finish)
            if length > 0:
                return self._number(calendar), length
        return None

    # progress --------------------------------------------------------------------------------------

    def _begun(self, a: int) -> bool:
        i = self._task[a]
        return self._tasks["actual_start"][i] is not None or self._tasks["actual_finish"][i] is not None

    def _finished(self, a: int) -> bool:
        i = self._task[a]
        return self._tasks["actual_finish"][i] is not None or self._tasks["percent_complete"][i] >= FULL

    def _start(self, a: int, begun: bool) -> int:
        own = self._rows["actual_start"][a] if begun else None
        return int(self.schedule.start[self._task[a]]) if own is None else int(own)

    def _done(self, a: int, work: int) -> int:
        """Return how much of an assignment's work is done."""
        rows = self._rows
        if rows["actual_work"][a] > 0:
            return int(min(rows["actual_work"][a], work))
        if rows["remaining_work"][a] > 0:
            return int(max(work - rows["remaining_work"][a], 0))
        percent = rows["percent_work_complete"][a] or self._tasks["percent_complete"][self._task[a]]
        return int(work * min(percent, FULL) // FULL)

    def _rest(self, a: int, on: int, otherwise: int) -> int | None:
        """Return the working position where the remaining work of an assignment begins; None: where what is done ends.

        Args:
            a: The assignment.
            on: The calendar it lies on.
            otherwise: The position where what is done ends, if nothing came between.
        """
        i, t = self._task[a], self._tasks
        profile, calendar = self._profiles[t["project_id"][i]], self.calendars[on]
        if profile.dates_of_remaining_work:
            return calendar.position(int(self.schedule.early_start[i]))
        if profile.status_date_is_floor and not t["manual"][i]:
            left = t["remaining_duration"][i]
            if left is None:
                left = int(self.schedule.duration[i]) * (FULL - t["percent_complete"][i]) // FULL
            return calendar.position(self._scheduled_on(i).subtract(int(self.schedule.finish[i]), left))
        resume = self._rows["resume"][a] if self._rows["resume"][a] is not None else t["resume"][i]
        if resume is None:
            return None
        resumed = calendar.position(resume)
        return resumed if resumed > otherwise else None


def cut(pattern: Pattern, done: int) -> tuple[Pattern, Pattern]:
    """Return a pattern as the part in which `done` of its work lies, and the rest; a gap between them belongs to the rest."""
    before: Pattern = []
    for n, (length, work) in enumerate(pattern):
        if done <= 0:
            return before, pattern[n:]
        if work > done:
            passed = min(max(length * done // work, 1), max(length - 1, 1))
            rest = [(max(length - passed, 1), work - done), *pattern[n + 1 :]]
            return [*before, (passed, done)], rest
        before.append((length, work))
        done -= work
    return before, []


def without_first_gap(pattern: Pattern) -> Pattern:
    """Return a pattern from its first work on."""
    busy = [n for n, (_, work) in enumerate(pattern) if work]
    return pattern[busy[0] :] if busy else []


def squeezed(pattern: Pattern, room: int) -> Pattern:
    """Return a pattern evenly pressed into `room` working seconds where it is longer and there is any room."""
    if room <= 0 or sum(length for length, _ in pattern) <= room:
        return pattern
    return [(room, sum(work for _, work in pattern))]


def _shared(work: int, lengths: Sequence[int], weights: Sequence[int]) -> Pattern:
    """Return `work` shared out over pieces by weight, to the second."""
    whole, reached, given, pattern = sum(weights), 0, 0, []
    for length, weight in zip(lengths, weights, strict=True):
        reached += weight
        share = work * reached // whole - given
        given += share
        pattern.append((length, share))
    return pattern


def _in_pieces(work: int, pieces: Sequence[Sequence[int]]) -> Pattern:
    """Return work spread evenly over the pieces of a split task, gaps between them."""
    pattern: Pattern = []
    reached = 0
    shares = _shared(work, [length for _, length in pieces], [length for _, length in pieces])
    for (offset, length), (_, share) in zip(pieces, shares, strict=True):
        if offset > reached:
            pattern.append((offset - reached, 0))
        pattern.append((length, share))
        reached = offset + length
    return pattern
