"""The figures of simulating a plan: CPU time on one thread, by the clock on as many as there are cores, and memory.

What is asked is asked of two cores by the clock; it is held by the CPU time of one, which others on the machine do not change."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

from pm.risk.inputs import Settings
from pm.risk.simulation import Simulation
from tests.benchmarks.harness import ROOT, Figure, measure, timed
from tests.benchmarks.plans import neutral, to_plan

ASKED_S = {(1_000, 2_000): 2.0, (10_000, 1_000): 15.0}
ASKED_MB = 1_500
SPREAD = Settings(spread=(-1000, 2000))
"""Every task that is not done is uncertain."""
RUNS = 3


def simulated(leaves: int, iterations: int, workers: int) -> None:
    """Read what is uncertain of a plan of `leaves` tasks, compile it, draw, and compute every iteration."""
    Simulation(to_plan(neutral(leaves)), SPREAD, iterations=iterations, seed=1, workers=workers).run()


def figures(sizes: tuple[tuple[int, int], ...] = tuple(ASKED_S)) -> Iterator[Figure]:
    """Measure plans of so many tasks and iterations each."""
    workers = os.cpu_count() or 1
    for leaves, iterations in sizes:
        plan, name = to_plan(neutral(leaves)), f"{leaves:,} tasks, {iterations:,} iterations"

        def run(threads: int) -> None:
            Simulation(plan, SPREAD, iterations=iterations, seed=1, workers=threads).run()  # noqa: B023

        clock = []
        for _ in range(RUNS):
            began = time.perf_counter()
            run(workers)
            clock.append(time.perf_counter() - began)
        middle = sorted(clock)[len(clock) // 2]
        yield timed(name, measure(run, setup=lambda: 1, runs=RUNS), asked_ms=1e3 * ASKED_S[leaves, iterations])
        yield Figure(f"{name}: by the clock, {workers} threads", middle, "s", best=min(clock), runs=RUNS)
        yield Figure(f"{name}: memory, {workers} threads", _memory(leaves, iterations, workers), "MB", ASKED_MB)


def _memory(leaves: int, iterations: int, workers: int) -> float:
    """Return the most memory that a process of its own needs, MB."""
    code = f"from tests.benchmarks.risk import simulated; simulated({leaves}, {iterations}, {workers})"
    report = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    done = subprocess.run([sys.executable, "-c", f"{code}; {report}"], capture_output=True, text=True, check=True, cwd=ROOT)
    return int(done.stdout) / 1024
