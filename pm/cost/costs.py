"""What a plan costs: of every task, branch and project what is spent, still to come and committed, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pm.cost.accounts import Accounts
from pm.cost.flow import NOBODY, Flags, Flow, FlowBuilder, Ints, joined
from pm.cost.pricing import Pricing
from pm.cost.problems import Problem, problems_of
from pm.cost.spans import TaskSpans
from pm.model import CostEntry, Plan, Project
from pm.model.enums import Accrual, CostEntryKind
from pm.resources.timephased import TimePhased, time_phased
from pm.schedule.result import Schedule


@dataclass(frozen=True)
class Costs:
    """The costs of a plan in minor units of each project's currency.

    Rows are the tasks of the plan, then its projects: the row of a project is its whole, with what is booked on no task.

    Attributes:
        schedule: What it was computed from.
        work: Where the work of assignments lies.
        accounts: The accounts of tasks, bookings and budget lines.
        own_actual, own_remaining, own_committed, own_fixed: By row, without what is below it.
        assignment_cost, assignment_actual: By assignment.
        done: What was spent on work, and when: the cost of what is done of tasks that nothing is booked on.
        bookings: What was booked as spent, and when.
        to_come: What is still to come, and when: the cost of the work left, or what is committed where that is more.
        problems: What makes these figures less than certain.
    """

    schedule: Schedule
    work: TimePhased
    accounts: Accounts
    own_actual: Ints
    own_remaining: Ints
    own_committed: Ints
    own_fixed: Ints
    assignment_cost: Ints
    assignment_actual: Ints
    done: Flow
    bookings: Flow
    to_come: Flow
    problems: tuple[Problem, ...]

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.schedule.plan

    def assignment_span(self, assignment: int) -> tuple[int | None, int | None]:
        """Return from when until when the work of an assignment lies; its task's dates where it has no work."""
        first, last = (np.searchsorted(self.work.assignment, assignment, side) for side in ("left", "right"))
        if first < last:
            return int(self.work.start[first]), int(self.work.finish[first:last].max())
        now = self.schedule.at(self.plan.tasks.position(self.plan.assignments.column("task_id")[assignment]))
        return now.start, now.finish

    def project_row(self, project_id: int) -> int:
        """Return the row of a project."""
        return len(self.plan.tasks) + self.plan.projects.position(project_id)

    def rolled_up(self, own: Ints) -> Ints:
        """Return a column of rows with what is below each added to it."""
        plan = self.plan
        count = len(plan.tasks)
        sums = np.concatenate(([0], np.cumsum(own[:count])))
        ends = np.array(plan.outline.end, dtype=np.int64)
        tasks = sums[ends] - sums[:count] if count else own[:0]
        index = {project_id: n for n, project_id in enumerate(plan.projects.ids)}
        owner = np.array([index[i] for i in plan.tasks.column("project_id")], dtype=np.int64)
        projects = own[count:].copy()
        np.add.at(projects, owner, own[:count])
        return np.concatenate([tasks, projects])

    @cached_property
    def actual(self) -> Ints:
        """What is spent, by row, with what is below."""
        return self.rolled_up(self.own_actual)

    @cached_property
    def remaining(self) -> Ints:
        """What is still to come, by row, with what is below."""
        return self.rolled_up(self.own_remaining)

    @cached_property
    def committed(self) -> Ints:
        """What is ordered and not yet spent, by row, with what is below."""
        return self.rolled_up(self.own_committed)

    @cached_property
    def cost(self) -> Ints:
        """What it all comes to (the forecast): spent and still to come."""
        return self.actual + self.remaining

    @cached_property
    def spent(self) -> Flow:
        """What was spent, on work and as booked."""
        return joined([self.done, self.bookings])

    @cached_property
    def flow(self) -> Flow:
        """What is spent and still to come, as one."""
        return joined([self.spent, self.to_come])

    def of_project(self, flow: Flow, project_id: int) -> Flow:
        """Return the pieces of a flow that are a project's."""
        mine: Flags = np.array(
            [i == project_id for i in self.plan.tasks.column("project_id")] + [False] * len(self.plan.projects)
        )
        mine[self.project_row(project_id)] = True
        return flow.where(mine[flow.task])


def compute_costs(schedule: Schedule) -> Costs:
    """Return what a plan costs, by its schedule.

    A task costs what its assignments do (see `Pricing`), and its fixed cost. What is booked on a task as spent takes the place of
    what its work done comes to; what is booked on no task adds to its project.

    Raises:
        ScheduleError: as `time_phased`.
    """
    return _Computation(schedule).result()


