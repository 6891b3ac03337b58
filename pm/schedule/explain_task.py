"""The steps of single tasks on the way to an early date: their work, and dates that logic does not move."""

from __future__ import annotations

from pm.schedule.engine import Network
from pm.schedule.network import FINISH, START
from pm.schedule.steps import StepKind, Trail


class TaskTrail(Trail):
    """Adds the steps that one task takes of itself.

    Attributes:
        dates: Start and finish by slot, as the forward pass has them.
    """

    def __init__(self, network: Network) -> None:
        super().__init__(network)
        self.dates: list[int] = network.early_slots.tolist()

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
        """Add the steps of a task that must start, or finish, on a date; the status date may have moved it."""
        position, k, bank = self.task[p], self.places.calendars[p], self.bank
        dates, kind = (self.dates[2 * p], self.dates[2 * p + 1]), StepKind.CONSTRAINT
        held, on = self._held_by(position)
        status = self.network.tasks.projects[self.network.tasks.project[position]].status_date
        worked = (bank.earliest if held == FINISH else bank.latest)(bank.position(on, k), k)
        if dates[held] != (worked if self.places.lengths[p] else on) and status is not None:
            held, on, kind = START, status, StepKind.STATUS_DATE
        if end != held and dates[START] != dates[FINISH]:
            self._work(p, dates[held], dates[end])
        self.wait(position, on, dates[held], k)
        self.origin(kind, position, on)

    def _held_by(self, position: int) -> tuple[int, int]:
        """Return which end of a task a constraint holds, and the date; of two constraints the second holds it."""
        columns = self.plan.tasks
        for which in ("secondary_", ""):
            kind, on = (columns.column(f"{which}constraint_{name}")[position] for name in ("type", "date"))
            if on is None:
                continue
            profile = self.network.tasks.profiles[self.network.tasks.project[position]]
            hard = kind in ("MANDATORY_START", "MANDATORY_FINISH") or (kind in ("MSO", "MFO") and profile.musts_are_hard)
            if hard or (kind in ("SNLT", "FNLT") and profile.late_constraints_hold):
                return START if kind in ("MSO", "SNLT", "MANDATORY_START") else FINISH, int(on)
        raise AssertionError(f"nothing holds the dates of task {columns.ids[position]}")

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

    def _work(self, p: int, a: int, b: int) -> None:
        """Add the work of a task between its dates; where assignments differ, that of the one which decides the finish."""
        position, k = self.task[p], self.places.calendars[p]
        if a == b:
            return
        if p in self.places.split:
            for span in self.places.spans[p]:
                if span.reach(self.bank, a) == b:
                    self._assignment(position, a, b, span.calendar, span.delay, span.assignment_id)
                    return
        pieces = self.plan.tasks.column("splits")[position]
        if a < b and pieces and position not in self.network.tasks.split and not self.places.rest[p]:
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
