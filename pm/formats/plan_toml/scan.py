"""Where things stand in TOML text, and the comments between them: what a parser throws away.

The text has been parsed before, so it is well formed; this only finds statements, their lines and the comments around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

Address = tuple[str | int, ...]
"""Names and, after the name of an array of tables, the place in it: ``("project", 0, "task", 3)``."""

_TOKEN = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*"{3,5} | \'\'\'(?:(?!\'\'\').)*\'{3,5} | "(?:[^"\\\n]|\\.)*" | '[^'\n]*'
      | \#[^\n]* | [\[\]{}\n] | [^"'\#\[\]{}\n]+''',
    re.VERBOSE | re.DOTALL,
)
_SIMPLE = re.compile(r"""[ \t]*([A-Za-z0-9_-]+[ \t]*=[ \t]*(?:"[^"\\\n]*"|[^"'\#\[\]{}\n]*))[ \t]*\n""")
_KEY = re.compile(r"""\s*("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+)\s*([.=\]]|$)""")


@dataclass
class Comment:
    """Comment text around a statement, with its ``#``: the lines before it, and what follows it on its last line."""

    above: str = ""
    after: str = ""


@dataclass
class Entry:
    """A table of the text: its line, and the lines and comments of what stands in it. The key ``""`` is its header."""

    line: int
    lines: dict[str, int] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)


class Places:
    """The tables of a text by address; the root is ``()``."""

    def __init__(self, text: str) -> None:
        self.entries: dict[Address, Entry] = {(): Entry(1)}
        self.end = ""
        self._counts: dict[Address, int] = {}
        self._scan(text)

    def line(self, address: Address, key: str = "") -> int:
        """Return the line of `key` in the table at `address`, or of the nearest thing around it."""
        while address not in self.entries:
            address, key = address[:-1], key if isinstance(address[-1], int) else str(address[-1])
        entry = self.entries[address]
        return entry.lines.get(key, entry.line)

    def comments(self, address: Address) -> dict[str, list[str]]:
        """Return the comments of the table at `address` and of its plain sub-tables, as ``[above, after]`` by dotted key."""
        found: dict[str, list[str]] = {}
        for where, prefix in [(address, ""), *((a, f"{a[-1]}.") for a in self._below.get(address, ()))]:
            entry = self.entries.get(where)
            for key, comment in entry.comments.items() if entry else ():
                found[(prefix + key).rstrip(".")] = [comment.above, comment.after]
        return found

    def _scan(self, text: str) -> None:
        self._below: dict[Address, list[Address]] = {}
        current: Address = ()
        pending: list[str] = []
        for line, statement, inner, after in _statements(text):
            if not statement:
                pending.append(after)
                continue
            comment = Comment("\n".join([*_trimmed(pending), *inner]), after)
            pending = []
            if statement.startswith("["):
                current = self._open(statement, line)
                key = ""
            else:
                key = ".".join(_key_path(statement))
            entry = self.entries[current]
            entry.lines.setdefault(key, line)
            if comment.above or comment.after:
                entry.comments[key] = comment
        self.end = "\n".join(_trimmed(pending))

    def _open(self, header: str, line: int) -> Address:
        array = header.startswith("[[")
        path = _key_path(header.lstrip("["))
        address: Address = ()
        for i, name in enumerate(path):
            address = (*address, name)
            last = i == len(path) - 1
            if last and array:
                self._counts[address] = self._counts.get(address, -1) + 1
            if address in self._counts:
                address = (*address, self._counts[address])
        self.entries[address] = Entry(line)
        if not array and len(path) > 1:
            self._below.setdefault(address[:-1], []).append(address)
        return address


def _trimmed(lines: list[str]) -> list[str]:
    """Return comment lines without empty ones at either end."""
    first = next((i for i, line in enumerate(lines) if line), len(lines))
    last = next((i for i in range(len(lines), 0, -1) if lines[i - 1]), 0)
    return lines[first:last]


def _key_path(text: str) -> list[str]:
    path, at = [], 0
    while found := _KEY.match(text, at):
        word = found[1]
        if word[0] == '"':
            word = re.sub(r"\\(.)", r"\1", word[1:-1])
        path.append(word.strip("'"))
        at = found.end()
        if found[2] != ".":
            break
    return path


def _statements(text: str) -> Iterator[tuple[int, str, list[str], str]]:
    """Yield line, text, inner comments and trailing comment of every statement; a lone comment or empty line has no text."""
    line, at = 1, 0
    while at < len(text):
        simple = _SIMPLE.match(text, at)
        if simple:
            yield line, simple[1], [], ""
            line, at = line + 1, simple.end()
            continue
        begin = at
        statement, inner, after, at = _statement(text, begin)
        yield line, statement, inner, after
        line += text.count("\n", begin, at)


def _statement(text: str, at: int) -> tuple[str, list[str], str, int]:
    """Return the statement that starts at `at`, the comments inside and after it, and where the next one starts."""
    depth = 0
    parts: list[str] = []
    inner: list[str] = []
    after = ""
    for found in _TOKEN.finditer(text, at):
        piece = found[0]
        if piece == "\n" and depth == 0:
            return "".join(parts).strip(), inner, after, found.end()
        if piece.startswith("#"):
            if depth:
                inner.append(piece.rstrip())
            else:
                after = piece.rstrip()
            continue
        depth += (piece in "[{") - (piece in "]}")
        parts.append(piece)
    return "".join(parts).strip(), inner, after, len(text)
