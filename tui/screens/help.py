"""The help screen, written by the registry of actions."""

from __future__ import annotations

from itertools import groupby
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.actions import LEVELS, actions_of, key_text
from tui.glyphs import Glyphs

_KEYS_WIDTH = 11


def legend(glyphs: Glyphs) -> list[tuple[str, str, str]]:
    """Return what is drawn: a sample, the name of its colour, what it means."""
    return [
        (glyphs.critical, "critical", "critical: no slack left"),
        (glyphs.milestone, "text", f"milestone; {glyphs.milestone_baseline} in the baseline"),
        (glyphs.deadline, "good", "deadline; red when missed"),
        (glyphs.slack * 3, "slack", "slack: room to slip"),
        (glyphs.ghost * 3, "baseline", "where the baseline had it"),
        (glyphs.arrow_right, "predecessor", "what the task waits for"),
        (glyphs.arrow_right, "successor", "what waits for the task"),
    ]


def help_lines(screen: str, *, ascii_only: bool = False) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return headings with pairs of keys and what they do; keys of a row of like actions share a line."""
    actions = [a for a in actions_of(screen, everywhere=True) if a.keys]
    groups: dict[str, list[tuple[str, str]]] = {}
    for (_, heading), found in groupby(actions, key=lambda a: (a.name.partition("(")[0] if a.name in LEVELS else a, a.group)):
        listed = list(found)
        if len(listed) > 1:
            first, last = (key_text(a.keys, ascii_only=ascii_only) for a in (listed[0], listed[-1]))
            pair = (f"{first} to {last}", "Show so many levels")
        else:
            keys = " ".join(key_text(k, ascii_only=ascii_only) for k in listed[0].keys.split(","))
            pair = (keys, listed[0].title)
        groups.setdefault(heading, []).append(pair)
    return list(groups.items())


class HelpScreen(ModalScreen[None]):
    """All keys of a screen."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,q,question_mark,f1", "dismiss", "Close")]
    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen > VerticalScroll {
        width: 100; max-width: 96%; height: auto; max-height: 94%; padding: 1 2; background: $pm-popup;
        border-left: outer $pm-mark;
    }
    HelpScreen #help-columns { layout: grid; grid-size: 2; grid-columns: 1fr 1fr; grid-gutter: 0 2; height: auto; }
    HelpScreen.narrow #help-columns { grid-size: 1; }
    HelpScreen Static { height: auto; background: $pm-popup; padding-bottom: 1; }
    """

    def __init__(self, screen: str, glyphs: Glyphs) -> None:
        super().__init__()
        self.registered, self.glyphs = screen, glyphs

    def compose(self) -> ComposeResult:
        """Yield a block for each group."""
        with VerticalScroll(can_focus=True):
            yield Static(Content.assemble(("Keys", "bold $pm-text"), ("   ^p finds everything by name", "$pm-muted")))
            with VerticalScroll(id="help-columns", can_focus=False):
                for group, pairs in help_lines(self.registered, ascii_only=not self.glyphs.eighths):
                    parts: list[tuple[str, str]] = [(group, "bold $pm-text")]
                    for keys, title in pairs:
                        parts += [(f"\n{keys:<{_KEYS_WIDTH}}", "bold $pm-key"), (title, "$pm-text")]
                    yield Static(Content.assemble(*parts))
                if self.registered == "gantt":
                    parts = [("What is what", "bold $pm-text")]
                    for sample, ink, text in legend(self.glyphs):
                        parts += [(f"\n{sample:<{_KEYS_WIDTH}}", f"$pm-{ink}"), (text, "$pm-text")]
                    yield Static(Content.assemble(*parts))

    def on_mount(self) -> None:
        """Use one column where there is no room for two."""
        self.set_class(self.app.size.width < 90, "narrow")
