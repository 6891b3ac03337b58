"""What an explanation costs on a plan of 10,000 tasks in the database: its own work, and the whole process."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator

from pm.schedule import Network, explain
from pm.workspace import Workspace
from tests.benchmarks.database import CODE
from tests.benchmarks.harness import Figure, measure, measure_process, timed
from tests.benchmarks.plans import neutral, to_plan

LEAVES = 10_000
OWN_MS = 20
PROCESS_MS = 1_300


def figures() -> Iterator[Figure]:
    """Explain the first and the last task in the order of the logic: the start, and the late start with what stops its slack."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/plans.db"
        with Workspace.open(url) as workspace:
            workspace.import_plan(to_plan(neutral(LEAVES)))
            plan = workspace.plan(CODE)
        network = Network(plan)
        assert network.schedule.plan is plan
        first, last = (int(network.topology.task[place]) for place in (0, -1))
        for how, late in (("start", False), ("late start", True)):
            for which, at in (("first", first), ("last", last)):
                task_id = plan.tasks.ids[at]
                own = measure(
                    lambda n, t=task_id, late=late: explain(plan, t, late=late, network=n), setup=lambda: network, runs=9
                )  # type: ignore[misc]
                yield timed(f"{LEAVES:,} tasks: explain the {how} of the {which} task, own work", own, asked_ms=OWN_MS)
        number = plan.outline.numbers[last]
        for options in ([], ["--late"]):
            command = [sys.executable, "-m", "pm", "--db", url, "explain", CODE, number, *options]
            whole = measure_process(command, runs=7)
            yield timed(f"{LEAVES:,} tasks: {' '.join(['pm explain CODE TASK', *options])}", whole, asked_ms=PROCESS_MS)
