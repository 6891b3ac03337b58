"""What a plan costs: cost."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pm.cli import options
from pm.cli.context import current, target
from pm.cli.money import Purse, json_of_problems, warn_of_figures
from pm.cli.output import say, say_json, say_table
from pm.display import clean
from pm.errors import UsageError
from pm.names import WEEKDAYS

if TYPE_CHECKING:
    from pm.cost.budgets import AccountStatus
    from pm.cost.costs import Costs
    from pm.model import Project
    from pm.resources.buckets import Bucket


class By(StrEnum):
    """What costs are listed by."""

    TASK = "task"
    ACCOUNT = "account"
    RESOURCE = "resource"
    PERIOD = "period"


Level = Annotated[int | None, typer.Option("--level", metavar="N", min=1, help="Tasks down to this level of the outline.")]

Row = dict[str, Any]
PERIODS = "List by day, week, month or quarter."
_MONEY = frozenset({"budget", "spent", "committed", "to_come", "forecast", "left", "budget_so_far", "forecast_so_far"})
_DAYS = frozenset({"breach", "start"})
_COLUMNS = {
    By.TASK: ("number", "name", "budget", "spent", "committed", "to_come", "forecast"),
    By.ACCOUNT: ("account", "kind", "budget", "spent", "committed", "to_come", "forecast", "left", "breach"),
    By.RESOURCE: ("resource", "spent", "to_come", "forecast"),
    By.PERIOD: ("start", "budget", "spent", "to_come", "budget_so_far", "forecast_so_far"),
}
_TITLES = {"number": "#", "name": "task", "to_come": "to come", "breach": "runs out", "start": "from"}
_SPARSE = frozenset({"budget", "budget_so_far", "committed", "left", "breach", "kind"})
"""Columns that are left out where nothing stands in them."""


def register(app: typer.Typer) -> None:
    """Add the command of this module to `app`."""
    app.command("cost")(show_cost)


def show_cost(
    plan: options.Plan,
    by: Annotated[By | None, typer.Option("--by", help="What to list: tasks, unless told otherwise.")] = None,
    bucket: Annotated[str | None, typer.Option("--bucket", metavar="PERIOD", help=PERIODS)] = None,
    level: Level = None,
    project: options.Project = None,
    as_json: options.Json = False,
) -> None:
    """Show what a plan costs: spent, committed and to come, beside its budget."""
    from pm.cost.budgets import budget_status
    from pm.cost.costs import compute_costs

    period = bucket_of(bucket) if bucket is not None else None
    by = by or (By.PERIOD if period else By.TASK)
    with target(plan) as found:
        owner = found.project(project)
        costs = compute_costs(found.schedule)
    purse = Purse.of(owner)
    accounts, whole = budget_status(costs, owner)
    problems = [p for p in costs.problems if p.project_id in (None, owner.id)]
    match by:
        case By.ACCOUNT:
            rows = [_status(status) for status in accounts]
        case By.RESOURCE:
            rows = list(_resources(costs, owner))
        case By.PERIOD:
            rows = list(_periods(costs, owner, period))
        case By.TASK:
            rows = list(_tasks(costs, owner, level))
    if as_json:
        document = {"project": owner.code, "currency": owner.currency, "total": _json(_status(whole), purse), "by": str(by)}
        say_json("cost", {**document, "rows": [_json(row, purse) for row in rows], "problems": json_of_problems(problems)})
        return
    _say_whole(owner, purse, whole)
    warn_of_figures(problems)
    if rows:
        say()
        _say_rows(purse, by, rows)


def bucket_of(text: str) -> Bucket:
    """Return the period called so.

    Raises:
        UsageError: `usage.option`.
    """
    from pm.resources.buckets import Bucket

    try:
        return Bucket(text.strip().lower())
    except ValueError:
        raise UsageError(f"--bucket {text!r} is unknown", code="usage.option", hint=f"one of {', '.join(Bucket)}") from None


def first_weekday() -> int:
    """Return the day that the user's weeks begin on, 0 for Monday."""
    return WEEKDAYS.index(current().settings.week_start)


# what there is to say


def _status(status: AccountStatus) -> Row:
    row: Row = {"account": status.account, "kind": "/".join(status.kinds), "budget": status.budget, "spent": status.spent}
    row |= {"committed": status.committed, "to_come": status.to_come, "forecast": status.forecast}
    return {**row, "left": status.left, "breach": status.breach}


