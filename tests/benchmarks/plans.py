"""Plans to measure on: generated ones of any size, and a deep chain."""

from __future__ import annotations

import importlib.util
import os
import random
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from pm.model import Plan, instant
from tests.benchmarks.harness import ROOT

MINUTE = 60
CHAIN_START = "2026-01-05T08:00"


def shared_folder() -> Path:
    """Return the folder of reference data.

    Raises:
        SystemExit: there is none; says how to name it.
    """
    for place in (os.environ.get("SLACKLINE_SHARED"), ROOT.parent / "shared"):
        if place and Path(place).is_dir():
            return Path(place)
    raise SystemExit("no reference data: set SLACKLINE_SHARED to the folder that holds bench/generate_plan.py")


@cache
def generator() -> ModuleType:
    """Return the plan generator as a module."""
    path = shared_folder() / "bench" / "generate_plan.py"
    spec = importlib.util.spec_from_file_location("generate_plan", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def neutral(leaves: int, seed: int = 1) -> dict[str, Any]:
    """Return a generated plan of `leaves` tasks below its summaries, as ``plan-neutral/1``."""
    document: dict[str, Any] = generator().generate(leaves, seed)
    return document


def mspdi(leaves: int, path: Path, seed: int = 1) -> None:
    """Write a generated plan to `path` as Microsoft Project XML."""
    generator().write_mspdi(neutral(leaves, seed), path)


def _shifts(minutes: list[list[int]]) -> list[list[int]]:
    return [[a * MINUTE, b * MINUTE] for a, b in minutes]


def _calendar_rows(calendars: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    rows = [
        {"id": c["id"], "uid": c["id"], "name": c["name"], "project_id": 1, "week": [_shifts(d) for d in c["week"]]}
        for c in calendars
    ]
    exceptions: list[dict[str, Any]] = []
    for c in calendars:
        for position, e in enumerate(c["exceptions"]):
            exceptions.append(
                {
                    "id": len(exceptions) + 1,
                    "calendar_id": c["id"],
                    "position": position,
                    "name": e["name"],
                    "start": instant(e["from"]),
                    "finish": instant(e["to"]),
                    "shifts": _shifts(e["week"]),
                }
            )
    return {"calendars": rows, "calendar_exceptions": exceptions}


def _task_row(task: dict[str, Any], position: int) -> dict[str, Any]:
    row = {
        "id": task["id"],
        "uid": task["id"],
        "project_id": 1,
        "parent_id": task["parent"],
        "position": position,
        "name": task["name"],
        "duration": task["duration"] * MINUTE,
        "milestone": task["kind"] == "milestone",
        "calendar_id": task["calendar"],
        "fixed_cost": task["budget"],
        "percent_complete": task["percent"] * 100,
    }
    if task["constraint"]:
        date = task["constraint"]["date"]
        row |= {"constraint_type": task["constraint"]["type"], "constraint_date": instant(date) if date else None}
    if task["deadline"]:
        row["deadline"] = instant(task["deadline"])
    return row


def to_plan(document: dict[str, Any], *, constraints: bool = True, assignments: bool = True) -> Plan:
    """Return a ``plan-neutral/1`` document as a plan.

    Assignments carry no work: every date follows from durations, links, constraints and task calendars, the features
    that the neutral form defines. `constraints` False leaves constraints and deadlines out.
    """
    project = document["project"]
    tasks = [_task_row(t, i) for i, t in enumerate(document["tasks"])]
    if not constraints:
        for row in tasks:
            for name in ("constraint_type", "constraint_date", "deadline"):
                row.pop(name, None)
    links = [
        {
            "id": i,
            "project_id": 1,
            "predecessor_id": link["pred"],
            "successor_id": link["succ"],
            "type": link["type"],
            "lag": link["lag"] * MINUTE,
        }
        for i, link in enumerate(document["links"], 1)
    ]
    resources = [
        {
            "id": r["id"],
            "uid": r["id"],
            "project_id": 1,
            "name": r["name"],
            "calendar_id": r["calendar"],
            "max_units": r["max_units"] * 100,
        }
        for r in document["resources"]
    ]
    assigned = [
        {"id": i, "project_id": 1, "task_id": a["task"], "resource_id": a["resource"], "units": a["units"] * 100}
        for i, a in enumerate(document["assignments"], 1)
    ]
    row = {
        "id": 1,
        "code": "BENCH",
        "name": project["name"],
        "start": instant(project["start"]),
        "calendar_id": project["calendar"],
        "currency": project["currency"],
    }
    return Plan.from_rows(
        projects=[row],
        **_calendar_rows(document["calendars"]),
        tasks=tasks,
        links=links,
        resources=resources,
        assignments=assigned if assignments else [],
    )


def chain(length: int, seed: int = 1) -> Plan:
    """Return `length` tasks of 1 to 5 days that follow each other, on the generated plans' four calendars, without a tree."""
    random_source = random.Random(seed)
    days = {None: 480, 2: 600, 3: 1440, 4: 570}
    tasks: list[dict[str, Any]] = []
    for i in range(1, length + 1):
        calendar = random_source.choice((None, None, 2, 3, 4))
        duration = random_source.randint(1, 5) * days[calendar] * MINUTE
        tasks.append(
            {
                "id": i,
                "uid": i,
                "project_id": 1,
                "position": i,
                "name": f"Step {i}",
                "duration": duration,
                "calendar_id": calendar,
            }
        )
    links = [{"id": i, "project_id": 1, "predecessor_id": i, "successor_id": i + 1} for i in range(1, length)]
    project = {"id": 1, "code": "CHAIN", "name": "Chain", "start": instant(CHAIN_START), "calendar_id": 1}
    return Plan.from_rows(projects=[project], **_calendar_rows(generator().make_calendars()), tasks=tasks, links=links)
