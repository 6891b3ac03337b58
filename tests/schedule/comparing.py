"""Where two schedules differ."""

from __future__ import annotations

import numpy as np

from pm.schedule import Schedule

COLUMNS = [n for n, t in Schedule.__annotations__.items() if t in ("Ints", "Flags")]


def differences(a: Schedule, b: Schedule) -> list[str]:
    """Return the names of the columns, and of the dates of projects, that are not the same in both."""
    found = [n for n in COLUMNS if not np.array_equal(getattr(a, n), getattr(b, n))]
    return found + [n for n in ("project_start", "project_finish") if getattr(a, n) != getattr(b, n)]
