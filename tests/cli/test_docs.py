"""The guides in docs/ show what really happens: their sessions are run, command after command; every command is in cli.md.

After a change that is meant, run with SLACKLINE_UPDATE_DOCS=1 to write the new answers into the guide, and read them.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import time_machine
import typer

from pm.cli.app import build
from tests.cli.conftest import Cli

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "cli.md"
BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.DOTALL | re.MULTILINE)
STATUS = re.compile(r"\s+# exit status (\d+)$")
NOW = datetime(2026, 1, 7, 9, 30).astimezone()


def steps(block: str) -> Iterator[tuple[str, str]]:
    """Hand out the commands of a session with the answers below them."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE):
        if part:
            command, _, answer = part.partition("\n")
            yield command, answer


def answer_to(cli: Cli, command: str) -> str:
    match = STATUS.search(command)
    words = shlex.split(STATUS.sub("", command))
    assert words[0] == "pm"
    result = cli(*words[1:], status=int(match[1]) if match else 0)
    return (result.out + result.err).replace(f"{Path.cwd()}{os.sep}", "")


@pytest.mark.parametrize("name", ["cli.md", "guide.md"])
def test_the_sessions_in_the_guide_are_true(cli: Cli, name: str) -> None:
    """They run in an empty folder with the samples in it, as in a checkout."""
    guide = ROOT / "docs" / name
    shutil.copytree(ROOT / "sample_projects", "sample_projects")
    text = guide.read_text(encoding="utf-8")

    def played(match: re.Match[str]) -> str:
        return "".join(f"$ {command}\n{answer_to(cli, command)}" for command, _ in steps(match[0]))

    with time_machine.travel(NOW, tick=False):
        true = BLOCK.sub(played, text)
    if os.environ.get("SLACKLINE_UPDATE_DOCS"):
        guide.write_text(true, encoding="utf-8")
    assert text == true


def command_paths() -> list[str]:
    """Every command with its group: ``show``, ``calendar add``."""
    found = []
    for name, command in typer.main.get_command(build()).commands.items():  # type: ignore[attr-defined]
        below = getattr(command, "commands", None)
        found += [f"{name} {inner}" for inner in below] if below else [name]
    return found


@pytest.mark.parametrize("path", command_paths())
def test_every_command_has_an_example(path: str) -> None:
    assert re.search(rf"^\$ pm {path}\b", GUIDE.read_text(encoding="utf-8"), re.MULTILINE), f"docs/cli.md shows no pm {path}"
