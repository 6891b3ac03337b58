"""The report itself: counts, problems, and every difference with the task it starts at and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pm.formats.report.causes import Cause
from pm.formats.report.differences import DATES, MINUTE, Comparison
from pm.formats.report.evidence import Evidence, Reason
from pm.formats.report.origins import Origins, Place
from pm.formats.result import ImportResult, Problem
from pm.model import ENTITIES, Plan, iso

if TYPE_CHECKING:
    from pm.schedule.result import Schedule

VERSION = 2
SCHEMA = f"pm.import/{VERSION}"


@dataclass(frozen=True)
class Difference:
    """One value of one task that the file and the computed schedule disagree about.

    Attributes:
        field: Column of the schedule.
        stored, computed: Instants, working seconds, or flags; `computed` is None where the task has no such value here.
        cause: Why; `detail` says which quirk or which rule of the profile, where the cause is a tool's quirk.
        origin: The task that the difference comes from, by way of links or as a part of a summary; the task itself where it
            starts here.
    """

    task_id: int
    field: str
    stored: int | bool
    computed: int | bool | None
    cause: Cause
    detail: str
    origin: int


@dataclass(frozen=True)
class Origin:
    """A task that differences start at, for one reason.

    Attributes:
        reason: The evidence, as the second half of a sentence about the task.
        tasks, dates: How many tasks differ because of it, and how many of their values.
    """

    task_id: int
    cause: Cause
    detail: str
    reason: str
    tasks: int
    dates: int


@dataclass(frozen=True)
class ImportReport:
    """What an import did.

    Attributes:
        counts: Rows by table; empty tables are left out.
        compared: Tasks that the file holds results for. `equal` of them come out the same in every value.
        differences: Every other value, in the order of the plan.
        origins: The tasks the differences start at, those that most follows from first.
    """

    plan: Plan
    format: str
    counts: Mapping[str, int]
    kept: Mapping[str, int]
    ignored: Mapping[str, int]
    problems: tuple[Problem, ...]
    compared: int
    equal: int
    differences: tuple[Difference, ...]
    origins: tuple[Origin, ...]

    @property
    def moved(self) -> int:
        """How many tasks have another start or finish than in the file."""
        return len({d.task_id for d in self.differences if d.field in ("start", "finish")})

    @property
    def causes(self) -> Mapping[str, int]:
        """How many tasks differ, by cause, most frequent first; a task counts once for each of its causes."""
        tasks = {(d.task_id, d.cause) for d in self.differences}
        return dict(Counter(cause.value for _, cause in sorted(tasks)).most_common())

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON document; dates as ISO text, working time in minutes."""
        tasks = self.plan.tasks
        uid, name = tasks.column("uid"), tasks.column("name")
        listed = []
        for d in self.differences:
            i = tasks.position(d.task_id)
            field, stored, computed = _shown(d)
            values = {"uid": uid[i], "name": name[i], "field": field, "stored": stored, "computed": computed}
            listed.append({**values, "cause": d.cause.value, "detail": d.detail, "origin_uid": uid[tasks.position(d.origin)]})
        return {
            "schema": SCHEMA,
            "format": self.format,
            "projects": [
                {"code": p.code, "name": p.name, "profile": p.profile, "profile_overrides": p.profile_overrides or {}}
                for p in self.plan.projects
            ],
            "read": dict(self.counts),
            "kept": dict(self.kept),
            "ignored": dict(self.ignored),
            "problems": [
                {"severity": p.severity.value, "code": p.code, "message": p.message, "subject": p.subject, "hint": p.hint}
                for p in self.problems
            ],
            "tasks_compared": self.compared,
            "tasks_equal": self.equal,
            "tasks_moved": self.moved,
            "causes": dict(self.causes),
            "origins": [
                {
                    "uid": uid[i],
                    "number": self.plan.outline.numbers[i],
                    "name": name[i],
                    "cause": o.cause.value,
                    "detail": o.detail,
                    "reason": o.reason,
                    "tasks": o.tasks,
                    "dates": o.dates,
                }
                for o in self.origins
                for i in (tasks.position(o.task_id),)
            ],
            "differences": listed,
        }


def _shown(d: Difference) -> tuple[str, Any, Any]:
    if d.field in DATES:
        return d.field, iso(d.stored), None if d.computed is None else iso(d.computed)
    if d.field == "critical":
        return d.field, bool(d.stored), None if d.computed is None else bool(d.computed)
    return f"{d.field}_minutes", _minutes(d.stored), None if d.computed is None else _minutes(d.computed)


def _minutes(seconds: int) -> int | float:
    whole, rest = divmod(seconds, MINUTE)
    return seconds / MINUTE if rest else whole


def import_report(result: ImportResult, schedule: Schedule | None) -> ImportReport:
    """Compare what a file holds with what is computed from it.

    Args:
        result: What was read.
        schedule: The schedule of ``result.plan``; None where it cannot be computed, and then nothing is compared.
    """
    plan = result.plan
    compared, equal = 0, 0
    differences: tuple[Difference, ...] = ()
    origins: tuple[Origin, ...] = ()
    if schedule is not None:
        found = Comparison(schedule, result.stored)
        compared, equal = found.tasks, found.tasks - len(found.fields)
        differences, origins = _explained(found)
    return ImportReport(
        plan=plan,
        format=result.format,
        counts={name: len(plan.tables[name]) for name in ENTITIES if len(plan.tables[name])},
        kept=result.kept,
        ignored=result.ignored,
        problems=result.problems,
        compared=compared,
        equal=equal,
        differences=differences,
        origins=origins,
    )


def _explained(found: Comparison) -> tuple[tuple[Difference, ...], tuple[Origin, ...]]:
    """Return the differences with their causes, and the tasks they start at."""
    if not found.found:
        return (), ()
    tracer = Origins(found)
    places = [tracer.of(one.task_id, one.field) for one in found.found]
    reasons = Evidence(found, tracer).reasons(dict.fromkeys(places))
    differences = []
    for one, place in zip(found.found, places, strict=True):
        reason = reasons[place]
        values = (one.task_id, one.field, one.stored, one.computed)
        differences.append(Difference(*values, reason.cause, reason.detail, place[0]))
    return tuple(differences), tuple(_origins(zip(differences, places, strict=True), reasons))


def _origins(explained: Iterable[tuple[Difference, Place]], reasons: Mapping[Place, Reason]) -> list[Origin]:
    """Return an entry for every task and reason; those that most follows from first."""
    following: dict[tuple[int, Reason], list[int]] = {}
    for difference, place in explained:
        following.setdefault((place[0], reasons[place]), []).append(difference.task_id)
    listed = [
        Origin(task_id, reason.cause, reason.detail, reason.text, len(set(tasks)), len(tasks))
        for (task_id, reason), tasks in following.items()
    ]
    return sorted(listed, key=lambda o: (-o.tasks, -o.dates))
