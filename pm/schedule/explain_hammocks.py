"""Why a level of effort or a WBS summary has its dates: the task that one of its links reads, or that it spans, has them."""

from __future__ import annotations

from typing import NamedTuple

from pm.schedule.hammocks import Bond
from pm.schedule.logic import RAW
from pm.schedule.network import FINISH, START
from pm.schedule.result import Ints
from pm.schedule.steps import StepKind, Tie, Trail


class Source(NamedTuple):
    """Whose date a hammock's comes from. `shown`: the scheduled date, the actual one where there is one; else the early one."""

    task: int
    end: int
    shown: bool


def through_hammock(trail: Trail, position: int, end: int, *, late: bool) -> Source | None:
    """Add the steps from the date that decides one of a hammock's to it; return whose it is, None at an origin."""
    schedule = trail.network.schedule
    start, finish = (schedule.late_start, schedule.late_finish) if late else (schedule.early_start, schedule.early_finish)
    column = finish if end == FINISH else start
    if trail.hammocks.kinds[position] == "wbs_summary":
        inside = [c for c in trail.hammocks.inside(position, start).tolist() if column[c] == column[position]]
        trail.tie([Tie(StepKind.SUMMARY, trail.plan.tasks.ids[c]) for c in inside[1:]])
        return Source(inside[0], end, shown=False)
    return _from_links(trail, position, end, (start, finish), late=late)


def _from_links(trail: Trail, position: int, end: int, dates: tuple[Ints, Ints], *, late: bool) -> Source | None:
    """As `through_hammock`, of a level of effort: from the link that bounds it, its floor, or the project's start or finish."""
    tasks, hammocks = trail.network.tasks, trail.hammocks
    own = int(dates[end][position])
    read = hammocks.read(*dates, late=late)
    asked = [(bond, t) for bond, t in hammocks.asked(position, read) if _is_read(trail, position, bond, late=late)]
    mine = [(bond, t) for bond, t in asked if bond.end == end]
    if end == FINISH and own == dates[START][position] and max((t for _, t in mine), default=own) <= own:
        end, mine = START, [(bond, t) for bond, t in asked if bond.end == START]
    k, floor = int(tasks.calendar[position]), int(tasks.floor_start[position])
    project = tasks.projects[tasks.project[position]]
    kind, bound = trail.late_origin(position) if late else (StepKind.PROJECT_START, project.start)
    if mine:
        bound = (min if end == START else max)(t for _, t in mine)
    if not late and floor > bound:
        _from_floor(trail, position, floor, own)
        return None
    if not mine:
        trail.wait(position, bound, own, k)
        trail.origin(kind, position, bound)
        return None
    bond, *others = (bond for bond, t in mine if t == bound)
    ids, links = trail.plan.tasks.ids, trail.plan.links.ids
    trail.tie([Tie(StepKind.LINK, ids[other.other], links[other.link]) for other in others])
    trail.wait(position, bound, own, k, bond.link)
    return _along(trail, position, bond, (int(read[bond.other_end][bond.other]), bound), late=late)


def _from_floor(trail: Trail, position: int, floor: int, date: int) -> None:
    """Add the steps to an early date from what keeps a level of effort from lying before it."""
    tasks = trail.network.tasks
    k = int(tasks.calendar[position])
    trail.wait(position, floor, date, k)
    if tasks.rest[position] and floor == tasks.resume[position]:
        trail.resumption(position, int(tasks.fixed_start[position]), floor, k)
    else:
        trail.origin(trail.early_origin(position, START, floor), position, floor)


def _along(trail: Trail, position: int, bond: Bond, dates: tuple[int, int], *, late: bool) -> Source | None:
    """Add the lag of a link between the date that is read and the bound; return whose date it is, None for an actual one."""
    if bond.calendar == RAW:
        trail.marker(position, dates[1], bond.link)
    else:
        trail.add(StepKind.LAG, position, *dates, bond.calendar, link=bond.link)
    if not late and bond.other in trail.hammocks.kinds and trail.hammocks.is_actual(bond.other, bond.other_end):
        trail.origin(StepKind.ACTUAL, bond.other, dates[0])
        return None
    return Source(bond.other, bond.other_end, shown=bond.other not in trail.hammocks.kinds)


def _is_read(trail: Trail, position: int, bond: Bond, *, late: bool) -> bool:
    """Whether the task at the other end of a link has its dates before a level of effort takes its own."""
    hammocks, order = trail.hammocks, trail.hammocks.positions
    if bond.other not in hammocks.kinds or (not late and hammocks.is_actual(bond.other, bond.other_end)):
        return True
    return hammocks.kinds[bond.other] == "level_of_effort" and order.index(bond.other) < order.index(position)
