"""From a plan to its schedule: compile, forward pass, backward pass, slack, roll-up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pm.model import Plan
from pm.schedule.arrays import TaskArrays
from pm.schedule.backward import Backward
from pm.schedule.bank import FOREVER, NEVER
from pm.schedule.compile import compile_tasks
from pm.schedule.facts import critical_tasks, durations, percent_complete
from pm.schedule.forward import Forward
from pm.schedule.hammocks import Hammocks
from pm.schedule.logic import LinkLags, compile_logic, link_lags, percent_summaries, unbound_by_start_links
from pm.schedule.manual import ManualSummaries
from pm.schedule.network import GATE, LEAF, Topology, active_tasks, build_topology, dateless_tasks
from pm.schedule.places import compile_places
from pm.schedule.result import MISSING, Flags, Ints, Schedule
from pm.schedule.rollup import RollUp
from pm.schedule.sequence import silent_links
from pm.schedule.slack import (
    LinkView,
    driving_dependencies,
    free_slack,
    independent_slack,
    link_slack,
    longest_path,
)
from pm.worktime import Calendars


def compute_schedule(plan: Plan) -> Schedule:
    """Return the schedule of `plan`: every date, slack and flag of every task.

    Raises:
        CycleError: `schedule.cycle`, tasks wait for each other.
        ScheduleError: `schedule.out_of_range`, `worktime.empty_calendar`.
    """
    return compile_network(plan).compute()


def compile_network(plan: Plan, previous: Network | None = None) -> Network:
    """Return the compiled network of `plan`; what `previous` has that still holds is used again.

    Raises:
        CycleError: `schedule.cycle`, tasks wait for each other.
    """
    return Network(plan, previous)


@dataclass
class Dates:
    """Start and finish of every task in plan order; the early and the late ones."""

    start: Ints
    finish: Ints


class Network:
    """The logic of a plan, ordered, with its tasks compiled to arrays.

    Args:
        plan: The plan.
        previous: The network of an earlier revision. Its graph and order serve again where the logic is the same.
    """

    def __init__(self, plan: Plan, previous: Network | None = None) -> None:
        self.plan = plan
        self.calendars: Calendars = Calendars(plan, previous.calendars if previous else None)
        self.tasks: TaskArrays = compile_tasks(plan, self.calendars, previous.tasks.bank if previous else None)
        same = previous is not None and _same_logic(plan, previous.plan)
        self.topology: Topology = previous.topology if previous is not None and same else build_topology(plan)
        self._compile()
        self._settle_summary_lags()

    def _settle_summary_lags(self) -> None:
        """Give percent lags from summaries the share of the span their branch turns out to have.

        The span of a summary follows from the forward pass; every round settles at least one more of them, in order.
        """
        summaries = percent_summaries(self.plan, self.topology)
        for _ in summaries:
            early, _ = self._both_passes()
            start, finish = early.start[summaries], early.finish[summaries]
            known = start != MISSING
            k = self.tasks.slack_calendar[summaries]
            spans = np.where(known, self.tasks.bank.spans(np.where(known, start, 0), np.where(known, finish, 0), k), 0)
            if np.array_equal(spans, self.tasks.length[summaries]):
                return
            self.tasks.length[summaries] = spans
            self._compile()

    def _compile(self) -> None:
        plan, topology, tasks = self.plan, self.topology, self.tasks
        lag, calendar, early = link_lags(plan, topology, tasks, self.calendars)
        edges = topology.edges
        silent = silent_links(plan, edges, tasks, lag, calendar)
        self.into, self.out_of = compile_logic(topology, lag, calendar, early, (silent.forward, silent.backward))
        self.places = compile_places(topology, tasks)
        ignored = unbound_by_start_links(topology, tasks, self.out_of)
        self._forward = Forward(self.places, self.into, tasks.bank)
        self._backward = Backward(self.places, self.out_of, tasks.bank, ignored)
        real = (edges.link >= 0) & ~silent.backward
        target_place = np.zeros(int(topology.order.max(initial=0)) + 1, np.int64)
        target_place[topology.order] = topology.task
        self.links = LinkView(
            edges.link[real],
            target_place[edges.source[real]],
            target_place[edges.target[real]],
            edges.source_end[real],
            edges.target_end[real],
            lag[real],
            calendar[real],
            early[real],
        )
        count = len(plan.tasks)
        blank = dateless_tasks(plan)
        self.leaf: Flags = np.ones(count, dtype=bool)
        self.leaf[plan.outline.summaries] = False
        self.leaf &= ~blank
        self.active = active_tasks(plan)
        self.counts: Flags = self.leaf & self.active
        self.lags = LinkLags(plan, tasks, self.calendars)
        self.hammocks = Hammocks(plan, tasks, self.lags, self.counts)
        self.drives: Flags = self.counts.copy()
        self.drives[list(self.hammocks.kinds)] = False
        self.rollup = RollUp(plan.outline, self.counts)
        self._leaf_places = np.flatnonzero(topology.kind == LEAF)
        self._leaf_tasks = topology.task[self._leaf_places]
        self.late_as_possible: Flags = tasks.late_as_possible & self.leaf & (tasks.fixed_start == NEVER)
        self.late_places: list[int] = self._leaf_places[self.late_as_possible[self._leaf_tasks]][::-1].tolist()
        self._ranges = _project_ranges(plan, tasks)

    @property
    def forward(self) -> Forward:
        """The forward pass as it last ran."""
        return self._forward

    @property
    def backward(self) -> Backward:
        """The backward pass as it last ran."""
        return self._backward

    @property
    def forward_base(self) -> Ints:
        """Where each place starts that nothing else bounds."""
        return self._forward.base

    @property
    def bounds(self) -> Ints:
        """What links and constraints asked of each slot in the last forward pass; NEVER where nothing did."""
        return self._forward.bounds

    # the passes ---------------------------------------------------------------------------------

    def passes(self) -> tuple[Dates, Dates, Ints]:
        """Return early dates, late dates and free slack of the leaves, and nothing else (what rivals compute)."""
        early, late = self._both_passes()
        total = self._total_slack(early, late)[2]
        return early, late, self._free_slack(early, total)

    def _both_passes(self) -> tuple[Dates, Dates]:
        while True:
            early, late = self._try_passes()
            used = self.counts & (early.start != MISSING)  # a WBS summary that spans nothing has no dates
            if not self.tasks.bank.out_of_range(early.start[used], early.finish[used], late.start[used], late.finish[used]):
                return early, late
            self.tasks.bank = self.tasks.bank.wider()
            self._forward.bank = self._backward.bank = self.tasks.bank

    def _try_passes(self) -> tuple[Dates, Dates]:
        forward, backward, tasks = self._forward, self._backward, self.tasks
        forward.pinned = {}
        if forward.base is not self.places.base:
            forward.set_base(self.places.base)
        early_slots = forward.run()
        self.project_finish = np.zeros(len(tasks.projects), np.int64)
        early = self._dates(early_slots, late=False)
        self.project_finish = self._finishes(early)
        limit = self._latest_finishes()
        manual = ManualSummaries(self.plan, self.topology, tasks)
        late_slots = backward.run(early_slots, manual.limits(early.finish, limit), manual.held(early.start))
        np.minimum(late_slots, np.repeat(self._limits_shown, 2), out=late_slots, where=np.abs(late_slots) < FOREVER)
        if any(p.schedule_from == "finish" for p in tasks.projects):
            forward.set_base(self._base_from_finish(self._dates(late_slots, late=True)))
            early_slots = forward.run()
            early = self._dates(early_slots, late=False)
        late = self._dates(late_slots, late=True)
        if self.late_places:
            early = self._late_tasks(early_slots, late_slots)
        self.early_slots = early_slots
        return early, late

    def _dates(self, slots: Ints, *, late: bool) -> Dates:
        """Return dates by task from dates by slot, rolled up over summaries."""
        count = len(self.plan.tasks)
        start, finish = np.full(count, MISSING), np.full(count, MISSING)
        start[self._leaf_tasks] = slots[2 * self._leaf_places]
        finish[self._leaf_tasks] = slots[2 * self._leaf_places + 1]
        if self.hammocks.kinds:
            base = np.array([p.start for p in self.tasks.projects], dtype=np.int64)
            self.hammocks.fill(start, finish, late=late, otherwise=self.late_origins() if late else base)
        self._roll_up(start, finish)
        return Dates(start, finish)

    def _roll_up(self, start: Ints, finish: Ints) -> None:
        summaries = self.rollup.summaries
        if self.tasks.manual_summaries:
            ManualSummaries(self.plan, self.topology, self.tasks).roll_up(start, finish, self.active)
            return
        begun = np.where(start == MISSING, FOREVER, start) if self.hammocks.kinds else start  # one may have no dates
        first, last = self.rollup.least(begun), self.rollup.greatest(finish)
        start[summaries] = np.where(first == FOREVER, MISSING, first)
        finish[summaries] = np.where(last == NEVER, MISSING, last)

    def _finishes(self, early: Dates) -> Ints:
        """Return every project's finish: the last of its tasks, or the date given where it is scheduled from its finish."""
        finishes = np.array([p.start for p in self.tasks.projects], dtype=np.int64)
        for number, (a, b) in enumerate(self._ranges):
            project = self.tasks.projects[number]
            if project.schedule_from == "finish":
                finishes[number] = project.finish if project.finish is not None else project.start
                continue
            mine = early.finish[a:b][self.drives[a:b]]
            last = int(mine.max(initial=NEVER))
            last = max([last] + [f for i, (_, f) in self.tasks.manual_summaries.items() if a <= i < b])
            if last != NEVER:
                finishes[number] = last
        return finishes

    def _latest_finishes(self) -> Ints:
        """Return the latest finish of every place: its project's, for milestones the last instant at that working position.

        A milestone behind an elapsed lag may slip over a night or a weekend without moving the finish.
        """
        places, tasks = self.places, self.tasks
        if not len(tasks.projects):
            self._limits_shown = places.base
            return places.base
        self._limits_shown = self.late_origins()[places.project]
        outside = tasks.outside[self.topology.task]
        self._limits_shown = np.where(outside != NEVER, outside, self._limits_shown)
        limits = self._limits_shown.copy()
        by_position = np.array([p.late_dates_by_position for p in tasks.profiles], dtype=bool)
        loose = np.flatnonzero((places.length == 0) & by_position[places.project])
        if len(loose):
            k = places.calendar[loose]
            limits[loose] = tasks.bank.snaps(limits[loose], k)[1]
        return limits

    def late_origins(self) -> Ints:
        """Return where each project's late dates are counted back from: its finish, or the date it must finish by."""
        origins = self.project_finish.copy()
        for number, (project, profile) in enumerate(zip(self.tasks.projects, self.tasks.profiles, strict=True)):
            if profile.slack_to_last_project:
                origins[number] = self.project_finish.max()
            if project.must_finish_by is not None and project.schedule_from == "start":
                origins[number] = project.must_finish_by
        return origins

    def _base_from_finish(self, late: Dates) -> Ints:
        """Return where tasks nothing else bounds start: in a project scheduled from its finish, at its first late start."""
        base = self.places.base.copy()
        for number, (a, b) in enumerate(self._ranges):
            if self.tasks.projects[number].schedule_from == "finish":
                starts = late.start[a:b][self.counts[a:b] & (late.start[a:b] != MISSING)]
                if len(starts):
                    base[self.places.project == number] = int(starts.min())
        return base

    def _late_tasks(self, early_slots: Ints, late_slots: Ints) -> Dates:
        """Move as-late-as-possible tasks: to their late dates, or only as far as no successor moves (by the profile)."""
        tasks = self.tasks
        pinned: dict[int, int] = {}
        for p in self.late_places:
            project = tasks.projects[self.places.project[p]]
            if project.schedule_from == "finish":
                continue
            profile = tasks.profiles[self.places.project[p]]
            if profile.late_tasks_take_total_slack:
                pinned[p] = int(late_slots[2 * p])
            else:
                if profile.free_slack_by_link:
                    last = int(self.project_finish[self.places.project[p]])
                    start, finish = self._backward.free_until(p, early_slots, last)
                else:
                    start, finish = self._backward.late_before(p, early_slots)
                    if start > late_slots[2 * p]:
                        start, finish = int(late_slots[2 * p]), int(late_slots[2 * p + 1])
                if start > early_slots[2 * p]:
                    early_slots[2 * p], early_slots[2 * p + 1] = start, finish
        if pinned:
            self._forward.pinned = pinned
            self._forward.run()
        else:
            self._forward.roll_up_again()
        return self._dates(early_slots, late=False)

    @cached_property
    def schedule(self) -> Schedule:
        """The whole schedule, computed once."""
        return self.compute()

    # everything else ----------------------------------------------------------------------------

    def compute(self) -> Schedule:
        """Return the whole schedule."""
        early, late = self._both_passes()
        tasks, view, bank = self.tasks, self.links, self.tasks.bank
        start, finish = self._scheduled(early, late)
        ManualSummaries(self.plan, self.topology, tasks).show_late(late.start, late.finish)
        start_slack, finish_slack, total = self._total_slack(early, late)
        dates = (early.start, early.finish)
        free = self._free_slack(early, total)
        independent = independent_slack(view, bank, tasks, dates, (late.start, late.finish), free)
        driving, on_path = self._driving()
        nothing = early.start == MISSING
        for column in (start_slack, finish_slack, total, free, independent):
            column[nothing] = MISSING
        free[tasks.done & tasks.rest] = MISSING
        return Schedule(
            plan=self.plan,
            calendars=self.calendars,
            start=start,
            finish=finish,
            early_start=early.start,
            early_finish=early.finish,
            late_start=late.start,
            late_finish=late.finish,
            duration=durations(self, early),
            total_slack=total,
            free_slack=free,
            start_slack=start_slack,
            finish_slack=finish_slack,
            interfering_slack=np.where(nothing, MISSING, total - free),
            independent_slack=independent,
            percent_complete=percent_complete(self),
            critical=critical_tasks(self, total, on_path),
            longest_path=on_path,
            driving=driving,
            project_start=self._project_starts(start),
            project_finish=self._project_finishes(finish),
        )

    def _scheduled(self, early: Dates, late: Dates) -> tuple[Ints, Ints]:
        """Return the dates work is scheduled at: the early ones, the late ones where a project is scheduled from its finish."""
        start, finish = early.start.copy(), early.finish.copy()
        if (rest := self.tasks.rest).any():
            start[rest] = self.tasks.fixed_start[rest]
            finish[rest] = np.where(self.tasks.done[rest], self.tasks.fixed_finish[rest], finish[rest])
            self._roll_up(start, finish)
        from_finish = np.array([p.schedule_from == "finish" for p in self.tasks.projects], dtype=bool)
        if from_finish.any():
            free = self.late_as_possible & from_finish[self.tasks.project]
            start[free], finish[free] = late.start[free], late.finish[free]
            self._roll_up(start, finish)
        return start, finish

    def _total_slack(self, early: Dates, late: Dates) -> tuple[Ints, Ints, Ints]:
        """Return start, finish and total slack, working time on each task's own calendar."""
        tasks, bank = self.tasks, self.tasks.bank
        has = early.start != MISSING
        safe = [np.where(has, x, 0) for x in (early.start, late.start, early.finish, late.finish)]
        k = tasks.slack_calendar
        start_slack, finish_slack = bank.spans(safe[0], safe[1], k), bank.spans(safe[2], safe[3], k)
        smallest = np.minimum(start_slack, finish_slack)
        rules = np.array([("smallest", "start", "finish").index(p.slack_rule) for p in tasks.profiles] or [0])
        rule = rules[tasks.project] if len(tasks.project) else tasks.project
        total = np.choose(rule, [smallest, start_slack, finish_slack])
        started = tasks.started.copy()
        summaries = self.rollup.summaries
        if len(summaries):
            started[summaries] = self.rollup.any(tasks.started | tasks.done)
        total = np.where(started & ~((rule == 1) & tasks.rest), finish_slack, total)
        total[tasks.done] = np.where(tasks.rest[tasks.done], MISSING, 0)
        return start_slack, finish_slack, total

    def _free_slack(self, early: Dates, total: Ints) -> Ints:
        """Return how far each task may slip before a successor's early date moves, by the project's profile."""
        view, tasks, dates = self.links, self.tasks, (early.start, early.finish)
        free = free_slack(view, view.slack(tasks.bank, tasks, dates, dates), total, self.active & ~tasks.done)
        by_link = np.array([p.free_slack_by_link for p in tasks.profiles] or [False], dtype=bool)
        if by_link.any() and len(free):
            mine = by_link[tasks.project]
            has = np.where(early.finish == MISSING, 0, early.finish)
            left = tasks.bank.spans(has, self.project_finish[tasks.project], tasks.slack_calendar)
            own = link_slack(view, view.room(tasks.bank, tasks, dates), left, self.active)
            last = np.ones(len(own), dtype=bool)
            last[view.predecessor] = False
            own[tasks.decided | (last & tasks.decided_last)] = 0
            own[list(self.hammocks.kinds)] = 0
            free = np.where(mine, own, free)
        return free

    def _driving(self) -> tuple[Flags, Flags]:
        """Return the driving flag of every link and the longest-path flag of every task."""
        places, into = self.places, self.into
        driving = driving_dependencies(places, into, self.tasks.bank, self.early_slots, self.bounds)
        of_link = np.zeros(len(self.plan.links), dtype=bool)
        real = into.link >= 0
        of_link[into.link[real]] = driving[real]
        finish = self.early_slots[1::2]
        leaves = np.zeros(len(places.kind), dtype=bool)
        leaves[self._leaf_places] = self.counts[self._leaf_tasks]
        k = places.calendar
        bank = self.tasks.bank
        at = np.flatnonzero(leaves & (finish > NEVER))
        last = np.full(max(len(self.tasks.projects), 1), NEVER)
        np.maximum.at(last, places.project[at], finish[at])
        limit = last[places.project[at]]
        ends = at[bank.positions(finish[at], k[at]) >= bank.positions(limit, k[at])]
        on_path = np.zeros(len(self.plan.tasks), dtype=bool)
        reached = longest_path(into, driving, ends.tolist())
        kinds, task = self.topology.kind, self.topology.task
        on_path[[int(task[p]) for p in reached if kinds[p] != GATE]] = True
        if len(self.rollup.summaries):
            on_path[self.rollup.summaries] = self.rollup.any(on_path)
        return of_link, on_path

    def _project_starts(self, start: Ints) -> dict[int, int]:
        counts = self.counts & (start != MISSING)
        return {
            p.id: int(start[a:b][counts[a:b]].min(initial=FOREVER)) if counts[a:b].any() else p.start
            for p, (a, b) in zip(self.tasks.projects, self._ranges, strict=True)
        }

    def _project_finishes(self, finish: Ints) -> dict[int, int]:
        found = {}
        for number, (project, (a, b)) in enumerate(zip(self.tasks.projects, self._ranges, strict=True)):
            mine = finish[a:b][self.counts[a:b]]
            last = int(self.project_finish[number]) if project.schedule_from == "start" else NEVER
            found[project.id] = max(last, int(mine.max(initial=NEVER))) if len(mine) else project.start
        return found


