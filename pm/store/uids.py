"""The numbers that rows of a project had before they went: they are kept with it, by table, and never given again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pm.model import ENTITIES, Changeset, Plan, fields_of
from pm.store.batch import Batch

Marks = dict[str, int]
"""The highest number gone, by table."""

NUMBERED = tuple(name for name, model in ENTITIES.items() if {"uid", "project_id"} <= fields_of(model).keys())
"""Tables whose rows have numbers that are unique in their project."""


def gone_in_batch(batch: Batch) -> dict[int, Marks]:
    """Return the highest numbers among the rows that `batch` deletes, by project and table."""
    return _highest(
        (name, owner, uid)
        for name in NUMBERED
        if (table := batch.tables.get(name)) is not None and {"uid", "project_id"} <= table.deletes.keys()
        for owner, uid in zip(table.deletes["project_id"], table.deletes["uid"], strict=True)
    )


def gone_in_changes(changeset: Changeset, plan: Plan) -> dict[int, Marks]:
    """Return the highest numbers among the rows of `plan` that `changeset` deletes, by project and table."""

    def gone() -> Iterator[tuple[str, int | None, int]]:
        for change in changeset.changes:
            if change.after is None and change.table in NUMBERED and change.id in plan.tables[change.table]:
                table = plan.tables[change.table]
                yield change.table, table.value(change.id, "project_id"), table.value(change.id, "uid")

    return _highest(gone())


def _highest(rows: Iterable[tuple[str, int | None, int]]) -> dict[int, Marks]:
    found: dict[int, Marks] = {}
    for name, owner, uid in rows:
        if owner is not None and uid > 0:
            marks = found.setdefault(owner, {})
            marks[name] = max(uid, marks.get(name, 0))
    return found


def raised(last_uids: Mapping[str, int] | None, gone: Marks) -> Marks | None:
    """Return a project's `last_uids` after rows are gone, None where they stay what they are."""
    known = dict(last_uids or {})
    merged = {**known, **{name: uid for name, uid in gone.items() if uid > known.get(name, 0)}}
    return merged if merged != known else None
