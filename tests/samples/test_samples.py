"""The sample projects are canonical, read without a word, and say the same in both formats."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pm.formats import read_plan
from pm.formats.plan_toml import write
from pm.model import Plan, instant
from pm.sample_files import TITLES, sample_paths
from pm.schedule import Schedule, compute_schedule
from pm.workspace import Workspace
from tests.samples.write_xml import in_one_project

SAMPLES = pytest.mark.parametrize("path", sample_paths(), ids=lambda p: p.stem)
DAY = 28800


def test_every_sample_is_there_in_both_formats() -> None:
    assert [p.stem for p in sample_paths()] == list(TITLES)
    assert [p.stem for p in sample_paths(".xml")] == list(TITLES)


@SAMPLES
def test_the_text_is_canonical(path: Path) -> None:
    result = read_plan(path, strict=True)
    assert result.problems == ()
    assert write(result.plan) == path.read_bytes()


def table_of(plan: Plan, schedule: Schedule, *, slack: bool) -> dict[str, Any]:
    """The schedule by task name; the samples' names are their own within a branch."""
    names, outline = plan.tasks.column("name"), plan.outline
    columns = ["start", "finish", "percent_complete", *(["total_slack", "free_slack", "critical"] if slack else [])]
    found = {}
    for i, name in enumerate(names):
        path = "/".join([*(names[p] for p in reversed(outline.ancestors(i))), name])
        found[path] = tuple(int(getattr(schedule, c)[i]) for c in columns)
    assert len(found) == len(plan.tasks)
    return found


@SAMPLES
def test_both_formats_give_the_same_schedule(path: Path) -> None:
    """Under the same scheduling profile: MSPDI is read with Microsoft Project's habits."""
    source = read_plan(path, strict=True).plan
    plan = in_one_project(source)
    other = read_plan(path.with_suffix(".xml"), strict=True).plan
    profile = plan.projects.column("profile")[0]
    projects = other.projects.changed({i: {"profile": profile} for i in other.projects.ids})
    other = Plan({**other.tables, "projects": projects})
    assert table_of(other, compute_schedule(other), slack=True) == table_of(plan, compute_schedule(plan), slack=True)


def test_a_portfolio_in_one_project_keeps_its_dates() -> None:
    plan = read_plan(next(p for p in sample_paths() if p.stem == "portfolio")).plan
    merged = in_one_project(plan)
    apart, together = compute_schedule(plan), compute_schedule(merged)
    dates = dict(zip(merged.tasks.ids, zip(together.start.tolist(), together.finish.tolist(), strict=True), strict=True))
    for i, task in enumerate(plan.tasks.ids):
        assert dates[task] == (int(apart.start[i]), int(apart.finish[i])), plan.tasks.column("name")[i]


@SAMPLES
def test_deadlines_slack_and_criticality_are_plausible(path: Path) -> None:
    plan = read_plan(path).plan
    schedule = compute_schedule(plan)
    critical = int(schedule.critical.sum())
    assert 0 < critical < len(plan.tasks)
    assert int(schedule.total_slack.min()) >= -DAY
    assert any(d is not None for d in plan.tasks.column("deadline"))
    assert len(plan.links) > len(plan.tasks) / 2


def test_the_software_launch_is_under_way() -> None:
    """The picture that the Gantt chart is measured against: finished, running, late and critical tasks, and a baseline."""
    plan = read_plan(sample_paths()[0]).plan
    schedule = compute_schedule(plan)
    names = list(plan.tasks.column("name"))
    leaves = [i for i in range(len(names)) if not plan.outline.is_summary(i)]
    done = Counter(min(1, int(schedule.percent_complete[i]) // 10_000) for i in leaves)
    assert len(names) == 40
    assert done[1] == 12
    assert schedule.project_finish[1] == instant("2027-01-22T17:00")
    baseline = {b.task_id: b for b in plan.task_baselines}
    assert len(baseline) == 40
    assert max(b.finish or 0 for b in baseline.values()) == instant("2027-01-13T17:00")
    finish = {names[i]: int(schedule.finish[i]) for i in leaves}
    assert finish["Design freeze"] == instant("2026-10-15T17:00")
    assert finish["Merge rules engine"] == instant("2026-11-23T17:00")
    assert finish["Feature complete"] == instant("2026-12-14T17:00")
    late = [i for i in leaves if finish[names[i]] > (plan.tasks.column("deadline")[i] or instant("2099-01-01"))]
    assert [names[i] for i in late] == ["Feature complete"]
    for i in leaves:
        start, end = plan.tasks.column("actual_start")[i], plan.tasks.column("actual_finish")[i]
        assert start is None or start == int(schedule.start[i])
        assert end is None or end == int(schedule.finish[i])


def test_the_portfolio_shares_people_across_projects() -> None:
    """Somebody is wanted by two projects on the same day, for more than there is of them."""
    plan = read_plan(next(p for p in sample_paths() if p.stem == "portfolio")).plan
    schedule = compute_schedule(plan)
    owners = dict(zip(plan.tasks.ids, plan.tasks.column("project_id"), strict=True))
    assert {owners[x.predecessor_id] == owners[x.successor_id] for x in plan.links} == {True, False}
    clashes = 0
    assignments = list(plan.assignments)
    for n, a in enumerate(assignments):
        for b in assignments[:n]:
            i, j = plan.tasks.position(a.task_id), plan.tasks.position(b.task_id)
            overlap = min(schedule.finish[i], schedule.finish[j]) > max(schedule.start[i], schedule.start[j])
            if a.resource_id == b.resource_id and owners[a.task_id] != owners[b.task_id] and overlap:
                clashes += a.units + b.units > plan.tables["resources"][a.resource_id or 0].max_units
    assert clashes >= 3


def test_all_samples_live_in_one_database(tmp_path: Path) -> None:
    """As in the demo: every project keeps the dates it has alone."""
    with Workspace.open(f"sqlite:///{tmp_path / 'demo.db'}") as workspace:
        for path in sample_paths():
            plan = read_plan(path).plan
            alone = compute_schedule(plan)
            codes = workspace.import_plan(plan)
            assert codes == list(plan.projects.column("code"))
            for project, code in zip(plan.projects.ids, codes, strict=True):
                stored = workspace.schedule(code)
                finish = {stored.plan.projects.column("code")[i]: f for i, f in enumerate(stored.project_finish.values())}
                assert finish[code] == alone.project_finish[project], code
        assert len(workspace.projects()) == 6
