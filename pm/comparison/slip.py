"""Why a finish moved: its change cut into causes that add up, by applying one group of changes after another.

Let ``f(P)`` be the finish that plan ``P`` computes, ``A`` and ``B`` the plans before and after, and ``A = P0, P1, ..., Pn = B``
the plans that arise when the groups of `Cause` are applied to A in their order. The group k contributes ``f(Pk) - f(Pk-1)``; the
sum telescopes to ``f(B) - f(A)``, whatever the groups are. Inside a group its rows are applied one at a time in outline order,
and the same holds; where they are more than can be tried, those on a longest path come after the others. What a cause
contributes depends on the order: it is what it adds to those before it.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pm.comparison.causes import Cause, Subject, subject_finder
from pm.errors import NotFoundError, PlanError
from pm.model import Change, Changeset, Plan

if TYPE_CHECKING:
    from pm.schedule import Network, Schedule
    from pm.worktime.calendar import WorkCalendar


class Shift(NamedTuple):
    """How far a finish moves, later being positive: seconds on the wall clock, and of work on the project's calendar."""

    elapsed: int
    working: int


@dataclass(frozen=True)
class Part:
    """What some of a group's changes contribute: those of one row, or together those that were not told apart."""

    subjects: tuple[Subject, ...]
    shift: Shift


@dataclass(frozen=True)
class Step:
    """What a group of changes contributes.

    Attributes:
        causes: One; several where the plan cannot be scheduled with only some of them applied.
        shift: What they move the finish by.
        finish: The finish once they are applied, an instant.
        parts: What single rows contribute, in the order in which they are applied; those that move nothing are left out.
    """

    causes: tuple[Cause, ...]
    shift: Shift
    finish: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Slip:
    """The change of a finish, by cause. `before`, the shifts of `steps`, and `after` add up exactly.

    Attributes:
        project_id: The project, or that of the task.
        task_id: The task whose finish it is; None for the project's.
        before, after: The finishes, instants.
        steps: Groups of changes in the order in which they are applied.
    """

    project_id: int
    task_id: int | None
    before: int
    after: int
    shift: Shift
    steps: tuple[Step, ...]


class Target(NamedTuple):
    """A finish that is looked at: a project's, or a task's."""

    project_id: int
    task_id: int | None = None

    def finish(self, schedule: Schedule) -> int | None:
        """Return the finish in a schedule; None where it has none."""
        if self.task_id is None:
            return schedule.project_finish.get(self.project_id)
        if self.task_id not in schedule.plan.tasks.index:
            return None
        return schedule.task(self.task_id).finish


MOST_WORK = 100_000
"""Tasks that are scheduled, all runs together, to tell the rows of groups apart: about a second."""
LEAST_RUNS, MOST_RUNS = 8, 200


