"""Working time, lags, units, money and predecessor lists as the text people type: the one place that reads and writes them.

=========== ============================================== ==========================================
what        examples                                       means
=========== ============================================== ==========================================
duration    ``3d`` ``2w`` ``4h`` ``30m`` ``1mo`` ``20s``   working time, by the project's hours a day
            ``5ed`` ``36eh``                               elapsed: round the clock
            ``1.5d?``                                      a guess (estimated)
            ``1d 2h``                                      a sum; the first unit is the one shown
lag         ``+2d`` ``-1ed`` ``+50%`` ``+50e%``            a share is of the predecessor's duration
predecessor ``3.1SS+2d, 4FF-1ed, 5FS+50%, 6``              task, link type, lag; FS where none is given
percent     ``50%`` ``12.5``
money       ``1200.50`` ``1 200.50 EUR``
rate        ``85/h`` ``680/d`` ``12.50``                   per hour, or per unit of a material
=========== ============================================== ==========================================

Reading is exact (`decimal`) and rounds to the second once; what is written reads back as the same value in the same unit.
Every error is an `InputError` whose hint shows an example.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from pm.errors import InputError
from pm.model.enums import DurationUnit, LagKind, LinkType
from pm.model.kinds import DAY, HOUR, MINUTE, WEEK, instant, to_datetime
from pm.model.project import Project

_LARGEST = 10**17
_NUMBER = r"\d+(?:[.]\d*)?|[.]\d+"
_PART = re.compile(rf"\s*({_NUMBER})\s*([a-z%]+)", re.IGNORECASE)
_LINK_TYPES = "FS|SS|FF|SF"
_PREDECESSOR = re.compile(
    rf"""^\s*(?: "(?P<quoted>[^"]*)" | (?P<plain>.+?) )
        \s*(?:(?<=[\d"\s])(?P<type>{_LINK_TYPES}))?
        \s*(?P<lag>[+-]\s*[\d.][\s\d.a-z%]*)?\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
_SPELLINGS = {
    "min": "m", "mins": "m", "minute": "m", "minutes": "m", "hr": "h", "hrs": "h", "hour": "h", "hours": "h",
    "day": "d", "days": "d", "wk": "w", "wks": "w", "week": "w", "weeks": "w", "mon": "mo", "mons": "mo",
    "month": "mo", "months": "mo", "sec": "s", "secs": "s", "second": "s", "seconds": "s",
    "emin": "em", "ehr": "eh", "eday": "ed", "edays": "ed", "ewk": "ew", "eweek": "ew", "eweeks": "ew", "emon": "emo",
}  # fmt: skip
_ELAPSED = {"es": 1, "em": MINUTE, "eh": HOUR, "ed": DAY, "ew": WEEK, "emo": 30 * DAY}


@dataclass(frozen=True)
class Units:
    """How long a typed day, week and month are, in working time."""

    minutes_per_day: int = 480
    minutes_per_week: int = 2400
    days_per_month: int = 20

    @classmethod
    def of(cls, project: Project) -> Units:
        """Return the units that `project` converts by."""
        return cls(project.minutes_per_day, project.minutes_per_week, project.days_per_month)

    def seconds(self, unit: str) -> int:
        """Return the seconds of one `unit` (a duration unit, ``s`` or ``es``); 0 where the project gives it no length."""
        working = {
            "s": 1,
            "m": MINUTE,
            "h": HOUR,
            "d": self.minutes_per_day * MINUTE,
            "w": self.minutes_per_week * MINUTE,
            "mo": self.days_per_month * self.minutes_per_day * MINUTE,
        }
        return working[unit] if unit in working else _ELAPSED[unit]


STANDARD_UNITS = Units()


@dataclass(frozen=True)
class Duration:
    """A typed duration: seconds (working, or elapsed where `unit` is an elapsed one), its unit, and whether it is a guess."""

    value: int
    unit: str = DurationUnit.DAYS.value
    estimated: bool = False


@dataclass(frozen=True)
class Lag:
    """A typed lag, as the fields `lag`, `lag_kind` and `lag_unit` of a link hold it."""

    value: int = 0
    kind: str = LagKind.WORKING.value
    unit: str = DurationUnit.DAYS.value


@dataclass(frozen=True)
class Predecessor:
    """A typed predecessor; what `task` names is for the caller to find."""

    task: str
    type: str = LinkType.FINISH_START.value
    lag: Lag = Lag()


def _bad(what: str, text: str, example: str) -> InputError:
    return InputError(f"not a {what}: {text[:60]!r}", code=f"value.{what.replace(' ', '_')}", hint=f"write {example}")


def _rounded(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_HALF_EVEN))


def _decimal(text: str) -> Decimal:
    value = Decimal(text)
    if not value.is_finite() or abs(value) > _LARGEST:
        raise InvalidOperation
    return value


def _plain(value: Decimal) -> str:
    """Return the number without exponent and without trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# Durations and lags


def parse_duration(text: str, units: Units = STANDARD_UNITS, default_unit: str = "d") -> Duration:
    """Read a duration such as ``3d``, ``1.5d?``, ``5ed`` or ``1d 2h``; a bare number counts `default_unit`.

    Raises:
        InputError: `value.duration`.
    """
    source, example = text, "3d, 4h, 30m, 2w, 1mo, 5ed (elapsed) or 1.5d? (a guess)"
    body = text.strip()
    estimated = body.endswith("?")
    body = body.rstrip("?").strip()
    negative = body.startswith("-")
    body = body[1:].strip() if body[:1] in ("+", "-") else body
    if re.fullmatch(_NUMBER, body):
        body += default_unit
    total, unit, at = Decimal(0), "", 0
    try:
        while at < len(body):
            found = _PART.match(body, at)
            if not found:
                raise _bad("duration", source, example)
            word = found[2].lower()
            word = _SPELLINGS.get(word, word)
            if "%" in word or (unit and word.startswith("e") != unit.startswith("e")):
                raise _bad("duration", source, example)
            total += _decimal(found[1]) * units.seconds(word)
            unit, at = unit or word, found.end()
        if not unit or total > _LARGEST:
            raise _bad("duration", source, example)
    except (KeyError, InvalidOperation):
        raise _bad("duration", source, example) from None
    value = _rounded(total)
    shown = {"s": "m", "es": "em"}.get(unit, unit)
    return Duration(-value if negative else value, shown, estimated)


def format_duration(value: int, unit: str = "d", units: Units = STANDARD_UNITS, *, estimated: bool = False) -> str:
    """Write `value` seconds in `unit`: ``3d``, ``1.5d``; with a remainder where decimals cannot hold it: ``1d 20m 7s``."""
    sign, rest = ("-" if value < 0 else ""), abs(value)
    unit = "d" if "%" in unit else unit
    size = units.seconds(unit)
    mark = "?" if estimated else ""
    if size > 0:
        thousandths = rest * 1000
        if thousandths % size == 0:
            return f"{sign}{_plain(Decimal(thousandths // size) / 1000)}{unit}{mark}"
    count = rest // size if size > 0 else 0
    rest -= count * max(size, 0)
    parts = [f"{count}{unit}"]
    prefix = "e" if unit.startswith("e") else ""
    for smaller in ("h", "m", "s"):
        length = units.seconds(prefix + smaller)
        if rest >= length:
            parts.append(f"{rest // length}{prefix}{smaller}")
            rest %= length
    return f"{sign}{' '.join(parts)}{mark}"


def parse_lag(text: str, units: Units = STANDARD_UNITS) -> Lag:
    """Read a lag such as ``+2d``, ``-1ed``, ``50%`` (of the predecessor's duration) or ``50e%``.

    Raises:
        InputError: `value.lag`.
    """
    example = "+2d, -4h, +1ed (elapsed) or +50% (of the predecessor's duration)"
    body = "".join(text.split())
    if body.endswith("%"):
        number = body.removesuffix("%")
        elapsed = number.endswith("e")
        try:
            share = _rounded(_decimal(number.removesuffix("e")) * 100)
        except InvalidOperation:
            raise _bad("lag", text, example) from None
        if elapsed:
            return Lag(share, LagKind.ELAPSED_PERCENT.value, DurationUnit.ELAPSED_PERCENT.value)
        return Lag(share, LagKind.PERCENT.value, DurationUnit.PERCENT.value)
    try:
        found = parse_duration(text, units)
    except InputError:
        raise _bad("lag", text, example) from None
    if found.estimated:
        raise _bad("lag", text, example)
    kind = LagKind.ELAPSED if found.unit.startswith("e") else LagKind.WORKING
    return Lag(found.value, kind.value, found.unit)


def format_lag(lag: Lag, units: Units = STANDARD_UNITS) -> str:
    """Write a lag with its sign; nothing for no lag in the usual unit."""
    if lag == Lag():
        return ""
    if lag.kind in (LagKind.PERCENT, LagKind.ELAPSED_PERCENT):
        mark = "e%" if lag.kind == LagKind.ELAPSED_PERCENT else "%"
        body = f"{_plain(Decimal(lag.value) / 100)}{mark}"
    else:
        body = format_duration(lag.value, lag.unit, units)
    return body if body.startswith("-") else f"+{body}"


# Predecessors


def split_list(text: str) -> list[str]:
    """Split at commas and semicolons that stand outside double quotes; empty parts are left out."""
    parts = re.findall(r'(?:"[^"]*"|[^",;])+|"', text)
    return [p.strip() for p in parts if p.strip()]


def quoted(name: str) -> str:
    """Return `name` in double quotes where it would not stand for itself in a list."""
    return f'"{name}"' if re.search(r'[,;]|^\s|\s$|^"', name) or not name else name


def parse_predecessor(text: str, units: Units = STANDARD_UNITS) -> Predecessor:
    """Read one predecessor: a task (number, ``#uid``, WBS code, name, quoted name), a link type and a lag.

    Raises:
        InputError: `value.predecessor`, or `value.lag` where the lag is wrong.
    """
    found = _PREDECESSOR.match(text)
    if not found:
        raise _bad("predecessor", text, "3, 3.1SS+2d, 4FF-1ed or 5FS+50%")
    name = found["quoted"] if found["quoted"] is not None else found["plain"]
    lag = parse_lag(found["lag"], units) if found["lag"] else Lag()
    return Predecessor(name.strip(), (found["type"] or "FS").upper(), lag)


def parse_predecessors(text: str, units: Units = STANDARD_UNITS) -> list[Predecessor]:
    """Read a list of predecessors: ``3.1SS+2d, 4FF-1ed, 5FS+50%``.

    Raises:
        InputError: `value.predecessor` or `value.lag`.
    """
    return [parse_predecessor(part, units) for part in split_list(text)]


def format_predecessor(predecessor: Predecessor, units: Units = STANDARD_UNITS) -> str:
    """Write one predecessor; FS without a lag is left out."""
    lag = format_lag(predecessor.lag, units)
    kind = "" if predecessor.type == LinkType.FINISH_START and not lag else predecessor.type
    name = quoted(predecessor.task)
    bare = re.fullmatch(r"#?[\w:.#]*\d", name) or name.startswith('"')
    return f"{name}{kind}{lag}" if bare or not kind else f"{name} {kind}{lag}"


def format_predecessors(predecessors: Sequence[Predecessor], units: Units = STANDARD_UNITS) -> str:
    """Write a list of predecessors."""
    return ", ".join(format_predecessor(p, units) for p in predecessors)


# Percent, units, money, rates


def parse_percent(text: str) -> int:
    """Read ``50%`` or ``50`` as hundredths of a percent.

    Raises:
        InputError: `value.percent`.
    """
    try:
        return _rounded(_decimal(text.strip().removesuffix("%").strip()) * 100)
    except InvalidOperation:
        raise _bad("percent", text, "50% or 12.5%") from None


def format_percent(value: int) -> str:
    """Write hundredths of a percent: ``50%``, ``12.5%``."""
    return f"{_plain(Decimal(value) / 100)}%"


def parse_money(text: str, digits: int = 2, currency: str = "") -> int:
    """Read an amount as minor units of a currency with `digits` decimals: ``1200.50``, ``1 200.50``, ``1200.50 EUR``.

    Raises:
        InputError: `value.money`; also where it has more decimals than the currency or names another currency.
    """
    body = text.strip()
    if currency and body.upper().endswith(currency.upper()):
        body = body[: -len(currency)]
    try:
        minor = _decimal(re.sub(r"[\s_'\u202f\u00a0]", "", body)).scaleb(digits)
    except InvalidOperation:
        raise _bad("money", text, "1200.50, with a point before the cents") from None
    if minor != minor.to_integral_value():
        raise _bad("money", text, f"at most {digits} decimals")
    return int(minor)


def format_money(value: int, digits: int = 2) -> str:
    """Write minor units as a decimal number: ``1200.50``."""
    return f"{Decimal(value).scaleb(-digits):f}"


def parse_rate(text: str, units: Units = STANDARD_UNITS) -> int:
    """Read a rate as ten-thousandths of the currency per hour (per unit where no time is named): ``85/h``, ``680/d``.

    Raises:
        InputError: `value.rate`.
    """
    amount, _, per = text.partition("/")
    word = per.strip().lower()
    try:
        value = _decimal(re.sub(r"[\s_']", "", amount)) * 10_000
        if word:
            value = value * HOUR / units.seconds(_SPELLINGS.get(word, word))
        return _rounded(value)
    except (InvalidOperation, ArithmeticError, KeyError):
        raise _bad("rate", text, "85/h, 680/d or 12.50") from None


def format_rate(value: int, per: str = "h") -> str:
    """Write ten-thousandths of the currency as ``85/h``; `per` empty for a price per unit."""
    return f"{_plain(Decimal(value) / 10_000)}{'/' + per if per else ''}"


# Dates in files


def parse_date(text: str) -> int:
    """Read an ISO date with or without a time (``2026-01-12``, ``2026-01-12T13:30``) as an instant.

    Raises:
        InputError: `value.date`.
    """
    try:
        if text.strip()[4:5] != "-":
            raise ValueError(text)
        return instant(text.strip())
    except ValueError:
        raise _bad("date", text, "2026-01-12 or 2026-01-12T13:30") from None


def format_date(value: int) -> str:
    """Write an instant as ``YYYY-MM-DDTHH:MM``, with seconds only where there are some."""
    return to_datetime(value).isoformat(timespec="minutes" if value % MINUTE == 0 else "seconds")
