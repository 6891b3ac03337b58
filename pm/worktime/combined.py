"""Working time of several calendars taken together: where all of them work, or where any does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pm.model.kinds import FIRST_INSTANT, LAST_INSTANT, WEEK
from pm.worktime.blocks import Intervals, Source, Spans, clipped, joined, merged


class RoundTheClock:
    """Every second of every day."""

    name = "24 hours"
    continuous = True
    special: Spans = ()
    cycle = WEEK

    def intervals(self, low: int, high: int) -> Intervals:
        """Return the one interval between two instants."""
        one = np.array([FIRST_INSTANT], np.int64), np.array([LAST_INSTANT], np.int64)
        return clipped(*one, low, high)

    def exception_name(self, day: int) -> str | None:
        """Return None: there are no exceptions."""
        return None


def _joint_special(sources: Sequence[Source]) -> Spans:
    return joined(span for source in sources for span in source.special)


class Intersection:
    """When both of two calendars work."""

    continuous = False

    def __init__(self, one: Source, other: Source) -> None:
        self._one, self._other = one, other
        self.name = f"{one.name} and {other.name}"
        self.special = _joint_special((one, other))
        self.cycle = max(one.cycle, other.cycle)

    def intervals(self, low: int, high: int) -> Intervals:
        """Return the intervals that both have between two instants."""
        starts, ends = self._one.intervals(low, high)
        other_starts, other_ends = self._other.intervals(low, high)
        times = np.concatenate((ends, other_ends, starts, other_starts))
        steps = np.repeat(np.array([-1, 1], np.int64), len(ends) + len(other_ends))
        # Stable, with ends listed first: where one shift ends as the other's begins there is no instant in both.
        order = np.argsort(times, kind="stable")
        times = times[order]
        both = np.flatnonzero(np.cumsum(steps[order]) == 2)
        return times[both], times[both + 1]

    def exception_name(self, day: int) -> str | None:
        """Return the exception of the first calendar that has one on the day."""
        name = self._one.exception_name(day)
        return self._other.exception_name(day) if name is None else name


class Union:
    """When any of several calendars works."""

    continuous = False

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = tuple(sources)
        self.name = " or ".join(s.name for s in sources)
        self.special = _joint_special(sources)
        self.cycle = max(s.cycle for s in sources)

    def intervals(self, low: int, high: int) -> Intervals:
        """Return the intervals that any has between two instants, joined."""
        parts = [source.intervals(low, high) for source in self._sources]
        return merged(np.concatenate([starts for starts, _ in parts]), np.concatenate([ends for _, ends in parts]))

    def exception_name(self, day: int) -> str | None:
        """Return the first calendar's exception where every calendar has one on the day."""
        names = [source.exception_name(day) for source in self._sources]
        return None if any(name is None for name in names) else names[0]
