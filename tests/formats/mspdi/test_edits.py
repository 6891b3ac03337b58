"""What was changed is written as it is now, everything around it as it was."""

from __future__ import annotations

from typing import Any

import pytest

from pm.errors import FormatError
from pm.formats.mspdi import write
from pm.model import Plan, instant
from pm.schedule import compute_schedule
from tests.conformance.corpus import canonical
from tests.formats.mspdi.documents import document, link, read_text, task

HEAD = (
    "<Title>Bridge</Title><StartDate>2026-01-05T08:00:00</StartDate><CurrencyDigits>2</CurrencyDigits>"
    "<CalendarUID>1</CalendarUID><ExtendedAttributes><ExtendedAttribute><FieldID>188743731</FieldID><FieldName>Text1</FieldName>"
    "<Alias>Crew</Alias><Guid>ab</Guid></ExtendedAttribute><ExtendedAttribute><FieldID>188743767</FieldID>"
    "<FieldName>Number1</FieldName></ExtendedAttribute></ExtendedAttributes>"
)
CUSTOM = "<ExtendedAttribute><FieldID>188743731</FieldID><Value>Red</Value><ValueGUID>g</ValueGUID></ExtendedAttribute>"
TEXT = document(
    [
        task(1, f"<CreateDate>2025-12-01T09:00:00</CreateDate><Cost>100.25</Cost>{CUSTOM}"),
        task(
            2, link(1, 1, "4800.0") + "<Baseline><Number>0</Number><Work>PT8H0M0S</Work><Cost>0</Cost><BCWS>3</BCWS></Baseline>"
        ),
    ],
    head=HEAD,
    resources="<Resource><UID>1</UID><Name>Ana</Name><Type>1</Type><NTAccount>a\\na</NTAccount></Resource>",
    assignments="<Assignment><UID>5</UID><TaskUID>2</TaskUID><ResourceUID>1</ResourceUID><Units>0.333333</Units>"
    "<Work>PT8H0M0S</Work></Assignment>",
)


def edited(plan: Plan, table: str, row: int, **values: Any) -> Plan:
    return Plan({**plan.tables, table: plan.tables[table].changed({row: values})})


def changes(plan: Plan) -> tuple[list[str], list[str]]:
    """The lines that are gone, and those that are new, in what is written."""
    before, after = canonical(TEXT.encode()), canonical(write(plan, None))
    return [line for line in before if line not in after], [line for line in after if line not in before]


@pytest.fixture
def plan() -> Plan:
    result = read_text(TEXT)
    assert not result.problems
    return result.plan


def test_nothing_changes_where_nothing_was_changed(plan: Plan) -> None:
    assert canonical(write(plan, None)) == canonical(TEXT.encode())


@pytest.mark.parametrize(
    ("table", "row", "values", "gone", "new"),
    [
        ("tasks", 1, {"name": "Dig & fill"}, ["<Name>Task 1</Name>"], ["<Name>Dig &amp; fill</Name>"]),
        ("tasks", 1, {"cost": 200_00}, ["<Cost>100.25</Cost>"], ["<Cost>20000</Cost>"]),
        ("tasks", 1, {"deadline": instant("2026-03-01T17:00")}, [], ["<Deadline>2026-03-01T17:00:00</Deadline>"]),
        ("tasks", 1, {"custom": {"text1": "Blue"}}, ["<Value>Red</Value>", "<ValueGUID>g</ValueGUID>"], ["<Value>Blue</Value>"]),
        ("tasks", 1, {"custom": None}, ["<Value>Red</Value>", "<ValueGUID>g</ValueGUID>"], []),
        ("tasks", 1, {"custom": {"text1": "Red", "number1": 3}}, [], ["<Value>3</Value>"]),
        ("links", 1, {"lag": 600}, ["<LinkLag>4800.0</LinkLag>"], ["<LinkLag>100</LinkLag>"]),
        ("links", 1, {"lag": 86400, "lag_kind": "elapsed", "lag_unit": "ed"},
         ["<LinkLag>4800.0</LinkLag>", "<LagFormat>7</LagFormat>"], ["<LinkLag>14400</LinkLag>", "<LagFormat>8</LagFormat>"]),
        ("assignments", 1, {"units": 5000}, ["<Units>0.333333</Units>"], ["<Units>0.5</Units>"]),
        ("task_baselines", 1, {"cost": 700}, ["<Cost>0</Cost>"], ["<Cost>700</Cost>"]),
        ("projects", 1, {"name": "Tunnel"}, ["<Name>Small</Name>", "<Title>Bridge</Title>"],
         ["<Name>Tunnel</Name>", "<Title>Tunnel</Title>"]),
        ("custom_fields", 1, {"alias": "Gang"}, ["<Alias>Crew</Alias>"], ["<Alias>Gang</Alias>"]),
        ("resources", 1, {"type": "cost"}, [], ["<Type>0</Type>", "<IsCostResource>1</IsCostResource>"]),
    ],
)  # fmt: skip
def test_only_what_was_changed_is_written_differently(
    plan: Plan, table: str, row: int, values: dict[str, Any], gone: list[str], new: list[str]
) -> None:
    lost, added = changes(edited(plan, table, row, **values))
    assert (lost, added) == (gone, new)


