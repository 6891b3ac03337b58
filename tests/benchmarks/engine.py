"""The engine's figures: full recompute warm and cold, and its passes against NetworkX attribute dictionaries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import networkx as nx

from pm.model import Plan, Table
from pm.schedule import MISSING, Schedule, compile_network, compute_schedule
from pm.worktime import Calendars
from tests.benchmarks import nx_rival
from tests.benchmarks.harness import Figure, Sample, measure, timed
from tests.benchmarks.plans import chain, neutral, to_plan

WARM_MS = {1_000: 10, 10_000: 40, 100_000: 300}
COLD_MS = {10_000: 300, 100_000: 5_000}
TIMES_FASTER = {10_000: 10, 100_000: 40}
CHAIN_MS = 120


def figures(sizes: tuple[int, ...] = (1_000, 10_000, 100_000)) -> Iterator[Figure]:
    """Measure the engine on generated plans of `sizes` leaves and on a chain of 10,000 tasks."""
    for size in sizes:
        yield from _of_plan(to_plan(neutral(size)), f"{size:,} tasks", size)
    yield from _of_plan(chain(10_000), "chain of 10,000", None)


def _of_plan(plan: Plan, name: str, size: int | None) -> Iterator[Figure]:
    runs = 5 if len(plan.tasks) > 50_000 else 15
    warm_limit = CHAIN_MS if size is None else WARM_MS.get(size)
    network = compile_network(plan)
    network.compute()
    warm = measure(lambda n: n.compute(), setup=lambda: network, runs=runs)
    yield timed(f"{name}: full recompute, warm", warm, asked_ms=warm_limit)
    cold = measure(lambda tables: compute_schedule(Plan(tables)), setup=lambda: rows_again(plan), runs=min(runs, 7))
    yield timed(f"{name}: from rows to a schedule, cold", cold, asked_ms=COLD_MS.get(size or 0))
    yield from _against_networkx(plan, name, size, runs)


def rows_again(plan: Plan) -> dict[str, Table[Any]]:
    """Return the plan's rows as if just read: the same columns, nothing derived from them kept."""
    return {n: Table(t.model, {c: t.column(c) for c in t.stored}) for n, t in plan.tables.items()}


def _against_networkx(plan: Plan, name: str, size: int | None, runs: int) -> Iterator[Figure]:
    network = compile_network(plan)
    network.passes()
    ours = measure(lambda n: n.passes(), setup=lambda: network, runs=runs)
    yield timed(f"{name}: early, late and free slack alone", ours)
    calendars = Calendars(plan)
    graph = nx_rival.build(plan, calendars)
    start = plan.projects.column("start")[0]
    nx_rival.passes(graph, start)
    check_equal(plan, network.compute(), graph)
    theirs = measure(lambda g: nx_rival.passes(g, start), setup=lambda: graph, runs=min(runs, 5))
    yield timed(f"{name}: the same in attribute dictionaries", theirs)
    yield _ratio(f"{name}: times faster", theirs, ours, TIMES_FASTER.get(size or 0))


def _ratio(name: str, theirs: Sample, ours: Sample, asked: float | None) -> Figure:
    return Figure(name, theirs.median / ours.median, unit="x", asked=asked, at_least=True, runs=len(theirs.runs))


def check_equal(plan: Plan, schedule: Schedule, graph: nx.MultiDiGraph) -> None:
    """Make sure that both sides say the same of every leaf.

    Raises:
        AssertionError: they do not; names the first task that differs.
    """
    names = ("early_start", "early_finish", "late_start", "late_finish", "free_slack")
    columns = [getattr(schedule, n).tolist() for n in names]
    wrong = []
    for position, task in enumerate(plan.tasks.ids):
        if plan.outline.is_summary(position):
            continue
        ours = tuple(c[position] for c in columns)
        theirs = tuple(graph.nodes[task][n] for n in names)
        assert MISSING not in ours, f"task {task} has no dates"
        if ours != theirs:
            wrong.append((task, dict(zip(names, zip(ours, theirs, strict=True), strict=True))))
    assert not wrong, f"{len(wrong)} tasks differ; (ours, theirs) of {wrong[:3]}"
