"""The one list of PMXML's business objects: the table of an XER file that each is a row of, and the column of each element.

``Element column`` copies a text; ``Element column words`` turns P6's English into the short words of XER (`WORDS`);
``Element column %`` turns a share of one into a percentage. Where several elements name one column, the first that is there
counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

WORDS: Mapping[str, Mapping[str, str]] = {
    "activity": {
        "task dependent": "TT_Task",
        "resource dependent": "TT_Rsrc",
        "level of effort": "TT_LOE",
        "start milestone": "TT_Mile",
        "finish milestone": "TT_FinMile",
        "wbs summary": "TT_WBS",
    },
    "duration": {
        "fixed units/time": "DT_FixedRate",
        "fixed duration and units/time": "DT_FixedDrtn",
        "fixed units": "DT_FixedQty",
        "fixed duration and units": "DT_FixedDUR2",
    },
    "percent": {"physical": "CP_Phys", "duration": "CP_Drtn", "units": "CP_Units"},
    "status": {"not started": "TK_NotStart", "in progress": "TK_Active", "completed": "TK_Complete"},
    "constraint": {
        "start on": "CS_MSO",
        "start on or before": "CS_MSOB",
        "start on or after": "CS_MSOA",
        "finish on": "CS_MEO",
        "finish on or before": "CS_MEOB",
        "finish on or after": "CS_MEOA",
        "as late as possible": "CS_ALAP",
        "mandatory start": "CS_MANDSTART",
        "mandatory finish": "CS_MANDFIN",
    },
    "priority": {"top": "PT_Top", "high": "PT_High", "normal": "PT_Normal", "low": "PT_Low", "lowest": "PT_Lowest"},
    "link": {
        "finish to start": "PR_FS",
        "start to start": "PR_SS",
        "finish to finish": "PR_FF",
        "start to finish": "PR_SF",
    },
    "resource": {"labor": "RT_Labor", "nonlabor": "RT_Equip", "material": "RT_Mat"},
    "calendar": {"global": "CA_Base", "project": "CA_Project", "resource": "CA_Rsrc"},
    "slack": {
        "start float = late start - early start": "FT_SS",
        "finish float = late finish - early finish": "FT_FF",
        "smallest of start float and finish float": "FT_Min",
    },
    "lag": {
        "predecessor activity calendar": "rcal_Predecessor",
        "successor activity calendar": "rcal_Successor",
        "project default calendar": "rcal_ProjDefault",
        "24 hour calendar": "rcal_24Hour",
    },
    "critical": {"critical float": "CT_TotFloat", "longest path": "CT_DrivPath"},
    "others": {"1": "SD_None", "true": "SD_None", "0": "SD_Both", "false": "SD_Both"},
    "scope": {"global": "AS_Global", "eps": "AS_EPS", "project": "AS_Project"},
    "subject": {
        "activity": "TASK",
        "wbs": "PROJWBS",
        "project": "PROJECT",
        "resource": "RSRC",
        "resource assignment": "TASKRSRC",
        "activity expense": "PROJCOST",
    },
    "udf": {
        "text": "FT_TEXT",
        "start date": "FT_START_DATE",
        "finish date": "FT_END_DATE",
        "cost": "FT_MONEY",
        "integer": "FT_INT",
        "double": "FT_FLOAT",
        "indicator": "FT_STATICTYPE",
    },
}

_OBJECTS = {
    "Currency": (
        "CURRTYPE",
        "ObjectId curr_id; Id curr_short_name; Symbol curr_symbol; DecimalPlaces decimal_digit_cnt; ExchangeRate base_exch_rate",
    ),
    "Project": (
        "PROJECT",
        "ObjectId proj_id; Id proj_short_name; PlannedStartDate plan_start_date; MustFinishByDate plan_end_date;"
        "DataDate last_recalc_date; CriticalActivityFloatLimit critical_drtn_hr_cnt; StrategicPriority strgy_priority_num;"
        "ActivityDefaultCalendarObjectId clndr_id; CriticalActivityPathType critical_path_type critical",
    ),
    "WBS": (
        "PROJWBS",
        "ObjectId wbs_id; ProjectObjectId proj_id; ParentObjectId parent_wbs_id; Code wbs_short_name; Name wbs_name;"
        "SequenceNumber seq_num",
    ),
    "Calendar": (
        "CALENDAR",
        "ObjectId clndr_id; ProjectObjectId proj_id; BaseCalendarObjectId base_clndr_id; Name clndr_name;"
        "Type clndr_type calendar; IsDefault default_flag; HoursPerDay day_hr_cnt; HoursPerWeek week_hr_cnt; "
        "HoursPerMonth month_hr_cnt; HoursPerYear year_hr_cnt",
    ),
    "Role": ("ROLES", "ObjectId role_id; Id role_short_name; Name role_name"),
    "Resource": (
        "RSRC",
        "ObjectId rsrc_id; ParentObjectId parent_rsrc_id; Id rsrc_short_name; Name rsrc_name; ResourceType rsrc_type resource;"
        "CalendarObjectId clndr_id; PrimaryRoleObjectId role_id; EmailAddress email_addr; IsActive active_flag;"
        "ResourceNotes rsrc_notes",
    ),
    "ResourceRate": (
        "RSRCRATE",
        "ObjectId rsrc_rate_id; ResourceObjectId rsrc_id; EffectiveDate start_date; MaxUnitsPerTime max_qty_per_hr;"
        "PricePerUnit cost_per_qty; PricePerUnit2 cost_per_qty2; PricePerUnit3 cost_per_qty3; PricePerUnit4 cost_per_qty4;"
        "PricePerUnit5 cost_per_qty5",
    ),
    "Activity": (
        "TASK",
        "ObjectId task_id; ProjectObjectId proj_id; WBSObjectId wbs_id; CalendarObjectId clndr_id; Id task_code; Name task_name;"
        "Type task_type activity; DurationType duration_type duration; PercentCompleteType complete_pct_type percent;"
        "PhysicalPercentComplete phys_complete_pct %; Status status_code status; PlannedDuration target_drtn_hr_cnt;"
        "RemainingDuration remain_drtn_hr_cnt; PlannedStartDate target_start_date; PlannedFinishDate target_end_date;"
        "ActualStartDate act_start_date; ActualFinishDate act_end_date; SuspendDate suspend_date; ResumeDate resume_date;"
        "ExpectedFinishDate expect_end_date; ExternalEarlyStartDate external_early_start_date;"
        "ExternalLateFinishDate external_late_end_date; LevelingPriority priority_type priority;"
        "PrimaryConstraintType cstr_type constraint; PrimaryConstraintDate cstr_date;"
        "SecondaryConstraintType cstr_type2 constraint; SecondaryConstraintDate cstr_date2; EarlyStartDate early_start_date;"
        "RemainingEarlyStartDate early_start_date; EarlyFinishDate early_end_date; RemainingEarlyFinishDate early_end_date;"
        "LateStartDate late_start_date; RemainingLateStartDate late_start_date; LateFinishDate late_end_date;"
        "RemainingLateFinishDate late_end_date; TotalFloat total_float_hr_cnt; FreeFloat free_float_hr_cnt;"
        "IsLongestPath driving_path_flag",
    ),
    "Relationship": (
        "TASKPRED",
        "ObjectId task_pred_id; SuccessorActivityObjectId task_id; PredecessorActivityObjectId pred_task_id;"
        "SuccessorProjectObjectId proj_id; PredecessorProjectObjectId pred_proj_id; Type pred_type link; Lag lag_hr_cnt",
    ),
    "ResourceAssignment": (
        "TASKRSRC",
        "ObjectId taskrsrc_id; ActivityObjectId task_id; ProjectObjectId proj_id; ResourceObjectId rsrc_id; RoleObjectId role_id;"
        "PlannedUnits target_qty; RemainingUnits remain_qty; ActualRegularUnits act_reg_qty; ActualUnits act_reg_qty;"
        "ActualOvertimeUnits act_ot_qty; PlannedUnitsPerTime target_qty_per_hr;"
        "RemainingUnitsPerTime remain_qty_per_hr; PlannedLag target_lag_drtn_hr_cnt;"
        "DrivingActivityDatesFlag rollup_dates_flag; ActualStartDate act_start_date; ActualFinishDate act_end_date;"
        "PlannedCost target_cost; RemainingCost remain_cost; ActualRegularCost act_reg_cost; ActualCost act_reg_cost;"
        "ActualOvertimeCost act_ot_cost",
    ),
    "ActivityExpense": (
        "PROJCOST",
        "ObjectId cost_item_id; ProjectObjectId proj_id; ActivityObjectId task_id; ExpenseItem cost_name;"
        "PlannedCost target_cost; ActualCost act_cost; RemainingCost remain_cost",
    ),
    "NotebookTopic": ("MEMOTYPE", "ObjectId memo_type_id; Name memo_type"),
    "ActivityNote": (
        "TASKMEMO",
        "ObjectId memo_id; ProjectObjectId proj_id; ActivityObjectId task_id; NotebookTopicObjectId memo_type_id; Note task_memo",
    ),
    "ProjectNote": (
        "WBSMEMO",
        "ObjectId wbs_memo_id; ProjectObjectId proj_id; WBSObjectId wbs_id; NotebookTopicObjectId memo_type_id; Note wbs_memo",
    ),
    "ActivityCodeType": (
        "ACTVTYPE",
        "ObjectId actv_code_type_id; ProjectObjectId proj_id; Name actv_code_type; Length actv_short_len;"
        "Scope actv_code_type_scope scope; SequenceNumber seq_num",
    ),
    "ActivityCode": (
        "ACTVCODE",
        "ObjectId actv_code_id; CodeTypeObjectId actv_code_type_id; ParentObjectId parent_actv_code_id; CodeValue short_name;"
        "Description actv_code_name; SequenceNumber seq_num",
    ),
    "UDFType": (
        "UDFTYPE",
        "ObjectId udf_type_id; SubjectArea table_name subject; Title udf_type_label; DataType logical_data_type udf",
    ),
    "ScheduleOptions": (
        "SCHEDOPTIONS",
        "ProjectObjectId proj_id; ComputeTotalFloatType sched_float_type slack;"
        "RelationshipLagCalendar sched_calendar_on_relationship_lag lag; UseExpectedFinishDates sched_use_expect_end_flag;"
        "StartToStartLagCalculationType sched_lag_early_start_flag; MakeOpenEndedActivitiesCritical sched_open_critical_flag;"
        "IgnoreOtherProjectRelationships sched_outer_depend_type others;"
        "CalculateFloatBasedOnFinishDate sched_use_project_end_date_for_float",
    ),
}

Column = tuple[str, str]
"""Column, and how the text is turned: ``""`` as it is, ``%``, or a key of `WORDS`."""


@cache
def objects() -> Mapping[str, tuple[str, Mapping[str, Column]]]:
    """Return table and columns, by element, of each business object."""
    found: dict[str, tuple[str, Mapping[str, Column]]] = {}
    for name, (table, text) in _OBJECTS.items():
        columns: dict[str, Column] = {}
        for item in text.split(";"):
            element, column, *how = item.split()
            columns[element] = column, how[0] if how else ""
        found[name] = table, columns
    return found
