"""Turning the fields of a task or a resource into a row, by the columns that the file's own table names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pm.formats.mpx.fields import CONSTRAINTS, PRIORITIES, Column, column_numbers, columns
from pm.formats.mpx.lines import MpxFindings, Record
from pm.formats.mpx.values import BadValueError, Settings
from pm.model.enums import Accrual

FLAGS = {"yes": True, "no": False, "1": True, "0": False, "true": True, "false": False}
ACCRUALS = {word.value: word for word in Accrual}
ENGLISH = "MPX files are read with English words only"


@dataclass
class Cells:
    """What the fields of one record say.

    Attributes:
        row: Values by field of the model.
        parts: What makes up a field with others, by target.
        stored: The file's own results, by column of `StoredDates`.
        untimed: Those of them that are days without a time.
        custom: Values of custom fields by key.
    """

    line: int
    row: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=dict)
    stored: dict[str, Any] = field(default_factory=dict)
    untimed: set[str] = field(default_factory=set)
    custom: dict[str, Any] = field(default_factory=dict)


class TableReader:
    """Reads the records of tasks or of resources.

    Attributes:
        ignored: How often a column held something that is not modelled.
        has_custom: Keys and column kinds of the custom fields that hold values.
    """

    def __init__(self, table: str, settings: Settings, findings: MpxFindings) -> None:
        self.ignored: Counter[str] = Counter()
        self.has_custom: dict[str, str] = {}
        self._table, self._settings, self._findings = table, settings, findings
        self._columns: list[Column | None] = []
        self._by_number = False

    def named(self, record: Record) -> None:
        """Read the record that names the columns; it counts where there is none with their numbers."""
        if self._by_number:
            return
        known = column_numbers(self._table)
        numbers = [known.get(name.strip().casefold()) for name in record.fields]
        if record.fields and not any(numbers):
            message = f"none of the columns of its {self._table} has an English name"
            self._findings.add("language", message, str(record.line), hint=ENGLISH)
        self._columns = [columns(self._table).get(n) if n is not None else None for n in numbers]

    def numbered(self, record: Record) -> None:
        """Read the record that numbers the columns."""
        self._by_number = True
        known = columns(self._table)
        self._columns = []
        for text in record.fields:
            number = text.strip()
            column = known.get(int(number)) if number.isascii() and number.isdigit() and len(number) < 5 else None
            if column is None and number:
                message = f"column {number[:20]!r} of its {self._table} is unknown; it is left out"
                self._findings.add("unknown_column", message, str(record.line))
            self._columns.append(column)

    def read(self, record: Record) -> Cells:
        """Return what `record` says; what makes no sense is reported and left out."""
        cells = Cells(record.line)
        if not self._columns:
            message = f"it lists {self._table} without saying what their columns are"
            self._findings.add("no_columns", message, str(record.line), hint="it needs a record 61 or 60 (41 or 40 of resources)")
        for column, text in zip(self._columns, record.fields, strict=False):
            if column is None or not text.strip() or column.target == "-" or text.strip().casefold() == "na":
                continue
            try:
                value = self._value(column, text)
            except BadValueError as error:
                self._findings.add("bad_value", f"{column.name} is {text.strip()[:60]!r}: {error}", str(record.line))
            else:
                self._put(cells, column, value)
                if (
                    column.target.startswith("?")
                    and column.kind in ("start", "finish")
                    and not self._settings.instant(text, 0)[1]
                ):
                    cells.untimed.add(column.target[1:])
        return cells

    def _put(self, cells: Cells, column: Column, value: Any) -> None:
        if column.target == "!":
            self.ignored[column.name] += bool(value)
        elif column.target == "custom":
            if value:
                key = column.name.casefold()
                cells.custom[key] = value
                self.has_custom[key] = column.name
        elif column.target.startswith("?"):
            cells.stored[column.target[1:]] = value
        elif column.target.startswith("_"):
            cells.parts[column.target[1:]] = value
        else:
            cells.row[column.target] = value

    def _value(self, column: Column, text: str) -> Any:
        return _READERS[column.kind](self._settings, text)


def one_of(words: Mapping[str, Any], text: str) -> Any:
    """Return what a word stands for.

    Raises:
        BadValueError: it is not one of `words`.
    """
    try:
        return words[text.strip().casefold()]
    except KeyError:
        raise BadValueError(f"not one of {', '.join(words)}") from None


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def _seconds(settings: Settings, text: str, usual: str) -> int:
    amount = settings.amount(text, usual)
    if amount.unit in ("%", "e%"):
        raise BadValueError("not a duration")
    return amount.value


def _elapsed(settings: Settings, text: str) -> int:
    """Return a levelling delay: it runs round the clock whether its unit says so or not."""
    amount = settings.amount(text, settings.duration_unit)
    if amount.unit in ("%", "e%"):
        raise BadValueError("not a duration")
    units = settings.units
    return (
        amount.value
        if amount.unit.startswith("e")
        else amount.value * units.seconds(f"e{amount.unit}") // units.seconds(amount.unit)
    )


_READERS: Mapping[str, Callable[[Settings, str], Any]] = {
    "text": lambda _, text: text,
    "integer": lambda s, text: s.integer(text),
    "number": lambda s, text: _plain(s.number(text)),
    "flag": lambda _, text: one_of(FLAGS, text),
    "percent": lambda s, text: s.percent(text),
    "share": lambda s, text: s.share(text),
    "money": lambda s, text: s.money(text),
    "rate": lambda s, text: s.rate(text),
    "work": lambda s, text: _seconds(s, text, s.work_unit),
    "amount": lambda s, text: _seconds(s, text, s.duration_unit),
    "duration": lambda s, text: s.amount(text, s.duration_unit),
    "elapsed": _elapsed,
    "start": lambda s, text: s.instant(text, s.start)[0],
    "finish": lambda s, text: s.instant(text, s.finish)[0],
    "constraint": lambda _, text: one_of(CONSTRAINTS, text).value,
    "priority": lambda _, text: one_of(PRIORITIES, text),
    "accrual": lambda _, text: one_of(ACCRUALS, text).value,
}
