"""The text of an XER file: ``%T`` begins a table, ``%F`` names its columns, ``%R`` is a row, ``%E`` ends the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pm.errors import FormatError
from pm.formats.building import Findings, empty_file
from pm.formats.primavera.tables import Document, TextTable
from pm.formats.primavera.values import DATE, FLAG, WHOLE, Codec, read_number
from pm.formats.result import Severity, Source

LARGEST = 512 * 2**20
"""Bytes of the largest file that is read."""
MOST_ADDED = 10_000_000
"""How many values may be made up for short rows: a file that lacks more is junk, or wants to fill the memory."""
MOST_PROBLEMS = 200_000
"""A file with more damaged rows is junk."""
MARK = "ERMHDR"
CURRENCY = 8
"""Which field of the first line names the currency of the file."""
FREE = frozenset({"task_name", "wbs_name", "clndr_name", "rsrc_name", "rsrc_notes", "task_memo", "wbs_memo", "udf_text"})
FREE |= frozenset({"actv_code_name", "memo_type", "proj_memo", "proc_name", "proc_descr", "cost_name", "cost_descr", "obs_descr"})
FREE |= frozenset({"comments", "obs_name", "role_name", "role_descr", "rsrc_title_name", "udf_type_label", "acct_descr"})
"""Columns that people write into: a tab too many in a row is most likely in one of them."""


WORDS: Mapping[str, str | tuple[str, ...]] = {
    "task_type": "TT_",
    "duration_type": "DT_",
    "complete_pct_type": "CP_",
    "status_code": ("TK_", "WS_"),
    "cstr_type": "CS_",
    "cstr_type2": "CS_",
    "priority_type": "PT_",
    "pred_type": "PR_",
    "rsrc_type": "RT_",
    "clndr_type": "CA_",
}
"""How the words in a column begin."""


def read_tables(source: Source, findings: Findings) -> Document:
    """Return the tables in `source`; rows that are damaged are mended or left out, and reported.

    Raises:
        FormatError: ``xer.truncated``, it is empty; ``xer.too_large``; ``xer.not_xer``, it is another kind of file;
            ``xer.empty``, nothing is in it; ``xer.too_many_problems``.
    """
    content = source.stream.read(LARGEST + 1)
    if not content:
        raise empty_file(findings.area, source.name)
    if len(content) > LARGEST:
        raise FormatError(
            f"larger than {LARGEST // 2**20} MB", code="xer.too_large", subject=source.name, hint="is it an XER file at all?"
        )
    text, encoding = decode(content, findings)
    return _Parser(text, encoding, findings).document()


def decode(content: bytes, findings: Findings) -> tuple[str, str]:
    """Return the text of `content` and the name of its encoding: by its mark, else UTF-8 where it is that, else Windows'."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            text = content.decode(encoding, "replace")
            if "\ufffd" in text:
                findings.add("encoding", "some of its characters are damaged", "1")
            return text, encoding
    for encoding in _without_mark(content):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    # Windows leaves five characters of its code page undefined; programs that write them mean Latin 1.
    return "".join(_windows(byte) for byte in content), "latin-1"


def _without_mark(content: bytes) -> Sequence[str]:
    zeros = content[:64].count(0)
    if zeros > len(content[:64]) // 3:
        return ("utf-16-le", "utf-16-be") if content[1:2] == b"\0" else ("utf-16-be", "utf-16-le")
    # Bare ASCII is Windows', too: that is what P6 takes a file without a mark for.
    return ("cp1252",) if content.isascii() else ("utf-8", "cp1252")


def _windows(byte: int) -> str:
    try:
        return bytes((byte,)).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


