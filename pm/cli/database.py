"""The database itself: db."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pm.cli import options
from pm.cli.context import current
from pm.cli.output import Progress, say, say_json
from pm.display import clean

if TYPE_CHECKING:
    from pm.workspace import Workspace

_EXIT_FOUND = 1


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    group = typer.Typer(help="The database.", no_args_is_help=True, rich_markup_mode=None)
    group.command("init")(init)
    group.command("upgrade")(upgrade)
    group.command("backup")(backup)
    group.command("check")(check)
    app.add_typer(group, name="db")


def _facts(workspace: Workspace) -> dict[str, object]:
    database = workspace.database
    assert database is not None
    copy = database.backup
    return {"database": database.url_shown, "version": database.version, "backup": str(copy) if copy is not None else None}


def init(as_json: options.Json = False) -> None:
    """Make the database, if there is none."""
    with current().open() as workspace:
        facts = _facts(workspace)
    if as_json:
        say_json("db", facts)
    else:
        say(f"{clean(str(facts['database']))} is ready, version {facts['version']}")


def upgrade(as_json: options.Json = False) -> None:
    """Bring an older database to this program's version. A backup is made first."""
    with current().open(create=False) as workspace:
        facts = _facts(workspace)
    if as_json:
        say_json("db", facts)
        return
    say(f"{clean(str(facts['database']))} has version {facts['version']}")
    if facts["backup"]:
        say(f"The older one is kept as {clean(str(facts['backup']))}")


def backup(
    out: Annotated[
        Path, typer.Argument(metavar="FILE", help="The copy to write; where it exists, a number is added to its name.")
    ],
    as_json: options.Json = False,
) -> None:
    """Write a copy of the database to a file."""
    with current().open(create=False) as workspace, Progress(what="copying").running():
        written = workspace.backup(out)
    if as_json:
        say_json("backup", {"written": str(written)})
    else:
        say(f"Wrote {clean(str(written))}")


def check(as_json: options.Json = False) -> None:
    """Look for damage; exit status 1 where there is any."""
    with current().open(create=False) as workspace, Progress(what="checking").running():
        facts, found = _facts(workspace), workspace.check()
    if as_json:
        say_json("db-check", {**facts, "problems": found})
    elif found:
        for text in found:
            say(clean(text))
    else:
        say(f"{clean(str(facts['database']))} is sound, version {facts['version']}")
    if found:
        raise typer.Exit(_EXIT_FOUND)
