"""Which dependencies drive, and the longest path that they make: computed as a whole, kept, and brought up to date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from pm.schedule.bank import NEVER
from pm.schedule.network import GATE
from pm.schedule.result import Flags, Ints
from pm.schedule.slack import driving_dependencies, longest_path

if TYPE_CHECKING:
    from pm.schedule.engine import Network


class LongestPath:
    """The driving dependencies of a computed network and the places they lead to the project's finish from.

    Attributes:
        driving: By entry of the network's `into`.
        reached: Places on a chain of driving dependencies that ends at the project's finish.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        leaves = np.zeros(len(network.places.kind), dtype=bool)
        leaves[network.leaf_places] = network.counts[network.leaf_tasks]
        self._counts = leaves
        self.driving = self._drives(slice(None))
        self._cut = False
        self._find_ends()
        self._follow()

    def insert(self, entry: int) -> None:
        """Take over that a dependency came in as `entry`."""
        self.driving = np.insert(self.driving, entry, False)

    def remove(self, entry: int, place: int) -> None:
        """Take over that the dependency `entry`, which bounded `place`, is gone."""
        self._cut |= bool(self.driving[entry]) and place in self.reached
        self.driving = np.delete(self.driving, entry)

    def _drives(self, entries: Ints | slice) -> Flags:
        n = self.network
        return driving_dependencies(n.places, n.into, n.tasks.bank, n.early_slots, n.bounds, entries)

    def _find_ends(self) -> None:
        """Find the places that end last in their project."""
        n = self.network
        finish = n.early_slots[1::2]
        at = np.flatnonzero(self._counts & (finish > NEVER))
        self._last = np.full(max(len(n.tasks.projects), 1), NEVER)
        np.maximum.at(self._last, n.places.project[at], finish[at])
        self._ends = set(at[self._is_last(at)].tolist())

    def _is_last(self, at: Ints) -> Flags:
        """Return which places end at the working position of the project's last finish."""
        n = self.network
        bank, k = n.tasks.bank, n.places.calendar[at]
        limit = self._last[n.places.project[at]]
        found: Flags = bank.positions(n.early_slots.take(2 * at + 1), k) >= bank.positions(limit, k)
        return found

    def _follow(self) -> None:
        self.reached = longest_path(self.network.into, self.driving, list(self._ends))

    def of_links(self) -> Flags:
        """Return which links of the plan drive."""
        link = self.network.into.link
        found = np.zeros(len(self.network.plan.links), dtype=bool)
        found[link[link >= 0]] = self.driving[link >= 0]
        return found

    def on_path(self) -> Flags:
        """Return which tasks are on the longest path; of the summaries those that hold such a task."""
        n = self.network
        found = np.zeros(len(n.plan.tasks), dtype=bool)
        kinds, task = n.topology.kind, n.topology.task
        found[[int(task[p]) for p in self.reached if kinds[p] != GATE]] = True
        if len(n.rollup.summaries):
            found[n.rollup.summaries] = n.rollup.any(found)
        return found

    def again(self, moved: Mapping[int, int], bound: Ints) -> tuple[Ints, bool]:
        """Take over dates that have changed.

        Args:
            moved: Places with other dates now, and the finish that they had.
            bound: Places, sorted, where something changed that decides what drives them: these, and what waits for them.

        Returns:
            The entries of `into` whose driving flag changed, and whether the path did.
        """
        n = self.network
        entries = n.into.at(bound.tolist())
        flags = self._drives(entries)
        changed = entries[flags != self.driving[entries]]
        self.driving[entries] = flags
        at_end = self._ends_changed(moved, bound)
        if at_end or self._cut or any(n.into.writes[e] // 2 in self.reached for e in changed.tolist()):
            before = self.reached
            self._follow()
            self._cut = False
            return changed, before != self.reached
        return changed, False

    def _ends_changed(self, moved: Mapping[int, int], bound: Ints) -> bool:
        n = self.network
        before = self._ends
        at, old = np.array([*moved], dtype=np.int64), np.array([*moved.values()], dtype=np.int64)
        last = self._last.take(n.places.project.take(at))
        if (self._counts.take(at) & ((n.early_slots.take(2 * at + 1) > last) | (old == last))).any():
            self._find_ends()
            return before != self._ends
        at = bound[self._counts.take(bound)]
        is_last = self._is_last(at)
        self._ends = before.difference(at[~is_last].tolist()).union(at[is_last].tolist())
        return before != self._ends
