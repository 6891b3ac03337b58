"""Weeks, shifts and exceptions of calendars as people write them.

A week is keys ``mon`` to ``sun`` or ranges (``mon-fri``); a day is ``08:00-12:00, 13:00-17:00``, ``24h`` or ``off``. A shift that
ends no later than it starts ends the next morning. In a calendar without a base the days that are not named are off; in one
with a base they are as there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from pm.errors import InputError
from pm.model.kinds import DAY

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = r"\d{1,2}:\d\d(?::\d\d)?"
_SHIFT = re.compile(rf"\s*({_CLOCK})\s*-\s*({_CLOCK})\s*")
_SHIFTS = re.compile(rf"(?:off|24h|{_CLOCK}-{_CLOCK}(?:, {_CLOCK}-{_CLOCK})*)(?=$| )")
_WEEK_KEY = re.compile(rf"({'|'.join(DAYS)})(?:-({'|'.join(DAYS)}))?")
Shifts = list[list[int]]


def _clock(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{rest:02}" if rest else "")


def _seconds(clock: str) -> int:
    hours, minutes, seconds = [*map(int, clock.split(":")), 0][:3]
    total = hours * 3600 + minutes * 60 + seconds
    if minutes > 59 or seconds > 59 or total > DAY:
        raise ValueError(clock)
    return total


def _checked(value: Any) -> Any:
    """Refuse JSON that is neither the shifts of a day nor a week of them."""
    if value is None or (isinstance(value, list) and all(_is_shift(v) for v in value)):
        return value
    if isinstance(value, list) and len(value) == len(DAYS) and all(v is None or isinstance(v, list) for v in value):
        return [_checked(day) for day in value]
    raise ValueError(value)


def _is_shift(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(v) is int for v in value)


def format_shifts(shifts: Any) -> str:
    """Return the shifts of a day as text; as JSON where the usual form cannot say them."""
    try:
        texts = [f"{_clock(a)}-{_clock(b if b <= DAY else b - DAY)}" for a, b in shifts]
        result = "24h" if shifts == [[0, DAY]] else ", ".join(texts) or "off"
        if parse_shifts(result) == shifts:
            return result
    except (TypeError, ValueError, InputError):
        pass
    return json.dumps(shifts)


def parse_shifts(text: str) -> Any:
    """Read the shifts of a day.

    Raises:
        InputError: `value.shifts`.
    """
    body = text.strip()
    try:
        if body.startswith(("[", "null")):
            return _checked(json.loads(body))
        if body.lower() in ("off", ""):
            return []
        if body.lower() == "24h":
            return [[0, DAY]]
        shifts = []
        for part in re.split("[,;]", body):
            found = _SHIFT.fullmatch(part)
            if not found:
                raise ValueError(part)
            start, finish = _seconds(found[1]), _seconds(found[2])
            shifts.append([start, finish if finish > start else finish + DAY])
        return shifts
    except (ValueError, RecursionError):
        raise InputError(
            f"not the shifts of a day: {text[:60]!r}", code="value.shifts", hint="write 08:00-12:00, 13:00-17:00 or off"
        ) from None


def format_week(week: Any, *, inherits: bool) -> Iterator[tuple[str, str]]:
    """Yield key and text for each stretch of equal days; ``week`` with JSON where that form cannot say it."""
    pairs = list(_stretches(week, inherits=inherits)) if isinstance(week, list) and len(week) == len(DAYS) else []
    try:
        if parse_week(pairs, inherits=inherits) == week:
            yield from pairs
            return
    except InputError:
        pass
    yield "week", json.dumps(week)


def _stretches(week: list[Any], *, inherits: bool) -> Iterator[tuple[str, str]]:
    silent: Any = None if inherits else []
    everything_off = not inherits and all(day == [] for day in week)
    start = 0
    for i in range(1, len(DAYS) + 1):
        if i < len(DAYS) and week[i] == week[start]:
            continue
        if week[start] != silent or everything_off:
            yield DAYS[start] if i == start + 1 else f"{DAYS[start]}-{DAYS[i - 1]}", format_shifts(week[start])
        start = i


def is_week_key(key: str) -> bool:
    """Whether `key` names a day, a range of days, or a whole week."""
    return key == "week" or _WEEK_KEY.fullmatch(key) is not None


def parse_week(pairs: Iterable[tuple[str, Any]], *, inherits: bool) -> Any:
    """Return the seven days that keys and texts say, or None where there are none.

    Raises:
        InputError: `value.shifts`.
    """
    week: list[Any] | None = None
    for key, text in pairs:
        if not isinstance(text, str):
            raise InputError(f"not the shifts of a day: {text!r}", code="value.shifts", hint='write "08:00-12:00" or "off"')
        if key == "week":
            return parse_shifts(text)
        found = _WEEK_KEY.fullmatch(key)
        if not found:
            raise InputError(f"not a day: {key[:40]!r}", code="value.shifts", hint="write mon, mon-fri or sat")
        if week is None:
            week = [None if inherits else []] * len(DAYS)
        first, last = DAYS.index(found[1]), DAYS.index(found[2] or found[1])
        shifts = parse_shifts(text)
        for day in range(first, last + 1) if first <= last else (*range(first, len(DAYS)), *range(last + 1)):
            week[day] = shifts
    return week


def format_exception(shifts: Any, name: str) -> str | None:
    """Return an exception's shifts and name in one text (``08:00-12:00 Christmas Eve``), or None where that is ambiguous."""
    text = name if shifts == [] and name else f"{format_shifts(shifts)} {name}".rstrip()
    try:
        return text if parse_exception(text) == (shifts, name) else None
    except InputError:
        return None


def parse_exception(text: str) -> tuple[Any, str]:
    """Return shifts and name of an exception; a name alone is a day off.

    Raises:
        InputError: `value.shifts`.
    """
    found = _SHIFTS.match(text)
    if not found:
        return [], text
    return parse_shifts(found[0]), text[found.end() :].strip()


def format_weekdays(weekdays: Any) -> str:
    """Return weekday numbers (Monday 0) as ``mon, fri``; nothing where they are not a plain list of them."""
    usual = isinstance(weekdays, list) and weekdays and all(type(d) is int and 0 <= d < len(DAYS) for d in weekdays)
    return ", ".join(DAYS[d] for d in weekdays) if usual else ""


def parse_weekdays(text: str) -> list[int]:
    """Return weekday numbers (Monday 0) of ``mon, fri``.

    Raises:
        InputError: `value.weekdays`.
    """
    try:
        return [DAYS.index(part.strip().lower()[:3]) for part in re.split("[,;]", text)]
    except ValueError:
        raise InputError(f"not days of the week: {text[:60]!r}", code="value.weekdays", hint="write mon, fri") from None
