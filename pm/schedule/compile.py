"""What the passes need to know of each task: calendars, spans, floors, caps and fixed dates, as arrays.

Every rule about a single task stands once, in `spans` or in `date_rules`. A rule is a method about one task; a plan is
compiled by applying each to the tasks that have what it is about, an edit by applying all of them to the tasks that it
touched. What comes out is nothing but numbers: the passes only ever take the largest bound, move along a calendar, take
the smallest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from pm.model import Plan, scheduling_profile
from pm.model.kinds import DAY
from pm.schedule.arrays import TaskArrays
from pm.schedule.bank import NEVER, CalendarBank, bank_of
from pm.schedule.date_rules import DateRules
from pm.schedule.result import Ints
from pm.schedule.spans import TaskSpans, checked, values_at
from pm.worktime import Calendars

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
        self.tasks = plan.tasks
        self.projects, self.profiles = arrays.projects, arrays.profiles
        self.spans: TaskSpans = TaskSpans(plan, calendars, arrays, previous.spans if previous else None)
        self.dates: DateRules = DateRules(plan, arrays, self.spans)
        self._base = np.array([p.start for p in self.projects] or [0], dtype=np.int64)
        self._floor = self._project_floors()
        self._exact = np.array([p.shifts_end_exactly for p in self.profiles] or [False], dtype=bool)

    def compile(self, bank: CalendarBank | None) -> None:
        """Compile every task; the range grows until it holds the dates that the rules give."""
        self._defaults(slice(None))
        self._apply(self._span_rules())
        listed = self.spans.index.listed
        seen = self._seen()
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
        touched = at.tolist()
        if not touched:
            return True
        self._defaults(at)
        for rule, _ in self._span_rules():
            for i in touched:
                rule(i)
        bank = self.arrays.bank
        if len(self.spans.index.listed) > len(bank.calendars) or not bank.covers(self._typed(touched)):
            return False
        for rule, _ in self._date_rules():
            for i in touched:
                rule(i)
        return self._in_range(at)

    def _in_range(self, at: Ints | slice) -> bool:
        """Whether the compiled range holds the dates that the rules gave the tasks at `at`."""
        arrays = self.arrays
        dates = (arrays.fixed_start, arrays.fixed_finish, arrays.resume, arrays.ceiling, arrays.floor_start)
        return not arrays.bank.out_of_range(np.concatenate([column[at] for column in dates]))

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
        dates = self.dates
        return (
            (dates.constraint, dates.with_constraint),
            (dates.second_constraint, dates.with_second_constraint),
            (dates.outside, dates.with_outside),
            (dates.deadline, dates.with_deadline),
            (dates.milestone, dates.with_milestone),
            (dates.expected_finish, dates.with_expected_finish),
            (dates.manual_dates, dates.with_manual_dates),
            (dates.hold, dates.with_hold),
            (dates.progress, dates.with_progress),
        )

    def _seen(self) -> list[int]:
        """Return the dates that people typed for the projects and the tasks."""
        of_projects = (getattr(p, name) for p in self.projects for name in PROJECT_DATES)
        return [t for t in of_projects if t is not None] + self._typed(range(len(self.tasks)))

    def _typed(self, at: Sequence[int]) -> list[int]:
        """Return the dates that people typed for the tasks at `at`."""
        columns = [self.tasks.column(name) for name in TASK_DATES if name in self.tasks.stored]
        return [t for column in columns for i in at if (t := column[i]) is not None]

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
        arrays.manual[at], arrays.percent[at] = (
            values_at(self.tasks.column(name), at) for name in ("manual", "percent_complete")
        )
        arrays.exact[at] = self._exact[number]
