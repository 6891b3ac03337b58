"""Monte Carlo: a plan scheduled over and over, with durations as they were drawn, by the rules of the engine itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from queue import SimpleQueue
from threading import Lock
from typing import Any

import numpy as np

from pm.errors import InputError
from pm.model import Plan
from pm.risk.distributions import Floats
from pm.risk.inputs import Ints, Settings, Uncertainty, uncertainty
from pm.risk.sampling import Flags, Samples, draw
from pm.schedule import MISSING, Schedule, compile_network
from pm.schedule.copies import Copies, OneByOne, Trials, copies_at_once, trials
from pm.schedule.engine import Network

MOST_ITERATIONS = 1_000_000

Step = Callable[[int], None]
"""Told how many iterations have been computed since it was told last."""


@dataclass(frozen=True)
class Watch:
    """What is kept of every iteration beside the finish.

    Attributes:
        links: Rows of the network's links whose bound is compared with the planned start of their successor.
        planned: That start, an instant a row of `links`.
    """

    links: Ints
    planned: Ints


@dataclass(frozen=True)
class Outcome:
    """What the iterations came to.

    Attributes:
        schedule: The plan as it is, scheduled.
        samples: What was drawn.
        project: Number of the project that is asked about, among those of the plan.
        finish: The project's finish in every iteration, an instant.
        length: Working seconds from the project's start to it, on the project's calendar.
        critical: By task, in how many iterations it had no slack (no more than the project's limit) and was not finished.
        significance: By task, the sum over iterations of duration / (duration + total slack), weighted by `length`.
        on_time: By row of the watch's links: in how many iterations it allowed the planned start; `joint` by the same row: in
            how many all of the watched links to its successor did.
        late: By task with a deadline, in how many iterations it finished after it.
    """

    schedule: Schedule
    network: Network
    samples: Samples
    project: int
    finish: Ints
    length: Ints
    critical: Ints
    significance: Floats
    watch: Watch
    on_time: Ints
    joint: Ints
    late: Ints

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.schedule.plan

    @property
    def iterations(self) -> int:
        """How many there are."""
        return len(self.finish)

    @property
    def planned_finish(self) -> int:
        """The finish of the plan as it is."""
        return self.schedule.project_finish[self.plan.projects.ids[self.project]]

    @property
    def uncertain(self) -> Uncertainty:
        """What is uncertain."""
        return self.samples.uncertain


class Simulation:
    """Computes iterations of one plan, on several threads.

    Args:
        plan: The plan.
        settings: How its uncertainty is read.
        iterations: How many to draw.
        seed: What they are drawn from.
        workers: Threads; the result is the same for any number.
        project_id: The project that is asked about; the only one if None.

    Raises:
        InputError: `risk.iterations`; as `uncertainty`.
        NotFoundError: `plan.no_project`, which one is not said.
        PMError: the plan cannot be scheduled.
    """

    def __init__(
        self,
        plan: Plan,
        settings: Settings | None = None,
        *,
        iterations: int = 2000,
        seed: int = 1,
        workers: int = 1,
        project_id: int | None = None,
    ) -> None:
        if not 1 <= iterations <= MOST_ITERATIONS:
            raise InputError(f"iterations lie between 1 and {MOST_ITERATIONS:,}", code="risk.iterations")
        if seed < 0 or workers < 1:
            raise InputError("the seed is no negative number, and at least one worker computes", code="risk.iterations")
        owner = plan.projects[project_id] if project_id is not None else plan.project()
        self.plan, self.project, self.workers = plan, plan.projects.position(owner.id), workers
        self.uncertain = uncertainty(plan, settings)
        self.network = compile_network(plan)
        self.schedule = self.network.compute()
        self.samples = draw(self.uncertain, iterations, seed)
        self._calendar = self.schedule.calendars.project(owner.id)
        self._begin = self._calendar.position(self.schedule.project_start[owner.id])
        self._counting = Lock()
        self._crew: SimpleQueue[Copies | OneByOne] = SimpleQueue()
        self._made = 0

    def run(self, watch: Watch | None = None, step: Step | None = None) -> Outcome:
        """Compute every iteration."""
        none = np.zeros(0, np.int64)
        watch = watch or Watch(none, none)
        tally = _Tally(self.network, watch, self.schedule)
        finish = np.empty(self.samples.iterations, np.int64)
        parts = self._each(np.arange(len(finish)), None, lambda found, rows, durations: self._kept(tally, found, durations), step)
        sums: list[Any] = []
        for rows, (dates, own) in parts:
            finish[rows] = dates
            sums = own if not sums else [a + b for a, b in zip(sums, own, strict=True)]
        critical, significance, on_time, joint, late = sums
        length = self.working(finish)
        return Outcome(
            self.schedule,
            self.network,
            self.samples,
            self.project,
            finish,
            length,
            critical,
            significance,
            watch,
            on_time,
            joint,
            late,
        )

    def finishes(self, rows: Ints, without: Flags, step: Step | None = None) -> Ints:
        """Return the project's finish in some of the iterations, the risks in `without` never happening."""
        found = np.empty(len(rows), np.int64)
        for at, dates in self._each(rows, without, lambda trials, at, durations: trials.project_finish[self.project], step):
            found[at] = dates
        return found

    def working(self, finish: Ints) -> Ints:
        """Return the working seconds from the project's start to instants, on its calendar."""
        with self._counting:  # a calendar that grows is one thread's at a time
            return self._calendar.positions(finish) - self._begin

    def instant(self, length: int) -> int:
        """Return the instant so many working seconds after the project's start."""
        return self._calendar.earliest(self._begin + length)

    def _kept(self, tally: _Tally, found: Trials, durations: Ints) -> tuple[Ints, list[Any]]:
        finish = found.project_finish[self.project]
        return finish, tally.of(found, durations, self.uncertain.at, self.working(finish))

    def _each(
        self, rows: Ints, without: Flags | None, keep: Callable[[Trials, Ints, Ints], Any], step: Step | None
    ) -> Iterator[tuple[Ints, Any]]:
        """Yield places in `rows` and what `keep` makes of the trials of these iterations, in order."""
        size = copies_at_once(self.network)
        at = [np.arange(a, min(a + size, len(rows))) for a in range(0, len(rows), size)]
        self._man(min(self.workers, max(1, len(at))), size)

        def compute(part: Ints) -> tuple[Ints, Any]:
            worker = self._crew.get()
            try:
                durations = self.samples.durations(rows[part], without=without)
                return part, keep(worker.run(durations.T), part, durations)
            finally:
                self._crew.put(worker)

        for part, kept in _in_order(compute, at, self.workers):
            if step is not None:
                step(len(part))
            yield part, kept

    def _man(self, workers: int, size: int) -> None:
        """See that there are enough networks to work with."""
        for _ in range(self._made, workers):
            self._crew.put(trials(self.network, self.uncertain.at, min(size, self.samples.iterations)))
            self._made += 1


def _in_order(compute: Callable[[Ints], Any], parts: list[Ints], workers: int) -> Iterator[Any]:
    """Yield what `compute` makes of each part, in order; some are computed ahead."""
    if workers == 1 or len(parts) == 1:
        yield from map(compute, parts)
        return
    with ThreadPoolExecutor(workers) as pool:
        waiting = iter(parts)
        ahead = [pool.submit(compute, part) for part in islice(waiting, 2 * workers)]
        while ahead:
            done = ahead.pop(0)
            yield done.result()
            ahead += [pool.submit(compute, part) for part in islice(waiting, 1)]


class _Tally:
    """Counts over iterations what is not kept of each."""

    def __init__(self, network: Network, watch: Watch, schedule: Schedule) -> None:
        self._network, self._watch = network, watch
        tasks = network.tasks
        self._limits = np.array([p.critical_slack_limit for p in tasks.projects] or [0], dtype=np.int64)[tasks.project][:, None]
        deadlines = schedule.plan.tasks.column("deadline")
        self._due = np.array([MISSING if d is None else d for d in deadlines], dtype=np.int64)
        self._may: Flags = (network.drives & ~tasks.done)[:, None]
        self._links = network.links.only(watch.links)
        _, self._successor = np.unique(self._links.successor, return_inverse=True)

    def of(self, found: Trials, durations: Ints, at: Ints, length: Ints) -> list[Any]:
        """Return the counts of some iterations: critical, significance, links on time, all links on time, deadlines missed."""
        slack = found.total_slack
        has = slack != MISSING
        critical = (has & self._may & (slack <= self._limits)).sum(axis=1)
        left = np.where(has[at], np.maximum(slack[at], 0), 0)
        whole = durations.T + left
        share = np.where(whole > 0, durations.T / np.maximum(whole, 1), 0.0)
        significance = np.zeros(len(slack))
        significance[at] = (share * length).sum(axis=1)
        due = self._due != MISSING
        late = np.zeros(len(slack), np.int64)
        late[due] = (found.finish[due] > self._due[due, None]).sum(axis=1)
        on_time = self._on_time(found)
        every = np.ones((int(self._successor.max(initial=-1)) + 1, on_time.shape[1]), dtype=bool)
        np.logical_and.at(every, self._successor, on_time)
        return [critical, significance, on_time.sum(axis=1), every.sum(axis=1)[self._successor], late]

    def _on_time(self, found: Trials) -> Flags:
        """Return whether each watched link allows the planned start: a row a link, a column an iteration."""
        bank, dates = self._network.tasks.bank, zip(found.early_start.T, found.early_finish.T, strict=True)
        bounds = [self._links.bounds(bank, pair) for pair in dates] if len(self._links.link) else []
        shape = len(self._links.link), found.early_start.shape[1]
        return self._watch.planned[:, None] >= np.array(bounds, dtype=np.int64).reshape(shape[1], shape[0]).T
