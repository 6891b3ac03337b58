"""Everything the reader can do, in one list: key bindings, footer, palette and help are read from it.

A screen implements an action ``name(...)`` as Textual does, with a method ``action_name``; whether it is possible right now
is the screen's `check_action`, and the palette and the footer ask for it too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding


@dataclass(frozen=True)
class Action:
    """A thing to do.

    Attributes:
        name: The Textual action, with its arguments.
        keys: Keys as Textual names them, separated by commas; empty where only the palette offers it.
        title: What it does, as the palette and the help name it.
        group: The heading it stands under in the help.
        screens: Where it is possible: ``gantt``, ``projects``, or ``app`` for everywhere.
        footer: The word in the footer; empty where it is not shown there.
    """

    name: str
    keys: str
    title: str
    group: str
    screens: tuple[str, ...]
    footer: str = ""


_GANTT, _LIST, _APP = ("gantt",), ("projects",), ("app",)
_BOTH = ("gantt", "projects")

_LEVELS = tuple(Action(f"level({n})", str(n), f"Show the outline down to level {n}", "Outline", _GANTT) for n in range(1, 7))
LEVELS = frozenset(action.name for action in _LEVELS)
"""Names of the actions that show the outline down to a level; the help screen gives them one line."""

ACTIONS: tuple[Action, ...] = (
    Action("cursor(-1)", "up,k", "Up", "Move", _BOTH),
    Action("cursor(1)", "down,j", "Down", "Move", _BOTH),
    Action("page(-1)", "pageup", "A page up", "Move", _BOTH),
    Action("page(1)", "pagedown", "A page down", "Move", _BOTH),
    Action("edge(-1)", "home", "To the first row", "Move", _BOTH),
    Action("edge(1)", "end", "To the last row", "Move", _BOTH),
    Action("open_project", "enter", "Open the project", "Move", _LIST, "Open"),
    Action("details", "enter", "All that is known of the task", "Look", _GANTT, "Details"),
    Action("zoom(1)", "plus,equals_sign", "Zoom in", "Time", _GANTT, "Zoom in"),
    Action("zoom(-1)", "minus", "Zoom out", "Time", _GANTT, "Zoom out"),
    Action("zoom_to('fit')", "0", "Zoom so that all fits", "Time", _GANTT, "Fit"),
    Action("zoom_to('day')", "", "Zoom to days", "Time", _GANTT),
    Action("zoom_to('week')", "", "Zoom to weeks", "Time", _GANTT),
    Action("zoom_to('month')", "", "Zoom to months", "Time", _GANTT),
    Action("zoom_to('quarter')", "", "Zoom to quarters", "Time", _GANTT),
    Action("scroll(-0.125)", "left,h", "Earlier", "Time", _GANTT),
    Action("scroll(0.125)", "right,l", "Later", "Time", _GANTT),
    Action("scroll(-0.9)", "shift+left,H", "Much earlier", "Time", _GANTT),
    Action("scroll(0.9)", "shift+right,L", "Much later", "Time", _GANTT),
    Action("status_date", "t", "To the status date", "Time", _GANTT, "Status date"),
    Action("bar", "full_stop", "To the start of the bar", "Time", _GANTT),
    Action("go_to_date", "g", "To a date", "Time", _GANTT, "Go to"),
    Action("fold", "space", "Fold or unfold", "Outline", _GANTT, "Fold"),
    Action("fold_all", "left_square_bracket", "Fold everything", "Outline", _GANTT),
    Action("unfold_all", "right_square_bracket", "Unfold everything", "Outline", _GANTT),
    *_LEVELS,
    Action("search", "slash", "Find a task", "Outline", _GANTT, "Find"),
    Action("find_next(False)", "n", "Next task found", "Outline", _GANTT),
    Action("find_next(True)", "N", "Previous task found", "Outline", _GANTT),
    Action("show('baseline')", "b", "Baseline on or off", "Look", _GANTT, "Baseline"),
    Action("show('slack')", "s", "Slack on or off", "Look", _GANTT, "Slack"),
    Action("show('links')", "x", "Links on or off", "Look", _GANTT, "Links"),
    Action("show('labels')", "w", "Names beside the bars on or off", "Look", _GANTT),
    Action("edit('duration')", "d", "Change the duration", "Change", _GANTT, "Duration"),
    Action("edit('name')", "e", "Rename the task", "Change", _GANTT, "Rename"),
    Action("edit('progress')", "percent_sign", "Report progress", "Change", _GANTT, "Progress"),
    Action("undo", "u", "Undo", "Change", _BOTH, "Undo"),
    Action("redo", "ctrl+r", "Redo", "Change", _BOTH),
    Action("reload", "f5", "Read again", "Change", _BOTH),
    Action("theme('dark')", "", "Dark colours", "Look", _APP),
    Action("theme('light')", "", "Light colours", "Look", _APP),
    Action("theme('contrast')", "", "High contrast", "Look", _APP),
    Action("help", "question_mark,f1", "All keys", "Help", _APP, "Keys"),
    Action("command_palette", "ctrl+p", "Everything that can be done here", "Help", _APP),
    Action("back", "escape,q", "Back", "Help", _GANTT, "Back"),
    Action("leave", "q", "Quit", "Help", _LIST, "Quit"),
    Action("quit", "ctrl+q", "Quit", "Help", _APP),
)

_SHOWN_KEYS = {
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "plus": "+",
    "equals_sign": "=",
    "minus": "-",
    "full_stop": ".",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "slash": "/",
    "percent_sign": "%",
    "question_mark": "?",
    "escape": "esc",
}
_ARROWS = str.maketrans({"↑": "up", "↓": "down", "←": "left", "→": "right"})


def key_text(key: str, *, ascii_only: bool = False) -> str:
    """Return a key as people read it: ``^r`` for ``ctrl+r``."""
    *modifiers, last = key.split("+") if key != "plus" else ["plus"]
    text = "".join("^" if m == "ctrl" else f"{m}+" for m in modifiers) + _SHOWN_KEYS.get(last, last)
    return text.translate(_ARROWS) if ascii_only else text


def actions_of(screen: str, *, everywhere: bool = False) -> list[Action]:
    """Return the actions of a screen, and those possible everywhere where asked for, in the order of the list."""
    return [a for a in ACTIONS if screen in a.screens or (everywhere and "app" in a.screens)]


def bindings_of(screen: str) -> list[Binding]:
    """Return the key bindings of a screen (or of ``app``)."""
    return [Binding(a.keys, a.name, a.title, show=False) for a in actions_of(screen) if a.keys]


def footer_keys(actions: Iterable[Action], *, ascii_only: bool = False) -> list[tuple[str, str]]:
    """Return the pairs of key and word that a footer shows."""
    return [(key_text(a.keys.split(",")[0], ascii_only=ascii_only), a.footer) for a in actions if a.footer and a.keys]


def parts(name: str) -> tuple[str, tuple[object, ...]]:
    """Return an action's name and its arguments as Textual passes them to `check_action`."""
    from textual.actions import parse

    _, action, arguments = parse(name)
    return action, arguments
