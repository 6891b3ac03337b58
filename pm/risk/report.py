"""All that a simulation says of one project, put together once for whoever shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pm.errors import InputError
from pm.model import Project
from pm.risk.buffers import Chain, FeverPoint, cut_and_paste, feeding_chains, fever_points, root_of_squares, with_least_share
from pm.risk.costs import PlannedCosts, costs_of, planned_costs
from pm.risk.drivers import Drivers, drivers, runs_of_drivers
from pm.risk.inputs import Ints
from pm.risk.pert import Pert, pert
from pm.risk.sensitivity import Bar, Merge, merges, merges_of, sensitivity, tornado
from pm.risk.simulation import Outcome, Simulation
from pm.risk.statistics import USUAL_PERCENTILES, Bin, Percentile, by_days, chance_by, percentile


@dataclass(frozen=True)
class Target:
    """A date and the chance of a finish by it, with its standard error; `what` it is: a target, a deadline, a name."""

    what: str
    date: int
    chance: float
    error: float


@dataclass(frozen=True)
class Buffer:
    """A buffer at the end of a chain, working seconds.

    Attributes:
        chain: The chain, by positions of tasks.
        length: Of the chain, at its aggressive times (the P50 of each task).
        squares: sqrt(sum of (P90 - P50)²), the size we advise, where it is not less than `least`.
        half: Half of the chain.
        least: A quarter of the chain.
    """

    chain: Chain
    length: float
    squares: float
    half: float
    least: float


@dataclass(frozen=True)
class RiskReport:
    """What a simulation says of a project.

    Attributes:
        outcome: The iterations.
        finish: Percentiles of the finish, instants; their errors in working seconds.
        cost: Percentiles of the cost, minor units.
        planned: What it costs as planned.
        planned_chance: The chance to finish as planned, or earlier.
        targets: Dates and the chances to make them.
        bins: The finishes by day or week.
        contingency: Working seconds from the planned finish to the P80; `cost_contingency` the same of the cost.
        mean, deviation: Of the time from the project's start to its finish, working seconds.
        bars: The tornado.
        merges: Where merging paths cost most.
        drivers: What the risks do; None where it was not asked for or there are none.
        pert: The classical estimate.
        buffers: Critical-chain buffers: that of the project first, then those of the feeding chains.
        fever: How far the chain is done and the project's buffer used up, against the baseline; None without one.
        notes: What was left out or repaired, in words.
    """

    outcome: Outcome
    project: Project
    finish: tuple[Percentile, ...]
    cost: tuple[Percentile, ...]
    planned: PlannedCosts
    planned_chance: float
    targets: tuple[Target, ...]
    bins: tuple[Bin, ...]
    contingency: int
    cost_contingency: int
    mean: float
    deviation: float
    bars: tuple[Bar, ...]
    merges: tuple[Merge, ...]
    drivers: Drivers | None
    pert: Pert
    pert_chances: tuple[float, ...]
    buffers: tuple[Buffer, ...]
    fever: FeverPoint | None
    notes: tuple[str, ...]


def analyse(
    simulation: Simulation,
    *,
    target: int | None = None,
    with_drivers: bool = True,
    begin: Callable[[int, str], None] | None = None,
    step: Callable[[int], None] | None = None,
) -> RiskReport:
    """Run a simulation and say what it comes to.

    Args:
        simulation: The plan.
        target: A date whose chance is asked for.
        with_drivers: Whether to compute what each risk costs.
        begin: Told before each part how many iterations it has and what it is.
        step: Told how many iterations have been computed.

    Raises:
        InputError: `risk.certain`, nothing is uncertain.
    """
    if simulation.uncertain.certain:
        raise InputError(
            "nothing in the plan is uncertain",
            code="risk.certain",
            hint="estimate tasks (pm estimate PLAN TASK 3d 5d 9d), add risks (pm risk add), or give --spread=-10%..+20%",
        )
    tell = begin or (lambda total, what: None)
    tell(simulation.samples.iterations, "simulating")
    outcome = simulation.run(merges_of(simulation.network, simulation.schedule), step)
    planned = planned_costs(outcome)
    costs = costs_of(outcome, planned)
    found = None
    if with_drivers and simulation.uncertain.events:
        tell(runs_of_drivers(outcome), "without each risk")
        found = drivers(simulation, outcome, costs, step)
    return _assembled(simulation, outcome, planned, costs, target, found)


def _assembled(
    simulation: Simulation, outcome: Outcome, planned: PlannedCosts, costs: Ints, target: int | None, found: Drivers | None
) -> RiskReport:
    project = outcome.plan.projects[outcome.plan.projects.ids[outcome.project]]
    order = np.argsort(outcome.finish, kind="stable")
    finish = tuple(percentile(outcome.finish[order], p, outcome.length[order]) for p in USUAL_PERCENTILES)
    cost = tuple(percentile(np.sort(costs), p) for p in USUAL_PERCENTILES)
    classical = pert(outcome.plan, outcome.uncertain, outcome.project)
    targets = _targets(outcome, project, target)
    ends = [classical.finish, *(t.date for t in targets)]
    worked = simulation.working(np.array(ends, dtype=np.int64))
    buffers = _buffers(outcome, classical)
    return RiskReport(
        outcome=outcome,
        project=project,
        finish=finish,
        cost=cost,
        planned=planned,
        planned_chance=chance_by(outcome.finish, outcome.planned_finish)[0],
        targets=targets,
        bins=by_days(outcome.finish),
        contingency=_between(simulation, outcome.planned_finish, _at(finish, 80)),
        cost_contingency=_at(cost, 80) - planned.total,
        mean=float(outcome.length.mean()),
        deviation=float(outcome.length.std()),
        bars=tornado(outcome, sensitivity(outcome)),
        merges=merges(outcome),
        drivers=found,
        pert=classical,
        pert_chances=tuple(classical.chance(float(w - worked[0])) for w in worked[1:]),
        buffers=buffers,
        fever=_fever(simulation, outcome, buffers),
        notes=(*outcome.uncertain.notes, *outcome.samples.notes),
    )


def _at(percentiles: tuple[Percentile, ...], percent: int) -> int:
    return next(p.value for p in percentiles if p.percent == percent)


def _between(simulation: Simulation, earlier: int, later: int) -> int:
    a, b = simulation.working(np.array([earlier, later], dtype=np.int64)).tolist()
    return int(b - a)


def _targets(outcome: Outcome, project: Project, target: int | None) -> tuple[Target, ...]:
    """Return the dates that count: the one asked for, the project's own, and the deadlines of its tasks."""
    found = [("target", date) for date in (target,) if date is not None]
    if project.must_finish_by is not None:
        found.append(("must finish by", project.must_finish_by))
    listed = [Target(what, date, *chance_by(outcome.finish, date)) for what, date in found]
    a, b = outcome.network.ranges[outcome.project]
    deadlines, names = outcome.plan.tasks.column("deadline"), outcome.plan.tasks.column("name")
    for i in range(a, b):
        if deadlines[i] is not None and outcome.network.drives[i] and not outcome.network.tasks.done[i]:
            share = 1 - float(outcome.late[i]) / outcome.iterations
            listed.append(Target(str(names[i]), deadlines[i], share, (share * (1 - share) / outcome.iterations) ** 0.5))
    return tuple(listed)


