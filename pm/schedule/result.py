"""What the engine answers: every date, slack and flag of a plan, as columns in the order of the plan's tasks."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pm.model import FULL, Plan

if TYPE_CHECKING:
    from pm.worktime import Calendars

MISSING = int(np.iinfo(np.int64).min)
"""Stands in a column of a `Schedule` where there is no value (a blank row, a summary that holds nothing active)."""

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class ScheduledTask:
    """The computed values of one task; instants, and working seconds on the task's own calendar. None: no value."""

    id: int
    start: int | None
    finish: int | None
    early_start: int | None
    early_finish: int | None
    late_start: int | None
    late_finish: int | None
    duration: int
    total_slack: int | None
    free_slack: int | None
    start_slack: int | None
    finish_slack: int | None
    interfering_slack: int | None
    independent_slack: int | None
    percent_complete: int
    critical: bool
    longest_path: bool


@dataclass(frozen=True)
class Schedule:
    """A computed schedule. Arrays run parallel to ``plan.tasks`` (`driving`: to ``plan.links``).

    Attributes:
        plan: The revision it was computed from.
        calendars: The compiled calendars it was computed on.
        start, finish: When work is scheduled; for tasks in progress from the actual start.
        early_start, early_finish, late_start, late_finish: The passes' results, instants.
        duration: Working seconds; for a summary the span of its branch on the project calendar.
        total_slack, free_slack, start_slack, finish_slack: Working seconds, negative where a date is missed.
        independent_slack: What is left when predecessors are late and successors early; never negative.
        percent_complete: Hundredths of a percent; rolled up for summaries, weighted by duration.
        critical: At or below the project's critical slack limit (or on the longest path, where the profile says so).
        longest_path: On a chain of driving links that ends at the project's finish.
        driving: The link decides its successor's date.
        project_start, project_finish: Instants by project id.
    """

    plan: Plan
    calendars: Calendars
    start: Ints
    finish: Ints
    early_start: Ints
    early_finish: Ints
    late_start: Ints
    late_finish: Ints
    duration: Ints
    total_slack: Ints
    free_slack: Ints
    start_slack: Ints
    finish_slack: Ints
    independent_slack: Ints
    percent_complete: Ints
    critical: Flags
    longest_path: Flags
    driving: Flags
    project_start: dict[int, int]
    project_finish: dict[int, int]

    @property
    def open_critical(self) -> Flags:
        """Tasks that are critical, no summaries, and not finished: what people count as critical."""
        summary = np.zeros(len(self.critical), dtype=np.bool_)
        summary[list(self.plan.outline.summaries)] = True
        found: Flags = self.critical & ~summary & (self.percent_complete < FULL)
        return found

    @cached_property
    def interfering_slack(self) -> Ints:
        """Total less free slack: what of it a task takes from its successors."""
        return self._interfering(slice(None))

    def _interfering(self, at: int | slice) -> Ints:
        return np.where(self.early_start[at] == MISSING, MISSING, self.total_slack[at] - self.free_slack[at])

    def near_critical(self, limit: int) -> Flags:
        """Tasks not critical whose total slack is at most `limit` working seconds."""
        near: Flags = (self.total_slack != MISSING) & (self.total_slack <= limit) & ~self.critical
        return near

    def restricted_to(self, plan: Plan) -> Schedule:
        """Return the part of this schedule that is about the tasks of `plan`, a part of the plan it was computed from."""
        tasks, links = self.plan.tasks.index, self.plan.links.index
        of_task = np.array([tasks[i] for i in plan.tasks.ids], dtype=np.int64)
        of_link = np.array([links[i] for i in plan.links.ids], dtype=np.int64)
        columns = {
            f.name: getattr(self, f.name)[of_link if f.name == "driving" else of_task]
            for f in fields(self)
            if isinstance(getattr(self, f.name), np.ndarray)
        }
        return replace(
            self,
            plan=plan,
            project_start={i: self.project_start[i] for i in plan.projects.ids},
            project_finish={i: self.project_finish[i] for i in plan.projects.ids},
            **columns,
        )

    def at(self, position: int) -> ScheduledTask:
        """Return the values of the task at `position` of the plan."""
        values = {
            name: int(getattr(self, name)[position])
            for name in ScheduledTask.__annotations__
            if name not in ("id", "critical", "longest_path", "interfering_slack")
        }
        values["interfering_slack"] = int(self._interfering(position))
        return ScheduledTask(
            id=self.plan.tasks.ids[position],
            critical=bool(self.critical[position]),
            longest_path=bool(self.longest_path[position]),
            **{name: None if v == MISSING else v for name, v in values.items()},  # type: ignore[arg-type]
        )

    def task(self, task_id: int) -> ScheduledTask:
        """Return the values of the task with `task_id`."""
        return self.at(self.plan.tasks.position(task_id))
