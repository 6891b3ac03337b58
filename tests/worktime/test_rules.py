"""What a calendar's entries mean: inheritance, who wins, nights, errors."""

from __future__ import annotations

from typing import Any

import pytest

from pm.errors import NotFoundError, ScheduleError
from pm.model import Plan, instant
from pm.model.kinds import HOUR
from pm.worktime import Calendars, WorkCalendar
from pm.worktime.rules import tidy

MORNING = [[8 * HOUR, 12 * HOUR]]
DAYS_OFF: list[Any] = [[]] * 7


def on(begin: str, /, **exception: Any) -> dict[str, Any]:
    return {"start": instant(begin), "finish": instant(begin), "shifts": [], **exception}


def compiled(*calendars: dict[str, Any], **tables: list[dict[str, Any]]) -> Calendars:
    """Calendars with the ids 1, 2, ...; other rows get an id and belong to the first unless they say otherwise."""
    rows = {
        name: [{"id": i, "calendar_id": 1, "position": i, **row} for i, row in enumerate(listed, 1)]
        for name, listed in tables.items()
    }
    return Calendars(Plan.from_rows(calendars=[{"id": i, "name": f"C{i}", **row} for i, row in enumerate(calendars, 1)], **rows))


def hours(work: WorkCalendar, day: str) -> list[tuple[float, float]]:
    return [(a / HOUR, b / HOUR) for a, b in work.day_shifts(instant(day))]


STANDARD_HOURS = [(8, 12), (13, 17)]


def test_a_calendar_that_says_nothing_is_the_standard_one() -> None:
    calendars = compiled({})
    assert calendars.get(1) is calendars.standard
    assert hours(calendars.get(1), "2026-03-06") == STANDARD_HOURS
    assert hours(calendars.get(1), "2026-03-07") == []


def test_a_persons_week_keeps_the_companys_holidays_and_loses_to_the_persons_exception() -> None:
    calendars = compiled(
        {},
        {"base_id": 1, "week": [MORNING, None, None, None, [], None, None]},
        calendar_exceptions=[
            on("2026-03-02", name="Holiday"),
            on("2026-03-09", name="Holiday"),
            on("2026-03-09", name="Stand-by", shifts=[[6 * HOUR, 7 * HOUR]], calendar_id=2),
        ],
    )
    person = calendars.get(2)
    assert hours(person, "2026-02-23") == [(8, 12)]
    assert hours(person, "2026-02-24") == STANDARD_HOURS
    assert hours(person, "2026-02-27") == []
    assert hours(person, "2026-03-02") == []
    assert hours(person, "2026-03-09") == [(6, 7)]
    assert [person.exception_name(instant(d)) for d in ("2026-03-02", "2026-03-03", "2026-03-09")] == [
        "Holiday",
        None,
        "Stand-by",
    ]
    assert calendars.get(1).exception_name(instant("2026-03-09T23:59")) == "Holiday"


def test_work_weeks_beat_the_week_and_lose_to_exceptions() -> None:
    calendars = compiled(
        {},
        {"base_id": 1},
        {"base_id": 1, "week": [None, MORNING, None, None, None, None, None]},
        work_weeks=[{"start": instant("2026-03-02"), "finish": instant("2026-03-08"), "week": [[[0, 86400]]] * 2 + [None] * 5}],
        calendar_exceptions=[on("2026-03-02")],
    )
    assert hours(calendars.get(1), "2026-03-02") == []
    assert calendars.get(1).exception_name(instant("2026-03-02")) == ""
    assert hours(calendars.get(1), "2026-03-03") == [(0, 24)]
    assert hours(calendars.get(1), "2026-03-04") == STANDARD_HOURS
    assert hours(calendars.get(1), "2026-03-10") == STANDARD_HOURS
    assert calendars.get(2) is calendars.get(1)
    assert hours(calendars.get(3), "2026-03-03") == [(8, 12)]


def test_a_single_exception_beats_a_recurring_one() -> None:
    weekly = on("2026-03-02", finish=instant("2026-12-31"), recurrence="weekly", weekdays=[0], name="Mondays off")
    calendars = compiled({}, calendar_exceptions=[on("2026-03-09", shifts=MORNING, name="Rush"), weekly])
    assert [hours(calendars.get(1), d) for d in ("2026-03-02", "2026-03-09", "2026-03-16")] == [[], [(8, 12)], []]
    assert calendars.get(1).exception_name(instant("2026-03-09")) == "Rush"


