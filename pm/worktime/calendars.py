"""The calendars of a plan, compiled when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pm.model import Plan
from pm.model.kinds import DAY
from pm.worktime.blocks import Source
from pm.worktime.calendar import WorkCalendar
from pm.worktime.combined import Intersection, RoundTheClock, Union
from pm.worktime.rules import RuleBook, Rules, standard_rules

_TABLES = ("calendars", "calendar_exceptions", "work_weeks")
_YEAR = 366 * DAY


class _Compiled:
    """What follows from the calendar tables alone, shared by all revisions that have the same."""

    def __init__(self, plan: Plan) -> None:
        self.tables: list[Any] = [plan.tables[name] for name in _TABLES]
        self.book = RuleBook(plan)
        self.window = _window(plan)
        self.by_id: dict[int, WorkCalendar] = {}
        self.by_rules: dict[Rules, WorkCalendar] = {}
        self.combined: dict[tuple[str, frozenset[WorkCalendar]], WorkCalendar] = {}
        self.round_the_clock = WorkCalendar(RoundTheClock())

    def fits(self, plan: Plan) -> bool:
        """Whether `plan` has the very calendar tables this was compiled from."""
        return all(plan.tables[name] is table for name, table in zip(_TABLES, self.tables, strict=True))

    def of_rules(self, rules: Rules) -> WorkCalendar:
        """Return the calendar with these rules: most people's are the project's under another name."""
        found = self.by_rules.get(rules)
        if found is None:
            found = self.by_rules[rules] = WorkCalendar(rules, self.window)
        return found


class Calendars:
    """The compiled calendars of a plan.

    Args:
        plan: The plan.
        previous: Calendars of an earlier revision; where the calendar tables are still the same objects, what was compiled
            for it is used again.
    """

    def __init__(self, plan: Plan, previous: Calendars | None = None) -> None:
        reused: _Compiled | None = None if previous is None else previous._compiled
        self._compiled: _Compiled = reused if reused is not None and reused.fits(plan) else _Compiled(plan)
        self._projects, self._resources = plan.projects, plan.resources
        self._of_project: dict[int, WorkCalendar] = {}
        self._of_resource: dict[int, WorkCalendar] = {}

    def get(self, calendar_id: int) -> WorkCalendar:
        """Return the calendar with an id.

        Raises:
            NotFoundError: `plan.not_found`.
            ScheduleError: `worktime.calendar_loop`, `worktime.bad_shift`, `worktime.bad_week`.
        """
        known = self._compiled.by_id
        found = known.get(calendar_id)
        if found is None:
            found = known[calendar_id] = self._compiled.of_rules(self._compiled.book.rules(calendar_id))
        return found

    @property
    def standard(self) -> WorkCalendar:
        """Monday to Friday, 08:00-12:00 and 13:00-17:00."""
        return self._compiled.of_rules(standard_rules())

    @property
    def round_the_clock(self) -> WorkCalendar:
        """Every second of every day; positions are instants."""
        return self._compiled.round_the_clock

    def project(self, project_id: int) -> WorkCalendar:
        """Return a project's calendar, the standard one where it has none (or there is no such project).

        Raises:
            ScheduleError: as `get`.
        """
        found = self._of_project.get(project_id)
        if found is None:
            own = self._projects.value(project_id, "calendar_id") if project_id in self._projects else None
            found = self._of_project[project_id] = self.standard if own is None else self.get(own)
        return found

    def resource(self, resource_id: int) -> WorkCalendar:
        """Return a resource's calendar; where it has none its project's, for one of the shared pool the standard one.

        Raises:
            NotFoundError: `plan.not_found`.
            ScheduleError: as `get`.
        """
        found = self._of_resource.get(resource_id)
        if found is None:
            own = self._resources.value(resource_id, "calendar_id")
            project = self._resources.value(resource_id, "project_id")
            default = self.standard if project is None else self.project(project)
            found = self._of_resource[resource_id] = default if own is None else self.get(own)
        return found

    def assignment(self, task_calendar_id: int | None, project_id: int, resource_id: int | None) -> WorkCalendar:
        """Return when a resource works on a task: on its own calendar, and the task's where that has one.

        Args:
            task_calendar_id: The calendar that the task was given; None without.
            project_id: The task's project, whose calendar stands in where task or resource have none.
            resource_id: None for nobody by name, and where the task ignores resource calendars.

        Raises:
            NotFoundError, ScheduleError: as `get`.
        """
        own = None if task_calendar_id is None else self.get(task_calendar_id)
        of_project = self.project(project_id)
        if resource_id is None:
            return own or of_project
        named = self._resources.value(resource_id, "calendar_id")
        theirs = of_project if named is None else self.get(named)
        return theirs if own is None or own is theirs else self.intersection(theirs, own)

    def intersection(self, a: WorkCalendar, b: WorkCalendar) -> WorkCalendar:
        """Return when both work; the same object each time the same two are asked for."""
        if a is b or b.is_continuous:
            return a
        if a.is_continuous:
            return b
        return self._combined("and", frozenset((a, b)), lambda: Intersection(a.source, b.source))

    def union(self, calendars: Iterable[WorkCalendar]) -> WorkCalendar:
        """Return when any of the calendars works; the same object each time the same ones are asked for.

        Raises:
            ValueError: no calendar is given.
        """
        listed = list(dict.fromkeys(calendars))
        if not listed:
            raise ValueError("the union of no calendars")
        always = next((c for c in listed if c.is_continuous), None)
        if always is not None or len(listed) == 1:
            return always or listed[0]
        return self._combined("or", frozenset(listed), lambda: Union([c.source for c in listed]))

    def _combined(self, how: str, which: frozenset[WorkCalendar], build: Callable[[], Source]) -> WorkCalendar:
        found = self._compiled.combined.get((how, which))
        if found is None:
            found = self._compiled.combined[how, which] = WorkCalendar(build(), self._compiled.window)
        return found


def _window(plan: Plan) -> tuple[int, int]:
    """The years that a plan's dates most likely lie in; the rest is compiled on demand."""
    starts = plan.projects.column("start")
    if not starts:
        return 0, 10 * _YEAR
    return min(starts) - _YEAR, max(starts) + 5 * _YEAR
