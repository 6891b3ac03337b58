"""The measures of earned value, from four amounts of money: exact, and None wherever a denominator is zero.

Sources: PMI's Practice Standard for Earned Value Management for variances, indices and estimates at completion; the estimate
weighted 0.8 and 0.2 is the US Department of Defense's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Eac(StrEnum):
    """A way to estimate the cost at completion; each stands for what is assumed of the work left."""

    CPI = "cpi"
    BUDGET = "budget"
    CPI_SPI = "cpi_spi"
    WEIGHTED = "weighted"
    BOTTOM_UP = "bottom_up"


FORMULAS: Mapping[Eac, str] = {
    Eac.CPI: "BAC / CPI",
    Eac.BUDGET: "AC + (BAC - EV)",
    Eac.CPI_SPI: "AC + (BAC - EV) / (CPI x SPI)",
    Eac.WEIGHTED: "AC + (BAC - EV) / (0.8 CPI + 0.2 SPI)",
    Eac.BOTTOM_UP: "AC + cost of the work left",
}
ASSUMPTIONS: Mapping[Eac, str] = {
    Eac.CPI: "cost goes on as it has so far",
    Eac.BUDGET: "what went wrong is over: the rest costs what was budgeted",
    Eac.CPI_SPI: "lateness is bought back with money",
    Eac.WEIGHTED: "mostly the cost so far, a little of the lateness",
    Eac.BOTTOM_UP: "the plan as it is now: remaining work at its rates",
}


def ratio(above: int | Fraction, below: int | Fraction) -> Fraction | None:
    """Return a quotient; None where there is nothing to divide by."""
    return Fraction(above) / Fraction(below) if below else None


def to_money(value: Fraction) -> int:
    """Return the nearest whole number of minor units, halves away from zero."""
    whole = int(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole


@dataclass(frozen=True)
class Measures:
    """What can be said of a task, a branch or a project at the status date; amounts in minor units.

    Attributes:
        bac: Budget at completion: what the baseline says the whole of it costs.
        pv: Planned value: what the baseline says should be done by the status date.
        ev: Earned value: the budget of what is done.
        ac: Actual cost of what is done.
        remaining: Cost of the work left, as planned now (a bottom-up estimate to complete).
    """

    bac: int
    pv: int
    ev: int
    ac: int
    remaining: int = 0

    @property
    def sv(self) -> int:
        """Schedule variance; negative is late."""
        return self.ev - self.pv

    @property
    def cv(self) -> int:
        """Cost variance; negative is over budget."""
        return self.ev - self.ac

    @property
    def spi(self) -> Fraction | None:
        """Schedule performance index."""
        return ratio(self.ev, self.pv)

    @property
    def cpi(self) -> Fraction | None:
        """Cost performance index."""
        return ratio(self.ev, self.ac)

    @property
    def sv_percent(self) -> Fraction | None:
        """Schedule variance as a share of what was planned."""
        return ratio(self.sv, self.pv)

    @property
    def cv_percent(self) -> Fraction | None:
        """Cost variance as a share of what was earned."""
        return ratio(self.cv, self.ev)

    def eac(self, form: Eac = Eac.CPI) -> int | None:
        """Return the estimate at completion by `form`; None where it divides by zero."""
        left = self.bac - self.ev
        if form is Eac.BUDGET:
            return self.ac + left
        if form is Eac.BOTTOM_UP:
            return self.ac + self.remaining
        if form is Eac.CPI:
            whole = ratio(self.bac * self.ac, self.ev)
            return None if whole is None else to_money(whole)
        if self.spi is None or self.cpi is None:
            return None
        pace = self.cpi * self.spi if form is Eac.CPI_SPI else (4 * self.cpi + self.spi) / 5
        rest = ratio(left, pace)
        return None if rest is None else to_money(self.ac + rest)

    def etc(self, form: Eac = Eac.CPI) -> int | None:
        """Return the estimate to complete: what is still to be spent by `form`."""
        eac = self.eac(form)
        return None if eac is None else eac - self.ac

    def vac(self, form: Eac = Eac.CPI) -> int | None:
        """Return the variance at completion; negative is over budget."""
        eac = self.eac(form)
        return None if eac is None else self.bac - eac

    @property
    def tcpi(self) -> Fraction | None:
        """The cost performance that would keep to the budget; None where nothing is left to do, or no money to do it with."""
        return self._to_complete(self.bac)

    def tcpi_eac(self, form: Eac = Eac.CPI) -> Fraction | None:
        """Return the cost performance that would keep to the estimate at completion."""
        eac = self.eac(form)
        return None if eac is None else self._to_complete(eac)

    def _to_complete(self, limit: int) -> Fraction | None:
        left, money = self.bac - self.ev, limit - self.ac
        return ratio(left, money) if left > 0 and money > 0 else None

    @property
    def unattainable(self) -> bool:
        """Whether work is left and the budget is spent: no performance keeps to it any more."""
        return self.ev < self.bac <= self.ac
