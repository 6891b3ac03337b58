"""The Gantt under keys and mouse."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from pm.commands import EditTask
from pm.model import Plan, instant
from pm.workspace import Workspace
from tests.tui.atlas import STATUS, atlas
from tests.tui.driving import app_on, gantt, go_to, projects, running, selected, settle, shown, view
from tui.app import SlacklineApp
from tui.messages import PlanOpened
from tui.screens.help import HelpScreen
from tui.screens.task import TaskDialog
from tui.theme import LIGHT
from tui.widgets.gantt.frame import AXIS_ROWS
from tui.widgets.prompt import Prompt


async def test_it_opens_on_the_status_date() -> None:
    async with running(app_on()) as pilot:
        chart = view(pilot)
        x = chart.frame.scale.day_x(chart.frame.status_day or 0) - chart.scroll_offset.x
        assert 0.25 < x / chart.chart_width < 0.45
        header = shown(pilot, "#header")
        assert "Portfolio › Atlas Customer Data Platform" in header
        assert "Finish 28 Jan 2027 ▲ 8.5d vs baseline" in header
        assert "Critical ● 10 open   Status date 09 Nov   Zoom week" in header


async def test_the_cursor_moves_and_the_details_follow() -> None:
    async with running(app_on(), (120, 30)) as pilot:
        await pilot.press("down", "down", "j", "k")
        assert selected(pilot) == "1.2"
        assert "1.2 Current-state data audit  Kofi" in shown(pilot, "#details")
        await pilot.press("end")
        assert selected(pilot) == "5.4"
        assert view(pilot).scroll_offset.y > 0
        await pilot.press("down", "pageup")
        assert selected(pilot) not in ("5.4", "1")
        await pilot.press("home", "up")
        assert selected(pilot) == "1"
        assert view(pilot).scroll_offset.y == 0


async def test_only_lines_that_change_are_drawn_again() -> None:
    async with running(app_on()) as pilot:
        chart = view(pilot)
        await go_to(pilot, "1.1")
        before = [chart.render_line(y) for y in range(chart.size.height - 1)]
        await pilot.press("down")
        after = [chart.render_line(y) for y in range(chart.size.height - 1)]
        changed = {y - AXIS_ROWS for y, (a, b) in enumerate(zip(before, after, strict=True)) if a is not b}
        numbers = {chart.model.numbers[row] for row in changed}
        # 1.1 and 1.2, and the rows between the ends of their links.
        assert {"1.1", "1.2"} <= numbers <= {"1.1", "1.2", "1.3", "1.4"}


async def test_zoom_keeps_the_selected_bar_where_it_is() -> None:
    async with running(app_on()) as pilot:
        await go_to(pilot, "3.2.2")
        chart = view(pilot)

        def place() -> float:
            return chart.frame.scale.x(chart.model.start[chart.position]) - chart.scroll_offset.x

        before = place()
        for key, zoom in (("plus", "day"), ("minus", "week")):
            await pilot.press(key)
            assert chart.zoom == zoom
            assert abs(place() - before) <= 1
        await pilot.press("minus")
        assert "Zoom month" in shown(pilot, "#header")


async def test_fit_shows_everything() -> None:
    async with running(app_on()) as pilot:
        await pilot.press("0")
        chart = view(pilot)
        model, scale = chart.model, chart.frame.scale
        assert chart.scroll_offset.x == 0
        assert all(0 <= scale.x(p) < chart.chart_width for p in (*model.start, *model.finish))
        assert chart.max_scroll_x == 0


async def test_time_scrolls_by_key_and_to_places() -> None:
    async with running(app_on()) as pilot:
        chart = view(pilot)
        at = chart.scroll_offset.x
        await pilot.press("right")
        assert chart.scroll_offset.x > at
        await pilot.press("left")
        assert chart.scroll_offset.x == at
        await go_to(pilot, "1.1")
        await pilot.press("full_stop")
        x = chart.frame.scale.x(chart.model.start[chart.position]) - chart.scroll_offset.x
        assert 0 <= x < chart.chart_width / 3
        await pilot.press("t")
        assert chart.scroll_offset.x == at


async def test_going_to_a_date() -> None:
    async with running(app_on()) as pilot:
        await pilot.press("plus", "g", *"1 dec 2026")
        assert "Tue 01 Dec 2026" in str(gantt(pilot).query_one("#prompt-meaning").render())
        await pilot.press("enter")
        chart = view(pilot)
        x = chart.frame.scale.day_x(instant("2026-12-01") // 86400) - chart.scroll_offset.x
        assert 0 <= x < chart.chart_width
        assert chart.has_focus


async def test_folding_one_all_and_to_a_level() -> None:
    async with running(app_on()) as pilot:
        chart = view(pilot)
        await go_to(pilot, "3.2.2")
        await pilot.press("space")
        assert selected(pilot) == "3.2"
        assert "▸" in chart.render_line(AXIS_ROWS + chart.cursor - chart.scroll_offset.y).text
        await pilot.press("left_square_bracket")
        assert [chart.model.numbers[p] for p in chart.rows.positions] == ["1", "2", "3", "4", "5"]
        assert selected(pilot) == "3"
        await pilot.press("2")
        assert "3.4" in {chart.model.numbers[p] for p in chart.rows.positions}
        await pilot.press("right_square_bracket")
        assert len(chart.rows) == chart.model.count


async def test_searching_while_typing() -> None:
    async with running(app_on()) as pilot:
        await pilot.press("left_square_bracket", "slash", *"test")
        assert selected(pilot) == "4.1"
        await pilot.press("enter", "n")
        assert selected(pilot) == "4.2"
        await pilot.press("n", "N", "N")
        assert selected(pilot) == "4.1"
        await pilot.press("slash", "x", "escape")
        assert selected(pilot) == "4.1"
        assert view(pilot).has_focus


@pytest.mark.parametrize(("key", "what"), [("b", "▂"), ("s", "╌"), ("w", "Ilse")])
async def test_parts_of_the_drawing_are_switched(key: str, what: str) -> None:
    async with running(app_on()) as pilot:
        chart = view(pilot)

        def charts() -> str:
            return "".join(chart.render_line(y).text[chart.frame.columns.width :] for y in range(AXIS_ROWS, 44))

        assert what in charts()
        await pilot.press(key)
        assert what not in charts()
        await pilot.press(key)
        assert what in charts()


async def test_links_of_the_selected_task_are_drawn() -> None:
    async with running(app_on()) as pilot:
        await go_to(pilot, "3.2.2")
        chart = view(pilot)
        palette = chart.look.palette
        chart.prepare()
        used = {
            s.style.color.name for y in range(44) for s in chart.render_line(y) if s.style and s.style.color and "▼" in s.text
        }
        assert used == {palette.predecessor, palette.successor}
        await pilot.press("x")
        chart.prepare()
        assert not any("▼" in chart.render_line(y).text for y in range(44))


async def test_a_duration_is_changed_undone_and_redone() -> None:
    app = app_on()
    async with running(app) as pilot:
        await go_to(pilot, "3.2.3")
        await pilot.press("d", *"16", "enter")
        await settle(pilot)
        chart = view(pilot)
        assert chart.model.duration_text(chart.position) == "16d"
        assert selected(pilot) == "3.2.3"
        header = shown(pilot, "#header")
        assert "Finish 03 Feb 2027" in header
        assert "u undoes Duration of Profile API" in header
        await pilot.press("u")
        await settle(pilot)
        assert chart.model.duration_text(chart.position) == "12d"
        assert "Finish 28 Jan 2027" in shown(pilot, "#header")
        await pilot.press("ctrl+r")
        await settle(pilot)
        assert chart.model.duration_text(chart.position) == "16d"


async def test_what_means_nothing_is_not_accepted() -> None:
    async with running(app_on()) as pilot:
        await go_to(pilot, "3.2.3")
        await pilot.press("d", *"soon", "enter")
        prompt = gantt(pilot).query_one(Prompt)
        assert prompt.display
        assert prompt.query_one("#prompt-meaning").has_class("wrong")
        await pilot.press("escape")
        assert not prompt.display
        assert view(pilot).model.duration_text(view(pilot).position) == "12d"


async def test_renaming_and_progress() -> None:
    async with running(app_on()) as pilot:
        await go_to(pilot, "3.2.3")
        await pilot.press("e")
        pilot.app.screen.query_one(Input).value = "Profile [b]API[/b]"
        await pilot.press("enter")
        await settle(pilot)
        assert "3.2.3 Profile [b]API[/b]" in shown(pilot, "#details")
        await pilot.press("percent_sign", *"25", "enter")
        await settle(pilot)
        assert view(pilot).model.percent[view(pilot).position] == 2500


async def test_a_summary_has_no_duration_of_its_own() -> None:
    async with running(app_on()) as pilot:
        screen = gantt(pilot)
        assert not screen.possible("edit('duration')")
        assert screen.possible("edit('name')")
        assert not screen.possible("undo")
        await pilot.press("d", "u")
        assert not screen.query_one(Prompt).display
        await go_to(pilot, "1.1")
        assert screen.possible("edit('duration')")


async def test_details_and_help_open_and_close() -> None:
    async with running(app_on()) as pilot:
        await go_to(pilot, "3.2.2")
        await pilot.press("enter")
        dialog = pilot.app.screen
        assert isinstance(dialog, TaskDialog)
        told = dict(dialog.pairs)
        assert told["Name"] == "Merge rules engine"
        assert told["Predecessors"] == "3.2.1 Identity graph service  FS-5d  drives"
        await pilot.press("escape", "question_mark")
        assert isinstance(pilot.app.screen, HelpScreen)
        await pilot.press("q")
        assert selected(pilot) == "3.2.2"


async def test_the_mouse_selects_folds_scrolls_and_zooms() -> None:
    async with running(app_on(), (120, 30)) as pilot:
        chart = view(pilot)
        await pilot.click(chart, offset=(90, AXIS_ROWS + 3))
        assert selected(pilot) == "1.3"
        await pilot.click(chart, offset=(1, AXIS_ROWS))
        assert selected(pilot) == "1"
        assert chart.rows.is_folded(0)
        await pilot.click(chart, offset=(1, AXIS_ROWS))
        assert not chart.rows.is_folded(0)
        await pilot._post_mouse_events([events.MouseScrollDown], chart, offset=(90, 9))
        assert chart.scroll_offset.y == 3
        assert selected(pilot) == "1"
        await pilot._post_mouse_events([events.MouseScrollUp], chart, offset=(90, 9), control=True)
        assert chart.zoom == "day"
        await pilot.double_click(chart, offset=(90, AXIS_ROWS + 3))
        assert isinstance(pilot.app.screen, TaskDialog)


async def test_the_edge_of_the_outline_is_dragged() -> None:
    async with running(app_on()) as pilot:
        chart = view(pilot)
        edge = chart.frame.columns.width - 1
        await pilot.mouse_down(chart, offset=(edge, 10))
        await pilot.hover(chart, offset=(edge - 20, 10))
        await pilot.mouse_up(chart, offset=(edge - 20, 10))
        assert chart.frame.columns.width == edge - 19
        assert chart.chart_width == 190 - chart.frame.columns.width
        await pilot.resize_terminal(150, 40)
        assert chart.frame.columns.width == edge - 19


async def test_other_colours_at_once() -> None:
    async with running(app_on()) as pilot:
        await pilot.app.run_action("theme('light')")
        await pilot.pause()
        segment = next(iter(view(pilot).render_line(AXIS_ROWS + 9)))
        assert segment.style is not None
        assert segment.style.bgcolor is not None
        assert segment.style.bgcolor.name in (LIGHT.background, LIGHT.stripe)
        assert LIGHT.name in pilot.app.theme


async def test_leaving_returns_to_the_list_and_then_ends() -> None:
    app = app_on()
    async with running(app) as pilot:
        await pilot.press("escape")
        await settle(pilot)
        assert projects(pilot).projects.selected is not None
        await pilot.press("enter")
        await settle(pilot)
        assert selected(pilot) == "1"
        await pilot.press("q", "q")
        await pilot.pause()
        assert not app.is_running or app._exit


async def test_a_plan_that_cannot_be_scheduled_says_why() -> None:
    tasks = [{"id": i, "project_id": 1, "position": i, "name": f"T{i}", "duration": 28800} for i in (1, 2)]
    links = [{"id": i, "project_id": 1, "predecessor_id": a, "successor_id": b} for i, (a, b) in enumerate(((1, 2), (2, 1)), 1)]
    plan = Plan.from_rows(projects=[{"id": 1, "code": "LOOP", "start": instant("2026-01-05T08:00")}], tasks=tasks, links=links)
    async with running(app_on(plan, project="LOOP")) as pilot:
        assert "error[schedule.cycle]" in str(pilot.app.screen.query_one("#waiting").render())
        await pilot.press("d", "plus", "escape")
        await settle(pilot)
        line = projects(pilot).projects.render_line(AXIS_ROWS).text
        assert "■" in line
        assert not projects(pilot).possible("open_project")


async def test_a_plan_without_tasks_can_be_looked_at() -> None:
    plan = Plan.from_rows(projects=[{"id": 1, "code": "NEW", "start": instant("2026-01-05T08:00")}])
    async with running(app_on(plan, project="NEW"), (80, 24)) as pilot:
        await pilot.press(
            "down", "space", "enter", "plus", "0", "d", "slash", "t", "full_stop", "left_square_bracket", "3", "end"
        )
        assert "no tasks yet" in shown(pilot, "#details")


@pytest.mark.parametrize("size", [(80, 24), (60, 16), (30, 10), (12, 5)])
async def test_small_screens_work(size: tuple[int, int]) -> None:
    async with running(app_on(), size) as pilot:
        await pilot.press("down", "right", "plus", "minus", "space", "0", "t", "end", "enter")
        await pilot.press("escape", "question_mark", "escape")
        await pilot.resize_terminal(190, 48)
        assert selected(pilot).startswith("5")


async def test_a_conflict_with_somebody_else_is_told_and_the_plan_read_again(tmp_path: Path) -> None:
    path = str(tmp_path / "plans.db")
    with Workspace.open(path, author="Ana") as mine, Workspace.open(path, author="Ravi") as theirs:
        mine.import_plan(atlas()[0])
        async with running(SlacklineApp(mine, project="ATLAS", today=STATUS)) as pilot:
            await go_to(pilot, "3.2.3")
            chart = view(pilot)
            task_id = chart.model.ids[chart.position]
            await pilot.press("d", *"14", "enter")
            await settle(pilot)
            theirs.run(EditTask(task_id, {"duration": 20 * 28800}), "ATLAS")
            await pilot.press("u")
            await settle(pilot)
            assert chart.model.duration_text(chart.position) == "20d"
            assert any("store.conflict" in str(note.title) for note in pilot.app._notifications)


async def test_what_fails_after_the_screen_is_left_is_told_all_the_same(tmp_path: Path) -> None:
    path = str(tmp_path / "plans.db")
    with Workspace.open(path, author="Ana") as mine, Workspace.open(path, author="Ravi") as theirs:
        mine.import_plan(atlas()[0])
        async with running(SlacklineApp(mine, project="ATLAS", today=STATUS)) as pilot:
            await go_to(pilot, "3.2.3")
            chart = view(pilot)
            task_id = chart.model.ids[chart.position]
            await pilot.press("d", *"14", "enter")
            await settle(pilot)
            theirs.run(EditTask(task_id, {"duration": 20 * 28800}), "ATLAS")
            session = pilot.app.session  # type: ignore[attr-defined]
            with session._lock:  # the undo waits; the reader does not
                await pilot.press("u")
                await pilot.pause(0.1)
                await pilot.press("q")
                await pilot.pause(0.1)
            for _ in range(100):
                if told := [note for note in pilot.app._notifications if note.title == "store.conflict"]:
                    break
                await pilot.pause(0.05)
            assert len(told) == 1


async def test_an_older_reading_that_is_heard_of_late_is_not_shown(tmp_path: Path) -> None:
    async with running(app_on()) as pilot:
        screen = gantt(pilot)
        newer = screen.opened
        assert newer is not None
        screen.post_message(PlanOpened(replace(newer, undo="an older state", serial=newer.serial - 1)))
        await settle(pilot)
        assert screen.opened is newer
