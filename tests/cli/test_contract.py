"""What scripts rely on: exit statuses, streams, one line an error, one document of JSON."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pm.cli import main
from tests.cli.conftest import Cli

ERROR = re.compile(r"error\[[a-z_]+(\.[a-z0-9_]+)*\]: \S.*\n(hint: \S.*\n)?")


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (["nonsense"], 2, "usage"),
        (["show"], 2, "usage"),
        (["show", "--nonsense"], 2, "usage"),
        (["show", "X", "--level", "0"], 2, "usage"),
        (["--db"], 2, "usage.option"),
        (["list", "--db", "--json"], 2, "usage.option"),
        (["show", "missing.xml"], 3, "file.not_found"),
        (["show", "."], 3, "plan.no_project"),
        (["show", "./"], 3, "file.is_folder"),
        (["show", "NOWHERE"], 3, "plan.no_project"),
        (["schedule", "a.xml", "b.xml"], 2, "usage.several"),
        (["schedule", "a/x.xml", "b/x.xml", "-o", "out"], 2, "usage.same_name"),
        (["import", "a.xml", "b.xml", "--code", "C"], 2, "usage.code"),
        (["export", "a.xml", "a.nonsense"], 2, "format.unknown"),
        (["undo"], 3, None),
        (["--db", "nonsense://x", "list"], 4, "store.bad_url"),
        (["tui"], 2, "tui.no_terminal"),
        (["new", "a b"], 3, "value.invalid"),
        (["new", "A", "--start", "someday"], 3, "value.date"),
        (["add", "NOWHERE", "X"], 3, "plan.no_project"),
        (["show", "X", "--columns", "nonsense"], 3, "column.unknown"),
    ],
)
def test_errors_are_one_line_and_a_hint(cli: Cli, words: list[str], status: int, code: str | None) -> None:
    result = cli(*words, status=status)
    assert result.out == ""
    assert ERROR.fullmatch(result.err), result.err
    if code is not None:
        assert result.err.startswith(f"error[{code}]: ")


def test_global_options_stand_anywhere(cli: Cli, tmp_path: Path) -> None:
    cli("new", "ELSEWHERE", "--db", tmp_path / "other.db")
    assert "ELSEWHERE" in cli("--db", tmp_path / "other.db", "list").out
    assert "ELSEWHERE" in cli("list", f"--db={tmp_path / 'other.db'}").out
    assert cli("list").out == ""


def test_words_after_two_dashes_are_no_options(cli: Cli) -> None:
    cli("new", "A", "--start", "2026-01-05")
    cli("add", "A", "--", "--debug")
    assert "--debug" in cli("show", "A").out


def test_a_fault_of_ours_shows_no_traceback_unless_asked(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_argv: list[str]) -> int:
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr(main, "_dispatch", fail)
    result = cli("list", status=3)
    assert result.err.startswith("error[internal]: ZeroDivisionError: on purpose\nhint: ")
    assert "Traceback" not in result.err
    assert "Traceback" in cli("list", "--debug", status=3).err


def test_an_interrupt_is_130_and_quiet(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_argv: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(main, "_dispatch", interrupt)
    result = cli("list", status=130)
    assert (result.out, result.err) == ("", "")


def test_an_interrupt_inside_a_command_is_130(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    from pm.workspace import Workspace

    def interrupt(*_words: object, **_names: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Workspace, "open", interrupt)
    assert cli("list", status=130).err == ""


def test_names_are_data_in_results_and_errors(cli: Cli) -> None:
    evil = "\x1b[31mred\u202e\x07"
    cli("new", "A", "--name", evil)
    cli("add", "A", evil)
    for words in (["list"], ["show", "A"], ["schedule", "A"], ["log"], ["explain", "A", "1"]):
        out = cli(*words).out
        assert "\x1b" not in out
        assert "\u202e" not in out
        assert "\\x1b[31mred\\u202e\\x07" in out
    error = cli("link", "A", evil, evil, status=3).err
    assert "\x1b" not in error
    assert "\\x1b[31mred" in error


def start(*words: str, folder: Path, **popen: object) -> subprocess.Popen[bytes]:
    """Start the real program."""
    environment = {**os.environ, "PM_DATABASE_URL": str(folder / "plans.db"), "PM_CONFIG": str(folder / "settings.toml")}
    environment["PYTHONPATH"] = str(Path(main.__file__).resolve().parents[2])
    command = [sys.executable, "-m", "pm", *words]
    return subprocess.Popen(command, env=environment, cwd=folder, stderr=subprocess.PIPE, **popen)  # type: ignore[call-overload,no-any-return]


def test_the_real_program_keeps_its_streams_apart(tmp_path: Path, house_file: Path) -> None:
    process = start("schedule", house_file.name, "--json", folder=tmp_path, stdout=subprocess.PIPE)
    out, err = process.communicate()
    document = json.loads(out)
    assert (process.returncode, err, document["schema"]) == (0, b"", "pm.schedule/1")
    process = start("show", "missing.xml", folder=tmp_path, stdout=subprocess.PIPE)
    out, err = process.communicate()
    assert (process.returncode, out) == (3, b"")
    assert err.startswith(b"error[file.not_found]: ")


def test_version_and_help(tmp_path: Path) -> None:
    for words, expected in (
        (["--version"], b"slackline "),
        (["--help"], b"Usage: pm "),
        (["show", "--help"], b"Usage: pm show "),
    ):
        process = start(*words, folder=tmp_path, stdout=subprocess.PIPE)
        out, err = process.communicate()
        assert (process.returncode, err) == (0, b"")
        assert out.startswith(expected)


@pytest.mark.parametrize("group", [None, "resource", "calendar", "project", "baseline", "risk", "db", "settings"])
def test_each_command_is_told_on_one_line_of_80_columns(cli: Cli, monkeypatch: pytest.MonkeyPatch, group: str | None) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    _, commands = cli(*([group] if group else []), "--help").out.split("Commands:\n")
    lines = commands.splitlines()
    assert len(lines) > 1
    assert [line for line in lines if line.endswith("...") or line.startswith("    ")] == []


@pytest.mark.skipif(sys.platform == "win32", reason="pipes close another way on Windows")
@pytest.mark.parametrize("words", [["show", "house.xml"], ["schedule", "house.xml", "--json"], ["--version"], ["--help"]])
def test_a_closed_pipe_is_quiet(tmp_path: Path, house_file: Path, words: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    process = start(*words, folder=tmp_path, stdout=write)
    os.close(write)
    _, err = process.communicate()
    assert (process.returncode, err) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_result_that_cannot_be_written_is_an_error(tmp_path: Path, house_file: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        process = start("show", house_file.name, folder=tmp_path, stdout=full)
        _, err = process.communicate()
    assert process.returncode == 3
    assert err.startswith(b"error[output.failed]: ")


def test_no_character_is_too_much_for_the_terminal(tmp_path: Path, house_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    process = start("show", "house.xml", folder=tmp_path, stdout=subprocess.PIPE)
    out, err = process.communicate()
    assert (process.returncode, err) == (0, b"")
    assert b"\\u25cf" in out, "the critical mark is written out"
    assert out.isascii()


def test_json_is_sound_whatever_the_terminal_writes(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli("new", "A", "--name", "Zoë \u202e 漢字")
    out = cli("list", "--json").out
    assert "漢字" in out
    monkeypatch.setattr("pm.cli.output._encoding", lambda: "latin1")
    narrow = cli("list", "--json")
    assert narrow.out.isascii()
    assert narrow.json() == json.loads(out)


HEAVY = {"sqlmodel", "sqlalchemy", "pydantic", "networkx", "numpy", "textual", "rich", "lxml", "pendulum", "alembic"}


@pytest.mark.parametrize("words", [["--help"], ["--version"]])
def test_the_front_door_loads_nothing_heavy(tmp_path: Path, words: list[str]) -> None:
    script = (
        "import sys; from pm.cli.main import run; run(sys.argv[1:]);"
        "print('\\nLOADED', *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "pm" in loaded
    assert not loaded & HEAVY


def test_scheduling_a_file_loads_no_face_and_no_migrations(house_file: Path) -> None:
    script = "import sys; from pm.cli.main import run; run(sys.argv[1:]); print('\\nLOADED', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", script, "schedule", str(house_file)], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}
    assert "networkx" in loaded
    assert not loaded & {"textual", "alembic", "rich", "tui", "sync"}


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["show", "house.xlm"], "projects: A"),
        (["show", "houze.xml"], "did you mean house.xml?"),
        (["explain", "house.xml", "Fraem"], "did you mean 'Frame'?"),
        (["edit", "house.xml", "Frame", "predecessors=1", "--dry-run"], "pm link and pm unlink change links"),
        (["edit", "house.xml", "Frame", "resources=Ann", "--dry-run"], "pm assign and pm unassign"),
        (["show", "house.xml", "--columns", "qqq"], "pm show PLAN --columns help"),
        (["export", "house.xml", "house.mpp"], "use .xml: Microsoft Project opens it"),
    ],
)
def test_hints_lead_on(cli: Cli, house_file: Path, words: list[str], hint: str) -> None:
    cli("new", "A")
    result = cli(*words, status=None)
    assert result.status in (2, 3)
    assert hint in result.err.splitlines()[-1]


def test_without_projects_the_hint_says_so(cli: Cli) -> None:
    assert "there are no projects yet" in cli("show", "A", status=3).err


@pytest.mark.parametrize("words", [["--version"], ["list"], ["nonsense"]])
def test_closed_streams_are_no_fault(cli: Cli, monkeypatch: pytest.MonkeyPatch, words: list[str]) -> None:
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    status = main.run(words)
    for stream in (sys.stdout, sys.stderr):
        stream.close()
    assert status == (2 if words == ["nonsense"] else 0)


def test_a_blank_address_names_no_database(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(f'database = "{(tmp_path / "mine.db").as_posix()}"\n', encoding="utf-8")
    monkeypatch.setenv("PM_DATABASE_URL", "  ")
    cli("new", "A")
    assert (tmp_path / "mine.db").exists()
