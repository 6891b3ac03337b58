"""Plans to compare: a random plan that can be scheduled, and the same plan after random edits of every kind."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

from pm.errors import PlanError
from pm.model import ENTITIES, FULL, Change, Changeset, Plan, Table, fields_of
from pm.model.kinds import DAY, HOUR
from pm.schedule import compute_schedule
from tests.schedule.random_plans import START, random_plan


@cache
def scheduled_plan(number: int, size: int = 30) -> Plan:
    """Return the random plan number `number` of those that can be scheduled."""
    seed, found = 1000 * number, None
    while found is None:
        seed += 1
        found = _if_scheduled(random_plan(seed, size=size))
    return found


def _if_scheduled(plan: Plan) -> Plan | None:
    try:
        compute_schedule(plan)
    except PlanError:
        return None
    return plan


def variant(plan: Plan, seed: int, *, edits: int = 12) -> Plan:
    """Return `plan` after some random edits, after which it can still be scheduled."""
    rng = random.Random(seed)
    for _ in range(edits):
        try:
            changed = plan.apply(Changeset("", tuple(_edit(plan, rng))))
        except PlanError:
            continue
        plan = _if_scheduled(changed) or plan
    return plan


def _edit(plan: Plan, rng: random.Random) -> list[Change]:
    tasks = list(plan.tasks.ids)
    task = rng.choice(tasks)
    values: dict[str, dict[str, Any]] = {
        "duration": {"duration": rng.choice((0, 4, 16, 40, 80)) * HOUR},
        "constraint": {"constraint_type": "SNET", "constraint_date": START + rng.randint(0, 40) * DAY},
        "progress": {"actual_start": START + rng.randint(0, 5) * DAY, "percent_complete": rng.choice((1000, 5000))},
        "levelling": {"levelling_delay": rng.choice((0, 5)) * DAY},
        "manual": {"manual": True, "manual_start": START + rng.randint(0, 30) * DAY},
        "automatic": {"manual": False},
        "calendar_of": {"calendar_id": rng.choice((None, 1, 2, 3))},
        "inactive": {"active": rng.random() < 0.5},
        "rename": {"name": f"Renamed {rng.randint(0, 99)}", "notes": "new"},
        "move": {"parent_id": rng.choice([None, *tasks]), "position": rng.randint(0, 40)},
    }
    kind = rng.choice((*values, "add", "remove", "link", "unlink", "relink", "assign", "holiday", "project", "week"))
    if kind in values:
        return [_update(plan, "tasks", task, values[kind])]
    if kind == "add":
        return _added(plan, rng, task)
    if kind == "remove":
        return _removed(plan, task)
    if kind == "link":
        return [_inserted(plan, "links", project_id=1, predecessor_id=task, successor_id=rng.choice(tasks))]
    if kind in ("unlink", "relink") and plan.links.ids:
        link = rng.choice(plan.links.ids)
        lag = {"type": rng.choice(("FS", "SS")), "lag": rng.choice((0, 8, 24)) * HOUR, "lag_kind": "working"}
        return [_deleted(plan, "links", link) if kind == "unlink" else _update(plan, "links", link, lag)]
    if kind == "assign":
        owner = plan.tasks.value(task, "project_id")
        return [_inserted(plan, "assignments", project_id=owner, task_id=task, resource_id=rng.randint(1, 4), units=FULL)]
    if kind == "holiday":
        day = START - START % DAY + rng.randint(0, 30) * DAY
        row = {"calendar_id": rng.randint(1, 3), "name": "Closed", "start": day, "finish": day + 2 * DAY, "shifts": []}
        return [_inserted(plan, "calendar_exceptions", **row)]
    if kind == "week":
        return [_update(plan, "calendars", rng.randint(1, 3), {"week": [[[8 * HOUR, 18 * HOUR]]] * 4 + [[], [], []]})]
    project = {"start": START + rng.randint(0, 9) * DAY, "status_date": START + rng.randint(0, 9) * DAY}
    return [_update(plan, "projects", rng.choice(plan.projects.ids), project)]


def _update(plan: Plan, table: str, row_id: int, values: dict[str, Any]) -> Change:
    return Change(table, row_id, {n: plan.tables[table].value(row_id, n) for n in values}, values)


def _inserted(plan: Plan, table: str, **values: Any) -> Change:
    return Change(table, plan.next_id(table), None, values)


def _deleted(plan: Plan, table: str, row_id: int) -> Change:
    return Change(table, row_id, plan.tables[table].row(row_id), None)


def _added(plan: Plan, rng: random.Random, task: int) -> list[Change]:
    """A task beside another one, and a link between the two."""
    owner, parent = (plan.tasks.value(task, n) for n in ("project_id", "parent_id"))
    row = {"project_id": owner, "parent_id": parent, "position": rng.randint(0, 40), "duration": 24 * HOUR}
    new = _inserted(plan, "tasks", uid=max(plan.tasks.column("uid")) + 1, name=f"New {rng.randint(0, 99)}", **row)
    ends = (task, new.id) if rng.random() < 0.5 else (new.id, task)
    return [new, _inserted(plan, "links", project_id=owner, predecessor_id=ends[0], successor_id=ends[1])]


def _removed(plan: Plan, task: int) -> list[Change]:
    """A branch, with its links and assignments."""
    position = plan.tasks.position(task)
    gone = set(plan.tasks.ids[position : plan.outline.end[position]])
    if len(gone) > 5:
        return []
    changes = [_deleted(plan, "tasks", i) for i in gone]
    for table, columns in (("links", ("predecessor_id", "successor_id")), ("assignments", ("task_id",))):
        rows = plan.tables[table]
        changes += [_deleted(plan, table, i) for i in rows.ids if any(rows.value(i, c) in gone for c in columns)]
    return changes


def renumbered(plan: Plan, seed: int) -> Plan:
    """Return the same plan as another file would hold it: other ids, rows in another order."""
    rng = random.Random(seed)
    ids: dict[str, dict[int, int]] = {}
    for name, table in plan.tables.items():
        fresh = rng.sample(range(1, 50 + 2 * len(table)), len(table))
        ids[name] = dict(zip(table.ids, fresh, strict=True))
    tables: dict[str, Table[Any]] = {}
    for name, model in ENTITIES.items():
        table = plan.tables[name]
        rows = [{**table.row(i), "id": i} for i in table.ids]
        rng.shuffle(rows)
        for row in rows:
            for info in fields_of(model).values():
                known = ids.get(name if info.name == "id" else info.ref or "")
                if known is not None and row.get(info.name) is not None:
                    row[info.name] = known[row[info.name]]
        tables[name] = Table.from_rows(model, rows)
    return Plan(tables)
