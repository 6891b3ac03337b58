"""Where instants lie, and the dates above them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pm.model.kinds import DAY, FIRST_INSTANT, LAST_INSTANT
from pm.schedule.result import MISSING
from tests.tui.looks import PLAIN
from tui.text import FIRST_DAY, LAST_DAY
from tui.widgets.gantt.axis import Axis, levels
from tui.widgets.gantt.scale import FIT, ZOOMS, DayWindow, TimeScale, closer
from tui.widgets.projects.painter import NoDays

WINDOW = DayWindow(28800, 61200)
MORNING, EVENING = 28800, 61200
instants = st.integers(FIRST_INSTANT, LAST_INSTANT)


def axis(per_day: float, origin: int = 20_000, status: int | None = None) -> Axis:
    return Axis(TimeScale(origin, per_day), PLAIN.palette, PLAIN.glyphs, NoDays(), status)


def test_a_working_day_fills_its_cells() -> None:
    assert WINDOW.position(5 * DAY + MORNING) == 5.0
    assert WINDOW.position(5 * DAY + EVENING) == 6.0
    assert WINDOW.position(5 * DAY + 45000) == 5.5


@given(instants, instants)
def test_later_is_never_further_left(a: int, b: int) -> None:
    first, last = sorted((a, b))
    assert WINDOW.position(first) <= WINDOW.position(last)
    marks = WINDOW.marks(np.array([first, last], dtype=np.int64))
    assert marks[0] <= marks[1]


@given(instants)
def test_one_and_many_positions_agree(instant: int) -> None:
    assert WINDOW.positions(np.array([instant], dtype=np.int64))[0] == WINDOW.position(instant)


def test_marks_stay_inside_the_day_people_name() -> None:
    marks = WINDOW.marks(np.array([4 * DAY + EVENING, 5 * DAY, 5 * DAY + MORNING, MISSING], dtype=np.int64))
    assert [int(m) for m in marks[:3]] == [4, 4, 5]
    assert np.isnan(marks[3])


def test_shifts_past_midnight_use_the_whole_day() -> None:
    assert DayWindow.around([(79200, 108000)]) == DayWindow(0, DAY)
    assert DayWindow.around([]) == DayWindow(0, DAY)
    assert DayWindow.around([(28800, 43200), (46800, 61200)]) == WINDOW


@given(st.sampled_from(sorted(ZOOMS)), st.integers(-5000, 60_000))
def test_a_day_and_its_cell_belong_to_each_other(zoom: str, day: int) -> None:
    scale = TimeScale(0, ZOOMS[zoom])
    x = scale.day_x(day)
    assert scale.day_x(scale.day(x)) <= x <= scale.day_x(scale.day(x) + 1)


def test_zooming_ends_at_the_ends() -> None:
    assert closer("day", 1, 3.0) == "day"
    assert closer("quarter", -1, 1 / 7) == "quarter"
    assert closer("week", 1, 1.0) == "day"
    assert closer(FIT, 1, 0.5) == "week"
    assert closer(FIT, -1, 0.5) == "month"
    assert closer(FIT, -1, 0.01) == "quarter"


def test_the_week_axis_names_months_and_mondays() -> None:
    upper, lower = axis(1.0).upper(0, 60).strip().text, axis(1.0).lower(0, 60).strip().text
    # Day 20,000 is the fourth of October 2024, a Friday.
    assert upper.startswith("▏October 2024") or upper.startswith(" October 2024")
    assert "▏November 2024" in upper
    assert "▏07    ▏14    ▏21    ▏28    ▏04" in lower


def test_the_label_of_a_month_sticks_to_the_edge_while_there_is_room() -> None:
    assert axis(1.0).upper(0, 40).strip().text[1:13] == "October 2024"
    assert axis(1.0).upper(25, 40).strip().text[:3] != "Oct"
    assert axis(1.0).upper(22, 40).strip().text[1:4] == "Oct"


def test_the_status_date_has_a_chip_and_cuts_no_label_in_half() -> None:
    line = axis(1.0, status=20_012).lower(0, 40).strip().text
    assert line[12:20] == " 16 Oct "
    assert "2" not in line[20:22]


@pytest.mark.parametrize("per_day", [6.0, 3.0, 1.0, 3 / 7, 1 / 7, 0.05, 0.01, 0.0005, 0.00003])
@pytest.mark.parametrize("origin", [FIRST_DAY - 400, -3, 20_000, LAST_DAY - 100, LAST_DAY + 5000])
def test_every_axis_can_be_drawn_anywhere(per_day: float, origin: int) -> None:
    drawn = axis(per_day, origin, status=origin + 3)
    for offset in (0, 7, 300):
        assert drawn.upper(offset, 130).strip().cell_length == 130
        assert drawn.lower(offset, 130).strip().cell_length == 130
        assert all(0 <= x < 130 for x, _ in drawn.lines(offset, 130))


@given(st.floats(0.00002, 8))
def test_labels_of_the_lower_row_never_touch(per_day: float) -> None:
    line = axis(per_day).lower(0, 150).strip().text
    names = levels(per_day)[1].names
    longest = max(len(name) for name in names(date(2024, 10, 4)))
    assert all(len(word) <= longest for word in line.replace("▏", " ").split())
