"""What the readers of P6's tables share: values with their problems, references, and the rows that come of it."""

from __future__ import annotations

from typing import Any

from pm.formats.building import Findings
from pm.formats.primavera.fields import Columns
from pm.formats.primavera.tables import Document, Fields
from pm.formats.primavera.values import Codec
from pm.formats.result import Severity
from pm.model import ENTITIES

Row = dict[str, Any]
LARGEST_UID = 2**53
"""Larger numbers do not survive JSON."""


class Reading:
    """A P6 file on its way to become a plan.

    Attributes:
        rows: The plan's rows by table; ids count from 1.
        ids: Id of the row that P6's id of a table (``TASK``, ``12``) stands for; of projects, calendars, resources, bands
            of the work-breakdown structure and activities. A band that is the project itself stands for 0.
        records: The texts that a row was made of, by P6's table and the row's id.
        money: The codec of costs.
    """

    def __init__(self, document: Document, findings: Findings, money: Codec) -> None:
        self.document, self.findings, self.money = document, findings, money
        self.rows: dict[str, list[Row]] = {name: [] for name in ENTITIES}
        self.ids: dict[str, dict[str, int]] = {}
        self.records: dict[str, dict[int, Fields]] = {}
        self._uids: dict[tuple[str, int], set[int]] = {}

    def warn(self, what: str, message: str, where: str, hint: str = "") -> None:
        """Report that something was not understood, or had to be changed."""
        self.findings.add(what, message, where, hint=hint)

    def lose(self, what: str, message: str, where: str, hint: str = "") -> None:
        """Report that something is missing from the plan."""
        self.findings.add(what, message, where, hint=hint, severity=Severity.ERROR)

    def value(self, codec: Codec, record: Fields, column: str, where: str) -> Any:
        """Return the value in a column, None where it is empty or makes no sense (which is reported)."""
        text = record.get(column, "")
        if not text or text.isspace():
            return None
        try:
            return codec.decode(text)
        except ValueError as error:
            self.warn("bad_value", f"{column} is {text[:40]!r}: {error}", where)
            return None

    def fields(self, columns: Columns, record: Fields, where: str) -> Row:
        """Return the fields that `columns` hold, without the empty ones."""
        found: Row = {}
        for column, (name, codec) in columns.items():
            if column in record and (value := self.value(codec, record, column, where)) is not None:
                found[name] = value
        return found

    def add(self, table: str, source: str, record: Fields, row: Row) -> Row:
        """Add `row` to a table of the plan, made of `record` of P6's table `source`."""
        rows = self.rows[table]
        row["id"] = len(rows) + 1
        rows.append(row)
        self.records.setdefault(source, {})[row["id"]] = record
        return row

    def known(self, source: str, p6_id: str) -> int | None:
        """Return the id of the row that an id of P6's stands for, None where it is empty or stands for nothing."""
        return self.ids.get(source, {}).get(p6_id.strip())

    def note(self, source: str, p6_id: str, row_id: int, where: str) -> bool:
        """Note which row an id of P6's stands for; one that is there already is reported, and False is returned."""
        known = self.ids.setdefault(source, {})
        key = p6_id.strip()
        if not key or key in known:
            said = f"the number {key[:20]}, which another one has" if key else "no number"
            self.lose("duplicate_id", f"a row of {source} has {said}; it is left out", where)
            return False
        known[key] = row_id
        return True

    def refer(self, source: str, record: Fields, column: str, where: str) -> int | None:
        """Return the id of the row that a column refers to; one that is not there is reported."""
        p6_id = record.get(column, "")
        found = self.known(source, p6_id)
        if found is None and p6_id.strip():
            self.warn("dangling", f"{column} {p6_id[:20]} stands for nothing; left empty", where)
        return found

    def uid(self, table: str, project_id: int, p6_id: str) -> int:
        """Return the number a row is known by: P6's where it is one that no other row of the project has."""
        taken = self._uids.setdefault((table, project_id), set())
        text = p6_id.strip()
        number = int(text) if text.isdecimal() and len(text) <= 16 else 0
        if not 0 < number <= LARGEST_UID or number in taken:
            number = max(taken, default=0) + 1
        taken.add(number)
        return number
