"""Budget lines: money set aside for an account in a period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pm.commands.changes import changeset, checked, insert, invalid, removal, update
from pm.commands.labels import short
from pm.errors import InputError
from pm.model import BudgetLine, Changeset, Plan
from pm.model.enums import Contour
from pm.words import money_text


def _valid(plan: Plan, project_id: int, values: Mapping[str, Any], before: BudgetLine | None = None) -> dict[str, Any]:
    """Return checked values of a budget line.

    Raises:
        InputError: `value.invalid`, it is for nothing, its period ends before it begins, or nobody says how it is spread;
            `budget.other_project`, its task belongs to another project.
    """
    found = checked("budget_lines", values, "budget line")
    line = BudgetLine.model_construct(**{**(before.model_dump() if before else {}), **found})
    if "amount" in found and line.amount <= 0:
        raise invalid("amount", "must be more than nothing", "budget line")
    if line.period_start is not None and line.period_finish is not None and line.period_finish < line.period_start:
        raise invalid("period_finish", "is before the period's start", "budget line")
    if line.spread == Contour.EDITED:
        shapes = ", ".join(shape for shape in Contour if shape is not Contour.EDITED)
        raise invalid("spread", "has a shape of its own only on assignments", "budget line", f"shapes: {shapes}")
    if line.task_id is not None and plan.task(line.task_id).project_id != project_id:
        raise InputError("the task belongs to another project", code="budget.other_project", subject=plan.task(line.task_id).name)
    return found


def _called(plan: Plan, line: BudgetLine) -> str:
    amount = money_text(line.amount, plan.projects.value(line.project_id, "currency_digits"))
    return f"budget {amount}{f' for {short(line.account)}' if line.account else ''}"


@dataclass(frozen=True)
class AddBudgetLine:
    """Set money aside in a project; `amount` in minor units, `values` are other fields of the line."""

    project_id: int
    amount: int
    values: Mapping[str, Any] = field(default_factory=dict)

    def changeset(self, plan: Plan) -> Changeset:
        """Return the new line."""
        row = {**_valid(plan, self.project_id, {**self.values, "amount": self.amount}), "project_id": self.project_id}
        line = BudgetLine.model_construct(**row)
        return changeset(plan, f"Add {_called(plan, line)}", [insert("budget_lines", plan.next_id("budget_lines"), row)])


@dataclass(frozen=True)
class EditBudgetLine:
    """Set fields of a budget line."""

    line_id: int
    values: Mapping[str, Any]

    def changeset(self, plan: Plan) -> Changeset:
        """Return the line's changed fields."""
        line: BudgetLine = plan.tables["budget_lines"][self.line_id]
        values = _valid(plan, line.project_id, self.values, line)
        return changeset(plan, f"Edit {_called(plan, line)}", update(plan, "budget_lines", line.id, values))


@dataclass(frozen=True)
class RemoveBudgetLine:
    """Remove a budget line."""

    line_id: int

    def changeset(self, plan: Plan) -> Changeset:
        """Return the removal."""
        line: BudgetLine = plan.tables["budget_lines"][self.line_id]
        return changeset(plan, f"Remove {_called(plan, line)}", removal(plan, {"budget_lines": [line.id]}))
