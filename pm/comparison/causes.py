"""What a change of a plan is a change of: the causes that a moved finish is attributed to, in the order they are applied."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any

from pm.model import Change, Plan


class Cause(StrEnum):
    """What changed, in the order in which changes are attributed."""

    PROJECT = "project"
    """Start, direction and options of the project."""
    CALENDARS = "calendars"
    """Working times, and who follows which calendar."""
    SCOPE = "scope"
    """Tasks added, removed, moved in the outline, made active or inactive; added and removed ones with their links."""
    LOGIC = "links"
    """Links between tasks that both plans have."""
    DURATIONS = "durations"
    """Durations and work."""
    CONSTRAINTS = "constraints"
    """Constraints, deadlines and dates that other projects ask for."""
    RESOURCES = "resources"
    """Resources, and who is assigned to what."""
    PROGRESS = "progress"
    """What has been done, and the status date."""
    LEVELLING = "levelling"
    """Levelling delays and priorities."""
    MANUAL = "manual"
    """Dates that tasks keep because somebody typed them."""
    OTHER = "other"
    """Names, notes, costs and whatever else decides no date."""


_TASKS = {
    Cause.CALENDARS: "calendar_id ignore_resource_calendars",
    Cause.SCOPE: "project_id parent_id position active blank external external_project",
    Cause.DURATIONS: "duration duration_unit estimated work type effort_driven activity_type milestone splits recurring",
    Cause.CONSTRAINTS: "constraint_type constraint_date secondary_constraint_type secondary_constraint_date "
    "external_early_start external_late_finish expected_finish deadline",
    Cause.PROGRESS: "percent_type percent_complete percent_work_complete physical_percent_complete actual_start actual_finish "
    "actual_duration actual_work remaining_duration remaining_work stop resume",
    Cause.LEVELLING: "levelling_delay priority level_assignments levelling_can_split",
    Cause.MANUAL: "manual manual_start manual_finish manual_duration",
}
_PROJECTS = {
    Cause.PROJECT: "start finish schedule_from must_finish_by minutes_per_day minutes_per_week days_per_month week_start_day "
    "default_start default_finish critical_slack_limit multiple_critical_paths honor_constraints profile profile_overrides",
    Cause.CALENDARS: "calendar_id",
    Cause.PROGRESS: "status_date",
}
_ASSIGNMENTS = {
    Cause.SCOPE: "project_id",
    Cause.DURATIONS: "work contour profile",
    Cause.RESOURCES: "task_id resource_id units delay drives overtime_work",
    Cause.PROGRESS: "percent_work_complete actual_start actual_finish stop resume actual_work remaining_work",
    Cause.LEVELLING: "levelling_delay",
}
_RESOURCES = {Cause.CALENDARS: "calendar_id", Cause.RESOURCES: "project_id type max_units can_level generic active blank"}
_LINKS = {Cause.LOGIC: "project_id predecessor_id successor_id type lag lag_kind lag_unit"}
_WHOLE = {
    "calendars": Cause.CALENDARS,
    "calendar_exceptions": Cause.CALENDARS,
    "work_weeks": Cause.CALENDARS,
    "availabilities": Cause.RESOURCES,
}
CAUSES: Mapping[str, Mapping[str, Cause]] = {
    table: {field: cause for cause, names in listed.items() for field in names.split()}
    for table, listed in (
        ("tasks", _TASKS),
        ("projects", _PROJECTS),
        ("assignments", _ASSIGNMENTS),
        ("resources", _RESOURCES),
        ("links", _LINKS),
    )
}
"""The cause that a field of a table is part of; what is not here, and in no table of `_WHOLE`, decides no date."""

_FORECASTS = frozenset({"tasks", "assignments"})
_REMAINING = frozenset({"remaining_duration", "remaining_work"})


def cause_of(table: str, field: str) -> Cause:
    """Return the cause that a change of a field is part of."""
    return _WHOLE.get(table) or CAUSES.get(table, {}).get(field, Cause.OTHER)


class Sorter:
    """Sorts the changes between two plans by cause.

    Args:
        before, after: The plans; rows with the same id are the same row.
    """

    def __init__(self, before: Plan, after: Plan) -> None:
        self._plans = (before, after)
        self._common = before.tasks.index.keys() & after.tasks.index.keys()

    def sort(self, changes: Iterable[Change]) -> dict[Cause, list[Change]]:
        """Return the changes by cause, each update cut into the parts that belong to different causes."""
        found: dict[Cause, list[Change]] = {cause: [] for cause in Cause}
        for change in changes:
            if change.before is None or change.after is None:
                found[self._of_row(change)].append(change)
                continue
            parts: dict[Cause, list[str]] = {}
            begun = self._begun(change)
            for name in change.after:
                cause = cause_of(change.table, name)
                if name in _REMAINING and not begun:
                    # Nothing is done: what remains is the whole, and changes with it.
                    cause = Cause.DURATIONS
                parts.setdefault(cause, []).append(name)
            for cause, names in parts.items():
                cut = ({n: values[n] for n in names} for values in (change.before, change.after))
                found[cause].append(Change(change.table, change.id, *cut))
        return {cause: listed for cause, listed in found.items() if listed}

    def _begun(self, change: Change) -> bool:
        if change.table not in _FORECASTS:
            return True
        names = ("actual_start", "percent_work_complete", *(("percent_complete",) if change.table == "tasks" else ()))
        return any(plan.tables[change.table].value(change.id, name) for plan in self._plans for name in names)

    def _of_row(self, change: Change) -> Cause:
        """Return the cause of a row that is added or removed; what hangs on such a task comes and goes with it."""
        row: Mapping[str, Any] = change.after or change.before or {}
        ends = [row[name] for name in ("task_id", "predecessor_id", "successor_id") if name in row]
        if change.table in ("links", "assignments") and not self._common.issuperset(ends):
            return Cause.SCOPE
        return _ROWS.get(change.table, Cause.OTHER)


_ROWS: Mapping[str, Cause] = _WHOLE | {
    "projects": Cause.PROJECT,
    "tasks": Cause.SCOPE,
    "links": Cause.LOGIC,
    "resources": Cause.RESOURCES,
    "assignments": Cause.RESOURCES,
}

Subject = tuple[str, int]
"""The row that a change is told of: table and id. A link is told of with its successor, an assignment with its task."""

_OWNERS: Mapping[str, tuple[str, str]] = {
    "links": ("tasks", "successor_id"),
    "assignments": ("tasks", "task_id"),
    "calendar_exceptions": ("calendars", "calendar_id"),
    "work_weeks": ("calendars", "calendar_id"),
    "availabilities": ("resources", "resource_id"),
    "resource_rates": ("resources", "resource_id"),
}


def subject_finder(before: Plan, after: Plan) -> Callable[[Change], Subject]:
    """Return the function from a change between the plans to the row it is told of.

    A link of a task that only one of the plans has is told of with that task; of two such with the later one.
    """
    common = before.tasks.index.keys() & after.tasks.index.keys()

    def subject(change: Change) -> Subject:
        if change.table not in _OWNERS:
            return change.table, change.id
        table, name = _OWNERS[change.table]
        plan = before if change.after is None else after
        rows = plan.tables[change.table]
        owner = rows.value(change.id, name)
        if change.table == "links":
            alone = {owner, rows.value(change.id, "predecessor_id")} - common
            owner = max(alone, key=plan.tasks.position, default=owner)
        return table, owner

    return subject


__all__ = ["CAUSES", "Cause", "Sorter", "Subject", "cause_of", "subject_finder"]
