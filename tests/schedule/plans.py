"""Random tiny plans that use every rule the oracle knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from pm.model import FULL, STANDARD_WEEK, Plan, instant
from pm.model.kinds import DAY, HOUR
from tests.schedule.oracle import SLOT, Works, add, around_the_clock, snap_start, weekly

MONDAY = instant("2026-01-05")
WEEKS: dict[int, list[Any]] = {
    1: STANDARD_WEEK,
    2: [[[22 * HOUR, 30 * HOUR]]] * 5 + [[], []],
    3: [[[0, 24 * HOUR]]] * 7,
    4: [[], *[[[10 * HOUR, 14 * HOUR + 1800]]] * 5, []],
}
HOLIDAY = MONDAY // DAY + 9
CALENDARS: dict[int | None, Works] = {
    None: weekly(STANDARD_WEEK),
    1: weekly(STANDARD_WEEK, [HOLIDAY]),
    2: weekly(WEEKS[2]),
    3: around_the_clock,
    4: weekly(WEEKS[4]),
}
TIMES = [0, 8 * HOUR, 10 * HOUR + 1800, 12 * HOUR, 13 * HOUR, 17 * HOUR]
DURATIONS = [0, 0, 4, 8, 16, 16, 16, 24, 32, 64]
"""In slots; multiples of four, so that a quarter of one is a whole slot."""

DATES = st.builds(lambda day, time: MONDAY + day * DAY + time, st.integers(-4, 20), st.sampled_from(TIMES))


@dataclass
class Rules:
    """What a random plan may use."""

    constraints: tuple[str, ...] = ("ASAP",)
    profiles: tuple[str, ...] = ("slackline",)
    link_types: tuple[str, ...] = ("FS", "SS", "FF", "SF")
    lags: bool = True
    leads: bool = True
    deadlines: bool = True
    calendars: bool = True
    elapsed: bool = True
    manual: bool = True
    inactive: bool = True
    summaries: bool = True
    from_finish: bool = False
    honor: bool = True
    must_finish: bool = False
    progress: bool = False
    assignments: bool = False
    most: int = 7


def calendar_rows() -> dict[str, list[dict[str, Any]]]:
    return {
        "calendars": [{"id": i, "name": f"C{i}", "week": week} for i, week in WEEKS.items()],
        "calendar_exceptions": [{"id": 1, "calendar_id": 1, "start": HOLIDAY * DAY, "finish": HOLIDAY * DAY, "shifts": []}],
    }


CALENDAR_TABLES = {
    name: Plan.from_rows(**calendar_rows()).tables[name] for name in ("calendars", "calendar_exceptions", "work_weeks")
}
"""The same objects in every plan, so that calendars compiled for one may serve the next."""


@st.composite
def plans(draw: st.DrawFn, rules: Rules) -> Plan:
    count = draw(st.integers(1, rules.most))
    parents: dict[int, int | None] = {}
    for i in range(1, count + 1):
        parents[i] = draw(st.one_of(st.none(), st.integers(1, i - 1))) if rules.summaries and i > 1 else None
    summaries = {p for p in parents.values() if p is not None}
    project: dict[str, Any] = {"id": 1, "start": draw(st.sampled_from([MONDAY + 8 * HOUR, MONDAY - 2 * DAY, MONDAY + 48600]))}
    project["honor_constraints"] = rules.honor
    project["profile"] = draw(st.sampled_from(rules.profiles))
    if rules.calendars:
        project["calendar_id"] = draw(st.sampled_from([None, 1, 1, 2, 4]))
    if project["profile"] == "primavera":
        project["status_date"] = project["start"]
    if rules.progress:
        project["status_date"] = draw(st.one_of(st.none(), DATES))
    if rules.must_finish:
        project["must_finish_by"] = draw(st.one_of(st.none(), DATES))
    if rules.from_finish:
        project.update(schedule_from="finish", finish=draw(DATES) + 14 * DAY)
    tasks = []
    for i, parent in parents.items():
        row: dict[str, Any] = {"id": i, "uid": i, "project_id": 1, "parent_id": parent, "position": i, "name": f"T{i}"}
        if project["profile"] == "primavera":
            row["activity_type"] = draw(st.sampled_from(["task", "start_milestone", "finish_milestone"]))
        tasks.append({**row, **(draw(summary()) if i in summaries else draw(leaf(rules, project.get("calendar_id"))))})
    links = draw(networks(parents, summaries, rules))
    rows: dict[str, list[dict[str, Any]]] = {"projects": [project], "tasks": tasks, "links": links}
    if rules.assignments:
        rows["resources"] = RESOURCES
        rows["assignments"] = draw(assignments(tasks, project.get("calendar_id")))
    return Plan({**Plan.from_rows(**rows).tables, **CALENDAR_TABLES})


@st.composite
def summary(draw: st.DrawFn) -> dict[str, Any]:
    if draw(st.integers(0, 3)):
        return {}
    return {"constraint_type": "SNET", "constraint_date": draw(DATES)}


@st.composite
def leaf(draw: st.DrawFn, rules: Rules, project_calendar: int | None) -> dict[str, Any]:
    slots = draw(st.sampled_from(DURATIONS))
    row: dict[str, Any] = {"duration": slots * SLOT}
    if rules.calendars:
        row["calendar_id"] = draw(st.sampled_from([None, None, 1, 2, 3, 4]))
    if rules.elapsed:
        row["duration_unit"] = draw(st.sampled_from(["d", "d", "d", "ed"]))
    if rules.inactive and not draw(st.integers(0, 9)):
        row["active"] = False
    if rules.deadlines and not draw(st.integers(0, 3)):
        row["deadline"] = draw(DATES)
    constraint = draw(st.sampled_from(rules.constraints))
    if constraint not in ("ASAP", "ALAP"):
        row["constraint_date"] = draw(DATES)
    row["constraint_type"] = constraint
    if rules.manual and not draw(st.integers(0, 6)):
        own = row.get("calendar_id")
        works = around_the_clock if row.get("duration_unit") == "ed" else CALENDARS[project_calendar if own is None else own]
        start = draw(DATES) // SLOT
        start = snap_start(works, start) if slots else start
        row.update(manual=True, manual_start=start * SLOT, manual_finish=add(works, start, slots) * SLOT, constraint_type="ASAP")
        row.pop("constraint_date", None)
    elif rules.progress:
        row.update(draw(progress(slots)))
    return row


RESOURCES = [{"id": i, "name": f"R{i}", "calendar_id": k} for i, k in enumerate((None, 1, 4, 2), 1)]
RESOURCES.append({"id": 5, "name": "Sand", "type": "material", "calendar_id": 4})


@st.composite
def assignments(draw: st.DrawFn, tasks: list[dict[str, Any]], project_calendar: int | None) -> list[dict[str, Any]]:
    """Who works on what: nobody, or one or two whose work fills the duration or less of it, with gaps here and there."""
    rows: list[dict[str, Any]] = []
    for task in tasks:
        slots, own = task.get("duration", 0) // SLOT, task.get("calendar_id")
        able = [r["id"] for r in RESOURCES if own is None or meet(own, r["calendar_id"] or project_calendar)]
        if not slots or not able or not draw(st.booleans()):
            continue
        chosen = draw(st.lists(st.sampled_from(able), min_size=1, max_size=2, unique=True))
        task["ignore_resource_calendars"] = own is not None and draw(st.sampled_from([False, False, True]))
        for resource in chosen:
            row = draw(assignment(slots, first=resource == chosen[0]))
            rows.append({"id": len(rows) + 1, "project_id": 1, "task_id": task["id"], "resource_id": resource, **row})
    return rows


def meet(one: int, other: int | None) -> bool:
    """Whether two calendars ever work at the same time: nights meet nothing but nights and the whole clock."""
    return 3 in (one, other) or (one == 2) == (other == 2)


@st.composite
def assignment(draw: st.DrawFn, slots: int, *, first: bool) -> dict[str, Any]:
    """The part of one in a task of so many slots: the first begins with the task."""
    units = draw(st.sampled_from([FULL // 2, FULL, 2 * FULL]))
    length = draw(st.sampled_from([slots, slots, slots // 2] if first else [slots, slots // 2, slots // 4, 0]))
    row: dict[str, Any] = {"units": units, "work": length * SLOT * units // FULL}
    if not first and length <= slots // 2 and draw(st.booleans()):
        row["delay"] = slots // 4 * SLOT
    if length == slots and not draw(st.integers(0, 4)):
        part, gap = slots // 4 * SLOT, draw(st.sampled_from([1, 8, 16])) * SLOT
        row["profile"] = [[part, part], [gap, 0], [3 * part, 3 * part]]
    return row


@st.composite
def progress(draw: st.DrawFn, slots: int) -> dict[str, Any]:
    """What is reported of a task: mostly nothing, else that it is finished or under way."""
    kind = draw(st.sampled_from(["open", "open", "open", "begun", "begun", "interrupted", "finished", "ended"]))
    if kind == "open":
        return {}
    start = draw(DATES)
    if kind == "ended":
        return {"actual_finish": start, "percent_complete": FULL}
    if kind == "finished":
        finish = draw(st.one_of(st.none(), st.integers(0, 100)))
        dates = {} if finish is None else {"actual_finish": start + finish * SLOT}
        return {"actual_start": start, "percent_complete": FULL, **dates}
    row: dict[str, Any] = {"actual_start": start, "percent_complete": draw(st.sampled_from([0, 2500, 5000, 7500]))}
    if draw(st.booleans()):
        row["remaining_duration"] = draw(st.integers(0, slots)) * SLOT
    if kind == "interrupted":
        stop = start + draw(st.integers(0, 60)) * SLOT
        row.update(stop=stop, resume=stop + draw(st.integers(0, 100)) * SLOT)
    return row


@st.composite
def networks(draw: st.DrawFn, parents: dict[int, int | None], summaries: set[int], rules: Rules) -> list[dict[str, Any]]:
    """Links that make no cycle, not even through summaries."""
    ids = list(parents)
    rows: list[dict[str, Any]] = []
    edges: set[tuple[int, int]] = set()
    for number in range(draw(st.integers(0, 2 * len(ids)))):
        one, other = draw(st.sampled_from(ids)), draw(st.sampled_from(ids))
        new = {(a, b) for a in leaves(one, parents, summaries) for b in leaves(other, parents, summaries)}
        if any(a == b for a, b in new) or has_cycle(edges | new):
            continue
        allowed = set(rules.link_types)
        if one in summaries:
            allowed &= {"FS", "FF"}
        if other in summaries:
            allowed &= {"FS", "SS"}
        if not allowed:
            continue
        edges |= new
        row = {"id": number + 1, "project_id": 1, "predecessor_id": one, "successor_id": other}
        row["type"] = draw(st.sampled_from(sorted(allowed)))
        if rules.lags and draw(st.booleans()):
            kinds = (
                ["working", "working", "elapsed"] if one in summaries else ["working", "elapsed", "percent", "elapsed_percent"]
            )
            row["lag_kind"] = draw(st.sampled_from(kinds))
            amounts = [-5000, 2500, 5000, 15000] if "percent" in row["lag_kind"] else LAGS
            row["lag"] = draw(st.sampled_from([n for n in amounts if n > 0 or rules.leads]))
        rows.append(row)
    return rows


LAGS = [n * SLOT for n in (-32, -16, -5, 1, 4, 16, 32, 48)]


def leaves(task: int, parents: dict[int, int | None], summaries: set[int]) -> list[int]:
    if task not in summaries:
        return [task]
    return [leaf for child, parent in parents.items() if parent == task for leaf in leaves(child, parents, summaries)]


def has_cycle(edges: set[tuple[int, int]]) -> bool:
    """Take away tasks that wait for nothing until none is left or none can be taken."""
    left = set(edges)
    while left:
        waiting = {b for _, b in left}
        kept = {(a, b) for a, b in left if a in waiting}
        if kept == left:
            return True
        left = kept
    return False
