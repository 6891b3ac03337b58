"""The generations of places, and what each wide one needs, cut out once.

A generation of many places is computed with numpy at once; a narrow one place by place (a chain has generations of one),
and so is any place with habits of its own: a gate, a roll-up, work in progress.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pm.schedule.bank import FOREVER, NEVER
from pm.schedule.logic import RAW, Logic
from pm.schedule.places import IS_FIXED, IS_GATE, IS_ROLLUP, IS_SINGLE, PLAIN, Places
from pm.schedule.result import Flags, Ints

WIDE = 14
"""Generations of fewer places are cheaper one by one."""


@dataclass(frozen=True)
class Assigned:
    """The assignments of places whose assignments run on different calendars, sorted by place.

    Attributes:
        places, firsts: The places, and where the assignments of each begin.
        each: The place of each assignment.
        calendar, work: On which calendar it runs, and the working seconds from the task's start to its end.
    """

    places: Ints
    firsts: Ints
    each: Ints
    calendar: Ints
    work: Ints


@dataclass(frozen=True)
class Level:
    """One wide generation, places `a` to `b`, for one direction.

    Attributes:
        read: Slots that the generation's dependencies read, sorted by the slot they bound.
        lagged, lag, less, lag_calendar: Which of them have a lag, and it, as `CalendarBank.moved` takes it.
        slots, firsts: The bounded slots and where in `read` each begins.
        special: Places with habits of their own.
        given: Entries whose dates are given, in this direction, whatever bounds them.
        milestones, delayed: Entries (place less `a`) without duration, and with a levelling delay.
        ended, ended_calendar: Entries that something bounds at the finish (forwards) or at the start (backwards).
        ceilings, ceiling: Entries whose start a constraint limits, and by what (forwards).
        unbound: Whether bounds may be missing even so: a gate may hand on nothing, as may finished work backwards.
        exact: Whether some of its places tell starts and ends of shifts apart.
        assigned: Assignments that decide late starts, None where there are none (backwards).
        calendar, length: Calendar and working time of each entry, and behind those of each of its assignments.
        rows: The entries, and behind them that of each assignment.
    """

    a: int
    b: int
    read: Ints
    lagged: Ints
    lag: Ints
    less: Flags
    lag_calendar: Ints
    slots: Ints
    firsts: Ints
    special: list[int]
    given: Ints
    milestones: Ints
    delayed: Ints
    ended: Ints
    ended_calendar: Ints
    ceilings: Ints
    ceiling: Ints
    unbound: bool
    exact: bool
    assigned: Assigned | None
    calendar: Ints
    length: Ints
    rows: Ints


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
    lag = logic.lag[mine][lagged]
    less = lag < 0 if forward else ~logic.early[mine][lagged]
    firsts = np.flatnonzero(np.concatenate(([True], write[1:] != write[:-1]))) if len(write) else write
    # a finish that something bounds needs work forwards, a start that something bounds backwards
    end = 1 if forward else 0
    bounded = places.floors[2 * a + 1 : 2 * b : 2] != NEVER if forward else places.caps[2 * a : 2 * b : 2] != FOREVER
    bounded[write[write % 2 == end] // 2 - a] = True
    ended = np.flatnonzero(bounded)
    calendars, length = places.calendar[a:b], (places.length if forward else places.late_length)[a:b]
    alone = _alone(places, a, b, forward=forward)
    assigned = None if forward else assigned_to(places, [p for p in range(a, b) if p in places.spans and not alone[p - a]])
    rows = np.arange(b - a)
    if assigned is not None:
        rows = np.append(rows, assigned.each - a)
        calendars, length = np.append(calendars, assigned.calendar), np.append(length, assigned.work)
    given = _given(places, a, b, forward=forward)
    limited = np.flatnonzero(places.ceiling[a:b] != FOREVER)
    return Level(
        a=a,
        b=b,
        read=read,
        lagged=lagged,
        lag=lag + less if forward else less - lag,
        less=less,
        lag_calendar=calendar[lagged],
        slots=write[firsts],
        firsts=firsts,
        special=(np.flatnonzero(alone & ~given) + a).tolist(),
        given=np.flatnonzero(given),
        milestones=np.flatnonzero(length[: b - a] == 0),
        delayed=np.flatnonzero(places.delay[a:b]),
        ended=ended,
        ended_calendar=calendars[ended],
        ceilings=limited,
        ceiling=places.ceiling[a:b][limited],
        unbound=_unbound(places, read // 2, forward=forward),
        exact=bool(places.exact[a:b].any()),
        assigned=assigned,
        calendar=calendars,
        length=length,
        rows=rows,
    )


def _unbound(places: Places, read: Ints, *, forward: bool) -> bool:
    """Whether some of the places that are read may ask for nothing."""
    silent = places.kind[read] == IS_GATE
    if not forward:
        silent |= (places.kind[read] == IS_ROLLUP) | places.done[read]
    return bool(silent.any())


def _given(places: Places, a: int, b: int, *, forward: bool) -> Flags:
    """Return which places from `a` to `b` have dates that nothing bounds: forwards those that logic does not move, backwards
    what is done of them and held by no other rule."""
    mine = slice(a, b)
    fixed: Flags = places.kind[mine] == IS_FIXED
    if forward:
        return fixed
    ruled = places.started[mine] | places.held[mine] | places.mandatory[mine] | places.set_late[mine]
    done: Flags = fixed & places.done[mine] & ~ruled
    return done


def _alone(places: Places, a: int, b: int, *, forward: bool) -> Flags:
    """Return which places from `a` to `b` have habits that a whole generation is not computed with, in one direction."""
    mine = slice(a, b)
    if forward:
        odd = places.instant[mine] | np.array([p in places.split for p in range(a, b)], dtype=bool)
    else:
        odd = places.instant[mine] | places.exact[mine] | places.set_late[mine] | places.held[mine] | places.mandatory[mine]
        odd |= places.started[mine] | places.done[mine] | places.rest[mine]
    kind = places.kind[mine]
    special: Flags = (kind != PLAIN) & ((kind != IS_SINGLE) | odd)
    return special


def assigned_to(places: Places, which: Sequence[int]) -> Assigned | None:
    """Return the assignments of places that have several on different calendars; None if there is no such place."""
    if not which:
        return None
    spans = [places.spans[p] for p in which]
    at, counts = np.array(which, dtype=np.int64), np.array([len(s) for s in spans], dtype=np.int64)
    return Assigned(
        places=at,
        firsts=np.cumsum(counts) - counts,
        each=np.repeat(at, counts),
        calendar=np.array([s.calendar for several in spans for s in several], dtype=np.int64),
        work=np.array([s.delay + s.length for several in spans for s in several], dtype=np.int64),
    )
