"""Many copies of a compiled network side by side, which the passes compute at once: the trials of a simulation.

Copy `m` of place `p` is place ``p * count + m``, and tasks lie likewise, so that the copies of a generation are one wide
generation and every rule runs as it is. What a duration decides beyond a task's length (the dates that a constraint fixes,
what remains, the spans of assignments, a lag in percent) is compiled again for each copy by the rules about single tasks.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, fields

import numpy as np

from pm.schedule.arrays import FREE
from pm.schedule.backward import Backward
from pm.schedule.bank import FOREVER, NEVER
from pm.schedule.compile import TaskCompiler
from pm.schedule.engine import Network, compile_network
from pm.schedule.facts import total_slacks
from pm.schedule.forward import Forward
from pm.schedule.logic import LinkLags, unbound_by_start_links
from pm.schedule.network import START
from pm.schedule.outcome import scheduled_dates
from pm.schedule.places import compile_places
from pm.schedule.result import MISSING, Flags, Ints
from pm.schedule.sequence import may_be_silent
from pm.schedule.spans import whole_minutes
from pm.schedule.tiles import one_of, take_over, tiled, tiled_entries, tiled_logic, tiled_tasks, tiled_topology
from pm.schedule.trial_plan import TrialPlans

PLACES = 1 << 17
"""Places that are computed at once, about: more would leave the processor's cache, fewer leave numpy too little to do."""
LEVEL = 64
"""Places that a generation should have at least, where the plan is a chain; memory for four times `PLACES` goes for that."""


@dataclass(frozen=True)
class Trials:
    """The schedules of many trials; a column is one trial.

    Attributes:
        early_start, early_finish, total_slack: By task in plan order; `MISSING` where there is none, and for summaries
            and tasks that only span others.
        start, finish: When work is scheduled.
        project_finish: By project.
    """

    early_start: Ints
    early_finish: Ints
    total_slack: Ints
    start: Ints
    finish: Ints
    project_finish: Ints


