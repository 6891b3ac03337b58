"""Slack, criticality, driving links and the longest path: what follows from the dates of both passes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from pm.model.kinds import MINUTE
from pm.schedule.arrays import TaskArrays
from pm.schedule.bank import NEVER, CalendarBank
from pm.schedule.logic import RAW, Logic
from pm.schedule.network import FINISH, START
from pm.schedule.places import IS_FIXED, IS_GATE, IS_MARKED, IS_ROLLUP, Places
from pm.schedule.result import Flags, Ints

UNBOUND = np.int64(1 << 60)
EVERY = slice(None)


class Groups:
    """Rows by what they have in common, a key that is not negative.

    Args:
        keys: The key of each row.
    """

    def __init__(self, keys: Ints) -> None:
        self._order: Ints = np.argsort(keys, kind="stable")
        self._begin: Ints = np.searchsorted(keys[self._order], np.arange(int(keys.max(initial=-1)) + 2))

    def rows(self, keys: Ints) -> Ints:
        """Return the rows with one of `keys`, key by key."""
        return self.cut(keys)[0]

    def cut(self, keys: Ints) -> tuple[Ints, Ints]:
        """Return the rows with one of `keys`, key by key, and where among them those of each key begin."""
        first = self._begin.take(keys, mode="clip")
        size = self._begin.take(keys + 1, mode="clip") - first
        begin = size.cumsum() - size
        return self._order.take(np.repeat(first - begin, size) + np.arange(int(size.sum()))), begin


@dataclass(frozen=True)
class LinkView:
    """Every link (and tree edge is left out) with its task positions, ready for whole-array questions.

    Attributes:
        link: Position in the plan's links.
        predecessor, successor: Task positions.
        predecessor_end, successor_end: START or FINISH.
        lag, calendar, early: As in `Logic`.
    """

    link: Ints
    predecessor: Ints
    successor: Ints
    predecessor_end: Ints
    successor_end: Ints
    lag: Ints
    calendar: Ints
    early: Flags

    @cached_property
    def _by_predecessor(self) -> Groups:
        return Groups(self.predecessor)

    @cached_property
    def _by_successor(self) -> Groups:
        return Groups(self.successor)

    def rows_from(self, tasks: Ints) -> Ints:
        """Return the rows of the links from `tasks`."""
        return self._by_predecessor.rows(tasks)

    def rows_into(self, tasks: Ints) -> Ints:
        """Return the rows of the links to `tasks`."""
        return self._by_successor.rows(tasks)

    def rows_of(self, links: Iterable[int]) -> list[int]:
        """Return the rows of links by their positions in the plan; those that take no part have none."""
        wanted = np.array(sorted(links), dtype=np.int64)
        rows = np.minimum(np.searchsorted(self.link, wanted), len(self.link) - 1)
        return rows[self.link[rows] == wanted].tolist() if len(self.link) else []

    def only(self, rows: Ints) -> LinkView:
        """Return the view of some of the links."""
        return LinkView(*(getattr(self, name).take(rows) for name in LINK_COLUMNS))

    def bounds(self, bank: CalendarBank, dates: tuple[Ints, Ints]) -> Ints:
        """Return the instant each link bounds its successor's end by, from the predecessors' start and finish."""
        start, finish = dates
        t = np.where(self.predecessor_end == FINISH, finish[self.predecessor], start[self.predecessor])
        lagged = np.flatnonzero((self.calendar != RAW) & (t > NEVER))
        if len(lagged):
            t[lagged] = bank.shift_by(t[lagged], self.lag[lagged], self.calendar[lagged])
        return t

    def room(self, bank: CalendarBank, tasks: TaskArrays, dates: tuple[Ints, Ints]) -> Ints:
        """Return how far each successor's date lies behind the instant the link asks for, on the predecessor's slack calendar.

        A link from the start of started work leaves none.
        """
        t = np.where(self.successor_end == FINISH, dates[1][self.successor], dates[0][self.successor])
        rooms = bank.spans(self.bounds(bank, dates), t, tasks.slack_calendar[self.predecessor])
        return np.where((self.predecessor_end == START) & tasks.started[self.predecessor], 0, rooms)

    def slack(self, bank: CalendarBank, tasks: TaskArrays, dates: tuple[Ints, Ints], ahead: tuple[Ints, Ints]) -> Ints:
        """Return how far each predecessor's end may move before the successor's date in `ahead` would.

        The successor's date less the lag, from the predecessor's date; working time of the predecessor's slack calendar.
        """
        t = np.where(self.successor_end == FINISH, ahead[1][self.successor], ahead[0][self.successor])
        t = np.where(t > NEVER, t - tasks.delay[self.successor], t)
        lagged = np.flatnonzero((self.calendar != RAW) & (t > NEVER))
        if len(lagged):
            t[lagged] = bank.unshift_by(t[lagged], self.lag[lagged], self.calendar[lagged], self.early[lagged])
        own = np.where(self.predecessor_end == FINISH, dates[1][self.predecessor], dates[0][self.predecessor])
        return bank.spans(own, t, tasks.slack_calendar[self.predecessor])


LINK_COLUMNS = tuple(f.name for f in fields(LinkView))


def least_by(at: Ints | slice, count: int, keys: Ints, values: Ints) -> Ints:
    """Return the least of the values by each of the keys at `at`, UNBOUND where there is none.

    Args:
        at: The keys that are asked for, sorted; `keys` holds no others.
        count: How many keys there are in all.
        keys, values: A key for each value.
    """
    found = np.full(count if isinstance(at, slice) else len(at), UNBOUND)
    np.minimum.at(found, _among(at, keys), values)
    return found


def _among(at: Ints | slice, keys: Ints) -> Ints:
    """Return where each of `keys` stands in the sorted `at`, which holds them all."""
    return keys if isinstance(at, slice) else np.searchsorted(at, keys)


def free_slack(view: LinkView, slacks: Ints, total: Ints, counts: Flags, at: Ints | slice = EVERY) -> Ints:
    """Return how far each task may slip before a successor's early date moves: between 0 and its total slack.

    Args:
        view: The links from the tasks at `at`.
        slacks: Each link's own slack.
        total: Total slack by task.
        counts: Tasks that count as successors: not finished, and active.
        at: The tasks that are asked for, sorted.

    Without successors it is the total slack (measured to the project's finish).
    """
    real = counts[view.successor]
    found = least_by(at, len(total), view.predecessor[real], slacks[real])
    return np.clip(found, 0, np.maximum(total[at], 0))


def link_slack(view: LinkView, rooms: Ints, left: Ints, counts: Flags) -> Ints:
    """Return the least room that its own links leave each task, and without successors what is `left`; never negative.

    Args:
        view: The links.
        rooms: Each link's room, as `LinkView.room` has it.
        left: Working time from each task's early finish to the last of its project.
        counts: Tasks that count as successors.
    """
    real = counts[view.successor]
    found = least_by(EVERY, len(left), view.predecessor[real], rooms[real])
    return np.maximum(np.where(found == UNBOUND, left, found), 0)


def independent_slack(
    view: LinkView,
    bank: CalendarBank,
    tasks: TaskArrays,
    early: tuple[Ints, Ints],
    late: tuple[Ints, Ints],
    free: Ints,
    at: Ints | slice = EVERY,
) -> Ints:
    """Return what is left of the free slack when every predecessor ends as late as it may; never negative.

    `free` and the answer are those of the tasks at `at` (sorted), `view` holds the links to them.

    max(0, early start of successors - late finish of predecessors - duration), each link by its own type and lag.
    """
    bounds = view.bounds(bank, late)
    k = tasks.calendar[view.successor]
    by_finish = np.flatnonzero(view.successor_end == FINISH)
    if len(by_finish):
        p = bank.positions(bounds[by_finish], k[by_finish]) - tasks.length[view.successor[by_finish]]
        bounds[by_finish] = bank.latest_of(p, k[by_finish])
    pushed = early[0][at].copy()
    np.maximum.at(pushed, _among(at, view.successor), bounds)
    lost = np.maximum(bank.spans(early[0][at], pushed, tasks.slack_calendar[at]), 0)
    return np.maximum(free - lost, 0)


def driving_dependencies(
    places: Places, logic: Logic, bank: CalendarBank, dates: Ints, asked: Ints, which: Ints | slice = EVERY
) -> Flags:
    """Return which dependencies of the forward pass decide the date they bound: both are the same working position.

    Whatever is manual or has started is driven by nothing; a roll-up by whatever ends last in its branch. A levelling delay
    comes after the logic: there the date that the bounds ask for counts.

    Args:
        places: The places.
        logic: The dependencies of the forward pass.
        bank: The calendars.
        dates: Start and finish by slot.
        asked: What the bounds ask for, by slot.
        which: The dependencies that are asked for.
    """
    read, write, calendar = logic.read[which], logic.write[which], logic.calendar[which]
    if not len(read):
        return np.zeros(0, dtype=bool)
    bounds = dates[read]
    lagged = np.flatnonzero(calendar != RAW)
    if len(lagged):
        bounds[lagged] = bank.shift_by(bounds[lagged], logic.lag[which][lagged], calendar[lagged])
    target = write // 2
    own = np.where((write % 2 == START) & (places.delay[target] != 0), asked[write], dates[write])
    k = places.calendar[target]
    kind = places.kind[target]
    apart = (kind == IS_GATE) | (kind == IS_ROLLUP) | ((places.length[target] == 0) & (kind != IS_MARKED))
    real = (bounds > NEVER) & (own > NEVER)
    level = np.where(apart, bounds == own, False)
    by_position = np.flatnonzero(~apart & real)
    level[by_position] = bank.positions(bounds[by_position], k[by_position]) == bank.positions(own[by_position], k[by_position])
    crossed = np.flatnonzero(real & places.exact[target] & (read % 2 == START) & (write % 2 == FINISH))
    if len(crossed):  # the minute by which a finish lies after the start of a shift that an SF link asks for
        opening = (bank.pulls(bounds[crossed], k[crossed])[1] < bounds[crossed]) & (own[crossed] == bounds[crossed] + MINUTE)
        level[crossed] |= opening & (bank.snaps(bounds[crossed], k[crossed])[1] == bounds[crossed])
    result: Flags = level & real & (kind != IS_FIXED)
    return result


def longest_path(logic: Logic, driving: Flags, last: list[int]) -> set[int]:
    """Return the places on a chain of driving dependencies that ends in one of `last`."""
    seen, stack = set(last), list(last)
    while stack:
        p = stack.pop()
        for e in range(logic.begin[p], logic.begin[p + 1]):
            if driving[e] and (source := logic.reads[e] // 2) not in seen:
                seen.add(source)
                stack.append(source)
    return seen
