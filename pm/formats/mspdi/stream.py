"""Parsing MSPDI piece by piece, with bounded memory, and naming what is wrong with the XML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from lxml import etree

from pm.errors import FormatError
from pm.formats.mspdi.fields import NAMESPACE
from pm.formats.result import Source

CHUNK = 1 << 18
LONGEST_HEAD = 1 << 20
"""How far to look for the outermost element."""
RECORDS = {"Calendar": "Calendars", "Task": "Tasks", "Resource": "Resources", "Assignment": "Assignments"}
"""The elements handed out one by one, and what holds them."""
MOST_UNKNOWN = 20_000
"""How many elements that are no records a file may hold before it is taken for junk."""

_TRUNCATED = frozenset({4, 5, 73, 74, 77})
"""libxml2: document empty, document end, start tag or attribute unfinished, tag not finished."""
_ENCODING = frozenset({6, 9, 31, 32, 79, 81, 1544, 6003})
"""libxml2: invalid character (reference), unknown or unsupported encoding, encoding name, invalid encoding, I/O encoder."""


def line_of(element: etree._Element) -> int | None:
    """Return the line of the file that `element` starts on."""
    return cast("int | None", element.sourceline)


class Stream:
    """The records of an MSPDI file in the order they stand in.

    Attributes:
        root: The ``Project`` element; whole once all records were handed out, with the records emptied.
        prefix: The namespace of its names, in braces.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self.root: etree._Element | None = None
        self.prefix = ""

    def _parser(self, tags: Sequence[str] | None = None) -> etree.XMLPullParser:
        return etree.XMLPullParser(
            events=("start", "end"),
            tag=tags,
            resolve_entities=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
            load_dtd=False,
        )

    def records(self) -> Iterator[tuple[str, etree._Element]]:
        """Hand out each record with its name; it is emptied when the next one is asked for.

        Raises:
            FormatError: `mspdi.truncated`, `mspdi.encoding`, `mspdi.doctype`, `mspdi.not_mspdi`, `mspdi.bad_xml`.
        """
        head = self._read_head()
        names = {self.prefix + name: name for name in RECORDS}
        holders = {name: self.prefix + holder for name, holder in RECORDS.items()}
        # Only the elements that are asked for become Python objects: twice as fast as looking at each.
        parser = self._parser([self.prefix + "Project", *names])
        chunk: bytes | None = head
        while True:
            for event, element in self._feed(parser, chunk):
                if self.root is None:
                    self.root = element
                if event == "end" and (name := names.get(str(element.tag))) is not None:
                    holder = element.getparent()
                    if holder is None or holder.tag != holders[name] or holder.getparent() is not self.root:
                        continue
                    yield name, element
                    element.clear()
                    while element.getprevious() is not None:
                        del holder[0]
            if chunk is None:
                return
            self._check_size()
            chunk = self._source.stream.read(CHUNK) or None

    def _feed(self, parser: etree.XMLPullParser, chunk: bytes | None) -> Iterator[tuple[str, etree._Element]]:
        """Parse a piece of the file (None: its end) and hand out the events in it."""
        try:
            if chunk is None:
                parser.close()
            else:
                parser.feed(chunk)
            for event, element in parser.read_events():
                yield event, cast(etree._Element, element)
        except etree.XMLSyntaxError as error:
            raise self._syntax(error) from error
        except LookupError as error:
            raise self._error("its encoding is unknown", "mspdi.encoding", "save it as UTF-8", line=1) from error

    def _read_head(self) -> bytes:
        """Read up to the outermost element, which says whether this is a plan at all, and return what was read."""
        parser = self._parser()
        head = b""
        while chunk := self._source.stream.read(4096):
            head += chunk
            if b"<!DOCTYPE" in head.replace(b"\0", b""):
                raise self._doctype()
            if len(head) == len(chunk) and not head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
                raise self._error("it is not XML", "mspdi.not_mspdi", "save it as XML in Microsoft Project", line=1)
            for _, root in self._feed(parser, chunk):
                self._start(root)
                return head
            if len(head) > LONGEST_HEAD:
                break
        if not head:
            raise self._error("the file is empty", "mspdi.truncated", "get a whole copy of it")
        for _ in self._feed(parser, None):
            pass
        raise self._error("it holds no plan", "mspdi.not_mspdi", "save it as XML in Microsoft Project")

    def _start(self, root: etree._Element) -> None:
        if root.getroottree().docinfo.internalDTD is not None:
            raise self._doctype()
        tag = str(root.tag)
        namespace, closed, name = tag[1:].partition("}") if tag.startswith("{") else ("", "", tag)
        self.prefix = f"{{{namespace}}}" if closed else ""
        if name != "Project" or (namespace and not namespace.startswith(NAMESPACE)):
            raise self._error(
                f"it is XML, but its outermost element is {name[:40]!r}, not a Microsoft Project plan",
                "mspdi.not_mspdi",
                "save it as XML in Microsoft Project",
                line=line_of(root),
            )

    def _check_size(self) -> None:
        """Stop at a file that is well formed but endless; the last child is still growing."""
        if self.root is None:
            return
        element = self.root
        while len(element):
            if len(element) > MOST_UNKNOWN:
                raise self._error("it holds far more than a plan", "mspdi.not_mspdi", "", line=line_of(element))
            element = element[-1]

    def _doctype(self) -> FormatError:
        return self._error(
            "it declares a document type, which no plan needs", "mspdi.doctype", "remove the DOCTYPE if you trust the file"
        )

    def _syntax(self, error: etree.XMLSyntaxError) -> FormatError:
        line = error.lineno or None
        number: int = getattr(error, "code", 0)
        if number in _TRUNCATED or "Premature end" in (error.msg or ""):
            return self._error("the file ends before the plan does", "mspdi.truncated", "get a whole copy of it", line=line)
        if number in _ENCODING or "encod" in (error.msg or "").casefold():
            return self._error("its text is not in the encoding it says", "mspdi.encoding", "save it as UTF-8", line=line)
        reason = (error.msg or "").split(", line ")[0].rstrip(".")
        code = "mspdi.bad_xml" if self.root is not None else "mspdi.not_mspdi"
        return self._error(f"it is not well-formed XML: {reason}", code, "save it again, as XML", line=line)

    def _error(self, message: str, code: str, hint: str, line: int | None = None) -> FormatError:
        subject = f"{self._source.name}:{line}" if line else self._source.name
        return FormatError(message, code=code, hint=hint, subject=subject)
