"""Money set aside, money booked, and how a task earns its budget."""

from __future__ import annotations

from typing import Annotated

from pm.model.enums import BudgetKind, Contour, CostEntryKind, EarnedValueMethod
from pm.model.kinds import Data, Entity, Instant, Money, Ref, choice, data, text, whole


class BudgetLine(Entity):
    """Money set aside for an account in a period of a project (or of one task's branch).

    Attributes:
        period_start, period_finish: The first and the last instant of the period; open where None.
        spread: How the amount lies within the period.
    """

    project_id: Annotated[int, Ref("projects")] = whole(0)
    task_id: Annotated[int, Ref("tasks")] | None = whole()
    account: str = text()
    kind: BudgetKind = choice(BudgetKind.OPEX)
    period_start: Instant | None = whole()
    period_finish: Instant | None = whole()
    amount: Money = whole(0)
    spread: Contour = choice(Contour.FLAT)
    notes: str = text()


class CostEntry(Entity):
    """An amount booked on a day: an invoice, a time sheet's cost, an order.

    Attributes:
        date: When it counts; None for a commitment without a date.
        account: Empty: the task's own.
        reference: The number of the document it stands in.
    """

    project_id: Annotated[int, Ref("projects")] = whole(0)
    task_id: Annotated[int, Ref("tasks")] | None = whole()
    resource_id: Annotated[int, Ref("resources")] | None = whole()
    kind: CostEntryKind = choice(CostEntryKind.ACTUAL)
    date: Instant | None = whole()
    amount: Money = whole(0)
    account: str = text()
    reference: str = text()
    notes: str = text()


class EarnedValueRule(Entity):
    """How one task earns its budget, where it is not by its percent complete. A task has one at most.

    Attributes:
        steps: For weighted milestones, ``[{"name": "Walls", "weight": 40, "done": true}]``; weights are relative.
        units_planned, units_done: For units, whatever they count.
        apportioned_to_id: For apportioned effort, the task it goes in step with.
    """

    task_id: Annotated[int, Ref("tasks")] = whole(0)
    method: EarnedValueMethod = choice(EarnedValueMethod.PERCENT_COMPLETE)
    steps: Data = data()
    units_planned: int = whole(0)
    units_done: int = whole(0)
    apportioned_to_id: Annotated[int, Ref("tasks")] | None = whole()
