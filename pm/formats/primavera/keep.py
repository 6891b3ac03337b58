"""What a plan keeps of the P6 file it was read from, in `extra` under `tables.KEY`.

Of a row: ``kept``, the texts of columns that hold nothing of ours; ``was``, for columns that do, what we would write and what
the file has, where that is not the same; ``id``, its number where the model has no place for it; ``at``, its place in the
table, where that is not its place in the outline. Of a project besides:
``root`` and ``options``, the same of its band and its options; ``tables``, the tables that stand for nothing of ours, and the
rows that could not be used, each with its columns and rows. Of the first project: ``file``, the order of tables and columns.
"""

from __future__ import annotations

from typing import Any

from pm.formats.primavera import encoding
from pm.formats.primavera.columns import DEFAULTS
from pm.formats.primavera.options import TABLE as OPTIONS
from pm.formats.primavera.options import read_options
from pm.formats.primavera.reading import Reading
from pm.formats.primavera.rows import all_rows
from pm.formats.primavera.tables import KEY, Fields, TextTable
from pm.formats.primavera.writing import EQUIPMENT, Writing, difference
from pm.model import Plan

MODELLED = {
    "PROJECT": "projects",
    "CALENDAR": "calendars",
    "PROJWBS": "tasks",
    "TASK": "tasks",
    "RSRC": "resources",
    "RSRCRATE": "resource_rates",
    "TASKPRED": "links",
    "TASKRSRC": "assignments",
}
"""The tables whose rows are rows of a plan, and of which table."""
NUMBERED = {"TASKPRED": "task_pred_id", "RSRCRATE": "rsrc_rate_id", "PROJWBS": "wbs_id"}
"""The tables whose rows have numbers that the model has no place for, or may have to give up."""
Held = dict[str, Any]


def with_kept(reading: Reading, plan: Plan) -> Plan:
    """Return `plan` with what is to be written back of the file it was read from."""
    writing = Writing(plan, None, all_from_file=True)
    _use_numbers(reading, writing)
    held: dict[str, dict[int, Held]] = {}
    for source, row, texts in all_rows(writing):
        record = reading.records.get(source, {}).get(row["id"])
        if record is None:
            continue
        kept = _number(source, record, row) | difference(texts, record, DEFAULTS.get(source, {}))
        if kept:
            held.setdefault(MODELLED[source], {})[row["id"]] = kept
    _keep_order(reading, plan, held.setdefault("tasks", {}))
    _keep_project_parts(reading, writing, held.setdefault("projects", {}))
    tables = dict(plan.tables)
    for name, rows in held.items():
        tables[name] = tables[name].changed({row_id: {"extra": {KEY: kept}} for row_id, kept in rows.items() if kept})
    return Plan(tables)


def _keep_order(reading: Reading, plan: Plan, held: dict[int, Held]) -> None:
    """Keep the places of rows in tables that stand in another order than the outline."""
    for source in ("TASK", "PROJWBS"):
        records = reading.records.get(source, {})
        in_file = [row_id for row_id in records if row_id > 0]
        if in_file != [row_id for row_id in plan.tasks.ids if row_id in records]:
            for at, row_id in enumerate(in_file):
                held.setdefault(row_id, {})["at"] = at


def _use_numbers(reading: Reading, writing: Writing) -> None:
    """Write with the numbers and the kinds of resources that the file has, which the plan does not know yet."""
    for source, column in NUMBERED.items():
        for row_id, record in reading.records.get(source, {}).items():
            if (number := _read_number(record.get(column, ""))) is not None:
                writing.ids[source][row_id] = number
    kinds = ((i, r.get("rsrc_type", "")) for i, r in reading.records.get("RSRC", {}).items())
    writing.equipment = {row_id for row_id, kind in kinds if kind.strip().upper() == EQUIPMENT}


def _read_number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) <= 15 and int(text) > 0 else None


def _number(source: str, record: Fields, row: Any) -> Held:
    number = _read_number(record.get(NUMBERED[source], "")) if source in NUMBERED else None
    return {} if number is None or number == row.get("uid") else {"id": number}


def _keep_project_parts(reading: Reading, writing: Writing, held: dict[int, Held]) -> None:
    options = read_options(reading, quiet=True)
    for row in writing.rows["projects"]:
        kept = held.setdefault(row["id"], {})
        root = reading.records.get("PROJWBS", {}).get(-row["id"])
        if root is not None:
            texts = encoding.top_band(writing, row)
            kept["root"] = _number("PROJWBS", root, {}) | difference(texts, root, DEFAULTS["PROJWBS"])
        found = options.get(str(row["uid"]))
        if found is not None:
            number = _read_number(found[0].get("schedoptions_id", "")) or 0
            texts = encoding.options(writing, row, number)
            kept["options"] = {"id": number} | difference(texts, found[0], DEFAULTS[OPTIONS])
    _keep_tables(reading, held)


def _keep_tables(reading: Reading, held: dict[int, Held]) -> None:
    """Keep tables and rows that stand for nothing of ours: with their project, what is everybody's with the first."""
    first = next(iter(held))
    document = reading.document
    for table in document.tables.values():
        rows = _unused(reading, table)
        if table.name not in MODELLED and table.name != OPTIONS and not rows:
            _add(held[first], table, None)
        place = table.columns.index("proj_id") if "proj_id" in table.columns else None
        for row in rows:
            project_id = reading.known("PROJECT", row[place]) if place is not None else None
            _add(held[project_id or first], table, row)
    held[first]["file"] = {
        "tables": list(document.tables),
        "columns": {n: t.columns for n, t in document.tables.items() if n in MODELLED or n == OPTIONS},
        "header": document.header,
        "currency": document.currency,
    }


def _add(kept: Held, table: TextTable, row: list[str] | None) -> None:
    tables = kept.setdefault("tables", {})
    entry = tables.setdefault(table.name, {"columns": table.columns, "rows": []})
    if row is not None:
        entry["rows"].append(row)


def _unused(reading: Reading, table: TextTable) -> list[list[str]]:
    """Return the rows of a table that no row of the plan has been made of, and that are not damaged."""
    if table.name in (OPTIONS, "PROJECT", "PROJWBS"):
        return [r for f, r in _pairs(table) if reading.known("PROJECT", f.get("proj_id", "")) is None]
    if table.name == "TASKPRED":
        across = (pair for pair in _pairs(table) if pair[0].get("proj_id", "").strip() != pair[0].get("pred_proj_id", "").strip())
        ends = ("task_id", "pred_task_id")
        return [r for f, r in across if any(reading.known("TASK", f.get(end, "")) is None for end in ends)]
    return [] if table.name in MODELLED else table.rows


def _pairs(table: TextTable) -> list[tuple[Fields, list[str]]]:
    return [(dict(zip(table.columns, row, strict=True)), row) for row in table.rows]
