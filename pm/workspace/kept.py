"""Plans that are kept in memory with what has been worked out about them, and read again only where they have changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pm.model import Change, Plan
from pm.model.parts import plan_of_project
from pm.store.memory import counted_up
from pm.store.stamps import Committed, Plans, Stamp

if TYPE_CHECKING:
    from pm.schedule import Network, Schedule

MOST_KEPT = 8
"""A person looks at a few projects at a time."""


@dataclass
class Kept:
    """A plan that is kept in memory.

    `changes` lead from the plan that `network` stands at to `plan`; None where nobody knows them.
    """

    plan: Plan
    stamp: Stamp
    network: Network | None = None
    changes: list[Change] | None = field(default_factory=list)
    schedule: Schedule | None = None
    linked: tuple[int, bool] | None = None
    whole: Schedule | None = None

    def scheduled(self) -> Schedule:
        """Take the network to the plan as it stands, and return the schedule."""
        from pm.schedule import compile_network

        if self.network is None:
            self.network = compile_network(self.plan)
        schedule = self.network.update(self.plan, self.changes)
        self.changes = []
        return schedule


class KeptPlans:
    """The plans of a repository by code of their project; None stands for everything."""

    def __init__(self, plans: Plans) -> None:
        self._plans = plans
        self._kept: dict[str | None, Kept] = {}

    def current(self, code: str | None) -> Kept:
        """Return the plan as it stands now, read again only where it has changed.

        Raises:
            NotFoundError: `plan.no_project`.
        """
        kept = self._kept.get(code)
        if kept is not None:
            project_id = None if code is None else kept.plan.project(code).id
            stamp = self._plans.stamp(project_id)
            if kept.stamp.same_content(stamp):
                kept.stamp = stamp
                return kept
        plan, stamp = self._plans.load(code)
        while len(self._kept) >= MOST_KEPT:
            self._kept.pop(next(iter(self._kept)))
        self._kept[code] = fresh = Kept(plan, stamp, kept.network if kept is not None else None, None)
        return fresh

    def schedule(self, code: str | None) -> Schedule:
        """Return the schedule of a project, or of everything; that of a linked one is a part of that of everything.

        Raises:
            CycleError, ScheduleError: the plan cannot be scheduled.
        """
        kept = self.current(code)
        if code is not None and self.is_linked(kept, code):
            return self._part(kept, code)
        if kept.schedule is None:
            kept.schedule = kept.scheduled()
        return kept.schedule

    def network(self, code: str | None) -> Network:
        """Return the compiled network that decides the dates of a project.

        Raises:
            CycleError, ScheduleError: the plan cannot be scheduled.
        """
        kept = self.current(code)
        if code is not None and self.is_linked(kept, code):
            code, kept = None, self.current(None)
        self.schedule(code)
        assert kept.network is not None
        if kept.network.plan is not kept.plan:
            kept.scheduled()
        return kept.network

    def is_linked(self, kept: Kept, code: str) -> bool:
        """Whether a link joins the project to another."""
        if kept.linked is None or kept.linked[0] != kept.stamp.generation:
            kept.linked = kept.stamp.generation, self._plans.is_linked(kept.plan.project(code).id)
        return kept.linked[1]

    def _part(self, kept: Kept, code: str) -> Schedule:
        """Return the schedule of one project as a part of that of everything."""
        whole = self.schedule(None)
        if kept.schedule is None or kept.whole is not whole:
            kept.whole = whole
            kept.schedule = whole.restricted_to(plan_of_project(whole.plan, whole.plan.project(code).id))
        return kept.schedule

    def committed(self, code: str | None, after: Plan, committed: Committed) -> Plan:
        """Keep the plan that a command made of the one kept as `code`, and return it as it is stored.

        Args:
            code: What the command changed.
            after: The plan with what the command asked for.
            committed: What was written of it.
        """
        kept, written = self._kept[code], committed.written
        if written.generation != kept.stamp.generation + 1:
            # Somebody else wrote in between: their changes are not in `after`.
            self._kept.clear()
            return self.current(code).plan
        if committed.renumbered:
            after = kept.plan.apply(committed.changeset)
        revisions = {i: r for i, r in written.projects.items() if i in after.projects}
        after = counted_up(after, written)
        pool = kept.stamp.pool_revision + written.pool
        whole = {**kept.stamp.revisions, **(written.projects if code is None else revisions)}
        stamp = Stamp(written.generation, pool, {i: r for i, r in whole.items() if i in after.projects})
        changes = None if kept.changes is None else [*kept.changes, *committed.changeset.changes]
        self._kept[code] = Kept(after, stamp, kept.network, changes)
        return after
