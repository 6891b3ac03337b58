"""Earned schedule: earned value measured in time (Lipke 2003; forecasts as pmknowledgecenter.com states them).

The earned schedule is the time at which the plan had earned what is earned now. Unlike SPI, which every late project brings
back to 1 when it ends, SPI(t) stays below 1.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from pm.cost.measures import ratio


def earned_schedule(planned: Sequence[int], earned: int) -> Fraction:
    """Return how many periods the plan took to earn `earned`: ES = C + I.

    Args:
        planned: Cumulative planned value at the end of each period; never falls.
        earned: What is earned now.
    """
    whole = bisect_right(planned, earned)
    if whole == len(planned):  # all is earned: the plan took until it had first planned it all
        return Fraction(_first_full(planned))
    before = planned[whole - 1] if whole else 0
    return whole + Fraction(max(0, earned - before), planned[whole] - before)


def _first_full(planned: Sequence[int]) -> int:
    return planned.index(planned[-1]) + 1 if planned else 0


@dataclass(frozen=True)
class EarnedSchedule:
    """Times in periods from the start of the plan.

    Attributes:
        es: Earned schedule.
        at: Actual time: from the start to the status date.
        pd: Planned duration.
        cpi: Cost performance, for the forecast that it goes into.
    """

    es: Fraction
    at: Fraction
    pd: Fraction
    cpi: Fraction | None = None

    @property
    def sv(self) -> Fraction:
        """SV(t), the schedule variance in time; negative is late."""
        return self.es - self.at

    @property
    def spi(self) -> Fraction | None:
        """SPI(t), the schedule performance index in time."""
        return ratio(self.es, self.at)

    @property
    def ieac(self) -> Fraction | None:
        """IEAC(t) = AT + (PD - ES) / SPI(t), which is PD / SPI(t): how long it takes if the pace stays."""
        return self._at_pace(self.spi)

    @property
    def ieac_as_planned(self) -> Fraction:
        """IEAC(t) with a performance factor of 1: the rest takes as long as planned."""
        return self.at + self.pd - self.es

    @property
    def ieac_cost(self) -> Fraction | None:
        """IEAC(t) with a performance factor of SPI(t) x CPI."""
        return None if self.spi is None or self.cpi is None else self._at_pace(self.spi * self.cpi)

    def _at_pace(self, factor: Fraction | None) -> Fraction | None:
        rest = ratio(self.pd - self.es, factor) if factor else None
        return None if rest is None else self.at + rest

    @property
    def tspi(self) -> Fraction | None:
        """TSPI: the pace that would end the project when planned; None where nothing is left, or no time for it."""
        left, time = self.pd - self.es, self.pd - self.at
        return ratio(left, time) if left > 0 and time > 0 else None

    @property
    def unattainable(self) -> bool:
        """Whether work is left after its planned end: no pace ends it when planned."""
        return self.es < self.pd <= self.at
