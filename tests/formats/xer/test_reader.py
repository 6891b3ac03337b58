"""Tables of P6 become a plan."""

from __future__ import annotations

import pytest

from pm.model import Plan, instant
from pm.model.enums import ActivityType, ConstraintType, LinkType, ProfileName, ResourceType, TaskType
from pm.model.task import Task
from pm.schedule import compute_schedule
from tests.formats.xer.documents import activity, codes, document, link, plan_of, read_text, small

HOUR = 3600


def task(plan: Plan, code: str) -> Task:
    return plan.task(plan.find_task(code))


def read_activity(**columns: object) -> Task:
    tables = small()
    tables["TASK"].append(activity(103, "C", **columns))  # type: ignore[arg-type]
    return task(plan_of(tables), "C")


def test_a_small_file() -> None:
    plan = plan_of(small())
    [project] = plan.projects
    assert (project.code, project.name, project.uid) == ("SMALL", "Small one", 7)
    assert project.profile == ProfileName.PRIMAVERA
    assert project.profile_overrides is None
    assert project.start == project.status_date == instant("2026-01-05T08:00")
    assert project.must_finish_by is None
    assert [(n, t.uid, t.wbs, t.activity_type) for n, t in zip(plan.outline.numbers, plan.tasks, strict=True)] == [
        ("1", 71, "B1", ActivityType.HEADING),
        ("1.1", 101, "A", ActivityType.TASK),
        ("1.2", 102, "B", ActivityType.TASK),
    ]
    [assignment] = plan.assignments
    assert (assignment.uid, assignment.work, assignment.units, assignment.drives) == (9, 16 * HOUR, 10_000, True)
    first = task(plan, "A")
    assert (first.duration, first.work, first.ignore_resource_calendars) == (16 * HOUR, 16 * HOUR, True)


def test_a_small_file_is_scheduled() -> None:
    plan = plan_of(small())
    schedule = compute_schedule(plan)
    dates = {t.wbs: (schedule.start[i], schedule.finish[i]) for i, t in enumerate(plan.tasks)}
    assert dates["A"] == (instant("2026-01-05T08:00"), instant("2026-01-06T17:00"))
    assert dates["B"] == (instant("2026-01-07T08:00"), instant("2026-01-07T17:00"))


@pytest.mark.parametrize(
    ("word", "kind", "milestone"),
    [
        ("TT_Task", ActivityType.TASK, False),
        ("TT_Mile", ActivityType.START_MILESTONE, True),
        ("TT_FinMile", ActivityType.FINISH_MILESTONE, True),
        ("TT_LOE", ActivityType.LEVEL_OF_EFFORT, False),
        ("TT_WBS", ActivityType.WBS_SUMMARY, False),
    ],
)
def test_activity_types(word: str, kind: ActivityType, milestone: bool) -> None:
    found = read_activity(hours=0, task_type=word)
    assert (found.activity_type, found.milestone, found.ignore_resource_calendars) == (kind, milestone, True)


def test_only_a_resource_dependent_activity_uses_the_calendars_of_its_resources() -> None:
    found = read_activity(task_type="TT_Rsrc")
    assert found.activity_type == ActivityType.TASK
    assert not found.ignore_resource_calendars


def test_a_milestone_has_no_duration_whatever_its_row_says() -> None:
    assert read_activity(hours=8, task_type="TT_FinMile").duration == 0


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("CS_MSOA", ConstraintType.START_NO_EARLIER_THAN),
        ("CS_MSOB", ConstraintType.START_NO_LATER_THAN),
        ("CS_MEOA", ConstraintType.FINISH_NO_EARLIER_THAN),
        ("CS_MEOB", ConstraintType.FINISH_NO_LATER_THAN),
        ("CS_MSO", ConstraintType.MUST_START_ON),
        ("CS_MEO", ConstraintType.MUST_FINISH_ON),
        ("CS_MANDSTART", ConstraintType.MANDATORY_START),
        ("CS_MANDFIN", ConstraintType.MANDATORY_FINISH),
    ],
)
def test_constraints_first_and_second(word: str, kind: ConstraintType) -> None:
    date, second = "2026-02-02 08:00", "2026-03-02 17:00"
    found = read_activity(cstr_type=word, cstr_date=date, cstr_type2=word, cstr_date2=second)
    assert (found.constraint_type, found.constraint_date) == (kind, instant("2026-02-02T08:00"))
    assert (found.secondary_constraint_type, found.secondary_constraint_date) == (kind, instant("2026-03-02T17:00"))


