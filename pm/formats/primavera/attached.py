"""Tables that hang on the rows of a plan and hold parts of it in their own way: notes, custom values, codes, expenses.

Their rows are kept as the file has them (see `keep`). What the plan says decides: a row that still says the same stays as it
is, others are changed, left out or added.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from typing import Any

from pm.formats.primavera import custom, notes
from pm.formats.primavera.columns import COLUMNS, DEFAULTS
from pm.formats.primavera.tables import Document, Fields, TextTable
from pm.formats.primavera.values import FLAG, HOURS, TEXT, Codec, write_text
from pm.formats.primavera.writing import Row, Writing
from pm.model.enums import CustomFieldType

EXPENSES = "PROJCOST"
NEW_TYPES = {
    CustomFieldType.TEXT: "FT_TEXT",
    CustomFieldType.FLAG: "FT_TEXT",
    CustomFieldType.NUMBER: "FT_FLOAT_2_DECIMALS",
    CustomFieldType.DURATION: "FT_FLOAT_2_DECIMALS",
    CustomFieldType.COST: "FT_MONEY",
    CustomFieldType.DATE: "FT_START_DATE",
}
"""P6's type of a custom field that it has none for yet; durations become hours."""


def table_of(document: Document, name: str) -> TextTable:
    """Return a table of the document, a new one where it has none."""
    table = document.tables.get(name)
    if table is None:
        table = document.tables[name] = TextTable(name, list(COLUMNS[name]))
    return table


def add_row(table: TextTable, values: Fields) -> None:
    """Add a row; what `values` does not say is as usual."""
    texts = {**DEFAULTS.get(table.name, {}), **values}
    missing = [c for c in values if c not in table.columns and values[c]]
    table.add([*table.columns, *missing], [], [])
    table.rows.append([texts.get(column, "") for column in table.columns])


def next_number(table: TextTable, column: str) -> int:
    """Return a number above all in a column."""
    place = table.columns.index(column)
    return max((int(row[place]) for row in table.rows if row[place].isdecimal()), default=0) + 1


def records(document: Document, name: str) -> Iterator[Fields]:
    """Hand out the rows of a table by column, none where there is no table."""
    return (record for record, _ in document.records(name))


def filtered(table: TextTable, kept: Iterable[bool]) -> None:
    """Leave out the rows that are not to be kept."""
    table.rows = [row for row, stays in zip(table.rows, kept, strict=True) if stays]


