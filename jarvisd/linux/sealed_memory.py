"""Memory that one process writes and another only reads, through a descriptor that nobody else can come by.

It has no name; the kernel keeps its size and lets nobody map it for writing a second time
(``F_SEAL_FUTURE_WRITE``, Linux 5.1; the suite needs 5.6 for ``openat2``).
"""

from __future__ import annotations

import errno
import fcntl
import mmap
import os
import stat

FUTURE_WRITE = 0x0010
"""``F_SEAL_FUTURE_WRITE`` of ``linux/fcntl.h``, which Python has from 3.13 on: the mapping that is there stays
writable, and there will be no other, nor a ``write``."""
SEALS = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | FUTURE_WRITE


class SealedMemory:
    """Zeros of ``size`` bytes that this process may write by :attr:`memory`; raises OSError without support."""

    def __init__(self, name: str, size: int) -> None:
        descriptor = os.memfd_create(name, os.MFD_ALLOW_SEALING | os.MFD_CLOEXEC)
        try:
            os.ftruncate(descriptor, size)
            # Who has the descriptor could open it anew by /proc, and would by its rights.
            os.fchmod(descriptor, 0o600)
            self.memory = mmap.mmap(descriptor, size)
            fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, SEALS)
            self._reading = os.open(f"/proc/self/fd/{descriptor}", os.O_RDONLY | os.O_CLOEXEC)
        finally:
            os.close(descriptor)

    def fileno(self) -> int:
        """A descriptor to read it by, for handing over."""
        return self._reading

    def close(self) -> None:
        """Release it here; who was given it keeps what it holds."""
        self.memory.close()
        os.close(self._reading)


def map_sealed(descriptor: int, size: int) -> mmap.mmap:
    """Such memory of another process, to read; OSError where it is no such memory.

    Without the seals the other side could shorten it, and reading would end this process (``SIGBUS``).
    """
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_size != size:
        raise OSError(errno.EINVAL, "not the memory that was expected")
    if fcntl.fcntl(descriptor, fcntl.F_GET_SEALS) & SEALS != SEALS:
        raise OSError(errno.EPERM, "the memory is not sealed")
    return mmap.mmap(descriptor, size, prot=mmap.PROT_READ)
