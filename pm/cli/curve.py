"""The S-curve in characters: planned, earned and actual value, and the forecast, from start to finish."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pm.display import cell_width
from pm.names import MONTHS

if TYPE_CHECKING:
    from pm.cost.earned import Point

HEIGHT = 14
_TICKS = 4
_MARKS = (("planned", ".", "PV planned"), ("forecast", "-", "forecast"), ("spent", "x", "AC spent"), ("earned", "#", "EV earned"))
"""What is drawn, from the bottom up: a later one covers an earlier."""


def draw(points: Sequence[Point], status: int, width: int, shown: Callable[[int], str]) -> list[str]:
    """Return the lines of a chart.

    Args:
        points: Days, as `EarnedValue.curve` returns them.
        status: The status date, which is marked.
        width: Cells of the window.
        shown: How amounts are written.
    """
    highest = max((getattr(p, name) or 0 for p in points for name, _, _ in _MARKS), default=0)
    if highest <= 0:
        return ["nothing to draw: no money is planned or spent"]
    labels = [shown(highest * n // _TICKS) for n in range(_TICKS + 1)]
    margin = max(map(cell_width, labels)) + 1
    columns = max(20, width - margin - 2)
    picked = [points[min(len(points) - 1, n * len(points) // columns)] for n in range(columns)]
    grid = [[" "] * columns for _ in range(HEIGHT + 1)]
    for name, mark, _ in _MARKS:
        for column, point in enumerate(picked):
            amount = getattr(point, name)
            if amount is not None:
                grid[min(max(amount, 0) * HEIGHT // highest, HEIGHT)][column] = mark
    body = []
    for row in range(HEIGHT, -1, -1):
        tick = next((labels[n] for n in range(_TICKS + 1) if HEIGHT * n // _TICKS == row), "")
        body.append(f"{tick:>{margin - 1}} |{''.join(grid[row])}".rstrip())
    at = min(columns - 1, bisect_right([p.start for p in picked], status) - 1)
    axis = ["-"] * columns
    axis[max(at, 0)] = "^"
    legend = "  ".join(f"{mark} {word}" for _, mark, word in (_MARKS[0], _MARKS[3], _MARKS[2], _MARKS[1]))
    return [
        *body,
        f"{'':>{margin - 1}} +{''.join(axis)}",
        f"{'':>{margin}} {_months(picked)}".rstrip(),
        f"{legend}  ^ status date",
    ]


def _months(picked: Sequence[Point]) -> str:
    """Return the names of months under the columns that they begin in, where they have room."""
    from pm.model import to_datetime

    line: list[str] = []
    before = None
    for column, point in enumerate(picked):
        at = to_datetime(point.start)
        if (at.year, at.month) != before:
            text = MONTHS[at.month - 1] if before is None or at.month != 1 else f"{MONTHS[0]} {at.year}"
            if len(line) <= column and column + len(text) <= len(picked):
                line += [" "] * (column - len(line)) + [*text, " "]
            before = at.year, at.month
    return "".join(line)
