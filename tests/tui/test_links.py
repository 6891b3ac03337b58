"""Links of one task, of every type, up and down."""

from __future__ import annotations

from typing import Any

import pytest

from pm.model import Plan, instant
from tests.tui.looks import PLAIN, atlas_model, frame_of, model_of
from tui.widgets.gantt.frame import Frame
from tui.widgets.gantt.links import draw_strokes
from tui.widgets.gantt.painter import Shown

DAY = 8 * 3600


def drawn(kind: str, lag: int = 0, *, up: bool = False, between: int = 1, zoom: str = "week") -> list[str]:
    """Draw two tasks of four days with a link between them, the predecessor selected."""
    names = ["B", *["x"] * between, "A"] if up else ["A", *["x"] * between, "B"]
    tasks = [
        {"id": i, "project_id": 1, "position": i, "name": name, "duration": (1 if name == "x" else 4) * DAY}
        for i, name in enumerate(names, 1)
    ]
    first, last = names.index("A") + 1, names.index("B") + 1
    link: dict[str, Any] = {
        "id": 1,
        "project_id": 1,
        "predecessor_id": first,
        "successor_id": last,
        "type": kind,
        "lag": lag * DAY,
    }
    plan = Plan.from_rows(projects=[{"id": 1, "code": "P", "start": instant("2026-01-05T08:00")}], tasks=tasks, links=[link])
    model = model_of(plan)
    frame = frame_of(model, width=30, zoom=zoom, shown=Shown(baseline=False, slack=False))
    return link_lines(frame, first - 1)


def link_lines(frame: Frame, position: int) -> list[str]:
    strokes = frame.router.strokes(position, 0, len(frame.rows))
    found = []
    for row in range(len(frame.rows)):
        canvas = frame.chart.row(row, 0, frame.grid, row)
        draw_strokes(canvas, strokes.get(row, []), 0, PLAIN.glyphs)
        found.append("".join(canvas.glyphs)[7:].replace("▏", " ").rstrip())
    return found


@pytest.mark.parametrize(
    ("kind", "lag", "expected"),
    [
        ("FS", 0, ["▁▁▁▁╮", "▁   │", "    ▼▁▁▁▁▁"]),
        ("FS", 1, ["▁▁▁▁╮", "▁   │", "    ╰─▶▁▁▁▁"]),
        ("FS", -2, ["▁▁┬▁", "▁ │", "  ▼▁▁▁▁▁"]),
        ("SS", 0, ["┬▁▁▁", "│", "▼▁▁▁"]),
        ("SS", 1, ["▁┬▁▁", "▁│", " ▼▁▁▁"]),
        ("FF", 0, ["▁▁▁▁─╮", "▁    │", "▁▁▁▁◀╯"]),
        ("FF", 2, ["▁▁▁▁─────╮", "▁        │", "  ▁▁▁▁▁▁◀╯"]),
        ("SF", 0, ["▁▁▁┬", "▁  │", "▁▁▁▼"]),
    ],
)
def test_links_downwards(kind: str, lag: int, expected: list[str]) -> None:
    # A starts on a Monday, so what is pushed out runs over a weekend.
    assert drawn(kind, lag) == expected


@pytest.mark.parametrize(
    ("kind", "lag", "expected"),
    [("FS", 0, ["    ▲▁▁▁▁▁", "▁   │", "▁▁▁▁╯"]), ("FF", 1, [" ▁▁▁▁◀╮", "▁     │", "▁▁▁▁──╯"])],
)
def test_links_upwards(kind: str, lag: int, expected: list[str]) -> None:
    assert drawn(kind, lag, up=True) == expected


def test_a_link_runs_in_one_column_from_end_to_end() -> None:
    lines = drawn("FS", 3, between=4)
    column = lines[0].index("╮")
    assert [line[column] for line in lines[1:-1]] == ["│"] * 4
    assert lines[-1][column] == "╰"
    assert lines[-1].index("▶") == lines[-1].index("▁") - 1


def test_only_rows_between_the_two_tasks_are_touched() -> None:
    plan_lines = drawn("FS", 0, between=3)
    assert sum("│" in line for line in plan_lines) == 3


def test_links_into_a_folded_branch_end_at_its_summary() -> None:
    tasks = [
        {"id": 1, "project_id": 1, "position": 1, "name": "A", "duration": DAY},
        {"id": 2, "project_id": 1, "position": 2, "name": "S"},
        {"id": 3, "project_id": 1, "position": 1, "parent_id": 2, "name": "B", "duration": DAY},
    ]
    links = [{"id": 1, "project_id": 1, "predecessor_id": 1, "successor_id": 3}]
    plan = Plan.from_rows(projects=[{"id": 1, "code": "P", "start": instant("2026-01-05T08:00")}], tasks=tasks, links=links)
    frame = frame_of(model_of(plan), folded={2}, width=30)
    assert set(frame.router.strokes(0, 0, 9)) == {0, 1}
    assert list(frame.router.rows_touched(0)) == [(0, 1)]
    assert frame.router.strokes(2, 0, 9) != {}


@pytest.mark.parametrize("width", [120, 130, 150, 200])
def test_milestones_and_words_stay_on_top_of_links(width: int) -> None:
    model = atlas_model()
    frame = frame_of(model, width=width, folded={15, 20, 25})
    position = model.numbers.index("3.4")
    row = frame.rows.row(position)
    text = frame.draw(row, selected=True, strokes=frame.router.strokes(position, 0, 99)[row]).text[64:]
    assert "⚑" in text
    assert "╭" in text
    assert "◆" in text
    words = text.replace("…", "")
    assert "Feature" not in words or "Feature complete · 16 Dec" in words or text.rstrip().endswith("…")
