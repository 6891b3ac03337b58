"""What the command palette offers: every action of the registry that is possible right now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.actions import Action, actions_of, key_text
from tui.screens.base import PlanScreen

_SILENT = frozenset({"command_palette"})


class ActionProvider(Provider):
    """Offers the actions of the screen below the palette."""

    def _offers(self) -> Iterator[tuple[Action, str, Callable[[], object]]]:
        screen = self.screen
        if not isinstance(screen, PlanScreen):
            return
        actions = actions_of(screen.registered, everywhere=True)
        actions.sort(key=lambda a: a.group == "Move")  # everybody knows the arrows
        for action in actions:
            if action.name in _SILENT or ("app" not in action.screens and not screen.possible(action.name)):
                continue
            ascii_only = not screen.look.glyphs.eighths
            keys = ", ".join(key_text(k, ascii_only=ascii_only) for k in action.keys.split(",")) if action.keys else ""
            owner = self.app if "app" in action.screens else screen
            yield action, keys, partial(owner.run_action, action.name)

    async def discover(self) -> Hits:
        """Offer everything before anything is typed."""
        for action, keys, run in self._offers():
            yield DiscoveryHit(action.title, run, help=f"{action.group}   {keys}")

    async def search(self, query: str) -> Hits:
        """Offer what matches."""
        matcher = self.matcher(query)
        for action, keys, run in self._offers():
            score = matcher.match(action.title)
            if score > 0:
                yield Hit(score, matcher.highlight(action.title), run, help=f"{action.group}   {keys}")
