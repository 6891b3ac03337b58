"""A baseline as money over time, and the plan now beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pm.cost.costs import Costs
from pm.cost.flow import Flow, FlowBuilder, Ints
from pm.cost.spans import TaskSpans
from pm.errors import NotFoundError
from pm.model import Plan, Project
from pm.model.baseline import AssignmentBaseline, TaskBaseline
from pm.model.enums import Accrual
from pm.worktime import WorkCalendar


def task_baselines(plan: Plan, project: Project, number: int) -> dict[int, TaskBaseline]:
    """Return what each task of a project looked like when baseline `number` was taken, by its position in the outline.

    Raises:
        NotFoundError: `baseline.not_found`.
    """
    rows, tasks = plan.task_baselines, plan.tasks
    owners = tasks.column("project_id")
    numbers, task_ids = rows.column("number"), rows.column("task_id")
    found = {
        at: rows.at(n) for n, i in enumerate(numbers) if i == number and owners[at := tasks.index[task_ids[n]]] == project.id
    }
    if not found:
        hint = "pm baseline list PLAN lists them, pm baseline set PLAN takes one"
        raise NotFoundError(f"there is no baseline {number}", code="baseline.not_found", subject=project.code, hint=hint)
    return dict(sorted(found.items()))


@dataclass(frozen=True)
class Variance:
    """How one task differs from a baseline; working seconds on the project's calendar, later and more are positive.

    Attributes:
        task: Its position in the plan.
        then: What it looked like.
        start, finish: The dates now; None where it has none.
        work, cost: Now, with what is below; `cost` in minor units.
        start_variance, finish_variance: None where a date is missing on one side.
        work_variance, cost_variance: Now less then; None where the baseline holds no work, no costs at all.
    """

    task: int
    then: TaskBaseline
    start: int | None
    finish: int | None
    work: int
    cost: int
    start_variance: int | None
    finish_variance: int | None
    work_variance: int | None
    cost_variance: int | None


def work_by_task(plan: Plan) -> Ints:
    """Return the work of every task in seconds, summaries with what is below them."""
    own = np.zeros(len(plan.tasks), dtype=np.int64)
    kinds = dict(zip(plan.resources.ids, plan.resources.column("type"), strict=True))
    assigned = set()
    columns = (plan.assignments.column(n) for n in ("task_id", "resource_id", "work"))
    for task_id, resource_id, work in zip(*columns, strict=True):
        if resource_id is None or kinds[resource_id] == "work":
            at = plan.tasks.index[task_id]
            own[at] += work
            assigned.add(at)
    ends = plan.outline.end
    for i, work in enumerate(plan.tasks.column("work")):
        if i not in assigned and ends[i] == i + 1:
            own[i] = work
    sums = np.concatenate(([0], np.cumsum(own)))
    return sums[np.array(ends, dtype=np.int64)] - sums[:-1] if len(own) else own


def variances(costs: Costs, project: Project, number: int) -> list[Variance]:
    """Return how the tasks of a project differ from its baseline `number`, in outline order.

    Raises:
        NotFoundError: `baseline.not_found`.
    """
    plan, schedule = costs.plan, costs.schedule
    calendar, work = schedule.calendars.project(project.id), work_by_task(plan)
    known = task_baselines(plan, project, number)
    has_work, has_cost = any(row.work for row in known.values()), any(row.cost for row in known.values())
    found = []
    for at, then in known.items():
        now = schedule.at(at)
        found.append(
            Variance(
                at,
                then,
                now.start,
                now.finish,
                int(work[at]),
                int(costs.cost[at]),
                _between(calendar, then.start, now.start),
                _between(calendar, then.finish, now.finish),
                int(work[at]) - then.work if has_work else None,
                int(costs.cost[at]) - then.cost if has_cost else None,
            )
        )
    return found


def _between(calendar: WorkCalendar, then: int | None, now: int | None) -> int | None:
    return None if then is None or now is None else calendar.between(then, now)


def own_budgets(plan: Plan, then: Mapping[int, TaskBaseline]) -> dict[int, int]:
    """Return what each task itself was to cost, in minor units, without what is below it.

    What a summary was to cost beyond its tasks here is its own: its fixed cost, and the budget of tasks removed since.
    """
    below: dict[int | None, int] = {}
    parents = plan.tasks.column("parent_id")
    for at, row in then.items():
        below[parents[at]] = below.get(parents[at], 0) + row.cost
    own = {}
    for at, row in then.items():
        if not plan.outline.is_summary(at):
            own[at] = row.cost
        else:
            own[at] = max(row.cost - below.get(row.task_id, 0), row.fixed_cost if not row.cost else 0)
    return own


def planned_flow(costs: Costs, project: Project, number: int, then: Mapping[int, TaskBaseline]) -> Flow:
    """Return what a baseline was to cost over time.

    Assignments whose dates the baseline holds cost evenly over these, the rest evenly over the task's; what accrues at the start
    or the end counts there.
    """
    plan, spans, builder = costs.plan, TaskSpans(costs.schedule), FlowBuilder()
    assigned = _assignments(plan, number)
    accruals = plan.tasks.column("fixed_cost_accrual")
    otherwise = costs.schedule.project_start[project.id]
    for at, own in own_budgets(plan, then).items():
        row, left = then[at], own
        if not own:
            continue
        start = row.start if row.start is not None else row.finish if row.finish is not None else otherwise
        finish = row.finish if row.finish is not None else start
        calendar = spans.calendar(at)
        for baseline, accrual in assigned.get(at, ()):
            if baseline.start is not None and baseline.finish is not None:
                amount = min(baseline.cost, left)
                left -= amount
                builder.add(amount, *_accrued(baseline.start, baseline.finish, accrual), calendar, task=at)
        fixed = min(row.fixed_cost, left)
        builder.add(fixed, *_accrued(start, finish, accruals[at]), calendar, task=at)
        builder.add(left - fixed, start, finish, calendar, task=at)
    return builder.flow()


def _accrued(start: int, finish: int, accrual: str) -> tuple[int, int]:
    if accrual == Accrual.START:
        return start, start
    return (finish, finish) if accrual == Accrual.END else (start, finish)


def _assignments(plan: Plan, number: int) -> dict[int, list[tuple[AssignmentBaseline, str]]]:
    """Return the baselines of assignments by the position of their task, each with how its resource's costs accrue."""
    found: dict[int, list[tuple[AssignmentBaseline, str]]] = {}
    rows = plan.assignments
    for baseline in plan.tables["assignment_baselines"]:
        if baseline.number == number and baseline.cost > 0:
            at = rows.position(baseline.assignment_id)
            resource_id = rows.column("resource_id")[at]
            accrual = plan.resources.value(resource_id, "accrual") if resource_id is not None else Accrual.PRORATED
            found.setdefault(plan.tasks.index[rows.column("task_id")[at]], []).append((baseline, accrual))
    return found