def _tasks(costs: Costs, owner: Project, level: int | None) -> Iterator[Row]:
    from pm.cost.budgets import budget_lines

    plan = costs.plan
    tasks, outline = plan.tasks, plan.outline
    budgets: dict[int, int] = {}
    for line in budget_lines(costs, owner):
        if line.task_id is not None:
            budgets[line.task_id] = budgets.get(line.task_id, 0) + line.amount
    owners, blank, names, uids = (tasks.column(n) for n in ("project_id", "blank", "name", "uid"))
    columns = {"spent": costs.actual, "committed": costs.committed, "to_come": costs.remaining, "forecast": costs.cost}
    for i, task_id in enumerate(tasks.ids):
        if owners[i] != owner.id or blank[i] or (level is not None and outline.depth[i] >= level):
            continue
        row: Row = {"uid": uids[i], "number": outline.numbers[i], "name": names[i], "budget": budgets.get(task_id)}
        yield {**row, **{name: int(column[i]) for name, column in columns.items()}}


def _resources(costs: Costs, owner: Project) -> Iterator[Row]:
    from pm.cost.costs import resources_of

    names = costs.plan.resources.column("name")
    listed = resources_of(costs, owner).items()
    rows = [(names[at] if at >= 0 else "", spent, to_come) for at, (spent, to_come) in listed]
    for name, spent, to_come in sorted(rows, key=lambda row: (not row[0], -row[1] - row[2], row[0])):
        yield {"resource": name, "spent": spent, "to_come": to_come, "forecast": spent + to_come}


def _periods(costs: Costs, owner: Project, bucket: Bucket | None) -> Iterator[Row]:
    import numpy as np

    from pm.cost.budgets import budget_flow
    from pm.resources.buckets import Bucket, bucket_edges

    budget = budget_flow(costs, owner)
    flows = {"budget": budget, "spent": costs.of_project(costs.spent, owner.id)}
    flows["to_come"] = costs.of_project(costs.to_come, owner.id)
    some = [flow for flow in flows.values() if len(flow)]
    if not some:
        return
    first, last = min(int(f.begin.min()) for f in some), max(int(f.end.max()) for f in some)
    edges = bucket_edges(first, last + 1, bucket or Bucket.MONTH, first_weekday())
    sums = {name: flow.by_bucket(edges)[0][1:-1] for name, flow in flows.items()}
    reached = np.cumsum(sums["spent"] + sums["to_come"])
    planned = np.cumsum(sums["budget"])
    for n, start in enumerate(edges[:-1].tolist()):
        row: Row = {"start": start, **{name: int(column[n]) for name, column in sums.items()}}
        row |= {"budget_so_far": int(planned[n]), "forecast_so_far": int(reached[n])}
        if not len(budget):
            row |= {"budget": None, "budget_so_far": None}
        yield row


# how it is said


def _json(row: Row, purse: Purse) -> Row:
    from pm.model import iso

    def value(name: str, held: Any) -> Any:
        if name in _MONEY:
            return purse.json(held)
        return iso(held)[:10] if name in _DAYS and held is not None else held

    return {name: value(name, held) for name, held in row.items()}


def _say_whole(owner: Project, purse: Purse, whole: AccountStatus) -> None:
    say(f"{clean(owner.code)}  {clean(owner.name)}: {purse.text(whole.forecast)} {clean(purse.currency)}")
    committed = f", {purse.text(whole.committed)} committed" if whole.committed else ""
    say(f"{purse.text(whole.spent)} spent{committed}, {purse.text(whole.to_come)} to come")
    if whole.budget is None or whole.left is None:
        return
    rest = f"{purse.text(abs(whole.left))} {'left' if whole.left >= 0 else 'too little'}"
    when = f"; it runs out on {_day(whole.breach)}" if whole.breach is not None else ""
    say(f"budget {purse.text(whole.budget)}: {rest}{when}")


def _day(instant: int) -> str:
    from pm.words import date_text

    return date_text(instant, current().settings.date_format)


def _say_rows(purse: Purse, by: By, rows: list[Row]) -> None:
    shown = [n for n in _COLUMNS[by] if n not in _SPARSE or any(row[n] for row in rows)]

    def cell(name: str, row: Row) -> str:
        held = row[name]
        if name in _MONEY:
            return purse.text(held) if held is not None else ""
        if name in _DAYS:
            return _day(held) if held is not None else ""
        return str(held) if held or name == "kind" else "(none)"

    cells = [[cell(name, row) for name in shown] for row in rows]
    titles = [_TITLES.get(name, name.replace("_", " ")) for name in shown]
    right = [c for c, name in enumerate(shown) if name in _MONEY]
    over = [n for n, row in enumerate(rows) if (row.get("left") or 0) < 0]
    say_table(titles, cells, right=right, flexible=1 if by is By.TASK else 0, red=over)
