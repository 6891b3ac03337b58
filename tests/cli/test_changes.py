"""Every changing command, on the database and on files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pm.formats import read_plan
from pm.workspace import Applied, Workspace
from tests.cli.conftest import Cli


@pytest.fixture
def house_project(cli: Cli, house_file: Path) -> str:
    cli("import", house_file, "--code", "HOUSE")
    return "HOUSE"


def rows(cli: Cli, plan: object, columns: str, *words: str) -> list[dict[str, Any]]:
    """The tasks of a plan as ``pm show`` answers them."""
    found: list[dict[str, Any]] = cli("show", plan, "--columns", columns, "--json", *words).json()["tasks"]
    return found


def column(cli: Cli, plan: object, name: str) -> list[Any]:
    return [task[name] for task in rows(cli, plan, name.removesuffix("_minutes"))]


def test_tasks_are_added_where_they_belong(cli: Cli, house_project: str) -> None:
    assert cli("add", "HOUSE", "Cure", "duration=7ed", "--under", "Foundation").out == "Add Cure as 1.3\n"
    document = cli("add", "HOUSE", "Survey", "--before", "#2", "--json").json()
    assert document["added"] == [{"table": "tasks", "uid": 9, "number": "1.1"}]
    assert column(cli, "HOUSE", "name")[:5] == ["Foundation", "Survey", "Dig", "Pour slab", "Cure"]
    cli("add", "HOUSE", "X", "--before", "1", "--after", "2", status=2)


def test_fields_are_read_by_their_kind(cli: Cli, house_project: str) -> None:
    cli("edit", "HOUSE", "Dig", "deadline=2026-02-03", "fixed-cost=1234.50", "priority=700", "milestone=yes", "type=fixed_work")
    task = rows(cli, "HOUSE", "deadline,fixed_cost,priority,milestone,type", "--where", "name = dig")[0]
    assert (task["deadline"], task["fixed_cost"], task["priority"]) == ("2026-02-03T17:00", "1234.50", 700)
    assert (task["milestone"], task["type"]) == (True, "fixed_work")
    cli("edit", "HOUSE", "Dig", "deadline=none", "constraint_type=must-start-on", "constraint_date=12 Jan 2026")
    assert column(cli, "HOUSE", "start")[1] == "2026-01-12T08:00"
    cli("edit", "HOUSE", "Dig", "calendar=standard")
    assert "Standard" in cli("show", "HOUSE", "--columns", "name,calendar_id").out


@pytest.mark.parametrize(
    ("words", "code", "status"),
    [
        (["nonsense"], "usage.field", 2),
        (["colour=red"], "value.unknown_field", 3),
        (["extra=1"], "value.unknown_field", 3),
        (["start=2026-01-01"], "value.unknown_field", 3),
        (["duration=long"], "value.duration", 3),
        (["duration=-3d"], "value.invalid", 3),
        (["priority=high"], "value.number", 3),
        (["milestone=perhaps"], "value.flag", 3),
        (["type=soft"], "value.invalid", 3),
        (["deadline=soon"], "value.date", 3),
        (["calendar=nights"], "plan.no_calendar", 3),
        (["parent_id=2"], "value.protected", 3),
        (["percent_complete=101"], "value.invalid", 3),
        (["name="], "value.invalid", 3),
        (["duration=none"], "value.invalid", 3),
    ],
)
def test_bad_fields_change_nothing(cli: Cli, house_project: str, words: list[str], code: str, status: int) -> None:
    before = cli("log", "--json").out
    assert cli("edit", "HOUSE", "Dig", *words, status=status).err.startswith(f"error[{code}]")
    assert cli("log", "--json").out == before


def test_what_is_wrong_with_a_field_names_it(cli: Cli, house_project: str) -> None:
    said = cli("edit", "HOUSE", "Dig", "milestone=perhaps", status=3).err
    assert said.startswith("error[value.flag]: 'perhaps' is neither yes nor no, milestone=perhaps")
    said = cli("edit", "HOUSE", "Dig", "duration=1,5w", status=3).err
    assert "'1,5w' is not a duration, duration=1,5w" in said
    assert "a point before decimals, no comma" in said


def test_a_dry_run_shows_what_would_move(cli: Cli, house_project: str) -> None:
    text = cli("edit", "HOUSE", "Dig", "duration=4d", "--dry-run").out
    assert text.startswith("Would: Duration of Dig 2d → 4d\nHOUSE finishes 2026-01-15 17:00, not 2026-01-13 17:00\n")
    document = cli("edit", "HOUSE", "Dig", "duration=4d", "--dry-run", "--json").json()
    assert {m["name"] for m in document["moves"]} >= {"Dig", "Pour slab", "Frame"}
    assert column(cli, "HOUSE", "duration_minutes")[1] == 960


def test_links(cli: Cli, house_project: str) -> None:
    assert cli("link", "HOUSE", "Frame", "Roof", "fs+50%").out == "Link Frame → Roof FS+50%\n"
    assert cli("link", "HOUSE", "Frame", "Roof", "FS-1d").out == "Link Frame → Roof FS+50% → FS-1d\n"
    cli("link", "HOUSE", "Frame", "Roof", "FF")
    assert column(cli, "HOUSE", "predecessors")[5] == "2.1FS-1d, 2.1FF"
    assert cli("unlink", "HOUSE", "Frame", "Roof", status=3).err.startswith("error[link.ambiguous]")
    cli("unlink", "HOUSE", "Frame", "Roof", "--type", "ff")
    cli("unlink", "HOUSE", "Frame", "Roof")
    cycle = cli("link", "HOUSE", "Frame", "Dig", status=3).err
    assert cycle.startswith("error[schedule.cycle]: ")
    assert "Dig" in cycle
    for bad in ("XX", "+2q", "FS 2d", ""):
        cli("link", "HOUSE", "Frame", "Roof", bad, status=None)
        assert column(cli, "HOUSE", "predecessors")[5] == ""


def test_moves(cli: Cli, house_project: str) -> None:
    cli("move", "HOUSE", "Hand over", "--indent")
    assert column(cli, "HOUSE", "number")[-1] == "2.3"
    cli("move", "HOUSE", "Hand over", "--top")
    cli("move", "HOUSE", "Hand over", "--under", "Foundation")
    cli("move", "HOUSE", "Hand over", "--up")
    cli("move", "HOUSE", "Hand over", "--down")
    cli("move", "HOUSE", "Hand over", "--outdent")
    cli("move", "HOUSE", "Roof", "--to", "2 Feb 2026 10:00")
    assert rows(cli, "HOUSE", "start", "--where", "name=roof")[0]["start"] == "2026-02-02T10:00"
    cli("move", "HOUSE", "Roof", status=2)
    cli("move", "HOUSE", "Roof", "--up", "--down", status=2)


def test_progress(cli: Cli, house_project: str) -> None:
    cli("progress", "HOUSE", "Dig", "50%", "--started", "2026-01-05 10:00")
    task = rows(cli, "HOUSE", "actual_start,percent_complete,remaining_duration", "--where", "name=dig")[0]
    assert (task["actual_start"], task["percent_complete"], task["remaining_duration_minutes"]) == ("2026-01-05T10:00", 50, 480)
    cli("progress", "HOUSE", "Foundation", "50%", status=3)


def test_resources_and_assignments(cli: Cli, house_project: str) -> None:
    cli("resource", "add", "HOUSE", "Cleo", "rate=62.50", "max-units=50%")
    cli("assign", "HOUSE", "Dig", "Cleo", "50%")
    cli("assign", "HOUSE", "Dig", "cleo", "25%")
    cli("assign", "HOUSE", "Roof", "A", "--work", "32h")
    known = {r["name"]: r for r in cli("resource", "list", "HOUSE", "--json").json()["resources"]}
    assert (known["Cleo"]["standard_rate"], known["Cleo"]["max_units"], known["Cleo"]["work_minutes"]) == ("62.5", 50.0, 480)
    cli("unassign", "HOUSE", "Dig", "Cleo")
    cli("unassign", "HOUSE", "Dig", "Cleo", status=3)
    cli("resource", "edit", "HOUSE", "Cleo", "name=Clea", "type=material")
    cli("resource", "remove", "HOUSE", "Clea")
    assert "Cle" not in cli("resource", "list", "HOUSE").out


def test_calendars(cli: Cli, house_project: str) -> None:
    cli("calendar", "add", "HOUSE", "Nights", "Mon-Fri=22:00-6:00")
    cli("calendar", "edit", "HOUSE", "Standard", "Sat=8:00-12:00", "Fri=off")
    cli("calendar", "except", "HOUSE", "Standard", "5 Jan 2026", "6 Jan 2026", "--name", "Flood")
    cli("calendar", "except", "HOUSE", "Standard", "2026-01-11", "--shifts", "8:00-12:00,13:00-17:00")
    standard, nights = cli("calendar", "list", "HOUSE", "--json").json()["calendars"]
    assert [bool(day) for day in standard["week"]] == [True, True, True, True, False, True, False]
    assert standard["exceptions"][0] == {"name": "Flood", "start": "2026-01-05", "finish": "2026-01-06", "shifts": []}
    assert nights["week"][0] == [[79200, 108000]]
    assert column(cli, "HOUSE", "start")[1] == "2026-01-07T08:00"
    cli("calendar", "unexcept", "HOUSE", "Standard", "2026-01-06")
    assert column(cli, "HOUSE", "start")[1] == "2026-01-05T08:00"
    cli("calendar", "unexcept", "HOUSE", "Standard", "2026-01-06", status=3)
    cli("calendar", "remove", "HOUSE", "Nights")
    cli("calendar", "remove", "HOUSE", "Standard", status=3)
    for bad in ("Mon", "Mon=8", "Foo=off", "Mon=25:00-26:00", "Mon=8:00-12:00,11:00-13:00"):
        cli("calendar", "edit", "HOUSE", "Standard", bad, status=3)


def test_projects_and_baselines(cli: Cli, house_project: str) -> None:
    cli("baseline", "set", "HOUSE", "--name", "Agreed")
    cli("edit", "HOUSE", "Dig", "duration=4d")
    assert cli("baseline", "list", "HOUSE", "--json").json()["baselines"][0]["name"] == "Agreed"
    slips = {t["name"]: t for t in cli("baseline", "show", "HOUSE", "--json").json()["tasks"]}
    assert (slips["Dig"]["finish_variance_minutes"], slips["Roof"]["finish_variance_minutes"]) == (960, 0)
    assert "2d" in cli("baseline", "show", "HOUSE").out
    cli("baseline", "show", "HOUSE", "3", status=3)
    cli("baseline", "set", "HOUSE", "1000", status=2)
    cli("baseline", "remove", "HOUSE", "0")
    assert cli("baseline", "list", "HOUSE", "--json").json()["baselines"] == []
    cli("project", "edit", "HOUSE", "start=2026-03-02", "code=HOME")
    assert column(cli, "HOME", "start")[1] == "2026-03-02T08:00"
    cli("project", "remove", "HOME")
    cli("show", "HOME", status=3)
    cli("undo")
    assert len(column(cli, "HOME", "name")) == 7


def test_removing(cli: Cli, house_project: str) -> None:
    assert cli("remove", "HOUSE", "Foundation", "Roof").out == "Remove Foundation and 3 more\n"
    assert column(cli, "HOUSE", "name") == ["Walls", "Frame", "Hand over"]


def test_the_log_says_who_what_and_why(cli: Cli, house_project: str) -> None:
    cli("edit", "HOUSE", "Dig", "duration=4d", "--reason", "rock")
    cli("undo")
    entries = cli("log", "--json").json()["entries"]
    assert [e["kind"] for e in entries] == ["undo", "do", "import"]
    assert (entries[1]["author"], entries[1]["label"], entries[1]["reason"]) == ("Zoë", "Duration of Dig 2d → 4d", "rock")
    assert (entries[1]["state"], entries[0]["undoes"]) == ("undone", entries[1]["id"])
    assert len(cli("log", "-n", "1", "--json").json()["entries"]) == 1
    assert "rock" in cli("log", "HOUSE").out


def test_a_file_is_not_changed_unless_told_where_to_write(cli: Cli, house_file: Path, tmp_path: Path) -> None:
    before = house_file.read_bytes()
    assert cli("edit", house_file, "Dig", "duration=4d", status=2).err.startswith("error[usage.destination]")
    cli("edit", house_file, "Dig", "duration=4d", "--in-place", "-o", "x.xml", status=2)
    cli("edit", house_file, "Dig", "duration=4d", "--dry-run")
    cli("edit", house_file, "Dig", "duration=4d", "-o", "longer.xml")
    assert house_file.read_bytes() == before
    assert read_plan(tmp_path / "longer.xml").plan.task(2).duration == 4 * 8 * 3600
    cli("edit", house_file, "Dig", "duration=5d", "--in-place")
    assert read_plan(house_file).plan.task(2).duration == 5 * 8 * 3600
    assert not (tmp_path / "plans.db").exists(), "a file needs no database"


def test_the_database_takes_no_destination(cli: Cli, house_project: str) -> None:
    cli("edit", "HOUSE", "Dig", "duration=4d", "--in-place", status=2)
    cli("edit", "HOUSE", "Dig", "duration=4d", "-o", "x.xml", status=2)


def test_new_projects_follow_the_settings(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('currency = "CHF"\nhours_per_day = 7.5\nnonsense = 1\n')
    result = cli("new", "A", "--name", "Atlas", "--start", "2026-01-05")
    assert result.out == "New project A, starts 2026-01-05T08:00\n"
    assert result.err.startswith("warning: ")
    assert "nonsense" in result.err
    cli("add", "A", "X", "duration=2d")
    assert cli("show", "A", "--columns", "duration", "--json").json()["tasks"][0]["duration_minutes"] == 900


def test_the_database_commands(cli: Cli, tmp_path: Path) -> None:
    cli("db", "check", status=4)
    assert "is ready" in cli("db", "init").out
    cli("new", "A")
    assert "is sound" in cli("db", "check").out
    assert cli("db", "check", "--json").json()["problems"] == []
    cli("db", "upgrade")
    cli("db", "backup", "copy.db")
    assert [p["code"] for p in cli("list", "--json", "--db", "copy.db").json()["projects"]] == ["A"]
    (tmp_path / "junk.db").write_bytes(b"no database at all, " * 100)
    assert cli("list", "--db", "junk.db", status=4).err.startswith("error[store.not_a_database]")


def test_the_settings_commands(cli: Cli, tmp_path: Path) -> None:
    assert cli("settings", "path").out == f"{tmp_path / 'settings.toml'}\n"
    assert 'author = "Zoë"' in cli("settings", "show").lines
    assert cli("settings", "show", "--json").json()["settings"]["author"] == "Zoë"


def test_a_file_that_somebody_changed_meanwhile_is_not_overwritten(
    cli: Cli, house_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = Workspace.run

    def after_them(self: Workspace, *args: Any, **options: Any) -> Applied:
        house_file.write_text(house_file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        return ours(self, *args, **options)

    monkeypatch.setattr(Workspace, "run", after_them)
    theirs = house_file.read_text(encoding="utf-8") + "\n"
    assert "error[store.conflict]" in cli("edit", house_file, "Dig", "duration=4d", "--in-place", status=4).err
    assert house_file.read_text(encoding="utf-8") == theirs
