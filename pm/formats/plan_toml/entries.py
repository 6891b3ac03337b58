"""Rows of a plan as keys and TOML text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pm.formats.canonical import FILE_LEAVES_OUT, decimals, normalised
from pm.formats.plan_toml.block import Pairs
from pm.formats.plan_toml.codec import CHILDREN, IMPLIED, Frame, format_field, frame_of, key_of
from pm.formats.plan_toml.days import format_exception, format_shifts, format_week, format_weekdays
from pm.formats.plan_toml.names import Directory
from pm.formats.plan_toml.text import inline_table, list_of_tables, toml_data, toml_string
from pm.model import ENTITIES, Plan, fields_of, to_datetime
from pm.model.kinds import DAY

Row = Mapping[str, Any]


class Entries:
    """Reads rows of a plan for writing: fields by kind, and the rows that hang on a row."""

    def __init__(self, plan: Plan) -> None:
        self.plan = normalised(plan)
        self.names = Directory.of(self.plan)
        projects = [self.plan.projects.row(i) for i in self.plan.projects.ids]
        self.frames: dict[int | None, Frame] = {p["id"]: frame_of(p) for p in projects}
        digits = {decimals(p.get("currency_digits", 2)) for p in projects}
        self.frames[None] = Frame(digits=digits.pop() if len(digits) == 1 else 2)
        self._grouped: dict[tuple[str, str], Mapping[Any, list[int]]] = {}

    def groups(self, table: str, name: str) -> Mapping[Any, list[int]]:
        """Return the positions of the rows of `table` for each value of field `name`."""
        found = self._grouped.get((table, name))
        if found is None:
            found = self._grouped[table, name] = self.plan.tables[table].groups(name)
        return found

    def owned(self, table: str, name: str, owner: int) -> list[dict[str, Any]]:
        """Return the rows of `table` whose field `name` is `owner`."""
        rows = self.plan.tables[table]
        return [rows.row(rows.ids[p]) for p in self.groups(table, name).get(owner, ())]

    def fields(
        self, table: str, row: Row, project: int | None, *, given: Mapping[str, Any] | None = None, inline: bool = False
    ) -> Pairs:
        """Return keys and text of the fields that differ from their defaults, or from what the reader fills in (`given`)."""
        frame, filled = self.frames[project], given or {}
        implied = IMPLIED[table] | FILE_LEAVES_OUT.get(table, frozenset())
        pairs: Pairs = []
        for info in fields_of(ENTITIES[table]).values():
            name = info.name
            if name == "id" or name in implied:
                continue
            value = row.get(name, info.default)
            if name == "extra" and isinstance(value, dict) and "toml" in value:
                value = {k: v for k, v in value.items() if k != "toml"} or None
                if value is not None:
                    pairs.append((name, toml_data(value)))
            elif name == "project_id":
                if value != project:
                    pairs.append(("project", format_field(table, info, row, frame, self.names)))
            elif value != filled.get(name, info.default):
                pairs.append((key_of(table, name), format_field(table, info, row, frame, self.names, inline=inline)))
        return pairs

    def lists(self, table: str, row: Row, project: int | None, indent: str | None = "") -> Pairs:
        """Return the rows that hang on `row`, as arrays of tables; exceptions of calendars are `exceptions`' matter."""
        pairs: Pairs = []
        for key, child, owner in CHILDREN.get(table, ()):
            listed = self.owned(child, owner, row["id"]) if child != "calendar_exceptions" else []
            if listed:
                pairs.append((key, list_of_tables([self._child(child, r, project) for r in listed], indent)))
        return pairs

    def _child(self, table: str, row: Row, project: int | None) -> Pairs:
        pairs = self.fields(table, row, project, inline=True)
        return pairs + week_pairs(row, inherits=True) if table == "work_weeks" else pairs

    def exceptions(self, calendar: int, project: int | None) -> Pairs:
        """Return the exceptions of a calendar, by day or first and last day."""
        pairs: dict[str, str] = {}
        for row in self.owned("calendar_exceptions", "calendar_id", calendar):
            first, last, shifts = row.get("start", 0), row.get("finish", 0), row.get("shifts")
            whole_days = not (first % DAY or last % DAY)
            key = _day(first) + (f"..{_day(last)}" if last != first else "") if whole_days else "at"
            text = format_exception(shifts, row.get("name", "")) if isinstance(shifts, list) else None
            simple = row.keys() <= {"id", "calendar_id", "position", "name", "start", "finish", "shifts"}
            if text is None or not simple or not whole_days:
                said = self.fields("calendar_exceptions", row, project, inline=True)
                value = inline_table(_exception_pairs(said, row, whole_days=whole_days))
            else:
                value = toml_string(text, inline=True)
            base, number = key, 2
            while key in pairs:
                key, number = f"{base} #{number}", number + 1
            pairs[key] = value
        return list(pairs.items())


def _day(value: int) -> str:
    return to_datetime(value).date().isoformat()


def _exception_pairs(said: Pairs, row: Row, *, whole_days: bool) -> Pairs:
    shifts, weekdays = row.get("shifts"), row.get("weekdays")
    pairs: Pairs = []
    for key, text in said:
        if whole_days and key in ("start", "finish"):
            continue
        named = format_weekdays(weekdays) if key == "weekdays" else ""
        if key != "shifts":
            pairs.append((key, toml_string(named) if named else text))
    if shifts != []:
        pairs.append(("shifts", toml_string(format_shifts(shifts))))
    return pairs


def week_pairs(row: Row, *, inherits: bool) -> Pairs:
    """Return the keys of a calendar's or a working week's days."""
    week = row.get("week")
    return [] if week is None else [(k, toml_string(v)) for k, v in format_week(week, inherits=inherits)]
