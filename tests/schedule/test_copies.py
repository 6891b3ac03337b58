"""A trial is the schedule of the plan with the durations that were drawn: the same rules, however many are computed at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice

import numpy as np
import pytest

from pm.errors import CycleError
from pm.model import Plan, instant
from pm.model.kinds import DAY, HOUR
from pm.schedule import MISSING, compile_network, compute_schedule
from pm.schedule.copies import Copies, OneByOne, Trials, copies_at_once, trials
from pm.schedule.engine import Network
from pm.schedule.result import Ints
from pm.schedule.trial_plan import TrialPlans
from tests.schedule.random_plans import random_plan

COLUMNS = ("early_start", "early_finish", "total_slack", "start", "finish")
CHECKED = 3
TRIALS = 16
"""So many that hardly a generation is narrow enough to be computed place by place."""


def networks(kind: type, how_many: int, **shape: object) -> list[tuple[int, Network]]:
    """Return the first random plans whose trials are computed by `kind`."""

    def found() -> Iterator[tuple[int, Network]]:
        for seed in count():
            try:
                network = compile_network(random_plan(seed, **shape))  # type: ignore[arg-type]
                network.compute()
            except CycleError:
                continue
            if isinstance(trials(network, np.zeros(0, np.int64), 1), kind):
                yield seed, network

    return list(islice(found(), how_many))


def drawn(network: Network, seed: int, how_many: int = TRIALS) -> tuple[Ints, Ints]:
    """Return some tasks and durations for them: shorter, longer, none at all."""
    rng = np.random.default_rng(seed)
    leaves = np.flatnonzero(network.drives)
    at = leaves[rng.random(len(leaves)) < 0.7]
    shares = rng.choice([0.0, 0.5, 1.0, 1.3, 2.1], size=(len(at), how_many))
    durations = (network.tasks.duration[at][:, None] * shares).astype(np.int64) // 60 * 60
    return at, durations + HOUR * (rng.random(durations.shape) < 0.1)


def check(network: Network, at: Ints, durations: Ints, found: Trials, seed: int) -> None:
    plans = TrialPlans(network.plan, at)
    for n, column in enumerate(durations.T[:CHECKED]):
        expected = compute_schedule(plans.with_durations(column))
        for name in COLUMNS:
            ours, theirs = getattr(found, name)[network.drives, n], getattr(expected, name)[network.drives]
            assert ours.tolist() == theirs.tolist(), f"seed {seed}, trial {n}, {name}"
        if not network.hammocks.kinds:
            assert found.project_finish[:, n].tolist() == list(expected.project_finish.values()), f"seed {seed}, trial {n}"


@pytest.mark.parametrize(
    ("kind", "how_many", "shape"),
    [(Copies, 45, {}), (OneByOne, 8, {}), (Copies, 4, {"size": 120, "wide": True})],
    ids=["side by side", "one by one", "wide"],
)
def test_every_trial_is_the_schedule_of_its_plan(kind: type, how_many: int, shape: dict[str, object]) -> None:
    for seed, network in networks(kind, how_many, **shape):
        at, durations = drawn(network, seed)
        check(network, at, durations, trials(network, at, TRIALS).run(durations), seed)


def test_what_was_computed_before_leaves_no_trace() -> None:
    for seed, network in networks(Copies, 15):
        at, durations = drawn(network, seed)
        worker = trials(network, at, TRIALS)
        worker.run(durations[:, ::-1])
        worker.run(durations[:, :1])  # fewer than there are copies
        check(network, at, durations, worker.run(durations), seed)


def test_the_random_plans_reach_what_decides_more_than_lengths() -> None:
    kinds: dict[str, int] = dict.fromkeys(("alone", "shares", "loose", "late", "spans", "gates"), 0)
    for seed, network in networks(Copies, 45):
        worker = Copies(network, drawn(network, seed)[0], 1)
        kinds["alone"] += int(worker._alone.sum())
        kinds["shares"] += len(worker._shares)
        kinds["loose"] += len(worker._loose)
        kinds["late"] += len(network.late_places)
        kinds["spans"] += len(network.tasks.spans)
        kinds["gates"] += int((network.topology.kind != 0).sum())
    assert min(kinds.values()) > 5, kinds


def test_durations_as_planned_give_the_dates_as_planned() -> None:
    for _, network in networks(Copies, 10):
        at = np.flatnonzero(network.drives)
        found = trials(network, at, 2).run(np.repeat(network.tasks.duration[at][:, None], 2, axis=1))
        schedule = network.schedule
        for name in COLUMNS:
            expected = np.where(network.drives, getattr(schedule, name), MISSING)[network.drives]
            assert (getattr(found, name)[network.drives] == expected[:, None]).all()


def test_dates_that_run_off_the_compiled_years_are_computed_all_the_same() -> None:
    tasks = [{"id": i, "project_id": 1, "position": i, "duration": DAY} for i in (1, 2)]
    links = [{"id": 1, "project_id": 1, "predecessor_id": 1, "successor_id": 2}]
    plan = Plan.from_rows(projects=[{"id": 1, "start": instant("2026-03-02T08:00")}], tasks=tasks, links=links)
    network = compile_network(plan)
    network.compute()
    durations = np.array([[DAY, 30_000 * DAY], [DAY, DAY]])
    at = np.array([0, 1])
    check(network, at, durations, trials(network, at, 2).run(durations), 0)


def test_a_chain_is_computed_many_at_a_time() -> None:
    tasks = [{"id": i, "project_id": 1, "position": i, "duration": DAY} for i in range(1, 301)]
    links = [{"id": i, "project_id": 1, "predecessor_id": i, "successor_id": i + 1} for i in range(1, 300)]
    plan = Plan.from_rows(projects=[{"id": 1, "start": instant("2026-03-02T08:00")}], tasks=tasks, links=links)
    network = compile_network(plan)
    network.compute()
    assert copies_at_once(network) >= 64
    at, durations = drawn(network, 1, 20)
    check(network, at, durations, trials(network, at, 20).run(durations), 1)


def test_beside_assignments_on_several_calendars_lengths_change_too() -> None:
    night = [[[22 * HOUR, 30 * HOUR]]] * 5 + [[], []]
    tasks = [{"id": i, "project_id": 1, "position": i, "duration": 3 * 8 * HOUR} for i in (1, 2)]
    plan = Plan.from_rows(
        projects=[{"id": 1, "start": instant("2026-03-02T08:00"), "profile": "msproject"}],
        calendars=[{"id": 1, "name": "Night", "week": night}],
        resources=[{"id": 1, "name": "Ann"}, {"id": 2, "name": "Bob", "calendar_id": 1}],
        tasks=tasks,
        assignments=[
            {"id": n, "project_id": 1, "task_id": 1, "resource_id": n, "work": work * HOUR} for n, work in ((1, 24), (2, 16))
        ],
    )
    network = compile_network(plan)
    network.compute()
    assert network.tasks.spans
    at = np.array([1])
    worker = trials(network, at, TRIALS)
    for hours in (40, 8):
        durations = np.full((1, TRIALS), hours * HOUR)
        check(network, at, durations, worker.run(durations), hours)
