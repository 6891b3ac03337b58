"""However a plan is computed - place by place, generation by generation, by buckets, from a cache - the schedule is the same."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count, islice

import pytest

from pm.errors import CycleError
from pm.model import Change, Changeset, Plan
from pm.schedule import compile_network, compute_schedule, levels, lookup
from tests.schedule.comparing import differences
from tests.schedule.random_plans import random_plan


def acyclic_plans(how_many: int, **shape: object) -> list[tuple[int, Plan]]:
    def plans() -> object:
        for seed in count():
            plan = random_plan(seed, **shape)  # type: ignore[arg-type]
            try:
                compute_schedule(plan)
            except CycleError:  # links to and from summaries can close a loop
                continue
            yield seed, plan

    return list(islice(plans(), how_many))  # type: ignore[call-overload,no-any-return]


PLANS = acyclic_plans(60)
WIDE_PLANS = acyclic_plans(15, size=150, wide=True)


@pytest.mark.parametrize(("narrow", "in_buckets"), [(10**9, False), (1, False), (1, True)])
def test_one_by_one_all_at_once_and_by_buckets_agree(narrow: int, in_buckets: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = [compute_schedule(plan) for _, plan in PLANS + WIDE_PLANS]
    monkeypatch.setattr(levels, "WIDE", narrow)
    if in_buckets:
        monkeypatch.setattr(lookup, "FEW", 0)
    for (seed, plan), expected in zip(PLANS + WIDE_PLANS, usual, strict=True):
        assert differences(compute_schedule(plan), expected) == [], f"seed {seed}"


def test_the_same_plan_gives_the_same_schedule_twice_from_one_network() -> None:
    for seed, plan in PLANS:
        network = compile_network(plan)
        assert differences(network.compute(), network.compute()) == [], f"seed {seed}"


def test_plans_reach_every_rule() -> None:
    """The plans above are no use unless they are tangled enough."""
    schedules = [compute_schedule(plan) for _, plan in PLANS]
    assert sum(int(s.critical.sum()) for s in schedules) > 50
    assert sum(int((s.total_slack > 0).sum()) for s in schedules) > 50
    assert sum(int((s.total_slack < 0).sum()) for s in schedules) > 50
    assert sum(int((s.independent_slack > 0).sum()) for s in schedules) > 20
    assert sum(int(s.driving.sum()) for s in schedules) > 100


def _set(task_id: int, name: str, value: object) -> Callable[[Plan], Changeset]:
    def change(plan: Plan) -> Changeset:
        return Changeset(name, (Change("tasks", task_id, {name: plan.tasks.value(task_id, name)}, {name: value}),))

    return change


@pytest.mark.parametrize(
    "edit",
    [
        _set(3, "duration", 7 * 3600),
        _set(5, "constraint_type", "ASAP"),
        _set(4, "levelling_delay", 3600),
        _set(7, "calendar_id", 3),
        _set(6, "active", False),
        _set(2, "deadline", 1_780_000_000),
        _set(8, "manual", False),
    ],
)
def test_a_network_used_again_after_an_edit_equals_a_new_one(edit: Callable[[Plan], Changeset]) -> None:
    for seed, plan in PLANS[:30]:
        changed = plan.apply(edit(plan))
        try:
            expected = compute_schedule(changed)
        except CycleError:
            continue
        again = compile_network(changed, compile_network(plan)).compute()
        assert differences(again, expected) == [], f"seed {seed}"


def test_a_link_taken_out_or_put_in_makes_a_new_graph() -> None:
    for seed, plan in PLANS[:30]:
        link_id = plan.links.ids[0]
        without = plan.apply(Changeset("x", (Change("links", link_id, plan.links.row(link_id), None),)))
        before = compile_network(plan)
        again = compile_network(without, before)
        assert differences(again.compute(), compute_schedule(without)) == [], f"seed {seed}"
        assert differences(compile_network(plan, again).compute(), before.compute()) == [], f"seed {seed}"


def test_a_part_of_a_schedule_is_about_the_tasks_of_that_part() -> None:
    seed, plan = next((s, p) for s, p in PLANS if len(p.projects) == 2 and len(set(p.tasks.column("project_id"))) == 2)
    whole = compute_schedule(plan)
    rows = {n: [t.row(i) for i in t.ids if t.row(i).get("project_id") in (None, 1)] for n, t in plan.tables.items()}
    inside = {row["id"] for row in rows["tasks"]}
    rows["projects"] = [row for row in rows["projects"] if row["id"] == 1]
    rows["links"] = [r for r in rows["links"] if r["predecessor_id"] in inside and r["successor_id"] in inside]
    rows["assignments"] = [r for r in rows["assignments"] if r["task_id"] in inside]
    part = whole.restricted_to(Plan.from_rows(**rows))
    assert 0 < len(part.plan.tasks) < len(plan.tasks), f"seed {seed}"
    for task_id in part.plan.tasks.ids:
        assert part.task(task_id) == whole.task(task_id)
    for position, link_id in enumerate(part.plan.links.ids):
        assert part.driving[position] == whole.driving[plan.links.position(link_id)]
