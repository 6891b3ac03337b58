"""The terminal interface: tui, demo. It is found by its entry point; this package imports none of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pm.cli.context import current, is_file, read_file
from pm.cli.output import note, warn, warn_of
from pm.display import clean
from pm.errors import PlanError, PMError, UsageError

if TYPE_CHECKING:
    from pm.workspace import Workspace

GROUP = "slackline.faces"
Ascii = Annotated[bool, typer.Option("--ascii", help="Draw with ASCII characters only.")]
Theme = Annotated[str | None, typer.Option("--theme", metavar="NAME", help="dark, light or high-contrast.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    app.command("tui")(open_tui)
    app.command("demo")(open_demo)


def open_tui(
    plan: Annotated[str | None, typer.Argument(metavar="[PLAN]", help="A plan file, or the code of a project.")] = None,
    ascii_only: Ascii = False,
    theme: Theme = None,
) -> None:
    """Open the terminal interface."""
    face = find_face()
    if plan is not None and is_file(plan):
        _open_file(face, Path(plan), ascii_only, theme)
        return
    with current().open() as workspace:
        project = workspace.plan(plan).project(plan).code if plan is not None else None
        if plan is None and not workspace.projects() and _wants_samples():
            open_demo(ascii_only, theme)
            return
        status = _show(face, workspace, project, ascii_only, theme)
    _leave(status)


def _wants_samples() -> bool:
    try:
        return _ask("No projects yet. Look at the samples? [Y/n] ", "y") == "y"
    except EOFError:
        return False


def open_demo(ascii_only: Ascii = False, theme: Theme = None) -> None:
    """Look around in the sample portfolio. Nothing you do there is kept."""
    from pm.sample_files import sample_paths

    face = find_face()
    with _temporary() as workspace:
        for path in sample_paths():
            workspace.import_plan(read_file(str(path), quiet=True).plan)
        status = _show(face, workspace, None, ascii_only, theme)
    _leave(status)


def find_face() -> Callable[..., int]:
    """Return what opens the terminal interface.

    Raises:
        UsageError: `tui.missing`, `tui.no_terminal`.
    """
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError(
            "the terminal interface needs a terminal", code="tui.no_terminal", hint="pm --help lists what works without"
        )
    from importlib.metadata import entry_points

    for entry in entry_points(group=GROUP, name="tui"):
        face: Callable[..., int] = entry.load()
        return face
    raise UsageError("the terminal interface is not installed", code="tui.missing", hint="install slackline again")


def _show(face: Callable[..., int], workspace: Workspace, project: str | None, ascii_only: bool, theme: str | None) -> int:
    settings = current().settings
    values: dict[str, Any] = settings.as_mapping()
    return face(workspace, project=project, ascii=ascii_only or settings.ascii, theme=theme or settings.theme, settings=values)


def _leave(status: int) -> None:
    if status:
        raise typer.Exit(status)


@contextmanager
def _temporary() -> Iterator[Workspace]:
    """Open a workspace whose database is gone afterwards."""
    import tempfile

    from pm.workspace import Workspace

    with (
        tempfile.TemporaryDirectory(prefix="slackline-") as folder,
        Workspace.open(str(Path(folder) / "slackline.db"), author=current().author) as workspace,
    ):
        yield workspace


def _open_file(face: Callable[..., int], path: Path, ascii_only: bool, theme: str | None) -> None:
    """Work on a file in a temporary database, and ask on leaving what becomes of the changes."""
    result = read_file(str(path))
    with _temporary() as workspace:
        codes = workspace.import_plan(result.plan)
        imported = workspace.undo_label
        status = -1
        try:
            status = _show(face, workspace, codes[0] if len(codes) == 1 else None, ascii_only, theme)
        finally:
            # An undo can take back the import itself: then there is nothing to keep.
            if workspace.undo_label != imported and workspace.projects():
                if status == 0:
                    _settle(workspace, path)
                else:
                    _rescue(workspace, path)
    _leave(status)


def _settle(workspace: Workspace, path: Path) -> None:
    """Ask what becomes of the changes until that is done; where nobody answers, they are put beside the file."""
    question = f"{clean(path.name)} was changed: [s]ave it, [i]mport it into the database, or [d]rop the changes? "
    answer = ""
    try:
        while answer != "d":
            answer = _ask(question, "")
            question = "s, i or d? "
            if answer in ("s", "i"):
                try:
                    _keep(workspace, path, answer)
                except PMError as error:
                    note(f"error[{error.code}]: {clean(str(error))}")
                else:
                    return
    except (EOFError, KeyboardInterrupt):
        _rescue(workspace, path)
        raise KeyboardInterrupt from None


def _keep(workspace: Workspace, path: Path, answer: str) -> None:
    if answer == "s":
        _write(workspace, path)
        note(f"wrote {clean(str(path))}")
    else:
        with current().open() as database:
            codes = database.import_plan(workspace.plan())
        note(f"imported {', '.join(clean(code) for code in codes)}")


def _write(workspace: Workspace, path: Path) -> None:
    from pm.formats import write_plan

    try:
        schedule = workspace.schedule()
    except PlanError as error:
        warn(f"written without computed dates: {error}")
        schedule = None
    warn_of(write_plan(workspace.plan(), path, schedule=schedule).not_written)


def _rescue(workspace: Workspace, path: Path) -> None:
    """Keep changes that nobody can be asked about in a new file beside the one they were made to, and say where."""
    number, kept = 1, path.with_name(f"{path.stem}.rescued{path.suffix}")
    while kept.exists():
        number += 1
        kept = path.with_name(f"{path.stem}.rescued-{number}{path.suffix}")
    try:
        _write(workspace, kept)
    except PMError:
        # A format that is only read, or a folder that is: the whole database then, where there is always room.
        import tempfile

        kept = workspace.backup(Path(tempfile.gettempdir()) / f"{path.stem}.rescued.db")
    note(f"the changes to {clean(path.name)} are kept in {clean(str(kept))}")


def _ask(question: str, default: str) -> str:
    """Return the first letter of what the user answers, in lower case; `default` where that is nothing.

    Raises:
        EOFError: nobody is there to answer.
    """
    if not sys.stdin.isatty():
        raise EOFError
    return input(question).strip().lower()[:1] or default
