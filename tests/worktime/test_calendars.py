"""Which calendar a project, a resource, a combination has, and what is compiled again after an edit."""

from __future__ import annotations

import pytest

from pm.errors import NotFoundError
from pm.model import Change, Changeset, Plan, instant
from pm.model.kinds import HOUR
from pm.worktime import Calendars

NIGHT = [[[22 * HOUR, 30 * HOUR]]] * 7


@pytest.fixture
def plan() -> Plan:
    return Plan.from_rows(
        projects=[{"id": 1, "calendar_id": 1, "start": instant("2026-01-05")}, {"id": 2, "code": "B"}],
        calendars=[{"id": 1, "name": "Night", "week": NIGHT}, {"id": 2, "name": "Day"}, {"id": 3, "name": "Ann", "base_id": 2}],
        resources=[{"id": 1, "project_id": 1}, {"id": 2, "calendar_id": 3}, {"id": 3}, {"id": 4, "project_id": 2}],
        tasks=[{"id": 1, "project_id": 1, "name": "Dig"}],
    )


def changed(plan: Plan, table: str, name: str, before: object, after: object) -> Plan:
    return plan.apply(Changeset("Edit", (Change(table, 1, {name: before}, {name: after}),)))


def test_who_has_which(plan: Plan) -> None:
    calendars = Calendars(plan)
    assert calendars.project(1) is calendars.get(1)
    assert calendars.project(2) is calendars.project(99) is calendars.standard
    assert calendars.resource(1) is calendars.get(1)
    assert calendars.resource(2) is calendars.get(3) is calendars.get(2) is calendars.standard
    assert calendars.resource(3) is calendars.resource(4) is calendars.standard
    with pytest.raises(NotFoundError):
        calendars.resource(99)


def test_combinations_are_made_once(plan: Plan) -> None:
    calendars = Calendars(plan)
    night, day, always = calendars.get(1), calendars.get(2), calendars.round_the_clock
    assert calendars.intersection(night, day) is calendars.intersection(day, night)
    assert calendars.union([night, day]) is calendars.union([day, night, day])
    assert calendars.union([night, day]) is not calendars.intersection(night, day)
    assert calendars.intersection(day, day) is calendars.union([day]) is calendars.intersection(always, day) is day
    assert calendars.union([day, always]) is always
    with pytest.raises(ValueError, match="no calendars"):
        calendars.union([])


def test_two_shifts_halve_the_time(plan: Plan) -> None:
    """Rule 3.4: a long task on a day-shift and a night-shift resource runs on the union."""
    calendars = Calendars(plan)
    both = calendars.union([calendars.get(1), calendars.get(2)])
    assert both.add(instant("2026-01-05T08:00"), 16 * HOUR) == instant("2026-01-06T06:00")


def test_an_edit_of_a_task_compiles_nothing_again(plan: Plan) -> None:
    before = Calendars(plan)
    both = before.union([before.get(1), before.get(2)])
    after = Calendars(changed(plan, "tasks", "name", "Dig", "Dug"), before)
    assert after.get(1) is before.get(1)
    assert after.union([after.get(1), after.get(2)]) is both


def test_a_project_that_takes_another_calendar_is_seen(plan: Plan) -> None:
    before = Calendars(plan)
    assert before.project(1) is before.get(1)
    after = Calendars(changed(plan, "projects", "calendar_id", 1, 2), before)
    assert after.project(1) is after.get(2) is before.get(2)


def test_an_edit_of_a_calendar_is_seen(plan: Plan) -> None:
    before = Calendars(plan)
    assert before.get(1).is_working(instant("2026-01-05T23:00"))
    after = Calendars(changed(plan, "calendars", "week", NIGHT, None), before)
    assert not after.get(1).is_working(instant("2026-01-05T23:00"))
    assert before.get(1).is_working(instant("2026-01-05T23:00"))
