"""Writing files whole or not at all, and what the operating system's refusals are called."""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from pm.errors import InputError

_CODES: dict[int, tuple[str, str, str]] = {
    errno.ENOENT: ("file.not_found", "there is no such file", "check the name"),
    errno.ENOTDIR: ("file.no_folder", "a part of the path is not a folder", "check the path"),
    errno.EISDIR: ("file.is_folder", "it is a folder", "name a file"),
    errno.EACCES: ("file.no_permission", "permission denied", "check who may use it"),
    errno.EPERM: ("file.no_permission", "permission denied", "check who may use it"),
    errno.EROFS: ("file.read_only", "the file system is read-only", "write to another folder"),
    errno.ENOSPC: ("file.full", "the disk is full", "free some space, then repeat; nothing was written"),
    errno.EFBIG: ("file.full", "the file would be too large", "write to another disk; nothing was written"),
    errno.ENAMETOOLONG: ("file.bad_name", "the name is too long", "choose a shorter one"),
}
if hasattr(errno, "EDQUOT"):
    _CODES[errno.EDQUOT] = ("file.full", "the quota is used up", "free some space, then repeat; nothing was written")


def map_os_error(error: OSError, path: Path) -> InputError:
    """Return what `error` about `path` is in our own terms."""
    code, message, hint = _CODES.get(error.errno or 0, ("file.unreadable", error.strerror or "cannot be used", ""))
    if error.errno == errno.ENOENT:
        near = _near(path)
        return InputError(message, code=code, hint=f"did you mean {', '.join(near)}?" if near else hint, subject=str(path))
    return InputError(f"cannot use {path.name}: {message}", code=code, hint=hint, subject=str(path))


def _near(path: Path) -> list[str]:
    """Return the names in the folder of `path` that it may be a slip of."""
    import difflib

    try:
        names = os.listdir(path.parent)
    except OSError:
        return []
    near = difflib.get_close_matches(path.name, names, n=3, cutoff=0.8)
    return [str(path.parent / name) for name in near]


def _refuse_early(path: Path) -> None:
    """Name the common mistakes better than the operating system does."""
    folder = path.parent
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}", code="file.no_folder", hint="make the folder first", subject=str(path))
    if path.is_dir():
        raise InputError(
            f"cannot write {path.name}: it is a folder", code="file.is_folder", hint="name a file", subject=str(path)
        )


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` to `path` so that a reader, or a crash, sees the old file or the new one, never a part.

    Keeps the permissions of a file that is replaced; a symbolic link is followed.

    Raises:
        InputError: `file.no_folder`, `file.is_folder`, `file.no_permission`, `file.read_only`, `file.full`; nothing is
            left behind.
    """
    path = Path(os.path.realpath(path))
    _refuse_early(path)
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:60]}.", suffix=".tmp", dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, path.stat().st_mode & 0o7777 if path.exists() else 0o666 & ~_umask())
        os.replace(temporary, path)
        temporary = None
        _sync_folder(path.parent)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM):
            raise InputError(
                f"cannot write {path.name}: the folder is read-only",
                code="file.read_only",
                hint="write to another folder",
                subject=str(path),
            ) from error
        raise map_os_error(error, path) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                os.unlink(temporary)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    """Make the new name durable where the system can; Windows cannot open a folder."""
    if os.name != "posix":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
