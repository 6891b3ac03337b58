"""Why a task starts (or finishes) when it does: the chain of drivers from its origin, step by step, adding up exactly.

A chain is a walk over instants: every step begins where the one before it ends. A step's working time and the non-working
time it crosses, by name, make up its length on the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pm.model import Plan
from pm.model.kinds import DAY
from pm.schedule.bank import NEVER
from pm.schedule.engine import Network
from pm.schedule.logic import RAW
from pm.schedule.network import FINISH, START
from pm.schedule.places import IS_FIXED, IS_GATE, IS_RESUMED, IS_ROLLUP
from pm.worktime import WorkCalendar


class StepKind(StrEnum):
    """What a step of a chain is."""

    PROJECT_START = "project_start"
    CONSTRAINT = "constraint"
    ACTUAL = "actual"
    MANUAL = "manual"
    STATUS_DATE = "status_date"
    SUMMARY = "summary"
    WORK = "work"
    LINK = "link"
    LAG = "lag"
    LEVELLING = "levelling"
    AS_LATE_AS_POSSIBLE = "as_late_as_possible"
    WAIT = "wait"


@dataclass(frozen=True)
class Pause:
    """A stretch of non-working time; instants. `name` is the exception's, else what it is: a weekend, a night."""

    start: int
    finish: int
    name: str


@dataclass(frozen=True)
class Step:
    """One step of a chain.

    Attributes:
        kind: What it is. The first step is an origin and has no length.
        task_id: Whose step it is.
        link_id: The link it follows (of a lag, of the wait after it, or of a link that needs neither); None elsewhere.
        start, finish: Instants; `finish` is before `start` for a lead, and for work counted back from a finish.
        working: Working seconds between them on the step's own calendar, negative backwards.
        pauses: The non-working time it crosses.
    """

    kind: StepKind
    task_id: int | None
    link_id: int | None
    start: int
    finish: int
    working: int
    pauses: tuple[Pause, ...]


@dataclass(frozen=True)
class Explanation:
    """Why a date is what it is: `steps` lead from an origin to `date`, without a gap."""

    plan: Plan
    task_id: int
    end: str
    date: int
    steps: tuple[Step, ...]


def explain(plan: Plan, task_id: int, *, finish: bool = False, network: Network | None = None) -> Explanation:
    """Return the chain of drivers of a task's early start, or of its early finish.

    Args:
        plan: The plan.
        task_id: The task.
        finish: Explain the finish instead of the start.
        network: The plan's compiled network, where there is one.

    Raises:
        NotFoundError: `plan.not_found`.
        PMError: as `compute_schedule`.
    """
    return _Walk(network or Network(plan)).explain(task_id, FINISH if finish else START)


def pauses(calendar: WorkCalendar, start: int, finish: int) -> tuple[Pause, ...]:
    """Return the non-working stretches of `calendar` between two instants, in order, named."""
    found, at = [], start
    for a, b in [*calendar.intervals(start, finish), (finish, finish)]:
        if a > at:
            found.append(Pause(at, a, _name(calendar, at, a)))
        at = max(at, b)
    return tuple(found)


def _name(calendar: WorkCalendar, start: int, finish: int) -> str:
    names = []
    for day in range(start - start % DAY, finish, DAY):
        name = calendar.exception_name(day)
        if name is not None and not calendar.day_shifts(day) and name not in names:
            names.append(name or "day off")
    if names:
        return ", ".join(names)
    return "weekend" if finish - start >= DAY else "between shifts"


