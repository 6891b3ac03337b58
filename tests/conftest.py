"""What every folder of tests shares: databases of both kinds, and random examples that are the same in every run."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import postgres

settings.register_profile("same examples every time", derandomize=True)
settings.load_profile("same examples every time")

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    """The address of a real PostgreSQL server; a test that wants it is skipped where there are no binaries."""
    if reason := postgres.missing():
        pytest.skip(reason)
    with postgres.server() as address:
        yield address


@pytest.fixture(scope="session")
def postgres_template(postgres_address: str) -> str:
    """The name of a database that holds our empty tables, for copying."""
    from pm.store.database import Database

    Database.open(postgres.create_database(postgres_address, "slackline_template")).close()
    return "slackline_template"


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database a test runs on: one and then the other."""
    name: str = request.param
    return name


@pytest.fixture
def new_database(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """A function that returns the URL of another empty database, of SQLite and then of PostgreSQL."""
    if kind == "sqlite":
        return lambda: f"sqlite:///{tmp_path / f'plans{next(_numbers)}.db'}"
    address: str = request.getfixturevalue("postgres_address")
    return lambda: postgres.create_database(address, f"t{os.getpid()}_{next(_numbers)}")


@pytest.fixture
def database_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database that nobody has written in: of a SQLite file that is still to be made, and of PostgreSQL."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / f'plans{next(_numbers)}.db'}"
    address: str = request.getfixturevalue("postgres_address")
    template: str = request.getfixturevalue("postgres_template")
    return postgres.create_database(address, f"t{os.getpid()}_{next(_numbers)}", template)
