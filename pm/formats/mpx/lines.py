"""The text of an MPX file: what its first line says of the rest, and its records.

The first line reads ``MPX,program,version,code page``; the character after ``MPX`` separates fields in the whole file. Every
other line is a record that starts with the number of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pm.errors import FormatError
from pm.formats.building import Findings, empty_file
from pm.formats.result import Severity, Source

LARGEST_FILE = 256 << 20
MOST_LISTED = 1000
"""How many problems are listed; a damaged file must not fill the memory with them."""
TOO_MANY = 20_000
"""A file with more problems than this is junk."""

CODE_PAGES = {
    "": "cp1252",
    "ansi": "cp1252",
    "1252": "cp1252",
    "mac": "mac_roman",
    "437": "cp437",
    "850": "cp850",
    "1251": "cp1251",
    "gb2312": "gb2312",
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "65001": "utf-8",
}
LINE_END = re.compile(r"\r\n|\r|\n")
NOTE_LINE_END = "\x7f"
"""What stands for the end of a line within a note."""


@dataclass
class MpxFindings(Findings):
    """The problems of an MPX file: each kind of unknown word is told once, however often it stands there."""

    count: int = 0
    told: set[tuple[str, str]] = field(default_factory=set)

    def add(self, what: str, message: str, where: str, *, hint: str = "", severity: Severity = Severity.WARNING) -> None:
        """Report a problem at `where`, a line.

        Raises:
            FormatError: `mpx.too_many_problems`; in a strict reading, the problem.
        """
        self.count += 1
        if self.count > TOO_MANY:
            message = f"more than {TOO_MANY} things are wrong with it: it is no plan"
            hint = "get a whole copy of it, or save it again in Microsoft Project"
            raise FormatError(message, code="mpx.too_many_problems", subject=self.name, hint=hint)
        if (what, message) not in self.told and len(self.problems) < MOST_LISTED:
            self.told.add((what, message))
            super().add(what, message, where, hint=hint, severity=severity)


@dataclass(frozen=True)
class Record:
    """One line of the file.

    Attributes:
        kind: The number it starts with.
        fields: The texts behind that, without their quotation marks.
        line: Where it stands, from 1.
    """

    kind: int
    fields: list[str]
    line: int

    def text(self, place: int) -> str:
        """Return the field at `place`, empty where the line ends before it."""
        return self.fields[place].strip() if place < len(self.fields) else ""


@dataclass(frozen=True)
class Text:
    """An MPX file that was decoded.

    Attributes:
        delimiter: What separates fields.
        lines: Its lines, the first one included.
    """

    delimiter: str
    lines: list[str]

    def records(self, findings: MpxFindings) -> Iterator[Record]:
        """Hand out the records; lines that are none, and a last one that does not end, are reported."""
        for number, line in enumerate(self.lines[1:], start=2):
            if not line.strip("\x1a \t"):
                continue
            head, *fields = split(line, self.delimiter)
            kind = head.strip()
            if not (kind.isascii() and kind.isdigit() and len(kind) < 4):
                message = f"a line starts with {kind[:20]!r}, not with the number of a record; it is left out"
                findings.add("bad_record", message, str(number), severity=Severity.ERROR)
                continue
            if line.count('"') % 2:
                findings.add("open_quote", "a quotation mark is not closed; the field ends with the line", str(number))
            yield Record(int(kind), fields, number)
        if self.lines[-1].strip("\x1a \t"):
            findings.add("truncated", "its last line does not end: something may be missing", str(len(self.lines)))


def split(line: str, delimiter: str) -> list[str]:
    """Return the fields of `line`; one in quotation marks may hold the delimiter, and doubled marks for one."""
    if '"' not in line:
        return line.split(delimiter)
    fields: list[str] = []
    at = 0
    while True:
        if line.startswith('"', at):
            value, at = _quoted(line, at + 1)
            end = line.find(delimiter, at)
            rest = line[at:] if end < 0 else line[at:end]
            fields.append(value + rest)
        else:
            end = line.find(delimiter, at)
            fields.append(line[at:] if end < 0 else line[at:end])
        if end < 0:
            return fields
        at = end + 1


def _quoted(line: str, at: int) -> tuple[str, int]:
    """Return the text of the quoted field whose text starts at `at`, and where it ends."""
    parts: list[str] = []
    while True:
        end = line.find('"', at)
        if end < 0:
            parts.append(line[at:])
            return "".join(parts), len(line)
        parts.append(line[at:end])
        if not line.startswith('"', end + 1):
            return "".join(parts), end + 1
        parts.append('"')
        at = end + 2


def read_text(source: Source, findings: MpxFindings) -> Text:
    """Return the decoded text of `source`.

    Raises:
        FormatError: `mpx.truncated`, it is empty; `mpx.not_mpx`, it does not start as one; `mpx.encoding`, its code page is
            unknown; `mpx.too_large`.
    """
    content = source.stream.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise FormatError(f"larger than {LARGEST_FILE >> 20} MB", code="mpx.too_large", subject=source.name)
    if not content:
        raise empty_file("mpx", source.name)
    marked = _by_mark(content)
    body = content if marked is None else b"MPX"
    first = re.split(rb"[\r\n]", body[:1000], maxsplit=1)[0] if marked is None else LINE_END.split(marked[:1000], 1)[0].encode()
    delimiter = first[3:4].decode("ascii", "replace")
    if first[:3].upper() != b"MPX" or not delimiter or delimiter in '"\ufffd' or delimiter.isalnum():
        hint = "an MPX file starts with MPX,program,version,code page"
        raise FormatError("it is not an MPX file", code="mpx.not_mpx", subject=f"{source.name}:1", hint=hint)
    text = marked if marked is not None else _decoded(content, split(first.decode("latin-1"), delimiter), source.name, findings)
    if "\0" in text:
        findings.add("encoding", "it holds zero characters, which are replaced", _line_of(text, text.index("\0")))
        text = text.replace("\0", "\ufffd")
    return Text(delimiter, LINE_END.split(text))


def _by_mark(content: bytes) -> str | None:
    """Return the text of a file that starts with a byte order mark; no code page has one."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    return None


def _decoded(content: bytes, header: list[str], name: str, findings: MpxFindings) -> str:
    page = header[3].strip() if len(header) > 3 else ""
    encoding = CODE_PAGES.get(page.casefold().removeprefix("cp"))
    if encoding is None:
        hint = f"code pages we know: {', '.join(sorted(filter(None, CODE_PAGES)))}"
        raise FormatError(f"its code page {page[:20]!r} is unknown", code="mpx.encoding", subject=f"{name}:1", hint=hint)
    try:
        # What is UTF-8 beyond ASCII is hardly ever anything else, whatever the first line says.
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    text = content.decode(encoding, "replace")
    if "\ufffd" in text:
        message = f"it holds characters that are not in its code page {page or 'ANSI'}; they are replaced"
        findings.add("encoding", message, _line_of(text, text.index("\ufffd")))
    return text


def _line_of(text: str, place: int) -> str:
    return str(len(LINE_END.findall(text, 0, place)) + 1)
