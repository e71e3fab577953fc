"""A backup as one file: a tar whose first member, the manifest, says of every other its size, sum and format."""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from jarvisd import __version__
from jarvisd.backup.contents import AUDIT, Machine, Place, copy_of, is_known, newest_format
from jarvisd.backup.rights import as_owner_of
from jarvisd.core import formats
from jarvisd.core.audit_chain import ChainVerifier
from jarvisd.core.errors import EngineError, ErrorCode, RequestError, Unavailable
from jarvisd.core.json_types import JsonObject, JsonValue, parse_object

MANIFEST = "manifest.json"
_MANIFEST_BYTES = 1 << 20
_BLOCK_BYTES = 1 << 20
_TRIES = 3
"""How often the audit log may begin a new file while it is copied."""


@dataclass(frozen=True, slots=True)
class Saved:
    """One thing in a backup, as the manifest has it."""

    name: str
    size: int
    sha256: str
    format: int


@dataclass(frozen=True, slots=True)
class BackupManifest:
    """What a backup holds and who made it."""

    version: str
    created: str
    files: tuple[Saved, ...]

    def to_json(self) -> JsonObject:
        """As it is written."""
        files: list[JsonValue] = [
            {"name": one.name, "bytes": one.size, "sha256": one.sha256, "format": one.format} for one in self.files
        ]
        return {"backup": formats.BACKUP, "version": self.version, "created": self.created, "files": files}

    @classmethod
    def parse(cls, text: str) -> BackupManifest:
        """The inverse of :meth:`to_json`; FORMAT_NEWER, or INVALID_REQUEST for what is none."""
        value = parse_object(text, "the manifest")
        told = value.get("backup")
        if isinstance(told, int) and told > formats.BACKUP:
            message = f"the backup has format {told}; this version knows formats up to {formats.BACKUP}"
            raise Unavailable(message, code=ErrorCode.FORMAT_NEWER)
        files = value.get("files")
        if told != formats.BACKUP or not isinstance(files, list):
            raise RequestError("there is no manifest of a backup in it")
        return cls(str(value.get("version")), str(value.get("created")), tuple(_saved(one) for one in files))


def _saved(value: object) -> Saved:
    if not isinstance(value, dict):
        raise RequestError("the manifest lists something that is no file")
    name, size, sha256, version = (value.get(key) for key in ("name", "bytes", "sha256", "format"))
    is_one = (
        isinstance(name, str) and isinstance(size, int) and isinstance(sha256, str) and isinstance(version, int)
    )
    if not is_one or not is_known(str(name)):
        raise RequestError(f"the manifest lists {name!r}, which does not belong to a backup")
    return Saved(str(name), int(str(size)), str(sha256), int(str(version)))


def create(machine: Machine, target: Path, created: str) -> BackupManifest:
    """Write a backup to ``target``, which must not exist; whole or not at all, readable for its owner alone.

    Each thing is read with the rights of who owns it. FORMAT_NEWER for what this version could not give back.
    """
    for _ in range(_TRIES):
        places = list(machine.everything())
        with ExitStack() as spools:
            copies = [_copied(place, spools.enter_context(tempfile.TemporaryFile())) for place in places]
            if places != list(machine.everything()):
                continue
            manifest = BackupManifest(__version__, created, tuple(saved for saved, _ in copies))
            _write(target, manifest, [file for _, file in copies])
            return manifest
    raise Unavailable("the audit log goes on too fast to be copied", code=ErrorCode.BUSY)


def _copied(place: Place, spool: BinaryIO) -> tuple[Saved, BinaryIO]:
    told = as_owner_of(place.folder, lambda: copy_of(place, spool.fileno()))
    version = int(str(told))
    if version > newest_format(place.name):
        message = (
            f"{place.path} has format {version}; this version knows formats up to {newest_format(place.name)}"
        )
        raise Unavailable(message, code=ErrorCode.FORMAT_NEWER)
    spool.seek(0)
    digest, size = hashlib.sha256(), 0
    while block := spool.read(_BLOCK_BYTES):
        digest.update(block)
        size += len(block)
    spool.seek(0)
    return Saved(place.name, size, digest.hexdigest(), version), spool


