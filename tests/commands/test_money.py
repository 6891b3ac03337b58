"""Budget lines, bookings, dated rates, and how tasks earn."""

from __future__ import annotations

from typing import Any

import pytest

from pm.commands import (
    AddBooking,
    AddBudgetLine,
    AddRate,
    EditBooking,
    EditBudgetLine,
    RemoveBooking,
    RemoveBudgetLine,
    RemoveRate,
    RemoveTasks,
    SetEarnedValueRule,
)
from pm.errors import PMError
from pm.model import Plan
from pm.model.enums import EarnedValueMethod as By
from tests.commands.plans import START, done, house


def code_of(plan: Plan, command: Any) -> str:
    with pytest.raises(PMError) as caught:
        command.changeset(plan)
    return caught.value.code


def test_budget_lines() -> None:
    plan = done(house(), AddBudgetLine(1, 500_00, {"account": "Site", "kind": "capex", "spread": "bell", "task_id": 1}))
    plan = done(plan, EditBudgetLine(1, {"amount": 600_00, "period_start": START}))
    (line,) = plan.tables["budget_lines"]
    assert (line.amount, line.account, line.spread, line.project_id) == (600_00, "Site", "bell", 1)
    assert RemoveBudgetLine(1).changeset(plan).label == "Remove budget 600.00 for Site"
    assert code_of(plan, EditBudgetLine(1, {"period_finish": START - 1})) == "value.invalid"
    assert not len(done(plan, RemoveBudgetLine(1)).tables["budget_lines"])


@pytest.mark.parametrize("values", [{"spread": "edited"}, {"kind": "petty"}, {"period_start": START, "period_finish": START - 1}])
def test_budget_lines_that_make_no_sense(values: dict[str, Any]) -> None:
    assert code_of(house(), AddBudgetLine(1, 100, values)) == "value.invalid"


@pytest.mark.parametrize("amount", [0, -5])
def test_a_budget_is_more_than_nothing(amount: int) -> None:
    assert code_of(house(), AddBudgetLine(1, amount)) == "value.invalid"


def test_bookings() -> None:
    plan = done(house(), AddBooking(1, 250_00, {"task_id": 3, "date": START}))
    plan = done(plan, AddBooking(1, 90_00, {"kind": "committed"}))
    plan = done(plan, AddBooking(1, -50_00, {"date": START, "reference": "credit note"}))
    plan = done(plan, EditBooking(1, {"amount": 240_00, "account": "Fees"}))
    assert plan.tables["cost_entries"].column("amount") == [240_00, 90_00, -50_00]
    assert RemoveBooking(1).changeset(plan).label == "Remove booking 240.00 spent on Pour slab"
    assert code_of(plan, EditBooking(2, {"kind": "actual"})) == "value.invalid"
    assert code_of(plan, EditBooking(1, {"amount": 0})) == "value.invalid"
    assert not len(done(done(done(plan, RemoveBooking(1)), RemoveBooking(2)), RemoveBooking(3)).tables["cost_entries"])


def test_what_is_booked_on_a_task_that_goes_stays_with_the_project() -> None:
    plan = done(done(house(), AddBooking(1, 250_00, {"task_id": 3, "date": START})), RemoveTasks((3,)))
    assert plan.tables["cost_entries"].column("task_id") == [None]


@pytest.mark.parametrize(
    ("amount", "values"), [(0, {"date": START}), (5, {}), (-5, {"kind": "committed"}), (5, {"date": START, "kind": "lost"})]
)
def test_bookings_that_make_no_sense(amount: int, values: dict[str, Any]) -> None:
    assert code_of(house(), AddBooking(1, amount, values)) == "value.invalid"


