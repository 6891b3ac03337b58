"""Shapes: published values, and what their own quantiles say of means, variances and percentiles."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pm.errors import InputError
from pm.model.enums import Distribution
from pm.risk.distributions import Shape, Shapes, normal_cdf, normal_quantile, three_points

TRIANGULAR, PERT, UNIFORM = Distribution.TRIANGULAR, Distribution.PERT, Distribution.UNIFORM
POINTS = st.tuples(*(st.integers(0, 1000) for _ in range(3))).map(sorted).filter(lambda p: p[0] < p[2])
MIDDLES = (np.arange(20_000) + 0.5) / 20_000


def test_the_values_of_the_textbook() -> None:
    triangle, beta = Shape(TRIANGULAR, 4, 6, 10), Shape(PERT, 4, 6, 10)
    assert triangle.mean == pytest.approx(6.6667, abs=1e-4)
    assert triangle.variance == pytest.approx(1.5556, abs=1e-4)
    assert triangle.quantile(0.5) == pytest.approx(6.5359, abs=1e-4)
    assert triangle.quantile(0.8) == pytest.approx(7.8091, abs=1e-4)
    assert beta.mean == pytest.approx(6.3333, abs=1e-4)
    assert beta.quantile(0.8) == pytest.approx(7.3249, abs=1e-4)


@given(POINTS, st.sampled_from((TRIANGULAR, PERT, UNIFORM)))
def test_quantiles_average_to_the_mean_and_spread_by_the_variance(points: list[int], kind: Distribution) -> None:
    low, likely, high = points
    shape = Shape(kind, low, likely, high)
    values = Shapes([shape]).quantiles(MIDDLES[:, None])[:, 0]
    width = high - low
    assert (np.diff(values) >= -1e-9 * width).all()
    assert low - 1e-6 <= values[0]
    assert values[-1] <= high + 1e-6
    assert values.mean() == pytest.approx(shape.mean, abs=2e-4 * width)
    assert values.var() == pytest.approx(shape.variance, abs=2e-4 * width**2)


def test_many_shapes_at_once_are_each_on_its_own() -> None:
    shapes = [
        Shape(PERT, 1, 2, 9),
        Shape(TRIANGULAR, 1, 2, 9),
        Shape(PERT, 0, 5, 5),
        Shape(UNIFORM, 1, 2, 9),
        Shape(PERT, 3, 3, 3),
    ]
    u = np.array([[0.1] * 5, [0.5] * 5, [0.93] * 5])
    for n, shape in enumerate(shapes):
        assert Shapes(shapes).quantiles(u)[:, n].tolist() == [shape.quantile(p) for p in (0.1, 0.5, 0.93)]


@given(POINTS, st.integers(1, 45), st.integers(55, 99))
def test_a_trigen_has_the_percentiles_that_were_given(points: list[int], below: int, above: int) -> None:
    low, likely, high = points
    shape = three_points(low, likely, high, Distribution.TRIGEN, (below * 100, above * 100), "")
    tolerance = 1e-6 * (shape.high - shape.low)
    assert shape.mode == likely
    assert shape.low <= low
    assert high <= shape.high
    assert shape.quantile(below / 100) == pytest.approx(low, abs=tolerance)
    assert shape.quantile(above / 100) == pytest.approx(high, abs=tolerance)


@given(st.floats(0.5, 100), st.floats(1.01, 20))
def test_a_lognormal_has_the_percentiles_that_were_given(low: float, times: float) -> None:
    shape = three_points(low, low, low * times, Distribution.LOGNORMAL, (1000, 9000), "")
    assert shape.quantile(0.1) == pytest.approx(low, rel=1e-5)
    assert shape.quantile(0.9) == pytest.approx(low * times, rel=1e-5)
    logs = np.log(Shapes([shape]).quantiles(MIDDLES[:, None])[:, 0])
    assert math.exp(logs.mean() + logs.var() / 2) == pytest.approx(shape.mean, rel=0.01)


def test_the_normal_table_is_the_normal_distribution() -> None:
    z = np.linspace(-5, 5, 999)
    assert np.abs(normal_cdf(z) - np.array([NormalDist().cdf(x) for x in z])).max() < 1e-7
    u = np.linspace(0.0005, 0.9995, 999)
    assert np.abs(normal_quantile(u) - np.array([NormalDist().inv_cdf(x) for x in u])).max() < 1e-5


@pytest.mark.parametrize(
    ("points", "kind", "percentiles", "code"),
    [
        ((5, 4, 9), TRIANGULAR, (1000, 9000), "estimate.order"),
        ((5, 10, 9), PERT, (1000, 9000), "estimate.order"),
        ((0, 4, 9), Distribution.LOGNORMAL, (1000, 9000), "estimate.low"),
        ((1, 4, 9), Distribution.TRIGEN, (9000, 1000), "estimate.percentiles"),
        ((1, 4, 9), Distribution.LOGNORMAL, (0, 9000), "estimate.percentiles"),
    ],
)
def test_an_estimate_that_cannot_be_is_refused(
    points: tuple[int, int, int], kind: Distribution, percentiles: tuple[int, int], code: str
) -> None:
    with pytest.raises(InputError) as caught:
        three_points(*points, kind, percentiles, "Pour slab")
    assert (caught.value.code, caught.value.subject) == (code, "Pour slab")
