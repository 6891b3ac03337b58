"""What the screens share: looks, the footer, and the answer to what is possible now."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, cast

from textual.screen import Screen

from pm.errors import ConflictError, PMError
from tui.actions import actions_of, footer_keys, parts
from tui.messages import Failed
from tui.text import clean
from tui.widgets.bars import KeyBar
from tui.widgets.gantt.frame import Look

if TYPE_CHECKING:
    from tui.app import SlacklineApp


class PlanScreen(Screen[None]):
    """A screen whose keys, footer and palette come from the registry under `registered`."""

    registered: ClassVar[str]

    @property
    def slackline(self) -> SlacklineApp:
        """The application."""
        return cast("SlacklineApp", self.app)

    @property
    def look(self) -> Look:
        """Colours and characters."""
        return self.slackline.look

    def restyle(self) -> None:
        """Show the same in the application's new look."""

    def possible(self, name: str) -> bool:
        """Whether the action called `name` (with its arguments) can be done now."""
        return bool(self.check_action(*parts(name)))

    def show_keys(self) -> None:
        """Fill the footer with what is possible now."""
        ascii_only = not self.look.glyphs.eighths
        actions = [a for a in actions_of(self.registered) if self.possible(a.name)]
        keys = [*footer_keys(actions, ascii_only=ascii_only), ("?", "Keys")]
        self.query_one(KeyBar).show_keys(keys, ("^p", "palette"))

    def reporter(self) -> Callable[[PMError], None]:
        """Return what a worker calls to have an error told; by the application where the reader has left this screen."""
        application = self.slackline  # a screen that is left knows none

        def report(error: PMError) -> None:
            if not self.post_message(Failed(error)):
                application.post_message(Failed(error))

        return report

    def tell(self, error: PMError) -> None:
        """Show an error; texts in it are data."""
        conflicts = error.conflicts if isinstance(error, ConflictError) else ()
        text = clean(". ".join(part for part in (str(error), *conflicts, error.hint) if part))
        self.notify(text, title=error.code, severity="error", markup=False)
