"""What a row's ``extra`` may hold of a Microsoft Project file, so that no other file can make the writer stumble.

The keys are described at `pm.formats.mspdi.rows.Record` and `pm.formats.mspdi.reader`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_NO_NAME = re.compile(r"[<>\s]|^$")


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and _NO_NAME.search(value) is None


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_tree(value: Any) -> bool:
    """Whether it is a text, ``{"xml": text}``, or a list of ``[name, tree]``; not recursive, for files may nest deeply."""
    waiting = [value]
    while waiting:
        tree = waiting.pop()
        if isinstance(tree, list):
            for pair in tree:
                if not (isinstance(pair, list) and len(pair) == 2 and _is_name(pair[0])):
                    return False
                waiting.append(pair[1])
        elif isinstance(tree, Mapping):
            if list(tree) != ["xml"] or not isinstance(tree["xml"], str):
                return False
        elif not isinstance(tree, str):
            return False
    return True


Test = Callable[[Any], bool]


def _list_of(test: Test) -> Test:
    return lambda value: isinstance(value, list) and all(map(test, value))


def _table_of(test: Test, name: Test = _is_name) -> Test:
    return lambda value: isinstance(value, Mapping) and all(map(name, value)) and all(map(test, value.values()))


def _is_placed(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and _is_whole(value[0]) and _is_tree(value[1])


_TREES = _list_of(_is_tree)
_TEXTS = _table_of(_is_text)
_KEYS: Mapping[str, Test] = {
    "shape": _is_whole,
    "kept": _table_of(_is_tree),
    "raw": _TEXTS,
    "was": _TEXTS,
    "custom": _TREES,
    "timephased": _TREES,
    "links": _TREES,
    "parts": _table_of(_is_tree),
    "id": _is_whole,
    "tree": _is_tree,
    "shapes": _table_of(_list_of(_list_of(_is_name))),
    "attributes": _TEXTS,
    "namespaces": _table_of(_is_text, _is_text),
    "project_task": _is_tree,
    "resources": _TREES,
    "assignments": _list_of(_is_placed),
}


def is_carried(value: Any) -> bool:
    """Whether `value` is what the MSPDI reader keeps of a record or a file."""
    return isinstance(value, Mapping) and all(key in _KEYS and _KEYS[key](held) for key, held in value.items())
