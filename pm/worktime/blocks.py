"""Stretches of compiled working time: sorted working intervals with the work before each.

A *position* is the working time before an instant, in seconds, counted from some origin; it may be negative. Between two
shifts many instants share one position: the earliest is the end of the shift before, the latest the start of the next.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pm.model.kinds import FIRST_INSTANT, LAST_INSTANT, WEEK

Ints = NDArray[np.int64]
Intervals = tuple[Ints, Ints]
"""Starts and ends of half-open working intervals, instants, sorted, neither touching nor overlapping."""

PAGE = 5218 * WEEK
"""Length of a page, about a century; whole weeks, so that pages of a calendar without exceptions are alike."""


class Source(Protocol):
    """Where working intervals come from: the rules of a calendar, or calendars combined."""

    @property
    def name(self) -> str:
        """What people call the calendar."""

    @property
    def continuous(self) -> bool:
        """Whether it works round the clock, always."""

    @property
    def special(self) -> tuple[int, int] | None:
        """The instants between which weeks may differ; outside, every week is like the next. None: nowhere."""

    def intervals(self, low: int, high: int) -> Intervals:
        """Return the working intervals between two instants, clipped to them."""

    def exception_name(self, day: int) -> str | None:
        """Return the name of the exception on day number `day` (days since 1970), None where there is none."""


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

    __slots__ = ("block", "high", "last", "lift", "shift")

    def __init__(self, block: Block, shift: int, lift: int) -> None:
        self.block, self.shift, self.lift = block, shift, lift
        self.high = block.high + shift
        self.last = block.last + lift

    @property
    def low(self) -> int:
        """The page's first instant."""
        return self.block.low + self.shift

    @property
    def first(self) -> int:
        """Position of the page's first instant."""
        return self.block.first + self.lift


class Far:
    """What lies beyond the compiled window of a calendar on one side, a century a page, outwards.

    Dates so far away come from slips of the pen and from null dates (year 1, year 9999): they must be right and must not
    cost a window of ten thousand years, so pages where every week is like the next are one block.

    Args:
        source: Where intervals come from.
        edge: The window's border.
        position: Position of `edge`.
        forward: Whether the pages lead to later dates.
    """

    def __init__(self, source: Source, edge: int, position: int, *, forward: bool) -> None:
        self._source, self._edge, self._position, self._forward = source, edge, position, forward
        self._pages: list[Page] = []
        self._alike: Block | None = None

    def position(self, t: int) -> int:
        """Return the position of an instant on this side, of years 1 to 9999."""
        number = 0
        while (page := self._page(number)) is not None:
            if page.low <= t <= page.high:
                return page.block.position(t - page.shift) + page.lift
            number += 1
        return self._position

    def earliest(self, p: int) -> int | None:
        """Return the earliest instant at `p`, or None where years 1 to 9999 do not hold it on this side."""
        number = 0
        while (page := self._page(number)) is not None:
            if page.first < p <= page.last:
                return page.block.earliest(p - page.lift) + page.shift
            number += 1
        return None

    def latest(self, p: int) -> int | None:
        """Return the latest instant at `p`, or None where years 1 to 9999 do not hold it on this side."""
        number = 0
        while (page := self._page(number)) is not None:
            if page.first <= p < page.last:
                return page.block.latest(p - page.lift) + page.shift
            number += 1
        return None

    def works(self) -> bool:
        """Whether there is any working time on this side."""
        number = 0
        while (page := self._page(number)) is not None:
            if page.last > page.first:
                return True
            number += 1
        return False

    def _page(self, number: int) -> Page | None:
        pages = self._pages
        if number < len(pages):
            return pages[number]
        if self._forward:
            low = self._edge + number * PAGE
            high = min(low + PAGE, LAST_INSTANT)
        else:
            high = self._edge - number * PAGE
            low = max(high - PAGE, FIRST_INSTANT)
        if low >= high:
            return None
        block, shift = self._block(low, high)
        before = (pages[-1].last if self._forward else pages[-1].first) if pages else self._position
        page = Page(block, shift, before - (block.first if self._forward else block.last))
        pages.append(page)
        return page

    def _block(self, low: int, high: int) -> tuple[Block, int]:
        special = self._source.special
        usual = high - low == PAGE and (special is None or high <= special[0] or low >= special[1])
        if not usual:
            return Block(self._source.intervals(low, high), low, high), 0
        if self._alike is None:
            self._alike = Block(self._source.intervals(low, high), low, high)
        return self._alike, low - self._alike.low
