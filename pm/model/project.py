"""Portfolios and projects."""

from __future__ import annotations

from typing import Annotated

from pm.model.enums import CustomFieldType, ProfileName, ScheduleFrom, TaskType
from pm.model.kinds import Data, Entity, Instant, Money, Ref, WorkTime, choice, data, text, whole


class Portfolio(Entity):
    """A programme: a node of the tree that projects hang on."""

    parent_id: Annotated[int, Ref("portfolios")] | None = whole()
    position: int = whole(0)
    name: str = text()
    owner: str = text()
    notes: str = text()


class Project(Entity):
    """A project with the options its dates are computed by.

    Attributes:
        code: Short unique name people and scripts use, e.g. ``ATLAS``.
        uid: The source's own number, 0 where it has none.
        start: Where schedule-from-start begins. `finish` is where schedule-from-finish ends; else it is not used.
        must_finish_by: Where late dates are counted back from, whenever the work may end (P6); None: from the finish.
        status_date: The date that progress is reported at (P6's data date); None where nobody reports.
        calendar_id: The project calendar.
        revision: Grows by one with every change of the project's rows.
        critical_slack_limit: A task is critical at or below this total slack, working time.
        minutes_per_day, minutes_per_week, days_per_month: Convert typed and shown durations only; never dates.
        default_start, default_finish: Seconds after midnight that a date typed without a time stands for.
        profile: Whose scheduling habits to follow; `profile_overrides` changes single attributes of it.
        custom: Values of custom fields by key.
        last_uids: The highest number that a row which is gone had, by table; new rows get higher ones. Kept by what stores
            the plan, as the revision is: taking back a change gives no number free.
        extra: What a source file holds that we do not model, by format name, kept to be written back.
    """

    portfolio_id: Annotated[int, Ref("portfolios")] | None = whole()
    position: int = whole(0)
    uid: int = whole(0)
    code: str = text()
    name: str = text()
    title: str = text()
    manager: str = text()
    author: str = text()
    company: str = text()
    notes: str = text()
    start: Instant = whole(0)
    finish: Instant | None = whole()
    schedule_from: ScheduleFrom = choice(ScheduleFrom.START)
    must_finish_by: Instant | None = whole()
    status_date: Instant | None = whole()
    calendar_id: Annotated[int, Ref("calendars")] | None = whole()
    priority: int = whole(500)
    currency: str = text("EUR")
    currency_symbol: str = text()
    currency_digits: int = whole(2)
    minutes_per_day: int = whole(480)
    minutes_per_week: int = whole(2400)
    days_per_month: int = whole(20)
    week_start_day: int = whole(0)
    default_start: int = whole(28800)
    default_finish: int = whole(61200)
    default_task_type: TaskType = choice(TaskType.FIXED_UNITS)
    critical_slack_limit: WorkTime = whole(0)
    multiple_critical_paths: bool = False
    honor_constraints: bool = True
    profile: ProfileName = choice(ProfileName.SLACKLINE)
    profile_overrides: Data = data()
    budget: Money | None = whole()
    revision: int = whole(0)
    custom: Data = data()
    extra: Data = data()
    last_uids: Data = data()


COUNTED = frozenset({"revision", "last_uids"})
"""Fields of a project that what stores the plan counts up: no command sets them, and no change expects a value of them."""


class CustomField(Entity):
    """The definition of a custom field; values live in the `custom` column of the entity it belongs to.

    Attributes:
        entity: The table it extends: ``tasks``, ``resources``, ``assignments`` or ``projects``.
        key: The key in `custom`, e.g. ``text1``; stable.
        alias: What people call it.
    """

    project_id: Annotated[int, Ref("projects")] = whole(0)
    entity: str = text("tasks")
    key: str = text()
    alias: str = text()
    type: CustomFieldType = choice(CustomFieldType.TEXT)
    extra: Data = data()