def test_a_shift_to_midnight_and_one_from_midnight_are_one() -> None:
    """Rule 1.2: a finish at midnight must not come out as the next shift's."""
    night = [[23 * HOUR, 24 * HOUR], [0, 3 * HOUR]]
    work = compiled({"week": [night] * 7}).get(1)
    assert work.add(instant("2026-03-02T23:00"), 2 * HOUR) == instant("2026-03-03T01:00")
    assert work.add(instant("2026-03-02T23:00"), 4 * HOUR) == instant("2026-03-03T03:00")
    assert work.snap_finish(instant("2026-03-03T00:00")) == instant("2026-03-03T00:00")
    assert work.snap_start(instant("2026-03-03T00:00")) == instant("2026-03-03T00:00")


def test_a_night_belongs_to_the_day_it_began() -> None:
    night = [[22 * HOUR, 30 * HOUR]]
    work = compiled({"week": [night] * 5 + [[], []]}, calendar_exceptions=[on("2026-03-04")]).get(1)
    assert hours(work, "2026-03-04") == [(0, 6)]
    assert hours(work, "2026-03-05") == [(22, 24)]
    assert hours(work, "2026-03-07") == [(0, 6)]
    assert work.is_working(instant("2026-03-07T05:59"))
    assert not work.is_working(instant("2026-03-07T06:00"))


def test_shifts_as_people_write_them() -> None:
    assert tidy([[0, 0]], "") == ((0, 86400),)
    assert tidy([[79200, 21600]], "") == ((79200, 108000),)
    assert tidy([[46800, 61200], [28800, 43200], [43200, 44000]], "") == ((28800, 44000), (46800, 61200))
    assert tidy(None, "") == ()


@pytest.mark.parametrize("shifts", [[[-1, 5]], [[1]], [5], "ab", [[0, 700000]], [["08:00", "12:00"]]])
def test_bad_shifts_are_named(shifts: Any) -> None:
    with pytest.raises(ScheduleError) as caught:
        compiled({"week": [shifts] * 7}).get(1)
    assert (caught.value.code, caught.value.subject) == ("worktime.bad_shift", "calendar 'C1'")


def test_a_week_has_seven_days() -> None:
    with pytest.raises(ScheduleError) as caught:
        compiled({"week": [[], []]}).get(1)
    assert caught.value.code == "worktime.bad_week"


def test_a_loop_of_bases_is_named() -> None:
    calendars = compiled({"base_id": 2}, {"base_id": 3}, {"base_id": 2}, {})
    with pytest.raises(ScheduleError, match="C2 -> C3 -> C2") as caught:
        calendars.get(1)
    assert caught.value.code == "worktime.calendar_loop"
    assert calendars.get(4) is calendars.standard


def test_a_calendar_that_does_not_exist() -> None:
    with pytest.raises(NotFoundError):
        compiled({}).get(9)
    with pytest.raises(NotFoundError):
        compiled({"base_id": 9}).get(1)


def test_a_calendar_without_work_is_an_error_only_when_it_is_used() -> None:
    work = compiled({"week": DAYS_OFF}).get(1)
    t = instant("2026-03-02T08:00")
    assert work.between(t, t + 99 * HOUR) == 0
    assert work.intervals(t, t + 99 * HOUR) == []
    assert not work.is_working(t)
    assert work.add(t, 0) == work.subtract(t, 0) == t
    for use in (lambda: work.add(t, 1), lambda: work.subtract(t, 1), lambda: work.snap_start(t), lambda: work.snap_finish(t)):
        with pytest.raises(ScheduleError) as caught:
            use()
        assert caught.value.code == "worktime.empty_calendar"
        assert "'C1'" in caught.value.subject
        assert caught.value.hint


def test_an_intersection_without_work_is_empty_too() -> None:
    calendars = compiled({"week": [MORNING] * 7}, {"week": [[[13 * HOUR, 17 * HOUR]]] * 7})
    both = calendars.intersection(calendars.get(1), calendars.get(2))
    with pytest.raises(ScheduleError) as caught:
        both.add(instant("2026-03-02"), 60)
    assert (caught.value.code, caught.value.subject) == ("worktime.empty_calendar", "calendar 'C1 and C2'")


def test_a_calendar_that_works_only_in_exceptions_ends() -> None:
    work = compiled(
        {"week": DAYS_OFF}, calendar_exceptions=[on("2026-03-02", shifts=MORNING), on("2150-03-02", shifts=MORNING)]
    ).get(1)
    t = instant("2026-03-02T10:00")
    assert work.add(t, 2 * HOUR) == instant("2026-03-02T12:00")
    assert work.add(t, 3 * HOUR) == instant("2150-03-02T09:00")
    assert work.subtract(t, HOUR) == instant("2026-03-02T09:00")
    for use in (
        lambda: work.add(t, 7 * HOUR),
        lambda: work.subtract(t, 3 * HOUR),
        lambda: work.snap_start(instant("2150-03-02T12:00")),
    ):
        with pytest.raises(ScheduleError) as caught:
            use()
        assert caught.value.code == "worktime.out_of_range"
