"""The critical path and the ones next to it: chains that end at the project's finish, ordered by how far they are from it.

The first path follows the driving links back from whatever finishes last. Every link on the way that does not drive begins
another path, as much slack away as its bound is from the date it bounds (what P6 calls multiple paths by free float).
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np

from pm.schedule.bank import FOREVER, NEVER
from pm.schedule.engine import Network
from pm.schedule.logic import RAW
from pm.schedule.places import IS_FIXED, IS_GATE, IS_ROLLUP
from pm.schedule.result import Ints

NOWHERE = -1
"""Stands for the project's finish where a path leads to no task."""


@dataclass(frozen=True)
class SlackPath:
    """A chain of tasks, each waiting for the one before.

    Attributes:
        slack: How far the chain is from moving the finish of the path it joins, working seconds.
        task_ids: The tasks, earliest first. A task is on one path only, the one with the least slack.
        joins: The task of an earlier path that the last one leads to; None where it leads to the project's finish.
    """

    slack: int
    task_ids: tuple[int, ...]
    joins: int | None


def slack_paths(network: Network, most: int = 10, limit: int | None = None) -> tuple[SlackPath, ...]:
    """Return at most `most` paths to the finish of the plan, the critical one first, none beyond `limit` of slack.

    Args:
        network: The compiled plan; with several projects, paths end at the finish of the latest.
        most: How many paths.
        limit: Working seconds; None for no limit.
    """
    return _Finder(network).find(most, limit)


class _Finder:
    def __init__(self, network: Network) -> None:
        self.network, self.into = network, network.into
        self.schedule = network.schedule
        self.task: list[int] = network.topology.task.tolist()
        self.kinds = network.places.kinds
        self.slack: list[int] = self._link_slacks().tolist()
        self.used: set[int] = set()

    def _link_slacks(self) -> Ints:
        """Return for every dependency how far its bound is from the date it bounds, on the successor's calendar."""
        network, into = self.network, self.into
        bank, dates, places = network.tasks.bank, network.early_slots, network.places
        bounds = dates[into.read]
        lagged = np.flatnonzero(into.calendar != RAW)
        if len(lagged):
            bounds[lagged] = bank.shift_by(bounds[lagged], into.lag[lagged], into.calendar[lagged])
        own, k = dates[into.write], places.calendar[into.write // 2]
        slack = np.full(len(bounds), FOREVER)
        real = np.flatnonzero((bounds > NEVER) & (own > NEVER) & (places.kind[into.write // 2] != IS_FIXED))
        slack[real] = bank.spans(bounds[real], own[real], k[real])
        found: Ints = np.maximum(slack, 0)
        return found

    def find(self, most: int, limit: int | None) -> tuple[SlackPath, ...]:
        # the later place first: a milestone at the end before what leads to it
        waiting = [(0, -p, NOWHERE) for p in self._ends()]
        heapify(waiting)
        found: list[SlackPath] = []
        while waiting and len(found) < most:
            slack, place, joins = heappop(waiting)
            place = -place
            if limit is not None and slack > limit:
                break
            if place in self.used:
                continue
            tasks = self._follow(place, slack, waiting)
            if tasks:
                found.append(SlackPath(slack, tuple(reversed(tasks)), None if joins == NOWHERE else joins))
        return tuple(found)

    def _ends(self) -> list[int]:
        """Return the places that finish last."""
        finish, counts = self.schedule.early_finish, self.network.drives
        last = int(finish[counts].max(initial=NEVER))
        return [
            p for p, t in enumerate(self.task) if self.kinds[p] not in (IS_GATE, IS_ROLLUP) and counts[t] and finish[t] == last
        ]

    def _follow(self, place: int, slack: int, waiting: list[tuple[int, int, int]]) -> list[int]:
        """Walk back from a place along the least slack, leaving the other ways in to `waiting`; return the tasks met."""
        ids = self.network.plan.tasks.ids
        tasks: list[int] = []
        at: int | None = place
        while at is not None and at not in self.used:
            self.used.add(at)
            leaf = self.kinds[at] not in (IS_GATE, IS_ROLLUP)
            if leaf:
                tasks.append(ids[self.task[at]])
            ways = sorted(
                (self.slack[e], self.into.reads[e] // 2)
                for e in range(self.into.begin[at], self.into.begin[at + 1])
                if self.slack[e] < FOREVER and self.into.reads[e] // 2 not in self.used
            )
            joins = tasks[-1] if tasks else NOWHERE
            at = None
            for more, source in ways:
                if at is None and more == 0:
                    at = source
                else:
                    heappush(waiting, (slack + more, -source, joins))
        return tasks
