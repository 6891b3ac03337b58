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

LONGEST_SILENCE = 10 << 20
"""How many bytes may go by without anything of a plan; the parser itself would wait for ever for the end of a comment."""

_ENCODING = frozenset({31, 32, 79, 81, 1544, 6003})
"""libxml2: unknown or unsupported encoding, encoding name, invalid encoding, I/O encoder."""

UNDECLARED_ENTITY = 26
"""libxml2 goes on after one of these, and tells at the end."""


def line_of(element: etree._Element) -> int | None:
    """Return the line of the file that `element` starts on."""
    return cast("int | None", element.sourceline)


class Stream:
    """The records of an MSPDI file in the order they stand in.

    Attributes:
        root: The ``Project`` element; whole once all records were handed out, with the records emptied.
        prefix: The namespace of its names, in braces.
        plain: Nothing read so far has attributes, but perhaps the outermost element.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self.root: etree._Element | None = None
        self.prefix = ""
        self.plain = True

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
        silent, grown = 0, (0, 0)
        # An attribute needs a sign that plans hardly ever hold otherwise: looking for it is cheaper than asking each record.
        self.plain = b"=" not in head[head.find(b">", head.find(b"Project")) :]
        while True:
            for event, element in self._feed(parser, chunk):
                silent = 0
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
            before, grown = grown, self._check_size()
            silent = 0 if grown != before else silent + len(chunk)
            if silent > LONGEST_SILENCE:
                raise self._error("it holds far more than a plan", "mspdi.not_mspdi", "")
            chunk = self._source.stream.read(CHUNK) or None
            self.plain = self.plain and b"=" not in (chunk or b"")

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
            # What is only noticed at the end is something that has not ended.
            raise self._syntax(error, parser, at_end=chunk is None) from error
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
            root, wrong = self._first_element(parser, chunk)
            if root is not None:
                self._start(root)
                return head
            if wrong is not None:
                raise self._mislabelled(head) or self._syntax(wrong, parser) from wrong
            if len(head) > LONGEST_HEAD:
                break
        if not head:
            raise self._error("the file is empty", "mspdi.truncated", "get a whole copy of it")
        for _ in self._feed(parser, None):
            pass
        raise self._error("it holds no plan", "mspdi.not_mspdi", "save it as XML in Microsoft Project")

    @staticmethod
    def _first_element(parser: etree.XMLPullParser, chunk: bytes) -> tuple[etree._Element | None, etree.XMLSyntaxError | None]:
        """Return the outermost element if it starts in `chunk`, else what is wrong; errors behind it are found later."""
        wrong: etree.XMLSyntaxError | None = None
        try:
            parser.feed(chunk)
        except etree.XMLSyntaxError as error:
            wrong = error
        try:
            for _, element in parser.read_events():
                return cast(etree._Element, element), None
        except etree.XMLSyntaxError as error:
            wrong = error
        return None, wrong

    def _mislabelled(self, head: bytes) -> FormatError | None:
        """Return the error of a file that says it is UTF-16 in plain letters."""
        if b"utf-16" in head[:200].lower() and b"\0" not in head:
            return self._error("its text is not in the encoding it says", "mspdi.encoding", "save it as UTF-8", line=1)
        return None

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

    def _check_size(self) -> tuple[int, int]:
        """Stop at a file that is well formed but endless, and return how much there is on the way to where it grows."""
        if self.root is None:
            return 0, 0
        element, depth, count = self.root, 0, 0
        while len(element):
            if len(element) > MOST_UNKNOWN:
                raise self._error("it holds far more than a plan", "mspdi.not_mspdi", "", line=line_of(element))
            depth, count = depth + 1, count + len(element)
            element = element[-1]
        return depth, count

    def _doctype(self) -> FormatError:
        return self._error(
            "it declares a document type, which no plan needs", "mspdi.doctype", "remove the DOCTYPE if you trust the file"
        )

    def _syntax(self, error: etree.XMLSyntaxError, parser: etree.XMLPullParser, at_end: bool = False) -> FormatError:
        # The parser's log holds the first thing that went wrong; the exception is sometimes only a consequence.
        first = next((e for e in parser.feed_error_log if e.level >= etree.ErrorLevels.ERROR), None)
        number, message = (first.type, first.message) if first is not None else (0, error.msg or "")
        line = (first.line if first is not None else error.lineno) or None
        if at_end and number != UNDECLARED_ENTITY:
            return self._error("the file ends before the plan does", "mspdi.truncated", "get a whole copy of it", line=line)
        if number in _ENCODING or "encod" in message.casefold():
            return self._error("its text is not in the encoding it says", "mspdi.encoding", "save it as UTF-8", line=line)
        reason = message.split(", line ")[0].rstrip(".")
        code = "mspdi.bad_xml" if self.prefix or self.root is not None else "mspdi.not_mspdi"
        return self._error(f"it is not well-formed XML: {reason}", code, "save it again, as XML", line=line)

    def _error(self, message: str, code: str, hint: str, line: int | None = None) -> FormatError:
        subject = f"{self._source.name}:{line}" if line else self._source.name
        return FormatError(message, code=code, hint=hint, subject=subject)
