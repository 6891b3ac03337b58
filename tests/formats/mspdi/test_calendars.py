"""Calendars: weeks, exceptions old and new, recurrences, nights."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pm.formats.mspdi import write
from pm.formats.mspdi.calendars import Pattern, read_pattern, write_pattern
from pm.model import Plan, instant
from pm.model.kinds import DAY
from pm.worktime import Calendars
from tests.formats.mspdi.documents import document, read_text, task

EIGHT_TO_FIVE = "<WorkingTimes><WorkingTime><FromTime>08:00:00</FromTime><ToTime>17:00:00</ToTime></WorkingTime></WorkingTimes>"


def calendar(inside: str) -> str:
    return f"<Calendar><UID>1</UID><Name>Site</Name><IsBaseCalendar>1</IsBaseCalendar>{inside}</Calendar>"


def plan_with(inside: str) -> Plan:
    result = read_text(document([task(1)], calendars=calendar(inside)))
    assert not result.problems
    return result.plan


def exception(kind: int, first: str, last: str, more: str = "", working: str = "<DayWorking>0</DayWorking>") -> str:
    period = f"<TimePeriod><FromDate>{first}T00:00:00</FromDate><ToDate>{last}T23:59:00</ToDate></TimePeriod>"
    return f"<Exception>{period}<Name>Off</Name><Type>{kind}</Type>{more}{working}</Exception>"


def days_off(plan: Plan, first: str, last: str) -> list[str]:
    """The days of a stretch on which nobody works though the week says so."""
    work = Calendars(plan).get(1)
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    found = []
    while day <= end:
        if day.weekday() < 5 and not work.day_shifts(instant(day)):
            found.append(day.isoformat())
        day += timedelta(days=1)
    return found


def test_a_week_of_shifts() -> None:
    night = (
        "<WorkingTimes><WorkingTime><FromTime>00:00:00</FromTime><ToTime>03:00:00</ToTime></WorkingTime>"
        "<WorkingTime><FromTime>23:00:00</FromTime><ToTime>00:00:00</ToTime></WorkingTime><WorkingTime/></WorkingTimes>"
    )
    whole = "<WorkingTimes><WorkingTime><FromTime>00:00:00</FromTime><ToTime>00:00:00</ToTime></WorkingTime></WorkingTimes>"
    days = (
        "<WeekDay><DayType>1</DayType><DayWorking>0</DayWorking></WeekDay>"
        f"<WeekDay><DayType>2</DayType><DayWorking>1</DayWorking>{night}</WeekDay>"
        f"<WeekDay><DayType>3</DayType><DayWorking>1</DayWorking>{whole}</WeekDay>"
        "<WeekDay><DayType>4</DayType><DayWorking>1</DayWorking></WeekDay>"
    )
    week = plan_with(f"<WeekDays>{days}</WeekDays>").calendars[1].week
    assert week == [
        [[0, 10800], [82800, 86400]],
        [[0, 86400]],
        [[28800, 43200], [46800, 61200]],
        None,
        None,
        None,
        [],
    ]


def test_days_given_twice_count_once() -> None:
    old = (
        "<WeekDay><DayType>0</DayType><DayWorking>0</DayWorking><TimePeriod><FromDate>2026-05-01T00:00:00</FromDate>"
        "<ToDate>2026-05-01T23:59:59</ToDate></TimePeriod></WeekDay>"
    )
    other = old.replace("2026-05-01", "2026-06-04")
    plan = plan_with(f"<WeekDays>{old}{other}</WeekDays><Exceptions>{exception(1, '2026-05-01', '2026-05-01')}</Exceptions>")
    assert [e.start for e in plan.calendar_exceptions] == [instant("2026-05-01"), instant("2026-06-04")]
    assert days_off(plan, "2026-05-01", "2026-06-30") == ["2026-05-01", "2026-06-04"]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (exception(1, "2026-04-03", "2026-04-06"), ["2026-04-03", "2026-04-06"]),
        (exception(7, "2026-01-05", "2026-01-16", "<Period>3</Period>"), ["2026-01-05", "2026-01-08", "2026-01-14"]),
        (exception(6, "2026-01-05", "2026-01-31", "<Period>2</Period><DaysOfWeek>36</DaysOfWeek>"),
         ["2026-01-06", "2026-01-09", "2026-01-20", "2026-01-23"]),
        (exception(4, "2026-01-01", "2026-06-30", "<Period>2</Period><MonthDay>15</MonthDay>"), ["2026-01-15", "2026-05-15"]),
        (exception(5, "2026-01-01", "2026-03-31", "<Period>1</Period><MonthItem>4</MonthItem><MonthPosition>4</MonthPosition>"),
         ["2026-01-26", "2026-02-23", "2026-03-30"]),
        (exception(5, "2026-01-01", "2026-02-28", "<Period>1</Period><MonthItem>1</MonthItem><MonthPosition>0</MonthPosition>"),
         ["2026-01-01", "2026-02-02"]),
        (exception(2, "2026-01-01", "2028-12-31", "<Month>11</Month><MonthDay>24</MonthDay>"), ["2026-12-24", "2027-12-24"]),
        (exception(3, "2026-01-01", "2027-12-31", "<Month>4</Month><MonthItem>4</MonthItem><MonthPosition>0</MonthPosition>"),
         ["2026-05-04", "2027-05-03"]),
        (exception(8, "2026-01-05", "2026-01-16", "<Period>4</Period>"), ["2026-01-05", "2026-01-09", "2026-01-15"]),
        (exception(6, "2026-01-05", "2026-12-31",
                   "<EnteredByOccurrences>1</EnteredByOccurrences><Occurrences>2</Occurrences><DaysOfWeek>2</DaysOfWeek>"),
         ["2026-01-05", "2026-01-12"]),
    ],
    ids=["range", "days", "weeks", "month day", "last", "first", "year day", "year weekday", "weekdays", "occurrences"],
)  # fmt: skip
def test_recurring_exceptions(entry: str, expected: list[str]) -> None:
    plan = plan_with(f"<Exceptions>{entry}</Exceptions>")
    assert days_off(plan, "2026-01-01", "2028-12-20") == expected
    # Written without the text it came with, it still means the same.
    fresh = Plan({**plan.tables, "calendars": plan.calendars.changed({1: {"extra": None}})})
    again = read_text(write(fresh, None))
    assert not again.problems
    assert days_off(again.plan, "2026-01-01", "2028-12-20") == expected


def test_a_work_week_replaces_the_usual_one() -> None:
    week = (
        "<WorkWeek><TimePeriod><FromDate>2026-07-06T00:00:00</FromDate><ToDate>2026-07-12T23:59:00</ToDate></TimePeriod>"
        "<Name>Shutdown</Name><WeekDays><WeekDay><DayType>2</DayType><DayWorking>0</DayWorking></WeekDay></WeekDays></WorkWeek>"
    )
    plan = plan_with(f"<WorkWeeks>{week}</WorkWeeks>")
    assert days_off(plan, "2026-06-29", "2026-07-31") == ["2026-07-06"]


def test_an_edited_calendar_is_written_anew_and_an_untouched_one_is_not() -> None:
    odd = f"<WeekDays><WeekDay><DayWorking>1</DayWorking><DayType>7</DayType>{EIGHT_TO_FIVE}</WeekDay></WeekDays>"
    plan = plan_with(odd)
    flat = "".join(line.strip() for line in write(plan, None).decode().splitlines())
    assert odd in flat
    edited = Plan({**plan.tables, "calendars": plan.calendars.changed({1: {"week": [[[0, 3600]], *[None] * 6]}})})
    again = read_text(write(edited, None))
    assert again.plan.calendars[1].week == [[[0, 3600]], *[None] * 6]


def test_a_night_shift_is_written_on_both_days() -> None:
    night = [[79200, 79200 + 8 * 3600]]
    parts = write_pattern(Pattern([night, [], None, None, None, None, []]))
    week = read_pattern(parts, lambda code, message: pytest.fail(message)).week
    assert week is not None
    assert week[0] == [[79200, 86400]]
    assert week[1] == [[0, 6 * 3600]]


times = st.lists(st.integers(0, 96), min_size=2, max_size=6, unique=True).map(sorted)
shifts = times.map(lambda t: [[a * 900, b * 900] for a, b in zip(t[::2], t[1::2], strict=False)])
weeks = st.lists(st.one_of(st.none(), shifts, st.just([])), min_size=7, max_size=7).filter(lambda w: w != [None] * 7)
days = st.integers(0, 40_000).map(lambda d: d * DAY)
rules = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"recurrence": st.just("daily"), "interval": st.integers(2, 50)}),
    st.fixed_dictionaries(
        {
            "recurrence": st.just("weekly"),
            "interval": st.integers(1, 9),
            "weekdays": st.lists(st.integers(0, 6), min_size=1, unique=True).map(sorted),
        }
    ),
    st.fixed_dictionaries({"recurrence": st.just("monthly_day"), "interval": st.integers(1, 9), "day": st.integers(1, 31)}),
    st.fixed_dictionaries({"recurrence": st.just("yearly_day"), "day": st.integers(1, 31), "month": st.integers(1, 12)}),
    st.fixed_dictionaries(
        {
            "recurrence": st.just("yearly_weekday"),
            "weekdays": st.integers(0, 6).map(lambda d: [d]),
            "ordinal": st.integers(1, 5),
            "month": st.integers(1, 12),
        }
    ),
)
exceptions = st.builds(
    lambda start, length, worked, rule, name: {
        "name": name, "start": start, "finish": start + length * DAY, "shifts": worked, **rule
    },
    days, st.integers(0, 800), st.one_of(st.just([]), shifts), rules, st.sampled_from(["", "Holiday", "<&>"]),
)  # fmt: skip


@given(week=st.one_of(st.none(), weeks), listed=st.lists(exceptions, max_size=4))
def test_what_is_written_is_read_as_the_same(week: list[Any] | None, listed: list[dict[str, Any]]) -> None:
    rows = [{**row, "position": i} for i, row in enumerate(listed)]
    parts = write_pattern(Pattern(week, rows))
    again = read_pattern(parts, lambda code, message: pytest.fail(message))
    assert again.week == week
    defaults: dict[str, Any] = {"interval": 1}
    assert [{**defaults, **row} for row in again.exceptions] == [{**defaults, **row} for row in rows]
