"""RSRC, RSRCRATE and TASKRSRC: resources, their rates, and assignments."""

from __future__ import annotations

from pm.formats.primavera import activities
from pm.formats.primavera.calendars import TABLE as CALENDAR
from pm.formats.primavera.fields import ASSIGNMENT, RESOURCE
from pm.formats.primavera.reading import Reading, Row
from pm.formats.primavera.tables import Fields
from pm.formats.primavera.values import DATE, HOURS, RATE, UNITS, read_text
from pm.model.enums import RateTable, ResourceType
from pm.model.kinds import FULL, HOUR

TABLE = "RSRC"
RATES = "RSRCRATE"
ASSIGNMENTS = "TASKRSRC"
RATE_COLUMNS = {
    "cost_per_qty": RateTable.A.value,
    "cost_per_qty2": RateTable.B.value,
    "cost_per_qty3": RateTable.C.value,
    "cost_per_qty4": RateTable.D.value,
    "cost_per_qty5": RateTable.E.value,
}


def read_resources(reading: Reading) -> None:
    """Read the resources and their rates; calendars are known."""
    roles = {r.get("role_id", "").strip(): read_text(r.get("role_name", "")) for r, _ in reading.document.records("ROLES")}
    for record, where in reading.document.records(TABLE):
        number = len(reading.rows["resources"]) + 1
        if not reading.note(TABLE, record.get("rsrc_id", ""), number, where):
            continue
        row = reading.fields(RESOURCE, record, where)
        row.update(
            uid=reading.uid(TABLE, 0, record["rsrc_id"]),
            position=number * 1024,
            calendar_id=reading.refer(CALENDAR, record, "clndr_id", where),
            role=roles.get(record.get("role_id", "").strip(), ""),
        )
        row.setdefault("name", row.get("initials", ""))
        reading.add("resources", TABLE, record, row)
    _read_rates(reading)


def _read_rates(reading: Reading) -> None:
    dated: dict[int, list[tuple[int | None, Fields, str]]] = {}
    for record, where in reading.document.records(RATES):
        resource_id = reading.refer(TABLE, record, "rsrc_id", where)
        if resource_id is not None:
            start = reading.value(DATE, record, "start_date", where)
            dated.setdefault(resource_id, []).append((start, record, where))
    for resource_id, lines in dated.items():
        lines.sort(key=lambda line: line[0] if line[0] is not None else 0)
        units: list[tuple[int | None, int | None, int]] = []
        for i, (start, record, where) in enumerate(lines):
            finish = lines[i + 1][0] if i + 1 < len(lines) else None
            limit = reading.value(UNITS, record, "max_qty_per_hr", where)
            units.append((start, finish, FULL if limit is None else limit))
            _rate(reading, resource_id, start, finish, record, where)
        _availability(reading, resource_id, units)


def _rate(reading: Reading, resource_id: int, start: int | None, finish: int | None, record: Fields, where: str) -> None:
    """Add a line to each rate table that the row has a price for; the first is there even where it has none."""
    resource = reading.rows["resources"][resource_id - 1]
    for column, table in RATE_COLUMNS.items():
        price = reading.value(RATE, record, column, where)
        if price is None and table != RateTable.A.value:
            continue
        values = {"resource_id": resource_id, "table": table, "start": start, "finish": finish, "standard_rate": price or 0}
        row: Row = {**values, "id": len(reading.rows["resource_rates"]) + 1}
        reading.rows["resource_rates"].append(row)
        if table == RateTable.A.value:
            resource["standard_rate"] = price or 0
            reading.records.setdefault(RATES, {})[row["id"]] = record


def _availability(reading: Reading, resource_id: int, units: list[tuple[int | None, int | None, int]]) -> None:
    """Note how much of a resource there is; periods only where it changes."""
    reading.rows["resources"][resource_id - 1]["max_units"] = units[-1][2]
    if len({held for _, _, held in units}) > 1:
        listed = reading.rows["availabilities"]
        for start, finish, held in units:
            values = {"resource_id": resource_id, "start": start, "finish": finish, "units": held}
            listed.append({**values, "id": len(listed) + 1})


