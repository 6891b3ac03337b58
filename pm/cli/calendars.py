"""Calendars and their exceptions: calendar."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pm.cli import options
from pm.cli.changing import Make, Subject, changing
from pm.cli.context import target
from pm.cli.output import say_json, say_table
from pm.errors import InputError
from pm.names import WEEKDAYS

if TYPE_CHECKING:
    from pm.commands import Command

Calendar = Annotated[str, typer.Argument(metavar="CALENDAR", help="Name of a calendar.")]
_SHIFT = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    group = typer.Typer(help="Working time: calendars, holidays, shifts.", no_args_is_help=True, rich_markup_mode=None)
    group.command("list")(list_calendars)
    group.command("add")(add_calendar)
    group.command("edit")(edit_calendar)
    group.command("remove")(remove_calendar)
    group.command("except")(add_exception)
    group.command("unexcept")(remove_exception)
    app.add_typer(group, name="calendar")


def _id(subject: Subject, text: str) -> int:
    from pm.commands.calendars import find_calendar

    return find_calendar(subject.plan, text, subject.project.id)


def read_shifts(text: str) -> list[list[int]]:
    """Return ``8:00-12:00,13:00-17:00`` as shifts; ``off`` is none. A shift that ends before it begins ends the next day.

    Raises:
        InputError: `value.shifts`.
    """
    if text.strip().lower() in ("off", "none", ""):
        return []
    shifts = []
    for part in text.split(","):
        match = _SHIFT.fullmatch(part.strip())
        if match is None or int(match[1]) > 23 or int(match[3]) > 24 or int(match[2]) > 59 or int(match[4]) > 59:
            raise InputError(f"{part.strip()!r} is no shift", code="value.shifts", hint="write 8:00-12:00,13:00-17:00, or off")
        start, finish = (int(match[i]) * 3600 + int(match[i + 1]) * 60 for i in (1, 3))
        shifts.append([start, finish if finish > start else finish + 86400])
    return shifts


def _days(words: list[str]) -> list[int]:

    names = [day.lower() for day in WEEKDAYS]
    found: list[int] = []
    for word in ",".join(words).lower().split(","):
        first, _, last = word.strip().partition("-")
        if first[:3] not in names or (last and last[:3] not in names):
            raise InputError(
                f"{word!r} is no day of the week", code="value.weekday", hint=f"write {', '.join(WEEKDAYS)}, or Mon-Fri"
            )
        start, end = names.index(first[:3]), names.index((last or first)[:3])
        found += list(range(start, end + 1)) if end >= start else [*range(start, 7), *range(end + 1)]
    return found


def read_week(hours: list[str], week: list[Any] | None) -> list[Any]:
    """Return the week that ``Mon-Fri=8:00-16:00`` words make of `week`."""
    result = list(week) if week is not None else [None] * 7
    for word in hours:
        days, equals, shifts = word.partition("=")
        if not equals:
            raise InputError(f"{word!r} is no DAYS=SHIFTS", code="value.shifts", hint="write Mon-Fri=8:00-12:00,13:00-17:00")
        for day in _days([days]):
            result[day] = read_shifts(shifts)
    return result


def list_calendars(plan: options.Plan, project: options.Project = None, as_json: options.Json = False) -> None:
    """List the calendars of a plan with their exceptions."""
    from pm.model import iso

    with target(plan) as found:
        owner = found.project(project) if project else None
        calendars = [c for c in found.plan.calendars if owner is None or c.project_id in (None, owner.id)]
        exceptions = found.plan.calendar_exceptions
        mine = exceptions.groups("calendar_id")
        names = {c.id: c.name for c in found.plan.calendars}
        if as_json:
            document = [
                {
                    "name": c.name,
                    "base": names.get(c.base_id) if c.base_id is not None else None,
                    "week": c.week,
                    "exceptions": [
                        {"name": e.name, "start": iso(e.start)[:10], "finish": iso(e.finish)[:10], "shifts": e.shifts or []}
                        for e in (exceptions.at(i) for i in mine.get(c.id, ()))
                    ],
                }
                for c in calendars
            ]
            say_json("calendars", {"calendars": document})
            return
        rows = []
        for c in calendars:
            worked = [WEEKDAYS[d] for d, shifts in enumerate(c.week or ()) if shifts]
            rows.append([c.name, " ".join(worked) or f"as {names.get(c.base_id or 0, 'nothing')}", str(len(mine.get(c.id, ())))])
        say_table(["calendar", "working days", "exceptions"], rows, right=(2,))


@changing
def add_calendar(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the calendar is called.")],
    hours: Annotated[
        list[str] | None, typer.Argument(metavar="DAYS=SHIFTS...", help="Its week, as Mon-Fri=8:00-12:00,13:00-17:00 or Sat=off.")
    ] = None,
    base: Annotated[str | None, typer.Option("--base", metavar="CALENDAR", help="The calendar it takes the rest from.")] = None,
) -> Make:
    """Add a calendar."""

    def make(subject: Subject) -> Command:
        from pm.commands import AddCalendar

        values: dict[str, Any] = {"base_id": _id(subject, base)} if base is not None else {}
        if hours:
            week = read_week(hours, None if base is not None else [[] for _ in range(7)])
            values["week"] = week
        return AddCalendar(name, values, subject.project.id)

    return make


@changing
def edit_calendar(
    calendar: Calendar,
    hours: Annotated[list[str] | None, typer.Argument(metavar="DAYS=SHIFTS...", help="Days to set, as Sat=8:00-12:00.")] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="A new name.")] = None,
) -> Make:
    """Change the week or the name of a calendar."""

    def make(subject: Subject) -> Command:
        from pm.commands import EditCalendar

        found = subject.plan.calendars[_id(subject, calendar)]
        values: dict[str, Any] = {}
        if hours:
            values["week"] = read_week(hours, found.week)
        if name is not None:
            values["name"] = name
        return EditCalendar(found.id, values)

    return make


@changing
def remove_calendar(
    calendar: Calendar,
) -> Make:
    """Remove a calendar that is not in use."""

    def make(subject: Subject) -> Command:
        from pm.commands import RemoveCalendar

        return RemoveCalendar(_id(subject, calendar))

    return make


@changing
def add_exception(
    calendar: Calendar,
    first: Annotated[str, typer.Argument(metavar="FIRST", help="The first day.")],
    last: Annotated[str | None, typer.Argument(metavar="LAST", help="The last day, if there are several.")] = None,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="What the days are called.")] = "",
    shifts: Annotated[
        str, typer.Option("--shifts", metavar="SHIFTS", help="Their shifts, as 8:00-12:00; off unless given.")
    ] = "off",
) -> Make:
    """Except days from the usual week: holidays, or extra work."""

    def make(subject: Subject) -> Command:
        from pm.commands import AddException

        begin = subject.reader.instant(first)
        end = subject.reader.instant(last) if last is not None else None
        worked = tuple((a, b) for a, b in read_shifts(shifts))
        return AddException(_id(subject, calendar), begin, end, name, worked)

    return make


@changing
def remove_exception(
    calendar: Calendar,
    day: Annotated[str, typer.Argument(metavar="DAY", help="A day of the exception.")],
) -> Make:
    """Remove the exception that covers a day."""

    def make(subject: Subject) -> Command:
        from pm.commands import RemoveException
        from pm.errors import NotFoundError
        from pm.model.kinds import DAY

        calendar_id, at = _id(subject, calendar), subject.reader.instant(day) // DAY * DAY
        for e in subject.plan.calendar_exceptions:
            if e.calendar_id == calendar_id and e.start <= at <= e.finish:
                return RemoveException(e.id)
        raise NotFoundError(
            "the calendar has no exception on that day", code="calendar.no_exception", subject=f"{calendar}, {day}"
        )

    return make
