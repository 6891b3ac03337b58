"""The one table of MSPDI's elements, in the order of its schema: what each is in our model. Reader and writer both use it.

An element plays one of these roles:

- a *value*: a field of the model, by the codec of the field's kind unless one is named;
- a *part*: a value that has no field of its own but makes up one with others (names start with ``_``);
- *computed*: a result, read into `StoredDates` and written from a schedule only;
- *nested*: rows of another table;
- *kept*: not modelled, carried word for word. Only texts other than `usual` take up space in a plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache

from pm.model import Assignment, Availability, Calendar, Link, Project, Resource, ResourceRate, Task
from pm.model.baseline import AssignmentBaseline, ResourceBaseline, TaskBaseline
from pm.model.kinds import Entity, Kind, fields_of

NAMESPACE = "http://schemas.microsoft.com/project"


class Role(Enum):
    """What an element is to us."""

    VALUE = "value"
    PART = "part"
    COMPUTED = "computed"
    NESTED = "nested"
    KEPT = "kept"


@dataclass(frozen=True)
class Element:
    """One element of MSPDI.

    Attributes:
        field: Field of the model, part, or column of `StoredDates`.
        codec: Name of the codec in `values.codecs`.
        always: Written even where it holds the default.
        usual: The text that goes without saying for an element that is kept.
    """

    name: str
    role: Role
    field: str = ""
    codec: str = ""
    always: bool = False
    usual: str | None = None


_CODEC_OF_KIND = {
    Kind.INSTANT: "instant",
    Kind.WORKTIME: "worktime",
    Kind.MONEY: "money",
    Kind.PERCENT: "percent",
    Kind.RATE: "rate",
    Kind.TEXT: "text",
    Kind.INTEGER: "integer",
    Kind.FLAG: "flag",
}


def _parse(model: type[Entity], line: str) -> Element:
    """Turn a line of the table into an element.

    ``Name`` is kept, ``Name=0`` kept with a usual text, ``Name field`` a value, ``Name field codec`` a value written in
    its own way, ``Name _part codec`` a part, ``Name ?column codec`` computed, ``Name *`` nested; a final ``!`` writes it always.
    """
    words = line.split()
    always = words[-1] == "!"
    if always:
        words.pop()
    name, _, usual = words[0].partition("=")
    if len(words) == 1:
        return Element(name, Role.KEPT, usual=usual or None)
    target = words[1]
    codec = words[2] if len(words) > 2 else ""
    if target == "*":
        return Element(name, Role.NESTED)
    if target.startswith("?"):
        return Element(name, Role.COMPUTED, target[1:], codec)
    if target.startswith("_"):
        return Element(name, Role.PART, target, codec, always)
    return Element(name, Role.VALUE, target, codec or _CODEC_OF_KIND[fields_of(model)[target].kind], always)


_PROJECT = """
SaveVersion; BuildNumber; UID; GUID; Name _name text !; Title title; Subject; Category; Company company; Manager manager
Author author; CreationDate; Revision; LastSaved; ScheduleFromStart schedule_from from_start !; StartDate start !
FinishDate ?finish instant; FYStartDate; CriticalSlackLimit _slack_limit slack_limit !; CurrencyDigits currency_digits digits !
CurrencySymbol currency_symbol; CurrencyCode currency !; CurrencySymbolPosition; CalendarUID _calendar integer !
BaselineCalendar; DefaultStartTime default_start time !; DefaultFinishTime default_finish time !
MinutesPerDay minutes_per_day per_day !; MinutesPerWeek minutes_per_week per_week !; DaysPerMonth days_per_month per_month !
DefaultTaskType default_task_type task_type !; DefaultFixedCostAccrual; DefaultStandardRate; DefaultOvertimeRate
DurationFormat; WorkFormat; EditableActualCosts; HonorConstraints honor_constraints !; EarnedValueMethod
InsertedProjectsLikeSummary; MultipleCriticalPaths multiple_critical_paths !; NewTasksEffortDriven; NewTasksEstimated
SplitsInProgressTasks; SpreadActualCost; SpreadPercentComplete; TaskUpdatesResource; FiscalYearStart
WeekStartDay week_start_day weekday !; MoveCompletedEndsBack; MoveRemainingStartsBack; MoveRemainingStartsForward
MoveCompletedEndsForward; BaselineForEarnedValue; AutoAddNewResourcesAndTasks; StatusDate status_date; CurrentDate
MicrosoftProjectServerURL; Autolink; NewTaskStartDate; NewTasksAreManual; DefaultTaskEVMethod; ProjectExternallyEdited
ExtendedCreationDate; ActualsInSync; RemoveFileProperties; AdminProject; UpdateManuallyScheduledTasksWhenEditingLinks
KeepTaskOnNearestWorkingTimeWhenMadeAutoScheduled; Views; Filters; Groups; Tables; Maps; Reports; Drawings; DataLinks
VBAProjects; OutlineCodes; WBSMasks; ExtendedAttributes *; Calendars *; Tasks *; Resources *; Assignments *
"""

_TASK = """
UID uid !; GUID; ID _id integer !; Name name !; Active active !; Manual manual !; Type type task_type !
IsNull blank !; CreateDate; Contact; WBS _wbs text !; WBSLevel; OutlineNumber _number text !
OutlineLevel _level integer !; Priority priority priority !; Start ?start instant; Finish ?finish instant
Duration _duration worktime !; ManualStart manual_start; ManualFinish manual_finish; ManualDuration manual_duration
DurationFormat _format text !; FreeformDurationFormat; Work work; Stop stop; Resume resume; ResumeValid=0
EffortDriven effort_driven !; Recurring recurring; OverAllocated=0; Estimated estimated !; Milestone milestone !
Summary _summary flag !; DisplayAsSummary=0; Critical ?critical flag; IsSubproject=0; IsSubprojectReadOnly=0
SubprojectName; ExternalTask external; ExternalTaskProject external_project; EarlyStart ?early_start instant
EarlyFinish ?early_finish instant; LateStart ?late_start instant; LateFinish ?late_finish instant
StartVariance ?start_variance tenths; FinishVariance ?finish_variance tenths; WorkVariance=0
FreeSlack ?free_slack tenths; StartSlack ?start_slack tenths; FinishSlack ?finish_slack tenths
TotalSlack ?total_slack tenths; FixedCost fixed_cost; FixedCostAccrual fixed_cost_accrual accrual
PercentComplete percent_complete !; PercentWorkComplete percent_work_complete; Cost cost; OvertimeCost=0
OvertimeWork=PT0H0M0S; ActualStart actual_start; ActualFinish actual_finish; ActualDuration actual_duration
ActualCost actual_cost; ActualOvertimeCost=0; ActualWork actual_work; ActualOvertimeWork=PT0H0M0S
RegularWork=PT0H0M0S; RemainingDuration remaining_duration; RemainingCost remaining_cost; RemainingWork remaining_work
RemainingOvertimeCost=0; RemainingOvertimeWork=PT0H0M0S; ACWP=0; CV=0; ConstraintType constraint_type constraint !
CalendarUID _calendar integer !; ConstraintDate constraint_date; Deadline deadline
LevelAssignments level_assignments !; LevelingCanSplit levelling_can_split !; LevelingDelay levelling_delay tenths
LevelingDelayFormat=8; PreLeveledStart; PreLeveledFinish; Hyperlink; HyperlinkAddress hyperlink; HyperlinkSubAddress
IgnoreResourceCalendar ignore_resource_calendars !; Notes notes; HideBar=0; Rollup=0; BCWS=0; BCWP=0
PhysicalPercentComplete physical_percent_complete; EarnedValueMethod=0; PredecessorLink *
ActualWorkProtected=PT0H0M0S; ActualOvertimeWorkProtected=PT0H0M0S; ExtendedAttribute *; Baseline *; OutlineCode
IsPublished=1; StatusManager; CommitmentStart; CommitmentFinish; CommitmentType=0; TimephasedData; StartText
FinishText; DurationText
"""

_LINK = """
PredecessorUID _predecessor integer !; Type type link !; CrossProject=0; CrossProjectName; LinkLag _lag text !
LagFormat _format text !
"""

_BASELINE = """
TimephasedData; Number number !; Interim; Start start; Finish finish; Duration duration; DurationFormat; EstimatedDuration
Work work !; Cost cost !; BCWS; BCWP; FixedCost fixed_cost
"""

_RESOURCE_BASELINE = "Number number !; Work work !; Cost cost !; BCWS; BCWP"

_ASSIGNMENT_BASELINE = "TimephasedData; Number number !; Start start; Finish finish; Work work !; Cost cost !; BCWS; BCWP"

_RESOURCE = """
UID uid !; GUID; ID _id integer !; Name name !; Type _type text !; IsNull blank !; Initials initials; Phonetics; NTAccount
MaterialLabel material_unit; Code; Group group; WorkGroup=0; EmailAddress email; Hyperlink; HyperlinkAddress
HyperlinkSubAddress; MaxUnits max_units units !; PeakUnits; OverAllocated=0; AvailableFrom; AvailableTo
Start ?start instant; Finish ?finish instant; CanLevel can_level !; AccrueAt accrual accrual !; Work=PT0H0M0S
RegularWork=PT0H0M0S; OvertimeWork=PT0H0M0S; ActualWork=PT0H0M0S; RemainingWork=PT0H0M0S; ActualOvertimeWork=PT0H0M0S
RemainingOvertimeWork=PT0H0M0S; PercentWorkComplete=0; StandardRate standard_rate !; StandardRateFormat=2; Cost=0
OvertimeRate overtime_rate !; OvertimeRateFormat=2; OvertimeCost=0; CostPerUse cost_per_use; ActualCost=0
ActualOvertimeCost=0; RemainingCost=0; RemainingOvertimeCost=0; WorkVariance=0; CostVariance=0; SV=0; CV=0; ACWP=0
CalendarUID _calendar integer !; Notes notes; BCWS=0; BCWP=0; IsGeneric generic; IsInactive _inactive flag; IsEnterprise=0
BookingType=0; ActualWorkProtected=PT0H0M0S; ActualOvertimeWorkProtected=PT0H0M0S; ActiveDirectoryGUID; CreationDate
ExtendedAttribute *; Baseline *; OutlineCode; IsCostResource _cost flag; AssnOwner; AssnOwnerGuid; IsBudget=0
AvailabilityPeriods *; Rates *; TimephasedData
"""

_AVAILABILITY = "AvailableFrom start !; AvailableTo finish !; AvailableUnits units units !"

_RATE = """
RatesFrom start !; RatesTo finish !; RateTable table rate_table !; StandardRate standard_rate !; StandardRateFormat=2
OvertimeRate overtime_rate !; OvertimeRateFormat=2; CostPerUse cost_per_use !
"""

_ASSIGNMENT = """
UID uid !; GUID; TaskUID _task integer !; ResourceUID _resource integer !; PercentWorkComplete percent_work_complete
ActualCost actual_cost; ActualFinish actual_finish; ActualOvertimeCost=0; ActualOvertimeWork=PT0H0M0S
ActualStart actual_start; ActualWork actual_work; ACWP=0; Confirmed=0; Cost cost; CostRateTable rate_table rate_table
RateScale; CostVariance=0; CV=0; Delay delay tenths; Finish ?finish instant; FinishVariance ?finish_variance tenths
Hyperlink; HyperlinkAddress; HyperlinkSubAddress; WorkVariance=0; HasFixedRateUnits=1; FixedMaterial=0
LevelingDelay levelling_delay tenths; LevelingDelayFormat=7; LinkedFields=0; Milestone=0; Notes notes; Overallocated=0
OvertimeCost=0; OvertimeWork overtime_work; PeakUnits; RegularWork=PT0H0M0S; RemainingCost remaining_cost
RemainingOvertimeCost=0; RemainingOvertimeWork=PT0H0M0S; RemainingWork remaining_work; ResponsePending=0
Start ?start instant; Stop stop; Resume resume; StartVariance ?start_variance tenths; Units units units !; UpdateNeeded=0
VAC=0; Work work !; WorkContour contour contour !; BCWS=0; BCWP=0; BookingType=0; ActualWorkProtected=PT0H0M0S
ActualOvertimeWorkProtected=PT0H0M0S; CreationDate; AssnOwner; AssnOwnerGuid; BudgetCost; BudgetWork; ExtendedAttribute *
Baseline *; TimephasedData *
"""

_CALENDAR = """
UID uid !; GUID; Name name !; IsBaseCalendar is_base !; IsBaselineCalendar=0; BaseCalendarUID _base integer !; WeekDays *
Exceptions *; WorkWeeks *
"""

_TABLES: dict[str, tuple[type[Entity], str]] = {
    "projects": (Project, _PROJECT),
    "calendars": (Calendar, _CALENDAR),
    "tasks": (Task, _TASK),
    "links": (Link, _LINK),
    "task_baselines": (TaskBaseline, _BASELINE),
    "resources": (Resource, _RESOURCE),
    "availabilities": (Availability, _AVAILABILITY),
    "resource_rates": (ResourceRate, _RATE),
    "resource_baselines": (ResourceBaseline, _RESOURCE_BASELINE),
    "assignments": (Assignment, _ASSIGNMENT),
    "assignment_baselines": (AssignmentBaseline, _ASSIGNMENT_BASELINE),
}


@cache
def elements(table: str) -> dict[str, Element]:
    """Return the elements that make up a row of `table` by name, in the order of the schema."""
    model, text = _TABLES[table]
    parsed = [_parse(model, item) for line in text.strip().splitlines() for item in line.split(";") if item.strip()]
    return {element.name: element for element in parsed}


@cache
def order(table: str) -> dict[str, int]:
    """Return where the schema puts each element of a row of `table`."""
    return {name: place for place, name in enumerate(elements(table))}
