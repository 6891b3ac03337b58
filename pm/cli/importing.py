"""Files into the database: import."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pm.cli import options
from pm.cli.context import current, read_file
from pm.cli.output import Progress, note, say, say_json
from pm.display import clean
from pm.errors import InputError, PMError, UsageError

if TYPE_CHECKING:
    from pm.formats import ImportResult
    from pm.model import Plan
    from pm.workspace import Workspace

_EXIT_BAD = 3
_SHOWN_PROBLEMS = 20
_COUNTED = ("tasks", "links", "resources", "assignments", "calendars", "task_baselines")


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("import")(import_files)


def import_files(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Plan files in any format we read.")],
    code: Annotated[
        str | None, typer.Option("--code", metavar="C", help="The code of the project; for a file of one project.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only report; nothing is stored.")] = False,
    replace_known: Annotated[bool, typer.Option("--replace", help="Replace projects that have the same code.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="The first problem in a file ends it.")] = False,
    format_name: Annotated[
        str | None, typer.Option("--format", metavar="F", help="The format, whatever the extension says.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Import plan files into the database."""
    if code is not None and len(files) > 1:
        raise UsageError("--code names one project", code="usage.code", hint="import the files one by one")
    reports: list[dict[str, Any]] = []
    failed: list[PMError] = []
    workspace = None if dry_run else current().open()
    try:
        for path in files:
            try:
                reports.append(_import_one(workspace, path, code, replace_known, strict, format_name, as_json))
            except PMError as error:
                if len(files) == 1:
                    raise
                failed.append(error)
                reports.append({"file": str(path), "error": {"code": error.code, "message": str(error)}})
                note(f"error[{error.code}]: {clean(str(path))}: {clean(str(error))}")
    finally:
        if workspace is not None:
            workspace.close()
    if as_json:
        say_json("import", reports[0] if len(reports) == 1 else {"files": reports})
    if failed:
        raise typer.Exit(max(error.exit_status for error in failed))


def _import_one(
    workspace: Workspace | None,
    path: Path,
    code: str | None,
    replace_known: bool,
    strict: bool,
    format_name: str | None,
    as_json: bool,
) -> dict[str, Any]:
    result = read_file(str(path), strict=strict, format_name=format_name, quiet=True)
    if code is not None:
        result = replace(result, plan=_renamed(result.plan, code))
    document = {"file": str(path), **_report(result, path)}
    codes = [p.code for p in result.plan.projects]
    if workspace is not None:
        with Progress(what=f"importing {path.name}").running():
            codes = workspace.import_plan(result.plan, replace=replace_known)
    document |= {"codes": codes, "dry_run": workspace is None}
    if not as_json:
        _say_report(result, document, path)
    return document


def _renamed(plan: Plan, code: str) -> Plan:
    """Return the plan with its only project called `code`."""
    from pm.commands import EditProject

    if len(plan.projects) != 1:
        raise InputError("the file holds several projects", code="import.several", hint="import it without --code")
    project = plan.project()
    return plan if project.code == code else plan.apply(EditProject(project.id, {"code": code}).changeset(plan))


def _report(result: ImportResult, path: Path) -> dict[str, Any]:
    """Return what was read, kept and ignored, and which dates move once recomputed."""
    from pm.formats.report import import_report
    from pm.schedule import compute_schedule

    with Progress(what=f"scheduling {path.name}").running():
        try:
            schedule = compute_schedule(result.plan)
        except PMError as error:
            problem = {"code": error.code, "message": str(error), "hint": error.hint}
            return {**import_report(result, None).to_json(), "unscheduled": problem}
    return import_report(result, schedule).to_json()


def _say_report(result: ImportResult, document: dict[str, Any], path: Path) -> None:
    del document, path, result
    say()
