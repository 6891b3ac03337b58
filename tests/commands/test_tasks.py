from __future__ import annotations

from typing import Any

import pytest

from pm.commands import AddTask, Assign, EditTask, MoveTask, MoveTaskTo, RemoveTasks, SetProgress
from pm.errors import CycleError, InputError, NotFoundError, PlanError, PMError
from pm.model import Plan, instant
from pm.schedule import compute_schedule
from tests.commands.plans import DAY, START, done, house


def names(plan: Plan) -> list[str]:
    return [f"{n} {name}" for n, name in zip(plan.outline.numbers, plan.tasks.column("name"), strict=True)]


def code_of(plan: Plan, command: Any) -> str:
    with pytest.raises(PMError) as caught:
        command.changeset(plan)
    return caught.value.code


def test_a_new_task_stands_last_below_its_summary() -> None:
    plan = done(house(), AddTask(1, "  Cure ", parent_id=1))
    assert names(plan)[:4] == ["1 Foundation", "1.1 Dig", "1.2 Pour slab", "1.3 Cure"]
    task = plan.task(8)
    assert (task.uid, task.duration, task.estimated) == (8, DAY, True)


def test_a_new_task_stands_before_or_after_another() -> None:
    plan = done(house(), AddTask(1, "Survey", before_id=2))
    plan = done(plan, AddTask(1, "Drain", after_id=2))
    assert names(plan)[:5] == ["1 Foundation", "1.1 Survey", "1.2 Dig", "1.3 Drain", "1.4 Pour slab"]


def test_tasks_fit_between_siblings_for_ever() -> None:
    plan = house()
    for i in range(30):
        plan = done(plan, AddTask(1, f"T{i}", after_id=2))
    assert [plan.task(i).name for i in plan.tasks.ids][2:5] == ["T29", "T28", "T27"]
    assert names(plan)[32] == "1.32 Pour slab"


def test_a_new_milestone_takes_no_time() -> None:
    assert done(house(), AddTask(1, "Permit", {"milestone": True})).task(8).duration == 0


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"duration": -1}, "duration"),
        ({"percent_complete": 10_001}, "percent complete"),
        ({"priority": 1001}, "priority"),
        ({"constraint_type": "SOON"}, "constraint type"),
        ({"constraint_type": "MSO"}, "constraint date"),
        ({"deadline": "yesterday"}, "deadline"),
        ({"deadline": 10**15}, "deadline"),
        ({"name": "a\0b"}, "name"),
        ({"name": "\udcff"}, "name"),
        ({"name": "   "}, "name"),
        ({"active": "perhaps"}, "active"),
        ({"duration": 10**14}, "duration"),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_field(values: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError, match=f"^{field} ") as caught:
        EditTask(2, values).changeset(house())
    assert caught.value.code == "value.invalid"


@pytest.mark.parametrize("values", [{"colour": 1}, {"id": 9}, {"extra": {}}])
def test_fields_that_are_not_there_to_set_are_refused(values: dict[str, Any]) -> None:
    assert code_of(house(), EditTask(2, values)) == "value.unknown_field"


@pytest.mark.parametrize("values", [{"parent_id": 4}, {"position": 1}, {"uid": 1}, {"project_id": 1}])
def test_the_tree_is_not_edited_as_fields(values: dict[str, Any]) -> None:
    assert code_of(house(), EditTask(2, values)) == "value.protected"


def test_an_edit_that_changes_nothing_is_refused() -> None:
    assert code_of(house(), EditTask(2, {"name": "Dig"})) == "command.no_change"


def test_labels_say_what_was_done() -> None:
    plan = house()

    def label(values: dict[str, Any]) -> str:
        return EditTask(3, values).changeset(plan).label

    assert label({"name": "Pour the slab"}) == "Rename Pour slab to Pour the slab"
    assert label({"duration": 5 * DAY}) == "Duration of Pour slab 3d → 5d"
    assert label({"deadline": "2026-02-03"}) == "Deadline of Pour slab none → Tue 3 Feb 00:00"
    assert label({"calendar_id": 1}) == "Calendar of Pour slab none → Standard"
    assert label({"active": False}) == "Active of Pour slab yes → no"
    assert label({"notes": "two\nlines"}) == "Edit notes of Pour slab"
    assert SetProgress(3, 5000).changeset(plan).label == "Progress of Pour slab 0% → 50%"
    assert MoveTaskTo(3, instant("2026-01-12T08:00")).changeset(plan).label == "Move Pour slab to Mon 12 Jan"
    assert RemoveTasks([1]).changeset(plan).label == "Remove Foundation and 2 more"
    assert MoveTask(3, "up").changeset(plan).label == "Move Pour slab up"


