"""From one revision to the next: an edit is compiled where it touches the plan, and computed as far as it reaches."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from pm.model import Change, Plan
from pm.schedule.bank import NEVER
from pm.schedule.changes import Touched, touched
from pm.schedule.compile import TaskCompiler
from pm.schedule.engine import Network, compile_network
from pm.schedule.facts import contributions
from pm.schedule.logic import LinkLags, unbound_by_start_links
from pm.schedule.reach import Edit, Reach
from pm.schedule.relink import can_relink, relink, relinked
from pm.schedule.result import Ints, Schedule
from pm.schedule.sequence import may_be_silent
from pm.worktime import Calendars


def updated(network: Network, plan: Plan, changes: Iterable[Change] | None) -> Schedule:
    """Move `network` on to `plan` and return the schedule, as `Network.update`."""
    before, schedule = network.plan, network.schedule
    if plan is before:
        return schedule
    found = touched(before, plan, changes)
    if found is None or _is_woven(network) or _summary_share(plan, found) or not can_relink(network, plan, found):
        return _anew(network, plan)
    try:
        was_local = _is_local(network)
        edit = _Edit(network, plan, found).compile()
        if edit is None:
            return _anew(network, plan)
        local = was_local and _is_local(network)
        return (Reach(network, relinked(schedule, found), edit).follow() if local else None) or network.compute()
    except BaseException:
        network.become(compile_network(before))
        raise


def _anew(network: Network, plan: Plan) -> Schedule:
    fresh = compile_network(plan, network)
    schedule = fresh.compute()
    network.become(fresh)
    return schedule


def _is_woven(network: Network) -> bool:
    """Whether what is compiled of a task depends on others: shares of summaries, levels of effort, links that do not count."""
    return bool(len(network.lagged_summaries) or network.hammocks.kinds or may_be_silent(network.tasks))


def _summary_share(plan: Plan, found: Touched) -> bool:
    """Whether a link that was changed has a share of a summary's span for its lag."""
    predecessors, kinds = plan.links.column("predecessor_id"), plan.links.column("lag_kind")
    shares = (predecessors[k] for k in found.links if kinds[k] in ("percent", "elapsed_percent"))
    return any(plan.outline.is_summary(plan.tasks.position(i)) for i in shares)


def _is_local(network: Network) -> bool:
    """Whether dates depend on nothing but what links lead to: no rule takes in a project or a branch at once."""
    tasks = network.tasks
    if tasks.manual_summaries or any(p.schedule_from == "finish" for p in tasks.projects):
        return False
    if (
        tasks.rest.any()
        or tasks.held.any()
        or len(network.open_ends)
        or any(p.free_slack_by_link or p.open_ends_critical for p in tasks.profiles)
    ):
        return False
    return not network.late_places or not any(p.late_tasks_take_total_slack for p in tasks.profiles)


class _Edit:
    """Compiles again what an edit touched."""

    def __init__(self, network: Network, plan: Plan, found: Touched) -> None:
        self._network, self._plan, self._found = network, plan, found
        self._calendars = Calendars(plan, network.calendars)

    def compile(self) -> Edit | None:
        """Bring the arrays of the network to the plan; None where it has to be compiled as a whole."""
        network, tasks, topology = self._network, self._network.tasks, self._network.topology
        at = np.array(sorted(self._found.tasks), dtype=np.int64)
        compiler = TaskCompiler(self._plan, self._calendars, tasks, network.compiler)
        for i, rows in self._found.assignments.items():
            compiler.spans.assign(i, rows)
        late, added = network.late_as_possible[at], contributions(tasks, at)
        if not compiler.again(at):
            return None
        network.plan, network.calendars, network.compiler = self._plan, self._calendars, compiler
        leaving, entering = relink(network, self._plan, self._found)
        places = {p for i in at.tolist() for p in topology.places_of(i)}
        own = np.array(sorted(places), dtype=np.int64)
        if places:
            network.places.refresh(topology, tasks, own)
        sources, targets = self._lags(at)
        sources, targets = sources | leaving, targets | entering
        sources = self._refresh(places | sources, np.array(sorted(places | targets), dtype=np.int64))
        if (network.tasks.late_as_possible[at] & (network.tasks.fixed_start[at] == NEVER) & network.leaf[at] != late).any():
            network.find_late_tasks()
        return Edit(at, own, sources, targets, contributions(tasks, at) - added)

    def _refresh(self, sources: set[int], targets: Ints) -> set[int]:
        """Let both passes take over what was compiled; return the places that late dates are to be computed again of."""
        network = self._network
        network.forward.refresh(targets)
        entries = network.out_of.at(sources)
        ignored = unbound_by_start_links(network.topology, network.tasks, network.out_of, network.binding, entries)
        sources = sources | network.backward.ignore(entries, ignored)
        at = np.array(sorted(sources), dtype=np.int64)
        network.backward.refresh(at, network.latest_finishes(at))
        return sources

    def _lags(self, at: Ints) -> tuple[set[int], set[int]]:
        """Set the lags of the links that were changed, or that lead from or to the tasks at `at`; return their places."""
        network, view, topology = self._network, self._network.links, self._network.topology
        rows = {*view.rows_from(at).tolist(), *view.rows_into(at).tolist(), *view.rows_of(self._found.links)}
        rules = LinkLags(self._plan, network.tasks, self._calendars)
        sources: set[int] = set()
        targets: set[int] = set()
        for row in sorted(rows):
            link = int(view.link[row])
            lag, calendar, early = rules.of(link)
            if (lag, calendar, early) == (view.lag[row], view.calendar[row], view.early[row]):
                continue
            view.lag[row], view.calendar[row], view.early[row] = lag, calendar, early
            source, target = topology.leaving(int(view.predecessor[row])), topology.entering(int(view.successor[row]))
            network.into.set_lag(target, link, lag, calendar, early)
            network.out_of.set_lag(source, link, lag, calendar, early)
            sources.add(source)
            targets.add(target)
        return sources, targets
