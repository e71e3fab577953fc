"""One folder put in the place of another so that a crash at any point leaves one of them whole, and then only it.

A marker is written before anything else; it names the folder that is to come. Whoever finds it at a start knows
from the name inside the folder in use whether the exchange has happened, and so which of the two has to go.
"""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from pathlib import Path

from jarvisd.linux import durable, renameat2

_NAME = "generation"
"""File in a folder that was put in place; it says which exchange that was."""


class FolderExchange:
    """Replaces the folder ``name`` in ``parent``: announce, begin, complete; at a start, settle.

    Raises OSError when the disk does not do it, and can then be begun again.
    """

    def __init__(self, parent: Path, name: str) -> None:
        self._parent = parent
        self._live = parent / name
        self._fresh = parent / f"{name}.new"
        self._old = parent / f"{name}.old"
        self._marker = parent / f"{name}.exchange"

    @property
    def is_pending(self) -> bool:
        """Whether an exchange was begun and has not come to its end."""
        return self._marker.exists()

    @property
    def is_adopted(self) -> bool:
        """Whether the folder in use was put there by an exchange, or adopted."""
        return bool(_generation(self._live))

    def adopt(self) -> None:
        """Let a folder in use count as put there, because there was none before it."""
        (self._live / _NAME).write_text(uuid.uuid4().hex, "utf-8")

    def announce(self) -> None:
        """Note durably that the folder in use has to go."""
        if not self.is_pending:
            durable.replace_file(self._marker, uuid.uuid4().hex, 0o600)

    def begin(self) -> Path:
        """An empty folder, to be filled."""
        self._remove(self._fresh)
        self._remove(self._old)
        self._fresh.mkdir(mode=0o700)
        return self._fresh

    def complete(self) -> None:
        """Put the filled folder in place and delete the old one. Nobody may have a file of either open."""
        (self._fresh / _NAME).write_text(self._marker.read_text("utf-8"), "utf-8")
        for path in (*self._fresh.rglob("*"), self._fresh):
            path.chmod(0o700 if path.is_dir() else 0o600)
            _sync(path)
        self._swap()
        durable.sync_folder(self._parent)
        self._clear()

    def settle(self) -> bool:
        """Finish an exchange that was cut off, or go back to before it; True when it is still to be made."""
        if not self.is_pending:
            self._marker.with_name(f".{self._marker.name}.partial").unlink(missing_ok=True)
            return False
        if not self._live.exists() and self._old.exists():
            # Cut off between the two renames of a file system that exchanges nothing.
            self._old.rename(self._live)
        is_done = _generation(self._live) == self._marker.read_text("utf-8")
        if is_done:
            self._clear()
        else:
            self._remove(self._fresh)
        return not is_done

    def abandon(self) -> None:
        """Forget that there was to be an exchange: there is nothing left to be replaced."""
        self._clear()

    def _swap(self) -> None:
        parent_fd = os.open(self._parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            renameat2.exchange(parent_fd, self._fresh.name, parent_fd, self._live.name)
        except OSError as error:
            if error.errno not in (errno.ENOSYS, errno.EINVAL):
                raise
            self._live.rename(self._old)
            self._fresh.rename(self._live)
        finally:
            os.close(parent_fd)

    def _clear(self) -> None:
        self._remove(self._fresh)
        self._remove(self._old)
        durable.sync_folder(self._parent)
        self._marker.unlink(missing_ok=True)
        durable.sync_folder(self._parent)

    def _remove(self, folder: Path) -> None:
        if folder.exists():
            shutil.rmtree(folder)


def _generation(folder: Path) -> str:
    try:
        return (folder / _NAME).read_text("utf-8")
    except FileNotFoundError:
        return ""


def _sync(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
