"""explain: why a task has its dates, and how far it can slip."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pm.cli import options
from pm.cli.context import current, target
from pm.cli.output import lines, minutes, say, say_json, say_table, window_width
from pm.display import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pm.model import Plan
    from pm.schedule import Explanation, Pause, SlackReason, Step, Tie

NARROW = 120
"""Cells of a terminal below which an explanation leaves a column out."""
TIES_SHOWN, TIES_TOLD = 3, 20
"""How many of what asks for the same date are shown in the table, and listed in the document."""

_WORDS = {
    "project_finish": "project's finish",
    "open_end": "own finish, which nothing follows",
    "external": "external date",
    "manual": "manual date",
    "actual": "actual date",
    "split": "interruption",
    "delay": "assignment delay",
    "levelling": "levelling delay",
}
"""What kinds of steps are called where that is not their name."""


def register(app: typer.Typer) -> None:
    """Add the command of this module to `app`."""
    app.command("explain")(explain_date)


def explain_date(
    plan: options.Plan,
    task: options.Task,
    finish: Annotated[bool, typer.Option("--finish", help="Explain the finish instead of the start.")] = False,
    late: Annotated[
        bool, typer.Option("--late", help="Explain the late date: what limits it, how far the task can slip.")
    ] = False,
    project: options.Project = None,
    as_json: options.Json = False,
) -> None:
    """Say why a task starts when it does: the chain behind it."""
    with target(plan) as found:
        owner = found.project(project) if project or found.code else None
        task_id = found.plan.find_task(task, owner.id if owner else None)
        explanation = found.workspace.explain(task_id, found.code, finish=finish, late=late)
    if as_json:
        say_json("explanation", explanation_document(explanation))
    else:
        _Telling(explanation).say()


# as a document ------------------------------------------------------------------------------------


def explanation_document(explanation: Explanation) -> dict[str, Any]:
    """Return the ``pm.explanation/1`` document of a chain of drivers."""
    from pm.commands.links import link_text
    from pm.model import iso

    plan = explanation.plan
    tasks = plan.tasks

    def known(task_id: int | None) -> dict[str, Any] | None:
        if task_id is None:
            return None
        at = tasks.position(task_id)
        return {"uid": tasks.column("uid")[at], "number": plan.outline.numbers[at], "name": tasks.column("name")[at]}

    def link(link_id: int | None) -> str | None:
        return None if link_id is None else link_text(plan, plan.links[link_id])

    def ties(listed: Sequence[Tie]) -> list[dict[str, Any]]:
        return [{"kind": str(t.kind), "task": known(t.task_id), "link": link(t.link_id)} for t in listed[:TIES_TOLD]]

    def stated(step: Step) -> dict[str, Any]:
        return {
            "kind": str(step.kind),
            "task": known(step.task_id),
            "link": link(step.link_id),
            "start": iso(step.start),
            "finish": iso(step.finish),
            "working_minutes": minutes(step.working),
            "pauses": [{"start": iso(p.start), "finish": iso(p.finish), "name": p.name} for p in step.pauses],
            "resource": _resource(plan, step),
            "whole_lag_minutes": None if step.whole is None else minutes(step.whole),
            "also": ties(step.also),
            "also_count": len(step.also),
        }

    document: dict[str, Any] = {
        "task": known(explanation.task_id),
        "end": explanation.end,
        "late": explanation.late,
        "date": iso(explanation.date),
        "steps": [stated(step) for step in explanation.steps],
    }
    if explanation.slack is not None:
        reason = explanation.slack
        document["slack"] = {
            "total_minutes": minutes(reason.total),
            "free_minutes": minutes(reason.free),
            "moves_first": ties(reason.first),
            "moves_first_count": len(reason.first),
            "limit": {"kind": str(reason.limit.kind), "task": known(reason.limit.task_id), "date": iso(reason.limit.start)},
            "finished": reason.finished,
        }
    return document


def _resource(plan: Plan, step: Step) -> str | None:
    """Return the name of the resource whose assignment decides a step."""
    if step.assignment_id is None:
        return None
    resource_id = plan.assignments.value(step.assignment_id, "resource_id")
    return None if resource_id is None else str(plan.resources.value(resource_id, "name"))


# as text --------------------------------------------------------------------------------------------


class _Telling:
    """Says an explanation: a sentence, a table in the order of time, and for late dates how far the task can slip."""

    def __init__(self, explanation: Explanation) -> None:
        from pm.commands.labels import project_of
        from pm.words import Units

        self.explanation, self.plan = explanation, explanation.plan
        self.style = current().settings.date_format
        self.units = Units.of(project_of(self.plan, "tasks", explanation.task_id))

    def say(self) -> None:
        """Write it all."""
        explanation = self.explanation
        verb = {"start": "starts", "finish": "finishes"}[explanation.end]
        if explanation.late:
            verb = f"has to {explanation.end} by"
        say(f"{clean(self._called(explanation.task_id))} {verb} {self._moment(explanation.date)}, because")
        rows = [row for step in self._in_order() for row in self._rows(step)]
        if (window_width() or NARROW) < NARROW:
            # Each step starts where the one before ended: the names of tasks need the room more.
            moment, title = (0, "from") if explanation.late else (1, "until")
            rows = [[row[moment] or row[1 - moment], *row[2:]] for row in rows]
            say_table([title, "what", "task", "working", "not worked"], rows, right=(3,), flexible=2)
        else:
            say_table(["from", "to", "what", "task", "working", "not worked"], rows, right=(4,), flexible=3)
        if explanation.slack is not None:
            lines(wrap(clean(self._slack(explanation.slack)), window_width() or 10_000, break_on_hyphens=False))

    def _in_order(self) -> Sequence[Step]:
        """Return the steps as time goes: those of a late date lead from it to its limit."""
        from dataclasses import replace

        if not self.explanation.late:
            return self.explanation.steps
        return [replace(s, start=s.finish, finish=s.start, working=-s.working) for s in reversed(self.explanation.steps)]

    def _rows(self, step: Step) -> list[list[str]]:
        begin, end = self._moment(step.start), self._moment(step.finish)
        worked = self._amount(step) if step.working else ""
        row = [begin, end if step.start != step.finish else "", self._what(step), self._called(step.task_id), worked]
        told = [(f"also {self._tie(tie, step.start)}", self._called(tie.task_id)) for tie in step.also[:TIES_SHOWN]]
        if len(step.also) > TIES_SHOWN:
            told.append((f"and {len(step.also) - TIES_SHOWN} more", ""))
        return [[*row, _pauses(step.pauses)], *(["", "", what, task, "", ""] for what, task in told)]

    def _what(self, step: Step) -> str:
        kind = str(step.kind)
        if step.whole is not None:
            return f"rest of lag ({self._link(step.link_id)})"
        if step.link_id is not None:
            return f"{_WORDS.get(kind, kind.replace('_', ' '))} ({self._link(step.link_id)})"
        if kind == "project_start" and self._from_finish(step):
            return "project start (counted back)"
        resource = _resource(self.plan, step)
        return self._origin(kind, step.task_id, step.start) + (f" ({resource})" if resource else "")

    def _from_finish(self, step: Step) -> bool:
        from pm.commands.labels import project_of

        project = project_of(self.plan, "tasks", step.task_id or 0)
        return project is not None and project.schedule_from == "finish"

    def _origin(self, kind: str, task_id: int | None, date: int) -> str:
        """Return what a kind of step is called; a constraint by its own name."""
        from pm.model.enums import ConstraintType

        if kind == "constraint" and task_id is not None:
            task = self.plan.tasks[task_id]
            second = task.constraint_date != date and task.secondary_constraint_date == date
            name = ConstraintType(task.secondary_constraint_type if second else task.constraint_type).name
            return name.lower().replace("_", " ")
        return _WORDS.get(kind, kind.replace("_", " "))

    def _tie(self, tie: Tie, date: int) -> str:
        if tie.link_id is not None:
            return f"link ({self._link(tie.link_id)})"
        return "summary's part" if tie.kind == "summary" else self._origin(str(tie.kind), tie.task_id, date)

    def _slack(self, reason: SlackReason) -> str:
        """Return how far the task can slip and what stops it, as a sentence or two."""
        limit = self._limit(reason)
        if reason.finished:
            return "It is finished: nothing can slip."
        if reason.total < 0:
            return f"It is {self._time(-reason.total)} too late for {limit}."
        if reason.total == 0:
            return f"It cannot slip without moving {limit}." if not self._is_date(reason) else f"It cannot slip and keep {limit}."
        until = f"{'breaks' if self._is_date(reason) else 'moves'} "
        if not reason.first:
            return f"It can slip {self._time(reason.total)} before it {until}{limit}."
        first, both = self._first(reason), self._time(reason.total)
        if reason.free == reason.total and until == "moves ":
            return f"It can slip {both} before it moves {first} and {limit}."
        if reason.free == 0:
            return f"Any slip moves {first}. It can slip {both} before it {until}{limit}."
        return f"It can slip {self._time(reason.free)} before it moves {first}, {both} before it {until}{limit}."

    def _is_date(self, reason: SlackReason) -> bool:
        return reason.limit.kind not in ("project_finish", "open_end", "summary")

    def _limit(self, reason: SlackReason) -> str:
        kind, moment = str(reason.limit.kind), self._moment(reason.limit.start)
        if kind == "project_finish":
            return f"the project's finish, {moment}"
        name = self._origin(kind, reason.limit.task_id, reason.limit.start)
        of = "" if kind == "must_finish_by" else f" of {self._called(reason.limit.task_id)}"
        return f"“{name} {moment}”{of}" if kind == "constraint" else f"the {name}{of}, {moment}"

    def _first(self, reason: SlackReason) -> str:
        names = [f"{self._called(tie.task_id)} ({self._link(tie.link_id)})" for tie in reason.first[:TIES_SHOWN]]
        more = len(reason.first) - TIES_SHOWN
        return ", ".join(names) + (f" and {more} more" if more > 0 else "")

    def _called(self, task_id: int | None) -> str:
        if task_id is None:
            return ""
        at = self.plan.tasks.position(task_id)
        return f"{self.plan.outline.numbers[at]} {self.plan.tasks.column('name')[at]}"

    def _moment(self, instant: int) -> str:
        from pm.words import instant_text

        return instant_text(instant, self.style)

    def _link(self, link_id: int | None) -> str:
        from pm.commands.links import link_text

        return "" if link_id is None else link_text(self.plan, self.plan.links[link_id])

    def _time(self, seconds: int, unit: str = "d") -> str:
        """Return working time in days, in hours where it is less than half a day."""
        from pm.model.kinds import HOUR
        from pm.words import duration_text

        if unit == "d" and abs(seconds) < self.units.seconds("d") // 2:
            unit = "h" if abs(seconds) >= HOUR // 2 or not seconds else "m"
        return duration_text(seconds, unit, self.units, places=2)

    def _amount(self, step: Step) -> str:
        return self._time(step.working, "ed" if _is_elapsed(self.plan, step) else "d")


def _is_elapsed(plan: Plan, step: Step) -> bool:
    """Whether a step's working time runs round the clock: a levelling delay, an elapsed task, an elapsed lag."""
    kind = str(step.kind)
    if kind == "lag" and step.link_id is not None:
        return str(plan.links.value(step.link_id, "lag_kind")).startswith("elapsed")
    if kind == "levelling":
        return True
    return step.task_id is not None and str(plan.tasks.value(step.task_id, "duration_unit")).startswith("e")


def _pauses(found: Sequence[Pause]) -> str:
    """Return what was not worked, each kind once: ``2 × weekend, Easter Monday``. Nights and lunches go without saying."""
    counts: dict[str, int] = {}
    for pause in found:
        if pause.name != "between shifts":
            counts[pause.name] = counts.get(pause.name, 0) + 1
    return ", ".join(name if count == 1 else f"{count} × {name}" for name, count in counts.items())
