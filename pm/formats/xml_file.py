"""XML files, parsed piece by piece with bounded memory, and what is wrong with them by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import cast

from lxml import etree

from pm.errors import FormatError
from pm.formats.building import empty_file
from pm.formats.result import Source

CHUNK = 1 << 18
LONGEST_HEAD = 1 << 20
"""How far to look for the outermost element."""
MOST_UNKNOWN = 20_000
"""How many elements that nobody takes out a file may hold before it is taken for junk."""
LONGEST_SILENCE = 10 << 20
"""How many bytes may go by without anything of a plan; the parser itself would wait for ever for the end of a comment."""

_ENCODING = frozenset({31, 32, 79, 81, 1544, 6003})
"""libxml2: unknown or unsupported encoding, encoding name, invalid encoding, I/O encoder."""
_UNDECLARED_ENTITY = 26
"""libxml2 goes on after one of these, and tells at the end."""

Events = Iterator[tuple[str, etree._Element]]


def line_of(element: etree._Element) -> int | None:
    """Return the line of the file that `element` starts on."""
    return cast("int | None", element.sourceline)


class XmlFile:
    """A plan in XML.

    Attributes:
        root: The outermost element, once the parser that hands out elements has met it.
        prefix: The namespace of its names, in braces.

    Args:
        source: The file.
        area: The first word of every code.
        expected: What its outermost element should be, as messages say it.
        hint: How to get a file of this kind.
        is_plan: Whether an outermost element of this namespace and name is a plan's.
    """

    def __init__(self, source: Source, area: str, expected: str, hint: str, is_plan: Callable[[str, str], bool]) -> None:
        self._source, self._area, self._expected, self._hint, self._is_plan = source, area, expected, hint, is_plan
        self.root: etree._Element | None = None
        self.prefix = ""
        self._events = 0

    def pieces(self, tags: Callable[[str], Sequence[str]] | None = None) -> Iterator[tuple[bytes, Events]]:
        """Hand out each piece of the file with the starts and ends of elements in it, which are to be taken before the next.

        Args:
            tags: Returns the names of the elements that are wanted, with the prefix it is given; all, if there is none.

        Raises:
            FormatError: ``<area>.truncated``, ``<area>.encoding``, ``<area>.doctype``, ``<area>.not_<area>``, ``<area>.bad_xml``.
        """
        head = self._read_head()
        # Only the elements that are asked for become Python objects: twice as fast as looking at each.
        parser = _parser(tags(self.prefix) if tags is not None else None)
        chunk: bytes | None = head
        silent, grown = 0, (0, 0)
        while True:
            self._events = 0
            yield chunk or b"", self._feed(parser, chunk)
            if chunk is None:
                return
            before, grown = grown, self._check_size()
            silent = 0 if self._events or grown != before else silent + len(chunk)
            if silent > LONGEST_SILENCE:
                raise self.junk()
            chunk = self._source.stream.read(CHUNK) or None

    def junk(self, element: etree._Element | None = None) -> FormatError:
        """Return the error of a file that is well formed but endless."""
        line = line_of(element) if element is not None else None
        return self._error("it holds far more than a plan", f"not_{self._area}", "", line=line)

    def _feed(self, parser: etree.XMLPullParser, chunk: bytes | None) -> Events:
        """Parse a piece of the file (None: its end) and hand out the events in it."""
        try:
            if chunk is None:
                parser.close()
            else:
                parser.feed(chunk)
            for event, found in parser.read_events():
                self._events += 1
                element = cast(etree._Element, found)
                if self.root is None:
                    self.root = element
                yield event, element
        except etree.XMLSyntaxError as error:
            # What is only noticed at the end is something that has not ended.
            raise self._syntax(error, parser, at_end=chunk is None) from error
        except LookupError as error:
            raise self._error("its encoding is unknown", "encoding", "save it as UTF-8", line=1) from error

    def _read_head(self) -> bytes:
        """Read up to the outermost element, which says whether this is a plan at all, and return what was read."""
        parser = _parser()
        head = b""
        while chunk := self._source.stream.read(4096):
            head += chunk
            if b"<!DOCTYPE" in head.replace(b"\0", b""):
                raise self._doctype()
            if len(head) == len(chunk) and not head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
                raise self._error("it is not XML", f"not_{self._area}", self._hint, line=1)
            root, wrong = _first_element(parser, chunk)
            if root is not None:
                self._start(root)
                return head
            if wrong is not None:
                raise self._mislabelled(head) or self._syntax(wrong, parser) from wrong
            if len(head) > LONGEST_HEAD:
                break
        if not head:
            raise empty_file(self._area, self._source.name)
        for _ in self._feed(parser, None):
            pass
        raise self._error("it holds no plan", f"not_{self._area}", self._hint)

    def _mislabelled(self, head: bytes) -> FormatError | None:
        """Return the error of a file that says it is UTF-16 in plain letters."""
        if b"utf-16" in head[:200].lower() and b"\0" not in head:
            return self._error("its text is not in the encoding it says", "encoding", "save it as UTF-8", line=1)
        return None

    def _start(self, root: etree._Element) -> None:
        if root.getroottree().docinfo.internalDTD is not None:
            raise self._doctype()
        tag = str(root.tag)
        namespace, closed, name = tag[1:].partition("}") if tag.startswith("{") else ("", "", tag)
        self.prefix = f"{{{namespace}}}" if closed else ""
        if not self._is_plan(namespace, name):
            raise self._error(
                f"it is XML, but its outermost element is {name[:40]!r}, not {self._expected}",
                f"not_{self._area}",
                self._hint,
                line=line_of(root),
            )

    def _check_size(self) -> tuple[int, int]:
        """Stop at a file that is well formed but endless, and return how much there is on the way to where it grows."""
        if self.root is None:
            return 0, 0
        element, depth, count = self.root, 0, 0
        while len(element):
            if len(element) > MOST_UNKNOWN:
                raise self.junk(element)
            depth, count = depth + 1, count + len(element)
            element = element[-1]
        return depth, count

    def _doctype(self) -> FormatError:
        return self._error(
            "it declares a document type, which no plan needs", "doctype", "remove the DOCTYPE if you trust the file"
        )

    def _syntax(self, error: etree.XMLSyntaxError, parser: etree.XMLPullParser, at_end: bool = False) -> FormatError:
        # The parser's log holds the first thing that went wrong; the exception is sometimes only a consequence.
        first = next((e for e in parser.feed_error_log if e.level >= etree.ErrorLevels.ERROR), None)
        number, message = (first.type, first.message) if first is not None else (0, error.msg or "")
        line = (first.line if first is not None else error.lineno) or None
        if at_end and number != _UNDECLARED_ENTITY:
            return self._error("the file ends before the plan does", "truncated", "get a whole copy of it", line=line)
        if number in _ENCODING or "encod" in message.casefold():
            return self._error("its text is not in the encoding it says", "encoding", "save it as UTF-8", line=line)
        reason = message.split(", line ")[0].rstrip(".")
        code = "bad_xml" if self.prefix or self.root is not None else f"not_{self._area}"
        return self._error(f"it is not well-formed XML: {reason}", code, self._hint, line=line)

    def _error(self, message: str, code: str, hint: str, line: int | None = None) -> FormatError:
        subject = f"{self._source.name}:{line}" if line else self._source.name
        return FormatError(message, code=f"{self._area}.{code}", hint=hint, subject=subject)


def _parser(tags: Sequence[str] | None = None) -> etree.XMLPullParser:
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
