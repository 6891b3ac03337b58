"""The engine against MPXJ's scheduler, the other program that computes what Microsoft Project does, on the same file."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pm.formats.registry import read_plan
from pm.schedule import compile_network
from tests.benchmarks.harness import ROOT, Figure, Sample, measure, timed
from tests.benchmarks.plans import mspdi

TIMES_FASTER = {10_000: 12, 100_000: 18}


def figures(sizes: tuple[int, ...] = (10_000, 100_000)) -> Iterator[Figure]:
    """Measure a full recompute of plans of `sizes` leaves, warm on both sides."""
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            file = Path(folder) / f"{size}.xml"
            mspdi(size, file)
            network = compile_network(read_plan(file).plan)
            network.compute()
            ours = measure(lambda n: n.compute(), setup=lambda network=network: network, runs=9)
            del network
            theirs = Sample(tuple(_theirs(file, 9 if size <= 10_000 else 5)))
            yield timed(f"{size:,} tasks from XML: full recompute, warm", ours)
            yield timed(f"{size:,} tasks from XML: MPXJ's scheduler, warm", theirs)
            ratio = theirs.median / ours.median
            yield Figure(
                f"{size:,} tasks from XML: times faster", ratio, "x", TIMES_FASTER.get(size), at_least=True, runs=len(theirs.runs)
            )


def _theirs(file: Path, runs: int) -> list[float]:
    """Return the CPU seconds of MPXJ's runs.

    Raises:
        RuntimeError: it failed; Java or the extra ``mpp`` may be missing.
    """
    command = [sys.executable, "-m", "tests.benchmarks.mpxj_rival", str(file), str(runs)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"MPXJ: exit {done.returncode}: {done.stderr.strip()[-300:]}")
    answer = json.loads(done.stdout.splitlines()[-1])
    assert answer["scheduled"] > 0
    measured: list[float] = answer["runs"]
    return measured
