"""The columns of TASK that hold what a schedule computes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pm.formats.primavera.encoding import Texts
from pm.formats.primavera.fields import STORED
from pm.formats.primavera.values import DATE, FLAG
from pm.formats.primavera.writing import Row, Writing

if TYPE_CHECKING:
    from pm.schedule.result import ScheduledTask

PLANNED = ("target_start_date", "target_end_date")
REMAINING = {
    "restart_date": "early_start",
    "reend_date": "early_finish",
    "rem_late_start_date": "late_start",
    "rem_late_end_date": "late_finish",
}
"""The dates of what remains of an activity, which are its early and late dates."""


def of_activity(computed: ScheduledTask, row: Row) -> Texts:
    """Return what a schedule says of an activity, an empty text where it says nothing."""
    found = {column: _text(codec.encode, getattr(computed, name)) for column, (name, codec) in STORED.items()}
    finished = row["actual_finish"] is not None
    for column, name in REMAINING.items():
        found[column] = "" if finished else _text(DATE.encode, getattr(computed, name))
    found["driving_path_flag"] = FLAG.encode(computed.longest_path)
    return found


def _text(encode: Callable[[int], str], value: int | None) -> str:
    return "" if value is None else encode(value)


def planned(texts: Texts, computed: ScheduledTask) -> None:
    """Fill planned dates in where there are none: P6 wants every activity to have some."""
    for column, date in zip(PLANNED, (computed.start, computed.finish), strict=True):
        if not texts.get(column) and date is not None:
            texts[column] = DATE.encode(date)


def computed_of(writing: Writing, task_id: int) -> ScheduledTask | None:
    """Return what the schedule says of a task, None where there is none or it does not know the task."""
    schedule = writing.schedule
    if schedule is None or task_id not in schedule.plan.tasks:
        return None
    return schedule.at(schedule.plan.tasks.position(task_id))
