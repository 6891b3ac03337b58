"""One transaction on a database, through the driver's own cursor, and the bulk paths that SQLite and PostgreSQL differ in.

A hundred thousand rows are read as one JSON array a column: half the time of fetching tuples and turning them into columns,
and the same text parsed the same way on both databases.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from pm.errors import StoreError
from pm.model import ENTITIES, Entity, Kind, fields_of
from pm.model.kinds import FieldInfo
from pm.store.errors import translate

Columns = Mapping[str, Sequence[Any]]

READ_ROWS = 20_000
"""Rows read at once: bounds the text of one column (SQLite refuses values above a gigabyte)."""
INSERT_PARAMETERS = 2_000
"""Parameters of one INSERT: several rows a statement share its preparation and its checks."""
LISTED_IDS = 500
"""Ids in one IN list."""


def quoted(names: Iterable[str]) -> str:
    """Return column names as an SQL list."""
    return ", ".join(f'"{name}"' for name in names)


def in_chunks(ids: Iterable[int], size: int = LISTED_IDS) -> Iterator[list[int]]:
    """Yield `ids` in lists short enough for one statement."""
    iterator = iter(ids)
    while chunk := list(islice(iterator, size)):
        yield chunk


def to_json(value: Any) -> str:
    """Return a JSON value as compact text; numbers that JSON does not have are refused with ValueError."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def sql_default(info: FieldInfo) -> str | None:
    """Return the default of a field as an SQL literal, or None where the column is null by default."""
    if info.default is None or info.kind is Kind.DATA:
        return None
    if isinstance(info.default, str):
        return "'" + info.default.replace("'", "''") + "'"
    return json.dumps(int(info.default))


