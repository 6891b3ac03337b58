"""The whole of years 1 to 9999: far pages, round the clock, and the borders."""

from __future__ import annotations

import numpy as np
import pytest

from pm.errors import ScheduleError
from pm.model import Plan, instant
from pm.model.kinds import DAY, FIRST_INSTANT, HOUR, LAST_INSTANT, WEEK
from pm.worktime import Calendars, WorkCalendar, blocks, calendar
from tests.worktime.test_rules import compiled, on

MONDAY = instant("2026-01-05")


def standard_position(t: int) -> int:
    """Working seconds of the standard calendar from `MONDAY` to `t`, in closed form."""
    weeks, rest = divmod(t - MONDAY, WEEK)
    days, rest = divmod(rest, DAY)
    morning, afternoon = (min(max(rest - begin, 0), 4 * HOUR) for begin in (8 * HOUR, 13 * HOUR))
    return weeks * 40 * HOUR + min(days, 5) * 8 * HOUR + (morning + afternoon if days < 5 else 0)


ANYWHERE = [FIRST_INSTANT, LAST_INSTANT, *range(FIRST_INSTANT + 12345, LAST_INSTANT, 11 * 366 * DAY + 4567)]


def test_positions_in_every_century() -> None:
    work = Calendars(Plan()).standard
    found = [work.between(MONDAY, t) for t in ANYWHERE]
    assert found == [standard_position(t) for t in ANYWHERE]
    assert (work.positions(np.array(ANYWHERE)) - work.position(MONDAY)).tolist() == found
    assert len(work.starts) < 500_000


def test_instants_in_every_century() -> None:
    work = Calendars(Plan()).standard
    for t in ANYWHERE[3:]:
        inside = t - (t - MONDAY) % WEEK + 10 * HOUR
        p = work.position(inside)
        assert work.earliest(p) == work.latest(p) == inside
        closing = inside + 4 * DAY + 7 * HOUR
        assert work.earliest(work.position(closing)) == closing
        assert work.latest(work.position(closing)) == closing + 63 * HOUR
        assert work.add(MONDAY, standard_position(inside)) == inside if inside > MONDAY else True
        assert work.subtract(MONDAY, -standard_position(inside)) == inside
    ps = np.array([work.position(t) for t in ANYWHERE[3:]])
    assert work.earliest_of(ps).tolist() == [work.earliest(int(p)) for p in ps]
    assert work.latest_of(ps).tolist() == [work.latest(int(p)) for p in ps]


def test_pages_that_differ_are_not_taken_for_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """A yearly holiday, in pages of a few weeks, against one window that holds everything."""
    yearly = on("2026-01-01", finish=instant("2029-12-31"), recurrence="yearly_day", day=24, month=12)
    source = compiled({}, calendar_exceptions=[yearly]).get(1).source
    whole = WorkCalendar(source, (instant("2020-01-01"), instant("2035-01-01")))
    monkeypatch.setattr(calendar, "_WIDEST", 5 * WEEK)
    monkeypatch.setattr(blocks, "PAGE", 4 * WEEK)
    paged = WorkCalendar(source, (MONDAY, MONDAY))
    origin = whole.position(MONDAY)
    for t in range(instant("2020-06-01") + 37, instant("2034-06-01"), 3 * DAY + 5 * HOUR):
        p = whole.position(t) - origin
        assert paged.position(t) == p
        assert paged.earliest(p) == whole.earliest(p + origin)
        assert paged.latest(p) == whole.latest(p + origin)
    assert paged.high - paged.low <= 5 * WEEK


def test_round_the_clock() -> None:
    work = Calendars(Plan()).round_the_clock
    assert work.is_continuous
    for t in (FIRST_INSTANT, MONDAY, LAST_INSTANT):
        assert work.position(t) == t - work.origin
        assert work.snap_start(t) == work.snap_finish(t) == t
        assert work.positions(np.array([t])).tolist() == [work.position(t)]
        assert work.earliest_of(np.array([t - work.origin])).tolist() == [t]
        assert work.latest_of(np.array([t - work.origin])).tolist() == [t]
    assert work.add(FIRST_INSTANT, LAST_INSTANT - FIRST_INSTANT) == LAST_INSTANT
    assert work.subtract(LAST_INSTANT, LAST_INSTANT - FIRST_INSTANT) == FIRST_INSTANT
    assert len(work.starts) == 1


