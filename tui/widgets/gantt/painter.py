"""Draws the chart's half of a row: grid, bar, baseline, slack, marks, label, links."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pm.model import FULL
from tui.canvas import Canvas
from tui.glyphs import Glyphs
from tui.text import day_text, fit, width_of
from tui.theme import Palette
from tui.widgets.gantt.axis import Axis
from tui.widgets.gantt.bars import BarPainter, Inks, clamp
from tui.widgets.gantt.links import Stroke, draw_strokes
from tui.widgets.gantt.model import GanttModel
from tui.widgets.gantt.scale import SHADED_FROM, TimeScale


@dataclass(frozen=True)
class Shown:
    """What the reader has switched on."""

    baseline: bool = True
    slack: bool = True
    links: bool = True
    labels: bool = True


class Grid:
    """The empty lines of one view of the chart, one for each kind of row; drawn once for a scale, offset and width."""

    def __init__(self, axis: Axis, offset: int, width: int) -> None:
        self._axis, self._offset, self._width = axis, offset, width
        scale = axis.scale
        self._shaded = [
            scale.per_day >= SHADED_FROM and not axis.calendar.is_working_day(scale.day(x)) for x in range(offset, offset + width)
        ]
        self._lines = axis.lines(offset, width)
        self.status = scale.day_x(axis.status_day) - offset if axis.status_day is not None else -1
        palette = axis.palette
        self.plain = self._line(palette.background, palette.shade)
        self.stripe = self._line(palette.stripe, palette.shade_stripe)
        self.selected = self._line(palette.selected, palette.selected_shade)

    def _line(self, paper: str, shade: str) -> Canvas:
        palette = self._axis.palette
        canvas = Canvas.blank(self._width, palette.grid, paper)
        canvas.paper = [shade if shaded else paper for shaded in self._shaded]
        ends = [*(x for x, _ in self._lines[1:]), self._width]
        for (x, colour), end in zip(self._lines, ends, strict=False):
            # Blank cells carry the colour of the line before them, so that a run of cells is one segment.
            canvas.ink[x:end] = [colour] * (end - x)
            canvas.glyphs[x] = self._axis.glyphs.line
        if 0 <= self.status < self._width:
            canvas.put(self.status, self._axis.glyphs.line, palette.today)
        return canvas

    def of(self, row: int, *, selected: bool) -> Canvas:
        """Return the empty line of a row; copy it before drawing."""
        return self.selected if selected else self.stripe if row % 2 else self.plain


class ChartPainter:
    """Draws the rows of one model in one scale.

    Args:
        model: What is drawn.
        scale: Where things lie.
        palette, glyphs: How things look.
        shown: What is switched on.
    """

    def __init__(self, model: GanttModel, scale: TimeScale, palette: Palette, glyphs: Glyphs, shown: Shown) -> None:
        self.model, self.scale, self.palette, self.glyphs, self.shown = model, scale, palette, glyphs, shown
        self.bars = BarPainter(palette, glyphs)
        self._normal = Inks(palette.normal, palette.normal_rest)
        self._critical = Inks(palette.critical, palette.critical_rest)
        self._done = Inks(palette.done, palette.done)
        self._done_critical = Inks(palette.done_critical, palette.done_critical)
        self._inactive = Inks(palette.inactive, palette.inactive_rest)
        self._summary = Inks(palette.summary, palette.summary_rest)

    def row(
        self, position: int, offset: int, grid: Grid, row: int, *, selected: bool = False, strokes: Sequence[Stroke] = ()
    ) -> Canvas:
        """Return the line of the task at `position`, from the chart's cell `offset` on."""
        empty = grid.of(row, selected=selected)
        canvas = empty.copy()
        model = self.model
        a, b = model.start[position], model.finish[position]
        if a != a:
            return canvas
        a, b = clamp(self.scale.x(a) - offset), clamp(self.scale.x(b) - offset)
        if model.milestone[position]:
            a = b = clamp(float(self.scale.cell(model.mark[position]) - offset))
            right = self._milestone(canvas, position, int(a), offset)
        else:
            right = self._span(canvas, position, a, b, offset, empty)
        right = max(right, self._deadline(canvas, position, offset) + 1)
        self.bars.status(canvas, grid.status, empty)
        if self.shown.labels and not model.summary[position] and right > 0:
            left = min(a, clamp(self._baseline_start(position, offset, a)))
            self._label(canvas, position, right, left, {s.x - offset for s in strokes if not s.passing})
        if strokes:
            draw_strokes(canvas, list(strokes), offset, self.glyphs)
        self._off_screen(canvas, a, b)
        return canvas

    def _inks(self, position: int) -> Inks:
        model = self.model
        if not model.active[position]:
            return self._inactive
        if model.finished[position]:
            return self._done_critical if model.critical[position] else self._done
        return self._critical if model.critical[position] else self._normal

    def _span(self, canvas: Canvas, position: int, a: float, b: float, offset: int, empty: Canvas) -> int:
        model = self.model
        share = model.percent[position] / FULL
        right = math.ceil(b - 1e-6)
        if model.summary[position]:
            self.bars.summary(canvas, a, b, share, self._summary)
        else:
            self.bars.bar(canvas, a, b, share, self._inks(position))
        if (
            self.shown.baseline
            and not model.summary[position]
            and model.baseline_start[position] == model.baseline_start[position]
        ):
            first = self.scale.x(model.baseline_start[position]) - offset
            last = self.scale.x(model.baseline_finish[position]) - offset
            self.bars.baseline(canvas, first, last, empty)
            right = max(right, math.floor(clamp(last) + 0.5))
        if self.shown.slack and not model.summary[position] and not model.finished[position] and model.slack[position] > 0:
            self.bars.slack(canvas, b, self.scale.x(model.late_finish[position]) - offset)
        return right

    def _milestone(self, canvas: Canvas, position: int, x: int, offset: int) -> int:
        model, palette = self.model, self.palette
        if self.shown.baseline and model.baseline_mark[position] == model.baseline_mark[position]:
            ghost = self.scale.cell(model.baseline_mark[position]) - offset
            canvas.put(ghost, self.glyphs.milestone_baseline, palette.baseline)
        if self.shown.slack and not model.finished[position] and model.slack[position] > 0:
            self.bars.slack(canvas, x + 1, self.scale.x(model.late_finish[position]) - offset)
        open_colour = palette.critical if model.critical[position] else palette.text
        canvas.put(x, self.glyphs.milestone, palette.good if model.finished[position] else open_colour)
        return x + 1

    def _deadline(self, canvas: Canvas, position: int, offset: int) -> int:
        model = self.model
        due = model.deadline[position]
        if due != due:
            return -1
        x = self.scale.cell(due) - offset
        if 0 <= x < canvas.width and canvas.glyphs[x] != self.glyphs.milestone:
            canvas.put(x, self.glyphs.deadline, self.palette.late if model.late[position] else self.palette.good)
        return x

    def _baseline_start(self, position: int, offset: int, a: float) -> float:
        begins = self.model.baseline_start[position]
        return self.scale.x(begins) - offset if self.shown.baseline and begins == begins else a

    def label(self, position: int) -> str:
        """Return what is written beside a bar: who works on it; for a milestone its name and day."""
        model = self.model
        if not model.milestone[position]:
            return model.people(position)
        return f"{model.name(position)} {self.glyphs.dot} {day_text(math.floor(model.mark[position]))}"

    def _label(self, canvas: Canvas, position: int, right: int, left: float, taken: set[int]) -> None:
        """Write the label beside the bar, unless a link needs one of its cells (`taken`)."""
        text = self.label(position)
        if not text:
            return
        width, size = canvas.width, width_of(text)
        x = right + (2 if right in taken else 1)
        if x + size > width and left - size - 2 > 0 and left < width + size:
            x = math.floor(left) - size - (2 if self.model.milestone[position] else 1)
            if x + size >= width:
                return
        if x < 0 or x >= width:
            return
        text = fit(text, width - x, self.glyphs.ellipsis)
        if not taken.isdisjoint(range(x, x + width_of(text))):
            return
        tail = (self.glyphs.slack, self.glyphs.slack_end)
        if x and canvas.glyphs[x - 1] in tail:
            canvas.put(x - 1, " ", self.palette.slack)
        if canvas.glyphs[x] in tail:
            text += " "
        canvas.text(x, text, self.palette.faint if self.model.finished[position] else self.palette.muted)

    def _off_screen(self, canvas: Canvas, a: float, b: float) -> None:
        if not canvas.width:
            return
        if b <= 0 and (b < 0 or a < 0):
            canvas.put(0, self.glyphs.off_left, self.palette.hint)
        elif a >= canvas.width:
            canvas.put(canvas.width - 1, self.glyphs.off_right, self.palette.hint)
