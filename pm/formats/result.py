"""What reading a file gives: the plan, and everything worth knowing about how it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO

from pm.model import Plan


class Severity(StrEnum):
    """How much a problem matters."""

    INFO = "info"
    """Nothing is lost or changed."""
    WARNING = "warning"
    """A value was not understood or had to be changed; it is kept where it can be."""
    ERROR = "error"
    """Something of the plan is missing because of it."""


@dataclass(frozen=True)
class Problem:
    """Something in a file that could not be taken as it stands.

    Attributes:
        code: Stable identifier, ``format.what``.
        message: What is wrong, in one sentence without a final stop.
        subject: Where: ``file:line`` or the name of a task.
        hint: What to do about it, or an empty string.
    """

    severity: Severity
    code: str
    message: str
    subject: str = ""
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.message}, {self.subject}" if self.subject else self.message


Numbers = Mapping[int, int]


@dataclass(frozen=True)
class StoredDates:
    """The results a file holds itself, by task id of the plan read; a task without a value is not in the mapping.

    Dates are instants, slacks seconds of working time. They are never an input of our own schedule.
    """

    start: Numbers = field(default_factory=dict)
    finish: Numbers = field(default_factory=dict)
    early_start: Numbers = field(default_factory=dict)
    early_finish: Numbers = field(default_factory=dict)
    late_start: Numbers = field(default_factory=dict)
    late_finish: Numbers = field(default_factory=dict)
    total_slack: Numbers = field(default_factory=dict)
    free_slack: Numbers = field(default_factory=dict)
    start_slack: Numbers = field(default_factory=dict)
    finish_slack: Numbers = field(default_factory=dict)
    critical: Mapping[int, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """A file that is being read.

    Attributes:
        stream: Its bytes, at the start; may be read once.
        name: What to call it in messages.
        strict: The first problem ends the reading with an error.
    """

    stream: BinaryIO
    name: str
    strict: bool = False


@dataclass(frozen=True)
class ImportResult:
    """A plan that was read, and how it went.

    Attributes:
        plan: What was read; ids count from 1 within each table.
        format: Name of the format.
        problems: What could not be taken as it stands, in the order of the file.
        kept: How often each element was kept word for word without being understood, by name.
        ignored: How often each element was dropped, by name.
        stored: The file's own results.
    """

    plan: Plan
    format: str
    problems: tuple[Problem, ...] = ()
    kept: Mapping[str, int] = field(default_factory=dict)
    ignored: Mapping[str, int] = field(default_factory=dict)
    stored: StoredDates = field(default_factory=StoredDates)
