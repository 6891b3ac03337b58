"""What the register says of risks without any simulation: how likely and how bad, on the usual scales of one to five."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pm.model import FULL, Project, Risk, RiskImpact
from pm.model.enums import RiskKind

CHANCES = (1000, 2000, 3000, 5000)
"""Where the second to the fifth step of the scale of probability begin, hundredths of a percent."""
DELAYS = (2, 3, 5, 8)
"""Where those of the scale of impact do, working days of delay."""
LEVELS = (5, 10)
"""Products of both at which a risk is medium, and high."""


class Level(StrEnum):
    """How much a risk matters."""

    LOW = "low"
    MEDIUM = "med"
    HIGH = "high"


@dataclass(frozen=True)
class Rating:
    """A risk on the scales; an opportunity by what it may gain.

    Attributes:
        probability, impact: 1 to 5.
        gain: Whether it is an opportunity.
    """

    probability: int
    impact: int
    gain: bool

    @property
    def score(self) -> int:
        """The product, 1 to 25."""
        return self.probability * self.impact

    @property
    def level(self) -> Level:
        """Low, medium or high."""
        return (Level.LOW, Level.MEDIUM, Level.HIGH)[bisect_right(LEVELS, self.score - 1)]

    @property
    def text(self) -> str:
        """As tables show it: ``4×3 high``, ``2×2 gain``."""
        return f"{self.probability}×{self.impact} {'gain' if self.gain else self.level}"


def rating(risk: Risk, impacts: Sequence[RiskImpact], project: Project) -> Rating:
    """Return where a risk stands by its probability and the longest of its likely delays."""
    day = project.minutes_per_day * 60
    worst = max((abs(i.delay_likely) for i in impacts), default=0) / day
    chance = min(max(risk.probability, 0), FULL)
    return Rating(1 + bisect_right(CHANCES, chance), 1 + bisect_right(DELAYS, worst), risk.kind == RiskKind.OPPORTUNITY)
