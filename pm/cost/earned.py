"""Earned value of a project: what was planned, earned and spent by the status date, by task, branch and as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from pm.cost.baseline import own_budgets, planned_flow, task_baselines
from pm.cost.costs import Costs
from pm.cost.earned_schedule import EarnedSchedule, earned_schedule
from pm.cost.earning import Earning
from pm.cost.flow import Flow, Ints, joined
from pm.cost.measures import Measures
from pm.cost.problems import Problem, listed
from pm.cost.spans import TaskSpans
from pm.errors import PlanError
from pm.model import Project, TaskBaseline
from pm.resources.buckets import Bucket, bucket_edges
from pm.words import Units


@dataclass(frozen=True)
class Point:
    """A period of the S-curve: amounts reached by its end, or by the status date where that is in it; None after that.

    Attributes:
        start: When the period begins.
        planned, earned, spent: Cumulative PV, EV and AC.
        forecast: Spent and still to come, from the status date on; None before.
    """

    start: int
    planned: int
    earned: int | None
    spent: int | None
    forecast: int | None


@dataclass(frozen=True)
class EarnedValue:
    """Earned value of a project at a status date. Rows are those of `Costs`; amounts in minor units.

    Attributes:
        costs: The costs of the plan.
        project: The project.
        number: The baseline that value is planned by.
        status: The status date.
        baseline: What the tasks looked like then, by position.
        bac, pv, ev, ac, remaining: By row, with what is below.
        planned, earned, spent, to_come: The same over time.
        problems: What makes these figures less than certain.
    """

    costs: Costs
    project: Project
    number: int
    status: int
    baseline: dict[int, TaskBaseline]
    bac: Ints
    pv: Ints
    ev: Ints
    ac: Ints
    remaining: Ints
    planned: Flow
    earned: Flow
    spent: Flow
    to_come: Flow
    problems: tuple[Problem, ...]

    @property
    def row(self) -> int:
        """The row of the project."""
        return self.costs.project_row(self.project.id)

    def measures(self, row: int | None = None) -> Measures:
        """Return what can be said of a row; of the project if None."""
        at = self.row if row is None else row
        return Measures(*(int(column[at]) for column in (self.bac, self.pv, self.ev, self.ac, self.remaining)))

    @cached_property
    def day(self) -> int:
        """The working seconds of a day of the project, the period that earned schedule counts in."""
        return Units.of(self.project).day

    def schedule(self, row: int | None = None) -> EarnedSchedule | None:
        """Return the earned schedule of a row (of the project if None) in working days; None where the baseline has no dates.

        Time runs on the project's calendar from the baseline's first start; to the actual finish where the row is done.
        """
        at = self.row if row is None else row
        span = self._span(at)
        if span is None:
            return None
        calendar = self.costs.schedule.calendars.project(self.project.id)
        first, last = (calendar.position(t) for t in span)
        until = min(self.status, self._ended(at) or self.status)
        passed = max(calendar.position(until) - first, 0)
        duration = Fraction(last - first, self.day)
        measures = self.measures(at)
        if measures.ev >= measures.bac:
            earned = duration
        elif not measures.ev:
            earned = Fraction(0)
        else:
            edges = calendar.earliest_of(np.arange(first + self.day, last + self.day, self.day, dtype=np.int64))
            sums = np.cumsum(self._pieces(at).by_bucket(edges)[0])[: len(edges)]
            earned = min(earned_schedule(sums.tolist(), measures.ev), duration)
        return EarnedSchedule(earned, Fraction(passed, self.day), duration, measures.cpi)

    def instant(self, days: Fraction, row: int | None = None) -> int:
        """Return the instant that lies so many working days after the baseline's start."""
        span = self._span(self.row if row is None else row)
        assert span is not None
        calendar = self.costs.schedule.calendars.project(self.project.id)
        return calendar.earliest(calendar.position(span[0]) + int(days * self.day))

    def _rows(self, at: int) -> range:
        """Return the rows of tasks that a row stands for: a branch, or (of this project alone, as `planned` is) all."""
        end = self.costs.plan.outline.end
        return range(at, end[at]) if at < len(end) else range(len(end))

    @cached_property
    def _spans(self) -> dict[int | None, tuple[int, int]]:
        """The first start and the last finish that the baseline holds of every branch, by task id; of the project by None."""
        tasks = self.costs.plan.tasks
        parents, found = tasks.column("parent_id"), dict[int | None, tuple[int, int]]()
        for at in reversed(range(len(tasks))):
            row, key = self.baseline.get(at), tasks.ids[at]
            if row is not None and row.start is not None and row.finish is not None:
                _widen(found, key, (row.start, row.finish))
            if key in found:
                _widen(found, parents[at], found[key])
        return found

    def _span(self, at: int) -> tuple[int, int] | None:
        ids = self.costs.plan.tasks.ids
        return self._spans.get(ids[at] if at < len(ids) else None)

    def _ended(self, at: int) -> int | None:
        """Return when a row was finished, None where it is not."""
        schedule = self.costs.schedule
        if self.ev[at] < self.bac[at] or not self.bac[at]:
            return None
        if at >= len(self.costs.plan.tasks):
            return schedule.project_finish.get(self.project.id)
        return schedule.at(at).finish

    @cached_property
    def _by_task(self) -> Flow:
        return self.planned.where(np.argsort(self.planned.task, kind="stable"))

    def _pieces(self, at: int) -> Flow:
        """Return the planned pieces of a row and what is below it."""
        rows, flow = self._rows(at), self._by_task
        low, high = np.searchsorted(flow.task, [rows.start, rows.stop])
        return flow.where(slice(low, high))

    def curve(self, bucket: Bucket, week_start: int = 0) -> list[Point]:
        """Return the S-curve of the project by period."""
        forecast = joined([self.spent, self.to_come])
        flows = [flow for flow in (self.planned, forecast) if len(flow)]
        if not flows:
            return []
        first = min(self.status, *(int(f.begin.min()) for f in flows))
        last = max(self.status, *(int(f.end.max()) for f in flows))
        edges = bucket_edges(first, last + 1, bucket, week_start)
        planned, earned, spent, whole = (
            np.cumsum(flow.by_bucket(edges)[0])[1:].tolist() for flow in (self.planned, self.earned, self.spent, forecast)
        )
        points = []
        for n, start in enumerate(edges[:-1].tolist()):
            begun, reached = start <= self.status, edges[n + 1] > self.status
            points.append(
                Point(
                    start,
                    planned[n],
                    earned[n] if begun else None,
                    spent[n] if begun else None,
                    whole[n] if reached else None,
                )
            )
        return points


