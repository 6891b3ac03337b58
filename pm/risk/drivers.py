"""What each risk of the register costs: the finish and the cost with it and without it, in the very same iterations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pm.risk.inputs import Event, Ints
from pm.risk.simulation import Outcome, Simulation
from pm.risk.statistics import percentile

CONFIDENCE = 80


@dataclass(frozen=True)
class Driver:
    """A risk and what it does.

    Attributes:
        event: The risk.
        happened: In how many of the iterations it did.
        gain: How much earlier the P80 finish would be without it, working seconds; negative for an opportunity.
        cost_gain: How much lower the P80 cost would be without it, minor units.
        finish: The P80 finish without it, an instant.
    """

    event: Event
    happened: int
    gain: int
    cost_gain: int
    finish: int


@dataclass(frozen=True)
class Drivers:
    """What the risks do, one by one and together; sorted by what each costs.

    Attributes:
        each: Every risk.
        together: How much earlier the P80 finish would be without any of them, working seconds.
        finish: The P80 finish without any of them, an instant.
    """

    each: tuple[Driver, ...]
    together: int
    finish: int


def drivers(simulation: Simulation, outcome: Outcome, costs: Ints, step: Callable[[int], None] | None = None) -> Drivers:
    """Compute again the iterations in which a risk happened, without it, and compare the P80 finish.

    Args:
        simulation: The plan.
        outcome: What its iterations came to.
        costs: The project's cost in every iteration, minor units.
        step: Told how many iterations have been computed.
    """
    happened, events = outcome.samples.happened, outcome.uncertain.events
    added = outcome.samples.risk_costs()
    base, base_cost = _confident(outcome.finish), _confident(costs)
    each = []
    for n, event in enumerate(events):
        without = np.arange(len(events)) == n
        finish = _without(simulation, outcome, np.flatnonzero(happened[:, n]), without, step)
        gain = _worked(simulation, base, _confident(finish))
        saved = base_cost - _confident(np.rint(costs - added[:, n]).astype(np.int64))
        each.append(Driver(event, int(happened[:, n].sum()), gain, saved, _confident(finish)))
    every = np.ones(len(events), dtype=bool)
    finish = _without(simulation, outcome, np.flatnonzero(happened.any(axis=1)), every, step)
    ordered = tuple(sorted(each, key=lambda d: (-d.gain, -d.cost_gain, d.event.risk.uid)))
    return Drivers(ordered, _worked(simulation, base, _confident(finish)), _confident(finish))


def runs_of_drivers(outcome: Outcome) -> int:
    """Return how many iterations `drivers` computes."""
    happened = outcome.samples.happened
    return int(happened.sum() + happened.any(axis=1).sum())


def _without(simulation: Simulation, outcome: Outcome, rows: Ints, without: Ints, step: Callable[[int], None] | None) -> Ints:
    finish = outcome.finish.copy()
    if len(rows):
        finish[rows] = simulation.finishes(rows, without.astype(bool), step)
    return finish


def _confident(values: Ints) -> int:
    return percentile(np.sort(values), CONFIDENCE).value


def _worked(simulation: Simulation, later: int, earlier: int) -> int:
    lengths = simulation.working(np.array([earlier, later], dtype=np.int64))
    return int(lengths[1] - lengths[0])
