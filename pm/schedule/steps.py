"""The steps that explanations are made of: what each is, how long it works, and what it crosses that nobody works, by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from pm.model.kinds import DAY
from pm.schedule.bank import CONTINUOUS
from pm.schedule.engine import Network
from pm.schedule.network import FINISH, START
from pm.worktime import WorkCalendar

LONG = 1100
"""Days of a pause that are looked at one by one; a longer one is named by these."""


class StepKind(StrEnum):
    """What a step of a chain is."""

    PROJECT_START = "project_start"
    PROJECT_FINISH = "project_finish"
    OPEN_END = "open_end"
    """The early finish of a task that nothing follows, where each network of a project finishes for itself."""
    MUST_FINISH_BY = "must_finish_by"
    CONSTRAINT = "constraint"
    DEADLINE = "deadline"
    EXTERNAL = "external"
    ACTUAL = "actual"
    MANUAL = "manual"
    STATUS_DATE = "status_date"
    EXPECTED = "expected_finish"
    SUMMARY = "summary"
    WORK = "work"
    SPLIT = "split"
    LINK = "link"
    LAG = "lag"
    DELAY = "delay"
    LEVELLING = "levelling"
    AS_LATE_AS_POSSIBLE = "as_late_as_possible"
    WAIT = "wait"


ORIGINS = frozenset(
    {
        StepKind.PROJECT_START,
        StepKind.PROJECT_FINISH,
        StepKind.OPEN_END,
        StepKind.MUST_FINISH_BY,
        StepKind.CONSTRAINT,
        StepKind.DEADLINE,
        StepKind.EXTERNAL,
        StepKind.ACTUAL,
        StepKind.MANUAL,
        StepKind.STATUS_DATE,
        StepKind.EXPECTED,
        StepKind.SUMMARY,
    }
)
"""What a chain may begin with."""


@dataclass(frozen=True)
class Pause:
    """A stretch of non-working time; instants. `name` is the exception's, else what it is: a weekend, a night.

    Where it is a resource that does not work, though the task's own calendar does, its name stands before: ``Anna: Holiday``.
    """

    start: int
    finish: int
    name: str


@dataclass(frozen=True)
class Tie:
    """What asks for the same date as the step it stands beside.

    Attributes:
        kind: LINK for another link, SUMMARY for another part of a summary, else a kind of origin (a constraint, say).
        task_id: The task at the other end of the link; the part of the summary; the task that has the constraint.
        link_id: The link; None elsewhere.
    """

    kind: StepKind
    task_id: int
    link_id: int | None = None


@dataclass(frozen=True)
class Step:
    """One step of a chain.

    Attributes:
        kind: What it is. The first step is an origin and has no length.
        task_id: Whose step it is.
        link_id: The link it follows (of a lag, of the wait after it, or of a link that needs neither); of a task that is done
            as late as possible, the link that holds it; None elsewhere.
        start, finish: Instants; `finish` is before `start` for a lead, and for whatever is counted back from a later date.
        working: Working seconds between them on the step's own calendar, negative backwards.
        pauses: The non-working time it crosses.
        assignment_id: The assignment that decides how long it takes, where that is not the task's duration.
        also: What else asks for the date just as well.
        whole: Of a lag of which only a part is left, the lag as it was before its predecessor began; None elsewhere.
    """

    kind: StepKind
    task_id: int | None
    link_id: int | None
    start: int
    finish: int
    working: int
    pauses: tuple[Pause, ...]
    assignment_id: int | None = None
    also: tuple[Tie, ...] = ()
    whole: int | None = None


def pauses(
    calendar: WorkCalendar, start: int, finish: int, usual: WorkCalendar | None = None, who: str = ""
) -> tuple[Pause, ...]:
    """Return the non-working stretches of `calendar` between two instants, in order, named.

    Args:
        calendar: The calendar that was worked on.
        start, finish: The instants.
        usual: The calendar that would have been worked on but for the resources `who`, where it is another.
        who: Names of those resources.
    """
    found: list[Pause] = []
    at = start
    for a, b in [*calendar.intervals(start, finish), (finish, finish)]:
        if a > at:
            found.extend(_parts(calendar, at, a, usual, who))
        at = max(at, b)
    return tuple(found)


def _parts(calendar: WorkCalendar, start: int, finish: int, usual: WorkCalendar | None, who: str) -> Iterator[Pause]:
    """Cut one pause where its reason changes; the rest of a day goes with the whole days beside it."""
    names: list[tuple[int, str]] = []
    first = start - start % DAY
    for day in range(first, min(finish, first + LONG * DAY), DAY):
        if not calendar.day_shifts(day):
            name = _of_day(calendar, day, usual, who)
            if not names or names[-1][1] != name:
                names.append((max(day, start), name))
    if not names:
        at_work = usual is not None and bool(usual.intervals(start, finish))
        names = [(start, f"{who}: off" if at_work else "between shifts")]
    edges = [start, *(at for at, _ in names[1:]), finish]
    for (_, name), (a, b) in zip(names, pairwise(edges), strict=True):
        yield Pause(a, b, name)


def _of_day(calendar: WorkCalendar, day: int, usual: WorkCalendar | None, who: str) -> str:
    """Return why nobody works on a day: the task's own calendar says so, else a resource is away."""
    if usual is not None and usual.day_shifts(day):
        return f"{who}: {calendar.exception_name(day) or 'day off'}"
    name = (usual or calendar).exception_name(day)
    return "weekend" if name is None else name or "day off"


