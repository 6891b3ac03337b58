"""The only bridge from the terminal face to the workspace: what screens ask for, in the shapes that they draw.

Every method may take its time (it reads a database and schedules plans) and is called from worker threads; a lock lets one
at a time through.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING

from pm.commands import Command
from pm.errors import PMError
from pm.model import FULL
from pm.schedule.result import MISSING
from pm.words import USUAL
from tui.text import clean
from tui.widgets.gantt.model import GanttModel

if TYPE_CHECKING:
    from pm.model import Plan
    from pm.workspace import Workspace

NEAR_DEADLINE_DAYS = 5


LARGE = 2000
"""Tasks from which on a plan is worth `settle`."""


def settle() -> None:
    """Keep the garbage collector from walking a large plan again and again while the reader presses keys.

    Painting makes many short-lived objects, and so full collections; each walks every row of the plan (100 ms at 10,000
    tasks). What is alive now is set aside; what was set aside before is looked through once, so nothing is kept for ever.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


@dataclass(frozen=True)
class Opened:
    """A project as it is now, ready to be drawn.

    Attributes:
        model: The rows of its chart.
        undo, redo: What these would take back or do again; empty where there is nothing.
        serial: Grows from one reading to the next: workers may tell of an older one after a newer.
    """

    model: GanttModel
    undo: str
    redo: str
    serial: int = 0


@dataclass(frozen=True)
class ProjectSummary:
    """A line of the project list. Positions in time are display days; None until the project has been scheduled.

    Attributes:
        code: As it is in the plan, to open the project by; not yet clean.
        health: ``late`` (a deadline is missed), ``risk`` (later than its baseline, or close to a deadline), ``track``,
            ``finished``, ``waiting`` (not started), ``broken`` (cannot be scheduled) or ``unknown`` (not looked at yet).
        variance: Working seconds after the baseline's finish.
        deadline_slack: Working seconds from the worst task's finish to its deadline.
        percent: Hundredths of a percent, weighted by duration.
        problem: Why it cannot be scheduled.
    """

    code: str
    name: str
    manager: str = ""
    health: str = "unknown"
    start: int | None = None
    finish: int | None = None
    span: tuple[float, float] | None = None
    baseline: tuple[float, float] | None = None
    deadline: float | None = None
    variance: int | None = None
    deadline_slack: int | None = None
    deadline_task: str = ""
    critical: int = 0
    tasks: int = 0
    percent: int = 0
    per_day: int = USUAL.day
    status: int | None = None
    next_milestone: str = ""
    next_milestone_finish: int | None = None
    problem: str = ""


def summarise(model: GanttModel) -> ProjectSummary:
    """Return the line of the project list for a scheduled project."""
    project = model.project
    leaves = [i for i in range(model.count) if not model.summary[i] and model.start[i] == model.start[i]]
    weights = [max(0, int(model.schedule.duration[i])) for i in leaves]
    total = sum(weights)
    percent = sum(model.percent[i] * w for i, w in zip(leaves, weights, strict=True)) // total if total else 0
    if leaves and all(model.finished[i] for i in leaves):
        percent = FULL
    slack, worst = _tightest_deadline(model)
    start = model.schedule.project_start.get(project.id) if leaves else None
    finish = model.project_finish if leaves else None
    coming = [i for i in leaves if model.milestone[i] and not model.finished[i]]
    first = min(coming, key=lambda i: model.mark[i], default=None)
    baseline = [model.window.position(v) for v in _baseline_span(model)]
    return ProjectSummary(
        code=project.code,
        name=clean(project.name or project.code),
        manager=clean(project.manager),
        health=_health(model, percent, slack),
        start=start,
        finish=finish,
        span=(model.window.position(start), model.window.position(finish)) if start is not None and finish is not None else None,
        baseline=(baseline[0], baseline[1]) if baseline else None,
        deadline=None if worst is None else model.deadline[worst],
        variance=model.baseline_variance,
        deadline_slack=slack,
        deadline_task="" if worst is None else model.name(worst),
        critical=model.critical_count,
        tasks=len(leaves),
        percent=percent,
        per_day=model.per_day,
        status=project.status_date,
        next_milestone="" if first is None else model.name(first),
        next_milestone_finish=None if first is None else int(model.schedule.finish[first]),
    )


