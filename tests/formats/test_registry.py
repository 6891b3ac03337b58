"""Finding formats, and writing files whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from pm.errors import FormatError, InputError, PMError, UsageError
from pm.formats import FORMATS, Format, find_format, read_plan, write_plan
from pm.formats.files import map_os_error, write_atomically
from pm.formats.registry import read_bytes
from tests.formats.mspdi.documents import document, task

XML = document([task(1)]).encode()


def test_every_format_can_do_what_it_says() -> None:
    for known in FORMATS:
        assert known.read is not None or known.write is not None
        assert (known.read is not None) == known.reads
        assert (known.write is not None) == known.writes


def test_no_two_formats_share_a_name_nor_two_that_are_written_an_extension() -> None:
    names = [f.name for f in FORMATS]
    extensions = [e for f in FORMATS if f.writes for e in f.extensions]
    assert len(set(names)) == len(names)
    assert len(set(extensions)) == len(extensions)


@pytest.mark.parametrize("name", ["plan.xml", "PLAN.XML", "plan.mspdi"])
def test_found_by_extension(name: str) -> None:
    assert find_format(name).name == "mspdi"


def test_found_by_content_where_the_extension_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "plan.backup"
    path.write_bytes(XML)
    assert read_plan(path).format == "mspdi"
    assert read_bytes(XML, "plan").format == "mspdi"


def test_unknown_formats_are_named() -> None:
    for call in (lambda: find_format("plan.doc"), lambda: find_format("plan.xml", name="word")):
        with pytest.raises(UsageError) as caught:
            call()
        assert caught.value.code == "format.unknown"
        assert "mspdi" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "code"), [("missing.xml", "file.not_found"), ("folder.xml", "file.is_folder"), ("file.xml/x.xml", "file.no_folder")]
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "folder.xml").mkdir()
    (tmp_path / "file.xml").write_bytes(XML)
    with pytest.raises(InputError) as caught:
        read_plan(tmp_path / name)
    assert caught.value.code == code


def test_what_is_written_is_read(tmp_path: Path) -> None:
    plan = read_bytes(XML, "a.xml").plan
    write_plan(plan, tmp_path / "b.xml")
    assert read_plan(tmp_path / "b.xml").plan.tasks == plan.tasks
    assert [p.name for p in tmp_path.iterdir()] == ["b.xml"]


@pytest.mark.parametrize(("name", "code"), [("no/where.xml", "file.no_folder"), ("folder.xml", "file.is_folder")])
def test_places_that_cannot_be_written(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "folder.xml").mkdir()
    with pytest.raises(InputError) as caught:
        write_atomically(tmp_path / name, b"x")
    assert caught.value.code == code


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the super-user may write everywhere")
def test_a_read_only_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(InputError) as caught:
            write_atomically(tmp_path / "plan.xml", b"x")
    finally:
        tmp_path.chmod(0o700)
    assert caught.value.code == "file.read_only"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.EACCES, "file.read_only"), (errno.EROFS, "file.read_only"), (errno.ENOSPC, "file.full"), (errno.EDQUOT, "file.full")],
)
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_refusal_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str, call: str
) -> None:
    path = tmp_path / "plan.xml"
    path.write_bytes(b"old")

    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(InputError) as caught:
        write_atomically(path, b"new")
    assert caught.value.code == code
    assert [p.name for p in tmp_path.iterdir()] == ["plan.xml"]
    assert path.read_bytes() == b"old"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_device_that_is_really_full_is_called_so() -> None:
    with open("/dev/full", "wb", buffering=0) as stream, pytest.raises(OSError, match="No space") as caught:
        stream.write(b"x")
    assert map_os_error(caught.value, Path("plan.xml")).code == "file.full"


def test_permissions_and_links_survive(tmp_path: Path) -> None:
    target = tmp_path / "real.xml"
    target.write_bytes(b"old")
    target.chmod(0o640)
    link = tmp_path / "link.xml"
    link.symlink_to(target)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o640


def test_errors_of_formats_are_ours(tmp_path: Path) -> None:
    path = tmp_path / "plan.xml"
    path.write_bytes(XML[:200])
    with pytest.raises(FormatError) as caught:
        read_plan(path)
    assert isinstance(caught.value, PMError)
    assert caught.value.subject.startswith("plan.xml")


@pytest.mark.parametrize(
    ("name", "content", "ending"),
    [("plan.mpp", b"ERMHDR\t8.2\r\n%E\r\n", ".xer"), ("plan.xml", b"ERMHDR\t8.2\r\n%E\r\n", ".xer"), ("plan.xer", XML, ".xml")],
)
def test_a_file_of_another_kind_is_told_by_its_content(tmp_path: Path, name: str, content: bytes, ending: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FormatError) as caught:
        read_plan(tmp_path / name)
    assert caught.value.hint.endswith(f"a name that ends in {ending}")


def test_formats_that_can_do_it_are_offered() -> None:
    for to_write, offered, other in ((True, "csv", "mpx"), (False, "mpx", "csv")):
        with pytest.raises(UsageError) as caught:
            find_format("plan.doc", to_write=to_write)
        assert offered in caught.value.hint
        assert other not in caught.value.hint


@pytest.mark.parametrize("known", [f for f in FORMATS if f.reads], ids=lambda f: f.name)
def test_an_empty_file_says_so_in_every_format(known: Format, tmp_path: Path) -> None:
    path = tmp_path / f"plan{known.extensions[0]}"
    path.write_bytes(b"")
    with pytest.raises(FormatError) as caught:
        read_plan(path)
    assert (caught.value.code, caught.value.subject) == (f"{known.name}.truncated", path.name)
    assert (str(caught.value.message), caught.value.hint) == ("the file is empty", "get a whole copy of it")
