"""The forward pass: the earliest dates that everything allows.

Single values and arrays share their buffers, so that generations computed at once and places computed one by one mix.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence

import numpy as np

from pm.model.kinds import MINUTE
from pm.schedule.arrays import CLOSING
from pm.schedule.bank import FOREVER, NEVER, CalendarBank
from pm.schedule.levels import WIDE, Level, Levels
from pm.schedule.logic import RAW, Logic
from pm.schedule.network import FINISH, START
from pm.schedule.places import (
    IS_EXPECTED,
    IS_FIXED,
    IS_GATE,
    IS_MARKED,
    IS_PASSED,
    IS_RESUMED,
    IS_ROLLUP,
    IS_SINGLE,
    PLAIN,
    Places,
)
from pm.schedule.result import Flags, Ints
from pm.schedule.spans import last_reach


class Forward:
    """The forward pass over compiled places.

    Attributes:
        dates: Start and finish by slot. A gate's are the bounds it hands on; a roll-up's are its branch's.
        base: Where each place starts that nothing else bounds.
        bounds: What dependencies and constraints ask of each slot; NEVER where nothing does.
        pinned: Places held at a start of their own (as-late-as-possible tasks once their late dates are known).
    """

    def __init__(self, places: Places, logic: Logic, bank: CalendarBank) -> None:
        self.places, self.logic, self.bank = places, logic, bank
        self.dates: Ints = np.zeros(2 * len(places.kind), np.int64)
        self.pinned: dict[int, int] = {}
        self.bounds: Ints = places.floors
        self._levels = Levels(places, logic, forward=True)
        self._awaited = np.zeros(len(places.kind), dtype=bool)
        self._awaited[logic.write[logic.write % 2 == START] // 2] = True
        self._crossed = logic.crossed(len(places.kind), FINISH)
        self.set_base(places.base)

    def set_base(self, base: Ints) -> None:
        """Set where each place starts that nothing else bounds."""
        self.base = base
        self._bases: list[int] = base.tolist()
        self._floors = self.places.floors.copy()
        self._set_floors(slice(None))

    def relinked(self, places: Iterable[int]) -> None:
        """Take over that links to places came or went."""
        for p in places:
            writes = self.logic.writes[self.logic.begin[p] : self.logic.begin[p + 1]]
            self._awaited[p] = any(w % 2 == START for w in writes)
            self._crossed[p] = self.logic.crosses(p, FINISH)

    def _set_floors(self, at: Ints | slice) -> None:
        floors = self._floors.reshape(-1, 2)
        floors[at] = self.places.floors.reshape(-1, 2)[at]
        start = floors[at, 0]
        free = (start == NEVER) & ~self._awaited[at] & (self.places.kind[at] != IS_GATE)
        floors[at, 0] = np.where(free, self.base[at], start)

    def refresh(self, at: Ints) -> None:
        """Take over what changed of the places at `at`."""
        self._set_floors(at)
        for p in at.tolist():
            self._bases[p] = int(self.base[p])
            self._levels.forget(p)

    def run(self) -> Ints:
        """Compute every place and return the dates."""
        self.bounds = self._floors.copy()
        self._d, self._b, self._f = (memoryview(x.data) for x in (self.dates, self.bounds, self._floors))
        for level, (a, b) in self._levels:
            if level is None:
                self._one_by_one(range(a, b))
                continue
            self._generation(level)
        return self.dates

    def pin(self, starts: dict[int, int]) -> Ints:
        """Hold places at `starts` of their own, compute again what that moves, and return the dates."""
        self.pinned = starts
        logic, dates, held = self.logic, self.dates, sorted(starts)
        moved: Flags = np.zeros(len(dates), dtype=bool)
        for level, (a, b) in self._levels:
            pinned = held[bisect_left(held, a) : bisect_left(held, b)]
            mine, slots = slice(logic.begin[a], logic.begin[b]), slice(2 * a, 2 * b)
            written = logic.write[mine][moved.take(logic.read[mine])]
            if not len(written) and not pinned:
                continue
            before = dates[slots].copy()
            if level is None or len(written) + len(pinned) < 2 * WIDE:
                self._again({*pinned, *(written // 2).tolist()})
            else:
                self.bounds[slots] = self._floors[slots]
                self._generation(level, pinned)
            np.not_equal(before, dates[slots], out=moved[slots])
        return dates

    def _generation(self, level: Level, pinned: Iterable[int] = ()) -> None:
        """Compute a wide generation, of which some places may be `pinned`."""
        self._many(level)
        for p in level.special:
            self._special(p)
        for p in pinned:
            self._special(p)

    def again(self, p: int) -> tuple[int, int] | None:
        """Compute one place again and return the dates it had, None where it still has them."""
        s, d, b, f = 2 * p, self._d, self._b, self._f
        t = s + 1
        start, finish = d[s], d[t]
        b[s], b[t] = f[s], f[t]
        self._one_by_one((p,))
        return None if start == d[s] and finish == d[t] else (start, finish)

    def reaches(self, p: int, had: tuple[int, int], q: int) -> bool:
        """Whether `q` may move as `p` has, whose dates were `had`: they decided what is asked of it, or those of now do."""
        if self.places.kinds[q] != PLAIN:
            return True
        logic, d, b = self.logic, self._d, self._b
        for e in range(logic.begin[q], logic.begin[q + 1]):
            read = logic.reads[e]
            if read >> 1 == p:
                bound = b[logic.writes[e]]
                if logic.calendars[e] != RAW or had[read & 1] >= bound or d[read] > bound:
                    return True
        return False

    def _again(self, places: Collection[int]) -> None:
        """Compute places of one generation again."""
        bounds, floors = self._b, memoryview(self._floors.data)
        for p in places:
            bounds[2 * p], bounds[2 * p + 1] = floors[2 * p], floors[2 * p + 1]
        self._one_by_one(places)

    def roll_up_again(self, dates: Ints, places: Sequence[int]) -> None:
        """Bring roll-ups in `dates` up to date after dates of places were moved there; `places` in topological order."""
        view = memoryview(dates.data)
        for p in places:
            self._roll_up(p, view)

    def _finish_bounds(self, p: Ints, limit: Ints, k: Ints) -> Ints:
        """`finish_bound` of many."""
        exact = self.places.exact.take(p)
        opening = self.bank.snaps(limit, k)[1]
        later = np.where(self._crossed.take(p) & (opening == limit), limit + MINUTE, opening)
        return np.where(exact & (self.bank.pulls(limit, k)[1] != limit), later, limit)

    def finish_bound(self, p: int, limit: int) -> int:
        """Return the first instant not before `limit` that a finish may have.

        Where starts and ends of shifts are told apart that is not the end of the shift before: it is the start of the next
        shift, as P6 has it, and by an SF link from that very instant a minute later.
        """
        if not self.places.exact[p]:
            return limit
        k = self.places.calendars[p]
        if self.bank.pull(limit, k)[1] == limit:
            return limit
        opening = self.bank.snap(limit, k)[1]
        return limit + MINUTE if self._crossed[p] and opening == limit else opening

    def _many(self, level: Level) -> None:
        """Compute a wide generation as if none of its places were special."""
        places, bank, bound, a, b = self.places, self.bank, self.bounds, level.a, level.b
        if len(level.read):
            t = self.dates.take(level.read)
            if len(level.lagged):
                t[level.lagged] = bank.moved(t.take(level.lagged), level.lag, level.less, level.lag_calendar)
            reached = np.maximum.reduceat(t, level.firsts)
            bound[level.slots] = np.maximum(bound.take(level.slots), reached)
        calendar, length = level.calendar, level.length
        start = bound[2 * a : 2 * b : 2]
        start = np.where(start == NEVER, self.base[a:b], start) if level.unbound else start.copy()
        ended, k = level.ended, level.ended_calendar
        own = length.take(ended)
        if len(ended):
            limit = bound[2 * a + 1 : 2 * b : 2].take(ended)
            if level.unbound:
                real = limit != NEVER
                ended, k, own, limit = ended[real], k[real], own[real], limit[real]
            if level.exact:
                limit = self._finish_bounds(a + ended, limit, k)
            target = bank.positions(limit, k)
            back = bank.latest_of(target - own, k)
            if len(level.milestones):
                back = np.where(own == 0, limit, back)
            start[ended] = np.maximum(start.take(ended), back)
        if len(level.delayed):
            start[level.delayed] += places.delay[a:b].take(level.delayed)
        if len(level.ceilings):
            start[level.ceilings] = np.minimum(start.take(level.ceilings), level.ceiling)
        position, snapped = bank.snaps(start, calendar)
        position += length
        finish = bank.earliest_of(position, calendar)
        if len(ended):  # a finish at the bound's own working position keeps the bound's instant
            same = target == position.take(ended)
            finish[ended] = np.where(same, limit, finish.take(ended))
        if len(level.milestones):
            raw = start.take(level.milestones)
            snapped[level.milestones] = raw
            finish[level.milestones] = raw
        if len(level.given):
            snapped[level.given] = places.fixed[2 * a : 2 * b : 2].take(level.given)
            finish[level.given] = places.fixed[2 * a + 1 : 2 * b : 2].take(level.given)
        self.dates[2 * a : 2 * b : 2] = snapped
        self.dates[2 * a + 1 : 2 * b : 2] = finish

    def _one_by_one(self, places: Iterable[int]) -> None:
        """Compute places that do not wait for each other, or in topological order, bounds included."""
        logic, bank, dates, bound = self.logic, self.bank, self._d, self._b
        begin, reads, writes, calendars = logic.begin, logic.reads, logic.writes, logic.calendars
        for p in places:
            for e in range(begin[p], begin[p + 1]):
                t = dates[reads[e]]
                if calendars[e] != RAW:
                    t = bank.shift(t, logic.lags[e], calendars[e])
                if t > bound[writes[e]]:
                    bound[writes[e]] = t
            self._special(p)

    def _special(self, p: int) -> None:
        """Compute one place whose bounds are known."""
        places, dates, bound = self.places, self._d, self._b
        s = 2 * p
        kind = places.kinds[p]
        if kind == PLAIN and p not in self.pinned:
            start = bound[s]
            dates[s], dates[s + 1] = self._from(p, start if start != NEVER else self._bases[p], bound[s + 1])
        elif kind == IS_GATE:
            dates[s], dates[s + 1] = bound[s], bound[s + 1]
        elif kind == IS_ROLLUP:
            self._roll_up(p, dates)
        elif kind == IS_FIXED:
            dates[s], dates[s + 1] = int(places.fixed[s]), int(places.fixed[s + 1])
        elif kind == IS_RESUMED:
            self._resume(p)
        elif kind == IS_PASSED:
            dates[s] = dates[s + 1] = max(bound[s], bound[s + 1])
        elif p in self.pinned:
            dates[s], dates[s + 1] = self._from(p, self.pinned[p], NEVER)
        else:
            start = bound[s]
            if start == NEVER:
                start = self._bases[p]
            dates[s], dates[s + 1] = self._from(p, start, bound[s + 1])
            if kind == IS_EXPECTED:
                dates[s + 1] = self._expected(p, dates[s], dates[s + 1])

    def asked(self, p: int) -> tuple[int, int]:
        """Return start and finish that what bounds a place, and nothing else, asks for."""
        start = int(self.bounds[2 * p])
        start, finish = self._from(p, self._bases[p] if start == NEVER else start, int(self.bounds[2 * p + 1]))
        return start, self._expected(p, start, finish)

    def expects(self, p: int, start: int) -> bool:
        """Whether somebody expects a finish of a place that leaves anything to do after `start`: it is the finish then."""
        places, bank, expected = self.places, self.bank, int(self.places.expected[p])
        if expected == NEVER or not (places.kinds[p] == IS_EXPECTED or (places.kinds[p] == IS_RESUMED and places.rest[p])):
            return False
        k = places.calendars[p]
        return bank.position(expected, k) > bank.position(start, k)

    def _from(self, p: int, start: int, limit: int) -> tuple[int, int]:
        """Return start and finish of a task that may start at `start` and, if bound, not finish before `limit`."""
        places, bank = self.places, self.bank
        k, length = places.calendars[p], places.lengths[p]
        target = None
        if limit != NEVER:
            limit = self.finish_bound(p, limit)
            position = bank.position(limit, k)
            back = bank.latest(position - length, k) if length else limit
            start = max(start, back)
            if limit <= places.finish_ceiling[p]:
                target = position
        start += places.delays[p]
        single = places.kinds[p] == IS_SINGLE
        if single:
            start = min(start, int(places.ceiling[p]))
        if not length:
            if places.kinds[p] == IS_MARKED:
                start = self._marked(p, start)
            return start, start
        position, snapped = bank.snap(start, k)
        if not (single and places.instant[p]):
            start = snapped
        if p in places.split:
            return start, last_reach(places.spans[p], bank, start)
        position += length
        if target == position:  # a finish at the bound's own working position keeps the bound's instant
            return start, limit
        return start, bank.earliest(position, k)

    def _marked(self, p: int, t: int) -> int:
        """Return where a milestone that keeps to the shifts of its calendar lies when it is bound by `t`."""
        k = self.places.calendars[p]
        if self.places.marker[p] == CLOSING and self.bank.pull(t, k)[1] == t:
            return t
        return self.bank.snap(t, k)[1]

    def _expected(self, p: int, start: int, finish: int) -> int:
        """Return the finish that somebody expects, where it leaves anything to do; else the one computed."""
        if not self.expects(p, start):
            return finish
        k = self.places.calendars[p]
        return self.bank.earliest(self.bank.position(int(self.places.expected[p]), k), k)

    def _roll_up(self, p: int, dates: memoryview[int]) -> None:
        logic, fixed = self.logic, self.places.fixed
        start, finish = FOREVER, NEVER
        for e in range(logic.begin[p], logic.begin[p + 1]):
            t = dates[logic.reads[e]]
            if logic.writes[e] & 1:
                finish = max(finish, t)
            else:
                start = min(start, t)
        if fixed[2 * p] != NEVER:
            start, finish = int(fixed[2 * p]), int(fixed[2 * p + 1])
        if start == FOREVER:
            start = finish = self._bases[p]
        dates[2 * p], dates[2 * p + 1] = start, finish

    def _resume(self, p: int) -> None:
        """Retained logic: what remains of a started task waits for the status date and for its predecessors."""
        places, bank = self.places, self.bank
        k, left = places.calendars[p], int(places.remaining[p])
        bound = max(self._b[2 * p], int(places.resume[p]))
        if places.rest[p]:
            self._d[2 * p], self._d[2 * p + 1] = self._rest(p, bound, left)
            return
        finish = bank.earliest(bank.position(bound, k) + left, k) if left else bound
        self._d[2 * p], self._d[2 * p + 1] = int(places.fixed[2 * p]), max(finish, self._b[2 * p + 1])

    def _rest(self, p: int, start: int, left: int) -> tuple[int, int]:
        """Return start and finish of what remains of a started task, which may start at `start`."""
        bank, k, limit = self.bank, self.places.calendars[p], self._b[2 * p + 1]
        target = None
        if limit != NEVER:
            limit = self.finish_bound(p, limit)
            target = bank.position(limit, k)
            start = max(start, bank.latest(target - left, k) if left else limit)
        if not left:
            start = bank.snap(start, k)[1]
            return start, start
        position, start = bank.snap(start, k)
        if p in self.places.split:
            finish = last_reach(self.places.spans[p], bank, start)
        else:
            finish = limit if target == position + left else bank.earliest(position + left, k)
        return start, self._expected(p, start, finish)
