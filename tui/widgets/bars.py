"""One-line bars: the header, the strip of details, the keys. They are drawn from runs of text that name their colours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from textual.strip import Strip
from textual.widget import Widget

from tui.canvas import Canvas
from tui.text import fit, width_of
from tui.widgets.gantt.frame import Look


class Run(NamedTuple):
    """Text in one colour, named by what it means in the palette."""

    text: str
    ink: str = "text"
    bold: bool = False


def runs_width(runs: Iterable[Run]) -> int:
    """Return how many cells runs of text take."""
    return sum(width_of(run.text) for run in runs)


class Bar(Widget):
    """Base of the bars: draws `lines` of runs on the panel's colour.

    Args:
        look: Colours and characters.
        height: Lines it takes.
    """

    ALLOW_SELECT = False
    paper = "panel"

    def __init__(self, look: Look, height: int = 1, *, widget_id: str | None = None) -> None:
        super().__init__(id=widget_id)
        self.look = look
        self.styles.height = height
        self.lines: list[list[Run]] = []

    def show(self, lines: Sequence[Sequence[Run]]) -> None:
        """Show other lines; nothing happens where they are the same."""
        listed = [list(line) for line in lines]
        if listed != self.lines:
            self.lines = listed
            self.refresh()

    def set_look(self, look: Look) -> None:
        """Show the same in other colours or characters."""
        self.look = look
        self.refresh()

    def draw(self, canvas: Canvas, x: int, runs: Iterable[Run], end: int | None = None) -> int:
        """Write runs from cell `x` to `end` and return the cell after them; what does not fit ends in an ellipsis."""
        palette, ellipsis = self.look.palette, self.look.glyphs.ellipsis
        last = canvas.width - 1 if end is None else end
        for text, ink, bold in runs:
            room = last - x
            if room <= 0:
                break
            x = canvas.text(x, fit(text, room, ellipsis), getattr(palette, ink), bold=bold)
        return x

    def canvas(self) -> Canvas:
        """Return an empty line."""
        palette = self.look.palette
        return Canvas.blank(self.size.width, palette.text, getattr(palette, self.paper))

    def render_line(self, y: int) -> Strip:
        """Return line `y`."""
        canvas = self.canvas()
        if y < len(self.lines):
            self.draw(canvas, 1, self.lines[y])
        return canvas.strip()


class HeaderBar(Bar):
    """Where am I, and at the right the facts about the whole, as many as there is room for."""

    def __init__(self, look: Look, *, widget_id: str | None = None) -> None:
        super().__init__(look, widget_id=widget_id)
        self.chips: list[list[Run]] = []
        self.note = ""

    def show_facts(self, where: Sequence[Run], chips: Sequence[Sequence[Run]], note: str = "") -> None:
        """Show where the reader is and facts, the most important first; `note` only where it fits as a whole."""
        if note != self.note:
            self.note = note
            self.refresh()
        listed = [list(chip) for chip in chips]
        if listed != self.chips:
            self.chips = listed
            self.refresh()
        self.show([where])

    def render_line(self, y: int) -> Strip:
        """Return the only line."""
        canvas = self.canvas()
        where = self.lines[0] if self.lines else []
        chips = list(self.chips)
        least = min(runs_width(where), max(24, canvas.width * 2 // 5))
        while chips and sum(map(runs_width, chips)) + 3 * len(chips) + least + 1 > canvas.width:
            chips.pop()
        x = canvas.width - 1 - sum(map(runs_width, chips)) - 3 * max(0, len(chips) - 1)
        at = self.draw(canvas, 1, where, x - 2 if chips else None)
        if self.note and at + 3 + width_of(self.note) < x - 2:
            self.draw(canvas, at + 3, [Run(self.note, "hint")])
        for chip in chips:
            x = self.draw(canvas, x, chip, canvas.width) + 3
        return canvas.strip()


class KeyBar(Bar):
    """The keys that do something here, as many as there is room for, and at the right how to find the others."""

    paper = "background"

    def __init__(self, look: Look, *, widget_id: str | None = None) -> None:
        super().__init__(look, widget_id=widget_id)
        self.keys: list[tuple[str, str]] = []
        self.last: tuple[str, str] = ("", "")

    def show_keys(self, keys: Sequence[tuple[str, str]], last: tuple[str, str]) -> None:
        """Show pairs of key and word, the most important first; `last` always stands at the right."""
        if (list(keys), last) != (self.keys, self.last):
            self.keys, self.last = list(keys), last
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return the only line."""
        canvas = self.canvas()
        tail = [Run(self.last[0], "key", True), Run(f" {self.last[1]}", "text")]
        end = canvas.width - runs_width(tail) - 3
        x = 1
        for key, word in self.keys:
            runs = [Run(key, "key", True), Run(f" {word}", "text")]
            if x + runs_width(runs) > end - 1:
                break
            x = self.draw(canvas, x, runs) + 2
        if end > 0:
            canvas.put(end, self.look.glyphs.line, self.look.palette.rule)
            self.draw(canvas, end + 2, tail)
        return canvas.strip()
