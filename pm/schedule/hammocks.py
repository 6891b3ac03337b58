"""Tasks that last as long as others do and drive nothing: levels of effort, which follow their links, and WBS summaries.

They take their dates when the passes are done, early ones from early ones and late ones from late ones, and no other date
comes from them but those of the summaries above and of hammocks linked to them.
"""

from __future__ import annotations

from typing import NamedTuple

import networkx as nx
import numpy as np

from pm.model import Plan
from pm.schedule.arrays import TaskArrays
from pm.schedule.bank import FOREVER, NEVER
from pm.schedule.logic import RAW, LinkLags
from pm.schedule.network import ENDS, START, hammocks
from pm.schedule.result import MISSING, Flags, Ints


class Bond(NamedTuple):
    """What a link asks of one end of a level of effort.

    Attributes:
        end: The end of its own.
        other, other_end: The task at the other end of the link, by position, and which of its dates is read.
        lag, calendar: From that date: working seconds, and lag calendar times STRIDE (RAW without lag).
        link: Position of the link.
    """

    end: int
    other: int
    other_end: int
    lag: int
    calendar: int
    link: int


class Hammocks:
    """The hammocks of a plan; does nothing where there are none.

    A level of effort begins at the first date that its links bound its start by, and ends at the last that they bound its
    finish by; links from it bound it as well, by what they would have it wait for.

    Args:
        plan: The plan.
        tasks: Its tasks, compiled.
        lags: The rules for the lags of its links.
        counts: Leaves that take part in the schedule.
    """

    def __init__(self, plan: Plan, tasks: TaskArrays, lags: LinkLags, counts: Flags) -> None:
        self._plan, self._tasks, self._counts = plan, tasks, counts
        self.kinds = hammocks(plan)
        self.positions: list[int] = list(self.kinds)
        if self.kinds:
            self._links = self._linked(lags)

    def _linked(self, lags: LinkLags) -> dict[int, list[Bond]]:
        """Return what bounds each level of effort; put them in order."""
        links, index = self._plan.links, self._plan.tasks.index
        found: dict[int, list[Bond]] = {i: [] for i in self.kinds}
        rows = zip(links.column("predecessor_id"), links.column("successor_id"), links.column("type"), strict=True)
        order: nx.DiGraph[int] = nx.DiGraph()
        order.add_nodes_from(self.kinds)
        for link, (predecessor, successor, kind) in enumerate(rows):
            one, other = index[predecessor], index[successor]
            if one not in found and other not in found:
                continue
            source_end, target_end = ENDS[kind]
            lag, calendar, _ = lags.of(link)
            if other in found and self._counts[one]:
                found[other].append(Bond(target_end, one, source_end, lag, calendar, link))
            if one in found and self._counts[other]:
                found[one].append(Bond(source_end, other, target_end, -lag, calendar, link))
            if one in found and other in found:
                order.add_edge(one, other)
        self.positions = list(nx.lexicographical_topological_sort(_without_loops(order)))
        return found

    def fill(self, start: Ints, finish: Ints, *, late: bool, otherwise: Ints) -> None:
        """Give hammocks their dates in place.

        Args:
            start, finish: Dates of all tasks, early or late.
            late: Which of the two.
            otherwise: By project: where one lies that nothing bounds.
        """
        if not self.kinds:
            return
        begun, ended = self.read(start, finish, late=late)
        for i in self.positions:
            if self.kinds[i] == "wbs_summary":
                continue
            dates = self._effort(i, (begun, ended), int(otherwise[self._tasks.project[i]]), late=late)
            start[i], finish[i] = dates
            for end, column in enumerate((begun, ended)):
                if late or not self.is_actual(i, end):
                    column[i] = dates[end]
        for i in self.positions:
            if self.kinds[i] == "wbs_summary":
                self._summary(i, start, finish)

    def read(self, start: Ints, finish: Ints, *, late: bool) -> tuple[Ints, Ints]:
        """Return the dates that levels of effort read of other tasks: early ones from the actual dates, where there are any."""
        begun, ended = start.copy(), finish.copy()
        if not late:
            tasks = self._tasks
            has = (tasks.started | tasks.done) & (tasks.fixed_start != NEVER)
            begun[has] = tasks.fixed_start[has]
            ended[tasks.done] = tasks.fixed_finish[tasks.done]
        return begun, ended

    def is_actual(self, i: int, end: int) -> bool:
        """Whether the early date that levels of effort read of a task is its actual one."""
        tasks = self._tasks
        return bool(tasks.done[i] or (end == START and tasks.started[i])) and tasks.fixed_start[i] != NEVER

    def asked(self, i: int, dates: tuple[Ints, Ints]) -> list[tuple[Bond, int]]:
        """Return what bounds a level of effort and the instants asked for, given the dates that it reads."""
        found = []
        for bond in self._links[i]:
            t = int(dates[bond.other_end][bond.other])
            if t != MISSING:
                found.append((bond, t if bond.calendar == RAW else self._tasks.bank.shift(t, bond.lag, bond.calendar)))
        return found

    def inside(self, i: int, start: Ints) -> Ints:
        """Return the positions of the tasks that a WBS summary spans, given the early (late) starts of all tasks."""
        outline, tasks, parent = self._plan.outline, self._tasks, self._plan.outline.parent[i]
        inside = slice(0, len(start)) if parent < 0 else slice(parent + 1, outline.end[parent])
        spanned = self._counts[inside] & ~tasks.done[inside] & (start[inside] != MISSING)
        spanned &= tasks.project[inside] == tasks.project[i]
        others = (j for j, kind in self.kinds.items() if kind == "wbs_summary" and inside.start <= j < inside.stop)
        spanned[[j - inside.start for j in others]] = False
        found: Ints = np.flatnonzero(spanned) + inside.start
        return found

    def _effort(self, i: int, dates: tuple[Ints, Ints], otherwise: int, *, late: bool) -> tuple[int, int]:
        """Return the dates of a level of effort; a late finish lies at the end of a shift of its own calendar."""
        bank, k = self._tasks.bank, int(self._tasks.calendar[i])
        first, last = FOREVER, NEVER
        for bond, t in self.asked(i, dates):
            if bond.end == START:
                first = min(first, t)
            else:
                last = max(last, t)
        if late and first == FOREVER and last == NEVER:
            return otherwise, otherwise
        floor = int(self._tasks.floor_start[i])
        first = otherwise if first == FOREVER else first
        first = first if late else max(first, floor)
        last = first if last == NEVER else last
        last = bank.pull(last, k)[1] if late else max(last, floor)
        first = bank.snap(first, k)[1]
        return first, max(first, last)

    def _summary(self, i: int, start: Ints, finish: Ints) -> None:
        inside = self.inside(i, start)
        if len(inside):
            start[i], finish[i] = start[inside].min(), finish[inside].max()


def _without_loops(order: nx.DiGraph[int]) -> nx.DiGraph[int]:
    """Levels of effort that wait for each other decide nothing: drop the links of a loop."""
    while not nx.is_directed_acyclic_graph(order):
        order.remove_edges_from([edge[:2] for edge in nx.find_cycle(order)])
    return order
