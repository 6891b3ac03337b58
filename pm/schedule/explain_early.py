"""The chain of drivers of an early date: from an origin, through what each task waited for, to the date."""

from __future__ import annotations

from pm.schedule.bank import FOREVER, NEVER
from pm.schedule.engine import Network
from pm.schedule.explain_hammocks import through_hammock
from pm.schedule.explain_late import holding_link
from pm.schedule.explain_task import TaskTrail
from pm.schedule.logic import RAW
from pm.schedule.network import FINISH, START
from pm.schedule.places import IS_FIXED, IS_GATE, IS_MARKED, IS_PASSED, IS_RESUMED, IS_ROLLUP
from pm.schedule.sequence import lag_from_status
from pm.schedule.steps import StepKind, Tie


class EarlyTrail(TaskTrail):
    """Walks back along what decided each early date."""

    def __init__(self, network: Network) -> None:
        super().__init__(network)
        self.forward = network.forward
        self.into = network.into
        self.shown: list[int] = network.early_slots.tolist()
        self.dates = self._before_late_tasks()
        self.bounds: list[int] = network.bounds.tolist()
        self.pinned = network.forward.pinned
        self.place = {t: p for p, t in enumerate(self.task) if self.places.kinds[p] != IS_GATE}

    def lead_to(self, position: int, end: int) -> None:
        """Collect the steps that lead to a task's scheduled start or finish: of started work the actual start."""
        tasks = self.network.tasks
        if self.network.leaf[position] and tasks.rest[position] and (end == START or tasks.done[position]):
            self.origin(StepKind.ACTUAL, position, int((tasks.fixed_finish if end == FINISH else tasks.fixed_start)[position]))
            return
        self._lead_to_early(position, end)

    def _lead_to_early(self, position: int, end: int) -> None:
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
        """Return the slot of a task's date; of a summary outside the logic, that of the child that decides it.

        None, with the steps, where that is a manual summary or a hammock.
        """
        schedule = self.network.schedule
        column = schedule.early_finish if end == FINISH else schedule.early_start
        while position not in self.place or self.shown[2 * self.place[position] + end] != column[position]:
            date = int(column[position])
            if position in self.hammocks.kinds:
                after = through_hammock(self, position, end, late=False)
                if after is not None:
                    (self.lead_to if after.shown else self._lead_to_early)(after.task, after.end)
                return None
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
        if kind == IS_PASSED:
            later = FINISH if self.bounds[2 * p + 1] > self.bounds[2 * p] else START
            return self._from_bound(p, later, self.dates[slot])
        if end == FINISH and self.forward.expects(p, self.dates[2 * p]):
            self._as_expected(p)
            return None
        if kind == IS_RESUMED:
            return self._rest(p, end) if self.places.rest[p] else self._resumed(p, end)
        ceiling = int(self.places.ceiling[p])
        if ceiling < FOREVER and self._logic_start(p) + self.places.delays[p] > ceiling:
            self._must(p, end)
            return None
        return self._finish(p) if end == FINISH else self._start(p)

    def _as_expected(self, p: int) -> None:
        """Add the finish that somebody expects."""
        expected = int(self.places.expected[p])
        self.wait(self.task[p], expected, self.dates[2 * p + 1], self.places.calendars[p])
        self.origin(StepKind.EXPECTED, self.task[p], expected)

    def _rest(self, p: int, end: int) -> int | None:
        """Add the steps of what remains of a started task, where that is what its early dates are of."""
        k, left = self.places.calendars[p], int(self.places.remaining[p])
        start, finish, limit = self.dates[2 * p], self.dates[2 * p + 1], self._limit(p)
        back = self.bank.latest(self.bank.position(limit, k) - left, k) if left and limit != NEVER else limit
        by_finish = back != NEVER and back >= self.bounds[2 * p]
        if end == FINISH and not (by_finish and limit == finish):
            self._work(p, start, finish)
            return 2 * p
        if not by_finish:
            return self._from_bound(p, START, start)
        if end == START and left:
            self.add(StepKind.WORK, self.task[p], limit, start, k)
            start = limit
        return self._from_bound(p, FINISH, finish if end == FINISH else start)

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
        self.resumption(position, start, resume, k)
        return None

    def _finish(self, p: int) -> int | None:
        finish, limit = self.dates[2 * p + 1], self._limit(p)
        if limit == finish and self._by_finish(p) and not self.places.delays[p] and p not in self.pinned:
            return self._from_bound(p, FINISH, finish)
        self._work(p, self.dates[2 * p], finish)
        return 2 * p

    def _start(self, p: int) -> int | None:
        start = self._before_delays(p, self.dates[2 * p])
        if not self._by_finish(p):
            return self._from_bound(p, START, start)
        limit = self._limit(p)
        if self.places.lengths[p]:
            self.add(StepKind.WORK, self.task[p], limit, start, self.places.calendars[p])
            start = limit
        return self._from_bound(p, FINISH, start)

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

    def _limit(self, p: int) -> int:
        """Return the earliest finish that bounds on it leave a place; NEVER without one."""
        limit = self.bounds[2 * p + 1]
        return limit if limit == NEVER else self.forward.finish_bound(p, limit)

    def _counted_back(self, p: int) -> int:
        """Return the start that a bound on the finish asks for; NEVER without one."""
        limit = self._limit(p)
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
        k = self.places.calendars[p] if self.places.lengths[p] or self.places.kinds[p] == IS_MARKED else None
        self.tie(self._ties_at(p, end, bound, edge))
        self.wait(position, bound, date, k, None if edge is None else self.into.links[edge])
        if edge is not None:
            return self._along(edge)
        if end == START and self.places.kinds[p] == IS_RESUMED and bound == self.places.resume[p]:
            self.resumption(position, int(self.places.fixed[2 * p]), bound, self.places.calendars[p])
        elif end == START and (partly := lag_from_status(self.network, position, bound)) is not None:
            self._lag_from_status(position, partly, bound)
        else:
            self.origin(self.early_origin(position, end, bound), position, bound)
        return None

    def _lag_from_status(self, position: int, link: int, bound: int) -> None:
        """Add what is left of the lag of a link, and the status date that it counts from."""
        predecessor = self.plan.tasks.position(self.plan.links.column("predecessor_id")[link])
        status = self.network.tasks.projects[self.network.tasks.project[predecessor]].status_date
        assert status is not None
        calendar = self.network.lags.of(link)[1]
        if calendar != RAW:
            self.add(StepKind.LAG, position, status, bound, calendar, link=link)
        self.marker(position, status, link)
        self.origin(StepKind.STATUS_DATE, predecessor, status)

    def _through_gate(self, slot: int) -> int | None:
        p, end = divmod(slot, 2)
        edge = self._edge(slot)
        self.tie(self._ties_at(p, end, self.bounds[slot], edge))
        if edge is not None:
            return self._along(edge)
        self.origin(self.early_origin(self.task[p], end, self.bounds[slot]), self.task[p], self.dates[slot])
        return None

    def _through_roll_up(self, slot: int) -> int | None:
        p = slot // 2
        parts = [r for e, r in self._inputs(p) if self.into.writes[e] == slot and self.dates[r] == self.dates[slot]]
        if not parts or self.places.fixed[2 * p] != NEVER:
            position, date = self.task[p], self.dates[slot]
            manual = self.places.fixed[2 * p] != NEVER  # else it holds nothing but hammocks
            self.origin(StepKind.MANUAL if manual else self.early_origin(position, START, date), position, date)
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
            kind = self.early_origin(self.task[p], end, bound)
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
