"""Tasks that come back: when, as a summary with a task for each time, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pm.commands import AddRecurringTask
from pm.commands.recurring import MOST, days_of
from pm.errors import InputError
from pm.formats.mspdi import write
from pm.model import instant, iso
from pm.schedule import compute_schedule, explain
from pm.words import Repetition, parse_repetition
from pm.workspace import Workspace
from tests.commands.plans import HOUR, done, house
from tests.formats.mspdi.documents import read_text
from tests.text.repetitions import REPETITIONS

FIRST = instant("2026-01-07T09:30")
"""A Wednesday."""


def add(every: str = "week on mon", **values: Any) -> AddRecurringTask:
    """The command, with a meeting of an hour."""
    return AddRecurringTask(1, "Meeting", parse_repetition(every), FIRST, **{"times": 3, "values": {"duration": HOUR}, **values})


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        ("day", "01-07 01-08 01-09"),
        ("3 days", "01-07 01-10 01-13"),
        ("weekday", "01-07 01-08 01-09 01-12"),
        ("week", "01-07 01-14"),
        ("2 weeks on mon and thu", "01-08 01-19 01-22 02-02"),
        ("month", "01-07 02-07"),
        ("month on the 31st", "01-31 03-31 05-31"),
        ("2 months on the last day", "01-31 03-31 05-31"),
        ("month on the first tuesday", "02-03 03-03 04-07"),
        ("month on the last weekday", "01-30 02-27 03-31"),
        ("year on 29 february", "2028-02-29 2032-02-29"),
        ("2 years on the second sunday of may", "2026-05-10 2028-05-14"),
    ],
)
def test_the_days(every: str, expected: str) -> None:
    days = [date.fromisoformat(d if len(d) == 10 else f"2026-{d}") for d in expected.split()]
    assert list(islice(days_of(parse_repetition(every), date(2026, 1, 7)), len(days))) == days


def plainly(every: Repetition, first: date) -> Iterator[date]:
    """The days, found by looking at one after the other."""
    day = first
    while True:
        weeks = (day - timedelta(day.weekday()) - (first - timedelta(first.weekday()))).days // 7
        months = (day.year - first.year) * 12 + day.month - first.month
        passed = {"day": (day - first).days, "week": weeks, "month": months, "year": day.year - first.year}[every.unit]
        if passed % every.interval == 0 and fits(every, day, first):
            yield day
        day += timedelta(1)


def fits(every: Repetition, day: date, first: date) -> bool:
    """Whether a day has its place within its week, month or year."""
    if every.unit == "year" and day.month != (every.month or first.month):
        return False
    tomorrow = day + timedelta(1)
    if every.ordinal is not None:
        around = [day.replace(day=1) + timedelta(n) for n in range(31)]
        alike = [d for d in around if d.month == day.month and d.weekday() in every.weekdays]
        place = every.ordinal if every.ordinal < 0 else every.ordinal - 1
        return alike[place] == day
    if every.day is not None or every.unit in ("month", "year"):
        return tomorrow.month != day.month if every.day == -1 else day.day == (every.day or first.day)
    return every.unit == "day" or day.weekday() in (every.weekdays or (first.weekday(),))


@settings(max_examples=60, deadline=None)
@given(REPETITIONS, st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_the_days_are_those_that_a_plain_search_finds(every: Repetition, first: date) -> None:
    found = list(islice(days_of(every, first), 3))
    end = first + timedelta(1200)
    expected = []
    for day in plainly(every, first):
        if day > end or len(expected) == 3:
            break
        expected.append(day)
    assert [d for d in found if d <= end] == expected


def test_a_summary_with_a_task_for_each_time() -> None:
    plan = done(house(), add(parent_id=4))
    at = plan.tasks.position(plan.find_task("Meeting"))
    assert plan.outline.numbers[at] == "2.3"
    rows = [plan.tasks.at(i) for i in (at, *plan.outline.children(at))]
    assert [(t.name, t.uid, t.recurring) for t in rows] == [
        ("Meeting", 8, True),
        *((f"Meeting {n}", 8 + n, True) for n in (1, 2, 3)),
    ]
    assert {(t.constraint_type, t.duration) for t in rows[1:]} == {("SNET", HOUR)}
    days = ["2026-01-12T09:30", "2026-01-19T09:30", "2026-01-26T09:30"]
    assert [iso(t.constraint_date or 0) for t in rows[1:]] == days
    schedule = compute_schedule(plan)
    assert [iso(schedule.task(t.id).start or 0) for t in rows[1:]] == days
    (step,) = explain(plan, rows[2].id).steps
    assert (step.task_id, iso(step.finish)) == (rows[2].id, days[1])


def test_a_time_on_a_day_off_starts_at_the_next_working_time() -> None:
    plan = done(house(), add("week on sat"))
    schedule = compute_schedule(plan)
    starts = [iso(schedule.task(plan.find_task(f"Meeting {n}")).start or 0) for n in (1, 2, 3)]
    assert starts == ["2026-01-12T08:00", "2026-01-19T08:00", "2026-01-26T08:00"]


def test_it_ends_with_the_last_day() -> None:
    until = add("week on mon", times=None, until=instant("2026-01-19"))
    assert until.changeset(house()).label == "Add Meeting, every week on Mon, 2 times"
    once = add("week on mon", times=None, until=instant("2026-01-18T23:00"))
    assert once.changeset(house()).label == "Add Meeting, every week on Mon, 1 time"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"times": None}, "until"),
        ({"until": FIRST}, "until"),
        ({"times": 0}, "times"),
        ({"times": MOST + 1}, "times"),
        ({"times": None, "until": instant("2026-01-11")}, "until"),
        ({"times": None, "until": instant("2046-01-11"), "every": "day"}, "until"),
        ({"times": 5, "every": "999 years"}, ""),
        ({"times": 50, "every": "999 years"}, "times"),
        ({"values": {"constraint_date": FIRST}}, "constraint date"),
        ({"values": {"recurring": False}}, "recurring"),
    ],
)
def test_what_cannot_be(values: dict[str, Any], field: str) -> None:
    command = add(values.pop("every", "week on mon"), **values)
    if not field:
        assert len(command.changeset(house()).changes) == 6
        return
    with pytest.raises(InputError) as caught:
        command.changeset(house())
    assert caught.value.code == "value.invalid"
    assert str(caught.value).startswith(field)


def test_it_is_one_step_to_undo() -> None:
    with Workspace.of_plan(house()) as workspace:
        workspace.run(add())
        assert len(workspace.plan().tasks) == 11
        assert workspace.undo() == "Add Meeting, every week on Mon, 3 times"
        assert workspace.plan().tasks == house().tasks


def test_microsoft_project_files_keep_it() -> None:
    plan = done(house(), add())
    back = read_text(write(plan, compute_schedule(plan))).plan
    for name in ("name", "recurring", "constraint_type", "constraint_date"):
        assert back.tasks.column(name) == plan.tasks.column(name)
    leaves = [i for i in range(len(plan.tasks)) if not plan.outline.is_summary(i)]
    assert [back.tasks.column("duration")[i] for i in leaves] == [plan.tasks.column("duration")[i] for i in leaves]
    assert back.outline.numbers == plan.outline.numbers
