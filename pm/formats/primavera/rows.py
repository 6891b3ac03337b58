"""Every row of P6's tables that a plan has: made of its own values, and before what was kept of a file comes in."""

from __future__ import annotations

from collections.abc import Iterator

from pm.formats.primavera import encoding
from pm.formats.primavera.calendars import by_day
from pm.formats.primavera.clndr_data import Hours
from pm.formats.primavera.encoding import Texts
from pm.formats.primavera.writing import Row, Writing, carried, numbered
from pm.model import STANDARD_WEEK
from pm.model.enums import RateTable, Recurrence, ResourceType
from pm.model.kinds import DAY, FULL
from pm.worktime import Calendars

MOST_DAYS = 366 * 40
"""Days that a calendar's exceptions are written out for, from the first on."""


def calendars(writing: Writing) -> Iterator[tuple[Row, Texts]]:
    """Hand out the calendars; one that only P6's way of keeping hours cannot hold is written out day by day."""
    plan = writing.plan
    exceptions, weeks = plan.calendar_exceptions.groups("calendar_id"), plan.work_weeks.groups("calendar_id")
    compiled = Calendars(plan)
    of_people = {row["calendar_id"] for row in writing.rows["resources"]}
    default = writing.rows["projects"][0]["calendar_id"]
    for row in writing.rows["calendars"]:
        own = [plan.calendar_exceptions.at(p) for p in exceptions.get(row["id"], ())]
        plain = row["id"] not in weeks and all(e.recurrence == Recurrence.ONCE for e in own)
        hours: Hours | None
        if plain and row["base_id"] is None:
            days = [STANDARD_WEEK[i] if day is None else day for i, day in enumerate(row["week"] or [None] * 7)]
            listed = sorted(own, key=lambda e: e.position)
            hours = Hours(days, by_day([(e.start, e.finish, e.shifts or []) for e in listed]))
        elif plain and row["week"] is None and not own:
            hours = None
        else:
            hours = _written_out(writing, compiled, row)
        kind = "CA_Base" if row["id"] in of_people or row["id"] == default or row["project_id"] is None else "CA_Project"
        yield row, encoding.calendar(writing, row, hours, kind if row["is_base"] else "CA_Rsrc", row["id"] == default)


def _written_out(writing: Writing, compiled: Calendars, row: Row) -> Hours:
    """Return a calendar with all it inherits, and its recurring exceptions and work weeks day by day."""
    calendar = compiled.get(row["id"])
    chain, seen = [row["id"]], {row["id"]}
    known = {c["id"]: c for c in writing.rows["calendars"]}
    while (base := known[chain[-1]]["base_id"]) is not None and base not in seen:
        seen.add(base)
        chain.append(base)
    plan = writing.plan
    spans = [
        (start // DAY, finish // DAY)
        for table in (plan.calendar_exceptions, plan.work_weeks)
        for calendar_id, start, finish in zip(
            table.column("calendar_id"), table.column("start"), table.column("finish"), strict=True
        )
        if calendar_id in seen
    ]
    first = min((a for a, _ in spans), default=0)
    last = max((b for _, b in spans), default=-1)
    if last - first > MOST_DAYS:
        writing.losses[f"{{n}} calendar(s)' days after the first {MOST_DAYS // 366} years of exceptions"] += 1
        last = first + MOST_DAYS
    # The week is how it is where no exception is near: before the first of them.
    monday = (first - 14) // 7 * 7 + 4
    week = [_shifts(calendar.day_shifts((monday + i) * DAY)) for i in range(7)]
    days = sorted({day for a, b in spans for day in range(a, min(b, last) + 1)})
    found = {day * DAY: _shifts(calendar.day_shifts(day * DAY)) for day in days}
    return Hours(week, {day: shifts for day, shifts in found.items() if shifts != week[(day // DAY + 3) % 7]})


def _shifts(pairs: list[tuple[int, int]]) -> list[list[int]]:
    return [[start % DAY, end - (start - start % DAY)] for start, end in pairs]


def activities(writing: Writing) -> Iterator[tuple[Row, Texts]]:
    """Hand out the activities."""
    sums = encoding.quantities(writing)
    waiting = {row["successor_id"] for row in writing.rows["links"]}
    work = ResourceType.WORK.value
    worked = {
        row["task_id"]
        for row in writing.rows["assignments"]
        if row["resource_id"] is not None and writing.resources[row["resource_id"]]["type"] == work
    }
    for row in writing.activities:
        dependent = not row["ignore_resource_calendars"] and row["calendar_id"] is None and row["id"] in worked
        yield row, encoding.activity(writing, row, dependent, sums[row["id"]], row["id"] in waiting)


def rates(writing: Writing) -> Iterator[tuple[Row, Texts]]:
    """Hand out rates: a row for each start of any rate table; a resource without any has one with its standard rate."""
    lines: dict[int, dict[int | None, list[Row]]] = {resource["id"]: {} for resource in writing.rows["resources"]}
    for line in writing.rows["resource_rates"]:
        lines[line["resource_id"]].setdefault(line["start"], []).append(line)
    units: dict[int, list[Row]] = {}
    for period in writing.rows["availabilities"]:
        units.setdefault(period["resource_id"], []).append(period)
    found: list[tuple[Row, Row, int]] = []
    for resource_id, dated in lines.items():
        resource = writing.resources[resource_id]
        if not dated and (resource["standard_rate"] or resource["max_units"] != FULL or not carried(resource)):
            alone: Row = {"id": -resource_id, "resource_id": resource_id, "start": None}
            usual: Row = {RateTable.A.value: resource["standard_rate"]}
            found.append((alone, usual, resource["max_units"]))
        for start, rows in dated.items():
            first: Row = next((r for r in rows if r["table"] == RateTable.A.value), rows[0])
            held = [p["units"] for p in units.get(resource_id, ()) if _holds(p, start)]
            prices: Row = {r["table"]: r["standard_rate"] for r in rows}
            found.append((first, prices, held[0] if held else resource["max_units"]))
    writing.ids["RSRCRATE"] = numbered((row["id"], carried(row).get("id", 0)) for row, _, _ in found) | writing.ids["RSRCRATE"]
    for row, priced, limit in sorted(found, key=lambda item: (item[0]["id"] < 0, abs(item[0]["id"]))):
        yield row, encoding.rate(writing, priced, row, limit, writing.ids["RSRCRATE"][row["id"]])


def _holds(period: Row, start: int | None) -> bool:
    begins, ends = period["start"], period["finish"]
    if start is None:
        return begins is None
    return (begins is None or begins <= start) and (ends is None or start < ends)


def all_rows(writing: Writing) -> Iterator[tuple[str, Row, Texts]]:
    """Hand out every row that stands for one of a plan's, by P6's table, in the order of the file they come from."""
    for project in writing.rows["projects"]:
        yield "PROJECT", project, encoding.project(writing, project)
    for row, texts in calendars(writing):
        yield "CALENDAR", row, texts
    for row in writing.bands:
        yield "PROJWBS", row, encoding.band(writing, row)
    for row in writing.rows["resources"]:
        yield "RSRC", row, encoding.resource(writing, row)
    for row, texts in rates(writing):
        yield "RSRCRATE", row, texts
    for row, texts in activities(writing):
        yield "TASK", row, texts
    for row in writing.rows["links"]:
        yield "TASKPRED", row, encoding.link(writing, row)
    for row in writing.rows["assignments"]:
        yield "TASKRSRC", row, encoding.assignment(writing, row)
