"""The task tree: where a task stands, and moving it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pm.commands.changes import changeset, update
from pm.commands.labels import short
from pm.errors import NotFoundError, PlanError
from pm.model import Change, Changeset, Plan, Task

GAP = 1024
"""Space between the positions of siblings, so that a row fits between two without renumbering."""


def siblings_of(plan: Plan, project_id: int, parent_id: int | None) -> list[int]:
    """Return the ids of the tasks directly below `parent_id` (None: at the top of the project), in order."""
    tasks = plan.tasks
    if parent_id is not None:
        return [tasks.ids[i] for i in plan.outline.children(tasks.position(parent_id))]
    projects, parents = tasks.column("project_id"), tasks.column("parent_id")
    return [tasks.ids[i] for i in range(len(tasks)) if parents[i] is None and projects[i] == project_id]


def place(plan: Plan, siblings: Sequence[int], index: int) -> tuple[int, list[Change]]:
    """Return the position that puts a task before the sibling at `index`, and the changes that make room for it."""
    positions = [plan.tasks.value(task_id, "position") for task_id in siblings]
    low = positions[index - 1] if index else None
    high = positions[index] if index < len(positions) else None
    if high is None:
        return (0 if low is None else low + GAP), []
    if low is None:
        return high - GAP, []
    if high - low > 1:
        return (low + high) // 2, []
    changes: list[Change] = []
    for i, task_id in enumerate(siblings):
        changes += update(plan, "tasks", task_id, {"position": (i + (i >= index)) * GAP})
    return index * GAP, changes


Direction = Literal["indent", "outdent", "up", "down"]


@dataclass(frozen=True)
class MoveTask:
    """Move a task with its branch in the tree.

    Args:
        task_id: The task.
        direction: ``indent`` below the sibling above, ``outdent`` after its summary, ``up`` or ``down`` among siblings;
            or None to move it under `parent_id`, to the end or before `before_id`.
        parent_id: The summary to move under, None for the top.
        before_id: The task of `parent_id` to stand before.
    """

    task_id: int
    direction: Direction | None = None
    parent_id: int | None = None
    before_id: int | None = None

    def changeset(self, plan: Plan) -> Changeset:
        """Return the task's new parent and position, and the siblings that make room."""
        task = plan.task(self.task_id)
        parent_id, index, siblings = self._target(plan, task)
        position, room = place(plan, siblings, index)
        changes = [*room, *update(plan, "tasks", task.id, {"parent_id": parent_id, "position": position})]
        if task.parent_id != parent_id:
            _refuse_inner_links(plan, task, parent_id)
            self._refuse_loop(plan, changes)
        verb = {"indent": "Indent", "outdent": "Outdent"}.get(self.direction or "", "Move")
        where = {"up": " up", "down": " down"}.get(self.direction or "", "")
        if self.direction is None:
            where = f" under {short(plan.task(parent_id).name)}" if parent_id is not None else " to the top"
        return changeset(plan, f"{verb} {short(task.name)}{where}", changes)

    def _refuse_loop(self, plan: Plan, changes: list[Change]) -> None:
        from pm.schedule.network import check_cycles

        check_cycles(plan.apply(Changeset("", tuple(changes))))

    def _target(self, plan: Plan, task: Task) -> tuple[int | None, int, list[int]]:
        siblings = siblings_of(plan, task.project_id, task.parent_id)
        at = siblings.index(task.id)
        match self.direction:
            case None:
                return self._under(plan, task)
            case "indent":
                if not at:
                    raise _cannot(task, "has no task above it to be indented under")
                above = siblings[at - 1]
                below = siblings_of(plan, task.project_id, above)
                return above, len(below), below
            case "outdent":
                if task.parent_id is None:
                    raise _cannot(task, "is at the top already")
                parent = plan.task(task.parent_id)
                uncles = siblings_of(plan, task.project_id, parent.parent_id)
                return parent.parent_id, uncles.index(parent.id) + 1, uncles
            case "up" | "down":
                others = [i for i in siblings if i != task.id]
                index = at + (1 if self.direction == "down" else -1)
                if not 0 <= index <= len(others):
                    raise _cannot(task, f"is the {'last' if index > 0 else 'first'} already")
                return task.parent_id, index, others

    def _under(self, plan: Plan, task: Task) -> tuple[int | None, int, list[int]]:
        if self.parent_id is not None:
            position, target = plan.tasks.position(task.id), plan.tasks.position(self.parent_id)
            if position <= target < plan.outline.end[position]:
                raise _cannot(task, "cannot move below itself")
            if plan.tasks.value(self.parent_id, "project_id") != task.project_id:
                raise _cannot(task, "cannot move to another project")
        siblings = [i for i in siblings_of(plan, task.project_id, self.parent_id) if i != task.id]
        if self.before_id is None:
            return self.parent_id, len(siblings), siblings
        if self.before_id not in siblings:
            raise NotFoundError("the task to stand before is somewhere else", code="task.not_there", subject=task.name)
        return self.parent_id, siblings.index(self.before_id), siblings


def _refuse_inner_links(plan: Plan, task: Task, parent_id: int | None) -> None:
    """Raise where a link would join a task of the moved branch to a summary now above it."""
    if parent_id is None:
        return
    outline, tasks = plan.outline, plan.tasks
    at, target = tasks.position(task.id), tasks.position(parent_id)
    inside = set(range(at, outline.end[at]))
    above = {target, *outline.ancestors(target)}
    links = plan.links
    for a, b in zip(links.column("predecessor_id"), links.column("successor_id"), strict=True):
        p, s = tasks.position(a), tasks.position(b)
        if (p in inside and s in above) or (s in inside and p in above):
            raise PlanError(
                f"{tasks.at(p).name} and {tasks.at(s).name} are linked; one cannot be below the other",
                code="link.own_branch",
                subject=task.name,
                hint="remove the link first",
            )


def _cannot(task: Task, why: str) -> PlanError:
    return PlanError(f"{task.name} {why}", code="task.cannot_move")
