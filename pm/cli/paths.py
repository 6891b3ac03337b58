"""The critical path, and the paths next to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pm.cli import options
from pm.cli.context import target
from pm.cli.output import minutes, say, say_json
from pm.display import clean

if TYPE_CHECKING:
    from pm.cli.context import Target
    from pm.model import Plan
    from pm.schedule import SlackPath


def register(app: typer.Typer) -> None:
    """Add the command of this module to `app`."""
    app.command("paths")(paths)


def paths(
    plan: options.Plan,
    most: Annotated[int, typer.Option("--most", min=1, help="How many paths.")] = 5,
    within: Annotated[str | None, typer.Option("--within", metavar="SLACK", help="None with more slack than this: 5d.")] = None,
    as_json: options.Json = False,
) -> None:
    """Show the critical path, and the chains next to it."""
    from pm.words import Units, parse_duration

    with target(plan) as found:
        limit = None if within is None else parse_duration(within, Units.of(next(iter(found.plan.projects), None))).value
        shown, known = found.workspace.paths(found.code, most=most, limit=limit), _widest(found)
    if as_json:
        say_json("paths", {"paths": [_document(path, known) for path in shown]})
        return
    for number, path in enumerate(shown, 1):
        _say(number, path, known)


def _widest(found: Target) -> Plan:
    """Return the plan that holds every task a path may lead through: those of other projects too."""
    return found.workspace.plan()


def _document(path: SlackPath, plan: Plan) -> dict[str, Any]:
    def task(task_id: int) -> dict[str, Any]:
        at = plan.tasks.position(task_id)
        return {"uid": plan.tasks.column("uid")[at], "number": plan.outline.numbers[at], "name": plan.tasks.column("name")[at]}

    return {
        "slack_minutes": minutes(path.slack),
        "tasks": [task(i) for i in path.task_ids],
        "joins": None if path.joins is None else task(path.joins),
    }


def _say(number: int, path: SlackPath, plan: Plan) -> None:
    from pm.words import Units, duration_text

    def name(task_id: int) -> str:
        at = plan.tasks.position(task_id)
        return f"{plan.outline.numbers[at]} {clean(plan.tasks.column('name')[at])}"

    units = Units.of(next(iter(plan.projects), None))
    where = "to the finish" if path.joins is None else f"to {name(path.joins)}"
    say(f"{number}  {duration_text(path.slack, 'd', units, places=2)} {where}: " + " → ".join(name(i) for i in path.task_ids))
