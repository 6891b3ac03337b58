"""Summaries: the first start and the last finish of what they hold."""

from __future__ import annotations

import numpy as np

from pm.model import Outline
from pm.schedule.bank import FOREVER, NEVER
from pm.schedule.result import Flags, Ints


class RollUp:
    """Rolls columns up the tree. Branches are contiguous, so one `reduceat` serves all summaries.

    Args:
        outline: The tree.
        counts: Which tasks count (leaves that are active and not blank).
    """

    def __init__(self, outline: Outline, counts: Flags) -> None:
        self.summaries: Ints = np.array(outline.summaries, dtype=np.int64)
        ends = np.array([outline.end[i] for i in outline.summaries], dtype=np.int64)
        self._pairs: Ints = np.stack([self.summaries + 1, ends], axis=1).reshape(-1) if len(ends) else self.summaries
        self._first, self._end = self.summaries + 1, ends
        self.counts = counts

    def least(self, values: Ints) -> Ints:
        """Return for each summary the least of its branch, FOREVER where nothing counts."""
        padded = np.append(np.where(self.counts, values, FOREVER), FOREVER)
        return np.minimum.reduceat(padded, self._pairs)[::2] if len(self._pairs) else self.summaries

    def greatest(self, values: Ints) -> Ints:
        """Return for each summary the greatest of its branch, NEVER where nothing counts."""
        padded = np.append(np.where(self.counts, values, NEVER), NEVER)
        return np.maximum.reduceat(padded, self._pairs)[::2] if len(self._pairs) else self.summaries

    def total(self, values: Ints) -> Ints:
        """Return for each summary the sum over its branch."""
        running = np.concatenate(([0], np.cumsum(np.where(self.counts, values, 0))))
        return running[self._end] - running[self._first]

    def any(self, flags: Flags) -> Flags:
        """Return for each summary whether something in its branch is flagged."""
        return self.total(flags.astype(np.int64)) > 0
