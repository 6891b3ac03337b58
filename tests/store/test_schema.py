"""The tables that a new database gets are the tables that an old one is migrated to."""

from __future__ import annotations

import re
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

from pm.errors import StoreError, VersionError
from pm.model import ENTITIES, Plan, fields_of
from pm.store.connection import Connection
from pm.store.database import Database, parse_url
from pm.store.repository import Repository
from pm.store.tables import HEAD, metadata
from pm.store.upgrade import back_up, migrations, upgrade


def empty(url: str) -> Database:
    """A database of which nothing has been made yet."""
    return Database(parse_url(url), 5.0)


def described(database: Database) -> dict[str, Any]:
    """Everything that the database itself says about its tables."""
    found: dict[str, Any] = {}
    with database.engine.connect() as connection:
        looker = inspect(connection)
        for table in looker.get_table_names():
            found[table] = {
                "columns": sorted(
                    ({**c, "type": str(c["type"])} for c in looker.get_columns(table)), key=lambda c: str(c["name"])
                ),
                "primary": looker.get_pk_constraint(table),
                "foreign": sorted(looker.get_foreign_keys(table), key=lambda k: str(k["name"])),
                "checks": sorted((str(c["name"]), c["sqltext"]) for c in looker.get_check_constraints(table)),
                "indexes": sorted(looker.get_indexes(table), key=lambda i: str(i["name"])),
            }
        if database.dialect == "sqlite":
            statements = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
            # The lines of a statement stand in any order; the last has no comma. A column that is added later stands last, on
            # one line with its check, where a line closes the list.
            parts = {name: re.split(r",\s|\n|\s(?=CONSTRAINT)|\)$", sql) for name, sql in statements}
            found["text"] = {name: sorted(filter(None, map(str.strip, lines))) for name, lines in parts.items()}
    return found


def test_migrations_and_models_do_not_drift_apart(new_database: Callable[[], str]) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    fresh = Database.open(new_database())
    migrated = empty(new_database())
    upgrade(migrated)
    try:
        assert described(migrated) == described(fresh)
        with migrated.engine.connect() as connection:
            options = {"compare_type": True, "compare_server_default": True, "version_table": "schema_version"}
            differences = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
        assert [d for d in differences if "schema_version" not in str(d)] == []
    finally:
        fresh.close()
        migrated.close()


def test_the_known_version_is_the_newest_migration() -> None:
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(migrations())
    assert script.get_current_head() == f"{HEAD:04d}"
    assert len(list(script.walk_revisions())) == HEAD


def test_an_older_database_is_upgraded_and_keeps_what_it_holds(new_database: Callable[[], str]) -> None:
    database_url = new_database()
    older = empty(database_url)
    upgrade(older, "0001")
    with older.write() as connection:
        connection.run("INSERT INTO projects (id, code) VALUES (1, 'OLD')")
    older.close()
    database = Database.open(database_url)
    try:
        assert database.version == HEAD
        plan, _ = Repository(database, lambda plan: None).load("OLD")
        assert plan.projects.ids == [1]
        if database.path is None:
            assert database.backup is None
        else:
            assert database.backup is not None
            assert database.backup.name == f"{database.path.name}.v1.backup"
            assert stat.S_IMODE(database.backup.stat().st_mode) == 0o600
            backup = sqlite3.connect(database.backup)
            assert backup.execute("SELECT code, (SELECT version_num FROM schema_version) FROM projects").fetchall() == [
                ("OLD", "0001")
            ]
            backup.close()
    finally:
        database.close()


MISSING_AT_FIRST = {
    "projects": ["must_finish_by"],
    "tasks": [
        *("activity_type", "secondary_constraint_type", "secondary_constraint_date", "external_early_start"),
        *("external_late_finish", "expected_finish", "percent_type"),
    ],
    "assignments": ["drives"],
}
"""Columns that the first builds did not make, though they stamped their databases 0001 and 0002."""


def first_build(url: str) -> Database:
    """A database as one of the first builds left it, with a task and its assignment."""
    database = empty(url)
    upgrade(database, "0002")
    with database.write() as connection:
        for table, names in MISSING_AT_FIRST.items():
            for name in names:
                if not connection.postgres:
                    _drop_check(connection, table, name)
                connection.run(f"ALTER TABLE {table} DROP COLUMN {name}")
        connection.run("INSERT INTO projects (id, code) VALUES (1, 'OLD')")
        connection.run("INSERT INTO tasks (id, project_id, uid, name) VALUES (7, 1, 70, 'Dig')")
        connection.run("INSERT INTO resources (id, project_id, name) VALUES (3, 1, 'Ann')")
        connection.run("INSERT INTO assignments (id, project_id, task_id, resource_id) VALUES (5, 1, 7, 3)")
    return database


