"""What the command line writes: results on standard output, everything else on standard error."""

from __future__ import annotations

import contextlib
import os
import sys
import textwrap
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TextIO

from pm.display import cell_width, clean, table
from pm.errors import InputError

if TYPE_CHECKING:
    from pm.formats import Problem

BAR_AFTER = 1.0
"""Seconds of work before a progress bar appears."""

READABLE = 24
"""Cells that a column of names keeps while anything else can give way."""

RED, YELLOW, BOLD, DIM = "31", "33", "1", "2"


class PipeClosedError(Exception):
    """Whoever read our standard output has closed it."""


def prepare_streams() -> None:
    """Let no character that the terminal's encoding lacks end a command: it is written out as an escape."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            with contextlib.suppress(ValueError, OSError):
                reconfigure(errors="backslashreplace")


def say(text: str = "") -> None:
    """Write a line of the result. Names in it must have gone through `clean`.

    Raises:
        PipeClosedError: nobody reads it any more.
    """
    try:
        sys.stdout.write(f"{text}\n")
    except BrokenPipeError as error:
        raise PipeClosedError from error
    except OSError as error:
        raise output_failed(error) from error


def output_failed(error: OSError) -> InputError:
    """Return the error for a result that cannot be written."""
    return InputError(f"cannot write the result: {error.strerror or error}", code="output.failed", hint="is the disk full?")


def lines(texts: Sequence[str]) -> None:
    """Write lines of the result."""
    if texts:
        say("\n".join(texts))


def say_folded(text: str, indent: str = "") -> None:
    """Write a line of the result; on a terminal it is folded to the window, what follows two cells further in."""
    width = window_width()
    if width is None:
        say(indent + text)
        return
    lines(textwrap.wrap(text, width - 1, initial_indent=indent, subsequent_indent=f"{indent}  ", break_on_hyphens=False))


def note(text: str) -> None:
    """Write a line about the work, to standard error; nothing happens where that is closed."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def warn(text: str) -> None:
    """Write a warning to standard error."""
    note(f"{paint('warning', YELLOW, sys.stderr)}: {clean(text)}")


def warn_of(problems: Sequence[Problem]) -> None:
    """Write a warning for each of `problems` to standard error."""
    for problem in problems:
        warn(str(problem))


def json_problems(problems: Sequence[Problem]) -> list[dict[str, str]]:
    """Return `problems` as JSON has them."""
    return [{"code": p.code, "message": p.message, "subject": p.subject} for p in problems]


def say_json(name: str, document: Mapping[str, Any], version: int = 1) -> None:
    """Write the one JSON document that a command with ``--json`` answers with; its schema is ``pm.<name>/<version>``."""
    say(json_text(name, document, version, ascii_only=_encoding() not in ("utf8", "utf8sig")))


def _encoding() -> str:
    return (getattr(sys.stdout, "encoding", "") or "").lower().replace("-", "")


def json_text(name: str, document: Mapping[str, Any], version: int = 1, *, ascii_only: bool = False) -> str:
    """Return the JSON document `say_json` writes, without a line's end."""
    import json

    whole = {"schema": f"pm.{name}/{version}", **document}
    return json.dumps(_sound(whole) if not ascii_only else whole, ensure_ascii=ascii_only, indent=1, default=_jsonable)


def _sound(value: Any) -> Any:
    """Replace half characters, which no encoding can write."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {k: _sound(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_sound(v) for v in value]
    return value


def _jsonable(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON")


def minutes(seconds: int | None) -> int | float | None:
    """Return working seconds as minutes, with a decimal only where they are no whole minutes."""
    if seconds is None:
        return None
    return seconds // 60 if seconds % 60 == 0 else round(seconds / 60, 4)


def say_table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Sequence[int] = (),
    flexible: int = 0,
    red: Sequence[int] = (),
    instants: Sequence[int] = (),
) -> None:
    """Write a table; on a terminal it is cut to the window, its header bold, and the rows in `red` red.

    Before the `flexible` column gets narrower than `READABLE`, the columns of `instants` go without their time of day.
    """
    width = window_width()
    cells = [[clean(cell) for cell in row] for row in rows]
    if width is not None and instants:
        widths = [max(map(cell_width, column)) for column in zip(header, *cells, strict=True)]
        left = width - sum(widths) - 2 * (len(widths) - 1) + widths[flexible]
        if left < min(widths[flexible], READABLE):
            cells = [[_day(cell) if c in instants else cell for c, cell in enumerate(row)] for row in cells]
    listed = table(header, cells, right=right, width=width, flexible=flexible)
    marked = set(red)
    painted = [paint(listed[0], BOLD, sys.stdout)]
    painted += [paint(line, RED, sys.stdout) if i in marked else line for i, line in enumerate(listed[1:])]
    lines(painted)


def _day(instant: str) -> str:
    """Return the text of an instant without its time of day."""
    return instant.rpartition(" ")[0]


def window_width() -> int | None:
    """Return the cells of the terminal that results are written to; None where they go to a file or another program."""
    import shutil

    return shutil.get_terminal_size().columns if _is_terminal(sys.stdout) else None


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except (AttributeError, ValueError):
        return False


def paint(text: str, style: str, stream: TextIO) -> str:
    """Return `text` coloured where `stream` is a terminal that wants colours."""
    wanted = _is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return f"\x1b[{style}m{text}\x1b[0m" if wanted else text


class Progress:
    """How far a command has got: a bar on standard error, if that is a terminal and the work takes over a second.

    Args:
        total: How many steps there are; 0 where nobody knows.
        what: What is being done.
    """

    def __init__(self, total: int = 0, what: str = "working") -> None:
        self.total = total
        self.what = what
        self.done = 0
        self._drawn = False
        self._stop = threading.Event()

    def step(self, what: str | None = None) -> None:
        """Say that a step is done, and what comes next."""
        self.done += 1
        self.what = what if what is not None else self.what

    def _draw(self) -> None:
        import shutil

        started = time.monotonic()
        wait = BAR_AFTER
        while not self._stop.wait(wait):
            wait = 0.2
            elapsed = time.monotonic() - started
            width = shutil.get_terminal_size((80, 24)).columns - 1
            text = f"{clean(self.what)} {elapsed:.0f} s"
            if self.total > 1:
                filled = 20 * self.done // self.total
                text = f"[{'#' * filled}{'-' * (20 - filled)}] {self.done}/{self.total} {text}"
            text = text[:width] if cell_width(text) > width else text
            self._drawn = True
            with contextlib.suppress(OSError, ValueError):
                sys.stderr.write(f"\r\x1b[K{text}")
                sys.stderr.flush()

    @contextlib.contextmanager
    def running(self) -> Iterator[Progress]:
        """Draw while the block runs."""
        if not _is_terminal(sys.stderr):
            yield self
            return
        thread = threading.Thread(target=self._draw, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            thread.join()
            if self._drawn:
                with contextlib.suppress(OSError, ValueError):
                    sys.stderr.write("\r\x1b[K")
                    sys.stderr.flush()
