"""Ending with the terminal: a program whose window is closed must not stay behind, nor die without putting things away."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from textual.driver import Driver

LOOK_EVERY = 1.0
"""Seconds between looks whether the terminal is still there."""
_SHELL_BASE = 128


def ending_with_terminal(driver: type[Driver]) -> type[Driver]:
    """Return `driver` so that it ends the application when its terminal goes away or the system asks it to.

    Textual's own reads the end of a closed terminal again and again, and waits for ever for a writer that has failed. Only
    the POSIX driver does, and only that is changed.
    """
    if sys.platform == "win32":
        return driver
    from textual.drivers.linux_driver import LinuxDriver

    if driver is not LinuxDriver:
        return driver

    class TerminalDriver(LinuxDriver):
        """The driver of POSIX terminals, and an eye on whether the terminal is there."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._file = cast("Any", _Patient(self._file))
            self._stopped = threading.Event()
            self._handled: list[signal.Signals] = []

        def start_application_mode(self) -> None:
            """Start, and look out for the end."""
            cast("Any", super()).start_application_mode()
            for number in (signal.SIGHUP, signal.SIGTERM):
                # Who starts a program under nohup wants it to ignore the signal; a terminal that is gone is seen all the same.
                if signal.getsignal(number) is signal.SIG_DFL and threading.current_thread() is threading.main_thread():
                    self._loop.add_signal_handler(number, self._end, _SHELL_BASE + number)
                    self._handled.append(number)
            self._stopped = threading.Event()
            threading.Thread(target=self._watch, args=(self._stopped,), daemon=True, name="terminal-watch").start()

        def stop_application_mode(self) -> None:
            """Stop, and look no more."""
            self._stopped.set()
            while self._handled:
                self._loop.remove_signal_handler(self._handled.pop())
            super().stop_application_mode()

        def run_input_thread(self) -> None:
            """Read keys until the end; a terminal that cannot be read any more is one that is gone, not a fault."""
            try:
                cast("Any", super()).run_input_thread()
            except OSError:
                self._gone()

        def _watch(self, stopped: threading.Event) -> None:
            while os.isatty(self.fileno):
                if stopped.wait(LOOK_EVERY):
                    return
            self._gone()

        def _gone(self) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: it has ended already
                self._loop.call_soon_threadsafe(self._end, _SHELL_BASE + signal.SIGHUP)

        def _end(self, status: int) -> None:
            self._app.exit(return_code=status)

    return TerminalDriver


class _Patient:
    """A stream whose reader may go away: what cannot be written any more is dropped."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
