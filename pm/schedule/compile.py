"""What the passes need to know of each task: calendars, spans, floors, caps and fixed dates, as arrays.

Every rule about a single task is here, once: the eight constraints, progress, manual dates, levelling, assignments. A rule
is a method about one task; a plan is compiled by applying each to the tasks that have what it is about, an edit by applying
all of them to the tasks that it touched. What comes out is nothing but numbers: the passes only ever take the largest
bound, move along a calendar, take the smallest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from pm.model import FULL, Plan, scheduling_profile
from pm.model.enums import OutOfSequence
from pm.model.kinds import DAY
from pm.schedule.arrays import CLOSING, OPENING, TaskArrays
from pm.schedule.bank import FOREVER, NEVER, CalendarBank, bank_of
from pm.schedule.result import Ints
from pm.schedule.spans import TaskSpans, checked, checked_remaining, sparse, values_at, whole_minutes
from pm.worktime import Calendars

MANDATORY = ("MANDATORY_START", "MANDATORY_FINISH")

HORIZON = 8 * 366 * DAY
"""How far beyond the last date people typed calendars are compiled at first."""

PROJECT_DATES = ("start", "finish", "status_date", "must_finish_by")
TASK_DATES = (
    *("constraint_date", "secondary_constraint_date", "deadline", "external_early_start", "external_late_finish"),
    *("expected_finish", "actual_start", "actual_finish", "manual_start", "manual_finish", "stop", "resume"),
)
"""The fields whose dates the rules take to a calendar: the compiled range has to hold them all."""

Rule = tuple[Callable[[int], None], Callable[[], Iterable[int]]]
"""What is done to a task that has what the rule is about, and which tasks have."""


def compile_tasks(plan: Plan, calendars: Calendars, bank: CalendarBank | None = None) -> TaskCompiler:
    """Compile the tasks of `plan` and return the compiler that holds them; `bank` is used again where it still fits."""
    projects = [plan.projects[i] for i in plan.projects.ids]
    profiles = [scheduling_profile(p.profile, p.profile_overrides) for p in projects]
    number = {p.id: i for i, p in enumerate(projects)}
    project = np.array([number[i] for i in plan.tasks.column("project_id")], dtype=np.int64)
    arrays = TaskArrays.blank(project, projects, profiles)
    compiler = TaskCompiler(plan, calendars, arrays)
    compiler.compile(bank)
    return compiler


class TaskCompiler:
    """Applies the rules about single tasks.

    Args:
        plan: The plan.
        calendars: Its calendars.
        arrays: What is written.
        previous: The compiler of the revision before, where that has the same calendars, projects and resources.
    """

    def __init__(self, plan: Plan, calendars: Calendars, arrays: TaskArrays, previous: TaskCompiler | None = None) -> None:
        self.plan, self.arrays = plan, arrays
        self.tasks, self.outline = plan.tasks, plan.outline
        self.projects, self.profiles = arrays.projects, arrays.profiles
        self.spans: TaskSpans = TaskSpans(plan, calendars, arrays, previous.spans if previous else None)
        self._base = np.array([p.start for p in self.projects] or [0], dtype=np.int64)
        self._floor = self._project_floors()
        pairs = zip(self.projects, self.profiles, strict=True)
        self._musts = [project.honor_constraints and profile.musts_are_hard for project, profile in pairs]
        column = self.tasks.column
        self._kinds, self._dates, self._deadlines = column("constraint_type"), column("constraint_date"), column("deadline")
        self._manual, self._external = column("manual"), column("external")
        self._starts, self._finishes = column("manual_start"), column("manual_finish")
        self._actual_starts, self._actual_finishes = column("actual_start"), column("actual_finish")
        self._percent, self._stop, self._resume = column("percent_complete"), column("stop"), column("resume")
        self._left, self._ignores = column("remaining_duration"), column("ignore_resource_calendars")
        self._second_kinds, self._second_dates = column("secondary_constraint_type"), column("secondary_constraint_date")
        self._early_outside, self._late_outside = column("external_early_start"), column("external_late_finish")
        self._expected, self._types = column("expected_finish"), column("activity_type")
        self._exact = np.array([p.shifts_end_exactly for p in self.profiles] or [False], dtype=bool)

    def compile(self, bank: CalendarBank | None) -> None:
        """Compile every task; the range grows until it holds the dates that the rules give."""
        self._defaults(slice(None))
        self._apply(self._span_rules())
        listed = self.spans.index.listed
        seen = self._seen(slice(None))
        if bank is None or [id(c) for c in bank.calendars] != [id(c) for c in listed] or not bank.covers(seen):
            total = int(self.arrays.length.sum()) * 4 + 366 * DAY
            bank = bank_of(listed, seen, 366 * DAY, min(total, HORIZON))
        self.arrays.bank = bank
        self._apply(self._date_rules())
        while not self._in_range(slice(None)):
            self._defaults(slice(None))
            self._apply(self._span_rules())
            self.arrays.bank = self.arrays.bank.wider()
            self._apply(self._date_rules())

    def again(self, at: Ints) -> bool:
        """Compile the tasks at `at` again; return False where that is not enough: a calendar came in, a date is out of range."""
        self._defaults(at)
        touched = at.tolist()
        for rule, _ in self._span_rules():
            for i in touched:
                rule(i)
        bank = self.arrays.bank
        if len(self.spans.index.listed) > len(bank.calendars) or not bank.covers(self._seen(touched)):
            return False
        for rule, _ in self._date_rules():
            for i in touched:
                rule(i)
        return self._in_range(at)

    def _in_range(self, at: Ints | slice) -> bool:
        """Whether the compiled range holds the dates that the rules gave the tasks at `at`."""
        arrays = self.arrays
        dates = (arrays.fixed_start, arrays.fixed_finish, arrays.resume, arrays.ceiling, arrays.floor_start)
        return not arrays.bank.out_of_range(*(column[at] for column in dates))

    @staticmethod
    def _apply(rules: Sequence[Rule]) -> None:
        for rule, positions in rules:
            for i in positions():
                rule(i)

    def _span_rules(self) -> Sequence[Rule]:
        """The rules for calendars and lengths, in the order that they build on each other."""
        spans = self.spans
        return (
            (spans.calendar, spans.with_calendar),
            (spans.elapsed, spans.with_elapsed),
            (spans.remaining, spans.with_remaining),
            (spans.assignments, spans.with_assignments),
            (spans.splits, spans.with_splits),
        )

    def _date_rules(self) -> Sequence[Rule]:
        """The rules for bounds and dates; they need calendars and lengths, and build on each other in this order."""
        return (
            (self._constraint, lambda: sparse(self._kinds, "ASAP")),
            (self._second_constraint, lambda: sparse(self._second_kinds, "ASAP")),
            (self._outside, lambda: sorted({*sparse(self._early_outside), *sparse(self._late_outside)})),
            (self._deadline, lambda: sparse(self._deadlines)),
            (self._milestone, self._kept_to_shifts),
            (self._expected_finish, lambda: sparse(self._expected)),
            (self._manual_dates, self._with_dates_of_their_own),
            (self._hold, self._in_manual_summaries),
            (self._progress, self._with_progress),
        )

    def _seen(self, at: Sequence[int] | slice) -> list[int]:
        """Return the dates that people typed for the projects and the tasks at `at`."""
        seen = [t for p in self.projects for t in (getattr(p, name) for name in PROJECT_DATES) if t is not None]
        for name in TASK_DATES:
            if name in self.tasks.stored:
                values = self.tasks.column(name)
                seen += [v for v in (values if isinstance(at, slice) else (values[i] for i in at)) if v is not None]
        return seen

    # what holds without any rule --------------------------------------------------------------------

    def _project_floors(self) -> Ints:
        """Return where the tasks of each project may start at the earliest, NEVER where the project does not say.

        A status date before the project's start moves nothing, unless early dates are those of what remains after it (P6).
        """
        floors = np.full(max(len(self.projects), 1), NEVER)
        for number, (project, profile) in enumerate(zip(self.projects, self.profiles, strict=True)):
            if profile.project_start_is_floor:
                floors[number] = project.start
            status = project.status_date if profile.status_date_is_floor else None
            if status is not None and (status >= project.start or profile.dates_of_remaining_work):
                floors[number] = max(int(floors[number]), status)
        return floors

    def _defaults(self, at: Ints | slice) -> None:
        """Set what tasks have that no rule is about."""
        arrays = self.arrays
        self.spans.defaults(at)
        arrays.clear(at)
        number = arrays.project[at]
        arrays.base[at], arrays.floor_start[at] = self._base[number], self._floor[number]
        delay = np.array(values_at(self.tasks.column("levelling_delay"), at), dtype=np.int64)
        arrays.delay[at] = checked(delay, self.tasks.column("name"), at, "levelling delay")
        arrays.manual[at], arrays.percent[at] = values_at(self._manual, at), values_at(self._percent, at)
        arrays.exact[at] = self._exact[number]

    # constraints --------------------------------------------------------------------------------

    def _constraint(self, i: int) -> None:
        """The eight constraints, as floors, caps and fixed dates."""
        kind, date = self._kinds[i], self._dates[i]
        if kind == "ALAP":
            self.arrays.late_as_possible[i] = True
        elif kind != "ASAP" and date is not None:
            self._constrain(i, kind, date)

    def _constrain(self, i: int, kind: str, date: int) -> None:
        arrays = self.arrays
        leaf = self.outline.end[i] == i + 1
        if kind in ("SNET", "MSO", "MANDATORY_START"):
            arrays.floor_start[i] = max(arrays.floor_start[i], date)
        if kind in ("FNET", "MFO", "MANDATORY_FINISH"):
            arrays.floor_finish[i] = max(arrays.floor_finish[i], date)
        if kind in ("SNLT", "MSO", "MANDATORY_START"):
            arrays.cap_start[i] = min(arrays.cap_start[i], date)
        if kind in ("FNLT", "MFO", "MANDATORY_FINISH"):
            arrays.cap_finish[i] = min(arrays.cap_finish[i], date)
        mandatory, profile = kind in MANDATORY, self.profiles[arrays.project[i]]
        if not leaf or not (mandatory or self._musts[arrays.project[i]]):
            return
        if profile.late_constraints_hold:
            self._hold_late(i, kind, date)
        if mandatory or kind in ("MSO", "MFO"):
            self._fix(i, kind, date)
        arrays.mandatory[i] |= mandatory
        arrays.decided[i] |= kind == "MANDATORY_FINISH"
        arrays.decided_last[i] |= mandatory

    def _fix(self, i: int, kind: str, date: int) -> None:
        """A constraint that gives both dates; the status date beats it where early dates are those of what remains."""
        arrays = self.arrays
        if kind in ("MSO", "MANDATORY_START"):
            k = int(arrays.calendar[i])
            start = arrays.bank.latest(arrays.bank.position(date, k), k) if arrays.length[i] else date
            arrays.fixed_start[i], arrays.fixed_finish[i] = start, self._finish(i, start)
        else:
            k, length = int(arrays.calendar[i]), int(arrays.length[i])
            if length:
                position = arrays.bank.position(date, k)
                start = arrays.bank.latest(position - length, k)
                arrays.fixed_start[i], arrays.fixed_finish[i] = start, arrays.bank.earliest(position, k)
            else:
                arrays.fixed_start[i] = arrays.fixed_finish[i] = date
        profile, status = self.profiles[arrays.project[i]], self.projects[arrays.project[i]].status_date
        if profile.dates_of_remaining_work and status is not None and arrays.fixed_start[i] < status:
            start = arrays.bank.snap(status, k)[1] if arrays.length[i] else status
            arrays.fixed_start[i], arrays.fixed_finish[i] = start, self._finish(i, start)

    def _second_constraint(self, i: int) -> None:
        """A second constraint (P6) binds as the first does."""
        if self._second_kinds[i] not in ("ASAP", "ALAP") and self._second_dates[i] is not None:
            self._constrain(i, self._second_kinds[i], self._second_dates[i])

    def _outside(self, i: int) -> None:
        """Links from and to projects that are not here, by the dates they asked for."""
        arrays, early, late = self.arrays, self._early_outside[i], self._late_outside[i]
        if not self.profiles[arrays.project[i]].external_links_count:
            return
        if early is not None:
            arrays.floor_start[i] = max(arrays.floor_start[i], early)
        if late is not None:
            arrays.outside[i] = late
            arrays.cap_finish[i] = min(arrays.cap_finish[i], late)

    def _kept_to_shifts(self) -> Iterable[int]:
        kept = np.array([p.milestones_keep_to_shifts for p in self.profiles] or [False], dtype=bool)
        if not kept.any():
            return ()
        found: list[int] = np.flatnonzero(kept[self.arrays.project] & (self.arrays.length == 0)).tolist()
        return found

    def _milestone(self, i: int) -> None:
        """Where the profile says so, a milestone keeps to the shifts of its calendar."""
        arrays = self.arrays
        if self.profiles[arrays.project[i]].milestones_keep_to_shifts and not arrays.length[i]:
            arrays.marker[i] = CLOSING if self._types[i] == "finish_milestone" else OPENING

    def _expected_finish(self, i: int) -> None:
        """Where the profile says so, an expected finish decides how long the task takes."""
        arrays, expected = self.arrays, self._expected[i]
        if expected is not None and arrays.length[i] and self.profiles[arrays.project[i]].expected_finish_rules:
            arrays.expected[i], arrays.decided[i] = expected, True

    def _hold_late(self, i: int, kind: str, date: int) -> None:
        """Late constraints hold forwards too: a task starts by then even if its predecessors have not finished."""
        if kind == "SNLT":
            self.arrays.ceiling[i] = date
        elif kind == "FNLT":
            self.arrays.ceiling[i], self.arrays.finish_ceiling[i] = self._start(i, date), date
        self.arrays.set_late[i] = kind in ("MSO", "MFO")

    def _deadline(self, i: int) -> None:
        """A deadline caps the late finish."""
        if self._deadlines[i] is not None:
            self.arrays.cap_finish[i] = min(self.arrays.cap_finish[i], self._deadlines[i])

    def _finish(self, i: int, start: int) -> int:
        """Return the finish of a task that starts at `start`."""
        arrays = self.arrays
        k, length = int(arrays.calendar[i]), int(arrays.length[i])
        if i in arrays.split and i in arrays.spans:
            return max(span.reach(arrays.bank, start) for span in arrays.spans[i])
        return arrays.bank.earliest(arrays.bank.position(start, k) + length, k) if length else start

    def _start(self, i: int, finish: int) -> int:
        """Return the start of a task that finishes at `finish`; a summary has no duration of its own to count back."""
        k, length = int(self.arrays.calendar[i]), int(self.arrays.length[i])
        if not length or self.outline.end[i] > i + 1:
            return finish
        return self.arrays.bank.latest(self.arrays.bank.position(finish, k) - length, k)

    # manual tasks -------------------------------------------------------------------------------

    def _with_dates_of_their_own(self) -> Iterable[int]:
        if True not in self._manual and True not in self._external:
            return ()
        return (i for i, (m, e) in enumerate(zip(self._manual, self._external, strict=True)) if m or e)

    def _manual_dates(self, i: int) -> None:
        """Manual tasks, and those of other files, keep their dates."""
        if not (self._manual[i] or self._external[i]) or (self._starts[i] is None and self._finishes[i] is None):
            return
        arrays = self.arrays
        start = self._starts[i] if self._starts[i] is not None else self._start(i, self._finishes[i])
        finish = self._finishes[i] if self._finishes[i] is not None else self._finish(i, start)
        arrays.fixed_start[i], arrays.fixed_finish[i] = start, max(start, finish)
        arrays.set_late[i] = False
        arrays.held[i] = self.profiles[arrays.project[i]].manual_tasks_are_held
        if self.outline.end[i] > i + 1:
            arrays.manual_summaries[i] = (start, max(start, finish))
        elif arrays.length[i] == 0 and finish > start:
            arrays.length[i] = arrays.late_length[i] = arrays.bank.between(start, finish, int(arrays.calendar[i]))

    def _in_manual_summaries(self) -> Iterable[int]:
        reached = 0
        for summary in sorted(self.arrays.manual_summaries):
            yield from range(max(summary + 1, reached), self.outline.end[summary])
            reached = max(reached, self.outline.end[summary])

    def _hold(self, i: int) -> None:
        """The nearest manual summary is the base and the floor of what it holds."""
        summaries = self.arrays.manual_summaries
        if not summaries or self._kinds[i] in ("SNET", "FNET"):
            return
        above = self.outline.parent[i]
        while above >= 0 and above not in summaries:
            above = self.outline.parent[above]
        if above >= 0:
            self.arrays.base[i] = self.arrays.floor_start[i] = summaries[above][0]

    # progress -----------------------------------------------------------------------------------

    def _with_progress(self) -> Iterable[int]:
        if "actual_start" not in self.tasks.stored and "actual_finish" not in self.tasks.stored:
            return ()
        actual = zip(self._actual_starts, self._actual_finishes, strict=True)
        return (i for i, (start, finish) in enumerate(actual) if start is not None or finish is not None)

    def _progress(self, i: int) -> None:
        """Finished tasks keep their actual dates; started ones keep their start, and what remains follows the profile."""
        start, finish = self._actual_starts[i], self._actual_finishes[i]
        if (start is None and finish is None) or self.outline.end[i] > i + 1:
            return
        arrays = self.arrays
        arrays.set_late[i] = False
        if finish is not None:
            start = start if start is not None else finish
            arrays.fixed_start[i], arrays.fixed_finish[i] = start, max(finish, start)
            arrays.done[i] = True
            arrays.rest[i] = self.profiles[arrays.project[i]].dates_of_remaining_work
            if arrays.rest[i]:
                arrays.length[i] = arrays.late_length[i] = 0
                arrays.floor_finish[i], arrays.cap_start[i], arrays.cap_finish[i] = NEVER, FOREVER, FOREVER
                arrays.mandatory[i] = False
                status = self.projects[arrays.project[i]].status_date
                arrays.floor_start[i] = status if status is not None else arrays.fixed_finish[i]
        elif self._percent[i] >= FULL and not self.profiles[arrays.project[i]].dates_of_remaining_work:
            arrays.fixed_start[i], arrays.fixed_finish[i] = start, self._finish(i, start)
            arrays.done[i] = True
        elif not self._manual[i]:
            self._in_progress(i, start, self._stop[i], self._resume[i])
        else:
            arrays.started[i] = True

    def _in_progress(self, i: int, actual_start: int, stop: int | None, resume: int | None) -> None:
        arrays, bank = self.arrays, self.arrays.bank
        arrays.started[i] = True
        arrays.fixed_start[i] = actual_start
        profile = self.profiles[arrays.project[i]]
        k, length = int(arrays.calendar[i]), int(arrays.length[i])
        left = self._left[i]
        if left is None:
            left = length * max(0, FULL - self._percent[i]) // FULL
        else:
            left = checked_remaining(left, str(self.tasks.column("name")[i]))
        if profile.status_date_is_floor:
            status = self.projects[arrays.project[i]].status_date
            done = max(0, length - left)
            floor = max(actual_start, resume) if resume is not None else bank.shift(actual_start, done, k)
            arrays.resume[i] = arrays.base[i] = max(floor, status) if status is not None else floor
            arrays.remaining[i] = arrays.late_length[i] = left
            if profile.dates_of_remaining_work:
                self._restart(i, resume)
            return
        arrays.late_start_seen[i] = resume if resume is not None else NEVER
        arrays.fixed_finish[i] = self._finish(i, actual_start)
        split_by_progress = stop is not None and resume is not None and bank.between(stop, resume, k) > 0
        if split_by_progress and i not in arrays.split and resume is not None:
            arrays.fixed_finish[i] = self._resumed_finish(i, resume, left)

    def _restart(self, i: int, resume: int | None) -> None:
        """What remains is bound by the status date and a reported resumption; constraints on the start no longer count."""
        arrays = self.arrays
        status = self.projects[arrays.project[i]].status_date
        arrays.rest[i] = True
        if status is not None:  # without one the work goes on where what is done ends
            arrays.resume[i] = max(status, resume if resume is not None else NEVER)
        arrays.cap_start[i], arrays.floor_start[i] = FOREVER, arrays.resume[i]
        arrays.mandatory[i] &= arrays.cap_finish[i] < FOREVER
        if self.profiles[arrays.project[i]].out_of_sequence == OutOfSequence.ACTUAL_DATES:
            arrays.late_start_seen[i] = arrays.fixed_start[i]
        if self._ignores[i] or i not in self.spans.assigned:
            arrays.remaining[i] = whole_minutes(int(arrays.remaining[i])) if arrays.exact[i] else arrays.remaining[i]
        else:  # a resource-dependent task's length is that of what remains
            arrays.remaining[i] = arrays.length[i]
        arrays.late_length[i] = arrays.remaining[i]

    def _resumed_finish(self, i: int, resume: int, left: int) -> int:
        """Return the finish of a task whose remaining work begins at `resume`: that of its last assignment."""
        arrays = self.arrays
        finishes = [arrays.bank.shift(resume, length, k) for k, length in arrays.left.get(i, ())]
        return max(finishes) if finishes else arrays.bank.shift(resume, left, int(arrays.calendar[i]))
