"""A scheduler for tiny plans, written from the rules and nothing else: no graph, no compiled calendars, no order of tasks.

Every rule is applied again and again until no date changes. Time is counted in slots of half an hour since 1970; a calendar
is a function that says whether a slot is worked, and arithmetic walks slot by slot. Nothing of `pm.schedule` or
`pm.worktime` is used. Durations, lags, shifts and dates of the plans it is given are whole slots.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from pm.model import Link, Plan, Task, scheduling_profile

SLOT = 1800
A_DAY = 48
Works = Callable[[int], bool]


def around_the_clock(slot: int) -> bool:
    """Every slot is worked."""
    return True


def weekly(week: list[list[list[int]]], days_off: Iterable[int] = ()) -> Works:
    """Return a calendar of shifts (seconds after midnight, the week from Monday) with days off (days since 1970)."""
    closed = set(days_off)
    hours = [{s // SLOT for a, b in day for s in range(a, b, SLOT)} for day in week]

    def works(slot: int) -> bool:
        day, hour = divmod(slot, A_DAY)
        before = day - 1
        return (day not in closed and hour in hours[(day + 3) % 7]) or (
            before not in closed and hour + A_DAY in hours[(before + 3) % 7]
        )

    return works


def snap_start(works: Works, t: int) -> int:
    """Walk to the next slot that is worked."""
    while not works(t):
        t += 1
    return t


def snap_finish(works: Works, t: int) -> int:
    """Walk back until the slot before is worked."""
    while not works(t - 1):
        t -= 1
    return t


def add(works: Works, t: int, n: int) -> int:
    """Work `n` slots and stop; with `n` < 0 go back over as many, to where work could start."""
    if n < 0:
        return subtract(works, t, -n)
    while n:
        n -= works(t)
        t += 1
    return t


def subtract(works: Works, t: int, n: int) -> int:
    """Go back over `n` worked slots; with `n` < 0 forwards, to where work could start."""
    if n < 0:
        return snap_start(works, add(works, t, -n))
    while n:
        t -= 1
        n -= works(t)
    return t


def between(works: Works, a: int, b: int) -> int:
    """Count worked slots from a to b, negatively where b is before a."""
    return sum(map(works, range(a, b))) if a <= b else -between(works, b, a)


def same_place(works: Works, a: int, b: int) -> bool:
    """Whether no working time lies between two instants (Friday 17:00 and Monday 08:00)."""
    return not between(works, a, b)


@dataclass
class Answer:
    """What the oracle says of one task, in slots."""

    early_start: int
    early_finish: int
    late_start: int = 0
    late_finish: int = 0
    start: int = 0
    finish: int = 0
    total_slack: int = 0
    free_slack: int = 0
    critical: bool = False


@dataclass
class Bounds:
    """What a leaf must obey: instants its start, and its finish, may not be before (or after)."""

    start: list[int] = field(default_factory=list)
    finish: list[int] = field(default_factory=list)


Dates = dict[int, tuple[int, int]]


class Oracle:
    """Schedules a plan of one project.

    Args:
        plan: The plan.
        calendars: Every calendar by id; None is the project's.
    """

    def __init__(self, plan: Plan, calendars: dict[int | None, Works]) -> None:
        self.plan, self.calendars = plan, calendars
        self.project = next(iter(plan.projects))
        self.profile = scheduling_profile(self.project.profile, self.project.profile_overrides)
        self.from_finish = self.project.schedule_from == "finish"
        self.honored = self.project.honor_constraints
        self.musts = self.honored and self.profile.musts_are_hard
        self.tasks: dict[int, Task] = {task.id: task for task in plan.tasks}
        self.below = {i: [t.id for t in self.tasks.values() if t.parent_id == i] for i in self.tasks}
        self.leaves = [t.id for t in self.tasks.values() if not self.below[t.id] and t.active]
        self.links = [k for k in plan.links if all(self.branch(end) for end in (k.predecessor_id, k.successor_id))]

    # What things are ----------------------------------------------------------------------------

    def branch(self, task_id: int) -> list[int]:
        """Return the active leaves of a task: itself, or those below it."""
        below = self.below[task_id]
        if not below:
            return [task_id] if self.tasks[task_id].active else []
        return [leaf for child in below for leaf in self.branch(child)]

    def above(self, task_id: int) -> list[int]:
        """Return a task and the summaries above it."""
        parent = self.tasks[task_id].parent_id
        return [task_id] if parent is None else [task_id, *self.above(parent)]

    def calendar(self, task_id: int) -> Works:
        """Return what a task's time is counted on."""
        task = self.tasks[task_id]
        if task.duration_unit.startswith("e") and not self.below[task_id]:
            return around_the_clock
        return self.calendars[task.calendar_id if task.calendar_id is not None else self.project.calendar_id]

    def slack_calendar(self, task_id: int) -> Works:
        """Return what a task's slack is counted on."""
        return self.calendar(task_id)

    def length(self, task_id: int) -> int:
        """Return the duration of a leaf."""
        return self.tasks[task_id].duration // SLOT

    def span(self, task_id: int, dates: Dates) -> tuple[int, int] | None:
        """Return the dates of a leaf or, rolled up, of a summary; None where they are not known yet."""
        known = [dates.get(leaf) for leaf in self.branch(task_id)]
        found = [pair for pair in known if pair is not None]
        if not found or len(found) < len(known):
            return None
        return min(start for start, _ in found), max(finish for _, finish in found)

    def late_span(self, task_id: int, dates: Dates) -> tuple[int, int] | None:
        """As `span`, of late dates: of a summary, with manual tasks at their own dates where the profile says so."""
        held = [i for i in self.branch(task_id) if self.tasks[i].manual] if self.profile.manual_tasks_are_held else []
        if not self.below[task_id] or not held:
            return self.span(task_id, dates)
        return self.span(task_id, dates | {i: self.place(i, Bounds(), 0) for i in held if i in dates})

    def amount(self, link: Link) -> int:
        """Return how long a link's lag is."""
        if link.lag_kind.endswith("percent"):
            return self.length(link.predecessor_id) * link.lag // 10_000
        return link.lag // SLOT

    def lag(self, link: Link, t: int, sign: int) -> int:
        """Return `t` moved over a link's lag, forwards (`sign` 1) or back (-1)."""
        amount, works = self.amount(link), self.lag_calendar(link)
        if link.lag_kind.startswith("elapsed"):
            works = around_the_clock
        if amount == 0:
            return t
        if sign < 0 and amount < 0 and not self.profile.late_dates_by_position:
            return add(works, t, -amount)  # MS Project takes a lead off a late date to the end of a shift
        return add(works, t, amount) if sign > 0 else subtract(works, t, amount)

    def lag_calendar(self, link: Link) -> Works:
        """Return the calendar that a working lag is counted on: the task calendar of the end that the profile names."""
        end = {"successor": link.successor_id, "predecessor": link.predecessor_id}.get(self.profile.lag_calendar)
        own = None if end is None else self.tasks[end].calendar_id
        if self.profile.lag_calendar == "24h":
            return around_the_clock
        return self.calendars[own if own is not None else self.project.calendar_id]

    # Forward ------------------------------------------------------------------------------------

    def forward(self, base: int, pinned: Dates) -> Dates:
        """Apply the rules of the forward pass until nothing changes."""
        dates: Dates = dict(pinned)
        for _ in range(len(self.tasks) + 2):
            before = dict(dates)
            for leaf in self.leaves:
                if leaf not in pinned:
                    bounds = self.forward_bounds(leaf, dates)
                    if bounds is not None:
                        dates[leaf] = self.place(leaf, bounds, base)
            if dates == before:
                return dates
        raise AssertionError("the dates do not settle: the plan has a cycle")

    def forward_bounds(self, leaf: int, dates: Dates) -> Bounds | None:
        """Return the bounds of a leaf: its own links and constraint and those of the summaries above it."""
        bounds = Bounds()
        for one in self.above(leaf):
            task = self.tasks[one]
            date = None if task.constraint_date is None else task.constraint_date // SLOT
            if date is not None and task.constraint_type in ("SNET", "MSO"):
                bounds.start.append(date)
            if date is not None and task.constraint_type in ("FNET", "MFO"):
                bounds.finish.append(date)
            for link in self.links:
                if link.successor_id != one:
                    continue
                span = self.span(link.predecessor_id, dates)
                if span is None:
                    return None
                bound = self.lag(link, span[link.type in ("FS", "FF")], 1)
                (bounds.start if link.type in ("FS", "SS") else bounds.finish).append(bound)
        return bounds

    def place(self, leaf: int, bounds: Bounds, base: int) -> tuple[int, int]:
        """Return start and finish of a leaf."""
        task, works, n = self.tasks[leaf], self.calendar(leaf), self.length(leaf)
        if task.manual:
            assert task.manual_start is not None
            assert task.manual_finish is not None
            return task.manual_start // SLOT, task.manual_finish // SLOT
        must = None if task.constraint_date is None else task.constraint_date // SLOT
        if must is not None and task.constraint_type == "MSO" and self.musts:
            bounds = Bounds(start=[must])
        elif must is not None and task.constraint_type == "MFO" and self.musts:
            bounds = Bounds(finish=[must])
        elif not bounds.start or self.profile.project_start_is_floor:
            # The project's start is a default, but one that finish bounds alone do not undercut (rule 2.2).
            bounds.start.append(base)
        if must is not None and task.constraint_type == "MFO" and n and self.musts:
            # No stored result says more: a must-finish date between shifts means the end of the one before (rule 1.1).
            bounds = Bounds(finish=[snap_finish(works, must)])
        start = max(bounds.start + [subtract(works, f, n) for f in bounds.finish])
        bound = max(bounds.finish, default=0)
        if must is not None and self.profile.late_constraints_hold and self.honored:
            # "Tasks will always honor their constraint dates": late constraints win over predecessors.
            if task.constraint_type == "SNLT":
                start = min(start, must)
            if task.constraint_type == "FNLT":
                start = min(start, subtract(works, must, n) if n else must)
                bound = 0 if bound > must else bound
        if n == 0:
            return start, start
        start = self.begin(leaf, start)
        finish = add(works, start, n)
        return start, bound if finish < bound and same_place(works, bound, finish) else finish

    def begin(self, leaf: int, t: int) -> int:
        """Return where a task that is bound by `t` starts."""
        return snap_start(self.calendar(leaf), t)

    # Backward -----------------------------------------------------------------------------------

    def backward(self, early: Dates, project_finish: int) -> Dates:
        """Apply the rules of the backward pass until nothing changes."""
        late: Dates = {}
        for _ in range(len(self.tasks) + 2):
            before = dict(late)
            for leaf in self.leaves:
                bounds = self.backward_bounds(leaf, late)
                if bounds is not None:
                    late[leaf] = self.place_late(leaf, bounds, project_finish)
            if late == before:
                return late
        raise AssertionError("the late dates do not settle: the plan has a cycle")

    def backward_bounds(self, leaf: int, dates: Dates) -> Bounds | None:
        """Return what successors (of the leaf and the summaries above it) ask of it, given their dates."""
        bounds = Bounds()
        links = [k for one in self.above(leaf) for k in self.links if k.predecessor_id == one]
        if not self.profile.start_links_bound_late_dates and links and all(self.lies_beyond(leaf, k) for k in links):
            return bounds
        for link in self.bounding(links):
            span = self.late_span(link.successor_id, dates)
            if span is None:
                return None
            bound = self.lag(link, span[link.type in ("FF", "SF")], -1)
            (bounds.finish if link.type in ("FS", "FF") else bounds.start).append(bound)
        return bounds

    def lies_beyond(self, leaf: int, link: Link) -> bool:
        """Whether MS Project ignores the link for late dates (rule 7.2): SS or SF with a lag of at least the duration."""
        return link.type in ("SS", "SF") and self.amount(link) >= self.length(leaf)

    def last_instant(self, leaf: int, project_finish: int) -> int:
        """Return the latest finish of a leaf: the project's, for milestones by some profiles up to the next start of work."""
        by_position = self.length(leaf) == 0 and self.profile.late_dates_by_position
        return snap_start(self.calendar(leaf), project_finish) if by_position else project_finish

    def place_late(self, leaf: int, bounds: Bounds, project_finish: int) -> tuple[int, int]:
        """Return late start and late finish of a leaf."""
        task, n = self.tasks[leaf], self.length(leaf)
        finishes, starts = [self.last_instant(leaf, project_finish), *bounds.finish], list(bounds.start)
        if task.manual and self.profile.manual_tasks_are_held:
            starts = []
        if task.constraint_type in ("MSO", "MFO") and not task.manual and self.musts and self.profile.late_constraints_hold:
            finishes, starts = [self.place(leaf, Bounds(), 0)[1]], []
        if task.deadline is not None:
            finishes.append(task.deadline // SLOT)
        if task.constraint_date is not None and task.constraint_type in ("FNLT", "MFO"):
            finishes.append(task.constraint_date // SLOT)
        if task.constraint_date is not None and task.constraint_type in ("SNLT", "MSO"):
            starts.append(task.constraint_date // SLOT)
        if n == 0:
            both = min(finishes + starts)
            return both, both
        return self.late_within(leaf, starts, finishes)

    def late_within(self, leaf: int, starts: list[int], finishes: list[int]) -> tuple[int, int]:
        """Return the late dates of a task that must start by all of `starts` and finish by all of `finishes`."""
        works, n = self.calendar(leaf), self.length(leaf)
        finish = self.end(leaf, min(finishes))
        start = subtract(works, finish, n)
        if starts and min(starts) < start:
            finish = add(works, min(starts), n)
            start = subtract(works, finish, n)
        return start, finish

    def end(self, leaf: int, t: int) -> int:
        """Return where a task that must end by `t` does at the latest."""
        return snap_finish(self.calendar(leaf), t)

    # Everything ---------------------------------------------------------------------------------

    def answers(self) -> dict[int, Answer]:
        """Return what is computed for every task that takes part."""
        early, late = self.both_passes()
        shown = early | ({i: late[i] for i in self.movable()} if self.from_finish else {})
        found: dict[int, Answer] = {}
        for one in self.tasks:
            first, last, worked = self.span(one, early), self.late_span(one, late), self.span(one, shown)
            if first is None or last is None or worked is None:
                continue
            works = self.slack_calendar(one)
            slacks = between(works, first[0], last[0]), between(works, first[1], last[1])
            total = self.total_slack(one, slacks)
            answer = Answer(*first, *last, *worked, total_slack=total)
            answer.free_slack = self.free_slack(one, early, total)
            answer.critical = total <= self.project.critical_slack_limit // SLOT and self.may_be_critical(one)
            found[one] = answer
        return found

    def total_slack(self, one: int, slacks: tuple[int, int]) -> int:
        """Return the total slack of a task with this slack of its start and of its finish."""
        return {"start": slacks[0], "finish": slacks[1]}.get(self.profile.slack_rule, min(slacks))

    def may_be_critical(self, one: int) -> bool:
        """Whether a task without slack is critical."""
        return not self.tasks[one].manual or bool(self.below[one])

    def bounding(self, links: list[Link]) -> list[Link]:
        """Return those of the links whose successors bound their predecessors."""
        return links

    def both_passes(self) -> tuple[Dates, Dates]:
        """Return early and late dates of the leaves."""
        early = self.forward(self.project.start // SLOT, {})
        finish = max((f for _, f in early.values()), default=self.project.start // SLOT)
        if self.from_finish:
            assert self.project.finish is not None
            late = self.shown_late(early, self.project.finish // SLOT)
            return self.forward(min((s for s, _ in late.values()), default=0), {}), late
        late = self.shown_late(early, finish)
        return self.late_tasks(early, late, finish), late

    def shown_late(self, early: Dates, finish: int) -> Dates:
        """Return late dates, none after the project's finish: a milestone may be later only at its working position."""
        return {i: (min(s, finish), min(f, finish)) for i, (s, f) in self.backward(early, finish).items()}

    def movable(self) -> list[int]:
        """Return the leaves that are to be done as late as possible."""
        return [i for i in self.leaves if self.tasks[i].constraint_type == "ALAP" and not self.tasks[i].manual]

    def late_tasks(self, early: Dates, late: Dates, project_finish: int) -> Dates:
        """Move as-late-as-possible tasks as far as the profile says."""
        movable = self.movable()
        if self.profile.late_tasks_take_total_slack:
            pinned = {i: self.begun_at(i, late[i][0]) for i in movable}
            return self.forward(self.project.start // SLOT, pinned)
        for _ in range(len(self.tasks) + 1):
            for leaf in movable:
                bounds = self.backward_bounds(leaf, early)
                assert bounds is not None
                found = min(self.place_late(leaf, bounds, project_finish), late[leaf])
                if found[0] > early[leaf][0]:
                    early[leaf] = found
        return early

    def begun_at(self, leaf: int, start: int) -> tuple[int, int]:
        """Return the dates of a leaf that begins at `start`."""
        n = self.length(leaf)
        return start, add(self.calendar(leaf), start, n) if n else start

    def free_slack(self, one: int, early: Dates, total: int) -> int:
        """Return the least room that a task's own links leave it (rule 8.2)."""
        works, mine, room = self.slack_calendar(one), self.span(one, early), [max(total, 0)]
        assert mine is not None
        for link in self.bounding(self.links):
            if link.predecessor_id == one:
                span = self.span(link.successor_id, early)
                assert span is not None
                bound = self.lag(link, span[link.type in ("FF", "SF")], -1)
                room.append(between(works, mine[link.type in ("FS", "FF")], bound))
        return max(min(room), 0)


def differences(plan: Plan, calendars: dict[int | None, Works], schedule: Any, oracle: type[Oracle] = Oracle) -> list[str]:
    """Return what a schedule says otherwise than the oracle, a line each."""
    answers = oracle(plan, calendars).answers()
    lines = []
    for task in plan.tasks:
        answer = answers.get(task.id)
        ours = schedule.task(task.id)
        if answer is None:
            if ours.critical:
                lines.append(f"task {task.id}: critical, though it takes no part")
            continue
        for name in Answer.__annotations__:
            expected: Any = getattr(answer, name)
            if name != "critical":
                expected *= SLOT
            if getattr(ours, name) != expected:
                lines.append(f"task {task.id}: {name} is {getattr(ours, name)}, expected {expected}")
    return lines
