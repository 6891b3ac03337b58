"""Links that come and go between tasks, put into a compiled network where its order still holds.

A link that goes leaves the order as good as it was; so does one that comes and leads from an earlier generation to a later.
Whatever else changes the graph (links of summaries and of tasks that take no part, many at once) is compiled anew.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from pm.model import Plan, Table
from pm.schedule.changes import Touched
from pm.schedule.logic import RAW, later
from pm.schedule.network import ENDS, Edges
from pm.schedule.result import Schedule
from pm.schedule.slack import LinkView

if TYPE_CHECKING:
    from pm.schedule.engine import Network

FEW = 4
"""So many links at most: each moves all that stands behind it in arrays as long as the plan."""

Rows = TypeVar("Rows", LinkView, Edges)


def can_relink(network: Network, plan: Plan, found: Touched) -> bool:
    """Whether the links that came and went can be put into `network`."""
    if len(found.gone) + len(found.come) > FEW:
        return False
    topology = network.topology
    for table, links in ((network.plan.links, found.gone), (plan.links, found.come)):
        for link in links:
            source, target = _ends(plan, table, link)
            if not (network.counts[source] and network.counts[target]):
                return False
            first, last = (bisect_right(topology.levels, p) for p in (topology.leaving(source), topology.entering(target)))
            if first >= last:
                return False
    return True


def relink(network: Network, plan: Plan, found: Touched) -> tuple[set[int], set[int]]:
    """Put the links that came and went into `network`, with no lag yet; return the places they lead from and to."""
    topology = network.topology
    sources: set[int] = set()
    targets: set[int] = set()
    if not found.gone and not found.come:
        return sources, targets
    steps = [(network.schedule.plan.links, k, _take_out) for k in sorted(found.gone, reverse=True)]
    steps += [(plan.links, k, _put_in) for k in sorted(found.come)]
    for table, link, step in steps:
        source, target = _ends(plan, table, link)
        step(network, link, (source, target), str(table.column("type")[link]))
        sources.add(topology.leaving(source))
        targets.add(topology.entering(target))
    network.forward.relinked(targets)
    network.backward.relinked(sources)
    network.find_open_ends()
    return sources, targets


def relinked(schedule: Schedule, found: Touched) -> Schedule:
    """Return a schedule with links as they came and went; those that came drive nothing yet."""
    if not found.gone and not found.come:
        return schedule
    driving = np.delete(schedule.driving, sorted(found.gone))
    for link in sorted(found.come):
        driving = np.insert(driving, link, False)
    return replace(schedule, driving=driving)


def _ends(plan: Plan, links: Table[Any], link: int) -> tuple[int, int]:
    """Return the positions of the tasks a link joins; both revisions have the same tasks."""
    index = plan.tasks.index
    return index[links.column("predecessor_id")[link]], index[links.column("successor_id")[link]]


def _put_in(network: Network, link: int, tasks: tuple[int, int], kind: str) -> None:
    topology, (source, target), (first, last) = network.topology, tasks, ENDS[kind]
    a, b = topology.leaving(source), topology.entering(target)
    row = int(np.searchsorted(network.links.link, link))
    network.links = _with(network.links, row, link, (source, target, first, last, 0, RAW, False))
    topology.edges = _with(topology.edges, row, link, (source, target, first, last, True))
    topology.graph.add_edge(source, target)
    network.longest.insert(network.into.insert(link, 2 * a + first, 2 * b + last))
    network.backward.insert(network.out_of.insert(link, 2 * b + last, 2 * a + first))


def _take_out(network: Network, link: int, tasks: tuple[int, int], kind: str) -> None:
    topology, (source, target) = network.topology, tasks
    a, b = topology.leaving(source), topology.entering(target)
    row = int(np.searchsorted(network.links.link, link))
    network.links, topology.edges = _without(network.links, row, link), _without(topology.edges, row, link)
    network.longest.remove(network.into.remove(link, b), b)
    network.backward.remove(network.out_of.remove(link, a))
    if a not in {network.into.reads[e] // 2 for e in network.into.at([b]).tolist()}:
        topology.graph.remove_edge(source, target)


def _with(rows: Rows, row: int, link: int, values: tuple[int, ...]) -> Rows:
    """Return the rows with another for the link at position `link`; `values` are those of the other columns in their order."""
    columns = vars(rows)
    others = [n for n in type(rows).__dataclass_fields__ if n != "link"]
    changed: dict[str, Any] = {n: np.insert(columns[n], row, v) for n, v in zip(others, values, strict=True)}
    return replace(rows, link=np.insert(later(rows.link, link, 1), row, link), **changed)


def _without(rows: Rows, row: int, link: int) -> Rows:
    changed: dict[str, Any] = {n: np.delete(vars(rows)[n], row) for n in type(rows).__dataclass_fields__ if n != "link"}
    return replace(rows, link=later(np.delete(rows.link, row), link, -1), **changed)
