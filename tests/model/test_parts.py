"""What of a plan goes with a project that leaves for a file of its own."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings

from pm.model import ENTITIES, Plan, fields_of
from pm.model.parts import plan_of_project, standalone_plan
from tests.store.plans import content, plans

HANGING = {
    "calendar_exceptions": ("calendars", "calendar_id"),
    "work_weeks": ("calendars", "calendar_id"),
    "availabilities": ("resources", "resource_id"),
    "resource_rates": ("resources", "resource_id"),
    "resource_baselines": ("resources", "resource_id"),
}
POOL = ("portfolios", "calendars", "resources")


def reached(part: Plan, project_id: int) -> dict[str, set[int]]:
    """The rows of the pool that one can get to from the project's rows, one reference after the other."""
    waiting = [("projects", project_id)]
    for name in ENTITIES:
        if name not in (*POOL, "projects", *HANGING):
            waiting += [(name, i) for i in part.tables[name].ids]
    waiting += [(name, r.id) for name in ("calendars", "resources") for r in part.tables[name] if r.project_id == project_id]
    found: dict[str, set[int]] = {name: set() for name in POOL}
    seen = set()
    while waiting:
        name, row_id = waiting.pop()
        if (name, row_id) in seen:
            continue
        seen.add((name, row_id))
        if name in found:
            found[name].add(row_id)
        row: dict[str, Any] = part.tables[name].row(row_id)
        for field in fields_of(ENTITIES[name]).values():
            if field.ref in POOL and row.get(field.name) in part.tables[field.ref or ""]:
                waiting.append((field.ref or "", row[field.name]))
    return found


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(plan=plans())
def test_a_project_takes_along_what_can_be_reached_from_it_and_nothing_else(plan: Plan) -> None:
    for project in plan.projects:
        part = plan_of_project(plan, project.id)
        alone, expected = standalone_plan(plan, project.id), reached(part, project.id)
        for name in ENTITIES:
            if name in POOL:
                assert set(alone.tables[name].ids) == expected[name]
            elif name in HANGING:
                owner, field = HANGING[name]
                kept = {i for i in part.tables[name].ids if part.tables[name].value(i, field) in expected[owner]}
                assert set(alone.tables[name].ids) == kept
            else:
                assert content(alone)[name] == content(part)[name]


def test_bases_and_calendars_of_people_come_along() -> None:
    plan = Plan.from_rows(
        projects=[{"id": 1, "code": "A", "calendar_id": 1}, {"id": 2, "code": "B"}],
        calendars=[
            {"id": 1, "name": "Usual", "base_id": 2},
            {"id": 2, "name": "Country"},
            {"id": 3, "name": "Of Ana", "base_id": 4},
            {"id": 4, "name": "Part time"},
            {"id": 5, "name": "Of Bo", "base_id": 4},
            {"id": 6, "name": "Of B", "project_id": 2},
        ],
        calendar_exceptions=[{"id": 1, "calendar_id": 3}, {"id": 2, "calendar_id": 5}],
        resources=[
            {"id": 1, "name": "Ana", "calendar_id": 3},
            {"id": 2, "name": "Bo", "calendar_id": 5},
            {"id": 3, "name": "Own", "project_id": 1},
        ],
        tasks=[{"id": 1, "project_id": 1}, {"id": 2, "project_id": 2}],
        assignments=[{"id": 1, "project_id": 1, "task_id": 1, "resource_id": 1}, {"id": 2, "project_id": 2, "task_id": 2}],
    )
    alone = standalone_plan(plan, 1)
    assert [c.name for c in alone.calendars] == ["Usual", "Country", "Of Ana", "Part time"]
    assert [r.name for r in alone.resources] == ["Ana", "Own"]
    assert list(alone.calendar_exceptions.ids) == [1]
