"""What commands are made of: checked values, and the changes of rows they lead to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from pm.errors import InputError, PlanError
from pm.model import ENTITIES, FULL, Change, Changeset, Entity, Kind, Plan, fields_of
from pm.model.project import COUNTED
from pm.words import percent_text
from pm.words.durations import LONGEST

PROTECTED = COUNTED | {"id", "extra"}
"""Fields that no command sets by name."""

_NOT_NEGATIVE = frozenset({Kind.WORKTIME, Kind.RATE, Kind.PERCENT})
_RANGES: Mapping[str, tuple[int, int]] = {
    "percent_complete": (0, FULL),
    "percent_work_complete": (0, FULL),
    "physical_percent_complete": (0, FULL),
    **dict.fromkeys(("probability", "residual_probability", "low_percentile", "high_percentile"), (0, FULL)),
    "coefficient": (-FULL, FULL),
    "priority": (0, 1000),
    "minutes_per_day": (1, 1440),
    "minutes_per_week": (1, 10080),
    "days_per_month": (1, 31),
    "week_start_day": (0, 6),
    "currency_digits": (0, 4),
    "default_start": (0, 86400),
    "default_finish": (0, 86400),
}
_SIGNED = frozenset({"critical_slack_limit", "delay_low", "delay_likely", "delay_high"})
_LARGEST = 10**15


def words(name: str) -> str:
    """Return a field's name as people read it: ``constraint date``."""
    return name.removesuffix("_id").replace("_", " ")


def checked(table: str, values: Mapping[str, Any], subject: str = "") -> dict[str, Any]:
    """Return `values` of a row of `table` as a plan holds them.

    Instants may be given as datetimes, dates or ISO text, choices as members.

    Raises:
        InputError: `value.unknown_field` for a field that does not exist or that no command may set, `value.invalid` for a
            value that does not fit; names the field.
    """
    model = ENTITIES[table]
    known = fields_of(model)
    for name in values:
        if name not in known or name in PROTECTED:
            hint = f"fields: {', '.join(n for n in known if n not in PROTECTED)}"
            raise InputError(
                f"{article(model)} has no field {name!r} to set", code="value.unknown_field", subject=subject, hint=hint
            )
    try:
        row = model.model_validate(dict(values))
    except ValidationError as error:
        problem = error.errors()[0]
        name = str(problem["loc"][0]) if problem["loc"] else "value"
        raise invalid(name, _sentence(model, name, problem["msg"]), subject) from error
    return {name: _plain(model, name, getattr(row, name), subject) for name in values}


def article(model: type[Entity]) -> str:
    """Return ``a task``, ``an assignment``."""
    name = model.__name__.lower()
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def invalid(name: str, what: str, subject: str = "", hint: str = "") -> InputError:
    """Return the error for a value of field `name` that does not fit."""
    return InputError(f"{words(name)} {what}", code="value.invalid", subject=subject, hint=hint)


def _sentence(model: type[Entity], name: str, message: str) -> str:
    info = fields_of(model).get(name)
    if info is not None and info.choices is not None:
        return f"must be one of {', '.join(info.choices)}"
    if info is not None and info.kind is Kind.INSTANT:
        return "must be a date between the years 1 and 9999"
    return f"does not fit: {message[0].lower()}{message[1:]}"


def _plain(model: type[Entity], name: str, value: Any, subject: str) -> Any:
    info = fields_of(model)[name]
    if isinstance(value, StrEnum):
        return value.value
    if info.kind is Kind.TEXT and isinstance(value, str) and ("\0" in value or not _encodable(value)):
        raise invalid(name, "holds bytes that are no text", subject)
    if isinstance(value, int) and not isinstance(value, bool):
        _check_range(info.kind, name, value, subject)
    return value


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_range(kind: Kind, name: str, value: int, subject: str) -> None:
    if name in _RANGES:
        low, high = _RANGES[name]
        if not low <= value <= high:
            if kind is Kind.PERCENT:
                raise invalid(name, f"must be between {percent_text(low)} and {percent_text(high)}", subject)
            raise invalid(name, f"must be between {low} and {high}", subject)
    elif kind in _NOT_NEGATIVE and value < 0 and name not in _SIGNED:
        raise invalid(name, "must not be negative", subject)
    if abs(value) > (LONGEST if kind is Kind.WORKTIME else _LARGEST):
        raise invalid(name, "is too large", subject)


def insert(table: str, row_id: int, values: Mapping[str, Any]) -> Change:
    """Return the change that adds a row; values equal to their defaults are left out."""
    fields = fields_of(ENTITIES[table])
    return Change(
        table, row_id, None, {"id": row_id, **{n: v for n, v in values.items() if n != "id" and v != fields[n].default}}
    )


