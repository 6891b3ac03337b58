"""Shapes of an uncertain amount: their means, variances and quantiles.

Columns of many distributions are sampled at once: a `Shapes` holds one a column.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from pm.errors import InputError
from pm.model import FULL
from pm.model.enums import Distribution

Floats = NDArray[np.float64]

LAMBDA = 4
"""The weight of the most likely value in a PERT-beta."""
_GRID = 512
_SCORES: Floats = np.linspace(-8.0, 8.0, 16001)
_NORMAL: Floats = np.array([0.5 * math.erfc(-z / math.sqrt(2)) for z in _SCORES])


def normal_cdf(z: Floats) -> Floats:
    """Return the chance that a standard normal value is below each of `z`; to about 1e-7."""
    return np.interp(z, _SCORES, _NORMAL)


def normal_quantile(u: Floats) -> Floats:
    """Return the standard normal values that are exceeded with the chance ``1 - u``; to about 1e-6 between 1e-6 and 1 - 1e-6."""
    return np.interp(u, _NORMAL, _SCORES)


@dataclass(frozen=True)
class Shape:
    """One distribution, by its own parameters.

    Attributes:
        kind: TRIANGULAR, PERT and UNIFORM lie between `low` and `high`; of a LOGNORMAL `low` is the mean and `high` the
            standard deviation of the logarithm, and `mode` nothing.
    """

    kind: Distribution
    low: float
    mode: float
    high: float

    @property
    def certain(self) -> bool:
        """Whether it is always the same value."""
        return self.high == self.low if self.kind is not Distribution.LOGNORMAL else self.high == 0

    @property
    def mean(self) -> float:
        """The expected value."""
        a, m, b = self.low, self.mode, self.high
        if self.kind is Distribution.LOGNORMAL:
            return math.exp(a + b * b / 2)
        if self.kind is Distribution.UNIFORM:
            return (a + b) / 2
        return (a + LAMBDA * m + b) / (LAMBDA + 2) if self.kind is Distribution.PERT else (a + m + b) / 3

    @property
    def variance(self) -> float:
        """The variance; of a PERT that of the beta distribution, not the ((b - a) / 6)² of the textbook."""
        a, m, b = self.low, self.mode, self.high
        if self.kind is Distribution.LOGNORMAL:
            return math.expm1(b * b) * math.exp(2 * a + b * b)
        if self.kind is Distribution.UNIFORM:
            return (b - a) ** 2 / 12
        if self.kind is Distribution.PERT:
            return (self.mean - a) * (b - self.mean) / (LAMBDA + 3)
        return (a * a + m * m + b * b - a * m - a * b - m * b) / 18

    def quantile(self, u: float) -> float:
        """Return the value that is not exceeded with the chance `u`."""
        return float(Shapes([self]).quantiles(np.array([[u]]))[0, 0])


def three_points(
    low: float, most_likely: float, high: float, kind: Distribution, percentiles: tuple[int, int], what: str
) -> Shape:
    """Return the distribution that three points describe.

    Args:
        low, most_likely, high: As estimated.
        kind: Its shape.
        percentiles: The chances of a value below `low` and below `high`, of the kinds that take them for percentiles;
            hundredths of a percent.
        what: What is estimated, for messages.

    Raises:
        InputError: `estimate.order`, the points are not in order; `estimate.low`, a lognormal that may be zero or less;
            `estimate.percentiles`, percentiles that are no chances in order.
    """
    if not low <= most_likely <= high:
        raise InputError(
            "an estimate goes from low over most likely to high", code="estimate.order", subject=what, hint="write e.g. 3d 5d 9d"
        )
    if kind not in (Distribution.LOGNORMAL, Distribution.TRIGEN):
        return Shape(kind, low, most_likely, high)
    below, above = (p / FULL for p in percentiles)
    if not 0 < below < above < 1:
        raise InputError(
            "the percentiles of an estimate lie between 0% and 100%, the low before the high",
            code="estimate.percentiles",
            subject=what,
            hint="P10 and P90 are usual",
        )
    if kind is Distribution.LOGNORMAL:
        if low <= 0:
            raise InputError(
                "the low of a lognormal estimate must be above zero",
                code="estimate.low",
                subject=what,
                hint="or take another shape",
            )
        first, last = (NormalDist().inv_cdf(p) for p in (below, above))
        sigma = math.log(high / low) / (last - first)
        return Shape(kind, math.log(low) - sigma * first, 0.0, sigma)
    return _trigen(low, most_likely, high, below, 1 - above)


def _trigen(low: float, mode: float, high: float, below: float, above: float) -> Shape:
    """Return the triangle of which the shares `below` and `above` lie outside `low` to `high`.

    With c the share below the mode, A = (mode - low) / (1 - sqrt(below / c)) is the distance of its start from the mode, B
    likewise that of its end, and c = A / (A + B): one unknown, found by bisection.
    """
    left, right = mode - low, high - mode
    if low == high:
        return Shape(Distribution.TRIANGULAR, low, mode, high)
    least, most = below, 1 - above
    for _ in range(200):
        c = (least + most) / 2
        towards = left * (1 - c) * (1 - math.sqrt(above / (1 - c))) - right * c * (1 - math.sqrt(below / c))
        least, most = (c, most) if towards > 0 else (least, c)
    c = (least + most) / 2
    if left >= right:
        start = left / (1 - math.sqrt(below / c))
        end = start * (1 - c) / c
    else:
        end = right / (1 - math.sqrt(above / (1 - c)))
        start = end * c / (1 - c)
    return Shape(Distribution.TRIANGULAR, mode - start, mode, mode + end)


class Shapes:
    """Many distributions, one a column."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self._low, self._mode, self._high = (
            np.array([getattr(s, n) for s in shapes], dtype=float) for n in ("low", "mode", "high")
        )
        kinds = [s.kind for s in shapes]
        self._of = {k: np.array([i for i, kind in enumerate(kinds) if kind is k], dtype=np.int64) for k in set(kinds)}

    def quantiles(self, u: Floats) -> Floats:
        """Return the quantiles of `u`, chances in a column for each distribution."""
        found = np.empty_like(u)
        for kind, columns in self._of.items():
            a, m, b, mine = self._low[columns], self._mode[columns], self._high[columns], u[:, columns]
            if kind is Distribution.UNIFORM:
                found[:, columns] = a + mine * (b - a)
            elif kind is Distribution.LOGNORMAL:
                found[:, columns] = np.exp(a + b * normal_quantile(mine))
            elif kind is Distribution.PERT:
                found[:, columns] = a + (b - a) * self._beta(mine)
            else:
                found[:, columns] = _triangular(mine, a, m, b)
        return found

    def _beta(self, u: Floats) -> Floats:
        angles, areas = self._areas
        columns = [np.sin(np.interp(column, area, angles)) ** 2 for column, area in zip(u.T, areas, strict=True)]
        return np.stack(columns, axis=1)

    @cached_property
    def _areas(self) -> tuple[Floats, Floats]:
        """Angles, and the area of each PERT's beta density below sin² of them.

        In the angle t, with x = sin² t, the density x^(p-1) (1-x)^(q-1) dx is 2 sin^(2p-1) t cos^(2q-1) t dt, smooth even where
        the shape leans on one of its ends.
        """
        columns = self._of[Distribution.PERT]
        width = self._high[columns] - self._low[columns]
        share = np.where(width > 0, (self._mode[columns] - self._low[columns]) / np.where(width > 0, width, 1), 0.5)[:, None]
        angles = np.linspace(0, math.pi / 2, _GRID + 1)
        sine, cosine = np.sin(angles), np.cos(angles)
        cosine[-1] = 0.0
        density = sine ** (1 + 2 * LAMBDA * share) * cosine ** (1 + 2 * LAMBDA * (1 - share))
        areas = np.cumsum((density[:, 1:] + density[:, :-1]) / 2, axis=1)
        areas = np.concatenate((np.zeros((len(columns), 1)), areas), axis=1)
        return angles, areas / areas[:, -1:]


def _triangular(u: Floats, a: Floats, m: Floats, b: Floats) -> Floats:
    width = b - a
    share = np.where(width > 0, (m - a) / np.where(width > 0, width, 1), 1.0)
    rising = a + np.sqrt(u * width * (m - a))
    return np.where(u <= share, rising, b - np.sqrt((1 - u) * width * (b - m)))
