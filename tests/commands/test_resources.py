from __future__ import annotations

from typing import Any

import pytest

from pm.commands import AddResource, Assign, EditAssignment, EditResource, EditTask, RemoveResource, SetProgress, Unassign
from pm.commands.resources import find_assignment, find_resource
from pm.errors import NotFoundError, PMError
from pm.model import Plan
from pm.schedule import compute_schedule
from tests.commands.plans import DAY, done, house


def code_of(plan: Plan, command: Any) -> str:
    with pytest.raises(PMError) as caught:
        command.changeset(plan)
    return caught.value.code


def test_adding_and_editing_resources() -> None:
    plan = done(house(), AddResource(" Cleo ", {"standard_rate": 625_000}, project_id=1))
    assert (plan.resources[4].name, plan.resources[4].uid, plan.resources[4].project_id) == ("Cleo", 4, 1)
    assert code_of(plan, AddResource("cleo", project_id=1)) == "resource.exists"
    assert done(plan, AddResource("Cleo")).resources[5].project_id is None
    assert EditResource(4, {"standard_rate": 700_000}).changeset(plan).label == "Standard rate of Cleo 62.5 → 70"
    assert code_of(plan, EditResource(4, {"max_units": -1})) == "value.invalid"


def test_resources_are_found_by_name_or_initials() -> None:
    plan = house()
    assert find_resource(plan, "bob") == 2
    assert find_resource(plan, "a") == 1
    with pytest.raises(NotFoundError):
        find_resource(plan, "zoe")
    with pytest.raises(NotFoundError):
        find_resource(plan, "")


def test_a_removed_resource_leaves_no_assignments() -> None:
    plan = done(house(), RemoveResource(1))
    assert len(plan.assignments) == 0
    plan.check_references()


def test_assigning_adds_work_and_keeps_the_dates() -> None:
    plan = done(house(), Assign(3, 2, 5000))
    assert (plan.task(3).work, plan.assignments[2].work) == (3 * DAY + 3 * DAY // 2, 3 * DAY // 2)
    assert compute_schedule(plan).task(3).duration == 3 * DAY


def test_effort_driven_tasks_get_shorter_with_more_hands() -> None:
    plan = done(house(), EditTask(3, {"effort_driven": True}))
    plan = done(plan, Assign(3, 2, 5000))
    task = plan.task(3)
    assert (task.work, task.duration) == (3 * DAY, 2 * DAY)
    assert [a.work for a in plan.assignments] == [2 * DAY, DAY]
    assert compute_schedule(plan).task(3).duration == 2 * DAY


def typed(plan: Plan, kind: str) -> Plan:
    """Return the plan with task 3 of a type, which it may have already."""
    return plan if plan.task(3).type == kind else done(plan, EditTask(3, {"type": kind}))


@pytest.mark.parametrize(
    ("kind", "edited", "duration", "units", "work"),
    [
        ("fixed_units", "units", 6, 5000, 3),
        ("fixed_units", "duration", 6, 10_000, 6),
        ("fixed_units", "work", 6, 10_000, 6),
        ("fixed_work", "units", 6, 5000, 3),
        ("fixed_work", "duration", 6, 5000, 3),
        ("fixed_work", "work", 6, 10_000, 6),
        ("fixed_duration", "units", 3, 5000, 1.5),
        ("fixed_duration", "duration", 6, 10_000, 6),
        ("fixed_duration", "work", 3, 20_000, 6),
    ],
)
def test_what_follows_from_an_edit_is_microsofts_table(kind: str, edited: str, duration: int, units: int, work: float) -> None:
    """Which of work = duration x units is computed, by task type and by what was edited; one worker, 3 days of work."""
    plan = typed(house(), kind)
    edits = {"units": EditAssignment(1, {"units": 5000}), "work": EditAssignment(1, {"work": 6 * DAY})}
    plan = done(plan, edits.get(edited, EditTask(3, {"duration": 6 * DAY})))
    task, assignment = plan.task(3), plan.assignments[1]
    assert (task.duration, assignment.units, assignment.work) == (duration * DAY, units, work * DAY)
    assert task.work == assignment.work


@pytest.mark.parametrize(
    ("kind", "duration", "units"), [("fixed_units", 3, 10_000), ("fixed_work", 3, 10_000), ("fixed_duration", 2, 15_000)]
)
def test_the_work_of_who_leaves_an_effort_driven_task_falls_to_the_others(kind: str, duration: int, units: int) -> None:
    plan = done(house(), EditTask(3, {"effort_driven": True}))
    plan = done(plan, Assign(3, 2, 5000))
    plan = done(typed(plan, kind), Unassign(2))
    task, assignment = plan.task(3), plan.assignments[1]
    assert (task.work, task.duration, assignment.work, assignment.units) == (3 * DAY, duration * DAY, 3 * DAY, units)


def test_material_takes_no_time() -> None:
    plan = done(house(), Assign(3, 3, 120_000))
    assert (plan.task(3).work, plan.assignments[2].work, plan.assignments[2].units) == (3 * DAY, 0, 120_000)
    assert compute_schedule(plan).task(3).duration == 3 * DAY


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (Assign(3, 1), "assignment.exists"),
        (Assign(1, 1), "task.summary"),
        (Assign(3, 2, -1), "value.invalid"),
        (Assign(3, 99), "plan.not_found"),
        (EditAssignment(1, {"task_id": 2}), "value.invalid"),
    ],
)
def test_assignments_that_cannot_be_are_refused(command: Any, code: str) -> None:
    assert code_of(house(), command) == code


def test_half_the_units_take_twice_the_time() -> None:
    plan = done(house(), EditAssignment(1, {"units": 5000}))
    assert (plan.task(3).duration, plan.task(3).work, plan.assignments[1].work) == (6 * DAY, 3 * DAY, 3 * DAY)
    assert compute_schedule(plan).task(3).duration == 6 * DAY
    assert EditAssignment(1, {"units": 5000}).changeset(house()).label == "Units of Ann on Pour slab 100% → 50%"


def test_with_a_fixed_duration_half_the_units_do_half_the_work() -> None:
    plan = done(house(), EditTask(3, {"type": "fixed_duration"}))
    plan = done(plan, EditAssignment(1, {"units": 5000}))
    assert (plan.task(3).duration, plan.task(3).work, plan.assignments[1].work) == (3 * DAY, 3 * DAY // 2, 3 * DAY // 2)


def test_unassigning_takes_the_work_away() -> None:
    plan = done(house(), Assign(3, 2, 5000))
    plan = done(plan, Unassign(find_assignment(plan, 3, 1).id))
    assert (plan.task(3).work, plan.task(3).remaining_work) == (3 * DAY // 2, 3 * DAY // 2)
    with pytest.raises(NotFoundError):
        find_assignment(plan, 3, 1)


def test_progress_survives_another_duration_of_assigned_work() -> None:
    plan = done(house(), SetProgress(3, 5000))
    plan = done(plan, EditTask(3, {"duration": 6 * DAY}))
    assignment = plan.assignments[1]
    assert (assignment.work, assignment.actual_work, assignment.percent_work_complete) == (6 * DAY, 3 * DAY // 2, 2500)
    assert assignment.remaining_work == 9 * DAY // 2
