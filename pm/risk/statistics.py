"""What many iterations say: percentiles, chances, histograms, measures of association."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from pm.model.kinds import DAY
from pm.risk.distributions import Floats
from pm.risk.inputs import Ints

USUAL_PERCENTILES = (10, 20, 30, 40, 50, 60, 70, 80, 90)
MOST_BINS = 24


@dataclass(frozen=True)
class Percentile:
    """A value that a share of the iterations does not exceed.

    Attributes:
        percent: The share.
        value: The nearest rank: the ceil(percent x N)th smallest.
        error: Its standard error, from the order statistics one standard deviation of the rank to either side.
    """

    percent: int
    value: int
    error: float


def percentile(ordered: Ints, percent: int, lengths: Ints | None = None) -> Percentile:
    """Return a percentile of sorted values; its error in `lengths` (sorted likewise), the values themselves if None."""
    count = len(ordered)
    rank = _rank(count, percent)
    deviation = math.ceil(math.sqrt(count * percent * (100 - percent)) / 100)
    low, high = max(rank - deviation, 1), min(rank + deviation, count)
    measured = ordered if lengths is None else lengths
    return Percentile(percent, int(ordered[rank - 1]), float(measured[high - 1] - measured[low - 1]) / 2)


def _rank(count: int, percent: int) -> int:
    return max(1, -(-percent * count // 100))


def chance_by(values: Ints, limit: int) -> tuple[float, float]:
    """Return the share of `values` that are not beyond `limit`, and its standard error."""
    share = float(np.mean(values <= limit))
    return share, math.sqrt(share * (1 - share) / len(values))


@dataclass(frozen=True)
class Bin:
    """Finishes after midnight `start` and up to midnight `finish`; `share` of all, `up_to` of all finish by `finish`."""

    start: int
    finish: int
    share: float
    up_to: float


def by_days(finish: Ints, most: int = MOST_BINS) -> tuple[Bin, ...]:
    """Return how finishes (instants) are spread over whole days, weeks or longer, in no more than `most` bins."""
    day = (finish - 1) // DAY  # a finish at midnight ends the day before
    first = int(day.min())
    days = int(day.max()) - first + 1
    width = next(w for n in range(1, 1 << 20) for w in _widths(n) if -(-days // w) <= most)
    counts = np.bincount((day - first) // width)
    running = np.cumsum(counts) / len(finish)
    edges = [(first + width * n) * DAY for n in range(len(counts) + 1)]
    return tuple(Bin(edges[n], edges[n + 1], float(counts[n] / len(finish)), float(running[n])) for n in range(len(counts)))


def _widths(n: int) -> tuple[int, ...]:
    """Return widths of bins in the order they are tried: 1, 2 and 3 days, then weeks."""
    return (1, 2, 3, 7) if n == 1 else (7 * n,)


# association ------------------------------------------------------------------------------------------


def pearson(columns: Floats, y: Floats) -> Floats:
    """Return the correlation of each column with `y`; 0 where either never varies."""
    x, z = columns - columns.mean(axis=0), y - y.mean()
    scale = np.sqrt((x * x).sum(axis=0) * (z @ z))
    return np.where(scale > 0, (z @ x) / np.where(scale > 0, scale, 1), 0.0)


def ranks(columns: Floats) -> Floats:
    """Return the ranks of each column's values, ties sharing their mean."""
    found = np.empty(columns.shape)
    for n, column in enumerate(columns.T):
        values, which, counts = np.unique(column, return_inverse=True, return_counts=True)
        last = np.cumsum(counts)
        found[:, n] = (last - (counts - 1) / 2)[which] if len(values) else column
    return found


def spearman(columns: Floats, y: Floats) -> Floats:
    """Return the rank correlation of each column with `y`."""
    return pearson(ranks(columns), ranks(y[:, None])[:, 0])


def kendall(x: Floats, y: Floats) -> float:
    """Return Kendall's tau-b: pairs in order less pairs out of order, of those that are not tied."""
    order = np.lexsort((y, x))
    pairs = len(x) * (len(x) - 1) // 2
    tied_x, tied_y = _tied(x), _tied(y)
    both = _tied(np.unique(np.stack((x, y)), axis=1, return_inverse=True)[1].reshape(-1).astype(float))
    discordant = _inversions(np.unique(y, return_inverse=True)[1].reshape(-1)[order])
    scale = math.sqrt(float(pairs - tied_x)) * math.sqrt(float(pairs - tied_y))
    return (pairs - tied_x - tied_y + both - 2 * discordant) / scale if scale else 0.0


def _tied(values: Floats) -> int:
    counts = np.unique(values, return_counts=True)[1]
    return int((counts * (counts - 1) // 2).sum())


def _inversions(values: Ints) -> int:
    """Return how many pairs stand in falling order: merge sort from the bottom, all runs of a width at once."""
    count, width, found = len(values), 1, 0
    values = values.astype(np.int64)
    spread = int(values.max(initial=0)) + 1
    while width < count:
        run = np.arange(count) // (2 * width)
        right = np.arange(count) // width % 2
        order = np.argsort(run * (2 * spread) + 2 * values + right, kind="stable")  # lefts before rights of equal value
        lefts = np.cumsum(1 - right[order])
        of_run = np.concatenate(([0], np.cumsum(np.bincount(run, weights=1 - right).astype(np.int64))))
        here = right[order] == 1
        found += int((of_run[run[order][here] + 1] - lefts[here]).sum())
        values = values[order]
        width *= 2
    return found