def _widen(spans: dict[int | None, tuple[int, int]], key: int | None, span: tuple[int, int]) -> None:
    known = spans.get(key, span)
    spans[key] = min(known[0], span[0]), max(known[1], span[1])


def compute_earned_value(costs: Costs, project: Project, number: int = 0, status: int | None = None) -> EarnedValue:
    """Return the earned value of a project.

    Planned value lies over the baseline's dates (`planned_flow`), value is earned by the rule of each task (`Earning`), and
    actual cost is what `costs` says was spent; bookings after the status date do not count yet.

    Args:
        costs: The costs of the plan.
        project: The project.
        number: The baseline.
        status: The status date; the project's own if None.

    Raises:
        PlanError: `evm.no_status_date`, there is none; `evm.no_budget`, the baseline holds no costs.
        NotFoundError: `baseline.not_found`.
    """
    at = status if status is not None else project.status_date
    if at is None:
        hint = "pm project edit PLAN status_date=DATE sets it; or add --at DATE"
        raise PlanError("the project has no status date", code="evm.no_status_date", subject=project.code, hint=hint)
    return _Computation(costs, project, number, at).result()


class _Computation:
    def __init__(self, costs: Costs, project: Project, number: int, status: int) -> None:
        self._costs, self._project, self._number, self._status = costs, project, number, status
        self._plan = costs.plan
        self._spans = TaskSpans(costs.schedule)
        self._count = len(self._plan.tasks) + len(self._plan.projects)

    def result(self) -> EarnedValue:
        costs, plan, status = self._costs, self._plan, self._status
        then = task_baselines(plan, self._project, self._number)
        budget = np.zeros(self._count, dtype=np.int64)
        for at, amount in own_budgets(plan, then).items():
            budget[at] = amount
        if not budget.any():
            hint = "give resources a rate or tasks a fixed cost, then take a baseline: pm baseline set PLAN"
            message = f"baseline {self._number} holds no costs to measure value by"
            raise PlanError(message, code="evm.no_budget", subject=self._project.code, hint=hint)
        planned = planned_flow(costs, self._project, self._number, then)
        pv = self._sums(planned, planned.until(status + 1))
        earning = Earning(plan, self._spans, budget, pv)
        ev = np.array([earning.earned(i) for i in range(len(plan.tasks))] + [0] * len(plan.projects), dtype=np.int64)
        spent, later = self._spent()
        to_come = joined([costs.of_project(costs.to_come, self._project.id), later])
        own = (budget, pv, ev, self._sums(spent, spent.amount), self._sums(to_come, to_come.amount))
        budgeted, value, earned, actual, remaining = (costs.rolled_up(column) for column in own)
        problems = [p for p in costs.problems if p.project_id in (None, self._project.id)]
        problems += [*earning.problems(self._project.id), *self._problems(ev, then)]
        return EarnedValue(
            costs,
            self._project,
            self._number,
            status,
            then,
            budgeted,
            value,
            earned,
            actual,
            remaining,
            planned,
            earning.flow(planned, ev.tolist()[: len(plan.tasks)], status),
            spent,
            to_come,
            tuple(problems),
        )

    def _sums(self, flow: Flow, amounts: Ints) -> Ints:
        sums = np.zeros(self._count, dtype=np.int64)
        np.add.at(sums, flow.task, amounts)
        return sums

    def _spent(self) -> tuple[Flow, Flow]:
        """Return what counts as spent by the status date, and what was booked after it.

        The cost of work that is reported as done counts, though its dates may reach beyond the status date.
        """
        costs, status = self._costs, self._status
        bookings, done = (costs.of_project(flow, self._project.id) for flow in (costs.bookings, costs.done))
        late = bookings.begin > status
        done = replace(done, begin=np.minimum(done.begin, status), end=np.minimum(done.end, status))
        return joined([done, bookings.where(~late)]), bookings.where(late)

    def _problems(self, ev: Ints, then: dict[int, TaskBaseline]) -> Iterator[Problem]:
        tasks = self._plan.tasks
        names, owners, finished = (tasks.column(n) for n in ("name", "project_id", "actual_finish"))
        starts = tasks.column("actual_start")
        mine = [i for i, owner in enumerate(owners) if owner == self._project.id]
        ahead = [str(names[i]) for i in mine if any(t is not None and t > self._status for t in (starts[i], finished[i]))]
        if ahead:
            yield Problem("evm.after_status_date", f"reported after the status date: {listed(ahead)}", self._project.id)
        new = [str(names[i]) for i in mine if i not in then and self._costs.own_actual[i] + self._costs.own_remaining[i]]
        if new:
            yield Problem("evm.not_in_baseline", f"cost that the baseline has no budget for: {listed(new)}", self._project.id)
