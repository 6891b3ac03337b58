"""Projects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pm.commands.changes import changeset, checked, free_name, insert, invalid, removal, update
from pm.commands.labels import edit_label, short
from pm.errors import PlanError
from pm.model import STANDARD_WEEK, Change, Changeset, Plan

_CODE = re.compile(r"[^\s/\\#:\x00-\x1f]{1,32}")


def checked_code(plan: Plan, code: str, own_id: int | None = None) -> str:
    """Return a project code that is fit and free.

    Raises:
        InputError: `value.invalid`, it is empty or has spaces or slashes in it.
        PlanError: `project.exists`, another project has it.
    """
    wanted = code.strip()
    if not _CODE.fullmatch(wanted):
        raise invalid("code", "must be 1 to 32 characters without spaces, slashes, # or :", wanted)
    for project_id, other in zip(plan.projects.ids, plan.projects.column("code"), strict=True):
        if other.casefold() == wanted.casefold() and project_id != own_id:
            raise PlanError("a project has that code already", code="project.exists", subject=wanted, hint="take another code")
    return wanted


@dataclass(frozen=True)
class NewProject:
    """Start a project.

    Attributes:
        code: Short unique name, e.g. ``ATLAS``.
        start: Where its schedule begins, an instant.
        values: Other fields of the project. Without `calendar_id` it has its own standard calendar.
    """

    code: str
    name: str
    start: int
    values: Mapping[str, Any] = field(default_factory=dict)

    def changeset(self, plan: Plan) -> Changeset:
        """Return the project and its calendar."""
        code = checked_code(plan, self.code)
        name = free_name(self.name or code, "a project")
        values = checked("projects", {"code": code, "name": name, "start": self.start, **self.values}, name)
        project_id = plan.next_id("projects")
        values["position"] = max(plan.projects.column("position"), default=-1) + 1
        changes: list[Change] = []
        if values.get("calendar_id") is None:
            values["calendar_id"] = calendar_id = plan.next_id("calendars")
            calendar = {"project_id": project_id, "name": "Standard", "uid": 1, "week": STANDARD_WEEK}
            changes.append(insert("calendars", calendar_id, calendar))
        changes.insert(0, insert("projects", project_id, values))
        return changeset(plan, f"New project {short(code)}", changes)


@dataclass(frozen=True)
class EditProject:
    """Set fields of a project."""

    project_id: int
    values: Mapping[str, Any]

    def changeset(self, plan: Plan) -> Changeset:
        """Return the project's changed fields."""
        project = plan.projects[self.project_id]
        called = project.code or project.name
        values = checked("projects", self.values, called)
        if "code" in values:
            values["code"] = checked_code(plan, values["code"], project.id)
        if values.get("schedule_from", project.schedule_from) == "finish" and values.get("finish", project.finish) is None:
            raise invalid("finish", "is needed to schedule from the finish", called)
        label = edit_label(plan, "projects", project.id, called, values)
        return changeset(plan, label, update(plan, "projects", project.id, values))


@dataclass(frozen=True)
class RemoveProject:
    """Remove a project with everything in it."""

    project_id: int

    def changeset(self, plan: Plan) -> Changeset:
        """Return the removal of the project's rows; what belongs to the pool stays."""
        project = plan.projects[self.project_id]
        rows: dict[str, list[int]] = {"projects": [project.id]}
        for name in ("calendars", "resources"):
            owners = plan.tables[name].column("project_id")
            rows[name] = [row_id for row_id, owner in zip(plan.tables[name].ids, owners, strict=True) if owner == project.id]
        return changeset(plan, f"Remove project {short(project.code or project.name)}", removal(plan, rows))
