"""The forward and the backward pass.

Both walk the generations of the graph. A wide generation is computed with numpy at once, a narrow one place by place (a
chain has generations of one); a place with habits of its own (a gate, a roll-up, several assignment calendars, work in
progress) always goes place by place. Single values and arrays share their buffers, so the two mix freely.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from pm.schedule.bank import FOREVER, NEVER, STRIDE, CalendarBank
from pm.schedule.compile import Span, TaskArrays
from pm.schedule.logic import RAW, Logic
from pm.schedule.network import GATE, LEAF, ROLLUP, Topology
from pm.schedule.result import Flags, Ints

WIDE = 14
"""Generations of fewer places are cheaper one by one."""

PLAIN, IS_GATE, IS_ROLLUP, IS_FIXED, IS_RESUMED, IS_SPANNED = range(6)


@dataclass
class Places:
    """The task arrays in topological order, with what the passes look up by place."""

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
    spans: dict[int, tuple[Span, ...]]
    split: set[int]
    project: Ints
    levels: list[int]
    special: list[list[int]] = field(default_factory=list)
    milestones: list[Ints] = field(default_factory=list)
    delayed: list[Ints] = field(default_factory=list)


def compile_places(topology: Topology, tasks: TaskArrays) -> Places:
    """Return the task arrays in the order of `topology`."""
    task, kind = topology.task, topology.kind
    leaf, gate, rollup = kind == LEAF, kind == GATE, kind == ROLLUP
    floors = np.empty(2 * len(task), np.int64)
    caps = np.empty(2 * len(task), np.int64)
    fixed = np.empty(2 * len(task), np.int64)
    # a summary's floors act at its gate, its caps at its roll-up; its own fixed dates at its roll-up
    floors[0::2] = np.where(rollup, NEVER, tasks.floor_start[task])
    floors[1::2] = np.where(rollup, NEVER, tasks.floor_finish[task])
    caps[0::2] = np.where(gate, FOREVER, tasks.cap_start[task])
    caps[1::2] = np.where(gate, FOREVER, tasks.cap_finish[task])
    fixed[0::2] = np.where(gate, NEVER, tasks.fixed_start[task])
    fixed[1::2] = np.where(gate, NEVER, tasks.fixed_finish[task])
    special = np.zeros(len(task), np.int64)
    special[leaf & (fixed[0::2] != NEVER)] = IS_FIXED
    special[leaf & (tasks.resume[task] != NEVER)] = IS_RESUMED
    spans = {p: tasks.spans[t] for p, t in enumerate(task.tolist()) if t in tasks.spans} if tasks.spans else {}
    for p in spans:
        if special[p] == PLAIN:
            special[p] = IS_SPANNED
    special[gate], special[rollup] = IS_GATE, IS_ROLLUP
    delay = np.where(leaf, tasks.delay[task], 0)
    levels = topology.levels
    bounds = list(zip(levels[:-1], levels[1:], strict=True))
    odd, zero, late = np.flatnonzero(special), np.flatnonzero(leaf & (tasks.length[task] == 0)), np.flatnonzero(delay)
    return Places(
        kind=special,
        calendar=tasks.calendar[task],
        length=tasks.length[task],
        late_length=tasks.late_length[task],
        base=tasks.base[task],
        floors=floors,
        caps=caps,
        fixed=fixed,
        delay=delay,
        late_start_seen=tasks.late_start_seen[task],
        resume=tasks.resume[task],
        remaining=tasks.remaining[task],
        done=tasks.done[task],
        started=tasks.started[task],
        spans=spans,
        split={p for p in spans if int(task[p]) in tasks.split},
        project=tasks.project[task],
        levels=levels,
        special=[part.tolist() for part in _by_level(odd, bounds)],
        milestones=[part - a for part, (a, _) in zip(_by_level(zero, bounds), bounds, strict=True)],
        delayed=[part - a for part, (a, _) in zip(_by_level(late, bounds), bounds, strict=True)],
    )


def _by_level(places: Ints, bounds: list[tuple[int, int]]) -> list[Ints]:
    cuts = np.searchsorted(places, [a for a, _ in bounds[1:]])
    return list(np.split(places, cuts)) if bounds else []


class Forward:
    """The forward pass: the earliest dates everything allows.

    Attributes:
        dates: Start and finish by slot. A gate's are the bounds it hands on; a roll-up's are its branch's.
    """

    def __init__(self, places: Places, logic: Logic, bank: CalendarBank) -> None:
        self.places, self.logic, self.bank = places, logic, bank
        self.dates: Ints = np.zeros(2 * len(places.kind), np.int64)
        self.pinned: dict[int, int] = {}
        self._base, self._floors = places.base, places.floors
        self._prepare()

    def _prepare(self) -> None:
        self._bound = self._floors.copy()
        self._d, self._b = memoryview(self.dates), memoryview(self._bound)

    def set_base(self, base: Ints) -> None:
        """Set where each place starts that nothing else bounds."""
        self._base = base

    def run(self) -> Ints:
        """Compute every place and return the dates."""
        self._prepare()
        places, levels = self.places, self.places.levels
        begin, write = self.logic.begin, self.logic.write
        for level, (a, b) in enumerate(zip(levels[:-1], levels[1:], strict=True)):
            if b - a < WIDE:
                for p in range(a, b):
                    self._one(p)
                continue
            ea, eb = begin[a], begin[b]
            if eb > ea:
                slots, firsts = segments(write[ea:eb])
                bounds = np.maximum.reduceat(self._moved(ea, eb), firsts)
                self._bound[slots] = np.maximum(self._bound[slots], bounds)
            self._many(a, b, level)
            for p in places.special[level]:
                self._special(p)
            for p in [q for q in self.pinned if a <= q < b]:
                self._special(p)
        return self.dates

    def _moved(self, ea: int, eb: int) -> Ints:
        logic = self.logic
        t = self.dates[logic.read[ea:eb]]
        calendar = logic.calendar[ea:eb]
        lagged = np.flatnonzero(calendar != RAW)
        if len(lagged):
            t[lagged] = self.bank.shift_by(t[lagged], logic.lag[ea:eb][lagged], calendar[lagged])
        return t

    def _many(self, a: int, b: int, level: int) -> None:
        places, bank = self.places, self.bank
        calendar, length = places.calendar[a:b], places.length[a:b]
        start, finish_bound = self._bound[2 * a : 2 * b : 2], self._bound[2 * a + 1 : 2 * b : 2]
        start = np.where(start == NEVER, self._base[a:b], start)
        ended = np.flatnonzero(finish_bound != NEVER)
        if len(ended):
            k = calendar[ended]
            back = bank.latest_of(bank.positions(finish_bound[ended], k) - length[ended], k)
            back = np.where(length[ended] == 0, finish_bound[ended], back)
            by_finish = back >= start[ended]
            start[ended] = np.maximum(start[ended], back)
            ended = ended[by_finish]
        if len(places.delayed[level]):
            start[places.delayed[level]] += places.delay[a:b][places.delayed[level]]
        position = bank.positions(start, calendar)
        snapped = bank.latest_of(position, calendar)
        finish = bank.earliest_of(position + length, calendar)
        if len(ended):  # a finish at the bound's own working position keeps the bound's instant
            k = calendar[ended]
            same = bank.positions(finish_bound[ended], k) == position[ended] + length[ended]
            finish[ended] = np.where(same, finish_bound[ended], finish[ended])
        milestones = places.milestones[level]
        if len(milestones):
            snapped[milestones] = finish[milestones] = start[milestones]
        self.dates[2 * a : 2 * b : 2] = snapped
        self.dates[2 * a + 1 : 2 * b : 2] = finish

    def _one(self, p: int) -> None:
        """Compute one place, its bounds included."""
        logic, d, b, bank = self.logic, self._d, self._b, self.bank
        for e in range(logic.begin[p], logic.begin[p + 1]):
            t = d[logic.reads[e]]
            k = logic.calendars[e]
            if k != RAW:
                t = bank.shift(t, logic.lags[e], k // STRIDE)
            slot = logic.writes[e]
            if t > b[slot]:
                b[slot] = t
        self._special(p)

    def _special(self, p: int) -> None:
        """Compute one place whose bounds are known."""
        places, d, b = self.places, self._d, self._b
        kind = int(places.kind[p])
        if kind == IS_GATE:
            d[2 * p], d[2 * p + 1] = b[2 * p], b[2 * p + 1]
        elif kind == IS_ROLLUP:
            self._roll_up(p)
        elif kind == IS_FIXED:
            d[2 * p], d[2 * p + 1] = int(places.fixed[2 * p]), int(places.fixed[2 * p + 1])
        elif kind == IS_RESUMED:
            self._resume(p)
        elif p in self.pinned:
            d[2 * p], d[2 * p + 1] = self._from(p, self.pinned[p], NEVER)
        else:
            start, finish_bound = b[2 * p], b[2 * p + 1]
            if start == NEVER:
                start = int(self._base[p])
            d[2 * p], d[2 * p + 1] = self._from(p, start, finish_bound)

    def _from(self, p: int, start: int, finish_bound: int) -> tuple[int, int]:
        """Return start and finish of a task that may start at `start` and, if bound, not finish before `finish_bound`."""
        places, bank = self.places, self.bank
        k, length = int(places.calendar[p]) // STRIDE, int(places.length[p])
        by_finish = False
        if finish_bound != NEVER:
            target = bank.position(finish_bound, k)
            back = bank.latest(target - length, k) if length else finish_bound
            by_finish = back >= start
            start = max(start, back)
        start += int(places.delay[p])
        if not length:
            return start, start
        position = bank.position(start, k)
        start = bank.latest(position, k)
        if by_finish and target == position + length and p not in places.split:
            return start, finish_bound
        if p in places.split:
            return start, max(span.reach(bank, start) for span in places.spans[p])
        return start, bank.earliest(position + length, k)

    def _roll_up(self, p: int) -> None:
        d, logic = self._d, self.logic
        start, finish = FOREVER, NEVER
        for e in range(logic.begin[p], logic.begin[p + 1]):
            t, slot = d[logic.reads[e]], logic.writes[e]
            if slot & 1:
                finish = max(finish, t)
            else:
                start = min(start, t)
        fixed = self.places.fixed
        if fixed[2 * p] != NEVER:
            start, finish = int(fixed[2 * p]), int(fixed[2 * p + 1])
        d[2 * p], d[2 * p + 1] = (start, finish) if start != FOREVER else (int(self._base[p]), int(self._base[p]))

    def _resume(self, p: int) -> None:
        """Retained logic: what remains of a started task waits for the status date and for its predecessors."""
        places, d, bank = self.places, self._d, self.bank
        k = int(places.calendar[p]) // STRIDE
        left = int(places.remaining[p])
        bound = max(self._b[2 * p], int(places.resume[p]))
        finish_bound = self._b[2 * p + 1]
        finish = bank.earliest(bank.position(bound, k) + left, k) if left else bound
        d[2 * p], d[2 * p + 1] = int(places.fixed[2 * p]), max(finish, finish_bound)


def segments(slots: Ints) -> tuple[Ints, Ints]:
    """Return the different slots of a sorted array and where each begins."""
    firsts = np.flatnonzero(np.concatenate(([True], slots[1:] != slots[:-1])))
    return slots[firsts], firsts
