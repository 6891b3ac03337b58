"""Tasks: adding, editing, removing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from pm.commands.changes import changeset, checked, free_name, insert, invalid, next_uid, removal, update
from pm.commands.effort import resized, reworked
from pm.commands.labels import edit_label, short
from pm.commands.progress import progress_values
from pm.commands.tree import place, siblings_of
from pm.errors import InputError, PlanError
from pm.model import Change, Changeset, Plan, Task
from pm.model.enums import ConstraintType
from pm.words import Units

DATELESS = frozenset({ConstraintType.AS_SOON_AS_POSSIBLE.value, ConstraintType.AS_LATE_AS_POSSIBLE.value})
_TREE = frozenset({"project_id", "parent_id", "position", "uid"})


def constraint_values(values: Mapping[str, Any], task: Task | None) -> dict[str, Any]:
    """Return what a constraint's type and date mean for each other.

    A date without a type means start no earlier than; a type that has no date drops it.

    Raises:
        InputError: `value.invalid`, the type needs a date.
    """
    if not values.keys() & {"constraint_type", "constraint_date"}:
        return {}
    kind = values.get("constraint_type", task.constraint_type if task else ConstraintType.AS_SOON_AS_POSSIBLE.value)
    date = values.get("constraint_date", task.constraint_date if task else None)
    if "constraint_type" not in values:
        if date is None:
            return {"constraint_date": None, "constraint_type": ConstraintType.AS_SOON_AS_POSSIBLE.value}
        return {"constraint_type": ConstraintType.START_NO_EARLIER_THAN.value} if kind in DATELESS else {}
    if kind in DATELESS:
        return {"constraint_date": None}
    if date is None:
        hint = "give a constraint_date too, or take ASAP"
        raise invalid("constraint_date", f"is needed for a {kind} constraint", task.name if task else "", hint)
    return {}


@dataclass(frozen=True)
class AddTask:
    """Add a task to a project: last below `parent_id`, or before the sibling `before_id` or after `after_id`.

    `values` are fields of a task; without a duration it takes one day (a milestone none), as a guess.
    """

    project_id: int
    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    parent_id: int | None = None
    before_id: int | None = None
    after_id: int | None = None

    def changeset(self, plan: Plan) -> Changeset:
        """Return the new task, and the neighbours that make room for it."""
        project = plan.projects[self.project_id]
        name = free_name(self.name, "a task")
        parent_id = self._parent(plan)
        values = checked("tasks", {"name": name, **self.values}, name)
        _refuse_tree(values, name)
        if "duration" not in values:
            milestone = values.get("milestone", False)
            values |= {"duration": 0} if milestone else {"duration": Units.of(project).day, "estimated": True}
        values |= constraint_values(values, None)
        siblings = siblings_of(plan, self.project_id, parent_id)
        neighbour = self.before_id if self.before_id is not None else self.after_id
        index = len(siblings) if neighbour is None else siblings.index(neighbour) + (self.before_id is None)
        position, room = place(plan, siblings, index)
        row = {
            "project_id": self.project_id,
            "parent_id": parent_id,
            "position": position,
            "uid": next_uid(plan, "tasks", self.project_id),
            "type": project.default_task_type,
            **values,
        }
        changes = [*room, insert("tasks", plan.next_id("tasks"), row)]
        return changeset(plan, f"Add {short(name)}", changes)

    def _parent(self, plan: Plan) -> int | None:
        neighbour = self.before_id if self.before_id is not None else self.after_id
        parent_id: int | None = self.parent_id if neighbour is None else plan.tasks.value(neighbour, "parent_id")
        near = neighbour if neighbour is not None else parent_id
        if near is not None and plan.tasks.value(near, "project_id") != self.project_id:
            raise PlanError("the neighbour is a task of another project", code="task.other_project", subject=plan.task(near).name)
        return parent_id


def _refuse_tree(values: Mapping[str, Any], subject: str) -> None:
    for name in values:
        if name in _TREE:
            raise InputError(f"{name} is not set by hand", code="value.protected", subject=subject, hint="move the task instead")


@dataclass(frozen=True)
class EditTask:
    """Set fields of a task; what follows from them follows.

    Another duration changes the work of those assigned (or their units, where the work is fixed), another work the duration; an
    inactive or manual task keeps what it has. The first of `values` names the step for undo.
    """

    task_id: int
    values: Mapping[str, Any]

    def changeset(self, plan: Plan) -> Changeset:
        """Return the task's changed fields and the assignments that follow."""
        task = plan.task(self.task_id)
        values = checked("tasks", self.values, task.name)
        _refuse_tree(values, task.name)
        if not values:
            return changeset(plan, f"Edit {short(task.name)}", ())
        if "name" in values:
            values["name"] = free_name(values["name"], "a task")
        label = edit_label(plan, "tasks", task.id, task.name, values)
        values |= constraint_values(values, task)
        if "duration" in values and "estimated" not in values:
            values["estimated"] = False
        for name in ("duration", "work"):
            if name in values and values[name] != getattr(task, name):
                self._refuse_summary(plan, task, name)
        pinned = _pinned(plan, task) if values.get("manual") and not task.manual else {}
        return changeset(plan, label, self._steps(plan, {**pinned, **values}))

    def _steps(self, plan: Plan, values: dict[str, Any]) -> list[Change]:
        """Return the changes of `values` made one after the other, each seeing what the one before it did."""
        derived = {"duration", "work", "percent_complete"} & values.keys()
        plain = {name: value for name, value in values.items() if name not in derived}
        changes: list[Change] = []
        now = plan

        def add(found: list[Change]) -> None:
            nonlocal now
            now = now.apply(Changeset("", tuple(found)))
            changes.extend(found)

        add(update(now, "tasks", self.task_id, plain))
        if "duration" in derived and values["duration"] != now.task(self.task_id).duration:
            own, others = resized(now, now.task(self.task_id), values["duration"])
            add([*update(now, "tasks", self.task_id, own), *others])
        if "work" in derived and values["work"] != now.task(self.task_id).work:
            own, others = reworked(now, now.task(self.task_id), values["work"], keep_duration="duration" in derived)
            add([*update(now, "tasks", self.task_id, own), *others])
        if "percent_complete" in derived and values["percent_complete"] != now.task(self.task_id).percent_complete:
            own, others = progress_values(now, now.task(self.task_id), values["percent_complete"])
            add([*update(now, "tasks", self.task_id, own), *others])
        add(update(now, "tasks", self.task_id, plain))  # what was asked for wins over what follows
        return _merged(changes)

    def _refuse_summary(self, plan: Plan, task: Task, name: str) -> None:
        if plan.outline.is_summary(plan.tasks.position(task.id)) and not task.manual:
            hint = "edit the tasks below it"
            raise InputError(f"the {name} of a summary comes from its tasks", code="task.summary", subject=task.name, hint=hint)


