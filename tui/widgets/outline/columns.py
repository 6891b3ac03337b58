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
_ORDER = ("finish", "duration", "slack", "percent", "start")
"""What stays longest when it gets narrow, the most important first."""
_SEQUENCE = ("duration", "start", "finish", "slack", "percent")


def default_width(screen_width: int, *, years: bool) -> int:
    """Return how wide the outline is on a screen until somebody drags its edge; dates with years want more."""
    if screen_width >= 150:
        return 70 if years else 64
    if screen_width >= 110:
        return 55 if years else 52
    return max(28, min(46, screen_width * 9 // 20))


def columns_for(outline_width: int, *, years: bool) -> Columns:
    """Return the columns for an outline of `outline_width` cells; dates carry their year where `years` says so."""
    date_width = 10 if years else 7
    widths = {"duration": 6, "start": date_width, "finish": date_width, "slack": 6, "percent": 5}
    titles = {"duration": "Dur", "start": "Start", "finish": "Finish", "slack": "TS", "percent": "%"}
    room = outline_width - 2
    wanted_name = min(32, max(NARROWEST_NAME + 4, room // 2 - 2))
    kept: set[str] = set()
    for key in _ORDER:
        if room - widths[key] < wanted_name:
            break
        room -= widths[key]
        kept.add(key)
    return Columns(room, tuple(Column(k, titles[k], widths[k]) for k in _SEQUENCE if k in kept))