def test_as_late_as_possible_has_no_date() -> None:
    found = read_activity(cstr_type="CS_ALAP", cstr_date="2026-02-02 08:00")
    assert (found.constraint_type, found.constraint_date) == (ConstraintType.AS_LATE_AS_POSSIBLE, None)


def test_a_constraint_without_a_date_is_reported_and_left_out() -> None:
    tables = small()
    tables["TASK"].append(activity(103, "C", cstr_type="CS_MSOA"))
    result = read_text(document(tables))
    assert codes(result) == ["xer.bad_constraint"]
    assert task(result.plan, "C").constraint_type == ConstraintType.AS_SOON_AS_POSSIBLE


def test_other_dates_of_an_activity() -> None:
    found = read_activity(
        expect_end_date="2026-02-03 17:00",
        external_early_start_date="2026-02-04 08:00",
        external_late_end_date="2026-02-05 17:00",
        suspend_date="2026-02-06 17:00",
        resume_date="2026-02-09 08:00",
    )
    assert found.expected_finish == instant("2026-02-03T17:00")
    assert (found.external_early_start, found.external_late_finish) == (instant("2026-02-04T08:00"), instant("2026-02-05T17:00"))
    assert (found.stop, found.resume) == (instant("2026-02-06T17:00"), instant("2026-02-09T08:00"))


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("DT_FixedDrtn", TaskType.FIXED_DURATION),
        ("DT_FixedDUR2", TaskType.FIXED_DURATION),
        ("DT_FixedRate", TaskType.FIXED_UNITS),
        ("DT_FixedQty", TaskType.FIXED_WORK),
    ],
)
def test_duration_types(word: str, kind: TaskType) -> None:
    assert read_activity(duration_type=word).type == kind


@pytest.mark.parametrize(
    ("remaining", "started", "expected"),
    [
        (8, False, (None, 0, 0)),
        (6, False, (6 * HOUR, 0, 0)),
        (2, True, (2 * HOUR, 6 * HOUR, 7500)),
        (0, True, (0, 8 * HOUR, 9999)),
    ],
)
def test_progress(remaining: int, started: bool, expected: tuple[int | None, int, int]) -> None:
    columns = {"status_code": "TK_Active", "act_start_date": "2026-01-05 08:00"} if started else {}
    found = read_activity(hours=8, remain_drtn_hr_cnt=remaining, **columns)
    assert (found.remaining_duration, found.actual_duration, found.percent_complete) == expected


def test_a_finished_activity_has_nothing_left() -> None:
    actual = {"act_start_date": "2026-01-05 08:00", "act_end_date": "2026-01-05 17:00", "status_code": "TK_Complete"}
    found = read_activity(hours=8, remain_drtn_hr_cnt=0, **actual)
    assert (found.remaining_duration, found.percent_complete, found.actual_finish) == (0, 10_000, instant("2026-01-05T17:00"))


def test_decimal_hours_become_exact_seconds() -> None:
    assert read_activity(hours="0.1").duration == 360
    assert read_activity(hours="7.333333333333333").duration == 26_400
    assert read_activity(hours="7,5").duration == 27_000
    assert read_activity(hours="1,234.5").duration == 4_444_200


def test_links() -> None:
    tables = small()
    tables["TASK"].append(activity(103, "C"))
    tables["TASKPRED"] += [link(2, 101, 103, "PR_SS", -4), link(3, 102, 103, "PR_FF", "1.5"), link(4, 101, 103, "PR_SF")]
    found = [(k.type, k.lag) for k in plan_of(tables).links]
    assert found == [
        (LinkType.FINISH_START, 0),
        (LinkType.START_START, -4 * HOUR),
        (LinkType.FINISH_FINISH, 5400),
        (LinkType.START_FINISH, 0),
    ]


