"""Random edits of plans: one changeset at a time, over everything that a user can change."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from pm.model import FULL, Change, Changeset, Plan
from pm.model.kinds import DAY, HOUR
from tests.schedule.random_plans import START

Values = dict[str, Any]
DAY_WORK = 8 * HOUR


def random_edit(rng: random.Random, plan: Plan) -> Changeset:
    """Return a change of one task, link, assignment or project of `plan`, or of several at once."""
    makers = (*[_task] * 12, *[_link_lag] * 3, *[_assignment] * 3, *[_relink] * 4, _project, _task_out, _calendar_day)
    changes: dict[tuple[str, int], Change] = {}
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        for change in rng.choice(makers)(rng, plan):
            changes.setdefault((change.table, change.id), change)
    if any((c.before is None or c.after is None) and c.table != "links" for c in changes.values()) and len(changes) > 1:
        changes = {k: c for k, c in changes.items() if c.before is not None and c.after is not None}
    return Changeset("edit", tuple(changes.values()))


def _set(plan: Plan, table: str, row: int, values: Values) -> list[Change]:
    before = {n: plan.tables[table].value(row, n) for n in values}
    return [Change(table, row, before, values)] if before != values else []


def _date(rng: random.Random) -> int:
    return START + rng.randint(-5, 40) * DAY + rng.choice((0, 0, 4 * HOUR, 9 * HOUR, 90 * 60))


def _task(rng: random.Random, plan: Plan) -> list[Change]:
    values: list[Callable[[], Values]] = [
        lambda: {"duration": rng.choice((0, 90 * 60, 4 * HOUR, DAY_WORK, 3 * DAY_WORK, 9 * DAY_WORK))},
        lambda: {"duration": rng.choice((0, HOUR, 2 * HOUR, DAY_WORK))},
        lambda: {"duration_unit": rng.choice(("d", "ed"))},
        lambda: {"calendar_id": rng.choice((None, 1, 2, 3))},
        lambda: _constraint(rng),
        lambda: _constraint(rng),
        lambda: {"deadline": rng.choice((None, _date(rng)))},
        lambda: {"levelling_delay": rng.choice((0, 3 * HOUR, 2 * DAY))},
        lambda: {"manual": rng.choice((True, False)), "manual_start": _date(rng)},
        lambda: {"active": rng.choice((True, True, False))},
        lambda: {"ignore_resource_calendars": rng.choice((True, False))},
        lambda: _progress(rng),
        lambda: _progress(rng),
        lambda: {"name": "Another name", "notes": "and more"},
        lambda: {"splits": rng.choice((None, [[0, DAY_WORK], [2 * DAY_WORK, DAY_WORK]]))},
    ]
    return _set(plan, "tasks", rng.choice(plan.tasks.ids), rng.choice(values)())


def _constraint(rng: random.Random) -> Values:
    kind = rng.choice(("ASAP", "ASAP", "ALAP", "ALAP", "SNET", "SNLT", "FNET", "FNLT", "MSO", "MFO"))
    return {"constraint_type": kind, "constraint_date": None if kind in ("ASAP", "ALAP") else _date(rng)}


def _progress(rng: random.Random) -> Values:
    blank: Values = dict.fromkeys(("actual_start", "actual_finish", "stop", "resume", "remaining_duration"))
    kind = rng.randint(0, 3)
    if kind == 0:
        return blank | {"percent_complete": 0}
    begun = blank | {"actual_start": START + rng.randint(0, 3) * DAY, "percent_complete": 4000}
    if kind == 1:
        return begun | {"actual_finish": begun["actual_start"] + rng.randint(1, 4) * DAY, "percent_complete": FULL}
    if kind == 2:
        return begun | {"stop": START + 4 * DAY, "resume": START + 6 * DAY, "remaining_duration": DAY_WORK}
    return begun


def _link_lag(rng: random.Random, plan: Plan) -> list[Change]:
    if not len(plan.links):
        return []
    kind = rng.choice(("working", "working", "elapsed", "percent"))
    lag = rng.choice((-5000, 0, 2500)) if kind == "percent" else rng.choice((-4, 0, 3, 16)) * HOUR
    return _set(plan, "links", rng.choice(plan.links.ids), {"lag": lag, "lag_kind": kind})


def _relink(rng: random.Random, plan: Plan) -> list[Change]:
    return rng.choice((_link_in, _link_in, _link_out))(rng, plan)


def _link_in(rng: random.Random, plan: Plan) -> list[Change]:
    if len(plan.tasks) < 2:
        return []
    one, other = sorted(rng.sample(range(len(plan.tasks)), 2), reverse=rng.random() < 0.2)
    one, other = plan.tasks.ids[one], plan.tasks.ids[other]
    kind = rng.choice(("FS", "FS", "SS", "FF", "SF"))
    row = {"project_id": 1, "predecessor_id": one, "successor_id": other, "type": kind, "lag": rng.choice((0, 0, 3 * HOUR))}
    return [Change("links", plan.next_id("links"), None, row)]


def _link_out(rng: random.Random, plan: Plan) -> list[Change]:
    if not len(plan.links):
        return []
    link = rng.choice(plan.links.ids)
    if rng.random() < 0.5:
        return _set(plan, "links", link, {"type": rng.choice(("FS", "SS", "FF", "SF"))})
    return [Change("links", link, plan.links.row(link), None)]


def _assignment(rng: random.Random, plan: Plan) -> list[Change]:
    rows, kind = plan.assignments, rng.randint(0, 5)
    if not len(plan.resources):
        return []
    if kind == 0 or not len(rows):
        row = {"project_id": 1, "task_id": rng.choice(plan.tasks.ids), "resource_id": rng.choice(plan.resources.ids)}
        return [Change("assignments", plan.next_id("assignments"), None, row | {"work": DAY_WORK})]
    chosen = rng.choice(rows.ids)
    if kind == 1:
        return [Change("assignments", chosen, rows.row(chosen), None)]
    values: list[Values] = [
        {"work": rng.choice((0, 4 * HOUR, 3 * DAY_WORK))},
        {"units": rng.choice((5000, FULL))},
        {"delay": rng.choice((0, 4 * HOUR))},
        {"resource_id": rng.choice(plan.resources.ids)},
        {"task_id": rng.choice(plan.tasks.ids)},
        {"profile": rng.choice((None, [[4 * HOUR, 4 * HOUR], [8 * HOUR, 0], [4 * HOUR, 4 * HOUR]]))},
    ]
    return _set(plan, "assignments", chosen, rng.choice(values))


def _project(rng: random.Random, plan: Plan) -> list[Change]:
    values: list[Values] = [
        {"status_date": rng.choice((None, START + 5 * DAY))},
        {"start": START + rng.randint(0, 3) * DAY},
        {"profile": rng.choice(("slackline", "msproject", "primavera"))},
        {"calendar_id": rng.choice((None, 1, 2))},
        {"revision": rng.randint(1, 9)},
    ]
    return _set(plan, "projects", rng.choice(plan.projects.ids), rng.choice(values))


def _task_out(rng: random.Random, plan: Plan) -> list[Change]:
    linked = {*plan.links.column("predecessor_id"), *plan.links.column("successor_id")}
    held = {*plan.tasks.column("parent_id"), *plan.assignments.column("task_id")}
    free = [i for i in plan.tasks.ids if i not in linked | held]
    if not free or len(plan.tasks) < 2:
        return []
    task = rng.choice(free)
    return [Change("tasks", task, plan.tasks.row(task), None)]


def _calendar_day(rng: random.Random, plan: Plan) -> list[Change]:
    ids = plan.calendar_exceptions.ids
    if not ids:
        return []
    day = START - START % DAY + rng.randint(0, 30) * DAY
    return _set(plan, "calendar_exceptions", rng.choice(ids), {"start": day, "finish": day})
