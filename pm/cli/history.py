"""The journal: undo, redo, log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pm.cli import options
from pm.cli.context import current
from pm.cli.output import note, say, say_json, say_table
from pm.display import clean

if TYPE_CHECKING:
    from pm.workspace import JournalEntry


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("undo")(undo)
    app.command("redo")(redo)
    app.command("log")(log)


def undo(as_json: options.Json = False) -> None:
    """Take the last change back."""
    with current().open() as workspace:
        label = workspace.undo()
    _say(as_json, "Undone", label)


def redo(as_json: options.Json = False) -> None:
    """Do again what was undone last."""
    with current().open() as workspace:
        label = workspace.redo()
    _say(as_json, "Redone", label)


def _say(as_json: bool, what: str, label: str) -> None:
    if as_json:
        say_json(what.lower(), {"label": label})
    else:
        say(f"{what}: {clean(label)}")


def log(
    code: Annotated[str | None, typer.Argument(metavar="[CODE]", help="Only the changes of one project.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many, newest first.")] = 20,
    as_json: options.Json = False,
) -> None:
    """List the changes, newest first."""
    with current().open() as workspace:
        entries = workspace.log(limit, code)
    if as_json:
        say_json("log", {"entries": [_entry(e) for e in entries]})
    elif not entries:
        note("nothing has been changed yet")
    else:
        rows = [[str(e.id), e.at.strftime("%Y-%m-%d %H:%M"), e.author, _state(e), e.label, e.reason] for e in entries]
        say_table(["id", "when (UTC)", "who", "", "what", "why"], rows, right=(0,), flexible=4)


def _state(entry: JournalEntry) -> str:
    """Return what became of a change, or that it took another back; nothing for one that stands."""
    if entry.kind in ("undo", "redo"):
        return entry.kind
    return "" if entry.state == "done" else entry.state


def _entry(entry: JournalEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": entry.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "author": entry.author,
        "kind": entry.kind,
        "state": entry.state,
        "label": entry.label,
        "reason": entry.reason,
        "undoes": entry.target,
        "changes": entry.size,
    }
