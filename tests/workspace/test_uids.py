"""Numbers that people know rows by are never given again: what was removed can come back under its own."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pm.commands import AddCalendar, AddResource, AddTask, Assign, RemoveCalendar, RemoveResource, RemoveTasks, Unassign
from pm.errors import ConflictError, InputError, PlanError
from pm.model import Plan
from pm.workspace import Workspace
from tests.commands.plans import house

STEPS = st.lists(
    st.tuples(st.booleans(), st.sampled_from(["add", "add", "remove", "undo", "redo"]), st.integers(0, 9)), max_size=12
)


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_a_number_belongs_to_one_task_for_ever(steps: list[tuple[bool, str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = str(Path(folder) / "a.db")
        with Workspace.open(url, author="ada") as ada, Workspace.open(url, author="ben") as ben:
            ada.import_plan(house())
            known = dict(_numbers(ada.plan()))
            for count, (by_ben, verb, which) in enumerate(steps):
                _do(ben if by_ben else ada, verb, f"New {count}", which)
                numbers = _numbers(ada.plan())
                assert len({uid for uid, _ in numbers}) == len(numbers)
                for uid, name in numbers:
                    assert known.setdefault(uid, name) == name
            assert ada.plan() == ben.plan()
            assert ada.check() == []


def _numbers(plan: Plan) -> list[tuple[int, str]]:
    return list(zip(plan.tasks.column("uid"), plan.tasks.column("name"), strict=True))


def _do(workspace: Workspace, verb: str, name: str, which: int) -> None:
    ids, projects = workspace.plan().tasks.ids, workspace.plan().projects.ids
    try:
        match verb:
            case "add" if projects:  # an undo may have taken the import back
                workspace.run(AddTask(projects[0], name))
            case "remove" if ids:
                workspace.run(RemoveTasks([ids[which % len(ids)]]))
            case "undo":
                workspace.undo()
            case "redo":
                workspace.redo()
    except ConflictError as error:
        assert not any("has the number" in text for text in error.conflicts)  # noqa: PT017  others are no news here
    except PlanError as error:
        assert error.code in ("journal.nothing_to_undo", "journal.nothing_to_redo")  # noqa: PT017


def test_a_removal_is_taken_back_after_others_have_added(database_url: str) -> None:
    with Workspace.open(database_url, author="ada") as ada, Workspace.open(database_url, author="ben") as ben:
        ada.import_plan(house())
        project = ada.plan().projects.ids[0]
        before = _numbers(ada.plan())
        ada.run(RemoveTasks([ada.plan().find_task("Hand over")]))
        assert ada.plan().projects.value(project, "last_uids") == {"tasks": 7}
        ben.run(AddTask(project, "Garden"))
        assert ada.undo() == "Remove Hand over"
        assert sorted(_numbers(ada.plan())) == sorted([*before, (8, "Garden")])
        assert ben.plan() == ada.plan()


def test_a_number_given_and_gone_meanwhile_is_not_given_to_who_did_not_see_it(database_url: str) -> None:
    with Workspace.open(database_url, author="ada") as ada, Workspace.open(database_url, author="ben") as ben:
        ada.import_plan(house())
        project = ada.plan().projects.ids[0]
        stale = replace(AddTask(project, "Hers").changeset(ada.plan()), author="ada")
        seen = ada.plan()
        ben.run(AddTask(project, "His"))
        ben.undo()
        committed = ada._plans.commit(stale, seen)
        assert [c.after["uid"] for c in committed.changeset.changes if c.after] == [9]
        assert ben.redo() == "Add His"
        assert {(8, "His"), (9, "Hers")} <= set(_numbers(ada.plan()))


@pytest.mark.parametrize("kind", ["memory", "database"])
def test_every_kind_of_row_keeps_its_numbers_apart(kind: str, tmp_path: Path) -> None:
    with Workspace.of_plan(house()) if kind == "memory" else Workspace.open(str(tmp_path / "a.db")) as workspace:
        if kind == "database":
            workspace.import_plan(house())
        project = workspace.plan().projects.ids[0]
        task = workspace.plan().find_task("Dig")
        (people,) = [workspace.plan().resources.ids[0]]

        workspace.run(Assign(task, people))
        assigned = workspace.plan().assignments
        workspace.run(Unassign(assigned.ids[-1]))
        workspace.run(AddResource("Eve", project_id=project))
        workspace.run(RemoveResource(workspace.plan().resources.ids[-1]))
        workspace.run(AddCalendar("Nights", project_id=project))
        nights = workspace.plan().calendars
        workspace.run(RemoveCalendar(nights.ids[-1]))
        expected = {"assignments": assigned.column("uid")[-1], "resources": 4, "calendars": nights.column("uid")[-1]}
        assert workspace.plan().projects.value(project, "last_uids") == expected

        workspace.run(AddTask(project, "Fence"))
        assert workspace.plan().tasks.column("uid")[-1] == 8
        workspace.run(AddResource("Joe", project_id=project))
        assert workspace.plan().resources.column("uid")[-1] == 5
        workspace.run(AddCalendar("Days", project_id=project))
        assert workspace.plan().calendars.column("uid")[-1] == expected["calendars"] + 1
        workspace.run(Assign(task, people))
        assert workspace.plan().assignments.column("uid")[-1] == expected["assignments"] + 1


def test_no_command_sets_the_numbers_gone() -> None:
    from pm.commands import EditProject

    with pytest.raises(InputError) as caught:
        EditProject(1, {"last_uids": {}}).changeset(house())
    assert caught.value.code == "value.unknown_field"
