"""Reading archives that nobody has to trust: zip and tar, plain or packed with gzip, bzip2 or xz. Blocking.

Nothing is believed: names go through the rules for any name, links and devices are refused, and how much comes out
is counted while it is unpacked. Whatever is wrong with an archive, the whole of it is refused.
"""

from __future__ import annotations

import lzma
import stat
import struct
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, BinaryIO, cast

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.executor.archives.stream import ONE_READ_LIMIT_BYTES, BoundedStream, Stop, StreamTooLong
from jarvisd.executor.files import pathname

MEMBERS_LIMIT = 20_000
"""Most files and folders in an archive."""
UNPACKED_LIMIT_BYTES = 4_000_000_000
"""Chosen; the free space of the disk counts as well."""
RATIO_LIMIT = 200
"""Ordinary text shrinks to a twentieth, seldom to a hundredth."""
RATIO_FREE_BYTES = 10_000_000
"""Below this no ratio is suspicious."""
_CHUNK_BYTES = 1 << 16
_LATEST_S = 1 << 33
"""In the year 2242: a later time is damage."""
_ZIP_HEADER_BYTES = 30
"""The fixed part of a member's header (APPNOTE.TXT, 4.3.7)."""

_BROKEN = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    ValueError,
    KeyError,
    IndexError,
    OverflowError,
    RuntimeError,
    struct.error,
)
"""What the libraries raise at damaged archives."""


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """A file or folder in an archive."""

    parts: tuple[str, ...]
    is_folder: bool
    size: int
    """Bytes that it says it has."""
    mode: int
    mtime_ns: int

    @property
    def name(self) -> str:
        """Its path in the archive."""
        return "/".join(self.parts)


Content = Callable[[], Iterator[bytes]]
"""Unpacks the member that was listed last."""


def members(file: BinaryIO, size_bytes: int, stop: Stop) -> Iterator[tuple[ArchiveMember, Content]]:
    """Everything in the archive ``file`` of ``size_bytes``, each with what unpacks it.

    Raises REFUSED with the reason at the first thing that is wrong; then nothing of it may be used.
    """
    with _understood():
        listed = _zip_members(file) if _is_zip(file) else _tar_members(file, size_bytes, stop)
        rules = _Rules(size_bytes)
        for member, content in listed:
            stop()
            rules.take(member)
            yield member, lambda member=member, content=content: _exactly(member, content, stop)  # type: ignore[misc]


@contextmanager
def _understood() -> Iterator[None]:
    try:
        yield
    except StreamTooLong as error:
        raise _refusal(str(error)) from error
    except _BROKEN as error:
        raise _refusal(f"it is damaged: {error}") from error
    except OSError as error:
        if error.errno is not None:
            raise
        # The bzip2 and gzip decoders report damaged data as an OSError without a number.
        raise _refusal(f"it is damaged: {error}") from error


class _Rules:
    """What must hold for the members together."""

    def __init__(self, archive_bytes: int) -> None:
        self._limit_bytes = max(RATIO_FREE_BYTES, archive_bytes * RATIO_LIMIT)
        self._seen: dict[tuple[str, ...], bool] = {}
        self._total_bytes = 0
        self._count = 0

    def take(self, member: ArchiveMember) -> None:
        """Raise REFUSED when ``member`` does not go with the ones before."""
        self._count += 1
        if self._count > MEMBERS_LIMIT:
            raise _refusal(f"it has more than {MEMBERS_LIMIT:,} members")
        self._total_bytes += member.size
        if self._total_bytes > min(UNPACKED_LIMIT_BYTES, self._limit_bytes):
            raise _refusal("it would unpack to far more than it is")
        key = tuple(_folded(part) for part in member.parts)
        for depth in range(1, len(key)):
            if self._seen.setdefault(key[:depth], True) is False:
                raise _refusal(f"{member.name!r} is in a file")
        if key in self._seen and not (member.is_folder and self._seen[key]):
            raise _refusal(f"{member.name!r} is there twice")
        self._seen[key] = member.is_folder


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _exactly(member: ArchiveMember, content: Content, stop: Stop) -> Iterator[bytes]:
    """The bytes of a member, refused when there are more or fewer than it says."""
    left = member.size
    with _understood():
        for chunk in content():
            stop()
            left -= len(chunk)
            if left < 0:
                break
            yield chunk
    if left:
        raise _refusal(f"{member.name!r} has another size than it says")


