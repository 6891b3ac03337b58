"""Kinds of field values: how each is held, stored, checked and read by people.

Values are plain integers in memory, in the database and in journals; a field's *kind* says what the integer counts.
Everything that shows, parses, exports or stores a field asks for its kind, so no screen or format keeps a list of fields.

========== ============================================== =======================
kind       an integer that counts                         MSPDI, XER write it as
========== ============================================== =======================
INSTANT    seconds since 1970-01-01T00:00, local clock    2026-01-05T08:00:00
WORKTIME   seconds of working (or elapsed) time           PT8H0M0S, 8 (hours)
MONEY      minor units of the project's currency          12000 (hundredths)
PERCENT    hundredths of a percent; 10000 is 100 %        1 (units), 100 (percent)
RATE       ten-thousandths of the currency per unit       50
========== ============================================== =======================

The other kinds (TEXT, INTEGER, FLAG, CHOICE, REFERENCE, DATA) are what they say; DATA is JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, StrEnum
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BeforeValidator
from pydantic import Field as Bound
from sqlalchemy import JSON, BigInteger, Text
from sqlalchemy import Enum as SqlEnum
from sqlmodel import Field, SQLModel

EPOCH = datetime(1970, 1, 1)
FIRST_INSTANT = int((datetime(1, 1, 1) - EPOCH).total_seconds())
LAST_INSTANT = int((datetime(9999, 12, 31, 23, 59, 59) - EPOCH).total_seconds())
MINUTE, HOUR, DAY, WEEK = 60, 3600, 86400, 604800
FULL = 10_000
"""100 % as a PERCENT."""


class Kind(Enum):
    """What the value of a field counts."""

    INSTANT = "instant"
    WORKTIME = "worktime"
    MONEY = "money"
    PERCENT = "percent"
    RATE = "rate"
    TEXT = "text"
    INTEGER = "integer"
    FLAG = "flag"
    CHOICE = "choice"
    REFERENCE = "reference"
    DATA = "data"


@dataclass(frozen=True)
class Ref:
    """Marks a field that holds the id of a row in `table`."""

    table: str


def to_instant(value: object) -> object:
    """Turn a datetime, a date or ISO text into an instant; leave other values for the validator to judge."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return value
    if isinstance(value, datetime):
        return int((value.replace(tzinfo=None) - EPOCH).total_seconds())
    if isinstance(value, date):
        return (value - EPOCH.date()).days * DAY
    return value


def instant(value: datetime | date | str) -> int:
    """Return `value` (a datetime, a date, or ISO text) as an instant.

    Raises:
        ValueError: the text is not an ISO date.
    """
    result = to_instant(value)
    if not isinstance(result, int):
        raise ValueError(f"not a date: {value!r}")
    return result


def to_datetime(value: int) -> datetime:
    """Return an instant as a naive local datetime."""
    return EPOCH + timedelta(seconds=value)


def iso(value: int) -> str:
    """Return an instant as ``YYYY-MM-DDTHH:MM``, cut to the minute as MS Project shows it."""
    return to_datetime(value).isoformat(timespec="minutes")


Instant = Annotated[int, BeforeValidator(to_instant), Bound(ge=FIRST_INSTANT, le=LAST_INSTANT), Kind.INSTANT]
WorkTime = Annotated[int, Kind.WORKTIME]
Money = Annotated[int, Kind.MONEY]
Percent = Annotated[int, Kind.PERCENT]
Rate = Annotated[int, Kind.RATE]
Data = Annotated[Any, Kind.DATA]


def whole(default: int | None = None) -> Any:
    """A field of any integer kind, 64 bits wide in every database."""
    return Field(default=default, sa_type=BigInteger)


def text(default: str = "") -> Any:
    """A text field of any length."""
    return Field(default=default, sa_type=Text)


def data() -> Any:
    """A JSON field, None when empty. Replace its value, never change it in place."""
    return Field(default=None, sa_type=JSON, nullable=True)


def choice(default: StrEnum) -> Any:
    """A field that takes the values of `default`'s enumeration, held by a CHECK in the database."""
    members = type(default)
    sql_type = SqlEnum(
        members,
        values_callable=lambda e: [m.value for m in e],
        native_enum=False,
        create_constraint=True,
        length=32,
        name=f"ck_{members.__name__.lower()}",
    )
    return Field(default=default, sa_type=sql_type)


class Entity(SQLModel):
    """A row of a plan. `id` is unique within its table and never used again; 0 means not stored yet."""

    model_config = {"defer_build": True}  # validators are built when something is validated, not at every start

    id: int = Field(default=0, primary_key=True, sa_type=BigInteger)


@dataclass(frozen=True)
class FieldInfo:
    """What is known of one field of an entity."""

    name: str
    kind: Kind
    default: Any
    optional: bool
    ref: str | None = None
    choices: type[StrEnum] | None = None


def _marks(annotation: Any) -> list[Any]:
    if get_origin(annotation) is Annotated:
        inner, *marks = get_args(annotation)
        return [*marks, *_marks(inner)]
    if get_origin(annotation) in (Union, UnionType):
        return [mark for part in get_args(annotation) for mark in _marks(part)]
    return [annotation]


_PLAIN = {str: Kind.TEXT, int: Kind.INTEGER, bool: Kind.FLAG}


@cache
def fields_of(model: type[Entity]) -> dict[str, FieldInfo]:
    """Return the fields of `model` in the order they are declared."""
    result: dict[str, FieldInfo] = {}
    for name, info in model.model_fields.items():
        marks = [*info.metadata, *_marks(info.annotation)]
        ref = next((m.table for m in marks if isinstance(m, Ref)), None)
        choices = next((m for m in marks if isinstance(m, type) and issubclass(m, StrEnum)), None)
        kind = next((m for m in marks if isinstance(m, Kind)), None)
        if ref is not None:
            kind = Kind.REFERENCE
        elif kind is None:
            kind = Kind.CHOICE if choices else next(_PLAIN[m] for m in marks if isinstance(m, type) and m in _PLAIN)
        default = info.default.value if isinstance(info.default, StrEnum) else info.default
        result[name] = FieldInfo(name, kind, default, type(None) in marks or kind is Kind.DATA, ref, choices)
    return result
