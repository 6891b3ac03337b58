from __future__ import annotations

from typing import Any

import pytest

from pm.commands import (
    AddCalendar,
    AddException,
    EditCalendar,
    EditProject,
    EditTask,
    NewProject,
    RemoveCalendar,
    RemoveException,
    RemoveProject,
)
from pm.commands.calendars import find_calendar
from pm.errors import NotFoundError, PMError
from pm.model import STANDARD_WEEK, Plan, instant
from pm.schedule import compute_schedule
from tests.commands.plans import START, done, house


def code_of(plan: Plan, command: Any) -> str:
    with pytest.raises(PMError) as caught:
        command.changeset(plan)
    return caught.value.code


def test_days_off_move_the_schedule_and_their_removal_moves_it_back() -> None:
    plan = done(house(), AddException(1, START, name="Flood"))
    assert compute_schedule(plan).task(2).start == START + 86400
    assert next(iter(plan.calendar_exceptions)).start == START - START % 86400
    assert compute_schedule(done(plan, RemoveException(1))).task(2).start == START


def test_labels_of_exceptions() -> None:
    plan = house()
    command = AddException(1, START, START + 2 * 86400, "Flood")
    assert command.changeset(plan).label == "Add Flood, Mon 5 Jan to Wed 7 Jan, to calendar Standard"
    saturday = AddException(1, instant("2026-01-10"), shifts=((28800, 43200),))
    assert saturday.changeset(plan).label == "Add work, Sat 10 Jan, to calendar Standard"


@pytest.mark.parametrize("shifts", [((5, 5),), ((7, 3),), ((0, 10), (5, 20)), ((0, 200_000),), ((90_000, 91_000),)])
def test_shifts_that_are_none_are_refused(shifts: tuple[tuple[int, int], ...]) -> None:
    assert code_of(house(), AddException(1, START, shifts=shifts)) == "value.invalid"


def test_an_exception_does_not_end_before_it_begins() -> None:
    assert code_of(house(), AddException(1, START, START - 86400)) == "value.invalid"


def test_calendars() -> None:
    plan = done(house(), AddCalendar("Night", {"week": [[[79200, 108000]]] * 5 + [[], []]}, project_id=1))
    assert find_calendar(plan, "NIGHT") == 2
    with pytest.raises(NotFoundError):
        find_calendar(plan, "Noon")
    assert done(plan, AddCalendar("Plain", project_id=1)).calendars[3].week == STANDARD_WEEK
    assert code_of(plan, AddCalendar("night", project_id=1)) == "calendar.exists"
    assert code_of(plan, EditCalendar(2, {"week": [[]]})) == "value.invalid"
    assert code_of(plan, EditCalendar(1, {"base_id": 1})) == "calendar.loop"
    based = done(plan, EditCalendar(2, {"base_id": 1}))
    assert code_of(based, EditCalendar(1, {"base_id": 2})) == "calendar.loop"
    assert code_of(based, RemoveCalendar(1)) == "calendar.in_use"


def test_tasks_of_a_removed_calendar_fall_back_to_the_projects() -> None:
    plan = done(done(house(), AddCalendar("Night", project_id=1)), EditTask(2, {"calendar_id": 2}))
    plan = done(plan, RemoveCalendar(2))
    assert plan.task(2).calendar_id is None


def test_a_new_project_has_a_calendar_and_can_be_scheduled() -> None:
    plan = done(Plan(), NewProject("ATLAS", "Atlas", START, {"currency": "CHF"}))
    project = plan.project("atlas")
    assert (project.currency, plan.calendars[project.calendar_id or 0].week) == ("CHF", STANDARD_WEEK)
    assert compute_schedule(plan).project_start[project.id] == START


@pytest.mark.parametrize("code", ["", "a b", "a/b", "#1", "x" * 33, "a\nb", "a:b"])
def test_codes_that_cannot_be_typed_are_refused(code: str) -> None:
    assert code_of(Plan(), NewProject(code, "Atlas", START)) == "value.invalid"


def test_a_code_belongs_to_one_project() -> None:
    assert code_of(house(), NewProject("house", "Another", START)) == "project.exists"
    plan = done(house(), NewProject("BARN", "Barn", START))
    assert code_of(plan, EditProject(2, {"code": "House"})) == "project.exists"
    assert done(plan, EditProject(1, {"code": "house"})).projects[1].code == "house"


def test_scheduling_from_the_finish_needs_one() -> None:
    assert code_of(house(), EditProject(1, {"schedule_from": "finish"})) == "value.invalid"
    plan = done(house(), EditProject(1, {"schedule_from": "finish", "finish": "2026-06-30T17:00"}))
    assert plan.project().schedule_from == "finish"


def test_a_removed_project_takes_its_own_along_and_leaves_the_pool() -> None:
    plan = done(house(), NewProject("BARN", "Barn", START))
    plan = done(plan, AddCalendar("Shared"))
    plan = done(plan, RemoveProject(1))
    assert [p.code for p in plan.projects] == ["BARN"]
    assert [c.name for c in plan.calendars] == ["Standard", "Shared"]
    assert not any(len(plan.tables[t]) for t in ("tasks", "links", "resources", "assignments"))
