"""What of a plan a P6 file cannot hold."""

from __future__ import annotations

from typing import Any

from pm.formats.losses import UNHELD, Losses
from pm.formats.primavera.encoding import profile_of
from pm.formats.primavera.options import OPTIONS
from pm.model import ENTITIES, PROFILES, Plan, fields_of
from pm.model.enums import ProfileName

WRITTEN = frozenset({"lag_calendar", "out_of_sequence", "longest_path_critical", *(name for name, _ in OPTIONS.values())})
"""The rules of a profile that P6 has an option for."""
LOST: dict[str, tuple[str, ...]] = {
    "projects": (
        "title", "manager", "author", "company", "multiple_critical_paths", "budget", "portfolio_id",
    ),
    "tasks": (
        "account", "fixed_cost_accrual", "hyperlink", "effort_driven", "estimated", "recurring", "budget",
    ),
    "resources": ("allowed_load", "team", "group", "accrual", "cost_per_use", "generic", "overtime_rate"),
    "assignments": ("contour", "levelling_delay", "notes", "stop", "resume"),
}  # fmt: skip
"""Fields that P6's files have no place for."""
TABLES = {"task_baselines": "{n} task baseline(s)", **UNHELD}


def lost_fields(plan: Plan) -> Losses:
    """Return how often each thing that has no place in P6's tables has a value, in words."""
    lost: Losses = Losses()
    for table, names in LOST.items():
        fields = fields_of(ENTITIES[table])
        for name in names:
            usual: tuple[Any, ...] = (None, fields[name].default, [], {})
            held = plan.tables[table]
            if name in held.stored:
                word = table.removesuffix("s")
                lost[f"{name.replace('_', ' ')} of {{n}} {word}(s)"] += sum(v not in usual for v in held.column(name))
    for table, words in TABLES.items():
        lost[words] += len(plan.tables[table])
    _rules(plan, lost)
    return +lost


def _rules(plan: Plan, lost: Losses) -> None:
    """Name the rules of scheduling that P6 has no option for, where they are not P6's own."""
    own = PROFILES[ProfileName.PRIMAVERA]
    for project in plan.projects:
        row = {"profile": project.profile, "profile_overrides": project.profile_overrides}
        profile = profile_of(row)
        other = [n for n in profile.__dataclass_fields__ if n not in WRITTEN and getattr(profile, n) != getattr(own, n)]
        if other:
            lost["scheduling rules of {n} project(s) that P6 has no option for: it schedules by its own"] += 1
