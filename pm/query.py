"""A small language to pick tasks: ``critical and total_slack < 2d and name ~ "slab"``.

::

    query      = all_of { "or" all_of }
    all_of     = negated { "and" negated }
    negated    = "not" negated | "(" query ")" | column [ operator value ]
    operator   = "=" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "~" | "!~"
    value      = word | "quoted text"

A column alone holds where it is yes, or not zero and not empty. ``~`` is "contains", without regard to case. What a value
means is the column's kind: ``2d`` for working time, ``12 Jan`` (quoted) for dates, ``50%`` for shares, yes or no for flags,
``none`` for no value. An ordering holds of no task that has no value. Nothing is ever evaluated as Python.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from pm.columns import TaskColumns
from pm.errors import InputError, UsageError
from pm.model import Kind
from pm.model.kinds import DAY, FieldInfo
from pm.words import AMOUNTS, USUAL, Units, parse_amount, parse_flag, parse_whole

Test = Callable[[int], bool]
"""Whether the task at a position is picked."""

_TOKEN = re.compile(
    r"""\s*(?:(?P<op><=|>=|!=|==|!~|[=<>~()])|"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<word>[^\s"'=<>~()!]+))"""
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_JOINTS = ("and", "or")
_DEEPEST = 50


@dataclass(frozen=True)
class _Token:
    text: str
    kind: str
    at: int


@dataclass(frozen=True)
class Dialect:
    """What values in a query are read by.

    Attributes:
        today: The day that ``tomorrow`` counts from.
        order: The `date_order` setting.
        units: How long the project's days and weeks are.
        digits: Decimals of the project's currency.
    """

    today: date
    order: str = "dmy"
    units: Units = USUAL
    digits: int = 2


def compile_query(text: str, columns: TaskColumns, dialect: Dialect) -> Test:
    """Return the test that the query in `text` is.

    Raises:
        UsageError: `query.syntax`, it is not a query; the message says where.
        InputError: `column.unknown`; or a value does not fit its column.
    """
    return _Parser(text, columns, dialect).parse()


class _Parser:
    def __init__(self, text: str, columns: TaskColumns, dialect: Dialect) -> None:
        self.text = text
        self.columns = columns
        self.dialect = dialect
        self.tokens = self._tokens()
        self.at = 0

    def _tokens(self) -> list[_Token]:
        found, position = [], 0
        while position < len(self.text.rstrip()):
            match = _TOKEN.match(self.text, position)
            if match is None:
                raise self._error("cannot be read", position)
            kind = match.lastgroup or ""
            quoted = kind in ("double", "single")
            found.append(_Token(match[kind], "text" if quoted else kind, match.start(kind)))
            position = match.end()
        return found

    def _error(self, what: str, at: int) -> UsageError:
        where = self.text[at:].strip()
        subject = f"at {where[:30]!r}" if where else "at its end"
        hint = 'write e.g. critical and total_slack < 2d and name ~ "slab"'
        return UsageError(f"the query {what}", code="query.syntax", subject=subject, hint=hint)

    def _here(self) -> int:
        return self.tokens[self.at].at if self.at < len(self.tokens) else len(self.text)

    def _take(self, *words: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at].kind != "text" and self.tokens[self.at].text.lower() in words:
            self.at += 1
            return True
        return False

    def parse(self) -> Test:
        """Return the test of the whole text."""
        if not self.tokens:
            raise self._error("is empty", 0)
        test = self._any(0)
        if self.at < len(self.tokens):
            raise self._error("goes on where it should end; join parts by and, or", self._here())
        return test

    def _any(self, depth: int) -> Test:
        parts = [self._all(depth)]
        while self._take("or"):
            parts.append(self._all(depth))
        return parts[0] if len(parts) == 1 else lambda i: any(part(i) for part in parts)

    def _all(self, depth: int) -> Test:
        parts = [self._negated(depth)]
        while self._take("and"):
            parts.append(self._negated(depth))
        return parts[0] if len(parts) == 1 else lambda i: all(part(i) for part in parts)

    def _negated(self, depth: int) -> Test:
        if depth > _DEEPEST:
            raise self._error("is nested too deeply", self._here())
        if self._take("not"):
            inner = self._negated(depth + 1)
            return lambda i: not inner(i)
        if self._take("("):
            inner = self._any(depth + 1)
            if not self._take(")"):
                raise self._error("lacks a closing bracket", self._here())
            return inner
        return self._comparison()

    def _comparison(self) -> Test:
        if self.at >= len(self.tokens) or self.tokens[self.at].kind != "word" or self.tokens[self.at].text.lower() in _JOINTS:
            raise self._error("lacks a column", self._here())
        name = self.tokens[self.at].text.lower().replace("-", "_")
        info = self.columns.info(name)
        values = self.columns.values(name)
        self.at += 1
        if self.at >= len(self.tokens) or self.tokens[self.at].kind != "op" or self.tokens[self.at].text in "()":
            return lambda i: bool(values[i])
        sign = self.tokens[self.at].text
        self.at += 1
        if self.at >= len(self.tokens) or self.tokens[self.at].kind == "op":
            raise self._error("lacks a value", self._here())
        token = self.tokens[self.at]
        self.at += 1
        if sign in ("~", "!~"):
            cell, part = self.columns.cell(name), token.text.casefold()
            return lambda i: (part in cell(i).casefold()) == (sign == "~")
        try:
            wanted, whole_day = self._literal(info, token)
        except InputError as error:
            error.subject = error.subject or f"{name} {sign} {token.text}"
            raise
        return _compare(sign, wanted, whole_day, values=values, named=self._names(info))

    def _names(self, info: FieldInfo) -> Callable[[int], str] | None:
        """Text, choices and references are compared by what people read, without regard to case."""
        if info.kind not in (Kind.TEXT, Kind.CHOICE, Kind.REFERENCE):
            return None
        cell = self.columns.cell(info.name)
        return lambda i: cell(i).casefold()

    def _literal(self, info: FieldInfo, token: _Token) -> tuple[Any, bool]:
        """Return the value that a token stands for, and whether it stands for a whole day."""
        text, dialect = token.text, self.dialect
        if token.kind == "word" and text.lower() == "none":
            return None, False
        if info.kind in AMOUNTS:
            return parse_amount(info.kind, text, units=dialect.units, digits=dialect.digits), False
        match info.kind:
            case Kind.INSTANT:
                from pm.dates import parse_date

                typed = parse_date(text, dialect.today, dialect.order)
                return typed.instant(), typed.time is None
            case Kind.FLAG:
                return parse_flag(text), False
            case Kind.INTEGER:
                return parse_whole(text), False
            case _:
                return text.casefold(), False


def _compare(sign: str, wanted: Any, whole_day: bool, *, values: Any, named: Callable[[int], str] | None) -> Test:
    if wanted is None:
        if sign not in ("=", "==", "!="):
            raise UsageError("none has no order", code="query.syntax", hint="compare it by = or !=")
        return lambda i: (values[i] is None or values[i] == "") == (sign != "!=")
    if sign in ("=", "==", "!="):
        equal = sign != "!="
        if whole_day:
            return lambda i: (values[i] is not None and wanted <= values[i] < wanted + DAY) == equal
        return lambda i: ((named(i) if named else values[i]) == wanted) == equal
    if whole_day and sign in ("<=", ">"):
        wanted += DAY  # on or before the 12th includes the whole of it; after the 12th none of it
        sign = "<" if sign == "<=" else ">="
    compare = _COMPARE[sign]
    return lambda i: values[i] is not None and compare(named(i) if named else values[i], wanted)
