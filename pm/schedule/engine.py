"""From a plan to its schedule: compile, forward pass, backward pass, slack, roll-up."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from pm.model import Change, Plan
from pm.schedule.arrays import TaskArrays
from pm.schedule.backward import Backward
from pm.schedule.bank import FOREVER, NEVER
from pm.schedule.changes import same_logic
from pm.schedule.compile import compile_tasks
from pm.schedule.facts import (
    begun_tasks,
    finished_tasks,
    free_slacks,
    progress,
    total_slacks,
)
from pm.schedule.forward import Forward
from pm.schedule.hammocks import Hammocks
from pm.schedule.late_tasks import move_late_tasks
from pm.schedule.logic import (
    LinkLags,
    binding_branches,
    compile_logic,
    link_lags,
    open_ends,
    percent_summaries,
    unbound_by_start_links,
)
from pm.schedule.longest import LongestPath
from pm.schedule.manual import ManualSummaries
from pm.schedule.network import LEAF, Topology, active_tasks, build_topology, dateless_tasks
from pm.schedule.outcome import outcome
from pm.schedule.places import compile_places
from pm.schedule.result import MISSING, Dates, Flags, Ints, Schedule
from pm.schedule.rollup import RollUp
from pm.schedule.sequence import silent_links
from pm.schedule.slack import EVERY, LinkView
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


class Network:
    """The logic of a plan, ordered, with its tasks compiled to arrays. `update` takes it from one revision to the next.

    Args:
        plan: The plan.
        previous: The network of an earlier revision. Its graph and order serve again where the logic is the same; an `update`
            of one that changes links then leaves the other of no use.

    Attributes:
        early_slots: Early start and finish by slot, as they were computed last; `late_slots` the late ones.
    """

    def __init__(self, plan: Plan, previous: Network | None = None) -> None:
        self.plan = plan
        self.calendars: Calendars = Calendars(plan, previous.calendars if previous else None)
        self.compiler = compile_tasks(plan, self.calendars, previous.tasks.bank if previous else None)
        self.tasks: TaskArrays = self.compiler.arrays
        same = previous is not None and same_logic(plan, previous.plan)
        self.topology: Topology = previous.topology if previous is not None and same else build_topology(plan)
        self._schedule: Schedule | None = None
        self._compile()
        self._settle_summary_lags()

    def update(self, plan: Plan, changes: Iterable[Change] | None = None) -> Schedule:
        """Move on to another revision and return its schedule, equal to ``compute_schedule(plan)``.

        What the change cannot reach is not computed again. Schedules handed out before stay as they are.

        Args:
            plan: The other revision.
            changes: What leads there from `self.plan`; found by comparing the two if None.

        Raises:
            CycleError, ScheduleError: as `compute_schedule`; the network stays at the revision it was at.
        """
        from pm.schedule.update import updated

        return updated(self, plan, changes)

    def become(self, other: Network) -> None:
        """Take over all that another network is; `other` is of no use afterwards."""
        self.__dict__.clear()
        self.__dict__.update(other.__dict__)
        if self._schedule is not None:
            self.longest.network = self

    def accept(self, schedule: Schedule) -> None:
        """Take `schedule` for that of the plan; the network's dates are brought up to it."""
        self._schedule = schedule

    def _settle_summary_lags(self) -> None:
        """Give percent lags from summaries the share of the span their branch turns out to have.

        The span of a summary follows from the forward pass; every round settles at least one more of them, in order.
        """
        self.lagged_summaries: Ints = percent_summaries(self.plan, self.topology)
        summaries = self.lagged_summaries
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
        np.maximum.at(tasks.floor_start, silent.successor, silent.floor)
        self.into, self.out_of = compile_logic(topology, lag, calendar, early, (silent.forward, silent.backward))
        self.places = compile_places(topology, tasks)
        self.binding: Flags = binding_branches(topology, tasks, self.out_of)
        every = np.arange(len(self.out_of.read))
        ignored = unbound_by_start_links(topology, tasks, self.out_of, self.binding, every)
        self.forward = Forward(self.places, self.into, tasks.bank)
        self.backward = Backward(self.places, self.out_of, tasks.bank, ignored)
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
        self.leaf_places = np.flatnonzero(topology.kind == LEAF)
        self.leaf_tasks = topology.task[self.leaf_places]
        self.ranges = _project_ranges(plan, tasks)
        self.find_open_ends()
        self.find_late_tasks()

    def find_open_ends(self) -> None:
        """Find the places whose late dates are counted back from their own finish."""
        each = zip(self.tasks.projects, self.tasks.profiles, strict=True)
        several = np.array([p.multiple_critical_paths or rules.open_ends_critical for p, rules in each] or [False], dtype=bool)
        self.open_ends: Ints = open_ends(self.places, self.out_of, several)

    def find_late_tasks(self) -> None:
        """Find the tasks that are scheduled as late as possible, and their places, last ones first."""
        self.late_as_possible: Flags = self.tasks.late_as_possible & self.leaf & (self.tasks.fixed_start == NEVER)
        self.late_places: list[int] = self.leaf_places[self.late_as_possible[self.leaf_tasks]][::-1].tolist()

    @property
    def schedule(self) -> Schedule:
        """The schedule of `plan`, computed once."""
        return self._schedule if self._schedule is not None else self.compute()

    @property
    def forward_base(self) -> Ints:
        """Where each place starts that nothing else bounds."""
        return self.forward.base

    @property
    def bounds(self) -> Ints:
        """What links and constraints asked of each slot in the last forward pass; NEVER where nothing did."""
        return self.forward.bounds

    # the passes ---------------------------------------------------------------------------------

    def passes(self) -> tuple[Dates, Dates, Ints]:
        """Return early dates, late dates and free slack of the leaves, and nothing else (what rivals compute)."""
        early, late = self._both_passes()
        dates, late_dates = (early.start, early.finish), (late.start, late.finish)
        total = total_slacks(self, dates, late_dates, begun_tasks(self, progress(self)))[2]
        return early, late, free_slacks(self, dates, total)

    def _both_passes(self) -> tuple[Dates, Dates]:
        while True:
            early, late = self._try_passes()
            used = self.counts & (early.start != MISSING)  # a WBS summary that spans nothing has no dates
            if not self.tasks.bank.out_of_range(early.start[used], early.finish[used], late.start[used], late.finish[used]):
                return early, late
            self.tasks.bank = self.tasks.bank.wider()
            self.forward.bank = self.backward.bank = self.tasks.bank

    def _try_passes(self) -> tuple[Dates, Dates]:
        forward, backward, tasks = self.forward, self.backward, self.tasks
        forward.pinned = {}
        if forward.base is not self.places.base:
            forward.set_base(self.places.base)
        early_slots = forward.run()
        self.project_finish = np.zeros(len(tasks.projects), np.int64)
        early = self._dates(early_slots, late=False)
        self.first_finish = np.where(self.drives, early.finish, NEVER)
        self.project_finish = self.finishes(self.first_finish)
        limit = self.latest_finishes()
        ends = self.open_ends
        limit[ends] = early_slots[2 * ends + 1]
        manual = ManualSummaries(self.plan, self.topology, tasks)
        late_slots = backward.run(early_slots, manual.limits(early.finish, limit), manual.held(early.start))
        late_slots = self.late_slots = self.shown_late(late_slots.reshape(-1, 2)).reshape(-1)
        if any(p.schedule_from == "finish" for p in tasks.projects):
            forward.set_base(self._base_from_finish(self._dates(late_slots, late=True)))
            early_slots = forward.run()
            early = self._dates(early_slots, late=False)
        late = self._late_dates(late_slots)
        self.early_slots = early_slots.copy()
        if self.late_places:
            self.early_slots = move_late_tasks(self)
            early = self._dates(self.early_slots, late=False)
        return early, late

    def _dates(self, slots: Ints, *, late: bool) -> Dates:
        """Return dates by task from dates by slot, rolled up over summaries."""
        count = len(self.tasks.project)
        start, finish = np.full(count, MISSING), np.full(count, MISSING)
        start[self.leaf_tasks] = slots[2 * self.leaf_places]
        finish[self.leaf_tasks] = slots[2 * self.leaf_places + 1]
        if self.hammocks.kinds:
            base = np.array([p.start for p in self.tasks.projects], dtype=np.int64)
            self.hammocks.fill(start, finish, late=late, otherwise=self.late_origins() if late else base)
        self.roll_up(start, finish)
        return Dates(start, finish)

    def _late_dates(self, slots: Ints) -> Dates:
        """Return late dates by task; summaries see the own dates of manual tasks where the profile says so."""
        late, held = self._dates(slots, late=True), self.tasks.held & self.counts
        if held.any():
            own = late.start[held], late.finish[held]
            late.start[held], late.finish[held] = self.tasks.fixed_start[held], self.tasks.fixed_finish[held]
            self.roll_up(late.start, late.finish)
            late.start[held], late.finish[held] = own
        return late

    def roll_up(self, start: Ints, finish: Ints) -> None:
        """Give summaries, in place, the dates of their branches."""
        if self.tasks.manual_summaries:
            ManualSummaries(self.plan, self.topology, self.tasks).roll_up(start, finish, self.active)
            return
        summaries = self.rollup.summaries
        start[summaries], finish[summaries] = self.rolled(self.rollup, start, finish)

    @staticmethod
    def rolled(rollup: RollUp, start: Ints, finish: Ints) -> tuple[Ints, Ints]:
        """Return the first start and the last finish of the branches of `rollup`, from the dates of all tasks."""
        begun = np.where(start == MISSING, FOREVER, start)  # a hammock may have no dates
        first, last = rollup.least(begun), rollup.greatest(finish)
        return np.where(first == FOREVER, MISSING, first), np.where(last == NEVER, MISSING, last)

    def finishes(self, finish: Ints) -> Ints:
        """Return every project's finish: the last of its tasks, or the date given where it is scheduled from its finish.

        `finish` holds the first early finish of every task that counts, NEVER elsewhere.
        """
        finishes = np.array([p.start for p in self.tasks.projects], dtype=np.int64)
        for number, (a, b) in enumerate(self.ranges):
            project = self.tasks.projects[number]
            if project.schedule_from == "finish":
                finishes[number] = project.finish if project.finish is not None else project.start
                continue
            last = int(finish[a:b].max(initial=NEVER))
            last = max([last] + [f for i, (_, f) in self.tasks.manual_summaries.items() if a <= i < b])
            if last != NEVER:
                finishes[number] = last
        return finishes

    def latest_finishes(self, at: Ints | slice = EVERY) -> Ints:
        """Return the latest finish of the places at `at`: their project's, for milestones the last instant at that position.

        A milestone behind an elapsed lag may slip over a night or a weekend without moving the finish.
        """
        places, tasks = self.places, self.tasks
        if not len(tasks.projects):
            return places.base[at].copy()
        project = places.project[at]
        limits = self._last_instants(at)
        by_position = np.array([p.late_dates_by_position for p in tasks.profiles], dtype=bool)
        loose = np.flatnonzero((places.length[at] == 0) & by_position[project])
        if len(loose):
            k = places.calendar[at][loose]
            limits[loose] = tasks.bank.snaps(limits[loose], k)[1]
        return limits

    def _last_instants(self, at: Ints | slice) -> Ints:
        """Return what the late dates of the places at `at` are counted back from."""
        outside = self.tasks.outside[self.topology.task[at]]
        return np.where(outside != NEVER, outside, self.late_origins()[self.places.project[at]])

    def shown_late(self, late: Ints, at: Ints | slice = EVERY) -> Ints:
        """Return late dates (start and finish by place) as shown: only mandatory ones are after what they count back from."""
        if not len(self.tasks.projects):
            return late
        shown = np.minimum(late, self._last_instants(at)[:, None])
        kept = (np.abs(late) >= FOREVER) | self.places.mandatory[at][:, None]
        return np.where(kept, late, shown)

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
        for number, (a, b) in enumerate(self.ranges):
            if self.tasks.projects[number].schedule_from == "finish":
                starts = late.start[a:b][self.counts[a:b] & (late.start[a:b] != MISSING)]
                if len(starts):
                    base[self.places.project == number] = int(starts.min())
        return base

    # everything else ----------------------------------------------------------------------------

    def compute(self) -> Schedule:
        """Return the whole schedule."""
        early, late = self._both_passes()
        self.progress = progress(self)
        self.begun, self.finished = begun_tasks(self, self.progress), finished_tasks(self, self.progress)
        self.longest = LongestPath(self)
        self._schedule = outcome(self, early, late)
        return self._schedule


def _project_ranges(plan: Plan, tasks: TaskArrays) -> list[tuple[int, int]]:
    """Return where each project's tasks begin and end; tasks stand in outline order, project by project."""
    ranges = []
    for number in range(len(tasks.projects)):
        mine = np.flatnonzero(tasks.project == number)
        ranges.append((int(mine[0]), int(mine[-1]) + 1) if len(mine) else (0, 0))
    return ranges


__all__ = ["Network", "compile_network", "compute_schedule"]
