"""Money over time: amounts that accrue evenly over working time, or at one moment, cut at any instants into exact sums.

What has accrued until an instant is rounded to a minor unit, and what falls between two instants is the difference of two such
amounts. So the parts of an amount always add up to it, and a month to its weeks and days, however it is cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pm.model.enums import Contour
from pm.resources.placing import SHAPES
from pm.worktime import WorkCalendar

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NOBODY = -1
"""Stands in `Flow.resource` where an amount belongs to no resource."""

_SAFE = 2_000_000_000
"""Below this, twice the square of working seconds stays within 64 bits: 63 years round the clock."""


def share(amounts: Ints, done: Ints, whole: Ints) -> Ints:
    """Return ``amounts * done / whole``, rounded half up and exact; ``0 <= done <= whole``, ``whole > 0``."""
    if len(whole) and int(whole.max()) > _SAFE:
        pairs = zip(amounts.tolist(), done.tolist(), whole.tolist(), strict=True)
        return np.array([(2 * a * d + w) // (2 * w) for a, d, w in pairs], dtype=np.int64)
    quotient, rest = np.divmod(amounts, whole)
    found: Ints = quotient * done + (2 * rest * done + whole) // (2 * whole)
    return found


@dataclass(frozen=True)
class Flow:
    """Amounts that accrue over time; the columns run parallel, a piece each.

    Attributes:
        task, resource, account: Whose money it is: positions in the plan's tasks and resources (`NOBODY` for none), and an
            index of the caller's accounts.
        calendar: Index in `calendars`: an amount lies evenly over the working time from `begin` to `end`; where there is
            none, at `begin`.
        begin, end: Instants.
        amount: Minor units.
    """

    calendars: Sequence[WorkCalendar]
    task: Ints
    resource: Ints
    account: Ints
    calendar: Ints
    begin: Ints
    end: Ints
    amount: Ints

    def __len__(self) -> int:
        return len(self.amount)

    def where(self, which: Flags | Ints | slice) -> Flow:
        """Return the pieces that are flagged, at these positions, or in a slice."""
        return Flow(self.calendars, *(getattr(self, name)[which] for name in _COLUMNS))

    @property
    def total(self) -> int:
        """The sum of all amounts."""
        return int(self.amount.sum())

    @cached_property
    def _span(self) -> tuple[Ints, Ints]:
        """Working positions of begin and end of every piece."""
        return self._positions(self.begin), self._positions(self.end)

    def _positions(self, instants: Ints) -> Ints:
        found = np.empty(len(instants), dtype=np.int64)
        for k in np.unique(self.calendar).tolist():
            mine = self.calendar == k
            found[mine] = self.calendars[k].positions(instants[mine])
        return found

    def until(self, instant: int) -> Ints:
        """Return how much of each piece has accrued before `instant`."""
        first, last = self._span
        whole = last - first
        at = self._positions(np.full(len(self), instant, dtype=np.int64))
        done = np.clip(at - first, 0, whole)
        part = share(self.amount, done, np.maximum(whole, 1))
        return np.where((whole == 0) | (instant >= self.end), np.where(self.begin < instant, self.amount, 0), part)

    def cut(self, edges: Ints) -> tuple[Ints, Ints, Ints]:
        """Cut the pieces at `edges`, instants in ascending order.

        Returns:
            The piece, the bucket and the amount of every part. Bucket 0 lies before the first edge, bucket n from edge n - 1 on.
        """
        first, last = self._span
        whole = last - first
        low = np.searchsorted(edges, self.begin, "right")
        high = np.where(whole == 0, low, np.maximum(np.searchsorted(edges, self.end, "left"), low))
        count = high - low + 1
        piece = np.repeat(np.arange(len(self)), count)
        starts = np.cumsum(count) - count
        bucket = low[piece] + np.arange(len(piece)) - starts[piece]
        inner = bucket < high[piece]  # ends at an edge, not with its piece
        reached = self.amount[piece]
        if inner.any():
            at, edge = piece[inner], edges[bucket[inner]]
            position = np.empty(len(at), dtype=np.int64)
            of = self.calendar[at]
            for k in np.unique(of).tolist():
                mine = of == k
                position[mine] = self.calendars[k].positions(edge[mine])
            reached[inner] = share(self.amount[at], position - first[at], whole[at])
        before = np.concatenate(([0], reached[:-1])) if len(reached) else reached
        before[starts] = 0
        return piece, bucket, reached - before

    def by_bucket(self, edges: Ints, rows: Ints | None = None, count: int = 1) -> Ints:
        """Return a matrix of sums, a row for each of `count` groups and a column for each bucket of `cut`.

        Args:
            edges: Where to cut.
            rows: The group of every piece, negative for none; all are one group if None.
            count: How many groups there are.
        """
        piece, bucket, amount = self.cut(edges)
        sums = np.zeros((count, len(edges) + 1), dtype=np.int64)
        if rows is None:
            np.add.at(sums[0], bucket, amount)
        else:
            group = rows[piece]
            known = group >= 0
            np.add.at(sums, (group[known], bucket[known]), amount[known])
        return sums


_COLUMNS = ("task", "resource", "account", "calendar", "begin", "end", "amount")


class FlowBuilder:
    """Collects pieces of a `Flow`."""

    def __init__(self) -> None:
        self._calendars: list[WorkCalendar] = []
        self._numbers: dict[int, int] = {}
        self._rows: list[tuple[int, int, int, int, int, int, int]] = []
        self._blocks: list[Ints] = []

    def number(self, calendar: WorkCalendar) -> int:
        """Return the index of a calendar."""
        found = self._numbers.get(id(calendar))
        if found is None:
            found = self._numbers[id(calendar)] = len(self._calendars)
            self._calendars.append(calendar)
        return found

    def add(
        self, amount: int, begin: int, end: int, calendar: WorkCalendar, *, task: int, resource: int = NOBODY, account: int = 0
    ) -> None:
        """Add an amount that lies evenly over the working time from `begin` to `end`; nothing for a zero amount."""
        if amount:
            self._rows.append((task, resource, account, self.number(calendar), begin, max(begin, end), amount))

    def add_columns(self, columns: Sequence[Ints]) -> None:
        """Add pieces as columns, in the order of a `Flow`'s; calendars are numbers of this builder."""
        self._blocks.append(np.stack(columns))

    def spread(
        self,
        amount: int,
        begin: int,
        end: int,
        calendar: WorkCalendar,
        shape: Contour,
        *,
        task: int,
        account: int = 0,
    ) -> None:
        """Add an amount that is shaped over the working time from `begin` to `end`, in ten equal parts of it."""
        first, last = calendar.position(begin), calendar.position(end)
        weights = SHAPES.get(shape)
        if weights is None or first == last:
            self.add(amount, begin, end, calendar, task=task, account=account)
            return
        parts, whole = len(weights), sum(weights)
        edges = [begin, *(calendar.earliest(first + (last - first) * n // parts) for n in range(1, parts)), end]
        reached = seen = 0
        for n, weight in enumerate(weights):
            seen += weight
            until = (2 * amount * seen + whole) // (2 * whole)
            self.add(until - reached, edges[n], edges[n + 1], calendar, task=task, account=account)
            reached = until

    def flow(self) -> Flow:
        """Return the pieces as a flow."""
        columns = np.array(self._rows, dtype=np.int64).reshape(-1, len(_COLUMNS)).T
        if self._blocks:
            columns = np.concatenate([columns, *self._blocks], axis=1)
        return Flow(self._calendars, *columns)


def joined(flows: Iterable[Flow]) -> Flow:
    """Return the pieces of several flows as one."""
    calendars: list[WorkCalendar] = []
    columns: dict[str, list[Ints]] = {name: [] for name in _COLUMNS}
    for flow in flows:
        for name in _COLUMNS:
            column = getattr(flow, name)
            columns[name].append(column + len(calendars) if name == "calendar" else column)
        calendars += flow.calendars
    return Flow(calendars, *(np.concatenate(columns[name]) for name in _COLUMNS))
