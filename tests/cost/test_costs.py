from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pm.cost.budgets import budget_flow, budget_status
from pm.cost.costs import resources_of
from pm.model import Plan, instant
from pm.resources.buckets import Bucket, bucket_edges
from tests.cost.plans import DAY, HOUR, MONDAY, costs_of, day, plan_of, plans

TEN_DAYS = [{"duration": 10 * DAY}]


def assigned(resource: dict[str, object], *, rates: list[dict[str, object]] | None = None, **assignment: object) -> Plan:
    """A task of ten days with one assignment of full time."""
    row = {"task_id": 1, "resource_id": 1, "work": 10 * DAY, **assignment}
    return plan_of(TEN_DAYS, resources=[resource], assignments=[row], resource_rates=rates or [])


def test_work_costs_its_hours_at_the_rate_and_a_sum_for_each_use() -> None:
    """Microsoft Project multiplies the cost per use by the units of a person, not by the amount of a material."""
    plan = assigned({"standard_rate": 100_000, "cost_per_use": 3000}, units=5000, work=200 * HOUR)
    assert costs_of(plan).cost.tolist() == [200_000 + 1500] * 2
    plan = assigned({"type": "material", "standard_rate": 90_000, "cost_per_use": 1000}, units=100_000, work=0)
    assert costs_of(plan).cost.tolist() == [10 * 900 + 1000] * 2


def test_overtime_is_part_of_the_work_and_has_its_own_rate() -> None:
    plan = assigned({"standard_rate": 100_000, "overtime_rate": 110_000}, work=24 * HOUR, overtime_work=HOUR)
    assert costs_of(plan).cost[0] == 23 * 1000 + 1100


def test_a_rate_that_changes_in_the_middle_splits_the_assignment() -> None:
    """40 hours at 50, then 40 at 60: the second week costs more, and each hour is priced by its own day."""
    rates: list[dict[str, object]] = [{"resource_id": 1, "start": instant("2026-01-12"), "standard_rate": 600_000}]
    costs = costs_of(assigned({"standard_rate": 500_000}, rates=rates))
    assert costs.cost[0] == 40 * 5000 + 40 * 6000
    weeks = bucket_edges(MONDAY, day(16, 17), Bucket.WEEK)
    assert costs.flow.by_bucket(weeks)[0].tolist() == [0, 200_000, 240_000, 0]


def test_a_line_with_an_end_gives_way_to_the_resource_s_own_rate() -> None:
    rates: list[dict[str, object]] = [
        {"resource_id": 1, "start": instant("2026-01-07"), "finish": instant("2026-01-09"), "standard_rate": 900_000}
    ]
    assert costs_of(assigned({"standard_rate": 500_000}, rates=rates)).cost[0] == 64 * 5000 + 16 * 9000


def test_each_assignment_uses_its_own_table() -> None:
    rates: list[dict[str, object]] = [{"resource_id": 1, "table": "C", "standard_rate": 200_000, "cost_per_use": 7}]
    assert costs_of(assigned({"standard_rate": 500_000}, rates=rates, rate_table="C")).cost[0] == 80 * 2000 + 7


def test_work_at_no_rate_is_said() -> None:
    (problem,) = costs_of(assigned({"name": "Ann"})).problems
    assert (problem.code, problem.message) == ("cost.no_rate", "work at no rate costs nothing: Ann")


def test_an_amount_that_a_file_holds_stands_where_there_is_no_rate() -> None:
    costs = costs_of(assigned({}, cost=4321))
    assert (costs.cost[0], costs.problems) == (4321, ())


