"""Reading files: generated plans as P6's XER and as Microsoft Project XML."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from pm.formats.registry import read_plan, write_plan
from pm.schedule import compute_schedule
from tests.benchmarks.harness import Figure, measure, timed
from tests.benchmarks.plans import mspdi, neutral, to_plan

XER_MS, MSPDI_MS = 2_000, 3_000


def figures(leaves: int = 10_000) -> Iterator[Figure]:
    """Measure reading a plan of `leaves` tasks from files of both tools; XER as we write it, with computed dates."""
    with tempfile.TemporaryDirectory() as folder:
        xer, xml = Path(folder) / "plan.xer", Path(folder) / "plan.xml"
        plan = to_plan(neutral(leaves))
        write_plan(plan, xer, schedule=compute_schedule(plan))
        mspdi(leaves, xml)
        for title, file, asked in (("Primavera XER", xer, XER_MS), ("Microsoft Project XML", xml, MSPDI_MS)):
            assert len(read_plan(file).plan.links) == len(plan.links)
            runs = measure(read_plan, setup=lambda file=file: file, runs=5)
            yield timed(f"{leaves:,} tasks: read {title}", runs, asked_ms=asked)
