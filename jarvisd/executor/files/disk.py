"""The few system calls through which every file effect goes, on descriptors and beneath a root (decision 6).

Those that Python lacks are in :mod:`jarvisd.linux`. Errors are :class:`OSError`; :func:`fault` turns one into what
a person is told. A test may put a recording object of the same shape in place.
"""

from __future__ import annotations

import errno
import os
import platform
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, NamedTuple

from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, RequestError
from jarvisd.core.json_types import JsonValue
from jarvisd.linux import durable, renameat2
from jarvisd.linux.openat2 import RESOLVE_BENEATH, RESOLVE_NO_MAGICLINKS, RESOLVE_NO_SYMLINKS, openat2


class Identity(NamedTuple):
    """Which object a name stood for, and in which state."""

    device: int
    inode: int
    mode: int
    size: int
    mtime_ns: int
    ctime_ns: int = 0
    """Of its last change of any kind; 0 where that tells nothing: a folder, or a file with other names, whose
    fates count as well. Never part of a journal entry, because our own renaming changes it."""

    @classmethod
    def of(cls, status: os.stat_result) -> Identity:
        """From a stat result."""
        tells = status.st_nlink == 1 and not stat.S_ISDIR(status.st_mode)
        ctime_ns = status.st_ctime_ns if tells else 0
        return cls(status.st_dev, status.st_ino, status.st_mode, status.st_size, status.st_mtime_ns, ctime_ns)

    def is_same_object(self, other: Identity) -> bool:
        """The same inode, whatever happened to it."""
        return (self.device, self.inode) == (other.device, other.inode)

    def is_unchanged(self, other: Identity) -> bool:
        """The same inode, and for anything but a folder the same content as far as stat tells."""
        if not self.is_same_object(other) or stat.S_IFMT(self.mode) != stat.S_IFMT(other.mode):
            return False
        return self.is_folder or (self.size, self.mtime_ns) == (other.size, other.mtime_ns)

    @property
    def is_folder(self) -> bool:
        """Whether this is a directory."""
        return stat.S_ISDIR(self.mode)

    @property
    def is_file(self) -> bool:
        """Whether this is a regular file."""
        return stat.S_ISREG(self.mode)

    def to_json(self) -> list[JsonValue]:
        """Five numbers."""
        return list(self[:5])

    @classmethod
    def from_json(cls, value: JsonValue) -> Identity:
        """From :meth:`to_json`; raises ValueError or TypeError for anything else."""
        if not isinstance(value, (list, tuple)):
            raise ValueError(f"no identity: {value!r}")
        return cls(*(int(str(item)) for item in value))


