"""What a solver answers with, and an independent look at whether it keeps every rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pm.resources.levelling.problem import Problem


class Status(StrEnum):
    """How good a solution is known to be."""

    OPTIMAL = "optimal"
    """Nothing shorter exists."""
    FEASIBLE = "feasible"
    """It keeps all rules; whether something shorter exists is not known."""


@dataclass(frozen=True, slots=True)
class Solution:
    """A schedule of a `Problem`.

    Attributes:
        starts: The period in which each activity starts, in the order of `Problem.activities`.
        modes: The place in `Activity.modes` of the mode each is done in.
        makespan: The period by which all have finished.
        bound: No schedule is shorter than this.
        schedules: How many schedules were made on the way, each pass of an improvement counted.
        cpu_seconds: Processor time of the search, of all its threads.
    """

    starts: tuple[int, ...]
    modes: tuple[int, ...]
    makespan: int
    bound: int
    schedules: int
    cpu_seconds: float

    @property
    def status(self) -> Status:
        """Optimal where the bound is reached."""
        return Status.OPTIMAL if self.makespan <= self.bound else Status.FEASIBLE

    @property
    def gap(self) -> float:
        """How far the makespan may be above the shortest: (makespan - bound) / bound."""
        return (self.makespan - self.bound) / max(self.bound, 1)


def makespan_of(problem: Problem, starts: Sequence[int], modes: Sequence[int]) -> int:
    """Return the period by which all activities have finished."""
    return max((start + length for start, length in zip(starts, problem.durations(modes), strict=True)), default=0)


def violations(problem: Problem, starts: Sequence[int], modes: Sequence[int]) -> list[str]:
    """Return a sentence for each rule of `problem` that a schedule breaks; it shares no code with the solvers.

    For a resource that is short, only the first period is named.
    """
    if len(starts) != problem.size or len(modes) != problem.size:
        return [f"{problem.size} activities, but {len(starts)} starts and {len(modes)} modes"]
    found = [f"activity {a.name} starts at {s}" for a, s in zip(problem.activities, starts, strict=True) if s < 0]
    unknown = [a.name for a, m in zip(problem.activities, modes, strict=True) if not 0 <= m < len(a.modes)]
    if unknown:
        return [*found, *(f"activity {name} has no such mode" for name in unknown)]
    finishes = [start + length for start, length in zip(starts, problem.durations(modes), strict=True)]
    for place, activity in enumerate(problem.activities):
        for after in activity.successors:
            if starts[after] < finishes[place]:
                name = problem.activities[after].name
                found.append(f"activity {name} starts at {starts[after]}, activity {activity.name} finishes at {finishes[place]}")
    return found + _shortages(problem, starts, finishes, modes)


def _shortages(problem: Problem, starts: Sequence[int], finishes: Sequence[int], modes: Sequence[int]) -> list[str]:
    chosen = [activity.modes[mode] for activity, mode in zip(problem.activities, modes, strict=True)]
    found = []
    for place, resource in enumerate(problem.resources):
        changes = [(period, capacity - before) for (period, capacity), before in _with_before(resource.steps)]
        for mode, start, finish in zip(chosen, starts, finishes, strict=True):
            changes += [(start, -mode.demands[place]), (finish, mode.demands[place])] if finish > start else []
        free = 0
        for period in sorted({period for period, _ in changes}):
            free += sum(change for at, change in changes if at == period)
            if free < 0:
                found.append(f"resource {resource.name} is short of {-free} at {period}")
                break
    for place, stock in enumerate(problem.stocks):
        used = sum(mode.consumption[place] for mode in chosen)
        if used > stock.amount:
            found.append(f"stock {stock.name} is short of {used - stock.amount}")
    return found


def _with_before(steps: Sequence[tuple[int, int]]) -> list[tuple[tuple[int, int], int]]:
    """Return each step with the capacity before it."""
    return list(zip(steps, [0, *(capacity for _, capacity in steps)], strict=False))
