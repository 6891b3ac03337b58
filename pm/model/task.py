"""Tasks and the links between them."""

from __future__ import annotations

from typing import Annotated

from pm.model.enums import (
    Accrual,
    ActivityType,
    ConstraintType,
    DurationUnit,
    LagKind,
    LinkType,
    PercentType,
    TaskType,
)
from pm.model.kinds import FULL, Data, Entity, Instant, Money, Percent, Ref, WorkTime, choice, data, text, whole


class Task(Entity):
    """What people enter about a task; what is computed from it stands in a `Schedule`.

    A task with children is a summary: nothing says so but the tree. Its own dates are computed unless it is manual.

    Attributes:
        parent_id: The summary above; None at the top of the project.
        position: Order among siblings; gaps are left for insertions.
        uid: The number people and files know it by; unique in its project, never used again.
        wbs: A work-breakdown code of the user's own; empty where the outline number serves.
        milestone: Shown as a milestone. A task of zero duration is scheduled as one whatever this says.
        activity_type: What it is to the schedule; the others than TASK come from P6.
        manual: Keeps `manual_start` and `manual_finish`; the engine never moves it.
        active: An inactive task takes no part in the schedule.
        duration: Working time, or elapsed time where `duration_unit` is an elapsed one.
        estimated: The duration is a guess (shown with a question mark).
        work: Sum of the assignments' work.
        constraint_date: Belongs to `constraint_type`; None for ASAP and ALAP.
        secondary_constraint_type, secondary_constraint_date: A second constraint (P6), ASAP where there is none.
        external_early_start, external_late_finish: What links from and to projects that are not here ask for.
        expected_finish: Where a profile uses it, the remaining duration is the working time until then.
        deadline: Shown and measured against; moves late dates, never early ones.
        levelling_delay: Elapsed time that levelling adds to the start.
        ignore_resource_calendars: Scheduled on the task's calendar alone (it needs one).
        percent_complete: Share of the duration done; `percent_work_complete` of the work;
            `physical_percent_complete` as measured on the spot. `percent_type` is the one it reports by.
        stop, resume: The end of what is done and the start of what remains, where progress split the task.
        account: What its cost is booked on; empty: the account of the summary above.
        fixed_cost, cost, actual_cost: Minor units of the project's currency; `cost` is the total.
        recurring: A summary whose tasks are the times it comes back, or one of these.
        blank: An empty row that a person left between tasks.
        external: A stand-in for a task of another file; keeps its dates.
        splits: Pieces of work of a split task without assignments: pairs of working seconds (offset from the start,
            length).
    """

    project_id: Annotated[int, Ref("projects")] = whole(0)
    parent_id: Annotated[int, Ref("tasks")] | None = whole()
    position: int = whole(0)
    uid: int = whole(0)
    name: str = text()
    wbs: str = text()
    milestone: bool = False
    activity_type: ActivityType = choice(ActivityType.TASK)
    manual: bool = False
    active: bool = True
    duration: WorkTime = whole(0)
    duration_unit: DurationUnit = choice(DurationUnit.DAYS)
    estimated: bool = False
    work: WorkTime = whole(0)
    type: TaskType = choice(TaskType.FIXED_UNITS)
    effort_driven: bool = False
    calendar_id: Annotated[int, Ref("calendars")] | None = whole()
    ignore_resource_calendars: bool = False
    constraint_type: ConstraintType = choice(ConstraintType.AS_SOON_AS_POSSIBLE)
    constraint_date: Instant | None = whole()
    secondary_constraint_type: ConstraintType = choice(ConstraintType.AS_SOON_AS_POSSIBLE)
    secondary_constraint_date: Instant | None = whole()
    external_early_start: Instant | None = whole()
    external_late_finish: Instant | None = whole()
    expected_finish: Instant | None = whole()
    deadline: Instant | None = whole()
    manual_start: Instant | None = whole()
    manual_finish: Instant | None = whole()
    manual_duration: WorkTime | None = whole()
    priority: int = whole(500)
    levelling_delay: WorkTime = whole(0)
    level_assignments: bool = True
    levelling_can_split: bool = True
    percent_type: PercentType = choice(PercentType.DURATION)
    percent_complete: Percent = whole(0)
    percent_work_complete: Percent = whole(0)
    physical_percent_complete: Percent = whole(0)
    actual_start: Instant | None = whole()
    actual_finish: Instant | None = whole()
    actual_duration: WorkTime = whole(0)
    remaining_duration: WorkTime | None = whole()
    actual_work: WorkTime = whole(0)
    remaining_work: WorkTime = whole(0)
    stop: Instant | None = whole()
    resume: Instant | None = whole()
    splits: Data = data()
    account: str = text()
    fixed_cost: Money = whole(0)
    fixed_cost_accrual: Accrual = choice(Accrual.PRORATED)
    cost: Money = whole(0)
    actual_cost: Money = whole(0)
    remaining_cost: Money = whole(0)
    budget: Money | None = whole()
    recurring: bool = False
    blank: bool = False
    external: bool = False
    external_project: str = text()
    hyperlink: str = text()
    notes: str = text()
    custom: Data = data()
    extra: Data = data()


class Link(Entity):
    """A dependency between two tasks; several of different types may join the same pair.

    Attributes:
        lag: In the unit that `lag_kind` says; negative for a lead.
        lag_unit: The unit it was typed in, for showing it again.
        task ids: `predecessor_id` and `successor_id`.
    """

    project_id: Annotated[int, Ref("projects")] = whole(0)
    predecessor_id: Annotated[int, Ref("tasks")] = whole(0)
    successor_id: Annotated[int, Ref("tasks")] = whole(0)
    type: LinkType = choice(LinkType.FINISH_START)
    lag: int = whole(0)
    lag_kind: LagKind = choice(LagKind.WORKING)
    lag_unit: DurationUnit = choice(DurationUnit.DAYS)
    extra: Data = data()


__all__ = ["FULL", "Link", "Task"]
