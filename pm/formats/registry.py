"""The one list of formats, and the two doors: `read_plan` and `write_plan`.

A format is a module with one or both of::

    def read(source: Source) -> ImportResult: ...
    def write(plan: Plan, schedule: Schedule | None) -> bytes: ...

One that cannot hold everything of a plan also has, and says so in `FORMATS` by ``reports``::

    def write_reporting(plan: Plan, schedule: Schedule | None) -> tuple[bytes, tuple[Problem, ...]]: ...

It is imported when it is first used. To add one, add a line to `FORMATS`.
"""

from __future__ import annotations

import importlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pm.collector import collector_resting
from pm.errors import FormatError, UsageError
from pm.formats.files import map_os_error, write_atomically
from pm.formats.result import ImportResult, Problem, Source
from pm.model import Plan

if TYPE_CHECKING:
    from pm.schedule.result import Schedule

SNIFFED = 4096
"""How many bytes from the start of a file are shown to `Format.sniff`."""

Reader = Callable[[Source], ImportResult]
Writer = Callable[[Plan, "Schedule | None"], bytes]
ReportingWriter = Callable[[Plan, "Schedule | None"], tuple[bytes, tuple[Problem, ...]]]


def _never(_head: bytes) -> bool:
    return False


def _looks_like_pmxml(head: bytes) -> bool:
    # UTF-16 has zero bytes between the letters.
    return re.search(rb"<(\w+:)?APIBusinessObjects\b", head.replace(b"\0", b"")) is not None


def _looks_like_xml(head: bytes) -> bool:
    start = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return start.startswith((b"<?xml", b"<Project", b"<!DOCTYPE")) and not _looks_like_pmxml(head)


def _looks_like_mpx(head: bytes) -> bool:
    return (
        re.match(rb"(\xef\xbb\xbf)?MPX[^\w\s\"]", head.replace(b"\0", b"").removeprefix(b"\xff\xfe"), re.IGNORECASE) is not None
    )


def _looks_like_xer(head: bytes) -> bool:
    return head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"ERMHDR")


def _looks_like_mpp(head: bytes) -> bool:
    return head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def _looks_like_our_toml(head: bytes) -> bool:
    return re.search(rb'^schema *= *"pm\.plan/', head, re.MULTILINE) is not None


def _looks_like_our_json(head: bytes) -> bool:
    return re.match(rb'(\xef\xbb\xbf)?\s*\{\s*"schema"\s*:\s*"pm\.plan/', head) is not None


@dataclass(frozen=True)
class Format:
    """A kind of plan file.

    Attributes:
        name: What ``--format`` calls it.
        title: What people call it.
        extensions: File name endings, lower case with the dot; the first is the usual one.
        module: The module that implements it.
        reads, writes: What it can do.
        reports: Writing it tells what it cannot hold.
        sniff: Whether a file that starts with these bytes is of this format.
        instead: What to write where it is only read.
    """

    name: str
    title: str
    extensions: tuple[str, ...]
    module: str
    reads: bool = True
    writes: bool = True
    reports: bool = False
    sniff: Callable[[bytes], bool] = _never
    instead: str = ""

    @property
    def read(self) -> Reader | None:
        """The function that reads it, or None where it is only written."""
        return cast(Reader, importlib.import_module(self.module).read) if self.reads else None

    @property
    def write(self) -> Writer | None:
        """The function that writes it, or None where it is only read."""
        return cast(Writer, importlib.import_module(self.module).write) if self.writes else None

    def content(self, plan: Plan, schedule: Schedule | None) -> tuple[bytes, tuple[Problem, ...]]:
        """Return `plan` as a file of this format, and what of it the format cannot hold.

        Raises:
            FormatError: `format.read_only`, it is only read; or the plan does not fit it.
        """
        if self.reports:
            return cast(ReportingWriter, importlib.import_module(self.module).write_reporting)(plan, schedule)
        write = self.write
        if write is None:
            hint = self.instead or f"writable: {_names(writes=True)}"
            raise FormatError(f"{self.title} is only read", code="format.read_only", hint=hint)
        return write(plan, schedule), ()


@dataclass(frozen=True)
class Written:
    """What writing a plan came to.

    Attributes:
        format: The format it was written in.
        not_written: What the format cannot hold, a warning for each kind of thing.
    """

    format: Format
    not_written: tuple[Problem, ...] = ()


_XML_INSTEAD = "use .xml: Microsoft Project opens it"

FORMATS: tuple[Format, ...] = (
    Format("mspdi", "Microsoft Project XML (MSPDI)", (".xml", ".mspdi"), "pm.formats.mspdi", reports=True, sniff=_looks_like_xml),
    Format(
        "mpx",
        "Microsoft Project exchange (MPX)",
        (".mpx",),
        "pm.formats.mpx",
        writes=False,
        sniff=_looks_like_mpx,
        instead=_XML_INSTEAD,
    ),
    Format(
        "mpp",
        "Microsoft Project (MPP)",
        (".mpp", ".mpt"),
        "pm.formats.mpp",
        writes=False,
        sniff=_looks_like_mpp,
        instead=_XML_INSTEAD,
    ),
    Format("xer", "Primavera P6 XER", (".xer",), "pm.formats.xer", reports=True, sniff=_looks_like_xer),
    Format("pmxml", "Primavera P6 XML", (".pmxml", ".xml"), "pm.formats.pmxml", writes=False, sniff=_looks_like_pmxml),
    Format("toml", "Slackline plan-as-code (TOML)", (".toml",), "pm.formats.plan_toml", sniff=_looks_like_our_toml),
    Format("json", "Slackline JSON", (".pm.json", ".json"), "pm.formats.native", sniff=_looks_like_our_json),
    Format("csv", "outline for spreadsheets (CSV)", (".csv",), "pm.formats.csv_out", reads=False),
)


