"""Microsoft Project XML (MSPDI)."""

from pm.formats.mspdi.reader import read
from pm.formats.mspdi.writer import write, write_reporting

__all__ = ["read", "write", "write_reporting"]
