"""Turning a row into the elements of one record, by the table in `fields`; the counterpart of `rows`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pm.formats.mspdi.fields import Element, Role, elements, order
from pm.formats.mspdi.rows import KEY
from pm.formats.mspdi.trees import quote, render
from pm.formats.mspdi.values import Codec
from pm.model import ENTITIES, fields_of

OPTIONAL = frozenset({"ID", "OutlineNumber", "Summary"})
"""What follows from the order of the tasks: a file that came without it goes without it."""

CONTAINERS = frozenset(
    {"WeekDays", "Exceptions", "WorkWeeks", "AvailabilityPeriods", "Rates"}
    | {"ExtendedAttributes", "Calendars", "Tasks", "Resources", "Assignments"}
)
"""Elements that hold rows; they may be there and empty. The other nested ones are rows themselves."""

Lines = list[str]
NOTHING: Mapping[str, Any] = {}


def carried(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a row carries from the MSPDI file it came from."""
    extra = row.get("extra")
    found = extra.get(KEY) if isinstance(extra, dict) else None
    return found if isinstance(found, dict) else NOTHING


def merged_order(shape: Sequence[str], table: str) -> list[str]:
    """Return the names of `shape` with all others of the schema put where they belong among them."""
    merged = list(shape)
    before: str | None = None
    present = set(shape)
    for name in order(table):
        if name not in present:
            merged.insert(merged.index(before) + 1 if before is not None else 0, name)
        before = name
    return merged


class RowWriter:
    """Writes the records of one table.

    Args:
        table: Table of the plan.
        codecs: From `values.codecs`.
        shapes: The sequences of elements that rows refer to, from the project's `extra`.
    """

    def __init__(self, table: str, codecs: Mapping[str, Codec], shapes: Sequence[Sequence[str]] = ()) -> None:
        self._table = table
        self._specs = elements(table)
        self._codecs = codecs
        self._defaults = {name: f.default for name, f in fields_of(ENTITIES[table]).items()}
        self._shapes = shapes
        self._orders: dict[int | None, tuple[list[str], frozenset[str]]] = {None: (list(self._specs), frozenset())}
        self._texts: dict[str, dict[Any, str]] = {}

    def shape_of(self, row: Mapping[str, Any]) -> frozenset[str] | None:
        """Return the names of the elements `row` came with, or None where it was not read from a file of this kind."""
        number = carried(row).get("shape")
        if not isinstance(number, int) or not 0 <= number < len(self._shapes):
            return None
        return self._order(number)[1]

    def _order(self, number: int | None) -> tuple[list[str], frozenset[str]]:
        found = self._orders.get(number)
        if found is None and number is not None:
            shape = self._shapes[number]
            found = self._orders[number] = (merged_order(shape, self._table), frozenset(shape))
        assert found is not None
        return found

    def text(self, codec: str, value: Any) -> str:
        """Return `value` as `codec` writes it."""
        known = self._texts.setdefault(codec, {})
        found = known.get(value)
        if found is None:
            found = known[value] = self._codecs[codec].encode(value)
        return found

    def lines(
        self,
        row: Mapping[str, Any],
        *,
        parts: Mapping[str, Any] = NOTHING,
        computed: Mapping[str, Any] = NOTHING,
        nested: Mapping[str, Lines] = NOTHING,
        indent: int,
        only: frozenset[str] | None = None,
    ) -> Lines:
        """Return the lines of the elements of `row`, without the element around them.

        Args:
            row: Values by field; those left out have their default.
            parts: Values of the parts; None leaves one out.
            computed: Values of computed elements; None leaves one out.
            nested: Lines of the rows within, by element.
            indent: How deep they stand.
            only: Write none but these.
        """
        held = carried(row)
        shaped = self.shape_of(row)
        names, shape = self._order(held["shape"] if shaped is not None else None)
        was, raw, kept = held.get("was", NOTHING), held.get("raw", NOTHING), held.get("kept", NOTHING)
        pad = "\t" * indent
        out: Lines = []
        for name in names:
            if only is not None and name not in only:
                continue
            spec = self._specs.get(name)
            if spec is None or spec.role is Role.KEPT:
                if name in shape:
                    usual = spec.usual if spec is not None else None
                    render(name.partition("#")[0], kept.get(name, usual or ""), indent, out)
                continue
            if spec.role is Role.NESTED:
                inside = nested.get(name)
                if inside:
                    out.extend(inside)
                elif name in shape and name in CONTAINERS:
                    out.append(f"{pad}<{name}/>")
                continue
            text = self._text_of(spec, row, parts, computed)
            if spec.role is not Role.COMPUTED:
                if name in was and was[name] == (text or ""):
                    text = raw.get(name)
                elif text is not None and not self._wanted(spec, row, shape if shaped is not None else None):
                    continue
            if text is not None:
                out.append(f"{pad}<{name}>{quote(text)}</{name}>" if text else f"{pad}<{name}/>")
        return out

    def _text_of(
        self, spec: Element, row: Mapping[str, Any], parts: Mapping[str, Any], computed: Mapping[str, Any]
    ) -> str | None:
        if spec.role is Role.VALUE:
            value = row.get(spec.field, self._defaults[spec.field])
        else:
            value = (parts if spec.role is Role.PART else computed).get(spec.field)
        return None if value is None else self.text(spec.codec, value)

    def _wanted(self, spec: Element, row: Mapping[str, Any], shape: frozenset[str] | None) -> bool:
        """Whether an element with a value is written: one that was there, or that says something."""
        if shape is not None and spec.name in shape:
            return True
        if shape is None and spec.always:
            return True
        if spec.role is Role.PART:
            return shape is None or spec.name not in OPTIONAL
        return bool(row.get(spec.field, self._defaults[spec.field]) != self._defaults[spec.field])
