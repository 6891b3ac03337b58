"""Where the work of assignments lies in time: the one answer that loads, levelling, cost and earned value build on.

An assignment is one *stretch* of even work, or several: a contour has ten, an edited one a stretch for every piece, a task in
progress what is done and what remains. A stretch lies between two working positions of a calendar; on the wall clock it is
at work only where that calendar works. Amounts are exact: whatever the buckets, they add up to the work.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pm.model import FULL
from pm.resources.placing import Placing
from pm.schedule import Schedule
from pm.schedule.result import Flags, Ints
from pm.worktime import WorkCalendar

_LONGEST_EXACT = 3_000_000_000
"""Seconds whose square fits 64 bits; the share of a longer stretch is computed without a limit."""


@dataclass(frozen=True)
class TimePhased:
    """The work of a plan's assignments over time. Arrays have an entry a stretch, in order of assignments, then of time.

    Attributes:
        schedule: What it was computed from.
        calendars: The calendars that stretches lie on; `calendar` numbers them.
        assignment: Position of the assignment in ``plan.assignments``.
        calendar: Number of the calendar in `calendars`.
        first, last: Working positions on that calendar between which the work lies; `last` is always later.
        start, finish: The same as instants: work begins at `start` and ends at `finish`.
        work: Working seconds of all units together (for material what `Assignment.work` counts).
        units: Units at work, FULL (10000) is one full time: those of the assignment where its work is spread evenly.
        done: It is done (before what remains of a task in progress, or of a finished one), not still to do.
    """

    schedule: Schedule
    calendars: tuple[WorkCalendar, ...]
    assignment: Ints
    calendar: Ints
    first: Ints
    last: Ints
    start: Ints
    finish: Ints
    work: Ints
    units: Ints
    done: Flags

    def __len__(self) -> int:
        return len(self.work)

    def before(self, stretches: Ints, instants: Ints) -> Ints:
        """Return how much of the work of `stretches` lies before `instants` (two arrays of the same length)."""
        positions = _by_calendar(self.calendars, self.calendar[stretches], instants)
        span = self.last[stretches] - self.first[stretches]
        passed = np.clip(positions - self.first[stretches], 0, span)
        return _share(self.work[stretches], passed, span)

    def by_bucket(self, edges: Ints) -> tuple[Ints, Ints, Ints]:
        """Return the work by bucket as three arrays: stretch, bucket, work; pairs without work are left out.

        Args:
            edges: Instants, ascending; bucket `b` lies from ``edges[b]`` to ``edges[b + 1]``.
        """
        low = np.maximum(np.searchsorted(edges, self.start, "right") - 1, 0)
        high = np.minimum(np.searchsorted(edges, self.finish, "left"), len(edges) - 1)
        stretch, bucket = runs(low, high)
        work = self.before(stretch, edges[bucket + 1]) - self.before(stretch, edges[bucket])
        some = work > 0
        return stretch[some], bucket[some], work[some]

    def pieces(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Return the work piece by piece on the wall clock, as arrays: stretch, start, finish, work.

        A piece lies within one shift; its rate is even.
        """
        return self._pieces

    @cached_property
    def _pieces(self) -> tuple[Ints, Ints, Ints, Ints]:
        parts = []
        for number, calendar in enumerate(self.calendars):
            mine = np.flatnonzero(self.calendar == number)
            if not len(mine):
                continue
            first, last = self.start[mine], self.finish[mine]
            opening, closing = _shifts(calendar, int(first.min()), int(last.max()))
            which, shift = runs(np.searchsorted(closing, first, "right"), np.searchsorted(opening, last, "left"))
            start = np.maximum(opening[shift], first[which])
            finish = np.minimum(closing[shift], last[which])
            parts.append((mine[which], start, finish))
        if not parts:
            return (np.zeros(0, np.int64),) * 4
        stretch, start, finish = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.lexsort((start, stretch))
        stretch, start, finish = stretch[order], start[order], finish[order]
        return stretch, start, finish, self.before(stretch, finish) - self.before(stretch, start)


def time_phased(schedule: Schedule) -> TimePhased:
    """Return where the work of every assignment lies.

    Assignments without work, of inactive tasks, and of tasks without dates have none.

    Raises:
        ScheduleError: `worktime.empty_calendar`, a resource's calendar never works; `worktime.out_of_range`.
    """
    placing = Placing(schedule)
    found = placing.place()
    order = np.lexsort((found.first, ~found.done, found.assignment))
    assignment, calendar, first, last, work, units, done = (column[order] for column in found)
    calendars = tuple(placing.calendars)
    start, finish = np.zeros_like(first), np.zeros_like(first)
    for number, mine in _groups(calendar):
        start[mine] = calendars[number].latest_of(first[mine])
        finish[mine] = calendars[number].earliest_of(last[mine])
    units = np.where(units > 0, units, _share(np.full_like(work, FULL), work, last - first))
    return TimePhased(schedule, calendars, assignment, calendar, first, last, start, finish, work, units, done.astype(bool))


def _share(whole: Ints, part: Ints, of: Ints) -> Ints:
    """Return ``whole * part // of``, exact."""
    times, rest = whole // of, whole % of
    found = times * part
    small = of <= _LONGEST_EXACT
    found[small] += rest[small] * part[small] // of[small]
    large = np.flatnonzero(~small)
    triples = zip(rest[large].tolist(), part[large].tolist(), of[large].tolist(), strict=True)
    found[large] += np.array([r * p // o for r, p, o in triples], dtype=np.int64)
    return found


def runs(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Return the pairs (i, j) with ``low[i] <= j < high[i]`` as two arrays."""
    count = np.maximum(high - low, 0)
    which = np.repeat(np.arange(len(low)), count)
    return which, np.arange(len(which)) + np.repeat(low - (np.cumsum(count) - count), count)


def _groups(numbers: Ints) -> list[tuple[int, Ints]]:
    """Return the positions of each number."""
    order = np.argsort(numbers, kind="stable")
    values, begin = np.unique(numbers[order], return_index=True)
    return list(zip(values.tolist(), np.split(order, begin[1:]), strict=True)) if len(values) else []


def _by_calendar(calendars: tuple[WorkCalendar, ...], numbers: Ints, instants: Ints) -> Ints:
    """Return the working position of each instant on the calendar numbered beside it."""
    found = np.zeros_like(instants)
    for number, mine in _groups(numbers):
        found[mine] = calendars[number].positions(instants[mine])
    return found


def _shifts(calendar: WorkCalendar, first: int, last: int) -> tuple[Ints, Ints]:
    """Return starts and ends of the working intervals that touch the time between two instants."""
    listed = np.array(calendar.intervals(first, last), dtype=np.int64).reshape(-1, 2)
    return listed[:, 0], listed[:, 1]
