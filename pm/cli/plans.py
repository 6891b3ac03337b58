"""Plans as a whole: import, export, list, show, new."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pm.cli import options
from pm.cli.context import current, target
from pm.cli.output import Progress, json_problems, note, say, say_json, say_table, warn, warn_of
from pm.display import clean
from pm.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pm.columns import TaskColumns
    from pm.model import Project
    from pm.workspace import Workspace

DEFAULT_COLUMNS = ("number", "name", "duration", "start", "finish", "total_slack", "percent_complete", "critical")
_TITLES = {"number": "#", "name": "task", "percent_complete": "%", "total_slack": "slack"}


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("export")(export_plan)
    app.command("list")(list_projects)
    app.command("show")(show_plan)
    app.command("new")(new_project)


def export_plan(
    plan: options.Plan,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write; its extension says the format.")],
    format_name: Annotated[
        str | None, typer.Option("--format", metavar="F", help="The format, whatever the extension says.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Write a plan to a file."""
    from pm.formats import find_format, write_plan

    find_format(out, name=format_name, to_write=True)  # before anything is read or computed
    with target(plan) as found:
        schedule = found.schedule_if_possible()
        with Progress(what=f"writing {out.name}").running():
            written = write_plan(found.standalone_plan, out, schedule=schedule, format=format_name)
    warn_of(written.not_written)
    if as_json:
        listed = json_problems(written.not_written)
        say_json("export", {"written": str(out), "format": written.format.name, "not_written": listed})
    else:
        note(f"wrote {clean(str(out))} ({written.format.title})")


def list_projects(as_json: options.Json = False) -> None:
    """List the projects in the database."""
    with current().open() as workspace:
        projects = workspace.projects()
        progress = Progress(len(projects), "scheduling")
        rows: list[dict[str, Any]] = []
        with progress.running():
            for project in projects:
                rows.append(_project_row(workspace, project))
                progress.step()
    if as_json:
        say_json("projects", {"projects": rows})
        return
    if not rows:
        note("no projects yet: pm import FILE, pm new CODE, or pm demo to look around")
        return
    cells = [
        [r["code"], r["name"], (r["start"] or "")[:10], (r["finish"] or "")[:10], str(r["tasks"]), str(r.get("critical", ""))]
        for r in rows
    ]
    say_table(["code", "name", "start", "finish", "tasks", "critical"], cells, right=(4, 5), flexible=1)


def _project_row(workspace: Workspace, project: Project) -> dict[str, Any]:
    """Return what the list says of a project; one that cannot be scheduled is warned of and stays in the list."""
    from pm.model import iso

    plan = workspace.plan(project.code)
    mine = [i for i, owner in enumerate(plan.tasks.column("project_id")) if owner == project.id]
    row: dict[str, Any] = {"code": project.code, "name": project.name, "start": iso(project.start), "finish": None}
    row |= {"tasks": len(mine), "revision": project.revision}
    try:
        schedule = workspace.schedule(project.code)
    except PlanError as error:
        warn(f"{project.code} cannot be scheduled: error[{error.code}]: {error}")
        return row | {"error": {"code": error.code, "message": str(error)}}
    finish = schedule.project_finish.get(project.id)
    row |= {"start": iso(schedule.project_start.get(project.id, project.start))}
    row |= {"finish": iso(finish) if finish is not None else None}
    return row | {"critical": int(schedule.open_critical[mine].sum())}


def show_plan(
    plan: options.Plan,
    where: Annotated[
        str | None, typer.Option("--where", metavar="EXPR", help="Only these tasks, e.g. 'critical and name ~ \"slab\"'.")
    ] = None,
    columns: Annotated[str | None, typer.Option("--columns", metavar="A,B", help="Which columns; help lists them all.")] = None,
    level: Annotated[int | None, typer.Option("--level", min=1, help="Only so many outline levels.")] = None,
    project: options.Project = None,
    as_json: options.Json = False,
) -> None:
    """Show a plan as an outline."""
    from pm.columns import TaskColumns

    if columns is not None and columns.strip().lower() == "help":
        say("\n".join(TaskColumns.names()))
        return
    names = [n.strip().lower().replace("-", "_") for n in columns.split(",") if n.strip()] if columns else list(DEFAULT_COLUMNS)
    for name in names:
        TaskColumns.info(name)
    with target(plan) as found:
        wanted = found.project(project) if project else None
        task_columns = TaskColumns(found.plan, found.schedule)
        picked = _picked(task_columns, where, level, wanted)
        if as_json:
            say_json("tasks", {"tasks": _json_rows(task_columns, names, picked)})
        else:
            _say_outline(task_columns, names, picked, indented=where is None)


