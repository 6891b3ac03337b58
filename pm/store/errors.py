"""Every error of SQLAlchemy, sqlite3, psycopg and the file system under the store becomes a `StoreError` here.

======================== =====================================================
store.locked             somebody else is writing, for longer than we wait
store.read_only          the file or its folder cannot be written
store.full               no space left
store.io                 the disk failed, or a limit on file sizes was met
store.damaged            the file is a database no more, or breaks its own rules
store.incomplete         the database lacks columns that its version has
store.not_a_database     the file is something else
store.unreachable        no file, no server, no permission to connect
store.bad_value          a value that the database cannot hold
store.driver_missing     the database's driver is not installed
store.failed             anything else
======================== =====================================================

Text of these errors never holds a password.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from pm.errors import PMError, StoreError

_SQLITE = {
    "SQLITE_BUSY": ("store.locked", "the database is locked by somebody who is writing", "try again in a moment"),
    "SQLITE_LOCKED": ("store.locked", "the database is locked by somebody who is writing", "try again in a moment"),
    "SQLITE_READONLY": ("store.read_only", "the database cannot be written", "look at the rights of the file and its folder"),
    "SQLITE_FULL": ("store.full", "the disk is full", "make room, then repeat"),
    "SQLITE_IOERR": ("store.io", "the disk failed while the database was used", "look for a full disk or a limit on file sizes"),
    "SQLITE_CORRUPT": ("store.damaged", "the database is damaged", "restore a backup"),
    "SQLITE_NOTADB": ("store.not_a_database", "the file is not a database", "name another file"),
    "SQLITE_CANTOPEN": ("store.unreachable", "the database cannot be opened", "look at the path and the rights of its folder"),
    "SQLITE_PERM": ("store.unreachable", "the database cannot be opened", "look at the rights of the file"),
    "SQLITE_AUTH": ("store.unreachable", "the database cannot be opened", "look at the rights of the file"),
    "SQLITE_CONSTRAINT": ("store.bad_value", "a value is not allowed", ""),
    "SQLITE_TOOBIG": ("store.bad_value", "a value is too long", ""),
    "SQLITE_MISMATCH": ("store.bad_value", "a value is of the wrong kind", ""),
}

_POSTGRES = (
    ("55P03", ("store.locked", "the database is locked by somebody who is writing", "try again in a moment")),
    ("40", ("store.locked", "somebody else wrote at the same time", "try again")),
    ("25006", ("store.read_only", "the database cannot be written", "connect to the server that takes writes")),
    ("42501", ("store.read_only", "the database refuses: no permission", "ask for the right to write in this schema")),
    ("53", ("store.full", "the server has no room left", "make room, then repeat")),
    ("22", ("store.bad_value", "a value is not allowed", "")),
    ("23", ("store.bad_value", "a value is not allowed", "")),
    ("08", ("store.unreachable", "the database cannot be reached", "look at the address and whether the server runs")),
    ("28", ("store.unreachable", "the server does not let us in", "look at the user and the password")),
    ("3D", ("store.unreachable", "the server has no such database", "create it first")),
    ("57", ("store.unreachable", "the server shut the connection", "try again when it runs")),
    ("58", ("store.io", "the server's disk failed", "")),
    ("XX", ("store.damaged", "the database is damaged", "restore a backup")),
)

_UNREACHABLE = ("store.unreachable", "the database cannot be reached", "look at the address and whether the server runs")
_PASSWORD = re.compile(r"(://[^:/@\s]*):\S*@")
_PASSWORD_OPTION = re.compile(r"(password\s*=\s*)('[^']*'|[^\s&]+)", re.IGNORECASE)


def without_secrets(text: str) -> str:
    """Return `text` with the passwords of addresses and connection options blotted out."""
    return _PASSWORD_OPTION.sub(r"\1***", _PASSWORD.sub(r"\1:***@", text))


def translate(error: BaseException, subject: str = "") -> StoreError:
    """Return the `StoreError` that says what a lower layer's `error` means to a user."""
    cause: BaseException = getattr(error, "orig", None) or error
    detail = without_secrets(" ".join(str(cause).split()))[:300]
    code, message, hint = _meaning(cause)
    if code in ("store.bad_value", "store.failed", "store.io") and detail:
        message = f"{message}: {detail}"
    return StoreError(message, code=code, hint=hint, subject=without_secrets(subject))


def _meaning(cause: BaseException) -> tuple[str, str, str]:
    if isinstance(cause, sqlite3.Error):
        name = getattr(cause, "sqlite_errorname", None) or ""
        for prefix, meaning in _SQLITE.items():
            if name.startswith(prefix):
                return meaning
    state = getattr(cause, "sqlstate", None)
    if isinstance(state, str):
        for prefix, meaning in _POSTGRES:
            if state.startswith(prefix):
                return meaning
    if type(cause).__module__.startswith("psycopg") and type(cause).__name__ == "OperationalError":
        return _UNREACHABLE
    if type(cause).__module__.startswith("psycopg") and type(cause).__name__ in ("DataError", "IntegrityError"):
        return "store.bad_value", "a value is not allowed", ""
    if isinstance(cause, (OverflowError, TypeError, ValueError)):
        return "store.bad_value", "a value cannot be stored", ""
    if isinstance(cause, OSError):
        return _meaning_of_os_error(cause)
    return "store.failed", "the database refused", ""


def _meaning_of_os_error(error: OSError) -> tuple[str, str, str]:
    import errno

    reason = error.strerror or type(error).__name__
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "store.read_only", f"the database cannot be written ({reason})", "look at the rights of the file and its folder"
    if error.errno in (errno.ENOSPC, errno.EDQUOT) if hasattr(errno, "EDQUOT") else error.errno == errno.ENOSPC:
        return "store.full", "the disk is full", "make room, then repeat"
    return "store.unreachable", f"the database cannot be opened ({reason})", "look at the path"


@contextmanager
def guarded(subject: str = "", path: Path | None = None) -> Iterator[None]:
    """Turn what the lower layers raise inside the block into `StoreError`.

    Args:
        subject: Which database.
        path: Its file, if it is one: tells a file that cannot be written from one that cannot be found.
    """
    try:
        yield
    except PMError:
        raise
    except Exception as error:
        ours = isinstance(error, (SQLAlchemyError, sqlite3.Error, OSError, OverflowError, UnicodeError))
        if not ours and not type(error).__module__.startswith("psycopg"):
            raise
        found = translate(error, subject)
        if found.code == "store.unreachable" and path is not None and path.exists() and not writable(path):
            found = read_only(subject)
        raise found from error


def writable(path: Path) -> bool:
    """Whether a SQLite file can be written: its folder too, for its journals stand beside it."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def read_only(subject: str) -> StoreError:
    """Return the error for a file that cannot be written."""
    code, message, hint = _SQLITE["SQLITE_READONLY"]
    return StoreError(message, code=code, hint=hint, subject=subject)
