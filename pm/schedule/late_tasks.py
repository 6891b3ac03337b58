"""Tasks done as late as possible: to their late dates, or only as far as nothing behind them moves (by the profile)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pm.schedule.arrays import OPENING
from pm.schedule.backward import Backward
from pm.schedule.bank import FOREVER, NEVER
from pm.schedule.logic import RAW
from pm.schedule.places import IS_GATE, IS_MARKED, IS_ROLLUP
from pm.schedule.result import Ints

if TYPE_CHECKING:
    from pm.schedule.engine import Network

Inside = dict[int, tuple[int, int]]
"""First early start and first early finish of what the gates lead to that were met so far, by gate."""


def move_late_tasks(network: Network) -> Ints:
    """Move the network's as-late-as-possible tasks in its early dates (by slot), and return those."""
    slots, forward = network.early_slots, network.forward
    starts = {p: int(network.late_slots[2 * p]) for p in network.late_places if _takes_total_slack(network, p)}
    if starts:
        return forward.pin(starts).copy()
    inside: Inside = {}
    for p in network.late_places:
        slots[2 * p : 2 * p + 2] = late_task(network, p, inside)
    forward.roll_up_again(slots, np.flatnonzero(network.places.kind == IS_ROLLUP).tolist())
    return slots


def late_task(network: Network, p: int, inside: Inside) -> tuple[int, int]:
    """Return the dates of an as-late-as-possible task that moves no successor."""
    early, backward = network.early_slots, network.backward
    first = int(network.forward.dates[2 * p]), int(network.forward.dates[2 * p + 1])
    number = int(network.places.project[p])
    if network.tasks.projects[number].schedule_from == "finish":
        return first
    if network.tasks.profiles[number].free_slack_by_link:
        start, finish = _free_until(backward, p, early, int(network.project_finish[number]), inside)
    else:
        start, finish = _late_before(backward, p, early, inside)
        if start > network.late_slots[2 * p]:
            start, finish = int(network.late_slots[2 * p]), int(network.late_slots[2 * p + 1])
    return (start, finish) if start > first[0] else first


def early_caps(backward: Backward, p: int, early: Ints, inside: Inside, *, capped: bool = True) -> tuple[int, int]:
    """Return the latest start and finish of a place that move no early date of a successor of it or of a branch it is in.

    Args:
        backward: The backward pass, run.
        p: The place.
        early: Early dates by slot, those of its successors final.
        inside: What is known of gates, where several places are asked for in turn.
        capped: Whether its own caps and those of the branches count too.
    """
    branches = [p]
    while (above := _roll_up_of(backward, branches[-1])) is not None:
        branches.append(above)
    caps = (FOREVER, FOREVER)
    for place in reversed(branches):
        caps = _own_caps(backward, place, early, caps, inside, capped=capped)
    return caps


def _takes_total_slack(network: Network, p: int) -> bool:
    number = int(network.places.project[p])
    from_finish = network.tasks.projects[number].schedule_from == "finish"
    return not from_finish and network.tasks.profiles[number].late_tasks_take_total_slack


def _late_before(backward: Backward, p: int, early: Ints, inside: Inside) -> tuple[int, int]:
    """Return the latest dates of a place that move no early date of its successors, nor break its own caps."""
    start, finish = early_caps(backward, p, early, inside)
    return backward.late(p, start, min(finish, backward.limits[p]))


def _free_until(backward: Backward, p: int, early: Ints, last: int, inside: Inside) -> tuple[int, int]:
    """Return the latest dates of a place that move no early date of its successors, whatever its late dates.

    Without successors it finishes by `last`. A milestone bound between shifts lies where work may start again.
    """
    places, bank = backward.places, backward.bank
    start, finish = early_caps(backward, p, early, inside, capped=False)
    if start == FOREVER and finish == FOREVER:
        finish = last
    if places.kinds[p] == IS_MARKED:
        k, cap = places.calendars[p], min(start, finish)
        cap = bank.snap(cap, k)[1] if places.marker[p] == OPENING else bank.pull(cap, k)[1]
        return cap, cap
    return backward.late(p, start, finish)


def _roll_up_of(backward: Backward, p: int) -> int | None:
    """Return the roll-up of the branch that a place counts in, if it has one."""
    logic, kinds = backward.logic, backward.places.kinds
    for e in range(logic.begin[p], logic.begin[p + 1]):
        successor = logic.reads[e] // 2
        if logic.links[e] < 0 and kinds[successor] == IS_ROLLUP:
            return successor
    return None


def _own_caps(
    backward: Backward, p: int, early: Ints, above: tuple[int, int], inside: Inside, *, capped: bool
) -> tuple[int, int]:
    """As `early_caps`, given the caps of the branch `p` counts in."""
    logic, bank, places = backward.logic, backward.bank, backward.places
    caps = [int(places.caps[2 * p]), int(places.caps[2 * p + 1])] if capped else [FOREVER, FOREVER]
    for e in range(logic.begin[p], logic.begin[p + 1]):
        read, k = logic.reads[e], logic.calendars[e]
        successor, end = divmod(read, 2)
        if places.kinds[successor] == IS_ROLLUP and logic.links[e] < 0:
            t = above[end]
        elif places.kinds[successor] == IS_GATE:
            if successor not in inside:
                inside[successor] = _first_inside(backward, successor, early)
            t = inside[successor][end]
        elif places.done[successor] and not places.rest[successor]:
            continue
        else:
            t = int(early[read]) - places.delays[successor]
        if k != RAW and NEVER < t < FOREVER:
            t = bank.unshift(t, logic.lags[e], k, logic.earlies[e])
        if t > NEVER:
            caps[logic.writes[e] & 1] = min(caps[logic.writes[e] & 1], t)
    return caps[0], caps[1]


def _first_inside(backward: Backward, gate: int, early: Ints) -> tuple[int, int]:
    """Return the first early start and the first early finish of what a summary's gate leads to."""
    logic, places = backward.logic, backward.places
    first = [FOREVER, FOREVER]
    waiting, seen = [gate], {gate}
    while waiting:
        g = waiting.pop()
        for read in logic.reads[logic.begin[g] : logic.begin[g + 1]]:
            child, end = divmod(read, 2)
            if places.kinds[child] != IS_GATE:
                first[end] = min(first[end], int(early[read]) - places.delays[child])
            elif child not in seen:
                seen.add(child)
                waiting.append(child)
    return first[0], first[1]
