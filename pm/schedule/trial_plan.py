"""A plan as it would be if some of its tasks took another time: what a trial of a simulation computes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pm.model import Plan
from pm.schedule.result import Ints


class TrialPlans:
    """Plans that differ from one in the durations of some tasks.

    What is done of a task stays done: a duration that is other changes what remains. Work that is assigned changes with the
    duration, at the same units.

    Args:
        plan: The plan.
        at: Positions of the tasks, none of them a summary.
    """

    def __init__(self, plan: Plan, at: Ints) -> None:
        self.plan, self.at = plan, at
        tasks, rows = plan.tasks, plan.assignments
        self._duration: Ints = np.array(tasks.column("duration"), dtype=np.int64)
        left = tasks.column("remaining_duration")
        self._left = [i for i in at.tolist() if left[i] is not None] if "remaining_duration" in tasks.stored else []
        self._split = [i for i in at.tolist() if tasks.column("splits")[i]] if "splits" in tasks.stored else []
        mine, index = set(at.tolist()), tasks.index
        at_work = enumerate(index[t] for t in rows.column("task_id"))
        self._rows = [(a, i) for a, i in at_work if i in mine and self._duration[i] > 0]

    def with_durations(self, durations: Ints) -> Plan:
        """Return the plan in which the tasks take `durations` (working seconds, in the order of the tasks)."""
        new = self._duration.copy()
        new[self.at] = durations
        columns: dict[str, Sequence[Any]] = {"duration": new.tolist()}
        if self._left:
            columns["remaining_duration"] = left = list(self.plan.tasks.column("remaining_duration"))
            for i in self._left:
                left[i] = max(0, left[i] + int(new[i] - self._duration[i]))
        if self._split:
            columns["splits"] = pieces = list(self.plan.tasks.column("splits"))
            for i in self._split:
                pieces[i] = [[self._scaled(part, i, new) for part in piece] for piece in pieces[i]]
        plan = self.plan.with_columns("tasks", columns)
        return plan.with_columns("assignments", self._work(new)) if self._rows else plan

    def _scaled(self, seconds: int, i: int, new: Ints) -> int:
        before = int(self._duration[i])
        return seconds * int(new[i]) // before if before else seconds

    def _work(self, new: Ints) -> dict[str, Sequence[Any]]:
        rows = self.plan.assignments
        names = [n for n in ("work", "remaining_work", "profile") if n in rows.stored]
        columns: dict[str, Any] = {n: list(rows.column(n)) for n in names}
        for a, i in self._rows:
            if new[i] == self._duration[i]:
                continue
            for name, values in columns.items():
                if name == "profile":
                    values[a] = [[self._scaled(span, i, new), *rest] for span, *rest in values[a] or ()]
                else:
                    values[a] = self._scaled(values[a], i, new)
        return columns
