"""Durations, lags, predecessors, money: read as people type them, written so that they read back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pm.errors import InputError
from pm.formats import words
from pm.formats.words import Duration, Lag, Predecessor, Units
from pm.model.enums import DurationUnit, LinkType

HALF_DAYS = Units(minutes_per_day=450, minutes_per_week=2250, days_per_month=21)
DURATIONS = [u.value for u in DurationUnit if "%" not in u]
UNITS = st.builds(Units, st.integers(0, 1440), st.integers(0, 10080), st.integers(0, 31))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3d", Duration(3 * 28800)),
        ("2w", Duration(2 * 144000, "w")),
        ("4h", Duration(4 * 3600, "h")),
        ("30m", Duration(1800, "m")),
        ("1mo", Duration(20 * 28800, "mo")),
        ("5ed", Duration(5 * 86400, "ed")),
        ("1.5d?", Duration(43200, "d", True)),
        ("1d 2h", Duration(28800 + 7200)),
        ("1d2h30min", Duration(28800 + 9000)),
        (" 3 Days ", Duration(3 * 28800)),
        ("3", Duration(3 * 28800)),
        ("-2d", Duration(-2 * 28800)),
        (".5h", Duration(1800, "h")),
        ("20s", Duration(20, "m")),
        ("0d", Duration(0)),
    ],
)
def test_durations_people_type(text: str, expected: Duration) -> None:
    assert words.parse_duration(text) == expected


@pytest.mark.parametrize("text", ["", "d", "three days", "3x", "1d 2ed", "50%", "3d-2h", "1e9d", "9" * 30 + "d", "٣d?x", "--3d"])
def test_what_is_no_duration_says_how_to_write_one(text: str) -> None:
    with pytest.raises(InputError) as error:
        words.parse_duration(text)
    assert error.value.code == "value.duration"
    assert "3d" in error.value.hint


@given(st.integers(-(10**11), 10**11), st.sampled_from(DURATIONS), UNITS, st.booleans())
def test_durations_read_back_exactly(value: int, unit: str, units: Units, guess: bool) -> None:
    text = words.format_duration(value, unit, units, estimated=guess)
    assert words.parse_duration(text, units) == Duration(value, unit, guess)


def test_a_day_is_as_long_as_the_project_says() -> None:
    assert words.parse_duration("2d", HALF_DAYS).value == 2 * 450 * 60
    assert words.format_duration(2 * 450 * 60, "d", HALF_DAYS) == "2d"
    assert words.format_duration(28800, "d", HALF_DAYS) == "1d 30m"


@given(
    st.lists(
        st.builds(
            Predecessor,
            st.from_regex(r"\A(#?[1-9][0-9]{0,3}(\.[1-9]){0,2}|[A-Z]{2,5}:[0-9]{1,3}|Pour slab [0-9]|Follow-up|Process)\Z"),
            st.sampled_from([t.value for t in LinkType]),
            st.one_of(
                st.builds(Lag, st.integers(-(10**7), 10**7), st.just("working"), st.sampled_from(["m", "h", "d", "w", "mo"])),
                st.builds(Lag, st.integers(-(10**7), 10**7), st.just("elapsed"), st.sampled_from(["em", "eh", "ed", "ew"])),
                st.builds(Lag, st.integers(-20000, 20000), st.just("percent"), st.just("%")),
                st.builds(Lag, st.integers(-20000, 20000), st.just("elapsed_percent"), st.just("e%")),
            ),
        ),
        max_size=4,
    )
)
def test_predecessors_read_back(predecessors: list[Predecessor]) -> None:
    text = words.format_predecessors(predecessors)
    assert words.parse_predecessors(text) == predecessors


def test_predecessors_people_type() -> None:
    assert words.parse_predecessors("3.1SS+2d, 4FF-1ed; 5FS+50%, 6") == [
        Predecessor("3.1", "SS", Lag(57600)),
        Predecessor("4", "FF", Lag(-86400, "elapsed", "ed")),
        Predecessor("5", "FS", Lag(5000, "percent", "%")),
        Predecessor("6"),
    ]
    assert words.parse_predecessors('"Walls, inside" ss - 2 d') == [Predecessor("Walls, inside", "SS", Lag(-57600))]
    assert words.parse_predecessors("Process, Follow-up FF") == [Predecessor("Process"), Predecessor("Follow-up", "FF")]
    with pytest.raises(InputError, match="lag"):
        words.parse_predecessors("3FS+2x")


@given(st.integers(-(10**15), 10**15), st.integers(0, 4))
def test_money_reads_back(value: int, digits: int) -> None:
    assert words.parse_money(words.format_money(value, digits), digits) == value


@given(st.integers(-(10**12), 10**12))
def test_percent_and_rates_read_back(value: int) -> None:
    assert words.parse_percent(words.format_percent(value)) == value
    assert words.parse_rate(words.format_rate(value)) == value


def test_money_and_rates_people_type() -> None:
    assert words.parse_money("1 200.50 EUR", 2, "EUR") == 120050
    assert words.parse_rate("680/d") == 850000
    for text, code in (("1,200.50", "value.money"), ("1.005", "value.money"), ("nan", "value.money")):
        with pytest.raises(InputError) as error:
            words.parse_money(text)
        assert error.value.code == code
    for text in ("x", "5/x", "inf"):
        with pytest.raises(InputError):
            words.parse_rate(text)


def test_dates_in_files_are_iso() -> None:
    assert words.format_date(words.parse_date("2026-01-12T13:30")) == "2026-01-12T13:30"
    assert words.format_date(words.parse_date("2026-01-12") + 7) == "2026-01-12T00:00:07"
    for text in ("12 Jan", "20260112", "2026-13-01", ""):
        with pytest.raises(InputError, match="not a date"):
            words.parse_date(text)


@given(st.text(max_size=20))
def test_nothing_typed_is_worse_than_an_input_error(text: str) -> None:
    for parse in PARSERS:
        error = refusal(parse, text)
        assert error is None or (error.code.startswith("value.") and error.hint)


PARSERS: tuple[Callable[[str], object], ...] = (
    words.parse_duration,
    words.parse_lag,
    words.parse_predecessors,
    words.parse_percent,
    words.parse_money,
    words.parse_rate,
    words.parse_date,
)


def refusal(parse: Callable[[str], object], text: str) -> InputError | None:
    try:
        parse(text)
    except InputError as error:
        return error
    return None
