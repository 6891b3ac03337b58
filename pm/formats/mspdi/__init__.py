"""Microsoft Project XML (MSPDI)."""

from pm.formats.mspdi.reader import read

__all__ = ["read"]
