"""Which tasks have other dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pm.model import Changeset, PlanDiff, TaskMove

if TYPE_CHECKING:
    from pm.schedule import Schedule


def task_moves(before: Schedule, after: Schedule) -> tuple[TaskMove, ...]:
    """Return every task with another computed start or finish, in the order of the plan after; tasks that are gone come last."""
    then, now = _dates(before), _dates(after)
    moves = []
    for task_id in [*now, *(i for i in then if i not in now)]:
        old, new = then.get(task_id, (None, None)), now.get(task_id, (None, None))
        if old != new:
            moves.append(TaskMove(task_id, *old, *new))
    return tuple(moves)


def difference(changeset: Changeset, before: Schedule, after: Schedule) -> PlanDiff:
    """Return what a changeset does to the dates of a plan, from the schedules without it and with it."""
    return PlanDiff(changeset, task_moves(before, after), before.project_finish, after.project_finish)


def _dates(schedule: Schedule) -> dict[int, tuple[int | None, int | None]]:
    from pm.schedule.result import MISSING

    columns = ([None if t == MISSING else t for t in c.tolist()] for c in (schedule.start, schedule.finish))
    return dict(zip(schedule.plan.tasks.ids, zip(*columns, strict=True), strict=True))


__all__ = ["difference", "task_moves"]
