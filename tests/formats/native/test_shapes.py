"""JSON within a plan that is not what its field is made of: reported and left out, so that nothing later stumbles over it."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pm.errors import FormatError
from pm.formats import mspdi, native
from pm.formats.result import Source
from pm.model import Plan
from pm.schedule import compute_schedule

ROWS: dict[str, list[dict[str, Any]]] = {
    "projects": [{"id": 1, "name": "A", "calendar_id": 1}],
    "calendars": [{"id": 1, "name": "C"}],
    "calendar_exceptions": [{"id": 1, "calendar_id": 1, "recurrence": "weekly"}],
    "resources": [{"id": 1, "name": "R"}],
    "tasks": [{"id": 1, "project_id": 1, "uid": 1, "name": "T", "duration": "1d"}],
    "assignments": [{"id": 1, "project_id": 1, "task_id": 1, "resource_id": 1, "work": "1h"}],
}


def read(text: str, *, strict: bool = False) -> tuple[Plan, list[str]]:
    found = native.read(Source(io.BytesIO(text.encode()), "plan.json", strict))
    return found.plan, [p.code for p in found.problems]


@pytest.mark.parametrize(
    ("table", "field", "value"),
    [
        ("projects", "profile_overrides", ["slack_rule"]),
        ("projects", "extra", "x"),
        ("projects", "extra", {"mspdi": {"was": 1}}),
        ("projects", "extra", {"mspdi": {"shapes": {"tasks": 5}, "shape": 0}}),
        ("projects", "extra", {"mspdi": {"project_task": [["UID"]]}}),
        ("projects", "extra", {"mspdi": {"assignments": [[0]]}}),
        ("projects", "extra", {"mspdi": {"namespaces": ["a"]}}),
        ("calendars", "extra", {"mspdi": {"parts": ["x"]}}),
        ("projects", "extra", {"p6": "x"}),
        ("projects", "extra", {"p6": {"file": {"tables": {}}}}),
        ("projects", "extra", {"p6": {"tables": {"T": {"columns": ["a"], "rows": [["1", "2"]]}}}}),
        ("tasks", "extra", {"p6": {"was": {"task_code": ["A"]}}}),
        ("tasks", "extra", {"p6": {"id": -1}}),
        ("tasks", "extra", {"p6": {"unheard": "of"}}),
        ("tasks", "extra", {"mspdi": {"shape": "0"}}),
        ("tasks", "extra", {"mspdi": {"custom": [[["a><b", ""]]]}}),
        ("tasks", "extra", {"mspdi": {"links": {"a": "b"}}}),
        ("tasks", "extra", {"mspdi": {"unheard": "of"}}),
        ("assignments", "extra", {"mspdi": {"timephased": [{"html": ""}]}}),
        ("calendars", "week", 5),
        ("calendars", "week", [None]),
        ("calendars", "week", [[["x", "y"]]] * 7),
        ("calendar_exceptions", "shifts", "abc"),
        ("calendar_exceptions", "weekdays", 5),
        ("calendar_exceptions", "weekdays", [[1]]),
        ("resources", "custom", "abc"),
        ("tasks", "splits", "abc"),
        ("tasks", "splits", [[0, 10**18]]),
        ("tasks", "custom", [1]),
        ("assignments", "profile", [[1, 2, 3]]),
        ("assignments", "profile", [[None, None]]),
    ],
)
def test_odd_json_is_reported_and_harms_nothing(table: str, field: str, value: Any) -> None:
    rows = {name: [dict(row) for row in listed] for name, listed in ROWS.items()}
    rows[table][0][field] = value
    text = json.dumps({"schema": "pm.plan/1", **rows})
    plan, codes = read(text)
    assert "json.bad_value" in codes
    schedule = compute_schedule(plan)
    assert mspdi.write(plan, schedule)
    with pytest.raises(FormatError, match=field):
        read(text, strict=True)


TEXT = st.sampled_from(["", "0", "1", "7", "x", "2026-01-05T08:00:00", "PT8H0M0S", "08:00:00"])
NAME = st.sampled_from(
    ["UID", "Name", "Notes", "Type", "Start", "FieldID", "WeekDay", "DayType", "Exception", "Odd", "{u", "{u}a", "A#2"]
)
TREE = st.recursive(TEXT, lambda inner: st.lists(st.tuples(NAME, inner).map(list), max_size=4), max_leaves=8)
TREES = st.lists(TREE, max_size=3)
TEXTS = st.dictionaries(NAME, TEXT, max_size=3)
PARTS = st.dictionaries(st.sampled_from(["WeekDays", "Exceptions", "WorkWeeks"]), TREE)
CARRIED = st.fixed_dictionaries(
    {},
    optional={
        "shape": st.integers(0, 2),
        "kept": st.dictionaries(NAME, TREE, max_size=3),
        "raw": TEXTS,
        "was": TEXTS,
        "custom": TREES,
        "timephased": TREES,
        "links": TREES,
        "parts": PARTS,
        "id": st.integers(0, 3),
        "tree": TREE,
        "shapes": st.dictionaries(
            st.sampled_from(["tasks", "calendars", "odd"]), st.lists(st.lists(NAME, max_size=4), max_size=2)
        ),
        "attributes": TEXTS,
        "namespaces": TEXTS,
        "project_task": TREE,
        "resources": TREES,
        "assignments": st.lists(st.tuples(st.integers(0, 2), TREE).map(list), max_size=2),
    },
)


@given(st.sampled_from(["projects", "calendars", "tasks", "assignments"]), CARRIED, CARRIED)
def test_what_has_its_shape_is_written_whatever_it_says(
    table: str, of_the_file: dict[str, Any], of_a_row: dict[str, Any]
) -> None:
    rows = {name: [dict(row) for row in listed] for name, listed in ROWS.items()}
    rows["projects"][0]["extra"] = {"mspdi": of_the_file}
    rows[table][0]["extra"] = {"mspdi": of_a_row}
    plan, codes = read(json.dumps({"schema": "pm.plan/1", **rows}))
    assert codes == []
    assert mspdi.write(plan, compute_schedule(plan))
