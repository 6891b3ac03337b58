"""What a row's ``extra`` may hold of a P6 file, so that no other file can make the writer stumble; see `keep`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Test = Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**16


def _list_of(test: Test) -> Test:
    return lambda value: isinstance(value, list) and all(map(test, value))


def _table_of(test: Test) -> Test:
    return lambda value: isinstance(value, Mapping) and all(map(_is_text, value)) and all(map(test, value.values()))


def _is_pair(value: Any) -> bool:
    return _list_of(_is_text)(value) and len(value) == 2


def _is_kept_table(value: Any) -> bool:
    if not isinstance(value, Mapping) or value.keys() != {"columns", "rows"}:
        return False
    columns, rows = value["columns"], value["rows"]
    sound = _list_of(_is_text)(columns) and _list_of(_list_of(_is_text))(rows) and len(set(columns)) == len(columns)
    return sound and all(len(row) == len(columns) for row in rows)


def _holds(tests: Mapping[str, Test]) -> Test:
    return lambda value: isinstance(value, Mapping) and all(key in tests and tests[key](held) for key, held in value.items())


_TEXTS = _table_of(_is_text)
_ROW: Mapping[str, Test] = {"id": _is_number, "at": _is_number, "kept": _TEXTS, "was": _table_of(_is_pair)}
_FILE: Mapping[str, Test] = {
    "tables": _list_of(_is_text),
    "columns": _table_of(_list_of(_is_text)),
    "header": _TEXTS,
    "currency": _is_text,
}
is_carried: Test = _holds(
    {
        **_ROW,
        "root": _holds(_ROW),
        "options": _holds(_ROW),
        "tables": _table_of(_is_kept_table),
        "file": _holds(_FILE),
    }
)
"""Whether a value is what the reader keeps of a row, or of a file."""
