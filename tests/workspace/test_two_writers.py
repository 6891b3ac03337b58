"""Two people at one database: both changes land, or one is told what changed; never a silent overwrite, never a loop."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from pm.errors import ConflictError, CycleError, PlanError, PMError
from pm.model import Change, Plan
from pm.workspace import Applied, Workspace
from tests.workspace.edits import Edit, Meeting, add_task, delete_task, link, move_under, sample, set_field
from tests.workspace.writers import add_and_count


@pytest.fixture
def writers(database_url: str) -> Iterator[tuple[Workspace, Workspace]]:
    with Workspace.open(database_url, author="ada") as ada, Workspace.open(database_url, author="ben") as ben:
        ada.import_plan(sample())
        yield ada, ben


def at_once(writers: tuple[Workspace, Workspace], *commands: Edit) -> list[Applied | PMError]:
    """Let each writer do a command from the same revision of the plan, at the same time."""
    barrier = threading.Barrier(len(commands))

    def work(writer: Workspace, command: Edit) -> Applied | PMError:
        try:
            return writer.run(Meeting(command, barrier), "ATLAS")
        except PMError as error:
            return error

    with ThreadPoolExecutor(len(commands)) as pool:
        return list(pool.map(work, writers, commands))


def refused(outcomes: list[Applied | PMError]) -> list[PMError]:
    return [o for o in outcomes if isinstance(o, PMError)]


def agree(writers: tuple[Workspace, Workspace]) -> bool:
    """Whether both see the same, and it is whole."""
    ada, ben = writers
    return ada.plan("ATLAS") == ben.plan("ATLAS") and ada.check() == []


def test_different_fields_of_one_task_both_land(writers: tuple[Workspace, Workspace]) -> None:
    outcomes = at_once(writers, set_field("Task 11", "priority", 700), set_field("Task 11", "notes", "wet"))
    assert refused(outcomes) == []
    task = writers[0].plan("ATLAS").tasks[writers[0].plan("ATLAS").find_task("Task 11")]
    assert (task.priority, task.notes) == (700, "wet")
    assert agree(writers)


def test_the_same_field_is_a_conflict_that_names_it(writers: tuple[Workspace, Workspace]) -> None:
    outcomes = at_once(writers, set_field("Task 11", "priority", 700), set_field("Task 11", "priority", 800))
    (error,) = refused(outcomes)
    assert isinstance(error, ConflictError)
    (won,) = [700 if isinstance(outcomes[0], Applied) else 800]
    assert error.conflicts == (f"task 'Task 11': priority was 500 and is {won} now",)
    assert error.exit_status == 4
    plan = writers[0].plan("ATLAS")
    assert plan.tasks[plan.find_task("Task 11")].priority == won
    assert agree(writers)


def test_two_links_that_close_a_loop_only_together(writers: tuple[Workspace, Workspace]) -> None:
    outcomes = at_once(writers, link("Task 21", "Task 22"), link("Task 22", "Task 21"))
    (error,) = refused(outcomes)
    assert isinstance(error, CycleError)
    assert len(writers[0].plan("ATLAS").links) == 2
    assert agree(writers)


def test_two_moves_that_bite_each_others_tails(writers: tuple[Workspace, Workspace]) -> None:
    outcomes = at_once(writers, move_under("Task 10", "Task 20"), move_under("Task 20", "Task 10"))
    (error,) = refused(outcomes)
    assert isinstance(error, PlanError)
    assert agree(writers)


def test_new_tasks_get_ids_and_numbers_of_their_own(writers: tuple[Workspace, Workspace]) -> None:
    outcomes = at_once(writers, add_task("Hers"), add_task("His"))
    assert refused(outcomes) == []
    plan = writers[0].plan("ATLAS")
    assert {"Hers", "His"} <= set(plan.tasks.column("name"))
    assert len(set(plan.tasks.column("uid"))) == len(plan.tasks)
    assert agree(writers)


@pytest.mark.parametrize(
    "other", [link("Task 12", "Task 23"), add_task("Below", parent_id=4), set_field("Task 12", "notes", "x")]
)
def test_a_task_that_goes_while_another_uses_it(writers: tuple[Workspace, Workspace], other: Edit) -> None:
    ada = writers[0]
    below = ada.plan("ATLAS").find_task("Task 12")
    if other.label.startswith("Add"):
        other = add_task("Below", parent_id=below)
    outcomes = at_once(writers, delete_task("Task 12"), other)
    (error,) = refused(outcomes)
    assert isinstance(error, ConflictError)
    assert error.conflicts
    assert agree(writers)


def test_a_number_that_somebody_took_meanwhile_is_not_given_twice(writers: tuple[Workspace, Workspace]) -> None:
    ada, ben = writers
    ada.run(delete_task("Task 23"), "ATLAS")
    taken = max(ada.plan("ATLAS").tasks.column("uid")) + 1
    assert taken == 23
    ben.run(add_task("New"), "ATLAS")
    with pytest.raises(ConflictError) as caught:
        ada.undo()
    assert "23" in caught.value.conflicts[0]
    uids = ada.plan("ATLAS").tasks.column("uid")
    assert len(set(uids)) == len(uids)
    ben.undo()
    ada.undo()
    assert "Task 23" in ben.plan("ATLAS").tasks.column("name")


def test_a_change_by_another_process_is_seen_before_the_next_command(writers: tuple[Workspace, Workspace]) -> None:
    ada, ben = writers
    before = ada.schedule("ATLAS")
    ben.run(set_field("Task 11", "duration", 5 * 28800), "ATLAS")
    after = ada.schedule("ATLAS")
    assert after is not before
    task = ada.plan("ATLAS").find_task("Task 12")
    assert after.task(task).start != before.task(task).start
    ben.run(set_field("Standard", "week", [[]] * 4 + [[[0, 3600]]] + [[]] * 2, "calendars"), "ATLAS")
    assert ada.schedule("ATLAS").task(task).start != after.task(task).start


def test_a_change_of_another_project_does_not_make_us_read_again(writers: tuple[Workspace, Workspace]) -> None:
    ada, ben = writers
    ada.delete_project("ATLAS")
    ada.undo()
    plan = ada.plan("ATLAS")
    rows = {name: [table.row(i) for i in table.ids] for name, table in sample().tables.items()}
    rows["projects"][0]["code"] = "OTHER"
    ben.import_plan(Plan.from_rows(**rows))
    ben.run(set_field("Task 11", "priority", 1), "OTHER")
    assert ada.plan("ATLAS") is plan
    assert ben.plan("ATLAS") == plan


def test_a_loop_that_leads_through_another_project(writers: tuple[Workspace, Workspace]) -> None:
    ada, ben = writers
    rows = {name: [table.row(i) for i in table.ids] for name, table in sample().tables.items()}
    rows["projects"][0]["code"] = "OTHER"
    ben.import_plan(Plan.from_rows(**rows))

    def there_and_back(plan: Plan) -> list[Change]:
        first, second = plan.project("ATLAS").id, plan.project("OTHER").id
        a, b = plan.find_task("Task 21", first), plan.find_task("Task 22", first)
        through, new = plan.find_task("Task 21", second), plan.next_id("links")
        ends = ((a, through), (through, b))
        rows = [{"project_id": first, "predecessor_id": p, "successor_id": s} for p, s in ends]
        return [Change("links", new + n, None, row) for n, row in enumerate(rows)]

    ben.run(Edit(there_and_back))
    assert len(ada.plan("ATLAS").links) == 1, "the plan of one project holds its inner links only"
    with pytest.raises(CycleError):
        ada.run(link("Task 22", "Task 21"), "ATLAS")
    ada.run(link("Task 21", "Task 22"), "ATLAS")
    assert ada.check() == []
    assert ben.delete_project("OTHER") == "Delete project OTHER"
    assert len(ada.plan().links) == 2
    ben.undo()
    assert len(ada.plan().links) == 5
    assert ada.check() == []


def test_no_change_of_many_processes_is_lost(database_url: str) -> None:
    """Processes add tasks and count up one field, each step from what it last read; every step must be there."""
    processes, steps = 2, 12
    with Workspace.open(database_url) as workspace:
        workspace.import_plan(sample())
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=add_and_count, args=(database_url, n, steps)) for n in range(processes)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(90)
    assert [worker.exitcode for worker in workers] == [0] * processes
    with Workspace.open(database_url) as workspace:
        plan = workspace.plan("ATLAS")
        assert plan.tasks[plan.find_task("Task 11")].priority == 500 + processes * steps
        assert {f"{n}-{i}" for n in range(processes) for i in range(steps)} <= set(plan.tasks.column("name"))
        assert len(set(plan.tasks.column("uid"))) == len(plan.tasks)
        assert plan.revision == {plan.projects.ids[0]: 1 + 2 * processes * steps}
        assert len(workspace.log(1000)) == 1 + 2 * processes * steps
        assert workspace.check() == []


def test_what_a_user_saw_must_still_stand_when_it_is_changed(writers: tuple[Workspace, Workspace]) -> None:
    """Ada looks at 10 days, Ben makes it 20, Ada types 14: she is told, and Ben's 20 stands."""
    ada, ben = writers
    on_screen = ada.plan("ATLAS")
    ben.run(set_field("Task 11", "duration", 20 * 28800), "ATLAS")
    with pytest.raises(ConflictError) as caught:
        ada.run(set_field("Task 11", "duration", 14 * 28800), "ATLAS", seen=on_screen)
    assert "duration" in " ".join(caught.value.conflicts)
    plan = ada.plan("ATLAS")
    assert plan.tasks[plan.find_task("Task 11")].duration == 20 * 28800
    ada.run(set_field("Task 11", "name", "Other field"), "ATLAS", seen=on_screen)
    ada.run(add_task("New"), "ATLAS", seen=on_screen)
    after = ben.plan("ATLAS")
    assert {"Other field", "New"} <= set(after.tasks.column("name"))
