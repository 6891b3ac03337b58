"""Calendars in all the ways P6 has written them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pm.formats.primavera.clndr_data import Hours, read_hours, write_hours
from pm.model import instant
from tests.formats.xer.documents import WORKDAY, codes, document, plan_of, read_text, small

DAY = 86400
STANDARD = [[28800, 43200], [46800, 61200]]
MONDAY = f"(0||CalendarData()((0||DaysOfWeek()((0||1()())(0||2()({WORKDAY}))))(0||Exceptions()())))"


def hours_of(text: str) -> Hours:
    def fail(message: str) -> None:
        raise AssertionError(message)

    return read_hours(text, fail)


@pytest.mark.parametrize(
    "text",
    [
        MONDAY,
        MONDAY.replace("(0||", "\x7f\x7f    (0||"),
        MONDAY.replace("(0||", "\r\n\t(0||"),
        MONDAY.replace("(0||CalendarData()", "(0||()"),
        "(0||()((0||CalendarData()())" + MONDAY.removeprefix("(0||CalendarData()("),
        MONDAY.replace("(0||Exceptions()())", ""),
        MONDAY.replace("(0||Exceptions()())", "(0||VIEW(ShowTotal|Y)())(0||Exceptions()())"),
        MONDAY.replace("s|08:00|f|12:00", "f|12:00|s|08:00").replace("08:00", "8:00"),
        MONDAY.replace("s|08:00|f|12:00", "s|08:00 AM|f|12:00 PM").replace("s|13:00|f|17:00", "s|01:00 PM|f|05:00 PM"),
    ],
)
def test_the_same_hours_in_other_words(text: str) -> None:
    assert hours_of(text).week == [STANDARD, [], [], [], [], [], []]


def test_sunday_is_day_1() -> None:
    week = hours_of(MONDAY.replace("(0||1()())", f"(0||1()({WORKDAY}))").replace("(0||2()", "(0||7()")).week
    assert week == [[], [], [], [], [], STANDARD, STANDARD]


@pytest.mark.parametrize(
    ("shift", "expected"),
    [
        ("s|00:00|f|00:00", [0, DAY]),
        ("s|0:00|f|24:00", [0, DAY]),
        ("s|22:00|f|06:00", [79200, DAY + 21600]),
        ("s|16:00|f|00:00", [57600, DAY]),
        ("s|08:00|f|15:59", [28800, 57540]),
    ],
)
def test_shifts_that_end_at_midnight_or_later(shift: str, expected: list[int]) -> None:
    assert (hours_of(MONDAY.replace(WORKDAY, f"(0||0({shift})())")).week or [])[0] == [expected]


def test_exceptions_count_days_from_the_end_of_1899() -> None:
    days = f"(0||0(d|46023)())(0||1(d|46025)({WORKDAY}))"
    found = hours_of(MONDAY.replace("(0||Exceptions()()", f"(0||Exceptions()({days})")).exceptions
    assert found == {instant("2026-01-01"): [], instant("2026-01-03"): STANDARD}


def test_days_in_a_row_become_one_exception() -> None:
    tables = small()
    days = "".join(f"(0||{i}(d|{46023 + i})())" for i in (2, 0, 1)) + "(0||3(d|46030)())"
    tables["CALENDAR"][0]["clndr_data"] = MONDAY.replace("(0||Exceptions()()", f"(0||Exceptions()({days})")
    found = [(e.start, e.finish, e.shifts) for e in plan_of(tables).calendar_exceptions]
    assert found == [
        (instant("2026-01-01"), instant("2026-01-03"), []),
        (instant("2026-01-08"), instant("2026-01-08"), []),
    ]


@pytest.mark.parametrize(
    ("text", "week"),
    [
        (MONDAY[: MONDAY.index("(0||1(s")], [[[28800, 43200]], [], [], [], [], [], []]),
        (MONDAY + ")", [STANDARD, [], [], [], [], [], []]),
        (MONDAY.replace("f|17:00", "f|"), [[[28800, 43200]], [], [], [], [], [], []]),
        (MONDAY.replace("f|17:00", "f|17:99:00x").replace("17:99", "31:00"), [[[28800, 43200]], [], [], [], [], [], []]),
        (MONDAY.replace("s|13:00", "s|11:00"), [[[28800, 61200]], [], [], [], [], [], []]),
        ("", [STANDARD] * 5 + [[], []]),
        ("nothing of the kind", [STANDARD] * 5 + [[], []]),
    ],
)
def test_a_damaged_calendar_is_reported_and_read_as_far_as_it_goes(text: str, week: object) -> None:
    tables = small()
    tables["CALENDAR"][0]["clndr_data"] = text
    result = read_text(document(tables))
    assert set(codes(result)) == {"xer.bad_calendar"}
    assert result.plan.calendars.at(0).week == week


def test_only_a_calendar_without_hours_takes_those_of_its_base() -> None:
    tables = small()
    tables["CALENDAR"] += [
        {"clndr_id": 2, "clndr_name": "Empty", "base_clndr_id": 1, "clndr_type": "CA_Rsrc"},
        {"clndr_id": 3, "clndr_name": "Full", "base_clndr_id": 1, "clndr_type": "CA_Project", "proj_id": 7}
        | {"clndr_data": MONDAY},
    ]
    first, empty, full = plan_of(tables).calendars
    assert (empty.base_id, empty.week, empty.is_base) == (first.id, None, False)
    assert (full.base_id, full.project_id, first.project_id) == (None, 1, None)


def test_calendars_based_on_each_other_are_reported() -> None:
    tables = small()
    tables["CALENDAR"] += [{"clndr_id": 2, "base_clndr_id": 3}, {"clndr_id": 3, "base_clndr_id": 2}]
    result = read_text(document(tables))
    assert set(codes(result)) == {"xer.bad_calendar"}
    assert result.plan.calendars.column("base_id") == [None, None, None]


clock = st.integers(min_value=0, max_value=1439).map(lambda minutes: minutes * 60)


@st.composite
def shifts(draw: st.DrawFn) -> list[list[int]]:
    """Shifts that do not touch, the last of which may end at midnight."""
    marks = sorted(draw(st.sets(clock, max_size=6)))
    pairs = [[a, b] for a, b in zip(marks[::2], marks[1::2], strict=False)]
    if len(marks) % 2:
        pairs.append([marks[-1], DAY])
    return pairs


@given(
    week=st.lists(shifts(), min_size=7, max_size=7),
    days=st.dictionaries(st.integers(min_value=-20_000, max_value=100_000).map(lambda n: n * DAY), shifts(), max_size=5),
)
def test_written_hours_are_read_as_the_same(week: list[list[list[int]]], days: dict[int, list[list[int]]]) -> None:
    found = hours_of(write_hours(Hours(week, days)))
    assert (found.week, found.exceptions) == (week, days)
