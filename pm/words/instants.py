"""Instants: exact in files, and in the ways people like to read dates."""

from __future__ import annotations

from pm.model.kinds import MINUTE, instant, iso, to_datetime
from pm.names import DATE_FORMATS, MONTHS, WEEKDAYS
from pm.words.amounts import refusal


def parse_iso(text: str) -> int:
    """Return an ISO date with or without a time (``2026-01-12``, ``2026-01-12T13:30``) as an instant.

    Raises:
        InputError: `value.date`.
    """
    try:
        if text.strip()[4:5] != "-":
            raise ValueError(text)
        return instant(text.strip())
    except ValueError:
        raise refusal("a date", text, "write 2026-01-12 or 2026-01-12T13:30") from None


def iso_text(value: int) -> str:
    """Return an instant as ``YYYY-MM-DDTHH:MM``, with seconds only where there are some."""
    return to_datetime(value).isoformat(timespec="minutes" if value % MINUTE == 0 else "seconds")


def date_text(value: int, style: str = "day") -> str:
    """Return an instant's date in one of `DATE_FORMATS`, or as ISO with ``iso``."""
    at = to_datetime(value)
    names = {"name": MONTHS[at.month - 1], "weekday": WEEKDAYS[at.weekday()]}
    return DATE_FORMATS.get(style, DATE_FORMATS["iso"]).format(year=at.year, month=at.month, day=at.day, **names)


def instant_text(value: int, style: str = "day") -> str:
    """Return date and time of day of an instant: ``Mon 12 Jan 08:00``."""
    return f"{date_text(value, style)} {iso(value)[11:16]}"
