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
SCREEN = {"textual", "rich"}
COMMAND_LINE = {"typer", "click"}
NUMBERS = {"numpy", "networkx"}
DATABASE = {"sqlalchemy", "sqlmodel", "pydantic", "alembic", "psycopg"}
FILES = {"lxml", "tomlkit"}
SOLVERS = {"ortools", "numba", "pandas", "mpxj", "jpype"}
NETWORK = {"httpx", "aiohttp", "requests"}
LAZY = SOLVERS | NETWORK | {"holidays", "pendulum"}


def loaded_after(code: str) -> set[str]:
    """Return the top-level packages that a fresh interpreter has loaded after running `code`."""
    script = f"{code}\nimport sys\nprint('\\n'.join(sorted({{name.partition('.')[0] for name in sys.modules}})))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT, env=environment, timeout=60
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("code", "forbidden"),
    [
        ("import pm", NUMBERS | DATABASE | SCREEN | COMMAND_LINE | FILES | LAZY),
        ("import pm.model", SCREEN | COMMAND_LINE | FILES | LAZY | {"numpy", "networkx", "alembic"}),
        ("import pm.worktime", SCREEN | COMMAND_LINE | FILES | LAZY | {"networkx", "alembic"}),
        ("import pm.schedule", SCREEN | COMMAND_LINE | FILES | LAZY | {"alembic"}),
    ],
)
def test_import_loads_no_more_than_it_needs(code: str, forbidden: set[str]) -> None:
    assert loaded_after(code) & forbidden == set()


def test_the_probe_sees_what_is_loaded() -> None:
    """Otherwise the tests above could not fail."""
    assert {"networkx", "sqlalchemy"} <= loaded_after("import networkx, sqlalchemy.orm")
