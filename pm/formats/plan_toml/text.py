"""TOML as text: strings, keys and values in the one way we write them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from pm.errors import InputError
from pm.model.kinds import DAY, FIRST_INSTANT, to_datetime

_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_UNSAFE = re.compile(r'[\\"\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]')
_UNSAFE_IN_BLOCK = re.compile(r"[\\\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_SHORT = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def _escaped(found: re.Match[str]) -> str:
    return _SHORT.get(found[0]) or f"\\u{ord(found[0]):04x}"


def toml_string(value: str, *, inline: bool = False) -> str:
    """Return `value` quoted; text of several lines as a block unless it stands inside a table of one line."""
    if "\n" in value and not inline and not re.search(r"[ \t\r]\n|[ \t\r]$", value):
        body = _UNSAFE_IN_BLOCK.sub(_escaped, value).replace('"""', '""\\"')
        if body.endswith('"'):
            body = body[:-1] + '\\"'
        return f'"""\n{body}"""'
    return f'"{_UNSAFE.sub(_escaped, value)}"'


def toml_key(key: str) -> str:
    """Return a key, quoted where it has to be, and where it starts with a digit (dates)."""
    return key if _BARE.fullmatch(key) else toml_string(key, inline=True)


def toml_instant(value: int, usual_time: int) -> str:
    """Return an instant as a local date where its time of day is `usual_time` (seconds), else as a local date and time."""
    day = value - usual_time
    if day % DAY == 0 and day >= FIRST_INSTANT:
        return to_datetime(day).date().isoformat()
    return to_datetime(value).isoformat(timespec="seconds")


def toml_data(value: Any) -> str:
    """Return JSON data as TOML on one line, or as JSON in a string where TOML has no word for it (null)."""
    if not isinstance(value, str):
        try:
            return _inline(value)
        except InputError:
            pass
    return toml_string(json.dumps(value, ensure_ascii=False), inline=True)


def _inline(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return toml_string(value, inline=True)
    if isinstance(value, list):
        return f"[{', '.join(_inline(v) for v in value)}]"
    if isinstance(value, Mapping) and all(isinstance(k, str) for k in value):
        return inline_table((k, _inline(v)) for k, v in value.items())
    raise InputError("no TOML value", code="value.data")


def inline_table(pairs: Iterable[tuple[str, str]]) -> str:
    """Return a table on one line from keys and values that are TOML text already."""
    return "{" + ", ".join(f"{toml_key(k)} = {v}" for k, v in pairs) + "}"


def list_of_tables(rows: Iterable[Iterable[tuple[str, str]]], indent: str | None) -> str:
    """Return an array of tables, one a line, or all on one line where there is no `indent`."""
    if indent is None:
        return f"[{', '.join(inline_table(row) for row in rows)}]"
    return "[\n" + "".join(f"{indent}  {inline_table(row)},\n" for row in rows) + f"{indent}]"


def data_value(value: Any) -> Any:
    """Return JSON data from what `toml_data` wrote, or from what a person wrote in its place.

    Raises:
        InputError: `value.data`, a string that is not JSON.
    """
    if isinstance(value, str):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise InputError(f"not JSON: {value[:40]!r}", code="value.data", hint="write a table or a list") from None
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return value
