"""What MPXJ writes as MPX we read as it does: tasks, links, calendars, resources, assignments, progress, custom fields."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pm.formats import read_plan
from pm.formats.result import ImportResult
from pm.model import Plan, instant, iso, to_datetime
from pm.model.enums import ConstraintType
from pm.model.kinds import DAY, FULL
from pm.worktime import Calendars
from tests.conformance.corpus import PLANS, ROOT
from tests.formats import jvm

SAMPLES = sorted((ROOT / "sample_projects").glob("*.xml"))
DAYS = 400
pytestmark = pytest.mark.skipif(bool(jvm.why_not()), reason=jvm.why_not() or "-")


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[dict[str, Any], ImportResult]]:
    """What MPXJ read and what we read, by plan; one JVM for all of them."""
    folder = tmp_path_factory.mktemp("mpx")
    request = []
    for number, path in enumerate([*SAMPLES, *PLANS]):
        start = read_plan(path).plan.projects.column("start")[0] // DAY
        days = [to_datetime((start + n) * DAY).date().isoformat() for n in range(0, DAYS, 3)]
        request.append([str(path), str(folder / f"{number}.mpx"), days])
    theirs = jvm.ask("tests.formats.mpx.mpxj_peer", request)
    return {Path(mspdi).stem: (theirs[mspdi] | {"days": days}, read_plan(mpx)) for mspdi, mpx, days in request}


def _minutes(seconds: int) -> float:
    return round(seconds / 60, 1)


def test_everything_was_read_without_a_complaint(answers: dict[str, Any]) -> None:
    assert len(answers) == len(SAMPLES) + len(PLANS)
    """MPXJ writes days without times, and that is said."""
    complaints = {name: {p.code for p in result.problems} for name, (_, result) in answers.items()}
    assert set().union(*complaints.values()) == {"mpx.no_times"}, complaints


def test_the_same_tasks_and_links(answers: dict[str, Any]) -> None:
    for name, (theirs, result) in answers.items():
        plan = result.plan
        uid = dict(zip(plan.tasks.ids, plan.tasks.column("uid"), strict=True))
        ours = [(t.uid, t.name, depth) for t, depth in zip(plan.tasks, plan.outline.depth, strict=True) if not t.blank]
        blank = {t.uid for t in plan.tasks if t.blank}
        assert not [t for t in theirs["tasks"] if t[0] in blank and t[1] is not None], name
        assert ours == [(t[0], t[1] or "", t[2] - 1) for t in theirs["tasks"] if t[0] and t[0] not in blank], name
        links = [[uid[k.predecessor_id], uid[k.successor_id], k.type, *_lag(k)] for k in plan.links]
        assert sorted(links) == theirs["links"], name


def _lag(link: Any) -> list[Any]:
    if link.lag_kind in ("percent", "elapsed_percent"):
        return ["%" if link.lag_kind == "percent" else "e%", link.lag / 100]
    return [link.lag_kind, _minutes(link.lag)]


def _details(plan: Plan, result: ImportResult) -> dict[str, Any]:
    baseline = dict(zip(plan.task_baselines.column("task_id"), plan.task_baselines.column("start"), strict=True))
    found = {}
    for task in plan.tasks:
        if task.blank:
            continue
        custom = task.custom or {}
        found[str(task.uid)] = {
            "duration": _minutes(task.duration),
            "work": _minutes(task.work),
            "percent": task.percent_complete / 100,
            "constraint": ConstraintType(task.constraint_type).name,
            "constraint_date": task.constraint_date,
            "actual_start": task.actual_start,
            "actual_finish": task.actual_finish,
            "total_slack": _minutes(result.stored.total_slack.get(task.id, 0)),
            "remaining": _minutes(task.remaining_duration or 0),
            "fixed": task.type == "fixed_duration",
            "priority": task.priority,
            "notes": task.notes,
            "cost": task.cost / 100,
            "baseline_start": baseline.get(task.id),
            "text1": custom.get("text1", ""),
            "number1": custom.get("number1", 0),
            "flag1": custom.get("flag1", False),
            "start1": custom.get("start1"),
            "duration1": _minutes(custom.get("duration1", 0)),
        }
    return found


def test_the_same_values_of_tasks(answers: dict[str, Any]) -> None:
    """MPXJ writes dates without times, and reads them as midnight: days are compared."""
    compared = 0
    for name, (theirs, result) in answers.items():
        ours = _details(result.plan, result)
        for uid, values in theirs["details"].items():
            if uid == "0" or uid not in ours:  # the project's own, and blank rows: the test above has counted them
                continue
            # Where a progress column is missing MPXJ reads nothing, and we what follows.
            for key, value in values.items():
                mine = ours[uid][key]
                if key.endswith("start") or key in ("constraint_date", "actual_finish", "start1"):
                    value, mine = value and value[:10], None if mine is None else iso(mine)[:10]
                    if value is None and key.startswith("actual"):
                        continue
                elif value is None:
                    value = 0.0 if key != "remaining" else mine
                compared += value not in (None, 0.0, "", False)
                assert mine == value, (name, uid, key)
    assert compared > (5000 if PLANS else 500)


def test_the_same_calendars_resources_and_assignments(answers: dict[str, Any]) -> None:
    for name, (theirs, result) in answers.items():
        plan = result.plan
        calendars = Calendars(plan)
        days = [instant(day) for day in theirs["days"]]
        hours = {
            str(c.uid): [_minutes(sum(b - a for a, b in calendars.get(c.id).day_shifts(day))) for day in days]
            for c in plan.calendars
        }
        assert hours == theirs["calendars"], name
        task_uid = dict(zip(plan.tasks.ids, plan.tasks.column("uid"), strict=True))
        uid = dict(zip(plan.resources.ids, plan.resources.column("uid"), strict=True))
        assert [[r.uid, r.name] for r in plan.resources] == [r[:2] for r in theirs["resources"] if r[1]], name
        for r in plan.resources:
            rate, units = theirs["rates"][str(r.uid)]
            assert r.max_units * 100 / FULL == (100 if units is None else units), (name, r.name)
            assert (r.standard_rate > 0) == (rate > 0), (name, r.name)
        ours = [
            [task_uid[a.task_id], a.resource_id and uid[a.resource_id], round(a.units * 100 / FULL, 2), _minutes(a.work)]
            for a in plan.assignments
        ]
        known = {r.uid for r in plan.resources}
        expected = [[a[1], a[2] if a[2] in known else None, a[3], a[4]] for a in theirs["assignments"] if a[1]]
        assert sorted(ours, key=str) == sorted(expected, key=str), name
