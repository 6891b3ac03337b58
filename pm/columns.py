"""Every column of a plan's tasks by name: what people entered, what the schedule computed, and what relates tasks to others.

Lists, queries and JSON ask here, so none of them keeps a list of fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pm.errors import InputError
from pm.model import ENTITIES, Kind, Plan, Project, Task, fields_of
from pm.model.kinds import FieldInfo
from pm.words import Lag, Units, duration_text, is_elapsed, link_text, value_text

if TYPE_CHECKING:
    from pm.schedule.result import Schedule

INSTANTS = ("start", "finish", "early_start", "early_finish", "late_start", "late_finish")
SLACKS = ("total_slack", "free_slack", "start_slack", "finish_slack", "interfering_slack", "independent_slack")
COMPUTED: Mapping[str, FieldInfo] = {
    **{n: FieldInfo(n, Kind.INSTANT, None, True) for n in INSTANTS},
    "duration": FieldInfo("duration", Kind.WORKTIME, 0, False),
    **{n: FieldInfo(n, Kind.WORKTIME, None, True) for n in SLACKS},
    "percent_complete": FieldInfo("percent_complete", Kind.PERCENT, 0, False),
    "critical": FieldInfo("critical", Kind.FLAG, False, False),
    "longest_path": FieldInfo("longest_path", Kind.FLAG, False, False),
}
"""Columns of a schedule; those that a task has too are rolled up for summaries, and win."""

BASELINE = {
    "baseline_start": FieldInfo("baseline_start", Kind.INSTANT, None, True),
    "baseline_finish": FieldInfo("baseline_finish", Kind.INSTANT, None, True),
    "finish_variance": FieldInfo("finish_variance", Kind.WORKTIME, None, True),
}
RELATED: Mapping[str, FieldInfo] = {
    **{n: FieldInfo(n, Kind.TEXT, "", False) for n in ("number", "project", "predecessors", "successors", "resources")},
    "level": FieldInfo("level", Kind.INTEGER, 1, False),
    "summary": FieldInfo("summary", Kind.FLAG, False, False),
    **BASELINE,
}
SHOWN_IN_HOURS = frozenset({"work", "actual_work", "remaining_work"})


@dataclass(frozen=True)
class TaskColumns:
    """The columns of a plan's tasks, in the order of ``plan.tasks``.

    Attributes:
        schedule: None where only what people entered is asked for.
    """

    plan: Plan
    schedule: Schedule | None = None

    @staticmethod
    def names() -> list[str]:
        """Return the names of all columns."""
        return list({**RELATED, **COMPUTED, **{n: 0 for n, f in fields_of(Task).items() if f.kind is not Kind.DATA}})

    @staticmethod
    def info(name: str) -> FieldInfo:
        """Return what is known of the column called `name`.

        Raises:
            InputError: `column.unknown`.
        """
        found = RELATED.get(name) or COMPUTED.get(name) or fields_of(Task).get(name)
        if found is None or found.kind is Kind.DATA:
            import difflib

            near = difflib.get_close_matches(name, TaskColumns.names(), n=3, cutoff=0.5)
            hint = f"did you mean {', '.join(near)}?" if near else "pm show PLAN --columns help lists them"
            raise InputError(f"tasks have no column {name!r}", code="column.unknown", hint=hint)
        return found

    def values(self, name: str) -> Sequence[Any]:
        """Return the values of the column called `name`, as a plan holds them; None where a task has none."""
        self.info(name)
        if name in RELATED:
            result: Sequence[Any] = getattr(self, f"_{name}") if name not in BASELINE else self._baseline[name]
            return result
        if name in COMPUTED and self.schedule is not None:
            from pm.schedule.result import MISSING

            listed = getattr(self.schedule, name).tolist()
            return [None if v == MISSING else v for v in listed]
        if name in COMPUTED and name not in fields_of(Task):
            return [None] * len(self.plan.tasks)
        return self.plan.tasks.column(name)

    def cell(self, name: str, style: str = "iso") -> Callable[[int], str]:
        """Return a function that gives the text of a column at a position, instants written in `style`."""
        values, info = self.values(name), self.info(name)
        units, positions = self.plan.tasks.column("duration_unit"), self._projects
        if name == "duration":
            guesses, summary = self.plan.tasks.column("estimated"), self._summary
            return lambda i: duration_text(
                values[i],
                "d" if summary[i] else units[i],
                Units.of(positions[i]),
                estimated=guesses[i] and not summary[i],
                places=2,
            )
        if info.kind is Kind.REFERENCE and info.ref is not None:
            rows = self.plan.tables[info.ref]
            named = "name" in fields_of(ENTITIES[info.ref])
            return lambda i: str(rows.value(values[i], "name")) if named and values[i] in rows else ""
        if name in SLACKS:  # an elapsed task's slack runs round the clock, as its duration does
            return lambda i: value_text(info, values[i], positions[i], unit="ed" if is_elapsed(units[i]) else "d")
        unit = "h" if name in SHOWN_IN_HOURS else "d"
        return lambda i: value_text(info, values[i], positions[i], style=style, unit=unit)

    @cached_property
    def _projects(self) -> list[Project | None]:
        known = {p.id: p for p in self.plan.projects}
        return [known.get(project_id) for project_id in self.plan.tasks.column("project_id")]

    @property
    def _number(self) -> list[str]:
        return self.plan.outline.numbers

    @property
    def _project(self) -> list[str]:
        return [p.code if p else "" for p in self._projects]

    @property
    def _level(self) -> list[int]:
        return [depth + 1 for depth in self.plan.outline.depth]

    @cached_property
    def _summary(self) -> list[bool]:
        return [end > i + 1 for i, end in enumerate(self.plan.outline.end)]

    @cached_property
    def _predecessors(self) -> list[str]:
        return self._linked("successor_id", "predecessor_id")

    @cached_property
    def _successors(self) -> list[str]:
        return self._linked("predecessor_id", "successor_id")

    def _linked(self, mine: str, other: str) -> list[str]:
        plan = self.plan
        texts: list[list[str]] = [[] for _ in plan.tasks.ids]
        numbers, index, projects = plan.outline.numbers, plan.tasks.index, self._projects
        names = (mine, other, "type", "lag", "lag_kind", "lag_unit")
        for own, far, kind, lag, lag_kind, unit in zip(*(plan.links.column(n) for n in names), strict=True):
            at = index[own]
            typed = link_text(kind, Lag(lag, lag_kind, unit), Units.of(projects[at]))
            texts[at].append(numbers[index[far]] + ("" if typed == "FS" else typed))
        return [", ".join(found) for found in texts]

    @cached_property
    def _resources(self) -> list[str]:
        plan = self.plan
        texts: list[list[str]] = [[] for _ in plan.tasks.ids]
        names = dict(zip(plan.resources.ids, plan.resources.column("name"), strict=True))
        rows = plan.assignments
        for task_id, resource_id in zip(rows.column("task_id"), rows.column("resource_id"), strict=True):
            if resource_id is not None:
                texts[plan.tasks.index[task_id]].append(names.get(resource_id, ""))
        return [", ".join(found) for found in texts]

    @cached_property
    def _baseline(self) -> dict[str, list[int | None]]:
        plan = self.plan
        count = len(plan.tasks)
        found: dict[str, list[int | None]] = {name: [None] * count for name in BASELINE}
        rows = plan.task_baselines
        for task_id, number, start, finish in zip(
            *(rows.column(n) for n in ("task_id", "number", "start", "finish")), strict=True
        ):
            if number == 0:
                at = plan.tasks.index[task_id]
                found["baseline_start"][at], found["baseline_finish"][at] = start, finish
        if self.schedule is not None:
            finishes = self.values("finish")
            for i, planned in enumerate(found["baseline_finish"]):
                if planned is not None and finishes[i] is not None:
                    calendar = self.schedule.calendars.project(plan.tasks.column("project_id")[i])
                    found["finish_variance"][i] = time_between(calendar, planned, finishes[i])
        return found


def time_between(calendar: Any, planned: int, now: int) -> int:
    """Return the working time of a `WorkCalendar` from `planned` to `now`, negative where that is earlier."""
    return int(calendar.between(planned, now)) if now >= planned else -int(calendar.between(now, planned))
