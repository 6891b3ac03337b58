"""Microsoft Project XML (MSPDI)."""
