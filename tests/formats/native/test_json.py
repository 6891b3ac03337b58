"""Native JSON: its text, and what becomes of text that is not quite a plan."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pm.errors import FormatError, PMError
from pm.formats.native import read, write
from pm.formats.result import ImportResult, Source
from pm.model import ENTITIES, STANDARD_WEEK, Plan, instant

SMALL = Plan.from_rows(
    projects=[{"id": 4, "code": "A", "start": instant("2026-01-05T08:00"), "budget": 120_050, "revision": 9}],
    calendars=[{"id": 2, "project_id": 4, "name": "Standard", "week": STANDARD_WEEK}],
    tasks=[
        {
            "id": 8,
            "project_id": 4,
            "position": 2,
            "name": "Second",
            "duration": 27_000,
            "deadline": instant("2026-02-01T08:00:30"),
        },
        {"id": 9, "project_id": 4, "position": 1, "name": "First\x1b", "percent_complete": 6250},
    ],
    links=[{"id": 1, "project_id": 4, "predecessor_id": 9, "successor_id": 8, "type": "SS"}],
)
TEXT = """\
{
"schema": "pm.plan/1",
"projects": [
 {"id": 1, "code": "A", "start": "2026-01-05T08:00", "budget": "1200.50"}
],
"calendars": [
 {"id": 1, "project_id": 1, "name": "Standard", "week": WEEK}
],
"tasks": [
 {"id": 1, "project_id": 1, "name": "First\\u001b", "percent_complete": "62.5%"},
 {"id": 2, "project_id": 1, "name": "Second", "duration": "7.5h", "deadline": "2026-02-01T08:00:30"}
],
"links": [
 {"id": 1, "project_id": 1, "predecessor_id": 1, "successor_id": 2, "type": "SS"}
]
}
""".replace("WEEK", json.dumps(STANDARD_WEEK))


def load(text: str, *, strict: bool = False) -> ImportResult:
    return read(Source(io.BytesIO(text.encode()), "plan.json", strict))


def test_the_text_is_readable_and_canonical() -> None:
    assert write(SMALL).decode() == TEXT
    assert write(load(TEXT, strict=True).plan).decode() == TEXT


def test_other_text_is_put_into_our_form_once() -> None:
    loose = json.dumps(json.loads(TEXT), indent=4, sort_keys=True)
    assert loose != TEXT
    assert write(load(loose).plan).decode() == TEXT


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"colour": 1}, "json.unknown_key"),
        ({"tasks": 3}, "json.bad_table"),
        ({"tasks": [{"name": "x"}]}, "json.bad_row"),
        ({"tasks": [{"id": 1, "project_id": 1, "colour": 2}]}, "json.unknown_key"),
        ({"tasks": [{"id": 1, "project_id": 1, "duration": 3}]}, "json.bad_value"),
        ({"tasks": [{"id": 1, "project_id": 1, "duration": "3 dogs"}]}, "json.bad_value"),
        ({"tasks": [{"id": 1, "project_id": 1, "name": "\ud800"}]}, "json.bad_value"),
        ({"tasks": [{"id": 1, "project_id": 1, "type": "fixed"}]}, "json.bad_value"),
        ({"tasks": [{"id": 1, "project_id": 1, "fixed_cost": "x"}]}, "json.bad_value"),
        ({"tasks": [{"id": 1, "project_id": 1, "deadline": "2026-02-30"}]}, "json.bad_value"),
        ({"tasks": [{"id": 1, "project_id": 1, "milestone": 1}]}, "json.bad_value"),
        ({"tasks": [{"id": 1, "project_id": 7}]}, "json.dangling"),
        ({"tasks": [{"id": 1, "project_id": 1, "calendar_id": 7}]}, "json.dangling"),
        ({"links": [{"id": 1, "project_id": 1, "predecessor_id": 1, "successor_id": 1}]}, "json.self_link"),
        ({"links": [{"id": 1, "project_id": 1, "predecessor_id": 1, "successor_id": 9}]}, "json.dangling"),
    ],
)
def test_what_cannot_be_read_is_reported(change: dict[str, Any], code: str) -> None:
    document = {"schema": "pm.plan/1", "projects": [{"id": 1}], "tasks": [{"id": 1, "project_id": 1}], **change}
    result = load(json.dumps(document))
    assert [p.code for p in result.problems] == [code]
    assert len(result.plan.projects) == 1
    with pytest.raises(FormatError) as error:
        load(json.dumps(document), strict=True)
    assert error.value.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("\n", "json.not_a_plan"),
        ("[]", "json.not_a_plan"),
        ("{}", "json.not_a_plan"),
        ('{"schema": "pm.plan/2"}', "json.newer"),
        ('{"schema": "pm.schedule/1"}', "json.not_a_plan"),
        ('{"schema": 1}', "json.not_a_plan"),
        ('{"schema": "pm.plan/1",\n"tasks": [', "json.syntax"),
        ('{"a":' * 100_000, "json.syntax"),
        ('{"a": ' + "9" * 5000 + "}", "json.syntax"),
    ],
)
def test_what_is_no_plan_is_refused(text: str, code: str) -> None:
    with pytest.raises(FormatError) as error:
        load(text)
    assert error.value.code == code


def test_a_syntax_error_names_its_line() -> None:
    with pytest.raises(FormatError) as error:
        load('{"schema": "pm.plan/1",\n"tasks": oops}')
    assert error.value.subject == "plan.json:2"


def test_a_loop_in_the_tree_is_an_error() -> None:
    tasks = [{"id": 1, "project_id": 1, "parent_id": 2}, {"id": 2, "project_id": 1, "parent_id": 1}]
    with pytest.raises(FormatError) as error:
        load(json.dumps({"schema": "pm.plan/1", "projects": [{"id": 1}], "tasks": tasks}))
    assert error.value.code == "json.broken_tree"


KEYS = st.sampled_from(
    ["id", "project_id", "name", "parent_id", "week", "duration", "start", "task_id", "currency_digits", "extra"]
)
LEAVES = st.none() | st.booleans() | st.integers(-2, 3) | st.text(max_size=4) | st.sampled_from(["3h", "2026-01-01", 10**30, 1.5])
ROWS = st.lists(st.dictionaries(KEYS, LEAVES | st.lists(LEAVES, max_size=2), max_size=5), max_size=3)


@given(st.dictionaries(st.sampled_from([*ENTITIES, "x"]), ROWS | LEAVES, max_size=5))
@settings(deadline=None, max_examples=300)
def test_no_document_is_worse_than_an_error_of_ours(tables: dict[str, Any]) -> None:
    found = outcome(json.dumps({"schema": "pm.plan/1", **tables}))
    if isinstance(found, PMError):
        assert found.code.startswith("json.")
        return
    once = write(found)
    assert write(load(once.decode()).plan) == once


def outcome(text: str) -> Plan | PMError:
    try:
        return load(text).plan
    except PMError as error:
        return error