def update(plan: Plan, table: str, row_id: int, values: Mapping[str, Any]) -> list[Change]:
    """Return the change of those `values` that differ from the row's, in a list that is empty where none does."""
    rows = plan.tables[table]
    position = rows.position(row_id)
    before = {name: rows.column(name)[position] for name in values}
    after = {name: value for name, value in values.items() if value != before[name]}
    return [Change(table, row_id, {name: before[name] for name in after}, after)] if after else []


def removal(plan: Plan, rows: Mapping[str, Iterable[int]]) -> list[Change]:
    """Return the changes that take out rows by table, and all that refers to them.

    A row that may stand without what it refers to is kept with the reference emptied; any other row goes too.
    """
    gone: dict[str, dict[int, None]] = {table: dict.fromkeys(ids) for table, ids in rows.items()}
    emptied: dict[tuple[str, int], dict[str, Any]] = {}
    pending = list(gone)
    while pending:
        lost = pending.pop()
        for table, model in ENTITIES.items():
            for info in fields_of(model).values():
                if info.ref != lost or not len(plan.tables[table]):
                    continue
                found = _referring(plan, table, info.name, gone[lost])
                if info.optional:
                    for row_id, value in found:
                        emptied.setdefault((table, row_id), {})[info.name] = value
                elif any(row_id not in gone.get(table, ()) for row_id, _ in found):
                    gone.setdefault(table, {}).update(dict.fromkeys(row_id for row_id, _ in found))
                    pending.append(table)
    changes = [
        Change(table, row_id, before, dict.fromkeys(before))
        for (table, row_id), before in emptied.items()
        if row_id not in gone.get(table, ())
    ]
    for table in reversed(list(ENTITIES)):  # what refers goes before what it refers to
        changes += [Change(table, row_id, _whole_row(plan, table, row_id), None) for row_id in reversed(gone.get(table, {}))]
    return changes


def _whole_row(plan: Plan, table: str, row_id: int) -> dict[str, Any]:
    """Return a row with its defaults too: somebody may have filled one of them meanwhile, which must be a conflict."""
    rows = plan.tables[table]
    position = rows.position(row_id)
    return {name: rows.column(name)[position] for name in fields_of(ENTITIES[table])}


def _referring(plan: Plan, table: str, name: str, lost: Mapping[int, None]) -> list[tuple[int, Any]]:
    rows = plan.tables[table]
    return [(row_id, value) for row_id, value in zip(rows.ids, rows.column(name), strict=True) if value in lost]


def changeset(plan: Plan, label: str, changes: Iterable[Change]) -> Changeset:
    """Return the changeset of `changes`, made from this revision of `plan`.

    Raises:
        InputError: `command.no_change`, there is nothing to change.
    """
    listed = tuple(changes)
    if not listed:
        raise InputError("nothing would change", code="command.no_change", subject=label)
    return Changeset(label, listed, base_revision=plan.revision)


def refuse_namesake(plan: Plan, table: str, project_id: int | None, name: str) -> None:
    """Raise where a row of `table` that belongs to `project_id` (None for the pool) is called `name` already.

    Raises:
        PlanError: ``<table>.exists``, in the singular.
    """
    what = ENTITIES[table].__name__.lower()
    rows = plan.tables[table]
    for owner, other in zip(rows.column("project_id"), rows.column("name"), strict=True):
        if owner == project_id and other.casefold() == name.casefold():
            raise PlanError(f"a {what} is called so already", code=f"{what}.exists", subject=name)


def next_number(plan: Plan, table: str, name: str, project_id: int | None) -> int:
    """Return one more than the largest value of field `name` among a project's rows of `table` (None for the pool's)."""
    rows = plan.tables[table]
    pairs = zip(rows.column("project_id"), rows.column(name), strict=True)
    return max((value for owner, value in pairs if owner == project_id), default=0) + 1


def next_uid(plan: Plan, table: str, project_id: int | None) -> int:
    """Return a number for a new row of `table` that no row of its project (None: of the pool) has, or had before it went."""
    gone = (plan.projects.value(project_id, "last_uids") or {}) if project_id is not None else {}
    return max(next_number(plan, table, "uid", project_id), int(gone.get(table, 0)) + 1)


def free_name(name: str, what: str) -> str:
    """Return `name` without spaces around it.

    Raises:
        InputError: `value.invalid`, it is empty.
    """
    trimmed = name.strip()
    if not trimmed:
        raise invalid("name", f"of {what} must not be empty")
    return trimmed
