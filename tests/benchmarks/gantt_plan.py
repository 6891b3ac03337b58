"""The generated plan with all that a Gantt can draw: baseline, progress, people, deadlines, a status date."""

from __future__ import annotations

from pm.model import Plan
from pm.model.baseline import TaskBaseline
from pm.model.kinds import DAY
from pm.model.table import Table
from pm.schedule import MISSING, compute_schedule
from tests.benchmarks.plans import neutral, to_plan

BASELINE_LEAD = 4 * DAY


def full_look(leaves: int) -> Plan:
    """Return the generated plan of `leaves` tasks with everything on."""
    plan = to_plan(neutral(leaves))
    schedule = compute_schedule(plan)
    rows = [
        {"id": i + 1, "task_id": task_id, "start": int(a) - BASELINE_LEAD, "finish": int(b) - BASELINE_LEAD}
        for i, (task_id, a, b) in enumerate(zip(plan.tasks.ids, schedule.start, schedule.finish, strict=True))
        if a != MISSING
    ]
    project = plan.project()
    middle = (int(schedule.start.min()) + int(schedule.finish.max())) // 2
    status = middle - middle % DAY + project.default_start
    started = schedule.start < status
    updates = {
        task_id: {
            "percent_complete": 5000,
            "actual_start": int(schedule.start[at]),
            "deadline": int(schedule.finish[at]) + 10 * DAY,
        }
        for at, task_id in enumerate(plan.tasks.ids)
        if started[at] and at % 3 == 0 and not plan.outline.is_summary(at)
    }
    tables = dict(plan.tables)
    tables["tasks"] = plan.tasks.changed(updates)
    tables["task_baselines"] = Table.from_rows(TaskBaseline, rows)
    tables["projects"] = plan.projects.changed({project.id: {"status_date": status, "code": project.code or "BENCH"}})
    return Plan(tables)
