"""What the faces of the program rely on, in a database and in memory."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pm.errors import ConflictError, CycleError, InputError, NotFoundError, PlanError, StoreError
from pm.model import Change, Plan
from pm.schedule import compute_schedule
from pm.workspace import Workspace
from tests.schedule.comparing import differences
from tests.store.plans import content
from tests.workspace.edits import Edit, add_task, delete_task, link, move_under, sample, set_field

Opener = Callable[..., Workspace]


@pytest.fixture(params=["memory", "database"])
def workspace(request: pytest.FixtureRequest) -> Iterator[Workspace]:
    if request.param == "memory":
        yield Workspace.of_plan(sample(), author="ada")
        return
    url: str = request.getfixturevalue("stored_url")
    with Workspace.open(url, author="ada") as opened:
        opened.import_plan(sample())
        yield opened


@pytest.fixture
def stored_url(tmp_path: Any) -> str:
    return str(tmp_path / "plans.db")


def test_a_command_changes_the_plan_and_the_schedule(workspace: Workspace) -> None:
    before = workspace.schedule("ATLAS")
    applied = workspace.run(set_field("Task 11", "duration", 3 * 28800), "atlas", reason="soft ground")
    assert applied.label == "Set duration of Task 11"
    plan = workspace.plan("ATLAS")
    task = plan.find_task("Task 12")
    assert applied.plan.tasks[plan.find_task("Task 11")].duration == 3 * 28800
    after = workspace.schedule("ATLAS")
    moved = after.task(task).start, before.task(before.plan.find_task("Task 12")).start
    assert None not in moved
    assert moved[0] == (moved[1] or 0) + 2 * 86400
    assert workspace.log(1)[0].reason == "soft ground"
    assert workspace.log(1)[0].author == "ada"


def test_nothing_is_computed_twice(workspace: Workspace) -> None:
    assert workspace.plan("ATLAS") is workspace.plan("ATLAS")
    assert workspace.schedule("ATLAS") is workspace.schedule("ATLAS")


def test_previews_commands_and_undo_in_any_order_give_the_schedule_of_the_plan(workspace: Workspace) -> None:
    edits = [
        set_field("Task 11", "duration", 3 * 28800),
        set_field("Task 22", "calendar_id", 1),
        set_field("Task 12", "deadline", 1_767_600_000),
        set_field("Task 21", "constraint_type", "ALAP"),
        link("Task 12", "Task 21"),
        add_task("New", duration=28800),
    ]
    for one, other in itertools.permutations(range(len(edits)), 2):
        before = workspace.schedule("ATLAS")
        workspace.preview(edits[one], "ATLAS")
        workspace.preview(edits[other], "ATLAS")
        workspace.run(edits[one], "ATLAS")
        seen = workspace.preview(edits[other], "ATLAS")
        assert differences(workspace.schedule("ATLAS"), compute_schedule(workspace.plan("ATLAS"))) == []
        workspace.run(edits[other], "ATLAS")
        after = workspace.schedule("ATLAS")
        assert seen.finish_after == after.project_finish
        assert differences(after, compute_schedule(workspace.plan("ATLAS"))) == []
        workspace.undo()
        workspace.undo()
        assert differences(workspace.schedule("ATLAS"), before) == []


def test_a_link_that_came_and_went_between_two_schedules_leaves_no_trace(workspace: Workspace) -> None:
    before = workspace.schedule("ATLAS")
    workspace.run(link("Task 12", "Task 21"), "ATLAS")
    added = workspace.plan("ATLAS").links.ids[-1]
    workspace.run(Edit(lambda plan: [Change("links", added, plan.links.row(added), None)]), "ATLAS")
    assert differences(workspace.schedule("ATLAS"), before) == []


def test_the_plan_after_a_command_is_what_is_stored(stored_url: str) -> None:
    with Workspace.open(stored_url) as workspace, Workspace.open(stored_url) as other:
        workspace.import_plan(sample())
        for command in (
            add_task("New"),
            link("Task 11", "Task 21"),
            move_under("Task 13", "Task 12"),
            delete_task("Task 21"),
            set_field("Standard", "name", "Usual", "calendars"),
        ):
            applied = workspace.run(command, "ATLAS")
            assert content(applied.plan) == content(other.plan("ATLAS"))
            assert applied.plan.revision == other.plan("ATLAS").revision
            assert content(workspace.plan("ATLAS")) == content(other.plan("ATLAS"))


def test_a_preview_changes_nothing_and_says_what_would_move(workspace: Workspace) -> None:
    before = workspace.plan("ATLAS")
    diff = workspace.preview(set_field("Task 11", "duration", 2 * 28800), "ATLAS")
    moved = {before.tasks[m.task_id].name for m in diff.moves}
    assert moved == {"Task 10", "Task 11", "Task 12"}
    assert diff.finish_before == diff.finish_after or diff.finish_after[before.projects.ids[0]] > 0
    assert workspace.plan("ATLAS") is before
    assert workspace.log(1)[0].kind == "import" if workspace.log() else workspace.database is None


def test_a_preview_of_a_new_and_of_a_deleted_task(workspace: Workspace) -> None:
    added = workspace.preview(add_task("New", duration=28800), "ATLAS")
    assert [(m.start_before, m.start_after is not None) for m in added.moves] == [(None, True)]
    gone = workspace.preview(delete_task("Task 11"), "ATLAS")
    deleted = next(m for m in gone.moves if m.task_id == workspace.plan("ATLAS").find_task("Task 11"))
    assert deleted.finish_before is not None
    assert deleted.finish_after is None


def test_undo_and_redo(workspace: Workspace) -> None:
    original = content(workspace.plan("ATLAS"))
    workspace.run(set_field("Task 11", "name", "Dig"), "ATLAS")
    workspace.run(delete_task("Dig"), "ATLAS")
    final = content(workspace.plan("ATLAS"))
    assert workspace.undo_label == "Delete Dig"
    assert workspace.redo_label is None
    assert [workspace.undo(), workspace.undo()] == ["Delete Dig", "Set name of Task 11"]
    assert content(workspace.plan("ATLAS")) == original
    assert workspace.redo_label == "Set name of Task 11"
    assert [workspace.redo(), workspace.redo()] == ["Set name of Task 11", "Delete Dig"]
    assert content(workspace.plan("ATLAS")) == final
    with pytest.raises(PlanError) as caught:
        workspace.redo()
    assert caught.value.code == "journal.nothing_to_redo"


def test_a_new_change_gives_up_what_was_undone(workspace: Workspace) -> None:
    workspace.run(set_field("Task 11", "name", "Dig"), "ATLAS")
    workspace.undo()
    workspace.run(set_field("Task 12", "name", "Pour"), "ATLAS")
    assert workspace.redo_label is None
    assert workspace.undo() == "Set name of Task 12"
    states = {entry.label: entry.state for entry in workspace.log() if entry.kind == "do"}
    assert states == {"Set name of Task 11": "dropped", "Set name of Task 12": "undone"}


def test_undo_reaches_the_end(workspace: Workspace) -> None:
    while workspace.undo_label is not None:
        workspace.undo()
    with pytest.raises(PlanError) as caught:
        workspace.undo()
    assert caught.value.code == "journal.nothing_to_undo"


def test_a_command_that_changes_nothing_leaves_no_trace(workspace: Workspace) -> None:
    entries = workspace.log()
    workspace.run(Edit(lambda plan: []), "ATLAS")
    assert workspace.log() == entries


@pytest.mark.parametrize(
    "command",
    [link("Task 12", "Task 11"), link("Task 10", "Task 11"), move_under("Task 10", "Task 11")],
    ids=lambda command: command.label,
)
def test_a_loop_is_refused(workspace: Workspace, command: Edit) -> None:
    before = content(workspace.plan("ATLAS"))
    with pytest.raises(PlanError):
        workspace.run(command, "ATLAS")
    assert content(workspace.plan("ATLAS")) == before


def test_a_plan_with_a_loop_is_not_imported(workspace: Workspace) -> None:
    plan = sample()
    rows = {name: [table.row(i) for i in table.ids] for name, table in plan.tables.items()}
    rows["projects"][0]["code"] = "LOOP"
    rows["links"].append({"id": 2, "project_id": 1, "predecessor_id": 12, "successor_id": 11})
    with pytest.raises(CycleError):
        workspace.import_plan(Plan.from_rows(**rows))
    assert [p.code for p in workspace.projects()] == ["ATLAS"]


def test_importing_deleting_and_replacing_a_project(workspace: Workspace) -> None:
    other = Plan.from_rows(projects=[{"id": 1, "code": "BETA"}], tasks=[{"id": 1, "project_id": 1, "name": "Only"}])
    assert workspace.import_plan(other) == ["BETA"]
    assert [p.code for p in workspace.projects()] == ["ATLAS", "BETA"]
    assert [t.name for t in workspace.plan("beta").tasks] == ["Only"]
    assert len(workspace.plan().tasks) == 9
    with pytest.raises(InputError) as caught:
        workspace.import_plan(other)
    assert caught.value.code == "import.code_exists"
    replacement = Plan.from_rows(projects=[{"id": 1, "code": "beta", "name": "Second"}])
    assert workspace.import_plan(replacement, replace=True) == ["beta"]
    assert workspace.plan("BETA").tasks.ids == []
    before = content(workspace.plan("ATLAS"))
    assert workspace.delete_project("ATLAS") == "Delete project ATLAS"
    with pytest.raises(NotFoundError):
        workspace.plan("ATLAS")
    for label in ("Delete project ATLAS", "Import beta", "Import BETA"):
        assert workspace.undo() == label
    assert content(workspace.plan("ATLAS")) == before
    assert [p.code for p in workspace.projects()] == ["ATLAS"]
    for label in ("Import BETA", "Import beta", "Delete project ATLAS"):
        assert workspace.redo() == label
    assert [p.name for p in workspace.projects()] == ["Second"]
    assert workspace.check() == []


def test_the_log_of_one_project(workspace: Workspace) -> None:
    workspace.import_plan(Plan.from_rows(projects=[{"id": 1, "code": "BETA"}]), label="Read beta.xml")
    workspace.run(set_field("Task 11", "name", "Dig"), "ATLAS")
    assert [e.label for e in workspace.log(code="beta")] == ["Read beta.xml"]
    assert workspace.log(1)[0].label == "Set name of Task 11"
    assert workspace.log(1)[0].size == 1


def test_a_plan_in_memory_has_no_database() -> None:
    workspace = Workspace.of_plan(sample())
    for refused in (lambda: workspace.backup("copy"), workspace.save_results):
        with pytest.raises(StoreError) as caught:
            refused()
        assert caught.value.code == "store.no_database"


def test_the_plan_given_is_the_plan_got() -> None:
    plan = sample()
    assert Workspace.of_plan(plan).plan("ATLAS") is plan


def test_a_partial_before_image_still_brings_the_whole_row_back(workspace: Workspace) -> None:
    plan = workspace.plan("ATLAS")
    gone = plan.find_task("Task 23")
    workspace.run(Edit(lambda plan: [Change("tasks", gone, {"name": "Task 23"}, None)]), "ATLAS")
    workspace.undo()
    assert content(workspace.plan("ATLAS")) == content(plan)


def test_changes_of_one_row_become_one(workspace: Workspace) -> None:
    plan = workspace.plan("ATLAS")
    task = plan.find_task("Task 23")
    steps = [
        Change("tasks", task, {"priority": 500}, {"priority": 600}),
        Change("tasks", task, {"name": "Task 23"}, {"name": "Paint"}),
    ]
    applied = workspace.run(Edit(lambda plan: steps), "ATLAS")
    both = {"priority": 600, "name": "Paint"}
    assert applied.changeset.changes == (Change("tasks", task, {"priority": 500, "name": "Task 23"}, both),)
    assert workspace.log(1)[0].size == 1
    workspace.undo()
    assert content(workspace.plan("ATLAS")) == content(plan)


def test_conflicts_of_undo_are_named(database_url: str) -> None:
    with Workspace.open(database_url, author="ada") as ada, Workspace.open(database_url, author="ben") as ben:
        ada.import_plan(sample())
        ada.run(set_field("Task 11", "duration", 57600), "ATLAS")
        ben.run(set_field("Task 11", "duration", 86400), "ATLAS")
        with pytest.raises(ConflictError) as caught:
            ada.undo()
        assert caught.value.conflicts == ("task 'Task 11': duration was 16 h and is 24 h now",)
        assert "Set duration of Task 11" in caught.value.message
        assert ada.plan("ATLAS").tasks[ada.plan("ATLAS").find_task("Task 11")].duration == 86400
        assert ben.undo() == "Set duration of Task 11"
        assert ada.undo() == "Set duration of Task 11"
        assert ada.undo_label == "Import ATLAS"
        assert ben.undo_label is None, "what others did is not ours to undo"


def test_undo_survives_a_restart(database_url: str) -> None:
    with Workspace.open(database_url) as workspace:
        workspace.import_plan(sample())
        original = content(workspace.plan("ATLAS"))
        workspace.run(delete_task("Task 11"), "ATLAS")
        final = content(workspace.plan("ATLAS"))
    with Workspace.open(database_url) as workspace:
        assert workspace.undo() == "Delete Task 11"
        assert content(workspace.plan("ATLAS")) == original
    with Workspace.open(database_url) as workspace:
        assert workspace.redo() == "Delete Task 11"
        assert content(workspace.plan("ATLAS")) == final
        assert workspace.check() == []


def test_results_are_kept_for_readers_that_do_not_compute(database_url: str) -> None:
    from pm.store.results import load_results

    with Workspace.open(database_url) as workspace:
        workspace.import_plan(sample())
        assert workspace.database is not None
        project = workspace.projects()[0].id
        assert load_results(workspace.database, project) is None
        workspace.save_results("ATLAS")
        found = load_results(workspace.database, project)
        assert found is not None
        revision, columns = found
        schedule = workspace.schedule("ATLAS")
        assert revision == schedule.plan.revision[project]
        assert columns["task_id"].tolist() == list(schedule.plan.tasks.ids)
        assert columns["total_slack"].tolist() == schedule.total_slack.tolist()
        assert columns["critical"].tolist() == [int(c) for c in schedule.critical]
        workspace.delete_project("ATLAS")
        assert load_results(workspace.database, project) is None