def test_a_task_put_in_has_its_place_in_the_outline(plan: Plan) -> None:
    row = {"id": 3, "project_id": 1, "name": "Pour", "parent_id": 1, "position": 1, "uid": 3, "duration": 3600}
    more = Plan({**plan.tables, "tasks": plan.tasks.changed({}, [row])})
    again = read_text(write(more, compute_schedule(more)))
    assert not again.problems
    assert [(t.name, t.uid, d) for t, d in zip(again.plan.tasks, again.plan.outline.depth, strict=True)] == [
        ("Task 1", 1, 0), ("Pour", 3, 1), ("Task 2", 2, 0),
    ]  # fmt: skip
    text = write(more, None).decode()
    assert "<OutlineNumber>1.1</OutlineNumber>" in text


def test_a_plan_made_here_comes_back() -> None:
    made = Plan.from_rows(
        projects=[{"id": 1, "code": "P", "name": "P", "start": instant("2026-01-05T08:00"), "calendar_id": 1, "currency": "CHF"}],
        calendars=[{"id": 1, "name": "Site", "week": [[[0, 86400]]] * 7}],
        resources=[{"id": 1, "name": "Ravi", "max_units": 20_000, "standard_rate": 505_000}],
        tasks=[
            {"id": 1, "project_id": 1, "position": 1, "name": "Dig", "custom": {"region": "North"}, "priority": 700},
            {"id": 2, "project_id": 1, "position": 2, "blank": True},
            {
                "id": 3,
                "project_id": 1,
                "position": 3,
                "name": "Cure",
                "duration": 86400,
                "duration_unit": "ed",
                "estimated": True,
            },
        ],
        links=[{"id": 1, "project_id": 1, "predecessor_id": 1, "successor_id": 3, "type": "SS", "lag": 600, "lag_unit": "h"}],
        assignments=[{"id": 1, "project_id": 1, "task_id": 1, "resource_id": 1, "units": 5000, "work": 7200}],
        custom_fields=[{"id": 1, "project_id": 1, "key": "region", "alias": "Region"}],
    )
    result = read_text(write(made, compute_schedule(made)))
    assert not result.problems
    plan = result.plan
    assert plan.projects[1].currency == "CHF"
    assert [(t.name, t.uid, t.blank) for t in plan.tasks] == [("Dig", 1, False), ("", 2, True), ("Cure", 3, False)]
    assert (plan.tasks[3].duration, plan.tasks[3].duration_unit, plan.tasks[3].estimated) == (86400, "ed", True)
    assert plan.tasks[1].custom == {"text1": "North"}
    assert plan.tables["custom_fields"][1].alias == "Region"
    assert (plan.links[1].type, plan.links[1].lag, plan.links[1].lag_unit) == ("SS", 600, "h")
    assert (plan.resources[1].max_units, plan.resources[1].standard_rate) == (20_000, 505_000)
    assert (plan.assignments[1].units, plan.assignments[1].work) == (5000, 7200)
    assert plan.calendars[1].week == [[[0, 86400]]] * 7


def test_text_that_xml_cannot_hold_is_replaced(plan: Plan) -> None:
    named = edited(plan, "tasks", 1, name="a\x00b\x1b[31m\ud800c\r\nd]]>")
    assert read_text(write(named, None)).plan.tasks[1].name == "a\ufffdb\ufffd[31m\ufffdc\r\nd]]>"


def test_a_file_holds_one_project(plan: Plan) -> None:
    for count, code in ((0, "mspdi.no_project"), (2, "mspdi.several_projects")):
        several = Plan.from_rows(projects=[{"id": i + 1, "code": str(i)} for i in range(count)])
        with pytest.raises(FormatError) as caught:
            write(several, None)
        assert caught.value.code == code


def test_elements_that_come_again_by_right_are_all_kept() -> None:
    codes = "<OutlineCode><FieldID>1</FieldID></OutlineCode><OutlineCode><FieldID>2</FieldID></OutlineCode>"
    spread = "<TimephasedData><Type>7</Type></TimephasedData><TimephasedData><Type>8</Type></TimephasedData>"
    text = document([task(1, codes)], resources=f"<Resource><UID>1</UID><Name>A</Name>{spread}</Resource>")
    result = read_text(text)
    assert not result.problems
    assert canonical(write(result.plan, None)) == canonical(text.encode())


def test_a_value_given_twice_counts_once() -> None:
    result = read_text(document([task(1, "<Priority>300</Priority><Priority>400</Priority>")]))
    assert result.plan.tasks[1].priority == 300
    assert result.ignored == {"Priority": 1}
