"""renameat2(2): rename without replacing anything, or swap two names in one step."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
from collections.abc import Mapping
from types import MappingProxyType

from jarvisd.linux.syscalls import checked, prepared

_NOREPLACE, _EXCHANGE = 1, 2
NUMBERS: Mapping[str, int] = MappingProxyType({"x86_64": 316, "aarch64": 276})
"""Machine, as ``platform.machine()`` says it, to the number of the call; on others the functions raise ENOSYS."""
_NUMBER = NUMBERS.get(platform.machine())
_CALL = prepared(ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)


def rename_new(source_fd: int, source: str, target_fd: int, target: str) -> None:
    """Rename ``source`` in one open folder to ``target`` in another; EEXIST when there is something already."""
    _rename(source_fd, source, target_fd, target, _NOREPLACE)


def exchange(one_fd: int, one: str, other_fd: int, other: str) -> None:
    """Swap what two names stand for."""
    _rename(one_fd, one, other_fd, other, _EXCHANGE)


def _rename(source_fd: int, source: str, target_fd: int, target: str, flags: int) -> None:
    if _NUMBER is None:
        raise OSError(errno.ENOSYS, "no renameat2")
    checked(_CALL(_NUMBER, source_fd, os.fsencode(source), target_fd, os.fsencode(target), flags), source)
