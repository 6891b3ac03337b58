"""What the engine is compared with: the same passes over NetworkX attribute dictionaries.

This is critical-path code as it is commonly written: a node carries its task's attributes, an edge those of its links, the
passes walk ``topological_sort`` and write dates into the node's dictionary. It is not handicapped: a `DiGraph` (half the
cost of a `MultiDiGraph`; an edge holds the list of its pair's links), the order may be handed in, and calendar arithmetic
is that of `pm.worktime`, the same objects the engine uses.

It knows what generated plans hold: leaves with task calendars, all link types with working lag on the successor's calendar,
constraints and deadlines; no progress, no manual tasks, no links on summaries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import networkx as nx

from pm.model import Plan
from pm.worktime import Calendars, WorkCalendar


def build(plan: Plan, calendars: Calendars) -> nx.DiGraph:
    """Return the graph of the plan's leaves; tasks and links as attributes."""
    graph: nx.DiGraph = nx.DiGraph()
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
        if graph.has_edge(predecessor, successor):
            graph.edges[predecessor, successor]["links"].append((kind, lag))
        else:
            graph.add_edge(predecessor, successor, links=[(kind, lag)])
    return graph


def lagged(calendar: WorkCalendar, when: int, lag: int) -> int:
    """Return `when` moved by `lag` working seconds of `calendar`; unmoved by none."""
    if lag > 0:
        return calendar.add(when, lag)
    return calendar.subtract(when, -lag) if lag else when


def forward(graph: nx.DiGraph, order: Iterable[int], project_start: int) -> int:
    """Write early dates into the nodes; return the project's finish."""
    project_finish = project_start
    for task in order:
        node = graph.nodes[task]
        calendar, duration = node["calendar"], node["duration"]
        starts, finishes = [], []
        for predecessor, _, edge in graph.in_edges(task, data=True):
            before = graph.nodes[predecessor]
            for kind, lag in edge["links"]:
                at = before["early_finish"] if kind[0] == "F" else before["early_start"]
                (starts if kind[1] == "S" else finishes).append(lagged(calendar, at, lag))
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


def backward(graph: nx.DiGraph, order: Sequence[int], project_finish: int) -> None:
    """Write late dates into the nodes."""
    for task in reversed(order):
        node = graph.nodes[task]
        calendar, duration = node["calendar"], node["duration"]
        finishes, starts = [project_finish], []
        for _, successor, edge in graph.out_edges(task, data=True):
            after = graph.nodes[successor]
            for kind, lag in edge["links"]:
                at = after["late_start"] if kind[1] == "S" else after["late_finish"]
                (finishes if kind[0] == "F" else starts).append(lagged(after["calendar"], at, -lag))
        if node["deadline"] is not None:
            finishes.append(node["deadline"])
        if node["constraint"] in ("FNLT", "MFO"):
            finishes.append(node["date"])
        elif node["constraint"] in ("SNLT", "MSO"):
            starts.append(node["date"])
        finish = min(finishes)
        if not duration:
            node["late_start"] = node["late_finish"] = min([finish, *starts])
            continue
        finish = calendar.snap_finish(finish)
        start = calendar.subtract(finish, duration)
        if starts and min(starts) < start:
            start = calendar.snap_start(min(starts))
            finish = calendar.add(start, duration)
        node["late_start"], node["late_finish"] = start, finish


def free_slack(graph: nx.DiGraph, order: Iterable[int]) -> None:
    """Write free slack into the nodes, working seconds on the task's calendar."""
    for task in order:
        node = graph.nodes[task]
        between: Callable[[int, int], int] = node["calendar"].between
        start, finish = node["early_start"], node["early_finish"]
        total = max(0, min(between(start, node["late_start"]), between(finish, node["late_finish"])))
        free = total
        for _, successor, edge in graph.out_edges(task, data=True):
            after = graph.nodes[successor]
            for kind, lag in edge["links"]:
                at = after["early_start"] if kind[1] == "S" else after["early_finish"]
                free = min(free, between(finish if kind[0] == "F" else start, lagged(after["calendar"], at, -lag)))
        node["free_slack"] = max(0, free)


def passes(graph: nx.DiGraph, project_start: int, order: Sequence[int] | None = None) -> None:
    """Write early dates, late dates and free slack into the nodes; sort the graph first unless `order` is given."""
    if order is None:
        order = list(nx.topological_sort(graph))
    project_finish = forward(graph, order, project_start)
    backward(graph, order, project_finish)
    free_slack(graph, order)
