"""Two plans side by side: diff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pm.cli import options
from pm.cli.context import current
from pm.cli.output import Progress, say_json
from pm.cli.sides import Side, sides
from pm.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from pm.comparison import BaselineComparison, Comparison
    from pm.model import Plan

FOUND = 1
"""Exit status where the plans differ."""

_SIDE = "A file, a project, or either at a point: PLAN@POINT."


def register(app: typer.Typer) -> None:
    """Add the command of this module to `app`."""
    app.command("diff")(diff)


def diff(
    a: Annotated[str, typer.Argument(metavar="A", help=_SIDE)],
    b: Annotated[str | None, typer.Argument(metavar="B", help="What A is compared with, written in the same way.")] = None,
    task: Annotated[
        str | None, typer.Option("--task", metavar="TASK", help="Why this task's finish moved, not the project's.")
    ] = None,
    by_task: Annotated[bool, typer.Option("--by-task", help="Show what every single task adds to a moved finish.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Show every difference and every task that moved.")] = False,
    project: options.Project = None,
    as_json: options.Json = False,
) -> None:
    """Say what differs from A to B, and why the finish moves. Exit status 1 where anything differs.

    A POINT is a baseline, by number or name; an entry of the journal, by its number in pm log; or a date or time (UTC, as pm log
    shows it; a day means its end): the plan as it was then. What could be several of these is written baseline:1 or log:1.

    pm diff CODE compares with the newest baseline, pm diff CODE@12 says what has changed since entry 12.

    The change of a finish is cut into causes by applying them one after another: project, calendars, scope, links, durations,
    constraints, resources, progress, levelling, manual dates. The contributions add up exactly.

    Tasks of two files are recognised by uid and name, else by WBS code, name and the summaries above, else by uid.
    """
    from pm.cli import differences

    with sides(a, b, project) as (before, after):
        if before.baseline is not None:
            beside = _beside_baseline(before, after, task, project)
            if as_json:
                say_json("diff", differences.baseline_document(beside, before.name, after.name))
            else:
                differences.say_baseline(beside, before.name, after.name, every=every, by_task=by_task)
            equal = beside.equal
        else:
            comparison = _compared(before, after)
            with Progress(what="finding causes").running():
                slips = [comparison.task_slip(_task(comparison, task, after, project))] if task else comparison.slips()
            if as_json:
                say_json("diff", differences.document(comparison, slips, before.name, after.name))
            else:
                differences.say_comparison(comparison, slips, before.name, after.name, every=every, by_task=by_task)
            equal = comparison.equal
    if not equal:
        raise typer.Exit(FOUND)


def _compared(before: Side, after: Side) -> Comparison:
    from pm.comparison import compare

    if after.baseline is not None:
        hint = f"pm diff {after.name} compares it with the plan that it is a baseline of"
        raise UsageError("only dates are known of that baseline", code="diff.dates_only", subject=after.name, hint=hint)
    style = current().settings.date_format
    with Progress(what="comparing").running():
        if before.found is after.found and before.found.code is not None:
            return before.found.workspace.compare(before.found.code, before.entry, after.entry, style=style)
        pooled = before.found.code is not None, after.found.code is not None
        return compare(before.plan, after.plan, pooled=pooled, style=style)


def _beside_baseline(before: Side, after: Side, task: str | None, project: str | None) -> BaselineComparison:
    from pm.comparison import compare_to_baseline

    assert before.baseline is not None
    if before.found is not after.found or after.entry is not None or after.baseline is not None:
        hint = f"pm diff {before.name} compares it with the plan that it is a baseline of"
        raise UsageError("only dates are known of that baseline", code="diff.dates_only", subject=before.name, hint=hint)
    owner = after.found.project(project)
    task_id = after.found.plan.find_task(task, owner.id) if task is not None else None
    return compare_to_baseline(after.found.schedule, owner.id, before.baseline, task_id)


def _task(comparison: Comparison, text: str, after: Side, project: str | None) -> int:
    """Return the id of a task as people call it in the plan after, or else in the one before."""
    code = project or after.found.code

    def found(plan: Plan) -> int:
        owner = plan.project(code).id if code is not None else None
        return plan.find_task(text, owner)

    try:
        return found(comparison.after)
    except NotFoundError as error:
        try:
            return found(comparison.before)
        except NotFoundError:
            raise error from None
