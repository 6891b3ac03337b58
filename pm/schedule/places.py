"""The task arrays in topological order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pm.schedule.arrays import FREE, Span, TaskArrays
from pm.schedule.bank import FOREVER, NEVER
from pm.schedule.network import GATE, LEAF, ROLLUP, Topology
from pm.schedule.result import Flags, Ints

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
        self.lengths: list[int] | memoryview[int] = self.length.tolist()
        self.late_lengths: list[int] | memoryview[int] = self.late_length.tolist()
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
