"""Resources, and their assignments to tasks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from pm.commands.changes import (
    changeset,
    checked,
    free_name,
    insert,
    invalid,
    next_number,
    next_uid,
    refuse_namesake,
    removal,
    update,
)
from pm.commands.effort import assignment_work, remaining, reworked, shared_out, work_in, working_assignments
from pm.commands.labels import edit_label, short
from pm.errors import NotFoundError, PlanError
from pm.model import Assignment, Change, Changeset, Plan, Task
from pm.model.enums import ResourceType, TaskType
from pm.words import percent_text


def find_resource(plan: Plan, text: str, project_id: int | None = None) -> int:
    """Return the id of the resource a person means: its name, or its initials.

    Args:
        plan: The plan.
        text: What was typed.
        project_id: Look among the resources of this project and of the pool only.

    Raises:
        NotFoundError: `plan.no_resource`, or `plan.ambiguous_resource` where several are called so.
    """
    wanted = text.strip().casefold()
    rows = plan.resources
    owners = rows.column("project_id")
    inside = [i for i in range(len(rows)) if project_id is None or owners[i] in (None, project_id)]
    for name in ("name", "initials"):
        values = rows.column(name)
        found = [i for i in inside if wanted and str(values[i]).casefold() == wanted]
        if len(found) == 1:
            return rows.ids[found[0]]
        if found:
            raise NotFoundError(f"{len(found)} resources are called {text!r}", code="plan.ambiguous_resource")
    known = ", ".join(str(rows.column("name")[i]) for i in inside[:8])
    raise NotFoundError(
        f"no resource is called {text!r}",
        code="plan.no_resource",
        hint=f"resources: {known}" if known else "the plan has no resources",
    )


@dataclass(frozen=True)
class AddResource:
    """Add a resource to a project, or to the shared pool (`project_id` None)."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    project_id: int | None = None

    def changeset(self, plan: Plan) -> Changeset:
        """Return the new resource.

        Raises:
            PlanError: `resource.exists`, one is called so already.
        """
        name = free_name(self.name, "a resource")
        values = checked("resources", {"name": name, **self.values}, name)
        refuse_namesake(plan, "resources", self.project_id, name)
        values |= {
            "project_id": self.project_id,
            "uid": next_uid(plan, "resources", self.project_id),
            "position": next_number(plan, "resources", "position", self.project_id),
        }
        return changeset(plan, f"Add resource {short(name)}", [insert("resources", plan.next_id("resources"), values)])


@dataclass(frozen=True)
class EditResource:
    """Set fields of a resource."""

    resource_id: int
    values: Mapping[str, Any]

    def changeset(self, plan: Plan) -> Changeset:
        """Return the resource's changed fields."""
        resource = plan.resources[self.resource_id]
        values = checked("resources", self.values, resource.name)
        if "name" in values:
            values["name"] = free_name(values["name"], "a resource")
        label = edit_label(plan, "resources", resource.id, resource.name, values)
        return changeset(plan, label, update(plan, "resources", resource.id, values))


@dataclass(frozen=True)
class RemoveResource:
    """Remove a resource and its assignments."""

    resource_id: int

    def changeset(self, plan: Plan) -> Changeset:
        """Return the removal."""
        rows = plan.assignments
        theirs = [rows.ids[i] for i in rows.groups("resource_id").get(self.resource_id, ())]
        name = short(plan.resources[self.resource_id].name)
        changes = removal(plan, {"resources": [self.resource_id], "assignments": theirs})
        for task_id in dict.fromkeys(rows.value(i, "task_id") for i in theirs):
            changes += _work_without(plan, plan.task(task_id), theirs)
        return changeset(plan, f"Remove resource {name}", changes)


@dataclass(frozen=True)
class Assign:
    """Put a resource to work on a task.

    Attributes:
        units: FULL (10000) is one unit full time; None for the resource's own maximum, at most one.
        values: Other fields of the assignment: `work`, `delay`, `contour`.
    """

    task_id: int
    resource_id: int
    units: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    def changeset(self, plan: Plan) -> Changeset:
        """Return the assignment, and what it does to the task's work or duration.

        Raises:
            PlanError: `assignment.exists`, `task.summary`, `assignment.other_project`.
        """
        task, resource = plan.task(self.task_id), plan.resources[self.resource_id]
        if plan.outline.is_summary(plan.tasks.position(task.id)):
            raise PlanError(
                "a summary takes no resources", code="task.summary", subject=task.name, hint="assign to the tasks below"
            )
        if resource.project_id not in (None, task.project_id):
            raise PlanError("the resource belongs to another project", code="assignment.other_project", subject=resource.name)
        rows = plan.assignments
        listed = rows.groups("task_id").get(task.id, ())
        if any(rows.column("resource_id")[i] == resource.id for i in listed):
            raise PlanError(f"{resource.name} is assigned already", code="assignment.exists", subject=task.name)
        units = self.units if self.units is not None else min(resource.max_units, 10_000) or 10_000
        values = checked("assignments", {**self.values, "units": units}, task.name)
        changes: list[Change] = []
        if resource.type == ResourceType.WORK:
            values, own, changes = shared_out(plan, task, values)
            changes += update(plan, "tasks", task.id, own)
        row = {"project_id": task.project_id, "task_id": task.id, "resource_id": resource.id}
        row["uid"] = next_uid(plan, "assignments", task.project_id)
        changes.append(insert("assignments", plan.next_id("assignments"), {**row, **values}))
        share = "" if units == 10_000 else f" {percent_text(units)}"
        return changeset(plan, f"Assign {short(resource.name)}{share} to {short(task.name)}", changes)


