"""The business objects of a PMXML file, one by one."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from pm.formats.result import Source
from pm.formats.xml_file import XmlFile

ROOT = "APIBusinessObjects"
MOST_DROPPED = 1_000_000
"""How many objects that are no part of a plan a file may hold before it is taken for junk."""
HINT = "export it again: in P6 use File > Export > Primavera P6 - XML"


class Objects:
    """The business objects of a file.

    Args:
        source: The file.
        names: Names of the objects to hand out; ``Project`` is among them.
    """

    def __init__(self, source: Source, names: frozenset[str]) -> None:
        self._file = XmlFile(source, "pmxml", ROOT, HINT, lambda _, name: name == ROOT)
        self._names = names

    @property
    def prefix(self) -> str:
        """The namespace of the file's names, in braces; it differs between versions of P6."""
        return self._file.prefix

    def __iter__(self) -> Iterator[tuple[str, str, etree._Element]]:
        """Hand out name, name of what holds it (``APIBusinessObjects``, ``Project``) and element of each.

        What a project holds comes before the project itself; each is emptied when the next one is asked for.

        Raises:
            FormatError: see `pm.formats.xml_file.XmlFile.pieces`.
        """
        dropped = 0
        handled: list[etree._Element] = []
        for _, events in self._file.pieces():
            for event, element in events:
                holder = self._holder(element) if event == "end" else None
                if holder is None:
                    continue
                if len(element) and (name := self._name(element)) in self._names:
                    yield name, holder, element
                elif not len(element) and holder != ROOT:
                    continue  # a value of the project
                else:
                    dropped += 1
                    if dropped > MOST_DROPPED:
                        raise self._file.junk(element)
                self._forget(handled, element)

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
