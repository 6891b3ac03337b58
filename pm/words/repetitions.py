"""How often something comes back: ``week on monday``, ``2 weeks on mon and thu``, ``month on the last friday``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pm.errors import InputError
from pm.names import MONTHS, WEEKDAYS
from pm.words.amounts import refusal

Unit = Literal["day", "week", "month", "year"]

LAST = -1
"""The `ordinal`, or the `day`, that means the last one."""
MOST = 999
"""The largest interval."""
WORKWEEK = (0, 1, 2, 3, 4)

_HINT = (
    "write day, weekday, 2 weeks on mon and thu, month on the 15th, month on the last friday, month on the last day,"
    " year on 12 march or year on the first monday of march"
)
_UNITS: Mapping[str, Unit] = {
    **{"day": "day", "days": "day", "daily": "day", "week": "week", "weeks": "week", "weekly": "week"},
    **{"month": "month", "months": "month", "monthly": "month", "year": "year", "years": "year", "yearly": "year"},
}
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": LAST}
_ORDINAL_NAMES = {1: "first", 2: "second", 3: "third", 4: "fourth", LAST: "last"}
_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_WORKDAYS = frozenset({"weekday", "weekdays", "workday", "workdays"})
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Repetition:
    """How often something comes back.

    Attributes:
        unit, interval: Every so many days, weeks, months or years. Weeks begin on Monday.
        weekdays: Of a week, the days; with `ordinal` the days among which it counts. Monday is 0. Empty: the day of the start.
        ordinal: Of a month, the first to fourth, or `LAST`, of `weekdays`.
        day: The day of the month, or `LAST`; months that have no such day are passed over.
        month: Of a year, the month, 1 to 12.
    """

    unit: Unit
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    ordinal: int | None = None
    day: int | None = None
    month: int | None = None


def parse_repetition(text: str) -> Repetition:
    """Return how often ``every 2 weeks on mon and thu`` is; the ``every`` may be left out.

    Raises:
        InputError: `value.repetition`.
    """
    words = text.casefold().replace(",", " ").split()
    words = words[1:] if words[:1] == ["every"] else words
    if not words or not all(map(_WORD.fullmatch, words)):
        raise _refusal(text)
    if (days := _weekdays(words)) is not None:
        return Repetition("week", weekdays=days)
    interval, words = _interval(words)
    unit = _UNITS.get(words[0]) if words else None
    if unit is None or not 1 <= interval <= MOST or (interval > 1 and words[0].endswith("ly")):
        raise _refusal(text)
    if len(words) == 1:
        return Repetition(unit, interval)
    when = [word for word in words[2:] if word != "the"]
    found = _placed(unit, interval, when) if words[1] == "on" and when else None
    if found is None:
        raise _refusal(text)
    return found


def _refusal(text: str) -> InputError:
    return refusal("a repetition", text, _HINT)


def _interval(words: list[str]) -> tuple[int, list[str]]:
    if words[0] == "other":
        return 2, words[1:]
    if words[0].isascii() and words[0].isdecimal():
        return int(words[0][:6]), words[1:]
    return 1, words


def _placed(unit: Unit, interval: int, when: list[str]) -> Repetition | None:
    """Return the repetition on the days that `when` names within the unit, None where it names none."""
    match unit:
        case "week":
            days = _weekdays(when)
            return None if days is None else Repetition(unit, interval, weekdays=days)
        case "month":
            return _in_month(unit, interval, when, None)
        case "year":
            return _in_year(unit, interval, when)
        case _:
            return None


def _in_month(unit: Unit, interval: int, when: list[str], month: int | None) -> Repetition | None:
    longest = _LONGEST_MONTHS[month - 1] if month is not None else 31
    if when == ["last", "day"]:
        return Repetition(unit, interval, day=LAST, month=month)
    if len(when) == 2 and when[0] in _ORDINALS and (days := _weekdays(when[1:])) is not None:
        return Repetition(unit, interval, weekdays=days, ordinal=_ORDINALS[when[0]], month=month)
    number = _day_number(when[1:] if when[0] == "day" else when)
    return Repetition(unit, interval, day=number, month=month) if number is not None and number <= longest else None


def _in_year(unit: Unit, interval: int, when: list[str]) -> Repetition | None:
    """Read ``12 march``, ``march 12``, ``first monday of march``, ``last day of february``."""
    if len(when) == 2 and (month := _month(when[0])) is not None:
        when = [when[1], when[0]]
    month = _month(when[-1])
    rest = when[:-2] if when[-2:-1] == ["of"] else when[:-1]
    return _in_month(unit, interval, rest, month) if month is not None and rest else None


def _day_number(words: list[str]) -> int | None:
    if len(words) != 1 or not (match := re.fullmatch(r"([0-9]{1,2})(?:st|nd|rd|th)?", words[0])):
        return None
    number = int(match[1])
    return number if 1 <= number <= 31 else None


def _month(word: str) -> int | None:
    return _named(word, _MONTH_NAMES)


def _named(word: str, names: tuple[str, ...]) -> int | None:
    """Return the place, from 1, of the name that `word` is or cuts short; three letters tell it."""
    return next((i for i, name in enumerate(names, 1) if len(word) >= 3 and name.startswith(word)), None)


def _weekdays(words: list[str]) -> tuple[int, ...] | None:
    """Return the days of the week that are named, in order, None where anything else is."""
    found: set[int] = set()
    for word in words:
        if word in _WORKDAYS:
            found.update(WORKWEEK)
        elif (day := _named(word, _DAY_NAMES) or _named(word.removesuffix("s"), _DAY_NAMES)) is not None:
            found.add(day - 1)
        elif word != "and":
            return None
    return tuple(sorted(found)) or None


def repetition_text(found: Repetition) -> str:
    """Return a repetition as people read it, so that it reads back as the same: ``every 2 weeks on Mon and Thu``."""
    unit = found.unit if found.interval == 1 else f"{found.interval} {found.unit}s"
    if found.unit == "week" and found.weekdays:
        if found.interval == 1 and found.weekdays == WORKWEEK:
            return "every weekday"
        *days, last = (WEEKDAYS[day] for day in found.weekdays)
        return f"every {unit} on {', '.join(days)}{' and ' if days else ''}{last}"
    month = MONTHS[found.month - 1] if found.month is not None else ""
    if found.ordinal is not None:
        day = "weekday" if found.weekdays == WORKWEEK else WEEKDAYS[found.weekdays[0]]
        place = f"the {_ORDINAL_NAMES[found.ordinal]} {day}"
    elif found.day == LAST:
        place = "the last day"
    elif found.day is not None:
        return f"every {unit} on {f'{found.day} {month}' if month else f'day {found.day}'}"
    else:
        return f"every {unit}"
    return f"every {unit} on {place}{f' of {month}' if month else ''}"
