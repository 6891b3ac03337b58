"""Reading custom fields: their definitions, and the values that rows have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree

from pm.formats.mspdi.calendars import Row
from pm.formats.mspdi.custom import key_of, read_value, table_of, type_of
from pm.formats.mspdi.rows import KEY, Record, Report
from pm.formats.mspdi.trees import texts, to_tree
from pm.formats.mspdi.values import BadValueError, Codec
from pm.model.enums import CustomFieldType


class CustomFields:
    """The custom fields a file defines or uses.

    Attributes:
        rows: A row of `custom_fields` for each.
    """

    def __init__(self, prefix: str, codecs: Mapping[str, Codec], report: Report) -> None:
        self.rows: list[Row] = []
        self._prefix, self._codecs, self._report = prefix, codecs, report
        self._known: dict[str, tuple[str, CustomFieldType]] = {}

    def define(self, holder: etree._Element) -> None:
        """Read the definitions in the file's ``ExtendedAttributes``."""
        for element in holder:
            tree = to_tree(element, self._prefix)
            found = texts(tree)
            field_id = found.get("FieldID", "").strip()
            if not field_id.isdigit() or len(field_id) > 12 or field_id in self._known:
                self._report("mspdi.bad_custom_field", "a custom field has no number of its own", element=element)
                field_id = ""
            self._add(field_id, found.get("FieldName", ""), found.get("Alias", ""), tree)

    def _add(self, field_id: str, name: str, alias: str, tree: Any) -> tuple[str, CustomFieldType]:
        number = int(field_id or 0)
        key = key_of(number, name)
        kind = type_of(key)
        row: Row = {"id": len(self.rows) + 1, "project_id": 1, "key": key, "alias": alias, "type": kind.value}
        row["entity"] = table_of(number)
        row["extra"] = {KEY: {"id": number} if tree is None else {"id": number, "tree": tree}}
        self.rows.append(row)
        if field_id:
            self._known[field_id] = key, kind
        return key, kind

    def read(self, elements: Iterable[etree._Element], table: str, record: Record) -> None:
        """Read the ``ExtendedAttribute`` `elements` of a row of `table` into its `custom`; their text is carried."""
        custom: dict[str, Any] = {}
        carried: list[Any] = []
        for element in elements:
            tree = to_tree(element, self._prefix)
            carried.append(tree)
            found = texts(tree)
            field_id = found.get("FieldID", "").strip()
            if not field_id.isdigit() or len(field_id) > 12:
                self._report("mspdi.bad_custom_field", f"a value in {table} belongs to no custom field", element=element)
                continue
            key, kind = self._known.get(field_id) or self._add(field_id, "", "", None)
            if key in custom or "Value" not in found:
                continue
            try:
                custom[key] = read_value(found["Value"], kind, self._codecs)
            except (ValueError, OverflowError) as error:
                code = error.code if isinstance(error, BadValueError) else "mspdi.bad_value"
                self._report(code, f"the value {found['Value'][:60]!r} of {key} makes no sense", element=element)
        if custom:
            record.row["custom"] = custom
        record.carried["custom"] = carried
