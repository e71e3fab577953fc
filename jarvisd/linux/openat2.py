"""openat2(2): open a path without ever leaving a folder or following a link that is not wanted."""

from __future__ import annotations

import ctypes
import errno
import os

from jarvisd.linux.syscalls import AT_FDCWD, checked, prepared

RESOLVE_NO_MAGICLINKS = 0x02
RESOLVE_NO_SYMLINKS = 0x04
RESOLVE_BENEATH = 0x08
HERE = AT_FDCWD
"""In place of a folder's descriptor: a path from the root, or from the current folder."""
_NUMBER = 437
"""Numbers of calls newer than 2019 are the same on every machine."""
_RACE_RETRIES = 64
"""openat2 reports EAGAIN when a rename elsewhere made a ``..``-free walk uncertain."""


class _OpenHow(ctypes.Structure):
    _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))


_CALL = prepared(ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_size_t)


def openat2(folder_fd: int, path: str, flags: int, resolve: int) -> int:
    """A descriptor of ``path`` as seen from ``folder_fd``, close-on-exec, with ``RESOLVE_*`` flags.

    Raises OSError: EXDEV where ``RESOLVE_BENEATH`` forbids a way out, ELOOP for a link that may not be followed.
    """
    how = _OpenHow(flags | os.O_CLOEXEC, 0, resolve)
    name, size = os.fsencode(path), ctypes.sizeof(how)
    fd = _CALL(_NUMBER, folder_fd, name, ctypes.byref(how), size)
    for _ in range(_RACE_RETRIES):
        if fd >= 0 or ctypes.get_errno() != errno.EAGAIN:
            break
        fd = _CALL(_NUMBER, folder_fd, name, ctypes.byref(how), size)
    return checked(fd, path)
