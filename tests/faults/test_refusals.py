"""What a database may refuse for: each a clear error with a stable code, and nothing half-written."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import sqlite3
import stat
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pm.errors import StoreError
from pm.store.database import Database, default_url, parse_url
from pm.store.errors import translate, without_secrets
from pm.store.repository import Repository
from pm.workspace import Workspace
from tests.faults import children
from tests.workspace.edits import sample, set_field

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX file rights")


@contextlib.contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """Mount a disk in memory on `folder`; skip where that is not allowed."""
    if os.name != "posix" or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.decode(errors='replace').strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Make `folder` unwritable; root, whom rights do not stop, gets a read-only disk."""
    if os.geteuid() != 0:
        folder.chmod(0o500)
        try:
            yield
        finally:
            folder.chmod(0o700)
        return
    done = subprocess.run(["mount", "-o", "remount,ro", folder], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    try:
        yield
    finally:
        subprocess.run(["mount", "-o", "remount,rw", folder], check=True)


@contextlib.contextmanager
def folder_to_spoil(folder: Path) -> Iterator[Path]:
    """A folder that `read_only` can be used on."""
    inner = folder / "disk"
    inner.mkdir()
    if os.name == "posix" and os.geteuid() == 0:
        with small_disk(inner, "64m"):
            yield inner
    else:
        yield inner


@posix
def test_a_read_only_folder(tmp_path: Path) -> None:
    with folder_to_spoil(tmp_path) as folder:
        path = folder / "plans.db"
        with Workspace.open(str(path)) as workspace:
            workspace.import_plan(sample())
        with read_only(folder):
            for target in (folder / "new.db", folder / "deep" / "new.db"):
                with pytest.raises(StoreError) as caught:
                    Workspace.open(str(target))
                assert caught.value.code == "store.read_only", str(caught.value)
                assert str(target) in caught.value.subject
        with Workspace.open(str(path)) as workspace:
            assert workspace.check() == []


@posix
def test_a_database_that_cannot_be_written_can_be_looked_at(tmp_path: Path) -> None:
    with folder_to_spoil(tmp_path) as folder:
        path = folder / "plans of 100%?.db"
        with Workspace.open(str(path)) as workspace:
            workspace.import_plan(sample())
            before = workspace.plan("ATLAS")
        (folder / "empty.db").touch()
        with read_only(folder):
            with Workspace.open(str(path)) as workspace:
                assert workspace.plan("ATLAS") == before
                assert workspace.check() == []
                assert len(workspace.log()) == 1
                assert workspace.backup(tmp_path / "copy.db").stat().st_size
                for write in (lambda: workspace.run(set_field("Task 11", "priority", 7), "ATLAS"), workspace.undo):
                    with pytest.raises(StoreError) as caught:
                        write()
                    assert caught.value.code == "store.read_only"
            with pytest.raises(StoreError) as caught:
                Workspace.open(str(folder / "empty.db"))
            assert caught.value.code == "store.read_only"
            assert sorted(p.name for p in folder.iterdir()) == ["empty.db", path.name]


@posix
def test_what_a_killed_process_left_in_the_log_is_not_overlooked_when_viewing(tmp_path: Path) -> None:
    with folder_to_spoil(tmp_path) as folder:
        path = folder / "plans.db"
        with Workspace.open(str(path)) as workspace:
            workspace.import_plan(sample())
            # The files as they would stand after a kill: the change is in the log alone.
            copies = {p.name: p.read_bytes() for p in folder.iterdir()}
        for name, content in copies.items():
            (folder / name).write_bytes(content)
        assert copies["plans.db-wal"]
        (folder / "plans.db-shm").unlink()
        with read_only(folder), pytest.raises(StoreError) as caught:
            Workspace.open(str(path))  # a log cannot be read without a file to share it by: no plan rather than an old one
        assert caught.value.code == "store.read_only"
        with Workspace.open(str(path)) as workspace:
            assert [p.code for p in workspace.projects()] == ["ATLAS"]


@posix
def test_a_folder_that_becomes_read_only_while_it_is_used(tmp_path: Path) -> None:
    with folder_to_spoil(tmp_path) as folder:
        path = folder / "plans.db"
        with Workspace.open(str(path)) as workspace:
            workspace.import_plan(sample())
        if os.geteuid() != 0:
            pytest.skip("an open file stays writable for its owner")
        # A disk can only be made read-only while nothing on it is open for writing: the connections are let go first.
        workspace = Workspace.open(str(path))
        workspace.close()
        with read_only(folder), pytest.raises(StoreError) as caught:
            workspace.import_plan(sample(), replace=True)
        assert caught.value.code == "store.read_only"
        workspace.close()


def test_a_full_disk(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    with small_disk(folder, "2m"):
        path = folder / "plans.db"
        workspace = Workspace.open(str(path))
        done: list[str] = []
        with pytest.raises(StoreError) as caught:
            done.extend(code for n in range(100) for code in workspace.import_plan(children.project(f"P{n}")))
        assert caught.value.code == "store.full"
        assert caught.value.exit_status == 4
        workspace.close()
        with Workspace.open(str(path)) as again:
            assert [p.code for p in again.projects()] == done
            assert len(again.plan().tasks) == len(done) * children.TASKS
            assert again.check() == []
            with pytest.raises(StoreError) as caught:
                again.backup(folder / "copy.db")
            assert caught.value.code == "store.full"
        assert not (folder / "copy.db").exists()


@posix
def test_a_limit_on_the_size_of_files(tmp_path: Path) -> None:
    path = tmp_path / "plans.db"
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=children.import_until_refused, args=(str(path), there))
    process.start()
    there.close()
    code, status = here.recv()
    process.join(30)
    assert (code, status, process.exitcode) == ("store.io", 4, 0) or (code, status) == ("store.full", 4)
    with Workspace.open(str(path)) as workspace:
        assert workspace.check() == []
        assert len(workspace.plan().tasks) == len(workspace.projects()) * children.TASKS


@pytest.mark.parametrize("junk", [b"not a database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5000, b"\0" * 4096])
def test_junk_is_not_a_database_and_stays_as_it_is(tmp_path: Path, junk: bytes) -> None:
    path = tmp_path / "junk.db"
    path.write_bytes(junk)
    with pytest.raises(StoreError) as caught:
        Workspace.open(str(path))
    assert caught.value.code in ("store.not_a_database", "store.damaged")
    assert path.read_bytes() == junk
    assert sorted(p.name for p in tmp_path.iterdir()) == ["junk.db"]


def test_a_damaged_database_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "plans.db"
    with Workspace.open(str(path)) as workspace:
        workspace.import_plan(children.project("P1"))
    content = bytearray(path.read_bytes())
    for page in range(8, len(content) // 4096, 2):
        content[page * 4096 : page * 4096 + 2048] = os.urandom(2048)
    path.write_bytes(content)
    assert said_of(path)


def said_of(path: Path) -> list[str]:
    """What a user is told of a database that is damaged, on opening it or on looking."""
    try:
        with Workspace.open(str(path)) as workspace:
            return workspace.check()
    except StoreError as error:
        return [error.code] if error.code == "store.damaged" else []


def test_a_folder_is_not_a_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        Workspace.open(str(tmp_path))
    assert caught.value.code == "store.not_a_database"


def test_another_programs_file(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE notes (x)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        Workspace.open(str(path))
    assert caught.value.code == "store.not_a_database"
    assert path.read_bytes()[100:] == before[100:]


def test_a_locked_database(database_url: str) -> None:
    first = Database.open(database_url)
    Repository(first, lambda plan: None).import_plan(sample(), replace=False, label="", author="")
    second = Database.open(database_url, wait=0.2)
    workspace = Workspace(Repository(second, lambda plan: None), second, "")
    with first.write() as holder:
        holder.run("UPDATE projects SET name = 'held'")
        assert workspace.plan("ATLAS").projects.column("name") == ["Atlas"], "readers do not wait"
        with pytest.raises(StoreError) as caught:
            workspace.run(set_field("Task 11", "priority", 1), "ATLAS")
        assert caught.value.code == "store.locked"
    workspace.run(set_field("Task 11", "priority", 1), "ATLAS")
    second.close()
    first.close()


def test_a_writer_waits_for_another(database_url: str) -> None:
    with Workspace.open(database_url) as workspace:
        workspace.import_plan(sample())
        assert workspace.database is not None
        holding, finished = threading.Event(), []

        def hold() -> None:
            assert workspace.database is not None
            with workspace.database.write() as connection:
                holding.set()
                connection.run("UPDATE projects SET name = name")
                threading.Event().wait(0.3)
                finished.append("holder")

        other = threading.Thread(target=hold)
        other.start()
        holding.wait(10)
        workspace.run(set_field("Task 11", "priority", 1), "ATLAS")
        finished.append("waiter")
        other.join()
        assert finished == ["holder", "waiter"]


@posix
def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        path = tmp_path / "new" / "plans.db"
        with Workspace.open(str(path)) as workspace:
            workspace.import_plan(sample())
            modes = {p.name: oct(stat.S_IMODE(p.stat().st_mode)) for p in path.parent.iterdir()}
        assert set(modes.values()) == {"0o600"}
        assert "plans.db" in modes
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    finally:
        os.umask(mask)


def test_settings_of_a_sqlite_connection(tmp_path: Path) -> None:
    database = Database.open(str(tmp_path / "a.db"))
    wanted = {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "trusted_schema": 0, "busy_timeout": 10_000}
    with database.read() as connection:
        assert {name: connection.rows(f"PRAGMA {name}")[0][0] for name in wanted} == wanted
    database.close()


def test_no_server_and_no_password_in_the_message() -> None:
    with pytest.raises(StoreError) as caught:
        Database.open("postgresql://ada:s3cret@127.0.0.1:1/plans", wait=2)
    assert caught.value.code == "store.unreachable"
    told = f"{caught.value} {caught.value.hint} {caught.value.subject}"
    assert "s3cret" not in told
    assert "127.0.0.1" in told


@pytest.mark.parametrize(
    "address", ["ada:s3@cret@127.0.0.1:1/plans", "ada@127.0.0.1:1/plans?password=s3cret", "ada@/p?sslpassword=s3cret"]
)
def test_no_form_of_address_shows_its_password(address: str) -> None:
    shown = Database(parse_url(f"postgresql://{address}"), 1).url_shown
    assert "ada" in shown
    assert "cret" not in shown
    assert "cret" not in without_secrets(f"cannot reach postgresql://{address} today")


def test_a_sqlite_address_takes_no_options_that_would_be_dropped(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        Database.open(f"sqlite:///{tmp_path / 'plans.db'}?mode=ro")
    assert caught.value.code == "store.bad_url"
    assert list(tmp_path.iterdir()) == []


def test_home_is_understood_in_an_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    for address in ("sqlite:///~/plans.db", "~/plans.db"):
        assert parse_url(address).database == str(tmp_path / "plans.db")


def test_secrets_are_blotted_out() -> None:
    text = without_secrets("cannot reach postgresql://ada:pa:ss@host/db, password=hunter2 user=ada")
    assert "pa:ss" not in text
    assert "hunter2" not in text
    assert "host/db" in text


def test_a_wrong_database_or_user_on_a_real_server(postgres_address: str) -> None:
    with pytest.raises(StoreError) as caught:
        Database.open(postgres_address + "nothere")
    assert caught.value.code == "store.unreachable"


def test_a_missing_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError) as caught:
        Database.open("postgresql://host/plans")
    assert caught.value.code == "store.driver_missing"
    assert "slackline[postgres]" in caught.value.hint


@pytest.mark.parametrize("url", ["mysql://host/x", "://", "nonsense://x"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(StoreError) as caught:
        Database.open(url)
    assert caught.value.code == "store.bad_url"


def test_a_database_that_must_be_there(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    with pytest.raises(StoreError) as caught:
        Workspace.open(str(path), create=False)
    assert caught.value.code == "store.unreachable"
    assert not path.exists()


def test_the_environment_names_the_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PM_DATABASE_URL", str(tmp_path / "mine.db"))
    Workspace.open().close()
    assert (tmp_path / "mine.db").exists()
    monkeypatch.delenv("PM_DATABASE_URL")
    assert default_url().endswith("slackline.db")


def test_every_meaning_has_a_code() -> None:
    for name, code in (
        ("SQLITE_FULL", "store.full"),
        ("SQLITE_IOERR_WRITE", "store.io"),
        ("SQLITE_CORRUPT_VTAB", "store.damaged"),
    ):
        error = sqlite3.OperationalError("x")
        error.sqlite_errorname = name
        assert translate(error).code == code
    assert translate(OSError(28, "No space left on device")).code == "store.full"
    assert translate(RuntimeError("x")).code == "store.failed"
