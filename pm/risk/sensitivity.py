"""Which tasks decide the finish: criticality, cruciality, sensitivity, and where paths that merge hold each other up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pm.risk.distributions import Floats
from pm.risk.inputs import Ints
from pm.risk.simulation import Outcome, Watch
from pm.risk.statistics import kendall, pearson, spearman
from pm.schedule.engine import Network
from pm.schedule.network import START
from pm.schedule.result import Schedule

COLUMNS = 512
"""Tasks whose samples are held as decimals at a time."""
LEAST_SSI = 0.01
"""Tasks of the tornado bear at least so much on the finish."""
MOST_MERGES = 200
"""Tasks at which merging paths are watched, those with the least slack."""


@dataclass(frozen=True)
class Sensitivity:
    """How the tasks with uncertain durations bear on the finish; arrays run parallel to `at`, their positions in the plan.

    Attributes:
        criticality: Share of the iterations in which the task had no slack.
        cruciality, rank_cruciality: Pearson's and Spearman's correlation of its duration with the project's.
        deviation: Standard deviation of its duration, working seconds.
        ssi: Schedule sensitivity: criticality times its standard deviation over the project's.
        significance: E[duration / (duration + slack) times the project's duration over its mean].
    """

    at: Ints
    criticality: Floats
    cruciality: Floats
    rank_cruciality: Floats
    deviation: Floats
    ssi: Floats
    significance: Floats


def sensitivity(outcome: Outcome) -> Sensitivity:
    """Return how the tasks bear on the finish."""
    at, length = outcome.uncertain.at, outcome.length.astype(float)
    own = np.flatnonzero(np.array(outcome.plan.tasks.column("project_id"))[at] == outcome.plan.projects.ids[outcome.project])
    parts = [own[a : a + COLUMNS] for a in range(0, len(own), COLUMNS)]
    found: list[tuple[Floats, Floats, Floats]] = []
    for columns in parts:
        durations = _durations(outcome, columns)
        found.append((pearson(durations, length), spearman(durations, length), durations.std(axis=0)))
    none = np.zeros(0)
    linear, ranked, deviation = (np.concatenate([f[n] for f in found]) if found else none for n in range(3))
    criticality = outcome.critical[at[own]] / outcome.iterations
    spread = float(length.std())
    ssi = criticality * deviation / spread if spread else np.zeros(len(own))
    mean = float(length.mean())
    weight = outcome.significance[at[own]] / (outcome.iterations * mean) if mean else np.zeros(len(own))
    return Sensitivity(at[own], criticality, linear, ranked, deviation, ssi, weight)


def _durations(outcome: Outcome, columns: Ints) -> Floats:
    return outcome.samples.durations(slice(None), columns=columns).astype(float)


@dataclass(frozen=True)
class Bar:
    """A task of the tornado.

    Attributes:
        position: Of the task in the plan.
        earlier, later: How far the median finish lies from that of all iterations where the task is among its quickest and its
            slowest tenth, working seconds.
        kendall: Kendall's tau of its duration with the project's.
    """

    position: int
    criticality: float
    cruciality: float
    rank_cruciality: float
    kendall: float
    ssi: float
    significance: float
    deviation: float
    earlier: int
    later: int


def tornado(outcome: Outcome, measures: Sensitivity, most: int = 15) -> tuple[Bar, ...]:
    """Return the tasks that bear most on the finish, by SSI: criticality alone says nothing of how much."""
    order = np.lexsort((measures.at, -measures.ssi))[:most]
    order = order[measures.ssi[order] >= LEAST_SSI]
    columns = np.searchsorted(outcome.uncertain.at, measures.at[order])
    durations, length = _durations(outcome, columns), outcome.length.astype(float)
    middle, tenth = _median(outcome.length), max(1, outcome.iterations // 10)
    bars = []
    for n, values in zip(order.tolist(), durations.T, strict=True):
        ranked = np.argsort(values, kind="stable")
        ends = (_median(outcome.length[rows]) - middle for rows in (ranked[:tenth], ranked[-tenth:]))
        names = ("criticality", "cruciality", "rank_cruciality", "ssi", "significance", "deviation")
        figures = {name: float(getattr(measures, name)[n]) for name in names}
        earlier, later = ends
        bars.append(Bar(int(measures.at[n]), kendall=kendall(values, length), earlier=earlier, later=later, **figures))
    return tuple(bars)


def _median(values: Ints) -> int:
    return int(np.sort(values)[(len(values) - 1) // 2])


# merging paths ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Merge:
    """A task where several paths meet: each alone is more likely to let it start as planned than all together.

    Attributes:
        position: Of the task in the plan.
        joint: The chance that all of its predecessors let it start as planned.
        each: The chance of each, with the predecessor's position.
    """

    position: int
    joint: float
    each: tuple[tuple[int, float], ...]

    @property
    def lost(self) -> float:
        """What the merging costs: the worst single chance less the joint one."""
        return min(chance for _, chance in self.each) - self.joint


def merges_of(network: Network, schedule: Schedule) -> Watch:
    """Return the links into the starts of tasks where several meet, to be watched by a simulation."""
    view = network.links
    open_links = (view.successor_end == START) & network.drives[view.successor] & ~network.tasks.done[view.predecessor]
    open_links &= ~(network.tasks.started | network.tasks.done)[view.successor] & network.leaf[view.predecessor]
    rows = np.flatnonzero(open_links)
    successors, counts = np.unique(view.successor[rows], return_counts=True)
    several = successors[counts > 1]
    chosen = several[np.argsort(schedule.total_slack[several], kind="stable")][:MOST_MERGES]
    rows = rows[np.isin(view.successor[rows], chosen)]
    return Watch(rows, schedule.early_start[view.successor[rows]])


def merges(outcome: Outcome, most: int = 5, least: float = 0.05) -> tuple[Merge, ...]:
    """Return the tasks where merging costs most, if at least `least`."""
    view, n = outcome.network.links, outcome.iterations
    by: dict[int, list[int]] = {}
    for k, row in enumerate(outcome.watch.links.tolist()):
        by.setdefault(int(view.successor[row]), []).append(k)
    found = []
    for position, mine in by.items():
        each = tuple((int(view.predecessor[outcome.watch.links[k]]), float(outcome.on_time[k] / n)) for k in mine)
        found.append(Merge(position, float(outcome.joint[mine[0]] / n), each))
    costly = [m for m in found if m.lost >= least]
    return tuple(sorted(costly, key=lambda m: (-m.lost, m.position))[:most])
