"""Resources and their assignments: assign, unassign, resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pm.cli import options
from pm.cli.changing import Make, Subject, changing
from pm.cli.context import target
from pm.cli.output import minutes, say_json, say_table

if TYPE_CHECKING:
    from pm.commands import Command

Resource = Annotated[str, typer.Argument(metavar="RESOURCE", help="Name or initials of a resource.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("assign")(assign)
    app.command("unassign")(unassign)
    group = typer.Typer(help="People, machines, materials and costs.", no_args_is_help=True, rich_markup_mode=None)
    group.command("list")(list_resources)
    group.command("add")(add_resource)
    group.command("edit")(edit_resource)
    group.command("remove")(remove_resource)
    app.add_typer(group, name="resource")


def _id(subject: Subject, text: str) -> int:
    from pm.commands.resources import find_resource

    return find_resource(subject.plan, text, subject.project.id)


@changing
def assign(
    task: options.Task,
    resource: Resource,
    units: Annotated[str | None, typer.Argument(metavar="UNITS", help="Share of full time, as 50%.")] = None,
    work: Annotated[str | None, typer.Option("--work", metavar="W", help="How much work, as 16h.")] = None,
) -> Make:
    """Put a resource to work on a task. Where it is already, set its units or work."""

    def make(subject: Subject) -> Command:
        from pm.commands import Assign, EditAssignment
        from pm.commands.resources import find_assignment
        from pm.errors import NotFoundError
        from pm.words import parse_percent

        task_id, resource_id = subject.task(task), _id(subject, resource)
        share = parse_percent(units) if units is not None else None
        values = subject.reader.read("assignments", [f"work={work}"] if work is not None else ())
        try:
            known = find_assignment(subject.plan, task_id, resource_id)
        except NotFoundError:
            return Assign(task_id, resource_id, share, values)
        return EditAssignment(known.id, {**({"units": share} if share is not None else {}), **values})

    return make


@changing
def unassign(
    task: options.Task,
    resource: Resource,
) -> Make:
    """Take a resource off a task."""

    def make(subject: Subject) -> Command:
        from pm.commands import Unassign
        from pm.commands.resources import find_assignment

        return Unassign(find_assignment(subject.plan, subject.task(task), _id(subject, resource)).id)

    return make


def list_resources(plan: options.Plan, project: options.Project = None, as_json: options.Json = False) -> None:
    """List the resources of a plan."""
    from pm.cli.documents import percent
    from pm.words import duration_text, percent_text, rate_text

    with target(plan) as found:
        owner = found.project(project) if project else None
        rows = [r for r in found.plan.resources if not r.blank and (owner is None or r.project_id in (None, owner.id))]
        calendars = found.plan.calendars
        work = dict.fromkeys((r.id for r in rows), 0)
        for resource_id, seconds in zip(
            found.plan.assignments.column("resource_id"), found.plan.assignments.column("work"), strict=True
        ):
            if resource_id in work:
                work[resource_id] += seconds
        if as_json:
            document = [
                {
                    "uid": r.uid,
                    "name": r.name,
                    "type": str(r.type),
                    "max_units": percent(r.max_units),
                    "standard_rate": rate_text(r.standard_rate),
                    "calendar": calendars.value(r.calendar_id, "name") if r.calendar_id is not None else None,
                    "work_minutes": minutes(work[r.id]),
                }
                for r in rows
            ]
            say_json("resources", {"resources": document})
            return
        cells = [
            [r.name, str(r.type), percent_text(r.max_units), rate_text(r.standard_rate), duration_text(work[r.id], "h", places=2)]
            for r in rows
        ]
        say_table(["resource", "type", "units", "rate", "work"], cells, right=(2, 3, 4))


@changing
def add_resource(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the resource is called.")],
    fields: options.Fields = None,
    pool: Annotated[bool, typer.Option("--pool", help="For all projects of the database.")] = False,
) -> Make:
    """Add a resource."""

    def make(subject: Subject) -> Command:
        from pm.commands import AddResource

        owner = None if pool else subject.project.id
        return AddResource(name, subject.reader.read("resources", fields or ()), owner)

    return make


@changing
def edit_resource(
    resource: Resource,
    fields: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...", help="Fields to set, as standard_rate=62.50.")],
) -> Make:
    """Set fields of a resource."""

    def make(subject: Subject) -> Command:
        from pm.commands import EditResource

        return EditResource(_id(subject, resource), subject.reader.read("resources", fields))

    return make


@changing
def remove_resource(
    resource: Resource,
) -> Make:
    """Remove a resource and its assignments."""

    def make(subject: Subject) -> Command:
        from pm.commands import RemoveResource

        return RemoveResource(_id(subject, resource))

    return make