def _parts(name: str) -> tuple[str, ...]:
    is_absolute, parts = pathname.split(name)
    if is_absolute:
        raise _refusal(f"{name[:80]!r} is an absolute name")
    return parts


def _refusal(reason: str) -> RequestError:
    return RequestError(f"I don't unpack this archive, because {reason}", code=ErrorCode.REFUSED)


class _Bounded:
    """A file of which no more than a bounded piece is read at once."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, count: int = -1) -> bytes:
        if count >= 0:
            return self._file.read(_checked(count))
        data = self._file.read(ONE_READ_LIMIT_BYTES + 1)
        _checked(len(data))
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _checked(count: int) -> int:
    if count > ONE_READ_LIMIT_BYTES:
        raise StreamTooLong("its directory is too large")
    return count


# --- zip -----------------------------------------------------------------------------------------------


def _is_zip(file: BinaryIO) -> bool:
    file.seek(0)
    return file.read(4) in (b"PK\3\4", b"PK\5\6")


def _zip_members(file: BinaryIO) -> Iterator[tuple[ArchiveMember, Content]]:
    with zipfile.ZipFile(cast("BinaryIO", _Bounded(file))) as archive:
        infos = archive.infolist()
        _demand_apart(infos)
        for info in infos:
            member = _zip_member(info)
            if member.parts:
                yield member, lambda info=info: _zip_content(archive, info)  # type: ignore[misc]


def _zip_member(info: zipfile.ZipInfo) -> ArchiveMember:
    if "\0" in info.orig_filename:
        raise _refusal("a name in it has a zero byte")
    name, kind = info.orig_filename, stat.S_IFMT(info.external_attr >> 16)
    is_folder = name.endswith("/")
    if kind not in (0, stat.S_IFDIR if is_folder else stat.S_IFREG):
        raise _refusal(f"{name[:80]!r} is a link or a device")
    if info.flag_bits & 0x1:
        raise _refusal("it is encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _refusal(f"{name[:80]!r} is packed in an unusual way")
    if is_folder and info.file_size:
        raise _refusal(f"the folder {name[:80]!r} has content")
    if info.file_size > max(RATIO_FREE_BYTES, info.compress_size * RATIO_LIMIT):
        raise _refusal("it would unpack to far more than it is")
    changed = datetime(*info.date_time, tzinfo=timezone.utc).timestamp() if info.date_time[1] else 0
    mode = (info.external_attr >> 16) & 0o777
    return ArchiveMember(_parts(name), is_folder, info.file_size, mode, _time_ns(changed))


def _demand_apart(infos: list[zipfile.ZipInfo]) -> None:
    """Members that share their packed bytes are how a small file becomes a huge one."""
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise _refusal("its members overlap")
        end = info.header_offset + info.compress_size + _ZIP_HEADER_BYTES


def _zip_content(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(info) as source:
        while chunk := source.read(_CHUNK_BYTES):
            yield chunk


# --- tar -----------------------------------------------------------------------------------------------


def _tar_members(file: BinaryIO, size_bytes: int, stop: Stop) -> Iterator[tuple[ArchiveMember, Content]]:
    limit_bytes = max(RATIO_FREE_BYTES, size_bytes * RATIO_LIMIT)
    stream = BoundedStream(file, min(limit_bytes, UNPACKED_LIMIT_BYTES), stop)
    with tarfile.TarFile(fileobj=cast("BinaryIO", stream), mode="r", errorlevel=2) as archive:
        for info in archive:
            member = _tar_member(info)
            if member.parts:
                yield member, lambda info=info: _tar_content(archive, info)  # type: ignore[misc]
        # The library ends quietly at a broken header.
        stream.seek(archive.offset)
        stream.demand_zeros()


def _tar_member(info: tarfile.TarInfo) -> ArchiveMember:
    if info.issparse() or not (info.isreg() or info.isdir()):
        raise _refusal(f"{info.name[:80]!r} is a link, a device or a sparse file")
    if info.size < 0:
        raise _refusal("a size in it is negative")
    size = 0 if info.isdir() else info.size
    return ArchiveMember(_parts(info.name), info.isdir(), size, info.mode & 0o777, _time_ns(float(info.mtime)))


def _tar_content(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Iterator[bytes]:
    source = archive.extractfile(info)
    while source is not None and (chunk := source.read(_CHUNK_BYTES)):
        yield chunk


def _time_ns(time_s: float) -> int:
    return int(min(max(time_s, 0.0), float(_LATEST_S))) * 1_000_000_000
