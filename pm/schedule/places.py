"""The task arrays in topological order, and what each wide generation needs, cut out once.

A generation of many places is computed with numpy at once; a narrow one place by place (a chain has generations of one),
and so is any place with habits of its own: a gate, a roll-up, several assignment calendars, work in progress.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pm.schedule.arrays import FREE, Span, TaskArrays
from pm.schedule.bank import FOREVER, NEVER
from pm.schedule.logic import RAW, Logic
from pm.schedule.network import GATE, LEAF, ROLLUP, Topology
from pm.schedule.result import Flags, Ints

WIDE = 14
"""Generations of fewer places are cheaper one by one."""

PLAIN, IS_GATE, IS_ROLLUP, IS_FIXED, IS_RESUMED, IS_SPANNED, IS_MARKED, IS_PASSED, IS_EXPECTED = range(9)


@dataclass
class Places:
    """The task arrays by place; dates by slot (start and finish in turn).

    Attributes:
        kind: PLAIN or what makes the place one of its own.
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
    task, kind = topology.task, topology.kind
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
    spans = {p: tasks.spans[t] for p, t in enumerate(task.tolist()) if t in tasks.spans} if tasks.spans else {}
    for p in spans:
        if special[p] == PLAIN:
            special[p] = IS_SPANNED
    special[gate], special[rollup] = IS_GATE, IS_ROLLUP
    return Places(
        kind=special,
        calendar=tasks.calendar[task],
        length=np.where(leaf, tasks.length[task], 0),
        late_length=np.where(leaf, tasks.late_length[task], 0),
        base=tasks.base[task],
        floors=floors,
        caps=caps,
        fixed=fixed,
        delay=np.where(leaf, tasks.delay[task], 0),
        late_start_seen=tasks.late_start_seen[task],
        resume=tasks.resume[task],
        remaining=tasks.remaining[task],
        done=tasks.done[task],
        started=tasks.started[task],
        marker=tasks.marker[task],
        exact=tasks.exact[task],
        rest=tasks.rest[task],
        mandatory=tasks.mandatory[task],
        expected=tasks.expected[task],
        spans=spans,
        split={p for p in spans if int(task[p]) in tasks.split},
        project=tasks.project[task],
        levels=topology.levels,
    )


def cut_levels(places: Places, logic: Logic, *, forward: bool) -> list[Level | None]:
    """Return every wide generation cut out of `places` and `logic`, None for the narrow ones; in topological order."""
    special, zero, delayed = np.flatnonzero(places.kind), places.length == 0, places.delay != 0
    # a finish that something bounds needs work forwards, a start that something bounds backwards
    end = 1 if forward else 0
    bounded = (places.floors[1::2] != NEVER) if forward else (places.caps[0::2] != FOREVER)
    bounded[logic.write[logic.write % 2 == end] // 2] = True
    from_gate = places.kind[logic.read // 2] == IS_GATE
    levels: list[Level | None] = []
    for a, b in pairwise(places.levels):
        if b - a < WIDE:
            levels.append(None)
            continue
        mine = slice(logic.begin[a], logic.begin[b])
        calendar = logic.calendar[mine]
        lagged = np.flatnonzero(calendar != RAW)
        write = logic.write[mine]
        firsts = np.flatnonzero(np.concatenate(([True], write[1:] != write[:-1]))) if len(write) else write
        levels.append(
            Level(
                a=a,
                b=b,
                read=logic.read[mine],
                lagged=lagged,
                lag=logic.lag[mine][lagged],
                lag_calendar=calendar[lagged],
                lag_early=logic.early[mine][lagged],
                slots=write[firsts],
                firsts=firsts,
                special=special[np.searchsorted(special, a) : np.searchsorted(special, b)].tolist(),
                milestones=np.flatnonzero(zero[a:b]),
                delayed=np.flatnonzero(delayed[a:b]),
                ended=np.flatnonzero(bounded[a:b]),
                unbound=bool(from_gate[mine].any()),
            )
        )
    return levels
