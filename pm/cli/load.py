"""How much of whom is needed when: load."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pm.cli import options
from pm.cli.context import current, target
from pm.cli.output import BOLD, RED, Progress, minutes, paint, say, say_json, say_table, window_width
from pm.display import cell_width, clean, fit
from pm.errors import UsageError

if TYPE_CHECKING:
    from pm.resources.load import Loads
    from pm.resources.overload import Overload
    from pm.schedule import Schedule

BARS = "▁▂▃▄▅▆▇█"
OVER = "▲"
MOST_OVERLOADS = 10
_WIDE_CELL, _NAME_CELLS, _USUAL_WIDTH = 5, 24, 120
_TITLES = {"resource": "resource", "role": "role", "team": "team", "project": "project"}


def register(app: typer.Typer) -> None:
    """Add the command of this module to `app`."""
    app.command("load")(load)


def load(
    plan: Annotated[
        str | None,
        typer.Argument(metavar="[PLAN]", help="A plan file, or the code of a project; all projects of the database without."),
    ] = None,
    by: Annotated[str, typer.Option("--by", metavar="WHAT", help="resource, role, team or project.")] = "resource",
    bucket: Annotated[
        str | None, typer.Option("--bucket", metavar="PERIOD", help="hour, day, week, month or quarter; what fits without.")
    ] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="The first day; where work begins without.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="The last day; where work ends without.")] = None,
    over: Annotated[bool, typer.Option("--over", help="Only who is booked for more than there is, and by which tasks.")] = False,
    as_json: options.Json = False,
) -> None:
    """Show how much of whom is needed when, and where that is more than there is."""
    from pm.resources.buckets import Bucket
    from pm.resources.load import By, resource_loads

    kind = _choice(By, by, "--by")
    period = _choice(Bucket, bucket, "--bucket") if bucket is not None else None
    invocation = current()
    begin, end = _day(first, "--from"), _day(last, "--to", whole_day=True)
    if begin is not None and end is not None and begin >= end:
        raise UsageError("--from lies after --to", code="usage.option")
    week = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun").index(invocation.settings.week_start)
    with _schedule(plan) as schedule, Progress(what="adding up").running():
        found = resource_loads(schedule, by=kind, bucket=period, first=begin, last=end, week_start=week)
        if as_json:
            say_json("load", document(found, over=over))
        else:
            _say(found, over=over)


def _choice(kind: Any, text: str, option: str) -> Any:
    try:
        return kind(text.strip().lower())
    except ValueError:
        raise UsageError(f"{option} {text!r} is unknown", code="usage.option", hint=f"one of {', '.join(kind)}") from None


def _day(text: str | None, option: str, *, whole_day: bool = False) -> int | None:
    """Return the instant that a date on the command line begins at, or ends at where it is the last one."""
    from pm.dates import parse_date

    if text is None:
        return None
    invocation = current()
    return parse_date(text, invocation.today, invocation.settings.date_order).instant(86400 if whole_day else 0)


@contextlib.contextmanager
def _schedule(plan: str | None) -> Iterator[Schedule]:
    """Return the schedule of PLAN, of the whole database where there is none."""
    if plan is not None:
        with target(plan) as found:
            yield found.schedule
        return
    with current().open() as workspace:
        with Progress(what="scheduling").running():
            schedule = workspace.schedule()
        yield schedule


# JSON


def document(found: Loads, *, over: bool = False) -> dict[str, Any]:
    """Return the ``pm.load/1`` document; with `over` only the rows that are booked for more than there is."""
    from pm.model import iso

    plan = found.time_phased.schedule.plan
    rows = []
    for n in _picked(found, over=over):
        row = found.rows[n]
        entry: dict[str, Any] = {"name": row.name or None}
        if row.resource_id is not None:
            entry |= {"uid": plan.resources.value(row.resource_id, "uid"), "max_units": row.units / 100}
        for name in ("load", "capacity", "over"):
            values = getattr(found, name)[n].tolist()
            entry |= {f"{name}_minutes": [minutes(v) for v in values], f"{name}_total_minutes": minutes(sum(values))}
        rows.append(entry)
    return {
        "by": str(found.by),
        "bucket": str(found.bucket),
        "buckets": [iso(t) for t in found.edges[:-1].tolist()],
        "to": iso(int(found.edges[-1])),
        "rows": rows,
        "overloads": [_overload(found, o) for o in found.overloads()],
    }


def _overload(found: Loads, o: Overload) -> dict[str, Any]:
    from pm.model import iso

    plan = found.time_phased.schedule.plan
    return {
        "resource": plan.resources.value(o.resource_id, "name"),
        "start": iso(o.start),
        "finish": iso(o.finish),
        "units": o.units / 100,
        "allowed": o.allowed / 100,
        "tasks": [
            {
                "project": plan.projects.value(plan.tasks.value(i, "project_id"), "code"),
                "uid": plan.tasks.value(i, "uid"),
                "number": plan.outline.numbers[plan.tasks.position(i)],
                "name": plan.tasks.value(i, "name"),
            }
            for i in o.task_ids
        ],
    }


# for people


def _picked(found: Loads, *, over: bool) -> list[int]:
    return [n for n in range(len(found.rows)) if not over or found.over[n].any()]


def _say(found: Loads, *, over: bool) -> None:
    from pm.words import date_text

    style = current().settings.date_format
    picked = _picked(found, over=over)
    span = " to ".join(date_text(t, style) for t in (int(found.edges[0]), int(found.edges[-1]) - 1))
    count = len(found.edges) - 1
    plural = "" if count == 1 else "s"
    say(f"{span}, {count} {found.bucket}{plural}; load in percent of what there is, {OVER} more than may be booked")
    if picked:
        _say_rows(found, picked)
    else:
        say("Nobody is booked for more than there is." if over else "No work is assigned.")
    listed = found.overloads()
    if listed:
        say()
        _say_overloads(found, listed, every=over)


def _say_rows(found: Loads, picked: Sequence[int]) -> None:
    """Write the table: what is needed in all, and a cell for each period, as wide as the window lets it be."""
    loads = [_cells(found, n) for n in picked]
    head = [_TITLES[str(found.by)], "work", "load", "over"]
    widths = [max(cell_width(r[c]) for r in [head, *loads]) for c in range(4)]
    width = window_width() or _USUAL_WIDTH
    widths[0] = min(widths[0], _NAME_CELLS)
    room = width - sum(widths) - 8
    count = len(found.edges) - 1
    wide = count * _WIDE_CELL <= room
    shown = min(count, room if not wide else count)
    cell = _WIDE_CELL if wide else 1
    titles = "  ".join(fit(t, w, right=c > 0) for c, (t, w) in enumerate(zip(head, widths, strict=True)))
    for lead, scale in zip((" " * len(titles), titles), _scale(found, shown, cell), strict=True):
        say(paint(f"{lead}  {scale}".rstrip(), BOLD, sys.stdout))
    for n, texts in zip(picked, loads, strict=True):
        lead = "  ".join(fit(t, w, right=c > 0) for c, (t, w) in enumerate(zip(texts, widths, strict=True)))
        line = f"{lead}  {_bars(found, n, shown, wide=wide)}".rstrip()
        say(paint(line, RED, sys.stdout) if found.over[n].any() else line)
    if shown < count:
        say(f"{count - shown} more {found.bucket}s do not fit: take a longer --bucket, or --from and --to")


def _cells(found: Loads, n: int) -> list[str]:
    from pm.words import duration_text

    row = found.rows[n]
    total, there, beyond = (int(m[n].sum()) for m in (found.load, found.capacity, found.over))
    name = clean(row.name) or {"resource": "(nobody named)"}.get(str(found.by), "(none)")
    share = f"{(100 * total + there // 2) // there}%" if there else ""
    return [name, duration_text(total, "h", places=0), share, duration_text(beyond, "h", places=1) if beyond else ""]


def _bars(found: Loads, n: int, shown: int, *, wide: bool) -> str:
    """Return the load of a line by period: percent where there is room, else a bar of one cell.

    Where nothing says how much there is, bars stand beside the highest of the line.
    """
    cells = []
    highest = int(found.load[n].max(initial=1)) or 1
    for b in range(shown):
        load, there, over = (int(m[n, b]) for m in (found.load, found.capacity, found.over))
        share = (100 * load + there // 2) // there if there else None
        if wide:
            text = "·" if not load else f"{load // 3600}h" if share is None else str(min(share, 999))
            cells.append(fit(f"{OVER if over else ''}{text}", _WIDE_CELL, right=True))
        elif over:
            cells.append(OVER)
        else:
            part = share if share is not None else 100 * load // highest
            cells.append("·" if not load else BARS[min(len(BARS) - 1, part * len(BARS) // 101)])
    return "".join(cells)


def _scale(found: Loads, shown: int, cell: int) -> list[str]:
    """Return two lines over the periods: months (years over quarters and months), and days (or hours, or months) below."""
    from pm.model import to_datetime
    from pm.names import MONTHS

    upper, lower = [" "] * (shown * cell), [" "] * (shown * cell)
    group: object = None
    free = {0: 0, 1: 0}
    for b in range(shown):
        at = to_datetime(int(found.edges[b]))
        above: object
        if found.bucket == "hour":
            above, text, below = at.date(), f"{at.day} {MONTHS[at.month - 1]}", f"{at.hour:02}"
        elif found.bucket in ("month", "quarter"):
            quarter = found.bucket == "quarter"
            above, text, below = at.year, str(at.year), f"Q{at.month // 3 + 1}" if quarter else MONTHS[at.month - 1]
        else:
            above, text, below = (at.year, at.month), MONTHS[at.month - 1], f"{at.day:02}"
        if above != group:
            group = above
            _put(upper, b * cell, cell, text, free, 0)
        _put(lower, b * cell, cell, below, free, 1)
    return ["".join(upper), "".join(lower)]


def _put(line: list[str], at: int, cell: int, text: str, free: dict[int, int], which: int) -> None:
    """Write `text` over the cell at `at` (to its right edge, where it is wide), unless it would run into the one before."""
    begin = at + max(0, cell - len(text)) if cell > 1 else at
    if begin < free[which] or begin + len(text) > len(line):
        return
    line[begin : begin + len(text)] = text
    free[which] = begin + len(text) + 1


def _say_overloads(found: Loads, listed: Sequence[Overload], *, every: bool) -> None:
    from pm.words import instant_text, percent_text

    plan = found.time_phased.schedule.plan
    style = current().settings.date_format
    several = len(plan.projects) > 1
    rows = []
    for o in listed if every else listed[:MOST_OVERLOADS]:
        tasks = ", ".join(
            (f"{plan.projects.value(plan.tasks.value(i, 'project_id'), 'code')} " if several else "")
            + f"{plan.outline.numbers[plan.tasks.position(i)]} {plan.tasks.value(i, 'name')}"
            for i in o.task_ids
        )
        share = f"{percent_text(o.units)} of {percent_text(o.allowed)}"
        name = plan.resources.value(o.resource_id, "name")
        rows.append([name, instant_text(o.start, style), instant_text(o.finish, style), share, tasks])
    say_table(["over capacity", "from", "to", "booked", "tasks"], rows, flexible=4, instants=(1, 2))
    if len(rows) < len(listed):
        say(f"and {len(listed) - len(rows)} more: --over shows all")
