"""What one edit costs: single random edits, each from a network at one revision to the schedule of the next."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Iterator
from typing import Any

from pm.errors import PMError
from pm.model import Change, Changeset, Plan
from pm.model.kinds import DAY, HOUR
from pm.schedule import Network, Schedule, compile_network
from tests.benchmarks.harness import Figure
from tests.benchmarks.plans import chain, neutral, to_plan

STAYS_MS = {10_000: 2.0, 100_000: 5.0}
MOVES_TIMES = 1.2
EDITS = 300
FIELDS = ("duration", "duration", "constraint", "deadline", "progress", "calendar", "delay", "lag", "lag")


def figures(sizes: tuple[int, ...] = (10_000, 100_000), edits: int = EDITS) -> Iterator[Figure]:
    """Measure edits of generated plans of `sizes` leaves and of a chain of 10,000 tasks."""
    for size in sizes:
        yield from _of_plan(to_plan(neutral(size)), f"{size:,} tasks", STAYS_MS.get(size), edits)
    yield from _of_plan(chain(10_000), "chain of 10,000", None, edits // 5)


def _of_plan(plan: Plan, name: str, asked: float | None, edits: int) -> Iterator[Figure]:
    network = compile_network(plan)
    whole = _full(network)
    stays, moves = _measure(network, plan, edits)
    if stays:
        yield _at(f"{name}: one edit, the finish stays, median", stays, 0.5, None)
        yield _at(f"{name}: one edit, the finish stays, 95th percentile", stays, 0.95, asked)
    if moves:
        ratio = sorted(moves)[len(moves) // 2] / whole
        yield Figure(f"{name}: one edit that moves the finish, times a full recompute", ratio, "x", MOVES_TIMES, runs=len(moves))


def _at(name: str, taken: list[float], share: float, asked: float | None) -> Figure:
    ordered = sorted(taken)
    return Figure(name, ordered[int(share * (len(ordered) - 1))] * 1e3, asked=asked, best=ordered[0] * 1e3, runs=len(ordered))


def _full(network: Network) -> float:
    """Return the median CPU seconds of a full recompute."""
    taken = []
    for _ in range(7):
        gc.collect()
        began = time.process_time()
        network.compute()
        taken.append(time.process_time() - began)
    return sorted(taken)[len(taken) // 2]


def _measure(network: Network, plan: Plan, edits: int) -> tuple[list[float], list[float]]:
    """Return the CPU seconds of edits that leave the project's finish where it is, and of those that move it."""
    rng = random.Random(1)
    leaves = [task for position, task in enumerate(plan.tasks.ids) if not plan.outline.is_summary(position)]
    stays: list[float] = []
    moves: list[float] = []
    gc.collect()
    for _ in range(edits):
        change = _edit(rng, network.schedule, leaves)
        changed = plan.apply(Changeset("edit", (change,)))
        before = network.schedule.project_finish
        began = time.process_time()
        try:
            schedule = network.update(changed, (change,))
        except PMError:
            continue
        taken = time.process_time() - began
        (stays if schedule.project_finish == before else moves).append(taken)
        plan = changed
    return stays, moves


def _edit(rng: random.Random, schedule: Schedule, leaves: list[int]) -> Change:
    """Return an edit such as people make: dates they type are near those that the task has."""
    plan = schedule.plan
    kind = rng.choice(FIELDS)
    table, row = ("links", rng.choice(plan.links.ids)) if kind == "lag" else ("tasks", rng.choice(leaves))
    stands = schedule.task(row).early_start if table == "tasks" else None
    date = (stands or 0) + rng.randint(-10, 30) * DAY
    values: dict[str, dict[str, Any]] = {
        "duration": {"duration": rng.randint(1, 10) * 8 * HOUR},
        "constraint": {"constraint_type": rng.choice(("SNET", "FNET", "SNLT", "FNLT")), "constraint_date": date},
        "deadline": {"deadline": date},
        "progress": {"actual_start": stands, "percent_complete": 5000},
        "calendar": {"calendar_id": rng.choice((None, 2, 3, 4))},
        "delay": {"levelling_delay": rng.randint(0, 3) * DAY},
        "lag": {"lag": rng.randint(-1, 3) * 8 * HOUR},
    }
    after = values[kind]
    return Change(table, row, {n: plan.tables[table].value(row, n) for n in after}, after)
