"""How tasks earn their budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pm.commands.changes import changeset, checked, insert, invalid, removal, update
from pm.commands.labels import short
from pm.errors import PlanError
from pm.model import Change, Changeset, EarnedValueRule, Plan
from pm.model.enums import EarnedValueMethod

_FIELDS = ("method", "steps", "units_planned", "units_done", "apportioned_to_id")


@dataclass(frozen=True)
class SetEarnedValueRule:
    """Say how a task earns its budget; `values` are the steps, units or task that the method asks for.

    What is not given stays as it was. By percent complete is what a task without a rule earns by: its rule goes.
    """

    task_id: int
    method: EarnedValueMethod
    values: Mapping[str, Any] = field(default_factory=dict)

    def changeset(self, plan: Plan) -> Changeset:
        """Return the rule.

        Raises:
            PlanError: `task.summary`, a summary earns what is below it; `evm.apportioned_loop`, the task would be in step with
                itself.
            InputError: `value.invalid`, steps without weights, or no units.
        """
        task = plan.task(self.task_id)
        if plan.outline.is_summary(plan.tasks.position(task.id)):
            hint = "say it of the tasks below"
            raise PlanError("a summary earns what is below it", code="task.summary", subject=task.name, hint=hint)
        old = next((r for r in plan.tables["earned_value_rules"] if r.task_id == task.id), None)
        label = f"{short(task.name)} earns by {self.method.replace('_', ' ')}"
        if self.method is EarnedValueMethod.PERCENT_COMPLETE:
            gone = removal(plan, {"earned_value_rules": [old.id]}) if old is not None else []
            return changeset(plan, label, gone)
        kept = {n: getattr(old, n) for n in _FIELDS} if old is not None else {}
        row = {**kept, **checked("earned_value_rules", {**self.values, "method": self.method}, task.name)}
        rule = EarnedValueRule.model_construct(**{**row, "task_id": task.id})
        self._check(plan, rule, task.name)
        changes: list[Change]
        if old is not None:
            changes = update(plan, "earned_value_rules", old.id, row)
        else:
            changes = [insert("earned_value_rules", plan.next_id("earned_value_rules"), {**row, "task_id": task.id})]
        return changeset(plan, label, changes)

    def _check(self, plan: Plan, rule: EarnedValueRule, name: str) -> None:
        if self.method is EarnedValueMethod.WEIGHTED_MILESTONES:
            weights = [step.get("weight", 0) for step in rule.steps or ()]
            if any(weight < 0 for weight in weights) or not sum(weights):
                raise invalid("steps", "need weights above zero", name, "as --step Walls=40 --step Roof=60 --done Walls")
        elif self.method is EarnedValueMethod.UNITS:
            if rule.units_planned <= 0 or rule.units_done < 0:
                raise invalid("units_planned", "must be more than nothing", name, "as --units 12/40")
        elif self.method is EarnedValueMethod.APPORTIONED:
            self._check_in_step(plan, rule, name)

    def _check_in_step(self, plan: Plan, rule: EarnedValueRule, name: str) -> None:
        if rule.apportioned_to_id is None:
            raise invalid("apportioned_to_id", "says which task it goes in step with", name, "as --with TASK")
        towards = {r.task_id: r.apportioned_to_id for r in plan.tables["earned_value_rules"] if r.method == self.method}
        towards[rule.task_id] = rule.apportioned_to_id
        pending, seen = [rule.apportioned_to_id], set[int]()
        while pending:
            other = pending.pop()
            at = plan.tasks.position(other)
            branch = [plan.tasks.ids[i] for i in range(at, plan.outline.end[at])]
            if rule.task_id in branch:
                raise PlanError("the task would be in step with itself", code="evm.apportioned_loop", subject=name)
            following = [towards[i] for i in branch if towards.get(i) is not None and i not in seen]
            seen.update(branch)
            pending += [i for i in following if i is not None]
