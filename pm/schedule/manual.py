"""Manual summaries: they keep dates of their own, which their automatic children lean on but may overrun.

The rules are those that MS Project's own files show: children start no earlier than the summary (see `compile`), one that
overruns it must finish by the summary's finish, and whatever is linked to the summary sees its branch's late start.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from pm.model import Plan
from pm.schedule.arrays import TaskArrays
from pm.schedule.bank import FOREVER
from pm.schedule.network import GATE, LEAF, Topology
from pm.schedule.result import MISSING, Flags, Ints


class ManualSummaries:
    """The manual summaries of a plan; does nothing where there are none."""

    def __init__(self, plan: Plan, topology: Topology, tasks: TaskArrays) -> None:
        self._outline, self._topology, self._tasks = plan.outline, topology, tasks
        self._dates = tasks.manual_summaries

    @cached_property
    def _gates(self) -> dict[int, int]:
        places = np.flatnonzero(self._topology.kind == GATE).tolist()
        return {int(self._topology.task[p]): p for p in places}

    def limits(self, early_finish: Ints, limits: Ints) -> Ints:
        """Return `limits` (latest finish by place) with tasks that overrun a manual summary held to its finish."""
        if not self._dates:
            return limits
        held = limits.copy()
        task = self._topology.task
        leaves = np.flatnonzero(self._topology.kind == LEAF)
        for summary, (_, finish) in self._dates.items():
            inside = leaves[(task[leaves] > summary) & (task[leaves] < self._outline.end[summary])]
            over = inside[early_finish[task[inside]] > finish]
            held[over] = np.minimum(held[over], finish)
        return held

    def held(self, early_start: Ints) -> dict[int, int]:
        """Return, for gates with manual summaries directly inside, the earliest start of those and of what they hold."""
        found: dict[int, int] = {}
        for summary, (start, _) in self._dates.items():
            parent = self._outline.parent[summary]
            gate = self._gates.get(parent)
            if gate is None:
                continue
            inside = early_start[summary + 1 : self._outline.end[summary]]
            first = int(inside[inside != MISSING].min(initial=FOREVER))
            found[gate] = min(found.get(gate, FOREVER), start, first)
        return found

    def roll_up(self, start: Ints, finish: Ints, active: Flags) -> None:
        """Roll dates up the tree in place; a manual summary counts with its own dates."""
        for i in reversed(self._outline.summaries):
            if i in self._dates:
                start[i], finish[i] = self._dates[i]
                continue
            below = [c for c in self._outline.children(i) if start[c] != MISSING and active[c]]
            start[i] = min((start[c] for c in below), default=MISSING)
            finish[i] = max((finish[c] for c in below), default=MISSING)

    def show_late(self, start: Ints, finish: Ints) -> None:
        """Give manual summaries the late dates they show: their own, unless their branch's are later."""
        shown_finish: dict[int, int] = {}
        starts = {i: own for i, (own, _) in self._dates.items()}
        for i in reversed(self._outline.summaries):
            if i not in self._dates:
                continue
            own_start, own_finish = self._dates[i]
            first = self._over_children(i, start, starts, min)
            last = self._over_children(i, finish, shown_finish, max)
            shown_finish[i] = max(own_finish, own_finish if last is None else last)
            start[i] = max(own_start, own_start if first is None else first)
            finish[i] = shown_finish[i]

    def _over_children(self, summary: int, dates: Ints, manual: dict[int, int], best: Callable[[list[int]], int]) -> int | None:
        values = []
        for c in self._outline.children(summary):
            if c in manual:
                values.append(manual[c])
            elif dates[c] != MISSING:
                values.append(int(dates[c]))
        return best(values) if values else None
