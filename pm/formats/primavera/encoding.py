"""Rows of a plan as rows of P6's tables: the columns that hold something of ours."""

from __future__ import annotations

from typing import Any

from pm.formats.primavera.clndr_data import Hours, write_hours
from pm.formats.primavera.fields import (
    ACTIVITY_TYPES,
    ASSIGNMENT,
    CONSTRAINTS,
    LINK,
    PROJECT,
    RESOURCE,
    RESOURCE_TYPES,
    TASK,
    WBS,
    Columns,
)
from pm.formats.primavera.options import LAG_CALENDARS, OPTIONS, PATHS, SLACK_RULES
from pm.formats.primavera.pool import RATE_COLUMNS
from pm.formats.primavera.values import DATE, FLAG, HOURS, RATE, TEXT, UNITS
from pm.formats.primavera.writing import Row, Writing
from pm.model import SchedulingProfile, scheduling_profile
from pm.model.enums import ActivityType, ConstraintType, OutOfSequence, ResourceType
from pm.model.kinds import FULL, HOUR, MINUTE

Texts = dict[str, str]
LENGTHS = {
    "task_code": 40, "task_name": 120, "wbs_short_name": 40, "wbs_name": 100, "rsrc_name": 100, "rsrc_short_name": 40,
    "proj_short_name": 40, "clndr_name": 255,
}  # fmt: skip
"""Characters that P6's columns hold at most."""
ZERO = "0"


def columns(writing: Writing, listed: Columns, row: Row) -> Texts:
    """Return the columns of a row that a codec alone writes."""
    found = {c: "" if row[name] is None else codec.encode(row[name]) for c, (name, codec) in listed.items()}
    for column in LENGTHS.keys() & found.keys():
        found[column] = short(writing, column, found[column], row)
    return found


def short(writing: Writing, column: str, text: str, row: Row) -> str:
    """Return a text as long as P6 takes it; what a P6 file has itself is left alone."""
    if len(text) <= LENGTHS[column] or writing.comes_from_file(row):
        return text
    writing.losses["end of {n} name(s) or code(s) longer than P6 takes"] += 1
    return text[: LENGTHS[column]]


def profile_of(row: Row) -> SchedulingProfile:
    """Return the rules a project is scheduled by."""
    return scheduling_profile(row["profile"], row["profile_overrides"])


def project(writing: Writing, row: Row) -> Texts:
    """Return PROJECT's columns."""
    found = columns(writing, PROJECT, row)
    found["proj_id"] = writing.number("PROJECT", row["id"])
    found["clndr_id"] = writing.number("CALENDAR", row["calendar_id"])
    found["last_recalc_date"] = found["last_recalc_date"] or found["plan_start_date"]
    found["critical_path_type"] = PATHS.encode(profile_of(row).longest_path_critical)
    return found


def options(writing: Writing, row: Row, number: int) -> Texts:
    """Return SCHEDOPTIONS' columns for a project; `number` is what the row gets where it has none."""
    profile = profile_of(row)
    found = {c: codec.encode(getattr(profile, name)) for c, (name, codec) in OPTIONS.items()}
    found["sched_float_type"] = SLACK_RULES.encode(profile.slack_rule)
    found["sched_calendar_on_relationship_lag"] = LAG_CALENDARS.encode(profile.lag_calendar)
    found["sched_progress_override"] = FLAG.encode(profile.out_of_sequence is OutOfSequence.PROGRESS_OVERRIDE)
    found["sched_retained_logic"] = FLAG.encode(profile.out_of_sequence is OutOfSequence.RETAINED_LOGIC)
    return found | {"schedoptions_id": str(number), "proj_id": writing.number("PROJECT", row["id"])}


