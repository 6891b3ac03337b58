"""How the undo line names an edit: ``Rename Pour slab to Pour the slab``, ``Duration of Pour slab 3d → 5d``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pm.commands.changes import words
from pm.model import ENTITIES, Kind, Plan, Project, fields_of
from pm.words import value_text

_LONGEST_NAME = 40


def short(name: str) -> str:
    """Return a name short enough for a label."""
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def project_of(plan: Plan, table: str, row_id: int) -> Project | None:
    """Return the project that a row belongs to, or None for the pool."""
    if table == "projects":
        return plan.projects[row_id]
    if "project_id" not in fields_of(ENTITIES[table]):
        return None
    project_id = plan.tables[table].value(row_id, "project_id")
    projects = plan.projects
    return None if project_id not in projects.index else projects[project_id]


def edit_label(plan: Plan, table: str, row_id: int, name: str, values: Mapping[str, Any]) -> str:
    """Return the label of setting `values` of a row that people call `name`.

    The first of the values, if there are any, is the one the user asked for; others that follow from it are not named.
    """
    called = short(name) or f"{ENTITIES[table].__name__.lower()} {row_id}"
    if not values:
        return f"Edit {called}"
    field, value = next(iter(values.items()))
    if field in ("name", "code"):
        return f"Rename {called} to {short(str(value))}" if value else f"Clear the {field} of {called}"
    if field in ("notes", "custom", "hyperlink") or fields_of(ENTITIES[table])[field].kind is Kind.DATA:
        return f"Edit {words(field)} of {called}"
    before = shown(plan, table, row_id, field, plan.tables[table].value(row_id, field))
    return f"{words(field).capitalize()} of {called} {before} → {shown(plan, table, row_id, field, value)}"


def shown(plan: Plan, table: str, row_id: int, field: str, value: Any, style: str = "day", project: Project | None = None) -> str:
    """Return a value of a row as a label shows it, dates in one of `DATE_FORMATS`; ``none`` where there is none.

    `project` is the row's, where the caller knows it already.
    """
    info = fields_of(ENTITIES[table])[field]
    if value is None or value == "":
        return "none"
    if info.kind is Kind.REFERENCE and info.ref is not None:
        rows = plan.tables[info.ref]
        return short(str(rows.value(value, "name"))) if value in rows and "name" in fields_of(ENTITIES[info.ref]) else str(value)
    unit = plan.tables[table].value(row_id, "duration_unit") if table == "tasks" and field == "duration" else "d"
    if info.kind is Kind.WORKTIME and "work" in field:
        unit = "h"
    return short(value_text(info, value, project or project_of(plan, table, row_id), style=style, unit=unit))
