"""Beside a baseline only dates are known: how a later finish came down the chain adds up."""

from __future__ import annotations

import pytest

from pm.commands import SetBaseline
from pm.comparison import BaselineComparison, Flow, compare_to_baseline
from pm.errors import NotFoundError
from pm.model import Change, Changeset, Plan
from pm.model.kinds import HOUR
from pm.schedule import compute_schedule
from tests.commands.plans import house
from tests.comparison.variants import scheduled_plan, variant

DAY = 8 * HOUR


def with_baseline(plan: Plan, project_id: int = 1) -> Plan:
    return plan.apply(SetBaseline(project_id, 0, replace=True).changeset(plan))


def check_sums(found: BaselineComparison) -> None:
    assert found.shift.elapsed == found.finish_after - found.finish_before
    if found.shift.elapsed:
        assert sum(s.shift.elapsed for s in found.steps) == found.shift.elapsed
        assert sum(s.shift.working for s in found.steps) == found.shift.working
    else:
        assert found.steps == ()


@pytest.mark.parametrize("number", range(30))
def test_the_chain_adds_up(number: int) -> None:
    plan = scheduled_plan(number)
    for project_id in plan.projects.ids:
        if project_id not in plan.tasks.column("project_id"):
            continue
        later = variant(with_baseline(plan, project_id), number)
        schedule = compute_schedule(later)
        if not any(row.start is not None for row in later.task_baselines):
            continue  # the tasks it held have been removed, or had no dates
        found = compare_to_baseline(schedule, project_id, 0)
        check_sums(found)
        moved = [m.task_id for m in found.moves if m.finish_before is not None and m.finish_after is not None]
        for task_id in moved[:5]:
            check_sums(compare_to_baseline(schedule, project_id, 0, task_id))


def test_how_a_longer_task_reaches_the_finish() -> None:
    before = with_baseline(house())
    link = Change("links", 2, {"type": "SS", "lag": DAY}, {"type": "FS", "lag": 0})
    roof = Change("links", 3, None, {"project_id": 1, "predecessor_id": 5, "successor_id": 6})
    before = with_baseline(before.apply(Changeset("", (link, roof))))
    changes = (
        Change("tasks", 3, {"duration": 3 * DAY}, {"duration": 5 * DAY}),
        Change("links", 3, {"lag": 0}, {"lag": DAY}),
        Change("tasks", 8, None, {"project_id": 1, "position": 4096, "name": "Fence"}),
    )
    found = compare_to_baseline(compute_schedule(before.apply(Changeset("", changes))), 1, 0)
    assert found.shift.working == 3 * DAY
    worked = [(s.kind, s.subject, s.shift.working) for s in found.steps if s.shift.working]
    assert worked == [(Flow.DURATION, ("tasks", 3), 2 * DAY), (Flow.WAIT, ("tasks", 6), DAY)]
    assert [f"{line.about}: {line.text}" for line in found.lines] == [
        "4 Fence: added since the baseline",
        "1.2 Pour slab: duration 3d → 5d",
    ]
    assert not found.equal


def test_right_after_it_was_taken_nothing_differs() -> None:
    assert compare_to_baseline(compute_schedule(with_baseline(house())), 1, 0).equal


def test_a_baseline_that_is_not_there() -> None:
    with pytest.raises(NotFoundError) as caught:
        compare_to_baseline(compute_schedule(house()), 1, 3)
    assert caught.value.code == "baseline.not_found"
