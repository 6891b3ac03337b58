"""The application: it holds the session and the look, and opens screens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.app import App
from textual.binding import BindingType
from textual.command import CommandPalette

from tui.actions import bindings_of
from tui.glyphs import ASCII, UNICODE
from tui.messages import Failed
from tui.palette import ActionProvider
from tui.screens.base import PlanScreen
from tui.screens.gantt import GanttScreen
from tui.screens.help import HelpScreen
from tui.screens.projects import ProjectsScreen
from tui.session import Session
from tui.terminal import ending_with_terminal
from tui.text import EPOCH_ORDINAL, clean
from tui.theme import DARK, PALETTES, textual_theme
from tui.widgets.gantt.frame import Look

if TYPE_CHECKING:
    from textual.driver import Driver

    from pm.workspace import Workspace


class SlacklineApp(App[None]):
    """Projects and their Gantt charts in a terminal.

    Args:
        workspace: Where plans are kept.
        project: The project to open at once; the list otherwise.
        ascii_only: Draw with ASCII characters.
        theme: A name of `PALETTES`.
        today: The day that stands for a missing status date.
        date_order: How dates of three numbers are read: ``dmy``, ``mdy`` or ``ymd``.
    """

    TITLE = "Slackline"
    CSS_PATH = "slackline.tcss"
    COMMANDS: ClassVar[set[Any]] = {ActionProvider}
    BINDINGS: ClassVar[list[BindingType]] = cast("list[BindingType]", bindings_of("app"))
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        workspace: Workspace,
        *,
        project: str | None = None,
        ascii_only: bool = False,
        theme: str = DARK.name,
        today: date | None = None,
        date_order: str = "dmy",
    ) -> None:
        super().__init__()
        self.session = Session(workspace)
        self.first_project = project
        self.date_order = date_order
        self.today = (today or datetime.now().astimezone().date()).toordinal() - EPOCH_ORDINAL
        palette = PALETTES.get(theme, DARK)
        self.look = Look(palette, ASCII if ascii_only else UNICODE)
        for each in PALETTES.values():
            self.register_theme(textual_theme(each))
        self.theme = textual_theme(palette).name
        self.animation_level = "none"
        self.set_class(ascii_only, "-ascii")

    def get_driver_class(self) -> type[Driver]:
        """Return the driver of this platform; it ends with its terminal."""
        return ending_with_terminal(super().get_driver_class())

    def on_mount(self) -> None:
        """Open the list, or the project that was asked for above it."""
        self.push_screen(ProjectsScreen())
        if self.first_project is not None:
            self.push_screen(GanttScreen(self.first_project))

    def action_command_palette(self) -> None:
        """Show everything that can be done now."""
        if not any(isinstance(screen, CommandPalette) for screen in self.screen_stack):
            self.push_screen(CommandPalette(placeholder="What shall be done?", id="--command-palette"))

    def open_project(self, code: str) -> None:
        """Open the Gantt of a project."""
        self.push_screen(GanttScreen(code))

    def leave_project(self) -> None:
        """Go back to the list."""
        self.pop_screen()

    def action_theme(self, name: str) -> None:
        """Use other colours."""
        palette = PALETTES[name]
        self.look = Look(palette, self.look.glyphs)
        self.theme = textual_theme(palette).name
        for screen in self.screen_stack:
            if isinstance(screen, PlanScreen):
                screen.restyle()

    def on_failed(self, message: Failed) -> None:
        """Say what went wrong on a screen that is left already."""
        if isinstance(self.screen, PlanScreen):
            self.screen.tell(message.error)
        else:
            self.notify(clean(str(message.error)), title=message.error.code, severity="error", markup=False)

    def action_help(self) -> None:
        """Show all keys."""
        screen = self.screen
        if isinstance(screen, PlanScreen):
            self.push_screen(HelpScreen(screen.registered, self.look.glyphs))


def run(
    workspace: Workspace,
    *,
    project: str | None = None,
    ascii: bool = False,  # noqa: A002
    theme: str = DARK.name,
    settings: Mapping[str, Any] | None = None,
) -> int:
    """Show a workspace until the reader leaves; return the exit status.

    Args:
        workspace: Where plans are kept.
        project: Code of the project to open at once.
        ascii: Draw with ASCII characters only.
        theme: ``dark``, ``light`` or ``contrast``.
        settings: The user's settings; `date_order` is used.
    """
    order = str((settings or {}).get("date_order", "dmy"))
    app = SlacklineApp(workspace, project=project, ascii_only=ascii, theme=theme, date_order=order)
    app.run()
    return app.return_code or 0
