"""A software launch as a manager would recognise it, half done and a week late; built from rows, scheduled by the engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Any

from pm.model import Plan, instant
from pm.schedule import Schedule, compute_schedule

DAY_OF_WORK = 8 * 3600
STATUS = date(2026, 11, 9)
TODAY = (STATUS - date(1970, 1, 1)).days

# outline number, name, days, days in the baseline, predecessors, percent complete, who, deadline
ROWS: list[tuple[str, str, int, int, str, int, str, str]] = [
    ("1", "Discovery", 0, 0, "", 0, "", ""),
    ("1.1", "Stakeholder interviews", 6, 5, "", 100, "Ana", ""),
    ("1.2", "Current-state data audit", 9, 8, "1.1:SS2", 100, "Kofi", ""),
    ("1.3", "Privacy & consent review", 8, 8, "1.1", 100, "Mei", ""),
    ("1.4", "Requirements baseline", 5, 5, "1.2 1.3", 100, "Ana", ""),
    ("1.5", "Scope sign-off", 0, 0, "1.4", 100, "", "2026-09-30"),
    ("2", "Architecture", 0, 0, "", 0, "", ""),
    ("2.1", "Event schema & taxonomy", 8, 7, "1.5", 100, "Kofi", ""),
    ("2.2", "Identity-resolution design", 10, 8, "1.5", 100, "Ravi", ""),
    ("2.3", "Warehouse sizing & FinOps", 6, 6, "1.5", 100, "Lena", ""),
    ("2.4", "Security threat model", 5, 5, "2.1", 100, "Mei", ""),
    ("2.5", "Architecture review board", 2, 2, "2.2 2.3 2.4", 100, "All leads", ""),
    ("2.6", "Design freeze", 0, 0, "2.5", 100, "", "2026-10-16"),
    ("3", "Build", 0, 0, "", 0, "", ""),
    ("3.1", "Ingestion", 0, 0, "", 0, "", ""),
    ("3.1.1", "Collector SDK (web, iOS, Android)", 15, 12, "2.6", 100, "Noor, Tom", ""),
    ("3.1.2", "Streaming pipeline", 18, 15, "2.6:FS2", 70, "Kofi", ""),
    ("3.1.3", "Batch connectors", 14, 14, "3.1.2:SS5", 50, "Tom", ""),
    ("3.1.4", "Backfill historical events", 8, 8, "3.1.2 3.1.3", 0, "Kofi", ""),
    ("3.2", "Identity & profiles", 0, 0, "", 0, "", ""),
    ("3.2.1", "Identity graph service", 22, 17, "2.6", 66, "Ravi, Ilse", ""),
    ("3.2.2", "Merge rules engine", 10, 10, "3.2.1:FS-5", 0, "Ilse", ""),
    ("3.2.3", "Profile API", 12, 10, "3.2.1", 0, "Ravi", ""),
    ("3.2.4", "Consent enforcement", 7, 7, "3.2.2 3.2.3:SS4", 0, "Mei", ""),
    ("3.3", "Activation", 0, 0, "", 0, "", ""),
    ("3.3.1", "Segment builder UI", 20, 18, "2.6:FS5", 40, "Sofia", ""),
    ("3.3.2", "Destination adapters", 15, 15, "3.3.1:SS8", 10, "Tom, Noor", ""),
    ("3.3.3", "Audience sync scheduler", 8, 8, "3.3.2 3.2.3", 0, "Noor", ""),
    ("3.4", "Feature complete", 0, 0, "3.1.4 3.2.4 3.3.3", 0, "", "2026-12-11"),
    ("4", "Verification", 0, 0, "", 0, "", ""),
    ("4.1", "Integration test cycle 1", 8, 8, "3.1.4 3.2.3", 0, "QA team", ""),
    ("4.2", "Load & soak test", 6, 6, "4.1:SS3", 0, "Lena", ""),
    ("4.3", "Penetration test", 7, 7, "3.2.4", 0, "Vendor", ""),
    ("4.4", "Integration test cycle 2", 6, 6, "3.4 4.1", 0, "QA team", ""),
    ("4.5", "UAT with pilot markets", 8, 8, "4.4", 0, "Ana", ""),
    ("5", "Rollout", 0, 0, "", 0, "", ""),
    ("5.1", "Runbooks & on-call training", 10, 10, "3.4:SS-10", 0, "Lena", ""),
    ("5.2", "Pilot launch: Nordics", 5, 5, "4.5 4.3 5.1", 0, "Sofia", ""),
    ("5.3", "Go-live", 0, 0, "5.2", 0, "", "2027-01-22"),
    ("5.4", "Hypercare", 10, 10, "5.3", 0, "All leads", ""),
]
HOLIDAYS = [("Christmas", "2026-12-25", "2026-12-25"), ("New Year", "2027-01-01", "2027-01-01")]


def _links() -> Iterator[dict[str, Any]]:
    ids = {row[0]: i for i, row in enumerate(ROWS, 1)}
    number = 0
    for row in ROWS:
        for part in row[4].split():
            number += 1
            first, _, rest = part.partition(":")
            yield {
                "id": number,
                "project_id": 1,
                "predecessor_id": ids[first],
                "successor_id": ids[row[0]],
                "type": rest[:2] or "FS",
                "lag": int(rest[2:] or 0) * DAY_OF_WORK,
            }


def _project(*, reported: bool = True) -> dict[str, Any]:
    return {
        "id": 1,
        "code": "ATLAS",
        "name": "Atlas Customer Data Platform",
        "manager": "Ana",
        "start": instant(datetime(2026, 8, 31, 8)),
        "status_date": instant(datetime(2026, 11, 9, 8)) if reported else None,
        "calendar_id": 1,
    }


def _calendar(holidays: bool) -> dict[str, list[dict[str, Any]]]:
    shifts = [[28800, 43200], [46800, 61200]]
    rows: dict[str, list[dict[str, Any]]] = {
        "calendars": [{"id": 1, "project_id": 1, "name": "Standard", "week": [shifts] * 5 + [[], []]}]
    }
    if holidays:
        rows["calendar_exceptions"] = [
            {"id": i, "calendar_id": 1, "name": name, "start": instant(first), "finish": instant(last), "shifts": []}
            for i, (name, first, last) in enumerate(HOLIDAYS, 1)
        ]
    return rows


def _tasks(days: int) -> list[dict[str, Any]]:
    ids = {row[0]: i for i, row in enumerate(ROWS, 1)}
    found = []
    for i, row in enumerate(ROWS, 1):
        parent = row[0].rpartition(".")[0]
        task: dict[str, Any] = {
            "id": i,
            "project_id": 1,
            "uid": i,
            "position": i,
            "name": row[1],
            "parent_id": ids.get(parent),
            "duration": row[days] * DAY_OF_WORK,
            "deadline": instant(f"{row[7]}T17:00") if row[7] else None,
        }
        found.append(task)
    return found


def _with_progress(plan: Plan, tasks: list[dict[str, Any]], percent: dict[int, int]) -> None:
    """Report progress as it happened: every started task began when it could."""
    schedule = compute_schedule(plan)
    for task in tasks:
        done = percent[task["id"]]
        if not done or (task["duration"] == 0 and done < 100):
            continue
        at = plan.tasks.position(task["id"])
        task |= {"percent_complete": done * 100, "actual_start": int(schedule.start[at])}
        task["actual_duration"] = task["duration"] * done // 100
        task["remaining_duration"] = task["duration"] - task["actual_duration"]
        if done == 100:
            task["actual_finish"] = int(schedule.finish[at])


@cache
def atlas(holidays: bool = False) -> tuple[Plan, Schedule]:
    """Return the plan with its baseline and progress, and its schedule."""
    base: dict[str, Any] = {"links": list(_links()), **_calendar(holidays)}
    untold = {"projects": [_project(reported=False)], **base}
    first = Plan.from_rows(tasks=_tasks(3), **untold)
    before = compute_schedule(first)
    baselines = [
        {"id": i, "task_id": task_id, "number": 0, "start": int(before.start[at]), "finish": int(before.finish[at])}
        for i, (at, task_id) in enumerate(enumerate(first.tasks.ids), 1)
    ]
    tasks = _tasks(2)
    percent = {i: row[5] for i, row in enumerate(ROWS, 1)}
    _with_progress(Plan.from_rows(tasks=tasks, **untold), tasks, percent)
    people = sorted({row[6] for row in ROWS if row[6]})
    plan = Plan.from_rows(
        projects=[_project()],
        tasks=tasks,
        resources=[{"id": i, "name": name} for i, name in enumerate(people, 1)],
        assignments=[
            {"id": i, "project_id": 1, "task_id": i, "resource_id": people.index(row[6]) + 1}
            for i, row in enumerate(ROWS, 1)
            if row[6]
        ],
        baselines=[{"id": 1, "project_id": 1, "name": "Baseline"}],
        task_baselines=baselines,
        **base,
    )
    return plan, compute_schedule(plan)
