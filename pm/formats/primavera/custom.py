"""UDFTYPE and UDFVALUE, ACTVTYPE, ACTVCODE and TASKACTV: user-defined fields and activity codes, as custom fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pm.formats.primavera.reading import Reading
from pm.formats.primavera.tables import Fields
from pm.formats.primavera.values import DATE, TEXT, Codec, read_number, read_text
from pm.model.enums import CustomFieldType
from pm.words.amounts import number

TYPES = "UDFTYPE"
VALUES = "UDFVALUE"
CODE_TYPES = "ACTVTYPE"
CODES = "ACTVCODE"
CODED = "TASKACTV"
ENTITIES = {"TASK": "tasks", "PROJWBS": "tasks", "RSRC": "resources", "TASKRSRC": "assignments", "PROJECT": "projects"}
"""Which table of ours a user-defined field of a table of P6's extends."""
FIELD_TYPES = {
    "FT_TEXT": CustomFieldType.TEXT,
    "FT_STATICTYPE": CustomFieldType.TEXT,
    "FT_FLOAT_2_DECIMALS": CustomFieldType.NUMBER,
    "FT_FLOAT": CustomFieldType.NUMBER,
    "FT_INT": CustomFieldType.NUMBER,
    "FT_MONEY": CustomFieldType.COST,
    "FT_START_DATE": CustomFieldType.DATE,
    "FT_END_DATE": CustomFieldType.DATE,
}
COLUMNS = {
    CustomFieldType.TEXT: "udf_text",
    CustomFieldType.NUMBER: "udf_number",
    CustomFieldType.COST: "udf_number",
    CustomFieldType.DATE: "udf_date",
}
"""The column of UDFVALUE that holds values of a type."""


def _read_plain(text: str) -> int | float:
    value = read_number(text)
    return int(value) if value == value.to_integral_value() else float(value)


def _write_plain(value: Any) -> str:
    return number(read_number(str(value)))


PLAIN = Codec(_read_plain, _write_plain)


@dataclass(frozen=True)
class UserField:
    """A user-defined field.

    Attributes:
        table: The table of P6's it belongs to.
        key: The key of its values in `custom`.
    """

    table: str
    key: str
    type: CustomFieldType

    def codec(self, money: Codec) -> Codec:
        """Return how its values are written."""
        by_type = {CustomFieldType.NUMBER: PLAIN, CustomFieldType.COST: money, CustomFieldType.DATE: DATE}
        return by_type.get(self.type, TEXT)

    @property
    def column(self) -> str:
        """The column of UDFVALUE that its values stand in."""
        return COLUMNS.get(self.type, "udf_text")


def user_fields(records: Iterable[Fields]) -> dict[str, UserField]:
    """Return the user-defined fields by P6's number; those of what a plan does not hold are left out."""
    found: dict[str, UserField] = {}
    for record in records:
        p6_id, table = record.get("udf_type_id", "").strip(), record.get("table_name", "").strip().upper()
        kind = FIELD_TYPES.get(record.get("logical_data_type", "").strip().upper())
        if p6_id and table in ENTITIES and kind is not None:
            found[p6_id] = UserField(table, f"udf{p6_id}", kind)
    return found


def code_key(type_id: str) -> str:
    """Return the key in `custom` of an activity code."""
    return f"code{type_id.strip()}"


def read_custom(reading: Reading) -> None:
    """Read definitions and values; the rows they belong to are known."""
    fields = user_fields(record for record, _ in reading.document.records(TYPES))
    for record, _ in reading.document.records(TYPES):
        field = fields.get(record.get("udf_type_id", "").strip())
        if field is not None:
            _define(reading, ENTITIES[field.table], field.key, record.get("udf_type_label", ""), field.type)
    for record, where in reading.document.records(VALUES):
        field = fields.get(record.get("udf_type_id", "").strip())
        row = _row(reading, field.table, record.get("fk_id", "")) if field is not None else None
        if field is not None and row is not None:
            value = reading.value(field.codec(reading.money), record, field.column, where)
            if value is not None:
                row.setdefault("custom", {})[field.key] = value
    _read_codes(reading)


def _row(reading: Reading, table: str, p6_id: str) -> dict[str, Any] | None:
    row_id = reading.known(table, p6_id)
    if table == "PROJWBS" and row_id == 0:
        return None
    entity = ENTITIES[table]
    return reading.rows[entity][row_id - 1] if row_id is not None else None


def _define(reading: Reading, entity: str, key: str, alias: str, kind: CustomFieldType) -> None:
    """Define a field in every project: P6's are the same everywhere."""
    rows = reading.rows["custom_fields"]
    for project in reading.rows["projects"]:
        row = {"id": len(rows) + 1, "project_id": project["id"], "entity": entity, "key": key}
        rows.append(row | {"alias": read_text(alias), "type": kind.value})


def code_names(records: Iterable[Fields]) -> dict[str, tuple[str, str]]:
    """Return type and short name of each activity code, by P6's number of it."""
    return {
        record.get("actv_code_id", "").strip(): (
            record.get("actv_code_type_id", "").strip(),
            read_text(record.get("short_name") or record.get("actv_code_name", "")),
        )
        for record in records
    }


def _read_codes(reading: Reading) -> None:
    names = code_names(record for record, _ in reading.document.records(CODES))
    known: Mapping[str, str] = {
        record.get("actv_code_type_id", "").strip(): record.get("actv_code_type", "")
        for record, _ in reading.document.records(CODE_TYPES)
    }
    for type_id, title in known.items():
        _define(reading, "tasks", code_key(type_id), title, CustomFieldType.TEXT)
    for record, _ in reading.document.records(CODED):
        type_id, name = names.get(record.get("actv_code_id", "").strip(), ("", ""))
        row = _row(reading, "TASK", record.get("task_id", ""))
        if row is not None and type_id in known:
            row.setdefault("custom", {})[code_key(type_id)] = name
