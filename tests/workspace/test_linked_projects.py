"""Links between projects: the dates of each come from all of them, whichever is looked at, and whoever changed one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pm.model import Plan, instant
from pm.workspace import Workspace
from tests.workspace.edits import set_field

DAY = 8 * 3600


def two_projects() -> Plan:
    """Pour (project B) waits for Forms (project A)."""
    start = instant("2026-03-02T08:00")
    return Plan.from_rows(
        projects=[
            {"id": 1, "code": "A", "name": "A", "start": start, "uid": 1},
            {"id": 2, "code": "B", "name": "B", "start": start, "position": 1, "uid": 2},
        ],
        tasks=[
            {"id": 1, "uid": 1, "project_id": 1, "name": "Forms", "duration": 3 * DAY},
            {"id": 2, "uid": 1, "project_id": 2, "name": "Pour", "duration": DAY},
        ],
        links=[{"id": 1, "project_id": 2, "predecessor_id": 1, "successor_id": 2}],
    )


def in_memory(_: Callable[[], str]) -> Workspace:
    return Workspace.of_plan(two_projects())


def in_database(new_database: Callable[[], str]) -> Workspace:
    workspace = Workspace.open(new_database())
    workspace.import_plan(two_projects())
    return workspace


@pytest.mark.parametrize("make", [in_memory, in_database])
def test_a_project_alone_shows_the_dates_it_has_among_all(
    make: Callable[[Callable[[], str]], Workspace], new_database: Callable[[], str]
) -> None:
    with make(new_database) as workspace:
        alone = workspace.schedule("B")
        pour = alone.plan.find_task("Pour")
        assert len(alone.plan.tasks) == 1
        assert alone.task(pour).start == instant("2026-03-05T08:00")
        assert alone.task(pour) == workspace.schedule().task(pour)

        moved = workspace.preview(set_field("Forms", "duration", 5 * DAY), "A").moves
        assert {m.task_id for m in moved} == {pour, workspace.plan("A").find_task("Forms")}
        assert workspace.schedule("B").task(pour).start == instant("2026-03-05T08:00"), "a preview changes nothing"

        workspace.run(set_field("Forms", "duration", 5 * DAY), "A")
        assert workspace.schedule("B").task(pour).start == instant("2026-03-09T08:00")
        workspace.undo()
        assert workspace.schedule("B").task(pour).start == instant("2026-03-05T08:00")


def test_the_chain_of_drivers_leads_through_the_other_project() -> None:
    with Workspace.of_plan(two_projects()) as workspace:
        explanation = workspace.explain(2, "B")
        assert [s.task_id for s in explanation.steps if s.kind == "work"] == [1]
        assert explanation.date == workspace.schedule("B").at(0).start
        assert workspace.paths("B")[0].task_ids == (1, 2)
