"""A scrolling widget that keeps the very strips it drew.

Textual's own line cache wraps every line anew when a widget scrolls, which throws away the terminal codes already worked
out for it. A `LineView` hands out the strips its subclass keeps, so that a line that only moved costs next to nothing.
It takes no border or padding, and no keys of its own: the screen says what keys do.
"""

from __future__ import annotations

from typing import ClassVar

from textual.filter import ANSIToTruecolor
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBarRender
from textual.strip import Strip


class WholeCells(ScrollBarRender):
    """Scroll bars whose ends fall on whole cells: only spaces are drawn."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * 8


class LineView(ScrollView, can_focus=True, inherit_bindings=False):
    """Base of the widgets that draw by line; subclasses implement and cache `render_line`."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    LineView {
        background: $pm-background;
        scrollbar-size: 1 1;
        scrollbar-color: $pm-rule;
        scrollbar-color-hover: $pm-faint;
        scrollbar-color-active: $pm-faint;
        scrollbar-background: $pm-background;
        scrollbar-background-hover: $pm-background;
        scrollbar-background-active: $pm-background;
        scrollbar-corner-color: $pm-background;
    }
    """

    def go(self, *, x: int | None = None, y: int | None = None) -> None:
        """Scroll at once, as far as there is something to see, whether or not scroll bars are shown yet."""
        self.scroll_to(x=x, y=y, animate=False, force=True)
        # A bar that is not shown yet does not follow by itself.
        self.horizontal_scrollbar.position, self.vertical_scrollbar.position = self.scroll_x, self.scroll_y

    @property
    def view_size(self) -> Size:
        """What is seen of the widget beside its scroll bars."""
        return self.scrollable_content_region.size

    def plain_scroll_bars(self) -> None:
        """Draw the scroll bars with spaces only, for terminals that show other characters two cells wide."""
        for bar in (self.horizontal_scrollbar, self.vertical_scrollbar):
            bar.renderer = WholeCells  # type: ignore[misc]

    def prepare(self) -> None:
        """Called once before lines are drawn: the place for what all of them need."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the visible lines of `crop`, each as wide as `view_size`."""
        self.prepare()
        render_line = self.render_line
        strips = [render_line(y) for y in crop.line_range]
        # Our colours are true colours already; only what takes colour away (NO_COLOR) or dims has work to do.
        filters = [f for f in self.get_line_filters() if not isinstance(f, ANSIToTruecolor)]
        if filters:
            background = self.background_colors[1]
            for line_filter in filters:
                strips = [strip.apply_filter(line_filter, background) for strip in strips]
        left, right = crop.column_span
        if left > 0 or right < self.size.width:
            strips = [strip.crop(left, right) for strip in strips]
        return strips
