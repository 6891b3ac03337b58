"""Where resources are booked for more than they have: the units booked at every instant, and the tasks that book them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pm.model.enums import ResourceType
from pm.resources.capacity import Capacity
from pm.resources.timephased import TimePhased
from pm.schedule.result import Ints


@dataclass(frozen=True)
class Overload:
    """A time in which a resource is booked for more than it may be; nights and days off in between belong to it.

    Attributes:
        resource_id: The resource.
        start, finish: Instants.
        units: The most units booked at once (FULL is one full time).
        allowed: The units that may be booked then.
        task_ids: The tasks that book them, in the order of the plan.
    """

    resource_id: int
    start: int
    finish: int
    units: int
    allowed: int
    task_ids: tuple[int, ...]


@dataclass(frozen=True)
class Booked:
    """What is booked of each resource, in segments of even load, by resource, then by time; idle time is left out.

    Attributes:
        resources: Ids of the resources that `resource` numbers.
        resource, start, finish: Number of the resource, and two instants.
        units: What is booked.
        allowed: What may be booked.
    """

    resources: tuple[int, ...]
    resource: Ints
    start: Ints
    finish: Ints
    units: Ints
    allowed: Ints


def booked(found: TimePhased) -> Booked:
    """Return what is booked of the work resources at every instant."""
    resources, holder, stretch, start, finish = _pieces(found)
    keep = holder >= 0
    holder, start, finish, units = holder[keep], start[keep], finish[keep], found.units[stretch[keep]]
    capacity = Capacity(found.schedule.plan, found.schedule.calendars)
    steps = [capacity.allowed(i) for i in resources]
    marks = [(n, t) for n, listed in enumerate(steps) for t, _ in listed[1:]]
    who = np.concatenate((holder, holder, np.array([n for n, _ in marks], dtype=np.int64)))
    when = np.concatenate((start, finish, np.array([t for _, t in marks], dtype=np.int64)))
    change = np.concatenate((units, -units, np.zeros(len(marks), dtype=np.int64)))
    order = np.lexsort((when, who))
    who, when, change = who[order], when[order], change[order]
    level = np.cumsum(change)  # each resource's changes add up to nothing
    busy = (
        np.flatnonzero((level[:-1] > 0) & (when[1:] > when[:-1]) & (who[1:] == who[:-1])) if len(who) else np.zeros(0, np.int64)
    )
    allowed = np.array([listed[0][1] for listed in steps] or [0], dtype=np.int64)[who[busy]]
    for n, listed in enumerate(steps):
        if len(listed) > 1:
            mine = np.flatnonzero(who[busy] == n)
            at = np.array([t for t, _ in listed], dtype=np.int64)
            there = np.array([u for _, u in listed], dtype=np.int64)
            allowed[mine] = there[np.searchsorted(at, when[busy[mine]], "right") - 1]
    return Booked(resources, who[busy], when[busy], when[busy + 1], level[busy], allowed)


def _pieces(found: TimePhased) -> tuple[tuple[int, ...], Ints, Ints, Ints, Ints]:
    """Return the work resources, and for each piece of work the number of its resource (-1: none), its stretch and its time."""
    plan = found.schedule.plan
    pairs = zip(plan.resources.ids, plan.resources.column("type"), strict=True)
    resources = tuple(i for i, kind in pairs if kind == ResourceType.WORK)
    number = {i: n for n, i in enumerate(resources)}
    stretch, start, finish, _ = found.pieces()
    rows = plan.assignments.column("resource_id")
    of_row = np.array([number.get(r, -1) for r in rows], dtype=np.int64)
    return resources, of_row[found.assignment[stretch]], stretch, start, finish


def overloads(found: TimePhased) -> tuple[Overload, ...]:
    """Return when which resource is booked for more than it may be, and by which tasks: by resource, then by time.

    What the same tasks book without a break, but for time that is not worked, is one overload.
    """
    over = booked(found)
    excess = np.flatnonzero(over.units > over.allowed)
    _, holder, stretch, start, finish = _pieces(found)
    order = np.lexsort((start, holder))
    holder, stretch, start, finish = holder[order], stretch[order], start[order], finish[order]
    asking = _asking(over, excess, holder, start, finish)
    plan = found.schedule.plan
    index = [plan.tasks.index[i] for i in plan.assignments.column("task_id")]
    merged: list[Overload] = []
    last = -2
    for n, pieces in zip(excess.tolist(), asking, strict=True):
        tasks = tuple(plan.tasks.ids[i] for i in sorted({index[found.assignment[stretch[p]]] for p in pieces}))
        resource_id = over.resources[over.resource[n]]
        units, allowed, end = int(over.units[n]), int(over.allowed[n]), int(over.finish[n])
        before = merged[-1] if merged else None
        if (
            before
            and last == n - 1
            and before.resource_id == resource_id
            and before.task_ids == tasks
            and before.allowed == allowed
        ):
            merged[-1] = Overload(resource_id, before.start, end, max(before.units, units), allowed, tasks)
        else:
            merged.append(Overload(resource_id, int(over.start[n]), end, units, allowed, tasks))
        last = n
    return tuple(merged)


def _asking(over: Booked, excess: Ints, holder: Ints, start: Ints, finish: Ints) -> list[list[int]]:
    """Return the pieces at work in each of the segments `excess`; pieces are sorted by holder, then by start.

    Pieces lie within a shift: those that reach into a segment began at most the longest of them before it.
    """
    longest = int((finish - start).max(initial=0))
    begin = np.searchsorted(holder, over.resource[excess], "left")
    end = np.searchsorted(holder, over.resource[excess], "right")
    found: list[list[int]] = []
    for n, a, b in zip(excess.tolist(), begin.tolist(), end.tolist(), strict=True):
        low = a + int(np.searchsorted(start[a:b], over.start[n] - longest, "left"))
        high = a + int(np.searchsorted(start[a:b], over.start[n], "right"))
        found.append((low + np.flatnonzero(finish[low:high] > over.start[n])).tolist())
    return found