def _buffers(outcome: Outcome, classical: Pert) -> tuple[Buffer, ...]:
    """Return critical-chain buffers: the P90 of each task is its safe time, the P50 its aggressive one."""
    uncertain, tasks = outcome.uncertain, outcome.network.tasks
    column = {int(i): n for n, i in enumerate(uncertain.at)}
    view = outcome.network.links
    before: dict[int, list[int]] = {}
    for predecessor, successor in zip(view.predecessor.tolist(), view.successor.tolist(), strict=True):
        before.setdefault(successor, []).append(predecessor)

    def time(i: int, chance: float) -> float:
        return uncertain.shapes[column[i]].quantile(chance) if i in column else float(tasks.length[i])

    aggressive = dict.fromkeys(range(len(tasks.length)), 0.0)
    aggressive |= {i: float(tasks.length[i]) for i in np.flatnonzero(~tasks.done).tolist()}
    aggressive |= {i: time(i, 0.5) for i in column}
    found = []
    for chain in feeding_chains(classical.path, {i: tuple(p) for i, p in before.items()}, aggressive):
        short = [aggressive[i] for i in chain.tasks]
        safe = [time(i, 0.9) if i in column else aggressive[i] for i in chain.tasks]
        squares, length = root_of_squares(safe, short), sum(short)
        if squares > 0:
            found.append(Buffer(chain, length, squares, cut_and_paste(short), with_least_share(0, length)))
    return tuple(found)


def _fever(simulation: Simulation, outcome: Outcome, buffers: tuple[Buffer, ...]) -> FeverPoint | None:
    """Return where the project stands on a fever chart: its finish against the baseline's."""
    plan = outcome.plan
    ids = set(plan.tasks.ids[slice(*outcome.network.ranges[outcome.project])])
    rows = plan.task_baselines
    pairs = zip(rows.column("task_id"), rows.column("finish"), strict=True)
    finishes = [f for task_id, f in pairs if task_id in ids and f is not None]
    if not finishes or not buffers or buffers[0].chain.feeds is not None:
        return None
    buffer = buffers[0]
    done = np.array(plan.tasks.column("percent_complete"), dtype=float)[list(buffer.chain.tasks)] / 10_000
    lengths = outcome.schedule.duration[list(buffer.chain.tasks)]
    whole = float(lengths.sum())
    late = _between(simulation, max(finishes), outcome.planned_finish)
    size = max(buffer.squares, buffer.least)
    return fever_points(whole, size, [(whole - float((lengths * done).sum()), float(late))])[0]