class _Walk:
    """Walks back along what decided each date."""

    def __init__(self, network: Network) -> None:
        self.network, self.plan = network, network.plan
        self.schedule = network.schedule
        self.places, self.into = network.places, network.into
        self.bank = network.tasks.bank
        self.dates = network.early_slots.tolist()
        self.bounds = network.bounds.tolist()
        self.late = frozenset(network.late_places)
        self.task = network.topology.task.tolist()
        self.place = {t: p for p, t in enumerate(self.task) if self.places.kinds[p] != IS_GATE}
        self.steps: list[Step] = []

    def explain(self, task_id: int, end: int) -> Explanation:
        position = self.plan.tasks.position(task_id)
        column = self.schedule.early_finish if end == FINISH else self.schedule.early_start
        slot = self._slot_of(position, end)
        while slot is not None:
            slot = self._back(slot)
        self.steps.reverse()
        return Explanation(self.plan, task_id, "finish" if end == FINISH else "start", int(column[position]), tuple(self.steps))

    def _slot_of(self, position: int, end: int) -> int | None:
        """Return the slot of a task's date; of a summary outside the logic, that of the child that decides it."""
        while position not in self.place:
            column = self.schedule.early_finish if end == FINISH else self.schedule.early_start
            inside = [c for c in self.plan.outline.children(position) if column[c] == column[position]]
            if not inside or position in self.network.tasks.manual_summaries:
                kind = StepKind.MANUAL if position in self.network.tasks.manual_summaries else StepKind.SUMMARY
                self._add(kind, position, None, int(column[position]), int(column[position]), None)
                return None
            position = inside[0]
        return 2 * self.place[position] + end

    def _add(self, kind: StepKind, position: int | None, link: int | None, start: int, finish: int, k: int | None) -> None:
        """Add a step; `k` names its calendar, None where the clock simply runs."""
        task_id = None if position is None else self.plan.tasks.ids[position]
        link_id = None if link is None or link < 0 else self.plan.links.ids[link]
        low, high = min(start, finish), max(start, finish)
        gaps: tuple[Pause, ...] = ()
        if k is None or low == high:
            working = finish - start
        else:
            calendar = self.bank.calendar(k)
            gaps = pauses(calendar, low, high)
            working = self.bank.between(start, finish, k)
        self.steps.append(Step(kind, task_id, link_id, start, finish, working, gaps))

    def _back(self, slot: int) -> int | None:
        """Add the steps that lead to the date at `slot` and return the slot they come from, None at an origin."""
        p, end = divmod(slot, 2)
        kind = self.places.kinds[p]
        if kind == IS_GATE:
            return self._through_gate(slot)
        if kind == IS_ROLLUP:
            return self._through_roll_up(slot)
        if kind == IS_FIXED:
            return self._fixed(p, end)
        if kind == IS_RESUMED:
            return self._resumed(p, end)
        return self._finish(p) if end == FINISH else self._start(p)

    def _fixed(self, p: int, end: int) -> int | None:
        position = self.task[p]
        tasks = self.network.tasks
        start, finish = self.dates[2 * p], self.dates[2 * p + 1]
        manual = bool(tasks.manual[position]) or bool(self.plan.tasks.column("external")[position])
        if manual:
            kind = StepKind.MANUAL
        elif tasks.done[position] or tasks.started[position]:
            kind = StepKind.ACTUAL
        else:
            kind = StepKind.CONSTRAINT
        if end == FINISH and not (manual or tasks.done[position]):
            self._add(StepKind.WORK, position, None, start, finish, self.places.calendars[p])
            finish = start
        date = finish if end == FINISH else start
        self._add(kind, position, None, date, date, None)
        return None

    def _resumed(self, p: int, end: int) -> int | None:
        position, start, finish = self.task[p], self.dates[2 * p], self.dates[2 * p + 1]
        if end == START:
            self._add(StepKind.ACTUAL, position, None, start, start, None)
            return None
        if finish == self.bounds[2 * p + 1] and (edge := self._edge(2 * p + 1)) is not None:
            return self._along(edge)
        k, left = self.places.calendars[p], int(self.places.remaining[p])
        resume = int(self.places.resume[p])
        bound = max(self.bounds[2 * p], resume)
        begin = self.bank.snap(bound, k)[1] if left else bound
        self._add(StepKind.WORK, position, None, begin, finish, k)
        if bound == self.bounds[2 * p]:
            return self._from_bound(p, START, begin)
        self._wait(position, resume, begin, k)
        self._resumption(position, start, resume, k)
        return None

    def _resumption(self, position: int, start: int, resume: int, k: int) -> None:
        """Add what a started task's remaining work is held up by: the status date, a reported resumption, or what is done."""
        tasks = self.plan.tasks
        if resume == self.plan.projects.value(tasks.column("project_id")[position], "status_date"):
            self._add(StepKind.STATUS_DATE, position, None, resume, resume, None)
            return
        if tasks.column("resume")[position] is None and resume > start:
            self._add(StepKind.WORK, position, None, start, resume, k)
            resume = start
        self._add(StepKind.ACTUAL, position, None, resume, resume, None)

    def _finish(self, p: int) -> int | None:
        finish, limit = self.dates[2 * p + 1], self.bounds[2 * p + 1]
        if limit == finish and self._by_finish(p) and not self.places.delays[p] and p not in self.late:
            return self._from_bound(p, FINISH, finish)
        if self.places.lengths[p]:
            self._add(StepKind.WORK, self.task[p], None, self.dates[2 * p], finish, self.places.calendars[p])
        return 2 * p

    def _start(self, p: int) -> int | None:
        start = self._before_delays(p, self.dates[2 * p])
        if not self._by_finish(p):
            return self._from_bound(p, START, start)
        limit = self.bounds[2 * p + 1]
        if self.places.lengths[p]:
            self._add(StepKind.WORK, self.task[p], None, limit, start, self.places.calendars[p])
        return self._from_bound(p, FINISH, limit)

    def _before_delays(self, p: int, start: int) -> int:
        """Add the steps by which a task starts later than its logic asks and return where that would be."""
        position, k = self.task[p], self.places.calendars[p]
        logic, delay = self._logic_start(p), self.places.delays[p]
        moved = logic + delay
        if p in self.late:
            shown = self.bank.snap(moved, k)[1] if self.places.lengths[p] else moved
            if start > shown:
                self._add(StepKind.AS_LATE_AS_POSSIBLE, position, None, shown, start, k)
                start = shown
        if not delay:
            return start
        self._wait(position, moved, start, k)
        self._add(StepKind.LEVELLING, position, None, logic, moved, None)
        return logic

    def _start_bound(self, p: int) -> int:
        bound = self.bounds[2 * p]
        return int(self.network.forward_base[p]) if bound == NEVER else bound

    def _counted_back(self, p: int) -> int:
        """Return the start that a bound on the finish asks for; NEVER without one."""
        limit: int = self.bounds[2 * p + 1]
        k, length = self.places.calendars[p], self.places.lengths[p]
        if limit == NEVER or not length:
            return limit
        start: int = self.bank.latest(self.bank.position(limit, k) - length, k)
        return start

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
        self._wait(position, bound, date, self.places.calendars[p] if self.places.lengths[p] else None, edge)
        if edge is not None:
            return self._along(edge)
        self._add(self._origin_kind(p, end, bound), position, None, bound, bound, None)
        return None

    def _origin_kind(self, p: int, end: int, bound: int) -> StepKind:
        """Say what lets a place start: its constraint, a manual summary, the status date, or the project's start."""
        if end == FINISH:
            return StepKind.CONSTRAINT
        position, arrays = self.task[p], self.network.tasks
        if bound == self.plan.tasks.column("constraint_date")[position] and bound == int(self.places.floors[2 * p]):
            return StepKind.CONSTRAINT
        if any(
            arrays.manual_summaries[a][0] == bound for a in self.plan.outline.ancestors(position) if a in arrays.manual_summaries
        ):
            return StepKind.MANUAL
        if bound == arrays.projects[self.places.project[p]].status_date:
            return StepKind.STATUS_DATE
        return StepKind.PROJECT_START

    def _through_gate(self, slot: int) -> int | None:
        edge = self._edge(slot)
        if edge is not None:
            return self._along(edge)
        self._add(StepKind.CONSTRAINT, self.task[slot // 2], None, self.dates[slot], self.dates[slot], None)
        return None

    def _through_roll_up(self, slot: int) -> int | None:
        p = slot // 2
        for e in range(self.into.begin[p], self.into.begin[p + 1]):
            read = self.into.reads[e]
            if self.into.writes[e] == slot and self.dates[read] == self.dates[slot]:
                return read
        self._add(StepKind.MANUAL, self.task[p], None, self.dates[slot], self.dates[slot], None)
        return None

    def _edge(self, slot: int) -> int | None:
        """Return a dependency that reaches what the bounds of `slot` ask for, a link rather than the tree."""
        p, bound = slot // 2, self.bounds[slot]
        if bound == NEVER:
            return None
        found = [
            e
            for e in range(self.into.begin[p], self.into.begin[p + 1])
            if self.into.writes[e] == slot and self._reached(e) == bound
        ]
        return max(found, key=self.into.links.__getitem__, default=None)

    def _reached(self, edge: int) -> int:
        """Return the instant a dependency bounds by."""
        t, k = self.dates[self.into.reads[edge]], self.into.calendars[edge]
        return t if k == RAW else self.bank.shift(t, self.into.lags[edge], k)

    def _along(self, edge: int) -> int:
        """Add the lag of a dependency and return the slot it comes from."""
        source: int = self.into.reads[edge]
        position, link = self.task[self.into.writes[edge] // 2], self.into.links[edge]
        if self.into.calendars[edge] == RAW:
            if link >= 0 and (not self.steps or self.steps[-1].link_id != self.plan.links.ids[link]):
                self._add(StepKind.LINK, position, link, self.dates[source], self.dates[source], None)
        else:
            self._add(StepKind.LAG, position, link, self.dates[source], self._reached(edge), self.into.calendars[edge])
        return source

    def _wait(self, position: int, start: int, finish: int, k: int | None, edge: int | None = None) -> None:
        if start != finish:
            link = None if edge is None else self.into.links[edge]
            self._add(StepKind.WAIT, position, link, start, finish, k)
