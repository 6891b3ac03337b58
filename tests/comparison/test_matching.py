"""Which row is which: ids within one database, uids and names between files."""

from __future__ import annotations

import pytest

from pm.comparison import Comparison, compare
from pm.comparison.matching import align
from pm.comparison.rows import UNTOLD, changes_between, moved_among_siblings
from pm.model import Change, Changeset, Plan
from pm.schedule import compute_schedule
from tests.commands.plans import house
from tests.comparison.variants import renumbered, scheduled_plan, variant


def texts(found: Comparison) -> list[str]:
    return [f"{line.about}: {line.text}" for line in found.lines]


@pytest.mark.parametrize("number", range(10))
def test_a_plan_equals_itself_under_other_ids(number: int) -> None:
    plan = scheduled_plan(number)
    found = compare(plan, renumbered(plan, number))
    assert texts(found) == []
    assert found.equal
    assert found.by_name == ()


@pytest.mark.parametrize("number", range(20))
def test_changes_lead_from_one_plan_to_the_other(number: int) -> None:
    """The plan before, changed so, has the schedule of the plan after, and nothing differs any more."""
    before = scheduled_plan(number)
    after = align(before, renumbered(variant(before, number), number), same_ids=False).plan
    made = before.apply(Changeset("", changes_between(before, after)))
    assert changes_between(made, after) == ()
    assert compute_schedule(made).project_finish == compute_schedule(after).project_finish
    for name, table in made.tables.items():
        wanted = {i: {n: v for n, v in after.tables[name].row(i).items() if n not in UNTOLD} for i in after.tables[name].ids}
        assert {i: {n: v for n, v in table.row(i).items() if n not in UNTOLD} for i in table.ids} == wanted


@pytest.mark.parametrize("number", range(10))
def test_ids_and_uids_find_the_same_differences(number: int) -> None:
    before = scheduled_plan(number)
    after = variant(before, number)
    by_id, by_uid = compare(before, after, same_ids=True), compare(before, renumbered(after, number))
    assert sorted(texts(by_id)) == sorted(texts(by_uid))
    assert len(by_id.moves) == len(by_uid.moves)


def _edited(plan: Plan, *changes: Change) -> Plan:
    return plan.apply(Changeset("", changes))


def test_without_uids_tasks_are_known_by_their_names_and_summaries() -> None:
    plan = house()
    bare = Plan({**plan.tables, "tasks": plan.tasks.changed({i: {"uid": 0} for i in plan.tasks.ids})})
    longer = _edited(bare, Change("tasks", 3, {"duration": bare.tasks.value(3, "duration")}, {"duration": 8 * 3600}))
    found = compare(bare, renumbered(longer, 1))
    assert texts(found) == ["1.2 Pour slab: duration 3d → 1d"]
    assert found.by_name == ()


def test_numbers_given_anew_do_not_mix_tasks_up() -> None:
    """A file that numbers its tasks from the top: a new first task shifts the number of every other."""
    plan = house()
    shifted = Plan({**plan.tables, "tasks": plan.tasks.changed({i: {"uid": i + 1} for i in plan.tasks.ids})})
    added = _edited(shifted, Change("tasks", 20, None, {"project_id": 1, "uid": 1, "position": -1, "name": "Survey"}))
    found = compare(plan, renumbered(added, 3))
    assert texts(found) == ["1 Survey: added, a milestone"]
    assert sorted(found.by_name) == list(plan.tasks.ids)


def test_a_renamed_task_is_known_by_its_uid() -> None:
    plan = house()
    found = compare(plan, renumbered(_edited(plan, Change("tasks", 3, {"name": "Pour slab"}, {"name": "Cast slab"})), 5))
    assert texts(found) == ["1.2 Cast slab: was called 'Pour slab'"]
    assert found.moves == ()


def test_one_project_on_each_side_is_the_same_one_whatever_it_is_called() -> None:
    plan = house()
    found = compare(plan, renumbered(_edited(plan, Change("projects", 1, {"code": "HOUSE"}, {"code": "VILLA"})), 2))
    assert texts(found) == ["Project VILLA: code HOUSE → VILLA"]


@pytest.mark.parametrize(
    ("order", "moved"),
    [([1, 2, 3, 4], set()), ([2, 3, 4, 1], {1}), ([4, 1, 2, 3], {4}), ([2, 1, 4, 3], {2, 4}), ([1, 4, 2, 3], {4})],
)
def test_the_fewest_tasks_are_said_to_have_moved(order: list[int], moved: set[int]) -> None:
    def plan(listed: list[int]) -> Plan:
        rows = [{"id": i, "uid": i, "name": f"T{i}", "project_id": 1, "position": n} for n, i in enumerate(listed)]
        return Plan.from_rows(projects=[{"id": 1, "code": "P"}], tasks=rows)

    found = moved_among_siblings(plan([1, 2, 3, 4]), plan(order))
    assert len(found) == len(moved)
    assert found == moved or order == [2, 1, 4, 3]  # (of two that changed places either may have moved)