def copies_at_once(network: Network) -> int:
    """Return how many copies of a network are best computed together."""
    places, levels = max(1, len(network.places.kind)), max(1, len(network.places.levels) - 1)
    return max(1, min(max(PLACES // places, min(LEVEL * levels, 4 * PLACES) // places), 512))


def trials(network: Network, at: Ints, count: int) -> Copies | OneByOne:
    """Return what computes up to `count` trials of a network at a time, in which the tasks at `at` take other durations."""
    return OneByOne(network, at) if _is_woven(network) else Copies(network, at, count)


def _is_woven(network: Network) -> bool:
    """Whether what is compiled of a task or link depends on dates of others, so that copies would have to be compiled whole."""
    tasks = network.tasks
    from_finish = any(p.schedule_from == "finish" for p in tasks.projects)
    woven = from_finish or tasks.manual_summaries or len(network.lagged_summaries) or may_be_silent(tasks)
    return bool(woven or _hammocks_end_last(network))


def _hammocks_end_last(network: Network) -> bool:
    """Whether a task that only spans others is the last of its project."""
    if not network.hammocks.kinds:
        return False
    schedule = network.schedule
    finish = np.where(network.drives, schedule.finish, NEVER)
    last = (int(finish[a:b].max(initial=NEVER)) for a, b in network.ranges)
    return any(f < schedule.project_finish[p.id] for f, p in zip(last, network.tasks.projects, strict=True))


class OneByOne:
    """Trials computed one after the other, each as a plan of its own."""

    def __init__(self, network: Network, at: Ints) -> None:
        self._plans = TrialPlans(network.plan, at)
        self._network = network

    def run(self, durations: Ints) -> Trials:
        """Return the trials; `durations` in working seconds, a row a task, a column a trial."""
        found: dict[str, list[Ints]] = {f.name: [] for f in fields(Trials)}
        for column in durations.T:
            self._network = compile_network(self._plans.with_durations(column), self._network)
            schedule = self._network.compute()
            network = self._network
            for name in ("early_start", "early_finish", "total_slack", "start", "finish"):
                values = getattr(schedule, name).copy()
                values[~network.drives] = MISSING
                found[name].append(values)
            projects = schedule.plan.projects.ids
            found["project_finish"].append(np.array([schedule.project_finish[i] for i in projects], dtype=np.int64))
        return Trials(**{name: np.stack(columns, axis=1) for name, columns in found.items()})


class Copies(Network):
    """So many copies of a network.

    Args:
        network: The network; it is only read.
        at: Positions of the tasks whose durations differ from copy to copy.
        count: How many copies.
    """

    def __init__(self, network: Network, at: Ints, count: int) -> None:
        self.plan, self.calendars = network.plan, network.calendars
        self._of, self._at, self.count = network, at, count
        self.tasks = tiled_tasks(network.tasks, count)
        self._apart = [one_of(network.tasks, self.tasks, m) for m in range(count)]
        self.topology = tiled_topology(network.topology, count)
        self.into, self.out_of = (tiled_logic(logic, count) for logic in (network.into, network.out_of))
        self.binding: Flags = np.repeat(network.binding, count)
        self.counts: Flags = np.repeat(network.drives, count)
        self.drives: Flags = self.counts
        self.active: Flags = np.repeat(network.active, count)
        self.hammocks = copy(network.hammocks)
        self.hammocks.kinds = {}
        self.leaf_places = tiled(network.leaf_places, count)
        self.leaf_tasks = self.topology.task[self.leaf_places]
        self.open_ends = tiled(network.open_ends, count)
        self.late_as_possible: Flags = np.repeat(network.late_as_possible, count)
        self.late_places = tiled(np.array(network.late_places, dtype=np.int64), count).tolist()
        self._loose = _loosely_bound(network)
        self._alone = _decide_more_than_length(network, at)
        self._shares = _shares_of_durations(network, at)
        self._fresh = True

    def run(self, durations: Ints) -> Trials:
        """Return the trials; `durations` in working seconds, a row a task, a column a trial (no more than `count`)."""
        asked = durations.shape[1]
        if asked < self.count:
            durations = np.concatenate((durations, np.repeat(durations[:, -1:], self.count - asked, axis=1)), axis=1)
        self._set_durations(durations)
        early, late = self._both_passes()
        early_pair, late_pair = (early.start, early.finish), (late.start, late.finish)
        shown = scheduled_dates(self, early, late)
        start, finish = shown.start, shown.finish
        total = total_slacks(self, early_pair, late_pair, self.tasks.started)[2]
        total[early.start == MISSING] = MISSING
        last, shape = self._project_finishes(finish), (len(self._of.tasks.project), self.count)
        columns = (early.start, early.finish, total, start, finish)
        early_start, early_finish, slack, start, finish = (x.reshape(shape)[:, :asked] for x in columns)
        return Trials(early_start, early_finish, slack, start, finish, last[:, :asked])

    def _project_finishes(self, finish: Ints) -> Ints:
        counted = np.where(self.counts, finish, NEVER).reshape(-1, self.count)
        last = [counted[a:b].max(axis=0, initial=NEVER) for a, b in self._of.ranges]
        projects = self.project_finish.reshape(-1, self.count)
        return np.maximum(projects, np.stack(last)) if last else projects

    # what the durations decide ----------------------------------------------------------------------

    def _set_durations(self, durations: Ints) -> None:
        """Compile what differs from copy to copy, and the passes where more than lengths changed."""
        tasks, at, count = self.tasks, self._at, self.count
        length = np.maximum(durations, 0)
        exact = self._of.tasks.exact[at]
        length[exact] = whole_minutes(length[exact])
        rows = (at[:, None] * count + np.arange(count)).reshape(-1)
        plain = np.repeat(~self._alone, count)
        tasks.length[rows[plain]] = tasks.late_length[rows[plain]] = length.reshape(-1)[plain]
        vanishing = (length == 0).any(axis=1)
        self._alone |= vanishing  # what a task without duration is, more rules decide
        if self._alone.any():
            self._compile_again(durations)
        if len(self._shares):
            self._set_shares()
        if self._fresh:
            self._make_passes()
        else:
            self._refresh_passes()
        if len(self._loose):
            entries = tiled_entries(self._of.out_of, self._loose, count)
            flags = unbound_by_start_links(self.topology, tasks, self.out_of, self.binding, entries)
            self.backward.ignore(entries, flags)

    def _make_passes(self) -> None:
        places = self.places = compile_places(self.topology, self.tasks)
        places.lengths, places.late_lengths = memoryview(places.length.data), memoryview(places.late_length.data)
        self.forward = Forward(self.places, self.into, self.tasks.bank)
        nothing = np.zeros(len(self.out_of.read), dtype=bool)
        self.backward = Backward(self.places, self.out_of, self.tasks.bank, nothing)
        self._fresh = False

    def _refresh_passes(self) -> None:
        """Let the passes take over what the durations changed since they ran last."""
        places, leaves, topology, view = self.places, self.leaf_places, self._of.topology, self._of.links
        places.length[leaves] = self.tasks.length[self.leaf_tasks]
        places.late_length[leaves] = self.tasks.late_length[self.leaf_tasks]
        self.forward.bank = self.backward.bank = self.tasks.bank
        own = {topology.entering(i) for i in self._at[self._alone].tolist()}
        own |= self._of.places.spans.keys()  # their generations keep lengths of their own
        places.refresh(self.topology, self.tasks, tiled(_sorted(own), self.count))
        later = {topology.entering(i) for i in view.successor[self._shares].tolist()}
        earlier = {topology.leaving(i) for i in view.predecessor[self._shares].tolist()}
        self.forward.refresh(tiled(_sorted(own | later), self.count))
        at = tiled(_sorted(own | earlier), self.count)
        self.backward.refresh(at, self.latest_finishes(at))

    def _compile_again(self, durations: Ints) -> None:
        """Apply the rules about single tasks to those whose duration decides more than their length."""
        at = self._at[self._alone]
        plans = TrialPlans(self.plan, at)
        for m, (arrays, values) in enumerate(zip(self._apart, durations[self._alone].T, strict=True)):
            arrays.bank = self.tasks.bank
            compiler = TaskCompiler(plans.with_durations(values), self.calendars, arrays, self._of.compiler)
            while not compiler.again(at):
                arrays.bank = self.tasks.bank = self.tasks.bank.wider()
            take_over(arrays, self.tasks, at, m, self.count)

    def _set_shares(self) -> None:
        """Give links with a percent lag the share of the duration that their predecessor has in each copy."""
        topology, view = self._of.topology, self._of.links
        rules = [LinkLags(self.plan, arrays, self.calendars) for arrays in self._apart]
        for row in self._shares.tolist():
            link = int(view.link[row])
            source, target = topology.leaving(int(view.predecessor[row])), topology.entering(int(view.successor[row]))
            for m, rule in enumerate(rules):
                lag = rule.of(link)
                self.into.set_lag(target * self.count + m, link, *lag)
                self.out_of.set_lag(source * self.count + m, link, *lag)

    # where the passes look at a project as a whole ------------------------------------------------------

    def roll_up(self, start: Ints, finish: Ints) -> None:
        """Summaries are not asked for."""

    def finishes(self, finish: Ints) -> Ints:
        """As of any network; a project of each copy for itself."""
        dates = finish.reshape(-1, self.count)
        found = [dates[a:b].max(axis=0, initial=NEVER) for a, b in self._of.ranges]
        starts = [p.start for p in self._of.tasks.projects]
        last = [np.where(row == NEVER, start, row) for row, start in zip(found, starts, strict=True)]
        return np.concatenate(last) if last else np.zeros(0, np.int64)

    def late_origins(self) -> Ints:
        """As of any network; a project of each copy for itself."""
        finishes = self.project_finish.reshape(-1, self.count)
        origins = finishes.copy()
        tasks = self._of.tasks
        for number, (project, profile) in enumerate(zip(tasks.projects, tasks.profiles, strict=True)):
            if profile.slack_to_last_project:
                origins[number] = finishes.max(axis=0)
            if project.must_finish_by is not None:
                origins[number] = project.must_finish_by
        return origins.reshape(-1)


# what differs beyond lengths ------------------------------------------------------------------------------


def _sorted(places: set[int]) -> Ints:
    return np.array(sorted(places), dtype=np.int64)


def _decide_more_than_length(network: Network, at: Ints) -> Flags:
    """Return which of the tasks at `at` have more than their length decided by their duration."""
    tasks, plan = network.tasks, network.plan
    found = tasks.started | tasks.done | (tasks.fixed_start != NEVER) | (tasks.ceiling != FOREVER) | (tasks.marker != FREE)
    found = found | (tasks.late_length != tasks.length)
    column = plan.tasks.column
    for name in ("expected_finish", "splits", "remaining_duration"):
        if name in plan.tasks.stored:
            found |= np.array([v not in (None, []) for v in column(name)], dtype=bool)
    for i in {*tasks.spans, *tasks.split, *tasks.left}:
        found[i] = True
    for i, rows in network.compiler.spans.assigned.items():
        found[i] = found[i] or _work_decides(network, i, rows)
    decided: Flags = found[at]
    return decided


def _work_decides(network: Network, i: int, rows: Sequence[int]) -> bool:
    """Whether the assignments of a task, rather than its duration alone, decide how long it takes."""
    tasks, assignments = network.tasks, network.plan.assignments
    if tasks.profiles[tasks.project[i]].duration_decides:
        return True
    column, length = assignments.column, int(tasks.length[i])
    return any(
        column("delay")[a] or column("levelling_delay")[a] or column("work")[a] * 10_000 > column("units")[a] * length
        for a in rows
    )


def _shares_of_durations(network: Network, at: Ints) -> Ints:
    """Return the rows of the network's links whose lag is a share of the duration of one of the tasks at `at`."""
    kinds = network.plan.links.column("lag_kind")
    rows = network.links.rows_from(at)
    return np.array([r for r in rows.tolist() if str(kinds[network.links.link[r]]).endswith("percent")], dtype=np.int64)


def _loosely_bound(network: Network) -> Ints:
    """Return the entries of `out_of`, all those of some places, that may bound nothing, depending on the length of the task."""
    habit = np.array([not p.start_links_bound_late_dates for p in network.tasks.profiles] or [False], dtype=bool)
    out = network.out_of
    if not habit.any() or not len(out.write):
        return np.zeros(0, np.int64)
    place = out.write // 2
    loose = habit[network.places.project[place]]
    loose &= ((out.link >= 0) & (out.write % 2 == START)) | ((out.link < 0) & ~network.binding[out.read // 2])
    return np.flatnonzero(~np.isin(place, place[~loose]))
