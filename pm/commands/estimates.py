"""How long tasks may take: estimates, groups of tasks that go together, and branches of which one way happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pm.commands.changes import changeset, checked, free_name, insert, invalid, removal, update
from pm.commands.labels import short
from pm.errors import NotFoundError, PlanError
from pm.model import Changeset, Estimate, Plan
from pm.model.enums import Distribution
from pm.words import Units, duration_text, percent_text


def estimate_of(plan: Plan, task_id: int) -> Estimate | None:
    """Return the estimate of a task, None where nobody made one."""
    return next((e for e in plan.tables["estimates"] if e.task_id == task_id), None)


@dataclass(frozen=True)
class SetEstimate:
    """Say how long a task may take; `values` are fields of an `Estimate`."""

    task_id: int
    values: Mapping[str, Any]

    def changeset(self, plan: Plan) -> Changeset:
        """Return the new estimate, or what changes of the one there is.

        Raises:
            PlanError: `task.summary`, the task is one.
            InputError: `value.invalid`: low, most likely and high are not in order, a lognormal may be zero, percentiles are not
                in order.
        """
        task = plan.task(self.task_id)
        if plan.outline.is_summary(plan.tasks.position(task.id)):
            raise PlanError(
                "a summary lasts as long as its tasks", code="task.summary", subject=task.name, hint="estimate the tasks below"
            )
        values = checked("estimates", self.values, task.name)
        known = estimate_of(plan, task.id)
        row = Estimate.model_construct(**{**(plan.tables["estimates"].row(known.id) if known else {}), **values})
        _check(row, task.duration, task.name)
        unit, units = task.duration_unit, Units.of(plan.projects[task.project_id])
        points = [row.low, task.duration if row.most_likely is None else row.most_likely, row.high]
        shown = " ".join(duration_text(p, unit, units, places=2) for p in points if p is not None)
        label = f"Estimate {short(task.name)} {shown}"
        if known is not None:
            return changeset(plan, label, update(plan, "estimates", known.id, values))
        return changeset(plan, label, [insert("estimates", plan.next_id("estimates"), {"task_id": task.id, **values})])


def _check(row: Estimate, duration: int, name: str) -> None:
    """Raise where an estimate cannot be."""
    likely = duration if row.most_likely is None else row.most_likely
    low, high = likely if row.low is None else row.low, likely if row.high is None else row.high
    if not (low <= likely <= high or (row.most_likely is None and low <= high and row.distribution in _WITHOUT_MODE)):
        raise invalid("estimate", "goes from low over most likely to high", name, "write it in that order: 3d 5d 9d")
    if row.distribution == Distribution.LOGNORMAL and low <= 0:
        raise invalid("low", "of a lognormal estimate must be above zero", name, "or take another distribution")
    if not 0 < row.low_percentile < row.high_percentile < 10_000:
        raise invalid("low percentile", "and high percentile lie between 0% and 100%, in that order", name)
    if low < 0:
        raise invalid("low", "must not be negative", name)


_WITHOUT_MODE = (Distribution.UNIFORM, Distribution.LOGNORMAL)


@dataclass(frozen=True)
class ClearEstimate:
    """Take back an estimate: the task takes what its duration says."""

    task_id: int

    def changeset(self, plan: Plan) -> Changeset:
        """Return the removal.

        Raises:
            NotFoundError: `estimate.not_found`, nobody estimated the task.
        """
        task, known = plan.task(self.task_id), estimate_of(plan, self.task_id)
        if known is None:
            raise NotFoundError("it has no estimate", code="estimate.not_found", subject=task.name)
        return changeset(plan, f"Clear the estimate of {short(task.name)}", removal(plan, {"estimates": [known.id]}))


@dataclass(frozen=True)
class SetCorrelation:
    """Say how strongly the tasks of a group go together; None removes the group.

    Attributes:
        coefficient: Their rank correlation; FULL (10000) is 1.
    """

    project_id: int
    name: str
    coefficient: int | None

    def changeset(self, plan: Plan) -> Changeset:
        """Return the group, or its removal and that of its name from estimates.

        Raises:
            NotFoundError: `estimate.no_group`, there is none to remove.
        """
        name = free_name(self.name, "a correlation group")
        known = next((g for g in plan.tables["correlation_groups"] if (g.project_id, g.name) == (self.project_id, name)), None)
        if self.coefficient is None:
            if known is None:
                raise NotFoundError(f"no correlation group is called {name!r}", code="estimate.no_group")
            changes = removal(plan, {"correlation_groups": [known.id]})
            for estimate in plan.tables["estimates"]:
                if estimate.correlation_group == name and _owner(plan, estimate) == self.project_id:
                    changes += update(plan, "estimates", estimate.id, {"correlation_group": ""})
            return changeset(plan, f"Remove correlation group {short(name)}", changes)
        row = {"name": name, "coefficient": self.coefficient}
        values = checked("correlation_groups", row, name) | {"project_id": self.project_id}
        label = f"Correlate {short(name)} by {percent_text(self.coefficient)}"
        if known is not None:
            return changeset(plan, label, update(plan, "correlation_groups", known.id, values))
        return changeset(plan, label, [insert("correlation_groups", plan.next_id("correlation_groups"), values)])


@dataclass(frozen=True)
class SetBranchOption:
    """Give one way of a branch its chance, relative to that of the others; None removes it."""

    project_id: int
    branch: str
    name: str
    probability: int | None

    def changeset(self, plan: Plan) -> Changeset:
        """Return the option, or its removal and that of its name from estimates.

        Raises:
            NotFoundError: `branch.unknown`, there is none to remove.
        """
        branch, name = free_name(self.branch, "a branch"), free_name(self.name, "a way of a branch")
        rows = plan.tables["branch_options"]
        known = next((o for o in rows if (o.project_id, o.branch, o.name) == (self.project_id, branch, name)), None)
        if self.probability is None:
            if known is None:
                raise NotFoundError(f"the branch {branch!r} has no option {name!r}", code="branch.unknown")
            changes = removal(plan, {"branch_options": [known.id]})
            for estimate in plan.tables["estimates"]:
                if (estimate.branch, estimate.branch_option) == (branch, name) and _owner(plan, estimate) == self.project_id:
                    changes += update(plan, "estimates", estimate.id, {"branch": "", "branch_option": ""})
            return changeset(plan, f"Remove {short(name)} of branch {short(branch)}", changes)
        row = {"branch": branch, "name": name, "probability": self.probability}
        values = checked("branch_options", row, name) | {"project_id": self.project_id}
        label = f"Branch {short(branch)} takes {short(name)} by {percent_text(self.probability)}"
        if known is not None:
            return changeset(plan, label, update(plan, "branch_options", known.id, values))
        return changeset(plan, label, [insert("branch_options", plan.next_id("branch_options"), values)])


def _owner(plan: Plan, estimate: Estimate) -> int:
    owner: int = plan.tasks.value(estimate.task_id, "project_id")
    return owner
