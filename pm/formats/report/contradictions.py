"""What a file's own values prove about themselves: late dates of several generations, slack of other dates than its own.

Tools update late dates later than the rest, so that one file can hold late dates of several generations. Whatever the rules,
a task may not be later than the project's finish or than its successor's late start allows, and a task that nothing follows
may be as late as the project's finish. Where stored values break that, no rule gives them all.
"""

from __future__ import annotations

from collections.abc import Iterator

from pm.formats.report.causes import Quirk
from pm.formats.report.differences import MINUTE, SIDES, Comparison, Side, same
from pm.formats.report.origins import Links, Origins, Place, task_calendar
from pm.model import iso
from pm.model.enums import ConstraintType, LinkType, ResourceType

_CAPPED = frozenset(
    {
        ConstraintType.START_NO_LATER_THAN,
        ConstraintType.FINISH_NO_LATER_THAN,
        ConstraintType.MUST_START_ON,
        ConstraintType.MUST_FINISH_ON,
        ConstraintType.MANDATORY_START,
        ConstraintType.MANDATORY_FINISH,
    }
)


def label(value: int) -> str:
    """Return an instant as a report says it."""
    return iso(value).replace("T", " ")


class Contradictions:
    """Finds values of a file that contradict others of the same file."""

    def __init__(self, found: Comparison, origins: Origins) -> None:
        self._found, self._plan = found, found.plan
        self._links = Links(found.plan)
        self._driving = found.schedule.driving.tolist()
        self._last = origins.last_finish
        self._assignments = self._plan.assignments.groups("task_id")

    def of(self, place: Place) -> tuple[Quirk, str] | None:
        """Return what is contradicted at `place`, and how, as the second half of a sentence about the task."""
        task_id, side = place
        if side == Side.SLACK:
            return self._slack(task_id)
        if side == Side.LATE and not self._plan.outline.is_summary(self._plan.tasks.position(task_id)):
            for find in (self._behind_the_end, self._behind_successors, self._before_predecessors, self._alone):
                if (text := find(task_id)) is not None:
                    return Quirk.STALE, text
        return None

    def _slack(self, task_id: int) -> tuple[Quirk, str] | None:
        found = self._found
        dates = ("early_start", "early_finish", "late_start", "late_finish")
        stored = found.value(task_id, "total_slack")
        differing = found.fields.get(task_id, {})
        if stored is None or "total_slack" not in differing or not SIDES[Side.SLACK].issuperset(differing):
            return None
        if any(found.value(task_id, name) is None for name in dates):
            return None
        at_start, at_finish = found.computed(task_id, "start_slack"), found.computed(task_id, "finish_slack")
        if any(slack is None or same("total_slack", stored, slack) for slack in (at_start, at_finish)):
            return None
        if self._could_move_but_did_not(task_id):
            text = "is as late as possible but did not move, and its total slack in the file is not that of its dates there"
            return Quirk.STALE_SLACK, text
        return (
            Quirk.OTHER_SLACK,
            "has a total slack in the file that is neither between its own starts nor between its own finishes",
        )

    def _could_move_but_did_not(self, task_id: int) -> bool:
        """Whether a task is as late as possible and starts as early as a predecessor or the status date lets it."""
        task, start = self._plan.task(task_id), self._found.computed(task_id, "early_start")
        kinds = (task.constraint_type, task.secondary_constraint_type)
        if ConstraintType.AS_LATE_AS_POSSIBLE not in kinds or start is None:
            return False
        status = self._plan.projects[task.project_id].status_date
        at_status = status is not None and task_calendar(self._found, task_id).between(status, start) <= 0
        return at_status or any(self._driving[p] for p in self._links.into(task_id))

    def _stored_end(self, task_id: int) -> int | None:
        """Return the file's own finish of the task's project, where late dates are counted back from that alone."""
        project = self._plan.projects[self._plan.tasks.value(task_id, "project_id")]
        if project.finish is not None or len(self._plan.projects) > 1:
            return None
        last = self._last.get(project.id, (None, None))[0]
        return None if last is None else last[0]

    def _behind_the_end(self, task_id: int) -> str | None:
        late, end = self._found.value(task_id, "late_finish"), self._stored_end(task_id)
        if late is None or end is None or self._later_by(task_id, end, late) <= 0:
            return None
        return f"has the late finish {label(late)}, behind the last finish in the file, {label(end)}"

    def _behind_successors(self, task_id: int) -> str | None:
        late = self._found.value(task_id, "late_finish")
        for name, bound in self._bounds(task_id):
            if late is not None and self._later_by(task_id, bound, late) > 0:
                return f"has the late finish {label(late)}, behind the late start of its successor {name}, {label(bound)}"
        return None

    def _before_predecessors(self, task_id: int) -> str | None:
        links, tasks = self._links, self._plan.tasks
        own = self._found.value(task_id, "late_start")
        if own is None or not self._can_bind(task_id):
            return None
        for p in self._plan.links.groups("successor_id").get(task_id, ()):
            if links.type[p] != LinkType.FINISH_START or links.lag[p] < 0:
                continue
            other = links.predecessor[p]
            if not self._can_bind(other):
                continue
            late = self._found.value(other, "late_finish")
            if late is not None and self._later_by(other, own, late) > 0:
                name = repr(tasks.value(other, "name"))
                return f"has the late start {label(own)}, before the late finish of its predecessor {name}, {label(late)}"
        return None

    def _alone(self, task_id: int) -> str | None:
        """Whether a task that nothing, or only one other task, keeps from being later is not as late as it may be."""
        task = self._plan.task(task_id)
        late, end = self._found.value(task_id, "late_finish"), self._stored_end(task_id)
        above = self._plan.outline.ancestors(self._plan.tasks.position(task_id))
        capped = task.deadline is not None or task.constraint_type in _CAPPED
        if late is None or end is None or capped or not task.active or task.actual_finish is not None:
            return None
        if task.manual or any(self._plan.tasks.column("manual")[p] for p in above):
            return None
        followers = list(self._links.out_of(task_id))
        bounds = list(self._bounds(task_id))
        if not followers and self._works(task_id, late, end):
            return f"has no successor, but its late finish is {label(late)}, not the last finish in the file, {label(end)}"
        if len(followers) == 1 and len(bounds) == 1 and not self._links.lag[followers[0]]:
            name, bound = bounds[0]
            if self._works(task_id, late, bound):
                return f"has the late finish {label(late)} where its only successor, {name}, has the late start {label(bound)}"
        return None

    def _bounds(self, task_id: int) -> Iterator[tuple[str, int]]:
        """Hand out the name and the stored late start of the tasks that come after the end of `task_id`."""
        links, tasks = self._links, self._plan.tasks
        if not self._can_bind(task_id):
            return
        for p in self._plan.links.groups("predecessor_id").get(task_id, ()):
            if links.type[p] != LinkType.FINISH_START or links.lag[p] < 0 or not self._can_bind(links.successor[p]):
                continue
            bound = self._found.value(links.successor[p], "late_start")
            if bound is not None:
                yield repr(tasks.value(links.successor[p], "name")), bound

    def _can_bind(self, task_id: int) -> bool:
        """Whether late dates of a task are certain to be bound by links: it is automatic, active, a leaf and not started."""
        task = self._plan.task(task_id)
        leaf = not self._plan.outline.is_summary(self._plan.tasks.position(task_id))
        started = task.actual_start is not None or task.percent_complete
        return leaf and task.active and not task.manual and not task.external and not started

    def _later_by(self, task_id: int, a: int, b: int) -> int:
        """Return the working time of a task from `a` to `b`, by the minute: what lies within a minute is equal."""
        return 0 if abs(b - a) <= MINUTE else task_calendar(self._found, task_id).between(a, b)

    def _works(self, task_id: int, a: int, b: int) -> bool:
        """Whether there is more than a minute between `a` and `b` in which the task and everyone assigned to it could work."""
        plan, calendars = self._plan, self._found.schedule.calendars
        resources = plan.assignments.column("resource_id")
        assigned = [resources[p] for p in self._assignments.get(task_id, ()) if resources[p] is not None]
        working = [calendars.resource(r) for r in assigned if plan.resources.value(r, "type") == ResourceType.WORK]
        return b - a > MINUTE and all(c.between(a, b) > 0 for c in (task_calendar(self._found, task_id), *working))
