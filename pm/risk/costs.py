"""What the project costs in every iteration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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
    plan = outcome.plan
    rows, tasks = plan.assignments, plan.tasks
    works = {i for i, kind in zip(plan.resources.ids, plan.resources.column("type"), strict=True) if kind == ResourceType.WORK}
    a, b = outcome.network.ranges[outcome.project]
    timed, total = np.zeros(len(tasks), np.int64), sum(tasks.column("fixed_cost")[a:b])
    for n, task_id in enumerate(rows.column("task_id")):
        i, cost = tasks.index[task_id], rows.column("cost")[n]
        if a <= i < b:
            total += cost
            if rows.column("resource_id")[n] in works:
                timed[i] += max(0, cost - rows.column("actual_cost")[n])
    return PlannedCosts(total, timed)


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
