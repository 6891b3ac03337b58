"""CALENDAR: calendars and their exceptions."""

from __future__ import annotations

from pm.formats.primavera.clndr_data import Hours, Shifts, read_hours
from pm.formats.primavera.reading import Reading, Row
from pm.formats.primavera.tables import Fields
from pm.formats.primavera.values import read_text
from pm.model.calendar import STANDARD_WEEK
from pm.model.kinds import DAY

TABLE = "CALENDAR"
OF_RESOURCE = "CA_RSRC"
Bases = dict[int, tuple[str, str]]
"""P6's id of the calendar that a calendar without hours of its own is based on, and where it stands, by its id."""


def read_calendars(reading: Reading) -> None:
    """Read the calendars; projects are known already."""
    bases: Bases = {}
    for record, where in reading.document.records(TABLE):
        if not reading.note(TABLE, record.get("clndr_id", ""), len(reading.rows["calendars"]) + 1, where):
            continue
        row = reading.add("calendars", TABLE, record, _calendar(reading, record))
        _read_hours(reading, record, row, where, bases)
    _find_bases(reading, bases)


def _calendar(reading: Reading, record: Fields) -> Row:
    kind = record.get("clndr_type", "").strip().upper()
    return {
        "uid": reading.uid(TABLE, 0, record["clndr_id"]),
        "name": read_text(record.get("clndr_name", "")) or f"Calendar {record['clndr_id'].strip()}",
        "project_id": reading.known("PROJECT", record.get("proj_id", "")),
        "is_base": kind != OF_RESOURCE,
    }


def _read_hours(reading: Reading, record: Fields, row: Row, where: str, bases: Bases) -> None:
    said: set[str] = set()

    def problem(message: str) -> None:
        if message not in said:
            said.add(message)
            reading.warn("bad_calendar", f"{message}: {row['name']!r}", where)

    hours = read_hours(record.get("clndr_data", ""), problem)
    row["week"] = hours.week
    if hours.week is None:
        base = record.get("base_clndr_id", "").strip()
        if base:
            # P6 copies the hours of a base into what is based on it: only one that has none takes them from there.
            bases[row["id"]] = base, where
        else:
            problem("the calendar has no hours of its own, and is taken as Monday to Friday 8-12 and 13-17")
            row["week"] = STANDARD_WEEK
    elif not any(hours.week) and not any(hours.exceptions.values()):
        problem("the calendar has no working time at all")
    for exception in _exceptions(hours):
        listed = reading.rows["calendar_exceptions"]
        listed.append({**exception, "id": len(listed) + 1, "calendar_id": row["id"]})


def _exceptions(hours: Hours) -> list[Row]:
    """Return the exceptions of a calendar: days in a row with the same shifts as one."""
    found: list[Row] = []
    for day, shifts in sorted(hours.exceptions.items()):
        last = found[-1] if found else None
        if last is not None and last["finish"] + DAY == day and last["shifts"] == shifts:
            last["finish"] = day
        else:
            found.append({"position": (len(found) + 1) * 1024, "start": day, "finish": day, "shifts": shifts})
    return found


def by_day(exceptions: list[tuple[int, int, Shifts]]) -> dict[int, Shifts]:
    """Return exceptions (first day, last day, shifts) day by day."""
    return {day: shifts for start, finish, shifts in exceptions for day in range(start, finish + DAY, DAY)}


def _find_bases(reading: Reading, bases: Bases) -> None:
    rows = reading.rows["calendars"]
    for row_id, (p6_id, where) in bases.items():
        seen = {row_id}
        base = reading.known(TABLE, p6_id)
        while base in bases and base not in seen:
            seen.add(base)
            base = reading.known(TABLE, bases[base][0])
        if base is None or base in seen:
            what = "which is not there" if base is None else "which is based on it"
            reading.warn("bad_calendar", f"a calendar without hours is based on {p6_id[:20]}, {what}", where)
            rows[row_id - 1]["week"] = STANDARD_WEEK
        else:
            rows[row_id - 1]["base_id"] = reading.known(TABLE, p6_id)
