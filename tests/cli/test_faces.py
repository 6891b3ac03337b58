"""Opening the terminal interface: which workspace, project and looks it is given, and what becomes of a changed file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pm.cli import faces
from pm.commands import EditTask
from pm.formats import read_plan
from pm.workspace import Workspace
from tests.cli.conftest import Cli

Face = Callable[..., int]


class Shown:
    """A face that notes what it was shown, and may change something."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.codes: list[list[str]] = []
        self.edit: EditTask | None = None
        self.status = 0
        self.fault: Exception | None = None

    def __call__(self, workspace: Workspace, **options: Any) -> int:
        self.calls.append(options)
        self.codes.append([p.code for p in workspace.projects()])
        if self.edit is not None:
            workspace.run(self.edit, self.codes[-1][0])
        if self.fault is not None:
            raise self.fault
        return self.status


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    face = Shown()
    monkeypatch.setattr(faces, "find_face", lambda: face)
    return face


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the user answers, first question first; asking for more fails."""
    given: list[str] = []
    monkeypatch.setattr(faces, "_ask", lambda _question, _default: given.pop(0))
    return given


def test_pm_alone_opens_the_projects(cli: Cli, shown: Shown, house_file: Path) -> None:
    cli("import", house_file, "--code", "HOUSE")
    cli()
    cli("tui", "house", "--ascii", "--theme", "light")
    assert [(c["project"], c["ascii"], c["theme"]) for c in shown.calls] == [(None, False, "dark"), ("HOUSE", True, "light")]
    assert shown.calls[0]["settings"]["author"] == "Zoë"


def test_a_first_run_offers_the_samples(cli: Cli, shown: Shown, answers: list[str]) -> None:
    answers[:] = ["y", "n"]
    cli()
    cli("tui")
    assert len(shown.codes[0]) >= 4
    assert shown.codes[1] == []


def test_the_demo_leaves_nothing_behind(cli: Cli, shown: Shown, tmp_path: Path) -> None:
    cli("demo")
    assert len(shown.codes[0]) >= 4
    assert not (tmp_path / "plans.db").exists()


def test_a_project_that_is_not_there_is_not_opened(cli: Cli, shown: Shown) -> None:
    cli("tui", "NOWHERE", status=3)
    assert shown.calls == []


def test_the_faces_status_is_ours(cli: Cli, shown: Shown, house_file: Path) -> None:
    cli("import", house_file)
    shown.status = 4
    cli("tui", status=4)


@pytest.mark.parametrize("answer", ["s", "i", "d"])
def test_a_changed_file_is_saved_imported_or_dropped(
    cli: Cli, shown: Shown, answers: list[str], house_file: Path, answer: str
) -> None:
    before = house_file.read_bytes()
    task_id = read_plan(house_file).plan.find_task("Dig")
    shown.edit = EditTask(task_id, {"name": "Dig deeper"})
    answers[:] = ["?", answer]
    cli("tui", house_file)
    assert shown.calls[0]["project"] == shown.codes[0][0]
    if answer == "s":
        assert "Dig deeper" in read_plan(house_file).plan.tasks.column("name")
    else:
        assert house_file.read_bytes() == before
    codes = [p["code"] for p in cli("list", "--json").json()["projects"]]
    assert codes == (shown.codes[0] if answer == "i" else [])


def test_a_file_that_was_only_looked_at_is_not_asked_about(cli: Cli, shown: Shown, answers: list[str], house_file: Path) -> None:
    cli("tui", house_file)
    assert answers == []
    assert len(shown.calls) == 1


def test_changes_that_cannot_be_imported_are_asked_about_again(
    cli: Cli, shown: Shown, answers: list[str], house_file: Path
) -> None:
    cli("import", house_file)
    shown.edit = EditTask(read_plan(house_file).plan.find_task("Dig"), {"name": "Dig deeper"})
    answers[:] = ["i", "s"]
    assert "error[import.code_exists]" in cli("tui", house_file).err
    assert "Dig deeper" in read_plan(house_file).plan.tasks.column("name")


@pytest.mark.parametrize("end", ["hung up", "crash", "nobody answers"])
def test_changes_that_nobody_can_be_asked_about_are_kept_beside_the_file(
    cli: Cli, shown: Shown, house_file: Path, end: str
) -> None:
    before = house_file.read_bytes()
    shown.edit = EditTask(read_plan(house_file).plan.find_task("Dig"), {"name": "Dig deeper"})
    shown.status = 129 if end == "hung up" else 0
    shown.fault = RuntimeError("a fault in the screen") if end == "crash" else None
    found = cli("tui", house_file, status={"hung up": 129, "crash": 3, "nobody answers": 130}[end])
    kept = house_file.with_name("house.rescued.xml")
    assert str(kept.name) in found.err
    assert "Dig deeper" in read_plan(kept).plan.tasks.column("name")
    assert house_file.read_bytes() == before


def test_the_real_face_is_found_by_its_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(f"sys.{stream}.isatty", lambda: True, raising=False)
    assert faces.find_face().__module__ == "tui.app"
