"""A bank of which only a part is compiled answers as one that is compiled as a whole; far dates are right, not slow."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pm.errors import ScheduleError
from pm.model import STANDARD_WEEK, Plan, instant, iso
from pm.model.kinds import DAY, FIRST_INSTANT, HOUR, LAST_INSTANT, WEEK
from pm.schedule import bank as banks
from pm.schedule import compute_schedule
from pm.schedule.bank import CONTINUOUS, CalendarBank, FarBank, affordable, bank_of
from pm.schedule.lookup import STRIDE
from pm.worktime import Calendars, WorkCalendar

MONDAY = instant("2026-01-05")
NIGHTS = [[[22 * HOUR, 6 * HOUR]]] * 4 + [[], [], [[0, 24 * HOUR]]]
NEW_YEAR: dict[str, Any] = {"name": "New Year", "recurrence": "yearly_day", "day": 1, "month": 1, "shifts": []}
PLAN = Plan.from_rows(
    calendars=[{"id": 1, "name": "Days", "week": STANDARD_WEEK}, {"id": 2, "name": "Nights", "week": NIGHTS}],
    calendar_exceptions=[
        {"id": 1, "calendar_id": 1, "start": instant("2024-01-01"), "finish": LAST_INSTANT, **NEW_YEAR},
        {"id": 2, "calendar_id": 2, "name": "Closed", "start": MONDAY + 90 * WEEK, "finish": MONDAY + 95 * WEEK, "shifts": []},
    ],
)
EXAMPLES = settings(deadline=None)
CORE = (MONDAY, MONDAY + 20 * WEEK)
WIDE = (MONDAY - 200 * WEEK, MONDAY + 400 * WEEK)
INSTANTS = st.integers(WIDE[0] + 20 * WEEK, WIDE[1] - 20 * WEEK)
MANY = st.lists(st.tuples(INSTANTS, st.integers(-15 * WEEK // 5, 15 * WEEK // 5).filter(bool), st.integers(0, 2)), min_size=1)


def calendars() -> list[WorkCalendar]:
    compiled = Calendars(PLAN)
    return [compiled.round_the_clock, compiled.get(1), compiled.get(2)]


LISTED = calendars()
WHOLE = CalendarBank(LISTED, *WIDE)
PART = FarBank(CalendarBank(LISTED, *CORE))


@EXAMPLES
@given(MANY)
def test_what_is_not_compiled_is_answered_as_if_it_were(asked: list[tuple[int, int, int]]) -> None:
    for t, n, number in asked:
        k = number * STRIDE
        lift = WHOLE.position(CORE[0], k) - k
        assert PART.position(t, k) == WHOLE.position(t, k) - lift
        assert PART.snap(t, k) == (PART.position(t, k), WHOLE.snap(t, k)[1])
        assert PART.pull(t, k) == (PART.position(t, k), WHOLE.pull(t, k)[1])
        assert PART.shift(t, n, k) == WHOLE.shift(t, n, k)
        assert PART.unshift(t, n, k) == WHOLE.unshift(t, n, k)
        assert PART.unshift(t, n, k, early=True) == WHOLE.unshift(t, n, k, early=True)
        assert PART.between(CORE[0], t, k) == WHOLE.between(CORE[0], t, k)


@EXAMPLES
@given(MANY)
def test_arrays_say_what_single_values_say(asked: list[tuple[int, int, int]]) -> None:
    t, n, number = (np.array(values, np.int64) for values in zip(*asked, strict=True))
    k = number * STRIDE
    pairs = list(zip(t.tolist(), k.tolist(), strict=True))
    found = PART.positions(t, k)
    assert found.tolist() == [PART.position(*pair) for pair in pairs]
    for many, single in ((PART.snaps(t, k), PART.snap), (PART.pulls(t, k), PART.pull)):
        assert list(zip(*(a.tolist() for a in many), strict=True)) == [single(*pair) for pair in pairs]
    triples = zip(t.tolist(), n.tolist(), k.tolist(), strict=True)
    assert PART.shift_by(t, n, k).tolist() == [PART.shift(*one) for one in triples]
    assert PART.latest_of(found, k).tolist() == WHOLE.snaps(t, k)[1].tolist()
    assert PART.earliest_of(found, k).tolist() == WHOLE.pulls(t, k)[1].tolist()


@pytest.mark.parametrize("number", [CONTINUOUS, 1, 2])
@pytest.mark.parametrize("t", [FIRST_INSTANT, LAST_INSTANT - DAY, CORE[0], CORE[1]])
@pytest.mark.parametrize("amount", [2 * (LAST_INSTANT - FIRST_INSTANT), 2 * (FIRST_INSTANT - LAST_INSTANT)])
def test_what_leaves_the_years_1_to_9999_is_out_of_range(number: int, t: int, amount: int) -> None:
    k = number * STRIDE
    ends = PART.shift(t, amount, k), PART.snap(t + amount, k)[1]
    assert all(PART.out_of_range(np.array([end])) for end in ends)
    assert all((end - t) * amount > 0 for end in ends)
    assert not PART.out_of_range(np.array([PART.snap(CORE[0] + 10**11, k)[1]]))
    with pytest.raises(ScheduleError, match="years 1 to 9999"):
        PART.wider()


def test_a_bank_grows_by_steps_while_that_is_affordable() -> None:
    bank, steps = CalendarBank(LISTED, *CORE), 0
    while not isinstance(bank, FarBank):
        before, bank, steps = bank, bank.wider(), steps + 1
        assert bank.first <= before.first
        assert bank.last >= before.last
        assert isinstance(bank, FarBank) or affordable(LISTED, bank.first, bank.last)
    assert steps > 2


def test_a_bank_grows_no_further_than_its_limit() -> None:
    bank = CalendarBank(LISTED, *CORE).limited(MONDAY - 30 * WEEK, MONDAY + 30 * WEEK).wider()
    assert bank.limit == (MONDAY - 30 * WEEK, MONDAY + 30 * WEEK)
    with pytest.raises(ScheduleError, match="years 2025 to 2026"):
        bank.wider().wider()


def test_dates_far_apart_are_compiled_around_the_middle_one() -> None:
    bank = bank_of(LISTED, [FIRST_INSTANT, MONDAY, MONDAY + WEEK, LAST_INSTANT], 366 * DAY, 366 * DAY)
    assert isinstance(bank, FarBank)
    assert len(bank.starts) < 50_000
    assert bank.position(MONDAY + 2 * WEEK, STRIDE) - bank.position(MONDAY, STRIDE) == 80 * HOUR


def plan_with(**rows: Any) -> Plan:
    """Return ten tasks of a day in a row, the fifth with the values of `rows`."""
    tasks = [{"id": i, "uid": i, "position": i, "name": f"T{i}", "project_id": 1, "duration": 8 * HOUR} for i in range(1, 11)]
    tasks[4].update(rows)
    links = [{"id": i, "project_id": 1, "predecessor_id": i, "successor_id": i + 1} for i in range(1, 10)]
    days = [{"id": 1, "name": "Days", "week": STANDARD_WEEK}]
    return Plan.from_rows(projects=[{"id": 1, "start": MONDAY, "calendar_id": 1}], calendars=days, tasks=tasks, links=links)


@pytest.mark.parametrize(
    ("rows", "start", "finish"),
    [
        ({"constraint_type": "SNET", "constraint_date": instant("2515-03-04")}, "2515-03-04T08:00", "2515-03-11T17:00"),
        ({"duration": 400 * 52 * 40 * HOUR}, "2026-01-09T08:00", None),
    ],
)
def test_far_dates_are_what_a_bank_compiled_as_a_whole_says(
    rows: dict[str, Any], start: str, finish: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(banks, "affordable", lambda _, first, last: last - first <= banks.USUAL)
    found = compute_schedule(plan_with(**rows))
    monkeypatch.setattr(banks, "affordable", lambda *_: True)
    whole = compute_schedule(plan_with(**rows))
    for name in ("early_start", "early_finish", "late_start", "late_finish", "total_slack", "free_slack"):
        assert getattr(found, name).tolist() == getattr(whole, name).tolist()
    assert iso(int(found.early_start[4])) == start
    assert finish is None or iso(int(found.early_finish[9])) == finish
