"""The system calls behind a mount that translates ids (mount_setattr(2)). Needs root. Errors are OSError.

They are made through ctypes, because Python has none of them and the ``mount`` command of Debian 12 ignores the
map without a word.
"""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jarvisd.linux.openat2 import HERE, RESOLVE_NO_MAGICLINKS, RESOLVE_NO_SYMLINKS, openat2
from jarvisd.linux.syscalls import AT_EMPTY_PATH, AT_FDCWD, LIBC, checked

# Numbers of calls newer than 2019 are the same on every machine.
_OPEN_TREE, _MOVE_MOUNT, _MOUNT_SETATTR = 428, 429, 442
_OPEN_TREE_CLONE = 1
_MOVE_MOUNT_F_EMPTY_PATH = 4
_ATTR_RDONLY, _ATTR_NOSUID, _ATTR_NODEV, _ATTR_IDMAP = 1, 2, 4, 0x100000
_CLONE_NEWUSER = 0x10000000
_MNT_DETACH, _UMOUNT_NOFOLLOW = 2, 8
"""From linux/mount.h, fcntl.h, openat2.h and sched.h, and sys/mount.h."""


class _MountAttr(ctypes.Structure):
    _fields_ = (
        ("attr_set", ctypes.c_uint64),
        ("attr_clr", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("userns_fd", ctypes.c_uint64),
    )


@dataclass(frozen=True, slots=True)
class FileOwner:
    """A user and a group."""

    uid: int
    gid: int


@contextmanager
def opened(path: str) -> Iterator[int]:
    """A descriptor of the folder at ``path``; a link in the path is an error, also one put there just now."""
    fd = openat2(HERE, path, os.O_PATH | os.O_DIRECTORY, RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)
    try:
        yield fd
    finally:
        os.close(fd)


def mount(folder: int, target: str, *, on_disk: FileOwner, seen_as: FileOwner, read_only: bool) -> None:
    """Mount the open ``folder`` at ``target``, where what belongs to ``on_disk`` belongs to ``seen_as``.

    What is mounted inside the folder is not part of it. No program in it gains rights, no device in it works.
    """
    flags = _OPEN_TREE_CLONE | os.O_CLOEXEC | AT_EMPTY_PATH
    tree = _call(_OPEN_TREE, folder, b"", ctypes.c_uint(flags))
    try:
        attributes = _ATTR_NOSUID | _ATTR_NODEV | (_ATTR_RDONLY if read_only else 0)
        if on_disk == seen_as:
            _set_attributes(tree, _MountAttr(attributes, 0, 0, 0))
        else:
            with _translation(on_disk, seen_as) as namespace:
                _set_attributes(tree, _MountAttr(attributes | _ATTR_IDMAP, 0, 0, namespace))
        _call(_MOVE_MOUNT, tree, b"", AT_FDCWD, os.fsencode(target), ctypes.c_uint(_MOVE_MOUNT_F_EMPTY_PATH))
    finally:
        os.close(tree)


def unmount(target: str) -> None:
    """Take the mount at ``target`` away; who still uses it keeps what is open."""
    checked(LIBC.umount2(os.fsencode(target), _MNT_DETACH | _UMOUNT_NOFOLLOW))


def _set_attributes(tree: int, attributes: _MountAttr) -> None:
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    _call(_MOUNT_SETATTR, tree, b"", ctypes.c_uint(AT_EMPTY_PATH), ctypes.byref(attributes), size)


@contextmanager
def _translation(on_disk: FileOwner, seen_as: FileOwner) -> Iterator[int]:
    """A user namespace that holds the map; it needs a process, which lives until the namespace is open."""
    ready_end, ready = os.pipe()
    child = os.fork()
    if child == 0:
        failed = LIBC.unshare(_CLONE_NEWUSER) != 0
        os.write(ready, b"1" if failed else b"0")
        signal.pause()
        os._exit(0)
    try:
        os.close(ready)
        if os.read(ready_end, 1) != b"0":
            raise OSError("no user namespace can be made")
        Path(f"/proc/{child}/uid_map").write_text(f"{on_disk.uid} {seen_as.uid} 1", "ascii")
        Path(f"/proc/{child}/gid_map").write_text(f"{on_disk.gid} {seen_as.gid} 1", "ascii")
        namespace = os.open(f"/proc/{child}/ns/user", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        os.close(ready_end)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    try:
        yield namespace
    finally:
        os.close(namespace)


def _call(number: int, *arguments: object) -> int:
    return checked(LIBC.syscall(ctypes.c_long(number), *arguments))
