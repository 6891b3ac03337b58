"""Summaries: the first start and the last finish of what they hold."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from pm.model import Outline
from pm.schedule.bank import FOREVER, NEVER
from pm.schedule.result import MISSING, Flags, Ints
from pm.schedule.slack import Groups


class RollUp:
    """Rolls columns up the tree. Branches are contiguous, so one `reduceat` serves all summaries.

    Args:
        outline: The tree.
        counts: Which tasks count (leaves that are active and not blank).

    Attributes:
        summaries: Positions of the summaries, in outline order.
    """

    def __init__(self, outline: Outline, counts: Flags) -> None:
        self.summaries: Ints = np.array(outline.summaries, dtype=np.int64)
        self._end: Ints = np.array([outline.end[i] for i in outline.summaries], dtype=np.int64)
        self._pairs: Ints = np.stack([self.summaries + 1, self._end], axis=1).reshape(-1)
        self._outline, self._counts = outline, counts

    def least(self, values: Ints) -> Ints:
        """Return for each summary the least of its branch, FOREVER where nothing counts."""
        if not len(self._pairs):
            return self.summaries
        padded = np.append(np.where(self._counts, values, FOREVER), FOREVER)
        return np.minimum.reduceat(padded, self._pairs)[::2]

    def greatest(self, values: Ints) -> Ints:
        """Return for each summary the greatest of its branch, NEVER where nothing counts."""
        if not len(self._pairs):
            return self.summaries
        padded = np.append(np.where(self._counts, values, NEVER), NEVER)
        return np.maximum.reduceat(padded, self._pairs)[::2]

    def total(self, values: Ints) -> Ints:
        """Return for each summary the sum over its branch."""
        running = np.concatenate(([0], np.cumsum(np.where(self._counts, values, 0))))
        return running[self._end] - running[self.summaries + 1]

    def any(self, flags: Flags) -> Flags:
        """Return for each summary whether something in its branch is flagged."""
        if not len(self._pairs):
            return self.summaries.astype(bool)
        padded = np.append(flags & self._counts, False)
        found: Flags = np.logical_or.reduceat(padded, self._pairs)[::2]
        return found

    # single summaries -------------------------------------------------------------------------------

    @cached_property
    def _parent(self) -> Ints:
        return np.array(self._outline.parent, dtype=np.int64)

    @cached_property
    def _below(self) -> Groups:
        """What counts directly below each summary, other summaries among it; the top of the tree has the key 0."""
        counts = self._counts.copy()
        counts[self.summaries] = True
        return Groups(np.where(counts, self._parent + 1, 0))

    def above(self, moved: Ints, old: Ints, values: Ints, best: np.ufunc) -> Ints:
        """Return the summaries directly above `moved` whose date may be another: one that decided it moved, or one passes it.

        Args:
            moved: Positions of leaves that count, and of summaries.
            old: The dates that they had.
            values: The dates of all tasks, those of `moved` as they are now.
            best: np.minimum where a summary has the first date of its branch, np.maximum where it has the last.
        """
        parent = self._parent.take(moved)
        shown = values.take(parent)
        reached = (parent >= 0) & ((old == shown) | (best(values.take(moved), shown) != shown))
        return np.array(sorted(set(parent[reached].tolist())), dtype=np.int64)

    def again(self, summaries: Ints, values: Ints, best: np.ufunc) -> Ints:
        """Return the dates of `summaries`, from those of what stands directly below; arguments as of `above`."""
        rows, begin = self._below.cut(summaries + 1)
        dates = values.take(rows)
        if best is np.minimum:
            dates[dates == MISSING] = FOREVER
        found: Ints = best.reduceat(dates, begin)
        return np.where(found == FOREVER, MISSING, found)
