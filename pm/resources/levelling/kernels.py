"""The inner loops: schedules from lists of activities, and lists from lists.

Each function is plain Python over integers and indexable sequences, so that one source serves twice: interpreted over lists, and
compiled by numba over arrays (`compiled.py`). Both give the same results, number for number. A *list of activities* is an
order in which each stands after its predecessors.

Capacities are packed: a period is one integer (or a few, *words*) with a field for each resource and a guard bit above each.
``free - need`` keeps every guard bit exactly where every field is large enough, so that all resources are compared at once.
"""

# The arguments are lists or arrays; numba wants them without annotations of one or the other.
from __future__ import annotations

from typing import Any, NamedTuple

Integers = Any
"""A list of integers, or an array of 64-bit ones."""
Rows = Any
"""A list of lists of integers, or an array with two dimensions."""


class Grid(NamedTuple):
    """A problem with chosen modes, laid out for the kernels; places are those of `Problem.activities`.

    Attributes:
        span: Periods that `capacity` covers; everything fits in before its end.
        duration: Of each activity, in periods.
        need: Packed demand of each activity: all of the first word, then all of the second.
        guard: The guard bits of each word.
        capacity: Packed capacity of each period, guard bits set: all of the first word, then all of the second.
        before_from, before: The predecessors of activity ``j`` are ``before[before_from[j]:before_from[j + 1]]``.
        after_from, after: Its successors, likewise.
    """

    span: int
    duration: Integers
    need: Integers
    guard: Integers
    capacity: Integers
    before_from: Integers
    before: Integers
    after_from: Integers
    after: Integers


def earliest(span: int, length: int, need: Integers, guard: Integers, free: Integers, j: int, at: int) -> int:
    """Return the first period from `at` on where activity `j` finds its units in each of `length` periods."""
    words = len(guard)
    n = len(need) // words
    agreed = 0
    word = 0
    while agreed < words:
        bits = guard[word]
        units = need[word * n + j]
        end = word * span + at
        run = 0
        while run < length:
            if (free[end] - units) & bits == bits:
                run += 1
            else:
                run = 0
            end += 1
        found = end - length - word * span
        if found > at:
            at = found
            agreed = 0
        agreed += 1
        word = word + 1 if word + 1 < words else 0
    return at


def serial(grid: Grid, order: Integers, finish: Integers, free: Integers) -> int:
    """Start each activity of `order` as early as logic and units allow, one after the other, and return the makespan.

    Serial schedule generation: J. E. Kelley (1963); R. Kolisch, European Journal of Operational Research 90 (1996), 320-333.

    Args:
        finish: Receives the finish of each activity.
        free: Scratch of the size of ``grid.capacity`` and equal to it, before and after.
    """
    span, duration, need, guard, capacity, before_from, before, _, _ = grid
    words = len(guard)
    n = len(duration)
    makespan = 0
    for k in range(n):
        j = order[k]
        start = 0
        for e in range(before_from[j], before_from[j + 1]):
            if finish[before[e]] > start:
                start = finish[before[e]]
        length = duration[j]
        if length > 0:
            start = earliest(span, length, need, guard, free, j, start)
            for word in range(words):
                units = need[word * n + j]
                for t in range(word * span + start, word * span + start + length):
                    free[t] -= units
        finish[j] = start + length
        if start + length > makespan:
            makespan = start + length
    for word in range(words):
        free[word * span : word * span + makespan] = capacity[word * span : word * span + makespan]
    return makespan


def parallel(grid: Grid, rank: Integers, finish: Integers, free: Integers, scratch: Integers) -> int:
    """Go through time and start in each period what can start, by rising `rank`; return the makespan.

    Parallel schedule generation: same sources as `serial`.

    Args:
        rank: The activities, the most urgent first; any order of them.
        finish: Receives the finish of each activity.
        free: As in `serial`.
        scratch: Room for one integer for each activity.
    """
    span, duration, need, guard, capacity, before_from, before, _, _ = grid
    words = len(guard)
    n = len(duration)
    waiting = n
    for k in range(n):
        scratch[k] = rank[k]
        finish[k] = -1
    makespan = 0
    now = 0
    while waiting > 0:
        kept = 0
        following = span
        for k in range(waiting):
            j = scratch[k]
            ready = 0
            for e in range(before_from[j], before_from[j + 1]):
                done = finish[before[e]]
                ready = max(ready, done) if done >= 0 else span
            start = now if ready <= now else span
            if start == now and duration[j] > 0:
                start = earliest(span, duration[j], need, guard, free, j, now)
            if start == now:
                finish[j] = now + duration[j]
                makespan = max(makespan, finish[j])
                for word in range(words):
                    for t in range(word * span + now, word * span + finish[j]):
                        free[t] -= need[word * n + j]
                # What waited for it may start at once if it takes no time, else when it ends.
                following = min(following, max(finish[j], now))
            else:
                following = min(following, start if ready <= now else max(ready, now + 1))
                scratch[kept] = j
                kept += 1
        waiting = kept
        now = following
    for word in range(words):
        free[word * span : word * span + makespan] = capacity[word * span : word * span + makespan]
    return makespan


