"""Whole lines of the Gantt, and what must hold for every one of them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pm.model import Plan, instant
from tests.tui.atlas import atlas
from tests.tui.looks import PLAIN, TYPED, atlas_model, frame_of, lines, model_of
from tui.theme import PALETTES
from tui.widgets.gantt.frame import Look
from tui.widgets.gantt.painter import Shown
from tui.widgets.gantt.scale import FIT, ZOOMS
from tui.widgets.outline.columns import columns_for, default_width

DAY = 8 * 3600
MODEL = atlas_model()
EVERY_ZOOM = [*ZOOMS, FIT]


def chart_of(zoom: str = "week", offset: int = 30, **more: object) -> list[str]:
    frame = frame_of(MODEL, zoom=zoom, offset=offset, **more)  # type: ignore[arg-type]
    return [strip.text[64:] for strip in lines(frame)]


def row_of(number: str) -> int:
    return MODEL.numbers.index(number) + 2


@given(
    zoom=st.sampled_from(EVERY_ZOOM),
    width=st.integers(0, 200),
    outline=st.integers(16, 90),
    offset=st.integers(0, 600),
    folded=st.frozensets(st.sampled_from([1, 7, 14, 15, 20, 25, 30, 36])),
    ascii_only=st.booleans(),
    flags=st.tuples(st.booleans(), st.booleans(), st.booleans(), st.booleans()),
)
@settings(max_examples=60, deadline=None)
def test_every_line_is_exactly_as_wide_as_the_screen(
    zoom: str, width: int, outline: int, offset: int, folded: frozenset[int], ascii_only: bool, flags: tuple[bool, ...]
) -> None:
    look = TYPED if ascii_only else PLAIN
    frame = frame_of(MODEL, zoom=zoom, width=width, outline=outline, offset=offset, folded=folded, look=look, shown=Shown(*flags))
    for strip in lines(frame):
        assert sum(segment.cell_length for segment in strip) == strip.cell_length == frame.columns.width + width


@pytest.mark.parametrize("zoom", EVERY_ZOOM)
def test_ascii_means_ascii(zoom: str) -> None:
    frame = frame_of(MODEL, zoom=zoom, look=TYPED, offset=20)
    strokes = frame.router.strokes(MODEL.numbers.index("3.2.2"), 0, 99)
    drawn = lines(frame) + [frame.draw(row, selected=True, strokes=found) for row, found in strokes.items()]
    assert [strip.text for strip in drawn if not strip.text.isascii()] == []


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_only_colours_of_the_palette_and_mixes_of_them(palette: object) -> None:
    look = Look(palette, PLAIN.glyphs)  # type: ignore[arg-type]
    inks = {segment.style.color.name for strip in lines(frame_of(MODEL, look=look)) for segment in strip if segment.style}  # type: ignore[union-attr]
    assert inks <= {str(value) for value in vars(palette).values()}


def test_the_outline_tells_what_the_plan_says() -> None:
    frame = frame_of(MODEL)
    texts = [strip.text[:64] for strip in lines(frame)]
    assert texts[1] == " Task                              Dur  Start Finish    TS    %▕"
    assert texts[row_of("1.1")] == "   · Stakeholder interviews         6d 31 Aug 07 Sep          ✓▕"
    assert texts[row_of("3.2.1")].startswith("     ● Identity graph service      22d 16 Oct 18 Nov −2.5d  66%")
    assert texts[row_of("1.5")] == "   ◆ Scope sign-off                  —        24 Sep          ✓▕"
    assert texts[row_of("3")].startswith(" ▾ Build ")


def test_bars_lie_under_their_dates() -> None:
    drawn = chart_of("week", 0)
    first = drawn[1].index("31")  # the Monday that everything begins on
    assert drawn[row_of("1.1")].index("▂") == first - 1
    assert drawn[row_of("1.1")][first - 1 : first + 7].rstrip() == "▂▂▂▂▂▁▁▁"
    assert drawn[row_of("1.1")].rstrip("▏ ").endswith("Ana")


def test_milestones_deadlines_and_their_baseline() -> None:
    line = chart_of()[row_of("2.6")]
    assert "◇ ◆⚑ Design freeze · 15 Oct" in line
    missed = chart_of()[row_of("3.4")]
    assert missed.index("◇") < missed.index("⚑") < missed.index("◆")


def test_slack_runs_to_the_latest_finish_and_can_be_hidden() -> None:
    assert "╌" in chart_of(offset=60)[row_of("4.2")]
    assert not any("╌" in line for line in chart_of(offset=60, shown=Shown(slack=False)))


def test_what_is_out_of_sight_is_pointed_at() -> None:
    drawn = chart_of("day", 240)
    assert drawn[row_of("1.1")].startswith("◂")
    assert "Ana" not in drawn[row_of("1.1")]
    assert drawn[row_of("5.4")].endswith("▸")
    assert "◂" not in drawn[row_of("3")]


def test_days_off_are_shaded_weekends_and_holidays() -> None:
    frame = frame_of(atlas_model(holidays=True), offset=100)
    shade = frame.look.palette.shade
    scale, days = frame.scale, atlas_model(holidays=True).days
    off = [scale.day(100 + x) for x in range(126) if frame.grid.plain.paper[x] == shade]
    assert off == [day for day in (scale.day(100 + x) for x in range(126)) if not days.is_working_day(day)]
    christmas = instant("2026-12-25") // 86400
    assert christmas in off
    assert days.holiday(christmas) == "Christmas"
    assert days.holiday(christmas + 1) == ""


def test_wide_names_keep_the_columns_in_line() -> None:
    tasks = [
        {"id": 1, "project_id": 1, "position": 1, "name": "倉庫の基礎を打設する工程その一その二その三", "duration": DAY},
        {"id": 2, "project_id": 1, "position": 2, "name": "Überwachung ａｂｃ e\u0301te\u0301", "duration": DAY},
        {"id": 3, "project_id": 1, "position": 3, "name": "plain", "duration": 0},
    ]
    plan = Plan.from_rows(projects=[{"id": 1, "code": "P", "start": instant("2026-01-05T08:00")}], tasks=tasks)
    frame = frame_of(model_of(plan), outline=40, width=30)
    for strip in lines(frame):
        assert sum(segment.cell_length for segment in strip) == frame.columns.width + 30
        before = next(i for i, segment in enumerate(strip) if "▕" in segment.text)
        assert sum(s.cell_length for s in list(strip)[:before]) + strip._segments[before].text.index("▕") == 39


def test_hostile_names_reach_the_screen_as_text() -> None:
    name = "\x1b]0;owned\x07[red]x[/red] \u202eabc"
    tasks = [{"id": 1, "project_id": 1, "name": name, "duration": 0}]
    people = [{"id": 1, "name": "\x1b[2Jeve"}]
    plan = Plan.from_rows(projects=[{"id": 1, "code": "P", "start": instant("2026-01-05T08:00")}], tasks=tasks, resources=people)
    frame = frame_of(model_of(plan), outline=70)
    text = "".join(strip.text for strip in lines(frame))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\\x1b]0;owned\\x07[red]x[/red]" in text


@pytest.mark.parametrize("years", [False, True])
def test_columns_go_one_after_the_other_as_it_gets_narrow(years: bool) -> None:
    kept = [{c.key for c in columns_for(width, years=years).shown} for width in range(90, 16, -1)]
    assert kept[0] == {"duration", "start", "finish", "slack", "percent"}
    assert kept[-1] == set()
    assert all(narrower <= wider for wider, narrower in pairwise(kept))
    for width in range(18, 90):
        assert columns_for(width, years=years).width == width
    assert columns_for(default_width(80, years=years), years=years).name_width >= 18


def test_an_empty_plan_has_empty_lines() -> None:
    plan = Plan.from_rows(projects=[{"id": 1, "code": "P", "start": instant("2026-01-05T08:00")}])
    frame = frame_of(model_of(plan))
    assert len(lines(frame)) == 3


def test_dates_at_the_ends_of_time_can_be_drawn() -> None:
    tasks = [
        {"id": 1, "project_id": 1, "position": 1, "name": "old", "manual": True,
         "manual_start": instant("1002-01-01T08:00"), "manual_finish": instant("1002-01-02T17:00")},
        {"id": 2, "project_id": 1, "position": 2, "name": "far", "manual": True,
         "manual_start": instant("2990-12-01T08:00"), "manual_finish": instant("2990-12-31T17:00")},
    ]  # fmt: skip
    plan = Plan.from_rows(projects=[{"id": 1, "code": "P", "start": instant("2026-01-05T08:00")}], tasks=tasks)
    model = model_of(plan)
    for zoom in EVERY_ZOOM:
        for offset in (0, 1000, 10_000_000):
            for strip in lines(frame_of(model, zoom=zoom, offset=offset)):
                assert strip.cell_length == 190


def test_model_counts_what_the_header_says() -> None:
    plan, schedule = atlas()
    assert MODEL.critical_count == 10
    assert MODEL.project_finish == int(schedule.finish.max())
    variance = MODEL.baseline_variance
    assert variance is not None
    calendar = schedule.calendars.project(1)
    before = max(f for f in plan.task_baselines.column("finish") if f is not None)
    assert variance == calendar.between(before, int(schedule.finish.max())) > 0


def test_people_stand_beside_bars_and_amounts_in_the_details() -> None:
    plan = Plan.from_rows(
        projects=[{"id": 1, "code": "P", "start": instant("2026-01-05T08:00")}],
        tasks=[{"id": 1, "project_id": 1, "name": "Pour slab", "duration": DAY}],
        resources=[
            {"id": 1, "name": "Crew"},
            {"id": 2, "name": "Concrete", "type": "material", "material_unit": "m3"},
            {"id": 3, "name": "Permit", "type": "cost"},
        ],
        assignments=[
            {"id": 1, "project_id": 1, "task_id": 1, "resource_id": 1, "units": 5000},
            {"id": 2, "project_id": 1, "task_id": 1, "resource_id": 2, "units": 1_200_000},
            {"id": 3, "project_id": 1, "task_id": 1, "resource_id": 3},
        ],
    )
    model = model_of(plan)
    assert model.people(0) == "Crew"
    assert model.resources(0) == "Crew 50%, Concrete 120 m3, Permit"
    assert frame_of(model).line(0).text[64:].rstrip("▏ ").endswith(" Crew")
