"""What the project costs in every iteration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pm.cost.costs import compute_costs
from pm.model.enums import ResourceType
from pm.risk.distributions import Floats
from pm.risk.inputs import Ints
from pm.risk.simulation import Outcome


@dataclass(frozen=True)
class PlannedCosts:
    """What the plan costs as it is, minor units of the project's currency.

    Attributes:
        total: The project.
        timed: By task: the work still to come, which costs more where it takes longer.
    """

    total: int
    timed: Ints


def planned_costs(outcome: Outcome) -> PlannedCosts:
    """Return what the project of an outcome costs as planned."""
    plan, costs = outcome.plan, compute_costs(outcome.schedule)
    works = np.array([kind == ResourceType.WORK for kind in plan.resources.column("type")] + [False])  # the last for nobody
    flow = costs.of_project(costs.to_come, plan.projects.ids[outcome.project])
    work = works[flow.resource]
    timed = np.zeros(len(plan.tasks), np.int64)
    np.add.at(timed, flow.task[work], flow.amount[work])
    return PlannedCosts(int(costs.cost[costs.project_row(plan.projects.ids[outcome.project])]), timed)


def costs_of(outcome: Outcome, planned: PlannedCosts) -> Ints:
    """Return what the project costs in every iteration, minor units.

    The work still to come costs in proportion to the time that it takes; uncertain fixed costs and the risks that happen come
    on top, and responses where the register is read after them.
    """
    uncertain, samples = outcome.uncertain, outcome.samples
    found = np.full(outcome.iterations, float(planned.total))
    left = uncertain.base - uncertain.least
    columns = np.flatnonzero((planned.timed[uncertain.at] > 0) & (left > 0))
    if len(columns):
        share = (samples.durations(slice(None), columns=columns) - uncertain.base[columns]) / left[columns]
        found += share @ planned.timed[uncertain.at[columns]].astype(float)
    fixed = outcome.plan.tasks.column("fixed_cost")
    found += (samples.fixed_costs - np.array([fixed[i] for i in uncertain.fixed_costs], dtype=float)).sum(axis=1)
    found -= _not_spent(outcome)
    found += samples.risk_costs().sum(axis=1)
    if uncertain.settings.after_response:
        found += sum(event.risk.response_cost for event in uncertain.events)
    whole: Ints = np.rint(found).astype(np.int64)
    return whole


def _not_spent(outcome: Outcome) -> Floats:
    """Return the fixed costs of tasks that do not exist, as they were drawn."""
    uncertain, samples = outcome.uncertain, outcome.samples
    saved = np.zeros(outcome.iterations)
    if samples.absent is None:
        return saved
    drawn = {i: samples.fixed_costs[:, n] for n, i in enumerate(uncertain.fixed_costs)}
    fixed = outcome.plan.tasks.column("fixed_cost")
    for branch in uncertain.branches:
        for column in np.concatenate(branch.columns).tolist():
            i = int(uncertain.at[column])
            saved += np.where(samples.absent[:, column], drawn.get(i, fixed[i]), 0)
    return saved