class _Computation:
    def __init__(self, schedule: Schedule) -> None:
        self._schedule, self._plan = schedule, schedule.plan
        self._spans = TaskSpans(schedule)
        self._accounts = Accounts(self._plan)
        self._spent, self._to_come = FlowBuilder(), FlowBuilder()
        self._count = len(self._plan.tasks) + len(self._plan.projects)

    def result(self) -> Costs:
        accounts = self._accounts
        work = time_phased(self._schedule)
        pricing = Pricing(work, self._spans, accounts.of_task, self._spent, self._to_come)
        priced = pricing.price()
        fixed = self._fixed()
        committed = self._committed()
        bookings = self._bookings()
        done = self._spent.flow()
        if len(bookings):
            done = done.where(~np.isin(done.task, bookings.task))
        to_come = joined([self._to_come.flow(), self._orders(committed)])
        own_actual, own_remaining = self._sums(done) + self._sums(bookings), self._sums(to_come)
        return Costs(
            self._schedule,
            work,
            accounts,
            own_actual,
            own_remaining,
            committed,
            fixed,
            priced.cost,
            priced.actual,
            done,
            bookings,
            to_come,
            tuple(problems_of(self._plan, priced.unpriced)),
        )

    def _sums(self, flow: Flow) -> Ints:
        sums = np.zeros(self._count, dtype=np.int64)
        np.add.at(sums, flow.task, flow.amount)
        return sums

    def _fixed(self) -> Ints:
        """Add the fixed costs of tasks, when their accrual says; return them by row."""
        tasks, spans = self._plan.tasks, self._spans
        fixed = np.zeros(self._count, dtype=np.int64)
        accruals = tasks.column("fixed_cost_accrual")
        for i, amount in enumerate(tasks.column("fixed_cost")):
            if not amount or not spans.dated(i):
                continue
            fixed[i] = amount
            account = self._accounts.of_task[i]
            if accruals[i] == Accrual.PRORATED:
                for calendar, begin, end, part, done in spans.parts(i, amount):
                    builder = self._spent if done else self._to_come
                    builder.add(part, begin, end, calendar, task=i, account=account)
                continue
            at_start = accruals[i] == Accrual.START
            done = spans.begun(i) if at_start else spans.ended(i)
            at = spans.start(i) if at_start else spans.finish(i)
            (self._spent if done else self._to_come).add(amount, at, at, spans.calendar(i), task=i, account=account)
        return fixed

    def _row(self, task_id: int | None, project_id: int) -> int:
        plan = self._plan
        return plan.tasks.index[task_id] if task_id is not None else len(plan.tasks) + plan.projects.position(project_id)

    def _bookings(self) -> Flow:
        """Return what is booked as spent."""
        builder = FlowBuilder()
        for entry in self._plan.tables["cost_entries"]:
            if entry.kind == CostEntryKind.ACTUAL:
                at = entry.date if entry.date is not None else self._schedule.project_start[entry.project_id]
                self._book(builder, entry, at, entry.amount)
        return builder.flow()

    def _book(self, builder: FlowBuilder, entry: CostEntry, at: int, amount: int) -> None:
        row = self._row(entry.task_id, entry.project_id)
        resource = NOBODY if entry.resource_id is None else self._plan.resources.index[entry.resource_id]
        account = self._accounts.booked(entry.account, row)
        builder.add(amount, at, at, self._schedule.calendars.round_the_clock, task=row, resource=resource, account=account)

    def _committed(self) -> Ints:
        committed = np.zeros(self._count, dtype=np.int64)
        for entry in self._plan.tables["cost_entries"]:
            if entry.kind == CostEntryKind.COMMITTED:
                committed[self._row(entry.task_id, entry.project_id)] += entry.amount
        return committed

    def _orders(self, committed: Ints) -> Flow:
        """Return what is committed beyond the cost of the work left, at the dates of the commitments, the last ones first."""
        remaining = self._sums(self._to_come.flow())
        excess = np.maximum(committed - remaining, 0)
        builder = FlowBuilder()
        entries = [e for e in self._plan.tables["cost_entries"] if e.kind == CostEntryKind.COMMITTED]
        for entry in sorted(entries, key=lambda e: (e.date is None, e.date or 0, e.id), reverse=True):
            row = self._row(entry.task_id, entry.project_id)
            amount = int(min(entry.amount, excess[row]))
            if amount <= 0:
                continue
            excess[row] -= amount
            self._book(builder, entry, self._when(entry.date, entry.task_id, entry.project_id), amount)
        return builder.flow()

    def _when(self, date: int | None, task_id: int | None, project_id: int) -> int:
        if date is not None:
            return date
        if task_id is not None and self._spans.dated(position := self._plan.tasks.position(task_id)):
            return self._spans.finish(position)
        return self._schedule.project_finish[project_id]


def resources_of(costs: Costs, project: Project) -> dict[int, tuple[int, int]]:
    """Return spent and still to come by resource (a position, `NOBODY` for what is no resource's) for one project."""
    found: dict[int, tuple[int, int]] = {}
    flows: Sequence[Flow] = (costs.of_project(costs.spent, project.id), costs.of_project(costs.to_come, project.id))
    for n, flow in enumerate(flows):
        keys, where = np.unique(flow.resource, return_inverse=True)
        sums = np.zeros(len(keys), dtype=np.int64)
        np.add.at(sums, where, flow.amount)
        for key, amount in zip(keys.tolist(), sums.tolist(), strict=True):
            spent, to_come = found.get(key, (0, 0))
            found[key] = (spent + amount, to_come) if n == 0 else (spent, to_come + amount)
    return found