def attribute(
    networks: tuple[Network, Network],
    schedules: tuple[Schedule, Schedule],
    changes: Mapping[Cause, Sequence[Change]],
    targets: Sequence[Target],
    runs: int | None = None,
) -> list[Slip]:
    """Return why the finishes of `targets` moved.

    Args:
        networks, schedules: Of the plan before and of the plan after; rows with the same id are the same row.
        changes: From one to the other, by cause.
        targets: Whose finish.
        runs: How many schedules may be computed to tell rows of a group apart; None for what the size of the plan allows.

    Raises:
        NotFoundError: `diff.no_finish`, a target has no finish in one of the plans.
    """
    if runs is None:
        runs = max(LEAST_RUNS, min(MOST_RUNS, MOST_WORK // max(len(schedules[1].plan.tasks), 1)))
    return _Attribution(networks, schedules, changes, targets).slips(runs)


Finishes = tuple[int, ...]


@dataclass
class _Group:
    """Changes that are applied together, and what they make of the finishes."""

    causes: tuple[Cause, ...]
    base: Plan
    changes: list[Change]
    before: Finishes
    after: Finishes
    on_path: frozenset[int]


class _Attribution:
    def __init__(
        self,
        networks: tuple[Network, Network],
        schedules: tuple[Schedule, Schedule],
        changes: Mapping[Cause, Sequence[Change]],
        targets: Sequence[Target],
    ) -> None:
        self._network = networks[0]
        self._schedules, self._targets = schedules, targets
        self._changes = {cause: [c for c in listed if c.table in _TABLES] for cause, listed in changes.items()}
        before, after = (s.plan for s in schedules)
        self._subject = subject_finder(before, after)
        self._rank = _ranks(before, after)
        self._calendars = [schedules[1].calendars.project(t.project_id) for t in targets]

    def slips(self, runs: int) -> list[Slip]:
        """Return the slip of every target."""
        first, last = (self._measured(s) for s in self._schedules)
        if first is None or last is None:
            raise NotFoundError("it has no finish in one of the plans", code="diff.no_finish", hint="name a task that both have")
        groups = self._groups(first, last)
        parts = self._parts(groups, runs)
        slips = []
        for n, target in enumerate(self._targets):
            shift = self._shifter(n)
            steps = [
                Step(
                    group.causes,
                    shift(group.before, group.after),
                    group.after[n],
                    tuple(part for block in blocks if (part := block.part(shift)).shift != (0, 0)),
                )
                for group, blocks in zip(groups, parts, strict=True)
            ]
            slips.append(Slip(target.project_id, target.task_id, first[n], last[n], shift(first, last), tuple(steps)))
        return slips

    def _shifter(self, number: int) -> Callable[[Finishes, Finishes], Shift]:
        calendar: WorkCalendar = self._calendars[number]

        def shift(before: Finishes, after: Finishes) -> Shift:
            a, b = before[number], after[number]
            return Shift(b - a, calendar.position(b) - calendar.position(a))

        return shift

    def _groups(self, first: Finishes, last: Finishes) -> list[_Group]:
        """Apply cause after cause; one that leaves a plan that cannot be scheduled waits for the next."""
        plan = _bare(self._schedules[0].plan).apply(Changeset("", tuple(self._heads())))
        values, causes, pending, path = first, list[Cause](), list[Change](), self._path(self._schedules[0])
        groups: list[_Group] = []
        for cause in Cause:
            listed = [c for c in self._changes.get(cause, ()) if not _is_head(c)]
            if cause is Cause.OTHER or not listed:
                continue
            pending += listed
            causes.append(cause)
            reached = self._reached(plan, pending)
            if reached is not None:
                was, path = path, self._path(reached[2])
                groups.append(_Group(tuple(causes), plan, pending, values, reached[1], was | path))
                plan, values = reached[:2]
                causes, pending = [], []
        if causes or values != last:
            path |= self._path(self._schedules[1])
            groups.append(_Group(tuple(causes) or (Cause.OTHER,), plan, pending, values, last, path))
        return groups

    def _heads(self) -> Iterable[Change]:
        """Return the new rows that others refer to; as long as nothing does, they move nothing."""
        for listed in self._changes.values():
            for c in listed:
                if _is_head(c) and c.after is not None:
                    yield Change(c.table, c.id, None, {n: v for n, v in c.after.items() if n != "portfolio_id"})

    def _reached(self, plan: Plan, changes: Sequence[Change]) -> tuple[Plan, Finishes, Schedule] | None:
        """Return the plan after `changes`, its finishes and its schedule; None where there is no such plan, or no finish."""
        from pm.schedule import compile_network

        try:
            changed = plan.apply(Changeset("", tuple(changes)))
            self._network = compile_network(changed, self._network)
            schedule = self._network.compute()
        except PlanError:
            return None
        values = self._measured(schedule)
        return None if values is None else (changed, values, schedule)

    def _measured(self, schedule: Schedule) -> Finishes | None:
        found = [target.finish(schedule) for target in self._targets]
        return None if None in found else tuple(t for t in found if t is not None)

    def _path(self, schedule: Schedule) -> frozenset[int]:
        """Return the tasks on a longest path."""
        ids = schedule.plan.tasks.ids
        return frozenset(ids[p] for p in schedule.longest_path.nonzero()[0].tolist())

    def _parts(self, groups: Sequence[_Group], runs: int) -> list[list[_Block]]:
        """Cut the rows of each group into blocks: where the most moves is halved first, down to single rows."""
        units = [self._units(group, runs) for group in groups]
        found = [{0: _Block(listed, group.before, group.after)} for group, listed in zip(groups, units, strict=True)]
        heap = [(-_distance(group.before, group.after), number, 0) for number, group in enumerate(groups)]
        heapq.heapify(heap)
        while heap and runs > 0:
            moved, number, start = heapq.heappop(heap)
            group, block = groups[number], found[number][start]
            if not moved or len(block.units) < 2:
                continue
            middle = start + block.middle(group.on_path)
            reached = self._reached(group.base, [c for _, listed in units[number][:middle] for c in listed])
            runs -= 1
            if reached is None:
                continue
            end, values = start + len(block.units), reached[1]
            for a, b, before, after in ((start, middle, block.before, values), (middle, end, values, block.after)):
                found[number][a] = _Block(units[number][a:b], before, after)
                heapq.heappush(heap, (-_distance(before, after), number, a))
        return [[blocks[start] for start in sorted(blocks)] for blocks in found]

    def _units(self, group: _Group, runs: int) -> list[_Unit]:
        """Return a group's changes by the row they are told of, in the order in which they are applied one at a time."""
        found: dict[Subject, list[Change]] = {}
        for change in group.changes:
            found.setdefault(self._subject(change), []).append(change)
        units = sorted(found.items(), key=lambda unit: self._rank(unit[0]))
        if len(units) > runs and Cause.SCOPE not in group.causes:  # (a branch comes from its top, whatever the path)
            units.sort(key=lambda unit: _matters(unit[0], group.on_path))
        return units


_Unit = tuple[Subject, list[Change]]


def _matters(subject: Subject, on_path: frozenset[int]) -> bool:
    """Whether a row is likely to move a finish: a task on a longest path, or what is no task."""
    return subject[0] != "tasks" or subject[1] in on_path


@dataclass
class _Block:
    """Rows that follow each other in the order in which a group's are applied, and the finishes before and after them."""

    units: list[_Unit]
    before: Finishes
    after: Finishes

    def middle(self, on_path: frozenset[int]) -> int:
        """Return where to cut: in halves, but where rows that are likely to matter were put last, before these."""
        likely = [_matters(subject, on_path) for subject, _ in self.units]
        first = likely.index(True) if True in likely else 0
        return first if first and all(likely[first:]) else len(self.units) // 2

    def part(self, shift: Callable[[Finishes, Finishes], Shift]) -> Part:
        """Return what the rows contribute."""
        return Part(tuple(subject for subject, _ in self.units), shift(self.before, self.after))


def _distance(before: Finishes, after: Finishes) -> int:
    return max(abs(b - a) for a, b in zip(before, after, strict=True))


_TABLES = (
    "projects", "calendars", "calendar_exceptions", "work_weeks", "resources", "availabilities", "tasks", "links", "assignments",
)  # fmt: skip
"""The tables that decide dates; the others are left out of the plans that are computed on the way."""

_HEADS = frozenset({"projects", "calendars", "resources"})


def _is_head(change: Change) -> bool:
    """Whether a row that others refer to comes or goes: first and last of all, so that no reference is ever to nothing."""
    return change.table in _HEADS and (change.before is None or change.after is None)


def _bare(plan: Plan) -> Plan:
    projects = plan.projects
    if "portfolio_id" in projects.stored:
        projects = projects.changed({i: {"portfolio_id": None} for i in projects.ids})
    return Plan({name: plan.tables[name] for name in _TABLES} | {"projects": projects})


def _ranks(before: Plan, after: Plan) -> Callable[[Subject], tuple[int, int]]:
    """Return the order in which rows are applied: what is no task, tasks in their new outline order, removed ones from below."""

    def rank(subject: Subject) -> tuple[int, int]:
        table, row_id = subject
        if table != "tasks":
            return _TABLES.index(table) - len(_TABLES), row_id
        if row_id in after.tasks.index:
            return 1, after.tasks.index[row_id]
        return 2, -before.tasks.index[row_id]

    return rank


__all__ = ["Part", "Shift", "Slip", "Step", "Target", "attribute"]
