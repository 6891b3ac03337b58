"""The inner loops: every schedule keeps the rules, and compiled ones give what interpreted ones give."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pm.resources.levelling import Problem, violations
from pm.resources.levelling.compiled import Kernels, available, kernels_for
from pm.resources.levelling.grid import mirrored, pack
from pm.resources.levelling.kernels import Grid
from tests.resources.levelling.problems import problems

INTERPRETED = kernels_for(False)
WIDE = 10**12
"""Demands of this size fill a word with one resource: several words are compared."""


@pytest.fixture(scope="module")
def compiled() -> Kernels:
    if not available():
        pytest.skip("numba (extra optimise) is not installed")
    return kernels_for(True)


def stored(kernels: Kernels, grid: Grid) -> Grid:
    return Grid(grid.span, *(kernels.store(row) for row in grid[1:]))


def zeros(kernels: Kernels, *shape: int) -> Any:
    return kernels.store(np.zeros(shape, np.int64))


def sampled(kernels: Kernels, grid: Grid, count: int, seed: int) -> Any:
    size = len(grid.duration)
    orders = zeros(kernels, count, size)
    chances = kernels.store(np.random.default_rng(seed).random((count, size)))
    sample = partial(kernels.sample, stored(kernels, grid), kernels.store(np.arange(size)), chances)
    sample(zeros(kernels, size), zeros(kernels, size), orders)
    return orders


def decoded(kernels: Kernels, grid: Grid, orders: Any) -> tuple[Any, Any, Any]:
    """Return the makespans, the lists turned, and the finishes of the last list."""
    size, free = len(grid.duration), kernels.store(grid.capacity.copy())
    makespans, turns, finish = zeros(kernels, len(orders)), zeros(kernels, len(orders), size), zeros(kernels, size)
    kernels.decode(stored(kernels, grid), orders, makespans, turns, finish, free, zeros(kernels, grid.span + 2))
    assert np.array_equal(free, grid.capacity)
    return makespans, turns, finish


def bred(kernels: Kernels, grid: Grid, parents: Any, seed: int) -> Any:
    rng, size, count = np.random.default_rng(seed), len(grid.duration), len(parents)
    cuts = np.sort(rng.integers(0, size + 1, (count, 2)), axis=1)
    draws = np.column_stack([rng.integers(0, count, (count, 2)), cuts, rng.integers(0, 3, count)])
    moves = np.stack([rng.integers(0, size, (count, 2)), rng.integers(0, 99, (count, 2))], axis=2).reshape(count, 4)
    links = kernels.store(grid.before_from), kernels.store(grid.before)
    children = zeros(kernels, count, size)
    kernels.breed(*links, parents, kernels.store(draws), kernels.store(moves), kernels.store(np.full(size, -1)), children)
    return children


def placed(kernels: Kernels, grid: Grid, seed: int) -> tuple[int, Any]:
    """Return makespan and finishes of the parallel scheme, with ranks that follow no logic."""
    size, free = len(grid.duration), kernels.store(grid.capacity.copy())
    finish, rank = zeros(kernels, size), kernels.store(np.random.default_rng(seed).permutation(size))
    makespan = kernels.parallel(stored(kernels, grid), rank, finish, free, zeros(kernels, size))
    assert np.array_equal(free, grid.capacity)
    return makespan, finish


def everything(kernels: Kernels, problem: Problem, seed: int) -> list[Any]:
    """Run all kernels one into the other and return whatever they answer."""
    grid = pack(problem, [0] * problem.size)
    orders = sampled(kernels, grid, 4, seed)
    forward = decoded(kernels, grid, orders)
    backward = decoded(kernels, mirrored(grid, max(forward[0])), forward[1])
    again = decoded(kernels, grid, backward[1])
    children = bred(kernels, grid, backward[1], seed)
    return [orders, *forward, *backward, *again, children, *decoded(kernels, grid, children), *placed(kernels, grid, seed)]


def check_feasible(problem: Problem, makespan: int, finish: Any) -> None:
    starts = [done - length for done, length in zip(finish, problem.durations([0] * problem.size), strict=True)]
    assert violations(problem, starts, [0] * problem.size) == []
    assert makespan == max(finish)


@given(problems(), st.integers(0, 99))
def test_every_schedule_keeps_the_rules(problem: Problem, seed: int) -> None:
    grid = pack(problem, [0] * problem.size)
    orders = sampled(INTERPRETED, grid, 3, seed)
    first, turns, finish = decoded(INTERPRETED, grid, orders)
    check_feasible(problem, first[-1], finish)
    _, lists, _ = decoded(INTERPRETED, mirrored(grid, max(first)), turns)
    again, _, finish = decoded(INTERPRETED, grid, lists)
    check_feasible(problem, again[-1], finish)
    children, _, finish = decoded(INTERPRETED, grid, bred(INTERPRETED, grid, lists, seed))
    check_feasible(problem, children[-1], finish)
    check_feasible(problem, *placed(INTERPRETED, grid, seed))


@given(problems(most=12, steps=False), st.integers(0, 99))
def test_justifying_never_lengthens(problem: Problem, seed: int) -> None:
    """V. Valls, F. Ballestin and S. Quintanilla, European Journal of Operational Research 165 (2005), 375-386."""
    grid = pack(problem, [0] * problem.size)
    first, turns, _ = decoded(INTERPRETED, grid, sampled(INTERPRETED, grid, 3, seed))
    late, lists, _ = decoded(INTERPRETED, mirrored(grid, max(first)), turns)
    again, _, _ = decoded(INTERPRETED, grid, lists)
    assert all(a >= b >= c for a, b, c in zip(first, late, again, strict=True))


@given(problems(), st.integers(0, 99))
def test_children_hold_every_activity_after_its_predecessors(problem: Problem, seed: int) -> None:
    grid = pack(problem, [0] * problem.size)
    for order in bred(INTERPRETED, grid, sampled(INTERPRETED, grid, 5, seed), seed):
        assert sorted(order) == list(range(problem.size))
        place = {activity: k for k, activity in enumerate(order)}
        assert all(place[b] < place[j] for j, before in enumerate(problem.predecessors) for b in before)


@pytest.mark.parametrize("largest", [5, WIDE])
@settings(deadline=None)
@given(data=st.data())
def test_compiled_kernels_give_what_interpreted_ones_give(compiled: Kernels, largest: int, data: st.DataObject) -> None:
    problem = data.draw(problems(largest=largest))
    seed = data.draw(st.integers(0, 99))
    pairs = zip(everything(INTERPRETED, problem, seed), everything(compiled, problem, seed), strict=True)
    assert all(np.array_equal(left, right) for left, right in pairs)
