"""A moved finish is cut into causes that add up exactly, and each cause is what the engine says it is."""

from __future__ import annotations

import pytest

from pm.comparison import Cause, Comparison, Shift, Slip, compare
from pm.comparison.causes import CAUSES
from pm.errors import NotFoundError
from pm.model import Change, Changeset, Plan, instant
from pm.model.kinds import DAY, HOUR
from pm.schedule import compute_schedule
from tests.commands.plans import START, house
from tests.comparison.variants import renumbered, scheduled_plan, variant

WORK = 8 * HOUR


def check_sums(slip: Slip, found: Comparison) -> None:
    """Every sum of the slip is exact, and its ends are the engine's."""
    for n, at in enumerate((slip.before, slip.after)):
        schedule = compute_schedule((found.before, found.after)[n])
        finish = schedule.project_finish[slip.project_id] if slip.task_id is None else schedule.task(slip.task_id).finish
        assert finish == at
    assert slip.shift.elapsed == slip.after - slip.before
    finish, total = slip.before, Shift(0, 0)
    for step in slip.steps:
        assert step.finish - finish == step.shift.elapsed
        finish = step.finish
        total = Shift(total.elapsed + step.shift.elapsed, total.working + step.shift.working)
        if step.parts:
            assert sum(p.shift.elapsed for p in step.parts) == step.shift.elapsed
            assert sum(p.shift.working for p in step.parts) == step.shift.working
    assert finish == slip.after
    assert total == slip.shift


@pytest.mark.parametrize("number", range(20))
def test_contributions_add_up(number: int) -> None:
    """Of random edits of one plan, of plans that have nothing in common, there and back, and with few runs to spend."""
    plan = scheduled_plan(number)
    other = variant(plan, number)
    pairs = [(plan, other, True), (other, plan, True), (plan, renumbered(other, number), False)]
    pairs.append((plan, scheduled_plan((number + 1) % 20), number % 2 == 0))
    for before, after, same_ids in pairs:
        found = compare(before, after, same_ids=same_ids)
        for runs in (60, 3, 0):
            for slip in found.slips(runs):
                check_sums(slip, found)
                assert Cause.OTHER not in {cause for step in slip.steps for cause in step.causes}


@pytest.mark.parametrize("number", range(12))
def test_the_finish_of_a_task_adds_up_too(number: int) -> None:
    plan = scheduled_plan(number)
    found = compare(plan, variant(plan, number + 500), same_ids=True)
    known = [m.task_id for m in found.moves if m.finish_before is not None and m.finish_after is not None]
    for task_id in known[:8]:
        check_sums(found.task_slip(task_id), found)


def _with_causes(before: Plan, after: Plan, causes: set[Cause]) -> Plan:
    """Return `before` with the fields that belong to `causes` as they are in `after`; rows must be the same."""
    changes = []
    for table, fields in CAUSES.items():
        old, new = before.tables[table], after.tables[table]
        for row_id in old.ids:
            names = [n for n, cause in fields.items() if cause in causes and old.value(row_id, n) != new.value(row_id, n)]
            if names:
                changes.append(Change(table, row_id, *({n: t.value(row_id, n) for n in names} for t in (old, new))))
    return before.apply(Changeset("", tuple(changes)))


def test_each_step_is_the_finish_of_the_plan_with_the_causes_up_to_it() -> None:
    """Made by hand, from the columns of both plans."""
    before = house()
    values = {
        Cause.CALENDARS: ("tasks", 2, {"calendar_id": 2}),
        Cause.DURATIONS: ("tasks", 3, {"duration": 5 * WORK}),
        Cause.CONSTRAINTS: ("tasks", 6, {"constraint_type": "SNET", "constraint_date": START + 28 * DAY}),
        Cause.PROGRESS: ("tasks", 2, {"actual_start": START + 2 * DAY, "percent_complete": 5000}),
        Cause.LEVELLING: ("tasks", 5, {"levelling_delay": 3 * DAY}),
        Cause.MANUAL: ("tasks", 6, {"manual": True, "manual_start": START + 35 * DAY}),
        Cause.LOGIC: ("links", 2, {"lag": 3 * WORK}),
        Cause.PROJECT: ("projects", 1, {"start": START + 7 * DAY}),
    }
    calendar = Change("calendars", 2, None, {"name": "Four days", "week": [[[8 * HOUR, 16 * HOUR]]] * 4 + [[], [], []]})
    before = before.apply(Changeset("", (calendar,)))
    changes = [
        Change(table, row_id, {n: before.tables[table].value(row_id, n) for n in new}, new)
        for table, row_id, new in values.values()
    ]
    after = before.apply(Changeset("", tuple(changes)))
    (slip,) = compare(before, after, same_ids=True).slips()
    check_sums(slip, compare(before, after, same_ids=True))
    assert [step.causes for step in slip.steps] == [(cause,) for cause in Cause if cause in values]
    done: set[Cause] = set()
    for step in slip.steps:
        done.update(step.causes)
        assert compute_schedule(_with_causes(before, after, done)).project_finish[1] == step.finish
    assert sum(step.shift.elapsed != 0 for step in slip.steps) >= 5


