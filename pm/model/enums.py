"""The closed sets of words a plan is written in."""

from __future__ import annotations

from enum import StrEnum


class LinkType(StrEnum):
    """Which end of the predecessor bounds which end of the successor."""

    FINISH_START = "FS"
    START_START = "SS"
    FINISH_FINISH = "FF"
    START_FINISH = "SF"


class LagKind(StrEnum):
    """What the number of a lag counts."""

    WORKING = "working"
    """Seconds of working time on the lag calendar."""
    ELAPSED = "elapsed"
    """Seconds round the clock."""
    PERCENT = "percent"
    """Hundredths of a percent of the predecessor's duration, as working time."""
    ELAPSED_PERCENT = "elapsed_percent"
    """Hundredths of a percent of the predecessor's duration, round the clock."""


class ConstraintType(StrEnum):
    """The eight constraints of MS Project; P6's mandatory ones are `MANDATORY_START` and `MANDATORY_FINISH`."""

    AS_SOON_AS_POSSIBLE = "ASAP"
    AS_LATE_AS_POSSIBLE = "ALAP"
    START_NO_EARLIER_THAN = "SNET"
    START_NO_LATER_THAN = "SNLT"
    FINISH_NO_EARLIER_THAN = "FNET"
    FINISH_NO_LATER_THAN = "FNLT"
    MUST_START_ON = "MSO"
    MUST_FINISH_ON = "MFO"
    MANDATORY_START = "MANDATORY_START"
    MANDATORY_FINISH = "MANDATORY_FINISH"


class TaskType(StrEnum):
    """Which of units, duration and work stays when another changes."""

    FIXED_UNITS = "fixed_units"
    FIXED_DURATION = "fixed_duration"
    FIXED_WORK = "fixed_work"


class ActivityType(StrEnum):
    """What a task is to the schedule (P6's activity types; a task that depends on its resources is one whose
    `ignore_resource_calendars` is not set).
    """

    TASK = "task"
    """Work with a duration of its own; a milestone where that is zero."""
    START_MILESTONE = "start_milestone"
    FINISH_MILESTONE = "finish_milestone"
    LEVEL_OF_EFFORT = "level_of_effort"
    """A hammock: it lasts from its first to its last linked task, and drives nothing."""
    WBS_SUMMARY = "wbs_summary"
    """It lasts as long as its siblings and what they hold, and drives nothing."""
    HEADING = "heading"
    """A band of the work-breakdown structure: it has the dates of what it holds, and none while it holds nothing."""


class PercentType(StrEnum):
    """Which of its three percentages a task reports its progress by."""

    DURATION = "duration"
    WORK = "work"
    PHYSICAL = "physical"


class OutOfSequence(StrEnum):
    """What remains of a task that started before its predecessors allowed it: P6's three answers."""

    RETAINED_LOGIC = "retained_logic"
    """It waits for the predecessors all the same."""
    PROGRESS_OVERRIDE = "progress_override"
    """It goes on; links into a started task are dropped."""
    ACTUAL_DATES = "actual_dates"
    """It goes on, and predecessors not finished are held to its actual dates."""


class DurationUnit(StrEnum):
    """The unit a duration or a lag was typed in; those with an e run round the clock."""

    MINUTES = "m"
    HOURS = "h"
    DAYS = "d"
    WEEKS = "w"
    MONTHS = "mo"
    PERCENT = "%"
    ELAPSED_MINUTES = "em"
    ELAPSED_HOURS = "eh"
    ELAPSED_DAYS = "ed"
    ELAPSED_WEEKS = "ew"
    ELAPSED_MONTHS = "emo"
    ELAPSED_PERCENT = "e%"


class ResourceType(StrEnum):
    """What a resource is; only work drives dates."""

    WORK = "work"
    MATERIAL = "material"
    COST = "cost"


class Contour(StrEnum):
    """How an assignment's work is spread over its span (MS Project's nine)."""

    FLAT = "flat"
    BACK_LOADED = "back_loaded"
    FRONT_LOADED = "front_loaded"
    DOUBLE_PEAK = "double_peak"
    EARLY_PEAK = "early_peak"
    LATE_PEAK = "late_peak"
    BELL = "bell"
    TURTLE = "turtle"
    EDITED = "edited"


