"""Reading an entry with everything that hangs on it: a calendar's days, a resource's rates, a task's links and assignments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pm.errors import InputError
from pm.formats.building import parse_value
from pm.formats.canonical import POSITION_STEP
from pm.formats.plan_toml.codec import (
    ASSIGNMENT_FOLLOWS,
    CHILDREN,
    OWN_KEYS,
    SECTIONS,
    TASK_FOLLOWS,
    fill,
    parse_instant,
    usual_time,
)
from pm.formats.plan_toml.days import is_week_key, parse_exception, parse_shifts, parse_week, parse_weekdays
from pm.formats.plan_toml.short import parse_after, parse_resources
from pm.model import Task, fields_of, instant
from pm.words import parse_duration

if TYPE_CHECKING:
    from pm.formats.plan_toml.reader import Entry, Reader

_DAYS = re.compile(r"(\d{4}-\d\d-\d\d)(?:\s*\.\.\s*(\d{4}-\d\d-\d\d))?(?: #\d+)?")
_SECTION_KEYS = frozenset(OWN_KEYS.get(table, key) for key, table in SECTIONS)
_TASK_KEYS = frozenset({"id", "level", "duration", "constraint", "after", "resources", "baseline"})
_TASK_KEYS |= {key for key, _, _ in CHILDREN["tasks"]}


def read_branches(reader: Reader, entry: Entry) -> None:
    """Read all of `entry` into its row and the rows that hang on it."""
    match entry.table:
        case "tasks":
            _read_task(reader, entry)
        case "calendars":
            _read_calendar(reader, entry)
        case "resources" | "risks":
            skip = frozenset({"shared"} | {key for key, _, _ in CHILDREN[entry.table]})
            reader.fields(entry, entry.row, entry.table, entry.raw, skip)
            _read_lists(reader, entry, CHILDREN[entry.table])
        case "projects":
            reader.fields(entry, entry.row, "projects", entry.raw, _SECTION_KEYS)
        case _:
            reader.fields(entry, entry.row, entry.table, entry.raw, frozenset())


def _listed(reader: Reader, entry: Entry, key: str, raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the tables in the list at `key`; what is none is reported and left out."""
    value = raw.get(key, [])
    value = [value] if isinstance(value, dict) else value
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return value
    reader.problem("bad_table", f"{key} is not a list of tables; ignored", entry.address, key, lost=True)
    return []


def _read_lists(reader: Reader, entry: Entry, children: Iterable[tuple[str, str, str]]) -> None:
    for key, table, owner in children:
        for raw in _listed(reader, entry, key, entry.raw):
            row = reader.new_row(table, entry.address, key)
            row[owner] = entry.row["id"]
            reader.fields(entry, row, table, raw, frozenset())


# Calendars


def _read_calendar(reader: Reader, entry: Entry) -> None:
    raw, row = entry.raw, entry.row
    days = frozenset(k for k in raw if is_week_key(k))
    reader.fields(entry, row, "calendars", raw, days | {"shared", "exceptions", "weeks"})
    row["week"] = _week(reader, entry, raw, days, inherits=raw.get("base") is not None)
    for number, listed in enumerate(_listed(reader, entry, "weeks", raw)):
        week = reader.new_row("work_weeks", entry.address, "weeks")
        week.update(calendar_id=row["id"], position=number * POSITION_STEP)
        keys = frozenset(k for k in listed if is_week_key(k))
        reader.fields(entry, week, "work_weeks", listed, keys)
        week["week"] = _week(reader, entry, listed, keys, inherits=True)
    exceptions = raw.get("exceptions", {})
    if not isinstance(exceptions, dict):
        reader.problem("bad_table", "exceptions is not a table; ignored", entry.address, "exceptions", lost=True)
        return
    for number, (key, value) in enumerate(exceptions.items()):
        _read_exception(reader, entry, number, key, value)


def _week(reader: Reader, entry: Entry, raw: Mapping[str, Any], keys: frozenset[str], *, inherits: bool) -> Any:
    try:
        return parse_week([(k, v) for k, v in raw.items() if k in keys], inherits=inherits)
    except InputError as error:
        reader.problem("bad_value", f"{error.message}; ignored", entry.address, min(keys), hint=error.hint)
        return None


def _read_exception(reader: Reader, entry: Entry, number: int, key: str, value: Any) -> None:
    found = _DAYS.fullmatch(key.strip())
    place = (*entry.address, "exceptions")
    row: dict[str, Any] = {"calendar_id": entry.row["id"], "position": number * POSITION_STEP, "shifts": []}
    try:
        if found:
            row["start"], row["finish"] = instant(found[1]), instant(found[2] or found[1])
        elif not key.startswith("at") or not isinstance(value, dict):
            raise ValueError(key)
        if isinstance(value, str):
            row["shifts"], row["name"] = parse_exception(value)
        elif not isinstance(value, dict):
            raise ValueError(value)
        else:
            row["shifts"] = _shifts(value.get("shifts", "off"))
            if isinstance(value.get("weekdays"), str):
                row["weekdays"] = parse_weekdays(value["weekdays"])
    except (ValueError, InputError):
        hint = 'write "2026-12-25" = "Christmas" or "2026-12-24" = "08:00-12:00 Christmas Eve"'
        reader.problem("bad_exception", f"not an exception: {key[:40]!r}; left out", place, key, hint=hint, lost=True)
        return
    stored = reader.new_row("calendar_exceptions", place, key)
    stored.update(row)
    if isinstance(value, dict):
        said = frozenset({"shifts"} | ({"weekdays"} if "weekdays" in row else set()))
        reader.fields(entry, stored, "calendar_exceptions", value, said)


