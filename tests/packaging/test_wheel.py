"""The wheel, installed alone in a fresh environment outside the checkout: what users get.

Not part of the ordinary run, for it asks the package index; CI runs it with ``-m wheel``.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = "Scripts" if os.name == "nt" else "bin"
UV = Path(sys.executable).with_name("uv.exe" if os.name == "nt" else "uv")
COMMITTED = ("pm", "tui", "sync")

pytestmark = [pytest.mark.wheel, pytest.mark.timeout(600)]


def run(*command: str | Path, cwd: Path) -> str:
    """Run a program that knows nothing of the checkout, and return what it prints."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    environment["PM_CONFIG"] = str(cwd / "config.toml")
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, cwd=cwd, env=environment, check=False)
    assert done.returncode == 0, f"{command}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(UV, "build", "--quiet", "--wheel", "--out-dir", folder, ROOT, cwd=folder)
    built = list(folder.glob("slackline-*.whl"))
    assert len(built) == 1
    return built[0]


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of programs of an environment that holds the wheel and its core dependencies."""
    environment = tmp_path_factory.mktemp("fresh") / "env"
    run(UV, "venv", "--quiet", "--python", sys.executable, environment, cwd=environment.parent)
    python = environment / BIN / ("python.exe" if os.name == "nt" else "python")
    run(UV, "pip", "install", "--quiet", "--python", python, "-c", ROOT / "constraints.txt", wheel, cwd=environment.parent)
    return environment / BIN


def test_wheel_holds_every_file_of_the_packages_and_the_samples(wheel: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", *COMMITTED, "sample_projects"], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.splitlines()
    wanted = {re.sub("^sample_projects/", "pm/samples/", name) for name in tracked}
    assert any("/migrations/versions/" in name for name in wanted)
    assert any(name.startswith("pm/samples/") for name in wanted)
    with zipfile.ZipFile(wheel) as archive:
        assert wanted - set(archive.namelist()) == set()


def test_wheel_holds_nothing_but_the_packages(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}
    assert {t for t in tops if not t.endswith(".dist-info")} == set(COMMITTED)


def test_installed_program_says_its_version(installed: Path, tmp_path: Path) -> None:
    version = run(installed / "python", "-c", "import importlib.metadata as m; print(m.version('slackline'))", cwd=tmp_path)
    assert version.strip() in run(installed / "pm", "--version", cwd=tmp_path)


def test_installed_program_keeps_and_schedules_every_sample(installed: Path, tmp_path: Path) -> None:
    """From files in the wheel through its migrations into a new database, and scheduled."""
    listed = run(
        installed / "python", "-c", "from pm.sample_files import sample_paths; print(*sample_paths(), sep='\\n')", cwd=tmp_path
    )
    samples = [Path(line) for line in listed.splitlines()]
    assert len(samples) >= 4
    assert all(ROOT not in path.parents for path in samples)
    database = f"sqlite:///{tmp_path / 'samples.db'}"
    for sample in samples:
        run(installed / "pm", "--db", database, "import", sample, cwd=tmp_path)
    projects = json.loads(run(installed / "pm", "--db", database, "list", "--json", cwd=tmp_path))["projects"]
    assert len(projects) >= 4
    for project in projects:
        schedule = json.loads(run(installed / "pm", "--db", database, "schedule", project["code"], "--json", cwd=tmp_path))
        assert schedule["tasks"]
