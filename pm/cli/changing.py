"""How every changing command ends: preview or do it, write the file back, say what happened."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pm.cli import options
from pm.cli.context import Destination, current, target
from pm.cli.output import Progress, json_problems, note, say, say_json, say_table
from pm.display import clean

if TYPE_CHECKING:
    from pm.cli.fields import FieldReader
    from pm.commands import Command
    from pm.formats import Problem
    from pm.model import Changeset, Plan, PlanDiff, Project, TaskMove

_SHOWN_MOVES = 20


@dataclass(frozen=True)
class Request:
    """A change that was asked for on the command line.

    Attributes:
        plan: PLAN as given.
        where: Where a changed file goes.
        reason: Why, for the log.
        as_json: Answer in JSON.
        project: Code of the project in a file of several.
    """

    plan: str
    where: Destination
    reason: str = ""
    as_json: bool = False
    project: str | None = None


@dataclass(frozen=True)
class Subject:
    """What a command is made from: the plan as it is, the project meant, and a reader of typed values."""

    plan: Plan
    project: Project
    reader: FieldReader

    def task(self, text: str) -> int:
        """Return the id of the task a person means."""
        return self.plan.find_task(text, self.project.id)


Make = Callable[[Subject], "Command"]
"""Makes a command from the plan it is for."""


def changing(function: Callable[..., Make]) -> Callable[..., None]:
    """Turn a function that returns a `Make` into a command that takes PLAN first and the options of every change last."""
    signature = inspect.signature(function, eval_str=True)
    shared = inspect.signature(_shared, eval_str=True).parameters

    @functools.wraps(function)
    def command(**given: Any) -> None:
        known = {name: given.pop(name) for name in shared}
        where = Destination(known["out"], known["in_place"], known["dry_run"])
        change(Request(known["plan"], where, known["reason"], known["as_json"], known["project"]), function(**given))

    plan, *others = shared.values()
    parameters = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in (plan, *signature.parameters.values(), *others)]
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return command


def _shared(
    plan: options.Plan,
    out: options.Out = None,
    in_place: options.InPlace = False,
    dry_run: options.DryRun = False,
    reason: options.Reason = "",
    project: options.Project = None,
    as_json: options.Json = False,
) -> None:
    """Hold what every changing command takes."""


def change(request: Request, make: Callable[[Subject], Command]) -> None:
    """Make a command from the plan and run it, or show what it would do."""
    from pm.cli.fields import FieldReader

    request.where.check(request.plan)
    with target(request.plan) as found:
        plan, project = found.plan, found.project(request.project)
        invocation = current()
        reader = FieldReader(plan, invocation.today, invocation.settings.date_order, project)
        command = make(Subject(plan, project, reader))
        if request.where.dry_run:
            with Progress(what="scheduling").running():
                diff = found.workspace.preview(command, found.code)
            _say_preview(diff, plan, request.as_json)
            return
        applied = found.workspace.run(command, found.code, request.reason)
        path, lost = request.where.write(found)
        _say_done(applied.plan, applied.changeset, path, lost, request.as_json)


def _say_done(plan: Plan, changeset: Changeset, path: Path | None, lost: Sequence[Problem], as_json: bool) -> None:
    added = _added(changeset, plan)
    if as_json:
        document: dict[str, Any] = {"label": changeset.label, "changes": len(changeset.changes), "added": added}
        document |= {"written": str(path) if path is not None else None, "not_written": json_problems(lost)}
        say_json("change", document)
        return
    known = dict.fromkeys(entry["number"] for entry in added if "number" in entry)
    numbers = [number for number in known if number.rpartition(".")[0] not in known]  # what is below goes without saying
    say(clean(changeset.label) + (f" as {', '.join(numbers)}" if numbers else ""))
    if path is not None:
        note(f"wrote {clean(str(path))}")


def _added(changeset: Changeset, plan: Plan) -> list[dict[str, Any]]:
    """Return the rows that a changeset adds, tasks with the numbers people know them by."""
    found: list[dict[str, Any]] = []
    for row in changeset.changes:
        if row.before is None and row.table in ("tasks", "resources", "calendars", "links", "assignments"):
            entry: dict[str, Any] = {"table": row.table}
            if row.table == "tasks" and row.id in plan.tasks:
                position = plan.tasks.position(row.id)
                entry |= {"uid": plan.tasks.column("uid")[position], "number": plan.outline.numbers[position]}
            found.append(entry)
    return found


def move_rows(diff: PlanDiff, before: Plan) -> list[dict[str, Any]]:
    """Return the tasks that a change moves, as JSON has them."""
    from pm.model import iso

    new_names = {c.id: c.after.get("name") for c in diff.changeset.changes if c.table == "tasks" and c.before is None and c.after}
    rows = []
    for move in diff.moves:
        known = move.task_id in before.tasks
        at = before.tasks.position(move.task_id) if known else -1
        row: dict[str, Any] = {
            "uid": before.tasks.column("uid")[at] if known else None,
            "number": before.outline.numbers[at] if known else None,
            "name": before.tasks.column("name")[at] if known else new_names.get(move.task_id),
        }
        for name in ("start_before", "finish_before", "start_after", "finish_after"):
            value = getattr(move, name)
            row[name] = iso(value) if value is not None else None
        rows.append(row)
    return rows


def _move_cells(row: Mapping[str, Any], move: TaskMove, style: str) -> list[str]:
    from pm.words import instant_text

    instants = (move.start_before, move.start_after, move.finish_before, move.finish_after)
    return [row["number"] or "new", row["name"] or "", *("" if t is None else instant_text(t, style) for t in instants)]


def _say_preview(diff: PlanDiff, before: Plan, as_json: bool) -> None:
    from pm.words import instant_text

    moves = move_rows(diff, before)
    if as_json:
        document = {"label": diff.changeset.label, "changes": len(diff.changeset.changes), "moves": moves, "dry_run": True}
        say_json("preview", document)
        return
    say(f"Would: {clean(diff.changeset.label)}")
    style = current().settings.date_format
    for project in before.projects:
        was, now = diff.finish_before.get(project.id), diff.finish_after.get(project.id)
        if was != now and was is not None and now is not None:
            say(f"{clean(project.code)} finishes {instant_text(now, style)}, not {instant_text(was, style)}")
    if moves:
        cells = [_move_cells(row, move, style) for row, move in zip(moves[:_SHOWN_MOVES], diff.moves, strict=False)]
        say_table(["#", "task", "start", "new start", "finish", "new finish"], cells, flexible=1)
        if len(moves) > _SHOWN_MOVES:
            say(f"and {len(moves) - _SHOWN_MOVES} more")
    else:
        say("No task moves.")
