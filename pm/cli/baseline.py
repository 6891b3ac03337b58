"""Baselines: set, remove, list, show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pm.cli import options
from pm.cli.changing import Make, Subject, changing
from pm.cli.context import target
from pm.cli.money import Purse
from pm.cli.output import minutes, note, say_json, say_table

if TYPE_CHECKING:
    from pm.commands import Command
    from pm.cost.baseline import Variance
    from pm.model import Plan, Project

Number = Annotated[int, typer.Argument(metavar="NUMBER", min=0, max=999, help="0 is the one compared with.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    group = typer.Typer(help="Baselines: the plan as it was agreed.", no_args_is_help=True, rich_markup_mode=None)
    group.command("set")(set_baseline)
    group.command("remove")(remove_baseline)
    group.command("list")(list_baselines)
    group.command("show")(show_baseline)
    app.add_typer(group, name="baseline")


@changing
def set_baseline(
    number: Annotated[
        int | None, typer.Argument(metavar="NUMBER", min=0, max=999, help="Its number; the lowest that is free if left out.")
    ] = None,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="What it is called.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="In the place of the one with that number.")] = False,
) -> Make:
    """Keep the plan as it is now, to compare with later: dates, work and cost."""

    def make(subject: Subject) -> Command:
        from pm.commands import SetBaseline
        from pm.dates import local_now
        from pm.model import instant

        return SetBaseline(subject.project.id, number, name, instant(local_now()), replace)

    return make


@changing
def remove_baseline(number: Number) -> Make:
    """Remove a baseline."""

    def make(subject: Subject) -> Command:
        from pm.commands import RemoveBaseline

        return RemoveBaseline(subject.project.id, number)

    return make


def _known(plan: Plan, project: Project) -> list[dict[str, Any]]:
    """Return the baselines of a project by number; files may hold a baseline's tasks without its head."""
    from pm.model import iso

    tasks = plan.tasks
    owners, parents = tasks.column("project_id"), tasks.column("parent_id")
    known: dict[int, dict[str, Any]] = {}

    def entry(number: int) -> dict[str, Any]:
        return known.setdefault(number, {"number": number, "name": "", "taken_at": None, "tasks": 0, "finish": None, "cost": 0})

    for row in plan.task_baselines:
        at = tasks.index[row.task_id]
        if owners[at] == project.id:
            found = entry(row.number)
            found["tasks"] += 1
            found["cost"] += row.cost if parents[at] is None else 0
            if row.finish is not None:
                found["finish"] = max(found["finish"] or row.finish, row.finish)
    for head in plan.baselines:
        if head.project_id == project.id:
            entry(head.number).update(name=head.name, taken_at=iso(head.taken_at) if head.taken_at is not None else None)
    return [known[number] for number in sorted(known)]


def list_baselines(plan: options.Plan, project: options.Project = None, as_json: options.Json = False) -> None:
    """List the baselines of a plan."""
    from pm.model import iso

    with target(plan) as found:
        owner = found.project(project)
        known = _known(found.plan, owner)
    purse = Purse.of(owner)
    for entry in known:
        entry["finish"] = iso(entry["finish"]) if entry["finish"] is not None else None
    if as_json:
        listed = [{**entry, "cost": purse.json(entry["cost"])} for entry in known]
        say_json("baselines", {"currency": owner.currency, "baselines": listed})
    elif not known:
        note("no baselines yet: pm baseline set PLAN")
    else:
        rows = [
            [str(b["number"]), b["name"], _spaced(b["taken_at"]), str(b["tasks"]), _spaced(b["finish"]), purse.text(b["cost"])]
            for b in known
        ]
        say_table(["number", "name", "taken", "tasks", "finish", "cost"], rows, right=(0, 3, 5), flexible=1)


def _spaced(instant: str | None) -> str:
    return (instant or "").replace("T", " ")


def show_baseline(plan: options.Plan, number: Number = 0, project: options.Project = None, as_json: options.Json = False) -> None:
    """Compare a plan with one of its baselines: dates, work and cost of every task."""
    from pm.cost.baseline import variances
    from pm.cost.costs import compute_costs

    with target(plan) as found:
        owner = found.project(project)
        rows = variances(compute_costs(found.schedule), owner, number)
        current_plan = found.plan
    purse = Purse.of(owner)
    if as_json:
        document = {"project": owner.code, "currency": owner.currency, "number": number}
        say_json("baseline", {**document, "tasks": [_json(current_plan, row, purse) for row in rows]})
        return
    from pm.cli.context import current
    from pm.words import Units, duration_text, instant_text

    style, units = current().settings.date_format, Units.of(owner)

    def later(seconds: int | None) -> str:
        return f"{'+' if seconds > 0 else ''}{duration_text(seconds, 'd', units, places=2)}" if seconds else ""

    def work(seconds: int | None) -> str:
        return f"{'+' if seconds > 0 else ''}{duration_text(seconds, 'h', units, places=2)}" if seconds else ""

    numbers, names = current_plan.outline.numbers, current_plan.tasks.column("name")
    cells = []
    for v in rows:
        differences = later(v.start_variance), later(v.finish_variance), work(v.work_variance), purse.signed(v.cost_variance)
        finish = instant_text(v.finish, style) if v.finish is not None else ""
        cells.append([numbers[v.task], names[v.task], finish, *differences])
    titles = ["#", "task", "finish", "start later", "finish later", "more work", "more cost"]
    shown = [c for c in range(len(titles)) if c < 5 or any(row[c] for row in cells)]
    right = [n for n, c in enumerate(shown) if c > 2]
    say_table([titles[c] for c in shown], [[row[c] for c in shown] for row in cells], right=right, flexible=1, instants=(2,))


def _json(plan: Plan, row: Variance, purse: Purse) -> dict[str, Any]:
    from pm.model import iso

    def at(instant: int | None) -> str | None:
        return iso(instant) if instant is not None else None

    then = row.then
    return {
        "uid": plan.tasks.column("uid")[row.task],
        "number": plan.outline.numbers[row.task],
        "name": plan.tasks.column("name")[row.task],
        "baseline_start": at(then.start),
        "baseline_finish": at(then.finish),
        "start": at(row.start),
        "finish": at(row.finish),
        "start_variance_minutes": minutes(row.start_variance),
        "finish_variance_minutes": minutes(row.finish_variance),
        "baseline_work_minutes": minutes(then.work),
        "work_minutes": minutes(row.work),
        "work_variance_minutes": minutes(row.work_variance),
        "baseline_cost": purse.json(then.cost),
        "cost": purse.json(row.cost),
        "cost_variance": purse.json(row.cost_variance),
    }
