from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from pm.display import cell_width, clean, fit, table


@given(st.text())
def test_clean_text_can_do_nothing_to_a_terminal(text: str) -> None:
    for character in clean(text):
        assert unicodedata.category(character) not in ("Cc", "Zl", "Zp", "Cs")
        assert unicodedata.category(character) != "Cf" or character in "\u200c\u200d"


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_harmless_text_is_left_alone(text: str) -> None:
    assert clean(text) == text


def test_what_is_made_visible() -> None:
    assert clean("a\x1b[31m\u202eb\tc\nd\U000e0041") == "a\\x1b[31m\\u202eb\\tc\\nd\\U000e0041"


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"])), st.integers(0, 30))
def test_fitted_text_takes_exactly_its_cells(text: str, width: int) -> None:
    assert cell_width(fit(text, width)) == width
    assert cell_width(fit(text, width, right=True)) == width


@given(st.text(st.sampled_from("aé漢字한글ｱアß1 -—€Ж"), max_size=20))
def test_widths_are_those_of_the_terminal(text: str) -> None:
    assert cell_width(text) == cell_len(text)


def test_tables_align_with_wide_characters_and_give_way() -> None:
    rows = [["1", "基礎工事", "3d"], ["22", "Slab", "12d"]]
    lines = table(["#", "task", "dur"], rows, right=(2,))
    assert lines == ["#   task      dur", "1   基礎工事   3d", "22  Slab      12d"]
    narrow = table(["#", "task", "dur"], [["1", "x" * 50, "3d"]], width=20, flexible=1)
    assert narrow == ["#  task          dur", "1  xxxxxxxxxxx…  3d"]


def test_a_table_never_wraps_on_a_terminal() -> None:
    lines = table(["task", "why"], [["x" * 50, "y" * 50]], width=20)
    assert lines == ["task      why", "xxxxxxx…  yyyyyyyyy…"]