def _same_logic(plan: Plan, before: Plan) -> bool:
    """Whether the graph of `before` is the graph of `plan`."""
    if plan is before:
        return True
    names = ("parent_id", "active", "blank", "manual", "activity_type")
    if plan.tasks is not before.tasks:
        if plan.tasks.ids != before.tasks.ids or any(plan.tasks.column(n) != before.tasks.column(n) for n in names):
            return False
        summaries = plan.outline.summaries
        for name in ("constraint_type", "deadline"):
            new, old = plan.tasks.column(name), before.tasks.column(name)
            if new is not old and any((new[i] or None) != (old[i] or None) for i in summaries):
                return False
    if plan.links is before.links:
        return True
    fields = ("id", "predecessor_id", "successor_id", "type")
    return all(plan.links.column(n) == before.links.column(n) for n in fields)


def _project_ranges(plan: Plan, tasks: TaskArrays) -> list[tuple[int, int]]:
    """Return where each project's tasks begin and end; tasks stand in outline order, project by project."""
    ranges = []
    for number in range(len(tasks.projects)):
        mine = np.flatnonzero(tasks.project == number)
        ranges.append((int(mine[0]), int(mine[-1]) + 1) if len(mine) else (0, 0))
    return ranges


__all__ = ["Network", "compile_network", "compute_schedule"]
