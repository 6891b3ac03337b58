"""A plan becomes a P6 file: what was read comes back as it was, what was changed is changed there, what is new is added."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pm.formats import read_plan
from pm.formats.registry import read_bytes
from pm.formats.xer import write_reporting
from pm.model import Plan, instant
from pm.schedule import compute_schedule
from tests.conformance.corpus import SHARED, WHY_NONE
from tests.formats.xer.documents import activity, document, link, plan_of, read_text, rich, small

CORPUS = sorted((SHARED / "conformance" / "p6" / "inputs").glob("*.xer"))
SAMPLES = sorted((Path(__file__).parents[3] / "sample_projects").glob("*.*"))
HOUR = 3600
Records = list[dict[str, str]]


def written(plan: Plan, *, scheduled: bool = False) -> tuple[str, list[str]]:
    """Return the text of a plan's file and what is said to be lost."""
    content, problems = write_reporting(plan, compute_schedule(plan) if scheduled else None)
    return content.decode("cp1252"), [p.message.removeprefix("not written: ") for p in problems]


def tables_in(text: str) -> dict[str, Records]:
    """Return the tables of a file's text, read without any code of ours."""
    found: dict[str, Records] = {}
    name, columns = "", list[str]()
    for line in text.split("\r\n"):
        mark, *values = line.split("\t")
        if mark == "%T":
            name = values[0]
            found[name] = []
        elif mark == "%F":
            columns = values
        elif mark == "%R":
            assert len(values) == len(columns), name
            found[name].append(dict(zip(columns, values, strict=True)))
    return found


def changed(plan: Plan, table: str, row: int, **values: Any) -> Plan:
    return Plan({**plan.tables, table: plan.tables[table].changed({row: values})})


def test_a_file_comes_back_as_it_was() -> None:
    text = document(rich())
    result = read_text(text)
    assert not result.problems
    assert written(result.plan) == (text, [])


def test_several_projects_come_back_as_they_were() -> None:
    tables = small()
    tables["PROJECT"].append(
        {"proj_id": 8, "proj_short_name": "OTHER", "clndr_id": 1, "plan_start_date": "2026-03-02 08:00"}
        | {"last_recalc_date": "2026-03-09 09:40", "critical_drtn_hr_cnt": 16, "export_flag": "Y"}
    )
    tables["PROJECT"].append({"proj_id": 9, "proj_short_name": "STUB", "export_flag": "N"})
    tables["PROJWBS"].append({"wbs_id": 80, "proj_id": 8, "proj_node_flag": "Y", "wbs_short_name": "OTHER", "seq_num": 5})
    tables["TASK"].append(activity(201, "A", 8, proj_id=8, wbs_id=80))
    tables["TASKPRED"] += [link(2, 102, 201, proj_id=8), link(3, 999, 101, pred_proj_id=9)]
    first = read_text(document(tables))
    assert [p.code for p in first.problems] == ["xer.external_link"]
    text, lost = written(first.plan)
    assert lost == []
    assert read_text(text).plan == first.plan
    found = tables_in(text)
    assert [row["proj_short_name"] for row in found["PROJECT"]] == ["SMALL", "OTHER", "STUB"]
    assert sorted(row["task_pred_id"] for row in found["TASKPRED"]) == ["1", "2", "3"]


@pytest.mark.skipif(not CORPUS, reason=WHY_NONE)
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem[:20])
def test_real_files_come_back_byte_for_byte(path: Path) -> None:
    plan = read_plan(path).plan
    content, problems = write_reporting(plan, None)
    assert content == path.read_bytes()
    assert not problems


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_plans_from_elsewhere_settle_at_once(path: Path) -> None:
    """What was said in P6's words is read as that, and written as the same text again."""
    plan = read_plan(path).plan
    content, _ = write_reporting(plan, compute_schedule(plan))
    again = read_bytes(content, "again.xer", strict=True).plan
    assert write_reporting(again, None) == (content, ())
    assert len(again.tasks) == len(plan.tasks)
    names = [sorted(p.tasks.column("name")) for p in (plan, again)]
    assert names[0] == names[1]
    assert len(again.assignments) == len(plan.assignments)
    assert compute_schedule(again).finish.size == len(plan.tasks)


@pytest.mark.parametrize("name", ["software-launch.toml", "portfolio.toml", "production-ramp-up.xml"])
def test_plans_that_p6_can_hold_keep_their_dates(name: str) -> None:
    plan = read_plan(SAMPLES[0].parent / name).plan
    schedule = compute_schedule(plan)
    content, _ = write_reporting(plan, schedule)
    again = read_bytes(content, "again.xer").plan
    assert compute_schedule(again).project_finish == schedule.project_finish


