"""Small plans that the tests of commands start from."""

from __future__ import annotations

from typing import Any

from pm.commands.base import Command
from pm.model import STANDARD_WEEK, Plan, instant

HOUR = 3600
DAY = 8 * HOUR
START = instant("2026-01-05T08:00")


def house() -> Plan:
    """A house: two summaries, five tasks, two links, two people, one assignment with its work."""
    tasks = [
        {"id": 1, "name": "Foundation"},
        {"id": 2, "name": "Dig", "parent_id": 1, "duration": 2 * DAY},
        {"id": 3, "name": "Pour slab", "parent_id": 1, "position": 1024, "duration": 3 * DAY, "work": 3 * DAY},
        {"id": 4, "name": "Walls", "position": 1024},
        {"id": 5, "name": "Frame", "parent_id": 4, "duration": 4 * DAY},
        {"id": 6, "name": "Roof", "parent_id": 4, "position": 1024, "duration": 2 * DAY},
        {"id": 7, "name": "Hand over", "position": 2048, "milestone": True},
    ]
    return Plan.from_rows(
        projects=[{"id": 1, "code": "HOUSE", "name": "House", "start": START, "calendar_id": 1}],
        calendars=[{"id": 1, "name": "Standard", "project_id": 1, "week": STANDARD_WEEK}],
        tasks=[{"project_id": 1, "uid": row["id"], **row} for row in tasks],
        links=[
            {"id": 1, "project_id": 1, "predecessor_id": 2, "successor_id": 3},
            {"id": 2, "project_id": 1, "predecessor_id": 3, "successor_id": 5, "type": "SS", "lag": DAY},
        ],
        resources=[
            {"id": 1, "project_id": 1, "uid": 1, "name": "Ann", "initials": "A"},
            {"id": 2, "project_id": 1, "uid": 2, "name": "Bob", "max_units": 5000},
            {"id": 3, "project_id": 1, "uid": 3, "name": "Concrete", "type": "material"},
        ],
        assignments=[{"id": 1, "project_id": 1, "task_id": 3, "resource_id": 1, "work": 3 * DAY, "remaining_work": 3 * DAY}],
    )


def rows_of(plan: Plan) -> dict[tuple[str, int], dict[str, Any]]:
    """Return every row of a plan; rows other than tasks have no order, and one that comes back stands last."""
    return {(name, row_id): table.row(row_id) for name, table in plan.tables.items() for row_id in table.ids}


def done(plan: Plan, command: Command) -> Plan:
    """Return the plan after a command, having checked that the changeset's inverse takes it back."""
    changeset = command.changeset(plan)
    after = plan.apply(changeset)
    assert rows_of(after.apply(changeset.inverse())) == rows_of(plan)
    assert changeset.base_revision == plan.revision
    return after
