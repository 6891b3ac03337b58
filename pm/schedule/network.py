"""The logic of a plan as a graph: what waits for what, in which order, and whether it can end.

Nodes are tasks (by their position in the plan). A summary that takes part in the logic becomes two nodes: its *gate*,
through which links and constraints on the summary reach the tasks below it, and its *roll-up*, the task's own position,
which carries the branch's first start and last finish to the summary's successors. NetworkX owns this graph; the passes
run over arrays compiled from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import networkx as nx
import numpy as np

from pm.collector import collector_resting
from pm.errors import CycleError
from pm.model import Plan
from pm.schedule.result import Flags, Ints

LEAF, GATE, ROLLUP = 0, 1, 2
START, FINISH = 0, 1
TREE, SEEN_ONLY = -1, -2
EARLY_CONSTRAINTS = frozenset({"SNET", "FNET", "MSO", "MFO", "MANDATORY_START", "MANDATORY_FINISH"})
LATE_CONSTRAINTS = frozenset({"SNLT", "FNLT", "MSO", "MFO", "MANDATORY_START", "MANDATORY_FINISH"})

ENDS = {"FS": (FINISH, START), "SS": (START, START), "FF": (FINISH, FINISH), "SF": (START, FINISH)}
"""Which end of the predecessor bounds which end of the successor: the one definition of the four link types."""
_CODES = {name: 2 * source + target for name, (source, target) in ENDS.items()}


@dataclass(frozen=True)
class Edges:
    """Every dependency between nodes: links, and the tree's own from gates and to roll-ups.

    `source` and `target` are nodes, `source_end` and `target_end` are START or FINISH; `link` is the position of the
    link in the plan, TREE for an edge of the tree, SEEN_ONLY for one that hands late dates back but bounds nothing.
    `bounds_back` is false where the successor takes no part in the schedule.
    """

    source: Ints
    target: Ints
    source_end: Ints
    target_end: Ints
    link: Ints
    bounds_back: Flags


@dataclass(eq=False)
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

    @cached_property
    def place(self) -> Ints:
        """The place in `order` of every node, -1 of tasks that have none."""
        places = np.full(int(self.order.max(initial=-1)) + 1, -1)
        places[self.order] = np.arange(len(self.order))
        return places

    @cached_property
    def _walk(self) -> tuple[list[int], list[int]]:
        return self.order.tolist(), self.place.tolist()

    @cached_property
    def _gates(self) -> dict[int, int]:
        return {int(self.task[p]): p for p in np.flatnonzero(self.kind == GATE).tolist()}

    def places_of(self, task: int) -> list[int]:
        """Return the places of a task: one, none of a blank row, gate and roll-up of a summary that has them."""
        own = int(self.place[task]) if task < len(self.place) else -1
        return [p for p in (self._gates.get(task, -1), own) if p >= 0]

    def entering(self, task: int) -> int:
        """Return the place that links to a task lead to."""
        return self.places_of(task)[0]

    def leaving(self, task: int) -> int:
        """Return the place that links from a task lead from."""
        return self.places_of(task)[-1]

    def after(self, place: int) -> list[int]:
        """Return the places that wait for one."""
        order, places = self._walk
        return [places[node] for node in self.graph.successors(order[place])]

    def before(self, place: int) -> list[int]:
        """Return the places that one waits for."""
        order, places = self._walk
        return [places[node] for node in self.graph.predecessors(order[place])]


def dateless_tasks(plan: Plan) -> Flags:
    """Return which rows never have dates: blank ones, and headings that hold nothing."""
    dateless: Flags = np.array(plan.tasks.column("blank"), dtype=bool)
    if "activity_type" in plan.tasks.stored:
        end = plan.outline.end
        for i, kind in enumerate(plan.tasks.column("activity_type")):
            if kind == "heading" and end[i] == i + 1:
                dateless[i] = True
    return dateless


def hammocks(plan: Plan) -> dict[int, str]:
    """Return the tasks, by position, that last as long as others do and drive nothing, with what they are.

    Hammocks proper (levels of effort, which follow their links) and WBS summaries (which follow their siblings).
    """
    if "activity_type" not in plan.tasks.stored:
        return {}
    end, kinds = plan.outline.end, plan.tasks.column("activity_type")
    return {i: str(k) for i, k in enumerate(kinds) if k in ("level_of_effort", "wbs_summary") and end[i] == i + 1}


def active_tasks(plan: Plan) -> Flags:
    """Return which tasks take part in the schedule.

    They are active themselves, every summary above them is, and a summary holds something that is.
    """
    outline = plan.outline
    active: Flags = np.array(plan.tasks.column("active"), dtype=bool) & ~dateless_tasks(plan)
    if not active.all():
        for i in np.flatnonzero(~active).tolist():
            active[i : outline.end[i]] = False
        for i in reversed(outline.summaries):
            active[i] &= bool(active[i + 1 : outline.end[i]].any())
    return active


class _Builder:
    """Collects the nodes and edges of one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.tasks = plan.tasks
        self.outline = plan.outline
        self.count = len(plan.tasks)
        self.manual = plan.tasks.column("manual")
        self.active = active_tasks(plan)
        self.apart: Flags = dateless_tasks(plan)
        self.apart[list(hammocks(plan))] = True
        self.gates: dict[int, int] = {}
        self.rollups: set[int] = set()

    def build(self) -> tuple[list[int], Edges]:
        """Return the nodes and the edges."""
        links = self.plan.links
        sources, targets = (self._positions(links.column(n)) for n in ("predecessor_id", "successor_id"))
        if self.outline.summaries:
            self._find_summary_nodes(sources, targets)
        keep = np.flatnonzero(self.active[sources] & ~self.apart[sources] & ~self.apart[targets])
        codes = np.array([_CODES[t] for t in links.column("type")], dtype=np.int64)[keep]
        node: Ints = np.arange(self.count)
        for summary, gate in self.gates.items():
            node[summary] = gate
        parts = [(sources[keep], node[targets[keep]], codes // 2, codes % 2, keep)]
        for pairs, mark in self._tree_edges(node):
            between = np.array(pairs, dtype=np.int64).reshape(-1, 2)
            for side in (START, FINISH):
                same = np.full(len(between), side)
                parts.append((between[:, 0], between[:, 1], same, same, np.full(len(between), mark)))
        source, target, source_end, target_end, link = (np.concatenate(column) for column in zip(*parts, strict=True))
        takes_part = np.concatenate([self.active, self.active[list(self.gates)]]) if self.gates else self.active
        edges = Edges(source, target, source_end, target_end, link, takes_part[target])
        leaf = (np.array(self.outline.end, dtype=np.int64) == np.arange(self.count) + 1) & ~self.apart
        return [*np.flatnonzero(leaf).tolist(), *sorted(self.rollups), *self.gates.values()], edges

    def _positions(self, ids: Sequence[int]) -> Ints:
        index = self.tasks.index
        return np.array([index[i] for i in ids], dtype=np.int64)

    def _find_summary_nodes(self, sources: Ints, targets: Ints) -> None:
        """Give gates and roll-ups to the summaries that take part in the logic, and to those inside them."""
        constraint, deadline = self.tasks.column("constraint_type"), self.tasks.column("deadline")
        summaries = self.outline.summaries
        early = [i for i in summaries if constraint[i] in EARLY_CONSTRAINTS]
        late = [i for i in summaries if constraint[i] in LATE_CONSTRAINTS or deadline[i] is not None]
        entered = np.intersect1d(targets, summaries).tolist()
        left = np.intersect1d(sources, summaries).tolist()
        for i in self._with_inner({*entered, *early}, through_manual=False):
            self.gates[i] = self.count + len(self.gates)
        self.rollups.update(self._with_inner({*left, *late}, through_manual=True))

    def _with_inner(self, wanted: set[int], *, through_manual: bool) -> list[int]:
        """Return the summaries and those below them; a manual one inside another is left out unless `through_manual`."""
        found: dict[int, None] = {}
        stack = sorted(wanted, reverse=True)
        while stack:
            summary = stack.pop()
            if summary in found:
                continue
            found[summary] = None
            for child in self.outline.children(summary):
                if self.outline.is_summary(child) and (through_manual or not self.manual[child]):
                    stack.append(child)
        return list(found)

    def _tree_edges(self, node: Ints) -> Iterator[tuple[list[tuple[int, int]], int]]:
        """Yield the edges of gates and roll-ups: those that bind, and those through which late dates are only seen.

        A manual summary's gate binds nothing.
        """
        binding: list[tuple[int, int]] = []
        seen: list[tuple[int, int]] = []
        for summary, gate in self.gates.items():
            into = seen if self.manual[summary] else binding
            for child in self.outline.children(summary):
                if not self.apart[child] and not (self.outline.is_summary(child) and self.manual[child]):
                    into.append((gate, int(node[child])))
        for summary in sorted(self.rollups):
            children = self.outline.children(summary)
            binding += [(child, summary) for child in children if not self.apart[child] and self.active[child]]
        yield binding, TREE
        yield seen, SEEN_ONLY


def _graph(nodes: list[int], edges: Edges) -> nx.DiGraph[int]:
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(zip(edges.source.tolist(), edges.target.tolist(), strict=True))
    return graph


def build_topology(plan: Plan) -> Topology:
    """Return the graph of `plan`, ordered.

    Raises:
        CycleError: `schedule.cycle`, tasks wait for each other.
    """
    builder = _Builder(plan)
    nodes, edges = builder.build()
    with collector_resting():
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
    with collector_resting():
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
