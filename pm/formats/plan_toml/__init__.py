"""A plan as TOML that people edit and compare in version control.

``pm.formats.plan_toml.writer`` and ``reader`` do the work; ``docs/formats.md`` describes the file. Text that we wrote is read
and written back byte for byte, also by way of a database; other text is put into our form once. Comments belong to the entry
or key that follows them (or whose line they end), are kept in its `extra` and written back with it.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from pm.formats.building import Findings, read_text
from pm.formats.canonical import normalised
from pm.formats.plan_toml.block import toml_extra
from pm.formats.plan_toml.reader import Reader
from pm.formats.plan_toml.writer import Writer
from pm.formats.result import ImportResult, Source
from pm.model import Plan, Table

if TYPE_CHECKING:
    from pm.schedule.result import Schedule

MOST_BYTES = 64 * 2**20


def read(source: Source) -> ImportResult:
    """Read a plan from TOML.

    Raises:
        FormatError: `toml.syntax` (with the line), `toml.encoding`, `toml.too_large`, `toml.not_a_plan`, `toml.newer`,
            `toml.broken_tree`; in a strict reading the first problem.
    """
    findings = Findings("toml", source.name, source.strict)
    reader = Reader(read_text(source, "toml", MOST_BYTES), findings)
    plan = reader.plan()
    return ImportResult(plan=plan, format="toml", problems=tuple(findings.problems), ignored=reader.ignored)


def write(plan: Plan, schedule: Schedule | None = None) -> bytes:
    """Return `plan` as canonical TOML text. Computed dates are not part of it.

    Raises:
        PlanError: `plan.dangling`, a row refers to nothing.
    """
    return Writer(plan).text().encode()


def update_toml(old_text: str, plan: Plan) -> str:
    """Return `plan` as canonical text with the comments of `old_text`, each with the entry it belonged to.

    Entries are the same where their project's code and their id number (tasks) or name are. Comments of entries that are
    gone go with them; an entry that is new keeps what comments the plan has for it.

    Raises:
        FormatError: `old_text` is not a plan.
    """
    old = read(Source(io.BytesIO(old_text.encode()), "plan.toml")).plan
    new = normalised(plan)
    tables: dict[str, Table[Any]] = dict(new.tables)
    for name, fields in _IDENTITY.items():
        known = dict(zip(_identities(old, name, fields), old.tables[name].column("extra"), strict=True))
        extras = list(new.tables[name].column("extra"))
        for i, identity in enumerate(_identities(new, name, fields)):
            if identity in known:
                extras[i] = _with_comments(extras[i], toml_extra(known[identity]))
        table = new.tables[name]
        tables[name] = table.changed({row_id: {"extra": e} for row_id, e in zip(table.ids, extras, strict=True)})
    return Writer(Plan(tables)).text()


_IDENTITY: dict[str, tuple[str, ...]] = {
    "projects": ("code",),
    "custom_fields": ("project_id", "entity", "key"),
    "calendars": ("project_id", "name"),
    "resources": ("project_id", "name"),
    "tasks": ("project_id", "uid"),
}


def _identities(plan: Plan, table: str, fields: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Return what each row is known by in the file; projects by code."""
    codes: dict[int | None, str] = dict(zip(plan.projects.ids, plan.projects.column("code"), strict=True))
    columns = [
        [codes.get(p) for p in values] if n == "project_id" else values
        for n in fields
        for values in [plan.tables[table].column(n)]
    ]
    return list(zip(*columns, strict=True))


def _with_comments(extra: Any, kept: dict[str, Any]) -> Any:
    if not isinstance(extra, dict):
        return {"toml": kept} if kept and extra is None else extra
    rest = {k: v for k, v in extra.items() if k != "toml"}
    return {**rest, "toml": kept} if kept else rest or None
