"""Following a difference back to the task it starts at.

A date differs because the date of a predecessor does, a late date because that of a successor does, a summary's because that
of a task in it does. What is left at the end of such a walk is a task that differs although everything it follows from agrees.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from pm.formats.report.differences import MINUTE, Comparison, Side
from pm.model import Plan
from pm.model.enums import ConstraintType, LagKind, LinkType, ScheduleFrom
from pm.worktime import WorkCalendar

Place = tuple[int, Side]
"""A task, and which of its values."""

_STARTS = frozenset({"start", "early_start"})
_FROM_FINISH = frozenset({LinkType.FINISH_START, LinkType.FINISH_FINISH})
_TO_START = frozenset({LinkType.FINISH_START, LinkType.START_START})


class Links:
    """The links of a plan by task, with those of the summaries above it."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        links = plan.links
        self.predecessor = links.column("predecessor_id")
        self.successor = links.column("successor_id")
        self.type = links.column("type")
        self.lag = links.column("lag")
        self.lag_kind = links.column("lag_kind")
        self._into, self._out = links.groups("successor_id"), links.groups("predecessor_id")

    def into(self, task_id: int) -> Iterator[int]:
        """Hand out the positions of the links that bound a task from before."""
        return self._of(task_id, self._into)

    def out_of(self, task_id: int) -> Iterator[int]:
        """Hand out the positions of the links that bound a task from behind."""
        return self._of(task_id, self._out)

    def _of(self, task_id: int, groups: Mapping[int, Sequence[int]]) -> Iterator[int]:
        plan = self._plan
        yield from groups.get(task_id, ())
        for above in plan.outline.ancestors(plan.tasks.position(task_id)):
            yield from groups.get(plan.tasks.ids[above], ())


def task_calendar(found: Comparison, task_id: int) -> WorkCalendar:
    """Return the calendar a task's working time is told on."""
    tasks, calendars = found.plan.tasks, found.schedule.calendars
    if str(tasks.value(task_id, "duration_unit")).startswith("e"):
        return calendars.round_the_clock
    own = tasks.value(task_id, "calendar_id")
    return calendars.project(tasks.value(task_id, "project_id")) if own is None else calendars.get(own)


