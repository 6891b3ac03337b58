"""A plan that goes into a database comes out equal, whatever is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from pm.errors import InputError, StoreError
from pm.model import Plan, fields_of, instant
from pm.model.task import Task
from pm.store import connection
from pm.store.database import Database
from pm.store.repository import Repository
from tests.store.plans import content, differences, plans, renumbered


@pytest.fixture
def repository(database_url: str) -> Iterator[Repository]:
    database = Database.open(database_url)
    yield Repository(database, lambda plan: None)
    database.close()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(plan=plans())
def test_a_plan_comes_out_as_it_went_in(repository: Repository, plan: Plan) -> None:
    with repository.database.write() as raw:
        # Rows that an example which failed has left behind.
        for name in plan.tables:
            raw.run(f"DELETE FROM {name}")
    repository.import_plan(plan, replace=False, label="", author="")
    loaded, _ = repository.load(None)
    expected = renumbered(plan, loaded)
    assert differences(content(expected), content(loaded)) == []
    assert all(type(v) is bool for v in loaded.tasks.column("active"))
    for project in loaded.projects:
        alone, _ = repository.load(project.code)
        mine = [row for row in content(loaded)["tasks"] if row.get("project_id", 0) == project.id]
        assert content(alone)["tasks"] == mine
    repository.undo("")
    emptied, _ = repository.load(None)
    assert not any(len(table) for table in emptied.tables.values())


def test_chunks_of_a_long_table_are_put_together(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "READ_ROWS", 7)
    tasks = [{"id": i, "project_id": 1, "position": i, "name": f"t{i}", "milestone": i == 40} for i in range(1, 51)]
    repository.import_plan(Plan.from_rows(projects=[{"id": 1, "code": "A"}], tasks=tasks), replace=False, label="", author="")
    loaded, _ = repository.load("A")
    assert list(loaded.tasks.column("name")) == [f"t{i}" for i in range(1, 51)]
    assert [i for i, m in enumerate(loaded.tasks.column("milestone"), 1) if m] == [40]


def test_columns_of_defaults_are_not_read(repository: Repository) -> None:
    plan = Plan.from_rows(projects=[{"id": 1, "code": "A"}], tasks=[{"id": 1, "project_id": 1}, {"id": 2, "project_id": 1}])
    repository.import_plan(plan, replace=False, label="", author="")
    loaded, _ = repository.load("A")
    assert set(loaded.tasks.stored) & {"deadline", "notes", "active"} == set()
    assert list(loaded.tasks.column("active")) == [True, True]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"type": "sideways"}, "an unknown word"),
        ({"deadline": instant("9999-12-31") + 10 * 86400}, "a year 10000"),
        ({"duration": 2**63}, "a number wider than 64 bits"),
        ({"name": "a\0b"}, "a NUL character"),
        ({"name": "a\ud800b"}, "half a character"),
        ({"custom": {"x": float("nan")}}, "a number that is none"),
        ({"name": None}, "nothing where something must be"),
    ],
)
def test_a_value_that_cannot_be_stored_is_refused_and_nothing_written(
    repository: Repository, values: dict[str, object], why: str
) -> None:
    plan = Plan.from_rows(projects=[{"id": 1, "code": "A"}], tasks=[{"id": 1, "project_id": 1, **values}])
    with pytest.raises(StoreError) as caught:
        repository.import_plan(plan, replace=False, label="", author="")
    assert caught.value.code == "store.bad_value", why
    assert len(repository.projects()) == 0
    assert repository.log(5, None) == []


def test_checks_hold_against_writers_that_go_around_us(repository: Repository) -> None:
    with repository.database.write() as raw:
        raw.run("INSERT INTO projects (id) VALUES (1)")
        raw.run("INSERT INTO tasks (id, project_id) VALUES (1, 1)")
    for column, value in (("constraint_type", "SOON"), ("deadline", 10**15), ("duration_unit", "fortnight")):
        with pytest.raises(StoreError) as caught, repository.database.write() as raw:
            raw.run(f"UPDATE tasks SET {column} = ? WHERE id = 1", (value,))
        assert caught.value.code == "store.bad_value"
    with pytest.raises(StoreError), repository.database.write() as raw:
        raw.run("UPDATE tasks SET parent_id = 99 WHERE id = 1")
    assert repository.checkup() == [
        "the next project would take an id that is used already",
        "the next task would take an id that is used already",
    ]


def test_ids_are_never_used_again(repository: Repository) -> None:
    plan = Plan.from_rows(projects=[{"id": 7, "code": "A"}], tasks=[{"id": 70, "project_id": 7}])
    seen: set[int] = set()
    for _ in range(3):
        repository.import_plan(plan, replace=True, label="", author="")
        ids = set(repository.load("A")[0].tasks.ids)
        assert not ids & seen
        seen |= ids


def test_a_code_that_is_taken_is_refused_in_any_case_of_letters(repository: Repository) -> None:
    repository.import_plan(Plan.from_rows(projects=[{"id": 1, "code": "Atlas"}]), replace=False, label="", author="")
    again = Plan.from_rows(projects=[{"id": 1, "code": "ATLAS", "name": "Other"}])
    with pytest.raises(InputError) as caught:
        repository.import_plan(again, replace=False, label="", author="")
    assert caught.value.code == "import.code_exists"
    assert repository.import_plan(again, replace=True, label="", author="") == ["ATLAS"]
    assert [p.name for p in repository.projects()] == ["Other"]


def test_a_project_without_a_code_is_given_one(repository: Repository) -> None:
    plan = Plan.from_rows(projects=[{"id": 1, "name": "New bridge: phase 2"}, {"id": 2, "name": "!"}, {"id": 3, "name": "?"}])
    assert repository.import_plan(plan, replace=False, label="", author="") == ["NEW-BRIDGE-P", "PROJECT", "PROJECT-2"]


def test_a_shared_pool_is_not_added_twice(repository: Repository) -> None:
    rows: dict[str, list[dict[str, Any]]] = {
        "projects": [{"id": 1, "code": "A", "calendar_id": 2}],
        "calendars": [{"id": 1, "name": "Base", "week": [[], None]}, {"id": 2, "name": "Late", "base_id": 1}],
        "calendar_exceptions": [{"id": 1, "calendar_id": 1, "name": "New Year", "shifts": []}],
        "resources": [{"id": 4, "name": "Ada", "calendar_id": 2}],
        "availabilities": [{"id": 9, "resource_id": 4, "units": 5000}],
        "tasks": [{"id": 1, "project_id": 1}],
        "assignments": [{"id": 1, "project_id": 1, "task_id": 1, "resource_id": 4}],
    }
    repository.import_plan(Plan.from_rows(**rows), replace=False, label="", author="")
    rows["projects"] = [{"id": 1, "code": "B", "calendar_id": 2}]
    repository.import_plan(Plan.from_rows(**rows), replace=False, label="", author="")
    plan, _ = repository.load(None)
    sizes = {name: len(table) for name, table in plan.tables.items() if len(table)}
    assert sizes == {
        "projects": 2,
        "calendars": 2,
        "calendar_exceptions": 1,
        "resources": 1,
        "availabilities": 1,
        "tasks": 2,
        "assignments": 2,
    }
    assert set(plan.assignments.column("resource_id")) == set(plan.resources.ids)
    rows["resources"] = [{"id": 4, "name": "Ada", "calendar_id": 2, "email": "ada@example.org"}]
    rows["projects"] = [{"id": 1, "code": "C", "calendar_id": 2}]
    repository.import_plan(Plan.from_rows(**rows), replace=False, label="", author="")
    assert len(repository.load(None)[0].resources) == 2, "somebody else, as far as we can tell"


def test_every_field_of_a_task_is_a_column() -> None:
    from pm.store.tables import ROWS

    assert set(ROWS["tasks"].__table__.c.keys()) == set(fields_of(Task))  # type: ignore[attr-defined]


def test_one_project_is_read_without_the_rows_and_links_of_others(new_database: Callable[[], str]) -> None:
    database = Database.open(new_database())
    repository = Repository(database, lambda plan: None)
    plan = Plan.from_rows(
        projects=[{"id": 1, "code": "A"}, {"id": 2, "code": "B"}],
        calendars=[
            {"id": 1, "name": "Pool"},
            {"id": 2, "name": "A's", "project_id": 1},
            {"id": 3, "name": "B's", "project_id": 2},
        ],
        calendar_exceptions=[{"id": i, "calendar_id": i} for i in (1, 2, 3)],
        tasks=[{"id": i, "project_id": 1 + (i > 3)} for i in range(1, 7)],
        task_baselines=[{"id": i, "task_id": i} for i in range(1, 7)],
        links=[
            {"id": 1, "project_id": 1, "predecessor_id": 1, "successor_id": 2},
            {"id": 2, "project_id": 1, "predecessor_id": 2, "successor_id": 5},
            {"id": 3, "project_id": 2, "predecessor_id": 4, "successor_id": 5},
        ],
    )
    repository.import_plan(plan, replace=False, label="", author="")
    alone, stamp = repository.load("A")
    sizes = {name: len(table) for name, table in alone.tables.items() if len(table)}
    assert sizes == {"projects": 1, "calendars": 2, "calendar_exceptions": 2, "tasks": 3, "task_baselines": 3, "links": 1}
    assert stamp.revisions == {alone.projects.ids[0]: 1}
    database.close()
