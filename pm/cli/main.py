"""``pm``: the program's front door. It parses nothing itself but the options that every command takes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typer

    from pm.cli.context import Invocation

EXIT_OK, EXIT_USAGE, EXIT_INTERNAL, EXIT_INTERRUPTED = 0, 2, 3, 130


def run(argv: Sequence[str]) -> int:
    """Run the command line `argv` (without the program's name) and return the exit status.

    0 done; 1 done, and it found something; 2 wrong usage; 3 bad input or a plan that cannot be scheduled; 4 the database or
    a remote refused; 130 interrupted.
    """
    if list(argv) in (["--version"], ["-V"]):
        return _version()
    from pm.cli.context import Invocation, running
    from pm.cli.output import prepare_streams, warn

    prepare_streams()
    invocation = Invocation(debug="--debug" in argv, warn=warn)
    with running(invocation):
        status = _guarded(argv, invocation)
    return _flushed(status)


def _version() -> int:
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("slackline")
    except PackageNotFoundError:
        number = "unknown"
    try:
        sys.stdout.write(f"slackline {number}\n")
    except BrokenPipeError:
        pass
    return _flushed(EXIT_OK)


def _guarded(argv: Sequence[str], invocation: Invocation) -> int:
    """Run the command and turn every way it can end into an exit status and at most two lines."""
    from pm.cli.output import PipeClosed
    from pm.errors import PMError

    try:
        rest = _global_options(argv, invocation)
        return _dispatch(rest)
    except PMError as error:
        _report(error.code, error.message, error.subject, error.hint, _details(error))
        status = error.exit_status
    except (PipeClosed, BrokenPipeError):
        return EXIT_OK
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else EXIT_OK
    except Exception as error:  # noqa: BLE001 - the last line of defence: no traceback reaches a user who did not ask for one
        if hasattr(error, "format_message") and hasattr(error, "exit_code"):
            _usage(error)
            return EXIT_USAGE
        message, hint = (
            f"{type(error).__name__}: {error}",
            "this is a fault of ours: run again with --debug and report what it shows",
        )
        if isinstance(error, MemoryError):
            message, hint = "the memory is used up", "close other programs, or take a smaller plan"
        _report("internal", message, "", hint)
        status = EXIT_INTERNAL
    if invocation.debug:
        import traceback

        traceback.print_exc()
    return status


def _dispatch(argv: list[str]) -> int:
    import typer

    from pm.cli.app import build

    command = typer.main.get_command(build())
    try:
        result = command.main(args=argv, prog_name="pm", standalone_mode=False)
    except typer.Abort:
        return EXIT_INTERRUPTED
    return result if isinstance(result, int) else EXIT_OK


def _global_options(argv: Sequence[str], invocation: Invocation) -> list[str]:
    """Take ``--db URL`` and ``--debug`` out of `argv`, wherever they stand before a ``--``."""
    from pm.errors import UsageError

    rest: list[str] = []
    words = iter(argv)
    for word in words:
        if word == "--":
            return [*rest, word, *words]
        if word == "--debug":
            invocation.debug = True
        elif word == "--db" or word.startswith("--db="):
            url = word[5:] if word.startswith("--db=") else next(words, "")
            if not url:
                raise UsageError("--db needs a URL", code="usage.option", hint="write --db sqlite:///plans.db")
            invocation.db = url
        else:
            rest.append(word)
    return rest


def _usage(error: Any) -> None:
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "pm"
    _report("usage", str(error.format_message()).rstrip(".").replace("\n", " "), "", f"{command} --help shows how it is used")


def _details(error: Any) -> tuple[str, ...]:
    return tuple(getattr(error, "conflicts", ()))


def _report(code: str, message: str, subject: str, hint: str, details: tuple[str, ...] = ()) -> None:
    from pm.cli.output import RED, note, paint
    from pm.display import clean

    where = f", {clean(subject)}" if subject else ""
    note(f"{paint(f'error[{code}]', RED, sys.stderr)}: {clean(message)}{where}")
    for text in details:
        note(f"  {clean(text)}")
    if hint:
        note(f"hint: {clean(hint)}")


def _flushed(status: int) -> int:
    """Flush standard output; where its reader has gone, keep the interpreter from complaining on its way out."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)
    except OSError as error:
        from pm.cli.output import note

        note(f"error[output.failed]: cannot write the result: {error.strerror or error}")
        return EXIT_INTERNAL
    return status


def print_help(app: typer.Typer) -> None:
    """Print the help of `app`."""
    import typer

    typer.main.get_command(app).main(args=["--help"], prog_name="pm", standalone_mode=False)
