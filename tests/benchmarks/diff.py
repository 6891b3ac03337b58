"""The figures of comparing plans: what differs between two revisions of a big one, and what moved its finish."""

from __future__ import annotations

import random
from collections.abc import Iterator

from pm.comparison import Slip, compare
from pm.model import Plan
from pm.model.kinds import HOUR
from pm.schedule import compute_schedule
from tests.benchmarks.harness import Figure, measure, timed
from tests.benchmarks.plans import neutral, to_plan

COMPARE_MS = {10_000: 2_000}
EDITED = 500


def edited(plan: Plan, seed: int = 1) -> Plan:
    """Return `plan` with tasks all over it and the longest path lengthened by a day, and some links cut."""
    rng = random.Random(seed)
    path = compute_schedule(plan).longest_path.nonzero()[0].tolist()
    leaves = [p for p in range(len(plan.tasks)) if not plan.outline.is_summary(p)]
    picked = {*rng.sample(leaves, EDITED), *(p for p in path if not plan.outline.is_summary(p))}
    durations = plan.tasks.column("duration")
    tasks = plan.tasks.changed({plan.tasks.ids[p]: {"duration": durations[p] + 8 * HOUR} for p in picked})
    links = plan.links.changed({}, (), rng.sample(list(plan.links.ids), 20))
    return Plan({**plan.tables, "tasks": tasks, "links": links})


def figures(leaves: int = 10_000) -> Iterator[Figure]:
    """Measure two plans of `leaves` tasks: by id, as two moments of one database are compared, and by uid, as two files are."""
    before = to_plan(neutral(leaves))
    after = edited(before)
    for same_ids, how in ((True, "by id"), (False, "by uid and name")):

        def run(_: None, same_ids: bool = same_ids) -> list[Slip]:
            return compare(before, after, same_ids=same_ids).slips()

        runs = measure(run, setup=lambda: None, runs=5)
        yield timed(
            f"{leaves:,} tasks: compare two plans {how}, and what moved the finish", runs, asked_ms=COMPARE_MS.get(leaves)
        )
