"""The text that P6 keeps a calendar's hours in: nested parentheses, ``(0||name(key|value|...)(parts))``.

::

    (0||CalendarData()(
      (0||DaysOfWeek()(
        (0||1()())                                  1 is Sunday, off
        (0||2()(
          (0||0(s|08:00|f|12:00)())                 start and finish of a shift, in either order
          (0||1(s|13:00|f|17:00)())))
        ...))
      (0||VIEW(ShowTotal|Y)())
      (0||Exceptions()(
        (0||0(d|44557)())                           days after 1899-12-30; off
        (0||1(d|44558)((0||0(s|08:00|f|12:00)()))))))))

Lines end with DEL (0x7f) twice, or anything that is no sign of the language. A finish of 00:00, or not after the start, is
the next day's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pm.formats.primavera.values import DAYS_AFTER
from pm.model.kinds import DAY, HOUR, LAST_INSTANT, MINUTE

Shifts = list[list[int]]
Problem = Callable[[str], None]
Group = list[Any]
"""Texts and groups, in order."""

_TIME = re.compile(r"\b([sf])\W+(\d{1,2}):(\d{2})(?::\d{2})?(?:\s*([AaPp])[Mm])?")
_DAY = re.compile(r"\bd\W+(\d{1,9})")
_NAME = re.compile(r"(\w+)\W*$")
_END = "\x7f\x7f"
LAST_DAY = (LAST_INSTANT + DAYS_AFTER) // DAY


@dataclass
class Hours:
    """What a calendar's text says.

    Attributes:
        week: Shifts of each day, Monday first; None where it does not say anything of the week.
        exceptions: Shifts by day (an instant).
    """

    week: list[Shifts] | None = None
    exceptions: dict[int, Shifts] = field(default_factory=dict)


def read_hours(text: str, problem: Problem) -> Hours:
    """Return what `text` says, as far as it can be read; `problem` is told what cannot."""
    hours = Hours()
    waiting = [_groups(text, problem)]
    while waiting:
        for name, values, parts in _nodes(waiting.pop()):
            if name == "DaysOfWeek":
                hours.week = _week(parts, problem)
            elif name == "Exceptions":
                _add_exceptions(hours.exceptions, parts, problem)
            elif values is not None:
                waiting.append(parts)
    return hours


def _groups(text: str, problem: Problem) -> Group:
    """Return `text` by its parentheses; those that are not closed end with it."""
    top: Group = []
    open_groups = [top]
    for part in re.split(r"([()])", text):
        if part == "(":
            group: Group = []
            open_groups[-1].append(group)
            open_groups.append(group)
        elif part == ")":
            if len(open_groups) == 1:
                problem("the calendar's hours close more than they open")
            else:
                open_groups.pop()
        elif stripped := part.strip(" \x7f\r\n\t"):
            open_groups[-1].append(stripped)
    if len(open_groups) > 1:
        problem("the calendar's hours are cut off")
    return top


def _nodes(group: Group) -> Iterable[tuple[str, str | None, Group]]:
    """Hand out name, values and parts of each node in `group`; the values of what is no node are None."""
    for node in group:
        if not isinstance(node, list) or not node:
            continue
        title, *rest = node
        found = _NAME.search(title) if isinstance(title, str) else None
        held = [part for part in rest if isinstance(part, list)]
        values = " ".join(part for part in held[0] if isinstance(part, str)) if held else ""
        yield found.group(1) if found else "", values, held[1] if len(held) > 1 else []


def _week(parts: Group, problem: Problem) -> list[Shifts]:
    week: list[Shifts] = [[] for _ in range(7)]
    for name, _, shifts in _nodes(parts):
        if name in ("1", "2", "3", "4", "5", "6", "7"):
            week[(int(name) + 5) % 7] = _shifts(shifts, problem)
        else:
            problem(f"the calendar has a weekday {name[:20]!r}")
    return week


def _add_exceptions(exceptions: dict[int, Shifts], parts: Group, problem: Problem) -> None:
    for _, values, shifts in _nodes(parts):
        found = _DAY.search(values or "")
        if found is None or not 0 < int(found.group(1)) <= LAST_DAY:
            problem("an exception of the calendar has no date")
            continue
        exceptions[int(found.group(1)) * DAY - DAYS_AFTER] = _shifts(shifts, problem)


def _shifts(parts: Group, problem: Problem) -> Shifts:
    found: Shifts = []
    for _, values, _ in _nodes(parts):
        times = {key: _seconds(*rest) for key, *rest in _TIME.findall(values or "")}
        if times.keys() != {"s", "f"} or max(times.values()) > DAY:
            problem("a shift of the calendar has no start or no finish")
            continue
        start, finish = times["s"], times["f"]
        if start < DAY:
            found.append([start, finish if finish > start else finish + DAY])
    return _apart(found, problem)


def _seconds(hour: str, minute: str, half: str) -> int:
    seconds = int(hour) * HOUR + int(minute) * MINUTE
    if half:
        seconds = seconds % (DAY // 2) + (DAY // 2 if half in "Pp" else 0)
    return seconds


def _apart(shifts: Shifts, problem: Problem) -> Shifts:
    """Return shifts in order, those that overlap as one."""
    result: Shifts = []
    for start, finish in sorted(shifts):
        if result and start < result[-1][1]:
            problem("shifts of the calendar overlap")
            result[-1][1] = max(result[-1][1], finish)
        else:
            result.append([start, finish])
    return result


def write_hours(hours: Hours) -> str:
    """Return `hours` as P6 writes them."""
    lines = ["(0||CalendarData()(", "  (0||DaysOfWeek()("]
    week = hours.week or [[] for _ in range(7)]
    days = [(f"{number}()", week[(number + 5) % 7]) for number in range(1, 8)]
    lines += _written(days, "))")
    lines.append("  (0||VIEW(ShowTotal|Y)())")
    dated = [(f"{i}(d|{(day + DAYS_AFTER) // DAY})", shifts) for i, (day, shifts) in enumerate(sorted(hours.exceptions.items()))]
    lines.append("  (0||Exceptions()(")
    lines += _written(dated, "))))")
    if not dated:
        lines[-1] += "))))"
    return _END.join(lines)


def _written(days: Sequence[tuple[str, Shifts]], close: str) -> list[str]:
    lines: list[str] = []
    for i, (title, shifts) in enumerate(days):
        end = close if i == len(days) - 1 else ""
        if not shifts:
            lines.append(f"    (0||{title}()){end}")
            continue
        lines.append(f"    (0||{title}(")
        for k, (start, finish) in enumerate(shifts):
            closed = f")){end}" if k == len(shifts) - 1 else ""
            lines.append(f"      (0||{k}(s|{_clock(start)}|f|{_clock(finish)})()){closed}")
    return lines


def _clock(seconds: int) -> str:
    minutes = seconds % DAY // MINUTE
    return f"{minutes // 60:02}:{minutes % 60:02}"
