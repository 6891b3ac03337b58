"""What we write is read by MPXJ, an independent reader, as the same plan: tasks, links, calendars, resources, assignments.

Every plan of the corpus is written twice: as it was read, with all the text of the file it came from, and without any of that,
as a plan made here would be.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pm.formats import read_plan, write_plan
from pm.model import Plan, to_datetime
from pm.model.kinds import DAY, FULL
from pm.schedule import compute_schedule
from pm.worktime import Calendars
from tests.conformance.corpus import PLANS, WHY_NONE

DUMP = Path(__file__).with_name("mpxj_dump.py")
NOBODY = -65535
Answers = dict[tuple[str, str], tuple[dict[str, Any], dict[str, Any]]]


def _why_not() -> str:
    if not PLANS:
        return WHY_NONE
    if importlib.util.find_spec("mpxj") is None or importlib.util.find_spec("jpype") is None:
        return "MPXJ is not installed: pip install 'slackline[mpp]'"
    if shutil.which("java") is None:
        return "there is no Java on this machine, which MPXJ runs on"
    return ""


pytestmark = pytest.mark.skipif(bool(_why_not()), reason=_why_not() or "-")


def _without_source(plan: Plan) -> Plan:
    """The same plan, as if it had been made here."""
    tables = {}
    for name, table in plan.tables.items():
        tables[name] = table.changed({i: {"extra": None} for i in table.ids}) if "extra" in table.stored else table
    return Plan(tables)


def _days(plan: Plan) -> list[int]:
    """Two weeks from the start, and the days around exceptions."""
    start = plan.projects.column("start")[0] // DAY
    days = set(range(start, start + 14))
    for first, last in zip(plan.calendar_exceptions.column("start"), plan.calendar_exceptions.column("finish"), strict=True):
        days |= {first // DAY - 1, first // DAY, last // DAY, last // DAY + 1}
    return sorted(days)[:60]


def _lag(link: Any) -> list[Any]:
    if link.lag_kind in ("percent", "elapsed_percent"):
        return ["%" if link.lag_kind == "percent" else "e%", link.lag / 100]
    return [link.lag_kind, round(link.lag / 60, 1)]


def _ours(plan: Plan, days: list[int]) -> dict[str, Any]:
    calendars = Calendars(plan)
    uid = dict(zip(plan.tasks.ids, plan.tasks.column("uid"), strict=True))
    resource_uid = dict(zip(plan.resources.ids, plan.resources.column("uid"), strict=True))
    depths = plan.outline.depth
    used = {c for table in (plan.projects, plan.resources, plan.tasks) for c in table.column("calendar_id")}
    return {
        "tasks": [[t.uid, t.name, 0 if t.blank else depth + 1, t.blank] for t, depth in zip(plan.tasks, depths, strict=True)],
        "links": sorted([uid[k.predecessor_id], uid[k.successor_id], k.type, *_lag(k)] for k in plan.links),
        "used_calendars": {str(c.uid) for c in plan.calendars if c.is_base or c.id in used},
        "calendars": {
            str(c.uid): [round(sum(b - a for a, b in calendars.get(c.id).day_shifts(d * DAY)) / 60, 1) for d in days]
            for c in plan.calendars
        },
        "resources": [[r.uid, r.name, r.type.upper()] for r in plan.resources],
        "assignments": sorted(
            [
                a.uid,
                uid[a.task_id],
                None if a.resource_id is None else resource_uid[a.resource_id],
                round(a.units * 100 / FULL, 2),
                round(a.work / 60, 1),
            ]
            for a in plan.assignments
        ),
    }


def _answers(folder: Path) -> Answers:
    """What MPXJ and what we read, by plan and by how it was written; one JVM for all of them."""
    plans = {path.stem: read_plan(path).plan for path in PLANS}
    request = {}
    for name, plan in plans.items():
        schedule = compute_schedule(plan)
        days = [to_datetime(d * DAY).date().isoformat() for d in _days(plan)]
        for kind, written in (("kept", plan), ("fresh", _without_source(plan))):
            path = folder / f"{name}.{kind}.xml"
            write_plan(written, path, schedule=schedule)
            request[str(path)] = days
    run = subprocess.run(
        [sys.executable, str(DUMP)], input=json.dumps(request), capture_output=True, text=True, timeout=110, check=False
    )
    assert run.returncode == 0, run.stderr[-4000:]
    theirs = json.loads(run.stdout)
    found = {}
    for name, plan in plans.items():
        ours = _ours(plan, _days(plan))
        for kind in ("kept", "fresh"):
            found[name, kind] = theirs[str(folder / f"{name}.{kind}.xml")], ours
    return found


def test_mpxj_reads_every_plan_as_the_same(tmp_path: Path) -> None:
    """All plans in one test: a JVM takes longer to start than to read them."""
    answers = _answers(tmp_path)
    assert len(answers) == 2 * len(PLANS)
    different = {f"{name} ({kind})": parts for (name, kind), both in answers.items() if (parts := _differences(*both))}
    assert not different


def _differences(theirs: dict[str, Any], ours: dict[str, Any]) -> dict[str, Any]:
    """Return what MPXJ reads otherwise than we hold it, by part of the plan."""
    tasks = [t for t in theirs["tasks"] if t[0] != 0 or any(o[0] == 0 for o in ours["tasks"])]
    # MPXJ drops a derived calendar that nobody has; in these files it belongs to the row that stands for nobody.
    used = ours["used_calendars"]
    pairs = {
        "tasks": ([[t[0], t[1] or "", 0 if t[3] else t[2], t[3]] for t in tasks], ours["tasks"]),
        "links": (theirs["links"], ours["links"]),
        "calendars": (
            {c: hours for c, hours in theirs["calendars"].items() if c in used},
            {c: hours for c, hours in ours["calendars"].items() if c in used},
        ),
        "resources": ([[r[0], r[1] or "", r[2]] for r in theirs["resources"] if r[0] != 0 or r[1]], ours["resources"]),
        "assignments": (_own(theirs["assignments"], ours["tasks"]), ours["assignments"]),
    }
    return {part: both for part, both in pairs.items() if both[0] != both[1]}


def _own(assignments: list[list[Any]], tasks: list[list[Any]]) -> list[list[Any]]:
    """Without those of the task that stands for the project, which is no row of a plan of ours."""
    known = {t[0] for t in tasks}
    return sorted([*a[:2], None if a[2] == NOBODY else a[2], *a[3:]] for a in assignments if a[1] in known)
