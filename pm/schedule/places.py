"""The task arrays in topological order, and what each wide generation needs, cut out once.

A generation of many places is computed with numpy at once; a narrow one place by place (a chain has generations of one),
and so is any place with habits of its own: a gate, a roll-up, several assignment calendars, work in progress.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from pm.schedule.arrays import FREE, Span, TaskArrays
from pm.schedule.bank import FOREVER, NEVER
from pm.schedule.logic import RAW, Logic
from pm.schedule.network import GATE, LEAF, ROLLUP, Topology
from pm.schedule.result import Flags, Ints

WIDE = 14
"""Generations of fewer places are cheaper one by one."""

PLAIN, IS_GATE, IS_ROLLUP, IS_FIXED, IS_RESUMED, IS_SINGLE, IS_MARKED, IS_PASSED, IS_EXPECTED = range(9)


@dataclass
class Places:
    """The task arrays by place; dates by slot (start and finish in turn).

    Attributes:
        kind: PLAIN or what makes the place one of its own; IS_SINGLE: nothing but a rule that whole generations know not.
        ceiling, finish_ceiling, set_late, held, instant: As in `TaskArrays`, False and FOREVER for summaries.
        floors, caps, fixed: As in `TaskArrays`, by slot. A summary's floors act at its gate, its caps at its roll-up.
        kinds, calendars, lengths, delays: The same as `kind`, `calendar`, `length`, `delay`, as lists.
        levels: Where each generation begins, and the end of the last.
    """

    kind: Ints
    calendar: Ints
    length: Ints
    late_length: Ints
    base: Ints
    floors: Ints
    caps: Ints
    fixed: Ints
    delay: Ints
    late_start_seen: Ints
    resume: Ints
    remaining: Ints
    done: Flags
    started: Flags
    marker: Ints
    exact: Flags
    rest: Flags
    mandatory: Flags
    expected: Ints
    ceiling: Ints
    finish_ceiling: Ints
    set_late: Flags
    held: Flags
    instant: Flags
    spans: dict[int, tuple[Span, ...]]
    split: set[int]
    project: Ints
    levels: list[int]

    def __post_init__(self) -> None:
        self.kinds: list[int] = self.kind.tolist()
        self.calendars: list[int] = self.calendar.tolist()
        self.lengths: list[int] = self.length.tolist()
        self.late_lengths: list[int] = self.late_length.tolist()
        self.delays: list[int] = self.delay.tolist()

    def refresh(self, topology: Topology, tasks: TaskArrays, at: Ints) -> None:
        """Take over again what `tasks` says of the places at `at`."""
        for name, values in _columns(topology, tasks, at).items():
            column = getattr(self, name)
            if len(values) == len(at):
                column[at] = values
            else:
                column.reshape(-1, 2)[at] = values.reshape(-1, 2)
        for p, t in zip(at.tolist(), topology.task[at].tolist(), strict=True):
            self.kinds[p], self.calendars[p], self.delays[p] = (int(x[p]) for x in (self.kind, self.calendar, self.delay))
            self.lengths[p], self.late_lengths[p] = int(self.length[p]), int(self.late_length[p])
            self.spans.pop(p, None)
            self.split.discard(p)
            if t in tasks.spans:
                self.spans[p] = tasks.spans[t]
            if t in tasks.spans and t in tasks.split:
                self.split.add(p)


@dataclass(frozen=True)
class Level:
    """One wide generation, places `a` to `b`, for one direction.

    Attributes:
        read: Slots that the generation's dependencies read, sorted by the slot they bound.
        lagged, lag, lag_calendar, lag_early: Which of them have a lag, and it.
        slots, firsts: The bounded slots and where in `read` each begins.
        special: Places with habits of their own.
        milestones, delayed: Entries (place less `a`) without duration, and with a levelling delay.
        ended: Entries that something bounds at the finish (forwards) or at the start (backwards).
        unbound: Whether bounds may be missing even so (a gate may hand on nothing).
    """

    a: int
    b: int
    read: Ints
    lagged: Ints
    lag: Ints
    lag_calendar: Ints
    lag_early: Flags
    slots: Ints
    firsts: Ints
    special: list[int]
    milestones: Ints
    delayed: Ints
    ended: Ints
    unbound: bool


def compile_places(topology: Topology, tasks: TaskArrays) -> Places:
    """Return the task arrays in the order of `topology`."""
    columns = _columns(topology, tasks, slice(None))
    task = topology.task.tolist() if tasks.spans else []
    spans = {p: tasks.spans[t] for p, t in enumerate(task) if t in tasks.spans}
    split = {p for p in spans if task[p] in tasks.split}
    return Places(**columns, spans=spans, split=split, levels=topology.levels)


def _columns(topology: Topology, tasks: TaskArrays, at: Ints | slice) -> dict[str, Any]:
    """Return the columns of `Places` for the places at `at`; those by slot with start and finish in turn."""
    task, kind = topology.task[at], topology.kind[at]
    leaf, gate, rollup = kind == LEAF, kind == GATE, kind == ROLLUP
    slots = [np.empty(2 * len(task), np.int64) for _ in range(3)]
    floors, caps, fixed = slots
    for end, (floor, cap, date) in enumerate(
        (
            (tasks.floor_start, tasks.cap_start, tasks.fixed_start),
            (tasks.floor_finish, tasks.cap_finish, tasks.fixed_finish),
        )
    ):
        floors[end::2] = np.where(rollup, NEVER, floor[task])
        caps[end::2] = np.where(gate, FOREVER, cap[task])
        fixed[end::2] = np.where(gate, NEVER, date[task])
    special = np.zeros(len(task), np.int64)
    special[leaf & (fixed[0::2] != NEVER)] = IS_FIXED
    special[leaf & (special == PLAIN) & (tasks.marker[task] != FREE)] = IS_MARKED
    special[leaf & (special == PLAIN) & (tasks.expected[task] != NEVER)] = IS_EXPECTED
    special[leaf & (tasks.resume[task] != NEVER)] = IS_RESUMED
    special[leaf & tasks.done[task] & tasks.rest[task]] = IS_PASSED
    single = leaf & ((tasks.ceiling[task] != FOREVER) | tasks.instant[task])
    if tasks.spans:
        single |= leaf & np.array([t in tasks.spans for t in task.tolist()], dtype=bool)
    special[single & (special == PLAIN)] = IS_SINGLE
    special[gate], special[rollup] = IS_GATE, IS_ROLLUP
    return {
        "kind": special,
        "calendar": tasks.calendar[task],
        "length": np.where(leaf, tasks.length[task], 0),
        "late_length": np.where(leaf, tasks.late_length[task], 0),
        "base": tasks.base[task],
        "floors": floors,
        "caps": caps,
        "fixed": fixed,
        "delay": np.where(leaf, tasks.delay[task], 0),
        "late_start_seen": tasks.late_start_seen[task],
        "resume": tasks.resume[task],
        "remaining": tasks.remaining[task],
        "done": tasks.done[task],
        "started": tasks.started[task],
        "marker": tasks.marker[task],
        "exact": tasks.exact[task],
        "rest": tasks.rest[task],
        "mandatory": tasks.mandatory[task],
        "expected": tasks.expected[task],
        "ceiling": np.where(leaf, tasks.ceiling[task], FOREVER),
        "finish_ceiling": np.where(leaf, tasks.finish_ceiling[task], FOREVER),
        "set_late": leaf & tasks.set_late[task],
        "held": leaf & tasks.held[task],
        "instant": leaf & tasks.instant[task],
        "project": tasks.project[task],
    }


class Levels:
    """The wide generations of one direction, cut out when they are first wanted, and again after their places changed."""

    def __init__(self, places: Places, logic: Logic, *, forward: bool) -> None:
        self._places, self._logic, self._forward = places, logic, forward
        self._bounds = list(pairwise(places.levels))
        self._cut: list[Level | None] = [None] * len(self._bounds)
        self._stale = {n for n, (a, b) in enumerate(self._bounds) if b - a >= WIDE}

    def __iter__(self) -> Iterator[tuple[Level | None, tuple[int, int]]]:
        """Yield every generation's level, None for the narrow ones, and its places; forwards in topological order."""
        for n in self._stale:
            self._cut[n] = _cut_level(self._places, self._logic, *self._bounds[n], forward=self._forward)
        self._stale.clear()
        pairs = list(zip(self._cut, self._bounds, strict=True))
        return iter(pairs if self._forward else pairs[::-1])

    def forget(self, place: int) -> None:
        """Cut the generation of `place` again before it is next used."""
        n = bisect_right(self._places.levels, place) - 1
        if self._cut[n] is not None:
            self._stale.add(n)


