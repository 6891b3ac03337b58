"""Random calendars, as the oracle holds them, and the plan that says the same."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from pm.model import Plan, instant
from pm.model.enums import Recurrence
from tests.worktime.oracle import Minutes

FIRST, LAST = date(2026, 2, 2), date(2026, 4, 13)
"""What the oracle walks; questions stay well inside, so that answers do too."""
ASK_FROM, ASK_TO = date(2026, 2, 23), date(2026, 3, 23)

QUARTER = 15


@st.composite
def shifts(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Up to three shifts in any order, overlapping or not, whole days, nights into the next morning."""
    usual = st.sampled_from([[(480, 720), (780, 1020)], [], [(0, 1440)], [(1380, 1440), (0, 180)], [(1320, 1800)]])
    start = st.integers(0, 95)
    odd = st.lists(st.tuples(start, st.integers(1, 110)).map(lambda p: (p[0] * QUARTER, (p[0] + p[1]) * QUARTER)), max_size=3)
    return draw(st.one_of(usual, odd))


def weeks(*, inherit: bool) -> st.SearchStrategy[list[Any]]:
    day = st.one_of(st.none(), shifts()) if inherit else shifts()
    return st.lists(day, min_size=7, max_size=7)


@st.composite
def exceptions(draw: st.DrawFn) -> dict[str, Any]:
    recurrence = draw(st.sampled_from(["once", *Recurrence]))
    start = FIRST + timedelta(days=draw(st.integers(-20, 60)))
    length = draw(st.integers(0, 5) if recurrence == "once" else st.integers(0, 80))
    return {
        "recurrence": str(recurrence),
        "start": start,
        "finish": start + timedelta(days=length),
        "shifts": draw(shifts()),
        "interval": draw(st.integers(1, 3)),
        "weekdays": draw(st.lists(st.integers(0, 6), max_size=3, unique=True)),
        "ordinal": draw(st.integers(1, 5)),
        "day": draw(st.integers(1, 31)),
        "month": draw(st.integers(1, 5)),
        "occurrences": draw(st.one_of(st.none(), st.integers(1, 6))),
    }


@st.composite
def work_weeks(draw: st.DrawFn) -> dict[str, Any]:
    start = FIRST + timedelta(days=draw(st.integers(0, 60)))
    return {"start": start, "finish": start + timedelta(days=draw(st.integers(0, 20))), "week": draw(weeks(inherit=True))}


@st.composite
def calendars(draw: st.DrawFn, depth: int = 1) -> dict[str, Any]:
    base = draw(calendars(depth=depth - 1)) if depth and draw(st.booleans()) else None
    return {
        "base": base,
        "week": draw(st.one_of(st.none(), weeks(inherit=True), weeks(inherit=False))),
        "exceptions": draw(st.lists(exceptions(), max_size=3)),
        "work_weeks": draw(st.lists(work_weeks(), max_size=2)),
    }


def seconds(listed: list[tuple[int, int]] | None) -> list[list[int]] | None:
    return None if listed is None else [[60 * a, 60 * b] for a, b in listed]


def week_seconds(week: list[Any] | None) -> list[Any] | None:
    return None if week is None else [seconds(day) for day in week]


def plan_of(*listed: dict[str, Any]) -> Plan:
    """Return a plan that holds the calendars under the ids 1, 2, ...; their bases have ids above 100."""
    rows: dict[str, list[dict[str, Any]]] = {"calendars": [], "calendar_exceptions": [], "work_weeks": []}
    for number, calendar in enumerate(listed, 1):
        one, own_id = calendar, number
        while one is not None:
            base_id = own_id + 100 if one["base"] else None
            rows["calendars"].append({"id": own_id, "name": f"C{own_id}", "base_id": base_id, "week": week_seconds(one["week"])})
            for kind in ("calendar_exceptions", "work_weeks"):
                for position, row in enumerate(one["exceptions" if kind == "calendar_exceptions" else kind]):
                    values = {**row, "start": instant(row["start"]), "finish": instant(row["finish"])}
                    values.update(id=len(rows[kind]) + 1, calendar_id=own_id, position=position)
                    if "shifts" in row:
                        values["shifts"] = seconds(row["shifts"])
                    else:
                        values["week"] = week_seconds(row["week"])
                    rows[kind].append(values)
            one, own_id = one["base"], own_id + 100
    return Plan.from_rows(**rows)


def minutes_of(calendar: dict[str, Any]) -> Minutes:
    return Minutes(FIRST, LAST, calendar)


ASKED = st.integers(instant(ASK_FROM) // 60, instant(ASK_TO) // 60)
"""Minutes since 1970 that questions are about."""
AMOUNT = st.integers(1, 4000)
"""Minutes of work to add or take away."""
