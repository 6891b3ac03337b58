"""Opening a database: where it is, how it is set up, which version it has, and its transactions.

SQLite is a file, made readable by its owner alone; PostgreSQL is an address. A database from an older version is backed up
and upgraded, one from a newer version is refused.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection as SqlConnection
from sqlalchemy import Engine, create_engine, event, inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from pm.errors import StoreError, VersionError
from pm.store.connection import Connection
from pm.store.errors import guarded, read_only, without_secrets, writable
from pm.store.tables import HEAD, VERSION_TABLE, create_tables, metadata

ENVIRONMENT = "PM_DATABASE_URL"
WAIT = 10.0
"""Seconds to wait for somebody else's write before giving up."""
_SHOWN = 5
"""Missing columns that are named; more are counted."""
_SETUP_LOCK = 0x534C4B4C
"""The key of the lock that keeps two processes from setting up one PostgreSQL database at once."""


def default_url() -> str:
    """Return the address of the database that is used when nobody names one."""
    if named := os.environ.get(ENVIRONMENT, "").strip():
        return named
    from platformdirs import user_data_path

    return str(user_data_path("slackline", appauthor=False) / "slackline.db")


def parse_url(text: str) -> URL:
    """Return the address that `text`, a URL or the path of a SQLite file, stands for.

    Raises:
        StoreError: `store.bad_url`.
    """
    if "://" not in text:
        return URL.create("sqlite", database=str(Path(text).expanduser()))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise StoreError("the address of the database cannot be read", code="store.bad_url", hint=_URL_HINT) from error
    backend = url.get_backend_name()
    if backend == "postgres" or backend == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if backend == "sqlite":
        if url.query:
            # They would be dropped, and a database opened for writing that somebody wanted to be read only.
            raise StoreError("a SQLite address takes no options", code="store.bad_url", hint=_URL_HINT)
        in_memory = url.database in (None, "", ":memory:")
        return url.set(drivername="sqlite", database=None if in_memory else str(Path(str(url.database)).expanduser()))
    raise StoreError(f"databases of the kind {backend!r} are not supported", code="store.bad_url", hint=_URL_HINT)


_URL_HINT = "name a file, sqlite:///path or postgresql://user@host/database"


