"""Business objects as the tables of an XER file."""

from __future__ import annotations

import re
from decimal import Decimal, DecimalException
from typing import Any

from lxml import etree

from pm.formats.building import Findings
from pm.formats.pmxml.fields import WORDS, Column, objects
from pm.formats.pmxml.stream import ROOT, Objects
from pm.formats.primavera.clndr_data import Hours, Shifts, write_hours
from pm.formats.primavera.tables import Document, Fields, TextTable
from pm.formats.primavera.values import read_date, write_text
from pm.formats.result import Severity, Source
from pm.formats.xml_file import line_of
from pm.model.kinds import DAY, HOUR, MINUTE

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TIME = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d*)?)?")
UDF_VALUES = {
    "TextValue": "udf_text",
    "StartDateValue": "udf_date",
    "FinishDateValue": "udf_date",
    "CostValue": "udf_number",
    "IntegerValue": "udf_number",
    "DoubleValue": "udf_number",
    "IndicatorValue": "udf_text",
}
PROJECT_BAND = "project "
"""Begins the number of the band that stands for a project itself; P6 leaves it out of its XML."""


def read_tables(source: Source, findings: Findings) -> Document:
    """Return the business objects in `source` as tables; what makes no sense is reported.

    Raises:
        FormatError: see `stream.Objects`.
    """
    reader = _Reader(source, findings)
    for name, holder, element in reader.objects:
        reader.add(name, holder, element)
    return reader.finish()


