"""How long a program start takes: CPU time of whole processes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.harness import Figure, measure_process, timed
from tests.benchmarks.plans import ROOT

HEAVY = "import sqlmodel, networkx, numpy"
SMALL = ROOT / "sample_projects"
START_MS = 150
TIMES_IMPORTS = 1.4


def small_plan() -> Path:
    """Return the smallest sample in Microsoft Project XML."""
    return min(SMALL.glob("*.xml"), key=lambda p: p.stat().st_size)


def figures() -> Iterator[Figure]:
    """Measure ``pm --version``, ``pm --help`` and ``pm schedule`` of a small file."""
    pm = [sys.executable, "-m", "pm"]
    for argument in ("--version", "--help"):
        yield timed(f"pm {argument}", measure_process([*pm, argument]), asked_ms=START_MS)
    imports = measure_process([sys.executable, "-c", HEAVY])
    yield timed(HEAVY, imports)
    plan = small_plan()
    schedule = measure_process([*pm, "schedule", str(plan)])
    yield timed(f"pm schedule {plan.name}", schedule, asked_ms=imports.median * TIMES_IMPORTS * 1e3)
    ratio = schedule.median / imports.median
    yield Figure("pm schedule, times those imports", ratio, unit="x", asked=TIMES_IMPORTS, runs=len(schedule.runs))
