"""The Gantt on screen: it scrolls, follows the cursor, and repaints only lines that changed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from tui.widgets.gantt.frame import AXIS_ROWS, Frame, Look, scale_for, status_day_of
from tui.widgets.gantt.links import Stroke
from tui.widgets.gantt.model import GanttModel
from tui.widgets.gantt.painter import Shown
from tui.widgets.gantt.rows import Rows, find
from tui.widgets.gantt.scale import FIT, ZOOMS, TimeScale, closer
from tui.widgets.lines import LineView
from tui.widgets.outline.columns import NARROWEST_NAME, columns_for, default_width

WHEEL_ROWS = 3


class GanttView(LineView):
    """Outline and chart of one project.

    Args:
        model: What to show.
        look: Colours and characters.
        today: The day (since 1970) that stands for the status date where a project has none.
    """

    @dataclass
    class Highlighted(Message):
        """The cursor stands on the task at `position`."""

        position: int

    @dataclass
    class Opened(Message):
        """The reader asked for all that is known of the task at `position`."""

        position: int

    @dataclass
    class Scaled(Message):
        """The zoom has changed."""

        zoom: str

    def __init__(self, model: GanttModel, look: Look, today: int, *, widget_id: str | None = None) -> None:
        super().__init__(id=widget_id)
        self.model, self.look, self.today = model, look, today
        self.rows = Rows(model)
        self.zoom, self.shown = "week", Shown()
        self.cursor = 0
        self.search_text = ""
        self._outline_width: int | None = None
        self._dragging = False
        self._top = 0
        self._live: dict[int, Strip] = {}
        self._strokes: dict[int, list[Stroke]] = {}
        self._strokes_for: tuple[int, int, int] | None = None
        self._placed = False
        self.frame = self._new_frame(scale_for(model, self.zoom, 80)[0])
        if not look.glyphs.eighths:
            self.plain_scroll_bars()

    # ------------------------------------------------------------ what is shown

    def show(self, model: GanttModel) -> None:
        """Show another revision; folds, cursor and place stay as far as they can."""
        here = self.model.ids[self.position] if len(self.rows) else None
        left = self.frame.scale.position(self.scroll_offset.x)
        self.model = model
        self.rows = Rows(model, self.rows.folded & set(model.ids))
        position = model.plan.tasks.index.get(here, 0) if here is not None else 0
        self.cursor = self.rows.row(position) if model.count else 0
        self._search_again()
        self._rescale(left, 0)

    @property
    def position(self) -> int:
        """Position in the model of the task under the cursor."""
        return self.rows.positions[self.cursor] if self.rows.positions else 0

    @property
    def chart_width(self) -> int:
        """Cells there are for the chart."""
        return max(0, self.view_size.width - self.frame.columns.width)

    @property
    def page(self) -> int:
        """Rows of tasks that are seen at once."""
        return max(1, self.view_size.height - AXIS_ROWS)

    def set_look(self, look: Look) -> None:
        """Show the same in other colours or characters."""
        self.look = look
        self._renew(self.frame.scale)

    def toggle(self, what: str) -> None:
        """Switch `baseline`, `slack`, `links` or `labels` on or off."""
        self.shown = replace(self.shown, **{what: not getattr(self.shown, what)})
        self._renew(self.frame.scale)

    def _new_frame(self, scale: TimeScale) -> Frame:
        width = self._outline_width or default_width(self.size.width or 80, years=self.model.years_shown)
        columns = columns_for(width, years=self.model.years_shown)
        matches = frozenset(self._matching()) if self.search_text else frozenset()
        status = status_day_of(self.model, self.today)
        return Frame(self.model, self.rows, columns, scale, self.look, self.shown, status, matches)

    def _renew(self, scale: TimeScale) -> None:
        """Forget all lines and draw again in `scale`."""
        last, self.frame = self.frame, self._new_frame(scale)
        self.frame.take_outlines(last)
        self._forget_live()
        self.refresh()

    def _forget_live(self) -> None:
        self._live.clear()
        self._strokes_for = None

    def _rescale(self, anchor: float, anchor_x: int) -> None:
        """Fit the chart to zoom and size so that display day `anchor` stands `anchor_x` cells from the chart's left."""
        self._renew(self.frame.scale)
        scale, cells = scale_for(self.model, self.zoom, self.chart_width)
        self._renew(scale)
        self.virtual_size = Size(self.frame.columns.width + cells, len(self.rows) + AXIS_ROWS)
        self.go(x=round(scale.x(anchor)) - anchor_x)
        self._follow()

    # ------------------------------------------------------------ lines

    def prepare(self) -> None:
        """Settle what part of the chart is seen and which rows the selected task's links cross."""
        offset = self.scroll_offset
        self._top = offset.y
        self.frame.look_at(offset.x, self.chart_width)
        self._overlay(offset.y)

    def render_line(self, y: int) -> Strip:
        """Return line `y` of the widget."""
        if y < AXIS_ROWS:
            return self.frame.axis_line(y)
        row = y - AXIS_ROWS + self._top
        if row != self.cursor and row not in self._strokes:
            return self.frame.line(row)
        strip = self._live.get(row)
        if strip is None:
            strip = self.frame.draw(row, selected=row == self.cursor, strokes=self._strokes.get(row, ()))
            self._live[row] = strip
        return strip

    def _overlay(self, top: int) -> dict[int, list[Stroke]]:
        """Return the strokes of the selected task's links on the rows seen, worked out once for a place."""
        key = (self.cursor, top, self.page)
        if self._strokes_for != key:
            self._strokes_for = key
            self._live.clear()
            links = self.shown.links and self.rows.positions and not self.model.summary[self.position]
            self._strokes = self.frame.router.strokes(self.position, top, top + self.page) if links else {}
        return self._strokes

    def watch_scroll_x(self, old_value: float, new_value: float) -> None:
        """Lines that links cross are drawn for one offset only."""
        self._forget_live()
        super().watch_scroll_x(old_value, new_value)

    def _repaint_rows(self, rows: set[int]) -> None:
        top, width = self.scroll_offset.y, self.size.width
        seen = [row - top + AXIS_ROWS for row in rows if top <= row < top + self.page]
        if seen:
            self.refresh(*(Region(0, y, width, 1) for y in sorted(seen)))

    # ------------------------------------------------------------ cursor

    def move_to(self, row: int) -> None:
        """Put the cursor on a row and bring it into view."""
        row = min(max(row, 0), len(self.rows) - 1)
        if row == self.cursor or row < 0:
            return
        top = self.scroll_offset.y
        changed = {self.cursor, row, *self._overlay(top)}
        self.cursor = row
        self._follow()
        if self.scroll_offset.y == top:
            changed.update(self._overlay(top))
            self._repaint_rows(changed)
        self.post_message(self.Highlighted(self.position))

    def select(self, position: int) -> None:
        """Put the cursor on a task, unfolding what hides it."""
        rows = self.rows.revealing(position)
        if rows is not self.rows:
            self._set_rows(rows, position)
        self.move_to(self.rows.row(position))

    def _follow(self) -> None:
        top = self.scroll_offset.y
        if self.cursor < top:
            self.go(y=self.cursor)
        elif self.cursor >= top + self.page:
            self.go(y=self.cursor - self.page + 1)

    # ------------------------------------------------------------ folding

    def fold(self, rows: Rows | None = None) -> None:
        """Show other rows; by default fold or unfold the summary under the cursor (or the one above the task)."""
        if not self.rows.positions:
            return
        position = self.position
        if rows is None:
            if not self.model.summary[position]:
                position = self.model.parent[position]
            if position < 0:
                return
            rows = self.rows.toggled(position)
        self._set_rows(rows, position)

    def _set_rows(self, rows: Rows, position: int) -> None:
        before, self.rows = self.position, rows
        self.cursor = rows.row(position)
        self._renew(self.frame.scale)
        self.virtual_size = Size(self.virtual_size.width, len(rows) + AXIS_ROWS)
        self._follow()
        if self.position != before:
            self.post_message(self.Highlighted(self.position))

    # ------------------------------------------------------------ time

    def zoom_by(self, steps: int, x: int | None = None) -> None:
        """Zoom in (positive) or out around cell `x` of the chart, by default around the selected bar."""
        self.zoom_to(closer(self.zoom, steps, self.frame.scale.per_day), x)

    def zoom_to(self, zoom: str, x: int | None = None) -> None:
        """Choose a zoom by name (`ZOOMS` or `FIT`)."""
        if zoom == self.zoom and zoom != FIT:
            return
        scale, offset = self.frame.scale, self.scroll_offset.x
        if x is None:
            x = self.chart_width // 2
            if self.rows.positions:
                for place in (self.model.start[self.position], self.model.finish[self.position]):
                    at = scale.x(place) - offset
                    if 0 <= at < self.chart_width:
                        x = round(at)
                        break
        anchor = scale.position(offset + x)
        self.zoom = zoom
        self._rescale(anchor, x)
        self.post_message(self.Scaled(zoom))

    def scroll_cells(self, cells: int) -> None:
        """Scroll the chart sideways."""
        self.go(x=self.scroll_offset.x + cells)

    def jump(self, day: float, share: float = 0.33) -> None:
        """Scroll so that a display day stands at `share` of the chart's width."""
        if day == day:
            self.go(x=round(self.frame.scale.x(day) - self.chart_width * share))

    def jump_to_status(self) -> None:
        """Scroll to the status date."""
        self.jump(status_day_of(self.model, self.today))

    def jump_to_bar(self) -> None:
        """Scroll to the start of the selected bar."""
        if self.rows.positions:
            self.jump(self.model.start[self.position], 0.15)

    # ------------------------------------------------------------ searching

    def _matching(self) -> list[int]:
        wanted = self.search_text.casefold()
        return [i for i in range(self.model.count) if wanted in self.model.name(i).casefold()]

    def _search_again(self) -> None:
        self.search_text = self.search_text.strip()

    def search(self, text: str, start: int) -> bool:
        """Mark the tasks that match and go to the first one from `start` on; False where nothing does."""
        self.search_text = text.strip()
        self._renew(self.frame.scale)
        found = find(self.model, text, start, inclusive=True)
        if found is None:
            return not self.search_text
        self.select(found)
        return True

    def search_next(self, *, backwards: bool = False) -> bool:
        """Go to the next (or previous) match of the last search."""
        found = find(self.model, self.search_text, self.position, backwards=backwards)
        if found is None:
            return False
        self.select(found)
        return True

    # ------------------------------------------------------------ size and mouse

    def on_resize(self) -> None:
        """Fit columns and chart to the new size; the first time, look at the status date."""
        left = self.frame.scale.position(self.scroll_offset.x)
        self._rescale(left, 0)
        if not self._placed and self.size.width:
            self._placed = True
            status = status_day_of(self.model, self.today)
            inside = self.model.first <= status <= self.model.last
            self.jump(status if inside else self.model.first, 0.33 if inside else 0.05)
            self.post_message(self.Highlighted(self.position))

    def _on_splitter(self, x: int) -> bool:
        return abs(x - self.frame.columns.width + 1) <= (0 if x < self.frame.columns.width - 1 else 1)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin to drag the edge between outline and chart."""
        if event.button == 1 and self._on_splitter(event.x):
            self._dragging = True
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag the edge."""
        if self._dragging:
            width = min(max(event.x + 1, NARROWEST_NAME + 2), max(NARROWEST_NAME + 2, self.size.width - 10))
            if width != self.frame.columns.width:
                left = self.frame.scale.position(self.scroll_offset.x)
                self._outline_width = width
                self._rescale(left, 0)

    def on_mouse_up(self) -> None:
        """Let the edge go."""
        if self._dragging:
            self._dragging = False
            self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        """Select a row; on a fold mark fold it; twice, open the task."""
        row = event.y - AXIS_ROWS + self.scroll_offset.y
        if event.y < AXIS_ROWS or row >= len(self.rows) or self._on_splitter(event.x):
            return
        self.move_to(row)
        depth = self.model.depth[self.position]
        if self.model.summary[self.position] and 2 * depth <= event.x - 1 <= 2 * depth + 1:
            self.fold()
        elif event.chain == 2:
            self.post_message(self.Opened(self.position))

    def _wheel(self, event: events.MouseEvent, step: int) -> None:
        event.stop()
        event.prevent_default()
        if event.ctrl:
            over = event.x - self.frame.columns.width
            self.zoom_by(-step, over if over >= 0 else None)
        elif event.shift:
            self.scroll_cells(step * 8)
        else:
            self.go(y=self.scroll_offset.y + step * WHEEL_ROWS)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll; with ctrl zoom out, with shift scroll to the right."""
        self._wheel(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll; with ctrl zoom in, with shift scroll to the left."""
        self._wheel(event, -1)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """Scroll to the right."""
        event.stop()
        event.prevent_default()
        self.scroll_cells(8)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """Scroll to the left."""
        event.stop()
        event.prevent_default()
        self.scroll_cells(-8)


__all__ = ["FIT", "ZOOMS", "GanttView"]
