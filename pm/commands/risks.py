"""The risk register, and the impacts of its risks on tasks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from pm.commands.changes import changeset, checked, free_name, insert, invalid, next_number, next_uid, removal, update
from pm.commands.labels import edit_label, short
from pm.errors import NotFoundError, PlanError
from pm.model import Changeset, Plan, Risk, RiskImpact


def find_risk(plan: Plan, text: str, project_id: int) -> int:
    """Return the id of the risk a person means: its number, R3, or its name.

    Raises:
        NotFoundError: `plan.no_risk`, or `plan.ambiguous_risk` where several are called so.
    """
    wanted = text.strip().casefold()
    rows = [risk for risk in plan.tables["risks"] if risk.project_id == project_id]
    by_number = [r for r in rows if wanted.removeprefix("r") == str(r.uid) or wanted == f"#{r.uid}"]
    found = by_number or [r for r in rows if r.name.casefold() == wanted]
    if len(found) == 1:
        return int(found[0].id)
    if found:
        numbers = ", ".join(f"R{r.uid}" for r in found)
        raise NotFoundError(f"{len(found)} risks are called {text!r}", code="plan.ambiguous_risk", hint=f"say which: {numbers}")
    known = ", ".join(f"R{r.uid} {short(r.name)}" for r in rows[:8])
    raise NotFoundError(
        f"no risk is called {text!r}", code="plan.no_risk", hint=f"risks: {known}" if known else "the register is empty"
    )


def called(risk: Risk) -> str:
    """Return how labels name a risk: ``R3 Rain``."""
    return f"R{risk.uid} {short(risk.name)}"


@dataclass(frozen=True)
class AddRisk:
    """Add a risk to the register of a project."""

    project_id: int
    name: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def changeset(self, plan: Plan) -> Changeset:
        """Return the new risk."""
        name = free_name(self.name, "a risk")
        values = checked("risks", {"name": name, **self.values}, name)
        values |= {
            "project_id": self.project_id,
            "uid": next_uid(plan, "risks", self.project_id),
            "position": next_number(plan, "risks", "position", self.project_id),
        }
        return changeset(plan, f"Add risk R{values['uid']} {short(name)}", [insert("risks", plan.next_id("risks"), values)])


@dataclass(frozen=True)
class EditRisk:
    """Set fields of a risk."""

    risk_id: int
    values: Mapping[str, Any]

    def changeset(self, plan: Plan) -> Changeset:
        """Return the risk's changed fields."""
        risk = plan.tables["risks"][self.risk_id]
        values = checked("risks", self.values, risk.name)
        for name in values.keys() & {"project_id", "uid"}:
            raise invalid(name, "of a risk is not edited", risk.name)
        if "name" in values:
            values["name"] = free_name(values["name"], "a risk")
        return changeset(plan, edit_label(plan, "risks", risk.id, called(risk), values), update(plan, "risks", risk.id, values))


@dataclass(frozen=True)
class RemoveRisks:
    """Remove risks and their impacts."""

    risk_ids: Collection[int]

    def changeset(self, plan: Plan) -> Changeset:
        """Return the removal."""
        risks = [plan.tables["risks"][i] for i in self.risk_ids]
        label = called(risks[0]) if len(risks) == 1 else f"{len(risks)} risks"
        return changeset(plan, f"Remove {label}", removal(plan, {"risks": list(self.risk_ids)}))


def find_impact(plan: Plan, risk_id: int, task_id: int) -> RiskImpact | None:
    """Return the impact of a risk on a task, None where it has none."""
    listed = plan.tables["risk_impacts"]
    return next((impact for impact in listed if (impact.risk_id, impact.task_id) == (risk_id, task_id)), None)


@dataclass(frozen=True)
class SetImpact:
    """Say what a risk does to a task when it happens; `values` are the delays and costs of a `RiskImpact`."""

    risk_id: int
    task_id: int
    values: Mapping[str, Any]

    def changeset(self, plan: Plan) -> Changeset:
        """Return the new impact, or what changes of the one there is.

        Raises:
            PlanError: `task.summary`, the task is one; `risk.other_project`, it belongs to another project than the risk.
            InputError: `value.invalid`, low, likely and high are not in order.
        """
        risk, task = plan.tables["risks"][self.risk_id], plan.task(self.task_id)
        if plan.outline.is_summary(plan.tasks.position(task.id)):
            raise PlanError(
                "a summary lasts as long as its tasks", code="task.summary", subject=task.name, hint="name the tasks below"
            )
        if task.project_id != risk.project_id:
            raise PlanError("the task belongs to another project", code="risk.other_project", subject=task.name)
        known = find_impact(plan, risk.id, task.id)
        values = checked("risk_impacts", self.values, f"{called(risk)} on {task.name}")
        whole = {**({} if known is None else plan.tables["risk_impacts"].row(known.id)), **values}
        for what in ("delay", "cost"):
            _check_order(what, whole, f"{called(risk)} on {task.name}")
        label = f"Impact of {called(risk)} on {short(task.name)}"
        if known is not None:
            return changeset(plan, label, update(plan, "risk_impacts", known.id, values))
        row = {"risk_id": risk.id, "task_id": task.id, **values}
        return changeset(plan, label, [insert("risk_impacts", plan.next_id("risk_impacts"), row)])


def _check_order(what: str, values: Mapping[str, Any], subject: str) -> None:
    low, high = values.get(f"{what}_low"), values.get(f"{what}_high")
    likely = values.get(f"{what}_likely", 0)
    if (low is not None and low > likely) or (high is not None and high < likely):
        raise invalid(what, "goes from low over likely to high", subject, "write it in that order: 1d 2d 5d")


@dataclass(frozen=True)
class RemoveImpact:
    """Take back what a risk does to a task."""

    risk_id: int
    task_id: int

    def changeset(self, plan: Plan) -> Changeset:
        """Return the removal.

        Raises:
            NotFoundError: `risk.no_impact`, the risk has none on the task.
        """
        risk, task = plan.tables["risks"][self.risk_id], plan.task(self.task_id)
        known = find_impact(plan, risk.id, task.id)
        if known is None:
            raise NotFoundError(f"{called(risk)} does nothing to it", code="risk.no_impact", subject=task.name)
        return changeset(plan, f"No impact of {called(risk)} on {short(task.name)}", removal(plan, {"risk_impacts": [known.id]}))
