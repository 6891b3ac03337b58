"""Every error a user can see.

::

    PMError
    ├── UsageError            exit 2  the command was given wrongly
    ├── InputError            exit 3  a file or a value is bad
    │   └── FormatError               a file is not what its format says
    ├── PlanError             exit 3  a plan that cannot be what was asked
    │   ├── NotFoundError             a name that stands for nothing
    │   ├── CycleError                tasks that wait for each other
    │   └── ScheduleError             a plan that cannot be scheduled
    └── StoreError            exit 4  the database refused
        ├── ConflictError             somebody else changed the same thing
        └── VersionError              a database from a newer version

A code is stable: scripts compare it. It reads ``area.what`` (``mspdi.truncated``, ``store.read_only``).
"""

from __future__ import annotations

from typing import ClassVar


class PMError(Exception):
    """An error with a stable code, what happened, where, and what to do about it.

    Args:
        message: What happened, in one sentence without a final stop.
        code: Stable identifier, ``area.what``.
        hint: What the user can do, or an empty string.
        subject: Where: ``file:line``, a task, a URL without secrets; or an empty string.
    """

    exit_status: ClassVar[int] = 3

    def __init__(self, message: str, *, code: str, hint: str = "", subject: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.hint = hint
        self.subject = subject

    def __str__(self) -> str:
        return f"{self.message}, {self.subject}" if self.subject else self.message


class UsageError(PMError):
    """The command was given wrongly."""

    exit_status = 2


class InputError(PMError):
    """A file or a value cannot be used."""


class FormatError(InputError):
    """A file is not what its format says; `subject` holds ``file:line`` where it is known."""


class PlanError(PMError):
    """A plan that cannot be what was asked."""


class NotFoundError(PlanError):
    """A name, code or id that stands for nothing in the plan."""


class CycleError(PlanError):
    """Tasks that wait for each other.

    Attributes:
        loop: Task ids in order; each waits for the one before it, the first for the last.
        cut: Id of the link that is cheapest to remove, or None where a summary closes the loop by itself.
    """

    def __init__(self, message: str, *, loop: tuple[int, ...], cut: int | None, hint: str = "", subject: str = "") -> None:
        super().__init__(message, code="schedule.cycle", hint=hint, subject=subject)
        self.loop = loop
        self.cut = cut


class ScheduleError(PlanError):
    """A plan that cannot be scheduled: an empty calendar, a date outside years 1 to 9999."""


class StoreError(PMError):
    """The database refused: locked, read-only, full, damaged, unreachable."""

    exit_status = 4


class ConflictError(StoreError):
    """Somebody else changed the same thing since it was read; nothing was written.

    Attributes:
        conflicts: One sentence for each field: what was expected and what stands there now.
    """

    def __init__(self, message: str, *, conflicts: tuple[str, ...] = (), hint: str = "", subject: str = "") -> None:
        super().__init__(message, code="store.conflict", hint=hint, subject=subject)
        self.conflicts = conflicts


class VersionError(StoreError):
    """The database was written by a newer version of this program."""
