"""One field of a plan to TOML text and back, by its kind; the names of keys; and what a file need not say.

Everything here comes from `pm.model.fields_of`; only what reads better otherwise has a rule of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any

from pm.errors import InputError
from pm.formats.building import parse_value
from pm.formats.canonical import decimals
from pm.formats.plan_toml.names import NOTHING, Directory
from pm.formats.plan_toml.text import data_value, toml_data, toml_instant, toml_string
from pm.model import ENTITIES, FULL, Kind, fields_of, instant
from pm.model.kinds import FieldInfo
from pm.words import USUAL, Units, duration_text, money_text, parse_amount, percent_text, rate_text

Row = Mapping[str, Any]

PORTFOLIO_SECTION = ("portfolio", "portfolios")
SECTIONS: tuple[tuple[str, str], ...] = (
    ("custom_field", "custom_fields"),
    ("calendar", "calendars"),
    ("resource", "resources"),
    ("baseline", "baselines"),
    ("task", "tasks"),
    ("budget_line", "budget_lines"),
    ("cost", "cost_entries"),
    ("correlation_group", "correlation_groups"),
    ("branch_option", "branch_options"),
    ("risk", "risks"),
    ("check_rule", "check_rules"),
)
"""Arrays of tables that belong to a project (or, calendars and resources, to nobody): key in the file, table of the plan."""

OWN_KEYS: Mapping[str, str] = {"calendars": "own_calendar", "resources": "own_resource"}
"""Keys of sections inside a project where the usual one is taken, or would leave open whose they are."""

CHILDREN: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "calendars": (("weeks", "work_weeks", "calendar_id"), ("exceptions", "calendar_exceptions", "calendar_id")),
    "resources": (
        ("availability", "availabilities", "resource_id"),
        ("rates", "resource_rates", "resource_id"),
        ("baselines", "resource_baselines", "resource_id"),
    ),
    "tasks": (
        ("links", "links", "successor_id"),
        ("assignments", "assignments", "task_id"),
        ("baselines", "task_baselines", "task_id"),
        ("estimate", "estimates", "task_id"),
        ("earned_value", "earned_value_rules", "task_id"),
    ),
    "risks": (("impacts", "risk_impacts", "risk_id"),),
    "assignments": (("baselines", "assignment_baselines", "assignment_id"),),
}
"""Rows written inside their owner's entry: key, table, the field that names the owner."""

IMPLIED: Mapping[str, frozenset[str]] = {
    "portfolios": frozenset({"position"}),
    "projects": frozenset({"position"}),
    "calendars": frozenset({"project_id", "week"}),
    "calendar_exceptions": frozenset({"calendar_id", "position"}),
    "work_weeks": frozenset({"calendar_id", "position", "week"}),
    "resources": frozenset({"project_id", "position"}),
    "availabilities": frozenset({"resource_id"}),
    "resource_rates": frozenset({"resource_id"}),
    "tasks": frozenset({"project_id", "parent_id", "position", "duration_unit", "estimated", "constraint_date"}),
    "links": frozenset({"successor_id"}),
    "assignments": frozenset({"task_id"}),
    "baselines": frozenset({"project_id"}),
    "task_baselines": frozenset({"task_id"}),
    "assignment_baselines": frozenset({"assignment_id"}),
    "resource_baselines": frozenset({"resource_id"}),
    "custom_fields": frozenset({"project_id"}),
    "budget_lines": frozenset({"project_id"}),
    "cost_entries": frozenset({"project_id"}),
    "earned_value_rules": frozenset({"task_id"}),
    "estimates": frozenset({"task_id"}),
    "correlation_groups": frozenset({"project_id"}),
    "branch_options": frozenset({"project_id"}),
    "risks": frozenset({"project_id", "position"}),
    "risk_impacts": frozenset({"risk_id"}),
    "check_rules": frozenset({"project_id", "position"}),
}
"""Fields that an entry's place in the file says, or a key of another name."""

