"""What a plan is: entities, tables of them, and changes to them."""

from pm.model.baseline import AssignmentBaseline, Baseline, ResourceBaseline, TaskBaseline
from pm.model.calendar import STANDARD_DAY, STANDARD_WEEK, Calendar, CalendarException, WorkWeek
from pm.model.changeset import Change, Changeset, PlanDiff, TaskMove
from pm.model.check import CheckRule
from pm.model.kinds import FULL, Entity, Kind, Ref, fields_of, instant, iso, to_datetime
from pm.model.money import BudgetLine, CostEntry, EarnedValueRule
from pm.model.outline import Outline
from pm.model.plan import ENTITIES, Plan
from pm.model.profile import PROFILES, SchedulingProfile, scheduling_profile
from pm.model.project import CustomField, Portfolio, Project
from pm.model.resource import Assignment, Availability, Resource, ResourceRate
from pm.model.risk import BranchOption, CorrelationGroup, Estimate, Risk, RiskImpact
from pm.model.table import Table
from pm.model.task import Link, Task

__all__ = [
    "ENTITIES",
    "FULL",
    "PROFILES",
    "STANDARD_DAY",
    "STANDARD_WEEK",
    "Assignment",
    "AssignmentBaseline",
    "Availability",
    "Baseline",
    "BranchOption",
    "BudgetLine",
    "Calendar",
    "CalendarException",
    "Change",
    "Changeset",
    "CheckRule",
    "CorrelationGroup",
    "CostEntry",
    "CustomField",
    "EarnedValueRule",
    "Entity",
    "Estimate",
    "Kind",
    "Link",
    "Outline",
    "Plan",
    "PlanDiff",
    "Portfolio",
    "Project",
    "Ref",
    "Resource",
    "ResourceBaseline",
    "ResourceRate",
    "Risk",
    "RiskImpact",
    "SchedulingProfile",
    "Table",
    "Task",
    "TaskBaseline",
    "TaskMove",
    "WorkWeek",
    "fields_of",
    "instant",
    "iso",
    "scheduling_profile",
    "to_datetime",
]