@pytest.mark.parametrize(
    ("accrual", "percent", "actual"),
    [
        *(("start", 0, 0), ("start", 5000, 8100), ("start", 10000, 8100)),
        *(("prorated", 0, 0), ("prorated", 5000, 4100), ("prorated", 10000, 8100)),
        *(("end", 0, 0), ("end", 5000, 0), ("end", 10000, 8100)),
    ],
)
def test_when_a_resource_s_cost_accrues(accrual: str, percent: int, actual: int) -> None:
    """80 hours at 1.00 and 1.00 a use: prorated, the use counts as soon as work begins."""
    row: dict[str, object] = {"duration": 10 * DAY, "percent_complete": percent}
    if percent:
        row["actual_start"] = MONDAY
    if percent == 10000:
        row["actual_finish"] = day(16, 17)
    assignment = {"task_id": 1, "resource_id": 1, "work": 80 * HOUR, "actual_work": 80 * HOUR * percent // 10000}
    resource = {"standard_rate": 10_000, "cost_per_use": 100, "accrual": accrual}
    costs = costs_of(plan_of([row], resources=[resource], assignments=[assignment]))
    assert (costs.actual[0], costs.cost[0]) == (actual, 8100)


@pytest.mark.parametrize(("accrual", "weeks"), [("start", [1000, 0]), ("prorated", [500, 500]), ("end", [0, 1000])])
def test_when_a_fixed_cost_counts(accrual: str, weeks: list[int]) -> None:
    costs = costs_of(plan_of([{"duration": 10 * DAY, "fixed_cost": 1000, "fixed_cost_accrual": accrual}]))
    assert costs.flow.by_bucket(bucket_edges(MONDAY, day(16, 17), Bucket.WEEK))[0].tolist() == [0, *weeks, 0]


def test_currencies_have_their_own_decimals() -> None:
    for digits, cost in ((0, 80), (2, 8000), (3, 80_000)):
        plan = plan_of(
            TEN_DAYS,
            {"currency_digits": digits},
            resources=[{"standard_rate": 10_000}],
            assignments=[{"task_id": 1, "resource_id": 1, "work": 80 * HOUR}],
        )
        assert costs_of(plan).cost[0] == cost


def test_inactive_tasks_and_tasks_of_other_files_cost_nothing() -> None:
    rows = [{"duration": DAY, "fixed_cost": 5, "active": False}, {"duration": DAY, "fixed_cost": 5, "external": True}]
    assert costs_of(plan_of(rows)).cost.tolist() == [0, 0, 0]


def test_what_is_booked_takes_the_place_of_what_was_computed() -> None:
    done = {"duration": DAY, "fixed_cost": 1000, "percent_complete": 10000, "actual_start": MONDAY, "actual_finish": day(5, 17)}
    entries = [
        {"task_id": 1, "amount": 700, "date": day(6)},
        {"task_id": 1, "amount": 600, "date": day(7)},
        {"amount": 50, "date": day(7)},
    ]
    costs = costs_of(plan_of([done, done], cost_entries=entries))
    assert costs.actual.tolist() == [1300, 1000, 2350]


def test_a_commitment_counts_where_it_is_more_than_what_remains() -> None:
    task = {"duration": 10 * DAY, "fixed_cost": 1000}
    entries = [
        {"task_id": 1, "amount": 900, "kind": "committed"},
        {"task_id": 2, "amount": 1500, "kind": "committed", "date": day(30)},
        {"amount": 70, "kind": "committed"},
    ]
    costs = costs_of(plan_of([task, task], cost_entries=entries))
    assert costs.remaining.tolist() == [1000, 1500, 2570]
    assert costs.committed.tolist() == [900, 1500, 2470]
    assert costs.flow.until(day(30)).sum() == 2070


def test_costs_of_accounts_are_inherited_and_compared_with_their_budgets() -> None:
    """Labour of 80 hours, 100 each day; 450 is passed on the fifth day."""
    tasks = [
        {"account": "Labour"},
        {"parent_id": 1, "duration": 10 * DAY, "fixed_cost": 1000},
        {"duration": DAY, "fixed_cost": 9, "account": "Fees"},
    ]
    lines = [{"account": "labour", "amount": 450, "kind": "capex"}, {"account": "Rent", "amount": 5}]
    costs = costs_of(plan_of(tasks, budget_lines=lines))
    found, whole = budget_status(costs, costs.plan.projects.at(0))
    assert [(s.account, s.budget, s.forecast, s.breach) for s in found] == [
        ("Fees", None, 9, None),
        ("Labour", 450, 1000, instant("2026-01-09")),
        ("Rent", 5, 0, None),
    ]
    assert (whole.budget, whole.forecast, whole.left, whole.kinds) == (455, 1009, -554, ("capex", "opex"))


def test_a_budget_keeps_its_shape_over_its_period() -> None:
    """Ten days, a bell of 10, 20, 40, 80, 100, 100, 80, 40, 20, 10 in 500: each day a tenth of the time."""
    line = {"amount": 5000, "spread": "bell", "period_start": MONDAY, "period_finish": day(16, 17)}
    costs = costs_of(plan_of(TEN_DAYS, budget_lines=[line]))
    days = bucket_edges(MONDAY, day(16), Bucket.DAY)
    found = budget_flow(costs, costs.plan.projects.at(0)).by_bucket(days)[0]
    assert [n for n in found.tolist() if n] == [100, 200, 400, 800, 1000, 1000, 800, 400, 200, 100]


@given(plans(), st.sampled_from(list(Bucket)), st.integers(0, 6))
def test_sums_over_periods_are_the_totals_and_roll_ups_the_sums_of_leaves(plan: Plan, bucket: Bucket, week_start: int) -> None:
    costs = costs_of(plan)
    project = plan.projects.at(0)
    row = costs.project_row(project.id)
    first, last = int(costs.flow.begin.min(initial=MONDAY)), int(costs.flow.end.max(initial=MONDAY))
    edges = bucket_edges(first, last + 1, bucket, week_start)
    for flow, own in ((costs.spent, costs.own_actual), (costs.to_come, costs.own_remaining)):
        assert flow.by_bucket(edges, flow.task, row + 1).sum(axis=1).tolist() == own.tolist()
        assert flow.total == own.sum() == costs.rolled_up(own)[row]
        for edge in edges[:: max(1, len(edges) // 5)].tolist():
            assert flow.until(edge).sum() == flow.by_bucket(np.array([edge]))[0][0]
    assert (costs.assignment_actual <= costs.assignment_cost).all()
    roots = [i for i, parent in enumerate(plan.tasks.column("parent_id")) if parent is None]
    loose = int(costs.own_actual[row] + costs.own_remaining[row])
    assert costs.cost[row] == costs.cost[roots].sum() + loose
    for i in plan.outline.summaries:
        inside = range(i, plan.outline.end[i])
        assert costs.cost[i] == sum(int(costs.own_actual[k] + costs.own_remaining[k]) for k in inside)
    by_resource = resources_of(costs, project)
    assert sum(spent for spent, _ in by_resource.values()) == costs.actual[row]
    found, whole = budget_status(costs, project)
    assert sum(s.forecast for s in found) == whole.forecast == costs.cost[row]
    assert sum(s.committed for s in found) == whole.committed == costs.committed[row]
    assert budget_flow(costs, project).total == sum(line.amount for line in plan.tables["budget_lines"])


@given(plans())
def test_months_are_the_sums_of_their_days(plan: Plan) -> None:
    flow = costs_of(plan).flow
    days = bucket_edges(MONDAY, MONDAY + 100 * 86400, Bucket.DAY)
    months = bucket_edges(MONDAY, MONDAY + 100 * 86400, Bucket.MONTH)
    of_day = np.searchsorted(months, days, "right")
    summed = np.zeros(len(months) + 1, dtype=np.int64)
    np.add.at(summed, np.concatenate(([0], of_day)), flow.by_bucket(days)[0])
    exact = flow.by_bucket(months)[0]
    assert summed[1:-2].tolist() == exact[1:-2].tolist()
