"""A command line to try: in process, with its own database and settings."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pm.cli.main import run
from pm.formats import write_plan
from tests.commands.plans import house


@dataclass(frozen=True)
class Result:
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    def json(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


Cli = Callable[..., Result]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run ``pm`` with these words in an empty folder, and return what it did; it must exit with `status` (None: any)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PM_DATABASE_URL", f"sqlite:///{tmp_path / 'plans.db'}")
    monkeypatch.setenv("PM_CONFIG", str(tmp_path / "settings.toml"))
    monkeypatch.setenv("COLUMNS", "120")
    (tmp_path / "settings.toml").write_text('author = "Zoë"\n', encoding="utf-8")

    def call(*words: object, status: int | None = 0) -> Result:
        capsys.readouterr()
        found = run([str(word) for word in words])
        captured = capsys.readouterr()
        if status is not None:
            assert found == status, captured.err
        return Result(found, captured.out, captured.err)

    return call


SHARED = """
schema = "pm.plan/1"

[[calendar]]
name = "Usual"
mon-fri = "08:00-12:00, 13:00-17:00"

[[calendar]]
name = "Nightshift"
mon-fri = "20:00-24:00"

[[resource]]
name = "Ana"
calendar = "Usual"

[[resource]]
name = "Zebulon"
calendar = "Nightshift"

[[project]]
code = "DAY"
name = "By day"
start = 2026-01-05
calendar = "Usual"

  [[project.task]]
  id = 1
  name = "Dig"
  duration = "2d"
  resources = "Ana"

[[project]]
code = "NIGHT"
name = "By night"
start = 2026-01-05
calendar = "Nightshift"

  [[project.task]]
  id = 1
  name = "Watch"
  duration = "2d"
  resources = "Zebulon"
"""
"""Two projects that share calendars and people."""


@pytest.fixture
def house_file(tmp_path: Path) -> Path:
    """The house of `tests.commands.plans` as a file."""
    path = tmp_path / "house.xml"
    write_plan(house(), path)
    return path
