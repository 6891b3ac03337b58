"""Text for a terminal: names made harmless, columns that align with wide characters, tables.

Names are data. A name may hold terminal escapes, markup or characters that turn the reading direction; `clean` is the one
place that makes them visible instead of letting them act.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_VISIBLE = {ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"}
ELLIPSIS = "…"


def _harmful(character: str) -> bool:
    # Cc: escapes and other controls. Cf: bidi controls, tags, zero-width marks; Zl, Zp: line breaks of another kind.
    category = unicodedata.category(character)
    if category == "Cf":
        return character not in "\u200c\u200d"  # joiners shape Arabic, Indic scripts and emoji; they move nothing
    return category in ("Cc", "Cs", "Zl", "Zp")


def clean(text: str, keep: str = "") -> str:
    r"""Return `text` with every control and direction character not in `keep` written out, as ``\x1b`` or ``\u202e``."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(c) if _harmful(c) and c not in keep else c for c in text)


def _escaped(character: str) -> str:
    code = ord(character)
    if code in _VISIBLE:
        return _VISIBLE[code]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def cell_width(text: str) -> int:
    """Return how many terminal cells `text` takes: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(_cells(c) for c in text)


def _cells(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Return `text` in exactly `width` cells: padded, or cut with an ellipsis."""
    taken = cell_width(text)
    if taken > width:
        kept, used = [], 0
        for character in text:
            cells = _cells(character)
            if used + cells > width - 1:
                break
            kept.append(character)
            used += cells
        text = "".join(kept) + (ELLIPSIS if width > 0 else "")
        taken = used + (1 if width > 0 else 0)
    padding = " " * (width - taken)
    return padding + text if right else text + padding


def table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Sequence[int] = (),
    width: int | None = None,
    flexible: int = 0,
) -> list[str]:
    """Return aligned lines, the header first.

    Args:
        header: Titles of the columns.
        rows: Cells, already cleaned.
        right: Columns aligned to the right.
        width: Cells of the terminal; None for as wide as it gets.
        flexible: The column that gives way where the table is wider than `width`; where that is not enough, the last is cut.
    """
    listed = [tuple(header), *map(tuple, rows)]
    widths = [max(cell_width(row[c]) for row in listed) for c in range(len(header))]
    if width is not None:
        surplus = sum(widths) + 2 * (len(widths) - 1) - width
        if surplus > 0:
            widths[flexible] = max(8, widths[flexible] - surplus)
            widths[-1] = max(1, widths[-1] - max(0, sum(widths) + 2 * (len(widths) - 1) - width))
    lines = ("  ".join(fit(cell, widths[c], right=c in right) for c, cell in enumerate(row)).rstrip() for row in listed)
    return list(lines)
