"""The native JSON of a plan, ``pm.plan/1``: every table, every field that differs from its default, one row a line.

How a field is written depends on its kind alone (`pm.model.fields_of`), so a new field of the model needs nothing here:

========== ===================================================== ===========================
kind       written as                                            example
========== ===================================================== ===========================
INSTANT    local date and time; seconds only where there are any ``"2026-01-05T08:00"``
WORKTIME   hours, exact whatever the project's day is            ``"7.5h"``, ``"0h 1m 30s"``
MONEY      decimal text in the project's currency                ``"1200.50"``
PERCENT    percent                                               ``"62.5%"``
RATE       decimal text per hour, or per unit                    ``"85"``
REFERENCE  the id of a row of this file                          ``3``
========== ===================================================== ===========================

Ids count from 1 within each table, in the order of `pm.formats.canonical`; a task's place among its siblings is its place in
the list. So text that we wrote is read and written back byte for byte, also by way of a database; other text once made ours is.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pm.errors import FormatError, InputError
from pm.formats.building import (
    SCHEMA,
    Findings,
    Rows,
    build_plan,
    check_schema,
    json_text,
    parse_value,
    read_text,
)
from pm.formats.canonical import FILE_LEAVES_OUT, POSITION_STEP, decimals, money_digits, normalised
from pm.formats.result import ImportResult, Severity, Source
from pm.model import ENTITIES, Kind, Plan, Table, fields_of
from pm.model.kinds import FieldInfo
from pm.words import duration_text, iso_text, money_text, percent_text, rate_text

if TYPE_CHECKING:
    from pm.schedule.result import Schedule

MOST_BYTES = 512 * 2**20
_FORMATTERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.INSTANT: iso_text,
    Kind.WORKTIME: lambda value: duration_text(value, "h"),
    Kind.PERCENT: percent_text,
    Kind.RATE: rate_text,
}


def _place_is_position(table: str) -> bool:
    return "position" in fields_of(ENTITIES[table])


def write(plan: Plan, schedule: Schedule | None = None) -> bytes:
    """Return `plan` as canonical JSON text. Computed dates are not part of it.

    Raises:
        PlanError: `plan.dangling`, a row refers to nothing.
    """
    plan = normalised(plan)
    parts = [f'"schema": {json_text(SCHEMA)}']
    for name in ENTITIES:
        table = plan.tables[name]
        if len(table):
            rows = ",\n ".join(_row_texts(plan, name, table))
            parts.append(f'"{name}": [\n {rows}\n]')
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def _row_texts(plan: Plan, name: str, table: Table[Any]) -> list[str]:
    rows: list[list[str]] = [[] for _ in range(len(table))]
    left_out = {*FILE_LEAVES_OUT.get(name, ()), *(("position",) if _place_is_position(name) else ())}
    for f in fields_of(ENTITIES[name]).values():
        if f.name not in table.stored or f.name in left_out:
            continue
        key = f'"{f.name}": '
        digits = money_digits(plan, name) if f.kind is Kind.MONEY else []
        formatted = _FORMATTERS.get(f.kind)
        for i, value in enumerate(table.column(f.name)):
            if value == f.default and type(value) is type(f.default):
                continue
            if value is not None:
                value = money_text(value, digits[i]) if digits else formatted(value) if formatted else value
            rows[i].append(key + json_text(value))
    return ["{" + ", ".join(parts) + "}" for parts in rows]


def read(source: Source) -> ImportResult:
    """Read a plan from JSON.

    Raises:
        FormatError: `json.truncated`, it is empty; `json.syntax`, `json.encoding`, `json.too_large`, `json.not_a_plan`,
            `json.newer`, `json.broken_tree`.
    """
    head = source.stream.read(4096)
    if head and not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        raise FormatError("it is not JSON", code="json.not_a_plan", subject=source.name, hint="a plan starts with {")
    source.stream.seek(0)
    document = _parse(read_text(source, "json", MOST_BYTES), source.name)
    check_schema(document.pop("schema", None), "json", source.name)
    findings = Findings("json", source.name, source.strict)
    ignored: dict[str, int] = {}
    for key in document.keys() - ENTITIES.keys():
        findings.add("unknown_key", f"a plan has no {key[:40]!r}; ignored", "")
        ignored[key] = 1
    rows: Rows = {}
    digits: dict[int, int] = {}
    for name in ENTITIES:
        rows[name] = _read_rows(name, document.get(name, []), digits, findings, ignored)
        if name == "projects":
            digits.update((row["id"], decimals(row.get("currency_digits", 2))) for row in rows[name])
    _settle_money(rows, digits, findings)
    plan = build_plan(rows, findings, {})
    return ImportResult(plan=normalised(plan), format="json", problems=tuple(findings.problems), ignored=ignored)


def _parse(text: str, name: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise FormatError(error.msg, code="json.syntax", subject=f"{name}:{error.lineno}", hint="mend it there") from None
    except (ValueError, RecursionError) as error:
        raise FormatError(f"it cannot be read: {error}", code="json.syntax", subject=name) from None
    if not isinstance(document, dict):
        raise FormatError("it is not a plan", code="json.not_a_plan", subject=name)
    return document


def _read_rows(
    name: str, listed: Any, digits: dict[int, int], findings: Findings, ignored: dict[str, int]
) -> list[dict[str, Any]]:
    if not isinstance(listed, list):
        findings.add("bad_table", f"{name} is not a list; ignored", "", severity=Severity.ERROR)
        return []
    fields = fields_of(ENTITIES[name])
    seen: set[int] = set()
    rows: list[dict[str, Any]] = []
    for number, raw in enumerate(listed, 1):
        place = f" {name} {number}"
        if not isinstance(raw, dict) or type(raw.get("id")) is not int or raw["id"] in seen:
            findings.add("bad_row", "an entry has no id, or one that another has; left out", place, severity=Severity.ERROR)
            continue
        seen.add(raw["id"])
        row: dict[str, Any] = {"position": number * POSITION_STEP} if "position" in fields else {}
        for key, value in raw.items():
            info = fields.get(key)
            if info is None or key in FILE_LEAVES_OUT.get(name, ()) or (key == "position" and "position" in fields):
                findings.add("unknown_key", f"an entry of {name} has no {key[:40]!r}; ignored", place)
                ignored[f"{name}.{key[:40]}"] = ignored.get(f"{name}.{key[:40]}", 0) + 1
                continue
            row[key] = _read_value(info, value, findings, place)
        rows.append(row)
    return rows


class _Amount(str):
    """Money whose currency is not known yet."""

    __slots__ = ()


def _read_value(info: FieldInfo, value: Any, findings: Findings, place: str) -> Any:
    if info.kind is Kind.MONEY and isinstance(value, str):
        return _Amount(value)
    try:
        return parse_value(info, value)
    except InputError as error:
        findings.add("bad_value", f"{error.message}; {info.default!r} is used", place, hint=error.hint)
        return info.default


def _settle_money(rows: Rows, digits: dict[int, int], findings: Findings) -> None:
    """Turn amounts into minor units once the projects, hence the currencies, are known."""
    tables: dict[str, dict[int, int]] = {"projects": digits}
    shared = next(iter(digits.values())) if len(set(digits.values())) == 1 else 2
    for name, model in ENTITIES.items():
        fields = fields_of(model)
        money = [f for f in fields.values() if f.kind is Kind.MONEY]
        owner = next((f for n in ("project_id", "task_id", "resource_id", "assignment_id") if (f := fields.get(n))), None)
        own = tables.setdefault(name, {})
        for row in rows[name]:
            if name != "projects" and owner is not None:
                own[row["id"]] = tables.get(owner.ref or "", {}).get(row.get(owner.name) or 0, shared)
            for f in money:
                if isinstance(amount := row.get(f.name), _Amount):
                    row[f.name] = _minor_units(f, amount, own.get(row["id"], shared), findings, f" {name} {row['id']}")


def _minor_units(info: FieldInfo, amount: str, digits: int, findings: Findings, place: str) -> Any:
    try:
        return parse_value(info, amount, digits)
    except InputError as error:
        findings.add("bad_value", f"{error.message}; {info.default!r} is used", place, hint=error.hint)
        return info.default
