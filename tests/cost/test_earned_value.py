from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pm.commands import SetBaseline
from pm.cost.baseline import variances
from pm.cost.earned import EarnedValue, compute_earned_value
from pm.cost.measures import Eac
from pm.errors import PMError
from pm.model import Plan, instant
from pm.resources.buckets import Bucket
from tests.cost.plans import DAY, MONDAY, costs_of, day, plan_of, plans

FIRST_FRIDAY = {"status_date": day(9, 17)}


def valued(
    tasks: list[dict[str, Any]], project: dict[str, Any] | None = None, now: dict[int, dict[str, Any]] | None = None, **rows: Any
) -> EarnedValue:
    """Earned value by a baseline of `tasks`, after these changed to `now` (values by id) and the other rows came."""
    agreed = plan_of(tasks)
    agreed = agreed.apply(SetBaseline(1).changeset(agreed))
    plan = plan_of(tasks, project or FIRST_FRIDAY, **rows)
    kept = {name: agreed.tables[name] for name in ("baselines", "task_baselines")}
    plan = Plan({**plan.tables, **kept, "tasks": plan.tasks.changed(now or {})})
    return compute_earned_value(costs_of(plan), plan.projects.at(0))


TEN = {"duration": 10 * DAY, "fixed_cost": 1000}
HALF = {"percent_complete": 5000, "actual_start": MONDAY}
ENDED = {"percent_complete": 10000, "actual_start": MONDAY, "actual_finish": day(9, 17)}


def test_half_the_time_half_the_value_and_what_was_spent() -> None:
    """Ten days of 1000; on the fifth evening 40 % is done, and 600 was booked."""
    found = valued(
        [TEN],
        now={1: {"percent_complete": 4000, "actual_start": MONDAY}},
        cost_entries=[{"task_id": 1, "amount": 600, "date": day(8)}],
    )
    m = found.measures()
    assert (m.bac, m.pv, m.ev, m.ac, m.remaining) == (1000, 500, 400, 600, 600)
    assert (m.eac(), m.eac(Eac.BOTTOM_UP), m.eac(Eac.BUDGET)) == (1500, 1200, 1200)
    s = found.schedule()
    assert s is not None
    assert (s.es, s.at, s.pd, s.spi) == (4, 5, 10, Fraction(4, 5))
    assert found.instant(s.es) == day(8, 17)
    assert s.ieac is not None
    assert found.instant(s.ieac) == day(21, 12)


@pytest.mark.parametrize(
    ("rule", "now", "earned"),
    [
        ({"method": "0/100"}, HALF, 0),
        ({"method": "0/100"}, ENDED, 1000),
        ({"method": "50/50"}, {}, 0),
        ({"method": "50/50"}, HALF, 500),
        ({"method": "50/50"}, ENDED, 1000),
        ({"method": "physical"}, {**HALF, "physical_percent_complete": 3000}, 300),
        ({"method": "level_of_effort"}, {}, 500),
        ({"method": "units", "units_planned": 40, "units_done": 12}, HALF, 300),
        ({"method": "weighted_milestones", "steps": [{"weight": 40, "done": True}, {"weight": 60}]}, HALF, 400),
        ({"method": "apportioned", "apportioned_to_id": 2}, {}, 250),
        ({"method": "percent_complete"}, HALF, 500),
        ({"method": "percent_complete"}, {**HALF, "percent_type": "work", "percent_work_complete": 2000}, 200),
        ({"method": "percent_complete"}, {**HALF, "percent_type": "physical", "physical_percent_complete": 700}, 70),
    ],
)
def test_the_rules_that_tasks_earn_by(rule: dict[str, Any], now: dict[str, Any], earned: int) -> None:
    """The second task has a quarter of 400 earned; the third is a summary of the second's kind, for branches."""
    quarter = {"percent_complete": 2500, "actual_start": MONDAY}
    found = valued(
        [TEN, {"duration": 10 * DAY, "fixed_cost": 400}], now={1: now, 2: quarter}, earned_value_rules=[{"task_id": 1, **rule}]
    )
    assert found.measures(0).ev == earned
    assert found.measures().ev == earned + 100
    assert found.earned.total == earned + 100


@pytest.mark.parametrize(
    ("rule", "now", "code"),
    [
        ({"method": "units"}, {}, "evm.rule_empty"),
        ({"method": "weighted_milestones"}, {}, "evm.rule_empty"),
        ({"method": "apportioned"}, {}, "evm.rule_empty"),
        ({"method": "apportioned", "apportioned_to_id": 1}, {}, "evm.apportioned_loop"),
        ({"method": "units", "units_planned": 4, "units_done": 9}, {}, "evm.percent"),
        ({"method": "0/100"}, {"percent_complete": 5000, "actual_start": day(20)}, "evm.after_status_date"),
    ],
)
def test_what_makes_the_figures_uncertain_is_said(rule: dict[str, Any], now: dict[str, Any], code: str) -> None:
    found = valued([TEN], now={1: now}, earned_value_rules=[{"task_id": 1, **rule}])
    assert code in [p.code for p in found.problems]
    assert 0 <= found.measures().ev <= 1000


def test_bookings_after_the_status_date_are_still_to_come() -> None:
    found = valued([TEN], cost_entries=[{"task_id": 1, "amount": 70, "date": day(20)}])
    m = found.measures()
    assert (m.ac, m.remaining) == (0, 1070)
    assert "cost.after_status_date" in [p.code for p in found.problems]


