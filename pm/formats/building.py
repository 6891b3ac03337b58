"""What our own formats have in common when they read: findings, one value of one kind, and rows that become a plan."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pm.errors import FormatError, InputError, PlanError
from pm.formats.result import Problem, Severity, Source
from pm.formats.shapes import wrong_shape
from pm.model import ENTITIES, Kind, Plan, fields_of
from pm.model.kinds import FIRST_INSTANT, LAST_INSTANT, FieldInfo
from pm.words import parse_amount, parse_iso

SCHEMA = "pm.plan/1"
"""What a plan of our own calls itself; the number grows when an older reader would misunderstand it."""

LARGEST = 2**63 - 1
Rows = dict[str, list[dict[str, Any]]]


@dataclass
class Findings:
    """Collects problems; in a strict reading the first that is worse than a remark ends it.

    Attributes:
        area: The first word of every code.
        name: The file, as messages call it.
    """

    area: str
    name: str
    strict: bool = False
    problems: list[Problem] = field(default_factory=list)

    def add(self, what: str, message: str, where: str, *, hint: str = "", severity: Severity = Severity.WARNING) -> None:
        """Report a problem at `where`, a line or the name of an entry."""
        subject = f"{self.name}:{where}" if where else self.name
        if self.strict and severity is not Severity.INFO:
            raise FormatError(message, code=f"{self.area}.{what}", subject=subject, hint=hint)
        self.problems.append(Problem(severity, f"{self.area}.{what}", message, subject, hint))


def empty_file(area: str, name: str) -> FormatError:
    """Return the error of a file that holds nothing at all: ``<area>.truncated``."""
    return FormatError("the file is empty", code=f"{area}.truncated", subject=name, hint="get a whole copy of it")


def read_text(source: Source, area: str, limit: int) -> str:
    """Return the whole text of `source`.

    Raises:
        FormatError: ``<area>.truncated``, it is empty; ``<area>.too_large``, more than `limit` bytes; ``<area>.encoding``, it
            is not UTF-8.
    """
    content = source.stream.read(limit + 1)
    if not content:
        raise empty_file(area, source.name)
    if len(content) > limit:
        raise FormatError(
            f"larger than {limit // 2**20} MB", code=f"{area}.too_large", subject=source.name, hint="is it a plan at all?"
        )
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FormatError(
            "it is not UTF-8 text", code=f"{area}.encoding", subject=f"{source.name}:{line}", hint="save it as UTF-8"
        ) from None


def check_schema(found: object, area: str, name: str) -> None:
    """Refuse a plan of another schema.

    Raises:
        FormatError: ``<area>.not_a_plan``, or ``<area>.newer`` for a later version of ours.
    """
    if found == SCHEMA:
        return
    kind, _, version = str(found).partition("/")
    if isinstance(found, str) and kind == "pm.plan" and version.isdecimal():
        raise FormatError(f"its schema {found} is newer than this program", code=f"{area}.newer", subject=name, hint="upgrade")
    shown = f"its schema is {str(found)[:40]!r}" if found is not None else "it names no schema"
    raise FormatError(
        f"{shown}, not {SCHEMA}", code=f"{area}.not_a_plan", subject=name, hint=f'a plan of ours says schema = "{SCHEMA}"'
    )


def parse_value(info: FieldInfo, value: Any, digits: int = 2) -> Any:
    """Return what `value`, as a file of ours writes it, is in memory. References are left alone.

    Raises:
        InputError: `value.*`, it is not what a field of this kind holds.
    """
    if value is None and info.optional:
        return None
    match info.kind:
        case Kind.DATA:
            return _checked_data(info, value)
        case Kind.TEXT:
            if isinstance(value, str):
                return _checked_text(info, value)
        case Kind.FLAG:
            if isinstance(value, bool):
                return value
        case Kind.CHOICE:
            if info.choices is not None and isinstance(value, str) and value in set(info.choices):
                return value
            raise InputError(
                f"{info.name} cannot be {str(value)[:40]!r}",
                code="value.choice",
                hint=f"one of {', '.join(info.choices or ())}",
            )
        case _:
            number = _parse_number(info, value, digits)
            if number is not None:
                return number
    raise InputError(f"{info.name} cannot be {str(value)[:40]!r}", code="value.type", hint=f"it holds {info.kind.value}")


def _parse_number(info: FieldInfo, value: Any, digits: int) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    if info.kind is Kind.INTEGER or info.kind is Kind.REFERENCE:
        number = value if isinstance(value, int) else None
    elif info.kind is Kind.INSTANT:
        number = parse_iso(value) if isinstance(value, str) else None
    elif info.kind is Kind.WORKTIME and not isinstance(value, str):
        number = None
    else:
        number = parse_amount(info.kind, str(value), digits=digits)
    if number is None:
        return None
    low, high = (FIRST_INSTANT, LAST_INSTANT) if info.kind is Kind.INSTANT else (-LARGEST, LARGEST)
    if not low <= number <= high:
        raise InputError(f"{info.name} is out of range", code="value.range")
    return number


_NO_TEXT = re.compile("[\0\ud800-\udfff]")


def _checked_text(info: FieldInfo, value: str) -> str:
    if _NO_TEXT.search(value):
        raise InputError(f"{info.name} holds a character that is not text", code="value.text")
    return value


def _checked_data(info: FieldInfo, value: Any) -> Any:
    """Refuse what JSON cannot hold (not-a-number, infinities, lone surrogates), and what the field is not made of."""
    if (words := wrong_shape(info.name, value)) is not None:
        raise InputError(f"{info.name} cannot be {str(value)[:40]!r}", code="value.data", hint=f"it is {words}")
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, float) and not math.isfinite(item):
            raise InputError(f"{info.name} holds a number that is none", code="value.data")
        if isinstance(item, str):
            _checked_text(info, item)
        elif isinstance(item, Mapping):
            stack.extend(item.keys())
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
    return value


def json_text(value: Any) -> str:
    """Return JSON on one line, with control and bidi characters escaped, so that showing the file does nothing odd."""
    return "".join(
        f"\\u{ord(c):04x}" if "\x7f" <= c <= "\x9f" or c in _BIDI else c
        for c in json.dumps(value, ensure_ascii=False, allow_nan=False)
    )


_BIDI = frozenset("\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def build_plan(rows: Rows, findings: Findings, where: Mapping[tuple[str, int], str]) -> Plan:
    """Return the plan of `rows` (each with its id), without what refers to nothing.

    A reference that may be empty is emptied where its row is missing; a row that cannot do without is left out. Both are
    reported, as are self-links. `where` says where a row (table, id) stands in the file.

    Raises:
        FormatError: ``<area>.broken_tree``, tasks that are each other's summaries.
    """
    known: dict[str, set[int]] = {name: {row["id"] for row in listed} for name, listed in rows.items()}
    kept: Rows = {}
    for name, model in ENTITIES.items():
        refs = [f for f in fields_of(model).values() if f.ref is not None]
        kept[name] = []
        for row in rows.get(name, []):
            if _keeps(name, row, refs, known, findings, where):
                kept[name].append(row)
            else:
                known[name].discard(row["id"])
    try:
        return Plan.from_rows(**kept)
    except PlanError as error:
        raise FormatError(
            error.message, code=f"{findings.area}.broken_tree", subject=f"{findings.name}: {error.subject}"
        ) from error


def _keeps(
    name: str,
    row: dict[str, Any],
    refs: list[FieldInfo],
    known: Mapping[str, set[int]],
    findings: Findings,
    where: Mapping[tuple[str, int], str],
) -> bool:
    place = where.get((name, row["id"]), f" {name} {row['id']}")
    for f in refs:
        value = row.get(f.name)
        if value is not None and value in known.get(f.ref or "", ()):
            continue
        if f.optional:
            if value is not None:
                findings.add("dangling", f"{f.name} {value} stands for nothing; left empty", place)
                row[f.name] = None
            continue
        findings.add("dangling", f"{f.name} stands for nothing; the row is left out", place, severity=Severity.ERROR)
        return False
    if name == "links" and row["predecessor_id"] == row["successor_id"]:
        findings.add("self_link", "a task cannot wait for itself; the link is left out", place, severity=Severity.ERROR)
        return False
    return True


def rows_of(plan: Plan, table: str, *, whole: bool = False) -> list[dict[str, Any]]:
    """Return the rows of a table as mappings; columns without values are left out, unless the rows are to be `whole`."""
    held = plan.tables[table]
    names = list(fields_of(ENTITIES[table]) if whole else held.stored)
    columns = [held.column(name) for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
