"""Working time and lags."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from pm.errors import InputError
from pm.model.enums import DurationUnit, LagKind
from pm.words.amounts import NUMBER, number, parse_percent, percent_text, refusal, rounded
from pm.words.units import UNIT_OF, USUAL, Units, is_elapsed, lag_kind

LONGEST = 10**12
"""Seconds; no working time may be longer (31,000 years)."""

_PART = re.compile(rf"\s*({NUMBER})\s*([a-z]+)", re.IGNORECASE)
_SHARES = (DurationUnit.PERCENT, DurationUnit.ELAPSED_PERCENT)
_DURATION_HINT = "write 3d, 4h, 1.5w, 2mo, or 2ed round the clock"
_LAG_HINT = "write +2d, -4h (a lead), +1ed round the clock, or +50% of the predecessor's duration"
_LONGEST_TEXT = 120


class Duration(NamedTuple):
    """A typed duration: seconds (working, or elapsed where the unit is), the unit it is shown in, whether it is a guess."""

    value: int
    unit: str = DurationUnit.DAYS.value
    estimated: bool = False


class Lag(NamedTuple):
    """A typed lag, as the fields `lag`, `lag_kind` and `lag_unit` of a link hold it."""

    value: int = 0
    kind: str = LagKind.WORKING.value
    unit: str = DurationUnit.DAYS.value


NO_LAG = Lag()


def parse_duration(text: str, units: Units = USUAL, default_unit: str = "d") -> Duration:
    """Return the duration that ``3d``, ``1.5 days?``, ``5ed`` or ``1d 2h`` is; a bare number counts `default_unit`.

    It is rounded to the second, once.

    Raises:
        InputError: `value.duration`.
    """
    body = text.strip()
    estimated = body.endswith("?")
    body = body.removesuffix("?").rstrip()
    negative = body.startswith("-")
    body = body[1:].lstrip() if body[:1] in ("+", "-") else body
    if re.fullmatch(NUMBER, body):
        body += default_unit
    total, unit = Decimal(0), ""
    for amount, part in _parts(text, body):
        if unit and is_elapsed(part) != is_elapsed(unit):
            raise refusal("a duration", text, "add up working time, or time round the clock, not both")
        unit = unit or part
        total += Decimal(amount) * units.seconds(part)
    if total > LONGEST:
        raise InputError(f"{text[:60]!r} is too long", code="value.duration", hint="a task cannot outlast the year 9999")
    value = rounded(total)
    shown = {"s": "m", "es": "em"}.get(unit, unit)
    return Duration(-value if negative else value, shown, estimated)


def _parts(text: str, body: str) -> list[tuple[str, str]]:
    """Return the numbers and units that `body` is made of.

    Raises:
        InputError: `value.duration`, there is none, or anything else between them.
    """
    found, at = [], 0
    while at < len(body) <= _LONGEST_TEXT:
        match = _PART.match(body, at)
        unit = UNIT_OF.get(match[2].lower()) if match else None
        if match is None or unit is None:
            break
        found.append((match[1], unit))
        at = match.end()
    if not found or at < len(body):
        raise refusal("a duration", text, _DURATION_HINT)
    return found


def duration_text(
    value: int, unit: str = DurationUnit.DAYS, units: Units = USUAL, *, estimated: bool = False, places: int | None = None
) -> str:
    """Return `value` seconds in `unit`: ``3d``, ``1.5d``, and with what decimals cannot hold after it: ``1d 20m 7s``.

    Args:
        value: Seconds.
        unit: A duration unit; days for a share.
        units: The lengths of the project's units.
        estimated: Say by a question mark that it is a guess.
        places: Round to so many decimals of the unit, for tables; None for text that reads back as the same value.
    """
    unit = DurationUnit.DAYS.value if unit in _SHARES else DurationUnit(unit).value
    size, mark = units.seconds(unit), "?" if estimated else ""
    if places is not None:
        amount = (Decimal(value) / size).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        return f"{number(amount)}{unit}{mark}"
    sign, rest = ("-" if value < 0 else ""), abs(value)
    if rest * 1000 % size == 0:
        return f"{sign}{number(Decimal(rest * 1000 // size).scaleb(-3))}{unit}{mark}"
    count, rest = divmod(rest, size)
    parts = [f"{count}{unit}"]
    prefix = "e" if is_elapsed(unit) else ""
    for smaller in ("h", "m", "s"):
        count, rest = divmod(rest, units.seconds(prefix + smaller))
        if count:
            parts.append(f"{count}{prefix}{smaller}")
    return f"{sign}{' '.join(parts)}{mark}"


def parse_lag(text: str, units: Units = USUAL) -> Lag:
    """Return the lag that ``2d``, ``-4h``, ``+1ed``, ``50%`` (of the predecessor's duration) or ``50e%`` is.

    Raises:
        InputError: `value.lag`.
    """
    body = "".join(text.split()).lower()
    try:
        for unit in reversed(_SHARES):  # e% ends with % too
            if body.endswith(unit) and body.count("%") == 1:
                return Lag(parse_percent(body.removesuffix(unit)), lag_kind(unit), unit.value)
        found = parse_duration(text, units)
    except InputError:
        raise refusal("a lag", text, _LAG_HINT) from None
    if found.estimated:
        raise refusal("a lag", text, _LAG_HINT)
    return Lag(found.value, lag_kind(found.unit), found.unit)


def lag_text(lag: Lag, units: Units = USUAL) -> str:
    """Return a lag with its sign, as it follows a link's type: ``+2d``, ``-50%``; nothing for none in the usual unit."""
    if lag == NO_LAG:
        return ""
    if lag.kind in (LagKind.PERCENT, LagKind.ELAPSED_PERCENT):
        share = percent_text(lag.value)
        body = share if lag.kind == LagKind.PERCENT else f"{share.removesuffix('%')}{DurationUnit.ELAPSED_PERCENT.value}"
    else:
        body = duration_text(lag.value, lag.unit, units)
    return body if body.startswith("-") else f"+{body}"
