"""What each business object of P6's XML becomes."""

from __future__ import annotations

import pytest

from pm.formats.registry import find_format, read_bytes
from pm.model import instant
from pm.model.kinds import HOUR
from pm.schedule import compute_schedule
from pm.worktime import Calendars
from tests.formats.mspdi.documents import document
from tests.formats.pmxml.documents import HEAD, NAMESPACE, PLAN, activity, codes, project, read_text

RESULT = read_text(PLAN)
SMALL = RESULT.plan
TASKS = {t.wbs: t for t in SMALL.tasks}


def test_nothing_is_complained_of() -> None:
    assert not RESULT.problems
    SMALL.check_references()
    compute_schedule(SMALL)


def test_the_project_and_its_rules() -> None:
    (found,) = SMALL.projects
    assert (found.code, found.name, found.profile) == ("SMALL", "Small one", "primavera")
    assert (found.start, found.must_finish_by) == (instant("2026-01-05T08:00"), instant("2026-02-27T17:00"))
    assert (found.currency, found.currency_symbol) == ("NOK", "kr")
    assert found.profile_overrides == {
        "slack_rule": "smallest",
        "lag_calendar": "24h",
        "out_of_sequence": "progress_override",
        "open_ends_critical": True,
        "longest_path_critical": True,
    }


def test_bands_and_activities() -> None:
    assert [(t.wbs, d) for t, d in zip(SMALL.tasks, SMALL.outline.depth, strict=True)] == [
        ("M", 0),
        ("B1", 0),
        ("A", 1),
        ("B", 1),
    ]
    first, second, done = TASKS["A"], TASKS["B"], TASKS["M"]
    assert (first.uid, first.duration, first.actual_start) == (101, 16 * HOUR, instant("2026-01-05T08:00"))
    assert (first.physical_percent_complete, first.percent_type, first.fixed_cost) == (2500, "physical", 25_050)
    assert (first.type, first.ignore_resource_calendars) == ("fixed_units", True)
    assert (second.constraint_type, second.constraint_date) == ("SNET", instant("2026-01-12T08:00"))
    assert (second.secondary_constraint_type, second.priority) == ("MANDATORY_FINISH", 900)
    assert (done.activity_type, done.milestone, done.parent_id) == ("finish_milestone", True, None)
    assert RESULT.stored.early_start == {second.id: instant("2026-01-12T08:00")}
    assert RESULT.stored.total_slack == {second.id: 16 * HOUR}


def test_links_resources_and_assignments() -> None:
    uid = {t.id: t.uid for t in SMALL.tasks}
    assert [(uid[k.predecessor_id], uid[k.successor_id], k.type, k.lag) for k in SMALL.links] == [
        (101, 102, "FS", 0),
        (102, 103, "FF", 4 * HOUR),
    ]
    (ann,) = SMALL.resources
    assert (ann.name, ann.initials, ann.role, ann.email, ann.max_units, ann.standard_rate) == (
        *("Ann", "ANN", "Welder", "ann@example.org"),
        *(20_000, 625_000),
    )
    (assignment,) = SMALL.assignments
    assert (assignment.task_id, assignment.resource_id) == (TASKS["B"].id, ann.id)
    assert (assignment.units, assignment.work, assignment.cost, assignment.drives) == (5000, 16 * HOUR, 100_000, True)


def test_shifts_end_with_the_minute_that_p6_names_last() -> None:
    (calendar,) = SMALL.calendars
    assert calendar.week == [[[8 * HOUR, 12 * HOUR], [13 * HOUR, 17 * HOUR]]] * 5 + [[[22 * HOUR, 30 * HOUR]], []]
    compiled = Calendars(SMALL).get(calendar.id)
    assert not compiled.day_shifts(instant("2026-01-06"))
    assert [tuple(shift) for shift in compiled.day_shifts(instant("2026-01-10"))] == [(8 * HOUR, 12 * HOUR)]


def test_a_lone_band_that_is_the_project_is_not_there_twice() -> None:
    band = "<WBS><ObjectId>71</ObjectId><Code>SMALL</Code><Name>Small one</Name><ProjectObjectId>7</ProjectObjectId></WBS>"
    plan = read_text(HEAD + project(activity(101, "A"), band) + "</APIBusinessObjects>").plan
    assert [(t.wbs, t.parent_id) for t in plan.tasks] == [("A", None)]
    assert plan.projects.column("name")[0] == "Small one"


def test_baselines_are_named_and_left_out() -> None:
    baseline = project(activity(201, "OLD")).replace("Project>", "BaselineProject>")
    result = read_text(PLAN.replace("</APIBusinessObjects>", baseline + "</APIBusinessObjects>"))
    assert codes(result) == ["pmxml.baselines"]
    assert result.plan == SMALL


@pytest.mark.parametrize(
    ("name", "namespace"),
    [
        ("newer", "http://xmlns.oracle.com/Primavera/P6/V25.12/API/BusinessObjects"),
        ("other", "http://xmlns.oracle.com/Primavera/P6Professional/V18.8/API/BusinessObjects"),
        ("none", ""),
    ],
)
def test_any_version_of_the_namespace(name: str, namespace: str) -> None:
    text = PLAN.replace(f'xmlns="{NAMESPACE}"', f'xmlns="{namespace}"' if namespace else "")
    assert read_text(text).plan == SMALL, name


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "iso-8859-1"])
def test_encodings(encoding: str) -> None:
    text = PLAN.replace("UTF-8", encoding.removesuffix("-sig")).replace("Activity A", "Größe")
    assert "Größe" in read_text(text.encode(encoding)).plan.tasks.column("name")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_is_told_apart_by_its_content(encoding: str) -> None:
    p6 = PLAN.replace("UTF-8", encoding).encode(encoding)
    microsoft = document([]).replace("UTF-8", encoding).encode(encoding)
    assert find_format("plan.xml", p6[:4096]).name == find_format("plan", p6[:4096]).name == "pmxml"
    assert find_format("plan.xml", microsoft[:4096]).name == find_format("plan", microsoft[:4096]).name == "mspdi"
    assert find_format("plan.xml").name == "mspdi"
    assert read_bytes(p6, "plan.xml").plan == SMALL
