"""The settings file: settings."""

from __future__ import annotations

import typer

from pm.cli import options
from pm.cli.context import current
from pm.cli.output import lines, say, say_json
from pm.display import clean
from pm.settings import settings_path, settings_toml


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    group = typer.Typer(help="Your preferences, in one TOML file.", no_args_is_help=True, rich_markup_mode=None)
    group.command("path")(path)
    group.command("show")(show)
    app.add_typer(group, name="settings")


def path(as_json: options.Json = False) -> None:
    """Print where the settings file is, or would be."""
    if as_json:
        say_json("settings-path", {"path": str(settings_path())})
    else:
        say(clean(str(settings_path())))


def show(as_json: options.Json = False) -> None:
    """Print every setting with its meaning, as a file that can be edited."""
    settings = current().settings
    if as_json:
        say_json("settings", {"path": str(settings_path()), "settings": settings.as_mapping()})
    else:
        lines([clean(line) for line in settings_toml(settings).splitlines()])
