"""A line of cells to draw on, and the turning of cells into what Textual shows."""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.text import cells


@lru_cache(maxsize=8192)
def style_of(ink: str, paper: str, bold: bool) -> Style:
    """Return the style of one foreground and one background colour."""
    return Style(color=ink, bgcolor=paper, bold=bold)


class Canvas:
    """One line of cells: a glyph, its ink (foreground), its paper (background) and whether it is bold.

    The four lists always have the same length; painters may assign slices of them for speed.
    """

    __slots__ = ("bold", "glyphs", "ink", "paper", "width")

    def __init__(self, glyphs: list[str], ink: list[str], paper: list[str], bold: list[bool]) -> None:
        self.glyphs = glyphs
        self.ink = ink
        self.paper = paper
        self.bold = bold
        self.width = len(glyphs)

    @classmethod
    def blank(cls, width: int, ink: str, paper: str) -> Canvas:
        """Return an empty line."""
        width = max(0, width)
        return cls([" "] * width, [ink] * width, [paper] * width, [False] * width)

    def copy(self) -> Canvas:
        """Return a line with the same cells."""
        return Canvas(self.glyphs[:], self.ink[:], self.paper[:], self.bold[:])

    def put(self, x: int, glyph: str, ink: str, *, bold: bool = False) -> None:
        """Put a one-cell glyph on the paper that is there; outside the line it is lost."""
        if 0 <= x < self.width:
            self.glyphs[x] = glyph
            self.ink[x] = ink
            self.bold[x] = bold

    def text(self, x: int, text: str, ink: str, *, bold: bool = False, paper: str | None = None) -> int:
        """Write clean `text` from cell `x` and return the cell after it. What lies outside the line is lost."""
        found = cells(text)
        end = x + len(found)
        left, right = max(x, 0), min(end, self.width)
        if right <= left:
            return end
        shown = found[left - x : right - x]
        if shown[0] == "":
            shown[0] = " "
        if right < end and found[right - x] == "":
            shown[-1] = " "
        self._mend(left, right)
        count = right - left
        self.glyphs[left:right] = shown
        self.ink[left:right] = [ink] * count
        self.bold[left:right] = [bold] * count
        if paper is not None:
            self.paper[left:right] = [paper] * count
        return end

    def _mend(self, left: int, right: int) -> None:
        """Blank the halves of wide characters that writing over ``left:right`` would leave."""
        if self.glyphs[left] == "" and left:
            self.glyphs[left - 1] = " "
        if right < self.width and self.glyphs[right] == "":
            self.glyphs[right] = " "

    def segments(self) -> list[Segment]:
        """Return the cells as runs of one style each."""
        found: list[Segment] = []
        width = self.width
        if not width:
            return found
        ink, paper, bold, glyphs = self.ink, self.paper, self.bold, self.glyphs
        start = 0
        last_ink, last_paper, last_bold = ink[0], paper[0], bold[0]
        for i in range(1, width):
            if paper[i] != last_paper or ink[i] != last_ink or bold[i] != last_bold:
                if glyphs[i] == " " and paper[i] == last_paper:
                    continue
                if text := "".join(glyphs[start:i]):
                    found.append(Segment(text, style_of(last_ink, last_paper, last_bold)))
                start = i
                last_ink, last_paper, last_bold = ink[i], paper[i], bold[i]
        if text := "".join(glyphs[start:]):
            found.append(Segment(text, style_of(last_ink, last_paper, last_bold)))
        return found

    def strip(self) -> Strip:
        """Return the line as a strip."""
        return Strip(self.segments(), self.width)
