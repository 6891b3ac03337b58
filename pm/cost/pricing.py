"""What assignments cost: work and overtime at dated rates, material by quantity, costs by amount, and a sum for each use.

The rules are Microsoft Project's, whose stored results they are tested against: a cost a use counts once for each unit of a
person or machine and once for a material, when work begins; overtime is part of the work; a resource whose costs accrue at
the start or the end of work has nothing spent before that, and all of it after.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pm.cost.flow import NOBODY, FlowBuilder, Ints
from pm.cost.rates import RateBook, Rates, Timeline, hourly_divisor
from pm.cost.spans import TaskSpans
from pm.model import FULL
from pm.model.enums import Accrual, ResourceType
from pm.model.kinds import HOUR
from pm.resources.timephased import TimePhased
from pm.worktime import WorkCalendar


@dataclass(frozen=True)
class Piece:
    """A stretch of an assignment's work (seconds; for a material 3600 a unit) at one rate; `done` or still to do."""

    calendar: WorkCalendar
    begin: int
    end: int
    work: int
    done: bool


@dataclass(frozen=True)
class Priced:
    """What assignments cost, in minor units, an entry an assignment.

    Attributes:
        cost, actual: The whole, and what of it is spent.
        unpriced: Positions of the assignments that have work at no rate.
    """

    cost: Ints
    actual: Ints
    unpriced: tuple[int, ...]


