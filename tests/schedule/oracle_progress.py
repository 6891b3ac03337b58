"""The brute-force scheduler with progress: work that is finished or under way, and the status date."""

from __future__ import annotations

from pm.model import FULL, Link
from tests.schedule.oracle import SLOT, Bounds, Dates, Oracle, add, between, snap_finish, subtract


def slots(instant: int | None) -> int | None:
    """Return an instant in slots."""
    return None if instant is None else instant // SLOT


class ProgressOracle(Oracle):
    """Schedules a plan of one project some of whose work has begun, by Microsoft Project's rules or Slackline's own."""

    # What has begun ---------------------------------------------------------------------------------

    def done(self, leaf: int) -> bool:
        """Whether a leaf is finished."""
        task = self.tasks[leaf]
        return task.actual_finish is not None or (task.actual_start is not None and task.percent_complete >= FULL)

    def begun(self, leaf: int) -> bool:
        """Whether a leaf is under way."""
        return self.tasks[leaf].actual_start is not None and not self.done(leaf)

    def left(self, leaf: int) -> int:
        """Return how much of a leaf that is under way remains."""
        task = self.tasks[leaf]
        if task.remaining_duration is not None:
            return task.remaining_duration // SLOT
        return self.length(leaf) * (FULL - task.percent_complete) // FULL

    def status(self) -> int | None:
        """Return the status date, where nothing that is still to be done lies before it."""
        return slots(self.project.status_date) if self.profile.status_date_is_floor else None

    # Forward ----------------------------------------------------------------------------------------

    def place(self, leaf: int, bounds: Bounds, base: int) -> tuple[int, int]:
        """Finished work keeps its dates, work under way its start; the rest lies after the status date."""
        if not self.tasks[leaf].manual:
            if self.done(leaf):
                return self.actual(leaf)
            if self.begun(leaf):
                return self.under_way(leaf, bounds)
            status = self.status()
            if status is not None and status >= self.project.start // SLOT:  # else it is no floor: the project is to come
                bounds = Bounds([*(bounds.start or [base]), status], bounds.finish)
        return super().place(leaf, bounds, base)

    def actual(self, leaf: int) -> tuple[int, int]:
        """Return the dates of finished work; without an actual finish it ended its duration after its start."""
        start, finish = slots(self.tasks[leaf].actual_start), slots(self.tasks[leaf].actual_finish)
        if finish is None:
            assert start is not None
            return start, add(self.calendar(leaf), start, self.length(leaf))
        return (finish, finish) if start is None else (start, max(start, finish))

    def under_way(self, leaf: int, bounds: Bounds) -> tuple[int, int]:
        """Return the dates of work under way: what remains follows logic, or else the start alone (rule 6.2)."""
        task, works, left = self.tasks[leaf], self.calendar(leaf), self.left(leaf)
        start, stop, resume = slots(task.actual_start), slots(task.stop), slots(task.resume)
        assert start is not None
        if not self.profile.status_date_is_floor:
            if stop is not None and resume is not None and between(works, stop, resume) > 0:
                return start, add(works, resume, left)
            return start, add(works, start, self.length(leaf))
        done = max(0, self.length(leaf) - left)
        goes_on = [add(works, start, done) if resume is None else max(start, resume), *bounds.start]
        goes_on += [s for s in [self.status()] if s is not None]
        return start, max([add(works, max(goes_on), left), *bounds.finish])

    def movable(self) -> list[int]:
        """Work that has begun is not moved to be as late as possible."""
        return [i for i in super().movable() if not self.done(i) and not self.begun(i)]

    # Backward ---------------------------------------------------------------------------------------

    def bounding(self, links: list[Link]) -> list[Link]:
        """Finished successors bound nothing (rule 6.1)."""
        return [k for k in links if self.below[k.successor_id] or not self.done(k.successor_id)]

    def place_late(self, leaf: int, bounds: Bounds, project_finish: int) -> tuple[int, int]:
        """Return the late dates as predecessors see them: the start of work under way is where it goes on (rule 6.3)."""
        task, works = self.tasks[leaf], self.calendar(leaf)
        if task.manual or not (self.done(leaf) or self.begun(leaf)):
            return super().place_late(leaf, bounds, project_finish)
        if self.done(leaf):
            return self.actual(leaf)
        finishes = [self.last_instant(leaf, project_finish), *bounds.finish]
        finishes += [d // SLOT for d in [task.deadline] if d is not None]
        if task.constraint_date is not None and task.constraint_type in ("FNLT", "MFO"):
            finishes.append(task.constraint_date // SLOT)
        remains = self.left(leaf) if self.profile.status_date_is_floor else self.length(leaf)
        finish = snap_finish(works, min(finishes)) if remains else min(finishes)
        resume = None if self.profile.status_date_is_floor else slots(task.resume)
        return subtract(works, finish, remains) if resume is None else resume, finish

    def shown_late(self, early: Dates, finish: int) -> Dates:
        """What is under way has its actual start for its late one."""
        late = super().shown_late(early, finish)
        return {i: (early[i][0] if self.begun(i) and not self.tasks[i].manual else s, f) for i, (s, f) in late.items()}

    # What follows -----------------------------------------------------------------------------------

    def total_slack(self, one: int, slacks: tuple[int, int]) -> int:
        """Return the slack of the finish where work has begun, nothing where it is finished (rules 6.1, 6.2 and 6.4)."""
        if not self.below[one] and self.done(one):
            return 0
        if any(self.begun(i) or self.done(i) for i in self.branch(one)):
            return slacks[1]
        return super().total_slack(one, slacks)

    def may_be_critical(self, one: int) -> bool:
        """Whether anything is left to do."""
        return super().may_be_critical(one) and not all(self.done(i) for i in self.branch(one))
