"""What the engine is compared with: the same passes over NetworkX attribute dictionaries.

This is critical-path code as it is commonly written: a node carries its task's attributes, an edge those of its links, the
passes walk ``topological_sort`` and write dates into the node's dictionary. Two tasks may be joined by several typed links,
so it is a `MultiDiGraph` (a `DiGraph` with lists of links on its edges is a tenth quicker). Calendar arithmetic is that of
`pm.worktime`, as the engine's.

It knows what generated plans hold: leaves with task calendars, all link types with working lag on the successor's calendar,
constraints and deadlines; no progress, no manual tasks, no links on summaries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import networkx as nx

from pm.model import Plan
from pm.worktime import Calendars, WorkCalendar


def build(plan: Plan, calendars: Calendars) -> nx.MultiDiGraph:
    """Return the graph of the plan's leaves; tasks and links as attributes."""
    graph: nx.MultiDiGraph = nx.MultiDiGraph()
    tasks, outline = plan.tasks, plan.outline
    columns = [
        tasks.column(n) for n in ("id", "duration", "calendar_id", "constraint_type", "constraint_date", "deadline", "project_id")
    ]
    for position, (task, duration, calendar, kind, date, deadline, project) in enumerate(zip(*columns, strict=True)):
        if outline.is_summary(position):
            continue
        own = calendars.project(project) if calendar is None else calendars.get(calendar)
        graph.add_node(task, duration=duration, calendar=own, constraint=kind, date=date, deadline=deadline)
    names = ("predecessor_id", "successor_id", "type", "lag")
    for predecessor, successor, kind, lag in zip(*(plan.links.column(n) for n in names), strict=True):
        graph.add_edge(predecessor, successor, type=kind, lag=lag)
    return graph


def lagged(calendar: WorkCalendar, when: int, lag: int) -> int:
    """Return `when` moved by `lag` working seconds of `calendar`; unmoved by none."""
    if lag > 0:
        return calendar.add(when, lag)
    return calendar.subtract(when, -lag) if lag else when


def unlagged(calendar: WorkCalendar, when: int, lag: int) -> int:
    """Return the latest instant that `lagged` takes to the working position of `when`."""
    return calendar.subtract(when, lag) if lag else when


def forward(graph: nx.MultiDiGraph, order: Iterable[int], project_start: int) -> int:
    """Write early dates into the nodes; return the project's finish."""
    project_finish = project_start
    for task in order:
        node = graph.nodes[task]
        calendar, duration = node["calendar"], node["duration"]
        starts, finishes = [], []
        for predecessor, _, edge in graph.in_edges(task, data=True):
            before = graph.nodes[predecessor]
            at = before["early_finish"] if edge["type"][0] == "F" else before["early_start"]
            (starts if edge["type"][1] == "S" else finishes).append(lagged(calendar, at, edge["lag"]))
        if node["constraint"] == "SNET":
            starts.append(node["date"])
        elif node["constraint"] == "FNET":
            finishes.append(node["date"])
        _place(node, calendar, duration, starts, finishes, project_start)
        project_finish = max(project_finish, node["early_finish"])
    return project_finish


def _place(node: dict, calendar: WorkCalendar, duration: int, starts: list[int], finishes: list[int], floor: int) -> None:
    bounds = starts + [calendar.subtract(f, duration) if duration else f for f in finishes]
    start = max(bounds, default=floor)
    if not starts:
        start = max(start, floor)
    if node["constraint"] == "MSO":
        start = node["date"]
    elif node["constraint"] == "MFO":
        start = calendar.subtract(node["date"], duration) if duration else node["date"]
    if duration:
        start = calendar.snap_start(start)
        finish = calendar.add(start, duration)
        if finishes:
            bound = max(finishes)
            if bound > finish and calendar.position(bound) == calendar.position(finish):
                finish = bound
    else:
        finish = start
    node["early_start"], node["early_finish"] = start, finish


def backward(graph: nx.MultiDiGraph, order: Sequence[int], project_finish: int) -> None:
    """Write late dates into the nodes, then move tasks that are to be as late as possible."""
    late: list[int] = []
    for task in reversed(order):
        node = graph.nodes[task]
        node["late_start"], node["late_finish"] = _latest(graph, task, project_finish, "late_start", "late_finish")
        if node["constraint"] == "ALAP":
            late.append(task)
    for node in graph.nodes.values():
        if not node["duration"]:
            node["late_start"] = node["late_finish"] = min(node["late_finish"], project_finish)
    for task in late:
        node = graph.nodes[task]
        start, finish = _latest(graph, task, project_finish, "early_start", "early_finish")
        if start > node["late_start"]:
            start, finish = node["late_start"], node["late_finish"]
        if start > node["early_start"]:
            node["early_start"], node["early_finish"] = start, finish


def _latest(graph: nx.MultiDiGraph, task: int, project_finish: int, start_name: str, finish_name: str) -> tuple[int, int]:
    """Return the latest dates of a task that leave its successors where `start_name` and `finish_name` say they are."""
    node = graph.nodes[task]
    calendar, duration = node["calendar"], node["duration"]
    finishes, starts = [project_finish if duration else calendar.snap_start(project_finish)], []
    for _, successor, edge in graph.out_edges(task, data=True):
        after = graph.nodes[successor]
        at = after[start_name] if edge["type"][1] == "S" else after[finish_name]
        (finishes if edge["type"][0] == "F" else starts).append(unlagged(after["calendar"], at, edge["lag"]))
    if node["deadline"] is not None:
        finishes.append(node["deadline"])
    if node["constraint"] in ("FNLT", "MFO"):
        finishes.append(node["date"])
    elif node["constraint"] in ("SNLT", "MSO"):
        starts.append(node["date"])
    finish = min(finishes)
    if not duration:
        finish = min([finish, *starts])
        return finish, finish
    finish = calendar.snap_finish(finish)
    start = calendar.subtract(finish, duration)
    if starts and min(starts) < start:
        start = calendar.snap_start(min(starts))
        finish = calendar.add(start, duration)
    return start, finish


def free_slack(graph: nx.MultiDiGraph, order: Iterable[int]) -> None:
    """Write free slack into the nodes, working seconds on the task's calendar."""
    for task in order:
        node = graph.nodes[task]
        between: Callable[[int, int], int] = node["calendar"].between
        start, finish = node["early_start"], node["early_finish"]
        total = max(0, min(between(start, node["late_start"]), between(finish, node["late_finish"])))
        free = total
        for _, successor, edge in graph.out_edges(task, data=True):
            after = graph.nodes[successor]
            at = after["early_start"] if edge["type"][1] == "S" else after["early_finish"]
            own = finish if edge["type"][0] == "F" else start
            free = min(free, between(own, unlagged(after["calendar"], at, edge["lag"])))
        node["free_slack"] = max(0, free)


def passes(graph: nx.MultiDiGraph, project_start: int) -> None:
    """Write early dates, late dates and free slack into the nodes."""
    order = list(nx.topological_sort(graph))
    project_finish = forward(graph, order, project_start)
    backward(graph, order, project_finish)
    free_slack(graph, order)
