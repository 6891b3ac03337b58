"""How much of a resource there is: the units of its availability over time, worked by its calendar."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from pm.model import FULL, Plan
from pm.model.kinds import FIRST_INSTANT, LAST_INSTANT
from pm.schedule.result import Ints
from pm.worktime import Calendars, WorkCalendar

Steps = tuple[tuple[int, int], ...]
"""Pairs of an instant and the units (FULL is one full time) there are from it on, ascending; the first is at the beginning."""


class Capacity:
    """The capacity of a plan's resources.

    Args:
        plan: The plan.
        calendars: Its calendars.
    """

    def __init__(self, plan: Plan, calendars: Calendars) -> None:
        self.plan, self._calendars = plan, calendars
        self._known: dict[tuple[int, Steps, bytes], Ints] = {}

    @cached_property
    def _periods(self) -> Mapping[int, list[int]]:
        groups: Mapping[int, list[int]] = self.plan.tables["availabilities"].groups("resource_id")
        return groups

    def units(self, resource_id: int) -> Steps:
        """Return the units of a resource over time: those of its availability table, else its maximum; 0 once it is not active.

        Where periods overlap, the one that stands later counts.
        """
        resources, rows = self.plan.resources, self.plan.tables["availabilities"]
        if not resources.value(resource_id, "active"):
            return ((FIRST_INSTANT, 0),)
        listed = self._periods.get(resource_id)
        if not listed:
            return ((FIRST_INSTANT, int(resources.value(resource_id, "max_units"))),)
        start, finish, units = (rows.column(name) for name in ("start", "finish", "units"))
        spans = [
            (FIRST_INSTANT if start[n] is None else start[n], LAST_INSTANT if finish[n] is None else finish[n], units[n])
            for n in listed
        ]
        edges = sorted({FIRST_INSTANT, *(a for a, _, _ in spans), *(b for _, b, _ in spans if b < LAST_INSTANT)})
        steps = [(t, next((u for a, b, u in reversed(spans) if a <= t < b), 0)) for t in edges]
        return tuple(step for n, step in enumerate(steps) if n == 0 or step[1] != steps[n - 1][1])

    def allowed(self, resource_id: int) -> Steps:
        """Return the units that may be booked: `units` as far as deliberate over-booking lets them be exceeded."""
        share = int(self.plan.resources.value(resource_id, "allowed_load"))
        return tuple((at, units * share // FULL) for at, units in self.units(resource_id))

    def calendar(self, resource_id: int) -> WorkCalendar:
        """Return when a resource works."""
        return self._calendars.resource(resource_id)

    def by_bucket(self, resource_id: int, edges: Ints) -> Ints:
        """Return the working seconds that a resource has between each two `edges` (instants, ascending).

        Raises:
            ScheduleError: its calendar cannot be compiled.
        """
        calendar, steps = self.calendar(resource_id), self.units(resource_id)
        key = id(calendar), steps, edges.tobytes()
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = _worked(calendar, steps, edges)
        return found


def _worked(calendar: WorkCalendar, steps: Steps, edges: Ints) -> Ints:
    inside = [at for at, _ in steps if edges[0] < at < edges[-1]]
    times = np.union1d(edges, np.array(inside, dtype=np.int64))
    at = np.array([t for t, _ in steps], dtype=np.int64)
    units = np.array([u for _, u in steps], dtype=np.int64)[np.searchsorted(at, times[:-1], "right") - 1]
    found = np.zeros(len(edges) - 1, dtype=np.int64)
    np.add.at(found, np.searchsorted(edges, times[:-1], "right") - 1, np.diff(calendar.positions(times)) * units)
    result: Ints = found // FULL
    return result
