"""Single bars, brackets and tails, cell by cell."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.looks import PLAIN, TYPED
from tui.canvas import Canvas
from tui.theme import DARK
from tui.widgets.gantt.bars import BarPainter, Inks

INKS = Inks(DARK.normal, DARK.normal_rest)
BARS = BarPainter(PLAIN.palette, PLAIN.glyphs)
PAPER = DARK.background


def line(width: int = 12) -> Canvas:
    return Canvas.blank(width, DARK.grid, PAPER)


def bar(a: float, b: float, share: float = 0.0, width: int = 12) -> Canvas:
    canvas = line(width)
    BARS.bar(canvas, a, b, share, INKS)
    return canvas


def papers(canvas: Canvas) -> str:
    return "".join({PAPER: ".", INKS.done: "D", INKS.rest: "r"}.get(p, "?") for p in canvas.paper)


def test_whole_cells_have_a_foot() -> None:
    canvas = bar(2, 6)
    assert "".join(canvas.glyphs) == "  ▁▁▁▁      "
    assert papers(canvas) == "..rrrr......"
    assert canvas.ink[2] == PAPER


def test_edges_fall_on_eighths() -> None:
    canvas = bar(2.25, 5.5)
    assert "".join(canvas.glyphs) == "  ▎▁▁▌      "
    assert papers(canvas) == "..rrr......."
    assert (canvas.ink[2], canvas.ink[5]) == (PAPER, INKS.rest)


def test_an_eighth_beside_a_cell_edge_goes_to_it() -> None:
    assert "".join(bar(2.1, 5.9).glyphs) == "".join(bar(2, 6).glyphs)


def test_what_is_done_is_brighter_and_may_end_inside_a_cell() -> None:
    canvas = bar(0, 8, 0.5)
    assert papers(canvas) == "DDDDrrrr...."
    canvas = bar(0, 8, 0.5625)
    assert papers(canvas) == "DDDDrrrr...."
    assert canvas.glyphs[4] == "▌"
    assert canvas.ink[4] == INKS.done
    assert papers(bar(0, 4, 1.0)) == "DDDD........"


def test_the_shortest_bar_is_half_a_cell() -> None:
    assert "".join(bar(3, 3.01).glyphs) == "   ▌        "
    assert "".join(bar(3.3, 3.4).glyphs).strip() != ""


@given(st.floats(-1e12, 1e12), st.floats(0, 1e12), st.floats(0, 1), st.integers(0, 30))
def test_any_bar_leaves_the_line_as_wide_as_it_was(a: float, length: float, share: float, width: int) -> None:
    for look in (PLAIN, TYPED):
        painter = BarPainter(look.palette, look.glyphs)
        canvas = line(width)
        painter.bar(canvas, a, a + length, share, INKS)
        painter.summary(canvas, a, a + length, share, INKS)
        painter.baseline(canvas, a, a + length, line(width))
        painter.slack(canvas, a, a + length)
        assert len(canvas.glyphs) == len(canvas.ink) == len(canvas.paper) == len(canvas.bold) == width


@given(st.floats(0, 12), st.floats(0, 12))
def test_a_bar_covers_its_cells_and_no_others(a: float, b: float) -> None:
    first, last = sorted((a, b))
    canvas = bar(first, last)
    touched = {i for i in range(12) if canvas.glyphs[i] != " " or canvas.paper[i] != PAPER}
    assert touched <= set(range(math.floor(first + 0.1), math.ceil(max(last + 0.2, first + 0.7))))
    assert touched >= set(range(math.ceil(first), math.floor(last)))


@pytest.mark.parametrize(
    ("a", "b", "drawn"), [(2, 8, "  ▛▀▀▀▀▜    "), (-3, 4, "▀▀▀▜        "), (5, 5, "     ▜      "), (9, 99, "         ▛▀▀")]
)
def test_brackets(a: float, b: float, drawn: str) -> None:
    canvas = line()
    BARS.summary(canvas, a, b, 0.5, INKS)
    assert "".join(canvas.glyphs) == drawn


def test_the_baseline_runs_under_the_bar_and_beside_it() -> None:
    canvas = bar(4, 8)
    BARS.baseline(canvas, 2, 6, line())
    assert "".join(canvas.glyphs) == "  ▂▂▂▂▁▁    "
    assert canvas.ink[2] == canvas.ink[5] == DARK.baseline
    assert papers(canvas) == "....rrrr...."


def test_slack_is_a_tail_to_the_latest_finish() -> None:
    canvas = bar(0, 4)
    BARS.slack(canvas, 4, 9)
    assert "".join(canvas.glyphs) == "▁▁▁▁╌╌╌╌╴   "


def test_the_status_line_tints_bars_only() -> None:
    canvas = bar(2, 6)
    BARS.status(canvas, 3, line())
    BARS.status(canvas, 8, line())
    assert papers(canvas) == "..r?rr......"
