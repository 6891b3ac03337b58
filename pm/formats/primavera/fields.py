"""Which column of which P6 table holds which field of the model: the one list, for reading and for writing.

What takes more than one column or more than a codec is in the modules of its table.
"""

from __future__ import annotations

from collections.abc import Mapping

from pm.formats.primavera.values import DATE, FLAG, HOURS, PERCENT, TEXT, WHOLE, Codec, choices
from pm.model.enums import ActivityType, ConstraintType, LinkType, PercentType, ResourceType, TaskType

ACTIVITY_TYPES = choices(
    {
        "TT_Task": ActivityType.TASK.value,
        "TT_Rsrc": ActivityType.TASK.value,
        "TT_Mile": ActivityType.START_MILESTONE.value,
        "TT_FinMile": ActivityType.FINISH_MILESTONE.value,
        "TT_LOE": ActivityType.LEVEL_OF_EFFORT.value,
        "TT_WBS": ActivityType.WBS_SUMMARY.value,
    }
)
DEPENDENT = "TT_RSRC"
"""The activity type, in capitals, of a task that is scheduled on its resources' calendars."""
DURATION_TYPES = choices(
    {
        "DT_FixedDrtn": TaskType.FIXED_DURATION.value,
        "DT_FixedDUR2": TaskType.FIXED_DURATION.value,
        "DT_FixedRate": TaskType.FIXED_UNITS.value,
        "DT_FixedQty": TaskType.FIXED_WORK.value,
    }
)
PERCENT_TYPES = choices(
    {
        "CP_Drtn": PercentType.DURATION.value,
        "CP_Units": PercentType.WORK.value,
        "CP_Phys": PercentType.PHYSICAL.value,
    }
)
CONSTRAINTS = choices(
    {
        "CS_ALAP": ConstraintType.AS_LATE_AS_POSSIBLE.value,
        "CS_MSOA": ConstraintType.START_NO_EARLIER_THAN.value,
        "CS_MSOB": ConstraintType.START_NO_LATER_THAN.value,
        "CS_MEOA": ConstraintType.FINISH_NO_EARLIER_THAN.value,
        "CS_MEOB": ConstraintType.FINISH_NO_LATER_THAN.value,
        "CS_MSO": ConstraintType.MUST_START_ON.value,
        "CS_MEO": ConstraintType.MUST_FINISH_ON.value,
        "CS_MANDSTART": ConstraintType.MANDATORY_START.value,
        "CS_MANDFIN": ConstraintType.MANDATORY_FINISH.value,
    }
)
PRIORITIES: Mapping[str, int] = {"PT_Top": 900, "PT_High": 700, "PT_Normal": 500, "PT_Low": 300, "PT_Lowest": 100}
PRIORITY = Codec(
    choices(PRIORITIES).decode,
    lambda value: min(PRIORITIES, key=lambda word: abs(PRIORITIES[word] - value)),
)
LINK_TYPES = choices(
    {
        "PR_FS": LinkType.FINISH_START.value,
        "PR_SS": LinkType.START_START.value,
        "PR_FF": LinkType.FINISH_FINISH.value,
        "PR_SF": LinkType.START_FINISH.value,
    }
)
RESOURCE_TYPES = choices(
    {
        "RT_Labor": ResourceType.WORK.value,
        "RT_Equip": ResourceType.WORK.value,
        "RT_Mat": ResourceType.MATERIAL.value,
    }
)

Columns = Mapping[str, tuple[str, Codec]]
"""Column to field and codec."""

TASK: Columns = {
    "task_code": ("wbs", TEXT),
    "task_name": ("name", TEXT),
    "duration_type": ("type", DURATION_TYPES),
    "complete_pct_type": ("percent_type", PERCENT_TYPES),
    "phys_complete_pct": ("physical_percent_complete", PERCENT),
    "target_drtn_hr_cnt": ("duration", HOURS),
    "remain_drtn_hr_cnt": ("remaining_duration", HOURS),
    "act_start_date": ("actual_start", DATE),
    "act_end_date": ("actual_finish", DATE),
    "suspend_date": ("stop", DATE),
    "resume_date": ("resume", DATE),
    "expect_end_date": ("expected_finish", DATE),
    "external_early_start_date": ("external_early_start", DATE),
    "external_late_end_date": ("external_late_finish", DATE),
    "priority_type": ("priority", PRIORITY),
}
WBS: Columns = {"wbs_short_name": ("wbs", TEXT), "wbs_name": ("name", TEXT)}
LINK: Columns = {"pred_type": ("type", LINK_TYPES), "lag_hr_cnt": ("lag", HOURS)}
RESOURCE: Columns = {
    "rsrc_name": ("name", TEXT),
    "rsrc_short_name": ("initials", TEXT),
    "rsrc_type": ("type", RESOURCE_TYPES),
    "email_addr": ("email", TEXT),
    "active_flag": ("active", FLAG),
    "rsrc_notes": ("notes", TEXT),
}
ASSIGNMENT: Columns = {
    "target_qty": ("work", HOURS),
    "remain_qty": ("remaining_work", HOURS),
    "act_ot_qty": ("overtime_work", HOURS),
    "target_lag_drtn_hr_cnt": ("delay", HOURS),
    "rollup_dates_flag": ("drives", FLAG),
    "act_start_date": ("actual_start", DATE),
    "act_end_date": ("actual_finish", DATE),
}
PROJECT: Columns = {
    "proj_short_name": ("code", TEXT),
    "plan_start_date": ("start", DATE),
    "plan_end_date": ("must_finish_by", DATE),
    "last_recalc_date": ("status_date", DATE),
    "critical_drtn_hr_cnt": ("critical_slack_limit", HOURS),
    "strgy_priority_num": ("priority", WHOLE),
}
STORED: Mapping[str, tuple[str, Codec]] = {
    "early_start_date": ("early_start", DATE),
    "early_end_date": ("early_finish", DATE),
    "late_start_date": ("late_start", DATE),
    "late_end_date": ("late_finish", DATE),
    "total_float_hr_cnt": ("total_slack", HOURS),
    "free_float_hr_cnt": ("free_slack", HOURS),
}
"""Columns of TASK that hold results."""
