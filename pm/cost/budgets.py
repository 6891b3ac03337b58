"""Budgets beside costs: for each account what is set aside, spent, committed and still to come, and when it runs out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pm.cost.costs import Costs
from pm.cost.flow import Flow, FlowBuilder
from pm.model import BudgetLine, Project
from pm.model.enums import Contour, CostEntryKind
from pm.resources.buckets import Bucket, bucket_edges


@dataclass(frozen=True)
class AccountStatus:
    """An account of a project, or the project as a whole; amounts in minor units.

    Attributes:
        account: Its name; empty for what has none.
        kinds: ``capex``, ``opex``, as its budget lines say.
        budget: What is set aside; None where nothing was.
        spent, to_come: What is spent, and what is still to come.
        committed: What is ordered and not yet spent.
        breach: The first day on which more than the budget will be spent; None where that never is.
    """

    account: str
    kinds: tuple[str, ...]
    budget: int | None
    spent: int
    committed: int
    to_come: int
    breach: int | None

    @property
    def forecast(self) -> int:
        """What it comes to in the end."""
        return self.spent + self.to_come

    @property
    def left(self) -> int | None:
        """What will be left of the budget; negative where it is not enough."""
        return None if self.budget is None else self.budget - self.forecast


def budget_lines(costs: Costs, project: Project) -> list[BudgetLine]:
    """Return the budget lines of a project."""
    return [line for line in costs.plan.tables["budget_lines"] if line.project_id == project.id]


def budget_flow(costs: Costs, project: Project) -> Flow:
    """Return the budget of a project over time: each line over its period on the project's calendar, shaped by its spread.

    A line without a period lasts as long as the project.
    """
    builder = FlowBuilder()
    schedule = costs.schedule
    calendar = schedule.calendars.project(project.id)
    for line in budget_lines(costs, project):
        row = costs.project_row(project.id) if line.task_id is None else costs.plan.tasks.position(line.task_id)
        begin, end = line.period_start, line.period_finish
        if begin is None:
            begin = schedule.project_start[project.id] if end is None else min(schedule.project_start[project.id], end)
        if end is None:
            end = max(schedule.project_finish[project.id], begin)
        account = costs.accounts.booked(line.account, row)
        builder.spread(line.amount, begin, end, calendar, Contour(line.spread), task=row, account=account)
    return builder.flow()


def budget_status(costs: Costs, project: Project) -> tuple[list[AccountStatus], AccountStatus]:
    """Return the accounts of a project that money is set aside for or spent on, by name, and the project as a whole.

    The budget of the whole is the project's own, else the sum of its lines.
    """
    accounts = costs.accounts
    budget = budget_flow(costs, project)
    spent, to_come = (costs.of_project(flow, project.id) for flow in (costs.spent, costs.to_come))
    lines = budget_lines(costs, project)
    kinds: dict[int, set[str]] = {}
    for line in lines:
        row = costs.project_row(project.id) if line.task_id is None else costs.plan.tasks.position(line.task_id)
        kinds.setdefault(accounts.booked(line.account, row), set()).add(str(line.kind))
    committed = dict(_committed(costs, project))
    used = sorted({*np.unique(np.concatenate([f.account for f in (budget, spent, to_come)])).tolist(), *committed, *kinds})
    found = []
    for account in used:
        mine = [flow.where(flow.account == account) for flow in (budget, spent, to_come)]
        limit = mine[0].total if account in kinds else None
        found.append(
            AccountStatus(
                accounts.names[account],
                tuple(sorted(kinds.get(account, ()))),
                limit,
                mine[1].total,
                committed.get(account, 0),
                mine[2].total,
                breach_day(limit, mine[1], mine[2]),
            )
        )
    found.sort(key=lambda s: (not s.account, s.account.casefold()))
    limit = project.budget if project.budget is not None else (budget.total if lines else None)
    all_kinds = tuple(sorted(set().union(*kinds.values()))) if kinds else ()
    day = breach_day(limit, spent, to_come)
    whole = AccountStatus("", all_kinds, limit, spent.total, sum(committed.values()), to_come.total, day)
    return found, whole


def _committed(costs: Costs, project: Project) -> Iterator[tuple[int, int]]:
    sums: dict[int, int] = {}
    for entry in costs.plan.tables["cost_entries"]:
        if entry.project_id == project.id and entry.kind == CostEntryKind.COMMITTED:
            row = costs.project_row(project.id) if entry.task_id is None else costs.plan.tasks.position(entry.task_id)
            account = costs.accounts.booked(entry.account, row)
            sums[account] = sums.get(account, 0) + entry.amount
    yield from sums.items()


def breach_day(limit: int | None, *flows: Flow) -> int | None:
    """Return the first day on which flows come to more than `limit`, as the instant of its midnight; None if never."""
    some = [flow for flow in flows if len(flow)]
    if limit is None or not some:
        return None
    edges = bucket_edges(min(int(f.begin.min()) for f in some), max(int(f.end.max()) for f in some) + 1, Bucket.DAY)
    reached = np.cumsum(sum(flow.by_bucket(edges)[0] for flow in some))
    over = np.flatnonzero(reached > limit)
    return int(edges[over[0] - 1]) if len(over) else None


__all__ = ["AccountStatus", "breach_day", "budget_flow", "budget_lines", "budget_status"]