def test_the_budget_of_removed_tasks_stays_and_new_ones_have_none() -> None:
    plan = plan_of([{}, {**TEN, "parent_id": 1}, {**TEN, "parent_id": 1}])
    plan = plan.apply(SetBaseline(1).changeset(plan))
    tables = {"tasks": plan.tasks.changed({}, [{"id": 9, "uid": 9, "project_id": 1, **TEN, "name": "New"}], [3])}
    tables["task_baselines"] = plan.task_baselines.changed({}, (), [b.id for b in plan.task_baselines if b.task_id == 3])
    plan = Plan({**plan.tables, **tables})
    found = compute_earned_value(costs_of(plan), plan.projects.at(0), status=FIRST_FRIDAY["status_date"])
    assert found.measures().bac == 2000
    assert [p.message for p in found.problems] == ["cost that the baseline has no budget for: New"]


def test_what_is_missing_is_an_error_that_says_what_to_do() -> None:
    plan = plan_of([TEN])
    for missing, code in ((plan, "baseline.not_found"), (plan.apply(SetBaseline(1).changeset(plan)), "evm.no_status_date")):
        status = MONDAY if code == "baseline.not_found" else None
        with pytest.raises(PMError) as caught:
            compute_earned_value(costs_of(missing), missing.projects.at(0), status=status)
        assert (caught.value.code, bool(caught.value.hint)) == (code, True)
    free = plan_of([{"duration": DAY}], FIRST_FRIDAY)
    free = free.apply(SetBaseline(1).changeset(free))
    with pytest.raises(PMError) as caught:
        compute_earned_value(costs_of(free), free.projects.at(0))
    assert caught.value.code == "evm.no_budget"


def test_the_curve_ends_where_the_sums_do() -> None:
    found = valued([TEN], now={1: HALF}, cost_entries=[{"task_id": 1, "amount": 600, "date": day(8)}])
    points = found.curve(Bucket.WEEK)
    assert [(p.start, p.planned, p.earned, p.spent, p.forecast) for p in points] == [
        (instant("2026-01-05"), 500, 500, 600, 600),
        (instant("2026-01-12"), 1000, None, None, 1100),
    ]


@given(plans(), st.integers(0, 30), st.sampled_from(list(Bucket)))
def test_branches_are_the_sums_of_their_tasks_and_the_curve_reaches_the_totals(plan: Plan, days: int, bucket: Bucket) -> None:
    plan = plan.apply(SetBaseline(1).changeset(plan))
    project = plan.projects.at(0)
    costs = costs_of(plan)
    if not any(b.cost for b in plan.task_baselines):
        return
    status = MONDAY + days * 86400
    found = compute_earned_value(costs, project, status=status)
    for column in (found.bac, found.pv, found.ev, found.ac, found.remaining):
        parents = plan.tasks.column("parent_id")
        for at, task_id in enumerate(plan.tasks.ids):
            assert column[at] >= sum(int(column[i]) for i, parent in enumerate(parents) if parent == task_id)
        assert column[found.row] >= sum(int(column[i]) for i, parent in enumerate(parents) if parent is None)
    m = found.measures()
    baselined = sum(b.cost for b in plan.task_baselines if plan.tasks.value(b.task_id, "parent_id") is None)
    assert m.bac == found.planned.total == baselined
    assert 0 <= m.pv <= m.bac
    assert 0 <= m.ev <= m.bac
    assert m.eac(Eac.BOTTOM_UP) == costs.cost[found.row]
    points = found.curve(bucket)
    assert points[-1].planned == m.bac
    assert [p.earned for p in points if p.earned is not None][-1] == m.ev
    assert [p.spent for p in points if p.spent is not None][-1] == m.ac
    assert points[-1].forecast == m.ac + m.remaining
    s = found.schedule()
    assert s is None or 0 <= s.es <= s.pd
    assert s is None or not m.bac or not s.pd or m.ev < m.bac or s.es == s.pd


def test_a_baseline_holds_what_things_cost_and_when() -> None:
    tasks = [{}, {"parent_id": 1, "duration": 10 * DAY, "fixed_cost": 50}]
    assigned = [{"task_id": 2, "resource_id": 1, "work": 10 * DAY, "delay": DAY}]
    plan = plan_of(tasks, resources=[{"project_id": 1, "standard_rate": 10_000}], assignments=assigned)
    plan = plan.apply(SetBaseline(1).changeset(plan))
    summary, task = plan.task_baselines
    assert (summary.cost, summary.work, task.cost, task.work, task.fixed_cost) == (8050, 10 * DAY, 8050, 10 * DAY, 50)
    (assignment,) = plan.tables["assignment_baselines"]
    assert (assignment.start, assignment.finish, assignment.cost) == (day(6), day(19, 17), 8000)
    (resource,) = plan.tables["resource_baselines"]
    assert (resource.work, resource.cost) == (10 * DAY, 8000)
    later = Plan({**plan.tables, "tasks": plan.tasks.changed({2: {"fixed_cost": 80, "constraint_date": day(7)}})})
    later = Plan({**later.tables, "tasks": later.tasks.changed({2: {"constraint_type": "SNET"}})})
    found = variances(costs_of(later), later.projects.at(0), 0)
    assert [(v.start_variance, v.cost_variance, v.work_variance) for v in found] == [(2 * DAY, 30, 0)] * 2
    assert [v.finish_variance for v in found] == [2 * DAY] * 2