@pytest.mark.parametrize("type_", ["fixed_units", "fixed_duration", "fixed_work"])
def test_another_duration_carries_its_work_along(type_: str) -> None:
    plan = done(house(), EditTask(3, {"type": type_, "priority": 600}))
    plan = done(plan, EditTask(3, {"duration": 6 * DAY}))
    task, assignment = plan.task(3), plan.assignments[1]
    if type_ == "fixed_work":
        assert (task.work, assignment.work, assignment.units) == (3 * DAY, 3 * DAY, 5000)
    else:
        assert (task.work, assignment.work, assignment.units) == (6 * DAY, 6 * DAY, 10_000)
    assert compute_schedule(plan).task(3).duration == 6 * DAY


def test_another_amount_of_work_makes_the_task_longer_unless_its_duration_is_fixed() -> None:
    plan = done(house(), EditTask(3, {"work": 6 * DAY}))
    assert (plan.task(3).duration, plan.assignments[1].work) == (6 * DAY, 6 * DAY)
    plan = done(house(), EditTask(3, {"type": "fixed_duration"}))
    plan = done(plan, EditTask(3, {"work": 6 * DAY}))
    assert (plan.task(3).duration, plan.assignments[1].units) == (3 * DAY, 20_000)


def test_the_duration_of_a_summary_is_not_edited() -> None:
    assert code_of(house(), EditTask(1, {"duration": DAY})) == "task.summary"


def test_a_constraint_date_alone_means_no_earlier_and_a_dateless_type_drops_it() -> None:
    plan = done(house(), EditTask(2, {"constraint_date": "2026-02-02T08:00"}))
    assert plan.task(2).constraint_type == "SNET"
    plan = done(plan, EditTask(2, {"constraint_type": "MFO"}))
    assert plan.task(2).constraint_date == instant("2026-02-02T08:00")
    plan = done(plan, EditTask(2, {"constraint_type": "ALAP"}))
    assert plan.task(2).constraint_date is None
    plan = done(plan, EditTask(2, {"constraint_date": "2026-02-02T08:00"}))
    plan = done(plan, EditTask(2, {"constraint_date": None}))
    assert plan.task(2).constraint_type == "ASAP"


def test_choices_are_kept_as_plain_text() -> None:
    plan = done(house(), EditTask(2, {"constraint_type": "ALAP"}))
    assert type(plan.tasks.value(2, "constraint_type")) is str


def test_a_task_made_manual_stays_where_it_is() -> None:
    plan = house()
    before = compute_schedule(plan).task(6)
    after = compute_schedule(done(plan, EditTask(6, {"manual": True}))).task(6)
    assert (after.start, after.finish) == (before.start, before.finish)


def test_moving_a_task_in_time() -> None:
    to = instant("2026-01-12T08:00")
    plan = done(house(), MoveTaskTo(3, to))
    assert compute_schedule(plan).task(3).start == to
    plan = done(done(house(), EditTask(3, {"manual": True})), MoveTaskTo(3, to))
    found = compute_schedule(plan).task(3)
    assert (found.start, found.duration) == (to, 3 * DAY)


def test_removing_a_summary_takes_its_branch_links_and_assignments() -> None:
    plan = done(house(), RemoveTasks([1]))
    assert names(plan) == ["1 Walls", "1.1 Frame", "1.2 Roof", "2 Hand over"]
    assert (len(plan.links), len(plan.assignments)) == (0, 0)
    plan.check_references()


def test_removing_a_task_twice_over_is_removing_it_once() -> None:
    plan = done(house(), RemoveTasks([1, 2, 3]))
    assert len(plan.tasks) == 4


def test_a_task_that_somebody_filled_in_meanwhile_is_not_removed() -> None:
    plan = house()
    removal = RemoveTasks([7]).changeset(plan)
    with pytest.raises(PMError) as caught:
        done(plan, EditTask(7, {"notes": "signed"})).apply(removal)
    assert caught.value.code == "store.conflict"


def test_removing_what_is_not_there() -> None:
    with pytest.raises(NotFoundError):
        RemoveTasks([99]).changeset(house())


def test_indent_and_outdent() -> None:
    plan = done(house(), MoveTask(7, "indent"))
    assert names(plan)[-1] == "2.3 Hand over"
    plan = done(plan, MoveTask(7, "outdent"))
    assert names(plan) == names(house())
    plan = done(plan, MoveTask(2, "outdent"))
    assert names(plan)[:3] == ["1 Foundation", "1.1 Pour slab", "2 Dig"]


