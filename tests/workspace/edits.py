"""Small commands, and a plan to do them to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pm.model import STANDARD_WEEK, Change, Changeset, Plan, instant


def sample() -> Plan:
    """Two summaries with three tasks each and a link between the first two; a calendar and two people of the pool."""
    tasks: list[dict[str, Any]] = [
        {"id": 10 * s + c, "project_id": 1, "parent_id": 10 * s if c else None, "position": c or s, "uid": 10 * s + c}
        for s in (1, 2)
        for c in (0, 1, 2, 3)
    ]
    for task in tasks:
        task |= {"name": f"Task {task['uid']}", "duration": 28800 if task["parent_id"] else 0}
    return Plan.from_rows(
        projects=[{"id": 1, "code": "ATLAS", "name": "Atlas", "start": instant("2026-01-05T08:00"), "calendar_id": 1}],
        calendars=[{"id": 1, "name": "Standard", "week": STANDARD_WEEK}],
        resources=[{"id": 1, "name": "Ada"}, {"id": 2, "name": "Ben"}],
        tasks=tasks,
        links=[{"id": 1, "project_id": 1, "predecessor_id": 11, "successor_id": 12}],
        assignments=[{"id": 1, "project_id": 1, "task_id": 11, "resource_id": 1}],
    )


@dataclass(frozen=True)
class Edit:
    """A command that does what a function of the plan says."""

    changes: Callable[[Plan], list[Change]]
    label: str = "Edit"

    def changeset(self, plan: Plan) -> Changeset:
        """Return the changes."""
        return Changeset(self.label, tuple(self.changes(plan)))


@dataclass(frozen=True)
class Meeting:
    """A command that waits until everybody has looked at the plan, so that all of them work from the same revision."""

    command: Edit
    barrier: threading.Barrier

    def changeset(self, plan: Plan) -> Changeset:
        """Return the command's changes, once everybody has seen the plan."""
        made = self.command.changeset(plan)
        self.barrier.wait(timeout=30)
        return made


def set_field(name: str, field: str, value: Any, table: str = "tasks") -> Edit:
    """Set one field of the row called `name`."""

    def changes(plan: Plan) -> list[Change]:
        rows = plan.tables[table]
        row_id = rows.ids[list(rows.column("name")).index(name)]
        return [Change(table, row_id, {field: rows.value(row_id, field)}, {field: value})]

    return Edit(changes, f"Set {field} of {name}")


def add_task(name: str, **values: Any) -> Edit:
    """Add a task at the end of the project."""

    def changes(plan: Plan) -> list[Change]:
        uid = max(plan.tasks.column("uid"), default=0) + 1
        row = {"project_id": plan.projects.ids[0], "name": name, "uid": uid, "position": 1000 + uid, **values}
        return [Change("tasks", plan.next_id("tasks"), None, row)]

    return Edit(changes, f"Add {name}")


def link(before: str, after: str) -> Edit:
    """Link two tasks."""

    def changes(plan: Plan) -> list[Change]:
        a, b = plan.find_task(before), plan.find_task(after)
        row = {"project_id": plan.projects.ids[0], "predecessor_id": a, "successor_id": b}
        return [Change("links", plan.next_id("links"), None, row)]

    return Edit(changes, f"Link {before} to {after}")


def delete_task(name: str) -> Edit:
    """Delete a task with what hangs on it, as far as the plan knows."""

    def changes(plan: Plan) -> list[Change]:
        gone = plan.find_task(name)
        listed = [Change("tasks", gone, plan.tasks.row(gone), None)]
        for table, fields in (("links", ("predecessor_id", "successor_id")), ("assignments", ("task_id",))):
            rows = plan.tables[table]
            hit = {i for f in fields for i, v in zip(rows.ids, rows.column(f), strict=True) if v == gone}
            listed += [Change(table, i, rows.row(i), None) for i in sorted(hit)]
        return listed

    return Edit(changes, f"Delete {name}")


def move_under(name: str, parent: str) -> Edit:
    """Put a task below another."""

    def changes(plan: Plan) -> list[Change]:
        task, above = plan.find_task(name), plan.find_task(parent)
        return [Change("tasks", task, {"parent_id": plan.tasks.value(task, "parent_id")}, {"parent_id": above})]

    return Edit(changes, f"Move {name} under {parent}")