def _cut_level(places: Places, logic: Logic, a: int, b: int, *, forward: bool) -> Level:
    mine = slice(logic.begin[a], logic.begin[b])
    read, write, calendar = logic.read[mine], logic.write[mine], logic.calendar[mine]
    lagged = np.flatnonzero(calendar != RAW)
    firsts = np.flatnonzero(np.concatenate(([True], write[1:] != write[:-1]))) if len(write) else write
    # a finish that something bounds needs work forwards, a start that something bounds backwards
    end = 1 if forward else 0
    bounded = places.floors[2 * a + 1 : 2 * b : 2] != NEVER if forward else places.caps[2 * a : 2 * b : 2] != FOREVER
    bounded[write[write % 2 == end] // 2 - a] = True
    return Level(
        a=a,
        b=b,
        read=read,
        lagged=lagged,
        lag=logic.lag[mine][lagged],
        lag_calendar=calendar[lagged],
        lag_early=logic.early[mine][lagged],
        slots=write[firsts],
        firsts=firsts,
        special=(np.flatnonzero(places.kind[a:b]) + a).tolist(),
        milestones=np.flatnonzero(places.length[a:b] == 0),
        delayed=np.flatnonzero(places.delay[a:b]),
        ended=np.flatnonzero(bounded),
        unbound=bool((places.kind[read // 2] == IS_GATE).any()),
    )
