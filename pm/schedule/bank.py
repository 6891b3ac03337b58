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
from collections.abc import Sequence

import numpy as np

from pm.errors import ScheduleError
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


class CalendarBank:
    """Compiled calendars between two instants, addressed by index.

    Args:
        calendars: The calendars; the first is the round-the-clock one.
        first, last: The range of instants to compile.
    """

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
        i = self._starts_by(key, k) - 1
        found: Ints = np.minimum(key, self.ends.take(i)) + self.offsets.take(i)
        return found

    def latest_of(self, p: Ints, k: Ints) -> Ints:
        """`latest` of many."""
        found: Ints = p - self.offsets.take(self._works_by(p, k) - 1) - k
        return found

    def earliest_of(self, p: Ints, k: Ints) -> Ints:
        """`earliest` of many."""
        found: Ints = p - self.offsets.take(self._work_ends_by(p, k)) - k
        return found

    def snaps(self, t: Ints, k: Ints) -> tuple[Ints, Ints]:
        """`snap` of many."""
        key = t + k
        after = self._starts_by(key, k)
        i = after - 1
        end = self.ends.take(i)
        return np.minimum(key, end) + self.offsets.take(i), np.where(key < end, t, self.starts.take(after) - k)

    def pulls(self, t: Ints, k: Ints) -> tuple[Ints, Ints]:
        """`pull` of many."""
        key = t + k
        i = self._starts_by(key, k) - 1
        key = np.minimum(key, self.ends.take(i))
        inside = key > self.starts.take(i)
        return key + self.offsets.take(i), np.where(inside, key, self.ends.take(i - 1)) - k

    def shift_by(self, t: Ints, n: Ints, k: Ints) -> Ints:
        """`shift` of many, none of them by nothing."""
        p = self.positions(t, k) + n
        ahead = n > 0
        if not ahead.any():
            return self.latest_of(p, k)
        if ahead.all():
            return self.earliest_of(p, k)
        found: Ints = np.where(ahead, self.earliest_of(p, k), self.latest_of(p, k))
        return found

    def unshift_by(self, t: Ints, n: Ints, k: Ints, early: Flags) -> Ints:
        """`unshift` of many, none of them by nothing."""
        p = self.positions(t, k) - n
        found = self.latest_of(p, k)
        return np.where(early, self.earliest_of(p, k), found) if early.any() else found

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

    def covers(self, first: int, last: int) -> bool:
        """Whether the compiled range holds these instants, as far as years 1 to 9999 do."""
        return self.first <= max(first, FIRST_INSTANT) and min(last, LAST_INSTANT - DAY) <= self.last

    def wider(self) -> CalendarBank:
        """Return the bank compiled over three times the range.

        Raises:
            ScheduleError: `schedule.out_of_range`, the range is years 1 to 9999 already.
        """
        if self.first <= FIRST_INSTANT and self.last >= LAST_INSTANT - DAY:
            raise ScheduleError(
                "the schedule runs out of the years 1 to 9999",
                code="schedule.out_of_range",
                hint="look for a very long duration, or a calendar that has hardly any working time",
            )
        span = max(self.last - self.first, 366 * DAY)
        return CalendarBank(self.calendars, self.first - span // 2, self.last + span * 3 // 2)
