"""Links in one line: ``3.1SS+2d, 4FF-1ed, 5FS+50%, 6``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pm.model.enums import LinkType
from pm.words.amounts import refusal
from pm.words.durations import NO_LAG, Lag, lag_text, parse_lag
from pm.words.units import USUAL, Units

_LINK_TYPES = "|".join(LinkType)
_PREDECESSOR = re.compile(
    rf"""^\s*(?: "(?P<quoted>[^"]*)" | (?P<plain>.+?) )
        \s*(?:(?<=[\d"\s])(?P<type>{_LINK_TYPES}))?
        \s*(?P<lag>[+-]\s*[\d.][\s\d.a-z%]*)?\s*$""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True)
class Predecessor:
    """A typed predecessor; what `task` names is for the caller to find."""

    task: str
    type: str = LinkType.FINISH_START.value
    lag: Lag = NO_LAG


def split_list(text: str) -> list[str]:
    """Split at commas and semicolons that stand outside double quotes; empty parts are left out."""
    parts = re.findall(r'(?:"[^"]*"|[^",;])+|"', text)
    return [p.strip() for p in parts if p.strip()]


def quoted(name: str) -> str:
    """Return `name` in double quotes where it would not stand for itself in a list."""
    return f'"{name}"' if re.search(r'[,;]|^\s|\s$|^"', name) or not name else name


def link_text(kind: str, lag: Lag, units: Units = USUAL) -> str:
    """Return a link's type and lag as people read it: ``FS+2d``; no lag is not shown, whatever its unit."""
    return f"{kind}{lag_text(lag, units) if lag.value else ''}"


def parse_predecessors(text: str, units: Units = USUAL) -> list[Predecessor]:
    """Read predecessors: each a task (number, ``#uid``, WBS code, name, quoted name), a link type and a lag.

    Raises:
        InputError: `value.predecessor`, or `value.lag` where the lag is wrong.
    """
    return [_parse_one(part, units) for part in split_list(text)]


def _parse_one(text: str, units: Units) -> Predecessor:
    found = _PREDECESSOR.match(text)
    if not found:
        raise refusal("a predecessor", text, "write 3, 3.1SS+2d, 4FF-1ed or 5FS+50%")
    name = found["quoted"] if found["quoted"] is not None else found["plain"]
    lag = parse_lag(found["lag"], units) if found["lag"] else NO_LAG
    return Predecessor(name.strip(), (found["type"] or LinkType.FINISH_START).upper(), lag)


def predecessors_text(predecessors: Sequence[Predecessor], units: Units = USUAL) -> str:
    """Write a list of predecessors; FS without a lag is left out."""
    return ", ".join(_text(p, units) for p in predecessors)


def _text(predecessor: Predecessor, units: Units) -> str:
    lag = lag_text(predecessor.lag, units)
    kind = "" if predecessor.type == LinkType.FINISH_START and not lag else predecessor.type
    name = quoted(predecessor.task)
    bare = re.fullmatch(r"#?[\w:.#]*\d", name) or name.startswith('"')
    return f"{name}{kind}{lag}" if bare or not kind else f"{name} {kind}{lag}"
