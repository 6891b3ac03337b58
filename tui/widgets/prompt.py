"""One line of input at the foot of a screen: a label, a field, and what the text typed so far would mean."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from pm.errors import PMError
from tui.questions import Question
from tui.text import clean


class Prompt(Horizontal):
    """Asks for one value; hidden until `ask`. The answer is a message."""

    DEFAULT_CSS = """
    Prompt { height: 1; background: $pm-field; display: none; }
    Prompt > #prompt-label { width: auto; padding: 0 1; color: $pm-key; text-style: bold; background: $pm-field; }
    Prompt > Input, Prompt > Input:focus {
        width: 1fr; height: 1; border: none; padding: 0; background: $pm-field; color: $pm-text;
    }
    Prompt > #prompt-meaning { width: auto; max-width: 60%; padding: 0 1; color: $pm-muted; background: $pm-field; }
    Prompt > #prompt-meaning.wrong { color: $pm-late; }
    """

    @dataclass
    class Typed(Message):
        """The text has changed and means something."""

        question: Question
        text: str

    @dataclass
    class Answered(Message):
        """The reader pressed enter on a text that means something."""

        question: Question
        text: str

    @dataclass
    class Dismissed(Message):
        """The reader pressed escape."""

        question: Question

    def __init__(self, *, widget_id: str | None = None) -> None:
        super().__init__(id=widget_id)
        self._question: Question | None = None

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

    def ask(self, question: Question) -> None:
        """Show the line and put the cursor in it."""
        self._question = question
        self.query_one("#prompt-label", Static).update(question.label)
        self.display = True
        self.field.value = question.value
        self._judge(question.value)
        self.field.focus()

    def _judge(self, text: str) -> Question | None:
        """Show what `text` means and return the question where it means anything."""
        said, question = self.query_one("#prompt-meaning", Static), self._question
        if question is None:
            return None
        try:
            meaning, valid = question.meaning(text), True
        except PMError as error:
            meaning, valid = error.hint or error.message, False
        said.set_class(not valid, "wrong")
        said.update(clean(meaning))
        return question if valid else None

    def on_input_changed(self, event: Input.Changed) -> None:
        """Judge the text and pass it on."""
        event.stop()
        if self.display and (question := self._judge(event.value)):
            self.post_message(self.Typed(question, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer, unless the text means nothing."""
        event.stop()
        if question := self._judge(event.value):
            self.display = False
            self.post_message(self.Answered(question, event.value))

    def on_key(self, event: events.Key) -> None:
        """Leave on escape."""
        if event.key == "escape" and self.display and self._question is not None:
            event.stop()
            event.prevent_default()
            self.display = False
            self.post_message(self.Dismissed(self._question))
