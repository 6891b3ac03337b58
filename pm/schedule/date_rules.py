"""The rules for the bounds and dates of single tasks: the constraints, what other projects ask for, manual dates, progress."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from pm.model import FULL, Plan
from pm.model.enums import OutOfSequence
from pm.schedule.arrays import CLOSING, OPENING, TaskArrays
from pm.schedule.bank import FOREVER, NEVER
from pm.schedule.spans import TaskSpans, checked_remaining, last_reach, sparse, whole_minutes

MANDATORY = ("MANDATORY_START", "MANDATORY_FINISH")


class DateRules:
    """The rules for the bounds and dates of single tasks; each writes the entries of one task.

    They need the calendars and lengths that `TaskSpans` writes, and a bank of the calendars.

    Args:
        plan: The plan.
        arrays: What is written.
        spans: The rules for calendars and lengths.
    """

    def __init__(self, plan: Plan, arrays: TaskArrays, spans: TaskSpans) -> None:
        self.arrays, self.spans = arrays, spans
        self.tasks, self.outline = plan.tasks, plan.outline
        self.projects, self.profiles = arrays.projects, arrays.profiles
        pairs = zip(self.projects, self.profiles, strict=True)
        self._musts = [project.honor_constraints and profile.musts_are_hard for project, profile in pairs]
        column = self.tasks.column
        self._kinds, self._dates, self._deadlines = column("constraint_type"), column("constraint_date"), column("deadline")
        self._manual, self._external = column("manual"), column("external")
        self._starts, self._finishes = column("manual_start"), column("manual_finish")
        self._actual_starts, self._actual_finishes = column("actual_start"), column("actual_finish")
        self._percent, self._stop, self._resume = column("percent_complete"), column("stop"), column("resume")
        self._left, self._ignores = column("remaining_duration"), column("ignore_resource_calendars")
        self._second_kinds, self._second_dates = column("secondary_constraint_type"), column("secondary_constraint_date")
        self._early_outside, self._late_outside = column("external_early_start"), column("external_late_finish")
        self._expected, self._types = column("expected_finish"), column("activity_type")

    # constraints --------------------------------------------------------------------------------

    def with_constraint(self) -> Iterable[int]:
        """Return the positions that `constraint` is about."""
        return sparse(self._kinds, "ASAP")

    def constraint(self, i: int) -> None:
        """The eight constraints, as floors, caps and fixed dates."""
        kind, date = self._kinds[i], self._dates[i]
        if kind == "ALAP":
            self.arrays.late_as_possible[i] = True
        elif kind != "ASAP" and date is not None:
            self._constrain(i, kind, date)

    def _constrain(self, i: int, kind: str, date: int) -> None:
        arrays = self.arrays
        leaf = self.outline.end[i] == i + 1
        if kind in ("SNET", "MSO", "MANDATORY_START"):
            arrays.floor_start[i] = max(arrays.floor_start[i], date)
        if kind in ("FNET", "MFO", "MANDATORY_FINISH"):
            arrays.floor_finish[i] = max(arrays.floor_finish[i], date)
        if kind in ("SNLT", "MSO", "MANDATORY_START"):
            arrays.cap_start[i] = min(arrays.cap_start[i], date)
        if kind in ("FNLT", "MFO", "MANDATORY_FINISH"):
            arrays.cap_finish[i] = min(arrays.cap_finish[i], date)
        mandatory, profile = kind in MANDATORY, self.profiles[arrays.project[i]]
        if not leaf or not (mandatory or self._musts[arrays.project[i]]):
            return
        if profile.late_constraints_hold:
            self._hold_late(i, kind, date)
        if mandatory or kind in ("MSO", "MFO"):
            self._fix(i, kind, date)
        arrays.mandatory[i] |= mandatory
        arrays.decided[i] |= kind == "MANDATORY_FINISH"
        arrays.decided_last[i] |= mandatory

    def _fix(self, i: int, kind: str, date: int) -> None:
        """A constraint that gives both dates; the status date beats it where early dates are those of what remains."""
        arrays = self.arrays
        if kind in ("MSO", "MANDATORY_START"):
            k = int(arrays.calendar[i])
            start = arrays.bank.latest(arrays.bank.position(date, k), k) if arrays.length[i] else date
            arrays.fixed_start[i], arrays.fixed_finish[i] = start, self._finish(i, start)
        else:
            k, length = int(arrays.calendar[i]), int(arrays.length[i])
            if length:
                position = arrays.bank.position(date, k)
                start = arrays.bank.latest(position - length, k)
                arrays.fixed_start[i], arrays.fixed_finish[i] = start, arrays.bank.earliest(position, k)
            else:
                arrays.fixed_start[i] = arrays.fixed_finish[i] = date
        profile, status = self.profiles[arrays.project[i]], self.projects[arrays.project[i]].status_date
        if profile.dates_of_remaining_work and status is not None and arrays.fixed_start[i] < status:
            start = arrays.bank.snap(status, k)[1] if arrays.length[i] else status
            arrays.fixed_start[i], arrays.fixed_finish[i] = start, self._finish(i, start)

    def with_second_constraint(self) -> Iterable[int]:
        """Return the positions that `second_constraint` is about."""
        return sparse(self._second_kinds, "ASAP")

    def second_constraint(self, i: int) -> None:
        """A second constraint (P6) binds as the first does."""
        if self._second_kinds[i] not in ("ASAP", "ALAP") and self._second_dates[i] is not None:
            self._constrain(i, self._second_kinds[i], self._second_dates[i])

    def with_outside(self) -> Iterable[int]:
        """Return the positions that `outside` is about."""
        return sorted({*sparse(self._early_outside), *sparse(self._late_outside)})

    def outside(self, i: int) -> None:
        """Links from and to projects that are not here, by the dates they asked for."""
        arrays, early, late = self.arrays, self._early_outside[i], self._late_outside[i]
        if not self.profiles[arrays.project[i]].external_links_count:
            return
        if early is not None:
            arrays.floor_start[i] = max(arrays.floor_start[i], early)
        if late is not None:
            arrays.outside[i] = late
            arrays.cap_finish[i] = min(arrays.cap_finish[i], late)

    def with_milestone(self) -> Iterable[int]:
        """Return the positions that `milestone` is about."""
        kept = np.array([p.milestones_keep_to_shifts for p in self.profiles] or [False], dtype=bool)
        if not kept.any():
            return ()
        found: list[int] = np.flatnonzero(kept[self.arrays.project] & (self.arrays.length == 0)).tolist()
        return found

    def milestone(self, i: int) -> None:
        """Where the profile says so, a milestone keeps to the shifts of its calendar."""
        arrays = self.arrays
        if self.profiles[arrays.project[i]].milestones_keep_to_shifts and not arrays.length[i]:
            arrays.marker[i] = CLOSING if self._types[i] == "finish_milestone" else OPENING

    def with_expected_finish(self) -> Iterable[int]:
        """Return the positions that `expected_finish` is about."""
        return sparse(self._expected)

    def expected_finish(self, i: int) -> None:
        """Where the profile says so, an expected finish decides how long the task takes."""
        arrays, expected = self.arrays, self._expected[i]
        if expected is not None and arrays.length[i] and self.profiles[arrays.project[i]].expected_finish_rules:
            arrays.expected[i], arrays.decided[i] = expected, True

    def _hold_late(self, i: int, kind: str, date: int) -> None:
        """Late constraints hold forwards too: a task starts by then even if its predecessors have not finished."""
        if kind == "SNLT":
            self.arrays.ceiling[i] = date
        elif kind == "FNLT":
            self.arrays.ceiling[i], self.arrays.finish_ceiling[i] = self._start(i, date), date
        self.arrays.set_late[i] = kind in ("MSO", "MFO")

    def with_deadline(self) -> Iterable[int]:
        """Return the positions that `deadline` is about."""
        return sparse(self._deadlines)

    def deadline(self, i: int) -> None:
        """A deadline caps the late finish."""
        if self._deadlines[i] is not None:
            self.arrays.cap_finish[i] = min(self.arrays.cap_finish[i], self._deadlines[i])

    def _finish(self, i: int, start: int) -> int:
        """Return the finish of a task that starts at `start`."""
        arrays = self.arrays
        k, length = int(arrays.calendar[i]), int(arrays.length[i])
        if i in arrays.split and i in arrays.spans:
            return last_reach(arrays.spans[i], arrays.bank, start)
        return arrays.bank.earliest(arrays.bank.position(start, k) + length, k) if length else start

    def _start(self, i: int, finish: int) -> int:
        """Return the start of a task that finishes at `finish`; a summary has no duration of its own to count back."""
        k, length = int(self.arrays.calendar[i]), int(self.arrays.length[i])
        if not length or self.outline.end[i] > i + 1:
            return finish
        return self.arrays.bank.latest(self.arrays.bank.position(finish, k) - length, k)

    # manual tasks -------------------------------------------------------------------------------

    def with_manual_dates(self) -> Iterable[int]:
        """Return the positions that `manual_dates` is about."""
        if True not in self._manual and True not in self._external:
            return ()
        return (i for i, (m, e) in enumerate(zip(self._manual, self._external, strict=True)) if m or e)

    def manual_dates(self, i: int) -> None:
        """Manual tasks, and those of other files, keep their dates."""
        if not (self._manual[i] or self._external[i]) or (self._starts[i] is None and self._finishes[i] is None):
            return
        arrays = self.arrays
        start = self._starts[i] if self._starts[i] is not None else self._start(i, self._finishes[i])
        finish = self._finishes[i] if self._finishes[i] is not None else self._finish(i, start)
        arrays.fixed_start[i], arrays.fixed_finish[i] = start, max(start, finish)
        arrays.set_late[i] = False
        arrays.held[i] = self.profiles[arrays.project[i]].manual_tasks_are_held
        if self.outline.end[i] > i + 1:
            arrays.manual_summaries[i] = (start, max(start, finish))
        elif arrays.length[i] == 0 and finish > start:
            arrays.length[i] = arrays.late_length[i] = arrays.bank.between(start, finish, int(arrays.calendar[i]))

    def with_hold(self) -> Iterable[int]:
        """Return the positions that `hold` is about."""
        reached = 0
        for summary in sorted(self.arrays.manual_summaries):
            yield from range(max(summary + 1, reached), self.outline.end[summary])
            reached = max(reached, self.outline.end[summary])

    def hold(self, i: int) -> None:
        """The nearest manual summary is the base and the floor of what it holds."""
        summaries = self.arrays.manual_summaries
        if not summaries or self._kinds[i] in ("SNET", "FNET"):
            return
        above = self.outline.parent[i]
        while above >= 0 and above not in summaries:
            above = self.outline.parent[above]
        if above >= 0:
            self.arrays.base[i] = self.arrays.floor_start[i] = summaries[above][0]

    # progress -----------------------------------------------------------------------------------

    def with_progress(self) -> Iterable[int]:
        """Return the positions that `progress` is about."""
        if "actual_start" not in self.tasks.stored and "actual_finish" not in self.tasks.stored:
            return ()
        actual = zip(self._actual_starts, self._actual_finishes, strict=True)
        return (i for i, (start, finish) in enumerate(actual) if start is not None or finish is not None)

    def progress(self, i: int) -> None:
        """Finished tasks keep their actual dates; started ones keep their start, and what remains follows the profile."""
        start, finish = self._actual_starts[i], self._actual_finishes[i]
        if (start is None and finish is None) or self.outline.end[i] > i + 1:
            return
        arrays = self.arrays
        arrays.set_late[i] = False
        if finish is not None:
            start = start if start is not None else finish
            arrays.fixed_start[i], arrays.fixed_finish[i] = start, max(finish, start)
            arrays.done[i] = True
            arrays.rest[i] = self.profiles[arrays.project[i]].dates_of_remaining_work
            if arrays.rest[i]:
                arrays.length[i] = arrays.late_length[i] = 0
                arrays.floor_finish[i], arrays.cap_start[i], arrays.cap_finish[i] = NEVER, FOREVER, FOREVER
                arrays.mandatory[i] = False
                status = self.projects[arrays.project[i]].status_date
                arrays.floor_start[i] = status if status is not None else arrays.fixed_finish[i]
        elif self._percent[i] >= FULL and not self.profiles[arrays.project[i]].dates_of_remaining_work:
            arrays.fixed_start[i], arrays.fixed_finish[i] = start, self._finish(i, start)
            arrays.done[i] = True
        elif not self._manual[i]:
            self._in_progress(i, start, self._stop[i], self._resume[i])
        else:
            arrays.started[i] = True

    def _in_progress(self, i: int, actual_start: int, stop: int | None, resume: int | None) -> None:
        arrays, bank = self.arrays, self.arrays.bank
        arrays.started[i] = True
        arrays.fixed_start[i] = actual_start
        profile = self.profiles[arrays.project[i]]
        k, length = int(arrays.calendar[i]), int(arrays.length[i])
        left = self._left[i]
        if left is None:
            left = length * max(0, FULL - self._percent[i]) // FULL
        else:
            left = checked_remaining(left, str(self.tasks.column("name")[i]))
        if profile.status_date_is_floor:
            status = self.projects[arrays.project[i]].status_date
            done = max(0, length - left)
            floor = max(actual_start, resume) if resume is not None else bank.shift(actual_start, done, k)
            arrays.resume[i] = arrays.base[i] = max(floor, status) if status is not None else floor
            arrays.remaining[i] = arrays.late_length[i] = left
            if profile.dates_of_remaining_work:
                self._restart(i, resume)
            return
        arrays.late_start_seen[i] = resume if resume is not None else NEVER
        arrays.fixed_finish[i] = self._finish(i, actual_start)
        split_by_progress = stop is not None and resume is not None and bank.between(stop, resume, k) > 0
        if split_by_progress and i not in arrays.split and resume is not None:
            arrays.fixed_finish[i] = self._resumed_finish(i, resume, left)

    def _restart(self, i: int, resume: int | None) -> None:
        """What remains is bound by the status date and a reported resumption; constraints on the start no longer count."""
        arrays = self.arrays
        status = self.projects[arrays.project[i]].status_date
        arrays.rest[i] = True
        if status is not None:  # without one the work goes on where what is done ends
            arrays.resume[i] = max(status, resume if resume is not None else NEVER)
        arrays.cap_start[i], arrays.floor_start[i] = FOREVER, arrays.resume[i]
        arrays.mandatory[i] &= arrays.cap_finish[i] < FOREVER
        if self.profiles[arrays.project[i]].out_of_sequence == OutOfSequence.ACTUAL_DATES:
            arrays.late_start_seen[i] = arrays.fixed_start[i]
        if self._ignores[i] or i not in self.spans.assigned:
            arrays.remaining[i] = whole_minutes(int(arrays.remaining[i])) if arrays.exact[i] else arrays.remaining[i]
        else:  # a resource-dependent task's length is that of what remains
            arrays.remaining[i] = arrays.length[i]
        arrays.late_length[i] = arrays.remaining[i]

    def _resumed_finish(self, i: int, resume: int, left: int) -> int:
        """Return the finish of a task whose remaining work begins at `resume`: that of its last assignment."""
        arrays = self.arrays
        finishes = [arrays.bank.shift(resume, length, k) for k, length in arrays.left.get(i, ())]
        return max(finishes) if finishes else arrays.bank.shift(resume, left, int(arrays.calendar[i]))
