"""A process that is killed leaves the database as it was before a change or after it, never between."""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections.abc import Callable, Iterator
from multiprocessing import forkserver
from typing import Any

import pytest

from pm.workspace import Workspace
from tests.faults import children

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 needs POSIX")
KILLS = 8


@pytest.fixture(scope="module")
def context() -> Iterator[Any]:
    """Processes that have imported everything already when they start."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["tests.faults.children", "pm.store.repository", "pm.schedule"])
    yield made
    # Otherwise the server outlives the tests of its module, with everything it has loaded.
    server: Any = forkserver
    server._forkserver._stop()


def killed(context: Any, target: Callable[..., None], url: str, steps: int, seconds: float) -> None:
    """Start a process and kill it `seconds` after it has finished a number of steps: in the middle of the next."""
    here, there = context.Pipe()
    process = context.Process(target=target, args=(url, there))
    process.start()
    there.close()
    for _ in range(1 + steps):
        assert here.recv() is True
    time.sleep(seconds)
    process.kill()
    process.join(30)
    assert process.exitcode in (-9, 0)
    process.close()
    here.close()


def test_during_imports(context: Any, database_url: str) -> None:
    chance = random.Random(1)
    Workspace.open(database_url).close()
    seen = 0
    for _ in range(KILLS):
        killed(context, children.import_without_end, database_url, chance.randrange(3), chance.uniform(0, 0.1))
        with Workspace.open(database_url) as workspace:
            assert workspace.check() == []
            plan = workspace.plan()
            count = len(plan.projects)
            assert len(plan.tasks) == count * children.TASKS
            assert len(plan.links) == count * (children.TASKS - 1)
            assert len(plan.task_baselines) == count * children.TASKS
            assert [e.kind for e in workspace.log(1000)] == ["import"] * count
            assert count >= seen
            seen = count
    assert seen > 0, "no import was ever finished: the kills were too early to prove anything"


def test_during_edits(context: Any, database_url: str) -> None:
    chance = random.Random(2)
    with Workspace.open(database_url) as workspace:
        workspace.import_plan(children.project("P1"))
    seen = 0
    for _ in range(KILLS):
        killed(context, children.edit_without_end, database_url, chance.randrange(5), chance.uniform(0, 0.1))
        with Workspace.open(database_url) as workspace:
            assert workspace.check() == []
            priorities = list(workspace.plan("P1").tasks.column("priority"))
            half = children.TASKS // 2
            assert len(set(priorities[:half])) == 1
            assert len(set(priorities[half:])) == 1
            assert priorities[0] + priorities[-1] == 2000
            entries = workspace.log(10_000)
            done = sum(e.kind == "do" and e.state == "done" for e in entries)
            assert priorities[0] == 1000 + done, "the journal and the rows tell the same"
            assert workspace.plan("P1").projects.column("revision") == [len(entries)]
            seen = len(entries)
    assert seen > KILLS, "hardly an edit was ever finished"


def test_during_the_making_of_a_database(context: Any, new_database: Callable[[], str]) -> None:
    chance = random.Random(3)
    for _ in range(KILLS):
        url = new_database()
        killed(context, children.create_and_import, url, 0, chance.uniform(0, 0.3))
        with Workspace.open(url) as workspace:
            assert workspace.check() == []
            assert len(workspace.plan().tasks) in (0, children.TASKS)
            if not workspace.projects():
                assert workspace.import_plan(children.project("P1")) == ["P1"]
