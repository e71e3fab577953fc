"""Sealed memory is written by who made it, and by nobody else in any way; the kernel is the wall."""

from __future__ import annotations

import fcntl
import mmap
import os
from collections.abc import Callable, Iterator

import pytest

from jarvisd.linux.sealed_memory import SEALS, SealedMemory, map_sealed

SIZE = 8192


@pytest.fixture
def made() -> Iterator[SealedMemory]:
    memory = SealedMemory("of-a-test", SIZE)
    yield memory
    memory.close()


def test_what_is_written_is_seen(made: SealedMemory) -> None:
    with map_sealed(made.fileno(), SIZE) as seen:
        made.memory[100:103] = b"abc"
        assert seen[100:103] == b"abc"
        with pytest.raises(TypeError):
            seen[0] = 1


def anew(descriptor: int) -> int:
    """Writable, by who may: root passes every mode, and the seals stop it all the same."""
    return os.open(f"/proc/self/fd/{descriptor}", os.O_RDWR)


@pytest.mark.parametrize(
    "deed",
    [
        lambda fd: os.write(fd, b"x"),
        lambda fd: os.write(anew(fd), b"x"),
        lambda fd: mmap.mmap(anew(fd), SIZE),
        lambda fd: os.ftruncate(anew(fd), SIZE // 2),
        lambda fd: os.ftruncate(anew(fd), SIZE * 2),
        lambda fd: fcntl.fcntl(anew(fd), fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE),
    ],
    ids=["write", "open and write", "map", "shorten", "lengthen", "seal"],
)
def test_who_has_the_descriptor_can_do_nothing_but_read(deed: Callable[[int], object], made: SealedMemory) -> None:
    # A descriptor that is no writing one is a bad one for that (EBADF).
    with pytest.raises(OSError, match=r"Operation not permitted|Bad file descriptor"):
        deed(made.fileno())
    assert os.fstat(made.fileno()).st_mode & 0o777 == 0o600


def test_memory_that_its_owner_could_shorten_is_refused() -> None:
    for seals in (0, SEALS & ~fcntl.F_SEAL_SHRINK, SEALS & ~fcntl.F_SEAL_SEAL):
        descriptor = os.memfd_create("loose", os.MFD_ALLOW_SEALING)
        os.ftruncate(descriptor, SIZE)
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
        with pytest.raises(OSError, match="not sealed"):
            map_sealed(descriptor, SIZE)
        os.close(descriptor)


def test_what_is_no_such_memory_is_refused(made: SealedMemory) -> None:
    reading, writing = os.pipe()
    for descriptor, size in ((reading, SIZE), (made.fileno(), SIZE + 1)):
        with pytest.raises(OSError, match="not the memory"):
            map_sealed(descriptor, size)
    os.close(reading)
    os.close(writing)
