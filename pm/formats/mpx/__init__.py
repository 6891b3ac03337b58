"""MPX, the text in which Microsoft Project exchanged plans before XML (versions 1.0 to 4.0): read only."""

from __future__ import annotations

from pm.formats.mpx.reader import read

__all__ = ["read"]
