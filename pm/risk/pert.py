"""PERT by hand, beside the simulation: expected times, and the variance along the critical path.

It takes the critical path for the only one, which makes it too early wherever paths merge.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from pm.model import Plan
from pm.model.enums import Distribution
from pm.risk.distributions import Shape
from pm.risk.inputs import Uncertainty
from pm.schedule import compile_network
from pm.schedule.engine import Network
from pm.schedule.trial_plan import TrialPlans


@dataclass(frozen=True)
class Pert:
    """The classical estimate.

    Attributes:
        finish: Where the project finishes with the expected times (o + 4m + p) / 6, an instant.
        deviation: Square root of the sum of ((p - o) / 6)² along the critical path, working seconds.
        path: Positions of the tasks on that path, in order.
    """

    finish: int
    deviation: float
    path: tuple[int, ...]

    def chance(self, later: float) -> float:
        """Return the chance of a finish no more than `later` working seconds after the expected one."""
        if not self.deviation:
            return float(later >= 0)
        return NormalDist().cdf(later / self.deviation)

    def later(self, chance: float) -> float:
        """Return by how many working seconds after the expected finish it is over with a chance."""
        return NormalDist().inv_cdf(chance) * self.deviation


def expected_and_variance(shape: Shape) -> tuple[float, float]:
    """Return (o + 4m + p) / 6 and ((p - o) / 6)²; of a lognormal its own mean and variance."""
    if shape.kind is Distribution.LOGNORMAL:
        return shape.mean, shape.variance
    o, m, p = shape.low, shape.mode, shape.high
    return (o + 4 * m + p) / 6, ((p - o) / 6) ** 2


def pert(plan: Plan, uncertain: Uncertainty, project: int = 0) -> Pert:
    """Return the classical estimate of a project's finish, by its number among those of the plan. Risks take no part in it."""
    pairs = [expected_and_variance(shape) for shape in uncertain.shapes]
    expected = np.array([max(round(te), floor) for (te, _), floor in zip(pairs, uncertain.least.tolist(), strict=True)])
    expected = expected.astype(np.int64)
    variance = dict(zip(uncertain.at.tolist(), (v for _, v in pairs), strict=True))
    network = compile_network(TrialPlans(plan, uncertain.at).with_durations(expected))
    schedule = network.compute()
    path, total = _critical_path(network, variance, project)
    return Pert(schedule.project_finish[plan.projects.ids[project]], math.sqrt(total), path)


def _critical_path(network: Network, variance: dict[int, float], project: int) -> tuple[tuple[int, ...], float]:
    """Return the driving chain to the project's finish; of several the one with the greatest variance."""
    schedule, view = network.schedule, network.links
    a, b = network.ranges[project]
    on_path = schedule.longest_path & network.drives
    driving = schedule.driving[view.link] & on_path[view.predecessor] & on_path[view.successor]
    before: dict[int, list[int]] = {}
    for predecessor, successor in zip(view.predecessor[driving].tolist(), view.successor[driving].tolist(), strict=True):
        before.setdefault(successor, []).append(predecessor)
    best: dict[int, tuple[float, int | None]] = {}
    for i in network.leaf_tasks.tolist():  # in topological order
        if on_path[i]:
            known = [(best[p][0], p) for p in before.get(i, ()) if p in best]
            total, last = max(known, default=(0.0, -1))
            best[i] = total + variance.get(i, 0.0), last if known else None
    finish = max((int(schedule.early_finish[i]) for i in best if a <= i < b), default=0)
    ends = [i for i in best if a <= i < b and int(schedule.early_finish[i]) == finish]
    at: int | None = max(ends, key=lambda i: best[i][0]) if ends else None
    total, path = best[at][0] if at is not None else 0.0, []
    while at is not None:
        path.append(at)
        at = best[at][1]
    return tuple(reversed(path)), total