class Attached:
    """Writes the tables that hang on others into a document."""

    def __init__(self, writing: Writing, document: Document) -> None:
        self._writing, self._document = writing, document
        self._owners: dict[tuple[str, str], tuple[str, Row]] = {}
        projects = {p["id"]: p for p in writing.rows["projects"]}
        sources = (
            ("TASK", "tasks", writing.activities),
            ("PROJWBS", "tasks", writing.bands),
            ("RSRC", "resources", writing.rows["resources"]),
            ("TASKRSRC", "assignments", writing.rows["assignments"]),
            ("PROJECT", "projects", projects.values()),
        )
        for source, entity, rows in sources:
            for row in rows:
                self._owners[source, writing.number(source, row["id"])] = entity, row

    def write(self) -> None:
        """Write all of them."""
        self._write_notes()
        self._write_codes()
        self._write_values()
        self._write_expenses()

    def _project_number(self, row: Row) -> str:
        return self._writing.number("PROJECT", row.get("project_id") or None)

    # Notes

    def _write_notes(self) -> None:
        topics = notes.topic_names(records(self._document, notes.TOPICS))
        tops = [("PROJWBS", -p["id"], p) for p in self._writing.rows["projects"]]
        bands = [("PROJWBS", row["id"], row) for row in self._writing.bands]
        for name, owners in (
            ("TASKMEMO", [("TASK", row["id"], row) for row in self._writing.activities]),
            ("WBSMEMO", [*tops, *bands]),
        ):
            source, owner, column = notes.MEMOS[name]
            held = notes.memos_by_owner(records(self._document, name), owner, column, topics)
            stale: set[str] = set()
            new: list[tuple[str, Row]] = []
            for _, row_id, row in owners:
                number = self._writing.number(source, row_id)
                if notes.note_of(held.get(number, [])) != row["notes"]:
                    stale.add(number)
                    if row["notes"]:
                        new.append((number, row))
            self._replace_notes(name, stale, new)

    def _replace_notes(self, name: str, stale: set[str], new: list[tuple[str, Row]]) -> None:
        _, owner, column = notes.MEMOS[name]
        if name in self._document.tables:
            table = self._document.tables[name]
            place = table.columns.index(owner) if owner in table.columns else 0
            filtered(table, [row[place].strip() not in stale for row in table.rows])
        for number, row in new:
            table = table_of(self._document, name)
            key = "memo_id" if name == "TASKMEMO" else "wbs_memo_id"
            project = self._project_number(row) or self._writing.number("PROJECT", row["id"])
            values = {owner: number, "memo_type_id": self._topic(), "proj_id": project, column: _memo(row["notes"])}
            if key in table.columns:
                values[key] = str(next_number(table, key))
            add_row(table, values)

    def _topic(self) -> str:
        """Return the number of the topic of notes without a title."""
        table = table_of(self._document, notes.TOPICS)
        named = {read: number for number, read in notes.topic_names(records(self._document, notes.TOPICS)).items()}
        if notes.UNTITLED not in named:
            number = str(next_number(table, "memo_type_id"))
            add_row(table, {"memo_type_id": number, "memo_type": notes.UNTITLED, "seq_num": number})
            return number
        return named[notes.UNTITLED]

    # Activity codes

    def _write_codes(self) -> None:
        names = custom.code_names(records(self._document, custom.CODES))
        known = {custom.code_key(r.get("actv_code_type_id", "")) for r in records(self._document, custom.CODE_TYPES)}
        self._codes = known
        written: set[tuple[str, str]] = set()
        stays: list[bool] = []
        for record in records(self._document, custom.CODED):
            number = record.get("task_id", "").strip()
            type_id, name = names.get(record.get("actv_code_id", "").strip(), ("", ""))
            owner = self._owners.get(("TASK", number))
            values = (owner[1]["custom"] or {}) if owner is not None else {}
            stays.append(not type_id or values.get(custom.code_key(type_id)) == name)
            if stays[-1]:
                written.add((number, custom.code_key(type_id)))
        if custom.CODED in self._document.tables:
            filtered(self._document.tables[custom.CODED], stays)
        for (source, number), (_, row) in self._owners.items():
            for key, value in ((row["custom"] or {}) if source == "TASK" else {}).items():
                if key in known and (number, key) not in written:
                    self._add_code(number, row, key.removeprefix("code"), str(value))

    def _add_code(self, number: str, row: Row, type_id: str, name: str) -> None:
        names = custom.code_names(records(self._document, custom.CODES))
        code = next((code for code, found in names.items() if found == (type_id, name)), None)
        if code is None:
            table = table_of(self._document, custom.CODES)
            code = str(next_number(table, "actv_code_id"))
            values = {"actv_code_id": code, "actv_code_type_id": type_id, "short_name": write_text(name)}
            add_row(table, values | {"actv_code_name": write_text(name), "seq_num": code})
        values = {"task_id": number, "actv_code_type_id": type_id, "actv_code_id": code, "proj_id": self._project_number(row)}
        add_row(table_of(self._document, custom.CODED), values)

    # User-defined fields

    def _write_values(self) -> None:
        fields = custom.user_fields(records(self._document, custom.TYPES))
        table = self._document.tables.get(custom.VALUES)
        written: set[tuple[str, str, str]] = set()
        if table is not None:
            stays = [self._still_says(table, i, fields, written) for i in range(len(table.rows))]
            filtered(table, stays)
        by_key = {(field.table, field.key): (p6_id, field) for p6_id, field in fields.items()}
        for (source, number), (entity, row) in self._owners.items():
            for key, value in (row["custom"] or {}).items():
                if value is None or (source, number, key) in written or (source == "TASK" and key in self._codes):
                    continue
                if (source, key) not in by_key:
                    by_key[source, key] = self._new_field(source, entity, key)
                self._add_value(number, row, *by_key[source, key], value)

    def _still_says(
        self, table: TextTable, i: int, fields: dict[str, custom.UserField], written: set[tuple[str, str, str]]
    ) -> bool:
        """Whether a row's value is wanted; one that is another now is changed."""
        record = dict(zip(table.columns, table.rows[i], strict=True))
        field = fields.get(record.get("udf_type_id", "").strip())
        if field is None:
            return True
        number = record.get("fk_id", "").strip()
        owner = self._owners.get((field.table, number))
        if owner is None:
            return (field.table, number) in self._tops
        value = (owner[1]["custom"] or {}).get(field.key)
        text = record.get(field.column, "")
        codec = self._codec(field, owner[1])
        if value is None:
            return not text or _decoded(codec, text) is None
        if _decoded(codec, text) != value:
            table.rows[i][table.columns.index(field.column)] = _encoded(codec, value)
        written.add((field.table, number, field.key))
        return True

    @property
    def _tops(self) -> set[tuple[str, str]]:
        return {("PROJWBS", self._writing.number("PROJWBS", -p["id"])) for p in self._writing.rows["projects"]}

    def _codec(self, field: custom.UserField, row: Row) -> Codec:
        project = row.get("project_id") or next(iter(self._writing.projects))
        return field.codec(self._writing.moneys[project])

    def _new_field(self, source: str, entity: str, key: str) -> tuple[str, custom.UserField]:
        """Define a user-defined field for a custom field that P6 has none for."""
        defined = self._writing.plan.tables["custom_fields"]
        row = next((f for f in defined if f.entity == entity and f.key == key), None)
        kind = CustomFieldType(row.type) if row is not None else CustomFieldType.TEXT
        table = table_of(self._document, custom.TYPES)
        number = str(next_number(table, "udf_type_id"))
        label = write_text((row.alias if row is not None else "") or key)[:40]
        values = {"udf_type_id": number, "table_name": source, "udf_type_name": f"user_field_{number}"}
        add_row(table, values | {"udf_type_label": label, "logical_data_type": NEW_TYPES[kind]})
        return number, custom.UserField(source, key, kind)

    def _add_value(self, number: str, row: Row, p6_id: str, field: custom.UserField, value: Any) -> None:
        codec = self._codec(field, row)
        column = field.column
        if field.type is CustomFieldType.FLAG:
            codec = FLAG
        elif field.type is CustomFieldType.DURATION:
            codec, column = HOURS, "udf_number"
        values = {"udf_type_id": p6_id, "fk_id": number, "proj_id": self._project_number(row)}
        add_row(table_of(self._document, custom.VALUES), values | {column: _encoded(codec, value)})

    # Expenses

    def _write_expenses(self) -> None:
        sums: dict[str, int] = {}
        writing = self._writing
        for record in records(self._document, EXPENSES):
            number = record.get("task_id", "").strip()
            owner = self._owners.get(("TASK", number))
            if owner is not None:
                amount = _decoded(writing.money(owner[1]), record.get("target_cost", "")) or 0
                sums[number] = sums.get(number, 0) + amount
        changed = [
            (writing.number("TASK", row["id"]), row)
            for row in writing.activities
            if sums.get(writing.number("TASK", row["id"]), 0) != row["fixed_cost"]
        ]
        if not changed:
            return
        table = table_of(self._document, EXPENSES)
        numbers = {number for number, _ in changed}
        place = table.columns.index("task_id")
        filtered(table, [row[place].strip() not in numbers for row in table.rows])
        for number, row in changed:
            if row["fixed_cost"]:
                cost = writing.money(row).encode(row["fixed_cost"])
                done = row["actual_finish"] is not None
                key = {"cost_item_id": str(next_number(table, "cost_item_id")), "task_id": number}
                costs = {"target_cost": cost, "act_cost": cost if done else "0.0000", "remain_cost": "0.0000" if done else cost}
                add_row(table, key | costs | {"cost_name": "Fixed cost", "proj_id": self._project_number(row)})


def _decoded(codec: Codec, text: str) -> Any:
    try:
        return codec.decode(text) if text.strip() else None
    except ValueError:
        return None


def _encoded(codec: Codec, value: Any) -> str:
    """Return a custom value as text; what its type cannot hold as it is."""
    try:
        return codec.encode(value)
    except (TypeError, ValueError, ArithmeticError, AttributeError):
        return TEXT.encode(str(value))


def _memo(text: str) -> str:
    """Return a note as a memo: as it is, or as HTML where it would be taken for that."""
    if notes.plain_text(write_text(text)) != text:
        lines = html.escape(text, quote=False).replace("\n", "<br>")
        return write_text(f"<html><body>{lines}</body></html>")
    return write_text(text)
