"""``pm diff``: what its words mean, its exit status, its document, and that its sums are shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from tests.cli.conftest import SHARED, Cli

NOW = datetime(2026, 1, 7, 9, 30, tzinfo=UTC)


@pytest.fixture
def house(cli: Cli, house_file: Path) -> Cli:
    """A house in the database: entry 1 imports it, 2 takes baseline 4, 3 to 5 change it a day later."""
    with time_machine.travel(NOW, tick=False):
        cli("import", house_file, "--code", "HOUSE")
        cli("baseline", "set", "HOUSE", 4, "--name", "Agreed")
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        cli("edit", "HOUSE", "Pour slab", "duration=5d")
        cli("link", "HOUSE", "Frame", "Roof", "FS+1d")
        cli("calendar", "except", "HOUSE", "Standard", "2026-01-08", "--name", "Storm")
    return cli


def test_equal_is_0_different_is_1(house: Cli, house_file: Path) -> None:
    assert "no difference" in house("diff", "HOUSE", "HOUSE").out
    assert "no difference" in house("diff", house_file, house_file).out
    assert house("diff", "HOUSE", house_file, status=1).err == ""


@pytest.mark.parametrize(
    "since",
    [
        *("HOUSE", "house@2", "HOUSE@Agreed", "HOUSE@baseline:4", "HOUSE@baseline:agreed"),
        *("HOUSE@log:2", "HOUSE@2026-01-07", "HOUSE@7 Jan 09:30", "HOUSE@log:7 Jan 2026"),
    ],
)
def test_ways_to_name_a_moment(house: Cli, since: str) -> None:
    """All of these are the plan from which the baseline was taken, with its logic."""
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        found = house("diff", since, "--json", status=1).json()
    assert found["known"] == "plans"
    assert [c["text"] for c in found["changes"] if c["table"] in ("links", "calendar_exceptions")] == [
        "day off Storm (2026-01-08) added",
        "link from 2.1 Frame FS+1d added",
    ]


def test_both_directions(house: Cli) -> None:
    there, back = (house("diff", *pair, "--json", status=1).json() for pair in (("HOUSE@2", "HOUSE"), ("HOUSE", "HOUSE@2")))
    assert len(there["changes"]) == len(back["changes"])
    (one,), (other,) = there["slips"], back["slips"]
    assert one["elapsed_minutes"] == -other["elapsed_minutes"]
    between = house("diff", "HOUSE@3", "HOUSE@log:4", "--json", status=1).json()
    assert [c["kind"] for c in between["changes"]] == ["added"]


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (["HOUSE@4"], 2, "diff.ambiguous"),
        (["HOUSE@99"], 3, "diff.no_point"),
        (["HOUSE@baseline:3"], 3, "diff.no_point"),
        (["HOUSE@someday"], 3, "diff.no_point"),
        (["HOUSE@²"], 3, "diff.no_point"),
        (["HOUSE@"], 3, "diff.no_point"),
        (["HOUSE@2026-01-06"], 3, "journal.no_project_then"),
        (["NOWHERE@1"], 3, "plan.no_project"),
        (["house.pm.json"], 3, "baseline.not_found"),
        (["HOUSE", "HOUSE@Agreed", "--task", "Nothing"], 3, "plan.no_task"),
    ],
)
def test_refusals(house: Cli, house_file: Path, words: list[str], status: int, code: str) -> None:
    given = [str(house_file) if word == "house.pm.json" else word for word in words]
    result = house("diff", *given, status=status)
    assert result.out == ""
    assert result.err.startswith(f"error[{code}]: ")
    assert "\nhint: " in result.err


def test_a_baseline_of_a_file_has_dates_only(house: Cli) -> None:
    house("export", "HOUSE", "house.xml")
    found = house("diff", "house.xml", "--json", status=1).json()
    assert found["known"] == "dates"
    (slip,) = found["slips"]
    assert sum(step["elapsed_minutes"] for step in slip["chain"]) == slip["elapsed_minutes"]
    assert sum(step["working_minutes"] for step in slip["chain"]) == slip["working_minutes"]
    shown = house("diff", "house.xml@4", status=1).out
    assert "Only dates are known from then" in shown
    assert house("diff", "house.xml", "house.xml@4", status=2).err.startswith("error[diff.dates_only]: ")
    assert house("diff", "house.xml@4", "HOUSE", status=2).err.startswith("error[diff.dates_only]: ")
    assert "1.2 Pour slab finishes" in house("diff", "house.xml@4", "--task", "Pour slab", status=1).out


def test_the_document(house: Cli) -> None:
    found = house("diff", "HOUSE@2", "--json", status=1).json()
    assert set(found) == {
        *("schema", "before", "after", "equal", "known", "unscheduled"),
        *("changes", "matched_by_name", "moves", "finishes", "slips"),
    }
    assert found["schema"] == "pm.diff/1"
    assert (found["before"], found["after"], found["equal"], found["unscheduled"]) == ("HOUSE@2", "HOUSE", False, None)
    change = next(c for c in found["changes"] if c["field"] == "duration_minutes")
    pour = {"table": "tasks", "project": "HOUSE", "uid": 3, "number": "1.2", "name": "Pour slab"}
    assert change == {
        **{"cause": "durations", "kind": "changed", "table": "tasks", "of": pour},
        **{"field": "duration_minutes", "before": 1440, "after": 2400, "text": "duration 3d → 5d"},
    }
    move = next(m for m in found["moves"] if m["name"] == "Pour slab")
    assert move["finish_shift_minutes"] == 3 * 480  # it lasts two days longer, and the storm takes one
    (slip,) = found["slips"]
    assert sum(step["elapsed_minutes"] for step in slip["steps"]) == slip["elapsed_minutes"]
    assert [step["causes"] for step in slip["steps"]] == [["calendars"], ["links"], ["durations"]]
    (finish,) = found["finishes"]
    assert (finish["before"], finish["after"]) == (slip["before"], slip["after"])


def test_the_waterfall_shows_its_sum(house: Cli) -> None:
    shown = house("diff", "HOUSE@2", status=1).lines
    title = next(line for line in shown if line.startswith("cause "))
    column = slice(title.index("working days") - 2, title.index("working days") + len("working days"))
    rows = shown[shown.index(title) + 2 :]
    causes = [line for line in rows if line[:1].isalpha() and not line.startswith(("together", "Changed"))]
    together = next(line for line in rows if line.startswith("together"))
    assert [line.split()[0] for line in causes] == ["calendars", "links"]
    assert "Changed, but moves nothing: durations" in rows
    assert sum(float(line[column]) for line in causes) == float(together[column]) != 0


def test_one_task(house: Cli) -> None:
    out = house("diff", "HOUSE@2", "--task", "Pour slab", "--by-task", status=1).out
    assert "1.2 Pour slab finishes" in out
    assert "as before" in house("diff", "HOUSE@2", "--task", "Dig", status=1).out


def test_long_lists_are_cut_unless_all_are_wanted(cli: Cli) -> None:
    cli("new", "LONG", "--start", "2026-01-05")
    for n in range(20):
        cli("add", "LONG", f"Task {n}", "duration=2d")
    cli("baseline", "set", "LONG", 0)
    for n in range(20):
        cli("edit", "LONG", f"Task {n}", f"duration={n + 3}d")
    short, full = (cli("diff", "LONG", *words, status=1).out for words in ((), ("--all",)))
    assert "and 10 more: --all shows them" in short
    assert "and 5 more that move less: --all shows them" in short
    assert "--all" not in full
    assert full.count("duration 2d →") == 20


def test_a_code_with_an_at_sign_is_a_code(cli: Cli) -> None:
    cli("new", "A@2", "--start", "2026-01-05")
    cli("new", "A", "--start", "2026-01-05")
    assert "no difference" in cli("diff", "A@2", "A@2").out
    assert cli("diff", "A@2", "A", status=1).lines[0].startswith("A@2 → A: ")


def test_several_projects_are_compared_by_their_codes(cli: Cli, house_file: Path) -> None:
    for code in ("ONE", "TWO"):
        cli("import", house_file, "--code", code)
    before = cli("log", "--json").json()["entries"][0]["id"]
    cli("edit", "TWO", "Dig", "duration=9d")
    assert "no difference" in cli("diff", f"ONE@{before}").out
    assert "TWO finishes" in cli("diff", f"TWO@{before}", status=1).out
    out = cli("diff", "ONE", "TWO", status=1).out
    assert "1.1 Dig: duration 2d → 9d" in out
    assert "Project TWO: code ONE → TWO" in out
    assert "recognised by name" not in out


def test_what_follows_from_another_difference_is_told_on_demand(cli: Cli, house_file: Path) -> None:
    cli("import", house_file, "--code", "HOUSE")
    cli("edit", "HOUSE", "Pour slab", "work=32h")
    assert "remaining work" not in cli("diff", "HOUSE@1", status=1).out
    assert "remaining work" in cli("diff", "HOUSE@1", "--all", status=1).out
    assert "remaining_work_minutes" in cli("diff", "HOUSE@1", "--json", status=1).out


def test_a_row_with_many_differences_is_cut_unless_all_are_wanted(house: Cli) -> None:
    for day in range(1, 20):
        house("calendar", "except", "HOUSE", "Standard", f"2027-03-{day:02}", "--name", f"Day {day}")
    short, whole = (house("diff", "HOUSE@5", "HOUSE", *extra, status=1).out for extra in ((), ("--all",)))
    assert short.count("day off Day") == 6
    assert "and 13 more" in short
    assert whole.count("day off Day") == 19


def test_on_a_narrow_terminal_lines_are_folded_and_no_column_is_lost(house: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pm.cli.output.window_width", lambda: 80)
    narrow = house("diff", "HOUSE@2", "HOUSE", status=1)
    assert max(map(len, narrow.lines)) <= 80
    assert sum("finish days" in line for line in narrow.lines) == 1


def test_a_project_and_its_file_do_not_differ_by_what_other_projects_share(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "both.toml").write_text(SHARED, encoding="utf-8")
    cli("import", "both.toml")
    cli("export", "DAY", "day.toml")
    assert cli("diff", "DAY", "day.toml").out == "DAY and day.toml: no difference\n"
    assert cli("diff", "day.toml", "DAY").out == "day.toml and DAY: no difference\n"
    text = (tmp_path / "day.toml").read_text(encoding="utf-8")
    (tmp_path / "more.toml").write_text(text + '\n[[resource]]\nname = "Bo"\n', encoding="utf-8")
    assert "Resource Bo: added" in cli("diff", "DAY", "more.toml", status=1).out


def test_of_two_calendars_alike_the_one_in_use_is_the_same(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "both.toml").write_text(SHARED, encoding="utf-8")
    (tmp_path / "again.toml").write_text(
        SHARED.replace("08:00-12:00", "07:00-12:00").replace('"DAY"', '"EARLY"').replace('"NIGHT"', '"LATE"'), encoding="utf-8"
    )
    cli("import", "both.toml", "again.toml")
    cli("export", "EARLY", "early.toml")
    assert cli("diff", "early.toml", "EARLY").out == "early.toml and EARLY: no difference\n"


def test_whether_a_calendar_is_shared_is_no_difference(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "both.toml").write_text(SHARED, encoding="utf-8")
    cli("import", "both.toml")
    cli("export", "DAY", "day.xml")
    assert "none → By day" not in cli("diff", "DAY", "day.xml", status=1).out
