"""The figures of cost and earned value, on a generated plan whose 200 resources have rates and work."""

from __future__ import annotations

from collections.abc import Iterator

from pm.commands import SetBaseline
from pm.cost.costs import compute_costs
from pm.cost.earned import compute_earned_value
from pm.model import FULL, Plan
from pm.model.kinds import DAY
from pm.schedule import compute_schedule
from tests.benchmarks.harness import Figure, measure, timed
from tests.benchmarks.plans import neutral, to_plan

ASKED_MS = {10_000: 1_000}


def priced(leaves: int) -> Plan:
    """Return a generated plan with work, rates, a baseline and a status date."""
    plan = to_plan(neutral(leaves))
    rows, durations, index = plan.assignments, plan.tasks.column("duration"), plan.tasks.index
    columns = zip(rows.ids, rows.column("task_id"), rows.column("units"), strict=True)
    work = {i: {"work": durations[index[task_id]] * units // FULL} for i, task_id, units in columns}
    rates = {i: {"standard_rate": 600_000 + 1_000 * i, "cost_per_use": 500} for i in plan.resources.ids}
    tables = {"assignments": rows.changed(work), "resources": plan.resources.changed(rates)}
    plan = Plan({**plan.tables, **tables})
    plan = plan.apply(SetBaseline(1).changeset(plan))
    status = {1: {"status_date": plan.projects.at(0).start + 120 * DAY}}
    return Plan({**plan.tables, "projects": plan.projects.changed(status)})


def figures(leaves: int = 10_000) -> Iterator[Figure]:
    """Measure costs, and earned value with the project's earned schedule."""
    plan = priced(leaves)
    schedule, project = compute_schedule(plan), plan.projects.at(0)
    asked = ASKED_MS.get(leaves)
    runs = measure(lambda _: compute_costs(schedule).cost, setup=lambda: None)
    yield timed(f"{leaves:,} tasks: cost of every task and when", runs, asked_ms=asked)
    costs = compute_costs(schedule)
    runs = measure(lambda _: compute_earned_value(costs, project).schedule(), setup=lambda: None)
    yield timed(f"{leaves:,} tasks: earned value and earned schedule", runs, asked_ms=asked)