class Origins:
    """Finds where each difference starts."""

    def __init__(self, found: Comparison) -> None:
        self._found, self._plan = found, found.plan
        self._links = Links(found.plan)
        self._driving = found.schedule.driving.tolist()
        self._known: dict[Place, Place] = {}

    def of(self, task_id: int, field: str) -> Place:
        """Return the task, and which of its values, that the difference in `field` of a task starts at."""
        place = self._place(task_id, field)
        walked: dict[Place, None] = {}
        while place not in self._known:
            walked[place] = None
            following = self._next(place)
            if following is None or following in walked:
                self._known[place] = place
                break
            place = following
        origin = self._known[place]
        self._known.update(dict.fromkeys(walked, origin))
        return origin

    def _place(self, task_id: int, field: str) -> Place:
        """Return which side of which task a value follows from."""
        if field in ("late_start", "late_finish"):
            return task_id, Side.LATE
        if field in ("start", "finish", "early_start", "early_finish"):
            return task_id, Side.EARLY
        followers = [self._links.successor[p] for p in self._links.out_of(task_id)] if field == "free_slack" else []
        if followers:
            moved = next((t for t in (task_id, *followers) if self._found.differing(t, Side.EARLY)), None)
            return (task_id, Side.SLACK) if moved is None else (moved, Side.EARLY)
        for side in (Side.LATE, Side.EARLY):
            if self._found.differing(task_id, side):
                return task_id, side
        return task_id, Side.SLACK

    def _next(self, place: Place) -> Place | None:
        task_id, side = place
        if side == Side.SLACK:
            return None
        position = self._plan.tasks.position(task_id)
        if self._plan.outline.is_summary(position) and not self._plan.tasks.column("manual")[position]:
            return self._part(position, side)
        return self._before(task_id) if side == Side.EARLY else self._behind(task_id)

    def _part(self, position: int, side: Side) -> Place | None:
        """Return the task of a summary that its differing date is taken from."""
        plan = self._plan
        ids = plan.tasks.ids
        wanted = self._found.differing(ids[position], side)
        parts = [ids[p] for p in plan.outline.children(position) if self._found.differing(ids[p], side)]
        for part in parts:
            held = {one.field: one for one in self._found.differing(part, side)}
            for one in wanted:
                other = held.get(one.field)
                if other is not None and (other.stored == one.stored or other.computed == one.computed):
                    return part, side
        return (parts[0], side) if parts else None

    def _before(self, task_id: int) -> Place | None:
        """Return what a task's differing start or finish follows from."""
        links = self._links
        starts = any(one.field in _STARTS for one in self._found.differing(task_id, Side.EARLY))
        for p in links.into(task_id):
            predecessor = links.predecessor[p]
            if not starts and links.type[p] in _TO_START:
                continue
            if self._found.differing(predecessor, Side.EARLY) and (self._driving[p] or self._pushes(p, task_id)):
                return predecessor, Side.EARLY
        tasks = self._plan.tasks
        late = tasks.value(task_id, "constraint_type") == ConstraintType.AS_LATE_AS_POSSIBLE
        project = self._plan.projects[tasks.value(task_id, "project_id")]
        if (late or project.schedule_from == ScheduleFrom.FINISH) and self._found.differing(task_id, Side.LATE):
            return task_id, Side.LATE
        return None

    def _pushes(self, p: int, task_id: int) -> bool:
        """Whether the file's date of a predecessor asks for more than we compute for the successor."""
        links = self._links
        end = "finish" if links.type[p] in _FROM_FINISH else "start"
        asked = self._found.value(links.predecessor[p], f"early_{end}", end)
        date = self._found.computed(task_id, "early_start" if links.type[p] in _TO_START else "early_finish")
        return asked is not None and date is not None and asked + min(links.lag[p], 0) > date

    def _behind(self, task_id: int) -> Place | None:
        """Return what a task's differing late dates follow from."""
        links = self._links
        followers = list(links.out_of(task_id))
        for p in followers:
            if self._found.differing(links.successor[p], Side.LATE) and self._holds(p, task_id):
                return links.successor[p], Side.LATE
        return None if followers else self._last_task(task_id)

    def _holds(self, p: int, task_id: int) -> bool:
        """Whether a link is what keeps a task's late date where it is: in the file, or as computed."""
        links, found = self._links, self._found
        if links.lag[p] or links.lag_kind[p] != LagKind.WORKING:
            return True
        own = "late_finish" if links.type[p] in _FROM_FINISH else "late_start"
        other = "late_start" if links.type[p] in _TO_START else "late_finish"
        calendar = task_calendar(found, task_id)
        for get in (found.value, found.computed):
            date, bound = get(task_id, own), get(links.successor[p], other)
            if date is not None and bound is not None and calendar.between(date, bound) <= 0:
                return True
        return False

    def _last_task(self, task_id: int) -> Place | None:
        """Return the task that ends the project elsewhere than in the file, which all late dates are counted back from."""
        last = self.last_finish
        mine = self._plan.tasks.value(task_id, "project_id")
        stored, ours = last.get(mine, (None, None))
        computed = self._found.schedule.project_finish.get(mine)
        if stored is None or computed is None or stored[0] // MINUTE == computed // MINUTE:
            return None
        enders = [pair[1] for pair in (stored, ours) if pair is not None]
        return next(((t, Side.EARLY) for t in enders if self._found.differing(t, Side.EARLY)), None)

    @cached_property
    def last_finish(self) -> Mapping[int, tuple[tuple[int, int] | None, tuple[int, int] | None]]:
        """The last finish of every project with its task: in the file, and as computed; None where there is none."""
        tasks, found = self._plan.tasks, self._found
        last: dict[int, tuple[tuple[int, int] | None, tuple[int, int] | None]] = {}
        for position, (task_id, project) in enumerate(zip(tasks.ids, tasks.column("project_id"), strict=True)):
            summary = self._plan.outline.is_summary(position) and not tasks.column("manual")[position]
            if summary or not tasks.column("active")[position]:
                continue
            dates = found.value(task_id, "early_finish", "finish"), found.computed(task_id, "early_finish")
            so_far = last.get(project, (None, None))
            a, b = (
                max((date, task_id), pair or (date, task_id)) if date is not None else pair
                for date, pair in zip(dates, so_far, strict=True)
            )
            last[project] = (a, b)
        return last
