"""What each record of an MPX file becomes."""

from __future__ import annotations

import pytest

from pm.formats import read_plan
from pm.formats.registry import read_bytes
from pm.model import instant
from pm.schedule import compute_schedule
from pm.worktime import Calendars
from tests.formats.mpx.documents import PLAN, codes, read_text

HOUR = 3600
RESULT = read_text(PLAN)
BARN = RESULT.plan
TASKS = {t.uid: t for t in BARN.tasks}


def test_nothing_is_complained_of() -> None:
    assert not RESULT.problems
    BARN.check_references()
    compute_schedule(BARN)


def test_the_project() -> None:
    (project,) = BARN.projects
    assert (project.name, project.company, project.manager, project.author) == ("Barn, new", "Hill Farm", "Ana", "Joe")
    assert (project.start, project.finish, project.profile) == (instant("1995-07-03T08:00"), None, "msproject")
    assert (project.currency, project.currency_symbol, project.notes) == ("USD", "$", "Roof before winter")
    assert (project.default_start, project.default_finish) == (8 * HOUR, 17 * HOUR)
    assert BARN.calendars[project.calendar_id].name == "Standard"


def test_tasks_and_their_tree() -> None:
    assert [(t.uid, t.name, d) for t, d in zip(BARN.tasks, BARN.outline.depth, strict=True)] == [
        (1, "Ground", 0),
        (5, 'Dig "deep"', 1),
        (6, "Pour", 1),
        (8, "Cure", 1),
        (9, "Inspect", 0),
    ]
    dig, pour = TASKS[5], TASKS[6]
    assert (dig.duration, dig.duration_unit, dig.constraint_type) == (24 * HOUR, "d", "SNET")
    assert dig.constraint_date == instant("1995-07-05T08:00")
    assert (dig.actual_start, dig.percent_complete, dig.priority) == (instant("1995-07-05T09:00"), 5000, 600)
    assert (dig.actual_duration, dig.remaining_duration, dig.notes) == (12 * HOUR, 12 * HOUR, "mind the pipe")
    assert (pour.duration, pour.estimated, pour.type) == (40 * HOUR, True, "fixed_duration")
    assert pour.constraint_date == instant("1995-07-21T17:00")
    assert (pour.levelling_delay, pour.priority, pour.notes) == (48 * HOUR, 1000, "")
    assert (TASKS[8].duration, TASKS[8].duration_unit) == (120 * HOUR, "ed")
    assert TASKS[9].recurring


def test_custom_fields_baselines_and_stored_results() -> None:
    pour = TASKS[6]
    start = instant("1995-07-09T08:00")
    assert pour.custom == {"text1": "red", "number1": 4.5, "flag1": True, "start1": start, "cost1": 1200, "duration1": 2 * HOUR}
    assert {(f.key, f.type) for f in BARN.tables["custom_fields"]} == {
        *(("text1", "text"), ("number1", "number"), ("flag1", "flag"), ("start1", "date"), ("cost1", "cost")),
        ("duration1", "duration"),
    }
    (baseline,) = BARN.task_baselines
    assert (baseline.task_id, baseline.start, baseline.finish) == (
        pour.id,
        instant("1995-07-10T08:00"),
        instant("1995-07-14T17:00"),
    )
    assert [b.number for b in BARN.baselines] == [0]
    assert RESULT.stored.total_slack == {pour.id: -8 * HOUR}
    assert RESULT.stored.start == {pour.id: instant("1995-07-10T08:00")}


def test_results_without_a_time_of_day_are_not_compared() -> None:
    result = read_text(PLAN.replace("7/10/95 8:00", "7/10/95"))
    assert codes(result) == ["mpx.no_times"]
    assert not result.stored.start


def test_links() -> None:
    uid = {t.id: t.uid for t in BARN.tasks}
    assert [(uid[k.predecessor_id], uid[k.successor_id], k.type, k.lag, k.lag_kind, k.lag_unit) for k in BARN.links] == [
        (5, 6, "FS", 24 * HOUR, "elapsed", "ed"),
        (6, 8, "SS", 5000, "percent", "%"),
        (5, 8, "FF", -4 * HOUR, "working", "h"),
        (8, 9, "FS", 0, "working", "d"),
    ]


def test_calendars() -> None:
    calendars = Calendars(BARN)
    standard, night, ravi = BARN.calendars
    shifts = {day: calendars.get(standard.id).day_shifts(instant(f"1995-07-{day:02}")) for day in range(3, 10)}
    usual = [(8 * HOUR, 12 * HOUR), (13 * HOUR, 17 * HOUR)]
    assert [list(map(tuple, shifts[day])) for day in shifts] == [
        *([], [], usual, usual, [(8 * HOUR, 12 * HOUR), (13 * HOUR, 16 * HOUR)]),
        *([(9 * HOUR, 13 * HOUR)], []),
    ]
    assert night.week is not None
    assert night.week[0] == [[23 * HOUR, 24 * HOUR]]
    assert (ravi.name, ravi.base_id, ravi.is_base, ravi.week[5]) == ("Ravi", night.id, False, [])
    assert not calendars.get(ravi.id).day_shifts(instant("1995-08-02"))


