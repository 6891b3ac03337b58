"""The records of an MSPDI file, one by one."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from pm.formats.mspdi.fields import NAMESPACE
from pm.formats.result import Source
from pm.formats.xml_file import XmlFile

RECORDS = {"Calendar": "Calendars", "Task": "Tasks", "Resource": "Resources", "Assignment": "Assignments"}
"""The elements handed out one by one, and what holds them."""


class Stream:
    """The records of an MSPDI file in the order they stand in.

    Attributes:
        plain: Nothing read so far has attributes, but perhaps the outermost element.
    """

    def __init__(self, source: Source) -> None:
        self._file = XmlFile(source, "mspdi", "a Microsoft Project plan", "save it as XML in Microsoft Project", _is_plan)
        self.plain = True

    @property
    def root(self) -> etree._Element | None:
        """The ``Project`` element; whole once all records were handed out, with the records emptied."""
        return self._file.root

    @property
    def prefix(self) -> str:
        """The namespace of the file's names, in braces."""
        return self._file.prefix

    def records(self) -> Iterator[tuple[str, etree._Element]]:
        """Hand out each record with its name; it is emptied when the next one is asked for.

        Raises:
            FormatError: see `pm.formats.xml_file.XmlFile.pieces`.
        """
        names: dict[str, str] = {}
        for chunk, events in self._file.pieces(lambda prefix: [prefix + name for name in ("Project", *RECORDS)]):
            if not names:
                names = {self.prefix + name: name for name in RECORDS}
                chunk = chunk[chunk.find(b">", chunk.find(b"Project")) :]
            # An attribute needs a sign that plans hardly ever hold otherwise: looking for it is cheaper than asking each record.
            self.plain = self.plain and b"=" not in chunk
            for event, element in events:
                if event == "end" and (name := names.get(str(element.tag))) is not None:
                    holder = element.getparent()
                    if holder is None or holder.tag != self.prefix + RECORDS[name] or holder.getparent() is not self.root:
                        continue
                    yield name, element
                    element.clear()
                    while element.getprevious() is not None:
                        del holder[0]


def _is_plan(namespace: str, name: str) -> bool:
    return name == "Project" and (not namespace or namespace.startswith(NAMESPACE))
