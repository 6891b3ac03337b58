"""What limits a late date: from the project's finish, a deadline or a constraint, back through successors, to the date."""

from __future__ import annotations

import numpy as np

from pm.schedule.bank import NEVER
from pm.schedule.engine import Network
from pm.schedule.explain_hammocks import through_hammock
from pm.schedule.late_tasks import early_caps
from pm.schedule.logic import RAW
from pm.schedule.network import FINISH, START
from pm.schedule.places import IS_EXPECTED, IS_GATE, IS_PASSED, IS_ROLLUP
from pm.schedule.result import MISSING
from pm.schedule.steps import StepKind, Tie, Trail


class LateTrail(Trail):
    """Walks forward along what limits each late date, and so collects the steps from the limit to the date."""

    def __init__(self, network: Network) -> None:
        super().__init__(network)
        self.out, self.backward = network.out_of, network.backward
        self.bounds = self._bounds()
        self.seen: list[int] = self.backward.seen.tolist()
        self.place = {t: p for p, t in enumerate(self.task) if self.places.kinds[p] not in (IS_GATE, IS_ROLLUP)}

    def _bounds(self) -> list[int]:
        """Return what limits each slot: of a mandatory date nothing but the date."""
        bounds: list[int] = self.backward.bounds.tolist()
        for p in np.flatnonzero(self.places.mandatory).tolist():
            if not self._is_fixed(p, FINISH):
                bounds[2 * p], bounds[2 * p + 1] = int(self.places.caps[2 * p]), int(self.places.caps[2 * p + 1])
        return bounds

    def lead_to(self, position: int, end: int) -> None:
        """Collect the steps that lead to a task's late start or finish."""
        schedule = self.network.schedule
        date = int((schedule.late_finish if end == FINISH else schedule.late_start)[position])
        leaf = self._leaf(position, end, date)
        if leaf is None:
            return
        p = self.place[leaf]
        held = self._is_fixed(p, end)
        if date != (int(self.places.fixed[2 * p + end]) if held else self._late(p)[end]):
            # late dates end with the project, even where a milestone has the night
            self.origin(self._last(leaf)[0], leaf, date)
        elif held:
            manual = self.network.tasks.manual[leaf] and not self.places.done[p]
            self.origin(StepKind.MANUAL if manual else StepKind.ACTUAL, leaf, date)
        else:
            self._follow(self._leave(p, end))

    def _is_fixed(self, p: int, end: int) -> bool:
        """Whether a late date is that of work done, not of what remains."""
        return not self.places.rest[p] and bool(self.places.done[p] or (end == START and self.places.started[p]))

    def _leaf(self, position: int, end: int, date: int) -> int | None:
        """Return the task of a branch that has the branch's late date.

        None, with the steps, where a manual summary or a hammock decides.
        """
        schedule, manual = self.network.schedule, self.network.tasks.manual_summaries
        column = schedule.late_finish if end == FINISH else schedule.late_start
        while position not in self.place:
            if position in self.hammocks.kinds:
                after = through_hammock(self, position, end, late=True)
                if after is not None:
                    self.lead_to(after.task, after.end)
                return None
            if position in manual and manual[position][end] == date:
                self.origin(StepKind.MANUAL, position, date)
                return None
            inside = [
                c
                for c in self.plan.outline.children(position)
                if (c in manual and manual[c][end] == date) or (self._shown(c, end, int(column[c])) == date and date != MISSING)
            ]
            if not inside:
                self.origin(StepKind.SUMMARY, position, date)
                return None
            self.tie([Tie(StepKind.SUMMARY, self.plan.tasks.ids[c]) for c in inside[1:]])
            position = inside[0]
            if self.network.tasks.held[position]:
                self.origin(StepKind.MANUAL, position, date)
                return None
        return position

    def _shown(self, position: int, end: int, date: int) -> int:
        """Return the date that summaries above a task count with: of a manual task its own, where the profile says so."""
        tasks = self.network.tasks
        return int((tasks.fixed_finish if end == FINISH else tasks.fixed_start)[position]) if tasks.held[position] else date

    def _follow(self, slot: int | None) -> None:
        while slot is not None:
            slot = self._enter(slot)

    # one step on ----------------------------------------------------------------------------------

    def _late(self, p: int) -> tuple[int, int]:
        """Return the late dates of a leaf as the pass works them out."""
        if self.places.kinds[p] == IS_PASSED:
            return (min(self.bounds[2 * p : 2 * p + 2]),) * 2
        given = self.places.spans and p in self.places.spans and not self.places.started[p]
        if given or self.places.kinds[p] == IS_EXPECTED or (self.places.rest[p] and self.places.late_lengths[p]):
            return int(self.backward.dates[2 * p]), int(self.backward.dates[2 * p + 1])
        return self.backward.late(p, self.bounds[2 * p], self.bounds[2 * p + 1])

    def _by_start(self, p: int, start: int, finish: int) -> bool:
        """Whether it is the latest start that decides the late dates of a leaf, not the latest finish."""
        start_cap, finish_cap = self.bounds[2 * p], self.bounds[2 * p + 1]
        k = self.places.calendars[p]
        if start == finish:
            return start_cap < finish_cap or (start_cap == finish_cap and self._edge(2 * p) is not None)
        if self.places.spans and p in self.places.spans and not (self.places.started[p] and not self.places.rest[p]):
            return start_cap <= start and finish != self.bank.pull(finish_cap, k)[1]
        length = self.bank.between(start, finish, k)
        return start_cap < self.bank.latest(self.bank.position(finish_cap, k) - length, k)

    def _enter(self, slot: int) -> int | None:
        """Add the steps that lead to what predecessors see of `slot`; return the slot they come from, None at an origin."""
        p, end = divmod(slot, 2)
        kind, position = self.places.kinds[p], self.task[p]
        if kind == IS_GATE:
            return self._through_gate(slot)
        if kind == IS_ROLLUP:
            return self._from_bound(p, end, self.bounds[slot])
        if self.places.started[p] and end == START and self.places.late_start_seen[p] != NEVER:
            self.origin(StepKind.ACTUAL, position, self.seen[slot])
            return None
        if self.places.delays[p]:
            self.add(StepKind.LEVELLING, position, self._late(p)[end], self.seen[slot])
        return self._leave(p, end)

    def _leave(self, p: int, end: int) -> int | None:
        """Add the steps that lead to a late date of a leaf; return the slot they come from, None at an origin."""
        start, finish = self._late(p)
        by_start = self._by_start(p, start, finish)
        if start != finish and end != (START if by_start else FINISH):
            self._work(p, *((start, finish) if by_start else (finish, start)))
        return self._from_bound(p, START if by_start else FINISH, start if by_start else finish)

    def _work(self, p: int, a: int, b: int) -> None:
        """Add the work between two late dates; where assignments differ, that of the one which decides."""
        k, assignment = self.places.calendars[p], None
        for span in self.places.spans.get(p, ()):
            if abs(self.bank.between(a, b, span.calendar)) == span.delay + span.length:
                k, assignment = span.calendar, span.assignment_id
                break
        self.add(StepKind.WORK, self.task[p], a, b, k, assignment=assignment)

    def _through_gate(self, slot: int) -> int | None:
        """Go on to the part of a summary that has to start first (whose finish: last)."""
        p = slot // 2
        parts = [
            e
            for e in range(self.out.begin[p], self.out.begin[p + 1])
            if self.out.writes[e] == slot and self._of_part(self.out.reads[e]) == self.seen[slot]
        ]
        if not parts:
            self.origin(StepKind.MANUAL, self._holding(self.task[p], self.seen[slot]), self.seen[slot])
            return None
        reads = [self.out.reads[e] for e in parts]
        self.tie([Tie(StepKind.SUMMARY, self.plan.tasks.ids[self.task[r // 2]]) for r in reads[1:]])
        child, end = divmod(reads[0], 2)
        if self.places.kinds[child] == IS_GATE or self.places.started[child]:
            return reads[0]
        if self.places.held[child]:
            self.origin(StepKind.MANUAL, self.task[child], self.seen[slot])
            return None
        if self._is_fixed(child, end):
            self.origin(StepKind.ACTUAL, self.task[child], self.seen[slot])
            return None
        return self._leave(child, end)

    def _holding(self, position: int, date: int) -> int:
        """Return the manual summary directly inside another that predecessors of the other see begin on a date."""
        manual, start = self.network.tasks.manual_summaries, self.network.schedule.early_start
        inside = [c for c in self.plan.outline.children(position) if c in manual]
        for c in inside:
            if manual[c][START] == date or date in start[c + 1 : self.plan.outline.end[c]]:
                return c
        return position

    def _of_part(self, slot: int) -> int:
        """Return what a gate reads of a part: its late date, levelling delay included; of started work what is left of it."""
        p, end = divmod(slot, 2)
        fixed = (self.places.done[p] and not self.places.rest[p]) or self.places.held[p]
        if fixed and self.places.kinds[p] != IS_GATE:
            return int(self.places.fixed[slot])
        if self.places.kinds[p] == IS_GATE or self.places.started[p]:
            return self.seen[slot]
        return self._late(p)[end]

    # what bounds it -------------------------------------------------------------------------------

    def _from_bound(self, p: int, end: int, date: int) -> int | None:
        """Add the steps from whatever limits one end of a place to `date`; return the slot it comes from, if any."""
        slot, position = 2 * p + end, self.task[p]
        bound, edge = self.bounds[slot], self._edge(slot)
        k = self.places.calendars[p]
        self.tie(self._ties_at(p, end, edge))
        self.wait(position, bound, date, k, None if edge is None else self.out.links[edge])
        if edge is None:
            kind, limit = self._origin(p, end, bound)
            self.wait(position, limit, bound, k)
            self.origin(kind, position, limit)
            return None
        source: int = self.out.reads[edge]
        link = self.out.links[edge]
        if self.out.calendars[edge] == RAW:
            self.marker(position, bound, link)
        else:
            self.add(StepKind.LAG, position, self.seen[source], bound, self.out.calendars[edge], link=link)
        return source

    def _edge(self, slot: int) -> int | None:
        """Return a dependency that limits `slot` to its bound, a link rather than the tree."""
        p, bound = slot // 2, self.bounds[slot]
        found = [
            e
            for e in range(self.out.begin[p], self.out.begin[p + 1])
            if self.out.writes[e] == slot and self.backward.bounds_by(e) == bound
        ]
        return max(found, key=self.out.links.__getitem__, default=None)

    def _ties_at(self, p: int, end: int, chosen: int | None) -> list[Tie]:
        """Return what limits a date just as well as the chosen dependency: other links, a deadline, a constraint."""
        slot, bound = 2 * p + end, self.bounds[2 * p + end]
        found: list[Tie] = []
        for e in range(self.out.begin[p], self.out.begin[p + 1]):
            link = self.out.links[e]
            if e != chosen and link >= 0 and self.out.writes[e] == slot and self.backward.bounds_by(e) == bound:
                found.append(
                    Tie(StepKind.LINK, self.plan.tasks.ids[self.task[self.out.reads[e] // 2]], self.plan.links.ids[link])
                )
        if chosen is not None and bound == self.places.caps[slot]:
            found.append(Tie(self._origin(p, end, bound)[0], self.plan.tasks.ids[self.task[p]]))
        return found

    def _origin(self, p: int, end: int, bound: int) -> tuple[StepKind, int]:
        """Return what limits a place where no successor does, and when."""
        position, arrays = self.task[p], self.network.tasks
        if bound == self.places.caps[2 * p + end]:
            columns = self.plan.tasks
            if end == FINISH and bound == columns.column("deadline")[position]:
                return StepKind.DEADLINE, bound
            if end == FINISH and bound == columns.column("external_late_finish")[position]:
                return StepKind.EXTERNAL, bound
            return StepKind.CONSTRAINT, bound
        above = (arrays.manual_summaries.get(a) for a in self.plan.outline.ancestors(position))
        if any(dates is not None and dates[FINISH] == bound for dates in above):
            return StepKind.MANUAL, bound
        kind, limit = self._last(position)
        return kind, min(limit, bound)

    def _last(self, position: int) -> tuple[StepKind, int]:
        """Return what the late date of a task that no successor limits is counted back from, and when."""
        outside = int(self.network.tasks.outside[position])
        return (StepKind.EXTERNAL, outside) if outside != NEVER else self.late_origin(position)


def holding_link(network: Network, p: int) -> int | None:
    """Return the position of the link that keeps a task which is done as late as possible from being later, if one does."""
    out, backward, early = network.out_of, network.backward, network.early_slots
    if p in network.forward.pinned:
        caps: tuple[int, int] = int(backward.bounds[2 * p]), int(backward.bounds[2 * p + 1])
    else:
        caps = early_caps(backward, p, early, {})
    for e in range(out.begin[p], out.begin[p + 1]):
        if p in network.forward.pinned:
            t = backward.bounds_by(e)
        else:
            t = int(early[out.reads[e]]) - network.places.delays[out.reads[e] // 2]
            if out.calendars[e] != RAW:
                t = network.tasks.bank.unshift(t, out.lags[e], out.calendars[e], out.earlies[e])
        if out.links[e] >= 0 and t == caps[out.writes[e] & 1]:
            return out.links[e]
    return None
