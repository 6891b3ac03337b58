"""Bars, brackets, diamonds and tails on a line of cells. All places are cells, with fractions, from the line's left edge."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tui.canvas import Canvas
from tui.glyphs import Glyphs
from tui.theme import Palette, mix

_FAR = 1 << 20


def clamp(x: float) -> float:
    """Keep a place that may be centuries away within what integers of cells can hold; NaN goes far to the left."""
    return min(max(x, -_FAR), _FAR) if x == x else -_FAR


def _eighths(x: float) -> int:
    """Return a place in eighths of a cell. What lies within an eighth of a cell's edge goes there, because an edge inside a
    cell has no foot like the whole cells beside it and so draws the eye."""
    whole, part = divmod(round(clamp(x) * 8), 8)
    return whole * 8 + (0 if part == 1 else 8 if part == 7 else part)


@dataclass(frozen=True)
class Inks:
    """The two tones of a bar: what is done and what remains."""

    done: str
    rest: str


class BarPainter:
    """Draws the parts of a row on a canvas that already holds the grid.

    Args:
        palette, glyphs: How things look.
    """

    def __init__(self, palette: Palette, glyphs: Glyphs) -> None:
        self.palette = palette
        self.glyphs = glyphs

    def bar(self, canvas: Canvas, a: float, b: float, share: float, inks: Inks) -> None:
        """Draw a bar over ``[a, b)`` whose first `share` (0 to 1) is done; edges fall on eighths of a cell."""
        if not self.glyphs.eighths:
            self._plain_bar(canvas, a, b, share, inks)
            return
        a8, b8 = _eighths(a), _eighths(b)
        b8 = max(b8, a8 + 4)
        p8 = round(a8 + (b8 - a8) * share)
        first, last = -(-a8 // 8), b8 // 8
        left, right = max(first, 0), min(last, canvas.width)
        if left < right:
            paper = canvas.paper[left:right]
            split = min(max(-(-p8 // 8), left), right)
            canvas.glyphs[left:right] = [self.glyphs.gap] * (right - left)
            canvas.ink[left:right] = paper
            canvas.paper[left:split] = [inks.done] * (split - left)
            canvas.paper[split:right] = [inks.rest] * (right - split)
        self._edges(canvas, a8, b8, p8, inks)
        cell, part = divmod(p8, 8)
        if part and first <= cell < last and left <= cell < right:
            canvas.glyphs[cell] = self.glyphs.eighths[part]
            canvas.ink[cell], canvas.paper[cell] = inks.done, inks.rest

    def _edges(self, canvas: Canvas, a8: int, b8: int, p8: int, inks: Inks) -> None:
        eighths = self.glyphs.eighths
        cell, part = divmod(a8, 8)
        end, tail = divmod(b8, 8)
        if part and cell == end:  # the whole bar lies inside one cell
            canvas.put(cell, eighths[tail - part], inks.done if p8 > a8 else inks.rest)
            return
        if part and 0 <= cell < canvas.width:
            ink = canvas.paper[cell]
            canvas.glyphs[cell] = eighths[part]
            canvas.ink[cell] = ink
            canvas.paper[cell] = inks.done if p8 > a8 else inks.rest
        if tail:
            canvas.put(end, eighths[tail], inks.done if p8 >= b8 else inks.rest)

    def _plain_bar(self, canvas: Canvas, a: float, b: float, share: float, inks: Inks) -> None:
        first = math.floor(clamp(a) + 0.5)
        last = max(first + 1, math.floor(clamp(b) + 0.5))
        split = first + round((last - first) * share)
        for low, high, glyph, ink in (
            (first, split, self.glyphs.bar_done, inks.done),
            (split, last, self.glyphs.bar_rest, mix(inks.rest, inks.done, 0.5)),
        ):
            left, right = max(low, 0), min(high, canvas.width)
            if left < right:
                canvas.glyphs[left:right] = [glyph] * (right - left)
                canvas.ink[left:right] = [ink] * (right - left)

    def summary(self, canvas: Canvas, a: float, b: float, share: float, inks: Inks) -> None:
        """Draw the bracket of a summary over ``[a, b)``."""
        first = math.floor(clamp(a) + 0.5)
        last = max(first + 1, math.floor(clamp(b) + 0.5))
        split = min(first + round((last - first) * share), last)
        left, right = max(first, 0), min(last, canvas.width)
        if left >= right:
            return
        split = min(max(split, left), right)
        canvas.glyphs[left:right] = [self.glyphs.summary] * (right - left)
        canvas.ink[left:split] = [inks.done] * (split - left)
        canvas.ink[split:right] = [inks.rest] * (right - split)
        if last <= canvas.width:
            canvas.glyphs[last - 1] = self.glyphs.summary_right
        if first >= 0 and last - first > 1:
            canvas.glyphs[first] = self.glyphs.summary_left

    def baseline(self, canvas: Canvas, a: float, b: float, grid: Canvas) -> None:
        """Draw the ghost of the baseline under and beside what is on the line; `grid` is the line without it."""
        first = math.floor(clamp(a) + 0.5)
        last = max(first + 1, math.floor(clamp(b) + 0.5))
        ghost, gap, blank = self.glyphs.ghost, self.glyphs.gap, (" ", self.glyphs.line)
        for x in range(max(first, 0), min(last, canvas.width)):
            bare = canvas.paper[x] == grid.paper[x]
            if canvas.glyphs[x] == gap if not bare else canvas.glyphs[x] in blank:
                canvas.glyphs[x] = ghost
                canvas.ink[x] = self.palette.baseline

    def slack(self, canvas: Canvas, a: float, b: float) -> None:
        """Draw the tail from a finish at `a` to the latest finish at `b`."""
        first, last = math.ceil(clamp(a) - 1e-6), math.floor(clamp(b) + 0.5)
        blank = (" ", self.glyphs.line)
        for x in range(max(first, 0), min(last, canvas.width)):
            if canvas.glyphs[x] in blank:
                canvas.glyphs[x] = self.glyphs.slack if x + 1 < last else self.glyphs.slack_end
                canvas.ink[x] = self.palette.slack

    def status(self, canvas: Canvas, x: int, grid: Canvas) -> None:
        """Tint the bar under the status line; on empty cells the grid holds the line already."""
        if 0 <= x < canvas.width and canvas.paper[x] != grid.paper[x]:
            canvas.paper[x] = mix(canvas.paper[x], self.palette.today, 0.45)
