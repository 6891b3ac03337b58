"""Why a task's own values differ from the file's: what the file itself proves, and what happens when a rule is taken away.

A cause is named for one of three reasons. The file's values contradict each other, so that no rule gives them all. Another
value of one rule of the scheduling profile gives exactly the file's values. Or the value depends on what the cause says: without
it (the progress, the delay, the assignments' calendars) another comes out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pm.formats.report.causes import Cause, Quirk
from pm.formats.report.contradictions import Contradictions, label
from pm.formats.report.differences import MINUTE, Comparison, computed, same
from pm.formats.report.origins import Origins, Place
from pm.formats.report.rules import other_rules
from pm.formats.report.trials import Trials
from pm.model import Plan
from pm.model.enums import ResourceType
from pm.model.table import Row

if TYPE_CHECKING:
    from pm.schedule.result import Schedule


@dataclass(frozen=True)
class Reason:
    """Why the values of one task differ.

    Attributes:
        detail: Which quirk, or which rule of the profile (``rule:`` and its name); empty for other causes.
        text: The evidence, as the second half of a sentence about the task.
    """

    cause: Cause
    detail: str
    text: str


Updates = Mapping[str, Mapping[int, Row]]
"""New values of rows, by table and id."""


class Evidence:
    """Finds the reasons for the differences that start at some places."""

    def __init__(self, found: Comparison, origins: Origins) -> None:
        self._found, self._plan = found, found.plan
        self._trials = Trials(self._plan)
        self._contradictions = Contradictions(found, origins)
        self._assignments = self._plan.assignments.groups("task_id")

    def reasons(self, places: Collection[Place]) -> Mapping[Place, Reason]:
        """Return the reason for each of `places`."""
        reasons = {place: reason for place in places if (reason := self._certain(place)) is not None}
        for find in (self._by_rules, self._by_experiments):
            left = [place for place in places if place not in reasons]
            for place, reason in find(left):
                reasons.setdefault(place, reason)
        nothing = Reason(
            Cause.UNEXPLAINED,
            "",
            "differs by itself: nothing it follows from does",
        )
        return {place: reasons.get(place, nothing) for place in places}

    # what the file itself shows ------------------------------------------------------------------

    def _certain(self, place: Place) -> Reason | None:
        task_id, side = place
        differing = self._found.differing(task_id, side)
        task = self._plan.task(task_id)
        if any(one.computed is None for one in differing):
            return Reason(Cause.NOT_MODELLED, "no_dates", "has values in the file, but nothing to compute them from")
        if not task.active:
            why = "is inactive: it takes no part in the schedule, and its values in the file are from elsewhere"
            return Reason(Cause.NOT_MODELLED, "inactive", why)
        apart = [one.apart for one in differing]
        if all(a is not None and a <= MINUTE for a in apart):
            return Reason(Cause.TOOL_QUIRK, Quirk.ROUNDING, "is within a minute: the file's dates are cut to the minute")
        if task.external or (count := _outside(task.extra)):
            why = "stands for a task of another file" if task.external else f"has {count} links with tasks of other files"
            return Reason(Cause.NOT_MODELLED, "external_links", why)
        return self._contradiction(place)

    def _contradiction(self, place: Place) -> Reason | None:
        quirk = self._contradictions.of(place)
        return None if quirk is None else Reason(Cause.TOOL_QUIRK, *quirk)

    # what another rule gives ---------------------------------------------------------------------

    def _by_rules(self, places: list[Place]) -> Iterator[tuple[Place, Reason]]:
        """Hand out the places whose values come out exactly when one rule of the profile is another."""
        left = dict.fromkeys(places)
        for name, value, plan in other_rules(self._plan):
            if not left or not self._trials.may_go_on(len(self._experiments())):
                return
            schedule = self._trials.schedule(plan)
            if schedule is None:
                continue
            for place in list(left):
                if all(self._matches(schedule, place[0], one.field, one.stored) for one in self._found.differing(*place)):
                    del left[place]
                    text = f"comes out as in the file with {name} = {value}"
                    yield place, Reason(Cause.TOOL_QUIRK, f"{Quirk.RULE}{name}", text)

    def _matches(self, schedule: Schedule, task_id: int, field: str, stored: int) -> bool:
        value = computed(schedule, self._plan.tasks.position(task_id), field)
        return value is not None and same(field, stored, value)

    # what it depends on --------------------------------------------------------------------------

    def _by_experiments(self, places: list[Place]) -> Iterator[tuple[Place, Reason]]:
        """Hand out the places whose values are others once something is taken away from their tasks."""
        for cause, detail, take in self._experiments():
            taken: dict[int, str] = {}
            updates: dict[str, dict[int, Row]] = {}
            for task_id in dict.fromkeys(task_id for task_id, _ in places):
                found = take(task_id)
                if found is None:
                    continue
                taken[task_id], changes = found
                for table, rows in changes.items():
                    updates.setdefault(table, {}).update(rows)
            may = bool(taken) and self._trials.may_go_on()
            schedule = self._trials.schedule(_changed(self._plan, updates)) if may else None
            if schedule is None:
                continue
            for place in places:
                task_id = place[0]
                differing = self._found.differing(*place)
                values = {one.field: self._value(schedule, task_id, one.field) for one in differing}
                if task_id in taken and any(values[one.field] != one.computed for one in differing):
                    yield place, Reason(cause, detail, taken[task_id])

    def _value(self, schedule: Schedule, task_id: int, field: str) -> int | None:
        return computed(schedule, self._plan.tasks.position(task_id), field)

    def _experiments(self) -> tuple[tuple[Cause, str, Callable[[int], tuple[str, Updates] | None]], ...]:
        return (
            (Cause.MANUAL, "", self._without_own_dates),
            (Cause.ACTUALS, "", self._without_progress),
            (Cause.LEVELLED, "", self._without_delay),
            (Cause.TOOL_QUIRK, Quirk.SPREAD, self._without_spread),
            (Cause.RESOURCE_CALENDAR, "", self._without_people),
        )

    def _without_own_dates(self, task_id: int) -> tuple[str, Updates] | None:
        plan, manual = self._plan, self._plan.tasks.column("manual")
        position = plan.tasks.position(task_id)
        kept = [p for p in (position, *plan.outline.ancestors(position)) if manual[p]]
        if not kept:
            return None
        above = f"lies under {plan.tasks.column('name')[kept[0]]!r}, which keeps its own dates"
        return "keeps its own dates" if kept[0] == position else above, {
            "tasks": {plan.tasks.ids[p]: {"manual": False} for p in kept}
        }

    def _without_progress(self, task_id: int) -> tuple[str, Updates] | None:
        task = self._plan.task(task_id)
        if task.actual_start is None and not task.percent_complete:
            return None
        text = "is in progress" if task.actual_start is None else f"started {label(task.actual_start)}"
        if task.percent_complete:
            text += f", {task.percent_complete / 100:g} % done"
        nothing = {"actual_start": None, "actual_finish": None, "stop": None, "resume": None, "percent_work_complete": 0}
        own = {**nothing, "percent_complete": 0, "actual_duration": 0, "remaining_duration": None}
        rows = {row_id: {**nothing, "actual_work": 0} for row_id in self._assigned(task_id)}
        return text, {"tasks": {task_id: own}, "assignments": rows}

    def _without_delay(self, task_id: int) -> tuple[str, Updates] | None:
        column = self._plan.assignments.column("levelling_delay")
        own = self._plan.tasks.value(task_id, "levelling_delay")
        delayed = [p for p in self._assignments.get(task_id, ()) if column[p]]
        if not own and not delayed:
            return None
        delay = max([own, *(column[p] for p in delayed)], key=abs)
        rows = {self._plan.assignments.ids[p]: {"levelling_delay": 0} for p in delayed}
        text = f"was delayed by levelling, by {delay / 3600:g} h"
        return text, {"tasks": {task_id: {"levelling_delay": 0}}, "assignments": rows}

    def _without_spread(self, task_id: int) -> tuple[str, Updates] | None:
        column, ids = self._plan.assignments.column("profile"), self._plan.assignments.ids
        spread = [ids[p] for p in self._assignments.get(task_id, ()) if column[p]]
        if not spread:
            return None
        text = "has work spread unevenly, which the file holds in dates cut to the minute"
        return text, {"assignments": {row_id: {"profile": None} for row_id in spread}}

    def _without_people(self, task_id: int) -> tuple[str, Updates] | None:
        plan, calendars = self._plan, self._found.schedule.calendars
        own = calendars.project(plan.tasks.value(task_id, "project_id"))
        people: dict[str, int] = {}
        for row_id in self._assigned(task_id):
            resource = plan.assignments.value(row_id, "resource_id")
            if resource is None or plan.resources.value(resource, "type") != ResourceType.WORK:
                continue
            if calendars.resource(resource) is not own:
                people.setdefault(plan.resources.value(resource, "name"), row_id)
        if not people:
            return None
        text = f"follows the calendar of {', '.join(people)}"
        return text, {"assignments": {row_id: {"resource_id": None} for row_id in self._assigned(task_id)}}

    def _assigned(self, task_id: int) -> list[int]:
        ids = self._plan.assignments.ids
        return [ids[p] for p in self._assignments.get(task_id, ())]


def _changed(plan: Plan, updates: Updates) -> Plan:
    tables = dict(plan.tables)
    for name, rows in updates.items():
        if rows:
            tables[name] = tables[name].changed(rows)
    return Plan(tables)


def _outside(extra: Any) -> int:
    """Return how many links that lead out of its file a task carries."""
    if not isinstance(extra, dict):
        return 0
    return sum(len(held.get("links") or ()) for held in extra.values() if isinstance(held, dict))
