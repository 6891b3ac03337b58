"""Writing a plan as a Microsoft Project XML file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from pm.errors import FormatError
from pm.formats.building import rows_of
from pm.formats.losses import Losses, as_problems
from pm.formats.mspdi.calendars import Pattern, Row, read_pattern, resolved_week, write_pattern
from pm.formats.mspdi.calendars import losses as calendar_losses
from pm.formats.mspdi.customwriter import CustomWriter
from pm.formats.mspdi.fields import NAMESPACE, order
from pm.formats.mspdi.losses import CODE, HIGHEST_BASELINE, field_losses, lost_fields
from pm.formats.mspdi.outlinewriter import Places, places, unique_numbers
from pm.formats.mspdi.profiles import assignment_calendar, profile, segments, split_lead, timephased
from pm.formats.mspdi.reader import NOBODY, READ_TABLES
from pm.formats.mspdi.results import assignment_results, task_results
from pm.formats.mspdi.rowwriter import NOTHING, Lines, RowWriter, carried
from pm.formats.mspdi.trees import Tree, render, texts
from pm.formats.mspdi.values import FORMAT_CODES, codecs, write_date, write_duration, write_lag
from pm.formats.result import Problem
from pm.model import ENTITIES, Plan, fields_of
from pm.model.enums import ResourceType, ScheduleFrom
from pm.model.kinds import MINUTE
from pm.words import Units
from pm.worktime import Calendars

if TYPE_CHECKING:
    from pm.schedule.result import Schedule

BLANK = frozenset({"UID", "ID", "IsNull"})
"""What is written of a row without a task."""


def write(plan: Plan, schedule: Schedule | None) -> bytes:
    """Return `plan` as MSPDI; computed values come from `schedule`, and are left out without one.

    Raises:
        FormatError: `mspdi.several_projects`, `mspdi.no_project`: the format holds exactly one.
    """
    return write_reporting(plan, schedule)[0]


def write_reporting(plan: Plan, schedule: Schedule | None) -> tuple[bytes, tuple[Problem, ...]]:
    """Return what `write` does, and a warning (`mspdi.not_written`) for each kind of thing that the format cannot hold."""
    _check_projects(plan)
    writer = _PlanWriter(plan, schedule)
    return writer.write(), writer.lost()


def _check_projects(plan: Plan) -> None:
    if len(plan.projects) != 1:
        code = "mspdi.several_projects" if len(plan.projects) else "mspdi.no_project"
        raise FormatError(
            f"a Microsoft Project file holds one project, not {len(plan.projects)}",
            code=code,
            hint="write each project to a file of its own",
        )


class _PlanWriter:
    def __init__(self, plan: Plan, schedule: Schedule | None) -> None:
        self._plan, self._schedule = plan, schedule
        self._project = rows_of(plan, "projects")[0]
        self._held = carried(self._project)
        self._codecs = codecs(self._project.get("currency_digits", 2))
        shapes: Mapping[str, Any] = self._held.get("shapes", NOTHING)
        self._writers = {t: RowWriter(t, self._codecs, shapes.get(t, ())) for t in READ_TABLES}
        self._custom = CustomWriter(plan, self._project["id"], self._codecs)
        self._lost: Losses = Counter()
        self._results = task_results(plan, schedule)
        self._calendars = schedule.calendars if schedule is not None else Calendars(plan)
        self._calendar_rows = self._numbered("calendars")
        self._resource_rows = self._numbered("resources")
        self._task_rows = self._numbered("tasks")
        self._calendar_uids: dict[int, int] = {row["id"]: row["uid"] for row in self._calendar_rows}
        self._weeks = {row["id"]: (row.get("base_id"), row.get("week")) for row in self._calendar_rows}
        self._resource_uids = {row["id"]: row["uid"] for row in self._resource_rows}
        self._task_uids = {row["id"]: row["uid"] for row in self._task_rows}

    def _numbered(self, table: str) -> list[Row]:
        rows = rows_of(self._plan, table)
        wanted = ((row.get("uid", 0), bool(carried(row))) for row in rows)
        # Number 0 stands for the project's own task and for nobody; of assignments it is one like others.
        numbers = unique_numbers(wanted, lowest=0 if table == "assignments" else 1)
        for row, number in zip(rows, numbers, strict=True):
            row["uid"] = number
        return rows

    def write(self) -> bytes:
        nested = {
            "ExtendedAttributes": self._holder("ExtendedAttributes", self._custom.definitions(2)),
            "Calendars": self._holder("Calendars", self._calendars_lines()),
            "Tasks": self._holder("Tasks", self._task_lines()),
            "Resources": self._holder("Resources", self._resource_lines()),
            "Assignments": self._holder("Assignments", self._assignment_lines()),
        }
        opening, closing = self._root()
        parts, row = self._project_parts(), self._project
        computed = {"finish": self._finish()}
        lines = self._writers["projects"].lines(row, parts=parts, computed=computed, nested=nested, indent=1)
        head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        if not self._held:
            lines.insert(0, "\t<SaveVersion>14</SaveVersion>")
        return "\n".join([head, opening, *lines, closing, ""]).encode()

    def lost(self) -> tuple[Problem, ...]:
        """Return what could not be written; complete once `write` was called."""
        subject = f"project {self._project.get('name', '')!r}"
        return as_problems(lost_fields(self._plan) + self._lost + field_losses(self._custom.lost), CODE, subject)

    def _finish(self) -> int | None:
        """Return when the project ends: where it is scheduled back from, else what was computed."""
        row, schedule = self._project, self._schedule
        if row.get("schedule_from") == ScheduleFrom.FINISH and row.get("finish") is not None:
            return int(row["finish"])
        return None if schedule is None else schedule.project_finish.get(row["id"])

    def _root(self) -> tuple[str, str]:
        namespaces: Mapping[str, str] = self._held.get("namespaces", {"": NAMESPACE})
        prefixes = {uri: prefix for prefix, uri in namespaces.items() if prefix}
        words = [f"xmlns{':' if prefix else ''}{prefix}={quoteattr(uri)}" for prefix, uri in namespaces.items()]
        for name, value in self._held.get("attributes", NOTHING).items():
            uri, closed, local = name[1:].partition("}") if name.startswith("{") else ("", "", name)
            if not closed or uri in prefixes:
                words.append(f"{prefixes[uri]}:{local}={quoteattr(value)}" if closed else f"{local}={quoteattr(value)}")
        return " ".join(["<Project", *words]) + ">", "</Project>"

    @staticmethod
    def _holder(name: str, inside: Lines) -> Lines:
        """Wrap rows into the element that holds them; none where there are none, which a file that had it keeps anyway."""
        return [f"\t<{name}>", *inside, f"\t</{name}>"] if inside else []

    @staticmethod
    def _record(name: str, inside: Lines, indent: int = 2) -> Lines:
        pad = "\t" * indent
        return [f"{pad}<{name}>", *inside, f"{pad}</{name}>"]

    def _project_parts(self) -> dict[str, Any]:
        row, schedule = self._project, self._schedule
        was = self._held.get("was", NOTHING)
        name = row.get("name", "")
        if was.get("Name", name) != name and row.get("title") == was["Name"]:
            # The title is where the name came from.
            row["title"] = name
        if row.get("schedule_from") == ScheduleFrom.FINISH and schedule is not None:
            row["start"] = schedule.project_start.get(row["id"], row.get("start", 0))
        return {
            "_name": name,
            "_slack_limit": row.get("critical_slack_limit", 0) // Units.of(row).day,
            "_calendar": self._calendar_uid(row),
        }

    def _calendar_uid(self, row: Row) -> int:
        calendar_id = row.get("calendar_id")
        return -1 if calendar_id is None else self._calendar_uids[calendar_id]

    def _calendars_lines(self) -> Lines:
        writer = self._writers["calendars"]
        exceptions = _grouped(rows_of(self._plan, "calendar_exceptions", whole=True), "calendar_id")
        work_weeks = _grouped(rows_of(self._plan, "work_weeks", whole=True), "calendar_id")
        lines: Lines = []
        for row in self._calendar_rows:
            trees = self._pattern(row, exceptions.get(row["id"], []), work_weeks.get(row["id"], []))
            nested: dict[str, Lines] = {}
            for name, tree in trees.items():
                nested[name] = []
                render(name, tree, 3, nested[name])
            base = row.get("base_id")
            parts = {"_base": -1 if base is None else self._calendar_uids[base]}
            lines += self._record("Calendar", writer.lines(row, parts=parts, nested=nested, indent=3))
        return lines

    def _pattern(self, row: Row, exceptions: list[Row], work_weeks: list[Row]) -> Mapping[str, Tree]:
        """Return the trees of a calendar: those it came with where they still say what it is."""
        held = carried(row).get("parts")
        if held is not None:
            before = read_pattern(held, lambda code, message: None)
            same = before.week == row.get("week") and all(
                _plain(table, now) == _plain(table, then)
                for table, now, then in (
                    ("calendar_exceptions", exceptions, before.exceptions),
                    ("work_weeks", work_weeks, before.work_weeks),
                )
            )
            if same:
                found: Mapping[str, Tree] = held
                return found
        base = row.get("base_id")
        inherited = None if base is None else resolved_week(self._weeks, base)
        pattern = Pattern(row.get("week"), exceptions, work_weeks)
        self._lost.update(calendar_losses(pattern, inherited))
        return write_pattern(pattern, inherited)

    def _task_lines(self) -> Lines:
        lines: Lines = []
        project_task = self._held.get("project_task")
        if project_task is not None or not (self._held or 0 in self._task_uids.values()):
            render("Task", self._project_task(project_task), 2, lines)
        elif self._project.get("notes"):
            self._lost["notes of {n} project(s)"] += 1
        where = places(self._plan)
        links = _grouped(rows_of(self._plan, "links"), "successor_id")
        baselines = _grouped(self._baseline_rows("task_baselines"), "task_id")
        writer = self._writers["tasks"]
        for i, row in enumerate(self._task_rows):
            shape = writer.shape_of(row)
            blank = row.get("blank", False)
            computed = dict(self._results[i])
            parts = self._task_parts(i, row, where, computed, shape)
            nested = {
                "PredecessorLink": self._link_lines(row, links.get(row["id"], ())),
                "ExtendedAttribute": self._custom.values(row, "tasks", 3),
                "Baseline": self._baseline_lines("task_baselines", baselines.get(row["id"], ())),
            }
            only = BLANK if blank and shape is None else None
            inside = writer.lines(row, parts=parts, computed=computed, nested=nested, indent=3, only=only)
            lines += self._record("Task", inside)
        return lines

    def _task_parts(
        self, i: int, row: Row, where: Places, computed: dict[str, Any], shape: frozenset[str] | None
    ) -> dict[str, Any]:
        if row.get("blank"):
            computed.clear()
            return {"_id": i + 1}
        summary = where.summary[i]
        span, percent = computed.pop("duration", None), computed.pop("percent_complete", None)
        duration: int | None = row.get("duration", 0)
        if summary and not row.get("manual"):
            duration = span if span is not None else duration or None
            if percent is not None:
                row["percent_complete"] = percent // 100 * 100
        wbs = row.get("wbs", "")
        return {
            "_id": i + 1,
            "_wbs": wbs or (where.number[i] if shape is None or "WBS" in shape else None),
            "_number": where.number[i],
            "_level": where.level[i],
            "_summary": summary,
            "_duration": duration,
            "_format": FORMAT_CODES[row.get("duration_unit", "d"), bool(row.get("estimated"))],
            "_calendar": self._calendar_uid(row),
        }

    def _project_task(self, tree: Tree | None) -> Tree:
        """Return the task that stands for the project, with the results it has now."""
        if tree is None:
            name = self._project.get("name", "")
            tree = [["UID", "0"], ["ID", "0"], ["Name", name], ["Type", "1"], ["IsNull", "0"], ["WBS", "0"]]
            tree += [["OutlineNumber", "0"], ["OutlineLevel", "0"], ["Summary", "1"]]
        notes = self._project.get("notes", "")
        if isinstance(tree, list) and notes != texts(tree).get("Notes", ""):
            tree = [pair for pair in tree if pair[0] != "Notes"]
            tree = _inserted(tree, [["Notes", notes]] if notes else [])
        schedule, project_id = self._schedule, self._project["id"]
        if schedule is None or not isinstance(tree, list) or project_id not in schedule.project_start:
            return tree
        start, finish = schedule.project_start[project_id], schedule.project_finish[project_id]
        span = self._calendars.project(project_id).between(start, finish)
        results = [["Start", write_date(start)], ["Finish", write_date(finish)], ["Duration", write_duration(max(span, 0))]]
        return _inserted(tree, results)

    def _link_lines(self, task: Row, links: Iterable[Row]) -> Lines:
        lines: Lines = []
        for link in links:
            lag, code = write_lag(link.get("lag", 0), link.get("lag_kind", "working"), link.get("lag_unit", "d"))
            parts = {"_predecessor": self._task_uids[link["predecessor_id"]], "_lag": lag, "_format": code}
            lines += self._record("PredecessorLink", self._writers["links"].lines(link, parts=parts, indent=4), 3)
        for tree in carried(task).get("links", ()):
            render("PredecessorLink", tree, 3, lines)
        return lines

    def _baseline_rows(self, table: str) -> list[Row]:
        return [row for row in rows_of(self._plan, table) if row.get("number", 0) <= HIGHEST_BASELINE]

    def _baseline_lines(self, table: str, rows: Iterable[Row], name: str = "Baseline", indent: int = 3) -> Lines:
        writer = self._writers[table]
        return [line for row in rows for line in self._record(name, writer.lines(row, indent=indent + 1), indent)]

    def _resource_lines(self) -> Lines:
        lines: Lines = []
        for tree in self._held.get("resources", ()):
            render("Resource", tree, 2, lines)
        groups = {name: _grouped(rows_of(self._plan, name), "resource_id") for name in ("availabilities", "resource_rates")}
        groups["resource_baselines"] = _grouped(self._baseline_rows("resource_baselines"), "resource_id")
        for i, row in enumerate(self._resource_rows):
            nested = {
                "ExtendedAttribute": self._custom.values(row, "resources", 3),
                "Baseline": self._baseline_lines("resource_baselines", groups["resource_baselines"].get(row["id"], ())),
            }
            for holder, table, name in (
                ("AvailabilityPeriods", "availabilities", "AvailabilityPeriod"),
                ("Rates", "resource_rates", "Rate"),
            ):
                inside = self._baseline_lines(table, groups[table].get(row["id"], ()), name, 4)
                nested[holder] = self._record(holder, inside, 3) if inside else []
            parts = self._resource_parts(i, row)
            lines += self._record("Resource", self._writers["resources"].lines(row, parts=parts, nested=nested, indent=3))
        return lines

    def _resource_parts(self, i: int, row: Row) -> dict[str, Any]:
        shape = self._writers["resources"].shape_of(row)
        kind = row.get("type", ResourceType.WORK)
        inactive = not row.get("active", True)
        cost = kind == ResourceType.COST
        return {
            "_id": i + 1,
            "_type": "1" if kind == ResourceType.WORK else "0",
            "_cost": cost if cost or (shape is not None and "IsCostResource" in shape) else None,
            "_inactive": inactive if inactive or (shape is not None and "IsInactive" in shape) else None,
            "_calendar": self._calendar_uid(row),
        }

    def _assignment_lines(self) -> Lines:
        lines: Lines = []
        rows = self._numbered("assignments")
        baselines = _grouped(self._baseline_rows("assignment_baselines"), "assignment_id")
        results = assignment_results(self._plan, self._schedule, self._results)
        writer = self._writers["assignments"]
        others = list(self._held.get("assignments", ()))
        for i, row in enumerate(rows):
            while others and others[0][0] <= i:
                render("Assignment", others.pop(0)[1], 2, lines)
            parts = {
                "_task": self._task_uids[row["task_id"]],
                "_resource": NOBODY if row.get("resource_id") is None else self._resource_uids[row["resource_id"]],
            }
            nested = {
                "ExtendedAttribute": self._custom.values(row, "assignments", 3),
                "Baseline": self._baseline_lines("assignment_baselines", baselines.get(row["id"], ())),
                "TimephasedData": self._timephased(i, row, results[i].get("start")),
            }
            inside = writer.lines(row, parts=parts, computed=results[i], nested=nested, indent=3)
            lines += self._record("Assignment", inside)
        for _, tree in others:
            render("Assignment", tree, 2, lines)
        return lines

    def _timephased(self, i: int, row: Row, start: int | None) -> Lines:
        """Return the spread of an assignment's work: the text it came with while it still holds, else made of its profile."""
        trees = carried(row).get("timephased", ())
        pairs = row.get("profile")
        if not trees and not pairs:
            return []
        found = segments(trees)
        worked = [begin for begin, _, work in found if work]
        moved = start is not None and bool(worked) and abs(worked[0] - start) >= MINUTE
        _, spread = split_lead(pairs or ())
        calendar = assignment_calendar(self._plan, self._calendars, i) if pairs else None
        if moved or (calendar is not None and profile(found, calendar) != spread):
            trees = []
            if calendar is not None and start is not None:
                trees = timephased(spread, start, calendar, row["uid"], row.get("actual_work", 0))
            elif pairs:
                self._lost["spread of the work of {n} assignment(s), for want of computed dates"] += 1
        lines: Lines = []
        for tree in trees:
            render("TimephasedData", tree, 3, lines)
        return lines


def _inserted(tree: list[Any], pairs: list[list[Any]]) -> list[Any]:
    """Return the tree of a task with `pairs`, which follow each other in the schema, where the schema has the first of them."""
    place = order("tasks")
    at = next((i for i, (name, _) in enumerate(tree) if pairs and place.get(name, 0) > place[pairs[0][0]]), len(tree))
    return [*tree[:at], *pairs, *tree[at:]]


def _grouped(rows: Iterable[Row], key: str) -> dict[int, list[Row]]:
    groups: dict[int, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return groups


def _plain(table: str, rows: Iterable[Row]) -> list[Row]:
    """Return what the rows say, without what ties them to their places."""
    fields = fields_of(ENTITIES[table])
    skipped = ("id", "calendar_id", "extra")
    return [{n: row.get(n, f.default) for n, f in fields.items() if n not in skipped} for row in rows]
