"""Pictures of the screens at the sizes that must work. Look at the report before accepting new ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from tests.tui.driving import app_on, go_to, settle
from tui.app import SlacklineApp

SnapCompare = Callable[..., bool]
SIZES = [(190, 48), (120, 40), (80, 24)]


def prepared(*keys: str, task: str = "3.2.2") -> Callable[[Pilot[None]], object]:
    """Return what brings the Gantt into the state of the picture."""

    async def prepare(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await go_to(pilot, task)
        await pilot.press(*keys)
        await settle(pilot)

    return prepare


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_gantt(snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    assert snap_compare(app_on(), terminal_size=size, run_before=prepared())


@pytest.mark.parametrize("theme", ["light", "contrast"])
def test_gantt_in_other_colours(snap_compare: SnapCompare, theme: str) -> None:
    assert snap_compare(app_on(theme=theme), terminal_size=(120, 40), run_before=prepared())


def test_gantt_in_ascii(snap_compare: SnapCompare) -> None:
    assert snap_compare(app_on(ascii_only=True), terminal_size=(120, 40), run_before=prepared())


@pytest.mark.parametrize("zoom", ["day", "month", "quarter", "fit"])
def test_gantt_zoomed(snap_compare: SnapCompare, zoom: str) -> None:
    keys = {"day": ["plus"], "month": ["minus"], "quarter": ["minus", "minus"], "fit": ["0"]}[zoom]
    assert snap_compare(app_on(), terminal_size=(140, 30), run_before=prepared(*keys, task="3.3.2"))


def test_gantt_folded(snap_compare: SnapCompare) -> None:
    assert snap_compare(app_on(), terminal_size=(120, 30), run_before=prepared("2", task="3.4"))


def test_prompt(snap_compare: SnapCompare) -> None:
    assert snap_compare(app_on(), terminal_size=(100, 24), run_before=prepared("d", *"12x"))


@pytest.mark.parametrize("size", [(190, 48), (100, 30), (80, 24)], ids=lambda s: f"{s[0]}x{s[1]}")
def test_projects(snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    app: SlacklineApp = app_on(project=None)
    assert snap_compare(app, terminal_size=size, run_before=settle)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=lambda s: f"{s[0]}x{s[1]}")
def test_help(snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    assert snap_compare(app_on(), terminal_size=size, run_before=prepared("question_mark"))


def test_details(snap_compare: SnapCompare) -> None:
    assert snap_compare(app_on(), terminal_size=(120, 40), run_before=prepared("enter"))
