"""Recurring exceptions: dates worked out by hand or known to everyone, and dateutil's recurrence rules as oracle."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pm.model.enums import Recurrence
from pm.model.kinds import DAY, instant, to_datetime
from pm.worktime.recurrence import LAST_DAY, Pattern
from tests.worktime.oracle import falls_on
from tests.worktime.strategies import exceptions


def number(day: str | date) -> int:
    return instant(day) // DAY


def days(pattern: Pattern, low: str, high: str) -> list[str]:
    return [to_datetime(day * DAY).date().isoformat() for day in pattern.days(number(low), number(high)).tolist()]


def pattern(recurrence: Recurrence, start: str, finish: str | None = None, **rest: Any) -> Pattern:
    return Pattern(recurrence, number(start), LAST_DAY if finish is None else number(finish), **rest)


def test_thanksgiving_is_the_fourth_thursday_of_november() -> None:
    found = pattern(Recurrence.YEARLY_WEEKDAY, "2019-01-01", weekdays=(3,), ordinal=4, month=11)
    assert days(found, "2018-01-01", "2027-01-01") == [
        "2019-11-28", "2020-11-26", "2021-11-25", "2022-11-24", "2023-11-23", "2024-11-28", "2025-11-27", "2026-11-26",
    ]  # fmt: skip


def test_memorial_day_is_the_last_monday_of_may() -> None:
    found = pattern(Recurrence.YEARLY_WEEKDAY, "2020-01-01", weekdays=(0,), ordinal=5, month=5)
    assert days(found, "2020-01-01", "2024-12-31") == ["2020-05-25", "2021-05-31", "2022-05-30", "2023-05-29", "2024-05-27"]


def test_leap_day_and_the_thirty_first_are_passed_over_where_they_do_not_exist() -> None:
    leap = pattern(Recurrence.YEARLY_DAY, "2019-01-01", day=29, month=2)
    assert days(leap, "2019-01-01", "2030-01-01") == ["2020-02-29", "2024-02-29", "2028-02-29"]
    last = pattern(Recurrence.MONTHLY_DAY, "2026-01-01", "2026-06-30", day=31)
    assert days(last, "2026-01-01", "2027-01-01") == ["2026-01-31", "2026-03-31", "2026-05-31"]


def test_every_second_month_is_counted_from_the_start() -> None:
    found = pattern(Recurrence.MONTHLY_WEEKDAY, "2026-01-10", "2026-08-01", weekdays=(0, 1, 2, 3, 4), ordinal=1, interval=2)
    assert days(found, "2026-01-01", "2027-01-01") == ["2026-03-02", "2026-05-01", "2026-07-01"]


def test_every_second_week_is_counted_from_the_week_of_the_start() -> None:
    found = pattern(Recurrence.WEEKLY, "2026-01-07", "2026-02-10", weekdays=(4, 0), interval=2)
    assert days(found, "2026-01-01", "2027-01-01") == ["2026-01-09", "2026-01-19", "2026-01-23", "2026-02-02", "2026-02-06"]


def test_occurrences_are_counted_from_the_start_even_where_only_later_days_are_asked_for() -> None:
    found = pattern(Recurrence.DAILY, "2026-01-01", interval=3, occurrences=4)
    assert days(found, "2026-01-05", "2027-01-01") == ["2026-01-07", "2026-01-10"]


def test_a_holiday_without_an_end_reaches_the_year_9999() -> None:
    found = pattern(Recurrence.YEARLY_DAY, "2026-01-01", day=25, month=12)
    assert days(found, "9999-01-01", "9999-12-31") == ["9999-12-25"]


@pytest.mark.parametrize("recurrence", list(Recurrence))
def test_nothing_before_the_start_or_after_the_finish(recurrence: Recurrence) -> None:
    found = pattern(recurrence, "2026-03-10", "2026-03-20", weekdays=tuple(range(7)), day=15, month=3)
    assert all("2026-03-10" <= day <= "2026-03-20" for day in days(found, "2000-01-01", "2100-01-01"))


@settings(max_examples=60, deadline=None)
@given(exceptions(), st.integers(-10, 60), st.integers(1, 40))
def test_any_recurrence_against_dateutil(row: dict[str, Any], offset: int, length: int) -> None:
    low = row["start"] + timedelta(days=offset)
    asked = [low + timedelta(days=i) for i in range(length)]
    values = {name: row[name] for name in ("interval", "ordinal", "day", "month", "occurrences")}
    found = Pattern(
        Recurrence(row["recurrence"]), number(row["start"]), number(row["finish"]), weekdays=tuple(row["weekdays"]), **values
    )
    assert found.days(number(asked[0]), number(asked[-1]) + 1).tolist() == [number(d) for d in asked if falls_on(row, d)]