def _picked(columns: TaskColumns, where: str | None, level: int | None, project: Project | None) -> list[int]:
    plan = columns.plan
    picked = [i for i, blank in enumerate(plan.tasks.column("blank")) if not blank]
    if project is not None:
        owners = plan.tasks.column("project_id")
        picked = [i for i in picked if owners[i] == project.id]
    if level is not None:
        picked = [i for i in picked if plan.outline.depth[i] < level]
    if where is not None:
        from pm.query import Dialect, compile_query
        from pm.words import Units

        invocation = current()
        owner = project or next(iter(plan.projects), None)
        digits = owner.currency_digits if owner else 2
        test = compile_query(where, columns, Dialect(invocation.today, invocation.settings.date_order, Units.of(owner), digits))
        picked = [i for i in picked if test(i)]
    return picked


def _say_outline(columns: TaskColumns, names: Sequence[str], picked: Sequence[int], *, indented: bool) -> None:
    from pm.model import Kind

    style = current().settings.date_format
    cells = [columns.cell(name, style) for name in names]
    depth, critical = columns.plan.outline.depth, columns.values("critical")
    rows = []
    for i in picked:
        row = [cell(i) for cell in cells]
        if indented and "name" in names:
            at = names.index("name")
            row[at] = f"{'  ' * depth[i]}{row[at]}"
        rows.append(
            [
                "●" if value == "yes" and n == "critical" else "" if n == "critical" else value
                for n, value in zip(names, row, strict=True)
            ]
        )
    right = [c for c, n in enumerate(names) if columns.info(n).kind not in (Kind.TEXT, Kind.CHOICE, Kind.INSTANT, Kind.FLAG)]
    instants = [c for c, n in enumerate(names) if columns.info(n).kind is Kind.INSTANT]
    red = [r for r, i in enumerate(picked) if critical[i]]
    titles = [_TITLES.get(n, n.replace("_", " ")) for n in names]
    titles = ["" if n == "critical" else title for n, title in zip(names, titles, strict=True)]
    flexible = names.index("name") if "name" in names else 0
    say_table(titles, rows, right=right, flexible=flexible, red=red, instants=instants)


def _json_rows(columns: TaskColumns, names: Sequence[str], picked: Sequence[int]) -> list[dict[str, Any]]:
    from pm.cli.documents import json_field, json_name

    values = {name: columns.values(name) for name in dict.fromkeys(["uid", *names])}
    infos = {name: columns.info(name) for name in values}
    projects = {p.id: p for p in columns.plan.projects}
    owners = columns.plan.tasks.column("project_id")
    return [{json_name(infos[n]): json_field(infos[n], values[n][i], projects.get(owners[i])) for n in values} for i in picked]


def new_project(
    code: Annotated[str, typer.Argument(metavar="CODE", help="A short unique name, as ATLAS.")],
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="What it is called.")] = "",
    start: Annotated[str, typer.Option("--start", metavar="DATE", help="When it starts; today unless given.")] = "today",
    as_json: options.Json = False,
) -> None:
    """Start a project in the database."""
    from pm.commands import NewProject
    from pm.dates import parse_date
    from pm.model import iso

    invocation = current()
    settings = invocation.settings
    values = {
        "currency": settings.currency,
        "minutes_per_day": round(settings.hours_per_day * 60),
        "minutes_per_week": round(settings.hours_per_day * 300),
        "week_start_day": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun").index(settings.week_start),
        "author": invocation.author,
    }
    begins = parse_date(start, invocation.today, settings.date_order).instant(28800)
    with invocation.open() as workspace:
        workspace.run(NewProject(code, name or code, begins, values))
    if as_json:
        say_json("project", {"code": code.strip(), "name": name or code, "start": iso(begins)})
    else:
        say(f"New project {clean(code)}, starts {iso(begins)}")
