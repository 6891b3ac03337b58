"""Turning the elements of one record into a row, by the table in `fields`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree

from pm.errors import FormatError
from pm.formats.mspdi.fields import Element, Role, elements
from pm.formats.mspdi.trees import has_attributes, to_tree
from pm.formats.mspdi.values import BadValueError, Codec
from pm.formats.result import Problem, Severity
from pm.model import ENTITIES, fields_of

KEY = "mspdi"
"""Where a row's `extra` holds what this format carries."""

MOST_PROBLEMS = 1000
"""How many problems are listed; a damaged file must not fill the memory with them."""


class Report:
    """Collects problems, and stops at the first one where the import is strict."""

    def __init__(self, name: str, strict: bool) -> None:
        self.name = name
        self.strict = strict
        self.problems: list[Problem] = []

    def __call__(
        self,
        code: str,
        message: str,
        *,
        element: etree._Element | None = None,
        line: int | None = None,
        subject: str = "",
        severity: Severity = Severity.WARNING,
        hint: str = "",
    ) -> None:
        """Note a problem; its place is `subject`, or the line of `element`."""
        line = line or (element.sourceline if element is not None else None)
        where = f"{self.name}:{line}" if line else self.name
        subject = f"{subject}, {where}" if subject and line else subject or where
        if self.strict and severity is not Severity.INFO:
            raise FormatError(message, code=code, subject=subject, hint=hint or "read it without --strict to skip over it")
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(severity, code, message, subject, hint))