def _write(target: Path, manifest: BackupManifest, files: Sequence[BinaryIO]) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        fd = os.open(target, flags, 0o600)
    except FileExistsError as error:
        raise RequestError(f"{target} is there already") from error
    try:
        with os.fdopen(fd, "wb") as out:
            with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
                text = json.dumps(manifest.to_json(), indent=1).encode()
                with tempfile.TemporaryFile() as head:
                    head.write(text)
                    head.seek(0)
                    _add(archive, MANIFEST, len(text), head)
                for saved, file in zip(manifest.files, files, strict=True):
                    _add(archive, saved.name, saved.size, file)
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        target.unlink()
        raise


def _add(archive: tarfile.TarFile, name: str, size: int, file: BinaryIO) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    archive.addfile(entry, file)


@contextmanager
def opened(path: Path) -> Iterator[tuple[BackupManifest, tarfile.TarFile]]:
    """A backup whose every byte is as its manifest says, and nothing else in it.

    INVALID_REQUEST for what is none, STATE_DAMAGED for one that was altered, FORMAT_NEWER, NOT_FOUND.
    """
    try:
        with path.open("rb") as file, tarfile.open(fileobj=file, mode="r:") as archive:
            manifest = _manifest_of(archive)
            _check(archive, manifest)
            yield manifest, archive
    except OSError as error:
        if isinstance(error, PermissionError):
            raise
        raise RequestError(f"{path}: {error.strerror or error}", code=ErrorCode.NOT_FOUND) from error
    except tarfile.TarError as error:
        raise EngineError(f"{path} is no whole backup: {error}", code=ErrorCode.STATE_DAMAGED) from error


def _manifest_of(archive: tarfile.TarFile) -> BackupManifest:
    first = archive.next()
    if first is None or first.name != MANIFEST or not first.isfile() or first.size > _MANIFEST_BYTES:
        raise RequestError("it does not begin with the manifest of a backup")
    return BackupManifest.parse(content_of(archive, first).read().decode("utf-8", "replace"))


def _check(archive: tarfile.TarFile, manifest: BackupManifest) -> None:
    members = archive.getmembers()[1:]
    if [member.name for member in members] != [saved.name for saved in manifest.files]:
        raise EngineError("it does not hold what its manifest lists", code=ErrorCode.STATE_DAMAGED)
    if len({saved.name for saved in manifest.files}) != len(members):
        raise EngineError("it holds something twice", code=ErrorCode.STATE_DAMAGED)
    for member, saved in zip(members, manifest.files, strict=True):
        if saved.format > newest_format(saved.name):
            message = (
                f"{saved.name} has format {saved.format}; known here are those up to {newest_format(saved.name)}"
            )
            raise Unavailable(message, code=ErrorCode.FORMAT_NEWER)
        if not member.isfile() or member.size != saved.size or _sum(archive, member) != saved.sha256:
            raise EngineError(f"{saved.name} is not what was saved", code=ErrorCode.STATE_DAMAGED)


def content_of(archive: tarfile.TarFile, member: tarfile.TarInfo) -> BinaryIO:
    """What a plain file in a backup holds."""
    stream = archive.extractfile(member)
    if stream is None:
        raise EngineError(f"{member.name} is no plain file", code=ErrorCode.STATE_DAMAGED)
    return stream  # type: ignore[return-value] # typeshed says IO[bytes]


def _sum(archive: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    digest, stream = hashlib.sha256(), content_of(archive, member)
    while block := stream.read(_BLOCK_BYTES):
        digest.update(block)
    return digest.hexdigest()


def chain_in(archive: tarfile.TarFile) -> ChainVerifier:
    """The chain of the audit log in a backup, followed as far as it goes."""
    follower = ChainVerifier()
    for member in archive.getmembers():
        if member.name.startswith(f"{AUDIT}/"):
            stream = content_of(archive, member)
            follower.follow(member.name, (line.decode("utf-8", "replace").rstrip("\n") for line in stream))
    follower.end()
    return follower
