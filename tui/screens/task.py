"""The dialog with all that is known of a task."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static


class TaskDialog(ModalScreen[None]):
    """Shows pairs of label and text; any of escape, enter and q closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,q,enter", "dismiss", "Close")]
    DEFAULT_CSS = """
    TaskDialog { align: center middle; }
    TaskDialog > VerticalScroll {
        width: 84; max-width: 96%; height: auto; max-height: 90%; padding: 1 2; background: $pm-popup;
        border-left: outer $pm-mark;
    }
    TaskDialog Static { width: 1fr; height: auto; background: $pm-popup; }
    """

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.pairs = pairs

    def compose(self) -> ComposeResult:
        """Yield a line for each pair; texts are data and never read as markup."""
        with VerticalScroll(can_focus=True):
            for i, (label, text) in enumerate(self.pairs):
                style = "bold $pm-text" if i == 0 else "$pm-text"
                yield Static(Content.assemble((f"{label:<14}", "$pm-muted"), (text, style)))