def test_up_and_down() -> None:
    plan = done(house(), MoveTask(4, "up"))
    assert names(plan)[:4] == ["1 Walls", "1.1 Frame", "1.2 Roof", "2 Foundation"]
    assert names(done(plan, MoveTask(4, "down"))) == names(house())


@pytest.mark.parametrize(
    "move", [MoveTask(1, "up"), MoveTask(7, "down"), MoveTask(1, "indent"), MoveTask(1, "outdent"), MoveTask(4, parent_id=6)]
)
def test_moves_that_lead_nowhere_are_refused(move: MoveTask) -> None:
    assert code_of(house(), move) == "task.cannot_move"


def test_moving_under_another_task() -> None:
    plan = done(house(), MoveTask(6, parent_id=1, before_id=3))
    assert names(plan)[:4] == ["1 Foundation", "1.1 Dig", "1.2 Roof", "1.3 Pour slab"]
    assert names(done(plan, MoveTask(6)))[-1] == "4 Roof"


def test_a_task_does_not_move_below_one_it_is_linked_to() -> None:
    assert code_of(house(), MoveTask(3, parent_id=2)) == "link.own_branch"


def test_a_move_that_closes_a_loop_is_refused() -> None:
    # Dig waits for nothing, Pour slab for Dig; with Dig below Walls and Frame after Pour slab all is well, but a link
    # from the summary Walls to Pour slab makes Walls wait for itself once Pour slab's successor Frame is inside it.
    from pm.commands import AddLink

    plan = done(house(), MoveTask(5))
    plan = done(plan, AddLink(4, 3))
    with pytest.raises(CycleError):
        MoveTask(5, parent_id=4).changeset(plan)


def test_progress_sets_the_actual_start_and_what_remains() -> None:
    plan = done(house(), SetProgress(3, 5000))
    task, assignment = plan.task(3), plan.assignments[1]
    assert task.actual_start == compute_schedule(house()).task(3).start
    assert (task.actual_duration, task.remaining_duration, task.actual_finish) == (3 * DAY // 2, 3 * DAY // 2, None)
    assert (assignment.actual_work, assignment.remaining_work) == (3 * DAY // 2, 3 * DAY // 2)
    assert (task.actual_work, task.remaining_work, task.percent_work_complete) == (3 * DAY // 2, 3 * DAY // 2, 5000)
    scheduled, before = compute_schedule(plan).task(3), compute_schedule(house()).task(3)
    assert (scheduled.start, scheduled.duration, scheduled.percent_complete) == (task.actual_start, 3 * DAY, 5000)
    assert scheduled.finish == before.finish, "progress on time moves nothing"


def test_all_done_is_finished_where_it_was_scheduled_to_finish() -> None:
    before = compute_schedule(house()).task(2)
    task = done(house(), SetProgress(2, 10_000)).task(2)
    assert (task.actual_start, task.actual_finish, task.remaining_duration) == (before.start, before.finish, 0)


def test_nothing_done_again_forgets_the_actual_dates() -> None:
    plan = done(done(house(), SetProgress(2, 10_000)), SetProgress(2, 0))
    task = plan.task(2)
    assert (task.actual_start, task.actual_finish, task.remaining_duration) == (None, None, None)
    assert compute_schedule(plan).task(2) == compute_schedule(house()).task(2)


def test_actual_dates_may_be_given_but_not_backwards() -> None:
    task = done(house(), SetProgress(2, 2500, actual_start=START + 3600)).task(2)
    assert task.actual_start == START + 3600
    assert code_of(house(), SetProgress(2, 10_000, START + 7200, START)) == "value.invalid"
    assert code_of(house(), SetProgress(1, 2500)) == "task.summary"


def test_a_longer_task_keeps_what_is_done() -> None:
    plan = done(done(house(), SetProgress(3, 5000)), EditTask(3, {"duration": 6 * DAY}))
    task = plan.task(3)
    assert (task.actual_duration, task.remaining_duration, task.percent_complete) == (3 * DAY // 2, 9 * DAY // 2, 2500)


def test_the_units_of_a_new_assignment_are_the_resources_own() -> None:
    plan = done(house(), Assign(2, 2))
    assert (plan.assignments[2].units, plan.assignments[2].work, plan.task(2).work) == (5000, DAY, DAY)


def test_a_neighbour_of_another_project_is_refused() -> None:
    from pm.commands import NewProject

    plan = done(house(), NewProject("BARN", "Barn", START))
    with pytest.raises(PlanError):
        AddTask(2, "Gate", parent_id=1).changeset(plan)
