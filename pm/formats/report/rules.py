"""The same plan under other rules: one rule of its scheduling profile changed at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from typing import Any

from pm.model import Plan, SchedulingProfile, scheduling_profile
from pm.model.enums import ConstraintType, LagCalendar, OutOfSequence, SlackRule

_CHOICES: Mapping[str, type[LagCalendar | OutOfSequence | SlackRule]] = {
    "lag_calendar": LagCalendar,
    "out_of_sequence": OutOfSequence,
    "slack_rule": SlackRule,
}

_MUSTS = frozenset(
    {
        ConstraintType.MUST_START_ON,
        ConstraintType.MUST_FINISH_ON,
        ConstraintType.MANDATORY_START,
        ConstraintType.MANDATORY_FINISH,
    }
)


def _any(table: str, name: str) -> Callable[[Plan], bool]:
    return lambda plan: name in plan.tables[table].stored and any(plan.tables[table].column(name))


def _started(plan: Plan) -> bool:
    return _any("tasks", "actual_start")(plan) or _any("tasks", "percent_complete")(plan)


def _external(plan: Plan) -> bool:
    return _any("tasks", "external_early_start")(plan) or _any("tasks", "external_late_finish")(plan)


_MATTERS: Mapping[str, Callable[[Plan], bool]] = {
    "lag_calendar": _any("links", "lag"),
    "start_links_bound_late_dates": lambda plan: any(str(kind)[0] == "S" for kind in plan.links.column("type")),
    "status_date_is_floor": _any("projects", "status_date"),
    "out_of_sequence": _started,
    "finished_tasks_pass_logic": _started,
    "start_lag_from_early_start": _started,
    "musts_are_hard": lambda plan: any(kind in _MUSTS for kind in plan.tasks.column("constraint_type")),
    "expected_finish_rules": _any("tasks", "expected_finish"),
    "duration_decides": _any("assignments", "id"),
    "late_start_by_assignment": _any("assignments", "id"),
    "external_links_count": _external,
    "slack_to_last_project": lambda plan: len(plan.projects) > 1,
    "late_tasks_take_total_slack": lambda plan: ConstraintType.AS_LATE_AS_POSSIBLE in plan.tasks.column("constraint_type"),
    "manual_can_be_critical": _any("tasks", "manual"),
}
"""What a plan must hold for a rule to matter; the others always do."""


def other_rules(plan: Plan) -> Iterator[tuple[str, str, Plan]]:
    """Hand out every rule with another value of it and the plan under that; rules that cannot matter are left out."""
    for field in fields(SchedulingProfile):
        if not _MATTERS.get(field.name, _always)(plan):
            continue
        now = {p.id: getattr(scheduling_profile(p.profile, p.profile_overrides), field.name) for p in plan.projects}
        # Durations that an expected finish replaces are often nonsense: thousands of years.
        choices = (True,) if field.name == "expected_finish_rules" else (False, True)
        for value in _CHOICES.get(field.name, choices):
            if any(value != held for held in now.values()):
                yield field.name, str(value).lower(), _under(plan, field.name, value)


def _under(plan: Plan, name: str, value: Any) -> Plan:
    rows = {p.id: {"profile_overrides": {**(p.profile_overrides or {}), name: value}} for p in plan.projects}
    return Plan({**plan.tables, "projects": plan.projects.changed(rows)})


def _always(_: Plan) -> bool:
    return True
