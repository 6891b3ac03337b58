"""An edit that is followed as far as it reaches gives the schedule that the whole plan gives, whatever is edited."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pm.errors import CycleError, PMError, ScheduleError
from pm.model import Change, Changeset, Plan
from pm.model.kinds import DAY, HOUR
from pm.schedule import Network, compile_network, compute_schedule, explain
from tests.schedule.comparing import differences
from tests.schedule.edits import random_edit
from tests.schedule.plans import MONDAY, Rules, plans
from tests.schedule.random_plans import random_plan

HARD = ("ASAP", "ALAP", "SNET", "FNET", "SNLT", "FNLT", "MSO", "MFO")
PROFILES = ("slackline", "msproject", "primavera")


def follow(plan: Plan, rng: random.Random, edits: int = 8) -> None:
    """Edit `plan` over and over; hold every schedule, and those handed out before, to a whole computation.

    The network is told of every other edit, and finds the rest out by comparing.
    """
    network = compile_network(plan)
    handed = [(network.compute(), compute_schedule(plan))]
    for number in range(edits):
        edit = random_edit(rng, plan)
        try:
            changed = plan.apply(edit)
            expected = compute_schedule(changed)
        except PMError:
            continue
        schedule = network.update(changed, edit.changes if number % 2 else None)
        assert differences(schedule, expected) == [], edit
        assert schedule.plan is changed
        handed.append((schedule, expected))
        plan = changed
    for schedule, expected in handed:
        assert differences(schedule, expected) == []
    assert differences(network.compute(), handed[-1][1]) == []


def without_global_rules(plan: Plan, profile: str = "slackline") -> Plan:
    """Return the plan without what makes every edit one of the whole plan, so that edits are followed."""
    kinds, summaries = plan.tasks.column("constraint_type"), set(plan.outline.summaries)
    tasks = {
        i: {"manual": False} | ({"constraint_type": "ASAP"} if kinds[p] == "ALAP" and profile == "msproject" else {})
        for p, i in enumerate(plan.tasks.ids)
        if p in summaries or profile == "msproject"
    }
    shares = [i for i, kind in zip(plan.links.ids, plan.links.column("lag_kind"), strict=True) if "percent" in kind]
    tables = {
        "projects": plan.projects.changed({i: {"schedule_from": "start", "profile": profile} for i in plan.projects.ids}),
        "tasks": plan.tasks.changed(tasks),
        "links": plan.links.changed({i: {"lag_kind": "working", "lag": 3600} for i in shares}),
    }
    return Plan({**plan.tables, **tables})


def tied(seed: int) -> Plan:
    """Return a plan of few durations beside one long task: ties everywhere, and an edit hardly ever moves the finish."""
    rng = random.Random(seed)
    rows: list[dict[str, Any]] = [{"id": i, "duration": rng.choice((4, 8, 8)) * HOUR} for i in range(1, 17)]
    for row in rows:
        row["constraint_type"] = rng.choice(("ASAP", "ASAP", "ALAP"))
    pairs = sorted({(a, b) for a, b in (sorted(rng.sample(range(1, 17), 2)) for _ in range(24)) if a < b})
    return Plan.from_rows(
        projects=[{"id": 1, "start": MONDAY + 8 * HOUR}],
        tasks=[
            {"project_id": 1, "position": row["id"], "name": f"T{row['id']}", **row}
            for row in (*rows, {"id": 17, "duration": 60 * 8 * HOUR})
        ],
        links=[{"id": i, "project_id": 1, "predecessor_id": a, "successor_id": b} for i, (a, b) in enumerate(pairs, 1)],
    )


SHAPES: dict[str, Callable[[int], Plan]] = {
    "every feature": lambda seed: random_plan(seed, size=30),
    "followed": lambda seed: without_global_rules(random_plan(seed, size=25)),
    "followed, wide": lambda seed: without_global_rules(random_plan(seed, size=100, wide=True)),
    "followed, by Microsoft Project's rules": lambda seed: without_global_rules(random_plan(seed, size=25), "msproject"),
    "followed, with ties": tied,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_edits_of_random_plans(shape: str) -> None:
    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.integers(0, 2**32))
    def holds(seed: int) -> None:
        try:
            plan = SHAPES[shape](seed)
            compute_schedule(plan)
        except PMError:
            return
        follow(plan, random.Random(seed))

    holds()


@settings(max_examples=8, deadline=None)
@given(plans(Rules(constraints=HARD, profiles=PROFILES)), st.integers(0, 2**32))
def test_edits_of_tiny_plans(plan: Plan, seed: int) -> None:
    follow(plan, random.Random(seed))


def three_chains() -> Plan:
    """Three chains of four days, three days and one day, the last of them in a summary."""
    rows: list[dict[str, Any]] = [{"id": i, "duration": 8 * HOUR} for i in range(1, 10)]
    rows.append({"id": 10})
    rows[8]["parent_id"] = 10
    pairs = [(1, 2), (2, 3), (3, 4), (5, 6), (6, 7)]
    return Plan.from_rows(
        projects=[{"id": 1, "start": MONDAY + 8 * HOUR}],
        tasks=[{"project_id": 1, "position": row["id"], "name": f"T{row['id']}", **row} for row in rows],
        links=[{"id": i, "project_id": 1, "predecessor_id": a, "successor_id": b} for i, (a, b) in enumerate(pairs, 1)],
    )


def edit_of(plan: Plan, task_id: int, **values: Any) -> tuple[Plan, tuple[Change, ...]]:
    change = Change("tasks", task_id, {n: plan.tasks.value(task_id, n) for n in values}, values)
    return plan.apply(Changeset("edit", (change,))), (change,)


@pytest.mark.parametrize(
    ("task", "values"),
    [
        (5, {"duration": 4 * HOUR}),
        (6, {"duration": 12 * HOUR}),
        (7, {"deadline": MONDAY + DAY}),
        (8, {"constraint_type": "ALAP"}),
        (9, {"constraint_type": "SNET", "constraint_date": MONDAY + 2 * DAY}),
        (9, {"actual_start": MONDAY + 8 * HOUR, "percent_complete": 5000}),
        (6, {"name": "Another name"}),
    ],
)
def test_an_edit_that_leaves_the_finish_does_not_compute_the_whole_plan(
    task: int, values: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    network = compile_network(three_chains())
    network.compute()
    changed, changes = edit_of(network.plan, task, **values)
    expected = compute_schedule(changed)
    monkeypatch.setattr(Network, "compute", lambda _: pytest.fail("the whole plan was computed"))
    assert differences(network.update(changed, changes), expected) == []


@pytest.mark.parametrize(
    ("gone", "come"),
    [
        ((), ((5, 3, "FS", 0),)),
        ((), ((8, 7, "SS", 4 * HOUR),)),
        ((), ((5, 6, "FF", 0), (9, 6, "FS", -HOUR))),
        ((5,), ()),
        ((4, 5), ((5, 7, "FS", 0),)),
    ],
)
def test_links_that_keep_the_order_do_not_compute_the_whole_plan(
    gone: tuple[int, ...], come: tuple[tuple[int, int, str, int], ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    network = compile_network(three_chains())
    network.compute()
    plan = network.plan
    changes = [Change("links", i, plan.links.row(i), None) for i in gone]
    for number, (a, b, kind, lag) in enumerate(come, 20):
        row = {"project_id": 1, "predecessor_id": a, "successor_id": b, "type": kind, "lag": lag}
        changes.append(Change("links", number, None, row))
    changed = plan.apply(Changeset("edit", tuple(changes)))
    expected = compute_schedule(changed)
    edges = set(compile_network(changed).topology.graph.edges)
    monkeypatch.setattr(Network, "compute", lambda _: pytest.fail("the whole plan was computed"))
    assert differences(network.update(changed, changes), expected) == []
    assert set(network.topology.graph.edges) == edges


def test_a_predecessor_that_no_longer_ties_drives_no_more() -> None:
    """The successor stays where the other predecessor has it, and so does what its bounds ask for."""
    plan = three_chains()
    link = Change("links", 20, None, {"project_id": 1, "predecessor_id": 8, "successor_id": 6})
    network = compile_network(plan.apply(Changeset("edit", (link,))))
    assert network.compute().driving[-1]
    changed, changes = edit_of(network.plan, 8, duration=4 * HOUR)
    after = network.update(changed, changes)
    assert not after.driving[-1]
    assert differences(after, compute_schedule(changed)) == []


def test_a_late_task_follows_a_lag_that_changes_neither_late_dates_nor_its_successor() -> None:
    plan, _ = edit_of(three_chains(), 8, duration=4 * HOUR, constraint_type="ALAP")
    rows = [{"project_id": 1, "predecessor_id": 8, "successor_id": i} for i in (2, 6)]
    links = tuple(Change("links", n, None, row) for n, row in enumerate(rows, 20))
    network = compile_network(plan.apply(Changeset("edit", links)))
    before = network.compute().task(8)
    change = Change("links", 21, {"lag": 0}, {"lag": 4 * HOUR})
    changed = network.plan.apply(Changeset("edit", (change,)))
    after = network.update(changed, (change,))
    assert after.task(8).late_start == before.late_start
    assert after.task(8).start == MONDAY + 8 * HOUR != before.start
    assert differences(after, compute_schedule(changed)) == []


def test_a_link_that_closes_a_loop_leaves_the_network_where_it_was() -> None:
    network = compile_network(three_chains())
    before, plan = network.compute(), network.plan
    loop = Change("links", 20, None, {"project_id": 1, "predecessor_id": 4, "successor_id": 1})
    with pytest.raises(CycleError):
        network.update(plan.apply(Changeset("edit", (loop,))), (loop,))
    assert network.plan is plan
    assert differences(network.schedule, before) == []
    changed, changes = edit_of(plan, 6, duration=12 * HOUR)
    assert differences(network.update(changed, changes), compute_schedule(changed)) == []


def test_columns_that_an_edit_does_not_reach_are_those_of_the_schedule_before() -> None:
    network = compile_network(three_chains())
    before = network.compute()
    after = network.update(*edit_of(network.plan, 5, duration=4 * HOUR))
    assert after.early_finish is not before.early_finish
    assert after.late_start is not before.late_start
    assert after.late_finish is before.late_finish
    assert after.critical is before.critical


def test_an_edit_that_cannot_be_scheduled_leaves_the_network_where_it_was() -> None:
    network = compile_network(three_chains())
    before = network.compute()
    plan = network.plan
    with pytest.raises(ScheduleError):
        network.update(*edit_of(plan, 5, duration=10**12))
    assert network.plan is plan
    assert differences(network.schedule, before) == []
    changed, changes = edit_of(plan, 6, duration=12 * HOUR)
    assert differences(network.update(changed, changes), compute_schedule(changed)) == []


def test_explanations_follow_the_edit() -> None:
    network = compile_network(three_chains())
    network.compute()
    changed, changes = edit_of(network.plan, 5, duration=12 * HOUR)
    network.update(changed, changes)
    assert explain(changed, 7, network=network) == explain(changed, 7)