def calendar(writing: Writing, row: Row, hours: Hours | None, kind: str, default: bool) -> Texts:
    """Return CALENDAR's columns; without `hours` it takes those of its base.

    What kind of calendar it is, and what a day of it is when durations are shown, is the file's where it comes from one.
    """
    found = {
        "clndr_id": writing.number("CALENDAR", row["id"]),
        "clndr_name": short(writing, "clndr_name", TEXT.encode(row["name"]), row),
        "clndr_data": write_hours(hours) if hours is not None else "",
        "base_clndr_id": writing.number("CALENDAR", row["base_id"]) if hours is None else "",
    }
    if writing.comes_from_file(row):
        return found
    first = next((p for p in writing.rows["projects"] if p["calendar_id"] == row["id"]), writing.rows["projects"][0])
    return found | {
        "proj_id": writing.number("PROJECT", row["project_id"]) if kind == "CA_Project" else "",
        "clndr_type": kind,
        "default_flag": FLAG.encode(default),
        "day_hr_cnt": HOURS.encode(first["minutes_per_day"] * MINUTE),
        "week_hr_cnt": HOURS.encode(first["minutes_per_week"] * MINUTE),
        "month_hr_cnt": HOURS.encode(first["days_per_month"] * first["minutes_per_day"] * MINUTE),
    }


def top_band(writing: Writing, row: Row) -> Texts:
    """Return PROJWBS's columns for the band that is a project itself."""
    return {
        "wbs_id": writing.number("PROJWBS", -row["id"]),
        "proj_id": writing.number("PROJECT", row["id"]),
        "proj_node_flag": "Y",
        "wbs_short_name": TEXT.encode(row["code"])[: LENGTHS["wbs_short_name"]],
        "wbs_name": TEXT.encode(row["name"] or row["code"])[: LENGTHS["wbs_name"]],
    }


def parent_band(writing: Writing, row: Row) -> str:
    """Return the number of the band that a task lies in."""
    parent = row["parent_id"]
    return writing.number("PROJWBS", -row["project_id"] if parent is None else parent)


def band(writing: Writing, row: Row) -> Texts:
    """Return PROJWBS's columns for a summary."""
    found = columns(writing, WBS, row)
    found["wbs_id"] = writing.number("PROJWBS", row["id"])
    found["proj_id"] = writing.number("PROJECT", row["project_id"])
    found["parent_wbs_id"] = parent_band(writing, row)
    return found


def activity(writing: Writing, row: Row, dependent: bool, quantities: Row, waits: bool) -> Texts:
    """Return TASK's columns.

    Args:
        row: The task.
        dependent: It is scheduled on its resources' calendars.
        quantities: Sums of its assignments' seconds, by column.
        waits: It has predecessors: decides which kind of milestone one without a kind of its own is.
    """
    found = columns(writing, TASK, row)
    found["task_id"] = writing.number("TASK", row["id"])
    found["proj_id"] = writing.number("PROJECT", row["project_id"])
    found["wbs_id"] = parent_band(writing, row)
    calendar_id = row["calendar_id"]
    if calendar_id is None:
        calendar_id = writing.projects[row["project_id"]]["calendar_id"]
    found["clndr_id"] = writing.number("CALENDAR", calendar_id)
    found["remain_drtn_hr_cnt"] = found["remain_drtn_hr_cnt"] or _remaining(row)
    found["status_code"] = "TK_NotStart"
    if row["actual_start"] is not None:
        found["status_code"] = "TK_Active" if row["actual_finish"] is None else "TK_Complete"
    kind = row["activity_type"]
    if kind == ActivityType.TASK.value and row["milestone"] and row["duration"] == 0:
        kind = (ActivityType.FINISH_MILESTONE if waits else ActivityType.START_MILESTONE).value
    found["task_type"] = ACTIVITY_TYPES.encode(kind)
    if dependent and kind == ActivityType.TASK.value:
        found["task_type"] = "TT_Rsrc"
    for prefix, number in (("", ""), ("secondary_", "2")):
        constraint, date = row[f"{prefix}constraint_type"], row[f"{prefix}constraint_date"]
        bound = constraint != ConstraintType.AS_SOON_AS_POSSIBLE.value
        found[f"cstr_type{number}"] = CONSTRAINTS.encode(constraint) if bound else ""
        found[f"cstr_date{number}"] = DATE.encode(date) if bound and date is not None else ""
    return found | {column: HOURS.encode(seconds) for column, seconds in quantities.items()}


