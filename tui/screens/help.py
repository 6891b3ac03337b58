"""The help screen, written by the registry of actions."""

from __future__ import annotations

from itertools import groupby

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.actions import Action, actions_of, key_text

LEGEND = (
    ("●", "critical", "critical: no slack left"),
    ("◆", "text", "milestone, ◇ where the baseline had it"),
    ("⚑", "good", "deadline; red where it is missed"),
    ("╌╌", "slack", "slack: how far it may slip before the finish does"),
    ("▂▂", "baseline", "where the baseline had the task"),
    ("╰▶", "predecessor", "links of the selected task: what it waits for"),
    ("╰▶", "successor", "and what waits for it"),
)


def help_lines(screen: str, *, ascii_only: bool = False) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return headings with pairs of keys and what they do."""
    actions = [a for a in actions_of(screen, everywhere=True) if a.keys]
    order = {name: i for i, name in enumerate(dict.fromkeys(a.group for a in actions))}
    actions.sort(key=lambda a: order[a.group])

    def keys(action: Action) -> str:
        return " ".join(key_text(k, ascii_only=ascii_only) for k in action.keys.split(","))

    return [(group, [(keys(a), a.title) for a in found]) for group, found in groupby(actions, key=lambda a: a.group)]


class HelpScreen(ModalScreen[None]):
    """All keys of a screen."""

    BINDINGS = [("escape,q,question_mark,f1", "dismiss", "Close")]  # noqa: RUF012
    DEFAULT_CSS = """
    HelpScreen { align: center middle; background: $pm-background 60%; }
    HelpScreen > VerticalScroll {
        width: 100; max-width: 96%; height: auto; max-height: 94%; padding: 1 2; background: $pm-popup;
        border-left: outer $pm-mark; scrollbar-size: 1 1;
    }
    HelpScreen #help-columns { layout: grid; grid-size: 2; grid-columns: 1fr 1fr; grid-gutter: 0 2; height: auto; }
    HelpScreen.narrow #help-columns { grid-size: 1; }
    HelpScreen Static { height: auto; background: $pm-popup; padding-bottom: 1; }
    """

    def __init__(self, screen: str, *, ascii_only: bool = False) -> None:
        super().__init__()
        self.registered, self.ascii_only = screen, ascii_only

    def compose(self) -> ComposeResult:
        """Yield a block for each group."""
        with VerticalScroll(can_focus=True):
            yield Static(Content.assemble(("Keys", "bold $pm-text"), ("   ^p finds everything by name", "$pm-muted")))
            with VerticalScroll(id="help-columns", can_focus=False):
                for group, pairs in help_lines(self.registered, ascii_only=self.ascii_only):
                    parts: list[tuple[str, str]] = [(group, "bold $pm-text")]
                    for keys, title in pairs:
                        parts += [(f"\n{keys:<12}", "bold $pm-key"), (title, "$pm-text")]
                    yield Static(Content.assemble(*parts))
                if self.registered == "gantt" and not self.ascii_only:
                    parts = [("What is what", "bold $pm-text")]
                    for glyph, ink, text in LEGEND:
                        parts += [(f"\n{glyph:<12}", f"$pm-{ink}"), (text, "$pm-text")]
                    yield Static(Content.assemble(*parts))

    def on_mount(self) -> None:
        """Use one column where there is no room for two."""
        self.set_class(self.app.size.width < 90, "narrow")