def test_resources_and_assignments() -> None:
    ravi, joe = BARN.resources
    assert (ravi.uid, ravi.name, ravi.initials, ravi.max_units, ravi.standard_rate) == (7, "Ravi", "RK", 20_000, 125_000)
    assert (ravi.cost_per_use, ravi.accrual, ravi.notes) == (500, "start", "Call first\nhe sleeps late")
    assert (joe.max_units, joe.standard_rate, joe.accrual, joe.calendar_id) == (5000, 1_000_000, "end", None)
    first, second = BARN.assignments
    assert (first.task_id, first.resource_id, first.units, first.work) == (TASKS[5].id, ravi.id, 20_000, 48 * HOUR)
    assert (first.actual_work, first.remaining_work, first.percent_work_complete) == (24 * HOUR, 24 * HOUR, 5000)
    assert (first.delay, first.cost, first.actual_cost) == (8 * HOUR, 60_000, 30_000)
    # Work that is not given follows from the duration.
    assert (second.resource_id, second.units, second.work) == (joe.id, 5000, 12 * HOUR)


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_line_ends_of_every_system(newline: str) -> None:
    assert read_text(PLAN.replace("\n", newline)).plan == BARN


def test_another_delimiter_and_other_separators() -> None:
    text = "\n".join(
        [
            "MPX;Any;4.0;ANSI",
            "10;€;3;2;.;,",
            "12;1;1;480;.;.;;;20",
            "20;Standard;0;1;1;1;1;1;0",
            "25;2;8.00;12.00;12.30;16.30",
            "30;Haus;;;Standard;01.07.1995 8.00",
            "61;90;98;1;3;40;74;30",
            "70;1;11;A;1;2,5d;;1.234,50 €",
            '70;2;12;B;1;1d;"11FS+1,5d;11SS";-10,00 €',
            "",
        ]
    )
    result = read_text(text)
    assert not result.problems
    first, second = result.plan.tasks
    assert (first.duration, first.cost, second.cost) == (20 * HOUR, 123_450, -1000)
    assert [(k.type, k.lag) for k in result.plan.links] == [("FS", 12 * HOUR), ("SS", 0)]
    assert result.plan.projects.column("start")[0] == instant("1995-07-01T08:00")
    assert result.plan.calendars.column("week")[0][0] == [[8 * HOUR, 12 * HOUR], [12 * HOUR + 1800, 16 * HOUR + 1800]]


def test_columns_named_in_words_alone() -> None:
    text = PLAN.replace("\n61,90,98,1,3,40,70,91,68,80,44", "\n0,90").split("\n71,mind")[0]
    plan = read_text(text).plan
    assert [(t.uid, t.duration // HOUR) for t in plan.tasks] == [(1, 0), (5, 24)]


def test_successors_serve_where_there_are_no_predecessors() -> None:
    text = "MPX,x,4.0,ANSI\n61,90,1,71\n70,1,A,2SS+1d\n70,2,B,\n"
    (link,) = read_text(text).plan.links
    assert (link.predecessor_id, link.successor_id, link.type, link.lag) == (1, 2, "SS", 8 * HOUR)


def test_blank_rows_stand_where_their_numbers_say() -> None:
    text = "MPX,x,4.0,ANSI\n61,90,98,1,3\n70,1,1,A,1\n70,3,3,B,2\n70,4,4,C,2\n70,2,2\n"
    plan = read_text(text).plan
    assert [(t.uid, t.blank) for t in plan.tasks] == [(1, False), (2, True), (3, False), (4, False)]
    assert list(plan.outline.depth) == [0, 1, 1, 1]


@pytest.mark.parametrize(
    ("page", "encoding"),
    [("ANSI", "cp1252"), ("MAC", "mac_roman"), ("437", "cp437"), ("850", "cp850"), ("UTF-8", "utf-8"), ("ANSI", "utf-8")],
)
def test_encodings(page: str, encoding: str) -> None:
    text = f"MPX,x,4.0,{page}\n61,90,1\n70,1,Größe\n"
    assert list(read_text(text.encode(encoding)).plan.tasks.column("name")) == ["Größe"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_decides(encoding: str) -> None:
    content = "MPX,x,4.0,ANSI\n61,90,1\n70,1,Größe łódź\n".encode(encoding)
    assert list(read_bytes(content, "plan.mpx").plan.tasks.column("name")) == ["Größe łódź"]
    assert read_bytes(content, "plan").format == "mpx"


def test_scheduled_from_its_finish() -> None:
    text = PLAN.replace("7/3/95 8:00 AM,,0,", "7/3/95 8:00 AM,8/31/95,1,")
    (project,) = read_text(text).plan.projects
    assert (project.schedule_from, project.finish) == ("finish", instant("1995-08-31T17:00"))


def test_found_by_name_and_read_only(tmp_path: pytest.TempPathFactory) -> None:
    path = tmp_path / "barn.mpx"  # type: ignore[operator]
    path.write_bytes(PLAN.encode("cp1252"))
    assert read_plan(path).plan == BARN
    assert codes(read_plan(path)) == []