def find_assignment(plan: Plan, task_id: int, resource_id: int) -> Assignment:
    """Return the assignment of a resource to a task.

    Raises:
        NotFoundError: `assignment.not_found`.
    """
    rows = plan.assignments
    for i in rows.groups("task_id").get(task_id, ()):
        if rows.column("resource_id")[i] == resource_id:
            return rows.at(i)
    name = plan.resources[resource_id].name
    raise NotFoundError(f"{name} is not assigned", code="assignment.not_found", subject=plan.task(task_id).name)


def _resource_name(plan: Plan, assignment: Assignment) -> str:
    return short(plan.resources[assignment.resource_id].name) if assignment.resource_id is not None else "nobody"


@dataclass(frozen=True)
class EditAssignment:
    """Set fields of an assignment; another work or other units change the task's work or duration, as its type says."""

    assignment_id: int
    values: Mapping[str, Any]

    def changeset(self, plan: Plan) -> Changeset:
        """Return the assignment's changed fields and what the task takes from them."""
        assignment = plan.assignments[self.assignment_id]
        task = plan.task(assignment.task_id)
        values = checked("assignments", self.values, task.name)
        for name in values.keys() & {"task_id", "project_id", "uid"}:
            raise invalid(name, "of an assignment is not edited", task.name, "remove it and assign again")
        label = f"{_resource_name(plan, assignment)} on {task.name}"
        label = edit_label(plan, "assignments", assignment.id, label, values)
        own: dict[str, Any] = {}
        if values.keys() & {"work", "units"}:
            values, own = self._follow(plan, task, assignment, values)
        changes = [*update(plan, "assignments", assignment.id, values), *update(plan, "tasks", task.id, own)]
        return changeset(plan, label, changes)

    def _follow(
        self, plan: Plan, task: Task, assignment: Assignment, values: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        units, work = values.get("units", assignment.units), values.get("work", assignment.work)
        if "work" not in values and task.type == TaskType.FIXED_DURATION:
            work = work_in(task.duration, units)
        elif "units" not in values and task.type == TaskType.FIXED_DURATION and task.duration:
            units = max(1, (work * 10_000) // task.duration)
        values = {**values, "units": units, **assignment_work(assignment, work)}
        others = [a for a in working_assignments(plan, task.id) if a.id != assignment.id]
        total = work + sum(a.work for a in others)
        own: dict[str, Any] = {"work": total, "remaining_work": max(0, total - task.actual_work)}
        if task.type != TaskType.FIXED_DURATION and units:
            spans = [a.work * 10_000 // a.units for a in others if a.units]
            duration = max([work * 10_000 // units, *spans])
            own |= {"duration": duration} | remaining(task, duration)
        return values, own


def _work_without(plan: Plan, task: Task, gone: Collection[int]) -> list[Change]:
    """Return the changes of a task's work when the assignments in `gone` go.

    What they leave undone in an effort-driven task falls to the others; else the task loses it.
    """
    if not task.work:
        return []
    listed = working_assignments(plan, task.id)
    rest = [a for a in listed if a.id not in gone]
    work, actual = sum(a.work for a in rest), sum(a.actual_work for a in rest)
    left = sum(a.work - a.actual_work for a in listed if a.id in gone)
    if task.effort_driven and rest and left > 0:
        own, changes = reworked(plan, task, work + left, without=gone)
        own |= {"actual_work": actual, "remaining_work": max(0, work + left - actual)}
        return [*changes, *update(plan, "tasks", task.id, own)]
    return update(plan, "tasks", task.id, {"work": work, "actual_work": actual, "remaining_work": max(0, work - actual)})


@dataclass(frozen=True)
class Unassign:
    """Take a resource off a task."""

    assignment_id: int

    def changeset(self, plan: Plan) -> Changeset:
        """Return the removal, and the task's work without it."""
        assignment = plan.assignments[self.assignment_id]
        task = plan.task(assignment.task_id)
        changes = [*removal(plan, {"assignments": [assignment.id]}), *_work_without(plan, task, [assignment.id])]
        return changeset(plan, f"Take {_resource_name(plan, assignment)} off {short(task.name)}", changes)
