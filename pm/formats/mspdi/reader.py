"""Reading a Microsoft Project XML file into a plan."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Any

from lxml import etree

from pm.formats.mspdi.calendars import Row, read_pattern, write_pattern
from pm.formats.mspdi.customs import CustomFields
from pm.formats.mspdi.profiles import add_profiles
from pm.formats.mspdi.rows import KEY, Record, Report, RowReader
from pm.formats.mspdi.stream import Stream
from pm.formats.mspdi.tasks import TaskReader, calendar_id
from pm.formats.mspdi.trees import Tree, texts, to_tree
from pm.formats.mspdi.values import codecs, write_date
from pm.formats.result import ImportResult, Source, StoredDates
from pm.model import ENTITIES, Plan, fields_of, instant
from pm.model.enums import ProfileName, ResourceType, ScheduleFrom
from pm.model.table import Table
from pm.words import Units

READ_TABLES = (
    "projects",
    "calendars",
    "tasks",
    "links",
    "task_baselines",
    "resources",
    "availabilities",
    "resource_rates",
    "resource_baselines",
    "assignments",
    "assignment_baselines",
)
MOST_OF_CODE = 12
"""Characters of a project code that is made from a title."""
NOBODY = -65535
"""The number of the resource of work that nobody is named for."""
FALLBACK_START = instant("2000-01-03T08:00")
CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₫": "VND", "zł": "PLN", "Kč": "CZK", "₽": "RUB"}


def read(source: Source) -> ImportResult:
    """Read the plan in `source`.

    Raises:
        FormatError: see `stream.Stream.records`; where `source` is strict also any problem's code.
    """
    return _PlanReader(source).read()


class _PlanReader:
    def __init__(self, source: Source) -> None:
        self._report = Report(source.name, source.strict)
        self._source = source
        self._stream = Stream(source)
        self._tables: dict[str, list[Row]] = {name: [] for name in ENTITIES}
        self._calendars: dict[int, int] = {}
        self._resources: dict[int, int] = {}
        self._bases: list[tuple[Record, int | None]] = []
        self._assignments: list[tuple[Record, Tree | None]] = []
        self._carried: dict[str, Any] = {}
        self._ready = False

    def read(self) -> ImportResult:
        handlers = {
            "Calendar": self._calendar,
            "Task": self._task,
            "Resource": self._resource,
            "Assignment": self._assignment,
        }
        for name, element in self._stream.records():
            if not self._ready:
                self._prepare()
            handlers[name](element)
        if not self._ready:
            self._prepare()
        return self._finish()

    def _root(self) -> etree._Element:
        root = self._stream.root
        assert root is not None
        return root

    def _prepare(self) -> None:
        """Look at what the rest of the file is read by: the currency's digits and the custom fields."""
        self._ready = True
        root, prefix = self._root(), self._stream.prefix
        digits = (root.findtext(f"{prefix}CurrencyDigits") or "2").strip()
        self._codecs = codecs(int(digits) if digits in ("0", "1", "2", "3", "4") else 2)
        self._rows = {t: RowReader(t, prefix, self._codecs, self._report) for t in READ_TABLES}
        self._custom = CustomFields(prefix, self._codecs, self._report)
        definitions = root.find(f"{prefix}ExtendedAttributes")
        if definitions is not None:
            self._custom.define(definitions)
        self._tasks = TaskReader(self._rows, prefix, self._calendars, self._custom, self._report)

    def _task(self, element: etree._Element) -> None:
        self._tasks.add(element, self._stream.plain)

    def _uid(self, record: Record, known: dict[int, int], what: str) -> int:
        """Return the id for a new row, and note it under its number; a number that is taken is replaced."""
        row = record.row
        row["id"] = len(self._tables[what]) + 1
        uid = row.get("uid")
        if uid is None or uid in known:
            said = "no UID" if uid is None else f"the UID {uid}, which another one has"
            self._report("mspdi.duplicate_uid", f"one of the {what} has {said}; it gets a new one", line=record.line)
            uid = row["uid"] = max(known, default=0) + 1
        known[uid] = row["id"]
        return int(row["id"])

    def _calendar(self, element: etree._Element) -> None:
        record = self._rows["calendars"].read(element, self._stream.plain)
        own_id = self._uid(record, self._calendars, "calendars")
        row = record.row
        self._bases.append((record, row.pop("_base", None)))
        trees = {name: to_tree(child, self._stream.prefix) for name, child in record.nested}
        record.nested.clear()

        def problem(code: str, message: str) -> None:
            self._report(code, message, line=record.line, subject=f"calendar {row.get('name', '')!r}")

        pattern = read_pattern(trees, problem)
        row.update(week=pattern.week, project_id=1)
        for table, rows in (("calendar_exceptions", pattern.exceptions), ("work_weeks", pattern.work_weeks)):
            for found in rows:
                self._tables[table].append({**found, "id": len(self._tables[table]) + 1, "calendar_id": own_id})
        if trees and write_pattern(pattern) != trees:
            record.carried["parts"] = trees
        self._tables["calendars"].append(row)

    def _calendar_id(self, record: Record, uid: int | None, what: str, element: str = "CalendarUID") -> int | None:
        """Return the id of the calendar with a number, None where there is none; a number that stands for nothing is kept."""
        return calendar_id(self._calendars, self._report, record, uid, what, element)

    def _resource(self, element: etree._Element) -> None:
        prefix = self._stream.prefix
        if (element.findtext(f"{prefix}UID") or "").strip() == "0" and element.find(f"{prefix}Name") is None:
            # The row that stands for "nobody": no resource of anybody's.
            self._carried.setdefault("resources", []).append(to_tree(element, prefix))
            return
        record = self._rows["resources"].read(element, self._stream.plain)
        resource_id = self._uid(record, self._resources, "resources")
        row = record.row
        row.update(project_id=1, position=resource_id * 1024)
        self._resource_kind(record)
        if (number := row.pop("_id", None)) is not None:
            record.expect("ID", str(number), str(resource_id))
        uid = row.pop("_calendar", None)
        row["calendar_id"] = self._calendar_id(record, uid, "a resource refers to")
        attributes = []
        for name, child in record.nested:
            if name == "Baseline":
                self._child("resource_baselines", child, resource_id=resource_id)
            elif name == "ExtendedAttribute":
                attributes.append(child)
            else:
                table = "availabilities" if name == "AvailabilityPeriods" else "resource_rates"
                for part in child:
                    self._child(table, part, resource_id=resource_id)
        if attributes:
            self._custom.read(attributes, "resources", record)
        record.nested.clear()
        row["extra"] = record.extra()
        self._tables["resources"].append(row)

    def _resource_kind(self, record: Record) -> None:
        row = record.row
        code, cost, inactive = row.pop("_type", None), row.pop("_cost", None), row.pop("_inactive", None)
        if code not in (None, "0", "1", "2"):
            self._report("mspdi.unknown_value", f"Type is {code[:60]!r}: not a value we know", line=record.line)
        kind = ResourceType.WORK
        if cost or code == "2":
            kind = ResourceType.COST
        elif code == "0":
            kind = ResourceType.MATERIAL
        row["type"] = kind.value
        row["active"] = not inactive
        record.expect("Type", code, "1" if kind is ResourceType.WORK else "0")
        if (kind is ResourceType.COST) != bool(cost):
            record.expect("IsCostResource", None if cost is None else str(int(cost)), "1")

    def _child(self, table: str, element: etree._Element, **values: Any) -> None:
        """Add a row of a table that belongs to another row."""
        record = self._rows[table].read(element)
        rows = self._tables[table]
        rows.append({**record.row, **values, "id": len(rows) + 1, "extra": record.extra()})

    def _assignment(self, element: etree._Element) -> None:
        record = self._rows["assignments"].read(element, self._stream.plain)
        # A task that follows later is unusual, one that never comes a problem: keep the text until we know.
        tree = None if record.row.get("_task") in self._tasks.ids else to_tree(element, self._stream.prefix)
        attributes = []
        timephased = []
        for name, child in record.nested:
            if name == "Baseline":
                baseline = self._rows["assignment_baselines"].read(child, record.plain)
                record.carried.setdefault("baselines", []).append(baseline)
            elif name == "ExtendedAttribute":
                attributes.append(child)
            else:
                timephased.append(to_tree(child, self._stream.prefix))
        record.nested.clear()
        if attributes:
            self._custom.read(attributes, "assignments", record)
        if timephased:
            record.carried["timephased"] = timephased
        self._assignments.append((record, tree))

    def _finish(self) -> ImportResult:
        stored: dict[str, dict[int, Any]] = {}
        self._finish_calendars()
        self._tables["tasks"] = self._tasks.finish(stored)
        self._tables["links"] = self._tasks.links
        self._tables["task_baselines"] = self._tasks.baselines
        self._finish_assignments()
        self._tables["custom_fields"] = self._custom.rows
        self._baselines()
        self._project(stored)
        plan = Plan({name: _table(name, rows) for name, rows in self._tables.items() if rows})
        plan = add_profiles(plan, self._report)
        columns = {name: values for name, values in stored.items() if name in StoredDates.__dataclass_fields__}
        return ImportResult(
            plan=plan,
            format=KEY,
            problems=tuple(self._report.problems),
            kept=dict(sorted(self._kept().items())),
            ignored=dict(sum((reader.ignored for reader in self._rows.values()), Counter())),
            stored=StoredDates(**columns),
        )

    def _kept(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for table, reader in self._rows.items():
            counts.update(reader.shapes.kept(table))
        return counts

    def _finish_calendars(self) -> None:
        for record, uid in self._bases:
            base = self._calendar_id(record, uid, "a calendar is based on", "BaseCalendarUID")
            record.row["base_id"] = None if base == record.row["id"] else base
        by_id = {record.row["id"]: record for record, _ in self._bases}
        for record, uid in self._bases:
            seen, row = set(), record.row
            while row["base_id"] is not None and row["id"] not in seen:
                seen.add(row["id"])
                row = by_id[row["base_id"]].row
            if row["base_id"] is not None:
                self._report("mspdi.calendar_loop", "calendars are based on each other", line=record.line)
                record.row["base_id"] = None
            if record.row["base_id"] is None and uid is not None:
                record.expect("BaseCalendarUID", str(uid), "-1")
            record.row["extra"] = record.extra()

    def _finish_assignments(self) -> None:
        rows, known = self._tables["assignments"], set[int]()
        for record, tree in self._assignments:
            row = record.row
            task_uid, resource_uid = row.pop("_task", None), row.pop("_resource", None)
            task_id = self._tasks.ids.get(task_uid) if task_uid is not None else None
            if task_id is None:
                if task_uid != 0 or self._tasks.project_task is None:
                    message = f"an assignment belongs to task {task_uid}, which is not there"
                    self._report("mspdi.dangling_assignment", message, line=record.line)
                self._carried.setdefault("assignments", []).append([len(rows), tree])
                continue
            resource_id = None if resource_uid is None else self._resources.get(resource_uid)
            row.update(id=len(rows) + 1, project_id=1, task_id=task_id, resource_id=resource_id)
            if resource_id is None and resource_uid not in (None, NOBODY):
                message = f"an assignment belongs to resource {resource_uid}, which is not there"
                self._report("mspdi.dangling_resource", message, line=record.line)
            if row.get("uid") is None or row["uid"] in known:
                self._report("mspdi.duplicate_uid", "an assignment has no UID of its own; it gets a new one", line=record.line)
                row["uid"] = max(known, default=0) + 1
            known.add(row["uid"])
            if row["resource_id"] is None:
                record.expect("ResourceUID", None if resource_uid is None else str(resource_uid), str(NOBODY))
            for baseline in record.carried.pop("baselines", ()):
                listed = self._tables["assignment_baselines"]
                values = {"id": len(listed) + 1, "assignment_id": row["id"], "extra": baseline.extra()}
                listed.append({**baseline.row, **values})
            row["extra"] = record.extra()
            rows.append(row)

    def _baselines(self) -> None:
        used = sorted({row.get("number", 0) for row in self._tables["task_baselines"]})
        self._tables["baselines"] = [
            {"id": i, "project_id": 1, "number": n, "name": f"Baseline {n}" if n else "Baseline"}
            for i, n in enumerate(used, start=1)
        ]

    def _project(self, stored: dict[str, dict[int, Any]]) -> None:
        root = self._root()
        record = self._rows["projects"].read(root)
        row = record.row
        row.update(id=1, profile=ProfileName.MS_PROJECT.value)
        file_name = row.pop("_name", None)
        row["name"] = row.get("title") or re.sub(r"\.(xml|mpp|mspdi)$", "", file_name or "", flags=re.IGNORECASE) or "Project"
        record.expect("Name", file_name, row["name"])
        row["code"] = project_code(row["name"]) or project_code(self._source.name.rsplit(".", 1)[0]) or "PROJECT"
        limit = row.pop("_slack_limit", None)
        row["critical_slack_limit"] = (limit or 0) * Units.of(row).day
        record.expect("CriticalSlackLimit", None if limit is None else str(limit), str(limit or 0))
        row["calendar_id"] = self._calendar_id(record, row.pop("_calendar", None), "the project refers to")
        if "currency" not in row:
            row["currency"] = CURRENCIES.get(row.get("currency_symbol", ""), "EUR")
            record.was["CurrencyCode"] = row["currency"]
        finish = record.computed.get("finish")
        if row.get("schedule_from") == ScheduleFrom.FINISH:
            row["finish"] = finish
        if "start" not in row:
            row["start"] = self._earliest(stored, finish)
            record.was["StartDate"] = write_date(row["start"])
        row["notes"] = texts(self._tasks.project_task).get("Notes", "")
        self._carry(record, root)
        record.carried.update(self._carried)
        row["extra"] = record.extra()
        self._tables["projects"].append(row)

    def _earliest(self, stored: dict[str, dict[int, Any]], finish: int | None) -> int:
        """Return what a project without a start starts with."""
        dates = [*stored.get("start", {}).values()]
        for row in self._tables["tasks"]:
            dates += [row[n] for n in ("actual_start", "manual_start", "constraint_date") if row.get(n) is not None]
        start = min(dates, default=FALLBACK_START if finish is None else finish)
        self._report("mspdi.no_start", "the project has no start; the earliest date of its tasks stands in for it")
        return int(start)

    def _carry(self, record: Record, root: etree._Element) -> None:
        """Keep what belongs to the file as a whole."""
        carried = record.carried
        carried["shapes"] = {
            table: [list(names) for names in reader.shapes.numbers]
            for table, reader in self._rows.items()
            if reader.shapes.numbers
        }
        if root.attrib:
            carried["attributes"] = {str(name): str(value) for name, value in root.attrib.items()}
        if self._stream.prefix != "{http://schemas.microsoft.com/project}" or len(root.nsmap) > 1:
            # Names are written without a prefix, whatever the file did.
            own = {"": self._stream.prefix.strip("{}")} if self._stream.prefix else {}
            carried["namespaces"] = {prefix: uri for prefix, uri in root.nsmap.items() if prefix} | own
        if self._tasks.project_task is not None:
            carried["project_task"] = self._tasks.project_task


def project_code(name: str) -> str:
    """Return a short code made of `name`: its first words in capital letters and digits, at most 12, cut only if it must be."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z0-9]+", plain)
    code = "-".join(words).upper()
    whole = code[: MOST_OF_CODE + 1].rpartition("-")[0] if len(code) > MOST_OF_CODE else code
    return whole or code[:MOST_OF_CODE]


def _table(name: str, rows: Iterable[Row]) -> Table[Any]:
    model = ENTITIES[name]
    fields = fields_of(model)
    listed = list(rows)
    used = {key for row in listed for key in row}
    assert used <= fields.keys(), used - fields.keys()
    return Table(model, {n: [row.get(n, f.default) for row in listed] for n, f in fields.items() if n in used})