def _names(*, reads: bool = False, writes: bool = False) -> str:
    fitting = [f for f in FORMATS if (f.reads or not reads) and (f.writes or not writes)]
    return ", ".join(f"{f.name} ({', '.join(f.extensions)})" for f in fitting)


def find_format(path: Path | str, head: bytes = b"", *, name: str | None = None, to_write: bool = False) -> Format:
    """Return the format called `name`, else the one that the content `head` or the extension of `path` speaks for.

    The longest extension that fits wins (``.pm.json`` before ``.json``); content decides between formats that share one,
    and where no extension fits. The hint of an error names the formats that can be written, or those that can be read.

    Raises:
        UsageError: `format.unknown`, no format has that name or fits that file.
    """
    known_names = _names(reads=not to_write, writes=to_write)
    if name is not None:
        for known in FORMATS:
            if known.name == name.casefold():
                return known
        raise UsageError(f"there is no format {name!r}", code="format.unknown", hint=f"formats: {known_names}")
    file_name = Path(path).name.casefold()
    fitting = [(len(e), f) for f in FORMATS for e in f.extensions if file_name.endswith(e)]
    longest = max((length for length, _ in fitting), default=0)
    candidates = [f for length, f in fitting if length == longest] or list(FORMATS)
    sniffed = [f for f in candidates if head and f.sniff(head)]
    if sniffed:
        return sniffed[0]
    if fitting:
        return candidates[0]
    hint = f"name it with --format: {known_names}"
    raise UsageError(f"cannot tell the format of {Path(path).name}", code="format.unknown", hint=hint)


def read_plan(path: Path | str, *, strict: bool = False, format: str | None = None) -> ImportResult:  # noqa: A002
    """Read the plan in the file at `path`.

    Args:
        path: The file.
        strict: The first problem ends it with an error; otherwise problems are reported in the result.
        format: Name of the format, where neither the extension nor the content tells.

    Raises:
        FormatError: the file is not what its format says; `format.write_only`.
        InputError: `file.not_found`, `file.is_folder`, `file.no_permission`, `file.unreadable`.
        UsageError: `format.unknown`.
    """
    path = Path(path)
    try:
        with path.open("rb") as stream:
            head = stream.read(SNIFFED)
            stream.seek(0)
            found = find_format(path, head, name=format)
            read = found.read
            if read is None:
                raise FormatError(
                    f"{found.title} is only written", code="format.write_only", hint=f"readable: {_names(reads=True)}"
                )
            try:
                with collector_resting():
                    result = read(Source(stream, path.name, strict))
            except FormatError as error:
                error.hint = _misnamed(found, head) or error.hint
                raise
    except OSError as error:
        raise map_os_error(error, path) from error
    return replace(result, format=found.name)


def _misnamed(taken_for: Format, head: bytes) -> str | None:
    """Return what to do with a file whose content `head` is that of another format than the one it was `taken_for`, if it is."""
    if taken_for.sniff(head):
        return None
    other = next((f for f in FORMATS if f.reads and f.sniff(head)), None)
    return None if other is None else f"its content is {other.title}: give it a name that ends in {other.extensions[0]}"


def read_bytes(content: bytes, name: str, *, strict: bool = False) -> ImportResult:
    """Read a plan from `content`, called `name` (whose extension helps to find the format)."""
    found = find_format(name, content[:SNIFFED])
    read = found.read
    if read is None:
        raise FormatError(f"{found.title} is only written", code="format.write_only", hint=f"readable: {_names(reads=True)}")
    return replace(read(Source(io.BytesIO(content), name, strict)), format=found.name)


def write_plan(
    plan: Plan,
    path: Path | str,
    *,
    schedule: Schedule | None = None,
    format: str | None = None,  # noqa: A002
) -> Written:
    """Write `plan` to the file at `path`, whole or not at all, and return the format and what it could not hold.

    Args:
        plan: What to write.
        path: The file; replaced where it exists.
        schedule: Where computed dates come from; formats leave them out without it.
        format: Name of the format; the extension decides where it is not given.

    Raises:
        FormatError: `format.read_only`, the format is only read; or the plan does not fit the format.
        InputError: `file.no_folder`, `file.read_only`, `file.no_permission`, `file.full`, `file.is_folder`.
        UsageError: `format.unknown`.
    """
    found = find_format(path, name=format, to_write=True)
    content, not_written = found.content(plan, schedule)
    write_atomically(Path(path), content)
    return Written(found, not_written)
