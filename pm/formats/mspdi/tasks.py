"""Reading tasks, their links and baselines, and the tree they stand in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree

from pm.formats.mspdi.calendars import Row
from pm.formats.mspdi.customs import CustomFields
from pm.formats.mspdi.fields import Role, elements
from pm.formats.mspdi.rows import Record, Report, RowReader
from pm.formats.mspdi.trees import Tree, to_tree
from pm.formats.mspdi.values import FORMAT_CODES, FORMATS, BadValueError, read_lag, write_date, write_duration, write_lag
from pm.formats.result import Severity

STEP = 1024
"""Between the positions of neighbouring tasks, so that others can be put between them."""

Lag = tuple[int, str, str, str, str]


def calendar_id(
    calendars: Mapping[int, int], report: Report, record: Record, uid: int | None, what: str, element: str = "CalendarUID"
) -> int | None:
    """Return the id of the calendar with number `uid`, None where there is none; a number that stands for nothing is kept."""
    found = calendars.get(uid) if uid is not None else None
    if found is None and uid != -1 and not record.row.get("blank"):
        record.expect(element, None if uid is None else str(uid), "-1")
        if uid not in (None, 0):
            report("mspdi.dangling_calendar", f"{what} calendar {uid}, which is not there", line=record.line)
    return found


class PendingLink:
    """A link whose predecessor may come later in the file."""

    __slots__ = ("predecessor", "record", "successor", "tree")

    def __init__(self, record: Record, successor: int, predecessor: int | None, tree: Tree | None) -> None:
        self.record = record
        self.successor = successor
        self.predecessor = predecessor
        self.tree = tree


class TaskReader:
    """Collects the tasks of a file.

    Attributes:
        records: Every task but the project's own, in the order of the file; the id of each is its place, from 1.
        ids: Task id by the file's number.
        project_task: The task that stands for the whole project, as a tree without results; None where there is none.
    """

    def __init__(
        self, rows: Mapping[str, RowReader], prefix: str, calendars: Mapping[int, int], custom: CustomFields, report: Report
    ) -> None:
        self.records: list[Record] = []
        self.ids: dict[int, int] = {}
        self.baselines: list[Row] = []
        self.links: list[Row] = []
        self.project_task: Tree | None = None
        self._levels: list[int | None] = []
        self._given_levels: list[int | None] = []
        self._pending: list[PendingLink] = []
        self._lags: dict[tuple[str | None, str | None], Lag] = {}
        self._rows, self._prefix = rows, prefix
        self._calendars, self._custom, self._report = calendars, custom, report

    def add(self, element: etree._Element, plain: bool = False) -> None:
        """Read the task `element`; `plain` as in `RowReader.read`."""
        record = self._rows["tasks"].read(element, plain)
        row = record.row
        level, uid = row.pop("_level", None), row.get("uid")
        if not self.records and self.project_task is None and level == 0 and uid in (0, None):
            self.project_task = self._without_results(element)
            return
        task_id = len(self.records) + 1
        row["id"] = task_id
        if uid is None or uid in self.ids:
            what = "has no UID" if uid is None else f"has the UID {uid}, which another task has"
            self._report("mspdi.duplicate_uid", f"a task {what}; it gets a new one", element=element)
            row["uid"] = None
        else:
            self.ids[uid] = task_id
        self._given_levels.append(level)
        if level is None and not row.get("blank"):
            number = row.get("_number", "")
            level = number.count(".") + 1 if number else 1
        self._levels.append(None if row.get("blank") and level is None else level)
        self.records.append(record)
        self._duration(record, element)
        self._calendar(record)
        self._dates(record)
        attributes = []
        for name, child in record.nested:
            if name == "PredecessorLink":
                self._link(child, task_id, record.plain)
            elif name == "Baseline":
                self._baseline(child, task_id)
            else:
                attributes.append(child)
        if attributes:
            self._custom.read(attributes, "tasks", record)
        record.nested.clear()

    def _without_results(self, element: etree._Element) -> Tree:
        """The project's own task is no row of a plan; its results are written anew."""
        known = elements("tasks")
        for child in list(element):
            spec = known.get(str(child.tag)[len(self._prefix) :])
            if spec is not None and (spec.role is Role.COMPUTED or spec.name == "Duration"):
                element.remove(child)
        return to_tree(element, self._prefix)

    def _duration(self, record: Record, element: etree._Element) -> None:
        row = record.row
        duration = row.pop("_duration", None)
        if duration is not None:
            row["duration"] = duration
        code = row.pop("_format", None)
        unit, estimated = FORMATS["7"]
        if code is not None:
            try:
                unit, estimated = FORMATS[code.strip()]
            except KeyError:
                self._report("mspdi.unknown_value", f"DurationFormat is {code[:60]!r}: not a value we know", element=element)
        if unit not in ("%", "e%"):
            row["duration_unit"] = unit
        row.setdefault("estimated", estimated)
        if row.get("blank"):
            return
        if duration is None:
            record.expect("Duration", None, write_duration(0))
        record.expect("DurationFormat", code, FORMAT_CODES[row.get("duration_unit", "d"), row["estimated"]])

    def _calendar(self, record: Record) -> None:
        uid = record.row.pop("_calendar", None)
        record.row["calendar_id"] = calendar_id(self._calendars, self._report, record, uid, "a task refers to")

    def _dates(self, record: Record) -> None:
        """Tasks that keep their own dates take them from the results where an older file has no field for them."""
        row = record.row
        if not (row.get("manual") or row.get("external")):
            return
        for element, field, column in (("ManualStart", "manual_start", "start"), ("ManualFinish", "manual_finish", "finish")):
            if field not in row and column in record.computed:
                row[field] = record.computed[column]
                record.expect(element, None, write_date(row[field]))

    def _link(self, element: etree._Element, successor: int, plain: bool) -> None:
        record = self._rows["links"].read(element, plain)
        row = record.row
        predecessor = row.pop("_predecessor", None)
        text, code = row.pop("_lag", None), row.pop("_format", None)
        row["lag"], row["lag_kind"], row["lag_unit"], lag_written, code_written = self._lag(text, code, element)
        record.expect("LinkLag", text, lag_written)
        record.expect("LagFormat", code, code_written)
        sure = predecessor in self.ids and self.ids[predecessor] != successor and "CrossProject" not in record.kept
        tree = None if sure else to_tree(element, self._prefix)
        self._pending.append(PendingLink(record, successor, predecessor, tree))

    def _lag(self, text: str | None, code: str | None, element: etree._Element) -> Lag:
        found = self._lags.get((text, code))
        if found is None:
            try:
                lag, kind, unit = read_lag(text or "0", code or "7")
            except (ValueError, OverflowError) as error:
                problem = error.code if isinstance(error, BadValueError) else "mspdi.bad_value"
                self._report(problem, f"a lag is {text!r} in the format {code!r}, which makes no sense", element=element)
                lag, kind, unit = 0, "working", "d"
            found = self._lags[text, code] = (lag, kind, unit, *write_lag(lag, kind, unit))
        return found

    def _baseline(self, element: etree._Element, task_id: int) -> None:
        record = self._rows["task_baselines"].read(element)
        self.baselines.append({**record.row, "task_id": task_id, "extra": record.extra(), "id": len(self.baselines) + 1})

    def finish(self, stored: dict[str, dict[int, Any]]) -> list[Row]:
        """Build the tree and the links, and return the rows of the tasks; `stored` takes the file's own results."""
        self._new_uids()
        self._tree()
        self._join_links()
        for record in self.records:
            task_id = record.row["id"]
            for column, value in record.computed.items():
                stored.setdefault(column, {})[task_id] = value
            record.row["extra"] = record.extra()
        return [record.row for record in self.records]

    def _new_uids(self) -> None:
        highest = max(self.ids, default=0)
        for record in self.records:
            if record.row["uid"] is None:
                highest += 1
                record.row["uid"] = highest
                self.ids[highest] = record.row["id"]

    def _resolved_levels(self) -> list[int]:
        """Give blank rows, which have no level, that of the task below them."""
        levels: list[int] = []
        below = 1
        for level in reversed(self._levels):
            below = below if level is None else level
            levels.append(below)
        return levels[::-1]

    def _tree(self) -> None:
        stack: list[tuple[int, int]] = []
        counts: dict[int, int] = {}
        numbers: dict[int, str] = {}
        summaries: set[int] = set()
        for record, level, given in zip(self.records, self._resolved_levels(), self._given_levels, strict=True):
            while stack and stack[-1][0] >= level:
                stack.pop()
            row = record.row
            task_id, blank = row["id"], row.get("blank", False)
            parent = row["parent_id"] = stack[-1][1] if stack else None
            row["position"] = task_id * STEP
            row["project_id"] = 1
            number, wbs = row.pop("_number", None), row.pop("_wbs", None)
            if blank:
                self._expect_id(record)
                continue
            stack.append((level, task_id))
            above = parent or 0
            summaries.add(above)
            counts[above] = counts.get(above, 0) + 1
            own = numbers[task_id] = f"{numbers[above]}.{counts[above]}" if above else str(counts[above])
            if given != len(stack):
                record.expect("OutlineLevel", None if given is None else str(given), str(len(stack)))
            if number is not None:
                record.expect("OutlineNumber", number, own)
            if wbs is not None:
                row["wbs"] = "" if wbs == own else wbs
                record.expect("WBS", wbs, wbs or own)
            self._expect_id(record)
        for record in self.records:
            said = record.row.pop("_summary", None)
            if said is not None and said != (record.row["id"] in summaries):
                record.expect("Summary", str(int(said)), str(int(not said)))

    @staticmethod
    def _expect_id(record: Record) -> None:
        number, task_id = record.row.pop("_id", None), record.row["id"]
        if number is not None and number != task_id:
            record.expect("ID", str(number), str(task_id))

    def _join_links(self) -> None:
        seen: set[tuple[int, int, str]] = set()
        for pending in self._pending:
            row, successor = pending.record.row, pending.successor
            predecessor = self.ids.get(pending.predecessor) if pending.predecessor is not None else None
            wrong = self._wrong_link(pending, predecessor)
            if wrong is None and predecessor is not None:
                key = (predecessor, successor, row.get("type", "FS"))
                if key not in seen:
                    seen.add(key)
                    row.update(id=len(self.links) + 1, project_id=1, predecessor_id=predecessor, successor_id=successor)
                    row["extra"] = pending.record.extra()
                    self.links.append(row)
                    continue
                wrong = ("mspdi.duplicate_link", "is linked twice with the same predecessor in the same way")
            code, message = wrong or ("mspdi.dangling_link", "is linked with nothing")
            task = self.records[successor - 1]
            severity = Severity.INFO if code == "mspdi.external_link" else Severity.WARNING
            subject = f"task {task.row['uid']} {task.row.get('name', '')!r}"
            self._report(code, f"a task {message}", line=pending.record.line, subject=subject, severity=severity)
            if pending.tree is not None:
                task.carried.setdefault("links", []).append(pending.tree)

    @staticmethod
    def _wrong_link(pending: PendingLink, predecessor: int | None) -> tuple[str, str] | None:
        uid = pending.predecessor
        if pending.record.kept.get("CrossProject", "0") in ("1", "true"):
            return "mspdi.external_link", "waits for a task of another file; the link is kept but does not count"
        if uid is None:
            return "mspdi.dangling_link", "has a link without a predecessor"
        if predecessor is None:
            return "mspdi.dangling_link", f"waits for task {uid}, which is not there"
        if predecessor == pending.successor:
            return "mspdi.self_link", "waits for itself"
        return None
