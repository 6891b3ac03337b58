"""The logic of a plan as a graph: what waits for what, in which order, and whether it can end.

Nodes are tasks (by their position in the plan). A summary that takes part in the logic becomes two nodes: its *gate*,
through which links and constraints on the summary reach the tasks below it, and its *roll-up*, the task's own position,
which carries the branch's first start and last finish to the summary's successors. NetworkX owns this graph; the passes
run over arrays compiled from it.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import networkx as nx
import numpy as np

from pm.errors import CycleError
from pm.model import Plan
from pm.schedule.result import Ints

LEAF, GATE, ROLLUP = 0, 1, 2
START, FINISH = 0, 1
TREE, SEEN_ONLY = -1, -2

_ENDS = {"FS": (FINISH, START), "SS": (START, START), "FF": (FINISH, FINISH), "SF": (START, FINISH)}
"""Which end of the predecessor bounds which end of the successor: the one definition of the four link types."""


@dataclass(frozen=True)
class Edges:
    """Every dependency between nodes: links, and the tree's own from gates and to roll-ups.

    `source` and `target` are nodes, `source_end` and `target_end` are START or FINISH; `link` is the position of the
    link in the plan, TREE for an edge of the tree, SEEN_ONLY for one that hands late dates back but bounds nothing.
    """

    source: Ints
    target: Ints
    source_end: Ints
    target_end: Ints
    link: Ints


@dataclass(frozen=True)
class Topology:
    """The graph of a plan and its order.

    Attributes:
        graph: Nodes and who waits for whom.
        order: Nodes in topological order, generation by generation.
        levels: Where each generation begins in `order`, and the end of the last.
        kind: LEAF, GATE or ROLLUP by place in `order`.
        task: Position of the node's task by place in `order`.
        edges: The typed dependencies, by node.
    """

    graph: nx.DiGraph[int]
    order: Ints
    levels: list[int]
    kind: Ints
    task: Ints
    edges: Edges


class _Builder:
    """Collects the nodes and edges of one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.tasks = plan.tasks
        self.outline = plan.outline
        self.count = len(plan.tasks)
        self.manual = plan.tasks.column("manual")
        self.active = plan.tasks.column("active")
        self.blank = plan.tasks.column("blank")
        self.gates: dict[int, int] = {}
        self.rollups: set[int] = set()
        self.tree: list[tuple[int, int]] = []
        self.seen_only: list[tuple[int, int]] = []

    def build(self) -> tuple[list[int], Edges]:
        """Return the nodes and the edges."""
        index = self.tasks.index
        sources = [index[i] for i in self.plan.links.column("predecessor_id")]
        targets = [index[i] for i in self.plan.links.column("successor_id")]
        summaries = self.outline.summaries
        if summaries:
            self._summary_nodes(set(summaries), sources, targets)
        keep = [
            i
            for i, (s, t) in enumerate(zip(sources, targets, strict=True))
            if self.active[s] and not (self.blank[s] or self.blank[t])
        ]
        types = self.plan.links.column("type")
        ends = np.array([_ENDS[types[i]] for i in keep], dtype=np.int64).reshape(-1, 2)
        gates = self.gates
        parts = [
            (
                np.array([sources[i] for i in keep], dtype=np.int64),
                np.array([gates.get(targets[i], targets[i]) for i in keep], dtype=np.int64),
                ends[:, 0],
                ends[:, 1],
                np.array(keep, dtype=np.int64),
            )
        ]
        for pairs, mark in ((self.tree, TREE), (self.seen_only, SEEN_ONLY)):
            between = np.array(pairs, dtype=np.int64).reshape(-1, 2)
            for side in (START, FINISH):
                same = np.full(len(between), side)
                parts.append((between[:, 0], between[:, 1], same, same, np.full(len(between), mark)))
        edges = Edges(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
        end = self.outline.end
        leaves = [i for i in range(self.count) if end[i] == i + 1 and not self.blank[i]]
        return [*leaves, *sorted(self.rollups), *gates.values()], edges

    def _summary_nodes(self, summaries: set[int], sources: list[int], targets: list[int]) -> None:
        constraint = self.tasks.column("constraint_type")
        deadline = self.tasks.column("deadline")
        entered = {t for t in targets if t in summaries}
        entered |= {i for i in summaries if constraint[i] not in ("ASAP", "ALAP")}
        left = {s for s in sources if s in summaries}
        left |= {i for i in summaries if constraint[i] not in ("ASAP", "ALAP") or deadline[i] is not None}
        for i in sorted(entered):
            self._open_gate(i)
        for i in sorted(left):
            self._roll_up(i)

    def _open_gate(self, summary: int) -> int:
        """Give `summary` a gate to all it holds; through a manual summary's gate late dates are seen, but nothing is bound."""
        known = self.gates.get(summary)
        if known is not None:
            return known
        gate = self.gates[summary] = self.count + len(self.gates)
        into = self.seen_only if self.manual[summary] else self.tree
        for child in self.outline.children(summary):
            if self.blank[child]:
                continue
            if not self.outline.is_summary(child):
                into.append((gate, child))
            elif not self.manual[child]:
                into.append((gate, self._open_gate(child)))
        return gate

    def _roll_up(self, summary: int) -> None:
        if summary in self.rollups:
            return
        self.rollups.add(summary)
        for child in self.outline.children(summary):
            if self.blank[child] or not self.active[child]:
                continue
            if self.outline.is_summary(child):
                self._roll_up(child)
            self.tree.append((child, summary))


def _graph(nodes: list[int], edges: Edges) -> nx.DiGraph[int]:
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(zip(edges.source.tolist(), edges.target.tolist(), strict=True))
    return graph


@contextmanager
def _collector_resting() -> Iterator[None]:
    """Keep the cyclic garbage collector from walking a growing graph over and over: building it takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def build_topology(plan: Plan) -> Topology:
    """Return the graph of `plan`, ordered.

    Raises:
        CycleError: `schedule.cycle`, tasks wait for each other.
    """
    builder = _Builder(plan)
    nodes, edges = builder.build()
    with _collector_resting():
        graph = _graph(nodes, edges)
        try:
            generations = list(nx.topological_generations(graph))
        except nx.NetworkXUnfeasible:
            raise _cycle(plan, graph, builder.gates, edges) from None
    order = np.array([node for generation in generations for node in generation], dtype=np.int64)
    levels = [0]
    for generation in generations:
        levels.append(levels[-1] + len(generation))
    kind = np.zeros(len(order), dtype=np.int64)
    task = order.copy()
    if builder.gates or builder.rollups:
        of_gate = {gate: summary for summary, gate in builder.gates.items()}
        for place, node in enumerate(order.tolist()):
            if node in of_gate:
                kind[place], task[place] = GATE, of_gate[node]
            elif node in builder.rollups:
                kind[place] = ROLLUP
    return Topology(graph, order, levels, kind, task, edges)


def check_cycles(plan: Plan) -> None:
    """Raise a CycleError where tasks of `plan` wait for each other."""
    builder = _Builder(plan)
    nodes, edges = builder.build()
    with _collector_resting():
        graph = _graph(nodes, edges)
    if not nx.is_directed_acyclic_graph(graph):
        raise _cycle(plan, graph, builder.gates, edges)


def _cycle(plan: Plan, graph: nx.DiGraph[int], gates: dict[int, int], edges: Edges) -> CycleError:
    """Describe one loop of `graph`, and the link whose removal undoes most of what is tangled there."""
    loop = [int(edge[0]) for edge in nx.find_cycle(graph)]
    of_gate = {gate: summary for summary, gate in gates.items()}
    places: list[int] = []
    for node in loop:
        place = of_gate.get(node, node)
        if not places or places[-1] != place:
            places.append(place)
    if len(places) > 1 and places[0] == places[-1]:
        places.pop()
    steps = set(zip(loop, [*loop[1:], loop[0]], strict=True))
    candidates = [
        (source, target, link)
        for source, target, link in zip(edges.source.tolist(), edges.target.tolist(), edges.link.tolist(), strict=True)
        if link >= 0 and (source, target) in steps
    ]
    component = next(c for c in nx.strongly_connected_components(graph) if loop[0] in c)
    tangle = graph.subgraph(component)
    cut = min(candidates, key=lambda c: (_tangled_without(tangle, c[0], c[1]), -c[2]), default=None)
    names, numbers = plan.tasks.column("name"), plan.outline.numbers
    words = [f"{numbers[p]} {names[p]}" for p in places]
    hint = ""
    if cut is not None:
        source, target = (of_gate.get(n, n) for n in cut[:2])
        hint = f"the cheapest link to remove: {numbers[source]} {names[source]} → {numbers[target]} {names[target]}"
    return CycleError(
        "these tasks wait for each other: " + " → ".join([*words, words[0]]),
        loop=tuple(plan.tasks.ids[p] for p in places),
        cut=plan.links.ids[cut[2]] if cut is not None else None,
        hint=hint,
    )


def _tangled_without(tangle: nx.DiGraph[int], source: int, target: int) -> int:
    """Count the nodes that still wait for each other once the edge is gone (not tried on very large tangles)."""
    if len(tangle) > 2000:
        return 0
    rest = nx.DiGraph(tangle)
    rest.remove_edge(source, target)
    return sum(len(c) for c in nx.strongly_connected_components(rest) if len(c) > 1)
