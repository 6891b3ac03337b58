"""A compiled calendar: wall clock to working time and back, a few hundred nanoseconds a step.

``position(t)`` is the working time before `t`; ``earliest(p)`` and ``latest(p)`` are the two ends of the stretch of instants
that share a position (the end of one shift, the start of the next). All arithmetic is made of these three.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from threading import RLock

import numpy as np

from pm.errors import ScheduleError
from pm.model.kinds import DAY, FIRST_INSTANT, LAST_INSTANT, WEEK
from pm.worktime.blocks import Far, Intervals, Ints, Source

_MONDAY = -3 * DAY
_DEFAULT_WINDOW = (0, 10 * 52 * WEEK)
_WIDEST = 100 * 52 * WEEK
"""The window stops growing here; what lies beyond is reached through pages."""

_Hot = tuple[list[int], list[int], list[int], list[int], int, int]


class WorkCalendar:
    """The working time of a calendar, immutable to its users and safe to share between threads.

    It is compiled for a window of years that grows when an instant outside is asked about, up to years 1 to 9999. Positions
    count from a fixed origin, so those given out before a growth stay right.

    Args:
        source: Where the working intervals come from.
        around: Two instants between which most questions will lie.

    Attributes:
        source: As given.
        name: What people call the calendar.
        is_continuous: It works round the clock: positions are instants.
        origin: The instant whose position is 0.
        low, high: The compiled window.
        starts, ends: Working intervals of the window, instants, sorted and joined where they touch.
        cums: Position of each interval's start.
    """

    __slots__ = (
        "_after", "_arrays", "_before", "_first", "_hot", "_lock", "cums", "ends", "high", "is_continuous", "low", "name",
        "origin", "source", "starts",
    )  # fmt: skip

    def __init__(self, source: Source, around: tuple[int, int] = _DEFAULT_WINDOW) -> None:
        self.source, self.name, self.is_continuous = source, source.name, source.continuous
        self._lock = RLock()
        if self.is_continuous:
            low, high, self.origin = FIRST_INSTANT, LAST_INSTANT, 0
        else:
            low = max(_week_start(min(around)), FIRST_INSTANT)
            high = min(max(_week_start(min(max(around), low + _WIDEST)), low) + WEEK, LAST_INSTANT)
            self.origin = low
        starts, ends = source.intervals(low, high)
        self._set(low, high, starts, ends, low - self.origin if self.is_continuous else 0)

    def __repr__(self) -> str:
        return f"<WorkCalendar {self.name!r}>"

    # Scalar arithmetic. The inner loops of the engine: one bisection each, no calls on the way that is usual.

    def position(self, t: int) -> int:
        """Return the working seconds before `t`, counted from the origin."""
        starts, ends, offsets, _, high, _ = self._hot
        i = bisect_right(starts, t) - 1
        if i < 0 or t > high:
            return self._position_beyond(t)
        end = ends[i]
        if t > end:
            t = end
        return t + offsets[i]

    def earliest(self, p: int) -> int:
        """Return the earliest instant with position `p`: inside a shift, or the end of one.

        Raises:
            ScheduleError: `worktime.empty_calendar`, it never works; `worktime.out_of_range`, not in years 1 to 9999.
        """
        _, _, offsets, cums, _, last = self._hot
        i = bisect_left(cums, p) - 1
        if i < 0 or p > last:
            return self._instant_beyond(p, latest=False)
        return p - offsets[i]

    def latest(self, p: int) -> int:
        """Return the latest instant with position `p`: inside a shift, or the start of one.

        Raises:
            ScheduleError: as `earliest`.
        """
        _, _, offsets, cums, _, last = self._hot
        i = bisect_right(cums, p) - 1
        if i < 0 or p >= last:
            return self._instant_beyond(p, latest=True)
        return p - offsets[i]

    def snap_start(self, t: int) -> int:
        """Return `t` if work can start there, else the start of the next shift.

        Raises:
            ScheduleError: as `earliest`.
        """
        starts, ends, _, _, _, _ = self._hot
        i = bisect_right(starts, t)
        if i > 0:
            if t < ends[i - 1]:
                return t
            if i < len(starts):
                return starts[i]
        return self.latest(self.position(t))

    def snap_finish(self, t: int) -> int:
        """Return `t` if work can end there, else the end of the shift before.

        Raises:
            ScheduleError: as `earliest`.
        """
        starts, ends, _, _, high, _ = self._hot
        i = bisect_left(starts, t) - 1
        if i >= 0 and t <= high:
            end = ends[i]
            if t > end:
                t = end
            return t
        return self.earliest(self.position(t))

    def add(self, t: int, n: int) -> int:
        """Return the instant `n` working seconds after `t`, the earliest one; before it where `n` < 0, the latest one.

        With `n` = 0 the answer is `t` itself, working or not.

        Raises:
            ScheduleError: as `earliest`.
        """
        if n > 0:
            starts, ends, offsets, cums, high, last = self._hot
            i = bisect_right(starts, t) - 1
            if i >= 0 and t <= high:
                p = ends[i]
                if t < p:
                    p = t
                p += offsets[i] + n
                if p <= last:
                    return p - offsets[bisect_left(cums, p) - 1]
            return self.earliest(self.position(t) + n)
        return self.latest(self.position(t) + n) if n else t

    def subtract(self, t: int, n: int) -> int:
        """Return the instant `n` working seconds before `t` (after it where `n` < 0), the latest one.

        With `n` = 0 the answer is `t` itself, working or not.

        Raises:
            ScheduleError: as `earliest`.
        """
        if not n:
            return t
        starts, ends, offsets, cums, high, last = self._hot
        i = bisect_right(starts, t) - 1
        if i >= 0 and t <= high:
            p = ends[i]
            if t < p:
                p = t
            p += offsets[i] - n
            if p < last:
                i = bisect_right(cums, p) - 1
                if i >= 0:
                    return p - offsets[i]
        return self.latest(self.position(t) - n)

    def between(self, a: int, b: int) -> int:
        """Return the working seconds from `a` to `b`, negative where `b` is before `a`."""
        return self.position(b) - self.position(a)

    # The same over arrays of int64.

    def positions(self, ts: Ints) -> Ints:
        """Return `position` of each instant."""
        if len(ts) == 0 or not self._covers(ts):
            return np.array([self.position(t) for t in ts.tolist()], np.int64)
        starts, ends, cums, offsets = self.arrays
        if len(starts) == 0:
            return np.full(len(ts), self._first, np.int64)
        i = np.maximum(np.searchsorted(starts, ts, "right") - 1, 0)
        found: Ints = np.maximum(np.minimum(ts, ends[i]) + offsets[i], cums[0])
        return found

    def earliest_of(self, ps: Ints) -> Ints:
        """Return `earliest` of each position."""
        if len(ps):
            low, high = int(ps.min()), int(ps.max())
            self.earliest(low), self.earliest(high)
            if self._first < low and high <= self._hot[5]:
                _, _, cums, offsets = self.arrays
                return ps - offsets[np.searchsorted(cums, ps, "left") - 1]
        return np.array([self.earliest(p) for p in ps.tolist()], np.int64)

    def latest_of(self, ps: Ints) -> Ints:
        """Return `latest` of each position."""
        if len(ps):
            low, high = int(ps.min()), int(ps.max())
            self.latest(low), self.latest(high)
            if self._first <= low and high < self._hot[5]:
                _, _, cums, offsets = self.arrays
                return ps - offsets[np.searchsorted(cums, ps, "right") - 1]
        return np.array([self.latest(p) for p in ps.tolist()], np.int64)

    @property
    def arrays(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Starts, ends, cums and offsets (``cums - starts``) of the compiled window as arrays."""
        return self._arrays

    # What screens ask.

    def is_working(self, t: int) -> bool:
        """Whether the second that begins at `t` is worked."""
        return bool(self.intervals(t, t + 1))

    def intervals(self, a: int, b: int) -> list[tuple[int, int]]:
        """Return the working intervals between two instants, clipped to them.

        Raises:
            ScheduleError: `worktime.out_of_range`, an instant is not in years 1 to 9999.
        """
        if a >= b:
            return []
        self._check(a)
        self._check(b)
        self._reach(a)
        self._reach(b)
        starts, ends, _, _, high, _ = self._hot
        if not (self.low <= a and b <= high):
            low_ends = self.source.intervals(a, b)
            return list(zip(low_ends[0].tolist(), low_ends[1].tolist(), strict=True))
        i, j = bisect_right(ends, a), bisect_left(starts, b)
        return [(max(starts[k], a), min(ends[k], b)) for k in range(i, j)]

    def day_shifts(self, day: int) -> list[tuple[int, int]]:
        """Return the working times of the day that the instant `day` lies in, seconds after its midnight.

        They lie within the day: a night shift that began the evening before shows here with its morning.
        """
        midnight = day - day % DAY
        return [(a - midnight, b - midnight) for a, b in self.intervals(midnight, min(midnight + DAY, LAST_INSTANT))]

    def exception_name(self, t: int) -> str | None:
        """Return the name of the exception on the day of `t`, empty where it has none; None on an ordinary day."""
        return self.source.exception_name(t // DAY)

    # Growth. Lists are replaced, never changed, so that a reader in another thread sees one state or the other.

    def _set(self, low: int, high: int, starts: Ints, ends: Ints, first: int) -> None:
        lengths = ends - starts
        reached = np.cumsum(lengths) + first
        before = reached - lengths
        offsets = before - starts
        self._arrays = (starts, ends, before, offsets)
        self.starts: list[int] = starts.tolist()
        self.ends: list[int] = ends.tolist()
        self.cums: list[int] = before.tolist()
        last = int(reached[-1]) if len(reached) else first
        self._first = first
        self.low, self.high = low, high
        self._before = Far(self.source, low, first, forward=False)
        self._after = Far(self.source, high, last, forward=True)
        self._hot: _Hot = (self.starts, self.ends, offsets.tolist(), self.cums, high, last)

    def _extend(self, low: int, high: int) -> None:
        """Grow the window to hold `low` and `high`, on one side only."""
        starts, ends, _, _ = self.arrays
        first = self._first
        if low < self.low:
            new: Intervals = self.source.intervals(low, self.low)
            first -= int((new[1] - new[0]).sum())
            pieces = (new, (starts, ends))
        else:
            new = self.source.intervals(self.high, high)
            pieces = ((starts, ends), new)
        starts, ends = (np.concatenate(both) for both in zip(*pieces, strict=True))
        joint = np.flatnonzero(starts[1:] == ends[:-1])
        self._set(min(low, self.low), max(high, self.high), np.delete(starts, joint + 1), np.delete(ends, joint), first)

    def _grow(self, *, forward: bool, to: int | None = None) -> bool:
        """Double the window, at least as far as `to`; return whether that was possible."""
        span = self.high - self.low
        spare = _WIDEST - span
        if forward:
            target = min(max(self.high + span, to or self.high), LAST_INSTANT, self.high + spare)
            if target <= self.high or (to is not None and target < to):
                return False
            self._extend(self.low, target)
        else:
            target = max(min(self.low - span, to or self.low), FIRST_INSTANT, self.low - spare)
            if target >= self.low or (to is not None and target > to):
                return False
            self._extend(target, self.high)
        return True

    def _reach(self, t: int) -> None:
        """Grow the window to hold `t`, where it may grow so far."""
        if not self.low <= t <= self.high:
            with self._lock:
                if t > self.high:
                    self._grow(forward=True, to=t)
                elif t < self.low:
                    self._grow(forward=False, to=t)

    def _covers(self, ts: Ints) -> bool:
        """Grow the window to hold all of `ts` where it may; return whether it does."""
        low, high = int(ts.min()), int(ts.max())
        self._check(low)
        self._check(high)
        self._reach(low)
        self._reach(high)
        return self.low <= low and high <= self.high

    def _position_beyond(self, t: int) -> int:
        self._check(t)
        with self._lock:
            self._reach(t)
            if t > self.high:
                return self._after.position(t)
            if t < self.low:
                return self._before.position(t)
            if not self.starts or t < self.starts[0]:
                return self._first
        return self.position(t)

    def _instant_beyond(self, p: int, *, latest: bool) -> int:
        """Answer `earliest` or `latest` for a position that the window does not hold."""
        if self.is_continuous:
            self._check(p)
            return p
        with self._lock:
            forward = p > self._hot[5] or (latest and p == self._hot[5])
            while not self._holds(p, latest):
                if not self._grow(forward=forward):
                    far = self._after if forward else self._before
                    found = far.latest(p) if latest else far.earliest(p)
                    if found is None:
                        raise self._exhausted()
                    return found
        return self.latest(p) if latest else self.earliest(p)

    def _holds(self, p: int, latest: bool) -> bool:
        last = self._hot[5]
        return self._first <= p < last if latest else self._first < p <= last

    def _check(self, t: int) -> None:
        if not FIRST_INSTANT <= t <= LAST_INSTANT:
            raise self._out_of_range()

    def _exhausted(self) -> ScheduleError:
        if self.starts or self._before.works() or self._after.works():
            return self._out_of_range()
        return ScheduleError(
            "a calendar has no working time",
            code="worktime.empty_calendar",
            subject=f"calendar {self.name!r}",
            hint="give it a working day, or use another calendar",
        )

    def _out_of_range(self) -> ScheduleError:
        return ScheduleError(
            "a date lies where there is no working time, or outside the years 1 to 9999",
            code="worktime.out_of_range",
            subject=f"calendar {self.name!r}",
            hint="look for a duration, lag or date far from the rest of the project, and at the calendar's last working day",
        )


def _week_start(t: int) -> int:
    return t - (t - _MONDAY) % WEEK
