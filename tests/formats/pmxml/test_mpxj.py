"""A plan is the same whether it comes as XER or as what MPXJ makes of that XER file in P6's XML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pm.formats import read_plan
from pm.model import ENTITIES, Plan, fields_of
from pm.model.kinds import FULL, HOUR
from tests.conformance.corpus import SHARED, WHY_NONE
from tests.formats import jvm

XERS = sorted((SHARED / "conformance" / "p6" / "inputs").glob("*.xer"))
WHY_NOT = jvm.why_not() or ("" if XERS else WHY_NONE)
pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "-")

CLOSE = 30
"""Seconds that may differ: MPXJ holds hours as binary fractions, and a sum of many does so."""
DROPPED = {
    "projects": {"currency", "currency_symbol", "minutes_per_week", "days_per_month", "profile_overrides"},
    "assignments": {"id", "task_id", "resource_id"},
    "tasks": {"id", "parent_id", "calendar_id"},
}
"""Currency: MPXJ's own list. Days and weeks: invented where the XER file has none, as are options (tested apart)."""


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Plan, Plan]]:
    """The plan of each XER file, and of the PMXML that MPXJ made of it; one JVM for all of them."""
    folder = tmp_path_factory.mktemp("pmxml")
    jvm.ask("tests.formats.pmxml.mpxj_peer", [[str(path), str(folder / f"{path.stem}.xml")] for path in XERS])
    found = {}
    for path in XERS:
        made = read_plan(folder / f"{path.stem}.xml")
        assert made.format == "pmxml"
        assert not made.problems, path.stem
        found[path.stem] = read_plan(path).plan, made.plan
    return found


def _near(left: Any, right: Any) -> bool:
    numbers = isinstance(left, int) and isinstance(right, int) and not isinstance(left, bool)
    # XER files double quotation marks.
    return abs(left - right) <= CLOSE if numbers else str(left).replace('""', '"') == str(right).replace('""', '"')


def _rows(plan: Plan, table: str) -> dict[int, dict[str, Any]]:
    held = plan.tables[table]
    left_out = DROPPED.get(table, set()) | {"extra", "custom"}
    names = [name for name in fields_of(ENTITIES[table]) if name not in left_out]
    columns = [held.column(name) for name in names]
    return {uid: dict(zip(names, row, strict=True)) for uid, *row in zip(held.column("uid"), *columns, strict=True)}


@pytest.mark.parametrize("table", ["projects", "tasks", "resources"])
def test_the_same_rows(pairs: dict[str, tuple[Plan, Plan]], table: str) -> None:
    for name, (xer, pmxml) in pairs.items():
        ours, theirs = _rows(pmxml, table), _rows(xer, table)
        assert ours.keys() == theirs.keys(), name
        different = [
            (uid, key, value, ours[uid][key])
            for uid, row in theirs.items()
            for key, value in row.items()
            if not _near(value, ours[uid][key])
        ]
        assert not different, (name, different[:5])


def test_the_same_tree_and_calendars_of_tasks(pairs: dict[str, tuple[Plan, Plan]]) -> None:
    for name, (xer, pmxml) in pairs.items():
        both = []
        for plan in (xer, pmxml):
            uid = dict(zip(plan.tasks.ids, plan.tasks.column("uid"), strict=True))
            calendar = dict(zip(plan.calendars.ids, plan.calendars.column("uid"), strict=True))
            both.append(
                [(t.uid, t.parent_id and uid[t.parent_id], t.calendar_id and calendar[t.calendar_id]) for t in plan.tasks]
            )
        assert both[0] == both[1], name


def test_the_same_links(pairs: dict[str, tuple[Plan, Plan]]) -> None:
    for name, (xer, pmxml) in pairs.items():
        both = []
        for plan in (xer, pmxml):
            uid = dict(zip(plan.tasks.ids, plan.tasks.column("uid"), strict=True))
            both.append(sorted((uid[k.predecessor_id], uid[k.successor_id], k.type, k.lag, k.lag_kind) for k in plan.links))
        assert both[0] == both[1], name


def test_the_same_calendars(pairs: dict[str, tuple[Plan, Plan]]) -> None:
    compared = 0
    for name, (xer, pmxml) in pairs.items():
        ours = {c.uid: c for c in pmxml.calendars}
        without_hours = {c.uid for c in xer.calendars if _is_invented(xer, c)}
        for calendar in xer.calendars:
            mine = ours[calendar.uid]
            assert (mine.name, mine.is_base) == (calendar.name, calendar.is_base), name
            if calendar.uid in without_hours:
                continue
            assert mine.week == calendar.week, (name, calendar.name)
            days = [
                [(e.start, e.finish, e.shifts) for e in plan.calendar_exceptions if e.calendar_id == c.id]
                for plan, c in ((xer, calendar), (pmxml, mine))
            ]
            assert days[0] == days[1], (name, calendar.name)
            compared += 1 + len(days[0])
    assert compared > 100


def _is_invented(plan: Plan, calendar: Any) -> bool:
    """Whether an XER calendar has no hours, where MPXJ makes up others than we do."""
    usual = [[8 * HOUR, 12 * HOUR], [13 * HOUR, 17 * HOUR]]
    bare = not any(e.calendar_id == calendar.id for e in plan.calendar_exceptions)
    return bare and calendar.week == [usual] * 5 + [[], []]


def test_the_same_assignments(pairs: dict[str, tuple[Plan, Plan]]) -> None:
    for name, (xer, pmxml) in pairs.items():
        ours, theirs = _rows(pmxml, "assignments"), _rows(xer, "assignments")
        assert ours.keys() == theirs.keys(), name
        for uid, row in theirs.items():
            for key in (
                "units",
                "work",
                "actual_work",
                "remaining_work",
                "delay",
                "drives",
                "actual_start",
                "actual_finish",
                "cost",
            ):
                assert _near(row[key], ours[uid][key]), (name, uid, key, row[key], ours[uid][key])
            assert abs(row["percent_work_complete"] - ours[uid]["percent_work_complete"]) <= FULL // 1000, (name, uid)


def test_the_same_options(pairs: dict[str, tuple[Plan, Plan]]) -> None:
    """Where the XER file has an option that differs from P6's usual one; MPXJ invents those that it has not."""
    for name, (xer, pmxml) in pairs.items():
        theirs = xer.projects.column("profile_overrides")[0] or {}
        ours = pmxml.projects.column("profile_overrides")[0] or {}
        assert theirs.items() <= ours.items(), name
        assert set(ours) - set(theirs) <= {"slack_to_last_project"}, name


def test_named_after_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "plan"
    path.write_text("<?xml version='1.0'?><APIBusinessObjects><Project><ObjectId>1</ObjectId></Project></APIBusinessObjects>")
    assert read_plan(path).format == "pmxml"
