"""What each business object of P6's XML becomes."""

from __future__ import annotations

import pytest

from pm.formats.registry import find_format, read_bytes
from pm.model import instant
from pm.model.kinds import HOUR
from pm.schedule import compute_schedule
from pm.worktime import Calendars
from tests.formats.mspdi.documents import document
from tests.formats.pmxml.documents import HEAD, NAMESPACE, NIL, PLAN, activity, codes, project, read_text

NIL_PARENT = f"<ParentObjectId {NIL}/>"
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


@pytest.mark.parametrize("parent", [NIL_PARENT, "<ParentObjectId>70</ParentObjectId>"])
def test_the_band_of_the_project_need_not_be_there(parent: str) -> None:
    band = f"<WBSObjectId>70</WBSObjectId><WBS><ObjectId>71</ObjectId><Code>B1</Code><Name>Band</Name>{parent}</WBS>"
    inside = activity(101, "A") + activity(102, "B").replace("<WBSObjectId>71<", "<WBSObjectId>70<")
    result = read_text(HEAD + project(inside, band) + "</APIBusinessObjects>")
    assert not result.problems
    assert [(t.wbs, d) for t, d in zip(result.plan.tasks, result.plan.outline.depth, strict=True)] == [
        ("B", 0),
        ("B1", 0),
        ("A", 1),
    ]


def test_several_projects_in_one_file() -> None:
    other = project(activity(201, "Z")).replace(">7<", ">8<").replace("SMALL", "OTHER").replace(">71<", ">81<")
    result = read_text(PLAN.replace("</APIBusinessObjects>", other + "</APIBusinessObjects>"))
    assert not result.problems
    assert [p.code for p in result.plan.projects] == ["SMALL", "OTHER"]
    assert [t.wbs for t in result.plan.tasks if t.project_id == 2] == ["B1", "Z"]


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


ATTACHED = """
<ActivityCodeType><ObjectId>30</ObjectId><Name>Phase</Name><Scope>Global</Scope></ActivityCodeType>
<ActivityCode><ObjectId>31</ObjectId><CodeTypeObjectId>30</CodeTypeObjectId><CodeValue>DES</CodeValue></ActivityCode>
<UDFType><ObjectId>40</ObjectId><SubjectArea>Activity</SubjectArea><Title>Permit</Title><DataType>Text</DataType></UDFType>
<UDFType><ObjectId>41</ObjectId><SubjectArea>Activity</SubjectArea><Title>Due</Title><DataType>Finish Date</DataType></UDFType>
<UDFType><ObjectId>42</ObjectId><SubjectArea>Activity</SubjectArea><Title>Fee</Title><DataType>Cost</DataType></UDFType>
<NotebookTopic><ObjectId>50</ObjectId><Name>Risks</Name></NotebookTopic>
"""
VALUES = """<Code><TypeObjectId>30</TypeObjectId><ValueObjectId>31</ValueObjectId></Code>
<UDF><TypeObjectId>40</TypeObjectId><TextValue>two
lines</TextValue></UDF>
<UDF><TypeObjectId>41</TypeObjectId><FinishDateValue>2026-03-01T17:00:00</FinishDateValue></UDF>
<UDF><TypeObjectId>42</TypeObjectId><CostValue>12.5</CostValue></UDF>"""
NOTES = """<ActivityNote><ObjectId>60</ObjectId><ActivityObjectId>101</ActivityObjectId>
<NotebookTopicObjectId>50</NotebookTopicObjectId><Note>&lt;p&gt;Wet soil&lt;/p&gt;&lt;p&gt;Pump ready&lt;/p&gt;</Note>
</ActivityNote>
<ProjectNote><ObjectId>61</ObjectId><NotebookTopicObjectId>50</NotebookTopicObjectId><Note>Short winter</Note></ProjectNote>"""
RICH = HEAD + ATTACHED + project(activity(101, "A", 8, VALUES) + NOTES) + "</APIBusinessObjects>"


def test_codes_user_fields_and_notes() -> None:
    result = read_text(RICH)
    assert not result.problems
    task = next(t for t in result.plan.tasks if t.wbs == "A")
    assert task.custom == {"code30": "DES", "udf40": "two\nlines", "udf41": instant("2026-03-01T17:00"), "udf42": 1250}
    assert {(f.key, f.alias, f.type) for f in result.plan.tables["custom_fields"]} == {
        ("code30", "Phase", "text"),
        ("udf40", "Permit", "text"),
        ("udf41", "Due", "date"),
        ("udf42", "Fee", "cost"),
    }
    assert task.notes == "Risks:\nWet soil\nPump ready"
    assert result.plan.projects.column("notes")[0] == "Risks:\nShort winter"


@pytest.mark.parametrize("text", [PLAN, RICH], ids=["plan", "rich"])
def test_what_was_read_can_be_written_as_an_xer_file(text: str) -> None:
    plan = read_text(text).plan
    content, _ = find_format("plan.xer").content(plan, None)
    again = read_bytes(content, "plan.xer")
    assert not again.problems
    for name, table in plan.tables.items():
        other = again.plan.tables[name]
        for column in {*table.stored, *other.stored} - {"extra"}:
            assert list(table.column(column)) == list(other.column(column)), (name, column)
