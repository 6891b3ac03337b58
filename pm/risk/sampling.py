"""Drawing what a plan's uncertain amounts come to, iteration by iteration.

Iterations are drawn in blocks, each from a generator of its own (PCG64 seeded by the run's seed and the block's number), so
that nothing depends on how many are computed at once or by whom.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pm.model.kinds import MINUTE
from pm.risk.correlation import alike, factor, normal_correlation, repaired
from pm.risk.distributions import Floats, Shapes, normal_cdf
from pm.risk.inputs import Event, Group, Ints, Uncertainty

BLOCK = 256
"""Iterations of one generator."""

_MOST = np.iinfo(np.int32).max

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Samples:
    """What was drawn; a row is an iteration.

    Attributes:
        minutes: Durations of the uncertain tasks before risks, whole minutes; a column a task.
        absent: Whether a task of a branch does not exist, a column a task; None without branches.
        happened: Whether each risk does; a column an event.
        severity: How bad each would be, as a chance of less; a column an event.
        fixed_costs: Uncertain fixed costs in minor units, a column each, in the order of `Uncertainty.fixed_costs`.
        notes: Correlations that had to be repaired, in words.
    """

    uncertain: Uncertainty
    minutes: NDArray[np.int32]
    absent: Flags | None
    happened: Flags
    severity: Floats
    fixed_costs: Floats
    notes: tuple[str, ...]

    @cached_property
    def beside(self) -> Ints:
        """What certain durations have beside whole minutes, seconds."""
        certain = np.array([s.certain for s in self.uncertain.shapes], dtype=bool)
        point = np.array([round(s.mode) if s.certain else 0 for s in self.uncertain.shapes], dtype=np.int64)
        return np.where(certain, point - np.rint(point / MINUTE).astype(np.int64) * MINUTE, 0)

    @property
    def iterations(self) -> int:
        """How many there are."""
        return len(self.minutes)

    def durations(self, rows: slice | Ints, *, columns: Ints | None = None, without: Flags | None = None) -> Ints:
        """Return how long tasks take (working seconds), risks included: a row an iteration, a column a task.

        Args:
            rows: The iterations.
            columns: The tasks; all if None.
            without: Which risks never happen here; None for the register as it is.
        """
        asked = np.arange(len(self.uncertain.at)) if columns is None else columns
        place = {column: n for n, column in enumerate(asked.tolist())}
        seconds: Ints = self.minutes[rows][:, asked].astype(np.int64) * MINUTE + self.beside[asked]
        for n, event in enumerate(self.uncertain.events):
            hit = np.flatnonzero(self.happened[rows, n])
            if not len(hit) or (without is not None and without[n]):
                continue
            severity = self.severity[rows, n][hit, None]
            for column, delay in zip(event.columns.tolist(), event.delays, strict=True):
                if column in place:
                    minutes = np.rint(Shapes([delay]).quantiles(severity)[:, 0] / MINUTE).astype(np.int64)
                    seconds[hit, place[column]] += minutes * MINUTE
        seconds = np.maximum(seconds, self.uncertain.least[asked])
        if self.absent is not None:
            seconds[self.absent[rows][:, asked]] = 0
        return seconds

    def risk_costs(self) -> Floats:
        """Return what the risks that happened add to the cost, minor units: a column an event."""
        found = np.zeros(self.happened.shape)
        for n, event in enumerate(self.uncertain.events):
            hit = self.happened[:, n]
            severity = np.repeat(self.severity[hit, n, None], len(event.cost), axis=1)
            found[hit, n] = Shapes(event.cost).quantiles(severity).sum(axis=1)
        return found


def draw(uncertain: Uncertainty, iterations: int, seed: int) -> Samples:
    """Draw so many iterations; the same seed draws the same."""
    sampler = _Sampler(uncertain)
    blocks = [sampler.block(seed, n, min(BLOCK, iterations - n * BLOCK)) for n in range(-(-iterations // BLOCK))]
    minutes, absent, happened, severity, fixed = (np.concatenate(part) for part in zip(*blocks, strict=True))
    present = absent if uncertain.branches else None
    return Samples(uncertain, minutes, present, happened, severity, fixed, tuple(sampler.notes))


class _Sampler:
    def __init__(self, uncertain: Uncertainty) -> None:
        self.uncertain = uncertain
        self._drawn = np.array([n for n, shape in enumerate(uncertain.shapes) if not shape.certain], dtype=np.int64)
        self._shapes = Shapes([uncertain.shapes[n] for n in self._drawn.tolist()])
        self._fixed = np.array([max(0.0, s.mode) for s in uncertain.shapes])
        self._costs = Shapes(list(uncertain.fixed_costs.values()))
        self._chances = np.array([e.chance for e in uncertain.events], dtype=float)
        self.notes: list[str] = []
        self._groups = [found for group in uncertain.groups if (found := self._joined(group)) is not None]

    def _joined(self, group: Group) -> tuple[Ints, Floats | float] | None:
        """Return the drawn columns of a group and how they are joined: the weight of one common value, or a factor."""
        columns = np.searchsorted(self._drawn, group.columns[np.isin(group.columns, self._drawn)])
        if len(columns) < 2 or not group.coefficient:
            return None
        r = normal_correlation(group.coefficient)
        if r > 0:
            return columns, r
        matrix, changed = repaired(alike(len(columns), r))
        if changed:
            self.notes.append(
                f"the tasks of {group.name} cannot all go against each other by {group.coefficient:.0%}: "
                f"the nearest that can be, {matrix[0, 1]:.0%}, is used"
            )
        return columns, factor(matrix)

    def block(self, seed: int, number: int, count: int) -> tuple[NDArray[np.int32], Flags, Flags, Floats, Floats]:
        """Draw a whole block and return the first `count` iterations of it."""
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(number,))))
        uncertain = self.uncertain
        u = rng.random((BLOCK, len(self._drawn)))
        for columns, joint in self._groups:
            own = rng.standard_normal((BLOCK, len(columns)))
            if isinstance(joint, float):
                z = np.sqrt(joint) * rng.standard_normal((BLOCK, 1)) + np.sqrt(1 - joint) * own
            else:
                z = own @ joint.T
            u[:, columns] = normal_cdf(z)
        way = rng.random((BLOCK, len(uncertain.branches)))
        chance = rng.random((BLOCK, len(uncertain.events)))
        severity = rng.random((BLOCK, len(uncertain.events)))
        costs = self._costs.quantiles(rng.random((BLOCK, len(uncertain.fixed_costs))))
        seconds = np.repeat(self._fixed[None, :], BLOCK, axis=0)
        seconds[:, self._drawn] = self._shapes.quantiles(u)
        minutes = np.rint(np.clip(seconds / MINUTE, 0, _MOST)).astype(np.int32)
        absent, happened = self._absent(way), chance < self._chances
        return minutes[:count], absent[:count], happened[:count], severity[:count], costs[:count]

    def _absent(self, way: Floats) -> Flags:
        """Return which tasks do not exist, where the branches go the way that `way` says."""
        absent = np.zeros((len(way), len(self.uncertain.at)), dtype=bool)
        for n, branch in enumerate(self.uncertain.branches):
            taken = np.searchsorted(np.cumsum(branch.chances)[:-1], way[:, n], side="right")
            for option, columns in enumerate(branch.columns):
                absent[np.ix_(taken != option, columns)] = True
        return absent


__all__ = ["BLOCK", "Event", "Samples", "draw"]