class Accrual(StrEnum):
    """When a cost is counted."""

    START = "start"
    PRORATED = "prorated"
    END = "end"


class RateTable(StrEnum):
    """The five cost-rate tables of a resource."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"


class ScheduleFrom(StrEnum):
    """The end of the project that is given; the other is computed."""

    START = "start"
    FINISH = "finish"


class Recurrence(StrEnum):
    """How a calendar exception comes back."""

    ONCE = "once"
    """Every day from the first to the last."""
    DAILY = "daily"
    """Every `interval` days."""
    WEEKLY = "weekly"
    """On `weekdays`, every `interval` weeks."""
    MONTHLY_DAY = "monthly_day"
    """On day `day` of the month, every `interval` months."""
    MONTHLY_WEEKDAY = "monthly_weekday"
    """On the `ordinal` (1 to 4, 5 = last) of `weekdays` in the month, every `interval` months."""
    YEARLY_DAY = "yearly_day"
    """On day `day` of month `month`."""
    YEARLY_WEEKDAY = "yearly_weekday"
    """On the `ordinal` of `weekdays` in month `month`."""


class ProfileName(StrEnum):
    """Whose habits the schedule follows where tools differ; see `pm.model.profile`."""

    SLACKLINE = "slackline"
    MS_PROJECT = "msproject"
    PRIMAVERA = "primavera"


class LagCalendar(StrEnum):
    """The calendar that a working lag is counted on."""

    SUCCESSOR = "successor"
    PREDECESSOR = "predecessor"
    PROJECT = "project"
    ROUND_THE_CLOCK = "24h"


class SlackRule(StrEnum):
    """Which slack of a task that has not started is its total slack; a started one has finish slack."""

    SMALLEST = "smallest"
    START = "start"
    FINISH = "finish"


class CustomFieldType(StrEnum):
    """The type of a custom field's values."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    DATE = "date"
    DURATION = "duration"
    COST = "cost"


class BudgetKind(StrEnum):
    """How a budget line is booked."""

    CAPEX = "capex"
    OPEX = "opex"


class CostEntryKind(StrEnum):
    """What a booked amount is."""

    ACTUAL = "actual"
    """Spent."""
    COMMITTED = "committed"
    """Ordered or contracted, not yet spent."""


class EarnedValueMethod(StrEnum):
    """How a task earns its budget."""

    PERCENT_COMPLETE = "percent_complete"
    """As the percentage that the task reports its progress by."""
    PHYSICAL = "physical"
    """As its physical percent complete."""
    ZERO_HUNDRED = "0/100"
    """All when it is finished."""
    FIFTY_FIFTY = "50/50"
    """Half when it starts, half when it is finished."""
    WEIGHTED_MILESTONES = "weighted_milestones"
    """The weights of its steps that are done."""
    UNITS = "units"
    """Units done of units planned."""
    LEVEL_OF_EFFORT = "level_of_effort"
    """As planned, by the passage of time."""
    APPORTIONED = "apportioned"
    """In step with another task."""


class Distribution(StrEnum):
    """The shape of an uncertain duration between its low and its high estimate."""

    TRIANGULAR = "triangular"
    PERT = "pert"
    """PERT-beta with a shape of 4."""
    UNIFORM = "uniform"
    LOGNORMAL = "lognormal"
    """Its low and high are percentiles."""
    TRIGEN = "trigen"
    """A triangle whose low and high are percentiles."""


class RiskStatus(StrEnum):
    """Where a risk stands."""

    PROPOSED = "proposed"
    OPEN = "open"
    OCCURRED = "occurred"
    CLOSED = "closed"
    REJECTED = "rejected"


class RiskKind(StrEnum):
    """Whether it would hurt or help."""

    THREAT = "threat"
    OPPORTUNITY = "opportunity"


class RiskResponse(StrEnum):
    """What is done about a risk."""

    NONE = "none"
    AVOID = "avoid"
    TRANSFER = "transfer"
    MITIGATE = "mitigate"
    ACCEPT = "accept"
    EXPLOIT = "exploit"
    SHARE = "share"
    ENHANCE = "enhance"


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
