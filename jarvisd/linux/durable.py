"""What survives a power cut: files that are replaced as a whole, and names that a folder holds."""

from __future__ import annotations

import os
from pathlib import Path

from jarvisd.linux.syscalls import LIBC, checked


def replace_file(target: Path, text: str, mode: int) -> None:
    """Make ``text`` (UTF-8) the content of ``target``, with exactly this mode, durably when this returns.

    A reader, and the disk after a power cut, has the old file or the new one, never half of one. Written beside it
    first, so its folder must be there.
    """
    fresh = target.with_name(f".{target.name}.partial")
    with os.fdopen(new_file(fresh), "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), mode)
        file.write(text)
    publish(fresh, target)


def new_file(path: Path) -> int:
    """A descriptor for writing a file that nobody else has opened or put there, for its owner alone.

    What has the name, of an earlier try or a link that somebody planted, is removed: it is not written through.
    """
    path.unlink(missing_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def publish(fresh: Path, target: Path) -> None:
    """Put a finished file in its place, durably and at once; a reader sees the old or the new one, never half."""
    _sync(fresh, os.O_RDONLY)
    fresh.replace(target)
    sync_folder(target.parent)


def sync_folder(path: Path | str, *, beneath: int | None = None) -> None:
    """Make durable which names a folder holds; ``path`` is seen from the open folder ``beneath``."""
    _sync(path, os.O_RDONLY | os.O_DIRECTORY, beneath)


def sync_all(folder_fd: int) -> None:
    """Make everything on the file system of an open folder durable: one call for very many small changes."""
    fd = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder_fd)
    try:
        checked(LIBC.syncfs(fd))
    finally:
        os.close(fd)


def _sync(path: Path | str, flags: int, beneath: int | None = None) -> None:
    fd = os.open(path, flags | os.O_CLOEXEC, dir_fd=beneath)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
