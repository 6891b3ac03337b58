"""Fixtures that every folder of tests may use: databases of both kinds."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import postgres

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    """The address of a real PostgreSQL server; a test that wants it is skipped where there are no binaries."""
    if reason := postgres.missing():
        pytest.skip(reason)
    with postgres.server() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """A function that returns the URL of another empty database, of SQLite and then of PostgreSQL."""
    if request.param == "sqlite":
        return lambda: f"sqlite:///{tmp_path / f'plans{next(_numbers)}.db'}"
    address: str = request.getfixturevalue("postgres_address")
    return lambda: postgres.create_database(address, f"t{os.getpid()}_{next(_numbers)}")


@pytest.fixture
def database_url(new_database: Callable[[], str]) -> str:
    """The URL of an empty database, of SQLite and then of PostgreSQL."""
    return new_database()
