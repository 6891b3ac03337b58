"""Risks on the scales of one to five."""

from __future__ import annotations

import pytest

from pm.model import Project, Risk, RiskImpact
from pm.risk.register import Level, rating

PROJECT = Project.model_construct(minutes_per_day=480)


@pytest.mark.parametrize(
    ("probability", "days", "score", "level"),
    [
        (500, 1, (1, 1), Level.LOW),
        (1200, 5, (2, 4), Level.MEDIUM),
        (3000, 4, (4, 3), Level.HIGH),
        (4000, 1, (4, 1), Level.LOW),
        (9000, 30, (5, 5), Level.HIGH),
    ],
)
def test_a_rating(probability: int, days: int, score: tuple[int, int], level: Level) -> None:
    impacts = [RiskImpact.model_construct(delay_likely=d * 8 * 3600) for d in (days, -days, 0)]
    found = rating(Risk.model_construct(probability=probability, kind="threat"), impacts, PROJECT)
    assert (found.probability, found.impact) == score
    assert found.score == score[0] * score[1]
    assert found.level is level


def test_an_opportunity_is_called_a_gain_and_a_risk_without_impact_the_least() -> None:
    found = rating(Risk.model_construct(probability=3000, kind="opportunity"), [], PROJECT)
    assert found.text == "4×1 gain"