class Shapes:
    """The different sequences of elements that records of one kind have, numbered; rows refer to them by number."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[str, ...], int] = {}
        self.used: Counter[int] = Counter()

    def number(self, names: Iterable[str]) -> int:
        """Return the number of the sequence `names`."""
        number = self.numbers.setdefault(tuple(names), len(self.numbers))
        self.used[number] += 1
        return number

    def kept(self, table: str) -> Counter[str]:
        """Return how often each element was there that is only kept."""
        known = elements(table)
        counts: Counter[str] = Counter()
        for names, number in self.numbers.items():
            for name in names:
                if name not in known or known[name].role is Role.KEPT:
                    counts[name] += self.used[number]
        return counts


class Record:
    """What one record says.

    Attributes:
        row: Values by field of the model, and parts.
        computed: Values by column of `StoredDates`.
        nested: Elements with rows of other tables.
        carried: What `extra` keeps of it under `KEY`: ``shape``; ``kept`` trees of elements we do not model; ``raw`` texts that
            we would write otherwise; ``was``, what we would have written for each when it was read, so that a changed value
            is noticed.
        line: Where it stands.
    """

    __slots__ = ("carried", "computed", "kept", "line", "nested", "raw", "repeated", "row", "was")

    def __init__(self, line: int | None) -> None:
        self.row: dict[str, Any] = {}
        self.computed: dict[str, Any] = {}
        self.nested: list[tuple[str, etree._Element]] = []
        self.kept: dict[str, Any] = {}
        self.raw: dict[str, str] = {}
        self.was: dict[str, str] = {}
        self.carried: dict[str, Any] = {}
        self.repeated: dict[str, int] = {}
        self.line = line

    def expect(self, name: str, written: str | None) -> None:
        """Note that `written` is what we would write for element `name`, unless its text says just that.

        None: we would leave it out. Call it for parts, and for fields the reader filled in by itself.
        """
        if self.raw.get(name) != written:
            self.was[name] = "" if written is None else written
        else:
            self.raw.pop(name, None)
            self.was.pop(name, None)

    def extra(self) -> dict[str, Any]:
        """Return what `extra` holds for the row."""
        for key in ("kept", "raw", "was"):
            if found := getattr(self, key):
                self.carried[key] = found
        return {KEY: self.carried}


_Entry = tuple[Element, dict[str | None, tuple[Any, str | None]], Codec | None]


class RowReader:
    """Reads the records of one table.

    Args:
        table: Table of the plan.
        prefix: Namespace of the file's names, in braces.
        codecs: From `values.codecs`.
        report: Where problems go.
    """

    def __init__(self, table: str, prefix: str, codecs: Mapping[str, Codec], report: Report) -> None:
        self.shapes = Shapes()
        self._report = report
        self._prefix = prefix
        self._defaults = {name: f.default for name, f in fields_of(ENTITIES[table]).items()}
        caches: dict[str, dict[str | None, tuple[Any, str | None]]] = {}
        self._entries: dict[object, _Entry] = {
            prefix + e.name: (e, caches.setdefault(e.codec, {}), codecs.get(e.codec)) for e in elements(table).values()
        }

    def read(self, element: etree._Element) -> Record:
        """Return what `element` says. Values that make no sense are reported, their text kept."""
        record = Record(element.sourceline)
        row, raw, was = record.row, record.raw, record.was
        entries = self._entries
        names: dict[str, None] = {}
        attributes = has_attributes(element)
        for child in element:
            entry = entries.get(child.tag)
            if entry is None or (attributes and has_attributes(child) and entry[0].role is not Role.NESTED):
                self._keep(child, record, names)
                continue
            spec, cache, codec = entry
            role, name = spec.role, spec.name
            if role is Role.VALUE or role is Role.PART:
                text = child.text
                found = cache.get(text)
                if found is None:
                    found = self._decode(text, spec, cache, codec, child)
                    if found is None:
                        names[name] = None
                        raw[name] = text or ""
                        was[name] = self._default_text(spec, codec)
                        continue
                value, written = found
                if spec.field in row:
                    self._report("mspdi.repeated", f"{name} is given twice; the first one counts", element=child)
                    continue
                row[spec.field] = value
                names[name] = None
                if written is not None:
                    raw[name] = text or ""
                    was[name] = written
                elif role is Role.PART:
                    raw[name] = text or ""
            elif role is Role.COMPUTED:
                self._computed(child, record, spec, cache, codec)
            elif role is Role.NESTED:
                record.nested.append((name, child))
                names[name] = None
            else:
                self._keep_known(child, record, names, spec)
        record.carried["shape"] = self.shapes.number(names)
        return record

    def _decode(
        self,
        text: str | None,
        spec: Element,
        cache: dict[str | None, tuple[Any, str | None]],
        codec: Codec | None,
        child: etree._Element,
    ) -> tuple[Any, str | None] | None:
        """Return the value of `text`, and what we would write instead where that differs; None where it has no value."""
        assert codec is not None
        try:
            if len(child):
                raise BadValueError("it holds other elements")
            if not text and spec.codec != "text":
                return None
            value = codec.decode(text or "")
        except (ValueError, OverflowError) as error:
            code = error.code if isinstance(error, BadValueError) else "mspdi.bad_value"
            reason = str(error) if isinstance(error, BadValueError) else "not what belongs there"
            self._report(code, f"{spec.name} is {(text or '')[:60]!r}: {reason}", element=child)
            return None
        written = codec.encode(value)
        found = cache[text] = (value, None if written == (text or "") else written)
        return found

    def _default_text(self, spec: Element, codec: Codec | None) -> str:
        """Return what we would write for the value a field has when its text makes no sense."""
        if spec.role is Role.PART or codec is None:
            return ""
        default = self._defaults[spec.field]
        return "" if default is None else codec.encode(default)

    def _computed(
        self,
        child: etree._Element,
        record: Record,
        spec: Element,
        cache: dict[str | None, tuple[Any, str | None]],
        codec: Codec | None,
    ) -> None:
        found = cache.get(child.text) or self._decode(child.text, spec, cache, codec, child)
        if found is not None:
            record.computed[spec.field] = found[0]

    def _keep_known(self, child: etree._Element, record: Record, names: dict[str, None], spec: Element) -> None:
        name = spec.name
        if name in names:
            self._keep(child, record, names)
            return
        names[name] = None
        if len(child):
            record.kept[name] = to_tree(child, self._prefix)
        elif child.text != spec.usual:
            record.kept[name] = child.text or ""

    def _keep(self, child: etree._Element, record: Record, names: dict[str, None]) -> None:
        """Keep an element we do not know, or one that comes again: the further ones as ``Name#2``, ``Name#3``."""
        tag = str(child.tag)
        name = tag.removeprefix(self._prefix)
        if name in names:
            count = record.repeated[name] = record.repeated.get(name, 1) + 1
            name = f"{name}#{count}"
        names[name] = None
        record.kept[name] = to_tree(child, self._prefix)
