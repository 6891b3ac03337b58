"""The backward pass: the latest dates that keep the project's finish, its deadlines and its constraints."""

from __future__ import annotations

import numpy as np

from pm.schedule.bank import FOREVER, NEVER, STRIDE, CalendarBank
from pm.schedule.logic import RAW, Logic
from pm.schedule.passes import IS_GATE, IS_ROLLUP, WIDE, Places, segments
from pm.schedule.result import Ints


class Backward:
    """The backward pass.

    Attributes:
        dates: Late start and late finish by slot; of a roll-up: the caps its successors put on the whole branch.
        seen: What predecessors see of them: less the levelling delay; where started work resumes; nothing of what is done.
    """

    def __init__(self, places: Places, logic: Logic, bank: CalendarBank, ignored: Ints) -> None:
        self.places, self.logic, self.bank = places, logic, bank
        count = 2 * len(places.kind)
        self.dates: Ints = np.zeros(count, np.int64)
        self.seen: Ints = np.zeros(count, np.int64)
        self._ignored = np.zeros(len(logic.read), dtype=bool)
        self._ignored[ignored] = True
        self._skip = set(ignored.tolist())

    def run(self, early: Ints, finish: Ints) -> Ints:
        """Compute every place and return the late dates.

        Args:
            early: Start and finish of the forward pass, by slot.
            finish: The latest finish each place may have: that of its project.
        """
        self._early, self._limit = early, finish
        self._bound = self.places.caps.copy()
        self._d, self._s, self._b = memoryview(self.dates), memoryview(self.seen), memoryview(self._bound)
        levels, begin, logic = self.places.levels, self.logic.begin, self.logic
        for level in range(len(levels) - 2, -1, -1):
            a, b = levels[level], levels[level + 1]
            if b - a < WIDE:
                for p in range(a, b):
                    self._one(p)
                continue
            ea, eb = begin[a], begin[b]
            if eb > ea:
                slots, firsts = segments(logic.write[ea:eb])
                bounds = np.minimum.reduceat(self._moved(ea, eb), firsts)
                self._bound[slots] = np.minimum(self._bound[slots], bounds)
            self._many(a, b, level)
            for p in self.places.special[level]:
                self._special(p)
        return self.dates

    def _moved(self, ea: int, eb: int) -> Ints:
        logic = self.logic
        t = self.seen[logic.read[ea:eb]]
        calendar = logic.calendar[ea:eb]
        lagged = np.flatnonzero((calendar != RAW) & (np.abs(t) < FOREVER))
        if len(lagged):
            t[lagged] = self.bank.shift_by(t[lagged], logic.lag[ea:eb][lagged], calendar[lagged])
        if self._skip:
            t[self._ignored[ea:eb]] = FOREVER
        return t

    def _many(self, a: int, b: int, level: int) -> None:
        places, bank = self.places, self.bank
        calendar, length = places.calendar[a:b], places.late_length[a:b]
        start_cap, finish_cap = self._bound[2 * a : 2 * b : 2], self._bound[2 * a + 1 : 2 * b : 2]
        cap = np.minimum(finish_cap, self._limit[a:b])
        position = bank.positions(cap, calendar)
        finish = bank.earliest_of(position, calendar)
        start = bank.latest_of(position - length, calendar)
        early = np.flatnonzero(start_cap < start)
        if len(early):
            k = calendar[early]
            p = bank.positions(start_cap[early], k)
            start[early] = bank.latest_of(p, k)
            finish[early] = bank.earliest_of(p + length[early], k)
        milestones = places.milestones[level]
        if len(milestones):
            start[milestones] = finish[milestones] = np.minimum(cap, start_cap)[milestones]
        self.dates[2 * a : 2 * b : 2] = start
        self.dates[2 * a + 1 : 2 * b : 2] = finish
        self.seen[2 * a : 2 * b : 2] = start - places.delay[a:b]
        self.seen[2 * a + 1 : 2 * b : 2] = finish - places.delay[a:b]

    def _one(self, p: int) -> None:
        logic, s, b, bank = self.logic, self._s, self._b, self.bank
        for e in range(logic.begin[p], logic.begin[p + 1]):
            if e in self._skip:
                continue
            t = s[logic.reads[e]]
            k = logic.calendars[e]
            if k != RAW and -FOREVER < t < FOREVER:
                t = bank.shift(t, logic.lags[e], k // STRIDE)
            slot = logic.writes[e]
            if t < b[slot]:
                b[slot] = t
        self._special(p)

    def _special(self, p: int) -> None:
        """Compute one place whose bounds are known."""
        places, d, s, b = self.places, self._d, self._s, self._b
        kind = int(places.kind[p])
        if kind == IS_GATE:
            self._gate(p)
            return
        if kind == IS_ROLLUP:
            d[2 * p], d[2 * p + 1] = s[2 * p], s[2 * p + 1] = b[2 * p], b[2 * p + 1]
            return
        start, finish = self.late(p, b[2 * p], min(b[2 * p + 1], int(self._limit[p])))
        if places.done[p]:
            d[2 * p], d[2 * p + 1] = int(places.fixed[2 * p]), int(places.fixed[2 * p + 1])
            s[2 * p] = s[2 * p + 1] = FOREVER
            return
        delay = int(places.delay[p])
        s[2 * p], s[2 * p + 1] = start - delay, finish - delay
        if places.started[p]:
            resume = int(places.late_start_seen[p])
            d[2 * p], d[2 * p + 1] = int(places.fixed[2 * p]), finish
            s[2 * p] = resume if resume != NEVER else start
            return
        d[2 * p], d[2 * p + 1] = start, finish

    def late_before(self, p: int, early: Ints) -> tuple[int, int]:
        """Return the latest dates of a place that move no early date of its successors, nor break its own caps."""
        logic, bank = self.logic, self.bank
        caps = [int(self.places.caps[2 * p]), min(int(self.places.caps[2 * p + 1]), int(self._limit[p]))]
        for e in range(logic.begin[p], logic.begin[p + 1]):
            read, k = logic.reads[e], logic.calendars[e]
            t = int(early[read]) - int(self.places.delay[read // 2])
            if int(self.places.kind[read // 2]) == IS_ROLLUP:
                t = int(self._bound[read])
            elif t <= NEVER // 2:
                continue
            if k != RAW:
                t = bank.shift(t, logic.lags[e], k // STRIDE)
            end = logic.writes[e] & 1
            caps[end] = min(caps[end], t)
        return self.late(p, caps[0], caps[1])

    def late(self, p: int, start_cap: int, finish_cap: int) -> tuple[int, int]:
        """Return late start and late finish of a task that must start by `start_cap` and finish by `finish_cap`."""
        places, bank = self.places, self.bank
        k, length = int(places.calendar[p]) // STRIDE, int(places.late_length[p])
        if not length:
            cap = min(start_cap, finish_cap)
            return cap, cap
        if p in places.spans and not places.done[p]:
            return self._late_by_span(p, start_cap, finish_cap)
        position = bank.position(finish_cap, k)
        start, finish = bank.latest(position - length, k), bank.earliest(position, k)
        if start_cap < start:
            position = bank.position(start_cap, k)
            start, finish = bank.latest(position, k), bank.earliest(position + length, k)
        return start, finish

    def _late_by_span(self, p: int, start_cap: int, finish_cap: int) -> tuple[int, int]:
        """Late dates assignment by assignment: the task's late start is the earliest of theirs."""
        places, bank = self.places, self.bank
        spans, k, length = places.spans[p], int(places.calendar[p]) // STRIDE, int(places.length[p])
        early_start, early_finish = int(self._early[2 * p]), int(self._early[2 * p + 1])
        reach = max(span.reach(bank, early_start) for span in spans)
        if bank.position(reach, k) < bank.position(early_finish, k):  # they fall short of the duration: use that
            position = bank.position(finish_cap, k)
            start, finish = bank.latest(position - length, k), bank.earliest(position, k)
        else:
            start = min(bank.latest(bank.position(finish_cap, s.calendar) - s.delay - s.length, s.calendar) for s in spans)
            finish = bank.earliest(bank.position(finish_cap, k), k)
        if start_cap < start:
            start = bank.latest(bank.position(start_cap, k), k)
            finish = max(span.reach(bank, start) for span in spans)
        return start, finish

    def _gate(self, p: int) -> None:
        """What predecessors of a summary see: the earliest late start of what it holds, finished work included."""
        d, s, logic = self._d, self._s, self.logic
        start, finish = FOREVER, NEVER
        for e in range(logic.begin[p], logic.begin[p + 1]):
            slot, read = logic.writes[e], logic.reads[e]
            child = read // 2
            t = s[read] if self.places.started[child] else d[read]
            if slot & 1:
                if t < FOREVER:
                    finish = max(finish, t)
            else:
                start = min(start, t)
        if finish == NEVER:
            finish = FOREVER
        d[2 * p], d[2 * p + 1] = s[2 * p], s[2 * p + 1] = start, finish
