"""Looking whether a database is whole: its pages, its references, its trees and its logic."""

from __future__ import annotations

from typing import Any

from pm.errors import PMError
from pm.model import ENTITIES, fields_of
from pm.store.connection import Connection
from pm.store.database import Database
from pm.store.stamps import CheckLogic
from pm.store.writer import describe, logic_of

_SHOWN = 20


def checkup(database: Database, check_logic: CheckLogic) -> list[str]:
    """Return what is wrong, one sentence each; nothing where all is well."""
    with database.read() as connection:
        found = _pages(connection) + _dangling(connection) + _counters(connection)
        try:
            check_logic(logic_of(connection))
        except PMError as error:
            found.append(str(error))
    return found


def _pages(connection: Connection) -> list[str]:
    if connection.postgres:
        return []
    return [f"the file is damaged: {text}" for (text,) in connection.rows("PRAGMA integrity_check") if text != "ok"]


def _dangling(connection: Connection) -> list[str]:
    found: list[str] = []
    for name, model in ENTITIES.items():
        for info in fields_of(model).values():
            if info.ref is None:
                continue
            rows: list[tuple[Any, ...]] = connection.rows(
                f'SELECT a."id", a."{info.name}" FROM "{name}" AS a LEFT JOIN "{info.ref}" AS b ON b."id" = a."{info.name}"'
                f' WHERE a."{info.name}" IS NOT NULL AND b."id" IS NULL LIMIT {_SHOWN}'
            )
            found += [
                f"{describe(name, row_id)} refers to {describe(info.ref, target)}, which is gone" for row_id, target in rows
            ]
    return found


def _counters(connection: Connection) -> list[str]:
    following = dict(connection.rows("SELECT name, next_id FROM id_sequences"))
    found: list[str] = []
    for name in ENTITIES:
        largest = connection.rows(f'SELECT max("id") FROM "{name}"')[0][0]
        if largest is not None and largest >= following.get(name, 1):
            found.append(f"the next {describe(name, 0).removesuffix(' 0')} would take an id that is used already")
    return found
