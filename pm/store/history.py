"""Time travel: the plan as it was after an entry of the journal, by taking back everything since."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pm.errors import NotFoundError, StoreError
from pm.model import ENTITIES, Plan, Project, Table, fields_of
from pm.store.batch import Batch

Row = dict[str, Any]


def rewound(plan: Plan, batches: Iterable[Batch]) -> Plan:
    """Return `plan` before `batches`, which are the changes that led to it, newest first.

    Raises:
        StoreError: `journal.gap`, the changes do not lead to the plan.
    """
    found: dict[str, dict[int, Row | None]] = {}
    whole: dict[str, set[int]] = {}
    for batch in batches:
        for name, table in batch.tables.items():
            net, full = found.setdefault(name, {}), whole.setdefault(name, set())
            for row_id in table.inserts["id"]:
                net[row_id] = None
            for row in _rows(table.deletes):
                net[row["id"]] = row
                full.add(row["id"])
            for row_id, before, _ in table.updates:
                known = net.setdefault(row_id, {})
                if known is None:
                    raise _gap(name, row_id)
                known.update(before)
    tables = dict(plan.tables)
    for name, net in found.items():
        tables[name] = _rewritten(name, tables[name], net, whole[name])
    past = Plan(tables)
    past.check_references()
    return past


def _rewritten(name: str, table: Table[Any], net: Mapping[int, Row | None], whole: Collection[int]) -> Table[Any]:
    """Return a table with rows as `net` has them: None takes a row out; those in `whole` are there with all their fields."""
    fields = fields_of(ENTITIES[name])
    edits: dict[int, Row] = {}
    back: list[Row] = []
    for row_id, row in net.items():
        if row is None:
            continue
        if row_id in table:
            edits[row_id] = {n: row.get(n, fields[n].default) for n in {*table.stored, *row}} if row_id in whole else row
        elif row_id in whole:
            back.append({**row, "id": row_id})
        else:
            raise _gap(name, row_id)
    return table.changed(edits, back, [i for i, row in net.items() if row is None])


def project_then(past: Plan, known: Table[Project], code: str) -> int:
    """Return the id that a project had in the plan of everything of a past moment; it may have had another code.

    Args:
        past: Everything, then.
        known: The projects there are now.
        code: What it is called now, or was called then.

    Raises:
        NotFoundError: `plan.no_project`, no project is or was called so; `journal.no_project_then`.
    """
    now = next((p for p in known if p.code.casefold() == code.casefold()), None)
    if now is not None and now.id in past.projects:
        return now.id
    then = next((p for p in past.projects if p.code.casefold() == code.casefold()), None)
    if then is not None:
        return then.id
    if now is None:
        return Plan({"projects": known}).project(code).id
    raise NotFoundError(
        "the project was not there then", code="journal.no_project_then", subject=code, hint=f"pm log {code} lists its changes"
    )


def family(plans: Sequence[Plan], projects: Collection[int]) -> list[int]:
    """Return `projects` and those that links join to them in any of `plans`, directly or by others, in order of their ids."""
    joined: set[tuple[int, int]] = set()
    for plan in plans:
        owners, index = plan.tasks.column("project_id"), plan.tasks.index
        ends = zip(plan.links.column("predecessor_id"), plan.links.column("successor_id"), strict=True)
        joined.update((owners[index[a]], owners[index[b]]) for a, b in ends)
    found = set(projects)
    while grown := {i for pair in joined if found & set(pair) for i in pair} - found:
        found |= grown
    return sorted(found)


def _gap(table: str, row_id: int) -> StoreError:
    return StoreError(
        "the journal does not lead back there",
        code="journal.gap",
        subject=f"{table} {row_id}",
        hint="pm db check tells whether the database is damaged",
    )


def _rows(columns: Mapping[str, Any]) -> Iterator[Row]:
    names = list(columns)
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(names, values, strict=True))


__all__ = ["family", "project_then", "rewound"]
