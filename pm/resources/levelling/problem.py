"""A project whose activities share scarce resources: what is to be scheduled, in whole periods.

The resource-constrained project scheduling problem, with one mode or several for each activity. Period ``t`` is the time
from ``t`` to ``t + 1``; an activity that starts at ``s`` and lasts ``d`` occupies periods ``s`` to ``s + d - 1`` without
interruption and needs all its units in each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from pm.errors import CycleError, InputError


@dataclass(frozen=True, slots=True)
class Resource:
    """A renewable resource: people, a crew, machines, rooms.

    Attributes:
        name: How it is called in messages and results.
        steps: ``(period, capacity)``: from that period on, that many units are there. The first is at period 0 and the last one
            holds for ever.
    """

    name: str
    steps: tuple[tuple[int, int], ...]

    @classmethod
    def constant(cls, name: str, capacity: int) -> Resource:
        """Return a resource of which `capacity` units are always there."""
        return cls(name, ((0, capacity),))

    @property
    def highest(self) -> int:
        """The most units that are ever there."""
        return max(capacity for _, capacity in self.steps)

    @property
    def final(self) -> int:
        """The units that are there from the last step on."""
        return self.steps[-1][1]


@dataclass(frozen=True, slots=True)
class Stock:
    """A non-renewable resource: what is used is gone."""

    name: str
    amount: int


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to do an activity.

    Attributes:
        duration: In periods, 0 or more.
        demands: Units of each renewable resource in every period of the activity, in the order of `Problem.resources`.
        consumption: What it takes of each stock in all, in the order of `Problem.stocks`.
    """

    duration: int
    demands: tuple[int, ...]
    consumption: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Activity:
    """A piece of work.

    Attributes:
        name: How it is called in messages and results.
        modes: The ways to do it; at least one.
        successors: Places in `Problem.activities` of those that may start only when this one has finished.
    """

    name: str
    modes: tuple[Mode, ...]
    successors: tuple[int, ...] = ()


@dataclass(frozen=True)
class Problem:
    """Activities, what follows what, and what they share.

    Raises:
        CycleError: activities wait for each other.
        InputError: `levelling.bad_problem`, something else that makes no sense; `levelling.too_much`, an activity needs more
            units than there will ever be.
    """

    activities: tuple[Activity, ...]
    resources: tuple[Resource, ...] = ()
    stocks: tuple[Stock, ...] = ()

    def __post_init__(self) -> None:
        for resource in self.resources:
            _check_resource(resource)
        for stock in self.stocks:
            if stock.amount < 0:
                raise _bad(f"stock {stock.name} is negative")
        for activity in self.activities:
            self._check_activity(activity)
        _ = self.order

    def _check_activity(self, activity: Activity) -> None:
        if not activity.modes:
            raise _bad(f"activity {activity.name} has no mode")
        if any(not 0 <= successor < len(self.activities) for successor in activity.successors):
            raise _bad(f"activity {activity.name} has a successor that does not exist")
        for mode in activity.modes:
            if len(mode.demands) != len(self.resources) or len(mode.consumption) != len(self.stocks):
                raise _bad(f"activity {activity.name} has not one demand for each resource")
            if mode.duration < 0 or min((*mode.demands, *mode.consumption), default=0) < 0:
                raise _bad(f"activity {activity.name} has a negative duration or demand")
        if not any(self.fits(mode) for mode in activity.modes):
            raise self._too_much(activity)

    def fits(self, mode: Mode) -> bool:
        """Return whether `mode` could be done after the last step of every resource, with everything else done."""
        renewable = mode.duration == 0 or all(
            need <= resource.final for need, resource in zip(mode.demands, self.resources, strict=True)
        )
        return renewable and all(need <= stock.amount for need, stock in zip(mode.consumption, self.stocks, strict=True))

    def _too_much(self, activity: Activity) -> InputError:
        mode = min(activity.modes, key=lambda m: m.demands)
        limits = [*((r.name, r.final) for r in self.resources), *((s.name, s.amount) for s in self.stocks)]
        needs = (*mode.demands, *mode.consumption)
        over = [f"{need} of {name} where {limit} are" for need, (name, limit) in zip(needs, limits, strict=True) if need > limit]
        what = ", ".join(over) or "more than there is in each of its modes"
        return InputError(
            f"activity {activity.name} can never be done: it needs {what}",
            code="levelling.too_much",
            hint="raise the capacity or lower the demand",
        )

    @property
    def size(self) -> int:
        """How many activities there are."""
        return len(self.activities)

    @cached_property
    def predecessors(self) -> tuple[tuple[int, ...], ...]:
        """For each activity, the places of those that must finish before it starts."""
        found: list[list[int]] = [[] for _ in self.activities]
        for place, activity in enumerate(self.activities):
            for successor in activity.successors:
                found[successor].append(place)
        return tuple(map(tuple, found))

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The places of all activities, each after its predecessors."""
        waiting = [len(before) for before in self.predecessors]
        ready = [place for place, count in enumerate(waiting) if count == 0]
        for place in ready:
            for successor in self.activities[place].successors:
                waiting[successor] -= 1
                if waiting[successor] == 0:
                    ready.append(successor)
        if len(ready) < self.size:
            raise self._loop({place for place, count in enumerate(waiting) if count > 0})
        return tuple(ready)

    def _loop(self, stuck: set[int]) -> CycleError:
        """Return the error that names one loop among the activities that never became ready."""
        walk = [min(stuck)]
        while walk[-1] not in walk[:-1]:
            walk.append(next(before for before in self.predecessors[walk[-1]] if before in stuck))
        loop = walk[walk.index(walk[-1]) + 1 :][::-1]
        names = ", ".join(self.activities[place].name for place in loop)
        return CycleError(f"activities wait for each other: {names}", loop=tuple(loop), cut=None, hint="remove one of the links")

    @cached_property
    def last_step(self) -> int:
        """The period from which all capacities stay as they are."""
        return max((resource.steps[-1][0] for resource in self.resources), default=0)

    @cached_property
    def horizon(self) -> int:
        """A period by which everything can be done, whatever the modes: one after another, after the last step."""
        return self.last_step + sum(max(mode.duration for mode in activity.modes) for activity in self.activities)

    def durations(self, modes: Sequence[int]) -> list[int]:
        """Return the duration of each activity in the mode that is chosen for it (places in `Activity.modes`)."""
        return [activity.modes[mode].duration for activity, mode in zip(self.activities, modes, strict=True)]


def _check_resource(resource: Resource) -> None:
    periods = [period for period, _ in resource.steps]
    if not periods or periods[0] != 0 or any(a >= b for a, b in pairwise(periods)):
        raise _bad(f"the steps of resource {resource.name} do not begin at period 0 and rise")
    if any(capacity < 0 for _, capacity in resource.steps):
        raise _bad(f"resource {resource.name} has a negative capacity")


def _bad(message: str) -> InputError:
    return InputError(message, code="levelling.bad_problem")
