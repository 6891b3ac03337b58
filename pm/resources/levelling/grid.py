"""A problem with chosen modes as arrays: packed capacities and demands, links by place, and the same seen from the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pm.errors import InputError
from pm.resources.levelling.kernels import Grid
from pm.resources.levelling.problem import Problem

Integers = NDArray[np.int64]

WORD = 62
"""Bits of a word that hold fields; the sign is left alone, and so is one bit for a carry."""
MOST_PERIODS = 5_000_000


def pack(problem: Problem, modes: Sequence[int]) -> Grid:
    """Return the grid of a problem whose activities are done in `modes` (places in `Activity.modes`).

    Resources that can never be short take no room.

    Raises:
        InputError: `levelling.too_long`, more periods than a grid can hold; `levelling.too_large`, demands that add up to more
            than a word.
    """
    duration = np.array(problem.durations(modes), np.int64)
    span = problem.last_step + int(duration.sum()) + 1
    if span > MOST_PERIODS:
        raise InputError(
            f"the project may take {span:,} periods; at most {MOST_PERIODS:,} can be levelled",
            code="levelling.too_long",
            hint="count in longer periods, for example hours for minutes",
        )
    demands = [activity.modes[mode].demands for activity, mode in zip(problem.activities, modes, strict=True)]
    need = np.array(demands, np.int64).reshape(problem.size, len(problem.resources))
    need[duration == 0] = 0
    total = need.sum(axis=0)
    capacity = np.zeros((len(problem.resources), span), np.int64)
    for r in range(len(problem.resources)):
        capacity[r] = np.minimum(_capacities(problem, r, span), total[r])
    scarce = [r for r in range(len(problem.resources)) if capacity[r].min() < total[r]]
    links = (*_links(problem.predecessors), *_links([activity.successors for activity in problem.activities]))
    return Grid(span, duration, *_packed(need[:, scarce], capacity[scarce]), *links)


def _capacities(problem: Problem, resource: int, span: int) -> Integers:
    """Return the capacity in each period."""
    found = np.zeros(span, np.int64)
    for period, units in problem.resources[resource].steps:
        found[period:] = units
    return found


def _packed(need: Integers, capacity: Integers) -> tuple[Integers, Integers, Integers]:
    """Return needs, guard bits and capacities by words, at least one.

    Args:
        need: A row for each activity, a column for each resource.
        capacity: A row for each resource, a column for each period.
    """
    needs: list[Any] = [np.zeros(need.shape[0], np.int64)]
    guards = [0]
    capacities: list[Any] = [np.zeros(capacity.shape[1], np.int64)]
    used = 0
    for column, row in zip(need.T, capacity, strict=True):
        width = int(max(column.max(), row.max())).bit_length() + 1
        if width > WORD:
            raise InputError("the demands on a resource add up to more than can be counted", code="levelling.too_large")
        if used + width > WORD:
            needs.append(np.zeros(len(column), np.int64))
            capacities.append(np.zeros(len(row), np.int64))
            guards.append(0)
            used = 0
        needs[-1] |= column << used
        capacities[-1] |= row << used
        guards[-1] |= 1 << (used + width - 1)
        used += width
    periods = [row | guard for row, guard in zip(capacities, guards, strict=True)]
    return np.concatenate(needs), np.array(guards, np.int64), np.concatenate(periods)


def _links(others: Sequence[Sequence[int]]) -> tuple[Integers, Integers]:
    """Return where the others of each activity begin, and the others one after another."""
    begin = np.cumsum([0, *(len(row) for row in others)], dtype=np.int64)
    return begin, np.array([other for row in others for other in row], np.int64)


def mirrored(grid: Grid, until: int) -> Grid:
    """Return the grid seen backwards from period `until`: what starts early in it finishes late before `until`.

    Before the first period it goes on with the most there ever is of each resource, so that everything fits in: a backward
    schedule is a way to order activities, and only what is scheduled forward again is an answer.
    """
    words = len(grid.guard)
    span = until + int(grid.duration.sum()) + 1
    rows = []
    for word, row in enumerate(grid.capacity.reshape(words, grid.span)):
        ahead = np.full(span - until, _highest(row, int(grid.guard[word])), np.int64)
        known = row[:until] if until <= grid.span else np.concatenate([row, np.full(until - grid.span, row[-1])])
        rows.append(np.concatenate([known[::-1], ahead]))
    return Grid(
        span,
        grid.duration,
        grid.need,
        grid.guard,
        np.concatenate(rows),
        before_from=grid.after_from,
        before=grid.after,
        after_from=grid.before_from,
        after=grid.before,
    )


def _highest(row: Integers, guard: int) -> int:
    """Return the packed word that has in each field the largest value that any period has there."""
    highest = guard
    low = 0
    for bit in range(WORD + 1):
        if guard >> bit & 1:
            mask = (1 << bit) - (1 << low)
            highest |= int((row & mask).max())
            low = bit + 1
    return highest


def heads(grid: Grid, order: Sequence[int]) -> Integers:
    """Return the earliest start of each activity by logic alone; `order` has each after its predecessors."""
    found = np.zeros(len(grid.duration), np.int64)
    for j in order:
        before = grid.before[grid.before_from[j] : grid.before_from[j + 1]]
        if len(before):
            found[j] = (found[before] + grid.duration[before]).max()
    return found
