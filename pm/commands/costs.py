"""Booked costs, and the dated rates of resources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pm.commands.changes import changeset, checked, insert, invalid, removal, update
from pm.commands.labels import short
from pm.errors import InputError, PlanError
from pm.model import Changeset, CostEntry, Plan, ResourceRate
from pm.model.enums import CostEntryKind
from pm.words import date_text, money_text, rate_text


def _valid(plan: Plan, project_id: int, values: Mapping[str, Any], before: CostEntry | None = None) -> dict[str, Any]:
    """Return checked values of a booking.

    Raises:
        InputError: `value.invalid`, it is for nothing, or spent on no day; `booking.other_project`, its task or resource belongs
            to another project.
    """
    found = checked("cost_entries", values, "booking")
    entry = CostEntry.model_construct(**{**(before.model_dump() if before else {}), **found})
    if not entry.amount:
        raise invalid("amount", "must not be zero", "booking")
    if entry.kind == CostEntryKind.ACTUAL and entry.date is None:
        raise invalid("date", "is needed for what is spent", "booking", "add date=DATE")
    if entry.kind == CostEntryKind.COMMITTED and entry.amount < 0:
        raise invalid("amount", "of a commitment must not be below zero", "booking")
    owners = [plan.task(entry.task_id).project_id] if entry.task_id is not None else []
    if entry.resource_id is not None:
        owners.append(plan.resources.value(entry.resource_id, "project_id"))
    if any(owner not in (None, project_id) for owner in owners):
        raise InputError("the task or resource belongs to another project", code="booking.other_project", subject="booking")
    return found


def _called(plan: Plan, entry: CostEntry) -> str:
    amount = money_text(entry.amount, plan.projects.value(entry.project_id, "currency_digits"))
    on = f" on {short(plan.task(entry.task_id).name)}" if entry.task_id is not None else ""
    return f"{amount} {'committed' if entry.kind == CostEntryKind.COMMITTED else 'spent'}{on}"


@dataclass(frozen=True)
class AddBooking:
    """Book an amount as spent or committed; `amount` in minor units (below zero for a credit), `values` are other fields."""

    project_id: int
    amount: int
    values: Mapping[str, Any] = field(default_factory=dict)

    def changeset(self, plan: Plan) -> Changeset:
        """Return the new booking."""
        row = {**_valid(plan, self.project_id, {**self.values, "amount": self.amount}), "project_id": self.project_id}
        entry = CostEntry.model_construct(**row)
        return changeset(plan, f"Book {_called(plan, entry)}", [insert("cost_entries", plan.next_id("cost_entries"), row)])


@dataclass(frozen=True)
class EditBooking:
    """Set fields of a booking."""

    entry_id: int
    values: Mapping[str, Any]

    def changeset(self, plan: Plan) -> Changeset:
        """Return the booking's changed fields."""
        entry: CostEntry = plan.tables["cost_entries"][self.entry_id]
        values = _valid(plan, entry.project_id, self.values, entry)
        return changeset(plan, f"Edit booking {_called(plan, entry)}", update(plan, "cost_entries", entry.id, values))


@dataclass(frozen=True)
class RemoveBooking:
    """Remove a booking."""

    entry_id: int

    def changeset(self, plan: Plan) -> Changeset:
        """Return the removal."""
        entry: CostEntry = plan.tables["cost_entries"][self.entry_id]
        return changeset(plan, f"Remove booking {_called(plan, entry)}", removal(plan, {"cost_entries": [entry.id]}))


@dataclass(frozen=True)
class AddRate:
    """Add a dated line to one of the five rate tables of a resource."""

    resource_id: int
    values: Mapping[str, Any]

    def changeset(self, plan: Plan) -> Changeset:
        """Return the new line.

        Raises:
            InputError: `value.invalid`, a rate is below zero, or it ends before it begins.
            PlanError: `rate.exists`, the table has a line from that day.
        """
        name = plan.resources.value(self.resource_id, "name")
        row = {**checked("resource_rates", self.values, name), "resource_id": self.resource_id}
        rate = ResourceRate.model_construct(**row)
        if rate.cost_per_use < 0:
            raise invalid("cost_per_use", "must not be negative", name)
        if rate.start is not None and rate.finish is not None and rate.finish <= rate.start:
            raise invalid("finish", "is not after the start", name)
        for other in plan.tables["resource_rates"]:
            if (other.resource_id, other.table, other.start) == (self.resource_id, rate.table, rate.start):
                raise PlanError(f"rate table {rate.table} has a line from then already", code="rate.exists", subject=name)
        since = f" from {date_text(rate.start)}" if rate.start is not None else ""
        label = f"Rate {rate.table} of {short(name)} {rate_text(rate.standard_rate)}{since}"
        return changeset(plan, label, [insert("resource_rates", plan.next_id("resource_rates"), row)])


@dataclass(frozen=True)
class RemoveRate:
    """Remove a dated line of a rate table."""

    rate_id: int

    def changeset(self, plan: Plan) -> Changeset:
        """Return the removal."""
        rate: ResourceRate = plan.tables["resource_rates"][self.rate_id]
        name = short(plan.resources.value(rate.resource_id, "name"))
        label = f"Remove rate {rate.table} {rate_text(rate.standard_rate)} of {name}"
        return changeset(plan, label, removal(plan, {"resource_rates": [rate.id]}))