class Pricing:
    """Prices the assignments of a plan and tells two builders when the money is spent.

    Args:
        work: Where the work lies.
        spans: Where tasks lie, for what has no work: material and costs.
        accounts: The account of each task, as an index.
        spent, to_come: Where pieces go that are spent, and those still to come.
    """

    def __init__(
        self,
        work: TimePhased,
        spans: TaskSpans,
        accounts: Sequence[int],
        spent: FlowBuilder,
        to_come: FlowBuilder,
    ) -> None:
        self._work, self._spans, self._accounts = work, spans, accounts
        self._spent, self._to_come = spent, to_come
        plan = work.schedule.plan
        self._plan, self._book = plan, RateBook(plan)
        names = (
            *("task_id", "resource_id", "units", "work", "overtime_work", "rate_table"),
            *("cost", "actual_cost", "remaining_cost"),
        )
        self._rows: dict[str, Sequence[Any]] = {n: plan.assignments.column(n) for n in names}
        resources = plan.resources
        self._resource = resources.index
        self._type, self._accrual = resources.column("type"), resources.column("accrual")
        digits = dict(zip(plan.projects.ids, plan.projects.column("currency_digits"), strict=True))
        self._divisor = [hourly_divisor(min(max(digits[i], 0), 4)) for i in plan.tasks.column("project_id")]
        counts = np.bincount(work.assignment, minlength=len(plan.assignments))
        self._first = np.concatenate(([0], np.cumsum(counts))).tolist()
        columns = (work.calendar, work.start, work.finish, work.work, work.done)
        self._stretches = [column.tolist() for column in columns]

    def price(self) -> Priced:
        """Return what every assignment costs; those of tasks without dates cost nothing."""
        count = len(self._plan.assignments)
        cost, actual = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
        unpriced: list[int] = []
        index = self._plan.tasks.index
        for a, task_id in enumerate(self._rows["task_id"]):
            task = index[task_id]
            if not self._spans.dated(task):
                continue
            for piece, amount in self._parts(a, task, unpriced):
                cost[a] += amount
                builder = self._to_come
                if piece.done:
                    actual[a] += amount
                    builder = self._spent
                at = self._position(a)
                builder.add(
                    amount,
                    piece.begin,
                    piece.end,
                    piece.calendar,
                    task=task,
                    resource=at,
                    account=self._accounts[task],
                )
        return Priced(cost, actual, tuple(unpriced))

    def _position(self, a: int) -> int:
        resource_id = self._rows["resource_id"][a]
        return NOBODY if resource_id is None else self._resource[resource_id]

    def _parts(self, a: int, task: int, unpriced: list[int]) -> Iterator[tuple[Piece, int]]:
        """Hand out what an assignment costs, piece by piece."""
        resource_id, at = self._rows["resource_id"][a], self._position(a)
        kind = self._type[at] if at >= 0 else ResourceType.WORK
        timeline = self._book.timeline(resource_id, self._rows["rate_table"][a])
        pieces = list(self._pieces(a)) or self._without_stretches(a, task, kind)
        if not pieces:
            return
        if kind == ResourceType.COST or timeline.free:
            parts = self._stored(a, task)
            pieces = [piece for piece, _ in parts]
            if not self._rows["cost"][a] and kind != ResourceType.COST and resource_id is not None:
                unpriced.append(a)
            if not parts:
                return
        else:
            cut = [part for piece in pieces for part in _at_rates(piece, timeline)]
            parts = list(zip(cut, self._amounts(a, task, cut, timeline), strict=True))
            use = self._for_use(a, kind, timeline.at(pieces[0].begin))
            if use:
                first = pieces[0]
                parts.insert(0, (Piece(first.calendar, first.begin, first.begin, 0, first.done), use))
        accrual = self._accrual[at] if at >= 0 else Accrual.PRORATED
        yield from parts if accrual == Accrual.PRORATED else _at_once(parts, pieces, accrual)

    def _pieces(self, a: int) -> Iterator[Piece]:
        calendar, start, finish, work, done = self._stretches
        calendars = self._work.calendars
        for s in range(self._first[a], self._first[a + 1]):
            yield Piece(calendars[calendar[s]], start[s], finish[s], work[s], done[s])

    def _without_stretches(self, a: int, task: int, kind: str) -> list[Piece]:
        """Return an assignment that has no work as pieces of its task: an amount of a material, or a cost."""
        if kind == ResourceType.COST:
            amount = int(self._rows["cost"][a])
        elif kind == ResourceType.MATERIAL:
            amount = int(self._rows["units"][a]) * HOUR // FULL
        else:
            return []
        return [
            Piece(calendar, begin, end, share, done)
            for calendar, begin, end, share, done in self._spans.parts(task, amount)
            if share or not amount
        ]

    def _stored(self, a: int, task: int) -> list[tuple[Piece, int]]:
        """Return an amount that was entered: spent is what was said to be, or the task's share; all of it when the task ends."""
        cost, actual, remaining = (int(self._rows[n][a]) for n in ("cost", "actual_cost", "remaining_cost"))
        said = (actual or remaining) and not self._spans.ended(task)
        known = min(actual, cost) if said else None
        return [
            (Piece(calendar, begin, end, 0, done), share)
            for calendar, begin, end, share, done in self._spans.parts(task, cost, known)
        ]

    def _amounts(self, a: int, task: int, pieces: Sequence[Piece], timeline: Timeline) -> list[int]:
        """Return what the work of each piece costs; rounded as a running sum, so that the parts add up to the whole."""
        work, overtime = max(sum(p.work for p in pieces), 1), int(self._rows["overtime_work"][a])
        overtime = min(max(overtime, 0), work)
        scale = self._divisor[task] * work
        exact = reached = 0
        amounts = []
        for piece in pieces:
            rates = timeline.at(piece.begin)
            exact += piece.work * (rates.standard * (work - overtime) + rates.overtime * overtime)
            until = (2 * exact + scale) // (2 * scale)
            amounts.append(until - reached)
            reached = until
        return amounts

    def _for_use(self, a: int, kind: str, rates: Rates) -> int:
        units = int(self._rows["units"][a]) if kind == ResourceType.WORK else FULL
        return (rates.per_use * units + FULL // 2) // FULL


def _at_rates(piece: Piece, timeline: Timeline) -> Iterator[Piece]:
    """Cut a piece of work where the rate changes."""
    low, high = (bisect_right(timeline.starts, t) for t in (piece.begin, piece.end - 1))
    if low >= high:
        yield piece
        return
    calendar = piece.calendar
    first = calendar.position(piece.begin)
    length = max(calendar.position(piece.end) - first, 1)
    begin, given = piece.begin, 0
    for change in (*timeline.starts[low:high], None):
        end = piece.end if change is None else change
        until = piece.work if change is None else piece.work * (calendar.position(end) - first) // length
        if until > given:
            yield Piece(calendar, begin, end, until - given, piece.done)
        begin, given = end, until


def _at_once(parts: Sequence[tuple[Piece, int]], pieces: Sequence[Piece], accrual: str) -> Iterator[tuple[Piece, int]]:
    """Hand out the whole cost at the start of the work, or at its end."""
    total = sum(amount for _, amount in parts)
    first, last = pieces[0], pieces[-1]
    if accrual == Accrual.START:
        yield Piece(first.calendar, first.begin, first.begin, 0, first.done), total
    else:
        yield Piece(last.calendar, last.end, last.end, 0, last.done), total
