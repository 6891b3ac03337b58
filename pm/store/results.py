"""Computed schedules kept beside the plan they belong to, for readers that do not compute: one blob a column and project.

A result is true for one revision of its project (and of the shared pool); a reader compares before it believes.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from pm.store.database import Database

if TYPE_CHECKING:
    from pm.schedule import Schedule
    from pm.schedule.result import Ints


def save_results(database: Database, schedule: Schedule) -> None:
    """Store the columns of `schedule` for every project in it that still has the revision it was computed from."""
    plan = schedule.plan
    owners = np.asarray(plan.tasks.column("project_id"), dtype=np.int64)
    columns = {"task_id": np.asarray(plan.tasks.ids, dtype=np.int64), **_task_columns(schedule)}
    with database.write() as connection:
        there = dict(connection.rows("SELECT id, revision FROM projects"))
        for project_id, revision in plan.revision.items():
            if there.get(project_id) != revision:
                continue
            rows = owners == project_id
            whole = bool(rows.all())
            connection.run("DELETE FROM results WHERE project_id = ?", (project_id,))
            connection.many(
                "INSERT INTO results (project_id, name, revision, data) VALUES (?, ?, ?, ?)",
                [
                    (project_id, name, revision, (values if whole else values[rows]).astype("<i8").tobytes())
                    for name, values in columns.items()
                ],
            )


def load_results(database: Database, project_id: int) -> tuple[int, dict[str, Ints]] | None:
    """Return the revision that the stored results of a project belong to, and its columns by name; None without any.

    Besides the columns of `Schedule` there is ``task_id``; flags are 0 and 1.
    """
    with database.read() as connection:
        rows = connection.rows("SELECT name, revision, data FROM results WHERE project_id = ?", (project_id,))
    if not rows:
        return None
    return rows[0][1], {name: np.frombuffer(bytes(data), dtype="<i8").astype(np.int64) for name, _, data in rows}


def _task_columns(schedule: Schedule) -> dict[str, Ints]:
    """Return the columns that run parallel to the tasks."""
    found: dict[str, Ints] = {}
    for f in fields(schedule):
        value = getattr(schedule, f.name)
        if isinstance(value, np.ndarray) and f.name != "driving":
            found[f.name] = value.astype(np.int64)
    return found
