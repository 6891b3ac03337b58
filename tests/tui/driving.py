"""The application under a pilot, and how to wait for its workers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from pm.model import Plan
from pm.workspace import Workspace
from tests.tui.atlas import STATUS, atlas
from tui.app import SlacklineApp
from tui.screens.gantt import GanttScreen
from tui.screens.projects import ProjectsScreen
from tui.widgets.gantt.view import GanttView


def app_on(
    plan: Plan | None = None, *, project: str | None = "ATLAS", ascii_only: bool = False, theme: str = "dark"
) -> SlacklineApp:
    workspace = Workspace.of_plan(plan if plan is not None else atlas(holidays=True)[0])
    return SlacklineApp(workspace, project=project, ascii_only=ascii_only, theme=theme, today=STATUS)


async def settle(pilot: Pilot[None]) -> None:
    """Wait until no worker runs and everything they said has been heard."""
    for _ in range(3):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()


@asynccontextmanager
async def running(app: SlacklineApp, size: tuple[int, int] = (190, 48)) -> AsyncIterator[Pilot[None]]:
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        yield pilot


def gantt(pilot: Pilot[None]) -> GanttScreen:
    screen = pilot.app.screen
    assert isinstance(screen, GanttScreen)
    return screen


def projects(pilot: Pilot[None]) -> ProjectsScreen:
    screen = pilot.app.screen
    assert isinstance(screen, ProjectsScreen)
    return screen


def view(pilot: Pilot[None]) -> GanttView:
    return gantt(pilot).query_one(GanttView)


def selected(pilot: Pilot[None]) -> str:
    """The outline number of the selected task."""
    chart = view(pilot)
    return chart.model.numbers[chart.position]


async def go_to(pilot: Pilot[None], number: str) -> None:
    chart = view(pilot)
    chart.select(chart.model.numbers.index(number))
    await pilot.pause()


def shown(pilot: Pilot[None], selector: str) -> str:
    """What a bar of the screen says."""
    widget = pilot.app.screen.query_one(selector)
    return "\n".join(widget.render_line(y).text for y in range(widget.size.height))
