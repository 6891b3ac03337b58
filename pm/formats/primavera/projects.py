"""PROJECT and CURRTYPE: the projects of a file."""

from __future__ import annotations

from pm.formats.primavera.calendars import TABLE as CALENDAR
from pm.formats.primavera.columns import DEFAULTS
from pm.formats.primavera.fields import PROJECT
from pm.formats.primavera.options import overrides, read_options
from pm.formats.primavera.reading import Reading, Row
from pm.formats.primavera.tables import Document, Fields
from pm.formats.primavera.values import DATE, HOURS, read_text
from pm.model import instant
from pm.model.enums import ProfileName
from pm.model.kinds import HOUR, MINUTE

TABLE = "PROJECT"
FALLBACK_START = instant("2000-01-03T08:00")
MOST_DIGITS = 4


def currency_of(document: Document) -> Fields:
    """Return the row of CURRTYPE that costs are in: the one the header names, else the one other rates are based on."""
    rows = [record for record, _ in document.records("CURRTYPE")]
    named = [r for r in rows if r.get("curr_short_name", "") == document.currency]
    base = [r for r in rows if r.get("base_exch_rate", "").strip() in ("1", "1.0")]
    return next(iter([*named, *base, *rows]), {})


def currency_digits(currency: Fields) -> int:
    """Return how many decimals costs are held with: at least cents, for P6 computes with more than it shows."""
    text = currency.get("decimal_digit_cnt", "").strip()
    return max(2, min(int(text), MOST_DIGITS)) if text.isdecimal() and len(text) < 3 else 2


def read_projects(reading: Reading) -> None:
    """Read the projects that have been exported; what others are here for (the far ends of links) needs no project."""
    document = reading.document
    used = {record.get("proj_id", "").strip() for record, _ in document.records("TASK")}
    currency = currency_of(document)
    for record, where in document.records(TABLE):
        p6_id = record.get("proj_id", "").strip()
        if record.get("export_flag", "Y").strip().upper() == "N" and p6_id not in used:
            continue
        if not reading.note(TABLE, p6_id, len(reading.rows["projects"]) + 1, where):
            continue
        row = reading.fields(PROJECT, record, where)
        number = len(reading.rows["projects"]) + 1
        row.setdefault("code", f"P{p6_id}")
        row.update(
            uid=reading.uid(TABLE, 0, p6_id),
            position=number * 1024,
            name=row["code"],
            profile=ProfileName.PRIMAVERA.value,
            currency=currency.get("curr_short_name") or document.currency or "USD",
            currency_symbol=read_text(currency.get("curr_symbol", "")),
            currency_digits=currency_digits(currency),
        )
        reading.add("projects", TABLE, record, row)
    _apart(reading)


def _apart(reading: Reading) -> None:
    """Give projects with the same code, which people find them by, codes of their own."""
    taken: set[str] = set()
    for row in reading.rows["projects"]:
        code, number = row["code"], 1
        while row["code"].casefold() in taken:
            number += 1
            row["code"] = f"{code}-{number}"
        if row["code"] != code:
            reading.warn("duplicate_code", f"two projects are called {code!r}; one is now {row['code']!r}", "")
        taken.add(row["code"].casefold())


def finish_projects(reading: Reading) -> None:
    """Read what the calendars and the tasks have to be known for."""
    options = read_options(reading)
    default = _default_calendar(reading)
    for row in reading.rows["projects"]:
        record = reading.records[TABLE][row["id"]]
        where = f"project {row['code']}"
        row["calendar_id"] = reading.refer(CALENDAR, record, "clndr_id", where) or default
        found = overrides(reading, record, where, options.get(record["proj_id"].strip()) or options.get(""))
        if found:
            row["profile_overrides"] = found
        _units(reading, row, where)
        if "start" not in row:
            row["start"] = _earliest(reading, row)
            reading.warn("no_start", "the project has no planned start; the earliest date there is stands in for it", where)


def _default_calendar(reading: Reading) -> int | None:
    records = reading.records.get(CALENDAR, {})
    chosen = [i for i, record in records.items() if record.get("default_flag", "").strip().upper() == "Y"]
    return next(iter([*chosen, *records]), None)


def _units(reading: Reading, row: Row, where: str) -> None:
    """Read what a day, a week and a month are when durations are shown; P6 keeps it at the calendar, unless it is the usual."""
    record = {**DEFAULTS[CALENDAR], **reading.records.get(CALENDAR, {}).get(row["calendar_id"] or 0, {})}
    day, week, month = (reading.value(HOURS, record, f"{unit}_hr_cnt", where) or 0 for unit in ("day", "week", "month"))
    if MINUTE <= day <= 24 * HOUR:
        row["minutes_per_day"] = day // MINUTE
        if day <= week <= 168 * HOUR:
            row["minutes_per_week"] = week // MINUTE
        if day <= month <= 744 * HOUR:
            row["days_per_month"] = max(1, round(month / day))


def _earliest(reading: Reading, row: Row) -> int:
    dates = [row["status_date"]] if "status_date" in row else []
    for task in reading.rows["tasks"]:
        if task["project_id"] == row["id"]:
            dates += [task[n] for n in ("actual_start", "constraint_date") if task.get(n) is not None]
            record = reading.records.get("TASK", {}).get(task["id"], {})
            dates += [d for c in ("early_start_date", "target_start_date") if (d := reading.value(DATE, record, c, ""))]
    return int(min(dates, default=FALLBACK_START))
