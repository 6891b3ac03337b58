"""Field values as people read and type them: ``3d``, ``2eh``, ``50%``, ``1234.50``, ``Mon 12 Jan 2026``.

What a value means is its field's kind (`pm.model.kinds`); how long a day of work is, is the project's (`Units`).
Dates that people type in other ways than ISO are `pm.dates`' business.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pm.errors import InputError
from pm.model.enums import DurationUnit, LagKind
from pm.model.kinds import DAY, FULL, HOUR, MINUTE, WEEK, FieldInfo, Kind, iso, to_datetime
from pm.model.project import Project
from pm.names import DATE_FORMATS, MONTHS, WEEKDAYS

_UNIT_WORDS: Mapping[str, DurationUnit] = {
    **{unit.value: unit for unit in DurationUnit},
    **dict.fromkeys(("min", "mins", "minute", "minutes"), DurationUnit.MINUTES),
    **dict.fromkeys(("hr", "hrs", "hour", "hours"), DurationUnit.HOURS),
    **dict.fromkeys(("day", "days"), DurationUnit.DAYS),
    **dict.fromkeys(("wk", "wks", "week", "weeks"), DurationUnit.WEEKS),
    **dict.fromkeys(("mon", "mons", "month", "months"), DurationUnit.MONTHS),
    **dict.fromkeys(("emin", "emins"), DurationUnit.ELAPSED_MINUTES),
    **dict.fromkeys(("ehr", "ehrs", "ehour", "ehours"), DurationUnit.ELAPSED_HOURS),
    **dict.fromkeys(("eday", "edays"), DurationUnit.ELAPSED_DAYS),
    **dict.fromkeys(("ewk", "ewks", "eweek", "eweeks"), DurationUnit.ELAPSED_WEEKS),
    **dict.fromkeys(("emon", "emons", "emonth", "emonths"), DurationUnit.ELAPSED_MONTHS),
}
_AMOUNT = re.compile(r"\s*([+-]?)\s*(\d+(?:[.,]\d+)?|[.,]\d+)\s*([a-z%]*)\s*(\??)\s*", re.IGNORECASE)
_LONGEST_NUMBER = 15
LONGEST = 10**12
"""Seconds; no working time may be longer (31,000 years)."""


@dataclass(frozen=True)
class Units:
    """How long people's units of working time are, in seconds."""

    day: int = 480 * MINUTE
    week: int = 2400 * MINUTE
    month: int = 20 * 480 * MINUTE

    @classmethod
    def of(cls, project: Project | None) -> Units:
        """Return the units of `project`, or the usual ones."""
        if project is None:
            return cls()
        day = (project.minutes_per_day or 480) * MINUTE
        return cls(day, (project.minutes_per_week or 2400) * MINUTE, (project.days_per_month or 20) * day)

    def seconds(self, unit: str) -> int:
        """Return how many seconds one of `unit` is."""
        sizes = {
            DurationUnit.MINUTES: MINUTE,
            DurationUnit.HOURS: HOUR,
            DurationUnit.DAYS: self.day,
            DurationUnit.WEEKS: self.week,
            DurationUnit.MONTHS: self.month,
            DurationUnit.ELAPSED_MINUTES: MINUTE,
            DurationUnit.ELAPSED_HOURS: HOUR,
            DurationUnit.ELAPSED_DAYS: DAY,
            DurationUnit.ELAPSED_WEEKS: WEEK,
            DurationUnit.ELAPSED_MONTHS: 30 * DAY,
        }
        return sizes.get(DurationUnit(unit), MINUTE)


USUAL = Units()


def number(value: Decimal) -> str:
    """Return a decimal without needless zeros: ``3``, ``2.5``."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def duration_text(seconds: int, unit: str = DurationUnit.DAYS, units: Units = USUAL, *, estimated: bool = False) -> str:
    """Return working time in `unit`, to a hundredth: ``3d``, ``2.5w``, ``8eh``, with a question mark where estimated."""
    shown = DurationUnit(unit)
    if shown in (DurationUnit.PERCENT, DurationUnit.ELAPSED_PERCENT):
        shown = DurationUnit.DAYS
    amount = (Decimal(seconds) / units.seconds(shown)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{number(amount or Decimal(0))}{shown.value}{'?' if estimated else ''}"


def parse_duration(text: str, units: Units = USUAL) -> tuple[int, DurationUnit, bool]:
    """Return the working seconds, the unit and whether it is a guess, of ``3d``, ``1.5 weeks``, ``2eh``, ``4d?``.

    A bare number counts days. The result is rounded to a second.

    Raises:
        InputError: `value.duration`.
    """
    match = _AMOUNT.fullmatch(text)
    word = match[3].lower() if match else ""
    unit = _UNIT_WORDS.get(word or "d")
    if match is None or unit is None or "%" in unit or len(match[2]) > _LONGEST_NUMBER:
        raise InputError(
            f"{text!r} is not a duration", code="value.duration", hint="write 3d, 4h, 1.5w, 2mo, or 2ed round the clock"
        )
    seconds = int((_decimal(match[2]) * units.seconds(unit)).quantize(Decimal(1), ROUND_HALF_UP))
    if seconds > LONGEST:
        raise InputError(f"{text!r} is too long", code="value.duration", hint="a task cannot outlast the year 9999")
    return (-seconds if match[1] == "-" else seconds), unit, bool(match[4])


def lag_text(lag: int, kind: str, unit: str, units: Units = USUAL) -> str:
    """Return a lag as it follows a link's type: ``+2d``, ``-50%``; nothing for none."""
    if not lag:
        return ""
    sign = "+" if lag > 0 else "-"
    if kind in (LagKind.PERCENT, LagKind.ELAPSED_PERCENT):
        return f"{sign}{'e' if kind == LagKind.ELAPSED_PERCENT else ''}{percent_text(abs(lag))}"
    return f"{sign}{duration_text(abs(lag), unit, units)}"


