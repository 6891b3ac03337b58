"""The brute-force scheduler by P6's rules, written from what P6 itself stored and Oracle documents; no progress, no SF links.

SF is left out because P6 tells the start and the end of a shift apart by a minute, which is no whole slot.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pm.model import Link
from tests.schedule.oracle import SLOT, Bounds, Dates, Oracle, add, between, same_place, snap_finish, snap_start, subtract

MANDATORY = ("MANDATORY_START", "MANDATORY_FINISH")


@dataclass
class Late(Bounds):
    """Bounds of a late date; `shared` are late finishes of start milestones that an FF link leads to."""

    shared: list[int] = field(default_factory=list)


class PrimaveraOracle(Oracle):
    """Schedules a plan of one project whose profile is P6's."""

    def opens(self, leaf: int) -> bool:
        """Whether a leaf is a start milestone."""
        return not self.length(leaf) and self.tasks[leaf].activity_type != "finish_milestone"

    def constraint(self, leaf: int, *kinds: str) -> list[int]:
        """Return the constraint date of a leaf, if its constraint is one of `kinds`."""
        task = self.tasks[leaf]
        assert task.constraint_date is not None or task.constraint_type not in kinds
        return [task.constraint_date // SLOT] if task.constraint_date is not None and task.constraint_type in kinds else []

    def lag(self, link: Link, t: int, sign: int) -> int:
        """A lag comes off a late finish, and a lead off any late date, to the end of a shift."""
        moved, amount = super().lag(link, t, sign), self.amount(link)
        if sign > 0 or not amount or (amount > 0 and link.type != "FF"):
            return moved
        works = (lambda _: True) if link.lag_kind.startswith("elapsed") else self.lag_calendar(link)
        return snap_finish(works, moved)

    # Forward ------------------------------------------------------------------------------------

    def place(self, leaf: int, bounds: Bounds, base: int) -> tuple[int, int]:
        """Return start and finish: no start at the end of a shift, no finish at the start of one unless its bound lies there."""
        works, n, status = self.calendar(leaf), self.length(leaf), self.project.status_date
        assert status is not None
        if fixed := self.constraint(leaf, *MANDATORY):
            return self.mandatory(leaf, fixed[0], status // SLOT)
        finishes = [f if snap_finish(works, f) == f else snap_start(works, f) for f in bounds.finish]
        start = max([status // SLOT, *bounds.start, *(subtract(works, f, n) for f in finishes)])
        if not n:
            if not self.opens(leaf) and snap_finish(works, start) == start:
                return start, start
            return snap_start(works, start), snap_start(works, start)
        start = snap_start(works, start)
        finish = add(works, start, n)
        return start, max([finish, *(f for f in finishes if same_place(works, f, finish))])

    def mandatory(self, leaf: int, date: int, status: int) -> tuple[int, int]:
        """Return the dates that a mandatory constraint gives; the status date comes before it."""
        works, n = self.calendar(leaf), self.length(leaf)
        if not n:
            return max(date, status), max(date, status)
        by_start = self.tasks[leaf].constraint_type == "MANDATORY_START"
        start = snap_start(works, date) if by_start else subtract(works, date, n)
        start = snap_start(works, max(start, status))
        return start, add(works, start, n)

    # Backward -----------------------------------------------------------------------------------

    def backward_bounds(self, leaf: int, dates: Dates) -> Late | None:
        """Return what successors ask for, and which of it start milestones ask for by their finish."""
        bounds = super().backward_bounds(leaf, dates)
        if bounds is None:
            return None
        shared = [
            dates[k.successor_id][1]
            for k in self.links
            if k.predecessor_id == leaf and k.type == "FF" and not self.amount(k) and self.opens(k.successor_id)
            if self.tasks[k.successor_id].constraint_type not in MANDATORY
        ]
        return Late(bounds.start, bounds.finish, shared)

    def place_late(self, leaf: int, bounds: Bounds, project_finish: int) -> tuple[int, int]:
        """Return late start and late finish; those of a mandatory constraint follow no successor."""
        must = self.project.must_finish_by
        finishes = [project_finish if must is None else must // SLOT, *bounds.finish]
        starts = list(bounds.start)
        if self.tasks[leaf].constraint_type in MANDATORY:
            finishes, starts = [], []
        finishes += self.constraint(leaf, "FNLT", "MFO", "MANDATORY_FINISH")
        finishes += [d // SLOT for d in [self.tasks[leaf].deadline] if d is not None]
        starts += self.constraint(leaf, "SNLT", "MSO", "MANDATORY_START")
        start, finish = self.latest(leaf, starts, finishes)
        if self.length(leaf) and finishes and isinstance(bounds, Late) and min(finishes) in bounds.shared:
            works = self.calendar(leaf)
            finish = min(finishes) if snap_finish(works, min(finishes)) == finish else finish
        return start, finish

    def latest(self, leaf: int, starts: list[int], finishes: list[int]) -> tuple[int, int]:
        """Return the latest dates within bounds: what lies between shifts goes to the end of the shift before."""
        works, n = self.calendar(leaf), self.length(leaf)
        if not n:
            both = min(starts + finishes)
            both = both if self.opens(leaf) and works(both) else snap_finish(works, both)
            return both, both
        if finishes:
            finish = snap_finish(works, min(finishes))
            start = subtract(works, finish, n)
            if not starts or min(starts) >= start:
                return start, finish
        start = min(starts)
        start = start if works(start) else snap_finish(works, start)
        return start, add(works, start, n)

    def shown_late(self, early: Dates, finish: int) -> Dates:
        """Late dates are shown as they are."""
        return self.backward(early, finish)

    # What follows -------------------------------------------------------------------------------

    def late_tasks(self, early: Dates, late: Dates, project_finish: int) -> Dates:
        """Move as-late-as-possible tasks as far as their links alone leave them; without links, to the project's finish."""
        self.last_finish = project_finish
        for _ in range(len(self.tasks) + 1):
            for leaf in self.movable():
                bounds = self.backward_bounds(leaf, early)
                assert bounds is not None
                found = self.free_until(leaf, bounds, project_finish)
                if found[0] > early[leaf][0]:
                    early[leaf] = found
        return early

    def free_until(self, leaf: int, bounds: Bounds, last: int) -> tuple[int, int]:
        """Return the latest dates that move no early date of a successor; a start milestone begins with the next shift."""
        finishes = bounds.finish if bounds.start or bounds.finish else [last]
        if self.opens(leaf):
            both = snap_start(self.calendar(leaf), min(bounds.start + finishes))
            return both, both
        return self.latest(leaf, bounds.start, finishes)

    def free_slack(self, one: int, early: Dates, total: int) -> int:
        """Return the least room on a link, from what it asks for to what the successor has; else to the last early finish."""
        works, mine, kind = self.calendar(one), early[one], self.tasks[one].constraint_type
        room = [
            between(works, self.lag(k, mine[k.type in ("FS", "FF")], 1), early[k.successor_id][k.type == "FF"])
            for k in self.links
            if k.predecessor_id == one
        ]
        if kind == "MANDATORY_FINISH" or (kind == "MANDATORY_START" and not room):
            return 0
        return max(min(room, default=between(works, mine[1], self.last_finish)), 0)