def test_a_new_value_replaces_the_text_and_nothing_else() -> None:
    plan = plan_of(rich())
    before = tables_in(written(plan)[0])
    after = tables_in(written(changed(plan, "tasks", plan.find_task("C"), duration=6 * HOUR))[0])
    row = next(r for r in after["TASK"] if r["task_code"] == "C")
    assert (row["target_drtn_hr_cnt"], row["remain_drtn_hr_cnt"], row["guid"]) == ("6", "6", "abc==")
    for r in before["TASK"]:
        if r["task_code"] == "C":
            r.update(target_drtn_hr_cnt="6", remain_drtn_hr_cnt="6")
    assert before == after


def test_a_task_that_is_deleted_goes_with_all_that_hangs_on_it() -> None:
    plan = plan_of(rich())
    gone = plan.find_task("A")
    tables = dict(plan.tables)
    tables["links"] = tables["links"].changed({}, deletes=list(tables["links"].ids))
    tables["assignments"] = tables["assignments"].changed({}, deletes=list(tables["assignments"].ids))
    tables["tasks"] = tables["tasks"].changed({}, deletes=[gone])
    found = tables_in(written(Plan(tables))[0])
    assert [row["task_id"] for row in found["TASK"]] == ["102", "103"]
    assert all(row.get("task_id") != "101" and row.get("fk_id") != "101" for rows in found.values() for row in rows)
    assert found["TASKPROC"] == found["TASKACTV"] == []
    assert len(found["TASKMEMO"]) == 1


def test_a_task_that_is_added_gets_a_number_and_a_code() -> None:
    plan = plan_of(rich())
    band = plan.find_task("B1")
    new = {"id": 99, "project_id": 1, "parent_id": band, "uid": 104, "name": "New", "duration": 8 * HOUR, "position": 1}
    text, _ = written(Plan({**plan.tables, "tasks": plan.tables["tasks"].changed({}, inserts=[new])}))
    row = next(r for r in tables_in(text)["TASK"] if r["task_name"] == "New")
    assert (row["task_id"], row["wbs_id"], row["task_code"], row["status_code"]) == ("104", "71", "A1040", "TK_NotStart")
    again = read_text(text, strict=True).plan
    assert again.task(again.find_task("A1040")).duration == 8 * HOUR


def test_bands_in_another_order_are_numbered_anew() -> None:
    tables = small()
    for number, name in ((5, "FIRST"), (8, "SECOND")):
        row = {"wbs_id": 70 + number, "proj_id": 7, "seq_num": number, "wbs_short_name": name, "wbs_name": name}
        tables["PROJWBS"].append(row | {"parent_wbs_id": 71})
    plan = plan_of(tables)
    plan = changed(plan, "tasks", plan.find_task("SECOND"), position=1)
    again = read_text(written(plan)[0], strict=True).plan
    positions = dict(zip(again.tasks.column("wbs"), again.outline.numbers, strict=True))
    assert positions["SECOND"] < positions["FIRST"]


def test_notes() -> None:
    plan = plan_of(rich())
    first, second, third = (plan.find_task(code) for code in "ABC")
    assert plan.task(first).notes == "Scope:\nFirst line\nsecond"
    assert plan.task(second).notes == "Scope:\nWait & see\nthen go"
    for notes in ("Other", "two\nlines", "<p>not HTML</p> & more", ""):
        text, _ = written(changed(changed(plan, "tasks", first, notes=notes), "tasks", third, notes=notes))
        again = read_text(text, strict=True).plan
        assert [again.task(again.find_task(code)).notes for code in "AC"] == [notes, notes]
        assert again.task(again.find_task("B")).notes == plan.task(second).notes


def test_user_defined_fields_and_codes() -> None:
    plan = plan_of(rich())
    first, second, band = (plan.find_task(code) for code in ("A", "B", "B1"))
    assert plan.task(first).custom == {"udf11": "Ann", "udf12": 12.5, "code20": "DES"}
    assert plan.task(second).custom == {"udf13": instant("2026-01-06")}
    assert plan.task(band).custom == {"udf15": "Works"}
    assert plan.resources.at(0).custom == {"udf14": 64_000}
    names = {(f.entity, f.key): f.alias for f in plan.tables["custom_fields"]}
    assert names["tasks", "code20"] == "Phase"
    assert names["resources", "udf14"] == "Day rate"
    edited = changed(plan, "tasks", first, custom={"udf12": 8, "code20": "BLD"})
    edited = changed(edited, "tasks", second, custom={"udf11": "Bea", "udf13": instant("2026-02-03T10:00"), "code20": "NEW"})
    again = read_text(written(edited)[0], strict=True).plan
    assert again.task(again.find_task("A")).custom == {"udf12": 8, "code20": "BLD"}
    assert again.task(again.find_task("B")).custom == edited.task(second).custom


