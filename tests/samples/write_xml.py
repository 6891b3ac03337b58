"""Write the MSPDI twins of the sample projects: ``python -m tests.samples.write_xml`` after a sample was edited.

A Microsoft Project file holds one project, so the portfolio becomes one plan with a summary for each of its projects.
"""

from __future__ import annotations

from typing import Any

from pm.formats import read_plan, write_plan
from pm.model import ENTITIES, Plan, fields_of
from pm.sample_files import sample_paths
from pm.schedule import compute_schedule


def in_one_project(plan: Plan) -> Plan:
    """Return a portfolio as one project: each project a summary, its own start a constraint of tasks that wait for nothing."""
    if len(plan.projects) == 1:
        return plan
    rows: dict[str, list[dict[str, Any]]] = {n: [dict(t.row(i)) for i in t.ids] for n, t in plan.tables.items()}
    first = min(rows["projects"], key=lambda p: p["start"])
    offset = max(plan.tasks.ids)
    starts = {p["id"]: p["start"] for p in rows["projects"]}
    waiting = set(plan.links.column("successor_id"))
    summaries = [
        {"id": offset + n, "project_id": first["id"], "position": n, "name": p["name"]} for n, p in enumerate(rows["projects"], 1)
    ]
    for task in rows["tasks"]:
        own = task["project_id"]
        leaf = not plan.outline.is_summary(plan.tasks.position(task["id"]))
        if leaf and task["id"] not in waiting and "constraint_type" not in task and starts[own] > first["start"]:
            task.update(constraint_type="SNET", constraint_date=starts[own])
        if task.get("parent_id") is None:
            task["parent_id"] = offset + 1 + [p["id"] for p in rows["projects"]].index(own)
    rows["tasks"] = summaries + rows["tasks"]
    for number, task_id in enumerate(Plan.from_rows(tasks=[{**t, "project_id": 1} for t in rows["tasks"]]).tasks.ids, 1):
        next(t for t in rows["tasks"] if t["id"] == task_id)["uid"] = number
    for name, model in ENTITIES.items():
        for row in rows[name]:
            if row.get("project_id") is not None or (name != "projects" and "project_id" in fields_of(model)):
                row["project_id"] = first["id"]
    portfolio = rows.pop("portfolios")[0]
    merged = {"code": "SERVICE", "name": portfolio["name"], "portfolio_id": None, "manager": portfolio["owner"]}
    rows["projects"] = [{**first, **merged, "priority": 500, "budget": sum(p["budget"] for p in rows["projects"])}]
    return Plan.from_rows(**rows)


def main() -> None:
    """Write every twin beside its sample."""
    for path in sample_paths():
        plan = in_one_project(read_plan(path, strict=True).plan)
        write_plan(plan, path.with_suffix(".xml"), schedule=compute_schedule(plan))


if __name__ == "__main__":
    main()
