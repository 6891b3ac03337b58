"""Calendars stacked into one set of arrays, so that one search serves dates on any mixture of them.

Calendar `k` lives `k` strides further along the time axis, both for instants and for positions (cumulated work). Every
calendar is fenced on either side by two empty intervals, one next to the compiled range and one far outside years 1 to
9999, both in time and in work: a date that runs off the range, however far, comes out outside it, which `out_of_range`
notices, and the engine widens the range and computes again.

A calendar is named by its index times STRIDE throughout (`k`). Arithmetic is that of `pm.worktime`; here it is written
once for single values and once for arrays (tested equal).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from copy import copy

import numpy as np

from pm.errors import ScheduleError
from pm.model import iso
from pm.model.kinds import DAY, FIRST_INSTANT, LAST_INSTANT
from pm.schedule.lookup import FAR, FENCE, STRIDE, Search
from pm.schedule.result import Flags, Ints
from pm.worktime import WorkCalendar

NEVER = -(1 << 60)
"""A bound that binds nothing, forwards; `FOREVER` is its twin for the backward pass."""
FOREVER = 1 << 60
LIMIT = 1 << 62
"""Beyond whatever dates and positions come to."""
CONTINUOUS = 0
"""Index of the round-the-clock calendar in every bank."""
MOST_SHIFTS = 500_000
"""Shifts, at two a day and calendar, that are compiled at most; what lies beyond is asked of the calendars one by one."""
USUAL = 20 * 366 * DAY
"""A range so long is compiled whatever the number of calendars."""


class CalendarBank:
    """Compiled calendars between two instants, addressed by index.

    Args:
        calendars: The calendars; the first is the round-the-clock one.
        first, last: The range of instants to compile.

    Attributes:
        limit: The range that it can be made wide for.
    """

    limit = (FIRST_INSTANT, LAST_INSTANT - DAY)

    def __init__(self, calendars: Sequence[WorkCalendar], first: int, last: int) -> None:
        self.calendars = list(calendars)
        self.first, self.last = (t - t % DAY for t in (max(first, FIRST_INSTANT), min(last + DAY, LAST_INSTANT)))
        starts, ends, works = [], [], []
        for k, calendar in enumerate(self.calendars):
            opening, closing = calendar.source.intervals(self.first, self.last)
            if not len(opening):
                calendar.snap_start(self.first)  # names the calendar that never works
            offset = k * STRIDE
            before, after = [-FENCE, self.first - 1], [self.last + 1, FENCE]
            worked = np.cumsum(closing - opening)
            starts.append(np.concatenate((before, opening, after)) + offset)
            ends.append(np.concatenate((before, closing, after)) + offset)
            works.append(np.concatenate(([-FAR, 0, 0], worked, [FAR])) + offset)
        low, end = [-LIMIT], [len(self.calendars) * STRIDE, LIMIT]  # long chains that run off the range sink below all calendars
        self.starts: Ints = np.concatenate([low, *starts, end])
        self.ends: Ints = np.concatenate([[-FENCE - 1], *ends, end])
        self.works: Ints = np.concatenate([low, *works, end])
        self.work_ends: Ints = self.works + self.ends - self.starts
        self.offsets: Ints = self.works - self.starts
        # by the number of intervals that start at or before a value, as a search answers
        self._end_before: Ints = np.append(0, self.ends)
        self._offset_before: Ints = np.append(0, self.offsets)
        begin = np.cumsum([len(low), *(len(s) for s in starts)])
        self._starts_by: Search = Search(self.starts, begin, "right")
        self._works_by: Search = Search(self.works, begin, "right")
        self._work_ends_by: Search = Search(self.work_ends, begin, "left")
        self._starts: list[int] = self.starts.tolist()
        self._ends: list[int] = self.ends.tolist()
        self._works: list[int] = self.works.tolist()
        self._work_ends: list[int] = self.work_ends.tolist()
        self._offsets: list[int] = self.offsets.tolist()

    def calendar(self, k: int) -> WorkCalendar:
        """Return the calendar named `k`."""
        return self.calendars[k // STRIDE]

    # one value at a time -------------------------------------------------------------------------

    def position(self, t: int, k: int) -> int:
        """Return the working seconds before `t` on calendar `k`, from an origin of the calendar's own."""
        key = t + k
        i = bisect_right(self._starts, key) - 1
        end = self._ends[i]
        return (min(end, key)) + self._offsets[i]

    def latest(self, p: int, k: int) -> int:
        """Return the latest instant with position `p`: the start of the next shift."""
        return p - self._offsets[bisect_right(self._works, p) - 1] - k

    def earliest(self, p: int, k: int) -> int:
        """Return the earliest instant with position `p`: the end of the shift before."""
        return p - self._offsets[bisect_left(self._work_ends, p)] - k

    def snap(self, t: int, k: int) -> tuple[int, int]:
        """Return the position of `t` and the latest instant with it: `t`, or the start of the next shift."""
        key = t + k
        i = bisect_right(self._starts, key) - 1
        end = self._ends[i]
        if key < end:
            return key + self._offsets[i], t
        return end + self._offsets[i], self._starts[i + 1] - k

    def pull(self, t: int, k: int) -> tuple[int, int]:
        """Return the position of `t` and the earliest instant with it: `t`, or the end of the shift before."""
        key = t + k
        i = bisect_right(self._starts, key) - 1
        end = self._ends[i]
        if key > end:
            key = end
        if key > self._starts[i]:
            return key + self._offsets[i], key - k
        return key + self._offsets[i], self._ends[i - 1] - k

    def shift(self, t: int, n: int, k: int) -> int:
        """Return `t` moved by `n` working seconds: to the end of a shift forwards, to the start of one backwards."""
        if n > 0:
            return self.earliest(self.position(t, k) + n, k)
        return self.latest(self.position(t, k) + n, k) if n else t

    def unshift(self, t: int, n: int, k: int, early: bool = False) -> int:
        """Return the latest instant (the earliest, if `early`) that `shift` by `n` working seconds takes to `t`'s position."""
        if not n:
            return t
        position = self.position(t, k) - n
        return self.earliest(position, k) if early else self.latest(position, k)

    def between(self, a: int, b: int, k: int) -> int:
        """Return the working seconds from `a` to `b`, negative where `b` is before `a`."""
        return self.position(b, k) - self.position(a, k)

    # arrays -----------------------------------------------------------------------------------

    def positions(self, t: Ints, k: Ints) -> Ints:
        """`position` of many."""
        key = t + k
        after = self._starts_by(key, k)
        np.minimum(key, self._end_before.take(after), out=key)
        key += self._offset_before.take(after)
        return key

    def latest_of(self, p: Ints, k: Ints) -> Ints:
        """`latest` of many."""
        found = p - self._offset_before.take(self._works_by(p, k))
        found -= k
        return found

    def earliest_of(self, p: Ints, k: Ints) -> Ints:
        """`earliest` of many."""
        found = p - self.offsets.take(self._work_ends_by(p, k))
        found -= k
        return found

    def snaps(self, t: Ints, k: Ints) -> tuple[Ints, Ints]:
        """`snap` of many."""
        key = t + k
        after = self._starts_by(key, k)
        end = self._end_before.take(after)
        snapped = np.where(key < end, t, self.starts.take(after) - k)
        np.minimum(key, end, out=key)
        key += self._offset_before.take(after)
        return key, snapped

    def pulls(self, t: Ints, k: Ints) -> tuple[Ints, Ints]:
        """`pull` of many."""
        key = t + k
        i = self._starts_by(key, k) - 1
        key = np.minimum(key, self.ends.take(i))
        inside = key > self.starts.take(i)
        return key + self.offsets.take(i), np.where(inside, key, self.ends.take(i - 1)) - k

    def shift_by(self, t: Ints, n: Ints, k: Ints) -> Ints:
        """`shift` of many, none of them by nothing."""
        back = n < 0
        p = self.positions(t, k)
        p += n
        return self._ends_of(p, back, k)

    def unshift_by(self, t: Ints, n: Ints, k: Ints, early: Flags) -> Ints:
        """`unshift` of many, none of them by nothing."""
        p = self.positions(t, k)
        p -= n
        return self._ends_of(p, ~early, k)

    def _ends_of(self, p: Ints, late: Flags, k: Ints) -> Ints:
        """Return the latest instants with the positions `p` where `late`, the earliest elsewhere.

        The latest instant with a position is a second before the earliest with the next.
        """
        p += late
        found = self.earliest_of(p, k)
        found -= late
        return found

    def spans(self, a: Ints, b: Ints, k: Ints) -> Ints:
        """`between` of many."""
        found: Ints = self.positions(b, k) - self.positions(a, k)
        return found

    # the range ---------------------------------------------------------------------------------

    def out_of_range(self, *dates: Ints) -> bool:
        """Whether any of the dates ran off the compiled range (bounds that bind nothing aside)."""
        for values in dates:
            odd = (values < self.first) | (values > self.last)
            if odd.any() and (np.abs(values[odd]) < FOREVER).any():
                return True
        return False

    def covers(self, dates: Sequence[int]) -> bool:
        """Whether the range holds these instants, as far as years 1 to 9999 do."""
        first, last = min(dates, default=self.first), max(dates, default=self.last)
        return self.first <= max(first, FIRST_INSTANT) and min(last, LAST_INSTANT - DAY) <= self.last

    def wider(self) -> CalendarBank:
        """Return the bank for three times the range; for years 1 to 9999 where that is too much to compile.

        Raises:
            ScheduleError: `schedule.out_of_range`, the range holds `limit` already.
        """
        if self.first <= self.limit[0] and self.last >= self.limit[1]:
            raise ScheduleError(
                "the schedule runs out of the years {} to {}".format(*(int(iso(t)[:4]) for t in self.limit)),
                code="schedule.out_of_range",
                hint="look for a very long duration, or a calendar that has hardly any working time",
            )
        span = max(self.last - self.first, 366 * DAY)
        first, last = self.first - span // 2, self.last + span * 3 // 2
        if not affordable(self.calendars, first, last):  # as far ahead as it goes, if that is worth it
            first, last = self.first, self.first + most_affordable(self.calendars) - DAY
        bank = CalendarBank(self.calendars, first, last) if last > self.last + span // 10 else FarBank(self)
        bank.limit = self.limit
        return bank

    def limited(self, first: int, last: int) -> CalendarBank:
        """Return the same bank, to be made no wider than for these instants."""
        bank = copy(self)
        bank.limit = first, last
        return bank


