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
    tasks, hammocks = trail.network.tasks, trail.hammocks
    own = int(dates[end][position])
    asked = [
        (b, t) for b, t in hammocks.asked(position, hammocks.read(*dates, late=late)) if _is_read(trail, position, b, late=late)
    ]
    mine = [(bond, t) for bond, t in asked if bond.end == end]
    if end == FINISH and own == dates[START][position] and max((t for _, t in mine), default=own) <= own:
        end, mine = START, [(bond, t) for bond, t in asked if bond.end == START]
    k, floor = int(tasks.calendar[position]), int(tasks.floor_start[position])
    project = tasks.projects[tasks.project[position]]
    kind, bound = trail.late_origin(position) if late else (StepKind.PROJECT_START, project.start)
    if mine:
        bound = (min if end == START else max)(t for _, t in mine)
    if not late and floor > bound:
        trail.wait(position, floor, own, k)
        if tasks.rest[position] and floor == tasks.resume[position]:
            trail.resumption(position, int(tasks.fixed_start[position]), floor, k)
        else:
            trail.origin(trail.early_origin(position, START, floor), position, floor)
        return None
    if not mine:
        trail.wait(position, bound, own, k)
        trail.origin(kind, position, bound)
        return None
    bond, *others = (bond for bond, t in mine if t == bound)
    ids, links = trail.plan.tasks.ids, trail.plan.links.ids
    trail.tie([Tie(StepKind.LINK, ids[other.other], links[other.link]) for other in others])
    trail.wait(position, bound, own, k, bond.link)
    read = int(hammocks.read(*dates, late=late)[bond.other_end][bond.other])
    if bond.calendar == RAW:
        trail.marker(position, bound, bond.link)
    else:
        trail.add(StepKind.LAG, position, read, bound, bond.calendar, link=bond.link)
    if not late and bond.other in hammocks.kinds and hammocks.is_actual(bond.other, bond.other_end):
        trail.origin(StepKind.ACTUAL, bond.other, read)
        return None
    return Source(bond.other, bond.other_end, shown=bond.other not in hammocks.kinds)


def _is_read(trail: Trail, position: int, bond: Bond, *, late: bool) -> bool:
    """Whether the task at the other end of a link has its dates before a level of effort takes its own."""
    hammocks, order = trail.hammocks, trail.hammocks.positions
    if bond.other not in hammocks.kinds or (not late and hammocks.is_actual(bond.other, bond.other_end)):
        return True
    return hammocks.kinds[bond.other] == "level_of_effort" and order.index(bond.other) < order.index(position)
