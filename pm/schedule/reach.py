"""How far an edit reaches: dates, slacks, flags and summaries are computed again only where what they follow from changed.

Places wait in a heap in topological order; each is computed by the very functions of the passes, and what waits for it
only where its dates have changed. An edit that moves a project's finish is left to the full passes: everything without
successors hangs on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush
from typing import Any

import numpy as np

from pm.schedule.engine import Network
from pm.schedule.facts import critical_tasks, project_finishes, project_starts, summary_durations, summary_percents, total_slacks
from pm.schedule.network import LEAF, ROLLUP
from pm.schedule.result import MISSING, Ints, Schedule
from pm.schedule.rollup import RollUp
from pm.schedule.slack import free_slack, independent_slack

FEW, SHARE = 300, 40
"""So many places, and one in so many, are computed one by one at most; beyond that the full passes are quicker."""


@dataclass(frozen=True)
class Edit:
    """What an edit compiled again.

    Attributes:
        tasks: Positions of the tasks.
        places: Their places.
        sources, targets: Places that a link with another lag leads from and to.
    """

    tasks: Ints
    places: Ints
    sources: set[int]
    targets: set[int]


class Reach:
    """Brings a computed network up to date after an edit.

    Args:
        network: The network, compiled for the new revision, with the dates of the one before.
        before: The schedule of the revision before.
        edit: What was compiled again.
    """

    def __init__(self, network: Network, before: Schedule, edit: Edit) -> None:
        self._network, self._edit = network, edit
        self._columns = _Columns(before)
        self._most = FEW + len(network.places.kind) // SHARE
        self._moved: dict[int, int] = {}
        self._asked: set[int] = {*edit.places.tolist(), *edit.targets}
        self._late: set[int] = set()

    def follow(self) -> Schedule | None:
        """Return the schedule; None where full passes are due: the project's finish moves, or most of the plan does."""
        if not self._forward() or not self._backward():
            return None
        moved = self._scheduled()
        if not self._in_range(moved):
            return None
        return self._schedule(moved)

    # places -----------------------------------------------------------------------------------------

    def _forward(self) -> bool:
        """Compute early dates as far as they change; False where a project's finish moves."""
        network, moved = self._network, self._moved
        dates, forward, topology = network.forward.dates, network.forward, network.topology
        heap = sorted(self._asked)
        queued = set(heap)
        while heap:
            p = heappop(heap)
            old = int(dates[2 * p + 1])
            dated, bound = forward.again(p)
            if bound:
                self._asked.add(p)
            if not dated:
                continue
            moved[p] = old
            if len(moved) > self._most:
                return False
            for q in topology.after(p):
                if q not in queued:
                    queued.add(q)
                    heappush(heap, q)
        return self._same_finish()

    def _same_finish(self) -> bool:
        network = self._network
        at = np.array([p for p in self._moved if network.topology.kind[p] == LEAF], dtype=np.int64)
        network.first_finish[network.topology.task[at]] = network.forward.dates[2 * at + 1]
        return not len(at) or np.array_equal(network.finishes(network.first_finish), network.project_finish)

    def _backward(self) -> bool:
        """Compute late dates as far as they change."""
        network, late = self._network, self._late
        begin = {*self._edit.places.tolist(), *self._edit.sources, *(p for p in self._moved if p in network.places.spans)}
        heap = [-p for p in begin]
        heapify(heap)
        while heap:
            p = -heappop(heap)
            if not network.backward.again(p):
                continue
            late.add(p)
            if len(late) > self._most:
                return False
            for q in network.topology.before(p):
                if q not in begin:
                    begin.add(q)
                    heappush(heap, -q)
        at = np.array(sorted(late), dtype=np.int64)
        slots = network.backward.dates.reshape(-1, 2)[at]
        network.late_slots.reshape(-1, 2)[at] = network.shown_late(slots, at)
        return True

    def _scheduled(self) -> dict[int, int]:
        """Bring the dates that count up to date: the early ones, but as-late-as-possible tasks move as far as nothing else does.

        Return the places that move, with their old finishes.
        """
        network = self._network
        early, first, kind = network.early_slots, network.forward.dates, network.topology.kind
        late = set(network.late_places)
        waiting = {p for p in (*self._moved, *self._late, *self._edit.places.tolist()) if p in late}
        moved: dict[int, int] = {}
        for p in {*self._moved, *self._edit.places.tolist()} - late:
            if kind[p] != ROLLUP and (early[2 * p], early[2 * p + 1]) != (first[2 * p], first[2 * p + 1]):
                moved[p] = int(early[2 * p + 1])
                early[2 * p : 2 * p + 2] = first[2 * p : 2 * p + 2]
        if late:
            waiting |= self._edit.sources & late
            waiting.update(*(self._before(p) & late for p in (*moved, *self._edit.places.tolist())))
        heap = [-p for p in waiting]
        heapify(heap)
        inside: dict[int, tuple[int, int]] = {}
        while heap:
            p = -heappop(heap)
            dates = network.late_task(p, inside)
            if dates == (early[2 * p], early[2 * p + 1]):
                continue
            moved[p] = int(early[2 * p + 1])
            early[2 * p : 2 * p + 2] = dates
            for q in (self._before(p) & late) - waiting:
                waiting.add(q)
                heappush(heap, -q)
        return moved | self._branches(moved)

    def _before(self, place: int) -> set[int]:
        """Return the places that wait to see where one is, through gates and roll-ups."""
        topology = self._network.topology
        found: set[int] = set()
        stack = [place]
        while stack:
            for q in topology.before(stack.pop()):
                if q not in found:
                    found.add(q)
                    if topology.kind[q] != LEAF:
                        stack.append(q)
        return found

    def _branches(self, moved: Iterable[int]) -> dict[int, int]:
        """Bring roll-ups over places that moved up to date; return those that moved, with their old finishes."""
        network, topology = self._network, self._network.topology
        found: set[int] = {p for p in self._moved if topology.kind[p] == ROLLUP}
        stack = [*moved, *found]
        while stack:
            above = [q for q in topology.after(stack.pop()) if topology.kind[q] == ROLLUP and q not in found]
            found.update(above)
            stack += above
        listed = sorted(found)
        slots = network.early_slots.reshape(-1, 2)
        before = slots[listed]
        network.forward.roll_up_again(network.early_slots, listed)
        changed = (before != slots[listed]).any(axis=1)
        return {p: int(old) for p, old, other in zip(listed, before[:, 1], changed, strict=True) if other}

    def _in_range(self, moved: Iterable[int]) -> bool:
        network = self._network
        kind, early, late = network.topology.kind, network.early_slots, network.late_slots
        leaves = [p for p in moved if kind[p] == LEAF], [p for p in self._late if kind[p] == LEAF]
        dates = [slots.reshape(-1, 2)[at].reshape(-1) for slots, at in zip((early, late), leaves, strict=True) if at]
        return not network.tasks.bank.out_of_range(*dates)

    # tasks ------------------------------------------------------------------------------------------

    def _schedule(self, moved: dict[int, int]) -> Schedule:
        network, columns, touched = self._network, self._columns, self._edit.tasks
        early = self._dates("early", network.early_slots, moved)
        late = self._dates("late", network.late_slots, self._late)
        summaries = self._above(np.concatenate((early, late, touched)))
        rollup = RollUp(network.plan.outline, network.counts, summaries.tolist())
        early = np.union1d(early, self._roll_up("early", rollup))
        late = np.union1d(late, self._roll_up("late", rollup))
        for name in ("start", "finish"):
            columns.put(name, early, columns[f"early_{name}"][early])
        self._summaries(rollup)
        changed, on_path = network.longest.again(moved, self._asked)
        link = network.into.link[changed]
        columns.put("driving", link[link >= 0], network.longest.driving[changed][link >= 0])
        tasks = np.union1d(np.concatenate((early, late, touched)), summaries)
        if on_path:
            tasks = np.union1d(tasks, columns.put("longest_path", np.arange(len(network.counts)), network.longest.on_path()))
        self._slacks(tasks, early, late)
        flags = critical_tasks(network, columns["total_slack"], columns["longest_path"], network.finished, tasks)
        columns.put("critical", tasks, flags)
        network.accept(self._columns.schedule(network, moves=bool(len(early))))
        return network.schedule

    def _dates(self, which: str, slots: Ints, places: Iterable[int]) -> Ints:
        """Write the dates of leaves; return the tasks whose dates changed."""
        topology = self._network.topology
        at = np.array([p for p in places if topology.kind[p] == LEAF], dtype=np.int64)
        tasks = topology.task[at]
        changed = [self._columns.put(f"{which}_{n}", tasks, slots[2 * at + end]) for end, n in enumerate(("start", "finish"))]
        return np.union1d(*changed)

    def _above(self, tasks: Ints) -> Ints:
        """Return the summaries over tasks, and those among them."""
        outline = self._network.plan.outline
        found: set[int] = set()
        for i in np.unique(tasks).tolist():
            above = i if outline.is_summary(i) else outline.parent[i]
            while above >= 0 and above not in found:
                found.add(above)
                above = outline.parent[above]
        return np.array(sorted(found), dtype=np.int64)

    def _roll_up(self, which: str, rollup: RollUp) -> Ints:
        """Write the dates of summaries; return those that changed."""
        columns = self._columns
        start, finish = self._network.rolled(rollup, columns[f"{which}_start"], columns[f"{which}_finish"])
        changed = columns.put(f"{which}_start", rollup.summaries, start), columns.put(f"{which}_finish", rollup.summaries, finish)
        return np.union1d(*changed)

    def _summaries(self, rollup: RollUp) -> None:
        """Write what tasks enter or branches add up to: durations, percentages, what has begun and what is finished."""
        network, columns, tasks, touched = self._network, self._columns, self._network.tasks, self._edit.tasks
        s = rollup.summaries
        leaves = np.setdiff1d(touched, s)
        columns.put("duration", leaves, tasks.duration[leaves])
        columns.put("percent_complete", leaves, tasks.percent[leaves])
        columns.put("duration", s, summary_durations(network, columns["early_start"], columns["early_finish"], s))
        if len(touched):
            above = self._above(touched)
            inner = RollUp(network.plan.outline, network.counts, above.tolist())
            columns.put("percent_complete", above, summary_percents(network, inner))
            network.begun[leaves], network.finished[leaves] = tasks.started[leaves], tasks.done[leaves]
            network.begun[above] = inner.any(tasks.started | tasks.done)
            network.finished[above] = ~inner.any(~tasks.done)

    def _slacks(self, tasks: Ints, early: Ints, late: Ints) -> None:
        """Write slacks.

        Args:
            tasks: Tasks with other dates, or with other fields.
            early, late: Those of them whose dates changed.
        """
        network, columns, view = self._network, self._columns, self._network.links
        bank, arrays = network.tasks.bank, network.tasks
        dates = columns["early_start"], columns["early_finish"]
        late_dates = columns["late_start"], columns["late_finish"]
        none = dates[0] == MISSING
        slacks = total_slacks(network, dates, late_dates, network.begun, tasks)
        for name, values in zip(("start_slack", "finish_slack", "total_slack"), slacks, strict=True):
            columns.put(name, tasks, np.where(none[tasks], MISSING, values))
        lagged = np.array(sorted(self._lagged()), dtype=np.int64)
        free_of = np.union1d(np.union1d(tasks, lagged), view.predecessor[view.rows_into(tasks)])
        out = view.only(view.rows_from(free_of))
        total = columns["total_slack"]
        free = free_slack(out, out.slack(bank, arrays, dates, dates), total, network.active & ~arrays.done, free_of)
        columns.put("free_slack", free_of, np.where(none[free_of], MISSING, free))
        of = np.union1d(free_of, view.successor[view.rows_from(late)])
        into = view.only(view.rows_into(of))
        independent = independent_slack(into, bank, arrays, dates, late_dates, columns["free_slack"][of], of)
        columns.put("independent_slack", of, np.where(none[of], MISSING, independent))
        interfering = total[free_of] - columns["free_slack"][free_of]
        columns.put("interfering_slack", free_of, np.where(none[free_of], MISSING, interfering))

    def _lagged(self) -> set[int]:
        task = self._network.topology.task
        return {int(task[p]) for p in (*self._edit.sources, *self._edit.targets)}


class _Columns:
    """The columns of a schedule, copied before they are first written."""

    def __init__(self, schedule: Schedule) -> None:
        self._before = schedule
        self._new: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        return self._new[name] if name in self._new else getattr(self._before, name)

    def put(self, name: str, at: Ints, values: Any) -> Ints:
        """Write entries and return those of `at` that are others now."""
        column: Any = self[name]
        differ = column[at] != values
        if not differ.any():
            return at[:0]
        if name not in self._new:
            column = self._new[name] = column.copy()
        column[at] = values
        changed: Ints = at[differ]
        return changed

    def schedule(self, network: Network, *, moves: bool) -> Schedule:
        """Return the schedule with what was written; `moves` says whether any date did."""
        if moves:
            self._new["project_start"] = project_starts(network, self["start"])
            self._new["project_finish"] = project_finishes(network, self["finish"])
        return replace(self._before, plan=network.plan, calendars=network.calendars, **self._new)
