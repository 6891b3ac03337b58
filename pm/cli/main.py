"""``pm``: the program's front door. It parses nothing itself but the options that every command takes."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pm.cli.context import Invocation

EXIT_OK, EXIT_USAGE, EXIT_BAD, EXIT_INTERRUPTED = 0, 2, 3, 130


def run(argv: Sequence[str]) -> int:
    """Run the command line `argv` (without the program's name) and return the exit status.

    0 done; 1 done, and it found something; 2 wrong usage; 3 bad input or a plan that cannot be scheduled; 4 the database or
    a remote refused; 130 interrupted.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # started with it closed, as some schedulers do: nobody reads it
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    if list(argv) in (["--version"], ["-V"]):
        print_version()
        return _flushed(EXIT_OK)
    from pm.cli.context import Invocation, running
    from pm.cli.output import prepare_streams, warn

    prepare_streams()
    invocation = Invocation(debug="--debug" in argv, warn=warn)
    with running(invocation):
        status = _guarded(argv, invocation)
    return _flushed(status)


def print_version() -> None:
    """Print the program's name and version."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("slackline")
    except PackageNotFoundError:
        number = "unknown"
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(f"slackline {number}\n")


def _guarded(argv: Sequence[str], invocation: Invocation) -> int:
    """Run the command and turn every way it can end into an exit status and at most a few lines."""
    from pm.cli.output import PipeClosedError

    try:
        return _dispatch(_global_options(argv, invocation))
    except (PipeClosedError, BrokenPipeError):
        return EXIT_OK
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except SystemExit as stop:
        if isinstance(stop.__context__, BrokenPipeError):  # typer leaves so when nobody reads its help
            return EXIT_OK
        return stop.code if isinstance(stop.code, int) else EXIT_OK
    except Exception as error:  # noqa: BLE001 - the last line of defence: no traceback reaches a user who did not ask for one
        status = _explained(error)
        if invocation.debug:
            import traceback

            traceback.print_exc()
        return status


def _explained(error: Exception) -> int:
    """Say on standard error what went wrong, and return the exit status for it."""
    from pm.errors import PMError

    if isinstance(error, PMError):
        _report(error.code, error.message, error.subject, error.hint, tuple(getattr(error, "conflicts", ())))
        return error.exit_status
    if hasattr(error, "format_message") and hasattr(error, "exit_code"):  # what typer says of wrong usage
        context = getattr(error, "ctx", None)
        command = context.command_path if context is not None else "pm"
        message = str(error.format_message()).rstrip(".").replace("\n", " ")
        _report("usage", message, "", f"{command} --help shows how it is used")
        return EXIT_USAGE
    if isinstance(error, OSError):
        _report("system.failed", error.strerror or str(error), str(error.filename or ""), "run again with --debug to see where")
        return EXIT_BAD
    if isinstance(error, MemoryError):
        _report("system.memory", "the memory is used up", "", "close other programs, or take a smaller plan")
        return EXIT_BAD
    hint = "this is a fault of ours: run again with --debug and report what it shows"
    _report("internal", f"{type(error).__name__}: {error}", "", hint)
    return EXIT_BAD


def _dispatch(argv: list[str]) -> int:
    import typer

    from pm.cli.app import build, opens_face
    from pm.collector import collector_resting

    called = next((word for word in argv if not word.startswith("-")), None)
    with contextlib.nullcontext() if opens_face(called) else collector_resting():
        command = typer.main.get_command(build(called))
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
            if not url or (word == "--db" and url.startswith("-")):  # a forgotten URL would make a file called --json
                raise UsageError("--db needs a URL", code="usage.option", hint="write --db sqlite:///plans.db")
            invocation.db = url
        else:
            rest.append(word)
    return rest


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
    """Flush standard output; where it cannot be written, keep the interpreter from complaining on its way out."""
    try:
        sys.stdout.flush()
    except OSError as error:
        with contextlib.suppress(OSError, ValueError):
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, sys.stdout.fileno())
            os.close(null)
        if isinstance(error, BrokenPipeError) or status != EXIT_OK:
            return status
        from pm.cli.output import output_failed

        return _explained(output_failed(error))
    return status
