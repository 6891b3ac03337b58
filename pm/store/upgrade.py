"""Bringing an older database to the current version, after a backup. Imported only where there is something to upgrade."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pm.errors import StoreError
from pm.store.errors import guarded
from pm.store.tables import VERSION_TABLE

if TYPE_CHECKING:
    from alembic.config import Config

    from pm.store.database import Database


def migrations() -> Config:
    """Return Alembic's configuration; the migrations lie in the package, so an installed wheel has them."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["version_table"] = VERSION_TABLE
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Run the migrations that `database` has not seen: all of them or, if one fails, none."""
    from alembic import command

    config = migrations()
    with guarded(database.url_shown), database.engine.connect() as connection:
        connection.execution_options(slackline_immediate=True)
        with connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, revision)


def back_up(database: Database, target: Path) -> Path:
    """Write a copy of a SQLite database to a new file that only its owner may read, and return its path.

    Where `target` exists, a number is added to its name.

    Raises:
        StoreError: `store.no_backup`, the database is on a server; or it cannot be written.
    """
    if database.path is None:
        raise StoreError(
            "only databases in a file are backed up here", code="store.no_backup", hint="use pg_dump", subject=database.url_shown
        )
    with guarded(str(target)):
        number, free = 1, target
        while True:
            try:
                os.close(os.open(free, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
                break
            except FileExistsError:
                number += 1
                free = target.with_name(f"{target.name}.{number}")
        raw = database.engine.raw_connection()
        try:
            raw.driver_connection.execute("VACUUM INTO ?", (str(free),))  # type: ignore[union-attr]
        except BaseException:
            free.unlink(missing_ok=True)
            raise
        finally:
            raw.close()
    return free
