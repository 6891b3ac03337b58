"""How long the units of working time are, and how people spell them: the one place that converts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pm.model.enums import DurationUnit, LagKind
from pm.model.kinds import DAY, HOUR, MINUTE, WEEK, fields_of
from pm.model.project import Project

_SPELLINGS = {
    "s": ("sec", "secs", "second", "seconds"),
    "m": ("min", "mins", "minute", "minutes"),
    "h": ("hr", "hrs", "hour", "hours"),
    "d": ("day", "days"),
    "w": ("wk", "wks", "week", "weeks"),
    "mo": ("mon", "mons", "month", "months"),
}
UNIT_OF: Mapping[str, str] = {
    f"{prefix}{word}": f"{prefix}{unit}" for unit, words in _SPELLINGS.items() for word in (unit, *words) for prefix in ("", "e")
}
"""The unit that a word stands for; an ``e`` before any of them makes it an elapsed one."""

_ELAPSED = {"es": 1, "em": MINUTE, "eh": HOUR, "ed": DAY, "ew": WEEK, "emo": 30 * DAY}


def _usual(name: str) -> int:
    default: int = fields_of(Project)[name].default
    return default


@dataclass(frozen=True)
class Units:
    """How long a day, a week and a month of work are, in seconds."""

    day: int = _usual("minutes_per_day") * MINUTE
    week: int = _usual("minutes_per_week") * MINUTE
    month: int = _usual("days_per_month") * _usual("minutes_per_day") * MINUTE

    @classmethod
    def of(cls, project: Project | Mapping[str, Any] | None) -> Units:
        """Return the units that `project`, or its row, converts by; the usual ones where it gives them no length."""

        def given(name: str) -> int:
            value = project.get(name) if isinstance(project, Mapping) else getattr(project, name, None)
            return value if isinstance(value, int) and value > 0 else _usual(name)

        day = given("minutes_per_day") * MINUTE
        return cls(day, given("minutes_per_week") * MINUTE, given("days_per_month") * day)

    def seconds(self, unit: str) -> int:
        """Return the seconds of one `unit`: a duration unit but no share, or ``s`` or ``es``.

        Raises:
            KeyError: there is no such unit.
        """
        working = {"s": 1, "m": MINUTE, "h": HOUR, "d": self.day, "w": self.week, "mo": self.month}
        return working[unit] if unit in working else _ELAPSED[unit]


USUAL = Units()
"""What holds where there is no project."""


def is_elapsed(unit: str) -> bool:
    """Whether what is counted in `unit` runs round the clock."""
    return unit.startswith("e")


def lag_kind(unit: str) -> str:
    """Return what a lag typed in `unit` counts: a `LagKind`."""
    if unit == DurationUnit.PERCENT:
        return LagKind.PERCENT.value
    if unit == DurationUnit.ELAPSED_PERCENT:
        return LagKind.ELAPSED_PERCENT.value
    return LagKind.ELAPSED.value if is_elapsed(unit) else LagKind.WORKING.value