def test_a_calendar_of_whole_days_is_continuous_until_an_exception() -> None:
    always = [[[0, 86400]]] * 7
    calendars = compiled({"week": always}, {"week": always}, calendar_exceptions=[on("2026-01-06")])
    assert calendars.get(2).is_continuous
    assert not calendars.get(1).is_continuous
    assert calendars.get(1).add(MONDAY, 25 * HOUR) == MONDAY + 49 * HOUR
    assert calendars.get(1).add(MONDAY, 24 * HOUR) == MONDAY + 24 * HOUR
    assert calendars.get(1).snap_start(MONDAY + 24 * HOUR) == MONDAY + 48 * HOUR
    assert calendars.intersection(calendars.get(1), calendars.get(2)) is calendars.get(1)


@pytest.mark.parametrize("t", [FIRST_INSTANT - 1, LAST_INSTANT + 1, 10**18, -(10**18)])
@pytest.mark.parametrize("continuous", [True, False])
def test_outside_the_years_1_to_9999(t: int, continuous: bool) -> None:
    calendars = Calendars(Plan())
    work = calendars.round_the_clock if continuous else calendars.standard
    uses = [
        lambda: work.position(t), lambda: work.snap_start(t), lambda: work.snap_finish(t), lambda: work.add(t, 60),
        lambda: work.subtract(t, 60), lambda: work.between(MONDAY, t), lambda: work.positions(np.array([MONDAY, t])),
        lambda: work.earliest(t * 9), lambda: work.latest(t * 9), lambda: work.intervals(min(t, MONDAY), max(t, MONDAY)),
        lambda: work.earliest_of(np.array([0, t])), lambda: work.latest_of(np.array([0, t])), lambda: work.is_working(t),
    ]  # fmt: skip
    for use in uses:
        with pytest.raises(ScheduleError) as caught:
            use()
        assert caught.value.code == "worktime.out_of_range"


def test_nothing_asked_nothing_answered() -> None:
    work, none = Calendars(Plan()).standard, np.empty(0, np.int64)
    for answer in (work.positions(none), work.earliest_of(none), work.latest_of(none)):
        assert answer.dtype == np.int64
        assert len(answer) == 0
    assert work.intervals(MONDAY, MONDAY) == []


@pytest.mark.parametrize(
    ("rules", "cycle"),
    [
        ([{"recurrence": "yearly_day", "day": 29, "month": 2}], blocks.FOUR_CENTURIES),
        ([{"recurrence": "monthly_weekday", "ordinal": 5, "weekdays": [4], "interval": 3}], blocks.FOUR_CENTURIES),
        ([{"recurrence": "monthly_day", "day": 13, "interval": 7}], WEEK),
        ([{"recurrence": "daily", "interval": 5}], WEEK),
        ([{"recurrence": "weekly", "weekdays": [2], "interval": 2, "occurrences": 9000}], WEEK),
        ([{"recurrence": "yearly_day", "day": 1, "month": 5}, {"recurrence": "daily", "interval": 2, "finish": MONDAY + WEEK}],
         blocks.FOUR_CENTURIES),
    ],
)  # fmt: skip
def test_what_recurs_without_an_end_does_so_in_every_century(rules: list[dict[str, object]], cycle: int) -> None:
    exceptions = [on("2026-01-01", **{"finish": LAST_INSTANT, **rule}) for rule in rules]
    work = compiled({}, calendar_exceptions=exceptions).get(1)
    assert work.source.cycle == cycle
    for year in (100, 1600, 1999, 2031, 2404, 2801, 4400, 9998):
        t = instant(f"{year:04}-05-10T10:20")
        low, high = sorted((MONDAY, t))
        starts, ends = work.source.intervals(low, high)
        assert abs(work.between(MONDAY, t)) == int((ends - starts).sum())
        at = work.snap_start(t)
        assert work.latest(work.position(t)) == at
        assert work.earliest(work.position(at) + 1) == at + 1


def test_one_day_far_away_makes_only_its_own_page_special() -> None:
    work = compiled({}, calendar_exceptions=[on("8015-03-02"), on("2026-01-06")]).get(1)
    assert [(low // DAY, high // DAY) for low, high in work.source.special] == [
        (instant(day) // DAY, instant(day) // DAY + 2) for day in ("2026-01-06", "8015-03-02")
    ]
    assert work.between(instant("8015-03-02"), instant("8015-03-04")) == 8 * HOUR
    assert work.between(instant("8016-03-02"), instant("8016-03-04")) == 16 * HOUR
