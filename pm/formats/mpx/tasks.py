"""Tasks: their rows, the tree they stand in, and the links between them."""

from __future__ import annotations

import re
from typing import Any

from pm.formats.mpx.cells import Cells
from pm.formats.mpx.lines import MpxFindings
from pm.formats.mpx.values import Amount, BadValueError, Settings
from pm.formats.result import Severity
from pm.model.enums import ConstraintType, LinkType, TaskType
from pm.words import lag_kind

STEP = 1024
"""Between the positions of neighbouring tasks, so that others can be put between them."""
LATEST_BY_FINISH = frozenset(
    {ConstraintType.MUST_FINISH_ON, ConstraintType.FINISH_NO_EARLIER_THAN, ConstraintType.FINISH_NO_LATER_THAN}
)
DATELESS = frozenset({ConstraintType.AS_SOON_AS_POSSIBLE, ConstraintType.AS_LATE_AS_POSSIBLE})
LINK = re.compile(r"\s*(\d{1,9})\s*(FS|SS|FF|SF)?\s*([+-].*)?", re.IGNORECASE | re.DOTALL)


class TaskReader:
    """Collects the tasks of a file.

    Attributes:
        rows: Every task but the project's own, in the order of the outline once `finish` was called.
        links: Rows of the links.
        baselines: Rows of baseline 0.
        project_task: The task at level 0 that stands for the whole project; None where there is none.
        lines: The line of each task, by id.
        stored: The file's own results by column and task id; days without a time cannot be compared, and are left out.
    """

    def __init__(self, settings: Settings, delimiter: str, findings: MpxFindings) -> None:
        self.rows: list[dict[str, Any]] = []
        self.links: list[dict[str, Any]] = []
        self.baselines: list[dict[str, Any]] = []
        self.project_task: dict[str, Any] | None = None
        self.lines: dict[int, int] = {}
        self.stored: dict[str, dict[int, Any]] = {}
        self._settings, self._findings = settings, findings
        self._cells: dict[int, Cells] = {}
        self._by_uid: dict[int, int] = {}
        self._by_number: dict[int, int] = {}
        self._delimiter = delimiter
        self._untimed = 0

    def add(self, cells: Cells) -> dict[str, Any]:
        """Take in a task, and return its row."""
        row, parts = cells.row, cells.parts
        number = parts.get("id")
        level = parts.get("level")
        uid = row.get("uid", number)
        if level == 0 and not self.rows and self.project_task is None and uid in (0, None):
            self.project_task = row
            return row
        if uid is not None and not 0 <= uid < 2**31:
            uid = None
        task_id = len(self.rows) + 1
        if uid is None or uid in self._by_uid:
            said = "no number" if uid is None else f"the number {uid}, which another one has"
            self._findings.add("duplicate_uid", f"a task has {said}; it gets a new one", str(cells.line))
            uid = max(self._by_uid, default=0) + 1
        self._by_uid[uid] = task_id
        if number is not None:
            self._by_number.setdefault(number, task_id)
        row.update(id=task_id, uid=uid, project_id=1)
        row["blank"] = "name" not in row and "duration" not in parts and level is None and not parts.get("number")
        self.rows.append(row)
        self.lines[task_id] = cells.line
        self._cells[task_id] = cells
        self._duration(cells)
        self._constraint(cells)
        if cells.custom:
            row["custom"] = cells.custom
        self._untimed += len(cells.untimed)
        for column in cells.stored.keys() - cells.untimed:
            value = cells.stored[column]
            self.stored.setdefault(column, {})[task_id] = value
        baseline = {name[5:]: value for name, value in parts.items() if name.startswith("base.")}
        if any(baseline.values()):
            self.baselines.append({**baseline, "id": len(self.baselines) + 1, "task_id": task_id, "number": 0})
        return row

    def _duration(self, cells: Cells) -> None:
        row, amount = cells.row, cells.parts.get("duration")
        fixed = cells.parts.get("fixed", False)
        row["type"] = (TaskType.FIXED_DURATION if fixed else TaskType.FIXED_UNITS).value
        row["effort_driven"] = not fixed and not row["blank"]
        if isinstance(amount, Amount):
            if amount.unit in ("%", "e%") or amount.value < 0:
                self._findings.add("bad_value", "a duration is a share, or negative; it counts as none", str(cells.line))
            else:
                row.update(duration=amount.value, duration_unit=amount.unit, estimated=amount.estimated)
        for name in ("work", "actual_work", "remaining_work", "actual_duration", "remaining_duration", "levelling_delay"):
            if row.get(name, 0) < 0:
                self._findings.add("bad_value", f"{name} is negative; it counts as none", str(cells.line))
                del row[name]
        self._progress(cells)

    def _progress(self, cells: Cells) -> None:
        """Fill in what an export table without these columns leaves out of the progress."""
        row, stored = cells.row, cells.stored
        done, duration = row.get("percent_complete", 0), row.get("duration", 0)
        if "resume" not in row and "resume" in cells.parts:
            row["resume"] = cells.parts["resume"]
        if not done:
            return
        if "actual_start" not in row and "start" in stored:
            row["actual_start"] = stored["start"]
        if done == 10_000 and "actual_finish" not in row and "finish" in stored:
            row["actual_finish"] = stored["finish"]
        if "actual_duration" not in row:
            row["actual_duration"] = (
                max(duration - row["remaining_duration"], 0) if "remaining_duration" in row else duration * done // 10_000
            )
        row.setdefault("remaining_duration", max(duration - row["actual_duration"], 0))

    def _constraint(self, cells: Cells) -> None:
        row, text = cells.row, cells.parts.get("constraint", "")
        kind = row.get("constraint_type", ConstraintType.AS_SOON_AS_POSSIBLE)
        if kind in DATELESS:
            return
        usual = self._settings.finish if kind in LATEST_BY_FINISH else self._settings.start
        try:
            if not text:
                raise BadValueError("there is none")
            row["constraint_date"] = self._settings.instant(text, usual)[0]
        except BadValueError as error:
            message = f"the date of a constraint {kind} is {text[:60]!r}: {error}; the constraint is left out"
            self._findings.add("bad_constraint", message, str(cells.line))
            del row["constraint_type"]

    def finish(self) -> None:
        """Build the tree and the links of all tasks that were added."""
        self._order()
        levels = self._levels()
        stack: list[tuple[int, int]] = []
        counts: dict[int, int] = {}
        numbers: dict[int, str] = {}
        for position, (row, level) in enumerate(zip(self.rows, levels, strict=True), start=1):
            while stack and stack[-1][0] >= level:
                stack.pop()
            above = stack[-1][1] if stack else 0
            task_id = row["id"]
            row.update(parent_id=above or None, position=position * STEP)
            if row["blank"]:
                continue
            stack.append((level, task_id))
            counts[above] = counts.get(above, 0) + 1
            own = numbers[task_id] = f"{numbers[above]}.{counts[above]}" if above else str(counts[above])
            wbs = self._cells[task_id].parts.get("wbs", "").strip()
            row["wbs"] = "" if wbs == own else wbs
        self._links()
        if self._untimed:
            message = f"{self._untimed} dates of its results are days without a time; they are not compared"
            self._findings.add("no_times", message, "", severity=Severity.INFO)

    def _order(self) -> None:
        """Put blank rows, which some programs list last, where their numbers say they stand."""
        numbers = {task_id: int(cells.parts.get("id", -1)) for task_id, cells in self._cells.items()}
        listed = [numbers[row["id"]] for row in self.rows if not row["blank"]]
        if -1 not in numbers.values() and listed == sorted(listed):
            self.rows.sort(key=lambda row: numbers[row["id"]])

    def _levels(self) -> list[int]:
        """Return the outline level of every task; a blank row has that of the task below it."""
        levels: list[int] = []
        below = 1
        for row in reversed(self.rows):
            parts = self._cells[row["id"]].parts
            if not row["blank"]:
                number = parts.get("number") or ""
                below = min(max(parts.get("level", number.count(".") + 1), 1), len(self.rows))
            levels.append(below)
        return levels[::-1]

    def _links(self) -> None:
        seen: set[tuple[int, int, str]] = set()
        # A comma in a lag may be a decimal point.
        separators = re.compile(f"[{re.escape((self._delimiter + ',;').replace(self._settings.decimal, ''))}]")
        linked = {"predecessors", "unique_predecessors"}
        backward = not any(linked & cells.parts.keys() for cells in self._cells.values())
        for row in self.rows:
            parts = self._cells[row["id"]].parts
            names = ("unique_successors", "successors") if backward else ("unique_predecessors", "predecessors")
            name = next((name for name in names if name in parts), None)
            if name is None:
                continue
            known = self._by_uid if name.startswith("unique") else self._by_number
            for text in separators.split(parts[name]):
                if text.strip():
                    self._link(row["id"], text, known, backward, seen)

    def _link(self, task_id: int, text: str, known: dict[int, int], backward: bool, seen: set[tuple[int, int, str]]) -> None:
        line = str(self.lines[task_id])
        match = LINK.fullmatch(text)
        if match is None:
            outside = "\\" in text or "/" in text
            code, message = ("external_link", "waits for a task of another file") if outside else ("bad_link", "cannot be read")
            severity = Severity.INFO if outside else Severity.WARNING
            self._findings.add(code, f"a link {text.strip()[:60]!r} {message}; it does not count", line, severity=severity)
            return
        other = known.get(int(match[1]))
        kind = (match[2] or LinkType.FINISH_START.value).upper()
        try:
            lag = self._settings.amount((match[3] or "0").replace(" ", "").lstrip("+"), self._settings.duration_unit)
        except BadValueError as error:
            self._findings.add("bad_link", f"the lag of the link {text.strip()[:60]!r}: {error}; it counts as none", line)
            lag = Amount(0, self._settings.duration_unit)
        if other is None:
            self._findings.add("dangling_link", f"a task is linked with task {match[1]}, which is not there", line)
            return
        before, after = (task_id, other) if backward else (other, task_id)
        if (before, after, kind) in seen or before == after:
            what = "waits for itself" if before == after else "is linked twice with the same task in the same way"
            self._findings.add("self_link" if before == after else "duplicate_link", f"a task {what}", line)
            return
        seen.add((before, after, kind))
        row = {"id": len(self.links) + 1, "project_id": 1, "predecessor_id": before, "successor_id": after, "type": kind}
        self.links.append({**row, "lag": lag.value, "lag_kind": lag_kind(lag.unit), "lag_unit": lag.unit})
