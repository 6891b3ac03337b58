"""What an import did: what was read, kept and dropped, and every date that differs once computed here, with its likely cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pm.formats.result import ImportResult, Problem
from pm.model import ENTITIES, Plan, iso
from pm.model.enums import LinkType, ResourceType

if TYPE_CHECKING:
    from pm.schedule.result import Schedule

SCHEMA = "pm.import/1"
MINUTE = 60
DATES = ("start", "finish", "early_start", "early_finish", "late_start", "late_finish")
SLACKS = ("total_slack", "free_slack", "start_slack", "finish_slack")
LATE_SIDE = frozenset({"late_start", "late_finish", *SLACKS, "critical"})
MOST_STEPS = 10_000


class Cause(StrEnum):
    """Why a computed value differs from the one in the file, as far as the plan tells."""

    ACTUALS = "actuals"
    """Progress pins the task, and the tools treat what remains differently."""
    MANUAL = "manual"
    """The task, or a summary above it, keeps dates of its own."""
    LEVELLED = "levelled"
    """A levelling delay shifts it."""
    RESOURCE_CALENDAR = "resource_calendar"
    """Its people work at other times than the project."""
    SPREAD = "spread_of_work"
    """Its work is interrupted or spread unevenly, and the file holds that in dates cut to the minute."""
    ROUNDING = "rounding"
    """No more than a minute: the file's dates are cut to the minute."""
    STALE = "stale"
    """Nothing but late dates and slack differ: the tool that wrote the file updates them later than the rest."""
    NOT_MODELLED = "not_modelled"
    """It depends on something that is kept but not computed, such as another file."""
    UNEXPLAINED = "unexplained"
    """None of these."""


@dataclass(frozen=True)
class Difference:
    """One value of one task that the file and the computed schedule disagree about.

    Attributes:
        field: Column of the schedule.
        stored, computed: Instants, working seconds, or flags.
        cause: The likely cause.
        origin: The task that the difference comes from, by way of links or as a part of a summary; the task itself where it
            starts here.
    """

    task_id: int
    field: str
    stored: int | bool
    computed: int | bool
    cause: Cause
    origin: int


