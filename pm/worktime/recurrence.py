"""Days on which a recurring calendar exception falls.

Whatever the recurrence, only the days asked for are built, so a yearly holiday without an end costs nothing until
somebody plans that far. Only a recurrence that ends after a number of occurrences is counted from its start, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pm.model.enums import Recurrence
from pm.model.kinds import DAY, LAST_INSTANT

Days = NDArray[np.int64]
"""Day numbers: days since 1970-01-01, sorted."""

LAST_DAY = LAST_INSTANT // DAY
LAST_ORDINAL = 5
"""The `ordinal` that means the last one of the month."""
_COUNTED_AT_ONCE = 4096
_MONTHS_OF_CYCLE = 400 * 12
"""After so many months the calendar of the months is the same again, to the weekday."""


def weekday(day: int) -> int:
    """Return the weekday of a day number, Monday 0 (1970-01-01 was a Thursday)."""
    return (day + 3) % 7


@dataclass(frozen=True)
class Pattern:
    """When an exception applies. Fields as in `pm.model.CalendarException`, with day numbers for instants.

    Attributes:
        finish: Last day it may apply on; `LAST_DAY` where only `occurrences` ends it.
    """

    recurrence: Recurrence
    start: int
    finish: int
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    ordinal: int = 1
    day: int = 1
    month: int = 1
    occurrences: int | None = None

    def days(self, low: int, high: int) -> Days:
        """Return the days it applies on from `low` up to, but not including, `high`."""
        return self._between(max(self.start, low), min(self.end, high - 1))

    @cached_property
    def end(self) -> int:
        """The last day it may apply on: `finish`, or that of the last occurrence if it is sooner."""
        if self.occurrences is None or self.recurrence is Recurrence.ONCE:
            return self.finish
        left, first, count = max(self.occurrences, 0), self.start, _COUNTED_AT_ONCE
        while left and first <= self.finish:
            found = self._between(first, min(first + count - 1, self.finish))
            if len(found) >= left:
                return int(found[left - 1])
            left, first, count = left - len(found), first + count, 2 * count
        return self.finish if left else self.start - 1

    @property
    def cyclic(self) -> bool:
        """Whether it goes on without an end, every 400 years like the ones before."""
        if self.end < LAST_DAY or self.recurrence in (Recurrence.ONCE, Recurrence.DAILY, Recurrence.WEEKLY):
            return False
        yearly = self.recurrence not in (Recurrence.MONTHLY_DAY, Recurrence.MONTHLY_WEEKDAY)
        return yearly or _MONTHS_OF_CYCLE % max(self.interval, 1) == 0

    def _between(self, first: int, last: int) -> Days:
        """Return the days from `first`, which is not before the start, to `last`, both included."""
        if first > last:
            return np.empty(0, np.int64)
        match self.recurrence:
            case Recurrence.ONCE:
                return np.arange(first, last + 1, dtype=np.int64)
            case Recurrence.DAILY:
                step = max(self.interval, 1)
                return np.arange(first + (self.start - first) % step, last + 1, step, dtype=np.int64)
            case Recurrence.WEEKLY:
                days = self._weekly(first, last)
            case _:
                days = self._monthly(first, last)
        return days[(days >= first) & (days <= last)]

    def _weekly(self, first: int, last: int) -> Days:
        """Weeks are counted from the Monday of the week that the start lies in."""
        step = 7 * max(self.interval, 1)
        monday = self.start - weekday(self.start)
        mondays = np.arange(first - 6 + (monday - first + 6) % step - step, last + 1, step, dtype=np.int64)
        chosen = sorted({d % 7 for d in self.weekdays}) or [weekday(self.start)]
        return (mondays[:, None] + np.array(chosen, np.int64)).ravel()

    def _monthly(self, first: int, last: int) -> Days:
        """Months are counted from that of the start; a month without the day wanted is passed over."""
        begin, stop = _month_of(first), _month_of(last) + 1
        if self.recurrence in (Recurrence.MONTHLY_DAY, Recurrence.MONTHLY_WEEKDAY):
            origin, step = _month_of(self.start), max(self.interval, 1)
        else:
            origin, step = self.month - 1, 12
        months = np.arange(begin + (origin - begin) % step, stop, step, dtype=np.int64)
        opens, closes = _first_day(months), _first_day(months + 1)
        if self.recurrence in (Recurrence.MONTHLY_DAY, Recurrence.YEARLY_DAY):
            days = opens + (self.day - 1)
            return days[(days >= opens) & (days < closes)]
        return self._nth_weekday(opens, closes)

    def _nth_weekday(self, opens: Days, closes: Days) -> Days:
        """The `ordinal`-th day of each month among those that are one of `weekdays`."""
        chosen = np.zeros(7, np.bool_)
        chosen[[d % 7 for d in self.weekdays] or [weekday(self.start)]] = True
        days = opens[:, None] + np.arange(31, dtype=np.int64)
        fits = chosen[(days + 3) % 7] & (days < closes[:, None])
        rank = np.cumsum(fits, axis=1)
        wanted = rank[:, -1:] if self.ordinal >= LAST_ORDINAL else np.full((len(opens), 1), self.ordinal)
        found: Days = days[fits & (rank == wanted)]
        return found


def _month_of(day: int) -> int:
    """Return the number of the month that a day lies in, January 1970 being 0."""
    return int(np.datetime64(day, "D").astype("datetime64[M]").astype(np.int64))


def _first_day(months: Days) -> Days:
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
