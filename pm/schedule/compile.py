"""What the passes need to know of each task: calendars, spans, floors, caps and fixed dates, as arrays.

Every rule about a single task is here, once: the eight constraints, progress, manual dates, levelling, assignments. What
comes out is nothing but numbers: the passes only ever take the largest bound, move along a calendar, take the smallest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pm.model import FULL, Plan, Project, SchedulingProfile, scheduling_profile
from pm.model.kinds import DAY
from pm.schedule.bank import FOREVER, NEVER, CalendarBank
from pm.schedule.result import Ints
from pm.schedule.spans import LONGEST, Span, TaskSpans, checked, sparse, too_long
from pm.worktime import Calendars

HORIZON = 8 * 366 * DAY
"""How far beyond the last date people typed calendars are compiled at first."""


@dataclass
class TaskArrays:
    """One entry a task, in plan order. Instants and working seconds.

    Attributes:
        calendar: Index of the calendar the task is scheduled on, times STRIDE; `slack_calendar` that slack is told on,
            `task_calendar` that lags are counted on.
        length: Working time from start to finish; `late_length` from late start to late finish.
        base: Where a task starts that nothing else bounds.
        floor_start, floor_finish: Lower bounds of the forward pass; NEVER where there is none.
        cap_start, cap_finish: Upper bounds of the backward pass; FOREVER where there is none.
        fixed_start, fixed_finish: Dates that logic does not move; NEVER where it does.
        delay: Levelling delay, elapsed seconds.
        late_start_seen: What predecessors see as the late start of a task in progress: where it resumes. NEVER: its own.
        resume: Where the remaining work of a task in progress begins at the earliest (retained logic); NEVER elsewhere.
        remaining: Working time of that remaining work.
        done, started, manual: Flags.
        spans: Assignments of the tasks whose assignments run on different calendars, by task position.
        split: Positions of tasks whose assignments have gaps: their spans, not the duration, decide the finish.
        project: Number of the task's project in `projects`.
    """

    calendar: Ints
    slack_calendar: Ints
    task_calendar: Ints
    length: Ints
    late_length: Ints
    base: Ints
    floor_start: Ints
    floor_finish: Ints
    cap_start: Ints
    cap_finish: Ints
    fixed_start: Ints
    fixed_finish: Ints
    delay: Ints
    late_start_seen: Ints
    resume: Ints
    remaining: Ints
    done: np.ndarray[Any, np.dtype[np.bool_]]
    started: np.ndarray[Any, np.dtype[np.bool_]]
    manual: np.ndarray[Any, np.dtype[np.bool_]]
    late_as_possible: list[int]
    spans: dict[int, tuple[Span, ...]]
    split: set[int]
    project: Ints
    projects: list[Project]
    profiles: list[SchedulingProfile]
    bank: CalendarBank
    manual_summaries: dict[int, tuple[int, int]] = field(default_factory=dict)


def compile_tasks(plan: Plan, calendars: Calendars, bank: CalendarBank | None = None) -> TaskArrays:
    """Compile the tasks of `plan`; `bank` is used again where it still fits."""
    return _TaskCompiler(plan, calendars).compile(bank)


class _TaskCompiler:
    def __init__(self, plan: Plan, calendars: Calendars) -> None:
        self.plan = plan
        self.tasks = plan.tasks
        self.count = len(plan.tasks)
        self.outline = plan.outline
        self.projects = [plan.projects[i] for i in plan.projects.ids]
        self.profiles = [scheduling_profile(p.profile, p.profile_overrides) for p in self.projects]
        number = {p.id: i for i, p in enumerate(self.projects)}
        self.project = np.array([number[i] for i in self.tasks.column("project_id")], dtype=np.int64)
        self.spans = TaskSpans(plan, calendars, self.project, self.profiles)
        self.calendar, self.length, self.late_length = self.spans.calendar, self.spans.length, self.spans.late_length

    def compile(self, bank: CalendarBank | None) -> TaskArrays:
        listed = self.spans.index.listed
        if bank is None or [id(c) for c in bank.calendars] != [id(c) for c in listed]:
            first, last = self._range()
            bank = CalendarBank(listed, first, last)
        self.bank = bank
        self._bounds()
        arrays = TaskArrays(
            calendar=self.calendar,
            slack_calendar=self.spans.slack_calendar,
            task_calendar=self.spans.task_calendar,
            length=self.length,
            late_length=self.late_length,
            base=self.base,
            floor_start=self.floor_start,
            floor_finish=self.floor_finish,
            cap_start=self.cap_start,
            cap_finish=self.cap_finish,
            fixed_start=self.fixed_start,
            fixed_finish=self.fixed_finish,
            delay=self.delay,
            late_start_seen=self.late_start_seen,
            resume=self.resume,
            remaining=self.remaining,
            done=self.done,
            started=self.started,
            manual=np.array(self.tasks.column("manual"), dtype=bool),
            late_as_possible=self.alap,
            spans=self.spans.spans,
            split=self.spans.split,
            project=self.project,
            projects=self.projects,
            profiles=self.profiles,
            bank=bank,
            manual_summaries=self.manual_summaries,
        )
        return arrays

    def _range(self) -> tuple[int, int]:
        seen = [p.start for p in self.projects] + [p.finish for p in self.projects if p.finish]
        for name in ("constraint_date", "deadline", "actual_start", "actual_finish", "manual_start", "manual_finish", "resume"):
            if name in self.tasks.stored:
                seen += [v for v in self.tasks.column(name) if v is not None]
        total = int(self.length.sum()) * 4 + 366 * DAY
        return min(seen, default=0) - 366 * DAY, max(seen, default=0) + min(total, HORIZON)

    # bounds -------------------------------------------------------------------------------------

    def _bounds(self) -> None:
        n = self.count
        self.floor_start, self.floor_finish = np.full(n, NEVER), np.full(n, NEVER)
        self.cap_start, self.cap_finish = np.full(n, FOREVER), np.full(n, FOREVER)
        self.fixed_start, self.fixed_finish = np.full(n, NEVER), np.full(n, NEVER)
        self.late_start_seen, self.resume = np.full(n, NEVER), np.full(n, NEVER)
        self.remaining = np.zeros(n, dtype=np.int64)
        self.done, self.started = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
        starts = np.array([p.start for p in self.projects] or [0], dtype=np.int64)
        self.base = starts[self.project] if n else np.zeros(0, np.int64)
        self.delay = np.array(self.tasks.column("levelling_delay"), dtype=np.int64)
        checked(self.delay, self.tasks.column("name"), "levelling delay")
        for number, (project, profile) in enumerate(zip(self.projects, self.profiles, strict=True)):
            if profile.project_start_is_floor:
                self.floor_start[self.project == number] = project.start
            if profile.status_date_is_floor and project.status_date is not None:
                mine = self.project == number
                self.floor_start[mine] = np.maximum(self.floor_start[mine], project.status_date)
        self._constraints()
        self._manual()
        self._progress()

    def _constraints(self) -> None:
        """The eight constraints and the deadline, as floors, caps and fixed dates."""
        dates = self.tasks.column("constraint_date")
        self.alap: list[int] = []
        for i, kind in sparse(self.tasks.column("constraint_type"), "ASAP"):
            date = dates[i]
            if kind == "ALAP":
                self.alap.append(i)
            elif date is not None:
                self._constrain(i, kind, date)
        for i, deadline in sparse(self.tasks.column("deadline")):
            self.cap_finish[i] = min(self.cap_finish[i], deadline)

    def _constrain(self, i: int, kind: str, date: int) -> None:
        leaf = self.outline.end[i] == i + 1
        if kind in ("SNET", "MSO", "MANDATORY_START"):
            self.floor_start[i] = max(self.floor_start[i], date)
        if kind in ("FNET", "MFO", "MANDATORY_FINISH"):
            self.floor_finish[i] = max(self.floor_finish[i], date)
        if kind in ("SNLT", "MSO", "MANDATORY_START"):
            self.cap_start[i] = date
        if kind in ("FNLT", "MFO", "MANDATORY_FINISH"):
            self.cap_finish[i] = date
        if leaf and kind in ("MSO", "MANDATORY_START"):
            k = int(self.calendar[i])
            start = self.bank.latest(self.bank.position(date, k), k) if self.length[i] else date
            self.fixed_start[i], self.fixed_finish[i] = start, self._finish(i, start)
        elif leaf and kind in ("MFO", "MANDATORY_FINISH"):
            k = int(self.calendar[i])
            if self.length[i]:
                position = self.bank.position(date, k)
                start = self.bank.latest(position - int(self.length[i]), k)
                self.fixed_start[i], self.fixed_finish[i] = start, self.bank.earliest(position, k)
            else:
                self.fixed_start[i] = self.fixed_finish[i] = date

    def _finish(self, i: int, start: int) -> int:
        """Return the finish of a task that starts at `start`."""
        k, length = int(self.calendar[i]), int(self.length[i])
        if i in self.spans.split and i in self.spans.spans:
            return max(span.reach(self.bank, start) for span in self.spans.spans[i])
        return self.bank.earliest(self.bank.position(start, k) + length, k) if length else start

    def _start(self, i: int, finish: int) -> int:
        """Return the start of a task that finishes at `finish`; a summary has no duration of its own to count back."""
        k, length = int(self.calendar[i]), int(self.length[i])
        if not length or self.outline.end[i] > i + 1:
            return finish
        return self.bank.latest(self.bank.position(finish, k) - length, k)

    def _manual(self) -> None:
        """Manual tasks keep their dates; a manual summary is the base and the floor of what it holds."""
        self.manual_summaries: dict[int, tuple[int, int]] = {}
        manual, external = self.tasks.column("manual"), self.tasks.column("external")
        if True not in manual and True not in external:
            return
        starts, finishes = self.tasks.column("manual_start"), self.tasks.column("manual_finish")
        end = self.outline.end
        for i in range(self.count):
            if not (manual[i] or external[i]) or (starts[i] is None and finishes[i] is None):
                continue
            start = starts[i] if starts[i] is not None else self._start(i, finishes[i])
            finish = finishes[i] if finishes[i] is not None else self._finish(i, start)
            self.fixed_start[i], self.fixed_finish[i] = start, max(start, finish)
            if end[i] > i + 1:
                self.manual_summaries[i] = (start, max(start, finish))
                self._hold_branch(i, start)
            elif self.length[i] == 0 and finish > start:
                k = int(self.calendar[i])
                self.length[i] = self.late_length[i] = self.bank.between(start, finish, k)

    def _hold_branch(self, summary: int, start: int) -> None:
        kinds = self.tasks.column("constraint_type")
        for i in range(summary + 1, self.outline.end[summary]):
            if kinds[i] not in ("SNET", "FNET"):
                self.base[i] = self.floor_start[i] = start

    def _progress(self) -> None:
        """Finished tasks keep their actual dates; started ones keep their start, and what remains follows the profile."""
        tasks, end = self.tasks, self.outline.end
        if "actual_start" not in tasks.stored and "actual_finish" not in tasks.stored:
            return
        actual_finish, percent = tasks.column("actual_finish"), tasks.column("percent_complete")
        stop, resume = tasks.column("stop"), tasks.column("resume")
        manual = tasks.column("manual")
        for i, actual_start in enumerate(tasks.column("actual_start")):
            finish = actual_finish[i]
            if (actual_start is None and finish is None) or end[i] > i + 1:
                continue
            if finish is not None:
                start = actual_start if actual_start is not None else finish
                self.fixed_start[i], self.fixed_finish[i] = start, max(finish, start)
                self.done[i] = True
            elif percent[i] >= FULL:
                self.fixed_start[i], self.fixed_finish[i] = actual_start, self._finish(i, actual_start)
                self.done[i] = True
            elif not manual[i]:
                self._in_progress(i, actual_start, stop[i], resume[i])
            else:
                self.started[i] = True

    def _in_progress(self, i: int, actual_start: int, stop: int | None, resume: int | None) -> None:
        self.started[i] = True
        self.fixed_start[i] = actual_start
        profile = self.profiles[self.project[i]]
        k = int(self.calendar[i])
        left = self.tasks.column("remaining_duration")[i]
        if left is None:
            left = int(self.length[i]) * max(0, FULL - self.tasks.column("percent_complete")[i]) // FULL
        elif not 0 <= left <= LONGEST:
            raise too_long(str(self.tasks.column("name")[i]), "remaining duration")
        if profile.status_date_is_floor:
            status = self.projects[self.project[i]].status_date
            done = max(0, int(self.length[i]) - left)
            floor = max(actual_start, resume) if resume is not None else self.bank.shift(actual_start, done, k)
            self.resume[i] = max(floor, status) if status is not None else floor
            self.remaining[i] = left
            return
        self.late_start_seen[i] = resume if resume is not None else NEVER
        self.fixed_finish[i] = self._finish(i, actual_start)
        split_by_progress = stop is not None and resume is not None and self.bank.between(stop, resume, k) > 0
        if split_by_progress and i not in self.spans.split and resume is not None:
            self.fixed_finish[i] = self._resumed_finish(i, resume, left)

    def _resumed_finish(self, i: int, resume: int, left: int) -> int:
        """Return the finish of a task whose remaining work begins at `resume`: that of its last assignment."""
        finishes = [self.bank.shift(resume, length, k) for k, length in self.spans.left.get(i, ())]
        return max(finishes) if finishes else self.bank.shift(resume, left, int(self.calendar[i]))
