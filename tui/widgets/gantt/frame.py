"""Whole lines of the Gantt, outline and chart, kept for as long as what they show stays the same."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.segment import Segment
from textual.strip import Strip

from pm.model.kinds import DAY
from tui.glyphs import Glyphs
from tui.theme import Palette
from tui.widgets.gantt.axis import Axis
from tui.widgets.gantt.links import LinkRouter, Stroke
from tui.widgets.gantt.model import GanttModel
from tui.widgets.gantt.painter import ChartPainter, Grid, Shown
from tui.widgets.gantt.rows import Rows
from tui.widgets.gantt.scale import FIT, ZOOMS, TimeScale
from tui.widgets.outline.columns import Columns
from tui.widgets.outline.painter import OutlinePainter

AXIS_ROWS = 2
_LABEL_CELLS = 14
_KEPT_LINES = 4000
"""Lines kept before all are forgotten: many pages, and a few megabytes."""


@dataclass(frozen=True)
class Look:
    """How things look: colours and characters."""

    palette: Palette
    glyphs: Glyphs


def scale_for(model: GanttModel, zoom: str, width: int) -> tuple[TimeScale, int]:
    """Return the scale of a zoom and how many cells the whole chart takes.

    Args:
        model: What must fit.
        zoom: A name of `ZOOMS`, or `FIT` for a scale that shows everything in `width` cells.
        width: Cells there are for the chart.
    """
    first, last = model.first, model.last
    if zoom == FIT:
        room = max(8, width - min(_LABEL_CELLS, width // 4) - 2)
        per_day = min(ZOOMS["day"] * 2, room / max(1, last - first))
        return TimeScale(first - math.ceil(1 / per_day), per_day), width
    per_day = ZOOMS[zoom]
    lead = max(7, math.ceil(4 / per_day))
    origin = first - lead
    origin -= (origin + 3) % 7
    cells = math.ceil((last - origin) * per_day) + max(_LABEL_CELLS * 2, math.ceil(21 * per_day))
    return TimeScale(origin, per_day), max(cells, width)


@dataclass
class Frame:
    """The lines of one state of the chart; nothing of it knows about scrolling by row or about the cursor.

    A change of any of these parts asks for a new frame; what the outline's cells show may be taken over from the last one.
    """

    model: GanttModel
    rows: Rows
    columns: Columns
    scale: TimeScale
    look: Look
    shown: Shown
    status_day: int | None
    matches: frozenset[int] = frozenset()
    _outlines: dict[tuple[int, int, bool], list[Segment]] = field(default_factory=dict)
    _strips: dict[int, Strip] = field(default_factory=dict)
    _axis_strips: dict[int, Strip] = field(default_factory=dict)
    _view: tuple[int, int] = (0, 0)
    _grid: Grid | None = None

    def __post_init__(self) -> None:
        palette, glyphs = self.look.palette, self.look.glyphs
        week_start = self.model.project.week_start_day
        self.axis = Axis(self.scale, palette, glyphs, self.model.days, self.status_day, week_start)
        self.chart = ChartPainter(self.model, self.scale, palette, glyphs, self.shown)
        self.outline = OutlinePainter(self.model, self.columns, palette, glyphs)
        self.router = LinkRouter(self.model, self.rows, self.scale, glyphs, (palette.predecessor, palette.successor))
        self._blank_outline = self.outline.empty().segments()

    def take_outlines(self, last: Frame) -> None:
        """Keep the outline's cells of the frame before where they would be drawn the same."""
        if (self.model, self.columns, self.look, self.matches) == (last.model, last.columns, last.look, last.matches):
            self._outlines = last._outlines

    def look_at(self, offset: int, width: int) -> None:
        """Say which cells of the chart are seen: `width` of them from `offset` on."""
        if self._grid is None or self._view != (offset, width):
            self._view = (offset, width)
            self._strips.clear()
            self._axis_strips.clear()
            self._grid = Grid(self.axis, offset, width)

    @property
    def grid(self) -> Grid:
        """The empty lines of what is seen."""
        if self._grid is None:
            self._grid = Grid(self.axis, *self._view)
        return self._grid

    def axis_line(self, y: int) -> Strip:
        """Return one of the two rows above everything."""
        strip = self._axis_strips.get(y)
        if strip is None:
            offset, width = self._view
            dates = self.axis.upper(offset, width) if y == 0 else self.axis.lower(offset, width)
            segments = self.outline.header(titles=y == 1).segments() + dates.segments()
            strip = self._axis_strips[y] = Strip(segments, self.columns.width + width)
        return strip

    def line(self, row: int) -> Strip:
        """Return the line of a row that is not selected and that no link crosses."""
        strip = self._strips.get(row)
        if strip is None:
            if len(self._strips) >= _KEPT_LINES:
                self._strips.clear()
                self._outlines.clear()
            strip = self._strips[row] = self.draw(row)
        return strip

    def draw(self, row: int, *, selected: bool = False, strokes: Sequence[Stroke] = ()) -> Strip:
        """Draw the line of a row; rows after the last one are empty."""
        offset, width = self._view
        grid = self.grid
        if not 0 <= row < len(self.rows):
            return Strip(self._blank_outline + grid.plain.segments(), self.columns.width + width)
        position = self.rows.positions[row]
        folded = self.rows.is_folded(position)
        key = (position, row % 2, folded)
        outline = None if selected else self._outlines.get(key)
        if outline is None:
            match = position in self.matches
            outline = self.outline.row(position, row, selected=selected, folded=folded, match=match).segments()
            if not selected:
                self._outlines[key] = outline
        chart = self.chart.row(position, offset, grid, row, selected=selected, strokes=strokes)
        return Strip(outline + chart.segments(), self.columns.width + width)


def status_day_of(model: GanttModel, today: int) -> int:
    """Return the day of the status line: the project's status date, or `today` where nobody reports."""
    status = model.project.status_date
    return today if status is None else status // DAY
