"""Primavera P6 XER: tables as text with tabs. `text` turns bytes into tables, `pm.formats.primavera` tables into a plan."""

from __future__ import annotations

from pm.formats.building import Findings
from pm.formats.primavera.reader import read_document
from pm.formats.result import ImportResult, Source
from pm.formats.xer.text import read_tables
from pm.formats.xer.writer import write, write_reporting

__all__ = ["read", "write", "write_reporting"]


def read(source: Source) -> ImportResult:
    """Read the plan in `source`.

    Raises:
        FormatError: see `read_tables` and `read_document`.
    """
    findings = Findings("xer", source.name, source.strict)
    return read_document(read_tables(source, findings), findings)
