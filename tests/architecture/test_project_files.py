"""The project's own files say the same thing: constraints, contracts, the README's commands."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PINS = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()


def name_of(requirement: str) -> str:
    """Return the normalised name of the distribution that `requirement` asks for."""
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match, requirement
    return re.sub(r"[-_.]+", "-", match[0]).lower()


def direct_dependencies() -> set[str]:
    project = PROJECT["project"]
    listed = [*project["dependencies"], *(r for extra in project["optional-dependencies"].values() for r in extra)]
    return {name_of(r) for r in listed} - {project["name"]}


def test_every_direct_dependency_is_pinned() -> None:
    assert direct_dependencies() - {name_of(line) for line in PINS} == set()


def test_constraints_hold_pins_and_nothing_else() -> None:
    """No addresses, no options, no hashes: whoever sets up chooses where packages come from."""
    pin = re.compile(r"[a-z0-9][a-z0-9.-]*==[0-9][A-Za-z0-9.+]*( ; [a-z_]+ [<>=!]+ '[^']+')?")
    assert [line for line in PINS if not pin.fullmatch(line)] == []


@pytest.mark.parametrize(("heading", "word"), [("Set up", "constraints.txt"), ("Test", "pytest")])
def test_readme_gives_one_command_under_a_heading(heading: str, word: str) -> None:
    """CI runs the first code block of these sections: it must be one line that a person can paste."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = re.split(r"^## +", readme, flags=re.MULTILINE)
    found = [s for s in section if s.splitlines()[0] == heading]
    assert len(found) == 1
    commands = re.findall(r"^```sh\n(.+?)^```$", found[0], flags=re.MULTILINE | re.DOTALL)
    assert len(commands) == 1
    assert word in commands[0]
    assert len(commands[0].strip().splitlines()) == 1


def test_readme_links_lead_somewhere() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = [t for t in re.findall(r"(?<!!)\[[^\]]+\]\(([^)]+)\)", readme) if "://" not in t]
    assert targets
    assert [t for t in targets if not (ROOT / t).exists()] == []
