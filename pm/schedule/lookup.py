"""Two ways to look up many dates at once in stacked calendars: by search, and on a grid.

Both answer the same three questions for any mixture of calendars (see `bank` for `k` and for positions). A search is good
for a few dates; it misses the cache at every step for many. A grid divides time into cells so small that each is worked
from end to end or not at all, so that one look into a table answers; it exists where the cells are not too many.
"""

from __future__ import annotations

import numpy as np

from pm.model.kinds import DAY
from pm.schedule.result import Ints

STRIDE = DAY << 24
"""Distance between two calendars; more than twice the seconds of years 1 to 9999, and whole days."""
FENCE = STRIDE // 2 - 1
MOST_CELLS = 4_000_000
_BEYOND = np.int64(1 << 61)


class Search:
    """Looks dates up by binary search in the stacked intervals."""

    def __init__(self, starts: Ints, ends: Ints, works: Ints) -> None:
        self.starts, self.ends, self.works = starts, ends, works
        self.work_ends: Ints = works + ends - starts
        self.offsets: Ints = works - starts

    def positions(self, t: Ints, k: Ints) -> Ints:
        """Return the position of each instant."""
        key = t + k
        i = self.starts.searchsorted(key, "right") - 1
        found: Ints = np.minimum(key, self.ends.take(i)) + self.offsets.take(i)
        return found

    def latest_of(self, p: Ints, k: Ints) -> Ints:
        """Return the latest instant with each position."""
        found: Ints = p - self.offsets.take(self.works.searchsorted(p, "right") - 1) - k
        return found

    def earliest_of(self, p: Ints, k: Ints) -> Ints:
        """Return the earliest instant with each position."""
        found: Ints = p - self.offsets.take(self.work_ends.searchsorted(p, "left")) - k
        return found


class Grid:
    """Looks dates up in tables of cells of `cell` seconds.

    Args:
        spans: Starts and ends of each calendar's working intervals, instants.
        first, last: The compiled range.
        cell: Divides every start, every end, and a day.
    """

    def __init__(self, spans: list[tuple[Ints, Ints]], first: int, last: int, cell: int) -> None:
        self.cell, self.first = cell, first - first % DAY
        cells = (last - self.first) // cell + 1
        works = [int((ends - starts).sum()) // cell for starts, ends in spans]
        rows = max(works) + 3
        self._rise, self._most = np.empty((len(spans), cells), np.int64), np.empty((len(spans), cells), np.int64)
        self._latest, self._earliest = np.full((len(spans), rows), FENCE), np.full((len(spans), rows), FENCE)
        for number, (starts, ends) in enumerate(spans):
            self._fill(number, starts, ends, works[number])
        self._back = STRIDE // cell - cells
        self._back_work = STRIDE // cell - rows
        for name in ("_rise", "_most", "_latest", "_earliest"):
            setattr(self, name, getattr(self, name).reshape(-1))

    def _fill(self, number: int, starts: Ints, ends: Ints, work: int) -> None:
        cell, offset = self.cell, number * STRIDE
        cells = self._rise.shape[1]
        edges = np.zeros(cells + 1, np.int64)
        np.add.at(edges, (starts - self.first) // cell, 1)
        np.add.at(edges, np.minimum((ends - self.first) // cell, cells), -1)
        worked = np.cumsum(edges)[:-1] > 0
        before = np.concatenate(([0], np.cumsum(worked)))[:-1] * cell + offset
        opens = np.arange(cells) * cell + self.first + offset
        self._rise[number] = np.where(worked, before - opens, _BEYOND)
        self._most[number] = np.where(worked, before + cell, before)
        # row r of the inverse tables is position (r - 1) cells: one row of fence on either side
        at = np.arange(1, work + 1)
        worked_opens = (np.flatnonzero(worked) * cell + self.first) if len(starts) else np.zeros(0, np.int64)
        self._latest[number, 1 : work + 1] = worked_opens - (at - 1) * cell
        self._earliest[number, 2 : work + 2] = worked_opens + cell - at * cell
        self._latest[number, 0] = self._earliest[number, 0] = self._earliest[number, 1] = -FENCE

    def positions(self, t: Ints, k: Ints) -> Ints:
        """Return the position of each instant."""
        key = t + k
        i = (key - self.first) // self.cell - k // STRIDE * self._back
        found: Ints = np.minimum(key + self._rise.take(i, mode="clip"), self._most.take(i, mode="clip"))
        return found

    def latest_of(self, p: Ints, k: Ints) -> Ints:
        """Return the latest instant with each position."""
        i = p // self.cell - k // STRIDE * self._back_work + 1
        found: Ints = p - k + self._latest.take(i, mode="clip")
        return found

    def earliest_of(self, p: Ints, k: Ints) -> Ints:
        """Return the earliest instant with each position."""
        i = (p + self.cell - 1) // self.cell - k // STRIDE * self._back_work + 1
        found: Ints = p - k + self._earliest.take(i, mode="clip")
        return found


def make_grid(spans: list[tuple[Ints, Ints]], first: int, last: int) -> Grid | None:
    """Return a grid over the calendars with the largest cells that fit them, None where those are too many."""
    cell = DAY
    for starts, ends in spans:
        if len(starts) == 1 and ends[0] - starts[0] > last - first - 2 * DAY:
            continue  # round the clock: cut at the range's own ends, which need not fit
        cell = int(np.gcd(cell, np.gcd(np.gcd.reduce(starts), np.gcd.reduce(ends))))
    if (last - first) // cell * len(spans) > MOST_CELLS:
        return None
    return Grid(spans, first, last, cell)
