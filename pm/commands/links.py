"""Links between tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pm.commands.changes import changeset, checked, insert, removal, update
from pm.commands.labels import project_of, short
from pm.errors import NotFoundError, PlanError
from pm.model import Change, Changeset, Link, Plan
from pm.model.enums import DurationUnit, LagKind, LinkType
from pm.words import Lag, Units
from pm.words import link_text as type_and_lag


def links_between(plan: Plan, predecessor_id: int, successor_id: int) -> list[Link]:
    """Return the links from one task to another."""
    rows = plan.links
    pairs = enumerate(zip(rows.column("predecessor_id"), rows.column("successor_id"), strict=True))
    return [rows.at(i) for i, pair in pairs if pair == (predecessor_id, successor_id)]


def link_text(plan: Plan, link: Link) -> str:
    """Return a link as people write it: ``FS+2d``."""
    project = project_of(plan, "links", link.id) if link.id in plan.links else None
    return type_and_lag(link.type, Lag(link.lag, link.lag_kind, link.lag_unit), Units.of(project))


def _called(plan: Plan, link: Link) -> str:
    return f"{short(plan.task(link.predecessor_id).name)} → {short(plan.task(link.successor_id).name)}"


def _refuse_loop(plan: Plan, changes: list[Change]) -> None:
    from pm.schedule.network import check_cycles

    check_cycles(plan.apply(Changeset("", tuple(changes))))


@dataclass(frozen=True)
class AddLink:
    """Make one task wait for another.

    Attributes:
        lag: What `lag_kind` says; negative for a lead. `lag_unit` is the unit it was typed in.
    """

    predecessor_id: int
    successor_id: int
    type: str = LinkType.FINISH_START.value
    lag: int = 0
    lag_kind: str = LagKind.WORKING.value
    lag_unit: str = DurationUnit.DAYS.value

    def changeset(self, plan: Plan) -> Changeset:
        """Return the new link.

        Raises:
            PlanError: `link.self`, `link.own_branch` (a summary and a task below it), `link.exists`, `link.other_project`.
            CycleError: tasks would wait for each other.
        """
        before, after = plan.task(self.predecessor_id), plan.task(self.successor_id)
        if before.id == after.id:
            raise PlanError("a task cannot wait for itself", code="link.self", subject=before.name)
        if before.project_id != after.project_id:
            raise PlanError(
                "the tasks belong to different projects", code="link.other_project", subject=f"{before.name} → {after.name}"
            )
        p, s = plan.tasks.position(before.id), plan.tasks.position(after.id)
        if p < s < plan.outline.end[p] or s < p < plan.outline.end[s]:
            summary, inner = (before, after) if p < s else (after, before)
            raise PlanError(
                f"{summary.name} is a summary of {inner.name}; one cannot wait for the other",
                code="link.own_branch",
                subject=f"{before.name} → {after.name}",
            )
        row = {"predecessor_id": before.id, "successor_id": after.id, "type": self.type, "lag": self.lag}
        row |= {"lag_kind": self.lag_kind, "lag_unit": self.lag_unit}
        values = checked("links", {"project_id": after.project_id, **row}, after.name)
        _refuse_twin(plan, values, None)
        changes = [insert("links", plan.next_id("links"), values)]
        _refuse_loop(plan, changes)
        lag = Lag(self.lag, values["lag_kind"], values["lag_unit"])
        shown = type_and_lag(values["type"], lag, Units.of(plan.projects[after.project_id]))
        return changeset(plan, f"Link {short(before.name)} → {short(after.name)} {shown}", changes)


def _refuse_twin(plan: Plan, values: Mapping[str, Any], own_id: int | None) -> None:
    for link in links_between(plan, values["predecessor_id"], values["successor_id"]):
        if link.type == values["type"] and link.id != own_id:
            raise PlanError(
                f"the tasks are linked {link.type} already",
                code="link.exists",
                subject=_called(plan, link),
                hint="edit that link's lag, or link them by another type",
            )


@dataclass(frozen=True)
class EditLink:
    """Set type and lag of a link (`type`, `lag`, `lag_kind`, `lag_unit`)."""

    link_id: int
    values: Mapping[str, Any]

    def changeset(self, plan: Plan) -> Changeset:
        """Return the link's changed fields.

        Raises:
            PlanError: `link.exists`, the tasks have a link of that type already; `link.ends`, ends are not edited.
            CycleError: tasks would wait for each other.
        """
        link = plan.links[self.link_id]
        values = checked("links", self.values, _called(plan, link))
        if values.keys() & {"predecessor_id", "successor_id", "project_id"}:
            raise PlanError("the ends of a link are not edited", code="link.ends", hint="remove it and add another")
        changes = update(plan, "links", link.id, values)
        if values.get("type", link.type) != link.type:
            pair = {"predecessor_id": link.predecessor_id, "successor_id": link.successor_id}
            _refuse_twin(plan, {**pair, "type": values["type"]}, link.id)
            _refuse_loop(plan, changes)
        edited = link.model_copy(update=values)
        return changeset(plan, f"Link {_called(plan, link)} {link_text(plan, link)} → {link_text(plan, edited)}", changes)


@dataclass(frozen=True)
class RemoveLink:
    """Remove a link."""

    link_id: int

    def changeset(self, plan: Plan) -> Changeset:
        """Return the removal."""
        link = plan.links[self.link_id]
        label = f"Unlink {_called(plan, link)} {link_text(plan, link)}"
        return changeset(plan, label, removal(plan, {"links": [link.id]}))


def find_link(plan: Plan, predecessor_id: int, successor_id: int, kind: str | None = None) -> int:
    """Return the id of the link between two tasks.

    Args:
        plan: The plan.
        predecessor_id: The task that is waited for.
        successor_id: The task that waits.
        kind: FS, SS, FF or SF; None where there is only one.

    Raises:
        NotFoundError: `link.not_found`, or `link.ambiguous` where several types join the two.
    """
    found = [link for link in links_between(plan, predecessor_id, successor_id) if kind in (None, link.type)]
    subject = f"{plan.task(predecessor_id).name} → {plan.task(successor_id).name}"
    if not found:
        raise NotFoundError("the tasks are not linked so", code="link.not_found", subject=subject)
    if len(found) > 1:
        types = ", ".join(link.type for link in found)
        raise NotFoundError("several links join the tasks", code="link.ambiguous", subject=subject, hint=f"say which: {types}")
    return found[0].id