_KEYS = {"tasks": {"uid": "id", "percent_complete": "progress"}}
_CLOCKS = frozenset({"default_start", "default_finish"})
_TIMED = frozenset({"projects", "tasks", "assignments", "task_baselines", "assignment_baselines"})
_LATE = frozenset({"deadline", "status_date", "stop"})


@dataclass(frozen=True)
class Frame:
    """How the values of one project are read: its id, lengths of units, decimals of money, usual times of day."""

    project: int | None = None
    units: Units = USUAL
    digits: int = 2
    start: int = 28800
    finish: int = 61200


FRAME_FIELDS = (
    "minutes_per_day",
    "minutes_per_week",
    "days_per_month",
    "currency_digits",
    "default_start",
    "default_finish",
)
"""Fields of a project that the values of its entries are read by."""


def frame_of(project: Row) -> Frame:
    """Return the frame of a project's row."""
    defaults = fields_of(ENTITIES["projects"])
    return Frame(
        project["id"],
        Units.of(project),
        decimals(project.get("currency_digits", 2)),
        project.get("default_start", defaults["default_start"].default),
        project.get("default_finish", defaults["default_finish"].default),
    )


def key_of(table: str, name: str) -> str:
    """Return the key that field `name` has in the file."""
    info = fields_of(ENTITIES[table])[name]
    return name.removesuffix("_id") if info.ref else _KEYS.get(table, {}).get(name, name)


@cache
def fields_by_key(table: str) -> Mapping[str, FieldInfo]:
    """Return the fields of `table` by the keys they have in the file."""
    return {key_of(table, name): info for name, info in fields_of(ENTITIES[table]).items() if name != "id"}


def usual_time(table: str, name: str, row: Row, frame: Frame) -> int:
    """Return the time of day, in seconds, that a date without a time stands for."""
    if table not in _TIMED:
        return 0
    if name == "constraint_date":
        kind = str(row.get("constraint_type", ""))
        late = kind.startswith("F") or kind.endswith(("FO", "FINISH"))
    else:
        late = name.endswith("finish") or name in _LATE
    return frame.finish if late else frame.start


def worktime_unit(table: str, name: str) -> str:
    """Return the unit that a field of working time is shown in."""
    if table == "tasks" and name == "levelling_delay":
        return "ed"
    return "h" if "work" in name else "d"


def format_field(table: str, info: FieldInfo, row: Row, frame: Frame, names: Directory, *, inline: bool = False) -> str:
    """Return the value of a field of `row` as TOML text."""
    value = row.get(info.name, info.default)
    if value is None and info.kind is not Kind.DATA:
        return toml_string(NOTHING)
    match info.kind:
        case Kind.INSTANT:
            return toml_instant(value, usual_time(table, info.name, row, frame))
        case Kind.WORKTIME:
            return toml_string(duration_text(value, worktime_unit(table, info.name), frame.units))
        case Kind.MONEY:
            return money_text(value, frame.digits)
        case Kind.PERCENT:
            return toml_string(percent_text(value))
        case Kind.RATE:
            return rate_text(value)
        case Kind.REFERENCE:
            return toml_string(names.label(info.ref or "", value, frame.project))
        case Kind.FLAG:
            return "true" if value else "false"
        case Kind.DATA:
            return toml_data(value)
        case Kind.INTEGER:
            is_clock = info.name in _CLOCKS and 0 <= value < 86400
            return f"{value // 3600:02}:{value // 60 % 60:02}:{value % 60:02}" if is_clock else str(value)
    return toml_string(value, inline=inline)


