from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pm.dates import TypedDate, parse_date, relative
from pm.errors import InputError
from pm.model import instant
from pm.names import DATE_FORMATS
from pm.words import date_text

TODAY = date(2026, 1, 7)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-12", "2026-01-12"),
        ("2026-1-2", "2026-01-02"),
        ("2026/2/3", "2026-02-03"),
        ("12 Jan", "2026-01-12"),
        ("12. January", "2026-01-12"),
        ("Jan 12", "2026-01-12"),
        ("12th Jan 2027", "2027-01-12"),
        ("mon 12 jan", "2026-01-12"),
        ("Monday, 12 Jan 26", "2026-01-12"),
        ("Sept 3", "2025-09-03"),
        ("1 July", "2026-07-01"),
        ("29 feb", "2028-02-29"),
        ("12.1.2026", "2026-01-12"),
        ("12.1.", "2026-01-12"),
        ("12.1.26", "2026-01-12"),
        ("3/4/2026", "2026-04-03"),
        ("today", "2026-01-07"),
        ("Tomorrow", "2026-01-08"),
        ("yesterday", "2026-01-06"),
        ("+3d", "2026-01-10"),
        ("-2w", "2025-12-24"),
        ("in 2 months", "2026-03-07"),
        ("3 days ago", "2026-01-04"),
        ("+1y", "2027-01-07"),
        ("friday", "2026-01-09"),
        ("wed", "2026-01-14"),
        ("next friday", "2026-01-16"),
        ("next monday", "2026-01-12"),
        ("last friday", "2026-01-02"),
        ("last wednesday", "2025-12-31"),
        ("this friday", "2026-01-09"),
        ("this monday", "2026-01-05"),
        ("next week", "2026-01-14"),
        ("2026-W03", "2026-01-12"),
        ("2026-W03-5", "2026-01-16"),
        ("0001-01-01", "0001-01-01"),
        ("31.12.9999", "9999-12-31"),
    ],
)
def test_dates_that_people_type(text: str, expected: str) -> None:
    assert parse_date(text, TODAY) == TypedDate(date.fromisoformat(expected))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-12T08:00", time(8)),
        ("2026-01-12 14:30:15", time(14, 30, 15)),
        ("12 Jan at 8am", time(8)),
        ("12.1.2026 5:30 pm", time(17, 30)),
        ("monday 9:00", time(9)),
        ("12 jan 12am", time(0)),
    ],
)
def test_times_of_day(text: str, expected: time) -> None:
    assert parse_date(text, TODAY) == TypedDate(date(2026, 1, 12), expected)


def test_a_time_alone_is_today() -> None:
    assert parse_date("14:30", TODAY) == TypedDate(TODAY, time(14, 30))


@pytest.mark.parametrize(("order", "expected"), [("dmy", "2026-04-03"), ("mdy", "2026-03-04")])
def test_the_order_of_numbers(order: str, expected: str) -> None:
    assert parse_date("3/4/2026", TODAY, order).day == date.fromisoformat(expected)
    assert parse_date("3.4.2026", TODAY, order).day == date(2026, 4, 3)
    assert parse_date("2026-04-03", TODAY, order).day == date(2026, 4, 3)


def test_year_month_day() -> None:
    assert parse_date("26/4/3", TODAY, "ymd").day == date(2026, 4, 3)


@pytest.mark.parametrize(
    "text",
    ["", " ", "soon", "32 jan", "2026-13-01", "2026-02-29", "31.4.2026", "3d", "12", "march", "25:00", "12 jan 13pm", "+9999999d",
     "saturn", "someday next week", "12 o'clock", "--", "0.1.2026", "10000-01-01", "banana 12 jan", "\x00"],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_date(text, TODAY)
    assert caught.value.code == "value.date"
    assert caught.value.hint


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)), st.sampled_from(sorted(DATE_FORMATS)))
def test_every_date_we_write_is_read_again(day: date, style: str) -> None:
    text = date_text(instant(day), style)
    order = "mdy" if style == "american" else "dmy"
    if style == "day":  # without a year it is the nearest one
        day = parse_date(text, day, order).day
    assert parse_date(text, day, order).day == day


@given(st.text(max_size=20))
def test_any_text_is_a_date_or_an_error(text: str) -> None:
    try:
        found = parse_date(text, TODAY)
    except InputError:
        return
    assert isinstance(found.instant(), int)


def test_the_default_time_of_day() -> None:
    assert parse_date("12 Jan", TODAY).instant(28800) == instant("2026-01-12T08:00")
    assert parse_date("12 Jan 14:00", TODAY).instant(28800) == instant("2026-01-12T14:00")


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "today"), (1, "tomorrow"), (-1, "yesterday"), (3, "in 3 days"), (-14, "2 weeks ago"), (100, "in 3 months"),
     (-800, "2 years ago")],
)  # fmt: skip
def test_words_for_people(days: int, words: str) -> None:
    assert relative(instant(TODAY + timedelta(days)), TODAY) == words
