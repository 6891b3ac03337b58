"""The backward pass: the latest dates that keep the project's finish, its deadlines and its constraints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from pm.model.kinds import MINUTE
from pm.schedule.arrays import FREE, OPENING
from pm.schedule.bank import FOREVER, NEVER, CalendarBank
from pm.schedule.levels import Assigned, Level, Levels, assigned_to
from pm.schedule.logic import RAW, Logic
from pm.schedule.network import START
from pm.schedule.places import IS_EXPECTED, IS_GATE, IS_MARKED, IS_PASSED, IS_ROLLUP, IS_SINGLE, PLAIN, Places
from pm.schedule.result import Flags, Ints
from pm.schedule.spans import last_reach


class Backward:
    """The backward pass over compiled places.

    Attributes:
        dates: Late start and late finish by slot; of a roll-up: the caps its successors put on the whole branch.
        seen: What predecessors see of them: less the levelling delay; where started work resumes; nothing of what is done.
    """

    def __init__(self, places: Places, logic: Logic, bank: CalendarBank, ignored: Flags) -> None:
        self.places, self.logic, self.bank = places, logic, bank
        count = 2 * len(places.kind)
        self.dates: Ints = np.zeros(count, np.int64)
        self.seen: Ints = np.zeros(count, np.int64)
        self._levels = Levels(places, logic, forward=False)
        self._skip: frozenset[int]
        self._ignored: Flags
        self._set_ignored(ignored)
        self._crossed = logic.crossed(len(places.kind), START)
        self._assigned: Assigned | None = None
        self._stale = True
        self._short: Flags = np.zeros(len(places.kind), dtype=bool)

    def run(self, early: Ints, finish: Ints, held: Mapping[int, int]) -> Ints:
        """Compute every place and return the late dates.

        Args:
            early: Start and finish of the forward pass, by slot.
            finish: The latest finish each place may have: that of its project, or of a manual summary it overruns.
            held: For gates: a late start that predecessors see at the latest (of manual summaries inside).
        """
        self._held = held
        self._early, self._limit = early, finish
        self._limits: list[int] = finish.tolist()
        self._milestones = bool((self.places.marker == OPENING).any())
        self._bound = self.places.caps.copy()
        np.minimum(self._bound[1::2], np.where(self.places.kind == IS_ROLLUP, FOREVER, finish), out=self._bound[1::2])
        self._find_short()
        self._d, self._s, self._b = (memoryview(x.data) for x in (self.dates, self.seen, self._bound))
        self._caps = memoryview(self.places.caps.data)
        for level, (a, b) in self._levels:
            if level is None:
                self._one_by_one(a, b)
                continue
            self._many(level)
            for p in level.special:
                self._special(p)
        return self.dates

    @property
    def bounds(self) -> Ints:
        """What successors, constraints and the finish asked of each slot in the last run; FOREVER where nothing did."""
        return self._bound

    @property
    def limits(self) -> list[int]:
        """The latest finish that each place might have in the last run."""
        return self._limits

    def bounds_by(self, edge: int) -> int:
        """Return the instant a dependency bounds by; FOREVER where it bounds nothing."""
        logic = self.logic
        t, k = int(self.seen[logic.reads[edge]]), logic.calendars[edge]
        if edge in self._skip or t >= FOREVER:
            return FOREVER
        return t if k == RAW else self.bank.unshift(t, logic.lags[edge], k, logic.earlies[edge])

    def ignore(self, entries: Ints, ignored: Flags) -> set[int]:
        """Let those of the dependencies `entries` that are `ignored` bind nothing; return the places where that is new."""
        other = ignored != self._ignored[entries]
        if not other.any():
            return set()
        self._ignored[entries] = ignored
        self._skip = self._skip.difference(entries.tolist()) | set(entries[ignored].tolist())
        return set((self.logic.write[entries[other]] // 2).tolist())

    def insert(self, entry: int) -> None:
        """Take over that a dependency came in as `entry`."""
        self._set_ignored(np.insert(self._ignored, entry, False))

    def remove(self, entry: int) -> None:
        """Take over that the dependency `entry` is gone."""
        self._set_ignored(np.delete(self._ignored, entry))

    def _set_ignored(self, ignored: Flags) -> None:
        self._ignored = ignored
        self._skip = frozenset(np.flatnonzero(ignored).tolist())

    def relinked(self, places: Iterable[int]) -> None:
        """Take over that links from places came or went."""
        for p in places:
            self._crossed[p] = self.logic.crosses(p, START)

    def refresh(self, at: Ints, limits: Ints) -> None:
        """Take over what changed of the places at `at`, and the latest finish that each of them may have."""
        self._limit[at] = limits
        self._stale = True
        for p, limit in zip(at.tolist(), limits.tolist(), strict=True):
            self._limits[p] = limit
            self._levels.forget(p)

    def again(self, p: int) -> tuple[int, int] | None:
        """Compute one place again and return what predecessors saw of it; None where that and its dates are what they were."""
        a, caps, d, s, b = 2 * p, self._caps, self._d, self._s, self._b
        z, limit = a + 1, self._limits[p]
        before = d[a], d[z], s[a], s[z]
        b[a], cap = caps[a], caps[z]
        b[z] = limit if limit < cap and self.places.kinds[p] != IS_ROLLUP else cap
        self._one_by_one(p, p + 1)
        return None if before == (d[a], d[z], s[a], s[z]) else before[2:]

    def reaches(self, p: int, seen: tuple[int, int], q: int) -> bool:
        """Whether late dates of `q` may move as those of `p` have, of which `seen` was seen: they decided, or now do."""
        if self.places.kinds[q] != PLAIN:
            return True
        logic, s, b = self.logic, self._s, self._b
        for e in range(logic.begin[q], logic.begin[q + 1]):
            read = logic.reads[e]
            if read >> 1 == p:
                bound = b[logic.writes[e]]
                if logic.calendars[e] != RAW or seen[read & 1] <= bound or s[read] < bound:
                    return True
        return False

    def _many(self, level: Level) -> None:
        """Compute a wide generation as if none of its places were special."""
        places, bank, bound, a, b = self.places, self.bank, self._bound, level.a, level.b
        if len(level.read):
            t = self.seen.take(level.read)
            if len(level.lagged):
                self._lag(level, t)
            if self._skip:
                t[self._ignored[self.logic.begin[a] : self.logic.begin[b]]] = FOREVER
            reached = np.minimum.reduceat(t, level.firsts)
            bound[level.slots] = np.minimum(bound.take(level.slots), reached)
        calendar, length = level.calendar, level.length
        cap = bound[2 * a + 1 : 2 * b : 2]
        start, finish = self._from_caps(level, cap)
        if self._milestones:
            self._finish_with_milestones(level, cap, finish)
        if len(level.ended):
            starts = bound[2 * a : 2 * b : 2]
            early = level.ended[starts.take(level.ended) < start.take(level.ended)]
            if len(early):
                k = calendar.take(early)
                position, held = self._start_caps(level, early, starts.take(early), k)
                start[early] = held
                finish[early] = bank.earliest_of(position + length.take(early), k)
                for i in early.tolist() if level.assigned is not None else ():
                    if a + i in places.spans:
                        finish[i] = last_reach(places.spans[a + i], bank, int(start[i]))
        if len(level.milestones):
            raw = np.minimum(cap.take(level.milestones), bound[2 * a : 2 * b : 2].take(level.milestones))
            start[level.milestones] = raw
            finish[level.milestones] = raw
        if len(level.given):
            start[level.given] = places.fixed[2 * a : 2 * b : 2].take(level.given)
            finish[level.given] = places.fixed[2 * a + 1 : 2 * b : 2].take(level.given)
        dates, seen = self.dates[2 * a : 2 * b], self.seen[2 * a : 2 * b]
        dates[0::2], dates[1::2] = start, finish
        seen[:] = dates
        if len(level.delayed):
            seen.reshape(-1, 2)[:] -= places.delay[a:b, None]
        if len(level.given):  # what is done holds nobody back
            seen.reshape(-1, 2)[level.given] = FOREVER

    def _from_caps(self, level: Level, cap: Ints) -> tuple[Ints, Ints]:
        """Return the late dates of a generation that finishes by `cap`."""
        assigned = level.assigned
        position, finish = self.bank.pulls(cap if assigned is None else cap.take(level.rows), level.calendar)
        position -= level.length
        start = self.bank.latest_of(position, level.calendar)
        if assigned is None:
            return start, finish
        count, at = level.b - level.a, assigned.places - level.a
        own = np.minimum.reduceat(start[count:], assigned.firsts)
        start[at] = np.where(self._short.take(assigned.places), start.take(at), own)
        return start[:count], finish[:count]

    def _find_short(self) -> None:
        """Find the places whose assignments end before their duration does: they take their late start from it."""
        if self._stale:
            self._assigned, self._stale = assigned_to(self.places, list(self.places.spans)), False
        assigned, bank = self._assigned, self.bank
        if assigned is None:
            return
        p, k = assigned.places, assigned.calendar
        reached = bank.earliest_of(bank.positions(self._early.take(2 * assigned.each), k) + assigned.work, k)
        last, own = np.maximum.reduceat(reached, assigned.firsts), self.places.calendar.take(p)
        self._short[p] = bank.positions(last, own) < bank.positions(self._early.take(2 * p + 1), own)

    def _start_caps(self, level: Level, entries: Ints, cap: Ints, k: Ints) -> tuple[Ints, Ints]:
        """`_start_cap` of many."""
        position, start = self.bank.snaps(cap, k)
        if level.exact:
            p = level.a + entries
            exact = self.places.exact.take(p)
            closing = self.bank.pulls(cap, k)[1]
            apart = start != cap
            held = np.where(apart & (closing == cap) & self._crossed.take(p), cap - MINUTE, closing)
            start = np.where(exact & apart, held, start)
            position = self.bank.positions(start, k)
        return position, start

    def _start_cap(self, p: int, cap: int) -> tuple[int, int]:
        """Return the position and the instant of a late start held to `cap`.

        Where starts and ends of shifts are told apart it is not after `cap`: at the end of the shift before, as P6 has it,
        and by an SF link a minute before that.
        """
        k = self.places.calendars[p]
        position, start = self.bank.snap(cap, k)
        if start == cap or not self.places.exact[p]:
            return position, start
        closing = self.bank.pull(cap, k)[1]
        start = cap - MINUTE if closing == cap and self._crossed[p] else closing
        return self.bank.position(start, k), start

    def _lag(self, level: Level, t: Ints) -> None:
        """Take the lag off the dates of successors that have one and are bound at all."""
        lagged, lag, less, calendar = level.lagged, level.lag, level.less, level.lag_calendar
        at = t.take(lagged)
        if level.unbound:
            real = at < FOREVER
            lagged, at, lag, less, calendar = lagged[real], at[real], lag[real], less[real], calendar[real]
        t[lagged] = self.bank.moved(at, lag, less, calendar)

    def _one_by_one(self, a: int, b: int) -> None:
        """Compute a narrow generation, bounds included."""
        logic, bank, seen, bound, skip = self.logic, self.bank, self._s, self._b, self._skip
        begin, reads, writes, calendars = logic.begin, logic.reads, logic.writes, logic.calendars
        for p in range(a, b):
            for e in range(begin[p], begin[p + 1]):
                if skip and e in skip:
                    continue
                t = seen[reads[e]]
                if calendars[e] != RAW and t < FOREVER:
                    t = bank.unshift(t, logic.lags[e], calendars[e], logic.earlies[e])
                if t < bound[writes[e]]:
                    bound[writes[e]] = t
            self._special(p)

    def _special(self, p: int) -> None:
        """Compute one place whose bounds are known."""
        places, d, s, b = self.places, self._d, self._s, self._b
        kind = places.kinds[p]
        if kind == PLAIN:
            start, finish = self.late(p, b[2 * p], b[2 * p + 1])
            finish = self._finish_with(p, b[2 * p + 1], finish)
            delay = places.delays[p]
            d[2 * p], d[2 * p + 1], s[2 * p], s[2 * p + 1] = start, finish, start - delay, finish - delay
            return
        if kind == IS_GATE:
            self._gate(p)
            return
        if kind == IS_ROLLUP:
            d[2 * p], d[2 * p + 1] = s[2 * p], s[2 * p + 1] = b[2 * p], b[2 * p + 1]
            return
        if kind == IS_PASSED:
            d[2 * p] = d[2 * p + 1] = s[2 * p] = s[2 * p + 1] = min(b[2 * p], b[2 * p + 1])
            return
        if (places.started[p] and not places.rest[p]) or places.held[p]:
            b[2 * p] = FOREVER  # the start stays where it is, whatever is linked to it
        if places.mandatory[p]:  # both dates are given, whatever comes after
            b[2 * p], b[2 * p + 1] = int(places.caps[2 * p]), int(places.caps[2 * p + 1])
        elif places.set_late[p]:
            b[2 * p], b[2 * p + 1] = int(places.caps[2 * p]), min(self._limits[p], int(places.caps[2 * p + 1]))
        start, finish = self.late(p, b[2 * p], b[2 * p + 1])
        if places.done[p]:
            d[2 * p], d[2 * p + 1] = int(places.fixed[2 * p]), int(places.fixed[2 * p + 1])
            s[2 * p] = s[2 * p + 1] = FOREVER
            return
        finish = self._finish_with(p, b[2 * p + 1], finish)
        delay = places.delays[p]
        s[2 * p], s[2 * p + 1] = start - delay, finish - delay
        if places.rest[p]:
            d[2 * p], d[2 * p + 1] = start, finish
            if places.late_start_seen[p] != NEVER:  # predecessors are held to the actual start
                s[2 * p] = int(places.late_start_seen[p])
            return
        if places.started[p]:
            resume = int(places.late_start_seen[p])
            d[2 * p], d[2 * p + 1] = int(places.fixed[2 * p]), finish
            s[2 * p] = resume if resume != NEVER else start
            return
        d[2 * p], d[2 * p + 1] = start, finish

    def late(self, p: int, start_cap: int, finish_cap: int) -> tuple[int, int]:
        """Return late start and late finish of a task that must start by `start_cap` and finish by `finish_cap`."""
        places, bank = self.places, self.bank
        k, length, special = places.calendars[p], places.late_lengths[p], places.kinds[p] != PLAIN
        if special and (places.kinds[p] == IS_EXPECTED or (places.rest[p] and places.expected[p] != NEVER)):
            length = bank.between(int(self._early[2 * p]), int(self._early[2 * p + 1]), k)
        if not length:
            cap = min(start_cap, finish_cap)
            if special and (places.marker[p] != FREE or places.rest[p]):
                cap = self._marked(p, cap)
            return cap, cap
        if special and p in places.spans and not places.done[p]:
            return self._late_by_span(p, start_cap, finish_cap)
        position, finish = bank.pull(finish_cap, k)
        start = bank.latest(position - length, k)
        if special and places.kinds[p] == IS_SINGLE and places.instant[p]:
            finish = finish_cap
        if start_cap < start:
            position, start = self._start_cap(p, start_cap)
            finish = bank.earliest(position + length, k)
        return start, finish

    def _finish_with(self, p: int, cap: int, finish: int) -> int:
        """Return the late finish of a place bound by `cap`: P6 keeps that of a start milestone it is linked to by FF."""
        places, logic = self.places, self.logic
        if not places.exact[p] or not places.late_lengths[p] or self.bank.pull(cap, places.calendars[p])[1] != finish:
            return finish
        edges = range(logic.begin[p], logic.begin[p + 1])
        slots = [logic.reads[e] for e in edges if logic.writes[e] & logic.reads[e] & 1 and logic.calendars[e] == RAW]
        milestones = [s for s in slots if places.kinds[s // 2] == IS_MARKED and places.marker[s // 2] == OPENING]
        return cap if any(self._s[s] == cap for s in milestones) else finish

    def _finish_with_milestones(self, level: Level, cap: Ints, finish: Ints) -> None:
        """`_finish_with` of many."""
        places, logic = self.places, self.logic
        mine = slice(logic.begin[level.a], logic.begin[level.b])
        milestone, to = level.read // 2, logic.write[mine] // 2
        meets = (logic.write[mine] & level.read & 1 == 1) & (logic.calendar[mine] == RAW) & places.exact[to]
        meets &= (places.marker[milestone] == OPENING) & (places.kind[milestone] == IS_MARKED)
        meets &= self.seen[level.read] == cap[to - level.a]
        at = to[meets] - level.a
        finish[at] = cap[at]

    def _marked(self, p: int, cap: int) -> int:
        """Return where a milestone that keeps to the shifts of its calendar lies at the latest."""
        k = self.places.calendars[p]
        if self.places.marker[p] == OPENING and self.bank.snap(cap, k)[1] == cap:
            return cap
        return self.bank.pull(cap, k)[1]

    def _late_by_span(self, p: int, start_cap: int, finish_cap: int) -> tuple[int, int]:
        """Late dates assignment by assignment: the task's late start is the earliest of theirs."""
        places, bank = self.places, self.bank
        spans, k, length = places.spans[p], places.calendars[p], places.lengths[p]
        early_start, early_finish = int(self._early[2 * p]), int(self._early[2 * p + 1])
        reach = last_reach(spans, bank, early_start)
        if bank.position(reach, k) < bank.position(early_finish, k):  # they fall short of the duration: use that
            position, finish = bank.pull(finish_cap, k)
            start = bank.latest(position - length, k)
        else:
            start = min(bank.latest(bank.position(finish_cap, s.calendar) - s.delay - s.length, s.calendar) for s in spans)
            finish = finish_cap if places.instant[p] else bank.pull(finish_cap, k)[1]
        if start_cap < start:
            start = bank.snap(start_cap, k)[1]
            finish = last_reach(spans, bank, start)
        return start, finish

    def _gate(self, p: int) -> None:
        """What predecessors of a summary see: the earliest late start of what it holds, finished work included."""
        d, s, logic = self._d, self._s, self.logic
        start, finish = FOREVER, NEVER
        for e in range(logic.begin[p], logic.begin[p + 1]):
            slot, read = logic.writes[e], logic.reads[e]
            child = read // 2
            t = s[read] if self.places.started[child] else d[read]
            if self.places.held[child]:
                t = int(self.places.fixed[read])
            if slot & 1:
                if t < FOREVER:
                    finish = max(finish, t)
            else:
                start = min(start, t)
        if finish == NEVER:
            finish = FOREVER
        start = min(start, self._held.get(p, FOREVER))
        d[2 * p], d[2 * p + 1] = s[2 * p], s[2 * p + 1] = start, finish
