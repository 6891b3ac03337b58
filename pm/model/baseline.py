"""Snapshots to compare with: baselines 0 to 10 of MS Project, and any number of our own."""

from __future__ import annotations

from typing import Annotated

from pm.model.kinds import Data, Entity, Instant, Money, Ref, WorkTime, data, text, whole


class Baseline(Entity):
    """A named snapshot of a project. `number` 0 is the one compared with unless told otherwise."""

    project_id: Annotated[int, Ref("projects")] = whole(0)
    number: int = whole(0)
    name: str = text()
    taken_at: Instant | None = whole()
    notes: str = text()


class TaskBaseline(Entity):
    """What a task looked like when baseline `number` was taken."""

    task_id: Annotated[int, Ref("tasks")] = whole(0)
    number: int = whole(0)
    start: Instant | None = whole()
    finish: Instant | None = whole()
    duration: WorkTime = whole(0)
    work: WorkTime = whole(0)
    cost: Money = whole(0)
    fixed_cost: Money = whole(0)
    extra: Data = data()


class AssignmentBaseline(Entity):
    """What an assignment looked like when baseline `number` was taken."""

    assignment_id: Annotated[int, Ref("assignments")] = whole(0)
    number: int = whole(0)
    start: Instant | None = whole()
    finish: Instant | None = whole()
    work: WorkTime = whole(0)
    cost: Money = whole(0)
    extra: Data = data()


class ResourceBaseline(Entity):
    """What a resource's totals were when baseline `number` was taken."""

    resource_id: Annotated[int, Ref("resources")] = whole(0)
    number: int = whole(0)
    work: WorkTime = whole(0)
    cost: Money = whole(0)
    extra: Data = data()
