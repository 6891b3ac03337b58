"""A P6 file as tables of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

KEY = "p6"
"""What `extra` calls what is kept of a P6 file."""

Fields = dict[str, str]


@dataclass
class TextTable:
    """A table as a file has it.

    Attributes:
        name: ``TASK``, ``PROJWBS`` and so on.
        columns: Names of its columns, in the file's order.
        rows: Each row's texts, one a column.
        lines: Line of each row in the file; empty where there are no lines.
    """

    name: str
    columns: list[str]
    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def records(self) -> Iterator[tuple[Fields, str]]:
        """Hand out each row by column name, and where it stands as messages say it."""
        for i, row in enumerate(self.rows):
            yield dict(zip(self.columns, row, strict=True)), str(self.lines[i]) if self.lines else f"{self.name} {i + 1}"

    def add(self, columns: Sequence[str], rows: Sequence[list[str]], lines: Sequence[int]) -> None:
        """Add rows whose columns may be others or stand in another order."""
        if list(columns) != self.columns:
            new = [name for name in columns if name not in self.columns]
            self.columns += new
            for row in self.rows:
                row += [""] * len(new)
            place = {name: i for i, name in enumerate(columns)}
            rows = [[row[place[name]] if name in place else "" for name in self.columns] for row in rows]
        self.rows += rows
        self.lines += lines


@dataclass
class Document:
    """A P6 file.

    Attributes:
        tables: Its tables by name, in the file's order.
        currency: Short name of the currency that its costs are in, where the file says so.
        header: What the format keeps of the rest of the file, in words of its own.
    """

    tables: dict[str, TextTable] = field(default_factory=dict)
    currency: str = ""
    header: dict[str, str] = field(default_factory=dict)

    def records(self, name: str) -> Iterator[tuple[Fields, str]]:
        """Hand out the rows of a table, none where there is no such table."""
        table = self.tables.get(name)
        return table.records() if table is not None else iter(())
