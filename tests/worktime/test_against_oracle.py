"""Compiled calendars against the minute-by-minute oracle, in small windows that must grow and in pages beyond them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pm.model import instant
from pm.model.kinds import WEEK
from pm.worktime import Calendars, WorkCalendar, blocks, calendar
from tests.worktime.oracle import Minutes
from tests.worktime.strategies import AMOUNT, ASK_FROM, ASKED, FIRST, LAST, calendars, minutes_of, plan_of

EXAMPLES = settings(max_examples=35, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
WINDOWS = {
    "whole": (instant(FIRST), instant(LAST)),
    "grows right": (instant(FIRST) - 5 * WEEK, instant(FIRST) - 5 * WEEK),
    "grows left": (instant(LAST) + 5 * WEEK, instant(LAST) + 5 * WEEK),
    "pages": (instant(ASK_FROM), instant(ASK_FROM)),
}


@pytest.fixture(params=WINDOWS)
def window(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    if request.param == "pages":
        monkeypatch.setattr(calendar, "_WIDEST", 3 * WEEK)
        monkeypatch.setattr(blocks, "PAGE", 2 * WEEK)
    return WINDOWS[request.param]


def enough(oracle: Minutes, asked: list[int], amount: int) -> bool:
    """Whether every answer lies in what the oracle walks."""
    reach = amount + 1
    return oracle.between(oracle.low, min(asked)) > reach and oracle.between(max(asked), oracle.low + len(oracle.worked)) > reach


def check(work: WorkCalendar, oracle: Minutes, a: int, b: int, amount: int) -> None:
    t, u, n = 60 * a, 60 * b, 60 * amount
    assert work.between(t, u) == 60 * oracle.between(a, b)
    assert work.is_working(t) == oracle.works(a)
    assert work.snap_start(t) == work.latest(work.position(t)) == 60 * oracle.snap_start(a)
    assert work.snap_finish(t) == work.earliest(work.position(t)) == 60 * oracle.snap_finish(a)
    assert work.add(t, n) == work.earliest(work.position(t) + n) == 60 * oracle.add(a, amount)
    assert work.subtract(t, n) == work.latest(work.position(t) - n) == 60 * oracle.snap_start(oracle.subtract(a, amount))
    listed = work.intervals(min(t, u), max(t, u))
    worked = {m for start, end in listed for m in range(start // 60, end // 60)}
    assert worked == {m for m in range(min(a, b), max(a, b)) if oracle.works(m)}
    assert all(one[1] < other[0] for one, other in pairwise(listed))


@EXAMPLES
@given(calendars(), ASKED, ASKED, AMOUNT)
def test_one_calendar(window: tuple[int, int], rules: dict[str, Any], a: int, b: int, amount: int) -> None:
    oracle = minutes_of(rules)
    assume(enough(oracle, [a, b], amount))
    check(WorkCalendar(Calendars(plan_of(rules)).get(1).source, window), oracle, a, b, amount)


@EXAMPLES
@given(calendars(depth=0), calendars(depth=0), ASKED, ASKED, AMOUNT, st.booleans())
def test_two_calendars_together(
    window: tuple[int, int], one: dict[str, Any], other: dict[str, Any], a: int, b: int, amount: int, both: bool
) -> None:
    oracle = minutes_of(one).combined(minutes_of(other), both)
    assume(enough(oracle, [a, b], amount))
    compiled = Calendars(plan_of(one, other))
    x, y = compiled.get(1), compiled.get(2)
    source = (compiled.intersection(x, y) if both else compiled.union([x, y])).source
    check(WorkCalendar(source, window), oracle, a, b, amount)


@EXAMPLES
@given(calendars(), st.lists(ASKED, min_size=1, max_size=20), st.lists(AMOUNT, min_size=1, max_size=20))
def test_arrays_say_what_scalars_say(
    window: tuple[int, int], rules: dict[str, Any], asked: list[int], amounts: list[int]
) -> None:
    assume(enough(minutes_of(rules), asked, max(amounts)))
    source = Calendars(plan_of(rules)).get(1).source
    work, other = WorkCalendar(source, window), WorkCalendar(source, window)
    ts = np.array(asked, np.int64) * 60 + np.arange(len(asked))
    ps = other.positions(ts)
    assert ps.dtype == np.int64
    assert ps.tolist() == [work.position(t) for t in ts.tolist()]
    assert other.earliest_of(ps).tolist() == [work.earliest(p) for p in ps.tolist()]
    assert other.latest_of(ps).tolist() == [work.latest(p) for p in ps.tolist()]
    qs = (ps[:, None] + np.array(amounts, np.int64) * 60).ravel()
    assert other.earliest_of(qs).tolist() == [work.earliest(q) for q in qs.tolist()]
    assert other.latest_of(qs).tolist() == [work.latest(q) for q in qs.tolist()]


@EXAMPLES
@given(calendars(), ASKED, ASKED, AMOUNT)
def test_laws(window: tuple[int, int], rules: dict[str, Any], a: int, b: int, amount: int) -> None:
    assume(enough(minutes_of(rules), [a, b], 2 * amount))
    work = WorkCalendar(Calendars(plan_of(rules)).get(1).source, window)
    t, u, n = *sorted((60 * a + 7, 60 * b + 31)), 60 * amount + 13
    assert work.position(t) <= work.position(u)
    assert work.add(t, n) <= work.add(u, n)
    assert work.subtract(t, n) <= work.subtract(u, n)
    assert work.position(work.subtract(work.add(t, n), n)) == work.position(t)
    assert work.position(work.add(work.subtract(t, n), n)) == work.position(t)
    assert work.between(t, work.add(t, n)) == n
    assert work.between(work.subtract(t, n), t) == n
    assert work.position(work.snap_start(t)) == work.position(work.snap_finish(t)) == work.position(t)
    assert work.snap_finish(t) <= t <= work.snap_start(t)
    assert work.position(work.snap_finish(t) - 1) == work.position(t) - 1
    assert work.position(work.snap_start(t) + 1) == work.position(t) + 1


@EXAMPLES
@given(calendars(), ASKED, st.lists(st.integers(-400 * WEEK, 400 * WEEK), max_size=6))
def test_growth_changes_no_answer(rules: dict[str, Any], a: int, excursions: list[int]) -> None:
    t = 60 * a
    work = WorkCalendar(Calendars(plan_of(rules)).get(1).source, (t, t))
    position, shown = work.position(t), work.intervals(t - WEEK, t + WEEK)
    for away in excursions:
        there = work.position(t + away)
        assert (there - position) * away >= 0
        assert work.position(t) == position
        assert work.position(t + away) == there
    assert work.intervals(t - WEEK, t + WEEK) == shown
    assert work.positions(np.array([t, *(t + away for away in excursions)])).tolist() == [
        work.position(t + away) for away in (0, *excursions)
    ]
