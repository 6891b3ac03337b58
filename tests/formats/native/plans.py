"""Random plans that use every table and every field, by the kinds of the model."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st

from pm.model import ENTITIES, Kind, Plan, fields_of, instant
from pm.model.kinds import DAY, FieldInfo

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
NAMES = st.one_of(st.sampled_from(["Ana", "Ravi 2", "Smith, J", "@1", "none", "", 'A "b"', "Crane 2 50%", "3", "mon"]), TEXT)
DATES = st.integers(instant("1999-12-30"), instant("2040-01-02"))
EDGES = st.sampled_from([0, instant("0001-01-01"), instant("9999-12-31T23:59:59"), instant("2026-01-05T08:00"), DAY * 20_000])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
SHIFTS: st.SearchStrategy[list[list[int]]] = st.one_of(
    st.just([]),
    st.just([[0, DAY]]),
    st.just([[28800, 43200], [46800, 61200]]),
    st.just([[79200, 108000]]),
    st.lists(st.lists(st.integers(-10, 2 * DAY), min_size=2, max_size=2), max_size=2),
)
WEEKS = st.none() | st.lists(st.none() | SHIFTS, min_size=7, max_size=7)
COUNTS = {"projects": 3, "tasks": 6, "links": 5, "assignments": 4, "calendars": 3, "resources": 3}


@cache
def values(info: FieldInfo) -> st.SearchStrategy[Any]:
    """Values of one field, with its default among them."""
    match info.name:
        case "week":
            return WEEKS
        case "shifts":
            return st.none() | SHIFTS
        case "weekdays":
            return st.none() | st.lists(st.integers(-1, 8), max_size=3)
        case "currency_digits":
            return st.integers(0, 4)
        case "default_start" | "default_finish":
            return st.sampled_from([0, 28800, 61200, 61201, 86400])
        case "minutes_per_day" | "minutes_per_week" | "days_per_month":
            return st.sampled_from([0, 450, 480, 2400, 20, 7])
        case "name":
            return NAMES
        case "code":
            return st.sampled_from(["ATLAS", "B 2", "", "atlas", "C:1"])
        case "uid":
            return st.integers(-1, 9)
        case "splits" | "profile" if info.kind is Kind.DATA:
            return st.none() | st.lists(st.lists(st.integers(-10, 10**9), min_size=2, max_size=2), max_size=3)
        case "last_uids":
            return st.none() | st.dictionaries(st.sampled_from(["tasks", "resources"]), st.integers(0, 10**6))
        case "custom" | "profile_overrides":
            return st.none() | st.dictionaries(TEXT, JSON, max_size=3)
        case "extra":
            # What is carried for MSPDI has a shape of its own, which readers hold it to.
            carried = st.fixed_dictionaries({}, optional={"was": st.just({"Name": "x"}), "kept": st.just({"Code": [["A", ""]]})})
            return st.none() | st.fixed_dictionaries({}, optional={"mspdi": carried, "xer": JSON})
    choices = info.choices
    return {
        Kind.INSTANT: DATES | EDGES,
        Kind.WORKTIME: st.integers(-(10**7), 10**9) | st.sampled_from([0, 28800, 144000]),
        Kind.MONEY: st.integers(-(10**12), 10**12),
        Kind.PERCENT: st.integers(-1, 30_000) | st.just(10_000),
        Kind.RATE: st.integers(-5, 10**8),
        Kind.TEXT: TEXT,
        Kind.INTEGER: st.integers(-(2**63) + 1, 2**63 - 1) | st.integers(0, 20),
        Kind.FLAG: st.booleans(),
        Kind.CHOICE: st.sampled_from([c.value for c in choices or ()] or ["x"]),
        Kind.DATA: JSON,
    }[info.kind]


@cache
def some_of(table: str) -> st.SearchStrategy[list[FieldInfo]]:
    """A few fields of a table that are no references."""
    plain = [i for i in fields_of(ENTITIES[table]).values() if i.ref is None and i.name != "id"]
    return st.lists(st.sampled_from(plain), max_size=4, unique_by=lambda i: i.name)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A plan with any values in any fields; its references hold and its tree is one."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for table, model in ENTITIES.items():
        count = draw(st.integers(0, COUNTS.get(table, 2)))
        rows[table] = []
        for number in range(count):
            row: dict[str, Any] = {"id": number * 3 + 5}
            fields = fields_of(model)
            fit = True
            for info in fields.values():
                if info.ref is None:
                    continue
                earlier = rows.get(info.ref, [])
                if info.ref == table and table == "tasks":
                    earlier = [r for r in earlier if r["project_id"] == row["project_id"]]
                ids = [r["id"] for r in earlier]
                if info.optional:
                    row[info.name] = draw(st.sampled_from([None, *ids]))
                elif ids:
                    row[info.name] = draw(st.sampled_from(ids))
                else:
                    fit = False
            if not fit or (table == "links" and row["predecessor_id"] == row["successor_id"]):
                continue
            for info in draw(some_of(table)):
                row[info.name] = draw(values(info))
                if row[info.name] is None and not info.optional:
                    del row[info.name]
            rows[table].append(row)
    return Plan.from_rows(**rows)