class Connection:
    """A transaction: SQL with ``?`` for parameters on either database."""

    def __init__(self, raw: Any, dialect: str) -> None:
        self.raw = raw
        self.postgres = dialect == "postgresql"

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a query and return its rows."""
        cursor = self._run(sql, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        cursor.close()
        return found

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run a statement and return how many rows it touched."""
        cursor = self._run(sql, parameters)
        count: int = cursor.rowcount
        cursor.close()
        return count

    def many(self, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each set of parameters."""
        cursor = self.raw.cursor()
        cursor.executemany(self._sql(sql), parameters)
        cursor.close()

    def _run(self, sql: str, parameters: Sequence[Any]) -> Any:
        cursor = self.raw.cursor()
        if self.postgres:
            cursor.execute(self._sql(sql), tuple(parameters) or None)
        else:
            cursor.execute(sql, parameters)
        return cursor

    def _sql(self, sql: str) -> str:
        return sql.replace("?", "%s") if self.postgres else sql

    # Whole tables

    def read(self, name: str, where: str = "", parameters: Sequence[Any] = (), only: Sequence[str] = ()) -> dict[str, list[Any]]:
        """Return the rows of entity table `name` as columns, in order of id.

        Columns in which every row has the default are left out (unless named in `only`).

        Args:
            name: The table.
            where: A condition, without WHERE.
            parameters: Its parameters.
            only: The columns to read; all of them if empty.
        """
        fields = fields_of(ENTITIES[name])
        wanted = list({"id": None} | dict.fromkeys(only)) if only else self._used(name, fields, where, parameters)
        columns: dict[str, list[Any]] = {column: [] for column in wanted}
        condition = f"({where}) AND " if where else ""
        last = -(2**63)
        while True:
            expressions = ", ".join(self._as_json_array(fields[column]) for column in wanted)
            rows = self.rows(
                f'SELECT count(*), max("id"), {expressions} FROM (SELECT {quoted(wanted)} FROM "{name}"'
                f' WHERE {condition}"id" > ? ORDER BY "id" LIMIT {READ_ROWS}) AS part',
                (*parameters, last),
            )
            count, last, *texts = rows[0]
            if not count:
                break
            try:
                for column, text in zip(wanted, texts, strict=True):
                    columns[column] += json.loads(text)
            except ValueError as error:
                raise StoreError(f"{name} hold what is no JSON", code="store.damaged", hint="restore a backup") from error
            if count < READ_ROWS:
                break
        if not self.postgres:
            for column in wanted:
                if fields[column].kind is Kind.FLAG:
                    columns[column] = list(map(bool, columns[column]))
        return columns

    def _as_json_array(self, field: FieldInfo) -> str:
        if self.postgres:
            return f'json_agg("{field.name}")::text'
        if field.kind is Kind.DATA:
            # SQLite's own json() would write numbers anew, and not always the same.
            return f"""'[' || group_concat(coalesce("{field.name}", 'null'), ',') || ']'"""
        return f'json_group_array("{field.name}")'

    def _used(self, name: str, fields: Mapping[str, FieldInfo], where: str, parameters: Sequence[Any]) -> list[str]:
        # One pass in pieces: look for the next row in which a column not met yet differs from its default.
        left = {n: self._differs(f) for n, f in fields.items() if n != "id"}
        condition = f"({where}) AND " if where else ""
        last = -(2**63)
        while left:
            found = self.rows(
                f'SELECT "id", {", ".join(left.values())} FROM "{name}"'
                f' WHERE {condition}"id" >= ? AND ({" OR ".join(left.values())}) ORDER BY "id" LIMIT 1',
                (*parameters, last),
            )
            if not found:
                break
            last, *differs = found[0]
            left = {n: sql for (n, sql), met in zip(left.items(), differs, strict=True) if not met}
        return [n for n in fields if n not in left]

    def _differs(self, field: FieldInfo) -> str:
        default = sql_default(field)
        if default is None:
            return f'"{field.name}" IS NOT NULL'
        if field.kind is Kind.FLAG and self.postgres:
            default = "true" if field.default else "false"
        return f'"{field.name}" {"IS DISTINCT FROM" if self.postgres else "IS NOT"} {default}'

    def insert(self, name: str, columns: Columns) -> None:
        """Insert rows given as columns; columns left out take their defaults.

        Raises:
            StoreError: `store.bad_value`, a value that a database cannot hold; names it.
        """
        count = len(columns["id"])
        if not count:
            return
        stored = {n: self.stored_values(ENTITIES[name], n, values) for n, values in columns.items()}
        if self.postgres and count > LISTED_IDS:
            cursor = self.raw.cursor()
            with cursor.copy(f'COPY "{name}" ({quoted(stored)}) FROM STDIN') as copy:
                for row in zip(*stored.values(), strict=True):
                    copy.write_row(row)
            cursor.close()
            return
        each = "(" + ", ".join("?" * len(stored)) + ")"
        batch = max(1, min(count, INSERT_PARAMETERS // len(stored)))
        start = f'INSERT INTO "{name}" ({quoted(stored)}) VALUES '
        statement = self._sql(start + ", ".join([each] * batch))
        rows = zip(*stored.values(), strict=True)
        cursor = self.raw.cursor()
        for _ in range(count // batch):
            cursor.execute(statement, tuple(chain.from_iterable(islice(rows, batch))))
        if rest := list(rows):
            cursor.execute(self._sql(start + ", ".join([each] * len(rest))), tuple(chain.from_iterable(rest)))
        cursor.close()

    def stored_values(self, model: type[Entity], name: str, values: Sequence[Any]) -> Sequence[Any]:
        """Return values of one field as the drivers take them."""
        kind = fields_of(model)[name].kind
        try:
            if kind is Kind.DATA:
                return [None if v is None else to_json(v) for v in values]
            if kind is Kind.FLAG:
                return list(map(bool, values)) if self.postgres else list(map(int, values))
            if kind in (Kind.TEXT, Kind.CHOICE):
                if "\0" in "".join(values):
                    raise ValueError("text with a NUL character in it")
                # A member of an enumeration would be sent by its name.
                return [str(v) for v in values] if kind is Kind.CHOICE else values
        except (TypeError, ValueError) as error:
            raise translate(error, f"{model.__name__.lower()}.{name}") from error
        return values
