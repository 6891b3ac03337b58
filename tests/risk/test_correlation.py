"""Values that go together do so as asked; what cannot be is repaired, and said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pm.errors import InputError
from pm.risk.correlation import alike, factor, repaired
from pm.risk.inputs import uncertainty
from pm.risk.sampling import draw
from pm.risk.statistics import spearman
from tests.risk.plans import network_plan

MATRICES = arrays(np.float64, (4, 4), elements=st.floats(-1, 1)).map(
    lambda a: np.clip(np.tril(a, -1) + np.tril(a, -1).T + np.eye(4), -1, 1)
)


@given(MATRICES)
def test_a_repaired_matrix_can_be_and_a_sound_one_stays(matrix: np.ndarray) -> None:
    found, changed = repaired(matrix)
    least = np.linalg.eigvalsh(matrix).min()
    assert np.linalg.eigvalsh(found).min() > -1e-8
    assert np.diag(found) == pytest.approx(np.ones(4))
    if least > 1e-8:
        assert not changed
    if least < -1e-8:
        assert changed
    assert factor(found) @ factor(found).T == pytest.approx(found, abs=1e-7)


def test_what_is_no_correlation_matrix_is_refused() -> None:
    for matrix in ([[1, 0.5], [0.4, 1]], [[1, 1.5], [1.5, 1]], [[2, 0], [0, 1]]):
        with pytest.raises(InputError, match="symmetric") as caught:
            repaired(np.array(matrix))
        assert caught.value.code == "risk.correlation"


def test_the_nearest_to_three_that_all_go_against_each_other() -> None:
    found, changed = repaired(alike(3, -0.9))
    assert changed
    assert found == pytest.approx(alike(3, -0.5))


@pytest.mark.parametrize("coefficient", [-4000, 3000, 8000])
@pytest.mark.parametrize("distribution", ["triangular", "pert", "uniform"])
def test_durations_of_a_group_have_the_rank_correlation_asked_for(coefficient: int, distribution: str) -> None:
    names = "ABC" if coefficient > 0 else "AB"
    estimates = dict.fromkeys(names, (4, 6, 12))
    plan = network_plan(dict.fromkeys(names, 6), {}, estimates, distribution=distribution)
    groups = [{"id": 1, "project_id": 1, "name": "crew", "coefficient": coefficient}]
    rows = [{**plan.tables["estimates"].row(i), "correlation_group": "crew"} for i in plan.tables["estimates"].ids]
    plan = network_plan(dict.fromkeys(names, 6), {}, {}, correlation_groups=groups)
    plan = type(plan).from_rows(**{n: [t.row(i) for i in t.ids] for n, t in plan.tables.items()} | {"estimates": rows})
    count = 20_000
    minutes = draw(uncertainty(plan), count, 7).minutes.astype(float)
    found = spearman(minutes[:, 1:], minutes[:, 0])
    assert found == pytest.approx(np.full(len(names) - 1, coefficient / 10_000), abs=3 / np.sqrt(count))


def test_a_group_that_cannot_be_is_repaired_and_said() -> None:
    base = network_plan(dict.fromkeys("ABC", 6), {}, dict.fromkeys("ABC", (4, 6, 12)))
    tables = {n: [t.row(i) for i in t.ids] for n, t in base.tables.items()}
    tables["estimates"] = [{**row, "correlation_group": "crew"} for row in tables["estimates"]]
    tables["correlation_groups"] = [{"id": 1, "project_id": 1, "name": "crew", "coefficient": -9000}]
    samples = draw(uncertainty(type(base).from_rows(**tables)), 1000, 1)
    assert len(samples.notes) == 1
    assert "crew" in samples.notes[0]
    assert "-50%" in samples.notes[0]
