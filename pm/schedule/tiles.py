"""Compiled arrays laid out for many copies of a network side by side.

Copy `m` of place `p` is place ``p * count + m``; tasks, slots and projects likewise. The copies of a generation lie together.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np

from pm.schedule.arrays import Span, TaskArrays
from pm.schedule.logic import Logic
from pm.schedule.network import Topology
from pm.schedule.result import Ints


def tiled(indices: Ints, count: int) -> Ints:
    """Return the indices of all copies of places or tasks."""
    return (indices[:, None] * count + np.arange(count)).reshape(-1)


def tiled_topology(topology: Topology, count: int) -> Topology:
    """Return the order of so many copies; the graph stays that of one."""
    task = tiled(topology.task, count)
    levels = [begin * count for begin in topology.levels]
    return Topology(topology.graph, np.zeros(0, np.int64), levels, np.repeat(topology.kind, count), task, topology.edges)


def tiled_tasks(tasks: TaskArrays, count: int) -> TaskArrays:
    """Return the tasks of so many copies; each has projects of its own."""
    columns: dict[str, Any] = {
        f.name: np.repeat(getattr(tasks, f.name), count) for f in fields(tasks) if _is_column(tasks, f.name)
    }
    columns["project"] = tiled(tasks.project, count)
    columns["projects"] = [p for p in tasks.projects for _ in range(count)]
    columns["profiles"] = [p for p in tasks.profiles for _ in range(count)]
    found = TaskArrays(**columns)
    found.bank = tasks.bank
    for m in range(count):
        take_over(tasks, found, np.array(sorted({*tasks.spans, *tasks.split, *tasks.left}), dtype=np.int64), m, count)
    return found


def _is_column(tasks: TaskArrays, name: str) -> bool:
    return isinstance(getattr(tasks, name, None), np.ndarray)


def one_of(tasks: TaskArrays, copies: TaskArrays, m: int) -> TaskArrays:
    """Return copy `m` of `tasks`: views of the columns of all copies."""
    count = len(copies.project) // max(1, len(tasks.project))
    columns: dict[str, Any] = {f.name: getattr(copies, f.name)[m::count] for f in fields(tasks) if _is_column(tasks, f.name)}
    columns["project"] = tasks.project
    spans, split, left = dict(tasks.spans), set(tasks.split), dict(tasks.left)
    found = replace(tasks, **columns, spans=spans, split=split, left=left, manual_summaries={})
    found.bank = tasks.bank
    return found


def take_over(one: TaskArrays, copies: TaskArrays, at: Ints, m: int, count: int) -> None:
    """Take over what copy `m` has of assignments of the tasks at `at`."""
    for i in at.tolist():
        to = i * count + m
        spans: tuple[Span, ...] | None = one.spans.get(i)
        copies.spans.pop(to, None)
        copies.split.discard(to)
        if spans is not None:
            copies.spans[to] = spans
        if i in one.split:
            copies.split.add(to)


def tiled_entries(logic: Logic, entries: Ints, count: int) -> Ints:
    """Return where the copies of dependencies stand, ordered by place, copy and entry."""
    begin = np.array(logic.begin, dtype=np.int64)
    place = logic.write[entries] // 2
    own = np.diff(begin)[place]
    at = begin[place][:, None] * count + np.arange(count) * own[:, None] + (entries - begin[place])[:, None]
    return np.sort(at.reshape(-1))


def tiled_logic(logic: Logic, count: int) -> Logic:
    """Return the dependencies of so many copies, none of which leads to another copy."""
    begin: Ints = np.array(logic.begin, dtype=np.int64)
    own: Ints = np.diff(begin)
    place = logic.write // 2
    copies = np.arange(count)
    within = np.arange(len(place)) - begin[place]
    at = (begin[place] * count + within)[:, None] + own[place][:, None] * copies

    def spread(values: Any) -> Any:
        found = np.empty(len(values) * count, values.dtype)
        found[at] = values if values.ndim == 2 else values[:, None]
        return found

    def slots(values: Ints) -> Any:
        return spread(2 * ((values // 2)[:, None] * count + copies) + (values % 2)[:, None])

    begins: Ints = (begin[:-1, None] * count + own[:, None] * copies).reshape(-1)
    return Logic(
        begin=[*begins.tolist(), len(place) * count],
        read=slots(logic.read),
        write=slots(logic.write),
        lag=spread(logic.lag),
        calendar=spread(logic.calendar),
        link=spread(logic.link),
        early=spread(logic.early),
    )
