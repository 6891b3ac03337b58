"""Folding, and finding tasks by name."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.tui.looks import atlas_model
from tui.widgets.gantt.rows import Rows, find

MODEL = atlas_model()
SUMMARIES = [MODEL.ids[i] for i in MODEL.plan.outline.summaries]
NUMBERS = MODEL.numbers


def at(number: str) -> int:
    return NUMBERS.index(number)


@given(st.frozensets(st.sampled_from(SUMMARIES)))
def test_a_row_is_shown_unless_a_summary_above_is_folded(folded: frozenset[int]) -> None:
    rows = Rows(MODEL, folded)
    expected = [i for i in range(MODEL.count) if not any(MODEL.ids[above] in folded for above in MODEL.plan.outline.ancestors(i))]
    assert rows.positions == expected


@given(st.frozensets(st.sampled_from(SUMMARIES)), st.integers(0, MODEL.count - 1))
def test_a_hidden_task_stands_for_the_folded_summary_above(folded: frozenset[int], position: int) -> None:
    rows = Rows(MODEL, folded)
    shown = rows.positions[rows.row(position)]
    assert shown == position or shown in MODEL.plan.outline.ancestors(position)
    assert rows.revealing(position).positions.count(position) == 1


def test_folding_to_levels() -> None:
    rows = Rows(MODEL)
    assert [NUMBERS[i] for i in rows.all_folded().positions] == ["1", "2", "3", "4", "5"]
    assert {NUMBERS[i].count(".") for i in rows.to_level(2).positions} == {0, 1}
    assert len(rows.to_level(6)) == len(rows.all_folded().unfolded()) == MODEL.count


def test_toggling_a_leaf_changes_nothing() -> None:
    rows = Rows(MODEL)
    assert rows.toggled(at("1.1")) is rows
    assert rows.toggled(at("1")).toggled(at("1")).positions == rows.positions


def test_searching_goes_round_and_both_ways() -> None:
    first, second, load = at("4.1"), at("4.4"), at("4.2")
    assert find(MODEL, "test cycle", 0) == first
    assert find(MODEL, "TEST CYCLE", first) == second
    assert find(MODEL, "test cycle", second) == first
    assert find(MODEL, "test cycle", first, backwards=True) == second
    assert find(MODEL, "test", first, inclusive=True) == first
    assert find(MODEL, "test", first) == load
    assert find(MODEL, "3.2.1", 0) == at("3.2.1")
    assert find(MODEL, "no such thing", 0) is None
    assert find(MODEL, "  ", 0) is None
