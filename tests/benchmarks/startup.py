"""How long a program start takes: CPU time of whole processes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.harness import Figure, measure_process, timed
from tests.benchmarks.plans import ROOT

HEAVY = "import sqlmodel, networkx, numpy"
SAMPLES = ROOT / "sample_projects"
START_MS = 150
TIMES_IMPORTS = 1.4


def small_plans() -> list[Path]:
    """Return the smallest sample of each kind of file."""
    kinds = [sorted(SAMPLES.glob(f"*{kind}"), key=lambda p: p.stat().st_size) for kind in (".xml", ".toml")]
    return [files[0] for files in kinds if files]


def figures() -> Iterator[Figure]:
    """Measure ``pm --version``, ``pm --help`` and ``pm schedule`` of small files."""
    pm = [sys.executable, "-m", "pm"]
    for argument in ("--version", "--help"):
        yield timed(f"pm {argument}", measure_process([*pm, argument]), asked_ms=START_MS)
    imports = measure_process([sys.executable, "-c", HEAVY])
    yield timed(HEAVY, imports)
    for plan in small_plans():
        schedule = measure_process([*pm, "schedule", str(plan)])
        yield timed(f"pm schedule {plan.name}", schedule)
        ratio = schedule.median / imports.median
        yield Figure("the same, times those imports", ratio, unit="x", asked=TIMES_IMPORTS, runs=len(schedule.runs))
