"""The program in a real pseudo-terminal: what it writes, and that it leaves the terminal as it was."""

from __future__ import annotations

import os
import select
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

pty = pytest.importorskip("pty", reason="pseudo-terminals are a POSIX thing")

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
from pm.workspace import Workspace
from tests.tui.atlas import atlas
from tui.app import run
import fcntl, signal, sys, termios
if {deaf}:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
sys.exit(run(Workspace.of_plan(atlas()[0]), project="ATLAS", ascii={ascii}, settings={{"date_order": "mdy"}}))
"""


class Session:
    """A running program and the terminal it thinks it has."""

    def __init__(
        self, *, ascii_only: bool = False, deaf: bool = False, size: tuple[int, int] = (120, 40), **environment: str
    ) -> None:
        import fcntl
        import termios

        self.master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLORTERM", "COLUMNS", "LINES")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM.format(ascii=ascii_only, deaf=deaf)],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env={**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPATH": str(ROOT), **environment},
            start_new_session=True,
        )
        os.close(slave)
        self.seen = b""

    def read_until(self, wanted: bytes, seconds: float = 40.0) -> None:
        end = time.monotonic() + seconds
        start = len(self.seen)
        while wanted not in self.seen[start:]:
            assert time.monotonic() < end, f"{wanted!r} did not come: {self.seen[-2000:]!r}"
            if select.select([self.master], [], [], 0.5)[0]:
                try:
                    self.seen += os.read(self.master, 65536)
                except OSError:
                    break

    def read_all(self, quiet: float = 0.35) -> None:
        """Read until nothing comes for a while; shorter than a cursor blinks."""
        while select.select([self.master], [], [], quiet)[0]:
            self.seen += os.read(self.master, 65536)

    def press(self, keys: bytes) -> None:
        os.write(self.master, keys)

    def end(self) -> int:
        """Read what is left and return the exit status."""
        while select.select([self.master], [], [], 15)[0]:
            try:
                piece = os.read(self.master, 65536)
            except OSError:
                break
            if not piece:
                break
            self.seen += piece
        status = self.process.wait(15)
        os.close(self.master)
        return status


def test_a_session_from_start_to_end() -> None:
    session = Session(size=(190, 48))
    session.read_until(b"Atlas Customer Data Platform")
    session.read_until(b"palette")
    session.press(b"\x1b[B")
    session.read_until(b"Stakeholder interviews")
    session.press(b"+")
    session.read_until(b"day")
    session.press(b"q")
    session.read_until(b"Portfolio")
    session.press(b"q")
    assert session.end() == 0
    assert b"\x1b[?1049h" in session.seen
    assert session.seen.rindex(b"\x1b[?1049l") > session.seen.rindex(b"\x1b[?1049h")
    assert b"Traceback" not in session.seen


def test_ascii_sends_ascii() -> None:
    session = Session(ascii_only=True)
    session.read_until(b"palette")
    session.press(b"\x1b[B\x1b[B\x1b[C")
    session.read_until(b"Kofi")
    for key in (b"?", b"q", b"\r", b"q", b"\x10", b"zoom", b"\x1b"):
        session.press(key)
        session.read_all()
    session.press(b"\x11")
    assert session.end() == 0
    assert session.seen.isascii()


def test_no_color_sends_no_colour() -> None:
    session = Session(NO_COLOR="1")
    session.read_until(b"palette")
    session.press(b"\x11")
    assert session.end() == 0
    import re

    colours = {tuple(m.split(b";")) for m in re.findall(rb"\x1b\[[0-9;]*?(?:38|48);2;([0-9]+;[0-9]+;[0-9]+)", session.seen)}
    assert all(len(set(colour)) == 1 for colour in colours), "only greys"


@pytest.mark.parametrize("deaf", [False, True], ids=["told by a signal", "not told"])
def test_a_terminal_that_goes_away_ends_the_program(deaf: bool) -> None:
    session = Session(deaf=deaf)
    session.read_until(b"palette")
    os.close(session.master)
    try:
        assert session.process.wait(20) == 128 + signal.SIGHUP
    except subprocess.TimeoutExpired:
        os.killpg(session.process.pid, signal.SIGKILL)
        pytest.fail("the program outlives its terminal")


def test_a_program_that_is_told_to_end_puts_the_terminal_back() -> None:
    session = Session()
    session.read_until(b"palette")
    session.process.terminate()
    assert session.end() == 128 + signal.SIGTERM
    assert session.seen.rindex(b"\x1b[?1049l") > session.seen.rindex(b"\x1b[?1049h")
    assert b"Traceback" not in session.seen
