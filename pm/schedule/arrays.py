"""What the passes need to know of each task, as arrays in plan order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pm.model import Project, SchedulingProfile
from pm.schedule.bank import FOREVER, NEVER, CalendarBank
from pm.schedule.result import Flags, Ints

FREE, OPENING, CLOSING = range(3)
"""A task without duration lies at the very instant it is bound by; at one where work may start; where it may end."""


@dataclass(frozen=True)
class Span:
    """One assignment's part in a task: where it starts after the task (`delay`) and how long it takes, working seconds."""

    calendar: int
    delay: int
    length: int
    assignment_id: int

    def reach(self, bank: CalendarBank, start: int) -> int:
        """Return where it ends when the task starts at `start`."""
        return bank.earliest(bank.position(start, self.calendar) + self.delay + self.length, self.calendar)


@dataclass
class TaskArrays:
    """One entry a task, in plan order. Instants and working seconds.

    Attributes:
        project: Number of the task's project in `projects`.
        calendar: Index of the calendar the task is scheduled on, times STRIDE; `slack_calendar` that slack is told on,
            `task_calendar` its own or its project's, even of a task whose duration is elapsed time: lags count on it.
        duration, percent: As entered: working time, and the share done.
        length: Working time from start to finish; `late_length` from late start to late finish.
        base: Where a task starts that nothing else bounds.
        floor_start, floor_finish: Lower bounds of the forward pass; NEVER where there is none.
        cap_start, cap_finish: Upper bounds of the backward pass; FOREVER where there is none.
        fixed_start, fixed_finish: Dates that logic does not move; NEVER where it does.
        ceiling: The latest start that a constraint allows whatever the bounds ask for; FOREVER where there is none.
            `finish_ceiling`: the latest finish that it does.
        delay: Levelling delay, elapsed seconds.
        late_start_seen: What predecessors see as the late start of a task in progress: where it resumes. NEVER: its own.
        resume: Where the remaining work of a task in progress begins at the earliest (retained logic); NEVER elsewhere.
        remaining: Working time of that remaining work.
        outside: The late finish that links to other projects ask for; NEVER without.
        expected: The finish that decides how long the task takes; NEVER without.
        marker: How a task without duration keeps to the shifts of its calendar: FREE, OPENING or CLOSING.
        exact: By the minute, starts lie before the end of a shift and finishes after its start.
        rest: Early and late dates are those of what remains (of started and finished tasks).
        mandatory: Both dates are given, and late ones follow no successor.
        decided: It has no free slack, whatever its links leave it; `decided_last`: where it has no successors.
        done, started, manual, late_as_possible: Flags.
        set_late: Late dates are the fixed ones, whatever successors ask for.
        held: Manual tasks whose own dates stand for their late ones above, and whose start no link bounds back.
        instant: Tasks that somebody without work belongs to: as of a milestone, the start and the late finish are the very
            instants that bound them.
        spans: Assignments of the tasks whose assignments run on different calendars, by task position.
        split: Positions of tasks whose assignments have gaps: their spans, not the duration, decide the finish.
        left: Remaining work of the assignments of tasks that progress split: (calendar, working time) by position.
        manual_summaries: Start and finish of the summaries that keep dates of their own, by position.
    """

    project: Ints
    projects: Sequence[Project]
    profiles: Sequence[SchedulingProfile]
    calendar: Ints
    slack_calendar: Ints
    task_calendar: Ints
    duration: Ints
    percent: Ints
    length: Ints
    late_length: Ints
    base: Ints
    floor_start: Ints
    floor_finish: Ints
    cap_start: Ints
    cap_finish: Ints
    fixed_start: Ints
    fixed_finish: Ints
    ceiling: Ints
    finish_ceiling: Ints
    delay: Ints
    late_start_seen: Ints
    resume: Ints
    remaining: Ints
    outside: Ints
    expected: Ints
    marker: Ints
    exact: Flags
    rest: Flags
    mandatory: Flags
    decided: Flags
    decided_last: Flags
    done: Flags
    started: Flags
    manual: Flags
    late_as_possible: Flags
    set_late: Flags
    held: Flags
    instant: Flags
    bank: CalendarBank = field(init=False)
    spans: dict[int, tuple[Span, ...]] = field(default_factory=dict)
    split: set[int] = field(default_factory=set)
    left: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    manual_summaries: dict[int, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def blank(cls, project: Ints, projects: Sequence[Project], profiles: Sequence[SchedulingProfile]) -> TaskArrays:
        """Return the arrays of tasks that nothing is known of but their projects."""
        names = [n for n, t in cls.__annotations__.items() if t in ("Ints", "Flags") and n != "project"]
        kinds = {n: np.bool_ if cls.__annotations__[n] == "Flags" else np.int64 for n in names}
        columns: dict[str, Any] = {n: np.zeros(len(project), kind) for n, kind in kinds.items()}
        return cls(project, projects, profiles, **columns)

    def clear(self, at: Ints | slice) -> None:
        """Take back what single tasks have beyond their project: bounds, dates, flags and assignments."""
        for bound in (self.floor_start, self.floor_finish, self.fixed_start, self.fixed_finish):
            bound[at] = NEVER
        self.late_start_seen[at] = self.resume[at] = self.outside[at] = self.expected[at] = NEVER
        self.marker[at] = FREE
        self.rest[at] = self.mandatory[at] = self.decided[at] = self.decided_last[at] = False
        self.cap_start[at] = self.cap_finish[at] = FOREVER
        self.ceiling[at] = self.finish_ceiling[at] = FOREVER
        self.remaining[at] = 0
        for flags in (self.done, self.started, self.late_as_possible, self.set_late, self.held, self.instant):
            flags[at] = False
        for i in () if isinstance(at, slice) else at.tolist():
            self.spans.pop(i, None)
            self.split.discard(i)
            self.left.pop(i, None)
            self.manual_summaries.pop(i, None)
