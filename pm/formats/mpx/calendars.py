"""Calendars: base ones (records 20, 25, 26) and those of resources (55, 56, 57), which derive from a base one."""

from __future__ import annotations

from typing import Any

from pm.formats.mpx.lines import MpxFindings, Record
from pm.formats.mpx.values import BadValueError, Settings
from pm.formats.result import Severity
from pm.model.calendar import STANDARD_DAY
from pm.model.kinds import DAY

MOST_SHIFTS = 3
Shifts = list[list[int]]


class CalendarReader:
    """Collects the calendars of a file.

    Attributes:
        rows: A row for each calendar, its id its place, from 1.
        exceptions: Rows of their exceptions.
        lines: The line that each calendar stands at, by id.
    """

    def __init__(self, settings: Settings, findings: MpxFindings) -> None:
        self.rows: list[dict[str, Any]] = []
        self.exceptions: list[dict[str, Any]] = []
        self.lines: dict[int, int] = {}
        self._by_name: dict[str, int] = {}
        self._bases: dict[int, str] = {}
        self._settings, self._findings = settings, findings

    def base(self, record: Record) -> None:
        """Begin a base calendar."""
        name = record.text(0)
        calendar_id = self._add(record, name, is_base=True)
        if name.casefold() in self._by_name:
            self._findings.add("duplicate_calendar", f"there are two calendars {name!r}; the first one counts", str(record.line))
        else:
            self._by_name[name.casefold()] = calendar_id

    def of_resource(self, record: Record, resource: str) -> int:
        """Begin the calendar of a resource, and return its id."""
        calendar_id = self._add(record, resource, is_base=False)
        self._bases[calendar_id] = record.text(0)
        return calendar_id

    def find(self, name: str) -> int | None:
        """Return the id of the base calendar with that name."""
        return self._by_name.get(name.strip().casefold())

    def _add(self, record: Record, name: str, *, is_base: bool) -> int:
        calendar_id = len(self.rows) + 1
        kinds = [record.text(place) or "2" for place in range(1, 8)]
        # Sunday comes first; a working day without hours of its own has the usual ones.
        week: list[Shifts | None] = [None] * 7
        for place, kind in enumerate(kinds):
            day = (place + 6) % 7
            if kind == "0":
                week[day] = []
            elif kind == "1":
                week[day] = [list(shift) for shift in STANDARD_DAY]
            elif kind != "2":
                message = f"a day of calendar {name!r} is of the unknown kind {kind[:20]!r}"
                self._findings.add("bad_calendar", message, str(record.line))
        self.rows.append({"id": calendar_id, "uid": calendar_id, "name": name, "is_base": is_base, "week": week, "project_id": 1})
        self.lines[calendar_id] = record.line
        return calendar_id

    def hours(self, record: Record) -> None:
        """Read the shifts of a weekday of the calendar that was begun last."""
        day = record.text(0)
        if not self.rows or day not in ("1", "2", "3", "4", "5", "6", "7"):
            self._findings.add("bad_calendar", "hours belong to no day of a calendar", str(record.line), severity=Severity.ERROR)
            return
        self.rows[-1]["week"][(int(day) + 5) % 7] = self._shifts(record, 1)

    def exception(self, record: Record) -> None:
        """Read days of the calendar that was begun last which differ from its week."""
        try:
            first = self._settings.day(record.text(0))
            last = self._settings.day(record.text(1)) if record.text(1) else first
        except BadValueError as error:
            self._findings.add("bad_calendar", f"the dates of an exception: {error}", str(record.line), severity=Severity.ERROR)
            return
        if not self.rows or last < first:
            message = "an exception belongs to no calendar" if not self.rows else "an exception ends before it starts"
            self._findings.add("bad_calendar", message, str(record.line), severity=Severity.ERROR)
            return
        shifts = self._shifts(record, 3) if record.text(2) == "1" else []
        if record.text(2) == "1" and not shifts:
            shifts = [list(shift) for shift in STANDARD_DAY]
        calendar_id = self.rows[-1]["id"]
        self.exceptions.append(
            {
                "id": len(self.exceptions) + 1,
                "calendar_id": calendar_id,
                "position": len(self.exceptions),
                "start": first,
                "finish": last,
                "shifts": shifts,
            }
        )

    def _shifts(self, record: Record, place: int) -> Shifts:
        shifts: Shifts = []
        for at in range(place, place + 2 * MOST_SHIFTS, 2):
            texts = record.text(at), record.text(at + 1)
            if not any(texts):
                continue
            try:
                start, finish = (self._settings.clock(text) for text in texts)
            except BadValueError as error:
                self._findings.add("bad_calendar", f"the hours {' to '.join(texts)[:40]!r}: {error}", str(record.line))
                continue
            # Midnight ends the day; a shift that ends earlier than it starts runs into the next morning.
            shifts.append([start, finish if finish > start else finish + DAY])
        return sorted(shifts)

    def finish(self, project_calendar: str) -> int | None:
        """Join the calendars to those they derive from, and return the id of the project's."""
        usual = self.find(project_calendar)
        if usual is None and project_calendar:
            message = f"the project refers to calendar {project_calendar[:60]!r}, which is not there"
            self._findings.add("dangling_calendar", message, "")
        for row in self.rows:
            base = self._bases.get(row["id"])
            base_id = usual if base is None else self.find(base)
            if base and base_id is None:
                message = f"a resource's calendar derives from {base[:60]!r}, which is not there"
                self._findings.add("dangling_calendar", message, str(self.lines[row["id"]]))
            if (not row["is_base"] or None in row["week"]) and base_id != row["id"]:
                row["base_id"] = base_id
            if row.get("base_id") is None:
                row["week"] = [[] if day is None and at > 4 else day for at, day in enumerate(row["week"])]
                row["week"] = [[list(s) for s in STANDARD_DAY] if day is None else day for day in row["week"]]
            if row["week"] == [None] * 7:
                row["week"] = None
        return usual
