"""The links of one task as strokes, indexed by the row they cross."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from pm.model.enums import LinkType
from tui.canvas import Canvas
from tui.glyphs import Glyphs
from tui.widgets.gantt.bars import clamp
from tui.widgets.gantt.model import GanttModel, LinkEnd
from tui.widgets.gantt.rows import Rows
from tui.widgets.gantt.scale import TimeScale


@dataclass(frozen=True)
class Stroke:
    """One glyph of a link.

    Attributes:
        x: Cell from the chart's origin.
        passing: It only crosses the row, and gives way to what stands there.
    """

    x: int
    glyph: str
    colour: str
    passing: bool = False


@dataclass(frozen=True)
class _Ends:
    """Where a link leaves and arrives: cells from the chart's origin. `out` is beside the bar, `into` the cell it points at."""

    out: int
    out_right: bool
    into: int
    into_left: bool


class LinkRouter:
    """Routes the links of a task over the rows.

    Args:
        model, rows, scale: What the chart shows.
        glyphs: The strokes.
        colours: Of links to predecessors and to successors.
    """

    def __init__(self, model: GanttModel, rows: Rows, scale: TimeScale, glyphs: Glyphs, colours: tuple[str, str]) -> None:
        self.model, self.rows, self.scale, self.glyphs = model, rows, scale, glyphs
        self.before_colour, self.after_colour = colours

    def strokes(self, position: int, first: int, last: int) -> dict[int, list[Stroke]]:
        """Return the strokes of all links of the task at `position` by row, for rows ``first`` to ``last``."""
        found: dict[int, list[Stroke]] = {}
        for link in self.model.predecessors(position):
            self._route(found, link.other, position, link, self.before_colour, first, last)
        for link in self.model.successors(position):
            self._route(found, position, link.other, link, self.after_colour, first, last)
        return found

    def rows_touched(self, position: int) -> Iterator[tuple[int, int]]:
        """Yield the lowest and highest row of every link of the task."""
        here = self.rows.row(position)
        for link in (*self.model.predecessors(position), *self.model.successors(position)):
            there = self.rows.row(link.other)
            yield min(here, there), max(here, there)

    def _route(self, found: dict[int, list[Stroke]], a: int, b: int, link: LinkEnd, colour: str, first: int, last: int) -> None:
        top, bottom = self.rows.row(a), self.rows.row(b)
        model = self.model
        if top == bottom or math.isnan(model.start[a]) or math.isnan(model.start[b]):
            return
        low, high = max(min(top, bottom), first), min(max(top, bottom), last)
        if low > high:
            return
        column, leaving, arriving = self._shape(a, b, LinkType(link.type), colour, down=bottom > top)
        for row in range(low, high + 1):
            strokes = leaving if row == top else arriving if row == bottom else None
            if strokes is None:
                strokes = [Stroke(column, self.glyphs.upright, colour, passing=True)]
            found.setdefault(row, []).extend(strokes)

    def _span(self, position: int) -> tuple[int, int]:
        """The first and last cell a task covers."""
        model, scale = self.model, self.scale
        if model.milestone[position]:
            cell = scale.cell(model.mark[position])
            return cell, cell
        first = math.floor(clamp(scale.x(model.start[position])) + 1e-6)
        last = math.ceil(clamp(scale.x(model.finish[position])) - 1e-6) - 1
        return first, max(first, last)

    def _shape(self, a: int, b: int, kind: LinkType, colour: str, *, down: bool) -> tuple[int, list[Stroke], list[Stroke]]:
        """Return the column a link runs in, its strokes beside the predecessor and beside the successor."""
        g = self.glyphs
        (a_first, a_last), (b_first, b_last) = self._span(a), self._span(b)
        arrow = g.arrow_down if down else g.arrow_up
        if kind is LinkType.FINISH_FINISH:
            column = max(a_last, b_last) + 1
            head, corner = g.arrow_left, g.arrive_left_down if down else g.arrive_left_up
            turn = g.leave_right_down if down else g.leave_right_up
            if column == b_last + 1:
                column += 1
            leaving = [*self._across(a_last + 1, column, colour), Stroke(column, turn, colour)]
            arriving = [*self._across(b_last + 2, column, colour), Stroke(column, corner, colour)]
            return column, leaving, [Stroke(b_last + 1, head, colour), *arriving]
        if kind is LinkType.START_FINISH:
            column = b_last
            return column, self._reach(a_first, column, colour, down), [Stroke(column, arrow, colour)]
        if kind is LinkType.START_START or b_first <= a_last:
            # The successor begins above or below the predecessor's bar, or before it.
            return b_first, self._reach(a_first, b_first, colour, down), [Stroke(b_first, arrow, colour)]
        column = a_last + 1
        leaving = [Stroke(column, g.leave_right_down if down else g.leave_right_up, colour)]
        if column == b_first:
            return column, leaving, [Stroke(column, arrow, colour)]
        corner = g.arrive_right_down if down else g.arrive_right_up
        if column == b_first - 1:
            return column, leaving, [Stroke(column, corner, colour)]
        across = self._across(column + 1, b_first - 1, colour)
        return column, leaving, [Stroke(column, corner, colour), *across, Stroke(b_first - 1, g.arrow_right, colour)]

    def _across(self, first: int, end: int, colour: str) -> list[Stroke]:
        """Return a horizontal line over cells ``first`` to ``end`` (not included), which gives way to what stands there."""
        return [Stroke(x, self.glyphs.across, colour, passing=True) for x in range(first, end)]

    def _reach(self, start: int, column: int, colour: str, down: bool) -> list[Stroke]:
        """Return the strokes from a bar that begins at `start` to the column: a tee on the bar, or a line from it to the left."""
        g = self.glyphs
        if column >= start:
            return [Stroke(column, g.tee_down if down else g.tee_up, colour)]
        corner = g.arrive_right_up if down else g.arrive_right_down
        return [Stroke(column, corner, colour), *self._across(column + 1, start, colour)]


def draw_strokes(canvas: Canvas, strokes: list[Stroke], offset: int, glyphs: Glyphs) -> None:
    """Draw the strokes of one row on the part of the chart that begins at cell `offset`; diamonds and flags stay on top."""
    kept = (glyphs.milestone, glyphs.deadline)
    yielding = {" ", glyphs.line, glyphs.slack, glyphs.slack_end, glyphs.gap, glyphs.ghost, glyphs.summary, glyphs.across}
    for stroke in strokes:
        x = stroke.x - offset
        if not 0 <= x < canvas.width or canvas.glyphs[x] in kept:
            continue
        if not stroke.passing or canvas.glyphs[x] in yielding:
            canvas.put(x, stroke.glyph, stroke.colour, bold=True)
