"""TASK and TASKPRED: activities, and the links between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pm.formats.primavera import bands
from pm.formats.primavera.calendars import TABLE as CALENDAR
from pm.formats.primavera.fields import ACTIVITY_TYPES, CONSTRAINTS, DEPENDENT, LINK, STORED, TASK
from pm.formats.primavera.reading import Reading, Row
from pm.formats.primavera.tables import Fields
from pm.formats.primavera.values import DATE, FLAG
from pm.formats.result import Severity, StoredDates
from pm.model.enums import ActivityType, ConstraintType
from pm.model.kinds import FULL

TABLE = "TASK"
LINKS = "TASKPRED"
MILESTONES = frozenset({ActivityType.START_MILESTONE.value, ActivityType.FINISH_MILESTONE.value})
DATELESS = frozenset({ConstraintType.AS_SOON_AS_POSSIBLE.value, ConstraintType.AS_LATE_AS_POSSIBLE.value})
NOT_DONE = FULL - 1
"""The most that a task without an actual finish has done: at 100 % it would be finished."""


def read_activities(reading: Reading) -> None:
    """Read the activities; projects, calendars and bands are known."""
    for record, where in reading.document.records(TABLE):
        project_id = reading.known("PROJECT", record.get("proj_id", ""))
        if project_id is None:
            reading.lose("dangling", f"an activity belongs to project {record.get('proj_id', '')[:20]!r}: none; left out", where)
            continue
        if not reading.note(TABLE, record.get("task_id", ""), len(reading.rows["tasks"]) + 1, where):
            continue
        row = reading.fields(TASK, record, where)
        row.update(
            project_id=project_id,
            uid=reading.uid(TABLE, project_id, record["task_id"]),
            parent_id=_band(reading, record, project_id, where),
            calendar_id=reading.refer(CALENDAR, record, "clndr_id", where),
        )
        row.setdefault("name", row.get("wbs", ""))
        _type(reading, record, row, where)
        _constraints(reading, record, row, where)
        _progress(reading, record, row, where)
        reading.add("tasks", TABLE, record, row)


def _band(reading: Reading, record: Fields, project_id: int, where: str) -> int | None:
    p6_id = record.get("wbs_id", "")
    band = reading.known(bands.TABLE, p6_id)
    if band is None or (band and reading.rows["tasks"][band - 1]["project_id"] != project_id):
        reading.warn("dangling", f"the activity belongs to band {p6_id[:20]!r}, which is not there; it is put at the top", where)
        return None
    return band or None


def _type(reading: Reading, record: Fields, row: Row, where: str) -> None:
    kind = reading.value(ACTIVITY_TYPES, record, "task_type", where) or ActivityType.TASK.value
    row["activity_type"] = kind
    row["milestone"] = kind in MILESTONES
    if kind in MILESTONES:
        row.update(duration=0, remaining_duration=0)
    row["ignore_resource_calendars"] = record.get("task_type", "").strip().upper() != DEPENDENT


def _constraints(reading: Reading, record: Fields, row: Row, where: str) -> None:
    for kind_column, date_column, prefix in (("cstr_type", "cstr_date", ""), ("cstr_type2", "cstr_date2", "secondary_")):
        kind = reading.value(CONSTRAINTS, record, kind_column, where)
        date = reading.value(DATE, record, date_column, where)
        if kind is None:
            continue
        if kind not in DATELESS and date is None:
            reading.lose("bad_constraint", f"{kind_column} {record[kind_column]} has no date; it is left out", where)
            continue
        row[f"{prefix}constraint_type"] = kind
        if kind not in DATELESS:
            row[f"{prefix}constraint_date"] = date


def _progress(reading: Reading, record: Fields, row: Row, where: str) -> None:
    """Settle what is done and what remains, and compare it with what the status says."""
    if row.get("actual_finish") is not None and row.get("actual_start") is None:
        reading.warn("bad_progress", "the activity has an actual finish and no actual start; it starts then, too", where)
        row["actual_start"] = row["actual_finish"]
    if row.get("actual_finish", 0) < row.get("actual_start", 0) and "actual_finish" in row:
        reading.warn("bad_progress", "the activity finishes before it starts; both are taken as its finish", where)
        row["actual_start"] = row["actual_finish"]
    started, finished = "actual_start" in row, "actual_finish" in row
    status = record.get("status_code", "").strip().upper()
    said = {"TK_NOTSTART": (False, False), "TK_ACTIVE": (True, False), "TK_COMPLETE": (True, True)}.get(status)
    if said is not None and said != (started, finished):
        reading.warn("bad_progress", f"status_code is {record['status_code']}, which its actual dates do not say", where)
    duration = max(row.get("duration", 0), 0)
    for name in ("duration", "remaining_duration"):
        if row.get(name, 0) < 0:
            reading.warn("bad_value", f"{name.replace('_', ' ')} is negative; taken as nothing", where)
            row[name] = 0
    left = 0 if finished else row.get("remaining_duration", duration)
    if started or left != duration:
        row["remaining_duration"] = left
    else:
        # Where nothing is done all of it remains: a duration that is changed changes that, too.
        row.pop("remaining_duration", None)
    if started:
        done = max(duration - left, 0)
        row["actual_duration"] = done
        row["percent_complete"] = FULL if finished else min(done * FULL // duration, NOT_DONE) if duration else 0


def read_links(reading: Reading) -> None:
    """Read the links; both ends have to be there."""
    for record, where in reading.document.records(LINKS):
        ends = [reading.known(TABLE, record.get(column, "")) for column in ("pred_task_id", "task_id")]
        predecessor, successor = ends
        if predecessor is None or successor is None:
            _outside(reading, record, where)
            continue
        if predecessor == successor:
            reading.lose("self_link", "a task cannot wait for itself; the link is left out", where)
            continue
        row = reading.fields(LINK, record, where)
        project_id = reading.rows["tasks"][successor - 1]["project_id"]
        row.update(project_id=project_id, predecessor_id=predecessor, successor_id=successor)
        reading.add("links", LINKS, record, row)


def _outside(reading: Reading, record: Fields, where: str) -> None:
    """Report a link whose other end is not in the file: usual from and to another project, damage within one."""
    if record.get("proj_id", "").strip() != record.get("pred_proj_id", "").strip():
        message = "a link leads to a project that is not in the file; its external dates stand in for it"
        reading.findings.add("external_link", message, where, severity=Severity.INFO)
    else:
        missing = [record.get(c, "")[:20] for c in ("pred_task_id", "task_id") if reading.known(TABLE, record.get(c, "")) is None]
        reading.lose("dangling", f"a link refers to activity {', '.join(missing)}: none; it is left out", where)


def stored_dates(reading: Reading) -> StoredDates:
    """Return the results in the file. Dates are compared, not used: what makes no sense is left out silently."""
    found: dict[str, dict[int, int]] = {name: {} for name, _ in STORED.values()}
    start, finish, critical = dict[int, int](), dict[int, int](), dict[int, bool]()
    tasks, projects = reading.rows["tasks"], reading.rows["projects"]
    for task_id, record in reading.records.get(TABLE, {}).items():
        task = tasks[task_id - 1]
        for column, (name, codec) in STORED.items():
            if (value := _quiet(codec.decode, record.get(column, ""))) is not None:
                found[name][task_id] = value
        for dates, actual, early in ((start, "actual_start", "early_start"), (finish, "actual_finish", "early_finish")):
            value = task.get(actual, found[early].get(task_id))
            if value is not None and (actual in task or task_id in found[early]):
                dates[task_id] = value
        project = projects[task["project_id"] - 1]
        if "actual_finish" in task:
            critical[task_id] = False
        elif project.get("profile_overrides", {}).get("longest_path_critical"):
            if (flag := _quiet(FLAG.decode, record.get("driving_path_flag", ""))) is not None:
                critical[task_id] = flag
        elif task_id in found["total_slack"]:
            critical[task_id] = found["total_slack"][task_id] <= project.get("critical_slack_limit", 0)
    if not found["early_start"]:
        # A file that has never been scheduled says nothing of what is critical.
        critical = {}
    return StoredDates(start=start, finish=finish, critical=critical, **found)


def _quiet(decode: Callable[[str], Any], text: str) -> Any:
    try:
        return decode(text) if text and not text.isspace() else None
    except ValueError:
        return None