def _baseline_span(model: GanttModel) -> list[int]:
    start, finish = model.baseline_instants
    if not (finish != MISSING).any():
        return []
    return [int(start[start != MISSING].min()), int(finish.max())]


def _tightest_deadline(model: GanttModel) -> tuple[int | None, int | None]:
    """Return the working seconds to the tightest open deadline, and whose it is."""
    due = model.plan.tasks.column("deadline")
    found: tuple[int | None, int | None] = (None, None)
    for i in range(model.count):
        if due[i] is None or model.finished[i] or model.start[i] != model.start[i]:
            continue
        slack = model.working_between(int(model.schedule.finish[i]), due[i])
        if found[0] is None or slack < found[0]:
            found = (slack, i)
    return found


def _health(model: GanttModel, percent: int, slack: int | None) -> str:
    if percent >= FULL:
        return "finished"
    if slack is not None and slack < 0:
        return "late"
    near = slack is not None and slack < NEAR_DEADLINE_DAYS * model.per_day
    if near or (model.baseline_variance or 0) > 0:
        return "risk"
    return "track" if percent else "waiting"


class Session:
    """What the screens do to and ask of a workspace.

    Args:
        workspace: Where plans are kept.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = RLock()
        self._serial = 0

    def projects(self) -> list[ProjectSummary]:
        """Return all projects with what is known without scheduling them."""
        with self._lock:
            return [ProjectSummary(p.code, clean(p.name or p.code), clean(p.manager)) for p in self._workspace.projects()]

    def summaries(self) -> Iterator[ProjectSummary]:
        """Yield the summary of one project after the other."""
        with self._lock:
            projects = list(self._workspace.projects())
        for project in projects:
            try:
                yield summarise(self.open(project.code).model)
            except PMError as error:
                name = clean(project.name or project.code)
                yield ProjectSummary(project.code, name, clean(project.manager), "broken", problem=clean(str(error)))

    def open(self, code: str | None) -> Opened:
        """Read and schedule a project.

        Raises:
            PMError: it does not exist, cannot be read or cannot be scheduled.
        """
        with self._lock:
            workspace = self._workspace
            schedule = workspace.schedule(code)
            model = GanttModel(schedule.plan, schedule, code)
            if model.count > LARGE:
                settle()
            self._serial += 1
            return Opened(model, *self.labels(), self._serial)

    def run(self, command: Command, code: str | None, seen: Plan | None = None) -> tuple[Opened, str]:
        """Do something to a project; return the project after it and what was done, as the undo line shows it.

        Args:
            command: What to do.
            code: The project; None for everything.
            seen: The plan on the screen: what the command changes must still be as it was shown.

        Raises:
            PMError: it cannot be done; nothing has changed.
        """
        with self._lock:
            self._workspace.run(command, code, seen=seen)
            opened = self.open(code)
            return opened, opened.undo

    def labels(self) -> tuple[str, str]:
        """Return what undo would take back and what redo would do again; empty where there is nothing."""
        with self._lock:
            return self._workspace.undo_label or "", self._workspace.redo_label or ""

    def undo(self) -> str:
        """Take the last change back and say so.

        Raises:
            PMError: there is none, or what it changed has been changed again.
        """
        with self._lock:
            return f"Undone: {clean(self._workspace.undo())}"

    def redo(self) -> str:
        """Do again what was taken back last, and say so.

        Raises:
            PMError: there is nothing, or what it changed has been changed meanwhile.
        """
        with self._lock:
            return f"Redone: {clean(self._workspace.redo())}"
