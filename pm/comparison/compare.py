"""Two plans side by side: what differs, which tasks moved, and why the finish did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from pm.comparison.causes import Cause, Sorter, Subject
from pm.comparison.matching import align
from pm.comparison.moves import task_moves
from pm.comparison.rows import changes_between
from pm.comparison.slip import Slip, Target, attribute
from pm.comparison.telling import Line, Teller
from pm.errors import NotFoundError, PlanError
from pm.model import Change, Plan, TaskMove
from pm.model.parts import standalone_plan

if TYPE_CHECKING:
    from pm.schedule import Network, Schedule


@dataclass(frozen=True)
class Comparison:
    """Two plans side by side.

    Attributes:
        before: The plan before.
        after: The plan after; what both plans have bears the ids that it has in `before`.
        changes: From the one to the other, by cause.
        lines: The same in people's words.
        by_name: Ids of the tasks that were recognised by their names, not by their uids.
        unscheduled: Why there are no dates to compare, None where there are.
    """

    before: Plan
    after: Plan
    changes: Mapping[Cause, list[Change]]
    lines: tuple[Line, ...]
    by_name: tuple[int, ...]
    unscheduled: PlanError | None = None
    _networks: tuple[Network, Network] | None = field(default=None, repr=False)
    _schedules: tuple[Schedule, Schedule] | None = field(default=None, repr=False)

    @property
    def schedules(self) -> tuple[Schedule, Schedule]:
        """The schedules before and after.

        Raises:
            PlanError: one of the plans cannot be scheduled.
        """
        if self._schedules is None:
            raise self.unscheduled or PlanError("nothing is scheduled", code="diff.unscheduled")
        return self._schedules

    @cached_property
    def moves(self) -> tuple[TaskMove, ...]:
        """The tasks with other dates, in outline order; none where there are no dates to compare."""
        return task_moves(*self._schedules) if self._schedules is not None else ()

    def called(self, subject: Subject) -> str:
        """Return what people call a row that differs: ``3.2 Pour slab``, ``Calendar Standard``."""
        return self._teller.called(subject)

    @cached_property
    def _teller(self) -> Teller:
        return Teller(self.before, self.after)

    @property
    def equal(self) -> bool:
        """Whether nothing differs: neither what the plans say nor a date."""
        return not self.lines and not self.moves

    def slips(self, runs: int | None = None) -> list[Slip]:
        """Return why the finish of each project that both plans have is another one; those that did not move are left out.

        Args:
            runs: How many schedules may be computed to tell single rows apart; None for what the size of the plan allows.
        """
        if self._schedules is None or self._networks is None:
            return []
        finishes = [s.project_finish for s in self._schedules]
        moved = [Target(i) for i in self.after.projects.ids if i in finishes[0] and finishes[0][i] != finishes[1].get(i)]
        return attribute(self._networks, self._schedules, self.changes, moved, runs) if moved else []

    def task_slip(self, task_id: int, runs: int | None = None) -> Slip:
        """Return why a task finishes at another time (or, with no steps, that it does not).

        Raises:
            NotFoundError: `diff.no_finish`, one of the plans lacks it, or it has no dates there.
            PlanError: one of the plans cannot be scheduled.
        """
        schedules = self.schedules
        if task_id not in self.before.tasks or task_id not in self.after.tasks:
            raise NotFoundError("only one of the plans has that task", code="diff.no_finish", hint="name a task that both have")
        target = Target(self.after.tasks.value(task_id, "project_id"), task_id)
        assert self._networks is not None
        return attribute(self._networks, schedules, self.changes, [target], runs)[0]


def compare(
    before: Plan, after: Plan, *, same_ids: bool = False, pooled: tuple[bool, bool] = (False, False), style: str = "iso"
) -> Comparison:
    """Return what differs between two plans.

    Args:
        before, after: The plans.
        same_ids: Rows with the same id are the same row: both plans come from one database, or one was made from the other.
            Else tasks are recognised by their uids and names within projects of the same code.
        pooled: Whether each plan has a pool that it shares with others: what it does not use of that, and the other plan
            lacks, is no difference.
        style: One of `DATE_FORMATS`, for the dates in the lines.
    """
    before, after = (_used_first(plan) if shares else plan for plan, shares in zip((before, after), pooled, strict=True))
    aligned = align(before, after, same_ids=same_ids)
    after = aligned.plan
    if pooled[0]:
        before = _without_unused(before, after)
    if pooled[1]:
        after = _without_unused(after, before)
    changes = Sorter(before, after).sort(changes_between(before, after))
    lines = Teller(before, after, style).lines(changes)
    try:
        networks = _networks(before, after)
        schedules = networks[0].compute(), networks[1].compute()
    except PlanError as error:
        return Comparison(before, after, changes, lines, aligned.by_name, error)
    return Comparison(before, after, changes, lines, aligned.by_name, None, networks, schedules)


def _used_first(plan: Plan) -> Plan:
    """Return `plan` with what it uses of the shared pool before the rest, so that of two calendars alike its own is matched."""
    used = standalone_plan(plan, *plan.projects.ids)
    tables = dict(plan.tables)
    for name, table in plan.tables.items():
        if len(used.tables[name]) < len(table):
            tables[name] = table.reordered(sorted(range(len(table)), key=lambda p: table.ids[p] not in used.tables[name].index))
    return Plan(tables)


def _without_unused(plan: Plan, other: Plan) -> Plan:
    """Return `plan` without what of the shared pool it does not use and `other` lacks."""
    return standalone_plan(plan, *plan.projects.ids, besides={name: table.index for name, table in other.tables.items()})


def _networks(before: Plan, after: Plan) -> tuple[Network, Network]:
    from pm.schedule import compile_network

    first = compile_network(before)
    return first, compile_network(after, first)


__all__ = ["Comparison", "compare"]
