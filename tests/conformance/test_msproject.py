"""Real Microsoft Project plans: read, written back without a loss, scheduled."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from pm.formats import ImportResult, read_plan
from pm.formats.mspdi import write
from pm.schedule import compute_schedule
from pm.schedule.result import Schedule
from tests.conformance.corpus import PLANS, WHY_NONE, canonical
from tests.formats.mspdi.documents import read_text

pytestmark = pytest.mark.skipif(not PLANS, reason=WHY_NONE)
each_plan = pytest.mark.parametrize("path", PLANS, ids=[p.stem for p in PLANS])


@cache
def imported(path: Path) -> ImportResult:
    return read_plan(path)


@cache
def scheduled(path: Path) -> Schedule:
    return compute_schedule(imported(path).plan)


@each_plan
def test_is_read_without_a_problem(path: Path) -> None:
    result = imported(path)
    assert not result.problems
    result.plan.check_references()
    assert len(result.plan.tasks) > 0


@each_plan
def test_comes_back_without_a_loss(path: Path) -> None:
    assert canonical(write(imported(path).plan, None)) == canonical(path.read_bytes())


@each_plan
def test_comes_back_without_a_loss_when_scheduled(path: Path) -> None:
    assert canonical(write(imported(path).plan, scheduled(path))) == canonical(path.read_bytes())


@each_plan
def test_what_is_written_is_the_same_plan(path: Path) -> None:
    plan = imported(path).plan
    again = read_text(write(plan, None))
    assert not again.problems
    for name, table in plan.tables.items():
        if name != "projects":
            assert again.plan.tables[name] == table, name
    assert write(again.plan, None) == write(plan, None)


@each_plan
def test_the_results_we_write_are_read_as_the_files_own(path: Path) -> None:
    schedule = scheduled(path)
    stored = read_text(write(imported(path).plan, schedule)).stored
    computed = [schedule.at(i) for i in range(len(schedule.plan.tasks))]
    for name in ("start", "finish", "early_start", "late_finish"):
        assert getattr(stored, name) == {t.id: getattr(t, name) for t in computed if getattr(t, name) is not None}, name
    # Slack is written in tenths of a minute.
    assert stored.total_slack == {t.id: _tenths(t.total_slack) for t in computed if t.total_slack is not None}
    assert stored.critical == {t.id: t.critical for t in computed if t.start is not None}


def _tenths(seconds: int) -> int:
    return (seconds + 3) // 6 * 6
