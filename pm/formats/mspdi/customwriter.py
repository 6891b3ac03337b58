"""Writing custom fields: their definitions, and the values that rows have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from pm.formats.mspdi.custom import BASES, read_value, task_fields, type_of, write_value
from pm.formats.mspdi.rows import KEY
from pm.formats.mspdi.rowwriter import NOTHING, Lines, carried
from pm.formats.mspdi.trees import Tree, render, texts
from pm.formats.mspdi.values import Codec
from pm.model import Plan
from pm.model.enums import CustomFieldType

_NAMES = {
    CustomFieldType.TEXT: "text",
    CustomFieldType.NUMBER: "number",
    CustomFieldType.FLAG: "flag",
    CustomFieldType.DATE: "date",
    CustomFieldType.DURATION: "duration",
    CustomFieldType.COST: "cost",
}


class CustomWriter:
    """Writes the custom fields of a plan.

    A field of our own that has no number in Microsoft Project takes the first free one of its type, with its key for an
    alias; one for which there is no number left is not written.

    Attributes:
        lost: How many values were not written of each field (table, key) that could not be; complete once all rows are.
    """

    def __init__(self, plan: Plan, project_id: int, codecs: Mapping[str, Codec]) -> None:
        self._codecs = codecs
        self._rows: list[Mapping[str, Any]] = []
        self._ids: dict[tuple[str, str], int] = {}
        self._keys: dict[str, tuple[str, CustomFieldType]] = {}
        self._types: dict[tuple[str, str], CustomFieldType] = {}
        self.lost: Counter[tuple[str, str]] = Counter()
        table = plan.tables["custom_fields"]
        fields = [f for f in table if f.project_id == project_id]
        taken = {carried({"extra": f.extra}).get("id", 0) for f in fields}
        for field in fields:
            kind = CustomFieldType(field.type)
            number = carried({"extra": field.extra}).get("id") or self._number(field.entity, field.key, kind, taken)
            if not number:
                self.lost[field.entity, field.key] += 0
                continue
            taken.add(number)
            self._ids.setdefault((field.entity, field.key), number)
            self._keys[str(number)] = field.key, kind
            self._types[field.entity, field.key] = kind
            self._rows.append({"field": field, "id": number})

    @staticmethod
    def _number(entity: str, key: str, kind: CustomFieldType, taken: set[int]) -> int:
        base = BASES.get(entity)
        if entity != "tasks" or base is None:
            # The numbers of the other tables follow no rule; only those that came from a file are known.
            return 0
        known = task_fields()
        if key in known and type_of(key) is kind and known[key] not in taken:
            return known[key]
        free = (n for k, n in known.items() if k.rstrip("0123456789") == _NAMES[kind] and n not in taken)
        return next(free, 0)

    def definitions(self, indent: int) -> Lines:
        """Return the lines of all definitions."""
        out: Lines = []
        names = {number: key for key, number in task_fields().items()}
        for row in self._rows:
            field, number = row["field"], row["id"]
            tree: Tree = carried({"extra": field.extra}).get("tree")
            if tree is None and KEY in (field.extra or {}):
                # It was used without being defined.
                continue
            if tree is None:
                name = names.get(number, field.key)
                tree = [["FieldID", str(number)], ["FieldName", name[:1].upper() + name[1:]]]
                tree.append(["Alias", field.alias or field.key])
            elif isinstance(tree, list) and texts(tree).get("Alias", "") != field.alias:
                tree = [pair for pair in tree if pair[0] != "Alias"]
                place = 1 + max((i for i, pair in enumerate(tree) if pair[0] in ("FieldID", "FieldName")), default=-1)
                tree.insert(place, ["Alias", field.alias])
            render("ExtendedAttribute", tree, indent, out)
        return out

    def values(self, row: Mapping[str, Any], entity: str, indent: int) -> Lines:
        """Return the lines of a row's values: those it came with where they are as they were, then new ones."""
        custom: Mapping[str, Any] = row.get("custom") or NOTHING
        held = carried(row).get("custom", ())
        if not custom and not held:
            return []
        out: Lines = []
        written: set[str] = set()
        for tree in held:
            found = texts(tree)
            key, kind = self._keys.get(found.get("FieldID", "").strip(), ("", CustomFieldType.TEXT))
            if key and key not in written:
                written.add(key)
                tree = self._current(tree, found, custom, key, kind)
            if tree is not None:
                render("ExtendedAttribute", tree, indent, out)
        for key, value in custom.items():
            number = self._ids.get((entity, key))
            if key in written:
                continue
            if not number:
                self.lost[entity, key] += 1
            else:
                text = write_value(value, self._types[entity, key], self._codecs)
                render("ExtendedAttribute", [["FieldID", str(number)], ["Value", text]], indent, out)
        return out

    def _current(
        self, tree: Tree, found: Mapping[str, str], custom: Mapping[str, Any], key: str, kind: CustomFieldType
    ) -> Tree | None:
        """Return `tree` with the value that `key` has now; None where it has none any more."""
        before = None
        if "Value" in found:
            try:
                before = read_value(found["Value"], kind, self._codecs)
            except (ValueError, OverflowError):
                return tree
        if key not in custom:
            return tree if before is None else None
        if custom[key] == before or not isinstance(tree, list):
            return tree
        text = write_value(custom[key], kind, self._codecs)
        kept = [pair for pair in tree if pair[0] not in ("Value", "ValueGUID", "ValueID")]
        place = 1 + max((i for i, pair in enumerate(kept) if pair[0] in ("UID", "FieldID")), default=-1)
        return [*kept[:place], ["Value", text], *kept[place:]]