def test_rows_are_applied_in_outline_order() -> None:
    """Two tasks in a row each take their own days; one beside them with room takes none and is not named."""
    before = house()
    longer = {3: 4 * WORK, 5: 6 * WORK, 2: 2 * WORK + HOUR}
    changes = [Change("tasks", i, {"duration": before.tasks.value(i, "duration")}, {"duration": d}) for i, d in longer.items()]
    link = Change("links", 2, {"type": "SS", "lag": WORK}, {"type": "FS", "lag": 0})
    before = before.apply(Changeset("", (link,)))
    after = before.apply(Changeset("", tuple(changes)))
    found = compare(before, after, same_ids=True)
    (slip,) = found.slips()
    (step,) = slip.steps
    assert step.causes == (Cause.DURATIONS,)
    told = [(found.called(part.subjects[0]), part.shift.working) for part in step.parts]
    assert told == [("1.1 Dig", HOUR), ("1.2 Pour slab", WORK), ("2.1 Frame", 2 * WORK)]


def test_a_task_comes_and_goes_with_its_links() -> None:
    before = house()
    rows = (
        Change(
            "tasks", 8, None, {"project_id": 1, "parent_id": 1, "position": 2048, "uid": 8, "name": "Cure", "duration": 7 * WORK}
        ),
        Change("links", 3, None, {"project_id": 1, "predecessor_id": 3, "successor_id": 8}),
        Change("links", 4, None, {"project_id": 1, "predecessor_id": 8, "successor_id": 5}),
    )
    after = before.apply(Changeset("", rows))
    for pair, sign in (((before, after), 1), ((after, before), -1)):
        found = compare(*pair, same_ids=True)
        (slip,) = found.slips()
        (step,) = slip.steps
        assert step.causes == (Cause.SCOPE,)
        assert [found.called(p.subjects[0]) for p in step.parts] == ["1.3 Cure"]
        assert step.shift.working * sign > 0


def test_causes_are_joined_where_one_alone_would_close_a_loop() -> None:
    """A task is moved below a summary that waits for it; the link that would bite is removed in the same breath."""
    before = house()
    link = Change("links", 9, None, {"project_id": 1, "predecessor_id": 6, "successor_id": 1})
    before = before.apply(Changeset("", (Change("links", 2, before.links.row(2), None), link)))
    moved = Change("tasks", 6, {"parent_id": 4}, {"parent_id": 1})
    cut = Change("links", 9, before.links.row(9), None)
    after = before.apply(Changeset("", (moved, cut)))
    found = compare(before, after, same_ids=True)
    (slip,) = found.slips()
    assert slip.steps[0].causes == (Cause.SCOPE, Cause.LOGIC)
    check_sums(slip, found)


def test_many_rows_are_told_together_but_the_path_is_told_apart() -> None:
    """With five runs to spend, two tasks of the path among three hundred changed ones beside it are named."""
    rows = [{"id": i, "uid": i, "project_id": 1, "position": i, "name": f"T{i}", "duration": WORK} for i in range(1, 301)]
    rows[99]["duration"] = rows[199]["duration"] = 10 * WORK
    project = {"id": 1, "code": "P", "start": instant("2026-01-05T08:00")}
    before = Plan.from_rows(projects=[project], tasks=rows, links=[{"id": 1, "predecessor_id": 100, "successor_id": 200}])
    changes = [Change("tasks", r["id"], {"duration": r["duration"]}, {"duration": 2 * r["duration"]}) for r in rows]
    found = compare(before, before.apply(Changeset("", tuple(changes))), same_ids=True)
    (slip,) = found.slips(runs=5)
    check_sums(slip, found)
    parts = slip.steps[0].parts
    assert [[found.called(s) for s in p.subjects] for p in parts] == [["100 T100"], ["200 T200"]]
    assert [p.shift.working for p in parts] == [10 * WORK, 10 * WORK]


def test_a_task_that_only_one_plan_has_has_no_slip() -> None:
    before = house()
    after = before.apply(Changeset("", (Change("tasks", 7, before.tasks.row(7), None),)))
    with pytest.raises(NotFoundError) as caught:
        compare(before, after, same_ids=True).task_slip(7)
    assert caught.value.code == "diff.no_finish"


def test_a_plan_with_a_loop_is_compared_without_dates() -> None:
    before = house()
    back = Change("links", 9, None, {"project_id": 1, "predecessor_id": 5, "successor_id": 2})
    found = compare(before, before.apply(Changeset("", (back,))), same_ids=True)
    assert found.unscheduled is not None
    assert found.unscheduled.code == "schedule.cycle"
    assert [line.text for line in found.lines] == ["link from 2.1 Frame FS added"]
    assert found.moves == ()
    assert found.slips() == []
    assert not found.equal
