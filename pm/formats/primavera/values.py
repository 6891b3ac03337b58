"""Values as P6 writes them: a codec for each kind, with its default where the text is empty."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import lru_cache, partial
from typing import Any

from pm.model.kinds import DAY, FIRST_INSTANT, HOUR, LAST_INSTANT, MINUTE, instant, to_datetime

LARGEST = Decimal(10) ** 15
"""No number in a plan is larger, whatever it counts."""
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d*)?)?)?")
CENT = 100


@dataclass(frozen=True)
class Codec:
    """How one kind of value is written.

    Attributes:
        decode: Text to value. Raises ValueError, with what is wrong, where it is none.
        encode: Value to text.
    """

    decode: Callable[[str], Any]
    encode: Callable[[Any], str]


@lru_cache(maxsize=8192)
def read_number(text: str) -> Decimal:
    """Return a decimal number, written with a point or with a comma.

    Raises:
        ValueError: it is none, or larger than anything a plan counts.
    """
    plain = text.strip()
    if "," in plain:
        mark = max(plain.rfind(","), plain.rfind("."))
        plain = plain[:mark].replace(",", "").replace(".", "") + "." + plain[mark + 1 :]
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise ValueError("not a number") from None
    if not number.is_finite() or abs(number) > LARGEST:
        raise ValueError("the number is out of range")
    return number


def scaled(text: str, factor: int) -> int:
    """Return the number in `text` times `factor`, rounded once to a whole number; see `read_number`."""
    return int((read_number(text) * factor).to_integral_value(ROUND_HALF_EVEN))


@lru_cache(maxsize=8192)
def write_scaled(value: int, factor: int) -> str:
    """Return `value` divided by `factor`, as short as it can be and still come back as the same."""
    if value % factor == 0:
        return str(value // factor)
    for places in range(1, 16):
        number = (Decimal(value) / factor).quantize(Decimal(1).scaleb(-places))
        if (number * factor).to_integral_value(ROUND_HALF_EVEN) == value:
            break
    return str(number)


@lru_cache(maxsize=8192)
def read_date(text: str) -> int:
    """Return ``2026-01-05 08:00`` (seconds may follow, the time may lack) as an instant.

    Raises:
        ValueError: it is no date, or out of range.
    """
    found = _DATE.fullmatch(text.strip())
    if found is None:
        raise ValueError("not a date")
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    if (hour, minute, second) > (24, 0, 0) or minute > 59 or second > 59:
        raise ValueError("not a time of day")
    value = instant(f"{year:04}-{month:02}-{day:02}") + hour * HOUR + minute * MINUTE + second
    if not FIRST_INSTANT <= value <= LAST_INSTANT:
        raise ValueError("the date is out of range")
    return value


@lru_cache(maxsize=8192)
def write_date(value: int) -> str:
    """Return an instant as P6 writes it."""
    return to_datetime(value).isoformat(" ", "minutes" if value % MINUTE == 0 else "seconds")


def read_flag(text: str) -> bool:
    """Return whether `text` says yes.

    Raises:
        ValueError: it says neither yes nor no.
    """
    word = text.strip().upper()
    if word not in ("Y", "N", "1", "0", "TRUE", "FALSE"):
        raise ValueError("neither Y nor N")
    return word in ("Y", "1", "TRUE")


def read_whole(text: str) -> int:
    """Return a whole number; see `read_number`."""
    number = read_number(text)
    if number != number.to_integral_value():
        raise ValueError("not a whole number")
    return int(number)


def read_text(text: str) -> str:
    """Return a text; P6 stands DEL for an end of line (its calendars and memos have two in a row, for CR and LF)."""
    if "\x7f" in text or "\r" in text:
        text = text.replace("\x7f\x7f", "\n").replace("\x7f", "\n").replace("\r\n", "\n").replace("\r", "\n")
    return text


def write_text(value: str) -> str:
    """Return a text without what would end a column or a row."""
    return value.replace("\n", "\x7f\x7f").replace("\t", " ").replace("\r", " ")


def numbers(factor: int) -> Codec:
    """Return the codec of a number that is held times `factor`."""
    return Codec(partial(scaled, factor=factor), lambda value: write_scaled(value, factor))


def choices(words: Mapping[str, Any]) -> Codec:
    """Return the codec of a closed set of words; where several mean the same, the first is written."""
    known = {word.upper(): value for word, value in words.items()}
    back: dict[Any, str] = {}
    for word, value in words.items():
        back.setdefault(value, word)

    def decode(text: str) -> Any:
        value = known.get(text.strip().upper())
        if value is None:
            raise ValueError("not a value we know")
        return value

    return Codec(decode, lambda value: back[value])


TEXT = Codec(read_text, write_text)
WHOLE = Codec(read_whole, str)
FLAG = Codec(read_flag, lambda value: "Y" if value else "N")
DATE = Codec(read_date, write_date)
HOURS = numbers(HOUR)
PERCENT = numbers(CENT)
UNITS = numbers(10_000)
RATE = Codec(numbers(10_000).decode, lambda value: _write_cost(value, 10_000))
DAYS_AFTER = 25569 * DAY
"""Seconds from 1899-12-30, which P6 counts the days of calendars from, to 1970-01-01."""


@lru_cache
def money(digits: int) -> Codec:
    """Return the codec of an amount of a currency with so many decimals."""
    factor = 10**digits
    return Codec(numbers(factor).decode, lambda value: _write_cost(value, factor))


def _write_cost(value: int, factor: int) -> str:
    """Return an amount with the four decimals that P6 writes costs with."""
    return f"{Decimal(value) / factor:.4f}"
