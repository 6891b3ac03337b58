"""Everything a user can do to a plan: frozen dataclasses, each with a ``changeset(plan)``."""

from pm.commands.base import Command
from pm.commands.calendars import AddCalendar, AddException, EditCalendar, RemoveCalendar, RemoveException
from pm.commands.estimates import ClearEstimate, SetBranchOption, SetCorrelation, SetEstimate
from pm.commands.links import AddLink, EditLink, RemoveLink
from pm.commands.progress import MoveTaskTo, SetProgress
from pm.commands.projects import ClearBaseline, EditProject, NewProject, RemoveProject, SetBaseline
from pm.commands.recurring import AddRecurringTask
from pm.commands.resources import AddResource, Assign, EditAssignment, EditResource, RemoveResource, Unassign
from pm.commands.risks import AddRisk, EditRisk, RemoveImpact, RemoveRisks, SetImpact
from pm.commands.tasks import AddTask, EditTask, RemoveTasks
from pm.commands.tree import MoveTask

__all__ = [
    "AddCalendar",
    "AddException",
    "AddLink",
    "AddRecurringTask",
    "AddResource",
    "AddRisk",
    "AddTask",
    "Assign",
    "ClearBaseline",
    "ClearEstimate",
    "Command",
    "EditAssignment",
    "EditCalendar",
    "EditLink",
    "EditProject",
    "EditResource",
    "EditRisk",
    "EditTask",
    "MoveTask",
    "MoveTaskTo",
    "NewProject",
    "RemoveCalendar",
    "RemoveException",
    "RemoveImpact",
    "RemoveLink",
    "RemoveProject",
    "RemoveResource",
    "RemoveRisks",
    "RemoveTasks",
    "SetBaseline",
    "SetBranchOption",
    "SetCorrelation",
    "SetEstimate",
    "SetImpact",
    "SetProgress",
    "Unassign",
]
