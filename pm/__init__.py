"""Slackline: a plan goes in, a schedule comes out, every change is a command through the workspace.

::

    from pm import Workspace, compare, compute_schedule, explain, read_plan, write_plan

    plan = read_plan("house.xml").plan                 # a Plan: immutable, held as columns
    schedule = compute_schedule(plan)                  # dates, slacks and criticality of every task
    slab = plan.find_task("Pour slab")
    print(schedule.task(slab).total_slack, "seconds of slack")
    for step in explain(plan, slab).steps:             # why it starts when it does
        print(step.kind, step.working)
    for slip in compare(read_plan("then.xml").plan, plan).slips():
        print([(step.causes, step.shift.working) for step in slip.steps])     # why the finish moved; adds up exactly
    write_plan(plan, "house.pm.json", schedule=schedule)

    with Workspace.open("sqlite:///plans.db", author="Zoë") as workspace:
        (code,) = workspace.import_plan(plan)
        workspace.run(EditTask(task_id, {"duration": 3 * 28800}), code)      # commands: pm.commands
        workspace.undo()

Names are loaded when they are first used: ``import pm`` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pm.comparison import compare
    from pm.errors import PMError
    from pm.formats import read_plan, write_plan
    from pm.model import Plan
    from pm.schedule import Schedule, compute_schedule, explain
    from pm.workspace import Workspace

_HOME = {
    "PMError": "pm.errors",
    "Plan": "pm.model",
    "Schedule": "pm.schedule",
    "Workspace": "pm.workspace",
    "compare": "pm.comparison",
    "compute_schedule": "pm.schedule",
    "explain": "pm.schedule",
    "read_plan": "pm.formats",
    "write_plan": "pm.formats",
}

__all__ = ["PMError", "Plan", "Schedule", "Workspace", "compare", "compute_schedule", "explain", "read_plan", "write_plan"]


def __getattr__(name: str) -> Any:
    """Load a name of the Python API from the module it lives in."""
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'pm' has no attribute {name!r}")
    return getattr(importlib.import_module(home), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