class _Parser:
    def __init__(self, text: str, encoding: str, findings: Findings) -> None:
        self._lines = text.split("\n")
        self._cut = not text.endswith("\n")
        self._findings = findings
        self._document = Document(header={"encoding": encoding, "line_end": "\r\n" if "\r\n" in text else "\n"})
        self._columns: list[str] = []
        self._table: TextTable | None = None
        self._ended = False
        self._problems = self._added = 0

    def document(self) -> Document:
        first = self._first()
        for number, last, fields in self._rows(first):
            kind = fields[0]
            if kind == "%T":
                self._begin(fields, number)
            elif kind == "%F":
                self._name_columns(fields[1:], number)
            elif kind == "%R":
                self._row(fields[1:], number, last)
            elif kind == "%E":
                self._ended = True
                if self._cut:
                    self._document.header["open_end"] = "yes"
                break
        if not self._ended:
            self._add("truncated", "it has no %E line: its end is missing", len(self._lines), Severity.ERROR)
        if not self._document.tables:
            hint = "get a whole copy of it, or export it again from P6"
            raise FormatError("there are no tables in it", code="xer.empty", subject=self._findings.name, hint=hint)
        return self._document

    def _add(self, what: str, message: str, number: int, severity: Severity = Severity.WARNING) -> None:
        self._problems += 1
        if self._problems > MOST_PROBLEMS:
            raise self._junk(f"more than {MOST_PROBLEMS} things are wrong with it")
        self._findings.add(what, message, str(number), severity=severity)

    def _make_up(self, values: int) -> None:
        """Count values that rows are filled up with."""
        self._added += values
        if self._added > MOST_ADDED:
            raise self._junk(f"more than {MOST_ADDED} values are missing in its rows")

    def _junk(self, why: str) -> FormatError:
        message = f"{why}: it is no plan"
        return FormatError(message, code="xer.too_many_problems", subject=self._findings.name, hint="export it again from P6")

    def _first(self) -> int:
        """Find the line that an XER file begins with, and return the number of the one after it."""
        for number, line in enumerate(self._lines[:200], start=1):
            if line.startswith(MARK):
                header = line.rstrip("\r").split("\t")
                self._document.header["line"] = "\t".join(header)
                self._document.currency = header[CURRENCY].strip() if len(header) > CURRENCY else ""
                if number > 1:
                    self._add("text_before", "there is text before the line that begins with ERMHDR; it is skipped", number)
                return number
            if line.startswith("%T\t"):
                self._add("no_header", "it does not begin with an ERMHDR line", number)
                return number - 1
        raise FormatError(
            "it is not an XER file: no line begins with ERMHDR",
            code="xer.not_xer",
            subject=self._findings.name,
            hint="in P6 use File > Export > Primavera PM (XER)",
        )

    def _rows(self, first: int) -> Iterator[tuple[int, bool, list[str]]]:
        """Hand out number, whether it is the file's last, and fields of each row: a line, and those after it that are none."""
        lines = self._lines
        while lines and not lines[-1].strip("\r\x1a"):
            lines.pop()
        starts = [i for i in range(first, len(lines)) if lines[i].startswith(("%T", "%F", "%R", "%E"))]
        if starts and starts[0] > first:
            self._add("stray_text", "there is text before the first table; it is skipped", first + 1)
        for k, i in enumerate(starts):
            end = starts[k + 1] if k + 1 < len(starts) else len(lines)
            text = lines[i].rstrip("\r")
            if end > i + 1:
                rest = [line.rstrip("\r") for line in lines[i + 1 : end]]
                if text.startswith("%R"):
                    text = "\n".join([text, *rest])
                elif any(rest):
                    self._add("stray_text", "there is text between the rows; it is skipped", i + 2)
            if '""' in text:
                # P6 doubles quotation marks.
                text = text.replace('""', '"')
            yield i + 1, k == len(starts) - 1, text.split("\t")

    def _begin(self, fields: list[str], number: int) -> None:
        name = fields[1].strip() if len(fields) > 1 else ""
        if not name:
            self._add("no_table_name", "a table has no name; its rows are left out", number, Severity.ERROR)
            self._table = None
            return
        self._table = self._document.tables.get(name)
        if self._table is not None:
            self._add("table_twice", f"table {name} is there twice; both parts are read", number)
        else:
            self._table = self._document.tables[name] = TextTable(name, [])
        self._columns = []

    def _name_columns(self, names: list[str], number: int) -> None:
        names = [name.strip() for name in names]
        while names and not names[-1]:
            names.pop()
        if len(set(names)) < len(names) or not all(names):
            self._add("bad_columns", "a column has no name, or that of another", number)
            seen: set[str] = set()
            for i, name in enumerate(names):
                names[i] = name if name and name not in seen else f"column{i + 1}"
                seen.add(names[i])
        self._columns = names
        if self._table is not None and not self._table.columns:
            self._table.columns = list(names)

    def _row(self, values: list[str], number: int, last: bool) -> None:
        table, columns = self._table, self._columns
        if table is None or not columns:
            self._add("no_columns", "a row stands where no table with columns is; it is left out", number, Severity.ERROR)
            return
        if last and self._cut and not self._ended:
            self._add("truncated", f"the last row of {table.name} may be cut off; it is left out", number, Severity.ERROR)
            return
        if len(values) != len(columns):
            mended = self._mended(values, number)
            if mended is None:
                return
            values = mended
        if columns != table.columns:
            self._make_up(len(set(table.columns).union(columns)) - len(columns))
            self._make_up(len(set(columns).difference(table.columns)) * len(table.rows))
        table.add(columns, [values], [number])

    def _mended(self, values: list[str], number: int) -> list[str] | None:
        """Return the values of a row that has more or fewer than its table has columns, None where that is a guess."""
        columns, table = self._columns, self._table
        name = table.name if table is not None else ""
        while len(values) > len(columns) and not values[-1].strip():
            values.pop()
        more = len(values) - len(columns)
        if more <= 0:
            if more:
                self._make_up(-more)
                self._add("short_row", f"a row of {name} has {len(values)} of {len(columns)} values; the rest is empty", number)
            return values + [""] * -more
        for i, column in enumerate(columns):
            if column in FREE:
                joined = [*values[:i], " ".join(values[i : i + more + 1]), *values[i + more + 1 :]]
                if all(map(_fits, columns, joined)):
                    self._add("long_row", f"a row of {name} has a tab in its {column}; it is read as a space", number)
                    return joined
        self._add("long_row", f"a row of {name} has {more} values too many; it is left out", number, Severity.ERROR)
        return None


def _fits(column: str, text: str) -> bool:
    """Whether `text` may be a value of a column with that name."""
    if not text.strip():
        return True
    if column in WORDS:
        return text.startswith(WORDS[column])
    test: Codec | None = None
    if column.endswith("_date"):
        test = DATE
    elif column.endswith("_flag"):
        test = FLAG
    elif column.endswith("_id"):
        test = WHOLE
    try:
        if test is not None:
            test.decode(text)
        elif column.endswith(("_cnt", "_qty", "_cost", "_pct", "_num")):
            read_number(text)
    except ValueError:
        return False
    return True
