"""How far tasks have got, and the dates they are moved to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pm.commands.changes import changeset, checked, invalid, update
from pm.commands.effort import working_assignments
from pm.commands.labels import edit_label, short
from pm.errors import InputError
from pm.model import FULL, Change, Changeset, Plan, Task, iso
from pm.model.enums import ConstraintType
from pm.words import instant_text


@dataclass(frozen=True)
class MoveTaskTo:
    """Move a task to a date: a manual task is pinned there, any other starts no earlier than it."""

    task_id: int
    start: int

    def changeset(self, plan: Plan) -> Changeset:
        """Return the task's constraint or manual dates."""
        task = plan.task(self.task_id)
        values: dict[str, Any]
        if task.manual:
            finish = task.manual_finish
            shifted = None if finish is None or task.manual_start is None else finish + self.start - task.manual_start
            values = {"manual_start": self.start, "manual_finish": shifted}
        else:
            values = {"constraint_type": ConstraintType.START_NO_EARLIER_THAN.value, "constraint_date": self.start}
        when = instant_text(self.start) if iso(self.start)[11:] not in ("00:00", "08:00") else instant_text(self.start)[:-6]
        changes = update(plan, "tasks", task.id, checked("tasks", values, task.name))
        return changeset(plan, f"Move {short(task.name)} to {when}", changes)


def progress_values(
    plan: Plan, task: Task, percent: int, start: int | None = None, finish: int | None = None
) -> tuple[dict[str, Any], list[Change]]:
    """Return what `percent` complete (hundredths) means for a task and its assignments.

    Work has started at `start`, or at the actual start so far, or where it is scheduled; at 100 % it finished at `finish` or
    where it is scheduled.
    """
    computed = None
    if percent and ((start is None and task.actual_start is None) or (percent == FULL and finish is None)):
        from pm.schedule import compute_schedule

        computed = compute_schedule(plan).task(task.id)
    begun: int | None = None
    if percent:
        begun = start if start is not None else task.actual_start
        begun = computed.start if begun is None and computed is not None else begun
    ended: int | None = None
    if percent == FULL:
        ended = finish if finish is not None else (computed.finish if computed is not None else None)
    if begun is not None and ended is not None and ended < begun:
        raise invalid("actual_finish", "is before the actual start", task.name)
    done = (task.duration * percent + FULL // 2) // FULL
    values: dict[str, Any] = {
        "percent_complete": percent,
        "actual_start": begun,
        "actual_finish": ended,
        "actual_duration": done,
        "remaining_duration": task.duration - done if percent else None,
        "stop": None,
        "resume": None,
    }
    changes: list[Change] = []
    total = 0
    for assignment in working_assignments(plan, task.id):
        actual = (assignment.work * percent + FULL // 2) // FULL
        total += actual
        own = {
            "percent_work_complete": percent,
            "actual_work": actual,
            "remaining_work": assignment.work - actual,
            "actual_start": begun,
            "actual_finish": ended,
            "stop": None,
            "resume": None,
        }
        changes += update(plan, "assignments", assignment.id, own)
    if task.work:
        actual = total or (task.work * percent + FULL // 2) // FULL
        values |= {"percent_work_complete": percent, "actual_work": actual, "remaining_work": max(0, task.work - actual)}
    return values, changes


@dataclass(frozen=True)
class SetProgress:
    """Report how much of a task is done; the actual start and what remains follow.

    Attributes:
        percent: Hundredths of a percent of the duration.
        actual_start, actual_finish: When work began and ended; None for as scheduled.
    """

    task_id: int
    percent: int
    actual_start: int | None = None
    actual_finish: int | None = None

    def changeset(self, plan: Plan) -> Changeset:
        """Return the task's progress and that of its assignments."""
        task = plan.task(self.task_id)
        if plan.outline.is_summary(plan.tasks.position(task.id)):
            hint = "report it on the tasks below"
            raise InputError("the progress of a summary comes from its tasks", code="task.summary", subject=task.name, hint=hint)
        given = {"actual_start": self.actual_start, "actual_finish": self.actual_finish, "percent_complete": self.percent}
        checked("tasks", given, task.name)
        values, changes = progress_values(plan, task, self.percent, self.actual_start, self.actual_finish)
        label = edit_label(plan, "tasks", task.id, task.name, {"percent_complete": self.percent})
        return changeset(
            plan, label.replace("Percent complete", "Progress", 1), [*update(plan, "tasks", task.id, values), *changes]
        )