def read_assignments(reading: Reading) -> None:
    """Read who works on what; activities and resources are known."""
    for record, where in reading.document.records(ASSIGNMENTS):
        task_id = reading.known(activities.TABLE, record.get("task_id", ""))
        if task_id is None:
            reading.lose("dangling", f"an assignment belongs to activity {record.get('task_id', '')[:20]!r}: none", where)
            continue
        row = reading.fields(ASSIGNMENT, record, where)
        project_id = reading.rows["tasks"][task_id - 1]["project_id"]
        resource_id = reading.refer(TABLE, record, "rsrc_id", where)
        row.update(
            project_id=project_id,
            task_id=task_id,
            resource_id=resource_id,
            uid=reading.uid(ASSIGNMENTS, 0, record.get("taskrsrc_id", "")),
        )
        left = record.get("remain_qty_per_hr") if row.get("remaining_work") else None
        units = reading.value(UNITS, record, "remain_qty_per_hr" if left else "target_qty_per_hr", where)
        row["units"] = FULL if units is None else units
        row["actual_work"] = _sum(reading, record, where, "act_reg_qty", "act_ot_qty")
        row["cost"] = reading.value(reading.money, record, "target_cost", where) or 0
        row["remaining_cost"] = reading.value(reading.money, record, "remain_cost", where) or 0
        row["actual_cost"] = sum(
            reading.value(reading.money, record, column, where) or 0 for column in ("act_reg_cost", "act_ot_cost")
        )
        done = row["actual_work"] + row.get("remaining_work", 0)
        row["percent_work_complete"] = row["actual_work"] * FULL // done if done > 0 and row["actual_work"] > 0 else 0
        kind = reading.rows["resources"][resource_id - 1].get("type") if resource_id is not None else None
        if kind == ResourceType.MATERIAL.value:
            _count(row)
        reading.add("assignments", ASSIGNMENTS, record, row)


def _sum(reading: Reading, record: Fields, where: str, *columns: str) -> int:
    return sum(reading.value(HOURS, record, column, where) or 0 for column in columns)


def _count(row: Row) -> None:
    """Turn quantities of a material, read as hours, into the units it is held in: no material works."""
    row["units"] = row.get("work", 0) * FULL // HOUR
    for name in ("work", "actual_work", "remaining_work", "overtime_work"):
        row[name] = 0


def find_calendars(reading: Reading) -> None:
    """Leave an activity that depends on its resources to their calendars: P6 does not look at its own then."""
    tasks, resources = reading.rows["tasks"], reading.rows["resources"]
    for assignment in reading.rows["assignments"]:
        task, resource_id = tasks[assignment["task_id"] - 1], assignment["resource_id"]
        if task["ignore_resource_calendars"] or resource_id is None:
            continue
        resource = resources[resource_id - 1]
        if resource.get("type") == ResourceType.WORK.value and resource["calendar_id"] is not None:
            task["calendar_id"] = None


def sum_up(reading: Reading) -> None:
    """Set each task's work and cost to the sum of its assignments', and its fixed cost to that of its expenses."""
    tasks = reading.rows["tasks"]
    for assignment in reading.rows["assignments"]:
        task = tasks[assignment["task_id"] - 1]
        for name in ("work", "actual_work", "remaining_work", "cost", "actual_cost", "remaining_cost"):
            task[name] = task.get(name, 0) + assignment.get(name, 0)
    for record, where in reading.document.records("PROJCOST"):
        task_id = reading.known(activities.TABLE, record.get("task_id", ""))
        if task_id is None:
            continue
        task = tasks[task_id - 1]
        for column, names in (
            ("target_cost", ("fixed_cost", "cost")),
            ("act_cost", ("actual_cost",)),
            ("remain_cost", ("remaining_cost",)),
        ):
            amount = reading.value(reading.money, record, column, where) or 0
            for name in names:
                task[name] = task.get(name, 0) + amount
    for task in tasks:
        whole = task.get("actual_work", 0) + task.get("remaining_work", 0)
        if task.get("actual_work", 0) > 0:
            limit = FULL if "actual_finish" in task else activities.NOT_DONE
            task["percent_work_complete"] = min(task["actual_work"] * FULL // whole, limit) if whole > 0 else 0
