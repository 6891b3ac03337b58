"""Turning the elements of one record into a row, by the table in `fields`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from lxml import etree

from pm.errors import FormatError
from pm.formats.mspdi.fields import Element, Role, elements
from pm.formats.mspdi.trees import has_attributes, is_foreign, to_tree
from pm.formats.mspdi.values import BadValueError, Codec
from pm.formats.result import Problem, Severity
from pm.formats.xml_file import line_of
from pm.model import ENTITIES, fields_of

KEY = "mspdi"
"""Where a row's `extra` holds what this format carries."""

MOST_PROBLEMS = 1000
"""How many problems are listed; a damaged file must not fill the memory with them."""

TOO_MANY = 20_000
"""A file with more problems than this is junk."""


class Report:
    """Collects problems, and stops at the first one where the import is strict."""

    def __init__(self, name: str, strict: bool) -> None:
        self.name = name
        self.strict = strict
        self.problems: list[Problem] = []
        self._count = 0

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
        line = line or (line_of(element) if element is not None else None)
        where = f"{self.name}:{line}" if line else self.name
        subject = f"{subject}, {where}" if subject and line else subject or where
        if self.strict and severity is not Severity.INFO:
            raise FormatError(message, code=code, subject=subject, hint=hint or "read it without --strict to skip over it")
        self._count += 1
        if self._count > TOO_MANY:
            raise FormatError(
                f"more than {TOO_MANY} things are wrong with it: it is no plan", code="mspdi.too_many_problems", subject=self.name
            )
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(severity, code, message, subject, hint))


class Shapes:
    """The different sequences of elements that records of one kind have, numbered; rows refer to them by number."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[str, ...], int] = {}
        self.used: Counter[int] = Counter()

    def number(self, names: Iterable[str]) -> int:
        """Return the number of the sequence `names`."""
        return self.numbers.setdefault(tuple(names), len(self.numbers))

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
        plain: It has no attributes, nor anything within it.
    """

    __slots__ = ("carried", "computed", "kept", "line", "nested", "plain", "raw", "row", "was")

    def __init__(self, line: int | None, plain: bool = True) -> None:
        self.row: dict[str, Any] = {}
        self.computed: dict[str, Any] = {}
        self.nested: list[tuple[str, etree._Element]] = []
        self.kept: dict[str, Any] = {}
        self.raw: dict[str, str] = {}
        self.was: dict[str, str] = {}
        self.carried: dict[str, Any] = {}
        self.plain = plain
        self.line = line

    def expect(self, name: str, text: str | None, written: str | None) -> None:
        """Note that we would write `written` for element `name`, where that is not what stands there.

        Args:
            name: A part, or a field that the reader filled in by itself.
            text: What stands there, None where there is no such element.
            written: What we would write; None where we would leave it out.
        """
        if text != written:
            if text is not None:
                self.raw.setdefault(name, text)
            self.was[name] = written or ""

    def extra(self) -> dict[str, Any]:
        """Return what `extra` holds for the row."""
        for key in ("kept", "raw", "was"):
            if found := getattr(self, key):
                self.carried[key] = found
        return {KEY: self.carried}


Cache = dict[str | None, tuple[Any, str | None]]
"""What a text means in one codec: its value, and what we would write for that where it differs."""


@dataclass(frozen=True)
class _Value:
    """A child that is a value: where it stands among the children, and how to read it."""

    place: int
    name: str
    field: str
    part: bool
    cache: Cache
    codec: Codec
    spec: Element


@dataclass
class _Layout:
    """What to do with the children of all records that have the same sequence of them. Worked out once for each."""

    shape: int
    values: list[_Value]
    computed: list[_Value]
    nested: list[tuple[int, str]]
    kept: list[tuple[int, str, str | None, bool]]
    repeated: list[tuple[int, str]]


