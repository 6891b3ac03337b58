"""Who is loaded how much: work by period against what there is, and where more is booked than there may be.

A resource is over-allocated where the units booked at one instant are more than it has then (times the over-booking that is
allowed), or where a period holds more work than its calendar has time for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from pm.model import FULL, Plan
from pm.model.enums import ResourceType
from pm.resources.buckets import Bucket, bucket_edges
from pm.resources.capacity import Capacity
from pm.resources.overload import Overload, booked, overloads
from pm.resources.timephased import TimePhased, runs, time_phased
from pm.schedule import Schedule
from pm.schedule.result import Ints


class By(StrEnum):
    """What loads are summed by."""

    RESOURCE = "resource"
    ROLE = "role"
    TEAM = "team"
    PROJECT = "project"


@dataclass(frozen=True)
class LoadRow:
    """What one line of a table of loads is about.

    Attributes:
        name: Of the resource, role, team or project; empty for work that nobody is named for, or that has none.
        resource_id: The resource, where the line is about one.
        project_id: The project, where the line is about one.
        units: The most units there ever are.
    """

    name: str
    resource_id: int | None = None
    project_id: int | None = None
    units: int = 0


@dataclass(frozen=True)
class Loads:
    """Work against capacity. Matrices have a row for each of `rows`, a column a bucket, and hold working seconds.

    Attributes:
        time_phased: Where the work lies.
        by, bucket: What is summed, over what.
        edges: Instants; bucket `b` lies from ``edges[b]`` to ``edges[b + 1]``.
        rows: What the lines are about, in the order of the plan.
        load: Work.
        capacity: What there is; all zero for projects and for work that nobody is named for.
        over: Work beyond what may be booked.
    """

    time_phased: TimePhased
    by: By
    bucket: Bucket
    edges: Ints
    rows: tuple[LoadRow, ...]
    load: Ints
    capacity: Ints
    over: Ints

    def overloads(self) -> tuple[Overload, ...]:
        """Return when which resource is booked for more than it has within the buckets, and the tasks that ask for it."""
        if not len(self.time_phased):
            return ()
        found = overloads(self.time_phased)
        return tuple(o for o in found if o.start < self.edges[-1] and o.finish > self.edges[0])


def resource_loads(
    schedule: Schedule,
    *,
    by: By = By.RESOURCE,
    bucket: Bucket | None = None,
    first: int | None = None,
    last: int | None = None,
    week_start: int = 0,
    most: int = 26,
) -> Loads:
    """Return the loads of the work resources of a plan.

    Args:
        schedule: The plan's schedule.
        by: What to sum by. A role or team has the capacity of its people; where it has only generic resources, of those.
        bucket: Over what; None for the shortest of week, month and quarter (days where it is two weeks) that makes at most
            `most` buckets.
        first, last: Instants; None for where work begins, and where it ends.
        week_start: The day that weeks begin on, 0 is Monday.
        most: See `bucket`.

    Raises:
        ScheduleError: a calendar never works, or cannot be compiled.
    """
    found = time_phased(schedule)
    plan = schedule.plan
    working = _working(plan)
    holder = np.array([working.get(r, -2) for r in plan.assignments.column("resource_id")], dtype=np.int64)[found.assignment]
    counted = holder > -2
    begin = first if first is not None else int(found.start[counted].min(initial=min(schedule.project_start.values(), default=0)))
    end = last if last is not None else int(found.finish[counted].max(initial=begin + 1))
    if not counted.any() and last is None:
        end = max(schedule.project_finish.values(), default=begin + 1)
    bucket = bucket or fitting(begin, end, week_start, most)
    edges = bucket_edges(begin, end, bucket, week_start)
    rows, line_of = _lines(plan, found, by, working)
    lines = line_of(holder)
    load = np.zeros((len(rows), len(edges) - 1), dtype=np.int64)
    stretch, at, work = found.by_bucket(edges)
    mine = counted[stretch]
    np.add.at(load, (lines[stretch[mine]], at[mine]), work[mine])
    capacity, allowed = _capacities(schedule, rows, by, edges)
    over = np.where(allowed > 0, np.maximum(load - allowed, 0), 0)
    if by is By.RESOURCE:
        named = np.array([row.resource_id is not None for row in rows], dtype=bool)[:, None]
        over = np.where(named, np.maximum(load - allowed, 0), 0)
        over = np.maximum(over, _by_instant(found, rows, edges))
    kept = _kept(rows, load, plan, by)
    return Loads(found, by, bucket, edges, tuple(rows[n] for n in kept), load[kept], capacity[kept], over[kept])


def fitting(first: int, last: int, week_start: int, most: int) -> Bucket:
    """Return the shortest of the usual periods that makes at most `most` buckets of the time between two instants."""
    if len(bucket_edges(first, last, Bucket.DAY)) - 1 <= min(14, most):
        return Bucket.DAY
    for bucket in (Bucket.WEEK, Bucket.MONTH):
        if len(bucket_edges(first, last, bucket, week_start)) - 1 <= most:
            return bucket
    return Bucket.QUARTER


def _working(plan: Plan) -> dict[int | None, int]:
    """Return the numbers of the resources that work, by id; nobody by name is number -1."""
    kinds = zip(plan.resources.ids, plan.resources.column("type"), plan.resources.column("blank"), strict=True)
    listed = [i for i, kind, blank in kinds if kind == ResourceType.WORK and not blank]
    return {None: -1, **{i: n for n, i in enumerate(listed)}}


Lines = tuple[list[LoadRow], Callable[[Ints], Ints]]


def _lines(plan: Plan, found: TimePhased, by: By, working: dict[int | None, int]) -> Lines:
    """Return the lines, and what turns the number of the resource of each stretch into the number of its line."""
    resources = plan.resources
    listed = [i for i in working if i is not None]
    if by is By.PROJECT:
        ids = list(plan.projects.ids)
        rows = [LoadRow(plan.projects.value(i, "code") or plan.projects.value(i, "name"), project_id=i) for i in ids]
        number = {i: n for n, i in enumerate(ids)}
        owners = np.array([number[i] for i in plan.assignments.column("project_id")], dtype=np.int64)
        return rows, lambda _: owners[found.assignment]
    if by is By.RESOURCE:
        capacity = Capacity(plan, found.schedule.calendars)
        rows = [LoadRow(resources.value(i, "name"), i, None, max(u for _, u in capacity.units(i))) for i in listed]
        return [*rows, LoadRow("")], lambda holder: np.where(holder == -1, len(rows), np.maximum(holder, 0))
    names = [str(resources.value(i, str(by))) for i in listed]
    order = {name: n for n, name in enumerate(dict.fromkeys([*(n for n in names if n), ""]))}
    line = np.array([*(order[name] for name in names), order[""]], dtype=np.int64)
    return [LoadRow(name) for name in order], lambda holder: line[np.maximum(holder, -1)]


def _capacities(schedule: Schedule, rows: Sequence[LoadRow], by: By, edges: Ints) -> tuple[Ints, Ints]:
    """Return what the resources of each line have, and what of it may be booked."""
    plan = schedule.plan
    found = np.zeros((2, len(rows), len(edges) - 1), dtype=np.int64)
    if by is By.PROJECT:
        return found[0], found[1]
    capacity = Capacity(plan, schedule.calendars)
    for n, row in enumerate(rows):
        for resource_id in _members(plan, row, by):
            own = capacity.by_bucket(resource_id, edges)
            found[0, n] += own
            found[1, n] += own * int(plan.resources.value(resource_id, "allowed_load")) // FULL
    return found[0], found[1]


def _members(plan: Plan, row: LoadRow, by: By) -> Iterable[int]:
    """Return the resources whose capacity a line has."""
    if by is By.RESOURCE:
        return [row.resource_id] if row.resource_id is not None else []
    resources = plan.resources
    columns = zip(*(resources.column(n) for n in ("type", "blank", "generic", str(by))), strict=True)
    mine = [
        (i, generic)
        for i, (kind, blank, generic, name) in zip(resources.ids, columns, strict=True)
        if kind == ResourceType.WORK and not blank and name == row.name
    ]
    people = [i for i, generic in mine if not generic]
    return people or [i for i, _ in mine]


def _by_instant(found: TimePhased, rows: Sequence[LoadRow], edges: Ints) -> Ints:
    """Return the working seconds by bucket in which each resource is booked beyond what it has at the instant."""
    line = {row.resource_id: n for n, row in enumerate(rows) if row.resource_id is not None}
    over = np.zeros((len(rows), len(edges) - 1), dtype=np.int64)
    b = booked(found)
    excess = np.flatnonzero(b.units > b.allowed)
    low = np.maximum(np.searchsorted(edges, b.start[excess], "right") - 1, 0)
    high = np.minimum(np.searchsorted(edges, b.finish[excess], "left"), len(edges) - 1)
    which, bucket = runs(low, high)
    at = excess[which]
    inside = np.minimum(b.finish[at], edges[bucket + 1]) - np.maximum(b.start[at], edges[bucket])
    lines = np.array([line[b.resources[r]] for r in b.resource[at].tolist()], dtype=np.int64)
    np.add.at(over, (lines, bucket), (b.units[at] - b.allowed[at]) * inside)
    result: Ints = over // FULL
    return result


def _kept(rows: Sequence[LoadRow], load: Ints, plan: Plan, by: By) -> list[int]:
    """Return the lines that are shown: those with work, and the active resources, roles and teams."""
    if by is By.PROJECT:
        return list(range(len(rows)))
    some = load.sum(axis=1) > 0
    if by is By.RESOURCE:
        active = [row.resource_id is not None and bool(plan.resources.value(row.resource_id, "active")) for row in rows]
        return [n for n in range(len(rows)) if some[n] or active[n]]
    return [n for n, row in enumerate(rows) if some[n] or row.name]
