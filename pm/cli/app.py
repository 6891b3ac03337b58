"""The one list of command groups, and the application made of them."""

from __future__ import annotations

import importlib

import typer

GROUPS: dict[str, tuple[str, ...]] = {
    "pm.cli.faces": ("tui", "demo"),
    "pm.cli.importing": ("import",),
    "pm.cli.plans": ("export", "list", "show", "new"),
    "pm.cli.scheduling": ("schedule",),
    "pm.cli.explaining": ("explain",),
    "pm.cli.paths": ("paths",),
    "pm.cli.load": ("load",),
    "pm.cli.edits": ("add", "edit", "progress", "move", "remove", "link", "unlink"),
    "pm.cli.people": ("assign", "unassign", "resource"),
    "pm.cli.risk": ("risk", "estimate"),
    "pm.cli.calendars": ("calendar",),
    "pm.cli.projects": ("project",),
    "pm.cli.baseline": ("baseline",),
    "pm.cli.cost": ("cost",),
    "pm.cli.booking": ("budget", "booking", "rate"),
    "pm.cli.evm": ("evm", "earn"),
    "pm.cli.history": ("undo", "redo", "log"),
    "pm.cli.diff": ("diff",),
    "pm.cli.database": ("db",),
    "pm.cli.preferences": ("settings",),
}
"""Modules with a ``register(app)``, and the commands that each adds; only the module of the called command is imported."""

HELP = """Project and portfolio management in the terminal.

PLAN is, everywhere, a plan file in any format we read, or the code of a project in the database. Alone, pm opens the terminal
interface."""


def opens_face(command: str | None) -> bool:
    """Whether a command opens an interface that stays, and does not do one thing and end."""
    return command is None or command in GROUPS["pm.cli.faces"]


def build(command: str | None = None) -> typer.Typer:
    """Return the application: with the group of `command` alone, or all of it where that is None or no command."""
    app = typer.Typer(help=HELP, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.callback(invoke_without_command=True)(_alone)
    modules = [module for module, commands in GROUPS.items() if command in commands] or list(GROUPS)
    for module in modules:
        importlib.import_module(module).register(app)
    return app


def _alone(
    context: typer.Context,
    db: str | None = typer.Option(None, "--db", metavar="URL", help="The database: a path, sqlite:///path or postgresql://..."),
    debug: bool = typer.Option(False, "--debug", help="Show a traceback after an error."),
    version: bool = typer.Option(False, "--version", "-V", help="Print the version."),
) -> None:
    """Hold the options of every command; `pm.cli.main` has taken out what they say."""
    del db, debug
    if version:
        from pm.cli.main import print_version

        print_version()
        raise typer.Exit
    if context.invoked_subcommand is None:
        from pm.cli.faces import open_tui

        open_tui()