class RowReader:
    """Reads the records of one table.

    Attributes:
        shapes: The sequences of elements that records had.
        ignored: How often an element was dropped because it came again.

    Args:
        table: Table of the plan.
        prefix: Namespace of the file's names, in braces.
        codecs: From `values.codecs`.
        report: Where problems go.
    """

    def __init__(self, table: str, prefix: str, codecs: Mapping[str, Codec], report: Report) -> None:
        self.shapes = Shapes()
        self.ignored: Counter[str] = Counter()
        self._report = report
        self._prefix = prefix
        self._codecs = codecs
        self._defaults = {name: f.default for name, f in fields_of(ENTITIES[table]).items()}
        self._specs = {prefix + e.name: e for e in elements(table).values()}
        self._caches: dict[str, Cache] = {}
        self._layouts: dict[tuple[str, ...], _Layout] = {}

    def read(self, element: etree._Element, plain: bool = False) -> Record:
        """Return what `element` says. Values that make no sense are reported, their text kept.

        Args:
            element: The record.
            plain: It is known to have no attributes, nor anything within it.
        """
        record = Record(line_of(element), plain or not has_attributes(element))
        children = list(element)
        if record.plain:
            tags = cast("tuple[str, ...]", tuple([child.tag for child in children]))
        else:
            # What has attributes is not a value we understand: no tag of the table ends with a sign.
            tags = tuple([f"{child.tag}@" if has_attributes(child) else str(child.tag) for child in children])
        layout = self._layouts.get(tags)
        if layout is None:
            layout = self._layouts[tags] = self._lay_out(tags)
        self._values(children, layout, record)
        for place, name in layout.nested:
            record.nested.append((name, children[place]))
        for place, name, usual, whole in layout.kept:
            child = children[place]
            text = child.text
            if whole or text is None or text.isspace():
                tree = to_tree(child, self._prefix)
                if tree != usual:
                    record.kept[name] = tree
            elif text != usual:
                record.kept[name] = to_tree(child, self._prefix) if len(child) else text
        for value in layout.computed:
            child = children[value.place]
            found = value.cache.get(child.text) or self._decode(child.text, value, child)
            if found is not None:
                record.computed[value.field] = found[0]
        for place, name in layout.repeated:
            self.ignored[name] += 1
            self._report("mspdi.repeated", f"{name} is given twice; the first one counts", element=children[place])
        record.carried["shape"] = layout.shape
        self.shapes.used[layout.shape] += 1
        return record

    def _values(self, children: list[etree._Element], layout: _Layout, record: Record) -> None:
        row, raw, was = record.row, record.raw, record.was
        for value in layout.values:
            child = children[value.place]
            text = child.text
            found = value.cache.get(text)
            if found is None:
                found = self._decode(text, value, child)
                if found is None:
                    raw[value.name] = text or ""
                    was[value.name] = self._default_text(value)
                    continue
            row[value.field], written = found
            if written is not None:
                raw[value.name] = text or ""
                was[value.name] = written

    def _lay_out(self, tags: tuple[str, ...]) -> _Layout:
        """Work out what the children with these tags are.

        The further ones of a name that we only keep are kept as ``Name#2``, ``Name#3``; what has attributes also as ``Name#1``.
        """
        layout = _Layout(0, [], [], [], [], [])
        names: dict[str, None] = {}
        counts: Counter[str] = Counter()
        for place, tag in enumerate(tags):
            spec = self._specs.get(tag.removesuffix("@"))
            attributed = tag.endswith("@") and (spec is None or spec.role is not Role.NESTED)
            name = tag.removesuffix("@").removeprefix(self._prefix)
            counts[name] += 1
            again = counts[name] > 1
            if spec is not None and spec.role is Role.NESTED:
                layout.nested.append((place, name))
            elif attributed or spec is None or spec.role is Role.KEPT:
                if attributed or again:
                    name = f"{name}#{counts[name]}"
                if attributed:
                    spec = None
                whole = attributed or is_foreign(tag, self._prefix)
                layout.kept.append((place, name, spec.usual if spec is not None and not again else None, whole))
            elif again:
                layout.repeated.append((place, name))
                continue
            else:
                part = spec.role is Role.PART
                cache = self._caches.setdefault(spec.codec, {})
                value = _Value(place, name, spec.field, part, cache, self._codecs[spec.codec], spec)
                if spec.role is Role.COMPUTED:
                    layout.computed.append(value)
                    continue
                layout.values.append(value)
            names[name] = None
        layout.shape = self.shapes.number(names)
        return layout

    def _decode(self, text: str | None, value: _Value, child: etree._Element) -> tuple[Any, str | None] | None:
        """Return the value of `text`, and what we would write instead where that differs; None where it has no value."""
        spec, codec = value.spec, value.codec
        try:
            if len(child):
                raise BadValueError("it holds other elements")
            if not text and spec.codec != "text":
                return None
            decoded = codec.decode(text or "")
        except (ValueError, OverflowError) as error:
            code = error.code if isinstance(error, BadValueError) else "mspdi.bad_value"
            reason = str(error) if isinstance(error, BadValueError) else "not what belongs there"
            self._report(code, f"{spec.name} is {(text or '')[:60]!r}: {reason}", element=child)
            return None
        written = codec.encode(decoded)
        found = (decoded, None if written == (text or "") else written)
        if text and not text.isspace():
            value.cache[text] = found
        return found

    def _default_text(self, value: _Value) -> str:
        """Return what we would write for the value a field has when its text makes no sense."""
        if value.part:
            return ""
        default = self._defaults[value.field]
        return "" if default is None else value.codec.encode(default)
