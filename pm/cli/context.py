"""What every command needs: where its plan comes from, the user's settings, and how a change gets back."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pm.cli.output import Progress, note, warn, warn_of
from pm.errors import ConflictError, PlanError, UsageError
from pm.settings import Settings, load_settings

if TYPE_CHECKING:
    from pm.formats import ImportResult, Problem
    from pm.model import Plan, Project
    from pm.schedule.result import Schedule
    from pm.workspace import Workspace

DATABASE_VARIABLE = "PM_DATABASE_URL"


@dataclass
class Invocation:
    """One run of the program.

    Attributes:
        db: What ``--db`` named.
        debug: Show tracebacks.
        warn: Where warnings go.
    """

    db: str | None = None
    debug: bool = False
    warn: Callable[[str], None] = note

    @cached_property
    def settings(self) -> Settings:
        """The user's settings; what is wrong in the file is warned of once."""
        settings, warnings = load_settings()
        for text in warnings:
            self.warn(text)
        return settings

    @property
    def url(self) -> str | None:
        """URL of the database, or None for the default file."""
        return self.db or os.environ.get(DATABASE_VARIABLE, "").strip() or self.settings.database or None

    @property
    def author(self) -> str:
        """Who makes the changes."""
        if self.settings.author:
            return self.settings.author
        import getpass

        try:
            return getpass.getuser()
        except (OSError, KeyError, ImportError):
            return ""

    @cached_property
    def today(self) -> date:
        """The day it is."""
        from pm.dates import local_now

        return local_now().date()

    def open(self, *, create: bool = True) -> Workspace:
        """Open the database."""
        from pm.workspace import Workspace

        return Workspace.open(self.url, author=self.author, create=create)


_CURRENT: ContextVar[Invocation] = ContextVar("invocation")


def current() -> Invocation:
    """Return the run that is going on."""
    return _CURRENT.get()


@contextlib.contextmanager
def running(invocation: Invocation) -> Iterator[None]:
    """Make `invocation` the one that is going on, while the block runs."""
    token = _CURRENT.set(invocation)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def is_file(text: str) -> bool:
    """Whether a PLAN is meant as a file: there is one, or it is written like one."""
    if Path(text).is_file() or os.sep in text or (os.altsep and os.altsep in text):
        return True
    if "." not in text:
        return False
    from pm.formats import FORMATS

    return any(text.casefold().endswith(ending) for f in FORMATS for ending in f.extensions)


@dataclass
class Target:
    """The plan that a command works on.

    Attributes:
        name: As the user gave it.
        workspace: The database, or a workspace in memory over the plan of a file.
        code: Code of the project in the database; None for a file.
        path, read: The file, and what reading it found; None for the database.
        stamp: What the file looked like before it was read.
    """

    name: str
    workspace: Workspace
    code: str | None = None
    path: Path | None = None
    read: ImportResult | None = None
    stamp: tuple[int, int] | None = None
    _project: Project | None = field(default=None, repr=False)

    @property
    def plan(self) -> Plan:
        """The plan as it is now."""
        return self.workspace.plan(self.code)

    @property
    def standalone_plan(self) -> Plan:
        """The plan as it goes into a file: without what other projects of the database share with each other."""
        return self.plan if self.code is None else self.workspace.standalone_plan(self.code)

    @property
    def schedule(self) -> Schedule:
        """The plan's schedule."""
        with Progress(what=f"scheduling {self.name}").running():
            return self.workspace.schedule(self.code)

    def schedule_if_possible(self) -> Schedule | None:
        """Return the schedule, or None with a warning where there is none: files can be written, and mended, all the same."""
        try:
            return self.schedule
        except PlanError as error:
            warn(f"written without computed dates: {error}")
            return None

    def project(self, wanted: str | None = None) -> Project:
        """Return the project that is meant; a file of several needs `wanted`, its code."""
        return self.plan.project(wanted or self.code)


@contextlib.contextmanager
def target(name: str, *, format_name: str | None = None) -> Iterator[Target]:
    """Open PLAN: a file, or the project called so in the database. Problems of a file are counted on standard error."""
    from pm.workspace import Workspace

    invocation = current()
    if not is_file(name):
        with invocation.open() as workspace:
            project = workspace.plan(name).project(name)
            yield Target(name, workspace, code=project.code)
        return
    stamp = _stamp(Path(name))
    read = read_file(name, format_name=format_name)
    with contextlib.closing(Workspace.of_plan(read.plan, author=invocation.author)) as workspace:
        yield Target(name, workspace, path=Path(name), read=read, stamp=stamp)


def _stamp(path: Path) -> tuple[int, int] | None:
    """Return when a file was changed last and its size, by which a later change is noticed; None without a file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def read_file(name: str, *, strict: bool = False, format_name: str | None = None, quiet: bool = False) -> ImportResult:
    """Read a plan file; unless `quiet`, how many problems it has is said on standard error."""
    from pm.display import clean
    from pm.formats import read_plan

    with Progress(what=f"reading {name}").running():
        result = read_plan(Path(name), strict=strict, format=format_name)
    from pm.formats import Severity

    count = sum(problem.severity is not Severity.INFO for problem in result.problems)
    if count and not quiet:
        note(f"note: {clean(name)} has {count} problem{'' if count == 1 else 's'}; pm import --dry-run lists them")
    return result


@dataclass(frozen=True)
class Destination:
    """Where a changed file goes.

    Attributes:
        out: A file to write to.
        in_place: Write back to the file that was read.
        dry_run: Nowhere: only say what would change.
    """

    out: Path | None = None
    in_place: bool = False
    dry_run: bool = False

    def check(self, name: str) -> None:
        """Raise `usage.destination` unless this fits PLAN `name`."""
        if is_file(name):
            if self.out is not None and self.in_place:
                raise UsageError("--output and --in-place exclude each other", code="usage.destination")
            if self.out is None and not self.in_place and not self.dry_run:
                hint = "add -o OUT to write another file, or --in-place"
                raise UsageError(
                    "a file is not changed without being told where to write", code="usage.destination", subject=name, hint=hint
                )
        elif self.out is not None or self.in_place:
            hint = f"pm export {name} OUT writes the project to a file"
            raise UsageError("--output and --in-place are for files", code="usage.destination", subject=name, hint=hint)

    def write(self, changed: Target) -> tuple[Path | None, tuple[Problem, ...]]:
        """Write a changed file where it goes, and return where that is and what it could not hold, which is warned of.

        The database needs nothing.

        Raises:
            ConflictError: the file to be replaced is not the one that was read.
        """
        if changed.path is None:
            return None, ()
        from pm.formats import write_plan

        path = self.out or changed.path
        if self.in_place and _stamp(changed.path) != changed.stamp:
            raise ConflictError(
                "the file has been changed since it was read; nothing was written",
                subject=changed.name,
                hint="do it again: the command then works on the file as it is now",
            )
        written = write_plan(changed.plan, path, schedule=changed.schedule_if_possible())
        warn_of(written.not_written)
        return path, written.not_written
