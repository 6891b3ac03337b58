"""One order and one numbering for what files hold, so that equal plans give equal bytes whatever ids a database gave them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pm.model import ENTITIES, Plan, Table, fields_of

POSITION_STEP = 1000
"""Distance between siblings, so that a row can be put between two others without moving them."""

FILE_LEAVES_OUT: Mapping[str, frozenset[str]] = {"projects": frozenset({"revision"})}
"""What belongs to the database that holds a plan, not to the plan."""

_OWNERS: Mapping[str, tuple[str, ...]] = {
    "calendars": ("project_id",),
    "calendar_exceptions": ("calendar_id",),
    "work_weeks": ("calendar_id",),
    "resources": ("project_id",),
    "availabilities": ("resource_id",),
    "resource_rates": ("resource_id",),
    "links": ("successor_id",),
    "assignments": ("task_id",),
    "baselines": ("project_id",),
    "task_baselines": ("task_id",),
    "assignment_baselines": ("assignment_id",),
    "resource_baselines": ("resource_id",),
    "custom_fields": ("project_id",),
    "budget_lines": ("project_id",),
    "cost_entries": ("project_id",),
    "earned_value_rules": ("task_id",),
    "estimates": ("task_id",),
    "correlation_groups": ("project_id",),
    "branch_options": ("project_id",),
    "risks": ("project_id",),
    "risk_impacts": ("risk_id",),
    "check_rules": ("project_id",),
}
"""The row that a row is written under."""

_SIBLINGS: Mapping[str, tuple[str, ...]] = {
    "Portfolio": ("parent_id",),
    "Project": (),
    "CalendarException": ("calendar_id",),
    "WorkWeek": ("calendar_id",),
    "Resource": ("project_id",),
    "Task": ("project_id", "parent_id"),
    "Risk": ("project_id",),
    "CheckRule": ("project_id",),
}
"""The fields that rows ordered against each other have in common."""


def decimals(currency_digits: int) -> int:
    """Return how many decimals amounts are written with, whatever a plan claims its currency has."""
    return min(max(currency_digits, 0), 9)


def money_digits(plan: Plan, table: str) -> list[int]:
    """Return the decimals of the currency of every row of `table`.

    It is the currency of the row's project; rows of the shared pool take what all projects agree on, else two.
    """
    rows = plan.tables[table]
    own = [decimals(d) for d in plan.projects.column("currency_digits")]
    shared = own[0] if len(set(own)) == 1 else 2
    if len(set(own)) <= 1:
        return [shared] * len(rows)
    if table == "projects":
        return own
    fields = fields_of(ENTITIES[table])
    for name in ("project_id", *_OWNERS.get(table, ())):
        ref = fields[name].ref if name in fields else None
        if ref is not None:
            digits, index = money_digits(plan, ref), plan.tables[ref].index
            return [shared if value is None else digits[index[value]] for value in rows.column(name)]
    return [shared] * len(rows)


def normalised(plan: Plan) -> Plan:
    """Return `plan` as files hold it.

    Rows stand under their owners in the owners' order (shared ones first), ids count from 1 in every table, positions
    are even steps, and what only the database knows (`FILE_LEAVES_OUT`) has its default. Two plans that say the same
    are equal after this; it does nothing to what it returned.

    Raises:
        PlanError: `plan.dangling`, a row refers to nothing.
    """
    plan.check_references()
    ranks: dict[str, dict[int | None, int]] = {}
    tables: dict[str, Table[Any]] = {}
    for name in ENTITIES:
        table = plan.tables[name]
        order = _order(name, table, ranks)
        if order != list(range(len(order))):
            table = table.reordered(order)
        ranks[name] = {row_id: i for i, row_id in enumerate(table.ids, 1)}
        ranks[name][None] = 0
        tables[name] = table
    return Plan({name: _renumbered(name, table, ranks) for name, table in tables.items()})


def _order(name: str, table: Table[Any], ranks: Mapping[str, Mapping[int | None, int]]) -> list[int]:
    """Return the positions of the rows in canonical order."""
    everyone = list(range(len(table)))
    fields = fields_of(ENTITIES[name])
    if name == "tasks":
        return everyone
    keys: list[Sequence[Any]] = []
    for owner in _OWNERS.get(name, ()):
        ref = fields[owner].ref
        rank = ranks[ref or name]
        keys.append([rank[value] for value in table.column(owner)])
    if "position" in fields:
        keys.append(table.column("position"))
    if name in ("projects", "portfolios") or name.endswith("baselines"):
        keys.append(table.column("number") if "number" in fields else table.ids)
    if not keys:
        return everyone
    return sorted(everyone, key=lambda i: tuple(k[i] for k in keys))


def _renumbered(name: str, table: Table[Any], ranks: Mapping[str, Mapping[int | None, int]]) -> Table[Any]:
    """Return the table with dense ids, references that follow them, and even positions."""
    columns: dict[str, Sequence[Any]] = {"id": list(range(1, len(table) + 1))}
    left_out = FILE_LEAVES_OUT.get(name, frozenset())
    for f in fields_of(ENTITIES[name]).values():
        if f.name == "id" or f.name in left_out or (f.name not in table.stored and f.name != "position"):
            continue
        values = table.column(f.name)
        if f.ref is not None:
            rank = ranks[f.ref]
            values = [None if v is None else rank[v] for v in values]
        elif f.name == "position":
            values = _even_positions(table)
        columns[f.name] = values
    return Table(table.model, columns)


def _even_positions(table: Table[Any]) -> list[int]:
    groups = [table.column(n) for n in _SIBLINGS[table.model.__name__]]
    counts: dict[tuple[Any, ...], int] = {}
    positions = []
    for i in range(len(table)):
        key = tuple(g[i] for g in groups)
        positions.append(counts.get(key, 0) * POSITION_STEP)
        counts[key] = counts.get(key, 0) + 1
    return positions