def test_options_that_differ_from_the_usual_ones() -> None:
    tables = small()
    usual = {
        "sched_float_type": "FT_FF",
        "sched_calendar_on_relationship_lag": "rcal_Predecessor",
        "sched_retained_logic": "Y",
        "sched_progress_override": "N",
        "sched_use_expect_end_flag": "Y",
        "sched_lag_early_start_flag": "Y",
        "sched_open_critical_flag": "N",
        "sched_outer_depend_type": "SD_Both",
        "sched_use_project_end_date_for_float": "Y",
    }
    tables["SCHEDOPTIONS"] = [{"schedoptions_id": 1, "proj_id": 7, **usual}]
    assert plan_of(tables).project().profile_overrides is None
    others = {
        "sched_float_type": ("FT_Min", "slack_rule", "smallest"),
        "sched_calendar_on_relationship_lag": ("rcal_24Hour", "lag_calendar", "24h"),
        "sched_progress_override": ("Y", "out_of_sequence", "progress_override"),
        "sched_retained_logic": ("N", "out_of_sequence", "actual_dates"),
        "sched_use_expect_end_flag": ("N", "expected_finish_rules", False),
        "sched_lag_early_start_flag": ("N", "start_lag_from_early_start", False),
        "sched_open_critical_flag": ("Y", "open_ends_critical", True),
        "sched_outer_depend_type": ("SD_None", "external_links_count", False),
        "sched_use_project_end_date_for_float": ("N", "slack_to_last_project", True),
    }
    for column, (word, name, value) in others.items():
        tables["SCHEDOPTIONS"] = [{"schedoptions_id": 1, "proj_id": 7, **usual, column: word}]
        assert plan_of(tables).project().profile_overrides == {name: value}, column


def test_the_longest_path_may_decide_what_is_critical() -> None:
    tables = small()
    tables["PROJECT"][0]["critical_path_type"] = "CT_DrivPath"
    assert plan_of(tables).project().profile_overrides == {"longest_path_critical": True}


def test_several_projects_with_links_between_them() -> None:
    tables = small()
    other = {"proj_id": 8, "proj_short_name": "OTHER", "clndr_id": 1, "plan_start_date": "2026-03-02 08:00"}
    tables["PROJECT"].append(other | {"last_recalc_date": "2026-03-09 09:40", "plan_end_date": "2026-05-01 00:00"})
    tables["PROJECT"].append({"proj_id": 9, "proj_short_name": "STUB", "export_flag": "N"})
    tables["PROJWBS"].append({"wbs_id": 80, "proj_id": 8, "proj_node_flag": "Y", "wbs_short_name": "OTHER", "wbs_name": "Other"})
    tables["TASK"].append(activity(201, "A", 8, proj_id=8, wbs_id=80))
    tables["TASKPRED"].append(link(2, 102, 201, proj_id=8))
    tables["SCHEDOPTIONS"] = [
        {"schedoptions_id": 1, "proj_id": 7, "sched_float_type": "FT_FF"},
        {"schedoptions_id": 2, "proj_id": 8, "sched_float_type": "FT_SS"},
    ]
    plan = plan_of(tables)
    first, second = plan.projects
    assert [p.code for p in plan.projects] == ["SMALL", "OTHER"]
    assert (first.profile_overrides, second.profile_overrides) == (None, {"slack_rule": "start"})
    assert second.status_date == instant("2026-03-09T09:40")
    assert second.must_finish_by == instant("2026-05-01")
    across = plan.links.at(1)
    assert (across.project_id, plan.task(across.predecessor_id).uid, plan.task(across.successor_id).uid) == (second.id, 102, 201)


def test_one_row_of_options_is_for_all_projects_that_have_none() -> None:
    tables = small()
    tables["PROJECT"].append({"proj_id": 8, "proj_short_name": "OTHER", "clndr_id": 1, "plan_start_date": "2026-03-02 08:00"})
    tables["SCHEDOPTIONS"] = [{"schedoptions_id": 1, "proj_id": 7, "sched_float_type": "FT_SS"}]
    assert [p.profile_overrides for p in plan_of(tables).projects] == [{"slack_rule": "start"}] * 2


def test_a_link_to_a_project_that_is_not_there_is_only_mentioned() -> None:
    tables = small()
    tables["TASKPRED"].append(link(2, 999, 101, pred_proj_id=9))
    result = read_text(document(tables), strict=True)
    assert codes(result) == ["xer.external_link"]
    assert len(result.plan.links) == 1


