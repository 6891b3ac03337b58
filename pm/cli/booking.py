"""Money set aside, money booked, and what resources cost: budget, booking, rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pm.cli import options
from pm.cli.changing import Make, Subject, changing
from pm.cli.context import current, target
from pm.cli.money import Purse
from pm.cli.output import note, say_json, say_table
from pm.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from pm.commands import Command
    from pm.model import BudgetLine, CostEntry, Plan, Project, ResourceRate

Amount = Annotated[str, typer.Argument(metavar="AMOUNT", help="An amount of the project's currency, as 1200.50.")]
Line = Annotated[int, typer.Argument(metavar="NUMBER", help="Its number in the list.")]
Changed = Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...", help="Fields to set, as amount=1200.50.")]
Resource = Annotated[str, typer.Argument(metavar="RESOURCE", help="Name or initials of a resource.")]

_DAY = 86400


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    budget = typer.Typer(help="Money set aside, by account and period.", no_args_is_help=True, rich_markup_mode=None)
    budget.command("list")(list_budget)
    budget.command("add")(add_budget)
    budget.command("edit")(edit_budget)
    budget.command("remove")(remove_budget)
    app.add_typer(budget, name="budget")
    booking = typer.Typer(help="Amounts spent and committed.", no_args_is_help=True, rich_markup_mode=None)
    booking.command("list")(list_bookings)
    booking.command("add")(add_booking)
    booking.command("edit")(edit_booking)
    booking.command("remove")(remove_booking)
    app.add_typer(booking, name="booking")
    rate = typer.Typer(help="What resources cost from a day on.", no_args_is_help=True, rich_markup_mode=None)
    rate.command("list")(list_rates)
    rate.command("add")(add_rate)
    rate.command("remove")(remove_rate)
    app.add_typer(rate, name="rate")


def _known(subject: Subject, table: str, line: int, what: str) -> int:
    """Return the id of a project's row, which is its number in lists.

    Raises:
        NotFoundError: `plan.not_found`.
    """
    rows = subject.plan.tables[table]
    if line in rows and rows.value(line, "project_id") == subject.project.id:
        return line
    raise NotFoundError(f"the project has no {what} {line}", code="plan.not_found", hint=f"pm {what} list PLAN lists them")


def _money(subject: Subject, text: str) -> int:
    from pm.words import parse_money

    return parse_money(text, subject.project.currency_digits, subject.project.currency)


def _when(instant: int | None) -> str:
    from pm.words import date_text

    return date_text(instant, current().settings.date_format) if instant is not None else ""


def _name(plan: Plan, table: str, row_id: int | None) -> str:
    return str(plan.tables[table].value(row_id, "name")) if row_id is not None else ""


def _json(plan: Plan, table: str, row: Any, project: Project | None) -> dict[str, Any]:
    """Return a row as JSON has it: references by name, its id as `number`."""
    from pm.cli.documents import json_field
    from pm.model import ENTITIES, Kind, fields_of

    found: dict[str, Any] = {"number": row.id}
    for name, info in fields_of(ENTITIES[table]).items():
        held = getattr(row, name, info.default)
        if info.kind is Kind.REFERENCE and info.ref not in (None, "projects"):
            assert info.ref is not None
            found[name.removesuffix("_id")] = _name(plan, info.ref, held) or None
        elif name not in ("id", "project_id", "extra"):
            found[name] = json_field(info, held, project)
    return found


# budget lines


def list_budget(plan: options.Plan, project: options.Project = None, as_json: options.Json = False) -> None:
    """List the budget lines of a plan."""
    with target(plan) as found:
        owner, known = found.project(project), found.plan
        rows: list[BudgetLine] = [r for r in known.tables["budget_lines"] if r.project_id == owner.id]
    purse = Purse.of(owner)
    if as_json:
        document = {"project": owner.code, "currency": owner.currency}
        say_json("budget", {**document, "lines": [_json(known, "budget_lines", row, owner) for row in rows]})
    elif not rows:
        note("no budget lines yet: pm budget add PLAN AMOUNT account=NAME")
    else:
        cells = [
            [str(r.id), r.account, r.kind, _name(known, "tasks", r.task_id), _when(r.period_start), _when(r.period_finish)]
            for r in rows
        ]
        listed = [[*row, str(r.spread).replace("_", " "), purse.text(r.amount)] for row, r in zip(cells, rows, strict=True)]
        titles = ["no", "account", "kind", "task", "from", "to", "spread", "amount"]
        say_table(titles, listed, right=(0, 7), flexible=1)


@changing
def add_budget(amount: Amount, fields: options.Fields = None) -> Make:
    """Set money aside: fields are account, kind (capex, opex), task, from, to, spread (flat, bell, ...), notes."""

    def make(subject: Subject) -> Command:
        from pm.commands import AddBudgetLine

        return AddBudgetLine(subject.project.id, _money(subject, amount), subject.reader.read("budget_lines", fields or ()))

    return make


@changing
def edit_budget(line: Line, fields: Changed) -> Make:
    """Set fields of a budget line."""

    def make(subject: Subject) -> Command:
        from pm.commands import EditBudgetLine

        return EditBudgetLine(_known(subject, "budget_lines", line, "budget"), subject.reader.read("budget_lines", fields))

    return make


@changing
def remove_budget(line: Line) -> Make:
    """Remove a budget line."""

    def make(subject: Subject) -> Command:
        from pm.commands import RemoveBudgetLine

        return RemoveBudgetLine(_known(subject, "budget_lines", line, "budget"))

    return make


# bookings


def list_bookings(plan: options.Plan, project: options.Project = None, as_json: options.Json = False) -> None:
    """List what is booked as spent or committed."""
    with target(plan) as found:
        owner, known = found.project(project), found.plan
        rows: list[CostEntry] = [r for r in known.tables["cost_entries"] if r.project_id == owner.id]
    purse = Purse.of(owner)
    rows.sort(key=lambda r: (r.date is None, r.date or 0, r.id))
    if as_json:
        document = {"project": owner.code, "currency": owner.currency}
        say_json("bookings", {**document, "bookings": [_json(known, "cost_entries", row, owner) for row in rows]})
    elif not rows:
        note("nothing is booked yet: pm booking add PLAN AMOUNT task=TASK")
    else:
        cells = [
            [str(r.id), _when(r.date), "committed" if r.kind == "committed" else "spent", _name(known, "tasks", r.task_id)]
            for r in rows
        ]
        listed = [[*row, r.account, r.reference, purse.text(r.amount)] for row, r in zip(cells, rows, strict=True)]
        say_table(["no", "date", "what", "task", "account", "reference", "amount"], listed, right=(0, 6), flexible=3)


def _checked(subject: Subject, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a booking; nothing can have been spent on a day to come.

    Raises:
        InputError: `booking.future`.
    """
    date = values.get("date")
    tomorrow = subject.reader.instant("tomorrow")
    spent = values.get("kind", "actual") == "actual"
    if spent and date is not None and date - date % _DAY >= tomorrow - tomorrow % _DAY:
        hint = "what is ordered and not yet spent is kind=committed"
        raise InputError("nothing is spent yet on a day to come", code="booking.future", subject=_when(date), hint=hint)
    return values


