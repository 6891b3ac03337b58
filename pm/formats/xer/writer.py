"""Tables as the text of an XER file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pm.formats.losses import Losses, as_problems
from pm.formats.primavera.tables import Document
from pm.formats.primavera.values import write_text
from pm.formats.primavera.writer import document
from pm.formats.result import Problem
from pm.model import Plan, iso

if TYPE_CHECKING:
    from pm.schedule.result import Schedule

CODE = "xer.not_written"
VERSION = "8.2"
"""The version of P6 whose tables a plan from elsewhere is written in; later ones read them."""
USUAL = "cp1252"
ENCODINGS = frozenset({USUAL, "latin-1", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"})


def write(plan: Plan, schedule: Schedule | None) -> bytes:
    """Return `plan` as an XER file; see `pm.formats.primavera.writer.document`."""
    return write_reporting(plan, schedule)[0]


def write_reporting(plan: Plan, schedule: Schedule | None) -> tuple[bytes, tuple[Problem, ...]]:
    """Return what `write` does, and a warning (`xer.not_written`) for each kind of thing that P6 cannot hold as it is."""
    written, losses = document(plan, schedule)
    first = next(iter(plan.projects))
    written.header.setdefault("line", _header(written, iso(first.status_date or first.start)[:10]))
    encoding = written.header.get("encoding", USUAL)
    content = _encoded(_text(written), encoding if encoding in ENCODINGS else USUAL, losses)
    return content, as_problems(losses, CODE, first.name or first.code)


def _header(written: Document, day: str) -> str:
    names = ("Project", "admin", "admin", "dbxDatabaseNoName", "Project Management")
    return "\t".join(["ERMHDR", VERSION, day, *names, written.currency])


def _text(written: Document) -> str:
    lines = [written.header["line"]]
    for table in written.tables.values():
        lines += [f"%T\t{table.name}", "\t".join(["%F", *table.columns])]
        lines += [_row(row) for row in table.rows]
    end = "\n" if written.header.get("line_end") == "\n" else "\r\n"
    return end.join([*lines, "%E"]) + ("" if written.header.get("open_end") else end)


def _row(values: list[str]) -> str:
    text = "\t".join(values)
    if "\n" in text or "\r" in text or text.count("\t") >= len(values):
        text = "\t".join(map(write_text, values))
    return "%R\t" + text.replace('"', '""')


def _encoded(text: str, encoding: str, losses: Losses) -> bytes:
    """Return `text` in an encoding; in UTF-8, which says so at its start, where it has characters that one lacks."""
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        losses["{n} file in Windows' code page: it has characters beyond that, and is UTF-8"] += encoding == USUAL
        return text.encode("utf-8-sig", "replace")
