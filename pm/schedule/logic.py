"""The compiled logic: dependencies as arrays in topological order, ready for both passes.

A *place* is a node's place in the topological order. Dates of all places live in one array, start and finish in turn:
the start of place `p` at ``2 * p``, its finish at ``2 * p + 1``; such an index is called a *slot*.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from pm.model import Plan
from pm.schedule.arrays import TaskArrays
from pm.schedule.bank import CONTINUOUS, FOREVER
from pm.schedule.lookup import STRIDE
from pm.schedule.network import ENDS, FINISH, ROLLUP, SEEN_ONLY, START, Topology
from pm.schedule.places import IS_GATE, IS_ROLLUP, Places
from pm.schedule.result import Flags, Ints
from pm.schedule.spans import LONGEST, too_long, whole_minutes
from pm.worktime import Calendars

RAW = -1
"""The lag calendar of a dependency without lag: the bound is the other date itself."""


_LISTS = {"read": "reads", "write": "writes", "lag": "lags", "calendar": "calendars", "early": "earlies"}
"""The columns of `Logic` that every dependency has for itself, and their twins as lists."""


def later(links: Ints, link: int, step: int) -> Ints:
    """Return positions of links, those from `link` on moved by `step`."""
    return np.where(links >= link, links + step, links)


@dataclass
class Logic:
    """Dependencies sorted by the place they bound, for the forward (`into`) or the backward pass (`out of`).

    Attributes:
        begin: Where the dependencies of each place begin, and the end of the last.
        read, write: Slots: the date that bounds and the date that is bound.
        lag: Working seconds, as the link has it.
        calendar: Lag calendar times STRIDE, RAW without lag.
        link: Position of the link, TREE or SEEN_ONLY.
        early: A lead that comes off a late date to the end of a shift, not the start of the next (MS Project's habit).
    """

    begin: list[int]
    read: Ints
    write: Ints
    lag: Ints
    calendar: Ints
    link: Ints
    early: Flags

    def __post_init__(self) -> None:
        self.reads: list[int] = self.read.tolist()
        self.writes: list[int] = self.write.tolist()
        self.lags: list[int] = self.lag.tolist()
        self.calendars: list[int] = self.calendar.tolist()
        self.links: list[int] = self.link.tolist()
        self.earlies: list[bool] = self.early.tolist()

    def at(self, places: Iterable[int]) -> Ints:
        """Return the entries of some places, in their order."""
        begin = self.begin
        return np.array([e for p in places for e in range(begin[p], begin[p + 1])], dtype=np.int64)

    def crossed(self, places: int, end: int) -> Flags:
        """Return which of so many places have an `end` that the other end of something bounds."""
        found = np.zeros(places, dtype=bool)
        found[self.write[(self.write % 2 == end) & (self.read % 2 != end)] // 2] = True
        return found

    def crosses(self, place: int, end: int) -> bool:
        """Whether the other end of something bounds the `end` of one place."""
        return any(self.writes[e] % 2 == end != self.reads[e] % 2 for e in range(self.begin[place], self.begin[place + 1]))

    def insert(self, link: int, read: int, write: int) -> int:
        """Put in a dependency without lag for the link that comes to position `link`; return its entry."""
        place = write // 2
        e = bisect_right(self.writes, write, self.begin[place], self.begin[place + 1])
        for (name, listed), value in zip(_LISTS.items(), (read, write, 0, RAW, False), strict=True):
            setattr(self, name, np.insert(getattr(self, name), e, value))
            getattr(self, listed).insert(e, value)
        self._renumber(np.insert(later(self.link, link, 1), e, link), place, 1)
        return e

    def remove(self, link: int, place: int) -> int:
        """Take out the dependency at `place` of the link that was at position `link`; return its entry."""
        e = next(e for e in range(self.begin[place], self.begin[place + 1]) if self.links[e] == link)
        for name, listed in _LISTS.items():
            setattr(self, name, np.delete(getattr(self, name), e))
            del getattr(self, listed)[e]
        self._renumber(later(np.delete(self.link, e), link, -1), place, -1)
        return e

    def _renumber(self, link: Ints, place: int, step: int) -> None:
        """Set the positions of links, and where the dependencies of the places behind one begin."""
        self.link, self.links = link, link.tolist()
        self.begin[place + 1 :] = [e + step for e in self.begin[place + 1 :]]

    def set_lag(self, place: int, link: int, lag: int, calendar: int, early: bool) -> None:
        """Give a link at `place` another lag, if it binds in this direction."""
        for e in range(self.begin[place], self.begin[place + 1]):
            if self.links[e] == link:
                self.lag[e], self.calendar[e], self.early[e] = lag, calendar, early
                self.lags[e], self.calendars[e], self.earlies[e] = lag, calendar, early


class LinkLags:
    """The rules for the lag of single links: how long it is, on which calendar, and how it comes off late dates.

    Args:
        plan: The plan.
        tasks: Its compiled tasks.
        calendars: Its calendars.
    """

    def __init__(self, plan: Plan, tasks: TaskArrays, calendars: Calendars) -> None:
        self._plan, self._tasks, self._calendars = plan, tasks, calendars
        links = plan.links
        self._lag, self._kind = links.column("lag"), links.column("lag_kind")
        self._predecessor, self._successor = links.column("predecessor_id"), links.column("successor_id")
        self._type = links.column("type")
        self._habit = [not p.late_dates_by_position for p in tasks.profiles]
        self._index = plan.tasks.index
        self._of_project: dict[int, int] = {}

    def of(self, link: int) -> tuple[int, int, bool]:
        """Return lag (working seconds), lag calendar (times STRIDE, RAW without lag) and whether it comes off early.

        A lead comes off a late date to the end of a shift, not to the start of the next, by MS Project's habit; by P6's any
        lag that comes off a late finish.

        Raises:
            ScheduleError: `schedule.out_of_range`, a lag that no calendar can hold.
        """
        lag, tasks, (source, target) = self.whole(link), self._tasks, self._joined(link)
        if not lag:
            return 0, RAW, False
        calendar = CONTINUOUS if self._kind[link] in ("elapsed", "elapsed_percent") else self._calendar(source, target)
        if tasks.rest[source]:
            lag = self._left(link, source, lag, calendar)
            if not lag:
                return 0, RAW, False
        early = lag < 0 and self._habit[tasks.project[source]]
        return lag, calendar, early or (bool(tasks.exact[source]) and ENDS[self._type[link]][1] == FINISH)

    def whole(self, link: int) -> int:
        """Return the lag of a link (working seconds) before any of it is over.

        Raises:
            ScheduleError: `schedule.out_of_range`, a lag that no calendar can hold.
        """
        source, target = self._joined(link)
        lag = int(self._lag[link])
        if self._kind[link] in ("percent", "elapsed_percent"):
            lag = lag * int(self._tasks.length[source]) // 10_000
        if self._tasks.exact[source]:
            lag = whole_minutes(lag)
        if not -LONGEST <= lag <= LONGEST:
            raise too_long(str(self._plan.tasks.column("name")[target]), "lag of a link")
        return lag

    def is_cut(self, link: int) -> bool:
        """Whether a part of the lag of a link is over, as its predecessor has begun."""
        return bool(self._tasks.rest[self._joined(link)[0]]) and self.of(link)[0] != self.whole(link)

    def _joined(self, link: int) -> tuple[int, int]:
        return self._index[self._predecessor[link]], self._index[self._successor[link]]

    def _left(self, link: int, source: int, lag: int, calendar: int) -> int:
        """Return what is left of a lag whose predecessor has begun (finished, for a link from its finish).

        It counts from the actual date, and the working time up to the status date is over; a lead is over with it.
        """
        tasks = self._tasks
        if ENDS[self._type[link]][0] == FINISH:
            if not tasks.done[source]:
                return lag
            begun = int(tasks.fixed_finish[source])
        else:
            begun = int(tasks.fixed_start[source])
        status = tasks.projects[tasks.project[source]].status_date
        passed = tasks.bank.between(begun, status, calendar) if status is not None and status > begun else 0
        return max(0, lag - passed)

    def _calendar(self, source: int, target: int) -> int:
        tasks = self._tasks
        number = int(tasks.project[target])
        rule = tasks.profiles[number].lag_calendar
        if rule == "24h":
            return CONTINUOUS
        if rule == "project":
            if number not in self._of_project:
                project = self._calendars.project(tasks.projects[number].id)
                self._of_project[number] = next(k for k, c in enumerate(tasks.bank.calendars) if c is project) * STRIDE
            return self._of_project[number]
        return int(tasks.task_calendar[source if rule == "predecessor" else target])


def link_lags(plan: Plan, topology: Topology, tasks: TaskArrays, calendars: Calendars) -> tuple[Ints, Ints, Flags]:
    """Return lag, lag calendar and whether it comes off early, as `LinkLags` has them, of every edge of `topology`."""
    count = len(topology.edges.link)
    lag, calendar, early = np.zeros(count, np.int64), np.full(count, RAW), np.zeros(count, dtype=bool)
    if "lag" not in plan.links.stored:
        return lag, calendar, early
    of = LinkLags(plan, tasks, calendars).of
    link = topology.edges.link
    real = np.flatnonzero(link >= 0)
    lagged = real[np.array(plan.links.column("lag"), dtype=np.int64)[link[real]] != 0]
    for e, which in zip(lagged.tolist(), link[lagged].tolist(), strict=True):
        lag[e], calendar[e], early[e] = of(which)
    return lag, calendar, early


def percent_summaries(plan: Plan, topology: Topology) -> Ints:
    """Return the positions of the summaries that links with a percent lag lead out of."""
    kinds = plan.links.column("lag_kind")
    if not {"percent", "elapsed_percent"} & set(kinds):
        return np.zeros(0, np.int64)
    rollups = set(topology.task[topology.kind == ROLLUP].tolist())
    edges = zip(topology.edges.link.tolist(), topology.edges.source.tolist(), strict=True)
    found = {source for link, source in edges if link >= 0 and source in rollups and str(kinds[link]).endswith("percent")}
    return np.array(sorted(found), dtype=np.int64)


def compile_logic(
    topology: Topology, lag: Ints, calendar: Ints, early: Flags, silent: tuple[Flags, Flags]
) -> tuple[Logic, Logic]:
    """Return the dependencies as the forward and as the backward pass reads them, without those `silent` in each."""
    edges = topology.edges
    place = topology.place
    source = 2 * place[edges.source] + edges.source_end
    target = 2 * place[edges.target] + edges.target_end
    bind, back = (edges.link != SEEN_ONLY) & ~silent[0], edges.bounds_back & ~silent[1]
    return (
        _sorted(len(topology.order), source[bind], target[bind], lag[bind], calendar[bind], edges.link[bind], early[bind]),
        _sorted(len(topology.order), target[back], source[back], lag[back], calendar[back], edges.link[back], early[back]),
    )


def _sorted(places: int, read: Ints, write: Ints, lag: Ints, calendar: Ints, link: Ints, early: Flags) -> Logic:
    by = np.argsort(write, kind="stable")
    begin = np.searchsorted(write[by], 2 * np.arange(places + 1)).tolist()
    return Logic(begin, read[by], write[by], lag[by], calendar[by], link[by], early[by])


def binding_branches(topology: Topology, tasks: TaskArrays, out: Logic) -> Flags:
    """Return, by place, which roll-ups hand late dates down: they have successors or caps, or a branch above them has."""
    binds = np.zeros(len(topology.order), dtype=bool)
    for p in np.flatnonzero(topology.kind == ROLLUP)[::-1].tolist():
        task = topology.task[p]
        after = range(out.begin[p], out.begin[p + 1])
        capped = min(tasks.cap_start[task], tasks.cap_finish[task]) < FOREVER
        binds[p] = capped or any(out.links[e] >= 0 or binds[out.reads[e] // 2] for e in after)
    return binds


def unbound_by_start_links(topology: Topology, tasks: TaskArrays, out: Logic, binding: Flags, entries: Ints) -> Flags:
    """Return which `entries` of `out`, all those of some places, bound nothing by MS Project's habit.

    A task all of whose successors are SS or SF, with lags of at least its duration, takes its late dates from the
    project's finish (rule 7.2 of what MS Project's own files show; formulas' golden G07). `binding` are the roll-ups that
    hand late dates down.
    """
    habit = np.array([not p.start_links_bound_late_dates for p in tasks.profiles], dtype=bool)
    if not habit.any() or not len(entries):
        return np.zeros(len(entries), dtype=bool)
    write, link = out.write[entries], out.link[entries]
    places = write // 2
    task = topology.task[places]
    loose = (write % 2 == START) & (link >= 0) & (out.lag[entries] >= tasks.length[task]) & habit[tasks.project[task]]
    loose &= topology.kind[places] != ROLLUP
    loose |= (link < 0) & ~binding[out.read[entries] // 2]
    bound = np.isin(places, places[~loose])
    return ~bound


def open_ends(places: Places, out: Logic, several: Flags) -> Ints:
    """Return the places that end a network of their own, in projects (`several`) that have a critical path for each.

    Nothing is linked behind them nor behind a summary above them: their late finish is their early finish.
    """
    if not several.any():
        return np.zeros(0, np.int64)
    leads_on: Flags = np.zeros(len(places.kinds), dtype=bool)
    for p in reversed(range(len(places.kinds))):
        for e in range(out.begin[p], out.begin[p + 1]):
            above = out.reads[e] // 2
            leads_on[p] |= out.links[e] >= 0 or (places.kinds[above] == IS_ROLLUP and bool(leads_on[above]))
    apart = (places.kind == IS_GATE) | (places.kind == IS_ROLLUP)
    return np.flatnonzero(~leads_on & ~apart & several[places.project])
