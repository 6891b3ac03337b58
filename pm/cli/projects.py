"""A project as a whole: project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pm.cli.changing import Make, Subject, changing

if TYPE_CHECKING:
    from pm.commands import Command


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    group = typer.Typer(help="A project as a whole.", no_args_is_help=True, rich_markup_mode=None)
    group.command("edit")(edit_project)
    group.command("remove")(remove_project)
    app.add_typer(group, name="project")


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