def _merged(changes: list[Change]) -> list[Change]:
    """Return the changes with each row changed once: from what it was at first to what it is at last."""
    before: dict[tuple[str, int], dict[str, Any]] = {}
    after: dict[tuple[str, int], dict[str, Any]] = {}
    for change in changes:
        key = (change.table, change.id)
        before[key] = {**(change.before or {}), **before.get(key, {})}
        after[key] = {**after.get(key, {}), **(change.after or {})}
    merged = []
    for (table, row_id), values in after.items():
        old = before[table, row_id]
        differing = {name: value for name, value in values.items() if value != old[name]}
        if differing:
            merged.append(Change(table, row_id, {name: old[name] for name in differing}, differing))
    return merged


def _pinned(plan: Plan, task: Task) -> dict[str, Any]:
    """Return the dates a task keeps when it becomes a manual one: those it has now."""
    from pm.schedule import compute_schedule

    now = compute_schedule(plan).task(task.id)
    return {"manual_start": now.start, "manual_finish": now.finish, "manual_duration": now.duration}


@dataclass(frozen=True)
class RemoveTasks:
    """Remove tasks with their branches, links, assignments and baselines."""

    task_ids: Collection[int]

    def changeset(self, plan: Plan) -> Changeset:
        """Return the removal of the tasks and of all that refers to them."""
        positions = [plan.tasks.position(task_id) for task_id in self.task_ids]
        outline, ids = plan.outline, plan.tasks.ids
        branch = sorted({p for position in positions for p in range(position, outline.end[position])})
        first = short(plan.tasks.at(positions[0]).name) if positions else ""
        more = f" and {len(branch) - 1} more" if len(branch) > 1 else ""
        return changeset(plan, f"Remove {first}{more}", removal(plan, {"tasks": [ids[p] for p in branch]}))