@changing
def add_booking(amount: Amount, fields: options.Fields = None) -> Make:
    """Book an amount: fields are task, date, kind (actual, committed), account, resource, reference, notes."""

    def make(subject: Subject) -> Command:
        from pm.commands import AddBooking

        values = subject.reader.read("cost_entries", fields or ())
        if "date" not in values and values.get("kind", "actual") == "actual":
            values["date"] = subject.reader.instant("today")
        return AddBooking(subject.project.id, _money(subject, amount), _checked(subject, values))

    return make


@changing
def edit_booking(line: Line, fields: Changed) -> Make:
    """Set fields of a booking."""

    def make(subject: Subject) -> Command:
        from pm.commands import EditBooking

        entry = _known(subject, "cost_entries", line, "booking")
        values = subject.reader.read("cost_entries", fields)
        known = {n: subject.plan.tables["cost_entries"].value(entry, n) for n in ("kind", "date")}
        _checked(subject, {**known, **values})
        return EditBooking(entry, values)

    return make


@changing
def remove_booking(line: Line) -> Make:
    """Remove a booking."""

    def make(subject: Subject) -> Command:
        from pm.commands import RemoveBooking

        return RemoveBooking(_known(subject, "cost_entries", line, "booking"))

    return make


# rates


def list_rates(plan: options.Plan, project: options.Project = None, as_json: options.Json = False) -> None:
    """List what resources cost, from which day on."""
    from pm.words import rate_text

    with target(plan) as found:
        owner, known = found.project(project), found.plan
        mine = {r.id: r for r in known.resources if r.project_id in (None, owner.id) and not r.blank}
        dated: list[ResourceRate] = [r for r in known.tables["resource_rates"] if r.resource_id in mine]
    if as_json:
        say_json("rates", {"currency": owner.currency, "rates": [_json(known, "resource_rates", r, owner) for r in dated]})
        return
    purse = Purse.of(owner)
    cells = []
    for resource in mine.values():
        own = [r for r in dated if r.resource_id == resource.id]
        lines: list[tuple[str, str, str, str, Any]] = [
            ("", "A", "", "", resource),
            *((str(r.id), str(r.table), _when(r.start), _when(r.finish), r) for r in own),
        ]
        for n, (number, table, start, finish, line) in enumerate(lines):
            rates = [rate_text(line.standard_rate), rate_text(line.overtime_rate), purse.text(line.cost_per_use)]
            cells.append([number, resource.name if n == 0 else "", table, start, finish, *rates])
    say_table(["no", "resource", "table", "from", "until", "rate", "overtime", "per use"], cells, right=(0, 5, 6, 7), flexible=1)