def test_custom_fields_of_another_format_become_user_defined_fields() -> None:
    plan = plan_of(small())
    field = {"id": 1, "project_id": 1, "entity": "tasks", "key": "text1", "alias": "Contractor", "type": "text"}
    number = {"id": 2, "project_id": 1, "entity": "tasks", "key": "number1", "alias": "Count", "type": "number"}
    tables = {**plan.tables, "custom_fields": plan.tables["custom_fields"].changed({}, inserts=[field, number])}
    plan = changed(Plan(tables), "tasks", plan.find_task("A"), custom={"text1": "Smith", "number1": 3})
    again = read_text(written(plan)[0], strict=True).plan
    names = {f.key: f.alias for f in again.tables["custom_fields"]}
    found = {names[key]: value for key, value in again.task(again.find_task("A")).custom.items()}
    assert found == {"Contractor": "Smith", "Count": 3}


def test_fixed_costs_are_expenses() -> None:
    plan = plan_of(rich())
    second = plan.find_task("B")
    assert plan.task(second).fixed_cost == 12_050
    again = read_text(written(changed(plan, "tasks", second, fixed_cost=99_900))[0], strict=True).plan
    assert again.task(again.find_task("B")).fixed_cost == 99_900


def test_computed_dates_are_written_where_there_is_a_schedule() -> None:
    row = next(r for r in tables_in(written(plan_of(small()), scheduled=True)[0])["TASK"] if r["task_code"] == "A")
    assert (row["early_start_date"], row["early_end_date"]) == ("2026-01-05 08:00", "2026-01-06 17:00")
    assert (row["restart_date"], row["target_start_date"]) == ("2026-01-05 08:00", "2026-01-05 08:00")
    assert (row["total_float_hr_cnt"], row["driving_path_flag"]) == ("0", "Y")


def test_rules_of_scheduling_are_written() -> None:
    plan = changed(plan_of(small()), "projects", 1, profile_overrides={"lag_calendar": "24h", "longest_path_critical": True})
    text, lost = written(plan)
    found = tables_in(text)
    assert found["SCHEDOPTIONS"][0]["sched_calendar_on_relationship_lag"] == "rcal_24Hour"
    assert found["PROJECT"][0]["critical_path_type"] == "CT_DrivPath"
    assert lost == []
    assert read_text(text).plan.project().profile_overrides == plan.project().profile_overrides


def test_what_a_month_is_goes_with_the_calendar() -> None:
    usual = plan_of(small())
    assert usual.projects[1].days_per_month == 22, "P6's 172 hours, in days of 8"
    tables = {n: t.changed({i: {"extra": {}} for i in t.ids}) if "extra" in t.stored else t for n, t in usual.tables.items()}
    elsewhere = changed(Plan(tables), "projects", 1, days_per_month=18, minutes_per_day=450)
    text, _ = written(elsewhere)
    assert tables_in(text)["CALENDAR"][0]["month_hr_cnt"] == "135"
    project = read_text(text).plan.projects[1]
    assert (project.days_per_month, project.minutes_per_day) == (18, 450)


def test_a_plan_from_elsewhere_has_all_that_p6_asks_for() -> None:
    plan = read_plan(SAMPLES[0].parent / "software-launch.toml").plan
    found = tables_in(written(plan, scheduled=True)[0])
    order = (
        "CURRTYPE",
        "OBS",
        "PROJECT",
        "CALENDAR",
        "SCHEDOPTIONS",
        "PROJWBS",
        "RSRC",
        "RSRCRATE",
        "TASK",
        "TASKPRED",
        "TASKRSRC",
    )
    assert [name for name in found if name in order] == list(order)
    tops = [row for row in found["PROJWBS"] if row["proj_node_flag"] == "Y"]
    assert len(tops) == 1
    assert [row["default_flag"] for row in found["CALENDAR"]].count("Y") == 1
    for name, key in (("TASK", "task_id"), ("PROJWBS", "wbs_id"), ("TASKRSRC", "taskrsrc_id"), ("TASK", "task_code")):
        numbers = [row[key] for row in found[name]]
        assert len(set(numbers)) == len(numbers)
        assert all(numbers)
    bands, owners = {row["wbs_id"] for row in found["PROJWBS"]}, {row["obs_id"] for row in found["OBS"]}
    assert all(row["wbs_id"] in bands and row["early_start_date"] for row in found["TASK"])
    assert all(row["obs_id"] in owners for row in found["PROJWBS"])


