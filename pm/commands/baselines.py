"""Baselines: the plan as it was agreed, kept to compare with. They are taken and removed, never edited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pm.commands.changes import changeset, checked, insert, invalid, removal
from pm.commands.labels import short
from pm.errors import NotFoundError, PlanError
from pm.model import Change, Changeset, Plan

if TYPE_CHECKING:
    from pm.cost.costs import Costs
    from pm.cost.flow import Ints
    from pm.schedule.result import Schedule

HIGHEST = 999
"""The highest number of a baseline; files of Microsoft Project have 0 to 10."""


def baseline_rows(plan: Plan, project_id: int, number: int) -> dict[str, list[int]]:
    """Return the ids of the rows that make up a baseline, by table."""
    found: dict[str, list[int]] = {}
    for table, key, owners in (
        ("task_baselines", "task_id", plan.tasks),
        ("assignment_baselines", "assignment_id", plan.assignments),
        ("resource_baselines", "resource_id", plan.resources),
    ):
        rows = plan.tables[table]
        mine = dict(zip(owners.ids, owners.column("project_id"), strict=True))
        listed = zip(rows.ids, rows.column(key), rows.column("number"), strict=True)
        found[table] = [i for i, owner, n in listed if n == number and mine[owner] == project_id]
    heads = zip(plan.baselines.ids, plan.baselines.column("project_id"), plan.baselines.column("number"), strict=True)
    found["baselines"] = [i for i, owner, n in heads if owner == project_id and n == number]
    return found


@dataclass(frozen=True)
class SetBaseline:
    """Keep the schedule as it is now: dates, work and cost of tasks, of assignments, and of the project's own resources.

    Attributes:
        number: 0 is the one compared with unless told otherwise; None for the lowest that is free.
        taken_at: The instant it is taken at; None where nobody looks at the clock.
        replace: Put it in the place of the one that has the number.
        schedule: The plan's schedule where it is known; else it is computed.
    """

    project_id: int
    number: int | None = None
    name: str = ""
    taken_at: int | None = None
    replace: bool = False
    schedule: Schedule | None = None

    def changeset(self, plan: Plan) -> Changeset:
        """Return the baseline's rows, and the removal of those it replaces.

        Raises:
            PlanError: `baseline.exists`, there is one with that number, and it is not to be replaced.
            InputError: `value.invalid`, the number is not 0 to 999.
        """
        number = self._free(plan) if self.number is None else self.number
        if not 0 <= number <= HIGHEST:
            raise invalid("number", f"must be between 0 and {HIGHEST}", "baseline")
        old = baseline_rows(plan, self.project_id, number)
        if any(old.values()) and not self.replace:
            hint = "take another number, or replace it with --replace"
            raise PlanError(f"there is a baseline {number} already", code="baseline.exists", hint=hint)
        head = checked("baselines", {"name": self.name, "taken_at": self.taken_at}, "baseline")
        head |= {"project_id": self.project_id, "number": number}
        changes = [*removal(plan, old), insert("baselines", plan.next_id("baselines"), head), *self._rows(plan, number)]
        return changeset(plan, f"Set baseline {number}{f' {short(self.name)}' if self.name else ''}", changes)

    def _free(self, plan: Plan) -> int:
        number = 0
        while any(baseline_rows(plan, self.project_id, number).values()):
            number += 1
        return number

    def _rows(self, plan: Plan, number: int) -> Iterator[Change]:
        from pm.cost.baseline import work_by_task
        from pm.cost.costs import compute_costs

        schedule = self.schedule
        if schedule is None or schedule.plan is not plan:
            from pm.schedule import compute_schedule

            schedule = compute_schedule(plan)
        costs, work = compute_costs(schedule), work_by_task(plan)
        for table, rows in (
            ("task_baselines", self._tasks(plan, costs, work)),
            ("assignment_baselines", self._assignments(plan, costs)),
            ("resource_baselines", self._resources(plan, costs)),
        ):
            first = plan.next_id(table)
            for n, row in enumerate(rows):
                yield insert(table, first + n, {**row, "number": number})

    def _tasks(self, plan: Plan, costs: Costs, work: Ints) -> Iterator[dict[str, Any]]:
        tasks, schedule = plan.tasks, costs.schedule
        owners, blank = tasks.column("project_id"), tasks.column("blank")
        for i, task_id in enumerate(tasks.ids):
            if owners[i] == self.project_id and not blank[i]:
                computed = schedule.at(i)
                row = {"task_id": task_id, "start": computed.start, "finish": computed.finish, "duration": computed.duration}
                yield {**row, "work": int(work[i]), "cost": int(costs.cost[i]), "fixed_cost": int(costs.own_fixed[i])}

    def _assignments(self, plan: Plan, costs: Costs) -> Iterator[dict[str, Any]]:
        rows = plan.assignments
        owners, work = rows.column("project_id"), rows.column("work")
        for a, assignment_id in enumerate(rows.ids):
            if owners[a] == self.project_id:
                start, finish = costs.assignment_span(a)
                row = {"assignment_id": assignment_id, "start": start, "finish": finish}
                yield {**row, "work": work[a], "cost": int(costs.assignment_cost[a])}

    def _resources(self, plan: Plan, costs: Costs) -> Iterator[dict[str, Any]]:
        sums = {i: [0, 0] for i, owner in zip(plan.resources.ids, plan.resources.column("project_id"), strict=True) if owner}
        sums = {i: pair for i, pair in sums.items() if plan.resources.value(i, "project_id") == self.project_id}
        for a, (resource_id, work) in enumerate(
            zip(plan.assignments.column("resource_id"), plan.assignments.column("work"), strict=True)
        ):
            if resource_id in sums:
                sums[resource_id][0] += work
                sums[resource_id][1] += int(costs.assignment_cost[a])
        for resource_id, (work, cost) in sums.items():
            if work or cost:
                yield {"resource_id": resource_id, "work": work, "cost": cost}


@dataclass(frozen=True)
class RemoveBaseline:
    """Remove a baseline."""

    project_id: int
    number: int

    def changeset(self, plan: Plan) -> Changeset:
        """Return the removal.

        Raises:
            NotFoundError: `baseline.not_found`, there is none with that number.
        """
        rows = baseline_rows(plan, self.project_id, self.number)
        if not any(rows.values()):
            raise NotFoundError(
                f"there is no baseline {self.number}", code="baseline.not_found", hint="pm baseline list PLAN lists them"
            )
        return changeset(plan, f"Remove baseline {self.number}", removal(plan, rows))
