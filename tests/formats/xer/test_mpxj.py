"""What we write is read by MPXJ, an independent reader, as the same plan.

Plans of the corpus and samples are written as P6's text, and what MPXJ finds in it is compared with what we read.
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

from pm.formats import read_plan
from pm.formats.registry import read_bytes
from pm.formats.xer import write
from pm.model import Plan, iso, to_datetime
from pm.model.enums import ActivityType, ConstraintType
from pm.model.kinds import DAY
from pm.schedule import compute_schedule
from pm.worktime import Calendars
from tests.formats.xer.documents import plan_of, rich
from tests.formats.xer.test_writer import CORPUS, SAMPLES

SMALL = [path for path in CORPUS if path.stat().st_size < 2**20][:4]
TOML = [path for path in SAMPLES if path.suffix == ".toml"]
DUMP = Path(__file__).with_name("mpxj_dump.py")
KINDS = {
    ActivityType.START_MILESTONE: "START_MILESTONE",
    ActivityType.FINISH_MILESTONE: "FINISH_MILESTONE",
    ActivityType.LEVEL_OF_EFFORT: "LEVEL_OF_EFFORT",
    ActivityType.WBS_SUMMARY: "WBS_SUMMARY",
}
CONSTRAINTS = {
    ConstraintType.AS_LATE_AS_POSSIBLE: "AS_LATE_AS_POSSIBLE",
    ConstraintType.START_NO_EARLIER_THAN: "START_NO_EARLIER_THAN",
    ConstraintType.START_NO_LATER_THAN: "START_NO_LATER_THAN",
    ConstraintType.FINISH_NO_EARLIER_THAN: "FINISH_NO_EARLIER_THAN",
    ConstraintType.FINISH_NO_LATER_THAN: "FINISH_NO_LATER_THAN",
    ConstraintType.MUST_START_ON: "START_ON",
    ConstraintType.MUST_FINISH_ON: "FINISH_ON",
    ConstraintType.MANDATORY_START: "MUST_START_ON",
    ConstraintType.MANDATORY_FINISH: "MUST_FINISH_ON",
}


def _why_not() -> str:
    if importlib.util.find_spec("mpxj") is None or importlib.util.find_spec("jpype") is None:
        return "MPXJ is not installed: pip install 'slackline[mpp]'"
    if shutil.which("java") is None:
        return "there is no Java on this machine, which MPXJ runs on"
    return ""


pytestmark = pytest.mark.skipif(bool(_why_not()), reason=_why_not() or "-")


def _days(plan: Plan) -> list[int]:
    """Two weeks from each project's start, and the days around exceptions."""
    days = {start // DAY + i for start in plan.projects.column("start") for i in range(14)}
    for first, last in zip(plan.calendar_exceptions.column("start"), plan.calendar_exceptions.column("finish"), strict=True):
        days |= {first // DAY - 1, first // DAY, last // DAY, last // DAY + 1}
    return sorted(days)[:40]


def _ours(plan: Plan, project_id: int, days: list[int]) -> dict[str, Any]:
    calendars, names = Calendars(plan), dict(zip(plan.calendars.ids, plan.calendars.column("name"), strict=True))
    code = dict(zip(plan.tasks.ids, plan.tasks.column("wbs"), strict=True))
    project = plan.projects[project_id]
    outline = plan.outline
    own = [(i, t) for i, t in enumerate(plan.tasks) if t.project_id == project_id]
    bands = {t.id for i, t in own if outline.is_summary(i) or t.activity_type == ActivityType.HEADING}
    activities = [t for _, t in own if t.id not in bands]
    mine = {t.id for t in activities}

    def date(value: int | None) -> str | None:
        return None if value is None else iso(value)

    return {
        "tasks": sorted(
            [
                t.wbs,
                t.name,
                KINDS.get(t.activity_type, "TASK_DEPENDENT" if t.ignore_resource_calendars else "RESOURCE_DEPENDENT"),
                round(t.duration / 3600, 4),
                CONSTRAINTS.get(t.constraint_type),
                date(t.constraint_date),
                CONSTRAINTS.get(t.secondary_constraint_type),
                date(t.secondary_constraint_date),
                date(t.actual_start),
                date(t.actual_finish),
                names[t.calendar_id] if t.calendar_id is not None else None,
            ]
            for t in activities
        ),
        "bands": sorted([project.name, *(t.name for _, t in own if t.id in bands)]),
        "links": sorted(
            [code[k.predecessor_id], code[k.successor_id], k.type, round(k.lag / 3600, 4)]
            for k in plan.links
            if k.successor_id in mine and k.predecessor_id in mine
        ),
        "calendars": {
            c.name: [round(sum(b - a for a, b in calendars.get(c.id).day_shifts(d * DAY)) / 60, 1) for d in days]
            for c in plan.calendars
            if any(c.week or ())
        },
        "resources": sorted([r.name, r.type.upper()] for r in plan.resources),
        "assignments": sorted(
            [
                code[a.task_id],
                None if a.resource_id is None else plan.resources[a.resource_id].name,
                None
                if a.resource_id is not None and plan.resources[a.resource_id].type == "material"
                else round(a.work / 3600, 2),
            ]
            for a in plan.assignments
            if a.task_id in mine
        ),
        "fields": sorted({f.alias for f in plan.tables["custom_fields"] if f.key.startswith("udf")}),
    }


def _same_detail(theirs: dict[str, Any], ours: dict[str, Any]) -> None:
    """Leave out what the two do not hold alike: see the comments."""
    # Quantities of material are no work here; machines are work; hours are held to the second.
    materials = {name for name, kind in theirs["resources"] if kind == "MATERIAL"}
    theirs["assignments"] = sorted([a, r, None if r in materials else round(w, 2)] for a, r, w in theirs["assignments"])
    theirs["resources"] = [[name, kind.replace("NON_LABOR", "WORK")] for name, kind in theirs["resources"]]
    # An activity that depends on its resources has no calendar of its own here.
    bare = {row[0] for row in ours["tasks"] if row[-1] is None}
    theirs["tasks"] = [[*row[:-1], None if row[0] in bare else row[-1]] for row in theirs["tasks"]]
    # The other end of a link from another project is that project to MPXJ.
    own = {row[0] for row in theirs["tasks"]}
    theirs["links"] = [row for row in theirs["links"] if row[0] in own]
    # A week without working time is taken for one that says nothing.
    theirs["calendars"] = {name: hours for name, hours in theirs["calendars"].items() if name in ours["calendars"]}


def test_mpxj_reads_every_plan_as_the_same(tmp_path: Path) -> None:
    """All plans in one test: a JVM takes longer to start than to read them."""
    plans: dict[str, Plan] = {}
    request = {}
    sources = {path.name: read_plan(path).plan for path in (*SMALL, *TOML)} | {"rich": plan_of(rich())}
    for name, plan in sources.items():
        scheduled = compute_schedule(plan)
        path = tmp_path / f"{name}.xer"
        content = write(plan, scheduled)
        path.write_bytes(content)
        plans[str(path)] = read_bytes(content, path.name).plan
        request[str(path)] = [to_datetime(d * DAY).date().isoformat() for d in _days(plans[str(path)])]
    run = subprocess.run(
        [sys.executable, str(DUMP)], input=json.dumps(request), capture_output=True, text=True, timeout=110, check=False
    )
    assert run.returncode == 0, run.stderr[-4000:]
    different = {}
    for path_text, projects in json.loads(run.stdout).items():
        plan = plans[path_text]
        assert sorted(projects) == sorted(plan.projects.column("code"))
        for project in plan.projects:
            theirs, ours = projects[project.code], _ours(plan, project.id, _days(plan))
            _same_detail(theirs, ours)
            parts = {part: _first(theirs[part], ours[part]) for part in ours if theirs[part] != ours[part]}
            if parts:
                different[Path(path_text).name, project.code] = parts
    assert not different


def _first(theirs: Any, ours: Any) -> Any:
    """Return the first few things that differ, for the message."""
    if isinstance(theirs, dict):
        return [
            (name, theirs.get(name), ours.get(name)) for name in theirs.keys() | ours.keys() if theirs.get(name) != ours.get(name)
        ]
    return [row for row in theirs if row not in ours][:3], [row for row in ours if row not in theirs][:3]
