"""How MSPDI writes values: one codec for each way, text to the model's integers and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, DecimalException
from enum import StrEnum
from typing import Any

from pm.model.enums import (
    Accrual,
    ConstraintType,
    Contour,
    CustomFieldType,
    DurationUnit,
    LagKind,
    LinkType,
    RateTable,
    ScheduleFrom,
    TaskType,
)
from pm.model.kinds import DAY, EPOCH, to_datetime
from pm.words import is_elapsed, lag_kind

LARGEST = 2**62
TENTH = 6
"""Seconds in a tenth of a minute, the unit of lags, delays and slacks."""


class BadValueError(ValueError):
    """A text that is not of its element's type; `code` is the problem's."""

    def __init__(self, reason: str, code: str = "mspdi.bad_value") -> None:
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True)
class Codec:
    """Two functions, each the other's inverse on text that Microsoft Project writes itself.

    `decode` raises ValueError where the text makes no sense.
    """

    decode: Callable[[str], Any]
    encode: Callable[[Any], str]


def _bounded(number: int) -> int:
    if not -LARGEST < number < LARGEST:
        raise BadValueError("the number is too large")
    return number


def _integer(text: str) -> int:
    return _bounded(int(text))


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text.strip())
    except DecimalException:
        raise BadValueError("not a number") from None
    if not number.is_finite() or number.adjusted() > 18:
        raise BadValueError("the number is too large")
    return number


def scaled(text: str, factor: int) -> int:
    """Return the decimal number `text` times `factor`, rounded half up to a whole number."""
    try:
        return _bounded(int(text) * factor)
    except ValueError:
        return _bounded(int((_decimal(text) * factor).to_integral_value(ROUND_HALF_UP)))


def unscaled(value: int, factor: int) -> str:
    """Return `value` divided by `factor` (a power of ten) as a plain decimal without needless zeros."""
    whole, rest = divmod(abs(value), factor)
    sign = "-" if value < 0 else ""
    if not rest:
        return f"{sign}{whole}"
    return f"{sign}{whole}.{str(rest).zfill(len(str(factor)) - 1).rstrip('0')}"


def times(factor: int) -> Codec:
    """A number written as `factor` times smaller than the model holds it."""
    return Codec(lambda text: scaled(text, factor), lambda value: unscaled(value, factor))


def within(codec: Codec, low: int, high: int) -> Codec:
    """The values of `codec` from `low` to `high`."""

    def decode(text: str) -> Any:
        value = codec.decode(text)
        if not low <= value <= high:
            raise BadValueError(f"not between {codec.encode(low)} and {codec.encode(high)}", "mspdi.out_of_range")
        return value

    return Codec(decode, codec.encode)


def money(digits: int) -> Codec:
    """Hundredths of the currency, whatever its minor unit is: `digits` decimal places are the model's."""
    if digits >= 2:
        return times(10 ** (digits - 2))
    return Codec(
        lambda text: int((_decimal(text) / 10 ** (2 - digits)).to_integral_value(ROUND_HALF_UP)),
        lambda value: str(value * 10 ** (2 - digits)),
    )


def _flag(text: str) -> bool:
    word = text.strip()
    if word in ("1", "true"):
        return True
    if word in ("0", "false"):
        return False
    raise BadValueError("neither 0 nor 1")


