"""Reading archives that nobody has to trust: zip and tar, plain or packed with gzip, bzip2 or xz. Blocking.

Nothing is believed: names go through the rules for any name, and how much comes out is counted while it is
unpacked. A member that is no file or folder, or whose name cannot be used here, is left out by its name and the
others are unpacked. Where the rest would mislead, the whole archive is refused: what is damaged, what climbs out,
what is there twice and what bursts.
"""

from __future__ import annotations

import lzma
import re
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
from jarvisd.executor.archives import filekind
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
_PACKED_ENDINGS = frozenset({"gz", "bz2", "xz"})
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


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A member that is not unpacked, and why: "is a link"."""

    name: str
    reason: str


class _OddMember(Exception):
    """Raised for a member that is left out."""

    def __init__(self, name: str, reason: str, parts: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.left_out = LeftOut(name, reason)
        self.parts = parts


Content = Callable[[], Iterator[bytes]]
"""Unpacks the member that was listed last."""


@dataclass(frozen=True, slots=True)
class Archive:
    """A file that may be an archive, and what is known of it from outside."""

    file: BinaryIO
    size_bytes: int
    name: str = ""
    """Its own name: a single packed file is called like that without the ending."""
    mtime_ns: int = 0
    """When it was changed, which a single packed file takes over."""


def members(
    archive: Archive, stop: Stop, left_out: Callable[[LeftOut], None] = lambda odd: None
) -> Iterator[tuple[ArchiveMember, Content]]:
    """Everything in ``archive`` that can be unpacked, each with what does so; ``left_out`` hears of the rest.

    Raises REFUSED with the reason at the first thing that makes the archive unusable; then nothing of it may be
    used.
    """
    with _understood():
        rules = _Rules(archive.size_bytes)

        def odd(found: _OddMember) -> None:
            rules.leave_out(found)
            left_out(found.left_out)

        for member, content in _listed(archive, stop, odd):
            stop()
            rules.take(member)
            yield member, lambda member=member, content=content: _exactly(member, content, stop)  # type: ignore[misc]


def _listed(
    archive: Archive, stop: Stop, odd: Callable[[_OddMember], None]
) -> Iterator[tuple[ArchiveMember, Content]]:
    kind = filekind.kind_of(archive.file)
    if kind == filekind.ZIP:
        return _zip_members(archive.file, odd)
    if kind == filekind.NOTHING:
        raise _refusal("it is empty")
    if kind in filekind.FOREIGN_ARCHIVES:
        raise _refusal(f"it is {kind}, which I cannot open")
    if _is_tar(archive, stop):
        return _tar_members(archive, stop, odd)
    if kind == filekind.PACKED:
        return _single_member(archive, stop)
    raise _refusal(f"it is {kind} and no archive" if kind else "it is damaged, or no archive at all")


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

    def leave_out(self, odd: _OddMember) -> None:
        """A member that is not unpacked counts, and nothing can be inside of it."""
        self._count_one()
        if odd.parts:
            self._seen.setdefault(tuple(_folded(part) for part in odd.parts), False)

    def _count_one(self) -> None:
        self._count += 1
        if self._count > MEMBERS_LIMIT:
            raise _refusal(f"it has more than {MEMBERS_LIMIT:,} members")

    def take(self, member: ArchiveMember) -> None:
        """Raise REFUSED when ``member`` does not go with the ones before."""
        self._count_one()
        self._total_bytes += member.size
        if self._total_bytes > min(UNPACKED_LIMIT_BYTES, self._limit_bytes):
            raise _refusal(f"it would unpack to far more than it is, with {member.name!r}")
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
    if ".." in re.split(r"[/\\]", name):
        raise _refusal(f"{name[:80]!r} climbs out of its folder")
    try:
        is_absolute, parts = pathname.split(name, any_space=True)
    except RequestError as error:
        raise _OddMember(name, f"has a name that I can't use: {error.message}") from error
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


def _zip_members(file: BinaryIO, odd: Callable[[_OddMember], None]) -> Iterator[tuple[ArchiveMember, Content]]:
    with zipfile.ZipFile(cast("BinaryIO", _Bounded(file))) as archive:
        infos = archive.infolist()
        _demand_apart(infos)
        for info in infos:
            try:
                member = _zip_member(info)
            except _OddMember as found:
                odd(found)
                continue
            if member.parts:
                yield member, lambda info=info: _zip_content(archive, info)  # type: ignore[misc]


def _zip_member(info: zipfile.ZipInfo) -> ArchiveMember:
    if "\0" in info.orig_filename:
        raise _refusal(f"the name {info.orig_filename[:80]!r} in it has a zero byte")
    name, kind = info.orig_filename, stat.S_IFMT(info.external_attr >> 16)
    is_folder = name.endswith("/")
    parts = _parts(name)
    if kind not in (0, stat.S_IFDIR if is_folder else stat.S_IFREG):
        raise _OddMember(name, "is a link" if kind == stat.S_IFLNK else "is a device or a pipe", parts)
    if info.flag_bits & 0x1:
        raise _OddMember(name, "is encrypted", parts)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _OddMember(name, f"is packed by a method that I don't know ({info.compress_type})", parts)
    if is_folder and info.file_size:
        raise _refusal(f"the folder {name[:80]!r} has content")
    if info.file_size > max(RATIO_FREE_BYTES, info.compress_size * RATIO_LIMIT):
        raise _refusal(f"it would unpack to far more than it is, with {name[:80]!r}")
    changed = datetime(*info.date_time, tzinfo=timezone.utc).timestamp() if info.date_time[1] else 0
    mode = (info.external_attr >> 16) & 0o777
    return ArchiveMember(parts, is_folder, info.file_size, mode, _time_ns(changed))


def _demand_apart(infos: list[zipfile.ZipInfo]) -> None:
    """Members that share their packed bytes are how a small file becomes a huge one."""
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise _refusal(f"its members overlap at {info.orig_filename[:80]!r}")
        end = info.header_offset + info.compress_size + _ZIP_HEADER_BYTES


def _zip_content(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(info) as source:
        while chunk := source.read(_CHUNK_BYTES):
            yield chunk


# --- tar -----------------------------------------------------------------------------------------------


def _stream(archive: Archive, stop: Stop) -> BoundedStream:
    limit_bytes = max(RATIO_FREE_BYTES, archive.size_bytes * RATIO_LIMIT)
    return BoundedStream(archive.file, min(limit_bytes, UNPACKED_LIMIT_BYTES), stop)


def _is_tar(archive: Archive, stop: Stop) -> bool:
    """Whether the first block, once unpacked, is the header of a member or the end of an empty archive."""
    block = _stream(archive, stop).read(tarfile.BLOCKSIZE)
    if len(block) < tarfile.BLOCKSIZE:
        return False
    if not block.strip(b"\0"):
        return True
    try:
        tarfile.TarInfo.frombuf(block, tarfile.ENCODING, "surrogateescape")
    except tarfile.TarError:
        return False
    return True


def _tar_members(
    packed: Archive, stop: Stop, odd: Callable[[_OddMember], None]
) -> Iterator[tuple[ArchiveMember, Content]]:
    stream = _stream(packed, stop)
    with tarfile.TarFile(fileobj=cast("BinaryIO", stream), mode="r", errorlevel=2) as archive:
        for info in archive:
            try:
                member = _tar_member(info)
            except _OddMember as found:
                odd(found)
                continue
            if member.parts:
                yield member, lambda info=info: _tar_content(archive, info)  # type: ignore[misc]
        # The library ends quietly at a broken header.
        stream.seek(archive.offset)
        stream.demand_zeros()


def _tar_member(info: tarfile.TarInfo) -> ArchiveMember:
    parts = _parts(info.name)
    if info.issparse() or not (info.isreg() or info.isdir()):
        raise _OddMember(info.name, f"is {_tar_kind(info)}", parts)
    if info.size < 0:
        raise _refusal(f"the size of {info.name[:80]!r} is negative")
    size = 0 if info.isdir() else info.size
    return ArchiveMember(parts, info.isdir(), size, info.mode & 0o777, _time_ns(float(info.mtime)))


def _tar_kind(info: tarfile.TarInfo) -> str:
    if info.issparse():
        return "a sparse file"
    return "a link" if info.issym() or info.islnk() else "a device or a pipe"


def _tar_content(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Iterator[bytes]:
    source = archive.extractfile(info)
    while source is not None and (chunk := source.read(_CHUNK_BYTES)):
        yield chunk


# --- a single packed file --------------------------------------------------------------------------------


def _single_member(archive: Archive, stop: Stop) -> Iterator[tuple[ArchiveMember, Content]]:
    size = sum(map(len, _single_content(archive, stop)))
    stem, dot, ending = archive.name.rpartition(".")
    parts = _parts(stem if dot and ending.casefold() in _PACKED_ENDINGS else archive.name)
    yield (
        ArchiveMember(parts or ("content",), False, size, 0o644, archive.mtime_ns),
        lambda: _single_content(archive, stop),
    )


def _single_content(archive: Archive, stop: Stop) -> Iterator[bytes]:
    stream = _stream(archive, stop)
    while chunk := stream.read(_CHUNK_BYTES):
        yield chunk


def _time_ns(time_s: float) -> int:
    return int(min(max(time_s, 0.0), float(_LATEST_S))) * 1_000_000_000
