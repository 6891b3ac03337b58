"""Primavera P6 XML (PMXML): what P6 calls business objects, turned into the tables of an XER file, which are read from there."""

from __future__ import annotations

from pm.formats.building import Findings
from pm.formats.pmxml.tables import read_tables
from pm.formats.primavera.reader import read_document
from pm.formats.result import ImportResult, Source

AREA = "pmxml"


def read(source: Source) -> ImportResult:
    """Read the plan in `source`.

    Raises:
        FormatError: see `stream.objects` and `pm.formats.primavera.reader.read_document`.
    """
    findings = Findings(AREA, source.name, source.strict)
    return read_document(read_tables(source, findings), findings)


__all__ = ["read"]