class _Reader:
    def __init__(self, source: Source, findings: Findings) -> None:
        self.objects = Objects(source, frozenset(objects()))
        self._findings = findings
        self._rows: dict[str, list[tuple[Fields, int]]] = {}
        self._ours: list[Fields] = []
        self._projects: list[tuple[Fields, str, str]] = []
        self._said: set[str] = set()

    def add(self, name: str, holder: str, element: etree._Element) -> None:
        """Take in one business object."""
        if holder not in (ROOT, "Project"):
            self._tell("baselines", f"{holder} is not read: what it holds is no part of the plan")
            return
        line = line_of(element) or 0
        row = self._fields(name, element, line)
        if name == "Calendar":
            row["clndr_data"] = self._hours(element, line)
        elif name == "ScheduleOptions":
            row.update(_out_of_sequence(self._text(element, "OutOfSequenceScheduleType")))
        elif name == "Project":
            self._project(row, element)
        table = objects()[name][0]
        self._put(table, row, line)
        if holder == "Project":
            self._ours.append(row)
        if name in ("Activity", "WBS", "Resource", "ResourceAssignment"):
            self._values(table, row, element, line)

    def _put(self, table: str, row: Fields, line: int) -> None:
        self._rows.setdefault(table, []).append((row, line))

    def _tell(self, what: str, message: str) -> None:
        if message not in self._said:
            self._said.add(message)
            self._findings.add(what, message, "", severity=Severity.INFO)

    def _text(self, element: etree._Element, name: str) -> str:
        return (element.findtext(self.objects.prefix + name) or "").strip()

    def _fields(self, name: str, element: etree._Element, line: int) -> Fields:
        columns, cut = objects()[name][1], len(self.objects.prefix)
        row: Fields = {}
        for child in element:
            column = columns.get(str(child.tag)[cut:])
            text = child.text
            if column is None or text is None or len(child) or column[0] in row:
                continue
            text = self._turned(column, text, line)
            if text and not text.isspace():
                # Ends of lines and tabs as an XER file has them: the texts may be written to one.
                row[column[0]] = text if text.isprintable() else write_text(text)
        return row

    def _turned(self, column: Column, text: str, line: int) -> str:
        """Return a text as an XER file has it; a word that is unknown stays, and is reported where it is read."""
        how = column[1]
        if not how:
            return text
        if how == "%":
            try:
                return str(Decimal(text.strip()) * 100)
            except DecimalException:
                return text
        found = WORDS[how].get(text.strip().casefold())
        if found is None and how in ("scope", "subject", "udf", "status", "calendar"):
            self._findings.add("bad_value", f"{column[0]} is {text.strip()[:40]!r}: not a value we know", str(line))
            return ""
        return found or text

    def _project(self, row: Fields, element: etree._Element) -> None:
        """Finish a project: what it holds has been read, and belongs to it."""
        row["export_flag"] = "Y"
        project_id = row.get("proj_id", "").strip()
        for held in self._ours:
            held.setdefault("proj_id", project_id)
        self._ours.clear()
        self._projects.append((row, self._text(element, "Name"), self._text(element, "WBSObjectId")))

    def _values(self, table: str, row: Fields, element: etree._Element, line: int) -> None:
        """Read the codes and the user-defined fields of an object."""
        prefix = self.objects.prefix
        own_id = next(iter(row.values()), "")
        for code in element.iterfind(f"{prefix}Code") if table == "TASK" else ():
            kind, value = self._text(code, "TypeObjectId"), self._text(code, "ValueObjectId")
            if kind and value:
                self._held({"task_id": own_id, "actv_code_type_id": kind, "actv_code_id": value}, "TASKACTV", row, line)
        for field in element.iterfind(f"{prefix}UDF"):
            kind = self._text(field, "TypeObjectId")
            found = {column: self._text(field, name) for name, column in UDF_VALUES.items() if self._text(field, name)}
            if kind and found:
                self._held({"udf_type_id": kind, "fk_id": own_id, **found}, "UDFVALUE", row, line)

    def _held(self, held: Fields, table: str, row: Fields, line: int) -> None:
        if "proj_id" in row:
            held["proj_id"] = row["proj_id"]
        else:
            self._ours.append(held)
        self._put(table, held, line)

    def _hours(self, element: etree._Element, line: int) -> str:
        """Return the hours of a calendar as an XER file writes them; nothing where it has none of its own."""
        prefix = self.objects.prefix
        hours = Hours()
        week = element.find(f"{prefix}StandardWorkWeek")
        if week is not None and len(week):
            hours.week = [[] for _ in range(7)]
            for day in week:
                name = self._text(day, "DayOfWeek").casefold()
                if name in WEEKDAYS:
                    hours.week[WEEKDAYS.index(name)] = self._shifts(day, line)
                else:
                    self._findings.add("bad_calendar", f"a calendar has a weekday {name[:20]!r}", str(line))
        holidays = element.find(f"{prefix}HolidayOrExceptions")
        for day in holidays if holidays is not None else ():
            try:
                date = read_date(self._text(day, "Date"))
            except ValueError as error:
                self._findings.add("bad_calendar", f"the date of an exception: {error}", str(line))
                continue
            hours.exceptions[date // DAY * DAY] = self._shifts(day, line)
        return write_hours(hours) if hours.week is not None or hours.exceptions else ""

    def _shifts(self, day: etree._Element, line: int) -> Shifts:
        shifts: Shifts = []
        for shift in day.iterfind(f"{self.objects.prefix}WorkTime"):
            start, finish = (_time(self._text(shift, name)) for name in ("Start", "Finish"))
            if start is None or finish is None:
                if len(shift):
                    self._findings.add("bad_calendar", "a shift of a calendar has no start or no finish", str(line))
                continue
            # P6 names the last minute that is worked: 11:59 for a shift until noon.
            if finish // MINUTE % 5 == 4:
                finish += MINUTE
            shifts.append([start, finish if finish > start else finish + DAY])
        return shifts

    def finish(self) -> Document:
        """Return the tables, with a band for each project itself."""
        bands, others = self._by_project("PROJWBS"), self._by_project("TASK", "WBSMEMO")
        for project, name, band in self._projects:
            project_id = project.get("proj_id", "").strip()
            top = self._top(project, name, band, bands.setdefault(project_id, []))
            for row in others.get(project_id, ()):
                row.setdefault("wbs_id", top.get("wbs_id", ""))
        document = Document()
        for table, listed in self._rows.items():
            columns = list(dict.fromkeys(column for row, _ in listed for column in row))
            rows = [[row.get(column, "") for column in columns] for row, _ in listed]
            document.tables[table] = TextTable(table, columns, rows, [line for _, line in listed])
        return document

    def _by_project(self, *tables: str) -> dict[str, list[Fields]]:
        """Return the rows of some tables by the number of their project."""
        found: dict[str, list[Fields]] = {}
        for table in tables:
            for row, _ in self._rows.get(table, ()):
                found.setdefault(row.get("proj_id", "").strip(), []).append(row)
        return found

    def _top(self, project: Fields, name: str, own: str, bands: list[Fields]) -> Fields:
        """Put a band for the project above those that have none, and return it: P6 does not write it, some other programs do.

        Args:
            project: The project.
            name: Its name.
            own: P6's number of that band, where it says so.
            bands: Those of the project; one that has to be made is added.
        """
        project_id, code = project.get("proj_id", "").strip(), project.get("proj_short_name", "")
        tops = [row for row in bands if row.get("parent_wbs_id", "").strip() in ("", own)]
        there = [row for row in bands if own and row.get("wbs_id", "").strip() == own]
        if len(tops) == 1 and (tops[0].get("wbs_short_name"), tops[0].get("wbs_name")) == (code, name):
            there = tops
        if there:
            top = there[0]
        else:
            top = {"wbs_id": own or PROJECT_BAND + project_id, "proj_id": project_id, "wbs_name": name, "wbs_short_name": code}
            self._put("PROJWBS", top, 0)
            bands.append(top)
        for row in tops:
            if row is not top:
                row["parent_wbs_id"] = top.get("wbs_id", "")
        top["proj_node_flag"] = "Y"
        return top


def _time(text: str) -> int | None:
    found = TIME.fullmatch(text)
    if found is None or int(found[2]) > 59 or int(found[1]) > 24:
        return None
    seconds = int(found[1]) * HOUR + int(found[2]) * MINUTE
    return seconds if seconds <= DAY else None


def _out_of_sequence(said: str) -> dict[str, Any]:
    word = said.casefold()
    flags = {"progress override": ("N", "Y"), "actual dates": ("N", "N")}.get(word, ("Y", "N"))
    return {"sched_retained_logic": flags[0], "sched_progress_override": flags[1]}