def read_date(text: str) -> int:
    """Return an ISO date as an instant; a zone, which MSPDI never has, is dropped."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadValueError("not a date between the years 1 and 9999", "mspdi.bad_date") from None
    if moment.tzinfo is not None:
        moment = moment.replace(tzinfo=None)
    passed = moment - EPOCH
    return passed.days * DAY + passed.seconds


def write_date(value: int) -> str:
    """Return an instant as MSPDI writes it, to the second."""
    return to_datetime(value).isoformat(timespec="seconds")


_DURATION = re.compile(r"\s*(-?)P(?:(\d{1,9})D)?(?:T(?:(\d{1,12})H)?(?:(\d{1,12})M)?(?:(\d{1,12}(?:\.\d{1,12})?)S)?)?\s*")


def read_duration(text: str) -> int:
    """Return an ISO duration in seconds; a day is 24 hours."""
    match = _DURATION.fullmatch(text)
    if match is None or not any(match.groups()[1:]):
        raise BadValueError("not a duration")
    sign, days, hours, minutes, seconds = match.groups()
    total = int(days or 0) * DAY + int(hours or 0) * 3600 + int(minutes or 0) * 60
    if seconds:
        total += int(Decimal(seconds).to_integral_value(ROUND_HALF_UP))
    if sign and total:
        raise BadValueError("the duration is negative", "mspdi.negative_duration")
    return _bounded(total)


def write_duration(value: int) -> str:
    """Return seconds as MSPDI writes them."""
    minutes, seconds = divmod(value, 60)
    hours, minutes = divmod(minutes, 60)
    return f"PT{hours}H{minutes}M{seconds}S"


_TIME = re.compile(r"\s*(\d\d):(\d\d)(?::(\d\d)(?:\.\d*)?)?(?:Z|[+-]\d\d:\d\d)?\s*", re.ASCII)
"""Two digits each, as XML has it: one alone is more likely a damaged time than an early one."""


def read_time(text: str) -> int:
    """Return a time of day in seconds after midnight."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise BadValueError("not a time of day")
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    if not (0 <= hours <= 24 and 0 <= minutes < 60 and 0 <= seconds < 60):
        raise BadValueError("not a time of day")
    return hours * 3600 + minutes * 60 + seconds


