from __future__ import annotations

from typing import Any

import pytest

from pm.commands import EditResource, EditTask, RemoveBaseline, SetBaseline
from pm.errors import PMError
from pm.model import Plan
from tests.commands.plans import DAY, START, done, house


def code_of(plan: Plan, command: Any) -> str:
    with pytest.raises(PMError) as caught:
        command.changeset(plan)
    return caught.value.code


def test_a_baseline_keeps_dates_work_and_cost() -> None:
    plan = done(house(), EditResource(1, {"standard_rate": 500_000}))
    plan = done(plan, SetBaseline(1, name="Agreed", taken_at=START))
    kept = {b.task_id: b for b in plan.task_baselines}
    assert (kept[3].work, kept[3].cost, kept[3].start) == (3 * DAY, 24 * 5000, START + 2 * 86400)
    assert (kept[1].work, kept[1].cost) == (3 * DAY, 24 * 5000)
    assert len(plan.tables["assignment_baselines"]) == 1
    (resource,) = plan.tables["resource_baselines"]
    assert (resource.resource_id, resource.work, resource.cost) == (1, 3 * DAY, 24 * 5000)
    (head,) = plan.baselines
    assert (head.number, head.name, head.taken_at) == (0, "Agreed", START)


def test_a_baseline_is_replaced_only_when_asked() -> None:
    plan = done(done(house(), SetBaseline(1, 0)), EditTask(2, {"duration": 4 * DAY}))
    assert code_of(plan, SetBaseline(1, 0)) == "baseline.exists"
    later = done(plan, SetBaseline(1, 0, replace=True))
    assert {b.task_id: b for b in later.task_baselines}[2].duration == 4 * DAY
    assert (len(later.task_baselines), len(later.baselines)) == (7, 1)


def test_without_a_number_it_takes_the_lowest_that_is_free() -> None:
    plan = done(done(house(), SetBaseline(1)), SetBaseline(1, 2))
    plan = done(done(plan, SetBaseline(1)), SetBaseline(1))
    assert sorted(plan.baselines.column("number")) == [0, 1, 2, 3]


def test_baselines_have_numbers_up_to_999_and_can_be_removed() -> None:
    assert code_of(house(), SetBaseline(1, 1000)) == code_of(house(), SetBaseline(1, -1)) == "value.invalid"
    plan = done(done(house(), SetBaseline(1, 0)), SetBaseline(1, 999))
    plan = done(plan, RemoveBaseline(1, 0))
    assert {b.number for b in plan.task_baselines} == {999}
    assert code_of(plan, RemoveBaseline(1, 0)) == "baseline.not_found"