def parse_field(table: str, info: FieldInfo, value: Any, row: Row, frame: Frame, names: Directory) -> Any:
    """Return the value in memory of what stands in the file.

    Raises:
        InputError: `value.*`.
    """
    if value == NOTHING and info.optional and info.kind is not Kind.DATA:
        return None
    if info.kind is Kind.DATA:
        return parse_value(info, data_value(value))
    if info.kind is Kind.REFERENCE:
        found = names.find(info.ref or "", str(value).strip(), frame.project)
        if found is None:
            kind = (info.ref or "").removesuffix("s")
            raise InputError(f"no {kind} is called {str(value)[:60]!r}", code="value.reference")
        return found
    if info.kind is Kind.INSTANT:
        return parse_instant(info, value, usual_time(table, info.name, row, frame))
    if info.kind is Kind.WORKTIME and isinstance(value, str):
        return parse_amount(info.kind, value, units=frame.units, unit=worktime_unit(table, info.name))
    if isinstance(value, time) and info.name in _CLOCKS:
        return value.hour * 3600 + value.minute * 60 + value.second
    if isinstance(value, Decimal) and info.kind in (Kind.MONEY, Kind.RATE, Kind.PERCENT):
        value = f"{value:f}" if value.is_finite() and abs(value.adjusted()) < 30 else "?"
    return parse_value(info, value, frame.digits)


def parse_instant(info: FieldInfo, value: Any, usual: int) -> Any:
    """Return an instant from a TOML date, a date and time, or ISO text; a date alone takes the time of day `usual`.

    Raises:
        InputError: `value.date`, `value.range`.
    """
    if isinstance(value, datetime):
        return instant(value.replace(microsecond=0))
    if isinstance(value, date):
        return instant(value) + usual
    result = parse_value(info, value)
    return result + usual if isinstance(value, str) and len(value.strip()) == len("2026-01-12") else result


# What a file need not say, because it follows


def _share(value: int, percent: int) -> int:
    return (value * percent + FULL // 2) // FULL


def _done(task: Row, own: Row) -> int:
    """Return the work done on an assignment: as much of it as of the task's duration where that is known exactly."""
    duration, remaining, work = task.get("duration", 0), task.get("remaining_duration"), own.get("work", 0)
    if remaining is not None and duration > 0:
        done: int = (work * (duration - remaining) + duration // 2) // duration
        return done
    return _share(work, own.get("percent_work_complete", 0))


Rule = Callable[[Row, Row, Sequence[Row]], Any]

ASSIGNMENT_FOLLOWS: Mapping[str, Rule] = {
    "work": lambda task, own, _: _share(task.get("duration", 0), own.get("units", FULL)) if own.get("works", True) else 0,
    "percent_work_complete": lambda task, own, _: task.get("percent_complete", 0),
    "actual_work": lambda task, own, _: _done(task, own),
    "remaining_work": lambda task, own, _: own.get("work", 0) - own.get("actual_work", 0),
    "actual_start": lambda task, own, _: task.get("actual_start"),
    "actual_finish": lambda task, own, _: task.get("actual_finish"),
}
"""Fields of an assignment that follow from its task and from those before them (task, assignment)."""

TASK_FOLLOWS: Mapping[str, Rule] = {
    "actual_duration": lambda _, own, __: (
        _share(own.get("duration", 0), own.get("percent_complete", 0))
        if own.get("remaining_duration") is None
        else own.get("duration", 0) - own["remaining_duration"]
    ),
    "work": lambda _, own, assignments: sum(a.get("work", 0) for a in assignments if a.get("works", True)),
    "actual_work": lambda _, own, assignments: sum(a.get("actual_work", 0) for a in assignments if a.get("works", True)),
    "remaining_work": lambda _, own, __: own.get("work", 0) - own.get("actual_work", 0),
    "percent_work_complete": lambda _, own, __: (
        (own.get("actual_work", 0) * FULL + own["work"] // 2) // own["work"] if own.get("work", 0) > 0 else 0
    ),
}
"""Fields of a task that follow from its assignments and from those before them (unused, task, assignments)."""


def fill(row: dict[str, Any], rules: Mapping[str, Rule], task: Row, assignments: Sequence[Row]) -> None:
    """Put in what follows where the file is silent."""
    for name, rule in rules.items():
        if name not in row:
            row[name] = rule(task, row, assignments)


def follows(row: Row, rules: Mapping[str, Rule], task: Row, assignments: Sequence[Row]) -> dict[str, Any]:
    """Return what the reader would fill in for each field that a rule speaks of, given the others as they are."""
    return {name: rule(task, row, assignments) for name, rule in rules.items()}
