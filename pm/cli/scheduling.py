"""Dates: schedule."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pm.cli import options
from pm.cli.context import current, is_file, read_file, target
from pm.cli.output import Progress, json_text, note, say, say_json, say_table
from pm.display import clean
from pm.errors import PMError, UsageError

if TYPE_CHECKING:
    from pm.schedule.result import Schedule

_EXIT_BAD = 3


def register(app: typer.Typer) -> None:
    """Add the command of this module to `app`."""
    app.command("schedule")(schedule_plans)


def schedule_plans(
    plans: Annotated[list[str], typer.Argument(metavar="PLAN...", help="Plan files, or codes of projects in the database.")],
    as_json: options.Json = False,
    out: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="OUT", help="A JSON file; for several PLANs a folder of STEM.json each."),
    ] = None,
) -> None:
    """Compute dates, slack and the critical path."""
    folder = out is not None and (len(plans) > 1 or out.is_dir())
    if len(plans) > 1 and out is None:
        raise UsageError("several plans need a folder to write to", code="usage.several", hint="add -o DIR")
    if len(plans) == 1:
        _write_one(plans[0], out / f"{_stem(plans[0])}.json" if folder and out is not None else out, as_json=as_json)
        return
    assert out is not None
    _write_several(plans, out, as_json=as_json)


def _stem(plan: str) -> str:
    return Path(plan).stem if is_file(plan) else plan


def _computed(plan: str) -> Schedule:
    if is_file(plan):
        from pm.schedule import compute_schedule

        read = read_file(plan)
        with Progress(what=f"scheduling {plan}").running():
            return compute_schedule(read.plan)
    with target(plan) as found:
        return found.schedule


def _write_one(plan: str, out: Path | None, *, as_json: bool) -> None:
    from pm.cli.documents import schedule_document

    schedule = _computed(plan)
    if out is not None:
        _write(out, schedule)
        note(f"wrote {clean(str(out))}")
    if as_json and out is None:
        say_json("schedule", schedule_document(schedule))
    elif as_json:
        say_json("written", {"files": [str(out)], "failed": []})
    elif out is None:
        _say_summary(schedule)


def _write(out: Path, schedule: Schedule) -> None:
    from pm.cli.documents import schedule_document
    from pm.formats.files import write_atomically

    write_atomically(out, f"{json_text('schedule', schedule_document(schedule))}\n".encode())


def _write_several(plans: list[str], folder: Path, *, as_json: bool) -> None:
    """Schedule each plan; one that fails is reported, and the others go on."""
    stems = [_stem(plan) for plan in plans]
    for stem in stems:
        if stems.count(stem) > 1:
            raise UsageError(f"two plans would be written to {stem}.json", code="usage.same_name", hint="give them apart")
    _make_folder(folder)
    written: list[str] = []
    failed: list[dict[str, str]] = []
    progress = Progress(len(plans), "scheduling")
    with progress.running():
        for plan, stem in zip(plans, stems, strict=True):
            path = folder / f"{stem}.json"
            try:
                _write(path, _computed(plan))
                written.append(str(path))
            except Exception as error:  # noqa: BLE001 - whatever is wrong with one plan, the others go on
                failed.append(_failure(plan, error))
            progress.step()
    if as_json:
        say_json("written", {"files": written, "failed": failed})
    note(f"wrote {len(written)} of {len(plans)} schedules to {clean(str(folder))}")
    if failed:
        raise typer.Exit(_EXIT_BAD)


def _failure(plan: str, error: Exception) -> dict[str, str]:
    """Report a plan that failed, and return what the document says of it."""
    if isinstance(error, PMError):
        code, message, subject = error.code, error.message, error.subject
    else:
        code, message, subject = "internal", f"{type(error).__name__}: {error}", ""
    where = f", {clean(subject)}" if subject else ""
    note(f"error[{code}]: {clean(plan)}: {clean(message)}{where}")
    if current().debug:
        import traceback

        traceback.print_exception(error)
    return {"plan": plan, "code": code, "message": message, "subject": subject}


def _make_folder(folder: Path) -> None:
    from pm.formats.files import map_os_error

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise map_os_error(error, folder) from error


def _say_summary(schedule: Schedule) -> None:
    """Write what a schedule comes to, and its critical tasks."""
    from pm.columns import TaskColumns

    style = current().settings.date_format
    columns = TaskColumns(schedule.plan, schedule)
    owners = schedule.plan.tasks.column("project_id")
    for project in schedule.plan.projects:
        from pm.words import instant_text

        start, finish = schedule.project_start.get(project.id), schedule.project_finish.get(project.id)
        span = " to ".join(instant_text(t, style) for t in (start, finish) if t is not None)
        count = sum(owner == project.id for owner in owners)
        critical = sum(bool(c) and owner == project.id for c, owner in zip(schedule.open_critical, owners, strict=True))
        say(f"{clean(project.code)}  {clean(project.name)}: {span}, {count} tasks, {critical} critical")
    names = ("number", "name", "duration", "start", "finish", "total_slack")
    cells = [columns.cell(n, style) for n in names]
    picked = [i for i, critical in enumerate(schedule.open_critical) if critical]
    if picked:
        say()
        say_table(
            ["#", "critical task", "duration", "start", "finish", "slack"],
            [[c(i) for c in cells] for i in picked],
            right=(2, 5),
            flexible=1,
        )