def _drop_check(connection: Connection, table: str, name: str) -> None:
    # SQLite drops no column that a check of the table names; that check has to go first.
    (sql,) = connection.rows("SELECT sql FROM sqlite_master WHERE name = ?", (table,))[0]
    without = "".join(line for line in sql.splitlines(keepends=True) if f"ck_{table}_" not in line or f"_{name} " not in line)
    connection.run("PRAGMA writable_schema = ON")
    connection.run("UPDATE sqlite_master SET sql = ? WHERE name = ?", (without, table))
    connection.run("PRAGMA writable_schema = RESET")


def test_a_database_of_the_first_builds_gets_the_columns_it_lacks(new_database: Callable[[], str]) -> None:
    url = new_database()
    first_build(url).close()
    fresh, database = Database.open(new_database()), Database.open(url)
    try:
        assert database.version == HEAD
        assert (database.backup is None) == (database.path is None)
        wanted, found = described(fresh), described(database)
        for table in MISSING_AT_FIRST:
            for part in ("columns", "checks"):
                assert sorted(map(repr, found[table][part])) == sorted(map(repr, wanted[table][part]))
        plan, _ = Repository(database, lambda plan: None).load("OLD")
        assert plan.tasks.row(7) == {"id": 7, "project_id": 1, "uid": 70, "name": "Dig"}
        assert plan.assignments.row(5) == {"id": 5, "project_id": 1, "task_id": 7, "resource_id": 3}
        for table, names in MISSING_AT_FIRST.items():
            fields = fields_of(ENTITIES[table])
            assert [plan.tables[table].column(n)[0] for n in names] == [fields[n].default for n in names]
    finally:
        fresh.close()
        database.close()


def test_a_database_without_a_column_it_should_have_is_refused(new_database: Callable[[], str]) -> None:
    url = new_database()
    older = first_build(url)
    with older.write() as connection:
        connection.run(f"UPDATE schema_version SET version_num = '{HEAD:04d}'")
    older.close()
    with pytest.raises(StoreError) as caught:
        Database.open(url)
    assert caught.value.code == "store.incomplete"
    assert "projects.must_finish_by" in str(caught.value)


def test_a_failing_upgrade_leaves_the_database_as_it_was(new_database: Callable[[], str]) -> None:
    database_url = new_database()
    older = empty(database_url)
    upgrade(older, "0001")
    before = described(older)
    with older.write() as connection:
        # The second migration will not be able to make this table.
        connection.run("CREATE TABLE results (x INTEGER)")
    with pytest.raises(StoreError):
        Database.open(database_url)
    with older.write() as connection:
        connection.run("DROP TABLE results")
        assert connection.rows("SELECT version_num FROM schema_version") == [("0001",)]
    assert described(older) == before
    older.close()


def test_a_database_from_a_newer_version_is_refused_and_untouched(new_database: Callable[[], str]) -> None:
    database_url = new_database()
    database = Database.open(database_url)
    with database.write() as connection:
        connection.run("UPDATE schema_version SET version_num = '0999'")
    with pytest.raises(VersionError) as caught:
        Database.open(database_url)
    assert caught.value.code == "store.newer_version"
    with database.read() as connection:
        assert connection.rows("SELECT version_num FROM schema_version") == [("0999",)]
    database.close()


def test_a_database_of_another_program_is_refused(new_database: Callable[[], str]) -> None:
    for statement in ("CREATE TABLE tasks (id INTEGER, title TEXT)",):
        other = empty(new_database())
        with other.engine.connect() as connection, connection.begin():
            connection.exec_driver_sql(statement)
        with pytest.raises(StoreError) as caught:
            Database.open(other._url.render_as_string(hide_password=False))
        assert caught.value.code == "store.not_a_database"
        other.close()


def test_an_up_to_date_database_opens_without_alembic(tmp_path: Path) -> None:
    import subprocess
    import sys

    path = tmp_path / "a.db"
    Database.open(str(path)).close()
    code = (
        f"from pm.workspace import Workspace; Workspace.open({str(path)!r}).close(); import sys; print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert done.stdout.strip() == "False"


def test_a_backup_is_whole_private_and_never_overwrites(tmp_path: Path) -> None:
    database = Database.open(str(tmp_path / "a.db"))
    repository = Repository(database, lambda plan: None)
    repository.import_plan(Plan.from_rows(projects=[{"id": 1, "code": "A"}]), replace=False, label="", author="")
    first = back_up(database, tmp_path / "copy")
    second = back_up(database, tmp_path / "copy")
    assert (first.name, second.name) == ("copy", "copy.2")
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    copy = Database.open(str(first))
    assert [p.code for p in Repository(copy, lambda plan: None).projects()] == ["A"]
    copy.close()
    database.close()


def test_the_tables_of_the_plan_are_indexed_where_they_refer() -> None:
    for table in metadata.tables.values():
        indexed = {next(iter(index.columns)).name for index in table.indexes}
        assert {key.parent.name for key in table.foreign_keys} - {"project_id"} <= indexed | {"project_id"}
