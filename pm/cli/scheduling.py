"""Dates: schedule, explain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pm.cli import options
from pm.cli.context import current, is_file, read_file, target
from pm.cli.output import Progress, json_text, minutes, note, say, say_json, say_table, window_width
from pm.display import clean
from pm.errors import PMError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pm.model import Plan
    from pm.schedule import Explanation, Pause, Step
    from pm.schedule.result import Schedule

_EXIT_BAD = 3

NARROW = 100
"""Cells of a terminal below which an explanation leaves a column out."""


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("schedule")(schedule_plans)
    app.command("explain")(explain_date)


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
        critical = sum(bool(c) and owner == project.id for c, owner in zip(schedule.critical, owners, strict=True))
        say(f"{clean(project.code)}  {clean(project.name)}: {span}, {count} tasks, {critical} critical")
    names = ("number", "name", "duration", "start", "finish", "total_slack")
    cells = [columns.cell(n, style) for n in names]
    picked = [i for i, critical in enumerate(schedule.critical) if critical and not schedule.plan.outline.is_summary(i)]
    if picked:
        say()
        say_table(
            ["#", "critical task", "duration", "start", "finish", "slack"],
            [[c(i) for c in cells] for i in picked],
            right=(2, 5),
            flexible=1,
        )


def explain_date(
    plan: options.Plan,
    task: options.Task,
    finish: Annotated[bool, typer.Option("--finish", help="Explain the finish instead of the start.")] = False,
    project: options.Project = None,
    as_json: options.Json = False,
) -> None:
    """Say why a task starts when it does: the chain of what decides it."""
    with target(plan) as found:
        owner = found.project(project) if project or found.code else None
        task_id = found.plan.find_task(task, owner.id if owner else None)
        explanation = found.workspace.explain(task_id, found.code, finish=finish)
    if as_json:
        say_json("explanation", explanation_document(explanation))
    else:
        _say_explanation(explanation)


def explanation_document(explanation: Explanation) -> dict[str, Any]:
    """Return the ``pm.explanation/1`` document of a chain of drivers."""
    from pm.columns import TaskColumns
    from pm.commands.links import link_text
    from pm.model import iso

    plan = explanation.plan
    tasks, numbers = plan.tasks, TaskColumns(plan).values("number")

    def known(task_id: int | None) -> dict[str, Any] | None:
        if task_id is None:
            return None
        at = tasks.position(task_id)
        return {"uid": tasks.column("uid")[at], "number": numbers[at], "name": tasks.column("name")[at]}

    steps = [
        {
            "kind": str(step.kind),
            "task": known(step.task_id),
            "link": link_text(plan, plan.links[step.link_id]) if step.link_id is not None else None,
            "start": iso(step.start),
            "finish": iso(step.finish),
            "working_minutes": minutes(step.working),
            "pauses": [{"start": iso(p.start), "finish": iso(p.finish), "name": p.name} for p in step.pauses],
        }
        for step in explanation.steps
    ]
    return {
        "task": known(explanation.task_id),
        "end": str(explanation.end).lower(),
        "date": iso(explanation.date),
        "steps": steps,
    }


def _say_explanation(explanation: Explanation) -> None:
    from pm.commands.labels import project_of
    from pm.commands.links import link_text
    from pm.words import Units, duration_text, instant_text

    plan, style = explanation.plan, current().settings.date_format
    project = project_of(plan, "tasks", explanation.task_id)
    units = Units.of(project)
    names = dict(zip(plan.tasks.ids, zip(plan.outline.numbers, plan.tasks.column("name"), strict=True), strict=True))

    def called(task_id: int | None) -> str:
        return " ".join(names[task_id]) if task_id is not None else ""

    verb = "finishes" if "finish" in str(explanation.end).lower() else "starts"
    say(f"{clean(called(explanation.task_id))} {verb} {instant_text(explanation.date, style)}, because")
    rows = []
    for step in explanation.steps:
        what = str(step.kind).replace("_", " ")
        if step.link_id is not None:
            what = f"{what} ({link_text(plan, plan.links[step.link_id])})"
        elif what == "constraint" and step.task_id is not None:
            task = plan.tasks[step.task_id]
            date = "" if task.constraint_date is None else f" {instant_text(task.constraint_date, style)}"
            what = f"{what} ({task.constraint_type}{date})"
        lost = _pauses(step.pauses)
        unit = "ed" if _is_elapsed(plan, step) else "d"
        worked = duration_text(step.working, unit, units, places=2) if step.working else ""
        moments = [instant_text(step.start, style), instant_text(step.finish, style)]
        rows.append([*(moments if step.start != step.finish else [moments[0], ""]), what, called(step.task_id), worked, lost])
    if (window_width() or NARROW) < NARROW:
        # Each step starts where the one before ended: the names of tasks need the room more.
        rows = [[row[1] or row[0], *row[2:]] for row in rows]
        say_table(["until", "what", "task", "working", "not worked"], rows, right=(3,), flexible=2)
        return
    say_table(["from", "to", "what", "task", "working", "not worked"], rows, right=(4,), flexible=3)


def _is_elapsed(plan: Plan, step: Step) -> bool:
    """Whether a step's working time runs round the clock: that of an elapsed task, or of an elapsed lag."""
    if str(step.kind) == "lag" and step.link_id is not None:
        return str(plan.links.value(step.link_id, "lag_kind")).startswith("elapsed")
    return step.task_id is not None and str(plan.tasks.value(step.task_id, "duration_unit")).startswith("e")


def _pauses(found: Sequence[Pause]) -> str:
    """Return what was not worked, each kind once: ``2 × weekend, Easter Monday``. Nights and lunches go without saying."""
    counts: dict[str, int] = {}
    for pause in found:
        if pause.name == "between shifts":
            continue
        counts[pause.name] = counts.get(pause.name, 0) + 1
    return ", ".join(name if count == 1 else f"{count} × {name}" for name, count in counts.items())
