"""The database's figures: opening a big plan, keeping its results, reading a file into it. SQLite files in a temporary folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from pm.formats.registry import read_plan
from pm.schedule import Schedule
from pm.workspace import Workspace
from tests.benchmarks.harness import Figure, measure, timed
from tests.benchmarks.plans import mspdi, neutral, to_plan

CODE = "BENCH"
OPEN_MS = {100_000: 2_500}
PERSIST_MS = {100_000: 600}
IMPORT_MS = {10_000: 2_000}


def figures(leaves: int = 100_000, file_leaves: int = 10_000) -> Iterator[Figure]:
    """Measure opening and keeping a plan of `leaves` tasks, and reading Microsoft Project XML of `file_leaves`."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _open_and_keep(f"sqlite:///{folder}/plans.db", leaves)
        yield from _import_file(Path(folder), file_leaves)


def _open_and_keep(url: str, leaves: int) -> Iterator[Figure]:
    with Workspace.open(url) as workspace:
        workspace.import_plan(to_plan(neutral(leaves)))

    opened: list[Workspace] = []

    def open_and_schedule(_: None) -> Schedule:
        opened.append(Workspace.open(url))
        return opened[-1].schedule(CODE)

    def close(_: None) -> None:
        opened.pop().close()

    runs = measure(open_and_schedule, setup=lambda: None, runs=5, clean_up=close)
    yield timed(f"{leaves:,} tasks: open a database to a computed schedule", runs, asked_ms=OPEN_MS.get(leaves))

    with Workspace.open(url) as workspace:
        schedule = workspace.schedule(CODE)
        assert len(schedule.start) == len(schedule.plan.tasks)
        keep = measure(lambda w: w.save_results(CODE), setup=lambda: workspace, runs=5)
    yield timed(f"{leaves:,} tasks: keep the results", keep, asked_ms=PERSIST_MS.get(leaves))


def _import_file(folder: Path, leaves: int) -> Iterator[Figure]:
    file = folder / "plan.xml"
    mspdi(leaves, file)
    made = iter(range(1000))

    def import_into(workspace: Workspace) -> None:
        workspace.import_plan(read_plan(file).plan)

    def fresh() -> Workspace:
        return Workspace.open(f"sqlite:///{folder}/import{next(made)}.db")

    runs = measure(import_into, setup=fresh, runs=5, clean_up=Workspace.close)
    yield timed(f"{leaves:,} tasks: Microsoft Project XML into a database", runs, asked_ms=IMPORT_MS.get(leaves))