def _remaining(row: Row) -> str:
    if row["actual_finish"] is not None:
        return ZERO
    left = row["duration"]
    if row["actual_start"] is not None:
        left = left * max(0, FULL - row["percent_complete"]) // FULL
    return HOURS.encode(left)


def link(writing: Writing, row: Row) -> Texts:
    """Return TASKPRED's columns."""
    found = columns(writing, LINK, row)
    predecessor = writing.tasks[row["predecessor_id"]]
    return found | {
        "task_pred_id": writing.number("TASKPRED", row["id"]),
        "task_id": writing.number("TASK", row["successor_id"]),
        "pred_task_id": writing.number("TASK", row["predecessor_id"]),
        "proj_id": writing.number("PROJECT", row["project_id"]),
        "pred_proj_id": writing.number("PROJECT", predecessor["project_id"]),
    }


def resource(writing: Writing, row: Row) -> Texts:
    """Return RSRC's columns."""
    found = columns(writing, RESOURCE, row)
    found["rsrc_id"] = writing.number("RSRC", row["id"])
    found["clndr_id"] = writing.number("CALENDAR", row["calendar_id"])
    return found


def rate(writing: Writing, prices: Row, row: Row, units: int, number: int) -> Texts:
    """Return RSRCRATE's columns: `prices` by rate table, from the start of `row` on."""
    found = {column: RATE.encode(prices[table]) if table in prices else "" for column, table in RATE_COLUMNS.items()}
    return found | {
        "rsrc_rate_id": str(number),
        "rsrc_id": writing.number("RSRC", row["resource_id"]),
        "max_qty_per_hr": UNITS.encode(units),
        "start_date": "" if row["start"] is None else DATE.encode(row["start"]),
    }


def assignment(writing: Writing, row: Row) -> Texts:
    """Return TASKRSRC's columns."""
    found = columns(writing, ASSIGNMENT, row)
    held: Row = writing.resources.get(row["resource_id"], {})
    money = writing.money(row)
    counted = held.get("type") == ResourceType.MATERIAL.value
    if counted:
        quantity = row["units"] * HOUR // FULL
        done = writing.tasks[row["task_id"]]["actual_finish"] is not None
        found |= {"target_qty": HOURS.encode(quantity), "remain_qty": ZERO if done else HOURS.encode(quantity)}
        regular = quantity if done else 0
    else:
        regular = row["actual_work"] - row["overtime_work"] if row["actual_work"] else 0
    found["act_reg_qty"] = HOURS.encode(regular)
    per_hour = "" if counted else UNITS.encode(row["units"])
    return found | {
        "target_qty_per_hr": per_hour,
        "remain_qty_per_hr": per_hour,
        "taskrsrc_id": writing.number("TASKRSRC", row["id"]),
        "task_id": writing.number("TASK", row["task_id"]),
        "proj_id": writing.number("PROJECT", row["project_id"]),
        "rsrc_id": writing.number("RSRC", row["resource_id"]),
        "rsrc_type": _kind(writing, held),
        "target_cost": money.encode(row["cost"]),
        "act_reg_cost": money.encode(row["actual_cost"]),
        "remain_cost": money.encode(row["remaining_cost"]),
    }


def _kind(writing: Writing, resource: Row) -> str:
    if resource.get("id") in writing.equipment:
        return "RT_Equip"
    return RESOURCE_TYPES.encode(resource["type"]) if resource else "RT_Labor"


def quantities(writing: Writing) -> dict[int, dict[str, int]]:
    """Return the sums of each activity's assignments, by task id and column of TASK."""
    usual = {f"{part}_{kind}_qty": 0 for part in ("target", "act", "remain") for kind in ("work", "equip")}
    found = {row["id"]: dict(usual) for row in writing.activities}
    for row in writing.rows["assignments"]:
        sums: dict[str, Any] | None = found.get(row["task_id"])
        if sums is not None:
            kind = "equip" if row["resource_id"] in writing.equipment else "work"
            sums[f"target_{kind}_qty"] += row["work"]
            sums[f"act_{kind}_qty"] += row["actual_work"]
            sums[f"remain_{kind}_qty"] += row["remaining_work"]
    return found
