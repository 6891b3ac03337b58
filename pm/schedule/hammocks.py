"""Tasks that last as long as others do and drive nothing: levels of effort, which follow their links, and WBS summaries.

They take their dates when the passes are done, early ones from early ones and late ones from late ones, and no other date
comes from them but those of the summaries above and of hammocks linked to them.
"""

from __future__ import annotations

import networkx as nx

from pm.model import Plan
from pm.schedule.arrays import TaskArrays
from pm.schedule.bank import FOREVER, NEVER
from pm.schedule.logic import RAW, LinkLags
from pm.schedule.network import ENDS, START, hammocks
from pm.schedule.result import MISSING, Flags, Ints


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
        self._spanned: Flags = counts.copy()  # WBS summaries do not span each other
        self._spanned[[i for i, kind in self.kinds.items() if kind == "wbs_summary"]] = False
        if self.kinds:
            self._links = self._linked(lags)

    def _linked(self, lags: LinkLags) -> dict[int, list[tuple[int, int, int, int, int]]]:
        """Return what bounds each level of effort: (end of its own, other task, its end, lag, lag calendar); order them."""
        links, index = self._plan.links, self._plan.tasks.index
        found: dict[int, list[tuple[int, int, int, int, int]]] = {i: [] for i in self.kinds}
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
                found[other].append((target_end, one, source_end, lag, calendar))
            if one in found and self._counts[other]:
                found[one].append((source_end, other, target_end, -lag, calendar))
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
        begun, ended = start.copy(), finish.copy()
        if not late:
            has = self._tasks.started | self._tasks.done
            begun[has] = self._tasks.fixed_start[has]
            ended[self._tasks.done] = self._tasks.fixed_finish[self._tasks.done]
        for i in self.positions:
            if self.kinds[i] == "wbs_summary":
                continue
            dates = self._effort(i, (begun, ended), int(otherwise[self._tasks.project[i]]), late=late)
            start[i], finish[i] = begun[i], ended[i] = dates
        for i in self.positions:
            if self.kinds[i] == "wbs_summary":
                self._summary(i, start, finish)

    def _effort(self, i: int, dates: tuple[Ints, Ints], otherwise: int, *, late: bool) -> tuple[int, int]:
        """Return the dates of a level of effort; a late finish lies at the end of a shift of its own calendar."""
        bank, k = self._tasks.bank, int(self._tasks.calendar[i])
        first, last = FOREVER, NEVER
        for end, other, other_end, lag, calendar in self._links[i]:
            t = int(dates[other_end][other])
            if t == MISSING:
                continue
            t = t if calendar == RAW else bank.shift(t, lag, calendar)
            if end == START:
                first = min(first, t)
            else:
                last = max(last, t)
        floor = int(self._tasks.floor_start[i])
        first = otherwise if first == FOREVER else first
        first = first if late else max(first, floor)
        last = first if last == NEVER else last
        last = bank.pull(last, k)[1] if late else max(last, floor)
        first = bank.snap(first, k)[1]
        return first, max(first, last)

    def _summary(self, i: int, start: Ints, finish: Ints) -> None:
        outline = self._plan.outline
        parent = outline.parent[i]
        inside = slice(0, len(start)) if parent < 0 else slice(parent + 1, outline.end[parent])
        counts = self._spanned[inside] & ~self._tasks.done[inside] & (start[inside] != MISSING)
        counts &= self._tasks.project[inside] == self._tasks.project[i]
        if counts.any():
            start[i], finish[i] = start[inside][counts].min(), finish[inside][counts].max()


def _without_loops(order: nx.DiGraph[int]) -> nx.DiGraph[int]:
    """Levels of effort that wait for each other decide nothing: drop the links of a loop."""
    while not nx.is_directed_acyclic_graph(order):
        order.remove_edges_from([edge[:2] for edge in nx.find_cycle(order)])
    return order
