"""Small plans with costs in them, and random ones."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from pm.cost.costs import Costs, compute_costs
from pm.model import STANDARD_WEEK, Plan, instant
from pm.model.enums import Contour
from pm.schedule import compute_schedule

HOUR = 3600
DAY = 8 * HOUR
MONDAY = instant("2026-01-05T08:00")


def day(number: int, hour: int = 8) -> int:
    """Return an hour of January 2026; the 5th is a Monday."""
    return instant(f"2026-01-{number:02}T{hour:02}:00")


def plan_of(tasks: list[dict[str, Any]], project: dict[str, Any] | None = None, **rows: list[dict[str, Any]]) -> Plan:
    """Return a plan on the standard calendar; tasks are numbered from 1, in the order given, other rows likewise."""
    numbered = [
        {"id": n, "uid": n, "project_id": 1, "position": n, "name": f"Task {n}", **row} for n, row in enumerate(tasks, start=1)
    ]
    tables = {name: [{"id": n, **row} for n, row in enumerate(listed, start=1)] for name, listed in rows.items()}
    for row in tables.get("assignments", ()):
        row.setdefault("project_id", 1)
    for name in ("budget_lines", "cost_entries", "baselines"):
        for row in tables.get(name, ()):
            row.setdefault("project_id", 1)
    for n, row in enumerate(tables.get("resources", ()), start=1):
        row.setdefault("name", f"R{n}")
    return Plan.from_rows(
        projects=[{"id": 1, "code": "P", "name": "Project", "start": MONDAY, "calendar_id": 1, **(project or {})}],
        calendars=[{"id": 1, "name": "Standard", "project_id": 1, "week": STANDARD_WEEK}],
        tasks=numbered,
        **tables,
    )


def costs_of(plan: Plan) -> Costs:
    """Return the costs of a plan."""
    return compute_costs(compute_schedule(plan))


_money = st.integers(0, 10**7)
_accrual = st.sampled_from(["start", "prorated", "end"])
_rate = st.integers(0, 2_000_000)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A plan of two branches with progress, resources of all kinds, dated rates, overtime, fixed costs, bookings and budgets."""
    tasks: list[dict[str, Any]] = [{"fixed_cost": draw(_money), "fixed_cost_accrual": draw(_accrual)} for _ in range(2)]
    assignments: list[dict[str, Any]] = []
    for n in range(draw(st.integers(1, 6))):
        percent = draw(st.sampled_from([0, 0, 3300, 5000, 10000]))
        length = draw(st.integers(0, 12)) * DAY
        row: dict[str, Any] = {"parent_id": 1 + n % 2, "duration": length, "percent_complete": percent}
        row |= {"fixed_cost": draw(_money), "fixed_cost_accrual": draw(_accrual)}
        if percent:
            row["actual_start"] = MONDAY + n * 86400
        if percent == 10000:
            row["actual_finish"] = MONDAY + n * 86400 + length
        tasks.append(row)
        for resource in draw(st.sets(st.integers(1, 4), max_size=3)):
            units = draw(st.sampled_from([2500, 10000, 20000]))
            work = length * units // 10000 if resource < 3 else 0
            own: dict[str, Any] = {"task_id": len(tasks), "resource_id": resource, "units": units, "work": work}
            own["actual_work"] = work * percent // 10000
            own["overtime_work"] = draw(st.sampled_from([0, 0, work // 3]))
            own["rate_table"] = draw(st.sampled_from(["A", "A", "B"]))
            own["contour"] = draw(st.sampled_from(["flat", "flat", "bell", "front_loaded"]))
            own["cost"] = draw(_money) if resource == 4 else 0
            assignments.append(own)
    resources = [
        {"type": kind, "standard_rate": draw(_rate), "overtime_rate": draw(_rate), "cost_per_use": draw(_money) // 100}
        | {"accrual": draw(_accrual)}
        for kind in ("work", "work", "material", "cost")
    ]
    rates = [
        {
            "resource_id": 1,
            "table": draw(st.sampled_from(["A", "B"])),
            "start": MONDAY + n * 5 * 86400,
            "standard_rate": draw(_rate),
        }
        for n in range(draw(st.integers(0, 3)))
    ]
    task = st.one_of(st.none(), st.integers(1, len(tasks)))
    entries = [
        {"task_id": draw(task), "kind": draw(st.sampled_from(["actual", "committed"])), "amount": draw(_money)}
        | {"date": MONDAY + draw(st.integers(0, 40)) * 86400, "account": draw(st.sampled_from(["", "Labour", "Fees"]))}
        for _ in range(draw(st.integers(0, 4)))
    ]
    lines = [
        {"task_id": draw(task), "amount": draw(_money), "account": draw(st.sampled_from(["", "Labour", "Fees"]))}
        | {"spread": draw(st.sampled_from([c.value for c in Contour if c is not Contour.EDITED]))}
        for _ in range(draw(st.integers(0, 3)))
    ]
    tables = {"assignments": assignments, "resources": resources, "resource_rates": rates}
    return plan_of(tasks, None, **tables, cost_entries=entries, budget_lines=lines)
