"""Summaries: the first start and the last finish of what they hold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pm.model import Outline
from pm.schedule.bank import FOREVER, NEVER
from pm.schedule.result import Flags, Ints


class RollUp:
    """Rolls columns up the tree. Branches are contiguous, so one `reduceat` serves all summaries.

    Args:
        outline: The tree.
        counts: Which tasks count (leaves that are active and not blank).
        summaries: The summaries that are asked for, in outline order; all if None.
    """

    def __init__(self, outline: Outline, counts: Flags, summaries: Sequence[int] | None = None) -> None:
        listed = outline.summaries if summaries is None else summaries
        self.summaries: Ints = np.array(listed, dtype=np.int64)
        ends = np.array([outline.end[i] for i in listed], dtype=np.int64)
        first, last = (int(self.summaries[0]), int(ends.max())) if len(ends) else (0, 0)
        self._hull = slice(first, last)
        self._first, self._end = self.summaries + 1 - first, ends - first
        self._pairs: Ints = np.stack([self._first, self._end], axis=1).reshape(-1)
        self.counts = counts
        self._counts = counts[self._hull]

    def least(self, values: Ints) -> Ints:
        """Return for each summary the least of its branch, FOREVER where nothing counts."""
        if not len(self._pairs):
            return self.summaries
        padded = np.append(np.where(self._counts, values[self._hull], FOREVER), FOREVER)
        return np.minimum.reduceat(padded, self._pairs)[::2]

    def greatest(self, values: Ints) -> Ints:
        """Return for each summary the greatest of its branch, NEVER where nothing counts."""
        if not len(self._pairs):
            return self.summaries
        padded = np.append(np.where(self._counts, values[self._hull], NEVER), NEVER)
        return np.maximum.reduceat(padded, self._pairs)[::2]

    def total(self, values: Ints) -> Ints:
        """Return for each summary the sum over its branch."""
        running = np.concatenate(([0], np.cumsum(np.where(self._counts, values[self._hull], 0))))
        return running[self._end] - running[self._first]

    def any(self, flags: Flags) -> Flags:
        """Return for each summary whether something in its branch is flagged."""
        if not len(self._pairs):
            return self.summaries.astype(bool)
        padded = np.append(flags[self._hull] & self._counts, False)
        found: Flags = np.logical_or.reduceat(padded, self._pairs)[::2]
        return found
