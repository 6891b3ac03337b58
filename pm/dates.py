"""Dates as people type and say them: ``12 Jan``, ``next friday``, ``+3d``, ``in 2 weeks``.

Never used by the engine: everything here takes today as an argument and works on calendar days alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from pm.errors import InputError
from pm.model.kinds import DAY, instant, to_datetime
from pm.names import MONTHS, WEEKDAYS

HINT = "write 2026-01-12, 12 Jan, 12.1.2026, tomorrow, next friday or +3d, and 14:30 after it for a time of day"
ORDERS = {"dmy": (2, 1, 0), "mdy": (2, 0, 1), "ymd": (0, 1, 2)}
"""Where year, month and day stand among three numbers, by the `date_order` setting."""

_MONTHS = {name.casefold(): i + 1 for i, name in enumerate(MONTHS)}
_DAYS = {name.casefold(): i for i, name in enumerate(WEEKDAYS)}
_TIME = re.compile(r"(?:^|[ t,]|\bat\s+)(\d{1,2})(?::(\d{2})(?::(\d{2}))?\s*(am|pm)?|\s*(am|pm))$", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_ISO_WEEK = re.compile(r"(\d{4})-?w(\d{1,2})(?:-?([1-7]))?", re.IGNORECASE)
_NUMBERS = re.compile(r"(\d{1,4})\s*[./ -]\s*(\d{1,2})(?:\s*[./ -]\s*(\d{1,4})?)?")
_DAY_NUMBER = r"(\d{1,2})(?:st|nd|rd|th)?"
_MONTH_NAME = r"([a-z]{3,9})\.?"
_WEEKDAY = rf"(?:(?:{'|'.join(_DAYS)})[a-z]*,?\s+)?"
_NAMED = re.compile(
    rf"{_WEEKDAY}(?:{_DAY_NUMBER}\.?[ -]*{_MONTH_NAME}|{_MONTH_NAME}[ -]*{_DAY_NUMBER})(?:,?[ -]*(\d{{4}}|\d{{2}}))?"
)
_OFFSET = re.compile(r"(?:in\s+)?([+-]?)\s*(\d{1,6})\s*(d|days?|w|wks?|weeks?|mo|months?|y|years?)(\s+ago)?")


@dataclass(frozen=True)
class TypedDate:
    """A date as it was typed, with its time of day where one was."""

    day: date
    time: time | None = None

    def instant(self, default_time: int = 0) -> int:
        """Return the instant; without a time of day it is `default_time` (seconds after midnight)."""
        at = self.time
        seconds = default_time if at is None else at.hour * 3600 + at.minute * 60 + at.second
        return instant(self.day) + seconds


def parse_date(text: str, today: date, order: str = "dmy") -> TypedDate:
    """Return the date a person means.

    Args:
        text: What was typed. A date without a year is the nearest one: at most six months back, else in the future.
        today: The day that ``tomorrow`` and ``+3d`` count from.
        order: What ``3/4/2026`` means: one of `ORDERS`.

    Raises:
        InputError: `value.date`, it is none, or lies outside the years 1 to 9999.
    """
    words = " ".join(text.split()).casefold()
    clock, rest = _split_time(words, text)
    try:
        day = _day(rest, today, order) if rest else (today if clock else None)
    except (ValueError, OverflowError):
        day = None
    if day is None:
        raise InputError(f"{text!r} is not a date", code="value.date", hint=HINT)
    return TypedDate(day, clock)


def _split_time(words: str, text: str) -> tuple[time | None, str]:
    match = _TIME.search(words)
    if match is None:
        return None, words
    hour, minute, second = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    half = match[4] or match[5]
    if half and not 1 <= hour <= 12:
        raise InputError(f"{text!r} has no such time of day", code="value.date", hint=HINT)
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return time(hour, minute, second), words[: match.start()].strip(" ,t" if _ISO.match(words) else " ,")
    except ValueError:
        raise InputError(f"{text!r} has no such time of day", code="value.date", hint=HINT) from None


def _day(words: str, today: date, order: str) -> date | None:
    if match := _ISO.fullmatch(words):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _ISO_WEEK.fullmatch(words):
        return date.fromisocalendar(int(match[1]), int(match[2]), int(match[3] or 1))
    if words in _NEAR:
        return _shift(today, "d", _NEAR[words])
    if match := _OFFSET.fullmatch(words):
        amount = int(match[2]) * (-1 if (match[1] == "-") != bool(match[4]) else 1)
        return _shift(today, match[3], amount) if match[1] or match[4] or words.startswith("in ") else None
    return _weekday(words, today) or _named(words, today) or _numbers(words, today, order)


_NEAR = {"today": 0, "now": 0, "tomorrow": 1, "yesterday": -1}


def _shift(day: date, unit: str, amount: int) -> date:
    """Move by days, weeks, months or years; the 31st becomes the last of a shorter month."""
    import pendulum

    at = pendulum.date(day.year, day.month, day.day)
    if unit.startswith("mo"):
        moved = at.add(months=amount)
    elif unit.startswith("y"):
        moved = at.add(years=amount)
    else:
        moved = at.add(days=amount * (7 if unit.startswith("w") else 1))
    return date(moved.year, moved.month, moved.day)


def _weekday(words: str, today: date) -> date | None:
    """``friday`` is the next one after today, ``next friday`` the one of next week, ``last friday`` the one before today."""
    which, _, name = words.rpartition(" ")
    if name in ("week", "month", "year") and which in ("next", "last"):
        return _shift(today, "mo" if name == "month" else name[0], 1 if which == "next" else -1)
    number = next((i for short, i in _DAYS.items() if _is_word(name, short, "day")), None)
    if number is None or which not in ("", "next", "last", "this", "on"):
        return None
    ahead = (number - today.weekday()) % 7
    if which == "next":
        return _shift(today, "d", 7 - today.weekday() + number)
    if which == "last":
        return _shift(today, "d", (ahead or 7) - 7 if ahead else -7)
    if which == "this":
        return _shift(today, "d", number - today.weekday())
    return _shift(today, "d", ahead or 7)


def _is_word(name: str, short: str, ending: str) -> bool:
    return name == short or (len(name) > 3 and name.startswith(short) and name.endswith(ending))


def _named(words: str, today: date) -> date | None:
    match = _NAMED.fullmatch(words)
    if match is None:
        return None
    name, day = match[2] or match[3], int(match[1] or match[4])
    month = next((n for short, n in _MONTHS.items() if name.startswith(short) and _FULL_MONTHS[n - 1].startswith(name)), None)
    if month is None:
        return None
    return _with_year(match[5], month, day, today)


_FULL_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip


def _with_year(year: str | None, month: int, day: int, today: date) -> date:
    if year:
        return date(int(year) + (2000 if len(year) <= 2 else 0), month, day)
    candidates = []
    for candidate in (today.year - 1, today.year, today.year + 1, today.year + 2, today.year + 3, today.year + 4):
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue  # 29 February
        if found >= _shift(today, "mo", -6):
            candidates.append(found)
    return min(candidates)


def _numbers(words: str, today: date, order: str) -> date | None:
    match = _NUMBERS.fullmatch(words)
    if match is None:
        return None
    if match[3] is None:
        if len(match[1]) > 2:
            return None
        first, second = int(match[1]), int(match[2])
        day, month = (second, first) if order in ("mdy", "ymd") and "." not in words else (first, second)
        return _with_year(None, month, day, today)
    if len(match[1]) > 2:
        places = ORDERS["ymd"]
    elif "." in words and order != "ymd":
        places = ORDERS["dmy"]
    else:
        places = ORDERS[order]
    parts = (match[1], match[2], match[3])
    return _with_year(parts[places[0]], int(parts[places[1]]), int(parts[places[2]]), today)


def relative(at: int, today: date) -> str:
    """Return when an instant is, as people say it: ``today``, ``in 3 days``, ``2 weeks ago``."""
    days = (to_datetime(at).date() - today).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    if days in near:
        return near[days]
    import pendulum

    span = pendulum.duration(days=abs(days))
    count, word = (span.in_days(), "day") if abs(days) < 14 else (span.in_weeks(), "week")
    if abs(days) >= 70:
        count, word = round(abs(days) / 30.44), "month"
    if abs(days) >= 730:
        count, word = round(abs(days) / 365.25), "year"
    words = f"{count} {word}{'' if count == 1 else 's'}"
    return f"in {words}" if days > 0 else f"{words} ago"


def local_now() -> datetime:
    """Return the local wall clock, to the second, without a zone: plans know none."""
    return datetime.now().astimezone().replace(tzinfo=None, microsecond=0)


__all__ = ["DAY", "HINT", "ORDERS", "TypedDate", "local_now", "parse_date", "relative"]
