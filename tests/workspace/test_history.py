"""Time travel: the plan as it was after every entry of the journal, undone and redone changes among them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from pm.commands import EditTask, SetBaseline
from pm.errors import NotFoundError, PlanError, StoreError
from pm.model import Change, Plan
from pm.workspace import Workspace
from tests.store.plans import content, differences
from tests.workspace.edits import Edit, sample, set_field
from tests.workspace.test_journal import command, works


@pytest.fixture
def workspace(database_url: str) -> Iterator[Workspace]:
    with Workspace.open(database_url) as opened:
        yield opened


def work_and_remember(workspace: Workspace, todo: list[tuple[str, int, int, int]]) -> dict[int, Plan]:
    """Do what is listed, with an undo after every third and a redo after every fourth; return the plan after each entry."""
    states: dict[int, Plan] = {}

    def remember() -> None:
        if entries := workspace.log(1):
            states[entries[0].id] = workspace.plan("ATLAS")

    remember()
    for number, work in enumerate(todo, 1):
        edit = command(workspace.plan("ATLAS"), work)
        try:
            if edit is not None:
                workspace.run(edit, "ATLAS")
                remember()
            if number % 3 == 0:
                workspace.undo()
                remember()
            if number % 4 == 0:
                workspace.redo()
                remember()
        except PlanError:
            continue
    return states


def check(workspace: Workspace, states: dict[int, Plan]) -> None:
    for entry, plan in states.items():
        assert differences(content(plan), content(workspace.past("ATLAS", entry))) == []
        found = workspace.compare("ATLAS", entry)
        assert found.equal == workspace.compare("ATLAS", entry, workspace.log(1)[0].id).equal


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(todo=works())
def test_the_plan_after_every_entry(workspace: Workspace, todo: list[tuple[str, int, int, int]]) -> None:
    workspace.import_plan(sample(), replace=True)
    check(workspace, work_and_remember(workspace, todo))


def test_the_same_in_memory() -> None:
    @settings(max_examples=20, deadline=None)
    @given(todo=works())
    def run(todo: list[tuple[str, int, int, int]]) -> None:
        workspace = Workspace.of_plan(sample())
        check(workspace, work_and_remember(workspace, todo))

    run()


def test_back_over_a_project_that_was_replaced(workspace: Workspace) -> None:
    """The project of then had other ids; it is found by its code, and its tasks by their uids."""
    workspace.import_plan(sample())
    before = workspace.plan("ATLAS")
    workspace.import_plan(sample(), replace=True)
    workspace.run(set_field("Task 11", "duration", 3 * 28800), "ATLAS")
    assert differences(content(before), content(workspace.past("ATLAS", 1))) == []
    found = workspace.compare("ATLAS", 1)
    assert [f"{line.about}: {line.text}" for line in found.lines] == ["1.1 Task 11: duration 1d → 3d"]


def test_before_it_was_there(workspace: Workspace) -> None:
    workspace.import_plan(Plan.from_rows(projects=[{"id": 1, "code": "FIRST"}]))
    workspace.import_plan(sample())
    with pytest.raises(NotFoundError) as caught:
        workspace.past("ATLAS", 1)
    assert caught.value.code == "journal.no_project_then"
    with pytest.raises(NotFoundError) as caught:
        workspace.past("NOWHERE", 1)
    assert caught.value.code == "plan.no_project"


def test_a_project_that_is_gone_is_found_by_the_code_it_had(workspace: Workspace) -> None:
    workspace.import_plan(sample())
    before = workspace.plan("ATLAS")
    workspace.delete_project("ATLAS")
    assert differences(content(before), content(workspace.past("ATLAS", 1))) == []


def test_projects_that_links_join_are_compared_together(workspace: Workspace) -> None:
    """What moves a date in another project is a cause; a project that no link leads to takes no part."""
    other = sample()
    renamed = Plan({**other.tables, "projects": other.projects.changed({1: {"code": "BETA"}})})
    alone = Plan({**other.tables, "projects": other.projects.changed({1: {"code": "GAMMA"}})})
    for plan in (sample(), renamed, alone):
        workspace.import_plan(plan)
    plan = workspace.plan()
    mine = {p.code: [i for i in plan.tasks.ids if plan.tasks.value(i, "project_id") == p.id] for p in plan.projects}
    before = workspace.log(1)[0].id
    workspace.run(EditTask(mine["BETA"][1], {"duration": 20 * 28800}), "BETA")
    workspace.run(EditTask(mine["GAMMA"][1], {"duration": 2 * 28800}), "GAMMA")
    assert len(workspace.compare("ATLAS", before).lines) == 0
    row = {"project_id": plan.project("ATLAS").id, "predecessor_id": mine["BETA"][1], "successor_id": mine["ATLAS"][1]}
    workspace.run(Edit(lambda p: [Change("links", p.next_id("links"), None, row)]))
    found = workspace.compare("ATLAS", before)
    assert {line.about.split()[0] for line in found.lines} == {"ATLAS", "BETA"}
    moved = {slip.project_id for slip in found.slips()}
    assert moved == {plan.project("ATLAS").id, plan.project("BETA").id}


def test_moments_and_baselines_are_found(workspace: Workspace) -> None:
    start = datetime.now(UTC)
    workspace.import_plan(sample())
    project = workspace.plan("ATLAS").project("ATLAS")
    workspace.run(SetBaseline(project.id, 3, "Agreed"), "ATLAS")
    workspace.run(set_field("Task 11", "duration", 3 * 28800), "ATLAS")
    (head,) = workspace.plan("ATLAS").baselines.ids
    assert workspace.baseline_entry(head) == 2
    assert workspace.baseline_entry(head + 1) is None
    assert workspace.entry_at(start - timedelta(minutes=1)) == 0
    assert workspace.entry_at(datetime.now(UTC) + timedelta(minutes=1)) == 3
    assert workspace.entry_at(workspace.log()[-1].at + timedelta(milliseconds=1)) >= 1


def test_a_journal_with_a_hole_is_an_error_and_not_a_guess(workspace: Workspace) -> None:
    workspace.import_plan(sample())
    workspace.run(set_field("Task 23", "duration", 3 * 28800), "ATLAS")
    assert workspace.database is not None
    with workspace.database.write() as connection:
        connection.run("DELETE FROM tasks WHERE name = 'Task 23'")
    with pytest.raises(StoreError) as caught:
        workspace.past("ATLAS", 1)
    assert caught.value.code == "journal.gap"
