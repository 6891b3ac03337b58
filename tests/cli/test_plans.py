"""Import, export, list, show, schedule, explain: what goes in and what comes out."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import pytest

from pm.formats import read_plan
from pm.schedule import compute_schedule
from tests.cli.conftest import SHARED, Cli
from tests.commands.plans import house

SCORED = {
    "uid", "start", "finish", "early_start", "early_finish", "late_start", "late_finish", "total_slack_minutes",
    "free_slack_minutes", "critical",
}  # fmt: skip


def test_a_file_is_imported_listed_and_exported(cli: Cli, house_file: Path, tmp_path: Path) -> None:
    result = cli("import", house_file, "--code", "HOUSE")
    assert "read: 1 project, " in result.out
    assert result.lines[-1] == "  imported as HOUSE"
    assert [line.split()[0] for line in cli("list").lines] == ["code", "HOUSE"]
    cli("export", "HOUSE", "again.xml")
    again = read_plan(tmp_path / "again.xml").plan
    assert list(again.tasks.column("name")) == list(house().tasks.column("name"))
    assert compute_schedule(again).finish.tolist() == compute_schedule(house()).finish.tolist()


def test_a_dry_run_stores_nothing(cli: Cli, house_file: Path, tmp_path: Path) -> None:
    assert "nothing was stored" in cli("import", "--dry-run", house_file).out
    assert not (tmp_path / "plans.db").exists()


def test_an_import_twice_needs_another_code_or_replaces(cli: Cli, house_file: Path) -> None:
    cli("import", house_file, "--code", "H")
    error = cli("import", house_file, "--code", "H", status=3).err
    assert error.startswith("error[import.code_exists]")
    assert "--replace" in error
    cli("import", house_file, "--code", "h", "--replace")
    cli("import", house_file, "--code", "H2")
    assert len(cli("list", "--json").json()["projects"]) == 2


def test_a_bad_file_among_good_ones_is_reported_and_the_others_go_in(cli: Cli, house_file: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.xml").write_text("<Project")
    result = cli("import", "bad.xml", house_file, "--json", status=3)
    document = result.json()
    assert document["schema"] == "pm.import/2"
    assert [("error" in f) for f in document["files"]] == [True, False]
    assert result.err.startswith("error[mspdi.")
    assert len(cli("list", "--json").json()["projects"]) == 1


def test_undo_takes_an_import_back(cli: Cli, house_file: Path) -> None:
    cli("import", house_file)
    assert cli("undo").out.startswith("Undone: Import")
    assert cli("list", "--json").json()["projects"] == []
    assert cli("redo").out.startswith("Redone: Import")
    assert len(cli("list", "--json").json()["projects"]) == 1


def test_the_schedule_of_a_file_has_what_is_scored(cli: Cli, house_file: Path, tmp_path: Path) -> None:
    document = cli("schedule", house_file, "--json").json()
    assert document["schema"] == "pm.schedule/1"
    assert len(document["tasks"]) == 7
    assert all(task.keys() >= SCORED for task in document["tasks"])
    slab = next(t for t in document["tasks"] if t["name"] == "Pour slab")
    assert (slab["uid"], slab["start"], slab["finish"]) == (3, "2026-01-07T08:00", "2026-01-09T17:00")
    assert (slab["total_slack_minutes"], slab["critical"], slab["duration_minutes"]) == (0, True, 1440)
    assert document["project"]["finish"] == "2026-01-13T17:00"
    assert not (tmp_path / "plans.db").exists(), "a file needs no database"


def test_one_schedule_goes_to_a_file_or_into_a_folder(cli: Cli, house_file: Path, tmp_path: Path) -> None:
    cli("schedule", house_file, "-o", "one.json")
    (tmp_path / "out").mkdir()
    cli("schedule", house_file, "-o", "out")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "out" / "house.json").read_bytes()
    assert json.loads((tmp_path / "one.json").read_text())["schema"] == "pm.schedule/1"


def test_of_several_plans_the_bad_one_is_reported_and_the_others_go_on(cli: Cli, house_file: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.xml").write_text("<Project")
    result = cli("schedule", "bad.xml", house_file, "missing.xml", "-o", "new/folder", status=3)
    assert [p.name for p in (tmp_path / "new" / "folder").iterdir()] == ["house.json"]
    assert result.out == ""
    assert "bad.xml" in result.err
    assert "error[file.not_found]: missing.xml" in result.err
    document = cli("schedule", "bad.xml", house_file, "-o", "new/folder", "--json", status=3).json()
    assert [f["plan"] for f in document["failed"]] == ["bad.xml"]


def test_a_project_is_scheduled_by_its_code(cli: Cli, house_file: Path) -> None:
    cli("import", house_file, "--code", "HOUSE")
    from_database = cli("schedule", "house", "--json").json()
    from_file = cli("schedule", house_file, "--json").json()
    assert from_database["tasks"] == from_file["tasks"]


def test_show_is_an_outline(cli: Cli, house_file: Path) -> None:
    lines = cli("show", house_file, "--columns", "number,name,duration,critical").lines
    assert lines[0].split() == ["#", "task", "duration"]
    assert lines[1].startswith("1    Foundation")
    assert lines[3].startswith("1.2    Pour slab")
    assert lines[3].endswith("●")
    assert [line.split()[0] for line in cli("show", house_file, "--level", "1").lines] == ["#", "1", "2", "3"]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("critical and not summary", ["1.1", "1.2", "2.1", "2.2", "3"]),
        ('name ~ "SLAB"', ["1.2"]),
        ("total_slack > 2d and not milestone", ["2.2"]),
        ("start < 2026-01-07 and not summary", ["1.1", "2.2", "3"]),
        ("start = 2026-01-07 or milestone", ["1.2", "3"]),
        ("resources ~ ann", ["1.2"]),
    ],
)
def test_show_where(cli: Cli, house_file: Path, query: str, numbers: list[str]) -> None:
    document = cli("show", house_file, "--where", query, "--columns", "number", "--json").json()
    found = [t["number"] for t in document["tasks"]]
    if query.startswith("critical"):
        schedule = compute_schedule(house())
        outline = house().outline
        numbers = [n for i, n in enumerate(outline.numbers) if schedule.critical[i] and not outline.is_summary(i)]
    assert found == numbers


def test_every_column_can_be_shown(cli: Cli, house_file: Path) -> None:
    names = cli("show", house_file, "--columns", "help").lines
    assert {"number", "name", "total_slack", "predecessors", "finish_variance", "longest_path"} <= set(names)
    document = cli("show", house_file, "--columns", ",".join(names), "--json").json()
    assert len(document["tasks"]) == 7
    assert len(cli("show", house_file, "--columns", ",".join(names)).lines) == 8


def test_explain_leads_from_an_origin_to_the_date_without_a_gap(cli: Cli, house_file: Path) -> None:
    document = cli("explain", house_file, "Frame", "--json").json()
    assert document["schema"] == "pm.explanation/1"
    steps = document["steps"]
    assert steps[0]["kind"] == "project_start"
    assert all(a["finish"] == b["start"] for a, b in itertools.pairwise(steps))
    assert steps[-1]["finish"] == document["date"]
    text = cli("explain", house_file, "Frame").out
    assert text.startswith("2.1 Frame starts ")
    assert "SS+1d" in text
    assert cli("explain", house_file, "2.1", "--finish").out.startswith("2.1 Frame finishes ")


def test_a_file_that_is_not_to_be_trusted_changes_nothing(cli: Cli, tmp_path: Path) -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><Project xmlns="http://schemas.microsoft.com/project">&b;</Project>'
    )
    (tmp_path / "bomb.xml").write_text(bomb)
    cli("import", "bomb.xml", status=3)
    assert cli("list", "--json").json()["projects"] == []


def test_export_is_whole_or_not_at_all(cli: Cli, house_file: Path, tmp_path: Path) -> None:
    assert cli("export", house_file, "missing/folder/x.xml", status=3).err.startswith("error[file.")
    assert not (tmp_path / "missing").exists()


def test_a_plan_that_cannot_be_scheduled_is_listed_and_can_be_written(cli: Cli, house_file: Path, tmp_path: Path) -> None:
    cli("import", house_file, "--code", "HOUSE")
    cli("new", "FINE", "--start", "2026-01-05")
    cli("calendar", "edit", "HOUSE", "Standard", "Mon-Sun=off")
    result = cli("list")
    assert [line.split()[0] for line in result.lines] == ["code", "HOUSE", "FINE"]
    assert result.err.startswith("warning: HOUSE cannot be scheduled: error[")
    assert cli("schedule", "HOUSE", status=3).err.startswith("error[")
    assert cli("export", "HOUSE", "idle.xml").err.startswith("warning: written without computed dates")
    cli("calendar", "edit", "idle.xml", "Standard", "Mon-Fri=8:00-16:00", "--in-place")
    assert cli("schedule", "idle.xml", "--json").json()["tasks"]


def test_a_fault_of_ours_in_one_plan_does_not_end_the_others(
    cli: Cli, house_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pm import schedule

    (tmp_path / "other.xml").write_bytes(house_file.read_bytes())
    real, calls = schedule.compute_schedule, []

    def fails_once(plan: object) -> object:
        calls.append(plan)
        if len(calls) == 1:
            raise ZeroDivisionError("on purpose")
        return real(plan)  # type: ignore[arg-type]

    monkeypatch.setattr(schedule, "compute_schedule", fails_once)
    result = cli("schedule", house_file, "other.xml", "-o", "out", status=3)
    assert "error[internal]: " in result.err
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["other.json"]


def test_what_a_file_cannot_hold_is_said(cli: Cli, house_file: Path) -> None:
    cli("resource", "edit", house_file, "Ann", "role=Mason", "-o", "house.toml")
    exported = cli("export", "house.toml", "out.xml")
    assert "warning: not written: role of 1 resource, project 'House'\n" in exported.err
    assert cli("export", "house.toml", "out.csv").err == "wrote out.csv (outline for spreadsheets (CSV))\n"
    expected = [{"code": "mspdi.not_written", "message": "not written: role of 1 resource", "subject": "project 'House'"}]
    assert cli("export", "house.toml", "out.xml", "--json").json()["not_written"] == expected
    edited = cli("edit", "house.toml", "Dig", "duration=3d", "-o", "out.xml", "--json")
    assert edited.json()["not_written"] == expected
    assert edited.err.count("warning: not written: ") == 1
    assert cli("edit", "house.toml", "Dig", "duration=3d", "--in-place", "--json").json()["not_written"] == []


@pytest.mark.parametrize("ending", ["xml", "json", "toml", "csv"])
def test_every_ending_can_be_written(cli: Cli, house_file: Path, tmp_path: Path, ending: str) -> None:
    document = cli("export", house_file, f"out.{ending}", "--json").json()
    assert document == {
        "schema": "pm.export/1",
        "written": f"out.{ending}",
        "format": document["format"],
        "not_written": [],
    }
    if ending != "csv":
        tasks = cli("schedule", f"out.{ending}", "--json").json()["tasks"]
        assert [t["finish"] for t in tasks] == [t["finish"] for t in cli("schedule", house_file, "--json").json()["tasks"]]


def test_on_a_narrow_terminal_an_explanation_leaves_room_for_the_tasks(
    cli: Cli, house_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = cli("explain", house_file, "Frame").lines
    monkeypatch.setattr("pm.cli.explaining.window_width", lambda: 80)
    narrow = cli("explain", house_file, "Frame").lines
    assert wide[1].split()[:2] == ["from", "to"]
    assert narrow[1].split()[0] == "until"
    assert len(narrow) == len(wide)
    assert narrow[-1].startswith(narrow[0].removesuffix(", because")[-16:])


def test_an_import_says_how_much_it_could_compare(cli: Cli, house_file: Path) -> None:
    cli("import", house_file)
    assert "computed: the file holds no dates to compare with" in cli("import", house_file, "--dry-run").out
    cli("export", cli("list", "--json").json()["projects"][0]["code"], "dated.xml")
    dated = Path("dated.xml").read_text(encoding="utf-8")
    whole, first, *tasks = re.split(r"(?=<Task>)", dated)
    dates = r"<(Start|Finish|Early\w+|Late\w+|\w+Slack|Critical)>[^<]*</\1>\s*"
    bare = [re.sub(dates, "", task) for task in tasks[1:]]
    Path("dated.xml").write_text("".join([whole, first, tasks[0], *bare]), encoding="utf-8")
    assert f"; the file has no dates for {len(bare)} more" in cli("import", "dated.xml", "--dry-run").out


def test_on_a_narrow_terminal_names_are_read_before_times_of_day(
    cli: Cli, house_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("edit", house_file, "Pour slab", "name=Pour the slab of the big hall at the back", "--in-place")
    wide = cli("show", house_file).out
    monkeypatch.setattr("pm.cli.output.window_width", lambda: 78)
    narrow = cli("show", house_file)
    assert re.search(r"\d\d:\d\d", wide)
    assert not re.search(r"\d\d:\d\d", narrow.out)
    assert "Pour the slab of the" in narrow.out
    assert max(map(len, narrow.lines)) <= 78
    assert [line.split()[0] for line in narrow.lines] == [line.split()[0] for line in wide.splitlines()]


@pytest.mark.parametrize("ending", [".xml", ".xer", ".toml", ".pm.json", ".csv"])
def test_a_project_leaves_without_what_only_others_use(cli: Cli, tmp_path: Path, ending: str) -> None:
    (tmp_path / "both.toml").write_text(SHARED, encoding="utf-8")
    cli("import", "both.toml")
    cli("export", "DAY", f"day{ending}")
    content = (tmp_path / f"day{ending}").read_bytes().decode("utf-8", "replace")
    assert "Ana" in content
    assert not [name for name in ("Zebulon", "Nightshift", "Watch", "NIGHT") if name in content]


@pytest.mark.parametrize("name", ["construction", "software-launch"])
def test_what_is_counted_as_critical_is_open_work(cli: Cli, name: str) -> None:
    from tui.widgets.gantt.model import GanttModel

    path = Path(__file__).parents[2] / "sample_projects" / f"{name}.toml"
    cli("import", path, "--code", "A")
    (row,) = cli("list", "--json").json()["projects"]
    shown = cli("show", "A", "--where", "critical and not summary and percent_complete < 100%", "--json").json()["tasks"]
    plan = read_plan(path).plan
    assert row["critical"] == len(shown) == GanttModel(plan, compute_schedule(plan)).critical_count
    assert f" {len(shown)} critical" in cli("schedule", "A").lines[0]
    assert len(shown) < len(cli("show", "A", "--where", "critical", "--json").json()["tasks"])