@dataclass(frozen=True)
class ImportReport:
    """What an import did.

    Attributes:
        counts: Rows by table; empty tables are left out.
        compared: Tasks that the file holds results for. `equal` of them come out the same in every value.
        differences: Every other value, in the order of the plan.
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
            i, origin = tasks.position(d.task_id), tasks.position(d.origin)
            shown, stored, computed = _shown(d)
            listed.append(
                {
                    "uid": uid[i],
                    "name": name[i],
                    "field": shown,
                    "stored": stored,
                    "computed": computed,
                    "cause": d.cause.value,
                    "origin_uid": uid[origin],
                }
            )
        return {
            "schema": SCHEMA,
            "format": self.format,
            "projects": [{"code": p.code, "name": p.name} for p in self.plan.projects],
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
            "differences": listed,
        }


def _shown(d: Difference) -> tuple[str, Any, Any]:
    if d.field in DATES:
        return d.field, iso(d.stored), iso(d.computed)
    if d.field == "critical":
        return d.field, bool(d.stored), bool(d.computed)
    return f"{d.field}_minutes", _minutes(d.stored), _minutes(d.computed)


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
    compared, differing, differences = 0, set[int](), []
    if schedule is not None:
        fields = {name: values for name in (*DATES, *SLACKS, "critical") if (values := getattr(result.stored, name))}
        compared = len({task_id for values in fields.values() for task_id in values})
        found = list(_different(schedule, fields))
        differing = {task_id for task_id, *_ in found}
        differences = list(_Explainer(plan, schedule, found).explained())
    return ImportReport(
        plan=plan,
        format=result.format,
        counts={name: len(plan.tables[name]) for name in ENTITIES if len(plan.tables[name])},
        kept=result.kept,
        ignored=result.ignored,
        problems=result.problems,
        compared=compared,
        equal=compared - len(differing),
        differences=tuple(differences),
    )


Found = tuple[int, str, int, int]


def _different(schedule: Schedule, fields: Mapping[str, Mapping[int, int]]) -> Iterator[Found]:
    """Hand out the values that differ by more than the way they are written: dates are cut to the minute, slack rounded to it."""
    from pm.schedule.result import MISSING

    columns = {name: getattr(schedule, name).tolist() for name in fields}
    for i, task_id in enumerate(schedule.plan.tasks.ids):
        for name, values in fields.items():
            computed = columns[name][i]
            if task_id not in values or computed == MISSING:
                continue
            stored = values[task_id]
            if name in DATES:
                same = stored // MINUTE == computed // MINUTE
            elif name == "critical":
                same = bool(stored) == bool(computed)
            else:
                same = abs(stored - computed) <= MINUTE // 2
            if not same:
                yield task_id, name, stored, computed


class _Explainer:
    """Finds the likely cause of each difference, following links back to where it starts."""

    def __init__(self, plan: Plan, schedule: Schedule, found: list[Found]) -> None:
        self._plan, self._schedule, self._found = plan, schedule, found
        self._fields: dict[int, set[str]] = {}
        self._largest: dict[int, int] = {}
        for task_id, name, stored, computed in found:
            self._fields.setdefault(task_id, set()).add(name)
            if name != "critical":
                self._largest[task_id] = max(self._largest.get(task_id, 0), abs(stored - computed))
        self._assignments = plan.assignments.groups("task_id")
        self._drivers: dict[int, list[int]] = {}
        links = plan.links
        rows = zip(links.column("predecessor_id"), links.column("successor_id"), links.column("type"), strict=True)
        for (predecessor, successor, kind), driving in zip(rows, schedule.driving.tolist(), strict=True):
            side = (
                {"finish", "early_finish"}
                if kind in (LinkType.FINISH_START, LinkType.FINISH_FINISH)
                else {"start", "early_start"}
            )
            if driving and side & self._fields.get(predecessor, set()):
                self._drivers.setdefault(successor, []).append(predecessor)

    def explained(self) -> Iterator[Difference]:
        """Hand out the differences with their causes."""
        known: dict[tuple[int, bool], tuple[Cause, int]] = {}
        for task_id, name, stored, computed in self._found:
            late = not (self._fields[task_id] - LATE_SIDE)
            if (task_id, late) not in known:
                origin = self._origin(task_id, late)
                known[task_id, late] = self._cause(origin), origin
            cause, origin = known[task_id, late]
            yield Difference(task_id, name, stored, computed, cause, origin)

    def _origin(self, task_id: int, late: bool) -> int:
        """Follow differing drivers back, and differing parts of summaries down, to the first task that differs by itself."""
        seen = {task_id}
        outline, ids = self._plan.outline, self._plan.tasks.ids
        for _ in range(MOST_STEPS):
            following = [] if late else self._drivers.get(task_id, [])
            position = self._plan.tasks.position(task_id)
            if not following and outline.is_summary(position):
                below = (ids[p] for p in outline.children(position))
                following = [t for t in below if late or self._fields.get(t, set()) - LATE_SIDE]
                following = [t for t in following if t in self._fields]
            task = next((t for t in following if t not in seen), None)
            if task is None:
                return task_id
            seen.add(task)
            task_id = task
        return task_id

    def _cause(self, task_id: int) -> Cause:
        plan = self._plan
        task = plan.task(task_id)
        position = plan.tasks.position(task_id)
        assigned = [plan.assignments.at(p) for p in self._assignments.get(task_id, ())]
        above = plan.outline.ancestors(position)
        checks = (
            (Cause.ROUNDING, self._largest.get(task_id, 0) <= MINUTE and "critical" not in self._fields[task_id]),
            (Cause.NOT_MODELLED, task.external or _waits_outside(task.extra)),
            (Cause.MANUAL, task.manual or any(plan.tasks.column("manual")[p] for p in above)),
            (Cause.ACTUALS, task.actual_start is not None or task.percent_complete > 0),
            (Cause.LEVELLED, bool(task.levelling_delay) or any(a.levelling_delay for a in assigned)),
            (Cause.SPREAD, any(a.profile for a in assigned)),
            (Cause.STALE, not self._fields[task_id] - LATE_SIDE),
            (Cause.RESOURCE_CALENDAR, self._other_hours(position, [a.resource_id for a in assigned])),
        )
        return next((cause for cause, applies in checks if applies), Cause.UNEXPLAINED)

    def _other_hours(self, position: int, resources: list[int | None]) -> bool:
        calendars = self._schedule.calendars
        project = calendars.project(self._plan.tasks.column("project_id")[position])
        working = (r for r in resources if r is not None and self._plan.resources.value(r, "type") == ResourceType.WORK)
        return any(calendars.resource(r) is not project for r in working)


def _waits_outside(extra: Any) -> bool:
    """Whether a task carries links that lead out of its file."""
    return isinstance(extra, dict) and any(isinstance(held, dict) and held.get("links") for held in extra.values())