class Trail:
    """Collects the steps that lead to a date, the last one first."""

    def __init__(self, network: Network) -> None:
        self.network, self.plan = network, network.plan
        self.bank = network.tasks.bank
        self.places = network.places
        self.task: list[int] = network.topology.task.tolist()
        self.hammocks = network.hammocks
        self._open_ends = frozenset(network.topology.task[network.open_ends].tolist())
        self.steps: list[Step] = []
        self._ties: list[Tie] = []

    def taken(self) -> tuple[Step, ...]:
        """Return the steps, the first one first."""
        steps = list(reversed(self.steps))
        if self._ties and steps:
            steps[0] = replace(steps[0], also=(*steps[0].also, *self._ties))
        return tuple(steps)

    def tie(self, ties: list[Tie]) -> None:
        """Remember what asks for the same date as the step that is added next."""
        self._ties.extend(tie for tie in ties if tie not in self._ties)

    def add(
        self,
        kind: StepKind,
        position: int,
        start: int,
        finish: int,
        k: int | None = None,
        *,
        link: int | None = None,
        assignment: int | None = None,
    ) -> None:
        """Add a step; `k` names its calendar, None where the clock simply runs.

        Args:
            kind: What it is.
            position: The task's.
            start, finish: Instants.
            k: Calendar.
            link: Position of the link it follows; negative for an edge of the tree.
            assignment: Id of the assignment that decides it.
        """
        task_id = self.plan.tasks.ids[position]
        link_id = None if link is None or link < 0 else self.plan.links.ids[link]
        low, high = min(start, finish), max(start, finish)
        gaps: tuple[Pause, ...] = ()
        whole = self._whole_lag(link) if kind is StepKind.LAG and link is not None else None
        if k is None or low == high:
            working = finish - start
        else:
            usual, who = (None, "") if kind is StepKind.LAG else self._resources(position, k, assignment)
            gaps = pauses(self.bank.calendar(k), low, high, usual, who)
            working = self.bank.between(start, finish, k)
        self.steps.append(Step(kind, task_id, link_id, start, finish, working, gaps, assignment, tuple(self._ties), whole))
        self._ties.clear()

    def origin(self, kind: StepKind, position: int, date: int) -> None:
        """Add what a chain begins with."""
        self.add(kind, position, date, date)

    def wait(self, position: int, start: int, finish: int, k: int | None, link: int | None = None) -> None:
        """Add the time until work can go on, if there is any."""
        if start != finish:
            self.add(StepKind.WAIT, position, start, finish, k, link=link)

    def marker(self, position: int, date: int, link: int) -> None:
        """Add a link that takes no time, unless the step just added follows it already."""
        if link >= 0 and (not self.steps or self.steps[-1].link_id != self.plan.links.ids[link]):
            self.add(StepKind.LINK, position, date, date, link=link)

    def resumption(self, position: int, start: int, resume: int, k: int) -> None:
        """Add what a started task's remaining work is held up by: the status date, a reported resumption, or what is done."""
        tasks = self.plan.tasks
        if resume == self.network.tasks.projects[self.network.tasks.project[position]].status_date:
            self.origin(StepKind.STATUS_DATE, position, resume)
            return
        if tasks.column("resume")[position] is None and resume > start:
            self.add(StepKind.WORK, position, start, resume, k)
            resume = start
        self.origin(StepKind.ACTUAL, position, resume)

    def early_origin(self, position: int, end: int, bound: int) -> StepKind:
        """Say what lets a task start: its constraint, a manual summary, the status date, or the project's start."""
        arrays, columns = self.network.tasks, self.plan.tasks
        if bound == (arrays.floor_finish if end == FINISH else arrays.floor_start)[position]:
            if bound in (columns.column("constraint_date")[position], columns.column("secondary_constraint_date")[position]):
                return StepKind.CONSTRAINT
            if end == START and bound == columns.column("external_early_start")[position]:
                return StepKind.EXTERNAL
        if end == FINISH:
            return StepKind.CONSTRAINT
        held = (arrays.manual_summaries.get(a) for a in self.plan.outline.ancestors(position))
        if any(dates is not None and dates[0] == bound for dates in held):
            return StepKind.MANUAL
        if bound == arrays.projects[arrays.project[position]].status_date:
            return StepKind.STATUS_DATE
        if arrays.done[position]:
            return StepKind.ACTUAL
        return StepKind.PROJECT_START

    def late_origin(self, position: int) -> tuple[StepKind, int]:
        """Return what the late dates of a task are counted back from where nothing of its own limits them, and when."""
        network, number = self.network, int(self.network.tasks.project[position])
        project = network.tasks.projects[number]
        if position in self._open_ends:
            return StepKind.OPEN_END, int(network.schedule.early_finish[position])
        must = project.must_finish_by is not None and project.schedule_from == "start"
        return StepKind.MUST_FINISH_BY if must else StepKind.PROJECT_FINISH, int(network.late_origins()[number])

    def _whole_lag(self, link: int) -> int | None:
        """Return the lag of a link before its predecessor began, where only a part of it is left."""
        lags = self.network.lags
        return lags.whole(link) if lags.is_cut(link) else None

    def _resources(self, position: int, k: int, assignment: int | None) -> tuple[WorkCalendar | None, str]:
        """Return the task's own calendar and who works on `k` instead, where that is another calendar."""
        own = int(self.network.tasks.task_calendar[position])
        if k in (own, CONTINUOUS):
            return None, ""
        assignments, resources = self.plan.assignments, self.plan.resources
        wanted = [assignment] if assignment is not None else assignments_of(self.network, position)
        ids = dict.fromkeys(assignments.value(a, "resource_id") for a in wanted)
        names = [str(resources.value(r, "name")) for r in ids if r is not None and resources.value(r, "type") == "work"]
        if not names:
            return None, ""
        return self.bank.calendar(own), ", ".join(names[:3]) + (", …" if len(names) > 3 else "")


def assignments_of(network: Network, position: int) -> list[int]:
    """Return the ids of a task's assignments."""
    assignments, task_id = network.plan.assignments, network.plan.tasks.ids[position]
    return [a for a, t in zip(assignments.ids, assignments.column("task_id"), strict=True) if t == task_id]
