"""What the format cannot hold is said when it is written, and what it can hold is not complained of."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest

from pm.formats import Severity, find_format, read_plan, write_plan
from pm.formats.mspdi import write, write_reporting
from pm.formats.mspdi.reader import read
from pm.formats.result import Source
from pm.model import STANDARD_WEEK, Plan, instant
from pm.model.kinds import DAY, HOUR
from pm.schedule import compute_schedule
from pm.worktime import Calendars
from tests.commands.plans import house
from tests.formats.mspdi.documents import document, read_text, task

NIGHT = [[22 * HOUR, 30 * HOUR]]
MONDAY = instant("2026-01-05")


def with_rows(table: str, *rows: dict[str, Any]) -> Plan:
    plan = house()
    return Plan({**plan.tables, table: plan.tables[table].changed({}, inserts=rows)})


def with_values(table: str, row: int, **values: Any) -> Plan:
    plan = house()
    return Plan({**plan.tables, table: plan.tables[table].changed({row: values})})


def said(plan: Plan, *, scheduled: bool = True) -> list[str]:
    content, problems = write_reporting(plan, compute_schedule(plan) if scheduled else None)
    assert all(p.severity is Severity.WARNING and p.code == "mspdi.not_written" and "House" in p.subject for p in problems)
    assert not read(Source(io.BytesIO(content), "house.xml")).problems
    return [p.message.removeprefix("not written: ") for p in problems]


def test_an_ordinary_plan_loses_nothing() -> None:
    assert said(house()) == []


def exception(**values: Any) -> Plan:
    row = {"id": 1, "calendar_id": 1, "start": MONDAY, "finish": MONDAY, "shifts": [], **values}
    return with_rows("calendar_exceptions", row)


def several_weekdays() -> Plan:
    span = {"start": MONDAY, "finish": MONDAY + 90 * DAY}
    return exception(recurrence="monthly_weekday", weekdays=[0, 2], ordinal=1, **span)


PROFILE = [[4 * HOUR, 4 * HOUR], [4 * HOUR, 0], [8 * HOUR, 8 * HOUR]]


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (exception(shifts=NIGHT), "night shifts of 1 calendar exception, cut at midnight"),
        (several_weekdays(), "1 calendar exception on several weekdays of the month"),
        (
            with_rows(
                "work_weeks", {"id": 1, "calendar_id": 1, "start": MONDAY, "finish": MONDAY + 6 * DAY, "week": [NIGHT] * 7}
            ),
            "night shifts at the ends of 1 work week",
        ),
        (with_values("calendars", 1, notes="x"), "notes of 1 calendar"),
        (with_values("tasks", 2, splits=[[HOUR, HOUR]]), "splits of 1 task"),
        (with_values("tasks", 2, budget=0), "budget of 1 task"),
        (
            with_values("tasks", 2, constraint_type="MANDATORY_START", constraint_date=MONDAY + 9 * HOUR),
            "1 mandatory constraint, written as the ordinary ones (Must start on, Must finish on)",
        ),
        (with_values("links", 2, lag=HOUR + 1), "exact length of 1 lag or delay, rounded to a tenth of a minute"),
        (with_values("tasks", 2, custom={"mood": "x"}), "custom field 'mood' of tasks, with 1 value"),
        (
            with_rows("custom_fields", {"id": 1, "project_id": 1, "entity": "resources", "key": "k"}),
            "custom field 'k' of resources",
        ),
        (with_values("projects", 1, critical_slack_limit=9 * HOUR), "critical slack limit of 1 project, cut to whole days"),
        (with_values("projects", 1, budget=100), "budget of 1 project"),
        (with_values("projects", 1, custom={"a": 1}), "custom of 1 project"),
        (with_values("projects", 1, profile_overrides={"slack_rule": "finish"}), "profile overrides of 1 project"),
        (with_values("tasks", 2, activity_type="level_of_effort"), "1 level of effort, written as ordinary task"),
        (
            with_values("tasks", 2, secondary_constraint_type="FNLT", secondary_constraint_date=MONDAY),
            "1 secondary constraint",
        ),
        (with_values("tasks", 2, expected_finish=MONDAY + 9 * HOUR), "expected finish of 1 task"),
        (with_values("tasks", 2, external_early_start=MONDAY), "external early start of 1 task"),
        (with_values("tasks", 2, percent_type="physical"), "percent type of 1 task"),
        (with_values("assignments", 1, drives=False), "drives of 1 assignment"),
        (with_values("projects", 1, must_finish_by=MONDAY + 99 * DAY), "must finish by of 1 project"),
        (
            with_values("projects", 1, profile="primavera"),
            "scheduling rules of P6 in 1 project: Microsoft Project schedules by its own",
        ),
        (with_values("resources", 1, role="Mason"), "role of 1 resource"),
        (with_values("resources", 1, team="South"), "team of 1 resource"),
        (with_rows("baselines", {"id": 1, "project_id": 1, "number": 3}), "1 baseline without tasks"),
        (with_rows("baselines", {"id": 1, "project_id": 1, "number": 11}), "1 baseline with a number above 10"),
        (with_rows("budget_lines", {"id": 1, "project_id": 1, "amount": 5}), "1 budget line"),
        (with_rows("portfolios", {"id": 1, "name": "All"}), "1 portfolio"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_lost_is_said(plan: Plan, expected: str) -> None:
    assert said(plan) == [expected]


def test_a_spread_needs_dates() -> None:
    plan = with_values("assignments", 1, profile=PROFILE, contour="edited")
    assert said(plan, scheduled=False) == ["spread of the work of 1 assignment, for want of computed dates"]
    assert said(plan) == []


def test_what_a_baseline_is_called_is_lost() -> None:
    rows = {"baselines": [{"id": 1, "project_id": 1, "number": 0, "name": "Bid", "taken_at": MONDAY, "notes": "x"}]}
    plan = with_rows("task_baselines", {"id": 1, "task_id": 2, "number": 0, "start": MONDAY})
    plan = Plan({**plan.tables, "baselines": plan.tables["baselines"].changed({}, inserts=rows["baselines"])})
    assert said(plan) == ["name, date or notes of 1 baseline"]


def test_custom_fields_beyond_the_numbers_there_are() -> None:
    fields = [{"id": i, "project_id": 1, "key": f"k{i}", "type": "cost"} for i in range(1, 12)]
    plan = with_rows("custom_fields", *fields)
    plan = Plan(
        {**plan.tables, "tasks": plan.tables["tasks"].changed({2: {"custom": {"k10": 5, "k11": 5}}, 3: {"custom": {"k11": 6}}})}
    )
    assert said(plan) == ["custom field 'k11' of tasks, with 2 values"]


def derived(week: list[Any], base_week: list[Any] | None = None) -> Plan:
    plan = house()
    calendars = plan.tables["calendars"].changed(
        {1: {"week": base_week or STANDARD_WEEK}},
        inserts=[{"id": 2, "name": "Night", "base_id": 1, "project_id": 1, "week": week}],
    )
    return Plan({**plan.tables, "calendars": calendars})


def hours(plan: Plan, calendar: str) -> list[tuple[int, int]]:
    """Every stretch of work in three weeks."""
    calendar_id = next(c.id for c in plan.calendars if c.name == calendar)
    return list(Calendars(plan).get(calendar_id).intervals(MONDAY + 2 * DAY, MONDAY + 23 * DAY))


def test_a_night_shift_of_a_derived_calendar_leaves_the_next_morning_its_own_hours() -> None:
    plan = derived([None] * 6 + [NIGHT])
    back = read(Source(io.BytesIO(write(plan, None)), "x.xml")).plan
    merged = Calendars(plan).get(2)
    assert [merged.between(MONDAY, MONDAY + h * HOUR) for h in range(170)] == [
        Calendars(back).get(2).between(MONDAY, MONDAY + h * HOUR) for h in range(170)
    ]
    assert hours(back, "Standard") == hours(plan, "Standard")
    assert said(plan) == []


def test_a_night_shift_of_the_calendar_below_may_be_lost() -> None:
    plan = derived([[], *[None] * 6], [*STANDARD_WEEK[:6], NIGHT])
    assert said(plan) == ["night shifts of the calendar below 1 derived calendar"]


def test_a_day_off_in_a_week_of_nights() -> None:
    plan = exception()
    plan = Plan({**plan.tables, "calendars": plan.tables["calendars"].changed({1: {"week": [NIGHT] * 7}})})
    assert said(plan) == ["the morning before 1 calendar exception, which a night shift reaches into"]


def test_what_came_from_such_a_file_goes_back_into_it() -> None:
    night = "<WorkingTimes><WorkingTime><FromTime>22:00:00</FromTime><ToTime>06:00:00</ToTime></WorkingTime></WorkingTimes>"
    period = "<TimePeriod><FromDate>2026-01-05T00:00:00</FromDate><ToDate>2026-01-05T23:59:00</ToDate></TimePeriod>"
    inside = f"<Exceptions><Exception>{period}<Type>1</Type><DayWorking>1</DayWorking>{night}</Exception></Exceptions>"
    calendars = f"<Calendar><UID>1</UID><Name>Site</Name><IsBaseCalendar>1</IsBaseCalendar>{inside}</Calendar>"
    plan = read_text(document([task(1)], calendars=calendars)).plan
    assert plan.tables["calendar_exceptions"].column("shifts") == [NIGHT]
    assert write_reporting(plan, None)[1] == ()


def test_notes_of_a_project_are_those_of_the_task_that_stands_for_it() -> None:
    plan = with_values("projects", 1, notes="Ask <Ana>.\nTwice.")
    assert said(plan) == []
    back = read(Source(io.BytesIO(write(plan, compute_schedule(plan))), "x.xml")).plan
    assert back.projects[1].notes == "Ask <Ana>.\nTwice."
    changed = Plan({**back.tables, "projects": back.tables["projects"].changed({1: {"notes": ""}})})
    assert b"Ask" in write(back, None)
    assert b"<Notes>" not in write(changed, None)


def test_notes_of_a_project_without_such_a_task_are_lost() -> None:
    plan = read_text(document([task(1)])).plan
    plan = Plan({**plan.tables, "projects": plan.tables["projects"].changed({1: {"notes": "x"}})})
    content, problems = write_reporting(plan, None)
    assert b"<Notes>" not in content
    assert [p.message for p in problems] == ["not written: notes of 1 project"]


def test_the_doors_hand_it_on(tmp_path: Path) -> None:
    plan = with_values("resources", 1, role="Mason")
    written = write_plan(plan, tmp_path / "a.xml")
    assert written.format is find_format("a.xml")
    assert [p.message for p in written.not_written] == ["not written: role of 1 resource"]
    for name in ("a.toml", "a.json", "a.csv"):
        assert write_plan(plan, tmp_path / name).not_written == ()
    assert read_plan(tmp_path / "a.json").plan.resources[1].role == "Mason"


def test_nothing_is_half_said() -> None:
    for message in said(with_values("tasks", 2, custom={"{n}(s)": "x"})):
        assert re.search(r"\{n\}|\(s\)", message) is None
