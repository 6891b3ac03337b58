"""What an import did: what was read, kept and dropped, and every date that differs once computed here, with its cause."""

from pm.formats.report.causes import Cause, Quirk
from pm.formats.report.report import SCHEMA, VERSION, Difference, ImportReport, Origin, import_report

__all__ = ["SCHEMA", "VERSION", "Cause", "Difference", "ImportReport", "Origin", "Quirk", "import_report"]
