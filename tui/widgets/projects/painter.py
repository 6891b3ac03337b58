"""Draws the lines of the project list: health, dates and figures at the left, a timeline at the right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pm.model import FULL
from pm.model.kinds import DAY
from tui.canvas import Canvas
from tui.session import NEAR_DEADLINE_DAYS, ProjectSummary
from tui.text import day_of, day_text, fit, percent_text, span_text
from tui.theme import mix
from tui.widgets.gantt.axis import Axis
from tui.widgets.gantt.bars import BarPainter, Inks, clamp
from tui.widgets.gantt.frame import Look
from tui.widgets.gantt.painter import Grid
from tui.widgets.gantt.scale import TimeScale

HEALTH = {
    "track": ("critical", "good", "On track"),
    "risk": ("warning", "warning", "At risk"),
    "late": ("late", "late", "Late"),
    "finished": ("finished", "muted", "Finished"),
    "waiting": ("not_started", "muted", "Not started"),
    "broken": ("late", "late", "Cannot be scheduled"),
    "unknown": ("leaf", "faint", ""),
}
"""Health: the glyph and the ink by their names, and the word."""
LEAST_TIMELINE = 18
_GAP = 2


@dataclass(frozen=True)
class Field:
    """A column of figures, `width` cells wide, its text at the right edge."""

    key: str
    title: str
    width: int


_FIELDS = (
    Field("start", "Start", 11),
    Field("finish", "Finish", 11),
    Field("variance", "vs BL", 7),
    Field("slack", "Slack", 7),
    Field("critical", "Crit", 6),
    Field("percent", "%", 6),
)
_HEALTH_WIDTH = 13


class NoDays:
    """A calendar without days off: single days cannot be seen on the timeline."""

    def is_working_day(self, day: int) -> bool:
        """Whether any work is possible."""
        return True

    def holiday(self, day: int) -> str:
        """What the day is off for."""
        return ""


class ProjectPainter:
    """Draws the lines of one list of projects in one width.

    Args:
        summaries: The projects.
        width: Cells of a line.
        look: Colours and characters.
        today: The day of the line down the timeline.
    """

    def __init__(self, summaries: Sequence[ProjectSummary], width: int, look: Look, today: int) -> None:
        self.summaries, self.width, self.look = summaries, width, look
        self.fields = _FIELDS if width >= 120 else tuple(f for f in _FIELDS if f.key not in ("start", "critical"))
        figures = _HEALTH_WIDTH + sum(f.width for f in self.fields)
        self.timeline = max(0, width - figures - (36 if width >= 140 else 26) - _GAP - 2) if width >= 100 else 0
        if self.timeline < LEAST_TIMELINE:
            self.timeline = 0
        self.table_width = width - self.timeline
        self.name_width = max(8, self.table_width - figures - 3)
        self.bars = BarPainter(look.palette, look.glyphs)
        statuses = [s.status // DAY for s in summaries if s.status is not None]
        self.status_day = max(statuses, default=today)
        self.scale = self._scale()
        self.axis = Axis(self.scale, look.palette, look.glyphs, NoDays(), self.status_day)
        self.grid = Grid(self.axis, 0, self.timeline)

    def _scale(self) -> TimeScale:
        """Return a scale on which every project fits, at most a cell a day."""
        places = [p for s in self.summaries for pair in (s.span, s.baseline) if pair for p in pair]
        places += [s.deadline for s in self.summaries if s.deadline is not None]
        first = math.floor(min([*places, self.status_day]))
        last = math.ceil(max([*places, self.status_day + 1]))
        room = max(1, self.timeline - 4)
        per_day = min(0.8, room / max(1, last - first))
        return TimeScale(first - math.ceil(1.5 / per_day), per_day)

    def header(self, y: int) -> Canvas:
        """Return one of the two rows of headings."""
        palette = self.look.palette
        canvas = Canvas.blank(self.width, palette.muted, palette.panel)
        if y == 1:
            canvas.text(2, "Project", palette.muted)
            canvas.text(2 + self.name_width, "Health", palette.muted)
            at = 2 + self.name_width + _HEALTH_WIDTH
            for field in self.fields:
                at += field.width
                canvas.text(at - len(field.title), field.title, palette.muted)
        if self.timeline:
            line = self.axis.upper(0, self.timeline) if y == 0 else self.axis.lower(0, self.timeline)
            self._join(canvas, line)
        return canvas

    def _join(self, canvas: Canvas, right: Canvas) -> None:
        at = self.table_width
        canvas.glyphs[at:], canvas.ink[at:] = right.glyphs, right.ink
        canvas.paper[at:], canvas.bold[at:] = right.paper, right.bold
        canvas.put(at - 1, self.look.glyphs.rule, self.look.palette.rule)

    def row(self, row: int, *, selected: bool) -> Canvas:
        """Return the line of a project; lines after the last one are empty."""
        palette, glyphs = self.look.palette, self.look.glyphs
        exists = row < len(self.summaries)
        paper = palette.background
        if exists:
            paper = palette.selected if selected else palette.stripe if row % 2 else palette.background
        canvas = Canvas.blank(self.width, palette.text, paper)
        if exists:
            summary = self.summaries[row]
            self._figures(canvas, summary, selected)
            if self.timeline:
                self._join(canvas, self._timeline(summary, row, selected))
            if selected:
                canvas.put(0, glyphs.mark, palette.mark)
        elif self.timeline:
            self._join(canvas, self.grid.plain.copy())
        return canvas

    def _figures(self, canvas: Canvas, summary: ProjectSummary, selected: bool) -> None:
        palette, glyphs = self.look.palette, self.look.glyphs
        name_ink = palette.muted if summary.health == "finished" and not selected else palette.text
        canvas.text(2, fit(summary.name, self.name_width - 1, glyphs.ellipsis), name_ink, bold=selected)
        glyph, ink, word = HEALTH[summary.health]
        x = 2 + self.name_width
        colour = getattr(palette, ink)
        canvas.put(x, getattr(glyphs, glyph), colour)
        if summary.problem:
            canvas.text(x + 2, fit(summary.problem, self.table_width - x - 4, glyphs.ellipsis), palette.late)
            return
        canvas.text(x + 2, word, colour)
        at = x + _HEALTH_WIDTH
        for field in self.fields:
            at += field.width
            text, field_ink = self._figure(field.key, summary)
            canvas.text(at - len(text), text, getattr(palette, field_ink))

    def _figure(self, key: str, summary: ProjectSummary) -> tuple[str, str]:
        """Return the text of a column and the name of its ink."""
        minus = self.look.glyphs.minus
        if summary.span is None:
            return "", "muted"
        if key == "start" and summary.start is not None:
            return day_text(day_of(summary.start), year=True), "muted"
        if key == "finish" and summary.finish is not None:
            ink = "muted" if summary.health == "finished" else "late" if summary.health == "late" else "text"
            return day_text(day_of(summary.finish, finish=True), year=True), ink
        if key == "variance":
            if summary.variance is None:
                return self.look.glyphs.dash, "faint"
            days = round(summary.variance / summary.per_day)
            text = span_text(days * summary.per_day, summary.per_day, sign=True, minus=minus)
            return text, "late" if days > 0 else "good" if days < 0 else "muted"
        if key == "slack":
            if summary.deadline_slack is None:
                return self.look.glyphs.dash, "faint"
            days = math.floor(summary.deadline_slack / summary.per_day)
            ink = "late" if days < 0 else "mark" if days < NEAR_DEADLINE_DAYS else "muted"
            return span_text(days * summary.per_day, summary.per_day, minus=minus), ink
        if key == "critical":
            return str(summary.critical), "critical" if summary.critical else "faint"
        if summary.percent >= FULL:
            return self.look.glyphs.finished, "good"
        return percent_text(summary.percent), "text" if summary.percent else "faint"

    def _timeline(self, summary: ProjectSummary, row: int, selected: bool) -> Canvas:
        empty = self.grid.of(row, selected=selected)
        canvas = empty.copy()
        if summary.span is None:
            return canvas
        palette, x = self.look.palette, self.scale.x
        first, last = (round(clamp(x(p))) for p in summary.span)
        last = max(last, first + 1)
        split = first + round((last - first) * summary.percent / FULL)
        share = (split - first) / (last - first)
        self.bars.bar(canvas, float(first), float(last), share, self._inks(summary.health))
        if summary.baseline is not None:
            begin, end = summary.baseline
            self.bars.baseline(canvas, x(begin), x(end), empty)
        self.bars.status(canvas, self.grid.status, empty)
        if summary.deadline is not None:
            late = summary.deadline_slack is not None and summary.deadline_slack < 0
            at = self.scale.cell(summary.deadline)
            canvas.put(at, self.look.glyphs.deadline, palette.late if late else palette.good)
        return canvas

    def _inks(self, health: str) -> Inks:
        palette = self.look.palette
        if health == "late":
            return Inks(palette.critical, palette.critical_rest)
        if health == "risk":
            return Inks(palette.warning, palette.warning_rest)
        if health == "finished":
            return Inks(palette.done, palette.done)
        if health == "waiting":
            return Inks(palette.normal_rest, mix(palette.normal_rest, palette.background, 0.35))
        return Inks(palette.normal, palette.normal_rest)
