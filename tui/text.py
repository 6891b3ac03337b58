"""Names, dates and durations as people read them, in cells of a terminal.

Names are data. `clean` is the one place where they become safe to draw: nothing in them is ever interpreted, neither
escape sequences nor markup nor controls that change the direction of text.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from rich.cells import cell_len, get_character_cell_size

from pm import display
from pm.model.kinds import DAY, FULL

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS_LONG = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SHAPING = frozenset({"\u200c", "\u200d", *map(chr, range(0xFE00, 0xFE10))})
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
FIRST_DAY, LAST_DAY = 1 - EPOCH_ORDINAL, date(9999, 12, 31).toordinal() - EPOCH_ORDINAL


@lru_cache(maxsize=65536)
def clean(text: str) -> str:
    """Return `text` safe to show on one line of cells.

    Control and direction characters are written out (see `pm.display.clean`); what would change the width of its neighbours
    (joiners, variation selectors) is dropped, so that every character that is left has a width of its own.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(c for c in display.clean(text) if c not in _SHAPING)


def cells(text: str) -> list[str]:
    """Return clean `text` cell by cell: an empty string follows each wide character, marks stay with their letter."""
    if text.isascii():
        return list(text)
    found: list[str] = []
    for character in text:
        width = get_character_cell_size(character)
        if width:
            found.append(character)
            if width == 2:
                found.append("")
        elif found:
            found[-1 if found[-1] else -2] += character
    return found


def width_of(text: str) -> int:
    """Return how many cells clean `text` takes."""
    return len(text) if text.isascii() else cell_len(text)


def fit(text: str, width: int, ellipsis: str = "…") -> str:
    """Return clean `text` in at most `width` cells, its end replaced by an ellipsis where it is cut."""
    if width_of(text) <= width:
        return text
    if width <= 0:
        return ""
    kept, room = [], width - 1
    for character in text:
        size = get_character_cell_size(character)
        if size > room:
            break
        kept.append(character)
        room -= size
    return "".join(kept).rstrip() + ellipsis


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Return `text` filled with spaces to `width` cells; `right` aligns it at the right."""
    fill = " " * (width - width_of(text))
    return fill + text if right else text + fill


def day_of(instant: int, *, finish: bool = False) -> int:
    """Return the day (days since 1970) people would name for an instant; a finish at midnight belongs to the day before."""
    return (instant - 1 if finish else instant) // DAY


def date_of(day: int) -> date:
    """Return the date of a day counted since 1970, kept within years 1 to 9999."""
    return date.fromordinal(min(max(day, FIRST_DAY), LAST_DAY) + EPOCH_ORDINAL)


@lru_cache(maxsize=16384)
def day_text(day: int, *, year: bool = False) -> str:
    """Return a day as ``09 Nov``, or ``09 Nov 26`` with its year."""
    when = date_of(day)
    short = f"{when.day:02d} {MONTHS[when.month - 1]}"
    return f"{short} {when.year % 100:02d}" if year else short


def long_day_text(day: int) -> str:
    """Return a day as ``09 Nov 2026``."""
    return f"{day_text(day)} {date_of(day).year}"


def moment_text(instant: int) -> str:
    """Return an instant as ``Mon 09 Nov 2026 08:00``."""
    day, second = divmod(instant, DAY)
    when = date_of(day)
    return f"{WEEKDAYS[when.weekday()]} {long_day_text(day)} {second // 3600:02d}:{second % 3600 // 60:02d}"


def _number(value: float) -> str:
    text = f"{value:.1f}"
    return text.removesuffix(".0")


def span_text(seconds: int, per_day: int, *, sign: bool = False, minus: str = "−") -> str:
    """Return working time in days (``8d``, ``2.5d``) or, below one day, in hours or minutes.

    Args:
        seconds: Working seconds, negative for less than nothing.
        per_day: Working seconds that people call a day.
        sign: Put a plus before positive values.
        minus: The sign of negative values.
    """
    size = abs(seconds)
    if size == 0 or size >= per_day:
        text = f"{_number(size / per_day)}d"
    elif size >= 3600:
        text = f"{_number(size / 3600)}h"
    else:
        text = f"{max(1, round(size / 60))}m"
    return (minus if seconds < 0 else "+" if sign and seconds > 0 else "") + text


def short_span_text(seconds: int, per_day: int, width: int, *, minus: str = "−") -> str:
    """Return working time like `span_text`, rounded to whole days where it would take more than `width` cells."""
    text = span_text(seconds, per_day, minus=minus)
    return text if len(text) <= width else span_text(round(seconds / per_day) * per_day, per_day, minus=minus)


def percent_text(value: int) -> str:
    """Return hundredths of a percent as whole percent; only what is complete reads 100%."""
    shown = min(99, round(value / 100)) if value < FULL else round(value / 100)
    return f"{max(1, shown) if value > 0 else shown}%"
