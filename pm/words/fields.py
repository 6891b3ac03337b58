"""The value of any field, by its kind."""

from __future__ import annotations

from typing import Any

from pm.model.kinds import FieldInfo, Kind
from pm.model.project import Project
from pm.words.amounts import money_text, parse_money, parse_percent, parse_rate, percent_text, rate_text
from pm.words.durations import duration_text, parse_duration
from pm.words.instants import instant_text
from pm.words.units import USUAL, Units

AMOUNTS = frozenset({Kind.WORKTIME, Kind.MONEY, Kind.PERCENT, Kind.RATE})
"""The kinds that `parse_amount` reads."""


def parse_amount(kind: Kind, text: str, *, units: Units = USUAL, digits: int = 2, unit: str = "d") -> int:
    """Return what `text` means for a field of one of the kinds in `AMOUNTS`.

    Args:
        kind: What the field counts.
        text: As it was typed.
        units: How long the project's units of time are.
        digits: Decimals of its currency.
        unit: What a bare number of working time counts.

    Raises:
        InputError: `value.duration`, `value.money`, `value.percent`, `value.rate`.
    """
    match kind:
        case Kind.WORKTIME:
            return parse_duration(text, units, unit).value
        case Kind.MONEY:
            return parse_money(text, digits)
        case Kind.PERCENT:
            return parse_percent(text)
        case Kind.RATE:
            return parse_rate(text, units)
        case _:
            raise ValueError(f"{kind} is no amount")


def value_text(field: FieldInfo, value: Any, project: Project | None = None, *, style: str = "iso", unit: str = "d") -> str:
    """Return the value of a field as people read it in tables, working time to a hundredth; nothing for None.

    Args:
        field: The field, whose kind says what the value counts.
        value: As a `Plan` holds it.
        project: Whose units of time and whose currency apply.
        style: One of `DATE_FORMATS`, for instants.
        unit: The unit that working time is shown in.
    """
    if value is None or value == "":
        return ""
    match field.kind:
        case Kind.INSTANT:
            return instant_text(value, style)
        case Kind.WORKTIME:
            return duration_text(value, unit, Units.of(project), places=2)
        case Kind.MONEY:
            return money_text(value, project.currency_digits if project else 2)
        case Kind.PERCENT:
            return percent_text(value)
        case Kind.RATE:
            return rate_text(value)
        case Kind.FLAG:
            return "yes" if value else "no"
        case _:
            return str(value)
