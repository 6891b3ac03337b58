"""How amounts of money and ratios look, in tables and in JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pm.cli.output import warn

if TYPE_CHECKING:
    from pm.cost.problems import Problem
    from pm.model import Project

NOTHING = "–"
"""Shown where there is no value."""


@dataclass(frozen=True)
class Purse:
    """The currency of a project, and how its amounts are written."""

    currency: str
    digits: int

    @classmethod
    def of(cls, project: Project) -> Purse:
        """Return the currency of a project."""
        return cls(project.currency, project.currency_digits)

    def text(self, amount: int | None) -> str:
        """Return an amount as people read it: ``1 234.50``."""
        from pm.words import grouped_money

        return NOTHING if amount is None else grouped_money(amount, self.digits)

    def whole(self, amount: int | None) -> str:
        """Return an amount rounded to whole units of the currency: ``1 235``."""
        from pm.words import grouped_money

        if amount is None:
            return NOTHING
        unit = 10**self.digits
        return grouped_money((2 * abs(amount) + unit) // (2 * unit) * (1 if amount >= 0 else -1), 0)

    def signed(self, amount: int | None) -> str:
        """Return a difference with its sign; nothing for none."""
        return "" if not amount else f"{'+' if amount > 0 else ''}{self.text(amount)}"

    def json(self, amount: int | None) -> str | None:
        """Return an amount as JSON has it: a decimal string."""
        from pm.words import money_text

        return None if amount is None else money_text(amount, self.digits)


def ratio_text(value: Fraction | None, places: int = 2) -> str:
    """Return a ratio as people read it."""
    return NOTHING if value is None else f"{float(value):.{places}f}"


def ratio_json(value: Fraction | None) -> float | None:
    """Return a ratio as JSON has it, to four decimals."""
    return None if value is None else round(float(value), 4)


def warn_of_figures(problems: Iterable[Problem]) -> None:
    """Write a warning for everything that makes figures less than certain."""
    for problem in problems:
        warn(problem.message)


def json_of_problems(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Return what makes figures less than certain, as JSON has it."""
    return [{"code": p.code, "message": p.message} for p in problems]
