"""The one registry: keys, footer, palette and help say the same."""

from __future__ import annotations

from collections import Counter

import pytest
from textual.command import CommandPalette

from tests.tui.driving import app_on, go_to, running, settle, shown, view
from tui.actions import ACTIONS, actions_of, bindings_of, footer_keys, key_text, parts
from tui.app import SlacklineApp
from tui.palette import ActionProvider
from tui.screens.gantt import GanttScreen
from tui.screens.help import help_lines
from tui.screens.projects import ProjectsScreen

OWNERS = {"gantt": GanttScreen, "projects": ProjectsScreen, "app": SlacklineApp}


@pytest.mark.parametrize("screen", ["gantt", "projects"])
def test_no_key_means_two_things(screen: str) -> None:
    keys = Counter(key for a in actions_of(screen, everywhere=True) for key in a.keys.split(",") if key)
    assert [key for key, count in keys.items() if count > 1] == []


@pytest.mark.parametrize("screen", OWNERS)
def test_every_action_is_implemented_by_its_screen(screen: str) -> None:
    for action in actions_of(screen):
        assert hasattr(OWNERS[screen], f"action_{parts(action.name)[0]}"), action.name


@pytest.mark.parametrize("screen", OWNERS)
def test_every_binding_comes_from_the_registry(screen: str) -> None:
    own = {b.action for b in bindings_of(screen)}
    assert own == {a.name for a in actions_of(screen) if a.keys}
    assert bindings_of(screen) == OWNERS[screen].BINDINGS


def test_names_are_unique_per_screen_and_titles_are_not_empty() -> None:
    for screen in OWNERS:
        names = [a.name for a in actions_of(screen)]
        assert len(names) == len(set(names))
    assert all(a.title and a.group for a in ACTIONS)


@pytest.mark.parametrize("screen", ["gantt", "projects"])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_the_help_names_every_key(screen: str, ascii_only: bool) -> None:
    told = {key for _, pairs in help_lines(screen, ascii_only=ascii_only) for keys, _ in pairs for key in keys.split()}
    for action in actions_of(screen, everywhere=True):
        if action.keys and not action.name.startswith("level"):
            assert {key_text(k, ascii_only=ascii_only) for k in action.keys.split(",")} <= told
    assert not ascii_only or all(key.isascii() for key in told)


def test_keys_as_people_read_them() -> None:
    assert [key_text(k) for k in ("ctrl+r", "plus", "up", "shift+left", "percent_sign")] == ["^r", "+", "↑", "shift+←", "%"]
    assert key_text("shift+left", ascii_only=True) == "shift+left"
    assert footer_keys(actions_of("projects"))[0] == ("enter", "Open")


async def offered(screen: GanttScreen | ProjectsScreen) -> dict[str, str]:
    provider = ActionProvider(screen)
    return {str(hit.display): str(hit.help) async for hit in provider.discover()}


async def test_the_palette_offers_what_is_possible_now() -> None:
    async with running(app_on()) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, GanttScreen)
        found = await offered(screen)
        assert "Zoom in" in found
        assert "Light colours" in found
        assert "Undo" not in found
        assert "Change the duration" not in found  # the first row is a summary
        assert "Next task found" not in found
        await go_to(pilot, "1.1")
        assert "Change the duration" in await offered(screen)


async def test_an_action_chosen_in_the_palette_happens() -> None:
    async with running(app_on()) as pilot:
        await pilot.press("ctrl+p")
        await pilot.pause()
        assert isinstance(pilot.app.screen, CommandPalette)
        await pilot.press(*"light col")
        for _ in range(20):
            await pilot.pause(0.05)
        await pilot.press("enter")
        for _ in range(5):
            await pilot.pause(0.05)
        assert pilot.app.theme == "slackline-light"
        await pilot.press("ctrl+p")
        await pilot.press(*"fold every")
        for _ in range(20):
            await pilot.pause(0.05)
        await pilot.press("enter")
        for _ in range(5):
            await pilot.pause(0.05)
        assert len(view(pilot).rows) == 5


async def test_the_footer_shows_only_what_is_possible() -> None:
    async with running(app_on()) as pilot:
        assert "Duration" not in shown(pilot, "#keys")
        await go_to(pilot, "1.1")
        await settle(pilot)
        assert "d Duration" in shown(pilot, "#keys")
        assert shown(pilot, "#keys").rstrip().endswith("^p palette")
