"""Loads and levelling: 10,000 tasks and 200 people, and 500 tasks and 25."""

from __future__ import annotations

import random
from collections.abc import Iterator

from pm.model import FULL, Plan
from pm.resources.load import resource_loads
from pm.schedule import compute_schedule
from tests.benchmarks.harness import Figure, measure, timed
from tests.benchmarks.plans import neutral, to_plan

LOADS_MS = 1_000


def crowded(tasks: int, people: int, seed: int = 1) -> Plan:
    """Return a generated plan whose tasks are worked on by one or two people each, a quarter of them part of their time."""
    rng = random.Random(seed)
    base = to_plan(neutral(tasks, seed), assignments=False)
    summaries = set(base.outline.summaries)
    calendars = list(base.calendars.ids)
    resources = [
        {"id": n, "uid": n, "project_id": 1, "name": f"Person {n}", "calendar_id": rng.choice((None, None, *calendars))}
        for n in range(1, people + 1)
    ]
    rows = []
    for i, (task_id, duration) in enumerate(zip(base.tasks.ids, base.tasks.column("duration"), strict=True)):
        if i in summaries or not duration:
            continue
        for resource in rng.sample(range(1, people + 1), rng.choice((1, 1, 2))):
            units = rng.choice((FULL, FULL, FULL, FULL // 2))
            row = {"id": len(rows) + 1, "project_id": 1, "task_id": task_id, "resource_id": resource, "units": units}
            rows.append(row | {"work": duration * units // FULL})
    added = Plan.from_rows(resources=resources, assignments=rows)
    return Plan({**base.tables, "resources": added.resources, "assignments": added.assignments})


def figures() -> Iterator[Figure]:
    """Measure the loads of a large plan."""
    plan = crowded(10_000, 200)
    for bucket in ("week", "day"):
        found = measure(
            lambda schedule, bucket=bucket: resource_loads(schedule, bucket=bucket).overloads(),  # type: ignore[misc]
            setup=lambda: compute_schedule(plan),
            runs=5,
        )
        yield timed(f"loads by {bucket} and overloads, 10,000 tasks, 200 people", found, asked_ms=LOADS_MS)