def turned(order: Integers, finish: Integers, makespan: int, count: Integers, result: Integers) -> None:
    """Write into `result` the list for the opposite direction: by falling finish, later in `order` first among equals.

    Args:
        count: Scratch of at least ``makespan + 2`` integers.
    """
    n = len(order)
    for t in range(makespan + 2):
        count[t] = 0
    for j in range(n):
        count[makespan - finish[j] + 1] += 1
    for t in range(makespan + 1):
        count[t + 1] += count[t]
    for k in range(n - 1, -1, -1):
        j = order[k]
        place = makespan - finish[j]
        result[count[place]] = j
        count[place] += 1


def decode(grid: Grid, orders: Rows, makespans: Integers, turns: Rows, finish: Integers, free: Integers, count: Integers) -> None:
    """Schedule each list by `serial`; write the makespans, and each list turned for the opposite direction."""
    for i in range(len(orders)):
        makespans[i] = serial(grid, orders[i], finish, free)
        turned(orders[i], finish, makespans[i], count, turns[i])


def cross(father: Integers, mother: Integers, low: int, high: int, seen: Integers, stamp: int, child: Integers) -> None:
    """Write a child: the father's order, with places `low` to `high` in the order in which the mother has what comes next.

    Two-point crossover: S. Hartmann, Naval Research Logistics 45 (1998), 733-750. A child of lists that respect logic does too.

    Args:
        seen: Scratch; what equals `stamp` in it stands in the child already.
    """
    n = len(father)
    for k in range(low):
        child[k] = father[k]
        seen[father[k]] = stamp
    place = low
    k = 0
    while place < high:
        j = mother[k]
        if seen[j] != stamp:
            seen[j] = stamp
            child[place] = j
            place += 1
        k += 1
    for k in range(low, n):
        j = father[k]
        if seen[j] != stamp:
            seen[j] = stamp
            child[place] = j
            place += 1


def follows(before_from: Integers, before: Integers, j: int, i: int) -> bool:
    """Return whether activity `j` has `i` as a direct predecessor."""
    for e in range(before_from[j], before_from[j + 1]):  # noqa: SIM110 - compiled
        if before[e] == i:
            return True
    return False


def move(before_from: Integers, before: Integers, order: Integers, place: int, draw: int) -> None:
    """Move the activity at `place` of a list to one of the places where logic lets it stand, the one that `draw` picks."""
    n = len(order)
    j = order[place]
    low = place
    while low > 0 and not follows(before_from, before, j, order[low - 1]):
        low -= 1
    high = place
    while high < n - 1 and not follows(before_from, before, order[high + 1], j):
        high += 1
    target = low + draw % (high - low + 1)
    while place < target:
        order[place] = order[place + 1]
        place += 1
    while place > target:
        order[place] = order[place - 1]
        place -= 1
    order[target] = j


def breed(
    before_from: Integers, before: Integers, parents: Rows, draws: Rows, moves: Rows, seen: Integers, children: Rows
) -> None:
    """Write a child for each row of `draws`.

    Args:
        draws: Father, mother, first and last place of what the mother gives, and the number of pairs to use of `moves`.
        moves: For each child pairs of random numbers: a place, and where to move what stands there.
        seen: Scratch, one integer for each activity, smaller than 0.
    """
    for i in range(len(draws)):
        draw = draws[i]
        child = children[i]
        cross(parents[draw[0]], parents[draw[1]], draw[2], draw[3], seen, i, child)
        for k in range(draw[4]):
            move(before_from, before, child, moves[i][2 * k], moves[i][2 * k + 1])


def sample(grid: Grid, keys: Integers, chances: Rows, waiting: Integers, ready: Integers, orders: Rows) -> None:
    """Write lists that favour small keys: among those that may come next, the chance of each falls with its regret.

    Regret-based biased random sampling: A. Drexl, Management Science 37 (1991), 1590-1602. The weight is the square of
    the largest key among the candidates less the own one, plus one.

    Args:
        keys: Of each activity; the smaller, the more urgent.
        chances: For each list and place a number from 0 to 1, this one excluded.
        waiting, ready: Scratch, one integer for each activity.
    """
    _, _, _, _, _, before_from, _, after_from, after = grid
    n = len(keys)
    for i in range(len(orders)):
        count = 0
        for j in range(n):
            waiting[j] = before_from[j + 1] - before_from[j]
            if waiting[j] == 0:
                ready[count] = j
                count += 1
        for k in range(n):
            worst = keys[ready[0]]
            for e in range(1, count):
                worst = max(worst, keys[ready[e]])
            total = 0.0
            for e in range(count):
                total += float(worst - keys[ready[e]] + 1) * float(worst - keys[ready[e]] + 1)
            left = chances[i][k] * total
            pick = 0
            while pick < count - 1:
                left -= float(worst - keys[ready[pick]] + 1) * float(worst - keys[ready[pick]] + 1)
                if left < 0.0:
                    break
                pick += 1
            j = ready[pick]
            orders[i][k] = j
            count -= 1
            ready[pick] = ready[count]
            for e in range(after_from[j], after_from[j + 1]):
                waiting[after[e]] -= 1
                if waiting[after[e]] == 0:
                    ready[count] = after[e]
                    count += 1
