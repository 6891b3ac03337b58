"""Critical-chain buffers: how large, and how far they are used up."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

LEAST_SHARE = 0.25
"""Leach: a buffer of less than a quarter of its chain does not hold what a merging network adds."""
ACTION = (1 / 3, 2 / 3)
"""The shares of a buffer used up at which to plan a recovery, and at which to act."""


def root_of_squares(safe: Sequence[float], aggressive: Sequence[float]) -> float:
    """Return sqrt(sum of (safe - aggressive)²) over the tasks of a chain (RSEM, also called SSQ).

    The safe time of a task is what it takes with high confidence, the aggressive one what it takes every other time.
    """
    return math.sqrt(sum((s - a) ** 2 for s, a in zip(safe, aggressive, strict=True)))


def cut_and_paste(aggressive: Sequence[float]) -> float:
    """Return half the length of a chain."""
    return sum(aggressive) / 2


def with_least_share(buffer: float, chain: float) -> float:
    """Return a buffer that is at least a quarter of its chain, as Leach advises against the bias of merging paths."""
    return max(buffer, LEAST_SHARE * chain)


@dataclass(frozen=True)
class Chain:
    """A chain of tasks and the task of the critical chain that it feeds; None for the critical chain itself."""

    tasks: tuple[int, ...]
    feeds: int | None


def feeding_chains(
    critical: Sequence[int], predecessors: dict[int, Sequence[int]], aggressive: dict[int, float]
) -> tuple[Chain, ...]:
    """Return the critical chain and, for each task on it, the longest chain from outside that feeds it.

    Args:
        critical: Tasks of the critical chain, in order.
        predecessors: Of every task; no loops.
        aggressive: Length of every task.
    """
    on_chain = set(critical)
    longest: dict[int, tuple[float, tuple[int, ...]]] = {}

    def chain_to(task: int) -> tuple[float, tuple[int, ...]]:
        pending = [task]
        while pending:
            at = pending[-1]
            outside = [p for p in predecessors.get(at, ()) if p not in on_chain]
            missing = [p for p in outside if p not in longest]
            if missing:
                pending += missing
                continue
            length, before = max((longest[p] for p in outside), default=(0.0, ()))
            longest[at] = length + aggressive[at], (*before, at)
            pending.pop()
        return longest[task]

    found = [Chain(tuple(critical), None)]
    for task in critical:
        outside = [chain_to(p) for p in predecessors.get(task, ()) if p not in on_chain]
        if outside:
            found.append(Chain(max(outside)[1], task))
    return tuple(found)


class Zone(StrEnum):
    """Where a point of a fever chart lies."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True)
class FeverPoint:
    """How far a chain is done and its buffer used up, both as shares (0.4 is 40 %); the buffer may be overdrawn."""

    done: float
    used: float

    @property
    def zone(self) -> Zone:
        """Green: go on; yellow: plan a recovery; red: act."""
        plan, act = ACTION
        return Zone.GREEN if self.used < plan else Zone.YELLOW if self.used < act else Zone.RED


def fever_points(chain: float, buffer: float, reports: Iterable[tuple[float, float]]) -> tuple[FeverPoint, ...]:
    """Return the points of a fever chart.

    Args:
        chain: Length of the chain as it was planned.
        buffer: Its buffer.
        reports: At each status date, how much of the chain was left, and how late its end was expected against the plan.
    """
    points = []
    for left, late in reports:
        done = min(1.0, max(0.0, 1 - left / chain)) if chain > 0 else 1.0
        used = max(0.0, late) / buffer if buffer > 0 else (math.inf if late > 0 else 0.0)
        points.append(FeverPoint(done, used))
    return tuple(points)
