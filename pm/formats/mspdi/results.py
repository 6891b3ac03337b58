"""The computed elements of tasks and assignments, out of a schedule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pm.errors import PMError
from pm.formats.mspdi.profiles import assignment_calendar, split_lead
from pm.model import FULL, Assignment, Plan
from pm.model.enums import Contour, ResourceType

if TYPE_CHECKING:
    from pm.schedule.result import Schedule
    from pm.worktime import Calendars, WorkCalendar

_COLUMNS = (
    "start",
    "finish",
    "early_start",
    "early_finish",
    "late_start",
    "late_finish",
    "total_slack",
    "free_slack",
    "start_slack",
    "finish_slack",
    "duration",
    "percent_complete",
)
TENTHS = 6
Values = Mapping[str, Any]


def task_results(plan: Plan, schedule: Schedule | None) -> list[dict[str, Any]]:
    """Return the computed values of every task by column of `StoredDates`; those without a value are left out.

    Without a schedule only tasks that keep their own dates have some.
    """
    tasks = plan.tasks
    if schedule is None:
        own = zip(tasks.column("manual"), tasks.column("manual_start"), tasks.column("manual_finish"), strict=True)
        return [{"start": start, "finish": finish} if manual else {} for manual, start, finish in own]
    from pm.schedule.result import MISSING

    columns = {name: getattr(schedule, name).tolist() for name in _COLUMNS}
    critical = schedule.critical.tolist()
    results: list[dict[str, Any]] = []
    for i in range(len(tasks)):
        found = {name: values[i] for name, values in columns.items() if values[i] != MISSING}
        if "start" in found:
            found["critical"] = critical[i]
        results.append(found)
    _variances(plan, schedule, results)
    return results


def _variances(plan: Plan, schedule: Schedule, results: list[dict[str, Any]]) -> None:
    """Add how far each task is from baseline 0, working time on its own calendar."""
    numbers, task_ids = plan.task_baselines.column("number"), plan.task_baselines.column("task_id")
    starts, finishes = plan.task_baselines.column("start"), plan.task_baselines.column("finish")
    for row, number in enumerate(numbers):
        if number != 0:
            continue
        i = plan.tasks.position(task_ids[row])
        calendar = _task_calendar(plan, schedule.calendars, i)
        found = results[i]
        for name, planned in (("start", starts[row]), ("finish", finishes[row])):
            if planned is not None and name in found:
                late = calendar.between(planned, found[name])
                found[f"{name}_variance"] = late - late % TENTHS


def _task_calendar(plan: Plan, calendars: Calendars, i: int) -> WorkCalendar:
    own = plan.tasks.column("calendar_id")[i]
    return calendars.project(plan.tasks.column("project_id")[i]) if own is None else calendars.get(own)


def assignment_results(plan: Plan, schedule: Schedule | None, tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return start and finish of every assignment: its own work on its own calendar, from its task's start."""
    if schedule is None:
        return [{} for _ in plan.assignments.ids]
    positions = plan.tasks.index
    results: list[dict[str, Any]] = []
    for i, assignment in enumerate(plan.assignments):
        task = tasks[positions[assignment.task_id]]
        if "start" not in task or "finish" not in task:
            results.append({})
            continue
        start = task["start"] if assignment.actual_start is None else assignment.actual_start
        finish = task["finish"]
        try:
            calendar = assignment_calendar(plan, schedule.calendars, i)
            delay = assignment.delay + assignment.levelling_delay
            lead, _ = split_lead(assignment.profile or ())
            if assignment.actual_start is None and start < finish:
                start = calendar.snap_start(calendar.add(calendar.snap_start(start), delay + lead))
            if assignment.actual_finish is not None:
                finish = assignment.actual_finish
            elif (length := _length(plan, assignment)) is not None:
                finish = calendar.add(start, length)
        except PMError:
            # A calendar that never works: the task's own dates are the best there are.
            start, finish = task["start"], task["finish"]
        results.append({"start": start, "finish": max(finish, start)})
    return results


def _length(plan: Plan, assignment: Assignment) -> int | None:
    """Return how long an assignment takes by itself; None where it goes along with its task."""
    if assignment.profile:
        return sum(int(length) for length, _ in split_lead(assignment.profile)[1])
    flat = assignment.contour == Contour.FLAT
    untouched = assignment.actual_start is None and not assignment.actual_work
    if assignment.resource_id is None or not (flat and untouched and assignment.work and assignment.units > 0):
        return None
    if plan.resources.value(assignment.resource_id, "type") != ResourceType.WORK:
        return None
    return assignment.work * FULL // assignment.units
