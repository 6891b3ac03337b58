"""Percentiles, histograms and measures of association, against their definitions."""

from __future__ import annotations

import math
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pm.model.kinds import DAY
from pm.risk.statistics import MOST_BINS, by_days, chance_by, kendall, pearson, percentile, ranks, spearman

VALUES = st.lists(st.integers(-50, 50), min_size=1, max_size=60)
PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=40)


@given(VALUES, st.integers(1, 99))
def test_a_percentile_is_the_least_value_that_enough_do_not_exceed(values: list[int], percent: int) -> None:
    found = percentile(np.sort(np.array(values)), percent).value
    enough = [v for v in sorted(values) if 100 * sum(x <= v for x in values) >= percent * len(values)]
    assert found == enough[0]


def test_the_error_of_a_percentile_is_about_what_runs_differ_by() -> None:
    runs = np.sort(np.random.default_rng(3).normal(0, 1000, (400, 1000)).astype(np.int64), axis=1)
    medians = [percentile(run, 50) for run in runs]
    spread = np.std([m.value for m in medians])
    assert np.mean([m.error for m in medians]) == pytest.approx(spread, rel=0.1)


def test_a_chance_counts_the_limit_itself() -> None:
    share, error = chance_by(np.array([1, 2, 3, 4]), 3)
    assert (share, error) == (0.75, math.sqrt(0.75 * 0.25 / 4))


@given(st.lists(st.integers(1, 5000 * DAY), min_size=1, max_size=80))
def test_a_histogram_counts_every_finish_once(finishes: list[int]) -> None:
    bins = by_days(np.array(finishes))
    assert len(bins) <= MOST_BINS
    for b in bins:
        assert b.share == pytest.approx(sum(b.start < f <= b.finish for f in finishes) / len(finishes))
    assert bins[-1].up_to == pytest.approx(1)
    assert all(a.finish == b.start for a, b in pairwise(bins))


@given(PAIRS)
def test_ranks_and_taus_are_as_defined(pairs: list[tuple[int, int]]) -> None:
    x, y = (np.array(side, dtype=float) for side in zip(*pairs, strict=True))
    assert ranks(x[:, None])[:, 0].tolist() == [sum(v < a for v in x) + (sum(v == a for v in x) + 1) / 2 for a in x]
    signs = [(np.sign(x[i] - x[j]), np.sign(y[i] - y[j])) for i, j in combinations(range(len(x)), 2)]
    scale = math.sqrt(sum(a != 0 for a, _ in signs)) * math.sqrt(sum(b != 0 for _, b in signs))
    assert kendall(x, y) == pytest.approx(sum(a * b for a, b in signs) / scale if scale else 0, abs=1e-12)


def test_correlations_are_as_numpy_has_them() -> None:
    rng = np.random.default_rng(1)
    y = rng.normal(size=200)
    columns = np.stack([y + rng.normal(size=200), np.full(200, 3.0), -y], axis=1)
    expected = [np.corrcoef(columns[:, 0], y)[0, 1], 0.0, -1.0]
    assert pearson(columns, y) == pytest.approx(expected)
    assert spearman(np.exp(columns), y)[[1, 2]] == pytest.approx([0, -1])