def test_rows_of_other_projects_are_refused() -> None:
    plan = house()
    other = {"id": 2, "code": "OTHER", "name": "Other"}
    tables = {"projects": plan.projects.changed({}, [other]), "tasks": plan.tasks.changed({}, [{"id": 9, "project_id": 2}])}
    plan = Plan({**plan.tables, **tables})
    assert code_of(plan, AddBooking(1, 5, {"date": START, "task_id": 9})) == "booking.other_project"
    assert code_of(plan, AddBooking(2, 5, {"date": START, "resource_id": 1})) == "booking.other_project"
    assert code_of(plan, AddBudgetLine(1, 5, {"task_id": 9})) == "budget.other_project"


def test_rates() -> None:
    plan = done(house(), AddRate(1, {"standard_rate": 700_000, "start": START}))
    plan = done(plan, AddRate(1, {"standard_rate": 900_000, "start": START, "table": "B", "cost_per_use": 5}))
    assert AddRate(1, {"standard_rate": 625_000, "start": START + 86400}).changeset(plan).label == (
        "Rate A of Ann 62.5 from Tue 6 Jan"
    )
    assert code_of(plan, AddRate(1, {"standard_rate": 1, "start": START})) == "rate.exists"
    assert len(done(plan, RemoveRate(1)).tables["resource_rates"]) == 1


@pytest.mark.parametrize(
    "values",
    [{"standard_rate": -1}, {"overtime_rate": -1}, {"cost_per_use": -1}, {"start": START, "finish": START}, {"table": "F"}],
)
def test_rates_that_make_no_sense(values: dict[str, Any]) -> None:
    assert code_of(house(), AddRate(1, values)) == "value.invalid"


def test_rules_of_earning_are_set_changed_and_taken_back() -> None:
    plan = done(house(), SetEarnedValueRule(2, By.UNITS, {"units_planned": 40, "units_done": 10}))
    plan = done(plan, SetEarnedValueRule(2, By.UNITS, {"units_done": 12}))
    (rule,) = plan.tables["earned_value_rules"]
    assert (rule.units_planned, rule.units_done) == (40, 12)
    plan = done(plan, SetEarnedValueRule(2, By.WEIGHTED_MILESTONES, {"steps": [{"name": "Pit", "weight": 3, "done": True}]}))
    plan = done(plan, SetEarnedValueRule(3, By.APPORTIONED, {"apportioned_to_id": 2}))
    plan = done(plan, SetEarnedValueRule(2, By.PERCENT_COMPLETE))
    assert plan.tables["earned_value_rules"].column("task_id") == [3]
    assert code_of(plan, SetEarnedValueRule(2, By.PERCENT_COMPLETE)) == "command.no_change"


@pytest.mark.parametrize(
    ("task", "method", "values", "code"),
    [
        (1, By.ZERO_HUNDRED, {}, "task.summary"),
        (2, By.UNITS, {}, "value.invalid"),
        (2, By.UNITS, {"units_planned": 4, "units_done": -1}, "value.invalid"),
        (2, By.WEIGHTED_MILESTONES, {}, "value.invalid"),
        (2, By.WEIGHTED_MILESTONES, {"steps": [{"weight": 0}]}, "value.invalid"),
        (2, By.WEIGHTED_MILESTONES, {"steps": [{"weight": 5}, {"weight": -1}]}, "value.invalid"),
        (2, By.APPORTIONED, {}, "value.invalid"),
        (2, By.APPORTIONED, {"apportioned_to_id": 2}, "evm.apportioned_loop"),
        (2, By.APPORTIONED, {"apportioned_to_id": 1}, "evm.apportioned_loop"),
        (5, By.APPORTIONED, {"apportioned_to_id": 3}, "evm.apportioned_loop"),
    ],
)
def test_rules_that_make_no_sense(task: int, method: By, values: dict[str, Any], code: str) -> None:
    """Pour slab goes in step with Walls, which holds Frame."""
    plan = done(house(), SetEarnedValueRule(3, By.APPORTIONED, {"apportioned_to_id": 4}))
    assert code_of(plan, SetEarnedValueRule(task, method, values)) == code
