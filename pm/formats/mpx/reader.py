"""Reading an MPX file into a plan."""

from __future__ import annotations

import re
from typing import Any

from pm.formats.building import build_plan
from pm.formats.mpx.calendars import CalendarReader
from pm.formats.mpx.cells import TableReader
from pm.formats.mpx.lines import NOTE_LINE_END, MpxFindings, Record, read_text
from pm.formats.mpx.tasks import STEP, TaskReader
from pm.formats.mpx.values import ORDERS, UNIT_CODES, BadValueError, Settings
from pm.formats.mspdi.custom import type_of
from pm.formats.mspdi.reader import CURRENCIES, FALLBACK_START, project_code
from pm.formats.result import ImportResult, Severity, Source, StoredDates
from pm.model.enums import ProfileName, ScheduleFrom
from pm.model.kinds import DAY, FULL

SILENT = frozenset({0, 76, 80, 81})
"""Remarks, messages to workgroups, names of files and links to other programs: nothing of the plan."""


def read(source: Source) -> ImportResult:
    """Read the plan in `source`.

    Raises:
        FormatError: see `lines.read_text`; `mpx.too_many_problems`; where `source` is strict also any problem's code.
    """
    return _PlanReader(source).read()


class _PlanReader:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._findings = MpxFindings("mpx", source.name, source.strict)
        self._text = read_text(source, self._findings)
        self._settings = Settings()
        self._calendars = CalendarReader(self._settings, self._findings)
        self._tasks = TaskReader(self._settings, self._text.delimiter, self._findings)
        self._task_table = TableReader("tasks", self._settings, self._findings)
        self._resource_table = TableReader("resources", self._settings, self._findings)
        self._project: dict[str, Any] = {}
        self._project_calendar = ""
        self._resources: list[dict[str, Any]] = []
        self._resource_bases: dict[int, str] = {}
        self._resource_ids: dict[str, dict[int, int]] = {"uid": {}, "id": {}}
        self._baselines: list[dict[str, Any]] = []
        self._assignments: list[dict[str, Any]] = []
        self._assignment_baselines: list[dict[str, Any]] = []
        self._latest: dict[str, Any] | None = None
        self._latest_task: dict[str, Any] | None = None
        self._lines: dict[tuple[str, int], str] = {}

    def read(self) -> ImportResult:
        handlers = {
            10: self._currency,
            11: self._defaults,
            12: self._dates,
            20: self._calendars.base,
            25: self._calendars.hours,
            26: self._calendars.exception,
            30: self._header,
            40: self._resource_table.named,
            41: self._resource_table.numbered,
            50: self._resource,
            51: self._notes,
            55: self._resource_calendar,
            56: self._calendars.hours,
            57: self._calendars.exception,
            60: self._task_table.named,
            61: self._task_table.numbered,
            70: self._task,
            71: self._notes,
            72: self._recurring,
            75: self._assignment,
        }
        for record in self._text.records(self._findings):
            handler = handlers.get(record.kind)
            if handler is not None:
                handler(record)
            elif record.kind not in SILENT:
                message = f"there is no record of kind {record.kind}; it is left out"
                self._findings.add("unknown_record", message, str(record.line))
        return self._finish()

    def _bad(self, what: str, text: str, error: BadValueError, record: Record) -> None:
        self._findings.add("bad_value", f"{what} is {text[:60]!r}: {error}", str(record.line))

    def _currency(self, record: Record) -> None:
        settings = self._settings
        settings.symbol = record.text(0)
        if record.text(2) in ("0", "1", "2", "3", "4"):
            settings.digits = int(record.text(2))
        # A separator may be a blank.
        settings.thousands = record.fields[3][:1] if len(record.fields) > 3 else settings.thousands
        settings.decimal = record.text(4)[:1] or settings.decimal

    def _defaults(self, record: Record) -> None:
        settings = self._settings
        settings.duration_unit = UNIT_CODES.get(record.text(0), settings.duration_unit)
        settings.work_unit = UNIT_CODES.get(record.text(2), settings.work_unit)
        for place, name, most in ((3, "minutes_per_day", 1440), (4, "minutes_per_week", 10_080)):
            text = record.text(place)
            if not text:
                continue
            try:
                minutes = int(settings.number(text) * 60)
                if not 1 <= minutes <= most:
                    raise BadValueError("no such length")
                setattr(settings, name, minutes)
            except BadValueError as error:
                self._bad(f"the length of a {name[12:]}", text, error, record)

    def _dates(self, record: Record) -> None:
        settings = self._settings
        settings.order = ORDERS.get(record.text(0), settings.order)
        minutes = record.text(2)
        if minutes.isascii() and minutes.isdigit() and len(minutes) < 5 and int(minutes) < 1440:
            settings.start = int(minutes) * 60
        settings.time_separator = record.text(4)[:1] or settings.time_separator
        settings.am, settings.pm = record.text(5)[:20] or "am", record.text(6)[:20] or "pm"

    def _header(self, record: Record) -> None:
        project, settings = self._project, self._settings
        self._project_calendar = record.text(3)
        calendar = self._calendars.find(self._project_calendar)
        if calendar is not None:
            ends = [shifts[-1][1] for shifts in self._calendars.rows[calendar - 1]["week"] if shifts]
            settings.finish = next((end for end in ends if settings.start < end <= DAY), settings.finish)
        for place, name in ((0, "title"), (1, "company"), (2, "manager"), (27, "author")):
            project[name] = record.text(place)
        project["notes"] = record.text(8).replace(NOTE_LINE_END, "\n")
        project["schedule_from"] = (ScheduleFrom.FINISH if record.text(6) == "1" else ScheduleFrom.START).value
        for place, name, usual in ((4, "start", settings.start), (5, "finish", settings.finish)):
            text = record.text(place)
            if text and text.casefold() != "na":
                try:
                    project[name] = settings.instant(text, usual)[0]
                except BadValueError as error:
                    self._bad(f"the {name} of the project", text, error, record)

    def _resource(self, record: Record) -> None:
        cells = self._resource_table.read(record)
        row, resource_id = cells.row, len(self._resources) + 1
        number = cells.parts.get("id")
        uid = row.get("uid", number)
        self._latest = None
        if not row.get("name") and uid in (0, None):
            # The row that stands for nobody.
            self._latest = {}
            return
        known = self._resource_ids["uid"]
        if uid is None or uid in known or not 0 <= uid < 2**31:
            said = f"the number {uid}, which another one has" if uid in known else "no number of its own"
            self._findings.add("duplicate_uid", f"a resource has {said}; it gets a new one", str(record.line))
            uid = max(known, default=0) + 1
        known[uid] = resource_id
        if number is not None:
            self._resource_ids["id"].setdefault(number, resource_id)
        row.update(id=resource_id, uid=uid, project_id=1, position=resource_id * STEP, blank=not row.get("name"))
        if row.get("max_units", FULL) < 0:
            del row["max_units"]
        self._resource_bases[resource_id] = cells.parts.get("calendar", "")
        if cells.custom:
            row["custom"] = cells.custom
        baseline = {name[5:]: value for name, value in cells.parts.items() if name.startswith("base.")}
        if any(baseline.values()):
            self._baselines.append({**baseline, "id": len(self._baselines) + 1, "resource_id": resource_id, "number": 0})
        self._resources.append(row)
        self._latest = row

    def _resource_calendar(self, record: Record) -> None:
        name = (self._latest or {}).get("name", "")
        calendar_id = self._calendars.of_resource(record, name)
        if self._latest:
            self._latest["calendar_id"] = calendar_id

    def _task(self, record: Record) -> None:
        self._latest = self._latest_task = self._tasks.add(self._task_table.read(record))

    def _notes(self, record: Record) -> None:
        if self._latest is None:
            self._findings.add("bad_record", "notes belong to nothing; they are left out", str(record.line))
            return
        self._latest["notes"] = record.text(0).replace(NOTE_LINE_END, "\n")

    def _recurring(self, record: Record) -> None:
        if self._latest_task is None:
            self._findings.add("bad_record", "a recurrence belongs to no task; it is left out", str(record.line))
            return
        self._latest_task["recurring"] = True

    def _assignment(self, record: Record) -> None:
        task = self._latest_task
        if task is None:
            message = "an assignment belongs to no task; it is left out"
            self._findings.add("bad_record", message, str(record.line), severity=Severity.ERROR)
            return
        if "id" not in task:
            return
        values = self._assignment_values(record)
        resource_id = self._assigned(record)
        assignment_id = len(self._assignments) + 1
        baseline = {name[5:]: values.pop(name) for name in list(values) if name.startswith("base.")}
        row = {"id": assignment_id, "uid": assignment_id, "project_id": 1, "task_id": task["id"], "resource_id": resource_id}
        units = values.get("units", FULL)
        if "work" not in values:
            values["work"] = task.get("duration", 0) * units // FULL
        done = values.get("actual_work", 0)
        values["remaining_work"] = max(values["work"] - done, 0)
        if values["work"]:
            values["percent_work_complete"] = min(done * FULL // values["work"], FULL)
        self._assignments.append({**row, **values})
        self._lines["assignments", assignment_id] = str(record.line)
        if any(baseline.values()):
            listed = self._assignment_baselines
            listed.append({**baseline, "id": len(listed) + 1, "assignment_id": assignment_id, "number": 0})

    def _assignment_values(self, record: Record) -> dict[str, Any]:
        settings = self._settings
        readers = (
            (1, "units", settings.share),
            (2, "work", lambda text: settings.amount(text, settings.work_unit).value),
            (3, "base.work", lambda text: settings.amount(text, settings.work_unit).value),
            (4, "actual_work", lambda text: settings.amount(text, settings.work_unit).value),
            (5, "overtime_work", lambda text: settings.amount(text, settings.work_unit).value),
            (6, "cost", settings.money),
            (7, "base.cost", settings.money),
            (8, "actual_cost", settings.money),
            (11, "delay", lambda text: settings.amount(text, settings.duration_unit).value),
        )
        values: dict[str, Any] = {}
        for place, name, parse in readers:
            text = record.text(place)
            if not text or text.casefold() == "na":
                continue
            try:
                value = parse(text)
                if value < 0 and not name.endswith("cost"):
                    raise BadValueError("it is negative")
                values[name] = value
            except BadValueError as error:
                self._bad(f"{name.replace('.', ' ')} of an assignment", text, error, record)
        return values

    def _assigned(self, record: Record) -> int | None:
        """Return the resource of an assignment, by its unique number or else by its place in the list."""
        for place, name in ((12, "uid"), (0, "id")):
            text = record.text(place)
            if text.isascii() and text.isdigit() and len(text) < 12 and int(text) in self._resource_ids[name]:
                return self._resource_ids[name][int(text)]
        text = record.text(0) or record.text(12)
        if text not in ("", "0", "-65535"):
            message = f"an assignment belongs to resource {text[:20]}, which is not there"
            self._findings.add("dangling_resource", message, str(record.line))
        return None

    def _finish(self) -> ImportResult:
        self._tasks.finish()
        usual = self._calendars.finish(self._project_calendar)
        for row in self._resources:
            base = self._resource_bases[row["id"]]
            if "calendar_id" not in row and base:
                found = self._calendars.find(base)
                row["calendar_id"] = None if found == usual else found
        self._finish_project(usual)
        kinds = (("tasks", self._task_table), ("resources", self._resource_table))
        custom = [(entity, key, alias) for entity, table in kinds for key, alias in sorted(table.has_custom.items())]
        tasks = self._tasks
        self._lines |= {("tasks", task_id): str(line) for task_id, line in tasks.lines.items()}
        baselines = tasks.baselines or self._baselines or self._assignment_baselines
        plan = build_plan(
            {
                "projects": [self._project],
                "calendars": self._calendars.rows,
                "calendar_exceptions": self._calendars.exceptions,
                "tasks": tasks.rows,
                "links": tasks.links,
                "baselines": [{"id": 1, "project_id": 1, "number": 0, "name": "Baseline"}] if baselines else [],
                "task_baselines": tasks.baselines,
                "resources": self._resources,
                "resource_baselines": self._baselines,
                "assignments": self._assignments,
                "assignment_baselines": self._assignment_baselines,
                "custom_fields": [
                    {"id": i, "project_id": 1, "entity": entity, "key": key, "type": type_of(key).value}
                    for i, (entity, key, _) in enumerate(custom, start=1)
                ],
            },
            self._findings,
            self._lines,
        )
        ignored = self._task_table.ignored + self._resource_table.ignored
        return ImportResult(
            plan, "mpx", tuple(self._findings.problems), ignored=dict(+ignored), stored=StoredDates(**tasks.stored)
        )

    def _finish_project(self, calendar_id: int | None) -> None:
        project, settings, tasks = self._project, self._settings, self._tasks
        file_name = re.sub(r"\.mpx$", "", self._source.name, flags=re.IGNORECASE)
        name = project.get("title") or (tasks.project_task or {}).get("name") or file_name
        project.update(id=1, name=name, profile=ProfileName.MS_PROJECT.value, calendar_id=calendar_id)
        project["code"] = project_code(name) or project_code(self._source.name.rsplit(".", 1)[0]) or "PROJECT"
        project["notes"] = project.get("notes") or (tasks.project_task or {}).get("notes", "")
        project.update(currency_symbol=settings.symbol, currency_digits=settings.digits)
        project["currency"] = CURRENCIES.get(settings.symbol, "EUR")
        project.update(default_start=settings.start, default_finish=settings.finish)
        project.update(minutes_per_day=settings.minutes_per_day, minutes_per_week=settings.minutes_per_week)
        if project.get("schedule_from") != ScheduleFrom.FINISH:
            project.pop("finish", None)
        if "start" not in project:
            dates = list(tasks.stored.get("start", {}).values())
            dates += [row[n] for row in tasks.rows for n in ("actual_start", "constraint_date") if row.get(n) is not None]
            project["start"] = min(dates, default=project.get("finish", FALLBACK_START))
            message = "the project has no start; the earliest date of its tasks stands in for it"
            self._findings.add("no_start", message, "")