def write_time(value: int) -> str:
    """Return seconds after midnight as a time of day; 24:00 is written as 00:00."""
    minutes, seconds = divmod(value % DAY, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


def words(table: Mapping[str, Any]) -> Codec:
    """A code that stands for a member of a closed set; the first code of a member is the one written."""
    plain = {code: member.value if isinstance(member, StrEnum) else member for code, member in table.items()}
    back: dict[Any, str] = {}
    for code, member in plain.items():
        back.setdefault(member, code)

    def decode(text: str) -> Any:
        try:
            return plain[text.strip()]
        except KeyError:
            raise BadValueError("not a value we know", "mspdi.unknown_value") from None

    return Codec(decode, lambda value: back[value])


UNITS: Mapping[str, DurationUnit] = {
    "3": DurationUnit.MINUTES,
    "4": DurationUnit.ELAPSED_MINUTES,
    "5": DurationUnit.HOURS,
    "6": DurationUnit.ELAPSED_HOURS,
    "7": DurationUnit.DAYS,
    "8": DurationUnit.ELAPSED_DAYS,
    "9": DurationUnit.WEEKS,
    "10": DurationUnit.ELAPSED_WEEKS,
    "11": DurationUnit.MONTHS,
    "12": DurationUnit.ELAPSED_MONTHS,
    "19": DurationUnit.PERCENT,
    "20": DurationUnit.ELAPSED_PERCENT,
    "21": DurationUnit.DAYS,
}
"""Formats of durations and lags; 32 more says that the duration is estimated."""

FORMATS: dict[str, tuple[str, bool]] = {code: (unit.value, False) for code, unit in UNITS.items()} | {
    str(int(code) + 32): (unit.value, True) for code, unit in UNITS.items()
}
"""Unit and whether it is estimated, by code."""

FORMAT_CODES: dict[tuple[str, bool], str] = {found: code for code, found in reversed(FORMATS.items())}
"""The other way round; days are 7, not the unspecified 21."""


def read_lag(text: str, code: str) -> tuple[int, str, str]:
    """Return the lag, its kind and its unit that ``LinkLag`` and ``LagFormat`` stand for.

    Raises:
        ValueError: either makes no sense.
    """
    try:
        unit, _ = FORMATS[code.strip()]
    except KeyError:
        raise BadValueError("not a format of lags we know", "mspdi.unknown_value") from None
    factor = 100 if unit in ("%", "e%") else TENTH
    return scaled(text, factor), lag_kind(unit), unit


def write_tenths(seconds: int) -> str:
    """Return seconds in tenths of a minute, rounded half up: the schema wants whole ones."""
    return str((seconds + TENTH // 2) // TENTH)


def write_lag(lag: int, kind: str, unit: str) -> tuple[str, str]:
    """Return the texts of ``LinkLag`` and ``LagFormat``."""
    if kind in (LagKind.PERCENT, LagKind.ELAPSED_PERCENT):
        return unscaled(lag, 100), "19" if kind == LagKind.PERCENT else "20"
    elapsed = kind == LagKind.ELAPSED
    if unit in ("%", "e%") or is_elapsed(unit) != elapsed:
        unit = DurationUnit.ELAPSED_DAYS if elapsed else DurationUnit.DAYS
    return write_tenths(lag), FORMAT_CODES[unit, False]


_INTEGER = Codec(_integer, str)

_PLAIN = {
    "text": Codec(str, str),
    "integer": _INTEGER,
    "flag": Codec(_flag, lambda value: "1" if value else "0"),
    "instant": Codec(read_date, write_date),
    "worktime": Codec(read_duration, write_duration),
    "rate": times(10_000),
    "percent": within(times(100), 0, 10_000),
    "per_day": within(_INTEGER, 1, 1440),
    "per_week": within(_INTEGER, 1, 10_080),
    # Some files say 0, for want of anything better.
    "per_month": within(Codec(lambda text: _integer(text) or 20, str), 1, 31),
    "priority": within(_INTEGER, 0, 1000),
    "digits": within(_INTEGER, 0, 4),
    "slack_limit": within(_INTEGER, -10_000, 10_000),
    "units": times(10_000),
    "tenths": Codec(lambda text: scaled(text, TENTH), write_tenths),
    "time": Codec(read_time, write_time),
    "task_type": words({"0": TaskType.FIXED_UNITS, "1": TaskType.FIXED_DURATION, "2": TaskType.FIXED_WORK}),
    "constraint": words(
        {
            "0": ConstraintType.AS_SOON_AS_POSSIBLE,
            "1": ConstraintType.AS_LATE_AS_POSSIBLE,
            "2": ConstraintType.MUST_START_ON,
            "3": ConstraintType.MUST_FINISH_ON,
            "4": ConstraintType.START_NO_EARLIER_THAN,
            "5": ConstraintType.START_NO_LATER_THAN,
            "6": ConstraintType.FINISH_NO_EARLIER_THAN,
            "7": ConstraintType.FINISH_NO_LATER_THAN,
        }
    ),
    "link": words(
        {
            "1": LinkType.FINISH_START,
            "0": LinkType.FINISH_FINISH,
            "2": LinkType.START_FINISH,
            "3": LinkType.START_START,
        }
    ),
    "accrual": words({"1": Accrual.START, "2": Accrual.END, "3": Accrual.PRORATED}),
    "contour": words({str(code): contour for code, contour in enumerate(Contour)}),
    "rate_table": words({str(code): table for code, table in enumerate(RateTable)}),
    "from_start": words({"1": ScheduleFrom.START, "0": ScheduleFrom.FINISH}),
    "weekday": words({str((day + 1) % 7): day for day in range(7)}),
}

MANDATORY = {ConstraintType.MANDATORY_START: "2", ConstraintType.MANDATORY_FINISH: "3"}
"""Constraints of P6 that Microsoft Project has no code for, and the nearest one it has."""


def codecs(digits: int = 2) -> dict[str, Codec]:
    """Return every codec by name, for a file whose currency has `digits` decimal places."""
    found = dict(_PLAIN)
    constraint = found["constraint"]
    found["constraint"] = Codec(constraint.decode, lambda value: MANDATORY.get(value) or constraint.encode(value))
    found["money"] = money(digits)
    return found


CUSTOM_CODECS: Mapping[CustomFieldType, str] = {
    CustomFieldType.TEXT: "text",
    CustomFieldType.FLAG: "flag",
    CustomFieldType.DATE: "instant",
    CustomFieldType.DURATION: "worktime",
    CustomFieldType.COST: "money",
}
