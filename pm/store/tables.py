"""The tables of the database: one for each entity of a plan, derived from it, and those that hold no plan data.

A field is declared once, in `pm.model`; what the database adds to it (defaults, foreign keys from `Ref` marks, indexes on
them, checks of instants) is derived here. Foreign keys are deferred to the commit: a changeset may insert and delete in any
order, and tables refer to each other in circles.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    DefaultClause,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    false,
    text,
    true,
)
from sqlmodel import SQLModel

from pm.model import ENTITIES, Entity, Kind, fields_of
from pm.model.kinds import FIRST_INSTANT, LAST_INSTANT, FieldInfo
from pm.store.connection import sql_default

HEAD = 4
"""The number of the newest migration: what a database must stand at to be used without upgrading it."""

KEY = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit key; INTEGER makes it the row's own number in SQLite, which needs no index of its own."""

DOCUMENT = JSON().with_variant(Text(), "sqlite")
"""JSON; SQLite would take a column of a type called JSON for numbers, and round them."""


class StoredEntity(SQLModel):
    """Base of the table classes; gives them a metadata of their own."""

    metadata = MetaData()


metadata = StoredEntity.metadata


def _derive(name: str, model: type[Entity]) -> type[Entity]:
    """Return the table class of `model`, complete with what a database enforces."""
    members = {"__tablename__": name, "__module__": __name__, "__doc__": f"Rows of {model.__name__}.", "metadata": metadata}
    make: Any = type(model)
    row_class: type[Entity] = make(f"{model.__name__}Row", (model,), members, table=True)
    table: Table = row_class.__table__  # type: ignore[attr-defined]
    table.c.id.type = KEY
    table.c.id.autoincrement = False
    for info in fields_of(model).values():
        if info.name == "id":
            continue
        column = table.c[info.name]
        default = sql_default(info)
        if isinstance(column.type, Boolean):
            column.server_default = DefaultClause(true() if info.default else false())
        elif default is not None:
            column.server_default = DefaultClause(text(default))
        if info.kind is Kind.DATA:
            column.type = DOCUMENT
        if info.kind is Kind.INSTANT:
            _check(table, f"instant_{info.name}", f'"{info.name}" BETWEEN {FIRST_INSTANT} AND {LAST_INSTANT}')
        if info.choices is not None:
            _check_choice(table, info)
        if info.ref is not None:
            _refer(table, info.name, info.ref)
    return row_class


def _check(table: Table, name: str, condition: str) -> None:
    table.append_constraint(CheckConstraint(text(condition), name=f"ck_{table.name}_{name}"))


def _check_choice(table: Table, info: FieldInfo) -> None:
    # The check that comes with the column's own type says IN: SQLite builds that list anew for every statement, which makes
    # an insert four times slower than the same condition spelt with OR.
    for constraint in [c for c in table.constraints if isinstance(c, CheckConstraint) and info.name in c.columns]:
        table.constraints.discard(constraint)
    table.c[info.name].type = String(32)
    words = [str(word).replace("'", "''") for word in info.choices or ()]
    _check(table, f"choice_{info.name}", " OR ".join(f"\"{info.name}\" = '{word}'" for word in words))


def _refer(table: Table, name: str, target: str) -> None:
    # Projects name a calendar and calendars a project: one of a circle's keys has to be added after both tables are there.
    late = list(ENTITIES).index(target) > list(ENTITIES).index(table.name)
    table.append_constraint(
        ForeignKeyConstraint(
            [name],
            [f"{target}.id"],
            name=f"fk_{table.name}_{name}",
            deferrable=True,
            initially="DEFERRED",
            use_alter=late,
        )
    )
    Index(f"ix_{table.name}_{name}", table.c[name])


ROWS: Mapping[str, type[Entity]] = {name: _derive(name, model) for name, model in ENTITIES.items()}
"""The table class of every entity, by the plan's name of the table."""


def _whole(name: str, default: int | None = 0, **options: Any) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default=None if default is None else text(str(default)), **options)


def _words(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=text("''"))


VERSION_TABLE = "schema_version"

schema_version = Table(
    VERSION_TABLE,
    metadata,
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name=f"{VERSION_TABLE}_pkc"),
)
"""Where the database stands among the migrations; Alembic keeps it."""

store_state = Table(
    "store_state",
    metadata,
    Column("id", KEY, primary_key=True, autoincrement=False),
    _whole("generation"),
    _whole("pool_revision"),
)
"""One row, locked by every writer. `generation` counts writes; `pool_revision` those to rows that belong to no project."""

id_sequences = Table("id_sequences", metadata, Column("name", Text, primary_key=True), _whole("next_id", 1))
"""The next id of every table; only ever grows, so an id is never used again."""

changesets = Table(
    "changesets",
    metadata,
    Column("id", KEY, primary_key=True, autoincrement=False),
    _whole("at", None),
    _words("kind"),
    _words("state"),
    _words("label"),
    _words("author"),
    _words("reason"),
    Column("target_id", BigInteger, nullable=True),
    _words("projects"),
    _words("base_revision"),
    _whole("size"),
    _whole("format"),
    Column("body", LargeBinary, nullable=True),
    Index("ix_changesets_state", "state", "id"),
)
"""The journal. `at` is milliseconds since 1970 UTC; `target_id` what an undo or redo took back or did again; `projects` and
`base_revision` are JSON; `size` counts changed rows; `body` holds them (`pm.store.batch`)."""

results = Table(
    "results",
    metadata,
    Column("project_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
    _whole("revision"),
    Column("data", LargeBinary, nullable=False),
    ForeignKeyConstraint(
        ["project_id"], ["projects.id"], name="fk_results_project_id", ondelete="CASCADE", deferrable=True, initially="DEFERRED"
    ),
)
"""Computed columns of a project at a revision: little-endian 64-bit integers, one a task in outline order."""


def create_tables(connection: Connection) -> None:
    """Make every table, index and constraint in an empty database."""
    # A copy: making them on PostgreSQL marks keys that had to wait as not to be made inside their table, for ever.
    copy = MetaData()
    for table in metadata.tables.values():
        table.to_metadata(copy)
    copy.create_all(connection)
