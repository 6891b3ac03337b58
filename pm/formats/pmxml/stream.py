"""Parsing PMXML piece by piece: one business object at a time, each emptied when the next one is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from lxml import etree

from pm.errors import FormatError
from pm.formats.mspdi.stream import UNDECLARED_ENTITY
from pm.formats.result import Source

ROOT = "APIBusinessObjects"
CHUNK = 1 << 18
LONGEST_SILENCE = 64 << 20
"""How many bytes may go by without a business object: what is larger is junk."""
HINT = "export it again: in P6 use File > Export > Primavera P6 - XML"


def line_of(element: etree._Element) -> int:
    """Return the line of the file that `element` starts on, 0 where it is not known."""
    return cast("int | None", element.sourceline) or 0


class Objects:
    """The business objects of a file.

    Attributes:
        prefix: The namespace of the file's names, in braces; it differs between versions of P6.

    Args:
        source: The file.
        names: Names of the objects to hand out; ``Project`` is among them.
    """

    def __init__(self, source: Source, names: frozenset[str]) -> None:
        self._source, self._names = source, names
        self.prefix = ""

    def __iter__(self) -> Iterator[tuple[str, str, etree._Element]]:
        """Hand out name, name of what holds it (``APIBusinessObjects``, ``Project``) and element of each.

        What a project holds comes before the project itself.

        Raises:
            FormatError: `pmxml.truncated`, `pmxml.encoding`, `pmxml.doctype`, `pmxml.not_pmxml`, `pmxml.bad_xml`.
        """
        parser = etree.XMLPullParser(
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
            load_dtd=False,
        )
        stream, started, silent = self._source.stream, False, 0
        handled: list[etree._Element] = []
        while True:
            chunk = stream.read(CHUNK) or None
            if chunk is not None and not started and b"<!DOCTYPE" in chunk.replace(b"\0", b""):
                raise self._doctype()
            for event, element in self._feed(parser, chunk):
                if not started:
                    started = True
                    self._start(element)
                if event != "end":
                    continue
                holder = self._holder(element)
                if holder is None:
                    continue
                silent = 0
                if (name := self._name(element)) in self._names:
                    yield name, holder, element
                elif not len(element) and holder != ROOT:
                    continue  # a value of the project
                self._forget(handled, element)
            if chunk is None:
                return
            silent += len(chunk)
            if silent > LONGEST_SILENCE:
                raise self._error("it holds far more than a plan", "not_pmxml", "")

    def _name(self, element: etree._Element) -> str:
        return str(element.tag).removeprefix(self.prefix)

    def _holder(self, element: etree._Element) -> str | None:
        """Return what holds an element that may be an object: the file as a whole, or a project in it."""
        parent = element.getparent()
        if parent is None:
            return None
        above = parent.getparent()
        if above is None:
            return ROOT
        return self._name(parent) if above.getparent() is None and self._name(parent).endswith("Project") else None

    @staticmethod
    def _forget(handled: list[etree._Element], element: etree._Element) -> None:
        """Empty an object that was handed out, and drop those before it; the parser still needs the place of this one."""
        element.clear()
        while handled:
            done = handled.pop()
            parent = done.getparent()
            if parent is not None:
                parent.remove(done)
        handled.append(element)

    def _feed(self, parser: etree.XMLPullParser, chunk: bytes | None) -> Iterator[tuple[str, etree._Element]]:
        try:
            if chunk is None:
                parser.close()
            else:
                parser.feed(chunk)
            for event, element in parser.read_events():
                yield event, cast(etree._Element, element)
        except etree.XMLSyntaxError as error:
            raise self._syntax(error, parser, at_end=chunk is None) from error
        except LookupError as error:
            raise self._error("its encoding is unknown", "encoding", "save it as UTF-8", 1) from error

    def _start(self, root: etree._Element) -> None:
        if root.getroottree().docinfo.internalDTD is not None:
            raise self._doctype()
        name = etree.QName(root)
        if name.localname != ROOT:
            raise self._error(
                f"it is XML, but its outermost element is {name.localname[:40]!r}, not {ROOT}", "not_pmxml", HINT, 1
            )
        self.prefix = f"{{{name.namespace}}}" if name.namespace else ""

    def _doctype(self) -> FormatError:
        return self._error(
            "it declares a document type, which no plan needs", "doctype", "remove the DOCTYPE if you trust the file"
        )

    def _syntax(self, error: etree.XMLSyntaxError, parser: etree.XMLPullParser, *, at_end: bool) -> FormatError:
        # The parser's log holds the first thing that went wrong; the exception is sometimes only a consequence.
        first = next((e for e in parser.feed_error_log if e.level >= etree.ErrorLevels.ERROR), None)
        message, line = (first.message, first.line) if first is not None else (error.msg or "", error.lineno)
        if at_end and (first is None or first.type != UNDECLARED_ENTITY):
            return self._error("the file ends before the plan does", "truncated", "get a whole copy of it", line)
        if "encod" in message.casefold():
            return self._error("its text is not in the encoding it says", "encoding", "save it as UTF-8", line)
        return self._error(f"it is not well-formed XML: {message.split(', line ')[0].rstrip('.')}", "bad_xml", HINT, line)

    def _error(self, message: str, code: str, hint: str, line: int | None = None) -> FormatError:
        subject = f"{self._source.name}:{line}" if line else self._source.name
        return FormatError(message, code=f"pmxml.{code}", hint=hint, subject=subject)
