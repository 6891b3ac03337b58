"""The chain of drivers of an early date: from an origin, through what each task waited for, to the date."""

from __future__ import annotations

from pm.schedule.bank import FOREVER, NEVER
from pm.schedule.engine import Network
from pm.schedule.explain_late import holding_link
from pm.schedule.logic import RAW
from pm.schedule.network import FINISH, START
from pm.schedule.places import IS_FIXED, IS_GATE, IS_RESUMED, IS_ROLLUP
from pm.schedule.steps import StepKind, Tie, Trail


class EarlyTrail(Trail):
    """Walks back along what decided each early date."""

    def __init__(self, network: Network) -> None:
        super().__init__(network)
        self.into = network.into
        self.shown: list[int] = network.early_slots.tolist()
        self.dates = self._before_late_tasks()
        self.bounds: list[int] = network.bounds.tolist()
        self.pinned = network.forward.pinned
        self.place = {t: p for p, t in enumerate(self.task) if self.places.kinds[p] != IS_GATE}

    def lead_to(self, position: int, end: int) -> None:
        """Collect the steps that lead to a task's early start or finish."""
        slot = self._slot_of(position, end)
        if slot is not None and self.shown[slot] != self.dates[slot]:
            slot = self._moved(slot)
        while slot is not None:
            slot = self._back(slot)

    # what is asked about ------------------------------------------------------------------------

    def _before_late_tasks(self) -> list[int]:
        """Return the dates that predecessors were read at: before tasks as late as possible moved into their free slack."""
        network = self.network
        dates = list(self.shown)
        moved = [p for p in network.late_places if p not in network.forward.pinned]
        if not moved:
            return dates
        for p in moved:
            dates[2 * p], dates[2 * p + 1] = network.forward.asked(p)
        begin, reads, writes = self.into.begin, self.into.reads, self.into.writes
        for p, kind in enumerate(self.places.kinds):
            if kind == IS_ROLLUP and self.places.fixed[2 * p] == NEVER:
                for end, best in ((START, min), (FINISH, max)):
                    found = [dates[reads[e]] for e in range(begin[p], begin[p + 1]) if writes[e] == 2 * p + end]
                    dates[2 * p + end] = best(found, default=dates[2 * p + end])
        return dates

    def _slot_of(self, position: int, end: int) -> int | None:
        """Return the slot of a task's date; of a summary outside the logic, that of the child that decides it."""
        schedule = self.network.schedule
        column = schedule.early_finish if end == FINISH else schedule.early_start
        while position not in self.place:
            date = int(column[position])
            inside = [c for c in self.plan.outline.children(position) if column[c] == date]
            if position in self.network.tasks.manual_summaries or not inside:
                manual = position in self.network.tasks.manual_summaries
                self.origin(StepKind.MANUAL if manual else StepKind.SUMMARY, position, date)
                return None
            self.tie([Tie(StepKind.SUMMARY, self.plan.tasks.ids[c]) for c in inside[1:]])
            position = inside[0]
        return 2 * self.place[position] + end

    def _moved(self, slot: int) -> int:
        """Add the steps of a task as late as possible, back to where its logic would have it; return the slot it is at then."""
        p, end = divmod(slot, 2)
        while self.places.kinds[p] == IS_ROLLUP:
            p = next(
                r // 2 for e, r in self._inputs(p) if self.into.writes[e] == 2 * p + end and self.shown[r] == self.shown[slot]
            )
        start = self.shown[2 * p]
        if end == FINISH:
            self._work(p, start, self.shown[2 * p + 1])
        k = self.places.calendars[p]
        self.add(StepKind.AS_LATE_AS_POSSIBLE, self.task[p], self.dates[2 * p], start, k, link=holding_link(self.network, p))
        return 2 * p

    # one step back --------------------------------------------------------------------------------

    def _back(self, slot: int) -> int | None:
        """Add the steps that lead to the date at `slot` and return the slot they come from, None at an origin."""
        p, end = divmod(slot, 2)
        kind = self.places.kinds[p]
        if kind == IS_GATE:
            return self._through_gate(slot)
        if kind == IS_ROLLUP:
            return self._through_roll_up(slot)
        if kind == IS_FIXED:
            self._fixed(p, end)
            return None
        if kind == IS_RESUMED:
            return self._resumed(p, end)
        ceiling = int(self.places.ceiling[p])
        if ceiling < FOREVER and self._logic_start(p) + self.places.delays[p] > ceiling:
            self._must(p, end)
            return None
        return self._finish(p) if end == FINISH else self._start(p)

    def _fixed(self, p: int, end: int) -> None:
        """Add the steps of a task whose dates logic does not move: manual, actual, or held by a constraint."""
        position, tasks, columns = self.task[p], self.network.tasks, self.plan.tasks
        start, finish = self.dates[2 * p], self.dates[2 * p + 1]
        if tasks.done[position]:
            kind, given = StepKind.ACTUAL, columns.column("actual_finish")[position] is not None
        elif tasks.manual[position] or columns.column("external")[position]:
            kind, given = StepKind.MANUAL, columns.column("manual_finish")[position] is not None
            if end == START and columns.column("manual_start")[position] is None:
                self._work(p, finish, start)
                self.origin(kind, position, finish)
                return
        elif tasks.started[position]:
            kind, given = StepKind.ACTUAL, False
        else:
            self._must(p, end)
            return
        if end == START or given:
            date = finish if end == FINISH else start
            self.origin(kind, position, date)
            return
        if not self._interrupted(p, start, finish):
            self._work(p, start, finish)
        self.origin(kind, position, start)

    def _must(self, p: int, end: int) -> None:
        """Add the steps of a task that must start, or finish, on a date or by it."""
        position, k = self.task[p], self.places.calendars[p]
        start, finish = self.dates[2 * p], self.dates[2 * p + 1]
        on = int(self.plan.tasks.column("constraint_date")[position])
        by_finish = str(self.plan.tasks.column("constraint_type")[position]) in ("MFO", "FNLT", "MANDATORY_FINISH")
        if by_finish:
            if end == START:
                self._work(p, finish, start)
            self.wait(position, on, finish, k)
        else:
            if end == FINISH:
                self._work(p, start, finish)
            self.wait(position, on, start, k)
        self.origin(StepKind.CONSTRAINT, position, on)

    def _interrupted(self, p: int, start: int, finish: int) -> bool:
        """Add the work, the interruption and the work again of a task that progress split, if it did."""
        position, columns, k = self.task[p], self.plan.tasks, self.places.calendars[p]
        stop, resume = columns.column("stop")[position], columns.column("resume")[position]
        if not self.network.tasks.started[position] or stop is None or resume is None or self.bank.between(stop, resume, k) <= 0:
            return False
        if position in self.network.tasks.split or not start <= stop <= resume <= finish:
            return False
        for kind, a, b in ((StepKind.WORK, resume, finish), (StepKind.SPLIT, stop, resume), (StepKind.WORK, start, stop)):
            if a != b:
                self.add(kind, position, a, b, k)
        return True

    def _resumed(self, p: int, end: int) -> int | None:
        """Add the steps of a started task whose remaining work follows logic."""
        position, start, finish = self.task[p], self.dates[2 * p], self.dates[2 * p + 1]
        if end == START:
            self.origin(StepKind.ACTUAL, position, start)
            return None
        k, left = self.places.calendars[p], int(self.places.remaining[p])
        resume = int(self.places.resume[p])
        bound = max(self.bounds[2 * p], resume)
        worked = self.bank.shift(bound, left, k)
        if finish == self.bounds[2 * p + 1] != worked:
            return self._from_bound(p, FINISH, finish)
        begin = self.bank.snap(bound, k)[1] if left else bound
        if left:
            self.add(StepKind.WORK, position, begin, finish, k)
        if bound == self.bounds[2 * p]:
            return self._from_bound(p, START, begin)
        self.wait(position, resume, begin, k)
        self._resumption(position, start, resume, k)
        return None

    def _resumption(self, position: int, start: int, resume: int, k: int) -> None:
        """Add what a started task's remaining work is held up by: the status date, a reported resumption, or what is done."""
        tasks = self.plan.tasks
        if resume == self.network.tasks.projects[self.network.tasks.project[position]].status_date:
            self.origin(StepKind.STATUS_DATE, position, resume)
            return
        if tasks.column("resume")[position] is None and resume > start:
            self.add(StepKind.WORK, position, start, resume, k)
            resume = start
        self.origin(StepKind.ACTUAL, position, resume)

    def _finish(self, p: int) -> int | None:
        finish, limit = self.dates[2 * p + 1], self.bounds[2 * p + 1]
        if limit == finish and self._by_finish(p) and not self.places.delays[p] and p not in self.pinned:
            return self._from_bound(p, FINISH, finish)
        self._work(p, self.dates[2 * p], finish)
        return 2 * p

    def _start(self, p: int) -> int | None:
        start = self._before_delays(p, self.dates[2 * p])
        if not self._by_finish(p):
            return self._from_bound(p, START, start)
        limit = self.bounds[2 * p + 1]
        if self.places.lengths[p]:
            self.add(StepKind.WORK, self.task[p], limit, start, self.places.calendars[p])
            start = limit
        return self._from_bound(p, FINISH, start)

    def _work(self, p: int, a: int, b: int) -> None:
        """Add the work of a task between its dates; where assignments differ, that of the one which decides the finish."""
        position, k = self.task[p], self.places.calendars[p]
        if a == b and not self.places.lengths[p]:
            return
        if p in self.places.split:
            for span in self.places.spans[p]:
                if span.reach(self.bank, a) == b:
                    self._assignment(position, a, b, span.calendar, span.delay, span.assignment_id)
                    return
        pieces = self.plan.tasks.column("splits")[position]
        if a < b and pieces and position not in self.network.tasks.split:
            self._pieces(position, a, b, k, pieces)
            return
        self.add(StepKind.WORK, position, a, b, k)

    def _assignment(self, position: int, a: int, b: int, k: int, delay: int, assignment: int) -> None:
        begin = self.bank.latest(self.bank.position(a, k) + delay, k) if delay > 0 else a
        self.add(StepKind.WORK, position, begin, b, k, assignment=assignment)
        if begin != a:
            self.add(StepKind.DELAY, position, a, begin, k, assignment=assignment)

    def _pieces(self, position: int, a: int, b: int, k: int, pieces: list[list[int]]) -> None:
        """Add the parts of a split task and the interruptions between them."""
        origin, steps, at = self.bank.position(a, k), [], a
        for offset, length in sorted(pieces):
            begin = self.bank.latest(origin + offset, k) if offset else a
            end = self.bank.earliest(origin + offset + length, k)
            if at <= begin <= end <= b:
                steps += [(StepKind.SPLIT, at, begin), (StepKind.WORK, begin, end)]
                at = end
        steps.append((StepKind.SPLIT, at, b))
        for kind, x, y in reversed(steps):
            if x != y:
                self.add(kind, position, x, y, k)

    # what bounds it ---------------------------------------------------------------------------------

    def _before_delays(self, p: int, start: int) -> int:
        """Add the steps by which a task starts later than its logic asks and return where that would be."""
        position, k = self.task[p], self.places.calendars[p]
        logic, delay = self._logic_start(p), self.places.delays[p]
        moved = logic + delay
        if p in self.pinned:
            shown = self.bank.snap(moved, k)[1] if self.places.lengths[p] else moved
            if start != shown:
                link = holding_link(self.network, p)
                self.add(StepKind.AS_LATE_AS_POSSIBLE, position, shown, start, k, link=link)
                start = shown
        if not delay:
            return start
        self.wait(position, moved, start, k)
        self.add(StepKind.LEVELLING, position, logic, moved)
        return logic

    def _start_bound(self, p: int) -> int:
        bound = self.bounds[2 * p]
        return int(self.network.forward_base[p]) if bound == NEVER else bound

    def _counted_back(self, p: int) -> int:
        """Return the start that a bound on the finish asks for; NEVER without one."""
        limit = self.bounds[2 * p + 1]
        k, length = self.places.calendars[p], self.places.lengths[p]
        if limit == NEVER or not length:
            return limit
        return self.bank.latest(self.bank.position(limit, k) - length, k)

    def _by_finish(self, p: int) -> bool:
        return self.bounds[2 * p + 1] != NEVER and self._counted_back(p) >= self._start_bound(p)

    def _logic_start(self, p: int) -> int:
        """Return the start that bounds ask for, before levelling and snapping."""
        return max(self._start_bound(p), self._counted_back(p))

    def _from_bound(self, p: int, end: int, date: int) -> int | None:
        """Add the steps from whatever bounds one end of a place to `date`; return the slot it comes from, if any."""
        slot, position = 2 * p + end, self.task[p]
        edge = self._edge(slot)
        bound = self.bounds[slot] if end == FINISH else self._start_bound(p)
        k = self.places.calendars[p] if self.places.lengths[p] else None
        self.tie(self._ties_at(p, end, bound, edge))
        self.wait(position, bound, date, k, None if edge is None else self.into.links[edge])
        if edge is not None:
            return self._along(edge)
        self.origin(self._origin_kind(p, end, bound), position, bound)
        return None

    def _origin_kind(self, p: int, end: int, bound: int) -> StepKind:
        """Say what lets a place start: its constraint, a manual summary, the status date, or the project's start."""
        position, arrays, columns = self.task[p], self.network.tasks, self.plan.tasks
        if bound == self.places.floors[2 * p + end]:
            if bound in (columns.column("constraint_date")[position], columns.column("secondary_constraint_date")[position]):
                return StepKind.CONSTRAINT
            if end == START and bound == columns.column("external_early_start")[position]:
                return StepKind.EXTERNAL
        if end == FINISH:
            return StepKind.CONSTRAINT
        held = (arrays.manual_summaries.get(a) for a in self.plan.outline.ancestors(position))
        if any(dates is not None and dates[0] == bound for dates in held):
            return StepKind.MANUAL
        if bound == arrays.projects[self.places.project[p]].status_date:
            return StepKind.STATUS_DATE
        return StepKind.PROJECT_START

    def _through_gate(self, slot: int) -> int | None:
        p, end = divmod(slot, 2)
        edge = self._edge(slot)
        self.tie(self._ties_at(p, end, self.bounds[slot], edge))
        if edge is not None:
            return self._along(edge)
        self.origin(self._origin_kind(p, end, self.bounds[slot]), self.task[p], self.dates[slot])
        return None

    def _through_roll_up(self, slot: int) -> int | None:
        p = slot // 2
        parts = [r for e, r in self._inputs(p) if self.into.writes[e] == slot and self.dates[r] == self.dates[slot]]
        if not parts or self.places.fixed[2 * p] != NEVER:
            self.origin(StepKind.MANUAL, self.task[p], self.dates[slot])
            return None
        self.tie([Tie(StepKind.SUMMARY, self.plan.tasks.ids[self.task[r // 2]]) for r in parts[1:]])
        return parts[0]

    # dependencies -----------------------------------------------------------------------------------

    def _inputs(self, p: int) -> list[tuple[int, int]]:
        """Return the dependencies that bound a place, and the slots they read."""
        begin, end = self.into.begin[p], self.into.begin[p + 1]
        return list(zip(range(begin, end), self.into.reads[begin:end], strict=True))

    def _edge(self, slot: int) -> int | None:
        """Return a dependency that reaches what the bounds of `slot` ask for, a link rather than the tree."""
        bound = self.bounds[slot]
        if bound == NEVER:
            return None
        found = [e for e, _ in self._inputs(slot // 2) if self.into.writes[e] == slot and self._reached(e) == bound]
        return max(found, key=self.into.links.__getitem__, default=None)

    def _ties_at(self, p: int, end: int, bound: int, chosen: int | None) -> list[Tie]:
        """Return what asks for the same date as the chosen dependency: other links, also on summaries above, and a constraint."""
        found = list(self._tied_links(p, end, bound, chosen))
        if chosen is not None and bound == self.places.floors[2 * p + end]:
            kind = self._origin_kind(p, end, bound)
            if kind is not StepKind.PROJECT_START:
                found.append(Tie(kind, self.plan.tasks.ids[self.task[p]]))
        return found

    def _tied_links(self, p: int, end: int, bound: int, chosen: int | None) -> list[Tie]:
        found: list[Tie] = []
        for e, read in self._inputs(p):
            if e == chosen or self.into.writes[e] != 2 * p + end or not self._same(p, self._reached(e), bound):
                continue
            link = self.into.links[e]
            if link >= 0:
                found.append(Tie(StepKind.LINK, self.plan.tasks.ids[self.task[read // 2]], self.plan.links.ids[link]))
            elif self.places.kinds[read // 2] == IS_GATE:
                found += self._tied_links(read // 2, read % 2, self.bounds[read], None)
        return found

    def _same(self, p: int, reached: int, bound: int) -> bool:
        """Whether two instants bound a place alike: at the same working position, where it has work to do."""
        if reached == bound:
            return True
        if reached <= NEVER or not self.places.lengths[p] or self.places.kinds[p] == IS_GATE:
            return False
        k = self.places.calendars[p]
        return self.bank.position(reached, k) == self.bank.position(bound, k)

    def _reached(self, edge: int) -> int:
        """Return the instant a dependency bounds by."""
        t, k = self.dates[self.into.reads[edge]], self.into.calendars[edge]
        return t if k == RAW or t <= NEVER else self.bank.shift(t, self.into.lags[edge], k)

    def _along(self, edge: int) -> int:
        """Add the lag of a dependency and return the slot it comes from."""
        source: int = self.into.reads[edge]
        position, link = self.task[self.into.writes[edge] // 2], self.into.links[edge]
        if self.into.calendars[edge] == RAW:
            self.marker(position, self.dates[source], link)
        else:
            self.add(StepKind.LAG, position, self.dates[source], self._reached(edge), self.into.calendars[edge], link=link)
        return source
