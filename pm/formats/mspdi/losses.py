"""What of a plan a Microsoft Project XML file cannot hold, said to whoever writes one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from pm.formats.losses import UNHELD, Losses
from pm.formats.mspdi.fields import Role, elements
from pm.formats.mspdi.rowwriter import carried
from pm.formats.mspdi.values import MANDATORY, TENTH
from pm.model import ENTITIES, Plan, fields_of
from pm.model.enums import ActivityType, ConstraintType, LagKind, ProfileName
from pm.model.project import COUNTED
from pm.words import Units

CODE = "mspdi.not_written"

_STRUCTURE = frozenset({"id", "uid", "position", "parent_id", "task_id", "resource_id", "assignment_id", "predecessor_id"})
_STRUCTURE |= {"successor_id", "project_id", "calendar_id", "base_id", "extra"}
_ELSEWHERE: Mapping[str, frozenset[str]] = {
    # Code and profile are of our own making: a file that comes back gets new ones.
    "projects": COUNTED | {"code", "name", "notes", "finish", "critical_slack_limit", "profile"},
    "calendars": frozenset({"week"}),
    "tasks": frozenset({"wbs", "duration", "duration_unit", "custom", "activity_type"})
    | {"secondary_constraint_type", "secondary_constraint_date"},
    "links": frozenset({"lag", "lag_kind", "lag_unit"}),
    "resources": frozenset({"type", "active", "custom"}),
    "assignments": frozenset({"profile", "custom"}),
}
"""Fields that are written in parts, or whose loss is found out elsewhere, of each table that MSPDI has."""

_WORDS = {"task_baselines": "task baseline", "resource_rates": "rate", "availabilities": "availability"}


def _one(table: str) -> str:
    """Return what a row of `table` is called."""
    return _WORDS.get(table) or table.removesuffix("s").replace("_", " ")


def lost_fields(plan: Plan) -> Losses:
    """Return the fields with values that no element stands for, and the rows that have no place at all."""
    lost: Losses = Counter()
    for table, known in _ELSEWHERE.items():
        held = {e.field for e in elements(table).values() if e.role is Role.VALUE} | known | _STRUCTURE
        for name, info in fields_of(ENTITIES[table]).items():
            if name not in held:
                usual: tuple[Any, ...] = (None, info.default, [], {})
                lost[f"{name.replace('_', ' ')} of {{n}} {_one(table)}(s)"] += sum(
                    value not in usual for value in plan.tables[table].column(name)
                )
    for table, words in UNHELD.items():
        lost[words] = len(plan.tables[table])
    _cut_values(plan, lost)
    _of_p6(plan, lost)
    _baselines(plan, lost)
    return +lost


def _cut_values(plan: Plan, lost: Losses) -> None:
    """Find the values that the format holds only roughly."""
    constraints = plan.tasks.column("constraint_type")
    what = "{n} mandatory constraint(s), written as the ordinary ones (Must start on, Must finish on)"
    lost[what] = sum(constraint in MANDATORY for constraint in constraints)
    shares = (LagKind.PERCENT, LagKind.ELAPSED_PERCENT)
    lags = zip(plan.links.column("lag"), plan.links.column("lag_kind"), plan.links.column("extra"), strict=True)
    # What came from a file of this format goes back as it stood there.
    cut = sum(bool(lag % TENTH) and kind not in shares and not _came(extra) for lag, kind, extra in lags)
    for table, name in (("tasks", "levelling_delay"), ("assignments", "delay"), ("assignments", "levelling_delay")):
        delays = zip(plan.tables[table].column(name), plan.tables[table].column("extra"), strict=True)
        cut += sum(bool(delay % TENTH) and not _came(extra) for delay, extra in delays)
    lost["exact length of {n} lag(s) or delay(s), rounded to a tenth of a minute"] = cut
    for project in plan.projects:
        if project.critical_slack_limit % Units.of(project).day:
            lost["critical slack limit of {n} project(s), cut to whole days"] += 1


def _of_p6(plan: Plan, lost: Losses) -> None:
    """Find what only P6 has a word for."""
    kinds = Counter(plan.tasks.column("activity_type"))
    lost["{n} level(s) of effort, written as ordinary task(s)"] = kinds[ActivityType.LEVEL_OF_EFFORT.value]
    lost["{n} activities of the type WBS summary, written as ordinary task(s)"] = kinds[ActivityType.WBS_SUMMARY.value]
    headings = [i for i, kind in enumerate(plan.tasks.column("activity_type")) if kind == ActivityType.HEADING.value]
    lost["{n} empty band(s), written as ordinary task(s)"] = sum(not plan.outline.is_summary(i) for i in headings)
    seconds = plan.tasks.column("secondary_constraint_type")
    lost["{n} secondary constraint(s)"] = sum(kind != ConstraintType.AS_SOON_AS_POSSIBLE.value for kind in seconds)
    profiles = plan.projects.column("profile")
    words = "scheduling rules of P6 in {n} project(s): Microsoft Project schedules by its own"
    lost[words] = sum(profile == ProfileName.PRIMAVERA.value for profile in profiles)


def _came(extra: Any) -> bool:
    return bool(carried({"extra": extra}))


def _baselines(plan: Plan, lost: Losses) -> None:
    used = set(plan.tables["task_baselines"].column("number"))
    for baseline in plan.tables["baselines"]:
        if baseline.number not in used:
            lost["{n} baseline(s) without tasks"] += 1
            continue
        usual = ("", "Baseline", f"Baseline {baseline.number}")
        more = baseline.name not in usual or baseline.taken_at is not None or bool(baseline.notes)
        lost["name, date or notes of {n} baseline(s)"] += more


def field_losses(values: Mapping[tuple[str, str], int]) -> Losses:
    """Return what is lost of custom fields, from how many values of each (table, key) were not written."""
    found: Losses = Counter()
    for (table, key), count in values.items():
        shown = key.replace("{n}", "{ n}").replace("(s)", "( s)")
        of = f"custom field {shown!r} of {table}"
        found[f"{of}, with {{n}} value(s)" if count else of] = max(count, 1)
    return found
