"""The brute-force scheduler with assignments: who works when, gaps in the work, and late dates worker by worker."""

from __future__ import annotations

from dataclasses import dataclass

from pm.model import FULL, Assignment, Plan
from tests.schedule.oracle import SLOT, Bounds, Dates, Works, add, between, subtract
from tests.schedule.oracle_progress import ProgressOracle


@dataclass
class Part:
    """A worker's part in a task: on which calendar, how long after the task's start it begins, and how long it takes."""

    works: Works
    offset: int
    length: int

    def reach(self, start: int) -> int:
        """Return where the part ends when the task starts at `start`."""
        return add(self.works, start, self.offset + self.length)


class AssignmentOracle(ProgressOracle):
    """Schedules a plan of one project whose tasks people may be assigned to (rules of section 3 and 4)."""

    def __init__(self, plan: Plan, calendars: dict[int | None, Works]) -> None:
        super().__init__(plan, calendars)
        workers = {r.id: r for r in plan.resources if r.type == "work"}
        self.resources = workers
        self.assigned = {i: [a for a in plan.assignments if a.task_id == i and a.resource_id in workers] for i in self.tasks}

    # Who works when -----------------------------------------------------------------------------------

    def team(self, leaf: int) -> list[Assignment]:
        """Return the assignments that drive a task: none of manual tasks, summaries and elapsed durations."""
        task = self.tasks[leaf]
        if task.manual or self.below[leaf] or task.duration_unit.startswith("e"):
            return []
        return [a for a in self.assigned[leaf] if a.work]

    def hours(self, leaf: int, assignment: Assignment) -> Works:
        """Return when an assignment is worked on: when its resource works and, where the task has a calendar, that too."""
        task = self.tasks[leaf]
        assert assignment.resource_id is not None
        named = self.resources[assignment.resource_id].calendar_id
        theirs = self.calendars[named if named is not None else self.project.calendar_id]
        if task.calendar_id is None:
            return theirs
        own = self.calendars[task.calendar_id]
        return own if task.ignore_resource_calendars else lambda t: own(t) and theirs(t)

    def parts(self, leaf: int) -> list[Part]:
        """Return what each of the team does."""
        found = []
        for a in self.team(leaf):
            length = sum(piece[0] for piece in a.profile) if a.profile else a.work * FULL // a.units
            found.append(Part(self.hours(leaf, a), (a.delay + a.levelling_delay) // SLOT, length // SLOT))
        return found

    def one_calendar(self, leaf: int) -> bool:
        """Whether the whole team works at the same time."""
        task = self.tasks[leaf]
        ids = {self.resources[a.resource_id or 0].calendar_id or self.project.calendar_id for a in self.team(leaf)}
        return len(ids) < 2 or (task.ignore_resource_calendars and task.calendar_id is not None)

    def is_split(self, leaf: int) -> bool:
        """Whether the work of a task has gaps."""
        return any(a.profile for a in self.team(leaf))

    def calendar(self, task_id: int) -> Works:
        """A task runs whenever any of its team works."""
        parts = self.parts(task_id)
        return (lambda t: any(p.works(t) for p in parts)) if parts else super().calendar(task_id)

    def slack_calendar(self, task_id: int) -> Works:
        """Slack is counted on the task's own calendar, whoever works on it."""
        return super().calendar(task_id)

    def length(self, task_id: int) -> int:
        """Gaps make a task longer, those of its pieces or those of a team on one calendar."""
        task, duration = self.tasks[task_id], super().length(task_id)
        if self.is_split(task_id):
            return max(p.offset + p.length for p in self.parts(task_id)) if self.one_calendar(task_id) else duration
        return max(a + b for a, b in task.splits) // SLOT if task.splits and not self.below[task_id] else duration

    def keeps_instants(self, leaf: int) -> bool:
        """Whether somebody without work belongs to the team (rule 3.6): dates stay at the instants that bound them."""
        team = self.team(leaf)
        return self.profile.late_start_by_assignment and 0 < len(team) < len(self.assigned[leaf])

    # Dates ----------------------------------------------------------------------------------------------

    def begin(self, leaf: int, t: int) -> int:
        """Return where a task that is bound by `t` starts."""
        return t if self.keeps_instants(leaf) else super().begin(leaf, t)

    def end(self, leaf: int, t: int) -> int:
        """Return where a task that must end by `t` does at the latest."""
        return t if self.keeps_instants(leaf) else super().end(leaf, t)

    def place(self, leaf: int, bounds: Bounds, base: int) -> tuple[int, int]:
        """A team on several calendars whose work has gaps ends when the last of them does."""
        start, finish = super().place(leaf, bounds, base)
        if self.is_split(leaf) and not self.one_calendar(leaf):
            return start, max(p.reach(start) for p in self.parts(leaf))
        return start, finish

    def by_part(self, leaf: int) -> bool:
        """Whether late dates are counted back for each of the team (rule 3.5)."""
        if self.one_calendar(leaf) or not (self.is_split(leaf) or self.profile.late_start_by_assignment):
            return False
        start, finish = self.early[leaf]
        return between(self.calendar(leaf), max(p.reach(start) for p in self.parts(leaf)), finish) <= 0

    def late_within(self, leaf: int, starts: list[int], finishes: list[int]) -> tuple[int, int]:
        """The task starts as late as the first of its team may."""
        if not self.by_part(leaf):
            return super().late_within(leaf, starts, finishes)
        parts = self.parts(leaf)
        start = min(subtract(p.works, min(finishes), p.offset + p.length) for p in parts)
        if not starts or min(starts) >= start:
            return start, self.end(leaf, min(finishes))
        start = super().begin(leaf, min(starts))
        return start, max(p.reach(start) for p in parts)

    def backward(self, early: Dates, project_finish: int) -> Dates:
        """Remember the early dates: late ones depend on whether the team's work fills the duration."""
        self.early = early
        return super().backward(early, project_finish)
