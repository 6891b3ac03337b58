"""What a start pays for: modules that must not be loaded, asked of a fresh interpreter.

import-linter reads the source; this looks at what really gets imported, by whatever way.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MARK = "loaded:"
SCREEN = {"textual", "rich"}
COMMAND_LINE = {"typer", "click"}
NUMBERS = {"numpy", "networkx"}
DATABASE = {"sqlalchemy", "sqlmodel", "pydantic", "alembic", "psycopg"}
FILES = {"lxml"}
SOLVERS = {"ortools", "numba", "pandas", "mpxj", "jpype"}
NETWORK = {"httpx", "aiohttp", "requests"}
LAZY = SOLVERS | NETWORK | {"holidays", "pendulum"}


def loaded_after(code: str) -> set[str]:
    """Return the top-level packages that a fresh interpreter has loaded after running `code`."""
    script = f"{code}\nimport sys\nprint('{MARK}', *sorted({{name.partition('.')[0] for name in sys.modules}}))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT, env=environment, timeout=60
    )
    return set(done.stdout.rpartition(MARK)[2].split())


def running(*arguments: str) -> str:
    """Return code that runs the program with `arguments`."""
    return f"from pm.cli.main import run\nassert run({list(arguments)!r}) == 0"


@pytest.mark.parametrize(
    ("code", "forbidden"),
    [
        pytest.param("import pm", NUMBERS | DATABASE | SCREEN | COMMAND_LINE | FILES | LAZY, id="pm"),
        pytest.param("import pm.model", NUMBERS | SCREEN | COMMAND_LINE | FILES | LAZY | {"alembic"}, id="model"),
        pytest.param("import pm.worktime", SCREEN | COMMAND_LINE | FILES | LAZY | {"networkx", "alembic"}, id="worktime"),
        pytest.param("import pm.schedule", SCREEN | COMMAND_LINE | FILES | LAZY | {"alembic"}, id="schedule"),
        pytest.param("import pm.workspace", NUMBERS | SCREEN | COMMAND_LINE | FILES | LAZY | {"alembic"}, id="workspace"),
        pytest.param("import pm.formats.registry", SCREEN | COMMAND_LINE | FILES | LAZY | {"alembic"}, id="formats"),
        pytest.param(running("--version"), NUMBERS | DATABASE | SCREEN | COMMAND_LINE | FILES | LAZY, id="--version"),
        pytest.param(running("--help"), NUMBERS | DATABASE | SCREEN | FILES | LAZY, id="--help"),
    ],
)
def test_import_loads_no_more_than_it_needs(code: str, forbidden: set[str]) -> None:
    assert loaded_after(code) & forbidden == set()


def test_opening_a_database_that_is_up_to_date_needs_no_migrations(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'plans.db'}"
    code = f"from pm.workspace import Workspace\nwith Workspace.open({url!r}) as w: w.projects()"
    loaded_after(code)  # makes it
    assert loaded_after(code) & (SCREEN | COMMAND_LINE | FILES | LAZY | {"alembic"}) == set()


def test_the_probe_sees_what_is_loaded() -> None:
    """Otherwise the tests above could not fail."""
    assert {"networkx", "sqlalchemy"} <= loaded_after("import networkx, sqlalchemy.orm")
