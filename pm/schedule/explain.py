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
from pm.schedule.slack import driving_dependencies
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
    LAG = "lag"
    LEVELLING = "levelling"
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
        link_id: The link it follows (of a lag, and of the wait after it); None elsewhere.
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
        self.schedule = network.compute()
        self.places, self.into = network.places, network.into
        self.bank = network.tasks.bank
        self.dates = network.early_slots.tolist()
        self.driving = driving_dependencies(self.places, self.into, self.bank, network.early_slots)
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
        if kind is StepKind.WAIT:
            working = 0 if k is not None else working
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
        k, left = self.places.calendars[p], int(self.places.remaining[p])
        begin = self.bank.latest(self.bank.position(finish, k) - left, k)
        self._add(StepKind.WORK, position, None, begin, finish, k)
        floor = int(self.places.resume[p])
        edge = self._edge(2 * p, floor)
        if edge is not None:
            return self._along(edge, begin, k)
        self._wait(position, None, floor, begin, k)
        self._add(StepKind.STATUS_DATE, position, None, floor, floor, None)
        return None

    def _finish(self, p: int) -> int | None:
        position, finish = self.task[p], self.dates[2 * p + 1]
        edge = self._edge(2 * p + 1, NEVER)
        k = self.places.calendars[p]
        if edge is not None and self._reached(edge) == finish:
            return self._along(edge, finish, None)
        floor = int(self.places.floors[2 * p + 1])
        if floor == finish and self.places.lengths[p]:
            self._add(StepKind.CONSTRAINT, position, None, finish, finish, None)
            return None
        if self.places.lengths[p]:
            self._add(StepKind.WORK, position, None, self.dates[2 * p], finish, k)
        return 2 * p

    def _start(self, p: int) -> int | None:
        position, start, k = self.task[p], self.dates[2 * p], self.places.calendars[p]
        delay = self.places.delays[p]
        if delay:
            before = start - delay
            self._add(StepKind.LEVELLING, position, None, before, start, None)
            start = before
        edge = self._edge(2 * p, NEVER)
        if edge is not None:
            return self._along(edge, start, k if self.places.lengths[p] else None)
        edge = self._edge(2 * p + 1, NEVER)
        floor = int(self.places.floors[2 * p + 1])
        if self.places.lengths[p] and (edge is not None or self._same(floor, self.dates[2 * p + 1], k)):
            bound = floor if edge is None else self._reached(edge)
            self._add(StepKind.WORK, position, None, bound, start, k)
            if edge is not None:
                return self._along(edge, bound, None)
            self._add(StepKind.CONSTRAINT, position, None, bound, bound, None)
            return None
        return self._origin(p, start)

    def _origin(self, p: int, start: int) -> int | None:
        """End the chain at whatever lets the task start: its constraint, the status date, the project's start."""
        position, k = self.task[p], self.places.calendars[p]
        floor = int(self.places.floors[2 * p])
        project = self.network.tasks.projects[self.places.project[p]]
        kind, date = StepKind.PROJECT_START, int(self.network.forward_base[p])
        if self._same(floor, start, k):
            kind, date = StepKind.CONSTRAINT, floor
            own = self.plan.tasks.column("constraint_date")[position]
            if floor != own:
                kind = StepKind.STATUS_DATE if floor == project.status_date else StepKind.PROJECT_START
        self._wait(position, None, date, start, k)
        self._add(kind, position, None, date, date, None)
        return None

    def _through_gate(self, slot: int) -> int | None:
        edge = self._edge(slot, NEVER)
        p = slot // 2
        if edge is not None:
            return self._along(edge, self.dates[slot], None)
        self._add(StepKind.CONSTRAINT, self.task[p], None, self.dates[slot], self.dates[slot], None)
        return None

    def _through_roll_up(self, slot: int) -> int | None:
        p = slot // 2
        for e in range(self.into.begin[p], self.into.begin[p + 1]):
            read = self.into.reads[e]
            if self.into.writes[e] == slot and self.dates[read] == self.dates[slot]:
                return read
        self._add(StepKind.MANUAL, self.task[p], None, self.dates[slot], self.dates[slot], None)
        return None

    def _edge(self, slot: int, floor: int) -> int | None:
        """Return the dependency that decides the date at `slot`, the one that reaches farthest; None where none does."""
        p = slot // 2
        found = [
            e
            for e in range(self.into.begin[p], self.into.begin[p + 1])
            if self.into.writes[e] == slot and self._decides(e, slot) and self._reached(e) >= floor
        ]
        return max(found, key=self._reached, default=None)

    def _decides(self, edge: int, slot: int) -> bool:
        if self.places.kinds[slot // 2] == IS_RESUMED:
            return True
        return bool(self.driving[edge])

    def _reached(self, edge: int) -> int:
        """Return the instant a dependency bounds by."""
        t, k = self.dates[self.into.reads[edge]], self.into.calendars[edge]
        return t if k == RAW else self.bank.shift(t, self.into.lags[edge], k)

    def _same(self, a: int, b: int, k: int) -> bool:
        return a > NEVER and self.bank.position(a, k) == self.bank.position(b, k)

    def _along(self, edge: int, date: int, k: int | None) -> int:
        """Add the wait and the lag of a dependency that leads to `date` and return the slot it comes from."""
        position = self.task[self.into.writes[edge] // 2]
        link = self.into.link[edge]
        reached, source = self._reached(edge), self.into.reads[edge]
        self._wait(position, int(link), reached, date, k)
        if self.into.calendars[edge] != RAW:
            self._add(StepKind.LAG, position, int(link), self.dates[source], reached, self.into.calendars[edge])
        return source

    def _wait(self, position: int, link: int | None, start: int, finish: int, k: int | None) -> None:
        if start != finish:
            self._add(StepKind.WAIT, position, link, start, finish, k)
