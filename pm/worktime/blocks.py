"""Stretches of compiled working time: sorted working intervals with the work before each.

A *position* is the working time before an instant, in seconds, counted from some origin; it may be negative. Between two
shifts many instants share one position: the earliest is the end of the shift before, the latest the start of the next.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pm.model.kinds import DAY, FIRST_INSTANT, LAST_INSTANT, WEEK

Ints = NDArray[np.int64]
Intervals = tuple[Ints, Ints]
"""Starts and ends of half-open working intervals, instants, sorted, neither touching nor overlapping."""

PAGE = 5218 * WEEK
"""Length of a page, about a century; whole weeks, so that pages of a calendar without exceptions are alike."""
FOUR_CENTURIES = 146_097 * DAY
"""The calendar of years and months repeats itself, weekdays too: after so long a yearly holiday falls as before."""

Spans = tuple[tuple[int, int], ...]
"""Stretches between two instants, sorted, apart from each other; one may be of no length."""


class Source(Protocol):
    """Where working intervals come from: the rules of a calendar, or calendars combined."""

    @property
    def name(self) -> str:
        """What people call the calendar."""

    @property
    def continuous(self) -> bool:
        """Whether it works round the clock, always."""

    @property
    def special(self) -> Spans:
        """Where the calendar does not repeat itself; between two of them it does so after every `cycle`."""

    @property
    def cycle(self) -> int:
        """After how many seconds it repeats itself: a week, or `FOUR_CENTURIES` where something recurs without an end."""

    def intervals(self, low: int, high: int) -> Intervals:
        """Return the working intervals between two instants, clipped to them."""

    def exception_name(self, day: int) -> str | None:
        """Return the name of the exception on day number `day` (days since 1970), None where there is none."""


def joined(spans: Iterable[tuple[int, int]]) -> Spans:
    """Sort spans and join those that touch or overlap."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(spans):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def no_intervals() -> Intervals:
    """Return intervals of a time without work."""
    return np.empty(0, np.int64), np.empty(0, np.int64)


def merged(starts: Ints, ends: Ints) -> Intervals:
    """Sort intervals and join those that touch or overlap."""
    if len(starts) == 0:
        return starts, ends
    if np.any(starts[1:] < starts[:-1]):
        order = np.argsort(starts, kind="stable")
        starts, ends = starts[order], ends[order]
    reach = np.maximum.accumulate(ends)
    first = np.ones(len(starts), np.bool_)
    first[1:] = starts[1:] > reach[:-1]
    last = np.append(first[1:], True)
    return starts[first], reach[last]


def clipped(starts: Ints, ends: Ints, low: int, high: int) -> Intervals:
    """Cut intervals to those between `low` and `high`."""
    starts, ends = np.maximum(starts, low), np.minimum(ends, high)
    inside = starts < ends
    return starts[inside], ends[inside]


class Block:
    """The compiled working time from `low` to `high`.

    Attributes:
        starts, ends: The working intervals.
        cums: Position of each interval's start.
        offsets: ``cums - starts``: what turns an instant of the interval into its position.
        first, last: Positions of `low` and `high`.
    """

    __slots__ = ("cums", "ends", "first", "high", "last", "low", "offsets", "starts")

    def __init__(self, intervals: Intervals, low: int, high: int, first: int = 0) -> None:
        starts, ends = intervals
        lengths = np.cumsum(ends - starts)
        cums = np.concatenate((np.zeros(1, np.int64), lengths)) + first
        self.low, self.high, self.first, self.last = low, high, first, int(cums[-1])
        self.starts: Sequence[int] = starts  # type: ignore[assignment]
        self.ends: Sequence[int] = ends  # type: ignore[assignment]
        self.cums: Sequence[int] = cums[:-1]  # type: ignore[assignment]
        self.offsets: Sequence[int] = cums[:-1] - starts  # type: ignore[assignment]

    def position(self, t: int) -> int:
        """Return the position of an instant of the block."""
        i = bisect_right(self.starts, t) - 1
        return self.first if i < 0 else int(min(t, self.ends[i]) + self.offsets[i])

    def earliest(self, p: int) -> int:
        """Return the earliest instant at `p`, which is above `first` and at most `last`."""
        return int(p - self.offsets[bisect_left(self.cums, p) - 1])

    def latest(self, p: int) -> int:
        """Return the latest instant at `p`, which is at least `first` and below `last`."""
        return int(p - self.offsets[bisect_right(self.cums, p) - 1])


