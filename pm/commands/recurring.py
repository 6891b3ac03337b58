"""Recurring tasks: a summary with a task for each time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any, Literal

from pm.commands.changes import changeset, free_name, insert, invalid
from pm.commands.labels import short
from pm.commands.tasks import AddTask
from pm.commands.tree import GAP
from pm.model import Change, Changeset, Plan, instant, to_datetime
from pm.model.enums import ConstraintType
from pm.model.kinds import DAY, FIRST_INSTANT, LAST_INSTANT
from pm.words import Repetition, repetition_text

MOST = 999
"""Times that a task comes back at most, as in Microsoft Project."""


def days_of(every: Repetition, first: date) -> Iterator[date]:
    """Yield the days that `every` falls on, from `first` up to the year 9999. Intervals count from the unit `first` lies in."""
    from dateutil import rrule

    frequencies: dict[str, Literal[0, 1, 2, 3]] = {
        "day": rrule.DAILY,
        "week": rrule.WEEKLY,
        "month": rrule.MONTHLY,
        "year": rrule.YEARLY,
    }
    rule = rrule.rrule(
        frequencies[every.unit],
        dtstart=datetime(first.year, first.month, first.day),
        interval=every.interval,
        wkst=rrule.MO,
        byweekday=every.weekdays or None,
        bymonthday=every.day,
        bymonth=every.month,
        bysetpos=every.ordinal,
    )
    return (at.date() for at in rule)


@dataclass(frozen=True)
class AddRecurringTask:
    """Add a task that comes back: a summary whose tasks, one for each time, start no earlier than their day.

    Attributes:
        every: How often.
        first: The day it may be for the first time, and the time of day it starts at, an instant.
        until: The last day it may be, any instant of it; or
        times: how often it is.
        values: Fields of each of the tasks, as for `AddTask`.
        parent_id, before_id, after_id: Where the summary stands, as for `AddTask`.
    """

    project_id: int
    name: str
    every: Repetition
    first: int
    until: int | None = None
    times: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    parent_id: int | None = None
    before_id: int | None = None
    after_id: int | None = None

    def changeset(self, plan: Plan) -> Changeset:
        """Return the new summary and its tasks.

        Raises:
            InputError: `value.invalid`, it is at no time, or more than `MOST` times; or a field does not fit.
        """
        name = free_name(self.name, "a task")
        for taken in self.values.keys() & {"constraint_type", "constraint_date", "recurring"}:
            raise invalid(taken, "of a recurring task follows from its days", name)
        starts = self._starts(name)
        above = AddTask(self.project_id, name, {"recurring": True}, self.parent_id, self.before_id, self.after_id).changeset(plan)
        parent = next(c.id for c in above.changes if c.before is None)
        own = {"recurring": True, "constraint_type": ConstraintType.START_NO_EARLIER_THAN.value, "constraint_date": starts[0]}
        below = AddTask(self.project_id, f"{name} 1", {**self.values, **own}, parent).changeset(plan.apply(above))
        label = f"Add {short(name)}, {repetition_text(self.every)}, {len(starts)} {'time' if len(starts) == 1 else 'times'}"
        return changeset(plan, label, [*above.changes, *_repeated(below.changes[0], name, starts)])

    def _starts(self, name: str) -> list[int]:
        """Return the instants it starts at."""
        if (self.until is None) == (self.times is None):
            raise invalid("until", "or the number of times is needed, not both", name)
        if self.times is not None and not 1 <= self.times <= MOST:
            raise invalid("times", f"must be between 1 and {MOST}", name)
        if not FIRST_INSTANT <= self.first <= LAST_INSTANT:
            raise invalid("first", "must be a date between the years 1 and 9999", name)
        day, time_of_day = self.first // DAY * DAY, self.first % DAY
        found = (instant(d) for d in days_of(self.every, to_datetime(day).date()))
        if self.times is not None:
            starts = list(islice(found, self.times))
            if len(starts) < self.times:
                raise invalid("times", "go on past the year 9999", name)
        else:
            last = self.until or 0
            starts = []
            for at in islice(found, MOST + 1):
                if at > last:
                    break
                starts.append(at)
            if not starts:
                raise invalid("until", "lies before the first time", name)
            if len(starts) > MOST:
                raise invalid("until", f"makes it more than {MOST} times", name, "end it earlier, or repeat it less often")
        return [at + time_of_day for at in starts]


def _repeated(first: Change, name: str, starts: list[int]) -> list[Change]:
    """Return the changes that add `first` and its like, one for each start."""
    row = dict(first.after or {})
    return [
        insert(
            "tasks",
            first.id + n,
            {**row, "name": f"{name} {n + 1}", "uid": row["uid"] + n, "position": n * GAP, "constraint_date": at},
        )
        for n, at in enumerate(starts)
    ]
