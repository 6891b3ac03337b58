"""Where an instant lies on the chart.

Charts measure time in *display days*: whole days since 1970 plus the share of the usual working window that has passed
(08:00 to 17:00 is 0 to 1). So a task from Monday's start to Friday's end fills five cells of a chart with one cell a day,
and the next one begins where it ends.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pm.model.kinds import DAY
from pm.schedule.result import MISSING

ZOOMS: dict[str, float] = {"day": 3.0, "week": 1.0, "month": 3 / 7, "quarter": 1 / 7}
"""Cells a day of every named zoom, the closest first."""
FIT = "fit"
SHADED_FROM = 0.9
"""Cells a day from which on single days, and so weekends, can be seen."""


class DayCalendar(Protocol):
    """What charts ask of a calendar; days are counted since 1970."""

    def is_working_day(self, day: int) -> bool:
        """Whether any work is possible on the day."""
        ...

    def holiday(self, day: int) -> str:
        """The name of the exception that rules the day, or an empty string."""
        ...


@dataclass(frozen=True)
class DayWindow:
    """The part of a day that is stretched over its cells; seconds after midnight."""

    first: int = 0
    last: int = DAY

    @classmethod
    def around(cls, shifts: Iterable[tuple[int, int]]) -> DayWindow:
        """Return the window from the earliest start to the latest end of `shifts`; the whole day where they pass midnight."""
        pairs = list(shifts)
        if not pairs or max(end for _, end in pairs) > DAY:
            return cls()
        first, last = min(start for start, _ in pairs), max(end for _, end in pairs)
        return cls(first, last) if last > first else cls()

    def position(self, instant: int) -> float:
        """Return an instant in display days."""
        day, second = divmod(instant, DAY)
        return day + min(max((second - self.first) / (self.last - self.first), 0.0), 1.0)

    def positions(self, instants: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return instants in display days, NaN where there is none."""
        missing = instants == MISSING
        days, seconds = np.divmod(np.where(missing, 0, instants), DAY)
        shares = np.clip((seconds - self.first) / (self.last - self.first), 0.0, 1.0)
        found: NDArray[np.float64] = np.where(missing, math.nan, days + shares)
        return found

    def marks(self, instants: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return where single moments are marked: like `positions`, but a moment stays inside the day people name for it.

        The end of Friday and the beginning of Monday are different marks, though bars meet there.
        """
        missing = instants == MISSING
        days, seconds = np.divmod(np.where(missing, 1, instants) - 1, DAY)
        shares = np.clip((seconds + 1 - self.first) / (self.last - self.first), 0.0, 0.999)
        found: NDArray[np.float64] = np.where(missing, math.nan, days + shares)
        return found


@dataclass(frozen=True)
class TimeScale:
    """A linear scale from display days to cells.

    Attributes:
        origin: The day at cell 0.
        per_day: Cells a day.
    """

    origin: int
    per_day: float

    def x(self, position: float) -> float:
        """Return the cell, with its fraction, of a position in display days."""
        return (position - self.origin) * self.per_day

    def cell(self, mark: float) -> int:
        """Return the cell that holds a mark (see `DayWindow.marks`)."""
        return math.floor((mark - self.origin) * self.per_day + 1e-9)

    def position(self, x: float) -> float:
        """Return the display day at cell `x`."""
        return self.origin + x / self.per_day

    def day(self, x: int) -> int:
        """Return the day that cell `x` shows (the first one of several)."""
        return self.origin + math.floor(x / self.per_day + 1e-6)

    def day_x(self, day: int) -> int:
        """Return the first cell of a day."""
        return math.floor((day - self.origin) * self.per_day + 1e-9)


def closer(zoom: str, steps: int, per_day: float) -> str:
    """Return the zoom `steps` closer (negative: wider) than `zoom`; from a fitted scale the next named one."""
    names = list(ZOOMS)
    if zoom in ZOOMS:
        return names[min(max(names.index(zoom) - steps, 0), len(names) - 1)]
    if steps > 0:
        return next((name for name in reversed(names) if ZOOMS[name] > per_day * 1.05), names[0])
    return next((name for name in names if ZOOMS[name] < per_day * 0.95), names[-1])
