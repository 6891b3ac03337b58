"""A plan built by commands alone, and taken apart again."""

from __future__ import annotations

from pm.commands import AddResource, AddTask, Assign, EditTask, NewProject, RemoveTasks
from pm.model import Plan, instant


def test_every_command_is_undone_by_the_inverse_of_its_changeset() -> None:
    plan = Plan()
    revisions = [plan]
    changesets = []
    for command in (
        NewProject("ATLAS", "Atlas", instant("2026-01-05")),
        AddTask(1, "Survey"),
        AddTask(1, "Dig"),
        AddTask(1, "Fence", after_id=1),
        AddResource("Zoë", project_id=1),
        Assign(1, 1),
        EditTask(1, {"duration": 3 * 28800}),
        RemoveTasks([1]),
    ):
        changeset = command.changeset(plan)
        changesets.append(changeset)
        plan = plan.apply(changeset)
        revisions.append(plan)
    assert [c.label for c in changesets] == [
        "New project ATLAS",
        "Add Survey",
        "Add Dig",
        "Add Fence",
        "Add resource Zoë",
        "Assign Zoë to Survey",
        "Duration of Survey 1d → 3d",
        "Remove Survey",
    ]
    assert list(plan.tasks.column("name")) == ["Fence", "Dig"]
    assert len(plan.assignments) == 0
    for changeset, before in zip(reversed(changesets), reversed(revisions[:-1]), strict=True):
        plan = plan.apply(changeset.inverse())
        assert plan == before
