"""A key press to a repainted Gantt: the program in a pseudo-terminal of 190x48, 10,000 tasks, the full look.

The parent writes keys to the terminal, reads what comes back until the screen is quiet, and takes the CPU time the child
has used meanwhile, input, painting and output included. Run ``python -m tests.benchmarks.gantt_repaint`` for the table by
kind of key; it needs Linux (the child's CPU clock) and the plan generator of the reference data.
"""

from __future__ import annotations

import os
import select
import signal
import statistics
import struct
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from tests.benchmarks.harness import ROOT, Figure

TASKS = 10_000
COLUMNS, LINES = 190, 48
ASKED_MS = 16.0
QUIET = 0.06
KEYS = {
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "right": b"\x1b[C",
    "left": b"\x1b[D",
    "page down": b"\x1b[6~",
    "page up": b"\x1b[5~",
    "zoom in": b"+",
    "zoom out": b"-",
    "fold": b" ",
}
SCRIPT: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("cursor on the page", ("down", "up") * 10 + ("down",) * 10 + ("up",) * 10),
    ("cursor scrolls the page", ("page down",) * 3 + ("down",) * 42),
    ("page", ("page down", "page up") * 8),
    ("scroll time", ("right", "left") * 12 + ("right",) * 8 + ("left",) * 8),
    ("zoom", ("zoom in", "zoom out") * 6 + ("zoom out", "zoom out", "zoom in", "zoom in") * 3),
    ("fold", ("fold",) * 10),
)
"""Kinds of key presses and the keys; every one is pressed once to warm up before it is measured."""


@dataclass(frozen=True)
class Pressed:
    """What key presses of one kind cost.

    Attributes:
        kind: What they do.
        costs: CPU milliseconds of each.
        written: Bytes that came back for each.
    """

    kind: str
    costs: tuple[float, ...]
    written: tuple[int, ...]


def child() -> int:
    """Show the plan until the parent ends it."""
    from datetime import date

    from pm.workspace import Workspace
    from tests.benchmarks.gantt_plan import full_look
    from tui.app import SlacklineApp

    plan = full_look(TASKS)
    app = SlacklineApp(Workspace.of_plan(plan), project=plan.project().code, today=date(2026, 6, 1))
    app.run()
    return 0


class Terminal:
    """The parent's end of the pseudo-terminal."""

    def __init__(self) -> None:
        import fcntl
        import pty
        import termios

        self.pid, self.handle = pty.fork()
        if self.pid == 0:
            os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
            for name in ("NO_COLOR", "COLUMNS", "LINES"):
                os.environ.pop(name, None)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
            os.chdir(ROOT)
            os.execv(sys.executable, [sys.executable, "-m", "tests.benchmarks.gantt_repaint", "--child"])
        self.clock = (~self.pid << 3) | 2
        self.ended = False

    def cpu(self) -> float:
        """CPU seconds the child has used."""
        return time.clock_gettime(self.clock)

    def drain(self, quiet: float, first: float = 2.0) -> bytes:
        """Read until nothing comes for `quiet` seconds; wait at most `first` for the first bytes."""
        got, wait = bytearray(), first
        while select.select([self.handle], [], [], wait)[0]:
            try:
                piece = os.read(self.handle, 1 << 16)
            except OSError:  # Linux says so when the other end is closed
                piece = b""
            if not piece:
                self.ended = True
                break
            got += piece
            wait = quiet
        return bytes(got)

    def wait_for(self, text: bytes, seconds: float = 90.0) -> None:
        """Read until `text` has come.

        Raises:
            RuntimeError: it does not.
        """
        seen, end = bytearray(), time.monotonic() + seconds
        while text not in seen:
            if self.ended or time.monotonic() > end:
                raise RuntimeError(f"the program did not start: {bytes(seen[-500:])!r}")
            seen += self.drain(0.2, 1.0)

    def press(self, key: str) -> tuple[float, int]:
        """Press a key; return the CPU milliseconds it took and the bytes it wrote."""
        before = self.cpu()
        os.write(self.handle, KEYS[key])
        written = len(self.drain(QUIET))
        return (self.cpu() - before) * 1e3, written

    def close(self) -> None:
        """End the child."""
        os.kill(self.pid, signal.SIGTERM)
        self.drain(0.3, 0.3)
        os.close(self.handle)
        os.waitpid(self.pid, 0)


def measured() -> list[Pressed]:
    """Press every key of the script twice and return the costs of the second time."""
    terminal = Terminal()
    found = []
    try:
        terminal.wait_for(b"Details")
        terminal.drain(1.0)
        for kind, keys in SCRIPT:
            for key in keys:
                terminal.press(key)
            results = [terminal.press(key) for key in keys]
            found.append(Pressed(kind, tuple(r[0] for r in results), tuple(r[1] for r in results)))
    finally:
        terminal.close()
    return found


def _percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def figures() -> Iterator[Figure]:
    """Measure all keys of the script together."""
    costs = [cost for pressed in measured() for cost in pressed.costs]
    name = f"key press to a repainted Gantt, {TASKS:,} tasks, {COLUMNS}x{LINES}"
    yield Figure(f"{name}, median", statistics.median(costs), asked=ASKED_MS, best=min(costs), runs=len(costs))
    yield Figure(f"{name}, 95th percentile", _percentile(costs, 0.95), runs=len(costs))


def main() -> int:
    """Print the table by kind of key."""
    if "--child" in sys.argv:
        return child()
    found = measured()
    print(f"{'':28}{'median':>9}{'p95':>9}{'best':>9}{'kB':>8}   ms of CPU a key")
    for pressed in [*found, Pressed("all", sum((p.costs for p in found), ()), sum((p.written for p in found), ()))]:
        costs = list(pressed.costs)
        row = (statistics.median(costs), _percentile(costs, 0.95), min(costs), statistics.median(pressed.written) / 1024)
        print(f"{pressed.kind:28}{row[0]:9.2f}{row[1]:9.2f}{row[2]:9.2f}{row[3]:8.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
