"""Tables as lists of lines, for migrations: a line is a column, its name, its type, its default, and what it refers to or
which words it may hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

FIRST_INSTANT, LAST_INSTANT = -62135596800, 253402300799


def tables_of(listed: Mapping[str, str], metadata: sa.MetaData) -> list[sa.Table]:
    """Add the tables that `listed` describes to `metadata`; what they refer to outside stands in it or in the list."""
    made = []
    for name, columns in listed.items():
        table = sa.Table(name, metadata, sa.Column("id", key(), primary_key=True, autoincrement=False))
        for line in columns.strip().splitlines():
            _add(table, line.strip(), list(listed))
        made.append(table)
    return made


def key() -> sa.types.TypeEngine[int]:
    """A 64-bit key."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _document() -> sa.types.TypeEngine[Any]:
    return sa.JSON().with_variant(sa.Text(), "sqlite")


def _add(table: sa.Table, line: str, order: Sequence[str]) -> None:
    line, _, words = line.partition(" : ")
    line, _, target = line.partition(" -> ")
    name, kind, *rest = line.split(" ")
    default = rest[0] if rest else "null"
    types: dict[str, Callable[[], sa.types.TypeEngine[Any]]] = {
        "whole": sa.BigInteger,
        "instant": sa.BigInteger,
        "text": sa.Text,
        "flag": sa.Boolean,
        "json": _document,
    }
    literals = {"true": sa.true(), "false": sa.false()}
    table.append_column(
        sa.Column(
            name,
            types[kind]() if kind != "choice" else sa.String(32),
            nullable=default == "null",
            server_default=None if default == "null" else literals.get(default, sa.text(default)),
        )
    )
    if kind == "instant":
        _check(table, f"instant_{name}", f'"{name}" BETWEEN {FIRST_INSTANT} AND {LAST_INSTANT}')
    if words:
        _check(table, f"choice_{name}", " OR ".join(f"\"{name}\" = '{word}'" for word in words.split(" ")))
    if target:
        late = target in order and order.index(target) > order.index(table.name)
        _refer(table, name, target, use_alter=late)
        sa.Index(f"ix_{table.name}_{name}", table.c[name])


def _check(table: sa.Table, name: str, condition: str) -> None:
    table.append_constraint(sa.CheckConstraint(sa.text(condition), name=f"ck_{table.name}_{name}"))


def _refer(table: sa.Table, name: str, target: str, *, use_alter: bool) -> None:
    table.append_constraint(
        sa.ForeignKeyConstraint(
            [name],
            [f"{target}.id"],
            name=f"fk_{table.name}_{name}",
            deferrable=True,
            initially="DEFERRED",
            use_alter=use_alter,
        )
    )