@pytest.mark.parametrize(
    ("values", "said", "expected"),
    [
        (
            {"deadline": instant("2026-01-09T17:00")},
            "1 deadline, written as",
            {"cstr_type": "CS_MEOB", "cstr_date": "2026-01-09 17:00"},
        ),
        ({"manual": True, "manual_start": instant("2026-01-08T08:00")}, "1 manual task", {"cstr_type": "CS_MANDSTART"}),
        ({"duration_unit": "ed"}, "elapsed duration of 1 task", {"clndr_id": "2", "task_type": "TT_Task"}),
        ({"splits": [[0, 3600], [7200, 3600]]}, "interruptions and contours of work of 1 task", {}),
        ({"levelling_delay": 3600}, "levelling delay of 1 task", {}),
        ({"name": "x" * 130}, "end of 1 name", {"task_name": "x" * 120}),
    ],
)
def test_what_p6_cannot_hold_is_said(values: dict[str, Any], said: str, expected: dict[str, str]) -> None:
    plan = plan_of(small())
    tables = {n: t.changed({i: {"extra": None} for i in t.ids}) if "extra" in t.stored else t for n, t in plan.tables.items()}
    plan = changed(Plan(tables), "tasks", plan.find_task("B"), **values)
    text, lost = written(plan)
    assert [words for words in lost if words.startswith(said)], lost
    row = next(r for r in tables_in(text)["TASK"] if r["task_code"] == "B")
    assert {column: row[column] for column in expected} == expected


@pytest.mark.parametrize("which", ["inactive", "blank", "external"])
def test_tasks_that_p6_has_no_place_for_are_left_out(which: str) -> None:
    plan = plan_of(small())
    values = {"active": False} if which == "inactive" else {which: True}
    text, lost = written(changed(plan, "tasks", plan.find_task("B"), **values))
    assert len(lost) == 1
    found = tables_in(text)
    assert [row["task_code"] for row in found["TASK"]] == ["A"]
    assert found["TASKPRED"] == []


@pytest.mark.parametrize(("kind", "lag", "hours"), [("percent", 5000, "8"), ("elapsed", 24 * HOUR, "8"), ("working", HOUR, "1")])
def test_lags_become_working_hours(kind: str, lag: int, hours: str) -> None:
    """Half of A's 16 hours; and the working hours of the day after A's finish."""
    plan = plan_of(small())
    text, lost = written(changed(plan, "links", 1, lag=lag, lag_kind=kind), scheduled=True)
    assert tables_in(text)["TASKPRED"][0]["lag_hr_cnt"] == hours
    assert len(lost) == (kind != "working")


def test_links_of_a_summary_become_links_of_its_activities() -> None:
    tables = small()
    tables["TASK"].append(activity(103, "C", wbs_id=70))
    tables["TASK"].append(activity(104, "D"))
    plan = plan_of(tables)
    across = {"id": 9, "project_id": 1, "predecessor_id": plan.find_task("B1"), "successor_id": plan.find_task("C")}
    plan = Plan({**plan.tables, "links": plan.tables["links"].changed({}, inserts=[across])})
    text, lost = written(plan)
    assert lost == ["1 link of summary tasks, written as links of the activities in them"]
    pairs = {(row["pred_task_id"], row["task_id"]) for row in tables_in(text)["TASKPRED"]}
    assert pairs == {("101", "102"), ("102", "103"), ("104", "103")}


def test_characters_beyond_the_code_page_make_the_file_utf_8() -> None:
    plan = read_text(document(small()).replace("Activity A", "Tätigkeit")).plan
    content, problems = write_reporting(plan, None)
    assert "Tätigkeit".encode("cp1252") in content
    assert not problems
    content, problems = write_reporting(changed(plan, "tasks", plan.find_task("A"), name="Работа"), None)
    assert content.startswith(b"\xef\xbb\xbf")
    assert len(problems) == 1
    assert read_bytes(content, "a.xer").plan.find_task("Работа")


def test_assignments_of_summaries_are_lost() -> None:
    plan = plan_of(small())
    text, lost = written(changed(plan, "assignments", 1, task_id=plan.find_task("B1")))
    assert lost == ["1 assignment of summary tasks"]
    assert tables_in(text)["TASKRSRC"] == []


def test_links_of_an_empty_band_are_lost() -> None:
    tables = small()
    tables["PROJWBS"].append({"wbs_id": 72, "proj_id": 7, "seq_num": 9, "wbs_short_name": "EMPTY", "parent_wbs_id": 70})
    plan = plan_of(tables)
    text, lost = written(changed(plan, "links", 1, successor_id=plan.find_task("EMPTY")))
    assert len(lost) == 1
    assert tables_in(text)["TASKPRED"] == []