class Database:
    """An open database at the current version.

    Attributes:
        url_shown: Its address without secrets.
        path: The file, None for a server or a database in memory.
        backup: The copy that was made before an upgrade, None where none was needed.
        for_viewing: The file or its folder cannot be written: it is read as it lies there, and every write is refused.
    """

    def __init__(self, url: URL, wait: float) -> None:
        self._url = url
        self._wait = wait
        self.dialect = url.get_backend_name()
        in_memory = self.dialect == "sqlite" and url.database in (None, "", ":memory:")
        self.path = Path(str(url.database)) if self.dialect == "sqlite" and not in_memory else None
        self.url_shown = str(self.path) if self.path else without_secrets(url.render_as_string(hide_password=True))
        self.backup: Path | None = None
        self.for_viewing = self.path is not None and self.path.is_file() and not writable(self.path)
        self.engine = self._make_engine(in_memory)

    @classmethod
    def open(cls, url: str | None = None, *, create: bool = True, wait: float = WAIT) -> Database:
        """Open a database, bringing it to the current version.

        Args:
            url: A path, ``sqlite:///path`` or ``postgresql://...``; None for the user's own.
            create: Make it where there is none.
            wait: Seconds to wait for somebody else's write.

        Raises:
            StoreError: it cannot be opened; the codes are in `pm.store.errors`.
            VersionError: `store.newer_version`.
        """
        parsed = parse_url(url if url is not None else default_url())
        database = cls(parsed, wait)
        try:
            with guarded(database.url_shown, database.path):
                if database.path is not None:
                    _prepare_file(database.path, create, database.url_shown)
                database._bring_up_to_date(create)
        except BaseException:
            database.close()
            raise
        return database

    @property
    def version(self) -> int:
        """The number of the newest migration that the database has seen."""
        with self.read() as connection:
            return int(connection.rows(f"SELECT version_num FROM {VERSION_TABLE}")[0][0])

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that reads one state of everything."""
        options: dict[str, Any] = (
            {} if self.dialect == "sqlite" else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        )
        with (
            guarded(self.url_shown, self.path),
            self.engine.connect().execution_options(**options) as connection,
            connection.begin(),
        ):
            yield Connection(connection.connection.dbapi_connection, self.dialect)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open a transaction that nobody else writes beside; committed at the end of the block, rolled back on an error."""
        if self.for_viewing:
            raise read_only(self.url_shown)
        with guarded(self.url_shown, self.path), self.engine.connect() as raw, _begun(raw, immediate=True):
            connection = Connection(raw.connection.dbapi_connection, self.dialect)
            if connection.postgres:
                connection.run(f"SET LOCAL lock_timeout = {int(self._wait * 1000)}")
                connection.rows("SELECT generation FROM store_state WHERE id = 1 FOR UPDATE")
            yield connection

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    def _make_engine(self, in_memory: bool) -> Engine:
        if self.dialect == "sqlite":
            arguments: dict[str, Any] = {"timeout": self._wait}
            if in_memory:
                from sqlalchemy.pool import StaticPool

                engine = create_engine("sqlite://", connect_args={**arguments, "check_same_thread": False}, poolclass=StaticPool)
            elif self.for_viewing:
                from sqlalchemy.pool import NullPool

                # Opened anew for every transaction: an immutable connection does not notice what others write.
                engine = create_engine("sqlite://", creator=self._connect_for_viewing, poolclass=NullPool)
            else:
                engine = create_engine(self._url, connect_args=arguments)
            event.listen(engine, "connect", _set_up_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        try:
            return create_engine(self._url, pool_pre_ping=True, connect_args={"connect_timeout": max(2, int(self._wait))})
        except (ImportError, NoSuchModuleError) as error:
            raise StoreError(
                "the driver for PostgreSQL is not installed",
                code="store.driver_missing",
                hint="pip install 'slackline[postgres]'",
            ) from error

    def _connect_for_viewing(self) -> sqlite3.Connection:
        assert self.path is not None
        log = self.path.with_name(f"{self.path.name}-wal")
        # What lies in a log must be read too; without one, SQLite must be kept from making files to share the database by.
        mode = "mode=ro" if log.exists() and log.stat().st_size else "mode=ro&immutable=1"
        return sqlite3.connect(f"{self.path.absolute().as_uri()}?{mode}", uri=True, timeout=self._wait)

    def _bring_up_to_date(self, create: bool) -> None:
        found = self._found_version()
        if self.for_viewing and (found is None or found < HEAD):
            raise read_only(self.url_shown)
        if found is None:
            if not create:
                raise StoreError(
                    "there is no database yet", code="store.unreachable", hint="create it: pm db init", subject=self.url_shown
                )
            found = self._create()
        if found > HEAD:
            raise VersionError(
                f"the database was written by a newer version (it stands at {found}, this program knows {HEAD})",
                code="store.newer_version",
                hint="update slackline",
                subject=self.url_shown,
            )
        if found == HEAD:
            self._check_columns()
        else:
            from pm.store.upgrade import back_up, upgrade

            if self.path is not None:
                self.backup = back_up(self, self.path.with_name(f"{self.path.name}.v{found}.backup"))
            upgrade(self)

    def _found_version(self) -> int | None:
        """Return the version, or None for an empty database.

        Raises:
            StoreError: `store.not_a_database`, it belongs to another program.
        """
        with self.engine.connect() as connection, connection.begin():
            return _version_in(connection, self.url_shown)

    def _check_columns(self) -> None:
        """Look whether every table has the columns it should have.

        Raises:
            StoreError: `store.incomplete`. SQLite would take the name of a column that is not there for a text, without a word.
        """
        with self.read() as connection:
            if connection.postgres:
                sql = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
            else:
                sql = "SELECT t.name, c.name FROM sqlite_master AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table'"
            there = set(connection.rows(sql))
        missing = [f"{t.name}.{c.name}" for t in metadata.tables.values() for c in t.columns if (t.name, c.name) not in there]
        if missing:
            more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
            raise StoreError(
                f"the database says it stands at version {HEAD}, but lacks {', '.join(missing[:_SHOWN])}{more}",
                code="store.incomplete",
                hint="restore a backup",
                subject=self.url_shown,
            )

    def _create(self) -> int:
        with self.engine.connect() as connection, _begun(connection, immediate=True):
            if self.dialect == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_SETUP_LOCK})")
            # Somebody else may have been quicker while we waited.
            found = _version_in(connection, self.url_shown)
            if found is not None:
                return found
            create_tables(connection)
            fill(connection)
        return HEAD


def fill(connection: SqlConnection) -> None:
    """Write the rows that a new database starts with."""
    connection.exec_driver_sql(f"INSERT INTO {VERSION_TABLE} (version_num) VALUES ('{HEAD:04d}')")
    connection.exec_driver_sql("INSERT INTO store_state (id) VALUES (1)")


@contextmanager
def _begun(connection: SqlConnection, *, immediate: bool) -> Iterator[None]:
    connection.execution_options(slackline_immediate=immediate)
    with connection.begin():
        yield


def _version_in(connection: SqlConnection, shown: str) -> int | None:
    names = set(inspect(connection).get_table_names())
    if VERSION_TABLE in names:
        row = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").first()
        if row is not None and str(row[0]).isdigit():
            return int(row[0])
        raise StoreError("the database does not say its version", code="store.damaged", hint="restore a backup", subject=shown)
    ours = names & metadata.tables.keys()
    if (names and connection.dialect.name == "sqlite") or ours:
        raise StoreError(
            "the database belongs to another program",
            code="store.not_a_database",
            hint="name another file" if connection.dialect.name == "sqlite" else "use a database or schema of its own",
            subject=shown,
        )
    return None


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own transactions start late and read-only; `_begin_sqlite` starts them instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "trusted_schema=OFF", "cache_size=-65536"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: SqlConnection) -> None:
    immediate = connection.get_execution_options().get("slackline_immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _prepare_file(path: Path, create: bool, shown: str) -> None:
    """Make an empty file that only its owner may read, before SQLite would make one that everybody may."""
    try:
        found = path.stat()
    except FileNotFoundError:
        if not create:
            raise StoreError(
                "there is no database yet", code="store.unreachable", hint="create it: pm db init", subject=shown
            ) from None
        if not path.parent.exists():
            path.parent.mkdir(mode=0o700, parents=True)
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError:
            return
        return
    if not stat.S_ISREG(found.st_mode):
        raise StoreError("this is not a file", code="store.not_a_database", hint="name a file", subject=shown)


__all__ = ["ENVIRONMENT", "Database", "default_url", "parse_url", "without_secrets"]