def parse_lag(text: str, units: Units = USUAL) -> tuple[int, LagKind, DurationUnit]:
    """Return number, kind and unit of a lag: ``2d``, ``-4h``, ``+1ed``, ``50%``, ``e50%``.

    Raises:
        InputError: `value.lag`.
    """
    compact = text.strip().lower()
    elapsed = re.fullmatch(r"([+-]?)e(.*%)", compact)
    if elapsed or compact.endswith("%"):
        hundredths = parse_percent(elapsed[1] + elapsed[2] if elapsed else compact)
        if elapsed:
            return hundredths, LagKind.ELAPSED_PERCENT, DurationUnit.ELAPSED_PERCENT
        return hundredths, LagKind.PERCENT, DurationUnit.PERCENT
    try:
        seconds, unit, _ = parse_duration(compact, units)
    except InputError:
        hint = "write 2d, -4h (a lead), 1ed round the clock, or 50% of the predecessor"
        raise InputError(f"{text!r} is not a lag", code="value.lag", hint=hint) from None
    return seconds, (LagKind.ELAPSED if unit.value.startswith("e") else LagKind.WORKING), unit


def percent_text(value: int) -> str:
    """Return hundredths of a percent as ``45%``, ``12.5%``."""
    return f"{number(Decimal(value) / 100)}%"


def parse_percent(text: str) -> int:
    """Return ``45%``, ``45`` or ``12.5 %`` as hundredths of a percent.

    Raises:
        InputError: `value.percent`.
    """
    match = re.fullmatch(r"\s*([+-]?)(\d+(?:[.,]\d+)?)\s*%?\s*", text)
    if match is None or len(match[2]) > 12:
        raise InputError(f"{text!r} is not a percentage", code="value.percent", hint="write 45% or 45")
    value = int((_decimal(match[2]) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    return -value if match[1] == "-" else value


def money_text(value: int, digits: int = 2) -> str:
    """Return minor units as a decimal number: ``1234.50``."""
    return f"{Decimal(value).scaleb(-digits):.{digits}f}"


def parse_money(text: str, digits: int = 2) -> int:
    """Return ``1234.50``, ``1,234.50`` or ``1 234`` as minor units.

    Raises:
        InputError: `value.money`; also where it has more decimals than the currency.
    """
    return _scaled(text, digits, "an amount of money", "value.money", f"write 1234.50 ({digits} decimals at most)")


def rate_text(value: int) -> str:
    """Return ten-thousandths of the currency as a number: ``62.5``."""
    return number(Decimal(value).scaleb(-4))


def parse_rate(text: str) -> int:
    """Return ``62.50``, or ``62.50/h``, as ten-thousandths of the currency per hour.

    Raises:
        InputError: `value.rate`.
    """
    bare = re.sub(r"\s*/\s*(h|hr|hour)\s*$", "", text, flags=re.IGNORECASE)
    return _scaled(bare, 4, "a rate", "value.rate", "write what one hour costs: 62.50")


def _scaled(text: str, digits: int, what: str, code: str, hint: str) -> int:
    compact = re.sub(r"[ \u00a0\u202f_']", "", text)
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", compact):
        compact = compact.replace(",", "")
    if not re.fullmatch(r"[+-]?\d{1,15}(?:[.,]\d+)?", compact):
        raise InputError(f"{text!r} is not {what}", code=code, hint=hint)
    value = _decimal(compact).scaleb(digits)
    if value != value.to_integral_value():
        raise InputError(f"{text!r} has too many decimals", code=code, hint=hint)
    return int(value)


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def date_text(value: int, style: str = "day") -> str:
    """Return an instant's date in one of `DATE_FORMATS`, or as ISO with ``iso``."""
    at = to_datetime(value)
    names = {"name": MONTHS[at.month - 1], "weekday": WEEKDAYS[at.weekday()]}
    return DATE_FORMATS.get(style, DATE_FORMATS["iso"]).format(year=at.year, month=at.month, day=at.day, **names)


def instant_text(value: int, style: str = "day") -> str:
    """Return date and time of day of an instant: ``Mon 12 Jan 08:00``."""
    return f"{date_text(value, style)} {iso(value)[11:16]}"


def value_text(field: FieldInfo, value: Any, project: Project | None = None, *, style: str = "iso", unit: str = "d") -> str:
    """Return the value of a field as people read it; nothing for None.

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
            return duration_text(value, unit, Units.of(project))
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


__all__ = [
    "DATE_FORMATS",
    "FULL",
    "LONGEST",
    "MONTHS",
    "USUAL",
    "WEEKDAYS",
    "Units",
    "date_text",
    "duration_text",
    "instant_text",
    "lag_text",
    "money_text",
    "number",
    "parse_duration",
    "parse_lag",
    "parse_money",
    "parse_percent",
    "parse_rate",
    "percent_text",
    "rate_text",
    "value_text",
]
