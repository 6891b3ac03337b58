"""Custom fields: Microsoft Project's numbers for them, and their values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from pm.formats.mspdi.values import CUSTOM_CODECS, BadValueError, Codec
from pm.model.enums import CustomFieldType

BASES = {"tasks": 188743680, "resources": 205520896, "assignments": 255852544}
"""The first number of the fields of each table."""

TYPES = {
    "text": CustomFieldType.TEXT,
    "number": CustomFieldType.NUMBER,
    "flag": CustomFieldType.FLAG,
    "date": CustomFieldType.DATE,
    "start": CustomFieldType.DATE,
    "finish": CustomFieldType.DATE,
    "duration": CustomFieldType.DURATION,
    "cost": CustomFieldType.COST,
    "outlinecode": CustomFieldType.TEXT,
}


def _runs() -> Iterator[tuple[str, range]]:
    """The task fields' offsets from their base, as runs of consecutive fields."""
    yield "text", range(51, 64, 3)
    yield "start", range(52, 65, 3)
    yield "finish", range(53, 66, 3)
    yield "text", range(66, 71)
    yield "flag", range(72, 82)
    yield "number", range(87, 92)
    yield "duration", range(103, 106)
    yield "cost", range(106, 109)
    yield "cost", range(258, 265)
    yield "date", range(265, 275)
    yield "duration", range(275, 282)
    yield "start", range(282, 291, 2)
    yield "finish", range(283, 292, 2)
    yield "flag", range(292, 302)
    yield "number", range(302, 317)
    yield "text", range(317, 337)


@cache
def task_fields() -> Mapping[str, int]:
    """Return the number of each custom field of tasks, by key: ``text1``, ``duration10``."""
    numbers: dict[str, int] = {}
    counts: dict[str, int] = {}
    for name, offsets in _runs():
        for offset in offsets:
            counts[name] = counts.get(name, 0) + 1
            numbers[f"{name}{counts[name]}"] = BASES["tasks"] + offset
    return numbers


def table_of(field_id: int) -> str:
    """Return the table that the field with this number extends."""
    return max((base, table) for table, base in BASES.items() if base <= max(field_id, BASES["tasks"]))[1]


def key_of(field_id: int, name: str = "") -> str:
    """Return the key of a custom field: its own name in lower case, or one made of its number."""
    key = "".join(ch for ch in name.casefold() if ch.isalnum())
    if key:
        return key
    known = {number: key for key, number in task_fields().items()}
    return known.get(field_id, f"field{field_id}")


def type_of(key: str) -> CustomFieldType:
    """Return the type that a field's name stands for."""
    return TYPES.get(key.rstrip("0123456789"), CustomFieldType.TEXT)


def read_value(text: str, kind: CustomFieldType, codecs: Mapping[str, Codec]) -> Any:
    """Return a custom value: text, whole or decimal number, flag, instant, seconds or minor units.

    Raises:
        ValueError: `text` is not of that type.
    """
    if kind is CustomFieldType.NUMBER:
        try:
            number = Decimal(text.strip())
        except ArithmeticError:
            raise BadValueError("not a number") from None
        if not number.is_finite() or abs(number.adjusted()) > 15:
            raise BadValueError("the number is too large")
        return int(number) if number == number.to_integral_value() else float(number)
    return codecs[CUSTOM_CODECS[kind]].decode(text)


def write_value(value: Any, kind: CustomFieldType, codecs: Mapping[str, Codec]) -> str:
    """Return a custom value as MSPDI writes it."""
    if kind is CustomFieldType.NUMBER:
        return str(value)
    return codecs[CUSTOM_CODECS[kind]].encode(value)
