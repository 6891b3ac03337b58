"""CSV for spreadsheets: RFC 4180, computed columns, and names that can do no harm."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from pm.formats.csv_out import COLUMNS, cell, write
from pm.formats.registry import read_bytes
from pm.model import STANDARD_WEEK, Plan, instant
from pm.sample_files import sample_paths
from pm.schedule import compute_schedule

FORMULAS = "=+-@\t\r\n"


def rows_of(content: bytes) -> list[dict[str, str]]:
    assert content.endswith(b"\r\n")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def plan_named(name: str) -> Plan:
    return Plan.from_rows(
        projects=[{"id": 1, "code": "A", "start": instant("2026-01-05T08:00"), "calendar_id": 1}],
        calendars=[{"id": 1, "project_id": 1, "week": STANDARD_WEEK}],
        resources=[{"id": 1, "name": name}, {"id": 2, "name": "Sand", "type": "material"}],
        tasks=[
            {"id": 1, "project_id": 1, "uid": 5, "name": name, "duration": 57_600},
            {"id": 2, "project_id": 1, "uid": 6, "name": "After", "duration": 28_800, "position": 1},
        ],
        links=[{"id": 1, "project_id": 1, "predecessor_id": 1, "successor_id": 2, "lag": 28_800}],
        assignments=[
            {"id": 1, "project_id": 1, "task_id": 2, "resource_id": 1, "units": 5000, "work": 14_400},
            {"id": 2, "project_id": 1, "task_id": 2, "resource_id": 2, "units": 25_000},
        ],
    )


def test_an_outline_with_its_schedule() -> None:
    plan = plan_named("Dig, deep")
    first, second = rows_of(write(plan, compute_schedule(plan)))
    assert first["Name"] == "Dig, deep"
    assert (first["Duration"], first["Start"], first["Finish"]) == ("2d", "2026-01-05 08:00", "2026-01-06 17:00")
    assert (first["Critical"], first["Total slack"], first["% complete"]) == ("yes", "0d", "0%")
    assert second["Start"] == "2026-01-08 08:00"
    assert second["Predecessors"] == "1FS+1d"
    assert second["Resources"] == '"Dig, deep" 50%, Sand 2.5'


def test_without_a_schedule_computed_cells_are_empty() -> None:
    first = rows_of(write(plan_named("x")))[0]
    assert (first["Start"], first["Finish"], first["Total slack"], first["Critical"]) == ("", "", "", "")


def test_a_byte_order_mark_only_when_asked() -> None:
    plan = plan_named("Büro")
    assert write(plan, bom=True) == b"\xef\xbb\xbf" + write(plan)


@given(
    st.text(max_size=20) | st.builds(str.__add__, st.sampled_from([*FORMULAS, "＝", "\x1b[31m", "\u202e="]), st.text(max_size=8))
)
def test_no_name_acts(name: str) -> None:
    content = write(plan_named(name))
    assert not any(c in content.decode() for c in "\x1b\x00\x9b\u202e\u2066\u200b")
    for row in csv.reader(io.StringIO(content.decode(), newline="")):
        assert len(row) == len(COLUMNS)
        assert not any(value.startswith((*FORMULAS, "＝", "＋", "－", "＠")) for value in row)


def test_harmless_names_are_left_alone() -> None:
    assert cell("Pour slab - north = done @ 5 pm") == "Pour slab - north = done @ 5 pm"
    assert cell("=1+1") == "'=1+1"
    assert cell("\x1b[2J") == "\\x1b[2J"


def test_every_sample_goes_out_line_by_line() -> None:
    for path in sample_paths():
        plan = read_bytes(path.read_bytes(), path.name).plan
        rows = rows_of(write(plan, compute_schedule(plan)))
        assert [r["WBS"] for r in rows] == plan.outline.numbers
        assert all(r["Start"] and r["Finish"] for r in rows)
