"""Plan files: one module for each format, found by extension and by content."""

from pm.formats.registry import FORMATS, Format, Written, find_format, read_plan, write_plan
from pm.formats.result import ImportResult, Problem, Severity, Source, StoredDates

__all__ = [
    "FORMATS",
    "Format",
    "ImportResult",
    "Problem",
    "Severity",
    "Source",
    "StoredDates",
    "Written",
    "find_format",
    "read_plan",
    "write_plan",
]
