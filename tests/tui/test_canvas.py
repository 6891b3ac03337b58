"""The line of cells that everything is drawn on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.canvas import Canvas
from tui.text import clean

INK, PAPER, OTHER = "#ffffff", "#000000", "#123456"


def text_of(canvas: Canvas) -> str:
    return canvas.strip().text


@given(st.integers(0, 40), st.lists(st.tuples(st.integers(-20, 50), st.text(max_size=12), st.booleans()), max_size=8))
def test_a_line_stays_as_wide_as_it_is(width: int, writes: list[tuple[int, str, bool]]) -> None:
    canvas = Canvas.blank(width, INK, PAPER)
    for x, text, bold in writes:
        canvas.text(x, clean(text), INK, bold=bold, paper=OTHER if bold else None)
    strip = canvas.strip()
    assert sum(segment.cell_length for segment in strip) == width == strip.cell_length


def test_text_is_cut_at_both_ends() -> None:
    canvas = Canvas.blank(4, INK, PAPER)
    canvas.text(-2, "abcdefgh", INK)
    assert text_of(canvas) == "cdef"


def test_half_a_wide_character_becomes_a_space() -> None:
    canvas = Canvas.blank(5, INK, PAPER)
    canvas.text(-1, "倉庫倉", INK)
    assert text_of(canvas) == " 庫倉"
    canvas = Canvas.blank(4, INK, PAPER)
    canvas.text(1, "倉庫", INK)
    assert text_of(canvas) == " 倉 "


def test_writing_over_half_of_a_wide_character_blanks_the_other_half() -> None:
    canvas = Canvas.blank(6, INK, PAPER)
    canvas.text(0, "倉庫倉", INK)
    canvas.text(1, "ab", INK)
    assert text_of(canvas) == " ab 倉"


def test_blank_cells_of_one_paper_make_one_segment() -> None:
    canvas = Canvas.blank(10, INK, PAPER)
    canvas.put(0, "|", INK)
    canvas.ink[5] = OTHER
    assert len(canvas.strip()._segments) == 1
    canvas.put(5, "|", OTHER)
    assert len(canvas.strip()._segments) == 2


def test_a_glyph_outside_the_line_is_lost() -> None:
    canvas = Canvas.blank(3, INK, PAPER)
    canvas.put(-1, "x", INK)
    canvas.put(3, "x", INK)
    assert text_of(canvas) == "   "