def _shifts(value: Any) -> Any:
    if not isinstance(value, str):
        raise InputError("shifts are text", code="value.shifts")
    return parse_shifts(value)


# Tasks


def _read_task(reader: Reader, entry: Entry) -> None:
    raw, row = entry.raw, entry.row
    frame = reader.frames[entry.project]
    reader.fields(entry, row, "tasks", raw, _TASK_KEYS)
    with _Reporting(reader, entry, "duration"):
        if "duration" in raw:
            duration = parse_duration(str(raw["duration"]), frame.units)
            row.update(duration=duration.value, estimated=duration.estimated)
            row.setdefault("duration_unit", duration.unit)
    with _Reporting(reader, entry, "constraint"):
        if "constraint" in raw:
            _read_constraint(row, str(raw["constraint"]), reader, entry)
    _read_links(reader, entry)
    assignments = _read_assignments(reader, entry)
    for own in assignments:
        resource = own.get("resource_id")
        works = resource is None or str(reader.rows["resources"][resource - 1].get("type", "work")) == "work"
        own["works"] = works
        fill(own, ASSIGNMENT_FOLLOWS, row, [])
    fill(row, TASK_FOLLOWS, {}, assignments)
    for own in assignments:
        del own["works"]
    plain = [child for child in CHILDREN["tasks"] if child[0] not in ("links", "assignments")]
    _read_lists(reader, entry, [("baseline", "task_baselines", "task_id"), *plain])


class _Reporting:
    """Turns a bad value into a problem at a key; the fields it would have set keep their defaults."""

    def __init__(self, reader: Reader, entry: Entry, key: str) -> None:
        self._reader, self._entry, self._key = reader, entry, key

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, InputError) or error.code.startswith("toml."):
            return False
        self._reader.problem("bad_value", f"{error.message}; ignored", self._entry.address, self._key, hint=error.hint)
        return True


def _read_constraint(row: dict[str, Any], text: str, reader: Reader, entry: Entry) -> None:
    fields = fields_of(Task)
    word, _, when = text.strip().partition(" ")
    kind = parse_value(fields["constraint_type"], word.upper())
    usual = usual_time("tasks", "constraint_date", {"constraint_type": kind}, reader.frames[entry.project])
    date = parse_instant(fields["constraint_date"], when.strip(), usual) if when.strip() else None
    row.update(constraint_type=kind, constraint_date=date)


def _read_links(reader: Reader, entry: Entry) -> None:
    frame = reader.frames[entry.project]
    with _Reporting(reader, entry, "after"):
        found, lost = parse_after(_text(entry.raw.get("after", "")), frame, reader.names)
        for name in lost:
            reader.problem("dangling", f"no task {name[:60]!r} to wait for; left out", entry.address, "after", lost=True)
        for values in found:
            row = reader.new_row("links", entry.address, "after")
            row.update(values, project_id=entry.project, successor_id=entry.row["id"])
    for raw in _listed(reader, entry, "links", entry.raw):
        row = reader.new_row("links", entry.address, "links")
        row.update(project_id=entry.project, successor_id=entry.row["id"], predecessor_id=None)
        reader.fields(entry, row, "links", raw, frozenset())


def _read_assignments(reader: Reader, entry: Entry) -> list[dict[str, Any]]:
    frame = reader.frames[entry.project]
    assignments: list[dict[str, Any]] = []
    with _Reporting(reader, entry, "resources"):
        found, lost = parse_resources(_text(entry.raw.get("resources", "")), frame, reader.names)
        for name in lost:
            reader.problem("dangling", f"no resource {name[:60]!r}; left out", entry.address, "resources", lost=True)
        for values in found:
            row = reader.new_row("assignments", entry.address, "resources")
            row.update(values, project_id=entry.project, task_id=entry.row["id"])
            assignments.append(row)
    for raw in _listed(reader, entry, "assignments", entry.raw):
        row = reader.new_row("assignments", entry.address, "assignments")
        row.update(project_id=entry.project, task_id=entry.row["id"])
        reader.fields(entry, row, "assignments", raw, frozenset({"baselines"}))
        assignments.append(row)
        for listed in _listed(reader, entry, "baselines", raw):
            baseline = reader.new_row("assignment_baselines", entry.address, "assignments")
            baseline["assignment_id"] = row["id"]
            reader.fields(entry, baseline, "assignment_baselines", listed, frozenset())
    return assignments


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(v) for v in value)
    return str(value)
