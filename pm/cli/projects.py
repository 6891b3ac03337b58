"""A project as a whole: project, baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pm.cli import options
from pm.cli.changing import Make, Subject, changing
from pm.cli.context import current, target
from pm.cli.output import minutes, note, say_json, say_table
from pm.errors import NotFoundError

if TYPE_CHECKING:
    from pm.cli.context import Target
    from pm.commands import Command

Number = Annotated[int, typer.Argument(metavar="NUMBER", min=0, max=10, help="0 to 10; 0 is the one compared with.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    group = typer.Typer(help="A project as a whole.", no_args_is_help=True, rich_markup_mode=None)
    group.command("edit")(edit_project)
    group.command("remove")(remove_project)
    app.add_typer(group, name="project")
    baselines = typer.Typer(help="Baselines: the plan as it was agreed.", no_args_is_help=True, rich_markup_mode=None)
    baselines.command("set")(set_baseline)
    baselines.command("clear")(clear_baseline)
    baselines.command("list")(list_baselines)
    baselines.command("show")(show_baseline)
    app.add_typer(baselines, name="baseline")


@changing
def edit_project(
    fields: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...", help='Fields to set, as start="12 Jan".')],
) -> Make:
    """Set fields of a project: start, status_date, calendar, name, code."""

    def make(subject: Subject) -> Command:
        from pm.commands import EditProject

        return EditProject(subject.project.id, subject.reader.read("projects", fields))

    return make


@changing
def remove_project() -> Make:
    """Remove a project with everything in it; pm undo brings it back."""

    def make(subject: Subject) -> Command:
        from pm.commands import RemoveProject

        return RemoveProject(subject.project.id)

    return make


@changing
def set_baseline(
    number: Number = 0,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="What it is called.")] = "",
) -> Make:
    """Keep the schedule as it is now, to compare with later."""

    def make(subject: Subject) -> Command:
        from pm.commands import SetBaseline
        from pm.dates import local_now
        from pm.model import instant

        return SetBaseline(subject.project.id, number, name, instant(local_now()))

    return make


@changing
def clear_baseline(number: Number = 0) -> Make:
    """Remove a baseline."""

    def make(subject: Subject) -> Command:
        from pm.commands import ClearBaseline

        return ClearBaseline(subject.project.id, number)

    return make


def _known(found: Target, project_id: int) -> dict[int, dict[str, object]]:
    """Return the baselines of a project by number; files may hold a baseline's tasks without its head."""
    from pm.model import iso

    plan = found.plan
    owners = plan.tasks.column("project_id")
    known: dict[int, dict[str, object]] = {}
    pairs = zip(plan.task_baselines.column("task_id"), plan.task_baselines.column("number"), strict=True)
    for task_id, number in pairs:
        if owners[plan.tasks.position(task_id)] == project_id:
            entry = known.setdefault(number, {"number": number, "name": "", "taken_at": None, "tasks": 0})
            entry["tasks"] = int(str(entry["tasks"])) + 1
    for head in plan.baselines:
        if head.project_id == project_id:
            entry = known.setdefault(head.number, {"number": head.number, "name": "", "taken_at": None, "tasks": 0})
            entry |= {"name": head.name, "taken_at": iso(head.taken_at) if head.taken_at is not None else None}
    return dict(sorted(known.items()))


def list_baselines(plan: options.Plan, project: options.Project = None, as_json: options.Json = False) -> None:
    """List the baselines of a plan."""
    with target(plan) as found:
        known = _known(found, found.project(project).id)
    if as_json:
        say_json("baselines", {"baselines": list(known.values())})
    elif not known:
        note("no baselines yet: pm baseline set PLAN")
    else:
        taken = [str(b["taken_at"] or "").replace("T", " ") for b in known.values()]
        rows = [[str(b["number"]), str(b["name"]), at, str(b["tasks"])] for b, at in zip(known.values(), taken, strict=True)]
        say_table(["number", "name", "taken", "tasks"], rows, right=(0, 3), flexible=1)


def show_baseline(plan: options.Plan, number: Number = 0, project: options.Project = None, as_json: options.Json = False) -> None:
    """Compare a plan with one of its baselines."""
    from pm.columns import time_between
    from pm.model import iso
    from pm.words import Units, duration_text, instant_text

    with target(plan) as found:
        owner = found.project(project)
        if number not in _known(found, owner.id):
            raise NotFoundError(f"there is no baseline {number}", code="baseline.not_found", hint=f"pm baseline list {plan}")
        schedule, calendar = found.schedule, found.schedule.calendars.project(owner.id)
        current_plan = found.plan
        rows = []
        for b in current_plan.task_baselines:
            at = current_plan.tasks.position(b.task_id)
            if b.number != number or current_plan.tasks.column("project_id")[at] != owner.id:
                continue
            now = schedule.at(at)
            slip = None
            if b.finish is not None and now.finish is not None:
                slip = time_between(calendar, b.finish, now.finish)
            rows.append((at, b, now, slip))
        rows.sort(key=lambda row: row[0])
    numbers, names = current_plan.outline.numbers, current_plan.tasks.column("name")
    uids = current_plan.tasks.column("uid")

    def text(value: int | None) -> str | None:
        return iso(value) if value is not None else None

    if as_json:
        document = [
            {
                "uid": uids[at],
                "number": numbers[at],
                "name": names[at],
                "baseline_start": text(b.start),
                "baseline_finish": text(b.finish),
                "start": text(now.start),
                "finish": text(now.finish),
                "finish_variance_minutes": minutes(slip),
            }
            for at, b, now, slip in rows
        ]
        say_json("baseline", {"number": number, "tasks": document})
        return
    style, units = current().settings.date_format, Units.of(owner)

    def shown(value: int | None) -> str:
        return instant_text(value, style) if value is not None else ""

    cells = [
        [numbers[at], names[at], shown(b.finish), shown(now.finish), duration_text(slip, "d", units, places=2) if slip else ""]
        for at, b, now, slip in rows
    ]
    say_table(["#", "task", "baseline finish", "finish", "later by"], cells, right=(4,), flexible=1)
