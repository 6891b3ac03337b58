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

from pm.schedule.bank import NEVER
from pm.schedule.engine import Network
from pm.schedule.facts import (
    BEGUN,
    UNFINISHED,
    critical_tasks,
    project_finishes,
    project_starts,
    summary_durations,
    summary_percents,
    total_slacks,
)
from pm.schedule.network import LEAF
from pm.schedule.places import IS_GATE, IS_ROLLUP
from pm.schedule.result import MISSING, Ints, Schedule
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
        added: How much more than before the tasks add to the branches they are in, as `contributions` has it.
    """

    tasks: Ints
    places: Ints
    sources: set[int]
    targets: set[int]
    added: Ints


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
        self._places = edit.places.tolist()
        self._bound: set[int] = {*self._places, *edit.targets}
        self._moved: set[int] = set()
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
        moved, forward, after = self._moved, self._network.forward, self._network.topology.after
        heap = sorted(self._bound)
        queued = set(heap)
        while heap:
            p = heappop(heap)
            had = forward.again(p)
            if had is None:
                continue
            moved.add(p)
            if len(moved) > self._most:
                return False
            waiting = after(p)
            self._bound.update(waiting)
            for q in waiting:
                if q not in queued and forward.reaches(p, had, q):
                    queued.add(q)
                    heappush(heap, q)
        return self._same_finish()

    def _same_finish(self) -> bool:
        """Whether every project finishes where it did."""
        network = self._network
        at = self._leaves(self._moved)
        task = network.topology.task.take(at)
        old, new = network.first_finish.take(task), network.forward.dates.take(2 * at + 1)
        network.first_finish[task] = new = np.where(network.drives.take(task), new, NEVER)
        limit = network.project_finish.take(network.tasks.project.take(task))
        if not ((old == limit) | (new > limit)).any():
            return True
        return np.array_equal(network.finishes(network.first_finish), network.project_finish)

    def _backward(self) -> bool:
        """Compute late dates as far as they change."""
        network, late = self._network, self._late
        backward, before = network.backward, network.topology.before
        asked = {*self._places, *self._edit.sources, *(p for p in self._moved if p in network.places.spans)}
        heap = [-p for p in asked]
        heapify(heap)
        while heap:
            p = -heappop(heap)
            seen = backward.again(p)
            if seen is None:
                continue
            late.add(p)
            if len(late) > self._most:
                return False
            for q in before(p):
                if q not in asked and backward.reaches(p, seen, q):
                    asked.add(q)
                    heappush(heap, -q)
        at = _array(late)
        slots = network.backward.dates.reshape(-1, 2)[at]
        network.late_slots.reshape(-1, 2)[at] = network.shown_late(slots, at)
        return True

    def _scheduled(self) -> dict[int, int]:
        """Bring the dates that count up to date: the early ones, but as-late-as-possible tasks move as far as nothing else does.

        Return the places that move, with their old finishes.
        """
        network, late = self._network, set(self._network.late_places)
        early, first, kinds = network.early_slots, network.forward.dates, network.places.kinds
        at = _array(p for p in self._moved.union(self._places) - late if kinds[p] != IS_ROLLUP)
        slots, now = early.reshape(-1, 2), first.reshape(-1, 2)[at]
        before = slots[at]
        other = np.logical_or(*(before != now).T)
        moved = dict(zip(at[other].tolist(), before[other, 1].tolist(), strict=True))
        slots[at] = now
        if late:
            self._place_late_tasks(moved, late)
        return moved | self._branches(moved)

    def _place_late_tasks(self, moved: dict[int, int], late: set[int]) -> None:
        """Move those of the places in `late` that wait for what changed; add them to `moved`."""
        network, early = self._network, self._network.early_slots
        waiting = late & self._moved.union(self._late, self._places, self._edit.sources)
        waiting |= self._late_before({*moved, *self._places}, late)
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
            for q in self._late_before({p}, late) - waiting:
                waiting.add(q)
                heappush(heap, -q)

    def _late_before(self, places: Iterable[int], late: set[int]) -> set[int]:
        """Return which of the places in `late` wait to see where some are, through gates and roll-ups."""
        topology, kinds = self._network.topology, self._network.places.kinds
        found: set[int] = set()
        stack, passed = list(places), set()
        while stack:
            for q in topology.before(stack.pop()):
                if q in late:
                    found.add(q)
                elif kinds[q] in (IS_GATE, IS_ROLLUP) and q not in passed:
                    passed.add(q)
                    stack.append(q)
        return found

    def _branches(self, moved: Iterable[int]) -> dict[int, int]:
        """Bring roll-ups over places that moved up to date; return those that moved, with their old finishes."""
        network, topology, kinds = self._network, self._network.topology, self._network.places.kinds
        found: set[int] = {p for p in self._moved if kinds[p] == IS_ROLLUP}
        stack = [*moved, *found]
        while stack:
            above = [q for q in topology.after(stack.pop()) if kinds[q] == IS_ROLLUP and q not in found]
            found.update(above)
            stack += above
        listed = sorted(found)
        if not listed:
            return {}
        slots = network.early_slots.reshape(-1, 2)
        before = slots[listed]
        network.forward.roll_up_again(network.early_slots, listed)
        changed = (before != slots[listed]).any(axis=1)
        return {p: int(old) for p, old, other in zip(listed, before[:, 1], changed, strict=True) if other}

    def _in_range(self, moved: Iterable[int]) -> bool:
        network = self._network
        each = ((network.early_slots, moved), (network.late_slots, self._late))
        dates = [slots.reshape(-1, 2)[self._leaves(places)].reshape(-1) for slots, places in each]
        return not network.tasks.bank.out_of_range(np.concatenate(dates))

    def _leaves(self, places: Iterable[int]) -> Ints:
        """Return those of some places that are of leaves, sorted."""
        at = _array(places)
        leaves: Ints = at[self._network.topology.kind.take(at) == LEAF]
        return leaves

    # tasks ------------------------------------------------------------------------------------------

    def _schedule(self, moved: dict[int, int]) -> Schedule:
        network, columns, edit = self._network, self._columns, self._edit
        early = self._dates("early", network.early_slots, moved)
        late = self._dates("late", network.late_slots, self._late)
        touched = set(edit.tasks.tolist())
        early |= (above := self._roll_up("early", early))
        late |= self._roll_up("late", late)
        above.update(i for i in touched if network.plan.outline.is_summary(i))
        if above:
            at = _array(above)
            columns.put("duration", at, summary_durations(network, columns["early_start"], columns["early_finish"], at))
        columns.share("start", "early_start")
        columns.share("finish", "early_finish")
        tasks = early | late | touched | self._entered()
        self._slacks(tasks, early | touched, late)
        at = _array(tasks | self._path(moved))
        flags = critical_tasks(network, columns["total_slack"], columns["longest_path"], network.finished, at)
        columns.put("critical", at, flags)
        network.accept(columns.schedule(network, _array(early)))
        return network.schedule

    def _dates(self, which: str, slots: Ints, places: Iterable[int]) -> set[int]:
        """Write the dates of leaves; return the tasks whose dates changed."""
        at = self._leaves(places)
        tasks = self._network.topology.task.take(at)
        changed: set[int] = set()
        for end, name in enumerate(("start", "finish")):
            changed.update(self._columns.put(f"{which}_{name}", tasks, slots[2 * at + end]).tolist())
        return changed

    def _roll_up(self, which: str, tasks: set[int]) -> set[int]:
        """Write the dates of the summaries that other dates of `tasks` reach; return those that changed."""
        counted = _array(i for i in tasks if self._network.counts[i])
        return self._rolled(f"{which}_start", counted, np.minimum) | self._rolled(f"{which}_finish", counted, np.maximum)

    def _rolled(self, name: str, moved: Ints, best: np.ufunc) -> set[int]:
        """Write one of the dates of the summaries above `moved`, level by level, as far as it changes."""
        columns, rollup = self._columns, self._network.rollup
        old, found = columns.before(name).take(moved), set()
        while len(above := rollup.above(moved, old, columns[name], best)):
            shown, dates = columns[name].take(above), rollup.again(above, columns[name], best)
            other = shown != dates
            columns.put(name, above, dates)
            moved, old = above[other], shown[other]
            found.update(moved.tolist())
        return found

    def _entered(self) -> set[int]:
        """Write what people enter, and what it adds up to in the branches above; return the summaries where that changed."""
        network, columns, arrays, edit = self._network, self._columns, self._network.tasks, self._edit
        outline = network.plan.outline
        leaves = _array(i for i in edit.tasks.tolist() if not outline.is_summary(i))
        columns.put("duration", leaves, arrays.duration[leaves])
        columns.put("percent_complete", leaves, arrays.percent[leaves])
        network.begun[leaves], network.finished[leaves] = arrays.started[leaves], arrays.done[leaves]
        above: set[int] = set()
        for n in np.flatnonzero(edit.added.any(axis=0) & network.counts[edit.tasks]).tolist():
            line = outline.ancestors(int(edit.tasks[n]))
            network.progress[:, line] += edit.added[:, n, None]
            above.update(line)
        at = _array(above)
        sums = network.progress[:, at]
        columns.put("percent_complete", at, summary_percents(sums))
        network.begun[at], network.finished[at] = sums[BEGUN] > 0, sums[UNFINISHED] == 0
        return above

    def _path(self, moved: dict[int, int]) -> set[int]:
        """Write what drives and the longest path; return the tasks that came onto it or left it."""
        network, columns = self._network, self._columns
        bound = self._bound.union(moved)
        for p in moved.keys() - self._moved:
            bound.update(network.topology.after(p))
        changed, other_path = network.longest.again(moved, _array(bound))
        link = network.into.link[changed]
        columns.put("driving", link[link >= 0], network.longest.driving[changed][link >= 0])
        if not other_path:
            return set()
        return set(columns.put("longest_path", np.arange(len(network.counts)), network.longest.on_path()).tolist())

    def _slacks(self, own: set[int], early: set[int], late: set[int]) -> None:
        """Write slacks.

        Args:
            own: Tasks whose total slack may be another: with other dates, or other fields.
            early: Tasks that links see otherwise: with other early dates, or other fields.
            late: Tasks whose late dates changed.
        """
        network, columns, view, at = self._network, self._columns, self._network.links, _array(own)
        bank, arrays = network.tasks.bank, network.tasks
        dates = columns["early_start"], columns["early_finish"]
        late_dates = columns["late_start"], columns["late_finish"]
        slacks = total_slacks(network, dates, late_dates, network.begun, at)
        none = dates[0].take(at) == MISSING
        for name, values in zip(("start_slack", "finish_slack", "total_slack"), slacks, strict=True):
            columns.put(name, at, np.where(none, MISSING, values))
        linked = early | self._lagged()
        at = _array({*own, *linked, *view.predecessor.take(view.rows_into(_array(linked))).tolist()})
        out, total = view.only(view.rows_from(at)), columns["total_slack"]
        free = free_slack(out, out.slack(bank, arrays, dates, dates), total, network.active & ~arrays.done, at)
        changed = columns.put("free_slack", at, np.where(dates[0].take(at) == MISSING, MISSING, free))
        at = _array({*linked, *changed.tolist(), *view.successor.take(view.rows_from(_array(late))).tolist()})
        free, into = columns["free_slack"].take(at), view.only(view.rows_into(at))
        independent = independent_slack(into, bank, arrays, dates, late_dates, free, at)
        columns.put("independent_slack", at, np.where(dates[0].take(at) == MISSING, MISSING, independent))

    def _lagged(self) -> set[int]:
        task = self._network.topology.task
        return {int(task[p]) for p in (*self._edit.sources, *self._edit.targets)}


def _array(positions: Iterable[int]) -> Ints:
    return np.array(sorted(positions), dtype=np.int64)


class _Columns:
    """The columns of a schedule, copied before they are first written."""

    def __init__(self, schedule: Schedule) -> None:
        self._before = schedule
        self._new: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        return self._new[name] if name in self._new else getattr(self._before, name)

    def before(self, name: str) -> Ints:
        """Return a column as it was."""
        column: Ints = getattr(self._before, name)
        return column

    def put(self, name: str, at: Ints, values: Any) -> Ints:
        """Write entries and return those of `at` that are others now."""
        if not len(at):
            return at
        column: Any = self[name]
        differ = column[at] != values
        if not differ.any():
            return at[:0]
        if name not in self._new:
            column = self._new[name] = column.copy()
        column[at] = values
        changed: Ints = at[differ]
        return changed

    def share(self, name: str, other: str) -> None:
        """Let a column be one with another that it equals: copies are most of what an edit costs."""
        self._new[name] = self[other]

    def schedule(self, network: Network, moved: Ints) -> Schedule:
        """Return the schedule with what was written; `moved` are the tasks whose dates are others."""
        if self._passes(network, "start", moved, self._before.project_start, np.less_equal):
            self._new["project_start"] = project_starts(network, self["start"])
        if self._passes(network, "finish", moved, self._before.project_finish, np.greater_equal):
            self._new["project_finish"] = project_finishes(network, self["finish"])
        return replace(self._before, plan=network.plan, calendars=network.calendars, **self._new)

    def _passes(self, network: Network, name: str, moved: Ints, limits: dict[int, int], reaches: np.ufunc) -> bool:
        """Whether a task that moved was at the project's own date, or is there now."""
        limit = np.array([limits[p.id] for p in network.tasks.projects], dtype=np.int64)[network.tasks.project[moved]]
        return bool((reaches(self.before(name)[moved], limit) | reaches(self[name][moved], limit)).any())
