"""Parts of a plan: the rows of a project, alone or with what it shares with others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from pm.model.kinds import Entity, FieldInfo, fields_of
from pm.model.plan import ENTITIES, Plan

Ids = Mapping[str, Collection[int]]
"""Ids of rows by table."""


def plan_of_project(plan: Plan, *project_ids: int) -> Plan:
    """Return the plan of a project, or of some, with the shared pool."""
    return _part(plan, rows_of_projects(plan, project_ids, {name: table.index for name, table in plan.tables.items()}))


def standalone_plan(plan: Plan, *project_ids: int, besides: Ids | None = None) -> Plan:
    """Return the plan of projects with no more of the shared pool than their rows refer to, directly or by others.

    These are their people, the calendars of them, of tasks and of projects, their bases, and the programmes they hang on.

    Args:
        plan: A plan that holds the projects.
        project_ids: The projects.
        besides: Rows of the pool that are kept in any case.
    """
    part = plan_of_project(plan, *project_ids)
    while True:
        used = _references(part)
        for name, ids in (besides or {}).items():
            used[name].update(ids)
        kept = rows_of_projects(part, project_ids, used)
        if all(len(positions) == len(part.tables[name]) for name, positions in kept.items()):
            return part
        part = _part(part, kept)


def _part(plan: Plan, positions: Mapping[str, Sequence[int]]) -> Plan:
    return Plan({name: plan.tables[name].reordered(held) for name, held in positions.items()})


def _references(plan: Plan) -> dict[str, set[int]]:
    """Return the ids that rows of a plan refer to, by table; a row does not refer to the one it is a part of."""
    found: dict[str, set[int]] = {name: set() for name in ENTITIES}
    for name, model in ENTITIES.items():
        for f in fields_of(model).values():
            if f.ref is not None and f is not owner_field(model):
                found[f.ref].update(plan.tables[name].column(f.name))
    return found


def owner_field(model: type[Entity]) -> FieldInfo | None:
    """Return the field that names the row which rows of `model` are a part of, None where they belong to a project or to all."""
    fields = fields_of(model)
    if "project_id" in fields:
        return None
    return next((f for f in fields.values() if f.ref is not None and not f.optional), None)


def rows_of_projects(plan: Plan, project_ids: Collection[int], pool: Ids | None = None) -> dict[str, list[int]]:
    """Return the positions of the rows of projects, by table, and of those rows of the shared pool that `pool` names.

    With a pool, links that lead out of the projects are left out; without, they are taken along wherever they belong.
    """
    wanted = set(project_ids)
    ids: dict[str, set[int]] = {}
    found: dict[str, list[int]] = {}
    for name, model in ENTITIES.items():
        table, shared = plan.tables[name], pool.get(name, ()) if pool is not None else ()
        if name == "projects":
            positions = [p for p, i in enumerate(table.ids) if i in wanted]
        elif "project_id" in fields_of(model):
            owners = zip(table.ids, table.column("project_id"), strict=True)
            positions = [p for p, (i, owner) in enumerate(owners) if (i in shared if owner is None else owner in wanted)]
        elif (owner := owner_field(model)) is not None:
            inside = ids[owner.ref or ""]
            positions = [p for p, i in enumerate(table.column(owner.name)) if i in inside]
        else:
            positions = [p for p, i in enumerate(table.ids) if i in shared]
        if name == "links":
            ends = zip(table.column("predecessor_id"), table.column("successor_id"), strict=True)
            tasks = ids["tasks"]
            if pool is not None:
                inner = [a in tasks and b in tasks for a, b in ends]
                positions = [p for p in positions if inner[p]]
            else:
                positions = sorted({*positions, *(p for p, (a, b) in enumerate(ends) if a in tasks or b in tasks)})
        found[name] = positions
        ids[name] = {table.ids[p] for p in positions}
    return found
