"""Links that do not count: into work that went on before its predecessors allowed it, and between projects kept apart.

P6 has three answers to work out of sequence (Oracle, "Schedule options"): retained logic, progress override, actual dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pm.model import Plan
from pm.model.enums import OutOfSequence
from pm.schedule.arrays import TaskArrays
from pm.schedule.logic import RAW
from pm.schedule.network import START, Edges
from pm.schedule.result import Flags, Ints

if TYPE_CHECKING:
    from pm.schedule.engine import Network


@dataclass(frozen=True)
class Silent:
    """What bounds nothing, and what stands in its place.

    Attributes:
        forward, backward: By edge, whether it bounds nothing forwards, and nothing backwards.
        successor, floor: Tasks (by position) whose start has a floor instead of a link, and the floors.
    """

    forward: Flags
    backward: Flags
    successor: Ints
    floor: Ints


def may_be_silent(tasks: TaskArrays) -> bool:
    """Whether progress, or a link itself, can make links stop counting in some project."""
    return any(
        p.out_of_sequence != OutOfSequence.RETAINED_LOGIC
        or not p.external_links_count
        or (p.dates_of_remaining_work and not p.start_lag_from_early_start)
        for p in tasks.profiles
    )


def silent_links(plan: Plan, edges: Edges, tasks: TaskArrays, lag: Ints, calendar: Ints) -> Silent:
    """Return which edges do not count.

    Where the lag of an SS link from a started task counts from the status date, what is left of it is a floor of the
    successor's start, and the link itself bounds nothing forwards.
    """
    nothing, nobody = np.zeros(len(edges.link), dtype=bool), np.zeros(0, np.int64)
    if not may_be_silent(tasks):
        return Silent(nothing, nothing, nobody, nobody)
    count = len(plan.tasks)
    real = (edges.link >= 0) & (edges.source < count) & (edges.target < count)
    source, target = np.where(real, edges.source, 0), np.where(real, edges.target, 0)
    profile = tasks.project[target]
    rule = np.array([list(OutOfSequence).index(OutOfSequence(p.out_of_sequence)) for p in tasks.profiles])
    outside = np.array([not p.external_links_count for p in tasks.profiles], dtype=bool)
    apart = real & outside[profile] & (tasks.project[source] != profile)
    early = real & tasks.rest[target] & ~tasks.done[target] & ~tasks.done[source] & (rule[profile] > 0)
    forward, backward = apart | early, apart | (early & (rule[profile] == 1))
    from_status = np.array([p.dates_of_remaining_work and not p.start_lag_from_early_start for p in tasks.profiles], dtype=bool)
    begun = real & ~forward & from_status[profile] & tasks.rest[source] & ~tasks.done[source]
    begun &= (edges.source_end == START) & (edges.target_end == START)
    floors: dict[int, int] = {}
    for e in np.flatnonzero(begun).tolist():
        status = tasks.projects[tasks.project[source[e]]].status_date
        if status is not None:
            floors[e] = status if calendar[e] == RAW else tasks.bank.shift(status, int(lag[e]), int(calendar[e]))
    counted = np.array(list(floors), dtype=np.int64)
    forward[counted] = True
    return Silent(forward, backward, target[counted], np.array(list(floors.values()), dtype=np.int64))


def lag_from_status(network: Network, position: int, bound: int) -> int | None:
    """Return the position of an SS link whose lag, counted from the status date, bounds the start of a task by `bound`."""
    tasks, links = network.tasks, network.links
    if tasks.profiles[tasks.project[position]].start_lag_from_early_start:
        return None
    mine = (links.successor == position) & tasks.rest[links.predecessor] & ~tasks.done[links.predecessor]
    for e in np.flatnonzero(mine & (links.predecessor_end == START) & (links.successor_end == START)).tolist():
        status = tasks.projects[tasks.project[links.predecessor[e]]].status_date
        k = int(links.calendar[e])
        if status is not None and bound == (status if k == RAW else tasks.bank.shift(status, int(links.lag[e]), k)):
            return int(links.link[e])
    return None
