"""PROJWBS: the work-breakdown structure, whose bands are the summaries of a plan."""

from __future__ import annotations

from pm.formats.primavera.fields import WBS
from pm.formats.primavera.reading import Reading, Row
from pm.formats.primavera.tables import Fields
from pm.formats.primavera.values import read_number, read_text
from pm.model.enums import ActivityType

TABLE = "PROJWBS"
PROJECT_ITSELF = 0
"""What the band at the top of a project stands for: no task, but the project."""
STEP = 1024


def read_bands(reading: Reading) -> None:
    """Read the bands of each project, and its name from the band at its top."""
    by_project: dict[int, list[tuple[Fields, str]]] = {}
    for record, where in reading.document.records(TABLE):
        project_id = reading.known("PROJECT", record.get("proj_id", ""))
        if project_id is not None:
            by_project.setdefault(project_id, []).append((record, where))
    for project_id, records in by_project.items():
        top = _top(records)
        for record, where in records:
            if record is top:
                if reading.note(TABLE, record["wbs_id"], PROJECT_ITSELF, where):
                    project = reading.rows["projects"][project_id - 1]
                    project["name"] = read_text(record.get("wbs_name", "")) or project["name"]
                    reading.records.setdefault(TABLE, {})[-project_id] = record
            elif reading.note(TABLE, record.get("wbs_id", ""), len(reading.rows["tasks"]) + 1, where):
                row = reading.add("tasks", TABLE, record, reading.fields(WBS, record, where))
                row.update(project_id=project_id, activity_type=ActivityType.HEADING.value)
                row.setdefault("name", row.get("wbs", ""))
    _find_parents(reading)


def _top(records: list[tuple[Fields, str]]) -> Fields | None:
    """Return the band that is the project itself: the one marked so, else the only one without another above it."""
    marked = [r for r, _ in records if r.get("proj_node_flag", "").strip().upper() == "Y" and r.get("wbs_id", "").strip()]
    if marked:
        return marked[0]
    ids = {r.get("wbs_id", "").strip() for r, _ in records}
    tops = [r for r, _ in records if r.get("parent_wbs_id", "").strip() not in ids and r.get("wbs_id", "").strip()]
    return tops[0] if len(tops) == 1 else None


def _find_parents(reading: Reading) -> None:
    records, rows = reading.records.get(TABLE, {}), reading.rows["tasks"]
    tops = {r["wbs_id"].strip() for i, r in records.items() if i < 0}
    for row in rows:
        record = records[row["id"]]
        p6_id = record.get("parent_wbs_id", "").strip()
        parent = reading.known(TABLE, p6_id)
        outside = parent and rows[parent - 1]["project_id"] != row["project_id"]
        if outside or (parent is None and p6_id and tops):
            reading.warn("dangling", f"band {row['name']!r} lies under {p6_id[:20]}, which is not in its project", _place(row))
            parent = None
        row["parent_id"] = parent or None
    _break_loops(reading, rows)


def _break_loops(reading: Reading, rows: list[Row]) -> None:
    sound: set[int | None] = {None}
    for row in rows:
        path: list[Row] = []
        at: Row = row
        seen: set[int] = set()
        while at["id"] not in sound and at["id"] not in seen:
            seen.add(at["id"])
            path.append(at)
            if at["parent_id"] is None:
                break
            at = rows[at["parent_id"] - 1]
        else:
            if at["id"] in seen:
                reading.warn("wbs_loop", f"band {at['name']!r} lies under itself; it is moved to the top", _place(at))
                at["parent_id"] = None
        sound.update(r["id"] for r in path)


def _place(row: Row) -> str:
    return f"band {row.get('wbs') or row['id']}"


def place_all(reading: Reading) -> None:
    """Set the order of the outline: a band's activities by their code, then the bands below it by their number."""
    bands, siblings = reading.records.get(TABLE, {}), dict[tuple[int, int | None], list[Row]]()
    for row in reading.rows["tasks"]:
        siblings.setdefault((row["project_id"], row.get("parent_id")), []).append(row)

    def order(row: Row) -> tuple[int, float, str, int]:
        record = bands.get(row["id"])
        if record is None:
            return 0, 0, row.get("wbs", ""), row["id"]
        return 1, _number(record.get("seq_num", "")), "", row["id"]

    for rows in siblings.values():
        for position, row in enumerate(sorted(rows, key=order), start=1):
            row["position"] = position * STEP


def _number(text: str) -> float:
    try:
        return float(read_number(text)) if text.strip() else 0.0
    except ValueError:
        return 0.0


def number_bands(reading: Reading) -> None:
    """Give the bands their numbers, after the activities have theirs: a band yields where both have the same."""
    for row_id, record in reading.records.get(TABLE, {}).items():
        if row_id > 0:
            row = reading.rows["tasks"][row_id - 1]
            row["uid"] = reading.uid("TASK", row["project_id"], record["wbs_id"])
