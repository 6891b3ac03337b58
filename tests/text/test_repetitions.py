"""How often something comes back, as people type and read it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pm.errors import InputError
from pm.words import Repetition, parse_repetition, repetition_text
from pm.words.repetitions import LAST, WORKWEEK
from tests.text.repetitions import REPETITIONS


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("day", "daily", "every day", "1 days"), Repetition("day")),
        (("2 days", "other day", "every other day"), Repetition("day", 2)),
        (
            ("weekday", "workdays", "every weekday", "week on weekdays", "mon, tue, wed, thu and fri"),
            Repetition("week", 1, WORKWEEK),
        ),
        (("week", "weekly"), Repetition("week")),
        (("week on monday", "monday", "Mondays", "weekly on mon", "every week on Mon"), Repetition("week", 1, (0,))),
        (("2 weeks on mon and thu", "other week on Thursday, Monday"), Repetition("week", 2, (0, 3))),
        (("month", "monthly"), Repetition("month")),
        (("month on the 15th", "monthly on day 15", "month on 15"), Repetition("month", day=15)),
        (("3 months on the last day",), Repetition("month", 3, day=LAST)),
        (("month on the last friday", "month on last fri"), Repetition("month", weekdays=(4,), ordinal=LAST)),
        (("month on the first workday",), Repetition("month", weekdays=WORKWEEK, ordinal=1)),
        (("year on 12 march", "yearly on Mar 12th", "year on the 12th of march"), Repetition("year", day=12, month=3)),
        (("year on 29 feb",), Repetition("year", day=29, month=2)),
        (("year on the first monday of march",), Repetition("year", weekdays=(0,), ordinal=1, month=3)),
        (("year on the last day of february",), Repetition("year", day=LAST, month=2)),
    ],
)
def test_what_it_means(texts: tuple[str, ...], expected: Repetition) -> None:
    for text in texts:
        assert parse_repetition(text) == expected, text


@pytest.mark.parametrize(
    "text",
    [
        *("", "every", "fortnight", "week on", "week monday", "week on the", "week on 15", "0 days", "1000 days", "-1 days"),
        *("month on the 32nd", "month on day 0", "month on the fifth friday", "month on friday", "month on mo", "2 daily"),
        *("year on 30 february", "year on 31 june", "year on march", "year on 12", "year on monday of march", "day on monday"),
        *("week on monday on tuesday", "month on the first monday of march", "2", "other", "2 other weeks", "and", "week on and"),
        *("year on ma 12", "week on monday; friday", "² weeks", "month on the last day of march"),
    ],
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_repetition(text)
    assert caught.value.code == "value.repetition"
    assert caught.value.hint


@given(REPETITIONS)
def test_it_reads_back_as_the_same(repetition: Repetition) -> None:
    assert parse_repetition(repetition_text(repetition)) == repetition


@given(st.text(st.sampled_from("every day weeks on the last monday 123 of march and,")) | st.text())
def test_any_text_is_one_or_is_refused(text: str) -> None:
    try:
        found = parse_repetition(text)
    except InputError as error:
        assert error.code == "value.repetition"  # noqa: PT017  nothing else may be raised
    else:
        assert parse_repetition(repetition_text(found)) == found
