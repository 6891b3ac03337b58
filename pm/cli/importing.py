"""Files into the database: import."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pm.cli import options
from pm.cli.context import current, read_file
from pm.cli.output import Progress, note, say, say_folded, say_json, say_table, warn
from pm.display import clean
from pm.errors import InputError, PMError, UsageError

if TYPE_CHECKING:
    from pm.formats import ImportResult
    from pm.formats.report import Cause, ImportReport, Origin
    from pm.model import Plan
    from pm.workspace import Workspace

_NAMED = 5
_SHOWN = 20
"""Problems and dates that are listed for people; JSON has them all."""


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
        from pm.formats.report import VERSION

        say_json("import", reports[0] if len(reports) == 1 else {"files": reports}, VERSION)
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
    report, failure = _report(result, path)
    codes = [p.code for p in result.plan.projects]
    if workspace is not None:
        with Progress(what=f"importing {path.name}").running():
            codes = _stored(workspace, result.plan, replace_known)
    if not as_json:
        _say_report(report, path, failure)
        named = ", ".join(clean(c) for c in codes)
        say(f"  imported as {named}" if workspace is not None else "  nothing was stored (--dry-run)")
    document = {"file": str(path), **report.to_json(), "codes": codes, "dry_run": workspace is None}
    if failure is not None:
        document["unscheduled"] = {"code": failure.code, "message": str(failure), "hint": failure.hint}
    return document


def _stored(workspace: Workspace, plan: Plan, replace_known: bool) -> list[str]:
    try:
        return workspace.import_plan(plan, replace=replace_known)
    except InputError as error:
        if error.code == "import.code_exists":
            error.hint = "give it another with --code, or add --replace to put it in that one's place"
        raise


def _renamed(plan: Plan, code: str) -> Plan:
    """Return the plan with its only project called `code`."""
    from pm.commands import EditProject

    if len(plan.projects) != 1:
        raise InputError("the file holds several projects", code="import.several", hint="import it without --code")
    project = plan.project()
    return plan if project.code == code else plan.apply(EditProject(project.id, {"code": code}).changeset(plan))


def _report(result: ImportResult, path: Path) -> tuple[ImportReport, PMError | None]:
    """Return what was read, kept and ignored, and which dates move once recomputed; or why nothing can be computed."""
    from pm.formats.report import import_report
    from pm.schedule import compute_schedule

    with Progress(what=f"scheduling {path.name}").running():
        try:
            return import_report(result, compute_schedule(result.plan)), None
        except PMError as error:
            return import_report(result, None), error


def _say_report(report: ImportReport, path: Path, failure: PMError | None) -> None:
    """Write the report for people: counts, problems, and the dates that move."""
    say(f"{clean(path.name)} ({report.format})")
    counts = [f"{n} {_one(name) if n == 1 else name}".replace("_", " ") for name, n in report.counts.items()]
    say_folded(f"read: {', '.join(counts) or 'nothing'}", "  ")
    for what, found in (("kept word for word", report.kept), ("ignored", report.ignored)):
        if found:
            frequent = sorted(found, key=lambda name: -found[name])[:_NAMED]
            named = ", ".join(f"{clean(name)} ({found[name]})" for name in frequent)
            more = f" and {len(found) - _NAMED} other elements" if len(found) > _NAMED else ""
            say_folded(f"{what}: {named}{more}", "  ")
    for problem in report.problems[:_SHOWN]:
        say_folded(f"{problem.severity}[{problem.code}]: {clean(str(problem))}", "  ")
    if len(report.problems) > _SHOWN:
        say(f"  and {len(report.problems) - _SHOWN} more problems; --json lists them all")
    if failure is not None:
        warn(f"the plan cannot be scheduled: error[{failure.code}]: {failure}")
    elif report.compared:
        _say_differences(report)
    elif report.counts.get("tasks"):
        say("  computed: the file holds no dates to compare with")


def _one(table: str) -> str:
    """Return what one row of a table is called."""
    return f"{table[:-3]}y" if table.endswith("ies") else table.removesuffix("s")


def _say_differences(report: ImportReport) -> None:
    """Write how many tasks differ, where that starts and why, and the dates that move."""
    dateless = report.counts.get("tasks", 0) - report.compared
    rest = f"; the file has no dates for {dateless} more" if dateless > 0 else ""
    say_folded(f"recomputed: {report.equal} of {report.compared} tasks are as the file says, {report.moved} move{rest}", "  ")
    if not report.differences:
        return
    tasks, sources = report.compared - report.equal, len({o.task_id for o in report.origins})
    values = len(report.differences)
    say(f"  {_count(values, 'value')} of {_count(tasks, 'task')} differ, because of {_count(sources, 'task')}:")
    kinds: dict[str, list[Origin]] = {}
    for origin in report.origins:
        kinds.setdefault(_cause_text(origin.cause, origin.detail), []).append(origin)
    for kind, origins in kinds.items():
        say(f"  {kind}")
        for origin in origins[:_NAMED]:
            _say_origin(report, origin)
        if len(origins) > _NAMED:
            say(f"    and {_count(len(origins) - _NAMED, 'more task')}; --json lists them all")
    _say_moved(report)


def _say_origin(report: ImportReport, origin: Origin) -> None:
    """Write the task that differences start at with the evidence, folded to the window."""
    at = report.plan.tasks.position(origin.task_id)
    name = clean(report.plan.tasks.column("name")[at]) or "(no name)"
    spread = f" ({_count(origin.tasks, 'task')})" if origin.tasks > 1 else ""
    say_folded(f"{report.plan.outline.numbers[at]}  {name}{spread}: {clean(origin.reason)}", "    ")


def _cause_text(cause: Cause, detail: str) -> str:
    """Return what people call a cause: ``tool quirk, stale late dates``."""
    from pm.formats.report import Quirk

    words = cause.value.replace("_", " ")
    rule = detail.removeprefix(Quirk.RULE)
    if rule != detail:
        return f"{words}, the rule {rule}"
    return f"{words}, {detail.replace('_', ' ')}" if detail else words


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _say_moved(report: ImportReport) -> None:
    """Write the starts and finishes that are elsewhere."""
    from pm.words import instant_text

    moved = [d for d in report.differences if d.field in ("start", "finish")]
    if not moved:
        return
    plan, style = report.plan, current().settings.date_format
    rows = []
    for d in moved[:_SHOWN]:
        at = plan.tasks.position(d.task_id)
        origin = "" if d.origin == d.task_id else f" by {plan.outline.numbers[plan.tasks.position(d.origin)]}"
        cause = f"{d.cause.value.replace('_', ' ')}{origin}"
        dates = ["none" if t is None else instant_text(int(t), style) for t in (d.stored, d.computed)]
        rows.append([plan.outline.numbers[at], plan.tasks.column("name")[at], d.field, *dates, cause])
    say_table(["#", "task", "date", "in the file", "computed", "cause"], rows, flexible=1)
    if len(moved) > _SHOWN:
        say(f"  and {_count(len(moved) - _SHOWN, 'more date')}; --json lists them all")
