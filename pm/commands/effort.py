"""Work, duration and units: when one of a task's three changes, which of the others follows.

work = duration x units. The task's type says what stays: the units, the duration, or the work.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pm.commands.changes import update
from pm.model import FULL, Assignment, Change, Plan, Task
from pm.model.enums import ResourceType, TaskType


def working_assignments(plan: Plan, task_id: int) -> list[Assignment]:
    """Return the assignments of a task whose work takes time: people and machines, not material or costs."""
    rows, resources = plan.assignments, plan.resources
    found = [rows.at(i) for i in rows.groups("task_id").get(task_id, ())]
    return [
        a for a in found if a.resource_id is None or (resources.value(a.resource_id, "type") == ResourceType.WORK and a.units > 0)
    ]


def work_in(duration: int, units: int) -> int:
    """Return the work that `units` do in `duration` working seconds, rounded to a second."""
    return (duration * units + FULL // 2) // FULL


def _share(total: int, part: int, whole: int) -> int:
    return (2 * total * part + whole) // (2 * whole) if whole else 0


def resized(plan: Plan, task: Task, duration: int) -> tuple[dict[str, Any], list[Change]]:
    """Return the task's values and its assignments' changes for another duration.

    A fixed-work task keeps its work and changes units; any other keeps units and changes work. What is done stays done:
    remaining work and duration take the difference.
    """
    changes: list[Change] = []
    total = actual = 0
    for assignment in working_assignments(plan, task.id):
        values: dict[str, Any]
        if task.type == TaskType.FIXED_WORK and duration:
            values = {"units": _share(assignment.units, task.duration, duration) or assignment.units}
            work = assignment.work
        else:
            scaled = assignment.work and task.duration and assignment.profile is None
            work = _share(assignment.work, duration, task.duration) if scaled else work_in(duration, assignment.units)
            values = assignment_work(assignment, work)
        changes += update(plan, "assignments", assignment.id, values)
        total += work
        actual += min(assignment.actual_work, work)
    values = {"duration": duration}
    if changes or total:
        values |= {"work": total, "remaining_work": max(0, total - actual)}
    return values | remaining(task, duration), changes


def assignment_work(assignment: Assignment, work: int) -> dict[str, Any]:
    """Return the values of an assignment whose work becomes `work`; a hand-made spread of it is given up."""
    actual = min(assignment.actual_work, work)
    values: dict[str, Any] = {"work": work, "remaining_work": work - actual}
    if assignment.profile is not None:
        values |= {"profile": None, "contour": "flat" if assignment.contour == "edited" else assignment.contour}
    if assignment.actual_work:
        values |= {"actual_work": actual, "percent_work_complete": _share(FULL, actual, work) if work else 0}
    return values


def remaining(task: Task, duration: int) -> dict[str, Any]:
    """Return the progress of `task` when its duration becomes `duration`: done stays done, the share changes."""
    if not task.percent_complete and task.remaining_duration is None and not task.actual_duration:
        return {}
    if task.actual_finish is not None:
        return {"actual_duration": duration, "remaining_duration": 0}
    done = min(task.actual_duration or _share(task.duration, task.percent_complete, FULL), duration)
    return {
        "actual_duration": done,
        "remaining_duration": duration - done,
        "percent_complete": _share(FULL, done, duration) if duration else task.percent_complete,
    }


def reworked(
    plan: Plan, task: Task, work: int, *, keep_duration: bool = False, without: Collection[int] = ()
) -> tuple[dict[str, Any], list[Change]]:
    """Return the task's values and its assignments' changes for another amount of work in all.

    The work is shared out as it was. A task of fixed duration (or with `keep_duration`) changes units; any other changes its
    duration, to the longest of its assignments. Those in `without` get none.
    """
    keep_duration = keep_duration or task.type == TaskType.FIXED_DURATION
    listed = [a for a in working_assignments(plan, task.id) if a.id not in without]
    before = sum(a.work for a in listed)
    changes: list[Change] = []
    longest = left = 0
    for i, assignment in enumerate(listed):
        share = _share(work, assignment.work, before) if before else _share(work, 1, len(listed))
        if i == len(listed) - 1:
            share = work - left
        left += share
        values = assignment_work(assignment, max(0, share))
        if keep_duration and task.duration:
            values["units"] = _share(share, FULL, task.duration) or 1
        elif assignment.units:
            longest = max(longest, _share(share, FULL, assignment.units))
        changes += update(plan, "assignments", assignment.id, values)
    actual = min(task.actual_work, work)
    result: dict[str, Any] = {"work": work, "remaining_work": work - actual}
    if listed and not keep_duration and longest:
        result |= {"duration": longest} | remaining(task, longest)
    return result, changes


def shared_out(plan: Plan, task: Task, added: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any], list[Change]]:
    """Return what a new assignment does: its own values, the task's, and the changes of the assignments there already.

    Effort-driven tasks share their work out again in proportion to units, and get shorter (or, with a fixed duration, ask
    for less of everybody); others gain work.
    """
    listed = working_assignments(plan, task.id)
    units = int(added.get("units", FULL))
    if not (task.effort_driven and listed and task.work):
        work = int(added.get("work") or work_in(task.duration, units))
        total = sum(a.work for a in listed) + work
        return (
            {**added, "work": work, "remaining_work": work},
            {"work": total, "remaining_work": max(0, total - task.actual_work)},
            [],
        )
    crowd = units + sum(a.units for a in listed)
    changes: list[Change] = []
    given = 0
    for assignment in listed:
        share = _share(task.work, assignment.units, crowd)
        values = assignment_work(assignment, share)
        if task.type == TaskType.FIXED_DURATION and task.duration:
            values["units"] = _share(share, FULL, task.duration) or 1
        changes += update(plan, "assignments", assignment.id, values)
        given += share
    own = {**added, "work": task.work - given, "remaining_work": task.work - given}
    if task.type == TaskType.FIXED_DURATION:
        if task.duration:
            own["units"] = _share(task.work - given, FULL, task.duration) or 1
        return own, {}, changes
    duration = _share(task.work, FULL, crowd)
    return own, {"duration": duration} | remaining(task, duration), changes
