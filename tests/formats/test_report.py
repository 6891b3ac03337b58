"""The import report: what was read, and why dates differ."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from pm.formats.report import Cause, ImportReport, Quirk, import_report, trials
from pm.formats.result import StoredDates
from pm.model import Plan, instant
from pm.schedule import compute_schedule
from pm.schedule.result import Schedule
from tests.formats.mspdi.documents import document, link, read_text, task

DAY = 86400


def report_on(tasks: list[str], **moved: dict[int, int]) -> ImportReport:
    """Report on a file that holds what we compute ourselves, but for the columns in `moved` (seconds by task)."""
    return report_of(document(tasks), **moved)


def report_of(text: str, **moved: dict[int, int]) -> ImportReport:
    """Return the same for a whole document."""
    result = read_text(text)
    schedule = compute_schedule(result.plan)
    return import_report(replace(result, stored=stored_as(schedule, **moved)), schedule)


def stored_as(schedule: Schedule, **moved: dict[int, int]) -> StoredDates:
    """Return the values of a schedule as a file holds them, but for those in `moved`."""
    columns: dict[str, Any] = {}
    for name in ("start", "finish", "early_start", "early_finish", "late_start", "late_finish", "total_slack"):
        values = dict(zip(schedule.plan.tasks.ids, getattr(schedule, name).tolist(), strict=True))
        columns[name] = {t: v + moved.get(name, {}).get(t, 0) for t, v in values.items()}
    return StoredDates(**columns)


def with_rule(plan: Plan, name: str, value: bool) -> Plan:
    """Return the plan with one rule of its profile changed."""
    changed = plan.projects.changed({p.id: {"profile_overrides": {name: value}} for p in plan.projects})
    return Plan({**plan.tables, "projects": changed})


def test_nothing_differs_where_nothing_does() -> None:
    report = report_on([task(1), task(2, link(1))])
    assert (report.compared, report.equal, report.moved, report.differences) == (2, 2, 0, ())
    assert report.counts["tasks"] == 2
    assert report.counts["links"] == 1


MANUAL = "<Manual>1</Manual><ManualStart>2026-01-07T08:00:00</ManualStart><ManualFinish>2026-01-07T17:00:00</ManualFinish>"


@pytest.mark.parametrize(
    ("more", "moved", "cause", "detail"),
    [
        ("", {"finish": {1: DAY}}, Cause.UNEXPLAINED, ""),
        ("", {"finish": {1: 60}}, Cause.TOOL_QUIRK, Quirk.ROUNDING),
        ("", {"late_finish": {1: DAY}, "total_slack": {1: DAY}}, Cause.TOOL_QUIRK, Quirk.STALE),
        ("", {"total_slack": {1: DAY}}, Cause.TOOL_QUIRK, Quirk.OTHER_SLACK),
        (MANUAL, {"start": {1: DAY}}, Cause.MANUAL, ""),
        ("<ActualStart>2026-01-07T08:00:00</ActualStart>", {"finish": {1: DAY}}, Cause.ACTUALS, ""),
        ("<LevelingDelay>4800</LevelingDelay>", {"start": {1: DAY}}, Cause.LEVELLED, ""),
        ("<ExternalTask>1</ExternalTask>", {"late_finish": {1: -DAY}}, Cause.NOT_MODELLED, "external_links"),
        ("<Active>0</Active>", {"late_finish": {1: DAY}}, Cause.NOT_MODELLED, "inactive"),
    ],
)
def test_causes(more: str, moved: dict[str, dict[int, int]], cause: Cause, detail: str) -> None:
    report = report_on([task(1, more)], **moved)
    assert {(d.cause, d.detail) for d in report.differences} == {(cause, detail)}
    assert report.equal == 0


@pytest.mark.parametrize(
    ("more", "moved"),
    [
        ("<LevelingDelay>4800</LevelingDelay>", {"late_start": {1: -DAY}}),
        ("<ActualStart>2026-01-05T08:00:00</ActualStart>", {"finish": {1: DAY}}),
        (MANUAL.replace("01-07", "01-05"), {"finish": {1: DAY}}),
    ],
)
def test_a_flag_is_no_evidence_where_the_value_does_not_depend_on_it(more: str, moved: dict[str, dict[int, int]]) -> None:
    report = report_on([task(1, more), task(2, duration="PT80H0M0S")], **moved)
    assert {d.cause for d in report.differences} == {Cause.UNEXPLAINED}


def test_a_person_who_works_at_other_times_is_named() -> None:
    night = "<Calendar><UID>3</UID><Name>Nights</Name><IsBaseCalendar>0</IsBaseCalendar><BaseCalendarUID>1</BaseCalendarUID>"
    tuesday = "<WeekDay><DayType>3</DayType><DayWorking>0</DayWorking></WeekDay>"
    calendar = f"{night}<WeekDays>{tuesday}</WeekDays></Calendar>"
    ana = "<Resource><UID>1</UID><Name>Ana</Name><Type>1</Type><CalendarUID>3</CalendarUID></Resource>"
    works = "<Assignment><UID>1</UID><TaskUID>1</TaskUID><ResourceUID>1</ResourceUID><Work>PT16H0M0S</Work></Assignment>"
    text = document([task(1, duration="PT16H0M0S")], calendars=calendar, resources=ana, assignments=works)
    report = report_of(text, finish={1: -DAY})
    assert [(o.cause, o.reason) for o in report.origins] == [(Cause.RESOURCE_CALENDAR, "follows the calendar of Ana")]


def test_another_rule_of_the_profile_is_named_where_it_gives_the_value() -> None:
    # The first task has nothing but a start-to-start successor behind it: its late dates are the project's or the successor's.
    tasks = [task(1), task(2, link(1, kind=3, lag=4800), duration="PT16H0M0S"), task(3, duration="PT80H0M0S")]
    result = read_text(document(tasks))
    other = compute_schedule(with_rule(result.plan, "start_links_bound_late_dates", True))
    report = import_report(replace(result, stored=stored_as(other)), compute_schedule(result.plan))
    assert {d.detail for d in report.differences} == {f"{Quirk.RULE}start_links_bound_late_dates"}
    assert {d.task_id for d in report.differences} == {1}


def test_rules_are_tried_within_a_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[Plan] = []
    schedule = trials.Trials.schedule

    def counted(self: trials.Trials, plan: Plan) -> Schedule | None:
        tried.append(plan)
        return schedule(self, plan)

    monkeypatch.setattr(trials.Trials, "schedule", counted)
    for allowed in (0, 6, 8):
        tried.clear()
        monkeypatch.setattr(trials, "BUDGET", 2 * allowed)
        tasks = [task(1, "<ActualStart>2026-01-07T08:00:00</ActualStart>"), task(2)]
        report = report_on(tasks, finish={1: DAY, 2: DAY})
        assert report.causes == ({"unexplained": 2} if not allowed else {"actuals": 1, "unexplained": 1})
        assert (len(tried) > 0) == (allowed > 0)
        assert len(tried) <= allowed


def test_a_trial_that_runs_out_of_the_years_of_the_plan_is_given_up() -> None:
    plan = read_text(document([task(1), task(2, link(1))])).plan
    ages = plan.tasks.changed({1: {"duration": 10**10}})
    assert compute_schedule(Plan({**plan.tables, "tasks": ages})).early_finish[0] > instant("2900-01-01")
    assert trials.Trials(plan).schedule(Plan({**plan.tables, "tasks": ages})) is None
    assert trials.Trials(plan).schedule(plan) is not None


@pytest.mark.parametrize(
    ("before", "quirk"),
    [(link(1), Quirk.STALE_SLACK), ("", Quirk.OTHER_SLACK)],
    ids=["held by its predecessor", "moved to its successor"],
)
def test_slack_of_an_as_late_as_possible_task_that_did_not_move_is_of_an_earlier_run(before: str, quirk: Quirk) -> None:
    late = task(2, f"{before}<ConstraintType>1</ConstraintType>")
    report = report_on([task(1), late, task(3, link(1) + link(2), duration="PT40H0M0S")], total_slack={2: DAY})
    assert [(o.task_id, o.cause, o.detail) for o in report.origins] == [(2, Cause.TOOL_QUIRK, quirk)]


def test_late_dates_that_contradict_each_other_are_stale() -> None:
    """The first of two linked tasks may be later than its successor allows in no schedule at all."""
    report = report_on(
        [task(1), task(2, link(1)), task(3, duration="PT40H0M0S")], late_start={1: 2 * DAY}, late_finish={1: 2 * DAY}
    )
    (origin,) = report.origins
    assert (origin.task_id, origin.detail) == (1, Quirk.STALE)
    assert "behind" in origin.reason


def test_late_dates_are_traced_along_successors_and_up_to_the_end() -> None:
    shift = dict.fromkeys((1, 2), -DAY)
    report = report_on([task(1), task(2, link(1)), task(3, duration="PT40H0M0S")], late_start=shift, late_finish=shift)
    assert {d.origin for d in report.differences} == {2}
    assert [(o.tasks, o.dates) for o in report.origins] == [(2, 4)]


def test_a_value_for_a_task_that_has_none_here_is_listed() -> None:
    result = read_text(document([task(1), task(2, "<IsNull>1</IsNull>")]))
    schedule = compute_schedule(result.plan)
    stored = StoredDates(start={result.plan.tasks.ids[1]: instant("2026-01-05T08:00")})
    (difference,) = import_report(replace(result, stored=stored), schedule).differences
    assert (difference.computed, difference.cause) == (None, Cause.NOT_MODELLED)


def test_a_difference_is_traced_back_along_the_links() -> None:
    shift = dict.fromkeys((1, 2, 3), DAY)
    report = report_on([task(1, MANUAL), task(2, link(1)), task(3, link(2))], start=shift, finish=shift)
    assert {(d.task_id, d.cause, d.origin) for d in report.differences} == {(t, Cause.MANUAL, 1) for t in (1, 2, 3)}
    assert report.causes == {"manual": 3}


def test_the_json_is_complete_and_plain() -> None:
    report = report_on([task(1, "<Contact>Ana</Contact>"), task(2, link(99))], finish={1: DAY}, total_slack={1: 90})
    found = json.loads(json.dumps(report.to_json()))
    assert found["schema"] == "pm.import/2"
    assert found["kept"]["Contact"] == 1
    assert found["problems"][0]["code"] == "mspdi.dangling_link"
    assert found["tasks_moved"] == 1
    first = next(d for d in found["differences"] if d["field"] == "finish")
    assert first["stored"] == "2026-01-06T17:00"
    assert first["computed"] == "2026-01-05T17:00"
    slack = next(d for d in found["differences"] if d["field"] == "total_slack_minutes")
    assert slack["stored"] - slack["computed"] == 1.5


def test_without_a_schedule_nothing_is_compared() -> None:
    result = read_text(document([task(1, link(2)), task(2, link(1))]))
    report = import_report(result, None)
    assert (report.compared, report.differences) == (0, ())
