"""Names, dates and durations as they are shown."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui import text as shown
from tui.text import cells, clean, fit, pad, percent_text, short_span_text, span_text, width_of

DAY = 8 * 3600
HOSTILE = "\x1b[31mred\x1b[0m [bold]x[/] \u202eevil\u202c \u200bzero\x07\r\n"


@given(st.text())
def test_clean_text_holds_nothing_that_acts(name: str) -> None:
    safe = clean(name)
    assert not [c for c in safe if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


@given(st.text())
def test_clean_is_idempotent(name: str) -> None:
    assert clean(clean(name)) == clean(name)


def test_hostile_names_are_written_out() -> None:
    assert clean(HOSTILE) == "\\x1b[31mred\\x1b[0m [bold]x[/] \\u202eevil\\u202c \\u200bzero\\x07\\r\\n"


@given(st.text())
def test_cells_are_as_many_as_the_terminal_uses(name: str) -> None:
    safe = clean(name)
    assert cell_len("".join(cells(safe))) == len(cells(safe))
    assert len(cells(safe)) == width_of(safe)


@given(st.text(), st.integers(0, 40))
def test_fitted_text_never_takes_more_than_its_room(name: str, room: int) -> None:
    safe = clean(name)
    cut = fit(safe, room)
    assert width_of(cut) <= room
    assert (cut == safe) == (width_of(safe) <= room)


@given(st.text(max_size=10), st.booleans())
def test_padded_text_takes_exactly_its_room(name: str, right: bool) -> None:
    assert width_of(pad(clean(name), 60, right=right)) == 60


def test_a_finish_at_midnight_belongs_to_the_day_before() -> None:
    assert shown.day_of(86400, finish=True) == 0
    assert shown.day_of(86400) == 1
    assert shown.day_of(86401, finish=True) == 1


def test_days_outside_the_calendar_are_kept_inside_it() -> None:
    assert shown.long_day_text(10**9) == "31 Dec 9999"
    assert shown.long_day_text(-(10**9)) == "01 Jan 1"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0d"),
        (DAY, "1d"),
        (12 * DAY // 8 * 8, "12d"),
        (DAY + DAY // 2, "1.5d"),
        (-2 * DAY, "−2d"),
        (3600, "1h"),
        (1800, "30m"),
    ],
)
def test_spans_of_work(seconds: int, text: str) -> None:
    assert span_text(seconds, DAY) == text


def test_a_positive_span_shows_its_sign_where_asked() -> None:
    assert span_text(DAY, DAY, sign=True) == "+1d"
    assert span_text(0, DAY, sign=True) == "0d"


def test_a_long_span_loses_its_fraction() -> None:
    assert short_span_text(934 * DAY + DAY // 2 - 3600, DAY, 5) == "934d"


@given(st.integers(1, 10_000))
def test_only_what_is_complete_reads_100(value: int) -> None:
    assert (percent_text(value) == "100%") == (value == 10_000)
    assert percent_text(value) != "0%"
