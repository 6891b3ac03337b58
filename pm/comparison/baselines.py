"""A schedule beside a baseline: only dates, durations and work of its tasks are known from then, not what decided them.

So a later finish cannot be cut into causes. What can be said is how it came down the chain of tasks that decides the finish
now: by how much each of them takes longer than it did, and by how much longer it waits for the one before. These add up exactly:
the points of the chain are passed from its last finish to its first start, and each step is the difference of two shifts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from pm.comparison.causes import Cause, Subject
from pm.comparison.slip import Shift
from pm.comparison.telling import Line, Teller
from pm.errors import NotFoundError
from pm.model import TaskBaseline, TaskMove
from pm.model.enums import LinkType
from pm.words import Units, duration_text

if TYPE_CHECKING:
    from pm.schedule import Schedule


class Flow(StrEnum):
    """How a shift came down the chain that decides a finish."""

    LAST = "ends last"
    """Another task ends last than in the baseline (of the project, or of a branch that is waited for)."""
    START = "start"
    """The first task of the chain starts at another time."""
    DURATION = "duration"
    """A task spans more or less time than it did."""
    WAIT = "wait"
    """A task starts (or ends) further behind what it waits for now, or less far."""


@dataclass(frozen=True)
class FlowStep:
    """One step down the chain, and what it adds to the shift of the finish."""

    kind: Flow
    subject: Subject
    shift: Shift


@dataclass(frozen=True)
class BaselineComparison:
    """A project beside one of its baselines.

    Attributes:
        schedule: The schedule now.
        lines: Tasks added since, and other durations and work; what else has changed, and what was removed, is not known.
        moves: The tasks with other dates.
        finish_before, finish_after: The finish then and now.
        task_id: The task whose finish it is; None for the project's.
        steps: How its shift came down the chain, from the chain's start on; they add up to `shift`.
    """

    schedule: Schedule
    project_id: int
    task_id: int | None
    lines: tuple[Line, ...]
    moves: tuple[TaskMove, ...]
    finish_before: int
    finish_after: int
    shift: Shift
    steps: tuple[FlowStep, ...]

    @property
    def equal(self) -> bool:
        """Whether nothing that is known differs."""
        return not self.lines and not self.moves and self.finish_before == self.finish_after


def compare_to_baseline(schedule: Schedule, project_id: int, number: int, task_id: int | None = None) -> BaselineComparison:
    """Return how the dates of a project differ from those of its baseline `number`.

    Args:
        schedule: The schedule now.
        project_id, number: The project and its baseline.
        task_id: The task whose finish is looked at; None for the project's.

    Raises:
        NotFoundError: `baseline.not_found`, there is none, or it holds no dates; `diff.no_finish`, the task is not in it.
    """
    return _Beside(schedule, project_id, number).compare(task_id)


class _Beside:
    def __init__(self, schedule: Schedule, project_id: int, number: int) -> None:
        self._schedule, self._plan, self._project = schedule, schedule.plan, project_id
        owners = self._plan.tasks.column("project_id")
        self._mine = [p for p, owner in enumerate(owners) if owner == project_id]
        index = self._plan.tasks.index
        self._then: dict[int, TaskBaseline] = {
            at: row
            for row in self._plan.task_baselines
            if row.number == number and owners[at := index[row.task_id]] == project_id
        }
        self._dated = {p: row for p, row in self._then.items() if row.start is not None and row.finish is not None}
        if not self._dated:
            hint = "pm baseline list PLAN lists them, pm baseline set PLAN takes one"
            raise NotFoundError(f"there is no baseline {number} with dates", code="baseline.not_found", hint=hint)
        self._calendar = schedule.calendars.project(project_id)

    def compare(self, task_id: int | None) -> BaselineComparison:
        """Return the comparison, and the chain down to the finish of a task or of the project."""
        last: int | None = None
        if task_id is None:
            before = max(row.finish for row in self._dated.values() if row.finish is not None)
            after = self._schedule.project_finish[self._project]
            leaves = [p for p in self._dated if self._is_leaf(p)]
            last = max(leaves, key=lambda p: (int(self._schedule.finish[p]), p), default=None)
        else:
            before, after, last = self._of_task(task_id)
        shift = self._shift(before, after)
        return BaselineComparison(
            self._schedule,
            self._project,
            task_id,
            tuple(sorted(self._lines(), key=lambda line: list(Cause).index(line.cause))),
            tuple(self._moves()),
            before,
            after,
            shift,
            tuple(self._steps(last, shift)) if before != after and last is not None else (),
        )

    def _of_task(self, task_id: int) -> tuple[int, int, int]:
        position = self._plan.tasks.position(task_id)
        row, after = self._dated.get(position), self._schedule.at(position).finish
        if row is None or row.finish is None or after is None:
            hint = "name a task that the baseline holds"
            raise NotFoundError("the task has no finish in the baseline, or now", code="diff.no_finish", hint=hint)
        return row.finish, after, position

    def _shift(self, before: int, after: int) -> Shift:
        return Shift(after - before, self._calendar.position(after) - self._calendar.position(before))

    def _lines(self) -> Iterator[Line]:
        plan, outline = self._plan, self._plan.outline
        teller = Teller(plan, plan)
        blank = plan.tasks.column("blank")
        units = Units.of(plan.projects[self._project])
        for p in self._mine:
            subject = "tasks", plan.tasks.ids[p]
            row = self._then.get(p)
            if row is None:
                if not blank[p]:
                    yield Line(Cause.SCOPE, "added", subject, teller.called(subject), "added since the baseline", "tasks")
                continue
            now = self._schedule.at(p)
            if outline.is_summary(p) or now.start is None:
                continue
            pairs = [("duration", row.duration, now.duration, "d"), ("work", row.work, plan.tasks.column("work")[p], "h")]
            for field, a, b, unit in pairs:
                if a != b and (a or field == "duration"):  # (files that hold no work in a baseline have none to compare)
                    text = f"{field} {' → '.join(duration_text(v, unit, units, places=2) for v in (a, b))}"
                    yield Line(Cause.DURATIONS, "changed", subject, teller.called(subject), text, "tasks", field, a, b)

    def _moves(self) -> Iterator[TaskMove]:
        for p in self._mine:
            now, row = self._schedule.at(p), self._then.get(p)
            old = (row.start, row.finish) if row is not None else (None, None)
            if old != (now.start, now.finish):
                yield TaskMove(now.id, *old, now.start, now.finish)

    # the chain: points are positions of tasks with True for a start

    def _steps(self, last: int, whole: Shift) -> Iterator[FlowStep]:
        """Hand out the steps from the chain's start to the finish of `last`, and on to the finish that moved by `whole`."""
        point = last, False
        later = self._moved(point)
        steps = [self._step(Flow.LAST, point[0], whole, later)]
        seen = {point}
        while (following := self._before(point)) is not None and following[1] not in seen:
            kind, earlier = following
            moved = self._moved(earlier)
            steps.append(self._step(kind, earlier[0] if kind is Flow.LAST else point[0], later, moved))
            point, later = earlier, moved
            seen.add(point)
        steps.append(self._step(Flow.START, point[0], later, Shift(0, 0)))
        yield from (s for s in reversed(steps) if s.shift != (0, 0))

    def _step(self, kind: Flow, position: int, later: Shift, earlier: Shift) -> FlowStep:
        shift = Shift(later.elapsed - earlier.elapsed, later.working - earlier.working)
        return FlowStep(kind, ("tasks", self._plan.tasks.ids[position]), shift)

    def _moved(self, point: tuple[int, bool]) -> Shift:
        position, start = point
        row, now = self._dated[position], self._schedule.at(position)
        then, at = (row.start, now.start) if start else (row.finish, now.finish)
        assert then is not None
        assert at is not None
        return self._shift(then, at)

    def _before(self, point: tuple[int, bool]) -> tuple[Flow, tuple[int, bool]] | None:
        """Return what decides a point of the chain, and how; None where the chain begins."""
        position, start = point
        if self._plan.outline.is_summary(position):
            inner = [p for p in range(position + 1, self._plan.outline.end[position]) if self._is_leaf(p)]
            if not inner:
                return None
            ends = self._schedule.start if start else self._schedule.finish
            pick = min if start else max
            return Flow.LAST, (pick(inner, key=lambda p: int(ends[p])), start)
        driver = self._driver(position, start=start)
        if driver is not None:
            return Flow.WAIT, driver
        return None if start else (Flow.DURATION, (position, True))

    def _is_leaf(self, position: int) -> bool:
        known = position in self._dated and self._schedule.at(position).start is not None
        return known and not self._plan.outline.is_summary(position)

    def _driver(self, position: int, *, start: bool) -> tuple[int, bool] | None:
        """Return the end of the task that a driving link leads from to this end of a task, or of a summary above it."""
        links, tasks = self._plan.links, self._plan.tasks
        kinds = (LinkType.FINISH_START, LinkType.START_START) if start else (LinkType.FINISH_FINISH, LinkType.START_FINISH)
        above = self._plan.outline.ancestors(position) if start else []
        for successor in (position, *above):
            for n in self._into.get(tasks.ids[successor], ()):
                predecessor = tasks.index[links.column("predecessor_id")[n]]
                kind = links.column("type")[n]
                if kind in kinds and predecessor in self._dated and self._schedule.at(predecessor).finish is not None:
                    return predecessor, kind in (LinkType.START_START, LinkType.START_FINISH)
        return None

    @cached_property
    def _into(self) -> dict[int, list[int]]:
        """The driving links by successor, as positions."""
        found: dict[int, list[int]] = {}
        successors = self._plan.links.column("successor_id")
        for n in self._schedule.driving.nonzero()[0].tolist():
            found.setdefault(successors[n], []).append(n)
        return found


__all__ = ["BaselineComparison", "Flow", "FlowStep", "compare_to_baseline"]
