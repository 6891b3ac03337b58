"""Draws the outline's half of a row: mark, fold, name and the columns."""

from __future__ import annotations

from pm.schedule.result import MISSING
from tui.canvas import Canvas
from tui.glyphs import Glyphs
from tui.text import day_of, day_text, fit, percent_text, short_span_text
from tui.theme import Palette
from tui.widgets.gantt.model import GanttModel
from tui.widgets.outline.columns import Columns

TIGHT_DAYS = 5
"""Total slack up to so many days is worth a warning colour."""


class OutlinePainter:
    """Draws the outline of one model.

    Args:
        model: What is drawn.
        columns: Which columns, and how wide.
        palette, glyphs: How things look.
    """

    def __init__(self, model: GanttModel, columns: Columns, palette: Palette, glyphs: Glyphs) -> None:
        self.model, self.columns, self.palette, self.glyphs = model, columns, palette, glyphs

    def header(self, *, titles: bool) -> Canvas:
        """Return one of the two rows above the outline."""
        palette = self.palette
        canvas = Canvas.blank(self.columns.width, palette.muted, palette.panel)
        if titles:
            canvas.text(1, "Task", palette.muted)
            x = 1 + self.columns.name_width
            for column in self.columns.shown:
                x += column.width
                canvas.text(x - len(column.title), column.title, palette.muted)
        canvas.put(canvas.width - 1, self.glyphs.rule, palette.rule)
        return canvas

    def empty(self) -> Canvas:
        """Return a row below the last task."""
        canvas = Canvas.blank(self.columns.width, self.palette.muted, self.palette.background)
        canvas.put(canvas.width - 1, self.glyphs.rule, self.palette.rule)
        return canvas

    def row(self, position: int, row: int, *, selected: bool, folded: bool, match: bool = False) -> Canvas:
        """Return the row of the task at `position`; `match` marks a hit of the search."""
        palette, model = self.palette, self.model
        paper = palette.selected if selected else palette.stripe if row % 2 else palette.background
        canvas = Canvas.blank(self.columns.width, palette.text, paper)
        name_end = 1 + self.columns.name_width
        depth = min(model.depth[position], max(0, (self.columns.name_width - 10) // 2))
        x = 1 + depth * 2
        glyph, colour = self._bullet(position, folded)
        canvas.put(x, glyph, colour)
        bold = model.summary[position]
        if match:
            ink = palette.mark
        elif model.finished[position] and not selected:
            ink = palette.muted
        elif not model.active[position]:
            ink = palette.faint
        else:
            ink = palette.summary if bold else palette.text
        name = fit(model.name(position), name_end - x - 3, self.glyphs.ellipsis)
        canvas.text(x + 2, name, ink, bold=bold or match)
        if selected:
            canvas.put(0, self.glyphs.mark, palette.mark)
        at = name_end
        for column in self.columns.shown:
            at += column.width
            text, ink = self._cell(column.key, position)
            if len(text) < column.width or column.key == "duration":
                text = text[: column.width - 1]
                canvas.text(at - len(text), text, ink, bold=bold)
        canvas.put(canvas.width - 1, self.glyphs.rule, palette.rule)
        return canvas

    def _bullet(self, position: int, folded: bool) -> tuple[str, str]:
        model, palette, glyphs = self.model, self.palette, self.glyphs
        if model.summary[position]:
            return (glyphs.folded if folded else glyphs.unfolded), palette.muted
        critical = model.open_critical[position]
        if model.milestone[position]:
            return glyphs.milestone, palette.critical if critical else palette.muted
        return (glyphs.critical, palette.critical) if critical else (glyphs.leaf, palette.faint)

    def _cell(self, key: str, position: int) -> tuple[str, str]:
        """Return the text of a column and its colour."""
        model, palette = self.model, self.palette
        if key == "duration":
            text = self.glyphs.dash if model.milestone[position] else model.duration_text(position)
            return text, palette.muted
        if key == "start":
            start = int(model.schedule.start[position])
            if start == MISSING or model.milestone[position]:
                return "", palette.muted
            return day_text(day_of(start), year=model.years_shown), palette.muted
        if key == "finish":
            finish = int(model.schedule.finish[position])
            if finish == MISSING:
                return "", palette.muted
            colour = palette.late if model.late[position] else palette.text
            return day_text(day_of(finish, finish=True), year=model.years_shown), colour
        if key == "slack":
            return self._slack(position)
        if model.finished[position]:
            return self.glyphs.finished, palette.good
        percent = model.percent[position]
        return percent_text(percent), palette.text if percent else palette.faint

    def _slack(self, position: int) -> tuple[str, str]:
        model, palette = self.model, self.palette
        slack = model.slack[position]
        if model.summary[position] or model.finished[position] or slack == MISSING:
            return "", palette.muted
        if model.critical[position]:
            colour = palette.critical
        else:
            colour = palette.mark if slack <= TIGHT_DAYS * model.per_day else palette.muted
        text = short_span_text(slack, model.per_day, 5, minus=self.glyphs.minus)
        return text, colour
