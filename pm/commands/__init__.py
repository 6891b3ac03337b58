"""Everything a user can do to a plan: frozen dataclasses, each with a ``changeset(plan)``."""

from pm.commands.base import Command
from pm.commands.baselines import RemoveBaseline, SetBaseline
from pm.commands.budgets import AddBudgetLine, EditBudgetLine, RemoveBudgetLine
from pm.commands.calendars import AddCalendar, AddException, EditCalendar, RemoveCalendar, RemoveException
from pm.commands.costs import AddBooking, AddRate, EditBooking, RemoveBooking, RemoveRate
from pm.commands.earning import SetEarnedValueRule
from pm.commands.estimates import ClearEstimate, SetBranchOption, SetCorrelation, SetEstimate
from pm.commands.links import AddLink, EditLink, RemoveLink
from pm.commands.progress import MoveTaskTo, SetProgress
from pm.commands.projects import EditProject, NewProject, RemoveProject
from pm.commands.recurring import AddRecurringTask
from pm.commands.resources import AddResource, Assign, EditAssignment, EditResource, RemoveResource, Unassign
from pm.commands.risks import AddRisk, EditRisk, RemoveImpact, RemoveRisks, SetImpact
from pm.commands.tasks import AddTask, EditTask, RemoveTasks
from pm.commands.tree import MoveTask

__all__ = [
    "AddBooking",
    "AddBudgetLine",
    "AddCalendar",
    "AddException",
    "AddLink",
    "AddRate",
    "AddRecurringTask",
    "AddResource",
    "AddRisk",
    "AddTask",
    "Assign",
    "ClearEstimate",
    "Command",
    "EditAssignment",
    "EditBooking",
    "EditBudgetLine",
    "EditCalendar",
    "EditLink",
    "EditProject",
    "EditResource",
    "EditRisk",
    "EditTask",
    "MoveTask",
    "MoveTaskTo",
    "NewProject",
    "RemoveBaseline",
    "RemoveBooking",
    "RemoveBudgetLine",
    "RemoveCalendar",
    "RemoveException",
    "RemoveImpact",
    "RemoveLink",
    "RemoveProject",
    "RemoveRate",
    "RemoveResource",
    "RemoveRisks",
    "RemoveTasks",
    "SetBaseline",
    "SetBranchOption",
    "SetCorrelation",
    "SetEarnedValueRule",
    "SetEstimate",
    "SetImpact",
    "SetProgress",
    "Unassign",
]
