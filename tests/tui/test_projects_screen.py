"""The list of projects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pm.model import Plan, instant
from pm.schedule import compute_schedule
from pm.workspace import Workspace
from tests.tui.atlas import STATUS, TODAY
from tests.tui.driving import app_on, projects, running, selected, settle, shown
from tests.tui.looks import PLAIN, TYPED, atlas_model
from tui.app import SlacklineApp
from tui.session import ProjectSummary, Session, summarise
from tui.widgets.gantt.model import GanttModel
from tui.widgets.projects.painter import ProjectPainter

DAY = 8 * 3600


def small(number: int, **task: Any) -> dict[str, list[dict[str, Any]]]:
    """Rows of a project with one task of ten days."""
    return {
        "projects": [
            {
                "id": number,
                "position": number,
                "code": f"P{number}",
                "name": f"Project {number}",
                "start": instant("2026-01-05T08:00"),
            }
        ],
        "tasks": [{"id": number, "project_id": number, "name": f"Task {number}", "duration": 10 * DAY, **task}],
    }


def health(baseline: str | None = None, **task: Any) -> str:
    rows = small(1, **task)
    if baseline:
        rows["task_baselines"] = [
            {"id": 1, "task_id": 1, "start": instant("2026-01-05T08:00"), "finish": instant(f"{baseline}T17:00")}
        ]
    plan = Plan.from_rows(**rows)
    return summarise(GanttModel(plan, compute_schedule(plan))).health


def many(count: int) -> Plan:
    rows: dict[str, list[dict[str, Any]]] = {"projects": [], "tasks": []}
    for number in range(1, count + 1):
        for table, listed in small(number).items():
            rows[table] += listed
    return Plan.from_rows(**rows)


def test_health_in_words() -> None:
    assert health() == "waiting"
    half = {
        "actual_duration": 5 * DAY,
        "remaining_duration": 5 * DAY,
        "stop": instant("2026-01-09T17:00"),
        "resume": instant("2026-01-12T08:00"),
    }
    started = {"percent_complete": 5000, "actual_start": instant("2026-01-05T08:00"), **half}
    assert health(**started) == "track"
    assert health(**started, deadline=instant("2026-01-15T17:00")) == "late"
    assert health(**started, deadline=instant("2026-01-20T17:00")) == "risk"
    assert health(**started, deadline=instant("2026-03-20T17:00")) == "track"
    assert health("2026-01-12", **started) == "risk"
    assert health("2026-01-16", **started) == "track"
    done = {"percent_complete": 10_000, "actual_start": instant("2026-01-05T08:00"), "actual_finish": instant("2026-01-16T17:00")}
    assert health("2026-01-12", **done) == "finished"


def test_a_summary_counts_what_the_plan_holds() -> None:
    model = atlas_model()
    summary = summarise(model)
    assert (summary.code, summary.tasks, summary.critical, summary.health) == ("ATLAS", 32, 10, "late")
    assert summary.finish == model.project_finish
    assert summary.deadline_task == "Feature complete"
    assert summary.deadline_slack is not None
    assert summary.deadline_slack < 0
    assert summary.next_milestone == "Feature complete"
    leaves = [i for i in range(model.count) if not model.summary[i]]
    weight = sum(int(model.schedule.duration[i]) for i in leaves)
    assert summary.percent == sum(model.percent[i] * int(model.schedule.duration[i]) for i in leaves) // weight


@pytest.mark.parametrize("width", [20, 40, 79, 80, 100, 120, 139, 140, 190, 300])
@pytest.mark.parametrize("look", [PLAIN, TYPED], ids=["unicode", "ascii"])
def test_every_line_is_as_wide_as_the_screen(width: int, look: Any) -> None:
    unknown = ProjectSummary("X", "Not looked at yet 倉庫")
    broken = ProjectSummary("Y", "Loop", health="broken", problem="tasks wait for each other")
    painter = ProjectPainter([summarise(atlas_model()), unknown, broken], width, look, TODAY)
    for canvas in (painter.header(0), painter.header(1), *(painter.row(row, selected=row == 1) for row in range(5))):
        strip = canvas.strip()
        assert sum(segment.cell_length for segment in strip) == width
        assert look is PLAIN or strip.text.replace("倉庫", "").isascii()


async def test_the_list_fills_and_opens() -> None:
    workspace = Workspace.of_plan(many(3))
    async with running(SlacklineApp(workspace, today=STATUS), (100, 30)) as pilot:
        listed = projects(pilot).projects
        assert [s.health for s in listed.summaries] == ["waiting"] * 3
        assert "Portfolio  3 projects" in shown(pilot, "#header")
        await pilot.press("down")
        assert "Project 2  P2" in shown(pilot, "#details")
        await pilot.press("enter")
        await settle(pilot)
        assert selected(pilot) == "1"
        assert "Project 2" in shown(pilot, "#header")
        await pilot.press("e", *"New name", "enter")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert listed.selected is not None
        assert listed.selected.code == "P2"


async def test_the_cursor_scrolls_a_long_list() -> None:
    async with running(SlacklineApp(Workspace.of_plan(many(40)), today=STATUS), (80, 24)) as pilot:
        listed = projects(pilot).projects
        await pilot.press("end")
        assert listed.cursor == 39
        assert "Project 40" in "".join(listed.render_line(y).text for y in range(listed.size.height))
        await pilot.press("pageup", "home", "up")
        assert (listed.cursor, listed.scroll_offset.y) == (0, 0)
        await pilot.click(listed, offset=(5, 5))
        assert listed.cursor == 3
        await pilot.double_click(listed, offset=(5, 5))
        await settle(pilot)
        assert selected(pilot) == "1"


async def test_an_empty_workspace_says_so() -> None:
    async with running(SlacklineApp(Workspace.of_plan(Plan()), today=STATUS)) as pilot:
        assert "no projects yet" in shown(pilot, "#details")
        await pilot.press("down", "enter", "end")
        assert "Portfolio  0 projects" in shown(pilot, "#header")


async def test_q_on_the_list_ends_the_program() -> None:
    app = app_on(project=None)
    async with running(app) as pilot:
        await pilot.press("q")
        await pilot.pause()
        assert app._exit


def test_the_session_names_what_it_did() -> None:
    from pm.commands import EditTask

    session = Session(Workspace.of_plan(many(2)))
    opened, said = session.run(EditTask(2, {"name": "Other"}), "P2")
    assert said == opened.undo != ""
    assert opened.model.name(0) == "Other"
    assert session.undo().startswith("Undone: ")
    assert session.open("P2").model.name(0) == "Task 2"
    assert session.labels() == ("", said)
    assert session.redo().startswith("Redone: ")
    assert session.open("P2").model.name(0) == "Other"


async def test_undoing_the_import_of_the_project_on_screen_leads_back_to_the_list(tmp_path: Path) -> None:
    with Workspace.open(str(tmp_path / "plans.db")) as workspace:
        workspace.import_plan(many(1))
        workspace.import_plan(Plan.from_rows(**small(2)))
        async with running(SlacklineApp(workspace, project="P2", today=STATUS)) as pilot:
            assert "undoes" not in shown(pilot, "#header")
            await pilot.press("u")
            await settle(pilot)
            listed = projects(pilot).projects
            assert [s.code for s in listed.summaries] == ["P1"]
            await pilot.press("ctrl+r")
            await settle(pilot)
            assert [s.code for s in listed.summaries] == ["P1", "P2"]
            assert not projects(pilot).possible("redo")
