"""Where a task lies, for money that no work decides: its fixed cost, material, and amounts that were entered."""

from __future__ import annotations

from collections.abc import Iterator

from pm.model import FULL
from pm.schedule.result import MISSING, Schedule
from pm.worktime import WorkCalendar

Part = tuple[WorkCalendar, int, int, int, bool]
"""A calendar, begin, end, an amount that lies evenly between them, and whether it is done."""


class TaskSpans:
    """The span of every task on its own calendar, parted where what is done of it ends."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        plan = schedule.plan
        self._start, self._finish = schedule.start.tolist(), schedule.finish.tolist()
        self._percent = schedule.percent_complete.tolist()
        names = ("project_id", "calendar_id", "active", "external", "stop", "resume", "actual_start", "actual_finish")
        self._rows = {n: plan.tasks.column(n) for n in names}

    def dated(self, task: int) -> bool:
        """Whether a task has dates and takes part: only then it costs anything."""
        rows = self._rows
        return bool(rows["active"][task]) and not rows["external"][task] and self._start[task] != MISSING

    def calendar(self, task: int) -> WorkCalendar:
        """Return the task's own calendar, else its project's."""
        own = self._rows["calendar_id"][task]
        calendars = self._schedule.calendars
        return calendars.get(own) if own is not None else calendars.project(self._rows["project_id"][task])

    def start(self, task: int) -> int:
        """Return when a task starts."""
        return int(self._start[task])

    def finish(self, task: int) -> int:
        """Return when a task finishes."""
        return int(self._finish[task])

    def reported(self, task: int) -> int:
        """Return how much of a task's duration is reported as done, in hundredths of a percent, as it stands in the plan."""
        done = self._percent[task]
        return int(done) if done != MISSING else 0

    def percent(self, task: int) -> int:
        """Return how much of a task is done, in hundredths of a percent, never more than FULL."""
        return min(max(self.reported(task), 0), FULL)

    def begun(self, task: int) -> bool:
        """Whether work on a task has begun."""
        return self._rows["actual_start"][task] is not None or self.percent(task) > 0

    def ended(self, task: int) -> bool:
        """Whether a task is finished."""
        return self._rows["actual_finish"][task] is not None or self.percent(task) >= FULL

    def parts(self, task: int, amount: int, done: int | None = None) -> Iterator[Part]:
        """Hand out an amount as what is done of it and what is still to come.

        Args:
            task: The position of the task.
            amount: What to part.
            done: How much of it is done; the task's share if None.
        """
        calendar, start, finish = self.calendar(task), self.start(task), self.finish(task)
        percent = FULL if self.ended(task) else self.percent(task)
        if done is None:
            done = (2 * amount * percent + FULL) // (2 * FULL)
        stop = self._stop(task, calendar, percent)
        if done:
            yield calendar, start, stop, done, True
        if amount != done:
            resume = self._rows["resume"][task]
            begin = stop if resume is None or resume < stop else resume
            yield calendar, min(begin, finish), finish, amount - done, False

    def worked(self, task: int) -> tuple[int, int]:
        """Return from when until when a task was worked on."""
        percent = FULL if self.ended(task) else self.percent(task)
        return self.start(task), self._stop(task, self.calendar(task), percent)

    def _stop(self, task: int, calendar: WorkCalendar, percent: int) -> int:
        """Return when what is done of a task ended."""
        start, finish = self.start(task), self.finish(task)
        if percent >= FULL:
            return finish
        own = self._rows["stop"][task]
        if own is not None and start <= own <= finish:
            return int(own)
        first, last = calendar.position(start), calendar.position(finish)
        return calendar.earliest(first + (last - first) * percent // FULL) if percent and last > first else start
