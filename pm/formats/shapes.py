"""What the JSON of a plan's DATA fields must look like: the engine and the writers rely on it, so files are held to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pm.formats.carried import is_carried
from pm.formats.primavera import carried as primavera
from pm.formats.primavera.tables import KEY
from pm.model.kinds import FIRST_INSTANT, LAST_INSTANT

LONGEST = LAST_INSTANT - FIRST_INSTANT
"""Seconds of years 1 to 9999: no piece of work is longer."""


_CARRIED: Mapping[str, Callable[[Any], bool]] = {"mspdi": is_carried, KEY: primavera.is_carried}
"""What is kept of the files of other programs, by the name it has in `extra`."""


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -LONGEST <= value <= LONGEST


def _is_pairs(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(p, list) and len(p) == 2 and all(map(_is_whole, p)) for p in value)


def _is_week(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 7 and all(day is None or _is_pairs(day) for day in value)


def _is_weekdays(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_whole, value))


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_marks(value: Any) -> bool:
    return isinstance(value, Mapping) and all(map(_is_whole, value.values()))


def _is_extra(value: Any) -> bool:
    if not isinstance(value, Mapping):
        return False
    return all(is_sound(value[name]) for name, is_sound in _CARRIED.items() if name in value)


_SHAPES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "week": (_is_week, "seven days, Monday first, each null or a list of shifts"),
    "shifts": (_is_pairs, "a list of [from, to] in seconds after midnight"),
    "weekdays": (_is_weekdays, "a list of weekday numbers, Monday 0"),
    "splits": (_is_pairs, "a list of [offset, length] in seconds"),
    "profile": (_is_pairs, "a list of [length, work] in seconds"),
    "profile_overrides": (_is_table, "a table"),
    "last_uids": (_is_marks, "a table of the highest number gone, by table"),
    "custom": (_is_table, "a table of values by key"),
    "extra": (_is_extra, "a table by format, each as that format wrote it"),
}


def wrong_shape(name: str, value: Any) -> str | None:
    """Return what the DATA field `name` holds, in words, where `value` is not that; None where it is, or is empty."""
    fits, words = _SHAPES.get(name, (None, ""))
    return None if value is None or fits is None or fits(value) else words