class Disk:
    """File-system calls. Paths are relative to a folder's descriptor and never leave it."""

    def __init__(self, machine: str = platform.machine()) -> None:
        self._machine = machine
        self._is_known = machine in renameat2.NUMBERS

    def unsupported(self) -> str:
        """Why paths cannot be resolved safely on this machine, or empty."""
        if not self._is_known:
            return f"no safe path resolution on {self._machine}"
        try:
            os.close(self.open_beneath(os.open("/", os.O_PATH | os.O_CLOEXEC), ".", os.O_PATH, close_folder=True))
        except OSError as error:
            return f"the kernel has no openat2: {error.strerror}"
        return ""

    def open_root(self, path: str) -> int:
        """A descriptor of a workspace root."""
        return os.open(path, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)

    def open_beneath(
        self, folder_fd: int, path: str, flags: int, *, follow_links: bool = True, close_folder: bool = False
    ) -> int:
        """Open ``path`` beneath ``folder_fd``; a link that leads out gives EXDEV, a magic link ELOOP."""
        if not self._is_known:
            raise OSError(errno.ENOSYS, "no openat2")
        resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | (0 if follow_links else RESOLVE_NO_SYMLINKS)
        try:
            return openat2(folder_fd, path or ".", flags, resolve)
        finally:
            if close_folder:
                os.close(folder_fd)

    def rename(self, source_fd: int, source: str, target_fd: int, target: str) -> None:
        """Rename, never replacing anything: EEXIST when ``target`` exists."""
        renameat2.rename_new(source_fd, source, target_fd, target)

    def exchange(self, one_fd: int, one: str, other_fd: int, other: str) -> None:
        """Swap two names in one step."""
        renameat2.exchange(one_fd, one, other_fd, other)

    def identify(self, folder_fd: int, name: str) -> Identity | None:
        """What ``name`` stands for now, links not followed; ``None`` when there is nothing."""
        try:
            return Identity.of(os.stat(name, dir_fd=folder_fd, follow_symlinks=False))
        except FileNotFoundError:
            return None

    def create(self, folder_fd: int, name: str, content: bytes, mode: int, *, durable: bool = True) -> Identity:
        """Write a new file, durably unless told otherwise; on any error nothing is left behind."""
        return self._made(folder_fd, name, lambda fd: _write_all(fd, content), mode, durable)

    def write(
        self,
        folder_fd: int,
        name: str,
        write: Callable[[BinaryIO], object],
        mode: int,
        *,
        durable: bool = True,
    ) -> Identity:
        """Like :meth:`create`, with content that ``write`` puts into the open file."""

        def fill(fd: int) -> None:
            with os.fdopen(os.dup(fd), "wb") as file:
                write(file)

        return self._made(folder_fd, name, fill, mode, durable)

    def link(self, folder_fd: int, name: str, text: str) -> Identity:
        """A new symbolic link."""
        os.symlink(text, name, dir_fd=folder_fd)
        return Identity.of(os.stat(name, dir_fd=folder_fd, follow_symlinks=False))

    def mount_of(self, folder_fd: int) -> int:
        """Number of the mount that an open folder is on: renames work only within one, bind mounts included."""
        info = Path(f"/proc/self/fdinfo/{folder_fd}").read_text("ascii")
        return next(int(line.split()[1]) for line in info.splitlines() if line.startswith("mnt_id:"))

    def make_folder(self, folder_fd: int, name: str, mode: int) -> Identity:
        """A new folder with exactly this mode, whatever the umask; it passes an inherited group on."""
        os.mkdir(name, mode, dir_fd=folder_fd)
        fd = self.open_beneath(folder_fd, name, os.O_RDONLY | os.O_DIRECTORY, follow_links=False)
        try:
            inherits = os.fstat(fd).st_mode & stat.S_ISGID
            os.fchmod(fd, mode | inherits)
            return Identity.of(os.fstat(fd))
        finally:
            os.close(fd)

    def unlink(self, folder_fd: int, name: str) -> None:
        """Remove a file of ours; it may be gone already."""
        try:
            os.unlink(name, dir_fd=folder_fd)
        except FileNotFoundError:
            pass

    def remove_folder(self, folder_fd: int, name: str) -> None:
        """Remove an empty folder of ours; it may be gone already."""
        try:
            os.rmdir(name, dir_fd=folder_fd)
        except FileNotFoundError:
            pass

    def sync(self, folder_fd: int) -> None:
        """Make the names of a folder durable."""
        durable.sync_folder(".", beneath=folder_fd)

    def sync_all(self, folder_fd: int) -> None:
        """Make everything on the file system of a folder durable: one call for very many small changes."""
        durable.sync_all(folder_fd)

    def _made(self, folder_fd: int, name: str, fill: Callable[[int], None], mode: int, durable: bool) -> Identity:
        fd = os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode, dir_fd=folder_fd)
        try:
            try:
                fill(fd)
                status = os.fstat(fd)
                if status.st_mode & 0o7777 != mode:
                    os.fchmod(fd, mode)
                    status = os.fstat(fd)
                if durable:
                    os.fsync(fd)
                return Identity.of(status)
            finally:
                os.close(fd)
        except BaseException:
            self.unlink(folder_fd, name)
            raise


def _write_all(fd: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view) :]


_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_OUTSIDE = frozenset({errno.EXDEV, errno.ELOOP})


def fault(error: OSError, what: str) -> JarvisError:
    """What a person is told about an error at ``what``."""
    reason = error.strerror or str(error)
    if error.errno in _FULL:
        return EngineError(f"no space left for {what}", code=ErrorCode.DISK_FULL)
    if error.errno in _OUTSIDE:
        return RequestError(f"{what} leads out of its workspace or to another disk", code=ErrorCode.PATH_REFUSED)
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return RequestError(f"there is no {what}", code=ErrorCode.NOT_FOUND)
    if error.errno == errno.EEXIST:
        return RequestError(f"{what} already exists", code=ErrorCode.REFUSED)
    if error.errno == errno.ENOSYS:
        return RequestError("this kernel cannot resolve paths safely", code=ErrorCode.PATH_REFUSED)
    return EngineError(f"{what}: {reason.lower()}", code=ErrorCode.TOOL_FAILED)
