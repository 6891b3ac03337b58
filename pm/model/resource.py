"""People, crews, machines, rooms, materials and costs, and what they are assigned to."""

from __future__ import annotations

from typing import Annotated

from pm.model.enums import Accrual, Contour, RateTable, ResourceType
from pm.model.kinds import FULL, Data, Entity, Instant, Money, Percent, Rate, Ref, WorkTime, choice, data, text, whole


class Resource(Entity):
    """Whoever or whatever does work or is used up.

    Attributes:
        project_id: The project it came with; None for a resource of the shared pool.
        max_units: How much of it there is; FULL (10000) is one person full time.
        allowed_load: How much of what there is may be booked before it counts as too much; more than FULL is over-booking
            on purpose.
        standard_rate, overtime_rate: Per hour (per unit for material), in ten-thousandths of the currency.
        role, team: What capacity is summed by.
    """

    project_id: Annotated[int, Ref("projects")] | None = whole()
    position: int = whole(0)
    uid: int = whole(0)
    name: str = text()
    initials: str = text()
    type: ResourceType = choice(ResourceType.WORK)
    role: str = text()
    team: str = text()
    group: str = text()
    email: str = text()
    calendar_id: Annotated[int, Ref("calendars")] | None = whole()
    max_units: Percent = whole(FULL)
    allowed_load: Percent = whole(FULL)
    material_unit: str = text()
    standard_rate: Rate = whole(0)
    overtime_rate: Rate = whole(0)
    cost_per_use: Money = whole(0)
    accrual: Accrual = choice(Accrual.PRORATED)
    can_level: bool = True
    generic: bool = False
    active: bool = True
    blank: bool = False
    notes: str = text()
    custom: Data = data()
    extra: Data = data()


class Availability(Entity):
    """How many units of a resource there are from `start` to `finish` (None: open)."""

    resource_id: Annotated[int, Ref("resources")] = whole(0)
    start: Instant | None = whole()
    finish: Instant | None = whole()
    units: Percent = whole(FULL)
    extra: Data = data()


class ResourceRate(Entity):
    """A dated line of one of the five rate tables of a resource."""

    resource_id: Annotated[int, Ref("resources")] = whole(0)
    table: RateTable = choice(RateTable.A)
    start: Instant | None = whole()
    finish: Instant | None = whole()
    standard_rate: Rate = whole(0)
    overtime_rate: Rate = whole(0)
    cost_per_use: Money = whole(0)
    extra: Data = data()


class Assignment(Entity):
    """A resource at work on a task.

    Attributes:
        resource_id: None for work that nobody is named for.
        units: Share of full time, FULL (10000) is one unit full time; for material the amount, times 10000.
        delay: Working time after the task's start; `levelling_delay` adds to it.
        drives: Its work decides the task's dates (P6: drive activity dates); else it follows them.
        profile: Where the work lies when it is not spread evenly: pairs of working seconds (length, work);
            a pair with work 0 is a gap. Relative to the assignment's start; None for the contour's own shape.
        actual_start, actual_finish, stop, resume: As on the task.
    """

    project_id: Annotated[int, Ref("projects")] = whole(0)
    task_id: Annotated[int, Ref("tasks")] = whole(0)
    resource_id: Annotated[int, Ref("resources")] | None = whole()
    uid: int = whole(0)
    units: Percent = whole(FULL)
    work: WorkTime = whole(0)
    delay: WorkTime = whole(0)
    levelling_delay: WorkTime = whole(0)
    drives: bool = True
    contour: Contour = choice(Contour.FLAT)
    rate_table: RateTable = choice(RateTable.A)
    percent_work_complete: Percent = whole(0)
    actual_start: Instant | None = whole()
    actual_finish: Instant | None = whole()
    stop: Instant | None = whole()
    resume: Instant | None = whole()
    actual_work: WorkTime = whole(0)
    remaining_work: WorkTime = whole(0)
    overtime_work: WorkTime = whole(0)
    cost: Money = whole(0)
    actual_cost: Money = whole(0)
    remaining_cost: Money = whole(0)
    profile: Data = data()
    notes: str = text()
    custom: Data = data()
    extra: Data = data()