@changing
def add_rate(
    resource: Resource,
    rate: Annotated[str, typer.Argument(metavar="RATE", help="Per hour, as 85, or 680/d; per unit of a material.")],
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="The first day; from ever if left out.")] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="The last day; until the next line if left out.")
    ] = None,
    table: Annotated[str, typer.Option("--table", metavar="A|B|C|D|E", help="Which of the five rate tables.")] = "A",
    overtime: Annotated[str | None, typer.Option("--overtime", metavar="RATE", help="Of overtime.")] = None,
    per_use: Annotated[str | None, typer.Option("--per-use", metavar="AMOUNT", help="For each use.")] = None,
) -> Make:
    """Give a resource another rate from a day on; an assignment in progress then is split there."""

    def make(subject: Subject) -> Command:
        from pm.commands import AddRate
        from pm.commands.resources import find_resource
        from pm.words import Units, parse_rate

        units = Units.of(subject.project)
        values: dict[str, Any] = {"standard_rate": parse_rate(rate, units), "table": table.strip().upper()}
        if first is not None:
            values["start"] = subject.reader.instant(first) // _DAY * _DAY
        if last is not None:
            values["finish"] = subject.reader.instant(last) // _DAY * _DAY + _DAY
        if overtime is not None:
            values["overtime_rate"] = parse_rate(overtime, units)
        if per_use is not None:
            values["cost_per_use"] = _money(subject, per_use)
        return AddRate(find_resource(subject.plan, resource, subject.project.id), values)

    return make


@changing
def remove_rate(line: Line) -> Make:
    """Remove a dated rate."""

    def make(subject: Subject) -> Command:
        from pm.commands import RemoveRate

        rows, resources = subject.plan.tables["resource_rates"], subject.plan.resources
        owner = resources.value(rows.value(line, "resource_id"), "project_id") if line in rows else -1
        if owner not in (None, subject.project.id):
            raise NotFoundError(f"the project has no rate {line}", code="plan.not_found", hint="pm rate list PLAN lists them")
        return RemoveRate(line)

    return make
