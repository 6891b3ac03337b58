"""Calendars and their exceptions."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pm.commands.changes import changeset, checked, free_name, insert, invalid, next_uid, refuse_namesake, removal, update
from pm.commands.labels import edit_label, short
from pm.errors import NotFoundError, PlanError
from pm.model import STANDARD_WEEK, Changeset, Plan
from pm.model.kinds import DAY
from pm.words import date_text


def find_calendar(plan: Plan, text: str, project_id: int | None = None) -> int:
    """Return the id of the calendar called `text`, of the project or of the pool.

    Raises:
        NotFoundError: `plan.no_calendar`.
    """
    rows, wanted = plan.calendars, text.strip().casefold()
    names, owners = rows.column("name"), rows.column("project_id")
    inside = [i for i in range(len(rows)) if project_id is None or owners[i] in (None, project_id)]
    found = [i for i in inside if names[i].casefold() == wanted]
    found.sort(key=lambda i: owners[i] is None)  # a project's own calendar wins over the pool's
    if found:
        return rows.ids[found[0]]
    known = ", ".join(names[i] for i in inside[:8])
    hint = f"calendars: {known}" if known else "the plan has no calendars"
    raise NotFoundError(f"no calendar is called {text!r}", code="plan.no_calendar", hint=hint)


def check_shifts(shifts: Any, name: str) -> None:
    """Raise `value.invalid` unless `shifts` is a list of ``[from, to]`` seconds after midnight that follow each other."""
    fits = isinstance(shifts, list) and all(
        isinstance(s, list)
        and len(s) == 2
        and all(isinstance(v, int) and not isinstance(v, bool) for v in s)
        and 0 <= s[0] < s[1] <= 2 * DAY
        for s in shifts
    )
    if not fits or any(a[1] > b[0] for a, b in itertools.pairwise(shifts)) or any(s[0] >= DAY for s in shifts):
        raise invalid("shifts", "must be [from, to] pairs in seconds after midnight, one after the other", name)


def check_week(week: Any, name: str) -> None:
    """Raise `value.invalid` unless `week` is None or seven days, each None or a list of shifts."""
    if week is None:
        return
    if not isinstance(week, list) or len(week) != 7:
        raise invalid("week", "must have seven days, Monday first", name)
    for shifts in week:
        if shifts is not None:
            check_shifts(shifts, name)


def _check_base(plan: Plan, calendar_id: int | None, base_id: int | None, name: str) -> None:
    seen = set()
    while base_id is not None:
        if base_id == calendar_id or base_id in seen:
            raise PlanError("a calendar cannot inherit from itself", code="calendar.loop", subject=name)
        seen.add(base_id)
        base_id = plan.calendars[base_id].base_id


@dataclass(frozen=True)
class AddCalendar:
    """Add a calendar to a project, or to the shared pool (`project_id` None).

    Without a week or a base it has the standard week.
    """

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    project_id: int | None = None

    def changeset(self, plan: Plan) -> Changeset:
        """Return the new calendar.

        Raises:
            PlanError: `calendar.exists`, one is called so already.
        """
        name = free_name(self.name, "a calendar")
        values = checked("calendars", {"name": name, **self.values}, name)
        check_week(values.get("week"), name)
        _check_base(plan, None, values.get("base_id"), name)
        refuse_namesake(plan, "calendars", self.project_id, name)
        if values.get("week") is None and values.get("base_id") is None:
            values["week"] = STANDARD_WEEK
        # Files name a calendar of the pool and one of a project alike: no two may have the same number.
        uid = max(next_uid(plan, "calendars", self.project_id), *(n + 1 for n in plan.calendars.column("uid")))
        values |= {"project_id": self.project_id, "uid": uid}
        return changeset(plan, f"Add calendar {short(name)}", [insert("calendars", plan.next_id("calendars"), values)])


@dataclass(frozen=True)
class EditCalendar:
    """Set fields of a calendar."""

    calendar_id: int
    values: Mapping[str, Any]

    def changeset(self, plan: Plan) -> Changeset:
        """Return the calendar's changed fields."""
        calendar = plan.calendars[self.calendar_id]
        values = checked("calendars", self.values, calendar.name)
        check_week(values.get("week"), calendar.name)
        _check_base(plan, calendar.id, values.get("base_id"), calendar.name)
        if "name" in values:
            values["name"] = free_name(values["name"], "a calendar")
        label = edit_label(plan, "calendars", calendar.id, calendar.name, values)
        return changeset(plan, label, update(plan, "calendars", calendar.id, values))


@dataclass(frozen=True)
class RemoveCalendar:
    """Remove a calendar that is no project's own; tasks and resources that used it fall back to the project's."""

    calendar_id: int

    def changeset(self, plan: Plan) -> Changeset:
        """Return the removal.

        Raises:
            PlanError: `calendar.in_use`, a project or another calendar stands on it.
        """
        calendar = plan.calendars[self.calendar_id]
        users = [p.code or p.name for p in plan.projects if p.calendar_id == calendar.id]
        users += [c.name for c in plan.calendars if c.base_id == calendar.id]
        if users:
            hint = f"give another to {', '.join(users[:5])} first"
            raise PlanError("the calendar is in use", code="calendar.in_use", subject=calendar.name, hint=hint)
        return changeset(plan, f"Remove calendar {short(calendar.name)}", removal(plan, {"calendars": [calendar.id]}))


@dataclass(frozen=True)
class AddException:
    """Add days that differ from the week of a calendar.

    Attributes:
        start, finish: The first and the last day, any instant of them.
        shifts: The shifts of those days; empty for days off.
        values: Fields of a recurring exception: `recurrence`, `interval`, `weekdays`, ...
    """

    calendar_id: int
    start: int
    finish: int | None = None
    name: str = ""
    shifts: tuple[tuple[int, int], ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)

    def changeset(self, plan: Plan) -> Changeset:
        """Return the new exception."""
        calendar = plan.calendars[self.calendar_id]
        first = self.start // DAY * DAY
        last = first if self.finish is None else self.finish // DAY * DAY
        if last < first:
            raise invalid("finish", "is before the start", self.name or calendar.name)
        shifts = [list(s) for s in self.shifts]
        check_shifts(shifts, self.name or calendar.name)
        row = {"calendar_id": calendar.id, "name": self.name, "start": first, "finish": last, "shifts": shifts}
        values = checked("calendar_exceptions", {**row, **self.values}, calendar.name)
        rows = plan.calendar_exceptions
        mine = rows.groups("calendar_id").get(calendar.id, ())
        values["position"] = max((rows.column("position")[i] for i in mine), default=0) + 1
        days = date_text(first) if last == first else f"{date_text(first)} to {date_text(last)}"
        label = f"Add {short(self.name) or ('work' if shifts else 'days off')}, {days}, to calendar {short(calendar.name)}"
        return changeset(plan, label, [insert("calendar_exceptions", plan.next_id("calendar_exceptions"), values)])


@dataclass(frozen=True)
class RemoveException:
    """Remove an exception of a calendar."""

    exception_id: int

    def changeset(self, plan: Plan) -> Changeset:
        """Return the removal."""
        exception = plan.calendar_exceptions[self.exception_id]
        calendar = plan.calendars[exception.calendar_id]
        label = f"Remove {short(exception.name) or date_text(exception.start)} from calendar {short(calendar.name)}"
        return changeset(plan, label, removal(plan, {"calendar_exceptions": [exception.id]}))
