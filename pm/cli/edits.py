"""Changes of tasks and links: add, edit, progress, move, remove, link, unlink."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pm.cli import options
from pm.cli.changing import Make, Subject, changing
from pm.errors import UsageError

if TYPE_CHECKING:
    from pm.commands import Command

_EVERY = (
    "It comes back: day, weekday, 2 weeks on mon and thu, month on the last friday, year on 12 march."
    " On a day off it starts at the next working time; a milestone stays."
)
_RECURRING = '--every "week on monday" --from DATE, and --until DATE or --times N'
_LINK = re.compile(r"\s*(FS|SS|FF|SF)?\s*(.*?)\s*", re.IGNORECASE)


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("add")(add_task)
    app.command("edit")(edit_task)
    app.command("progress")(report_progress)
    app.command("move")(move_task)
    app.command("remove")(remove_tasks)
    app.command("link")(link_tasks)
    app.command("unlink")(unlink_tasks)


@changing
def add_task(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the task is called.")],
    fields: options.Fields = None,
    under: Annotated[str | None, typer.Option("--under", metavar="TASK", help="The summary it belongs to.")] = None,
    before: Annotated[str | None, typer.Option("--before", metavar="TASK", help="The task it stands before.")] = None,
    after: Annotated[str | None, typer.Option("--after", metavar="TASK", help="The task it stands after.")] = None,
    every: Annotated[str | None, typer.Option("--every", metavar="HOW_OFTEN", help=_EVERY)] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="The first day it may be, and from when.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="The last day it may be.")] = None,
    times: Annotated[int | None, typer.Option("--times", metavar="N", help="How often it is.")] = None,
) -> Make:
    """Add a task. With --every it comes back: a summary with a task for each time."""
    if every is None and (first, until, times) != (None, None, None):
        raise UsageError("--from, --until and --times are about recurring tasks", code="usage.recurring", hint=_RECURRING)
    if every is not None and (first is None or (until is None) == (times is None)):
        raise UsageError("say from when, and until when or how many times", code="usage.recurring", hint=_RECURRING)

    def make(subject: Subject) -> Command:
        from pm.commands import AddRecurringTask, AddTask
        from pm.words import parse_repetition

        if sum(place is not None for place in (under, before, after)) > 1:
            raise UsageError("--under, --before and --after exclude each other", code="usage.place")
        places = [subject.task(text) if text is not None else None for text in (under, before, after)]
        values = subject.reader.read("tasks", fields or ())
        if every is None or first is None:
            return AddTask(subject.project.id, name, values, *places)
        start = subject.reader.instant(first)
        end = subject.reader.instant(until, end=True) if until is not None else None
        return AddRecurringTask(subject.project.id, name, parse_repetition(every), start, end, times, values, *places)

    return make


@changing
def edit_task(
    task: options.Task,
    fields: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...", help="Fields to set, as duration=5d.")],
) -> Make:
    """Set fields of a task."""

    def make(subject: Subject) -> Command:
        from pm.commands import EditTask

        return EditTask(subject.task(task), subject.reader.read("tasks", fields))

    return make


@changing
def report_progress(
    task: options.Task,
    percent: Annotated[str, typer.Argument(metavar="PERCENT", help="How much of its duration is done, as 50%.")],
    started: Annotated[str | None, typer.Option("--started", metavar="DATE", help="When work began.")] = None,
    finished: Annotated[str | None, typer.Option("--finished", metavar="DATE", help="When work ended.")] = None,
) -> Make:
    """Report how much of a task is done."""

    def make(subject: Subject) -> Command:
        from pm.commands import SetProgress
        from pm.words import parse_percent

        begun = subject.reader.instant(started) if started is not None else None
        ended = subject.reader.instant(finished, end=True) if finished is not None else None
        return SetProgress(subject.task(task), parse_percent(percent), begun, ended)

    return make


@changing
def move_task(
    task: options.Task,
    to: Annotated[str | None, typer.Option("--to", metavar="DATE", help="To start no earlier than a date.")] = None,
    indent: Annotated[bool, typer.Option("--indent", help="Below the task above it.")] = False,
    outdent: Annotated[bool, typer.Option("--outdent", help="Out of its summary.")] = False,
    up: Annotated[bool, typer.Option("--up", help="Before the task above it.")] = False,
    down: Annotated[bool, typer.Option("--down", help="After the task below it.")] = False,
    under: Annotated[str | None, typer.Option("--under", metavar="TASK", help="Into a summary.")] = None,
    top: Annotated[bool, typer.Option("--top", help="To the top level.")] = False,
) -> Make:
    """Move a task: to a date, or to another place in the outline."""
    directions = [name for name, asked in (("indent", indent), ("outdent", outdent), ("up", up), ("down", down)) if asked]
    if len(directions) + (to is not None) + (under is not None) + top != 1:
        raise UsageError(
            "say one way to move", code="usage.move", hint="--to DATE, --indent, --outdent, --up, --down, --under TASK or --top"
        )

    def make(subject: Subject) -> Command:
        from pm.commands import MoveTask, MoveTaskTo

        task_id = subject.task(task)
        if to is not None:
            return MoveTaskTo(task_id, subject.reader.instant(to))
        direction: Any = directions[0] if directions else None
        return MoveTask(task_id, direction, subject.task(under) if under is not None else None)

    return make


@changing
def remove_tasks(
    tasks: Annotated[list[str], typer.Argument(metavar="TASK...", help="Outline numbers, uids (#12), WBS codes or names.")],
) -> Make:
    """Remove tasks with all below them."""

    def make(subject: Subject) -> Command:
        from pm.commands import RemoveTasks

        return RemoveTasks([subject.task(text) for text in tasks])

    return make


@changing
def link_tasks(
    predecessor: Annotated[str, typer.Argument(metavar="PREDECESSOR", help="The task that is waited for.")],
    successor: Annotated[str, typer.Argument(metavar="SUCCESSOR", help="The task that waits.")],
    how: Annotated[
        str, typer.Argument(metavar="TYPE", help="FS, SS, FF or SF, with a lag: FS+2d, SS-4h, FS+50%, FS+1ed.")
    ] = "FS",
) -> Make:
    """Make a task wait for another. Where they are linked that way already, set the lag."""

    def make(subject: Subject) -> Command:
        from pm.commands import AddLink, EditLink
        from pm.commands.links import links_between

        kind, lag = read_link(how, subject)
        pair = subject.task(predecessor), subject.task(successor)
        for link in links_between(subject.plan, *pair):
            if link.type == kind:
                return EditLink(link.id, lag)
        return AddLink(*pair, kind, **lag)

    return make


def read_link(text: str, subject: Subject) -> tuple[str, dict[str, Any]]:
    """Return the type and the lag's fields of ``FS+2d``.

    Raises:
        UsageError: `usage.link`, it has no such form.
        InputError: `value.lag`.
    """
    from pm.words import NO_LAG, Units, parse_lag

    match = _LINK.fullmatch(text)
    if match is None or not (match[1] or match[2]) or (match[2] and match[2][0] not in "+-"):
        raise UsageError(
            f"{text!r} is no way to link", code="usage.link", hint="write FS, SS, FF or SF, with a lag: FS+2d, SS-4h, FS+50%"
        )
    lag = parse_lag(match[2], Units.of(subject.project)) if match[2] else NO_LAG
    return (match[1] or "FS").upper(), {"lag": lag.value, "lag_kind": lag.kind, "lag_unit": lag.unit}


@changing
def unlink_tasks(
    predecessor: Annotated[str, typer.Argument(metavar="PREDECESSOR", help="The task that is waited for.")],
    successor: Annotated[str, typer.Argument(metavar="SUCCESSOR", help="The task that waits.")],
    kind: Annotated[str | None, typer.Option("--type", metavar="TYPE", help="FS, SS, FF or SF, where several join them.")] = None,
) -> Make:
    """Let a task wait for another no longer."""

    def make(subject: Subject) -> Command:
        from pm.commands import RemoveLink
        from pm.commands.links import find_link

        found = find_link(subject.plan, subject.task(predecessor), subject.task(successor), kind.upper() if kind else None)
        return RemoveLink(found)

    return make
