"""Which outline columns fit beside the chart."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column of the outline, `width` cells wide, its text at the right edge."""

    key: str
    title: str
    width: int


@dataclass(frozen=True)
class Columns:
    """The columns shown and the width of the names before them; one cell for the mark and one for the rule are added."""

    name_width: int
    shown: tuple[Column, ...]

    @property
    def width(self) -> int:
        """Cells the outline takes, mark and rule included."""
        return 2 + self.name_width + sum(c.width for c in self.shown)


NARROWEST_NAME = 14
_ORDER = ("finish", "duration", "percent", "slack", "start")
"""What stays longest when it gets narrow, the most important first."""
_SEQUENCE = ("duration", "start", "finish", "slack", "percent")


def default_width(screen_width: int) -> int:
    """Return how wide the outline is on a screen until somebody drags its edge."""
    if screen_width >= 150:
        return 64
    if screen_width >= 110:
        return 52
    return max(26, min(44, screen_width * 3 // 7))


def columns_for(outline_width: int, *, years: bool) -> Columns:
    """Return the columns for an outline of `outline_width` cells; dates carry their year where `years` says so."""
    date_width = 10 if years else 7
    widths = {"duration": 6, "start": date_width, "finish": date_width, "slack": 6, "percent": 5}
    titles = {"duration": "Dur", "start": "Start", "finish": "Finish", "slack": "TS", "percent": "%"}
    room = outline_width - 2
    wanted_name = min(35, max(NARROWEST_NAME, room // 2 - 2))
    kept: set[str] = set()
    for key in _ORDER:
        if room - widths[key] >= wanted_name:
            room -= widths[key]
            kept.add(key)
    return Columns(max(room, 0), tuple(Column(k, titles[k], widths[k]) for k in _SEQUENCE if k in kept))