class FarBank(CalendarBank):
    """A bank for all of the years 1 to 9999, of which only a part is compiled: the rest is asked of each calendar.

    Dates thousands of years away come from slips of the pen. They must be right, like any other, and must not cost arrays
    of millions of shifts. Outside the years 1 to 9999 it answers as a bank compiled for all of them would.

    Args:
        core: The bank whose range is compiled.
    """

    def __init__(self, core: CalendarBank) -> None:
        vars(self).update(vars(core))
        self._low, self._high = core.first, core.last
        self.first, self.last = FIRST_INSTANT - FIRST_INSTANT % DAY, LAST_INSTANT - LAST_INSTANT % DAY
        self._far: dict[int, tuple[int, int, int, int]] = {}

    # one value at a time -------------------------------------------------------------------------

    def position(self, t: int, k: int) -> int:
        """As in any bank."""
        if self._low <= t <= self._high:
            return super().position(t, k)
        _, origin, first, last = self._borders(k)
        if t < self.first:
            return k + (first if t == self.first - 1 else -FAR)
        if t > self.last:
            return k + (last if t < FENCE else FAR)
        return k + self.calendar(k).position(t) - origin

    def latest(self, p: int, k: int) -> int:
        """As in any bank."""
        within, origin, first, last = self._borders(k)
        p -= k
        if 0 <= p < within:
            return super().latest(p + k, k)
        if p < first:
            return p + FAR - FENCE
        if p >= last:
            return p - FAR + FENCE if p >= FAR else p - last + self.last + 1
        return self.calendar(k).latest(p + origin)

    def earliest(self, p: int, k: int) -> int:
        """As in any bank."""
        within, origin, first, last = self._borders(k)
        p -= k
        if 0 < p <= within:
            return super().earliest(p + k, k)
        if p <= first:
            return p + FAR - FENCE if p <= -FAR else p - first + self.first - 1
        if p > last:
            return p - FAR + FENCE
        return self.calendar(k).earliest(p + origin)

    def snap(self, t: int, k: int) -> tuple[int, int]:
        """As in any bank."""
        p = self.position(t, k)
        return p, self.latest(p, k)

    def pull(self, t: int, k: int) -> tuple[int, int]:
        """As in any bank."""
        p = self.position(t, k)
        return p, self.earliest(p, k)

    # arrays --------------------------------------------------------------------------------------

    def positions(self, t: Ints, k: Ints) -> Ints:
        """`position` of many."""
        found = super().positions(t, k)
        odd = np.flatnonzero((t < self._low) | (t > self._high))
        found[odd] = [self.position(*pair) for pair in zip(t[odd].tolist(), k[odd].tolist(), strict=True)]
        return found

    def latest_of(self, p: Ints, k: Ints) -> Ints:
        """`latest` of many."""
        return self._corrected(super().latest_of(p, k), self.latest, p, k)

    def earliest_of(self, p: Ints, k: Ints) -> Ints:
        """`earliest` of many."""
        return self._corrected(super().earliest_of(p, k), self.earliest, p, k)

    def snaps(self, t: Ints, k: Ints) -> tuple[Ints, Ints]:
        """`snap` of many."""
        p = self.positions(t, k)
        return p, self.latest_of(p, k)

    def pulls(self, t: Ints, k: Ints) -> tuple[Ints, Ints]:
        """`pull` of many."""
        p = self.positions(t, k)
        return p, self.earliest_of(p, k)

    def _corrected(self, found: Ints, find: Callable[[int, int], int], p: Ints, k: Ints) -> Ints:
        """Return instants with those replaced that the compiled range does not hold."""
        odd = np.flatnonzero((found < self._low) | (found > self._high))
        found[odd] = [find(*pair) for pair in zip(p[odd].tolist(), k[odd].tolist(), strict=True)]
        return found

    def _borders(self, k: int) -> tuple[int, int, int, int]:
        """Return four positions on calendar `k`.

        They are that of the end of the compiled range counted from its start, that of its start counted from the calendar's
        own origin, and those of the ends of years 1 to 9999 counted from the start of the compiled range.
        """
        found = self._far.get(k)
        if found is None:
            position = self.calendar(k).position
            origin = position(self._low)
            ends = (position(t) - origin for t in (self._high, self.first, self.last))
            within, first, last = ends
            found = self._far[k] = within, origin, first, last
        return found


def affordable(calendars: Sequence[WorkCalendar], first: int, last: int) -> bool:
    """Whether a bank may be compiled for a range as a whole."""
    return last - first <= most_affordable(calendars)


def most_affordable(calendars: Sequence[WorkCalendar]) -> int:
    """Return the longest range, in seconds, that a bank is compiled for as a whole."""
    return max(USUAL, MOST_SHIFTS * DAY // (2 * len(calendars)))


def bank_of(calendars: Sequence[WorkCalendar], dates: Sequence[int], before: int, after: int) -> CalendarBank:
    """Return the bank for `dates`, from `before` the first of them to `after` the last.

    Where they lie so far apart that not all between can be compiled, it is compiled around the middle one.

    Raises:
        ScheduleError: `worktime.empty_calendar`.
    """
    first, last = min(dates, default=0) - before, max(dates, default=0) + after
    if affordable(calendars, first, last):
        return CalendarBank(calendars, first, last)
    middle = sorted(dates)[len(dates) // 2]
    return FarBank(CalendarBank(calendars, middle - before - USUAL // 4, middle + after + USUAL // 4))
