"""The journal: one row for every changeset, never changed but for where undo and redo stand.

An undo is itself an entry that points at what it took back, so the journal reads as what happened. The state of a change says
what can be done with it: ``done`` can be undone, ``undone`` can be done again, ``dropped`` was undone and then left behind by
a newer change.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pm.errors import PlanError
from pm.store.batch import FORMAT, Batch
from pm.store.connection import Connection

DO, UNDO, REDO, IMPORT = "do", "undo", "redo", "import"
DONE, UNDONE, DROPPED = "done", "undone", "dropped"
BASELINE = "Set baseline "
"""How the label of a change that takes a baseline begins."""

_COLUMNS = "id, at, kind, state, label, author, reason, target_id, projects, size"


@dataclass(frozen=True)
class JournalEntry:
    """One line of the journal.

    Attributes:
        id: Its number; grows with time.
        at: When it was written, UTC.
        kind: ``do``, ``import``, ``undo`` or ``redo``.
        state: ``done``, ``undone`` or ``dropped``; of an undo or redo always ``done``.
        label: What the user did.
        author, reason: Who and why; empty where nobody said.
        target: The entry that an undo took back or a redo did again.
        projects: Ids of the projects whose rows it changed.
        size: How many rows it changed.
    """

    id: int
    at: datetime
    kind: str
    state: str
    label: str
    author: str
    reason: str
    target: int | None
    projects: tuple[int, ...]
    size: int


def nothing_to(verb: str) -> PlanError:
    """Return the error for an undo or redo where there is none."""
    return PlanError(f"there is nothing to {verb}", code=f"journal.nothing_to_{verb}")


def now() -> int:
    """Return the time in milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


def record(
    connection: Connection,
    kind: str,
    label: str,
    *,
    author: str,
    reason: str = "",
    batch: Batch | None = None,
    size: int,
    projects: Collection[int],
    base: Mapping[int, int],
    target: int | None = None,
) -> int:
    """Append an entry and return its number. `batch` is None for an undo or redo: the target's is the same, or the inverse."""
    entry_id: int = connection.rows("SELECT coalesce(max(id), 0) + 1 FROM changesets")[0][0]
    values: dict[str, Any] = {
        "id": entry_id,
        "at": now(),
        "kind": kind,
        "state": DONE,
        "label": label,
        "author": author,
        "reason": reason,
        "target_id": target,
        "projects": json.dumps(sorted(projects)),
        "base_revision": json.dumps({str(k): v for k, v in base.items()}),
        "size": size,
        "format": FORMAT,
        "body": batch.encode() if batch is not None else None,
    }
    marks = ", ".join("?" * len(values))
    connection.run(f"INSERT INTO changesets ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))
    return entry_id


def drop_undone(connection: Connection, author: str) -> None:
    """Give up what could be done again: a newer change stands in its place."""
    where, parameters = _mine(author)
    connection.run(f"UPDATE changesets SET state = '{DROPPED}' WHERE state = '{UNDONE}'{where}", parameters)


def set_state(connection: Connection, entry_id: int, state: str) -> None:
    """Note that a change was undone or done again."""
    connection.run("UPDATE changesets SET state = ? WHERE id = ?", (state, entry_id))


def next_undo(connection: Connection, author: str) -> JournalEntry | None:
    """Return what an undo would take back: the newest change of `author` (of anybody, if empty) that is done."""
    return _first(connection, f"state = '{DONE}' AND kind IN ('{DO}', '{IMPORT}')", "DESC", author)


def next_redo(connection: Connection, author: str) -> JournalEntry | None:
    """Return what a redo would do again: the oldest change of `author` (of anybody, if empty) that is undone."""
    return _first(connection, f"state = '{UNDONE}'", "ASC", author)


def batch_in(connection: Connection, entry_id: int) -> Batch:
    """Return what a change did.

    Raises:
        StoreError: `store.journal_format`, `store.damaged`.
    """
    body, version = connection.rows("SELECT body, format FROM changesets WHERE id = ?", (entry_id,))[0]
    return Batch.decode(bytes(body), version)


def batches_since(connection: Connection, entry_id: int) -> Iterator[Batch]:
    """Hand out what was done after an entry, newest first; an undo did the inverse of what it took back.

    Raises:
        StoreError: `store.journal_format`, `store.damaged`.
    """
    rows = connection.rows("SELECT id, kind, target_id FROM changesets WHERE id > ? ORDER BY id DESC", (entry_id,))
    for own, kind, target in rows:
        batch = batch_in(connection, own if target is None else target)
        yield batch.inverse() if kind == UNDO else batch


def entry_at(connection: Connection, milliseconds: int) -> int:
    """Return the newest entry written up to a time (milliseconds since 1970, UTC); 0 where there is none."""
    found: int = connection.rows("SELECT coalesce(max(id), 0) FROM changesets WHERE at <= ?", (milliseconds,))[0][0]
    return found


def entry_that_added(connection: Connection, table: str, row_id: int, label: str) -> int | None:
    """Return the newest change, among those whose label begins so, that added a row; None where there is none."""
    rows = connection.rows("SELECT id, label FROM changesets WHERE kind = ? ORDER BY id DESC", (DO,))
    for entry_id in (i for i, text in rows if text.startswith(label)):
        added = batch_in(connection, entry_id).tables.get(table)
        if added is not None and row_id in added.inserts["id"]:
            return int(entry_id)
    return None


def entries(connection: Connection, limit: int, project_id: int | None = None) -> list[JournalEntry]:
    """Return the newest entries, newest first; only those that changed a project, if one is given."""
    if project_id is None:
        rows = connection.rows(f"SELECT {_COLUMNS} FROM changesets ORDER BY id DESC LIMIT ?", (limit,))
        return [_entry(row) for row in rows]
    found: list[JournalEntry] = []
    last = 2**62
    while len(found) < limit:
        rows = connection.rows(f"SELECT {_COLUMNS} FROM changesets WHERE id < ? ORDER BY id DESC LIMIT 500", (last,))
        if not rows:
            break
        last = rows[-1][0]
        found += [entry for entry in map(_entry, rows) if project_id in entry.projects]
    return found[:limit]


def _first(connection: Connection, condition: str, order: str, author: str) -> JournalEntry | None:
    where, parameters = _mine(author)
    rows = connection.rows(f"SELECT {_COLUMNS} FROM changesets WHERE {condition}{where} ORDER BY id {order} LIMIT 1", parameters)
    return _entry(rows[0]) if rows else None


def _mine(author: str) -> tuple[str, tuple[str, ...]]:
    return (" AND author = ?", (author,)) if author else ("", ())


def moment(milliseconds: int) -> datetime:
    """Return milliseconds since 1970 as a time in UTC."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


def _entry(row: tuple[Any, ...]) -> JournalEntry:
    entry_id, at, kind, state, label, author, reason, target, projects, size = row
    return JournalEntry(entry_id, moment(at), kind, state, label, author, reason, target, tuple(json.loads(projects)), size)
