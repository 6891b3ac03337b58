"""Where a file's own results and the computed schedule disagree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from pm.formats.result import StoredDates
from pm.model import Plan

if TYPE_CHECKING:
    from pm.schedule.result import Schedule

MINUTE = 60
DATES = ("start", "finish", "early_start", "early_finish", "late_start", "late_finish")
SLACKS = ("total_slack", "free_slack", "start_slack", "finish_slack")
COMPARED = (*DATES, *SLACKS, "critical")


class Side(StrEnum):
    """What a value of a task follows from."""

    EARLY = "early"
    """What comes before the task: its dates and early dates."""
    LATE = "late"
    """What comes after it: its late dates."""
    SLACK = "slack"
    """The task's own dates, all of which agree."""


SIDES: Mapping[Side, frozenset[str]] = {
    Side.EARLY: frozenset({"start", "finish", "early_start", "early_finish"}),
    Side.LATE: frozenset({"late_start", "late_finish"}),
    Side.SLACK: frozenset({*SLACKS, "critical"}),
}


@dataclass(frozen=True)
class Found:
    """A value that differs; `computed` is None where we compute none for that task."""

    task_id: int
    field: str
    stored: int
    computed: int | None

    @property
    def apart(self) -> int | None:
        """How far apart they are in seconds; None where that makes no sense."""
        return None if self.computed is None or self.field == "critical" else abs(self.stored - self.computed)


class Comparison:
    """A file's results beside those of a schedule.

    Attributes:
        stored: What the file holds: instants, working seconds or flags by task, by column of the schedule.
        found: The values that differ by more than the way files write them, in the order of the plan.
    """

    def __init__(self, schedule: Schedule, stored: StoredDates) -> None:
        self.plan: Plan = schedule.plan
        self.schedule = schedule
        self.stored: dict[str, Mapping[int, int]] = {n: v for n in COMPARED if (v := getattr(stored, n))}
        self.found = tuple(self._different())

    @cached_property
    def tasks(self) -> int:
        """How many tasks the file holds a result for."""
        return len({task_id for values in self.stored.values() for task_id in values})

    @cached_property
    def fields(self) -> Mapping[int, Mapping[str, Found]]:
        """The differing values by task and field."""
        fields: dict[int, dict[str, Found]] = {}
        for one in self.found:
            fields.setdefault(one.task_id, {})[one.field] = one
        return fields

    def differing(self, task_id: int, side: Side) -> list[Found]:
        """Return the differing values of a task on one side."""
        return [one for name, one in self.fields.get(task_id, {}).items() if name in SIDES[side]]

    def value(self, task_id: int, *names: str) -> int | None:
        """Return what the file holds for the first of `names` that it holds."""
        return next((v for n in names if (v := self.stored.get(n, {}).get(task_id)) is not None), None)

    def computed(self, task_id: int, name: str) -> int | None:
        """Return a computed value; None where there is none."""
        return computed(self.schedule, self.plan.tasks.position(task_id), name)

    def _different(self) -> Iterator[Found]:
        columns = {name: getattr(self.schedule, name).tolist() for name in self.stored}
        starts = self.schedule.early_start.tolist()
        for i, task_id in enumerate(self.plan.tasks.ids):
            for name, values in self.stored.items():
                if task_id not in values:
                    continue
                stored = values[task_id]
                value = known(name, columns[name][i], starts[i])
                if value is None or not same(name, stored, value):
                    yield Found(task_id, name, stored, value)


def computed(schedule: Schedule, position: int, name: str) -> int | None:
    """Return a value of the task at `position`; None where there is none."""
    return known(name, int(getattr(schedule, name)[position]), int(schedule.early_start[position]))


def known(name: str, value: int, early_start: int) -> int | None:
    """Return a value of a schedule's column; None for one that stands for nothing (a flag of a task without dates, too)."""
    from pm.schedule.result import MISSING

    return None if value == MISSING or (name == "critical" and early_start == MISSING) else value


def same(name: str, stored: int, value: int) -> bool:
    """Whether two values differ by no more than the way they are written.

    Dates are cut to the minute. Slack lies between two of those, so that it is known to less than a minute.
    """
    if name in DATES:
        return stored // MINUTE == value // MINUTE
    if name == "critical":
        return bool(stored) == bool(value)
    return abs(stored - value) < MINUTE
