"""The list of projects on screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from tui.session import ProjectSummary
from tui.widgets.gantt.frame import AXIS_ROWS, Look
from tui.widgets.lines import LineView
from tui.widgets.projects.painter import ProjectPainter


class ProjectList(LineView):
    """One line a project.

    Args:
        look: Colours and characters.
        today: The day that stands for a missing status date.
    """

    @dataclass
    class Highlighted(Message):
        """The cursor stands on another project."""

        row: int

    @dataclass
    class Chosen(Message):
        """The reader asked for the project under the cursor."""

        row: int

    def __init__(self, look: Look, today: int, *, widget_id: str | None = None) -> None:
        super().__init__(id=widget_id)
        self.look, self.today = look, today
        self.summaries: list[ProjectSummary] = []
        self.cursor = 0
        self._painter: ProjectPainter | None = None
        self._strips: dict[int, Strip] = {}
        if not look.glyphs.eighths:
            self.plain_scroll_bars()

    def show(self, summaries: Sequence[ProjectSummary]) -> None:
        """Show other projects or newer figures; the cursor stays on its project."""
        code = self.selected.code if self.selected is not None else None
        self.summaries = list(summaries)
        codes = [s.code for s in self.summaries]
        self.cursor = codes.index(code) if code in codes else 0
        self._renew()

    @property
    def selected(self) -> ProjectSummary | None:
        """The project under the cursor."""
        return self.summaries[self.cursor] if self.cursor < len(self.summaries) else None

    @property
    def page(self) -> int:
        """Projects that are seen at once."""
        return max(1, self.view_size.height - AXIS_ROWS)

    def set_look(self, look: Look) -> None:
        """Show the same in other colours or characters."""
        self.look = look
        self._renew()

    def _renew(self) -> None:
        self._painter = None
        self._strips.clear()
        self.virtual_size = Size(1, len(self.summaries) + AXIS_ROWS)
        self.refresh()

    def on_resize(self) -> None:
        """Fit the columns to the new width."""
        self._renew()

    def render_line(self, y: int) -> Strip:
        """Return line `y` of the widget."""
        line = y if y < AXIS_ROWS else y + self.scroll_offset.y
        strip = self._strips.get(line)
        if strip is None:
            if self._painter is None:
                self._painter = ProjectPainter(self.summaries, self.view_size.width, self.look, self.today)
            if line < AXIS_ROWS:
                canvas = self._painter.header(line)
            else:
                row = line - AXIS_ROWS
                canvas = self._painter.row(row, selected=row == self.cursor)
            strip = self._strips[line] = canvas.strip()
        return strip

    def move_to(self, row: int) -> None:
        """Put the cursor on a row and bring it into view."""
        row = min(max(row, 0), len(self.summaries) - 1)
        if row < 0 or row == self.cursor:
            return
        before, self.cursor = self.cursor, row
        for changed in (before, row):
            self._strips.pop(changed + AXIS_ROWS, None)
        top = self.scroll_offset.y
        if row < top:
            self.go(y=row)
        elif row >= top + self.page:
            self.go(y=row - self.page + 1)
        else:
            self.refresh(*(Region(0, r - top + AXIS_ROWS, self.size.width, 1) for r in (before, row)))
        self.post_message(self.Highlighted(row))

    def on_click(self, event: events.Click) -> None:
        """Select a project; twice, open it."""
        row = event.y - AXIS_ROWS + self.scroll_offset.y
        if event.y >= AXIS_ROWS and row < len(self.summaries):
            self.move_to(row)
            if event.chain == 2:
                self.post_message(self.Chosen(row))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down."""
        event.stop()
        event.prevent_default()
        self.go(y=self.scroll_offset.y + 3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up."""
        event.stop()
        event.prevent_default()
        self.go(y=self.scroll_offset.y - 3)
