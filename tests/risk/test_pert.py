"""PERT by hand: the published examples."""

from __future__ import annotations

import math
from statistics import NormalDist

import pytest

from pm.model.enums import Distribution
from pm.model.kinds import DAY
from pm.risk.distributions import Shape
from pm.risk.inputs import uncertainty
from pm.risk.pert import expected_and_variance, pert
from tests.risk.plans import START, network_plan

RELIABLE = {
    "A": (1, 2, 3),
    "B": (2, 3.5, 8),
    "C": (6, 9, 18),
    "D": (4, 5.5, 10),
    "E": (1, 4.5, 5),
    "F": (4, 4, 10),
    "G": (5, 6.5, 11),
    "H": (5, 8, 17),
    "I": (3, 7.5, 9),
    "J": (3, 9, 9),
    "K": (4, 4, 4),
    "L": (1, 5.5, 7),
    "M": (1, 2, 3),
    "N": (5, 5.5, 9),
}
"""Reliable Construction (Hillier and Lieberman), weeks."""
RELIABLE_BEFORE = dict(zip("BCDEFGHIJKLMN", ("A", "B", "C", "C", "E", "D", "EG", "C", "FI", "J", "J", "H", "KL"), strict=True))
MILWAUKEE = {
    "A": (1, 2, 3),
    "B": (2, 3, 4),
    "C": (1, 2, 3),
    "D": (2, 4, 6),
    "E": (1, 4, 7),
    "F": (1, 2, 9),
    "G": (3, 4, 11),
    "H": (1, 2, 3),
}
"""Milwaukee Paper (Heizer and Render), weeks."""
MILWAUKEE_BEFORE = {"C": "A", "D": "B", "E": "C", "F": "C", "G": "DE", "H": "FG"}


def test_reliable_construction_makes_47_weeks_with_84_percent() -> None:
    plan = network_plan({n: p[1] for n, p in RELIABLE.items()}, RELIABLE_BEFORE, RELIABLE, elapsed=True)
    found = pert(plan, uncertainty(plan))
    assert (found.finish - START) / DAY == 44
    assert (found.deviation / DAY) ** 2 == pytest.approx(9)
    assert [plan.tasks.column("name")[i] for i in found.path] == list("ABCEFJLN")
    assert found.chance(3 * DAY) == pytest.approx(0.84, abs=0.005)


def test_milwaukee_paper_makes_16_weeks_with_72_percent() -> None:
    plan = network_plan({n: p[1] for n, p in MILWAUKEE.items()}, MILWAUKEE_BEFORE, MILWAUKEE, elapsed=True)
    found = pert(plan, uncertainty(plan))
    assert (found.finish - START) / DAY == 15
    assert (found.deviation / DAY) ** 2 == pytest.approx(3.11, abs=0.005)
    assert [plan.tasks.column("name")[i] for i in found.path] == list("ACEGH")
    assert round(DAY / found.deviation, 2) == 0.57  # the textbook looks it up in a table: 0.7157
    assert found.chance(1 * DAY) == pytest.approx(0.7157, abs=0.002)
    assert 15 + found.later(0.99) / DAY == pytest.approx(19.1, abs=0.02)


def test_the_advertising_project() -> None:
    paths = {"D": (9, 12, 15), "F": (5, 6, 7), "G": (2, 3, 7)}
    pairs = [expected_and_variance(Shape(Distribution.PERT, *points)) for points in paths.values()]
    assert sum(te for te, _ in pairs) == pytest.approx(21.5)
    assert sum(v for _, v in pairs) == pytest.approx(1.805, abs=0.001)
    plan = network_plan({n: p[1] for n, p in paths.items()}, {"F": "D", "G": "F"}, paths, elapsed=True)
    found = pert(plan, uncertainty(plan))
    assert found.deviation / DAY == pytest.approx(1.344, abs=0.001)
    assert found.chance(2.5 * DAY) == pytest.approx(NormalDist().cdf(2.5 / 1.344), abs=0.001)


def test_of_two_paths_that_tie_the_wider_one_is_taken() -> None:
    estimates = {"B": (5, 5, 5), "C": (2, 5, 8)}
    plan = network_plan({"A": 1, "B": 5, "C": 5, "D": 1}, {"B": "A", "C": "A", "D": "BC"}, estimates, elapsed=True)
    found = pert(plan, uncertainty(plan))
    assert [plan.tasks.column("name")[i] for i in found.path] == ["A", "C", "D"]
    assert found.deviation / DAY == pytest.approx(math.sqrt(1.0))


def test_a_plan_without_uncertainty_is_certain_of_its_finish() -> None:
    plan = network_plan({"A": 3})
    found = pert(plan, uncertainty(plan))
    assert (found.deviation, found.chance(0), found.chance(-1)) == (0, 1, 0)