def test_bands_stand_in_their_order_after_the_activities_of_the_band_above() -> None:
    tables = small()
    tables["PROJWBS"] += [
        {"wbs_id": 72, "proj_id": 7, "seq_num": 9, "wbs_short_name": "LAST", "wbs_name": "Last", "parent_wbs_id": 71},
        {"wbs_id": 73, "proj_id": 7, "seq_num": 3, "wbs_short_name": "FIRST", "wbs_name": "First", "parent_wbs_id": 71},
    ]
    tables["TASK"] += [activity(103, "Z", wbs_id=73), activity(104, "0", wbs_id=70)]
    plan = plan_of(tables)
    shown = dict(zip(plan.outline.numbers, plan.tasks.column("wbs"), strict=True))
    assert shown == {"1": "0", "2": "B1", "2.1": "A", "2.2": "B", "2.3": "FIRST", "2.3.1": "Z", "2.4": "LAST"}


def test_a_band_yields_its_number_to_an_activity() -> None:
    tables = small()
    tables["TASK"].append(activity(71, "C"))
    plan = plan_of(tables)
    uids = {t.wbs: t.uid for t in plan.tasks}
    assert uids["C"] == 71
    assert uids["B1"] not in (71, 101, 102)


def test_bands_in_a_loop_are_reported() -> None:
    tables = small()
    tables["PROJWBS"] += [
        {"wbs_id": 72, "proj_id": 7, "wbs_short_name": "X", "parent_wbs_id": 73},
        {"wbs_id": 73, "proj_id": 7, "wbs_short_name": "Y", "parent_wbs_id": 72},
    ]
    result = read_text(document(tables))
    assert codes(result) == ["xer.wbs_loop"]
    assert len(result.plan.tasks) == 5


def test_resources_and_rates() -> None:
    tables = small()
    tables["RSRC"] += [
        {"rsrc_id": 6, "rsrc_short_name": "CR", "rsrc_name": "Crane", "rsrc_type": "RT_Equip", "parent_rsrc_id": 5},
        {"rsrc_id": 8, "rsrc_short_name": "CO", "rsrc_name": "Concrete", "rsrc_type": "RT_Mat"},
    ]
    tables["RSRCRATE"] = [
        {"rsrc_rate_id": 2, "rsrc_id": 6, "max_qty_per_hr": 2, "cost_per_qty": "80.5", "start_date": "2027-01-01 00:00"},
        {"rsrc_rate_id": 1, "rsrc_id": 6, "max_qty_per_hr": 1, "cost_per_qty": "80", "start_date": "2026-01-01 00:00"}
        | {"cost_per_qty2": "90"},
    ]
    tables["TASKRSRC"].append(
        {"taskrsrc_id": 10, "task_id": 102, "proj_id": 7, "rsrc_id": 8, "target_qty": "2.5", "target_qty_per_hr": "0.3125"}
    )
    plan = plan_of(tables)
    crane, concrete = plan.resources.at(1), plan.resources.at(2)
    assert (crane.type, concrete.type) == (ResourceType.WORK, ResourceType.MATERIAL)
    assert (crane.max_units, crane.standard_rate) == (20_000, 805_000)
    assert [(a.start, a.finish, a.units) for a in plan.tables["availabilities"]] == [
        (instant("2026-01-01"), instant("2027-01-01"), 10_000),
        (instant("2027-01-01"), None, 20_000),
    ]
    assert [(r.table, r.start, r.standard_rate) for r in plan.tables["resource_rates"]] == [
        ("A", instant("2026-01-01"), 800_000),
        ("B", instant("2026-01-01"), 900_000),
        ("A", instant("2027-01-01"), 805_000),
    ]
    poured = plan.assignments.at(1)
    assert (poured.units, poured.work) == (25_000, 0)


def test_stored_results_are_kept_apart() -> None:
    tables = small()
    dates = {"early_start_date": "2026-01-05 08:00", "early_end_date": "2026-01-06 17:00", "total_float_hr_cnt": "0"}
    tables["TASK"][0].update(dates, late_start_date="2026-01-05 08:00", free_float_hr_cnt="")
    result = read_text(document(tables))
    first = result.plan.find_task("A")
    assert result.stored.start == result.stored.early_start == result.stored.late_start == {first: instant("2026-01-05T08:00")}
    assert result.stored.total_slack == {first: 0}
    assert result.stored.free_slack == {}
    assert result.stored.critical == {first: True}
