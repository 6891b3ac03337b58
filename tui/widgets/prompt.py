"""One line of input at the foot of a screen: a label, a field, and what the text typed so far would mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from pm.errors import PMError
from tui.text import clean

Meaning = Callable[[str], str]
"""Says what a text means, or raises a `PMError` that says why it means nothing."""


class Prompt(Horizontal):
    """Asks for one value; hidden until `ask`.

    The answer is a message; ``purpose`` tells askers apart.
    """

    DEFAULT_CSS = """
    Prompt { height: 1; background: $pm-field; display: none; }
    Prompt > #prompt-label { width: auto; padding: 0 1; color: $pm-key; text-style: bold; background: $pm-field; }
    Prompt > Input, Prompt > Input:focus { width: 1fr; height: 1; border: none; padding: 0; background: $pm-field; color: $pm-text; }
    Prompt > #prompt-meaning { width: auto; max-width: 60%; padding: 0 1; color: $pm-muted; background: $pm-field; }
    Prompt > #prompt-meaning.wrong { color: $pm-late; }
    """

    @dataclass
    class Typed(Message):
        """The text has changed and means something."""

        purpose: str
        text: str

    @dataclass
    class Answered(Message):
        """The reader pressed enter on a text that means something."""

        purpose: str
        text: str

    @dataclass
    class Dismissed(Message):
        """The reader pressed escape."""

        purpose: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.purpose = ""
        self._meaning: Meaning = clean
        self._valid = True

    def compose(self) -> ComposeResult:
        """Yield label, field and meaning."""
        yield Static("", id="prompt-label", markup=False)
        field = Input(id="prompt-field", select_on_focus=True)
        field.cursor_blink = False
        yield field
        yield Static("", id="prompt-meaning", markup=False)

    @property
    def field(self) -> Input:
        """The field that is typed in."""
        return self.query_one(Input)

    def ask(self, purpose: str, label: str, value: str, meaning: Meaning) -> None:
        """Show the line and put the cursor in it.

        Args:
            purpose: Comes back with the answer.
            label: What is asked for.
            value: The text to begin with.
            meaning: Judges the text as it is typed.
        """
        self.purpose, self._meaning = purpose, meaning
        self.query_one("#prompt-label", Static).update(label)
        self.display = True
        self.field.value = value
        self._judge(value)
        self.field.focus()

    def close(self) -> None:
        """Hide the line."""
        self.display = False

    def _judge(self, text: str) -> None:
        said = self.query_one("#prompt-meaning", Static)
        try:
            meaning, self._valid = self._meaning(text), True
        except PMError as error:
            meaning, self._valid = clean(error.hint or error.message), False
        said.set_class(not self._valid, "wrong")
        said.update(meaning)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Judge the text and pass it on."""
        event.stop()
        if not self.display:
            return
        self._judge(event.value)
        if self._valid:
            self.post_message(self.Typed(self.purpose, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer, unless the text means nothing."""
        event.stop()
        self._judge(event.value)
        if self._valid:
            self.close()
            self.post_message(self.Answered(self.purpose, event.value))

    def on_key(self, event: events.Key) -> None:
        """Leave on escape."""
        if event.key == "escape" and self.display:
            event.stop()
            event.prevent_default()
            self.close()
            self.post_message(self.Dismissed(self.purpose))
