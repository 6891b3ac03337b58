"""What a process does until it is killed; the parent then looks whether the database is whole."""

from __future__ import annotations

import os
from multiprocessing.connection import Connection

from pm.errors import StoreError
from pm.model import Change, Plan
from pm.workspace import Workspace
from tests.workspace.edits import Edit

TASKS = 400


def project(code: str, tasks: int = TASKS) -> Plan:
    """A chain of tasks, each with a baseline."""
    ids = range(1, tasks + 1)
    return Plan.from_rows(
        projects=[{"id": 1, "code": code}],
        tasks=[{"id": i, "project_id": 1, "position": i, "uid": i, "name": f"Task {i}", "priority": 1000} for i in ids],
        links=[{"id": i, "project_id": 1, "predecessor_id": i, "successor_id": i + 1} for i in ids[:-1]],
        task_baselines=[{"id": i, "task_id": i, "start": i} for i in ids],
    )


def import_without_end(url: str, ready: Connection) -> None:
    """Import one project after the other."""
    with Workspace.open(url) as workspace:
        ready.send(True)
        number = len(workspace.projects())
        while True:
            number += 1
            workspace.import_plan(project(f"P{number}"))
            ready.send(True)


def edit_without_end(url: str, ready: Connection) -> None:
    """Move priority from one half of the tasks to the other: every commit leaves the sum as it was. Undo every third."""

    def shift(plan: Plan) -> list[Change]:
        ids, priorities = plan.tasks.ids, plan.tasks.column("priority")
        half = len(ids) // 2
        return [
            Change("tasks", i, {"priority": p}, {"priority": p + (1 if n < half else -1)})
            for n, (i, p) in enumerate(zip(ids, priorities, strict=True))
        ]

    with Workspace.open(url) as workspace:
        ready.send(True)
        count = 0
        while True:
            count += 1
            workspace.run(Edit(shift), "P1")
            if count % 3 == 0:
                workspace.undo()
            ready.send(True)


def create_and_import(url: str, ready: Connection) -> None:
    """Make the database and import into it."""
    ready.send(True)
    with Workspace.open(url) as workspace:
        workspace.import_plan(project("P1"))
    os._exit(0)


def import_until_refused(path: str, ready: Connection) -> None:
    """Import until a limit on the size of files stops it, and send the error's code."""
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))
    workspace = Workspace.open(path)
    try:
        for number in range(1, 100):
            workspace.import_plan(project(f"P{number}"))
    except StoreError as error:
        ready.send((error.code, error.exit_status))
    finally:
        workspace.close()
