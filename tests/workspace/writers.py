"""What the other processes of a test do; nothing here may need the test's own fixtures."""

from __future__ import annotations

from pm.errors import ConflictError
from pm.model import Change, Plan
from pm.workspace import Workspace
from tests.workspace.edits import Edit, add_task


def add_and_count(url: str, number: int, steps: int) -> None:
    """Add a task and count the priority of Task 11 up by one, `steps` times; look again wherever somebody was quicker."""
    with Workspace.open(url, author=str(number)) as workspace:
        for step in range(steps):
            _until_it_lands(workspace, add_task(f"{number}-{step}"))
            _until_it_lands(workspace, Edit(_counted_up))


def _counted_up(plan: Plan) -> list[Change]:
    task = plan.tasks[plan.find_task("Task 11")]
    return [Change("tasks", task.id, {"priority": task.priority}, {"priority": task.priority + 1})]


def _until_it_lands(workspace: Workspace, command: Edit) -> None:
    while True:
        try:
            workspace.run(command, "ATLAS")
            return
        except ConflictError:
            continue
