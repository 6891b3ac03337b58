"""What makes figures of cost and earned value less than certain: said, never hidden."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pm.model import Plan
from pm.model.enums import CostEntryKind

_NAMED = 3


@dataclass(frozen=True)
class Problem:
    """Something to know about the figures; `code` is stable."""

    code: str
    message: str
    project_id: int | None = None


def listed(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are."""
    unique = list(dict.fromkeys(names))
    more = len(unique) - _NAMED
    return ", ".join(unique[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def problems_of(plan: Plan, unpriced: Sequence[int]) -> Iterator[Problem]:
    """Hand out what is odd about the rates, bookings and budget lines of a plan.

    Args:
        plan: The plan.
        unpriced: Positions of assignments with work at no rate.
    """
    by_project: dict[int, list[str]] = {}
    rows = plan.assignments
    for a in unpriced:
        name = str(plan.resources.value(rows.column("resource_id")[a], "name"))
        by_project.setdefault(rows.column("project_id")[a], []).append(name)
    for project_id, names in by_project.items():
        yield Problem("cost.no_rate", f"work at no rate costs nothing: {listed(names)}", project_id)
    below_zero = [r.name for r in plan.resources if min(r.standard_rate, r.overtime_rate, r.cost_per_use) < 0]
    if below_zero:
        yield Problem("cost.negative_rate", f"a rate below zero lowers the cost: {listed(below_zero)}")
    for project in plan.projects:
        yield from _of_bookings(plan, project.id, project.status_date)
        lines = sum(line.amount for line in plan.tables["budget_lines"] if line.project_id == project.id)
        if project.budget is not None and lines > project.budget:
            yield Problem("budget.lines_exceed", "the budget lines add up to more than the project's budget", project.id)


def _of_bookings(plan: Plan, project_id: int, status_date: int | None) -> Iterator[Problem]:
    entries = [e for e in plan.tables["cost_entries"] if e.project_id == project_id and e.kind == CostEntryKind.ACTUAL]
    undated = sum(e.date is None for e in entries)
    if undated:
        yield Problem("cost.no_date", f"booked without a date, counted at the project's start: {undated}", project_id)
    late = sum(e.date is not None and status_date is not None and e.date > status_date for e in entries)
    if late:
        yield Problem("cost.after_status_date", f"booked as spent after the status date: {late}", project_id)
