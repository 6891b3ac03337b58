"""Where an assignment's work lies: read out of timephased data, and written as such.

MSPDI holds it as dated segments, each with its work; a plan as pairs of working seconds (length, work) from the assignment's
start on, which move along with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from pm.errors import PMError
from pm.formats.mspdi.rows import KEY, Report
from pm.formats.mspdi.trees import Tree, texts
from pm.formats.mspdi.values import read_date, read_duration, write_date, write_duration
from pm.model import Plan
from pm.model.enums import Contour, ResourceType
from pm.model.kinds import DAY
from pm.worktime import Calendars, WorkCalendar

WORK_TYPES = ("1", "2")
"""Remaining and actual work of an assignment, which together are all of it."""

Segment = tuple[int, int, int]
"""Start and finish (instants) and work (seconds)."""

SHORTEST_GAP = 60
"""Dates are cut to the minute: what is shorter is no gap."""

LONGEST_SEGMENT = 100 * 366 * DAY
"""Nobody works on one thing for longer than that: such a date is damaged."""


def segments(trees: Sequence[Tree], senseless: Callable[[], None] | None = None) -> list[Segment]:
    """Return the segments of work in timephased data, in order; for those that make no sense `senseless` is called."""
    found: list[Segment] = []
    for tree in trees:
        try:
            segment = _segment(texts(tree))
        except (KeyError, ValueError):
            if senseless is not None:
                senseless()
            continue
        if segment is not None:
            found.append(segment)
    return sorted(found)


def _segment(values: Mapping[str, str]) -> Segment | None:
    """Return one segment; None for what is no work, or takes no time."""
    kind = values.get("Type", "").strip()
    if not kind.isdigit():
        raise ValueError(kind)
    if kind not in WORK_TYPES:
        return None
    start, finish = read_date(values["Start"]), read_date(values["Finish"])
    work = read_duration(values["Value"]) if values.get("Value") else 0
    if not start <= finish <= start + LONGEST_SEGMENT:
        raise ValueError(finish)
    return (start, finish, work) if finish > start else None


def profile(found: Sequence[Segment], calendar: WorkCalendar) -> list[list[int]]:
    """Return segments as pairs of (length, work) on `calendar`, without what is empty at either end."""
    pairs: list[list[int]] = []
    reached = None
    for start, finish, work in found:
        if reached is not None and start > reached:
            _append(pairs, calendar.between(reached, start), 0)
        begin = start if reached is None else max(start, reached)
        reached = finish if reached is None else max(finish, reached)
        _append(pairs, max(calendar.between(begin, finish), 0), work)
    while pairs and pairs[-1][1] == 0:
        pairs.pop()
    return pairs


def _append(pairs: list[list[int]], length: int, work: int) -> None:
    """Add a pair; what has the same density as the one before is part of it."""
    if length <= 0:
        # Work outside working hours counts with its neighbour, for want of time of its own.
        if work and pairs:
            pairs[-1][1] += work
        return
    if not pairs:
        if work:
            pairs.append([length, work])
        return
    if not work and length < SHORTEST_GAP:
        pairs[-1][0] += length
        return
    last_length, last_work = pairs[-1]
    if last_work * length == work * last_length:
        pairs[-1] = [last_length + length, last_work + work]
    else:
        pairs.append([length, work])


def assignment_calendar(plan: Plan, calendars: Calendars, assignment: int) -> WorkCalendar:
    """Return the calendar that the assignment at a position of the plan works on.

    Its resource's, within the task's where that has one; the task's or project's alone where the task says so or where
    nobody works. Elapsed durations run round the clock.
    """
    task = plan.tasks.position(plan.assignments.column("task_id")[assignment])
    resource_id = plan.assignments.column("resource_id")[assignment]
    own = plan.tasks.column("calendar_id")[task]
    project = calendars.project(plan.tasks.column("project_id")[task])
    if plan.tasks.column("duration_unit")[task].startswith("e"):
        return calendars.round_the_clock
    works = resource_id is not None and plan.resources.value(resource_id, "type") == ResourceType.WORK
    if own is None:
        return calendars.resource(resource_id) if works and resource_id is not None else project
    on_task = calendars.get(own)
    if not works or resource_id is None or plan.tasks.column("ignore_resource_calendars")[task]:
        return on_task
    return calendars.intersection(calendars.resource(resource_id), on_task)


def _edited(plan: Plan, report: Report) -> dict[int, list[Segment]]:
    """Return the segments of each assignment, by position, whose work does not simply follow its contour."""

    def senseless(position: int) -> None:
        name = plan.tasks.value(plan.assignments.column("task_id")[position], "name")
        message = "a piece of an assignment's spread of work makes no sense and is left out"
        report("mspdi.bad_timephased", message, subject=f"task {name!r}")

    found: dict[int, list[Segment]] = {}
    contours = plan.assignments.column("contour")
    for position, extra in enumerate(plan.assignments.column("extra")):
        trees = (extra or {}).get(KEY, {}).get("timephased")
        if trees:
            listed = segments(trees, partial(senseless, position))
            if any(work for _, _, work in listed):
                edited = contours[position] == Contour.EDITED
                if edited or any(not work for _, _, work in listed):
                    found[position] = listed
    return found


def _begin(listed: Sequence[Segment]) -> int:
    return next(start for start, _, work in listed if work)


def add_profiles(plan: Plan, report: Report) -> Plan:
    """Return `plan` with a profile for each assignment that was edited by hand or interrupted; others follow their contour."""
    edited = _edited(plan, report)
    if not edited:
        return plan
    calendars = Calendars(plan)
    task_ids = plan.assignments.column("task_id")
    begins: dict[int, int] = {}
    for position, listed in edited.items():
        begins[task_ids[position]] = min(begins.get(task_ids[position], _begin(listed)), _begin(listed))
    updates: dict[int, dict[str, Any]] = {}
    for position, listed in edited.items():
        assignment = plan.assignments.at(position)
        try:
            calendar = assignment_calendar(plan, calendars, position)
            pairs = profile(listed, calendar)
            later = calendar.between(begins[assignment.task_id], _begin(listed))
        except PMError as error:
            task = plan.tasks[assignment.task_id]
            report("mspdi.bad_calendar", f"its spread of work cannot be read: {error.message}", subject=f"task {task.name!r}")
            continue
        if later >= SHORTEST_GAP and not assignment.delay and not assignment.levelling_delay:
            # Somebody who joins in later: the file says so nowhere but in the dates.
            pairs.insert(0, [later, 0])
        if pairs and (assignment.contour == Contour.EDITED or any(not work for _, work in pairs)):
            updates[assignment.id] = {"profile": pairs}
    return Plan({**plan.tables, "assignments": plan.assignments.changed(updates)})


def split_lead(pairs: Sequence[Sequence[int]]) -> tuple[int, Sequence[Sequence[int]]]:
    """Return how long a profile waits before its first work, and the rest of it."""
    lead = 0
    for place, (length, work) in enumerate(pairs):
        if work:
            return lead, pairs[place:]
        lead += length
    return lead, ()


def timephased(pairs: Sequence[Sequence[int]], start: int, calendar: WorkCalendar, uid: int, done: int) -> list[Tree]:
    """Return a profile as timephased data.

    Args:
        pairs: The profile without the wait before its first work.
        start: When that begins.
        calendar: What it is counted on.
        uid: Number of the assignment.
        done: Seconds of its work that are done.
    """
    trees: list[Tree] = []
    at = calendar.snap_start(start)
    for length, work in pairs:
        finish = calendar.add(at, length)
        kind = "2" if work and done >= work else "1"
        done -= work if kind == "2" else 0
        dates = [["Start", write_date(at)], ["Finish", write_date(finish)]]
        trees.append([["Type", kind], ["UID", str(uid)], *dates, ["Unit", "1"], ["Value", write_duration(work)]])
        at = calendar.snap_start(finish)
    return trees
