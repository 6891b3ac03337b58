"""Links and assignments in one line: ``after = "3, 4SS+2d"`` and ``resources = "Ana, Ravi 50%"``.

What the short form cannot say is written in full, one table a line; so each writer checks that its text reads back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pm.errors import InputError
from pm.formats.plan_toml.codec import ASSIGNMENT_FOLLOWS, Frame, follows
from pm.formats.plan_toml.names import Directory
from pm.model import FULL, Assignment, fields_of
from pm.words import (
    Lag,
    Predecessor,
    duration_text,
    parse_duration,
    parse_percent,
    parse_predecessors,
    parse_quantity,
    percent_text,
    predecessors_text,
    quantity_text,
    quoted,
    split_list,
)

Row = Mapping[str, Any]
_DEFAULTS = fields_of(Assignment)
_AMOUNT = re.compile(r"\d+(?:\.\d+)?%?")


def format_after(links: Sequence[Row], frame: Frame, names: Directory) -> str | None:
    """Return the links to one task as text, or None where one has something to say that does not fit."""
    words = []
    for link in links:
        lag = Lag(link.get("lag", 0), link.get("lag_kind", "working"), link.get("lag_unit", "d"))
        label = names.label("tasks", link["predecessor_id"], frame.project)
        words.append(Predecessor(label, str(link.get("type", "FS")), lag))
        if link.get("extra") is not None or link["project_id"] != frame.project:
            return None
    text = predecessors_text(words, frame.units)
    try:
        return text if parse_predecessors(text, frame.units) == words else None
    except InputError:
        return None


def parse_after(text: str, frame: Frame, names: Directory) -> tuple[list[dict[str, Any]], list[str]]:
    """Return rows of links (without id and successor) and the names that stand for no task.

    Raises:
        InputError: `value.predecessor`, `value.lag`.
    """
    rows, lost = [], []
    for word in parse_predecessors(text, frame.units):
        found = names.find("tasks", word.task, frame.project)
        if found is None:
            lost.append(word.task)
            continue
        lag = word.lag
        rows.append({"predecessor_id": found, "type": word.type, "lag": lag.value, "lag_kind": lag.kind, "lag_unit": lag.unit})
    return rows, lost


def format_resources(
    assignments: Sequence[Row], task: Row, frame: Frame, names: Directory, materials: frozenset[int]
) -> str | None:
    """Return the assignments of one task as text, or None where one has something to say that does not fit."""
    simple = {"id", "project_id", "task_id", "resource_id", "units", "works", *ASSIGNMENT_FOLLOWS}
    parts, wanted = [], []
    for row in assignments:
        resource = row.get("resource_id")
        derived = follows(row, ASSIGNMENT_FOLLOWS, task, [])
        differing = {n for n, v in derived.items() if row.get(n, _DEFAULTS[n].default) != v}
        if resource is None or row.keys() - simple or row["project_id"] != frame.project or differing - {"work"}:
            return None
        units = row.get("units", FULL)
        part = quoted(names.label("resources", resource, frame.project))
        if units != FULL:
            part += f" {quantity_text(units)}" if resource in materials else f" {percent_text(units)}"
        if differing:
            part += f" {duration_text(row.get('work', 0), 'h', frame.units)}"
        parts.append(part)
        wanted.append((resource, units, row.get("work", 0) if differing else None))
    text = ", ".join(parts)
    try:
        rows, lost = parse_resources(text, frame, names)
    except InputError:
        return None
    found = [(r["resource_id"], r.get("units", FULL), r.get("work")) for r in rows]
    return text if found == wanted and not lost else None


def parse_resources(text: str, frame: Frame, names: Directory) -> tuple[list[dict[str, Any]], list[str]]:
    """Return rows of assignments (without id and task) and the names that stand for no resource.

    Raises:
        InputError: `value.*`, an amount of work that is none.
    """
    rows, lost = [], []
    for part in split_list(text):
        row = _parse_resource(part, frame, names)
        if row is None:
            lost.append(part)
        else:
            rows.append(row)
    return rows, lost


def _parse_resource(part: str, frame: Frame, names: Directory) -> dict[str, Any] | None:
    found = re.fullmatch(r'"([^"]*)"(.*)', part)
    words = found[2].split() if found else part.split()
    name = found[1] if found else part
    row: dict[str, Any] = {}
    taken = [] if found is None else words
    while True:
        resource = names.find("resources", name, frame.project)
        if resource is not None or found is not None or len(words) < 2:
            break
        taken.insert(0, words.pop())
        name = " ".join(words)
    if resource is None:
        return None
    row["resource_id"] = resource
    if taken and _AMOUNT.fullmatch(taken[0]):
        amount = taken.pop(0)
        row["units"] = parse_percent(amount) if amount.endswith("%") else parse_quantity(amount)
    if taken:
        row["work"] = parse_duration(" ".join(taken), frame.units, "h").value
    return row
