"""Projects and their baselines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pm.commands.changes import changeset, checked, free_name, insert, invalid, removal, update
from pm.commands.labels import edit_label, short
from pm.errors import NotFoundError, PlanError
from pm.model import STANDARD_WEEK, Change, Changeset, Plan

if TYPE_CHECKING:
    from pm.schedule.result import Schedule

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


def baseline_rows(plan: Plan, project_id: int, number: int) -> dict[str, list[int]]:
    """Return the ids of the rows that make up a baseline, by table."""
    tasks = dict(zip(plan.tasks.ids, plan.tasks.column("project_id"), strict=True))
    owners = dict(zip(plan.assignments.ids, plan.assignments.column("project_id"), strict=True))
    found: dict[str, list[int]] = {}
    for table, key, mine in (("task_baselines", "task_id", tasks), ("assignment_baselines", "assignment_id", owners)):
        rows = plan.tables[table]
        listed = zip(rows.ids, rows.column(key), rows.column("number"), strict=True)
        found[table] = [i for i, owner, n in listed if n == number and mine[owner] == project_id]
    heads = zip(plan.baselines.ids, plan.baselines.column("project_id"), plan.baselines.column("number"), strict=True)
    found["baselines"] = [i for i, owner, n in heads if owner == project_id and n == number]
    return found


@dataclass(frozen=True)
class SetBaseline:
    """Keep the schedule as it is now, to compare with later.

    Attributes:
        number: 0 to 10; 0 is the one compared with unless told otherwise. What it held is replaced.
        taken_at: The instant it is taken at; None where nobody looks at the clock.
        schedule: The plan's schedule where it is known; else it is computed.
    """

    project_id: int
    number: int = 0
    name: str = ""
    taken_at: int | None = None
    schedule: Schedule | None = None

    def changeset(self, plan: Plan) -> Changeset:
        """Return the baseline's rows, and the removal of those it replaces."""
        head = {"project_id": self.project_id, "number": self.number, "name": self.name, "taken_at": self.taken_at}
        head = checked("baselines", head, "baseline")
        schedule = self.schedule
        if schedule is None or schedule.plan is not plan:
            from pm.schedule import compute_schedule

            schedule = compute_schedule(plan)
        changes = removal(plan, baseline_rows(plan, self.project_id, self.number))
        changes.append(insert("baselines", plan.next_id("baselines"), head))
        tasks = plan.tasks
        columns = {n: tasks.column(n) for n in ("project_id", "blank", "work", "cost", "fixed_cost")}
        next_id = plan.next_id("task_baselines")
        for i, task_id in enumerate(tasks.ids):
            if columns["project_id"][i] != self.project_id or columns["blank"][i]:
                continue
            computed = schedule.at(i)
            row = {"task_id": task_id, "number": self.number, "start": computed.start, "finish": computed.finish}
            row |= {"duration": computed.duration, **{n: columns[n][i] for n in ("work", "cost", "fixed_cost")}}
            changes.append(insert("task_baselines", next_id, row))
            next_id += 1
        changes += self._assignments(plan)
        return changeset(plan, f"Set baseline {self.number}{f' {short(self.name)}' if self.name else ''}", changes)

    def _assignments(self, plan: Plan) -> list[Change]:
        rows = plan.assignments
        columns = zip(rows.ids, rows.column("project_id"), rows.column("work"), rows.column("cost"), strict=True)
        mine = [(i, work, cost) for i, owner, work, cost in columns if owner == self.project_id]
        first = plan.next_id("assignment_baselines")
        return [
            insert("assignment_baselines", first + n, {"assignment_id": i, "number": self.number, "work": work, "cost": cost})
            for n, (i, work, cost) in enumerate(mine)
        ]


@dataclass(frozen=True)
class ClearBaseline:
    """Remove a baseline."""

    project_id: int
    number: int

    def changeset(self, plan: Plan) -> Changeset:
        """Return the removal.

        Raises:
            NotFoundError: `baseline.not_found`, there is none with that number.
        """
        rows = baseline_rows(plan, self.project_id, self.number)
        if not any(rows.values()):
            raise NotFoundError(
                f"there is no baseline {self.number}", code="baseline.not_found", hint="list them: pm baseline list"
            )
        return changeset(plan, f"Clear baseline {self.number}", removal(plan, rows))