class Page:
    """A block seen from elsewhere: `shift` later in time, `lift` higher in position."""

    __slots__ = ("block", "first", "last", "lift", "shift")

    def __init__(self, block: Block, shift: int, lift: int) -> None:
        self.block, self.shift, self.lift = block, shift, lift
        self.first, self.last = block.first + lift, block.last + lift


class Far:
    """What lies beyond the compiled window of a calendar on one side, a century a page or four, outwards.

    Dates so far away come from slips of the pen and from null dates (year 1, year 9999): they must be right and must not
    cost a window of ten thousand years, so pages where the calendar repeats itself are one block.

    Args:
        source: Where intervals come from.
        edge: The window's border.
        position: Position of `edge`.
        forward: Whether the pages lead to later dates.
    """

    def __init__(self, source: Source, edge: int, position: int, *, forward: bool) -> None:
        self._source, self._edge, self._position, self._forward = source, edge, position, forward
        self._pages: list[Page] = []
        self._works: list[int] = []  # the working time from the edge to the far end of each page
        self._length = PAGE if source.cycle == WEEK else source.cycle
        self._alike: dict[int, Block] = {}

    def position(self, t: int) -> int:
        """Return the position of an instant on this side, of years 1 to 9999."""
        number = max(abs(t - self._edge) - 1, 0) // self._length
        while number >= len(self._pages):
            if self._next() is None:
                return self._position
        page = self._pages[number]
        return page.block.position(t - page.shift) + page.lift

    def earliest(self, p: int) -> int | None:
        """Return the earliest instant at `p`, or None where years 1 to 9999 do not hold it on this side."""
        page = self._holding(p, inner=self._forward)
        return None if page is None else page.block.earliest(p - page.lift) + page.shift

    def latest(self, p: int) -> int | None:
        """Return the latest instant at `p`, or None where years 1 to 9999 do not hold it on this side."""
        page = self._holding(p, inner=not self._forward)
        return None if page is None else page.block.latest(p - page.lift) + page.shift

    def works(self) -> bool:
        """Whether there is any working time on this side."""
        return self._holding(self._position, inner=False) is not None

    def _holding(self, p: int, *, inner: bool) -> Page | None:
        """Return the page of a position; of those that share it the one nearest to the window, or else the farthest."""
        away = abs(p - self._position)
        find = bisect_left if inner else bisect_right
        while (number := find(self._works, away)) == len(self._works):
            if self._next() is None:
                return None
        return self._pages[number]

    def _next(self) -> Page | None:
        """Compile the next page and return it; None beyond years 1 to 9999."""
        number = len(self._pages)
        if self._forward:
            low = self._edge + number * self._length
            high = min(low + self._length, LAST_INSTANT)
        else:
            high = self._edge - number * self._length
            low = max(high - self._length, FIRST_INSTANT)
        if low >= high:
            return None
        block, shift = self._block(low, high)
        pages = self._pages
        before = (pages[-1].last if self._forward else pages[-1].first) if pages else self._position
        page = Page(block, shift, before - (block.first if self._forward else block.last))
        pages.append(page)
        self._works.append(abs((page.last if self._forward else page.first) - self._position))
        return page

    def _block(self, low: int, high: int) -> tuple[Block, int]:
        special = self._source.special
        before = bisect_right([end for _, end in special], low)
        usual = high - low == self._length and (before == len(special) or high <= special[before][0])
        if not usual:
            return Block(self._source.intervals(low, high), low, high), 0
        if before not in self._alike:
            self._alike[before] = Block(self._source.intervals(low, high), low, high)
        block = self._alike[before]
        return block, low - block.low
