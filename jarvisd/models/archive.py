"""Models in one file, for machines without a network: a tar whose members are ``<model id>/<file name>``.

The manifest of the machine that reads it decides what is taken: a member that it does not know is refused, and
bytes count only with the right checksum, so the archive itself needs no trust.
"""

from __future__ import annotations

import os
import tarfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from jarvisd.core.errors import EngineError, ErrorCode, RequestError, Unavailable
from jarvisd.linux.durable import new_file, publish
from jarvisd.models.fetch import FetchProgress
from jarvisd.models.manifest import Manifest, Model, ModelFile
from jarvisd.models.sources import BLOCK_BYTES, SourceFailed, is_disk_full
from jarvisd.models.store import ModelState, ModelStore, raise_for


def write_archive(
    store: ModelStore, models: Sequence[Model], target: Path, report: Callable[[FetchProgress], None]
) -> int:
    """Write the models to ``target``, whole or not at all; the size in bytes.

    Checksums are verified first. RequestError for what is there and is no file, Unavailable MODEL_MISSING or
    DISK_FULL, EngineError MODEL_CORRUPT or MODEL_FETCH_FAILED, NotPermitted LICENCE_NOT_ACCEPTED.
    """
    if target.exists() and not target.is_file():
        # The archive takes the place of what has its name, and that of a device too.
        raise RequestError(f"{target} is there and is no regular file")
    for model in models:
        raise_for(model, store.state(model, full=True), store.root)
    partial = target.with_name(f".{target.name}.partial")
    try:
        with os.fdopen(new_file(partial), "wb") as written:
            # Weights are no secret, and whoever unpacks them on the other machine may be somebody else.
            os.fchmod(written.fileno(), 0o644)
            with tarfile.open(fileobj=written, mode="w", format=tarfile.PAX_FORMAT) as archive:
                for model in models:
                    for file in model.files:
                        _add(archive, store.path(model.id) / file.name, model, file, report)
        publish(partial, target)
    except OSError as error:
        if is_disk_full(error):
            raise Unavailable(f"no space left for {target}", code=ErrorCode.DISK_FULL) from error
        message = f"cannot write {target}: {error.strerror or error}"
        raise EngineError(message, code=ErrorCode.MODEL_FETCH_FAILED) from error
    finally:
        with suppress(OSError):
            partial.unlink()
    return target.stat().st_size


class ModelArchive:
    """An archive that was written on another machine."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def models(self, manifest: Manifest) -> list[Model]:
        """The models in it; RequestError if it is no archive of models that this manifest knows."""
        members = self._members()
        if not members:
            raise RequestError(f"{self._path}: there are no models in it")
        known = {f"{model.id}/{file.name}": model for model in manifest.models for file in model.files}
        for name in members:
            if name not in known:
                raise RequestError(f"{self._path}: {name} is no file of a model that is known here")
        return list(dict.fromkeys(known[name] for name in members))

    def source(self, model_id: str, name: str) -> ArchiveSource:
        """Where the bytes of one file come from."""
        return ArchiveSource(self._path, self._members().get(f"{model_id}/{name}"), name)

    def _members(self) -> dict[str, tarfile.TarInfo]:
        try:
            with tarfile.open(self._path, "r:") as archive:
                members = archive.getmembers()
        except OSError as error:
            raise RequestError(f"{self._path}: {error.strerror or error}", code=ErrorCode.NOT_FOUND) from error
        except tarfile.TarError as error:
            raise RequestError(f"{self._path} is no whole archive of models: {error}") from error
        for member in members:
            if not member.isfile():
                raise RequestError(f"{self._path}: {member.name} is no plain file")
        return {member.name: member for member in members}


class ArchiveSource:
    """One file in an archive; a :class:`~jarvisd.models.sources.Source`."""

    def __init__(self, path: Path, member: tarfile.TarInfo | None, name: str) -> None:
        self._path = path
        self._member = member
        self._name = name

    def describe(self) -> str:
        """What a person calls this source."""
        return f"{self._path} ({self._name})"

    def resume_at(self, have: int) -> int:
        """Any offset will do."""
        return have

    def read(self, offset: int) -> Iterator[bytes]:
        """Blocks from ``offset`` to the end of the member."""
        if self._member is None:
            raise SourceFailed(f"{self.describe()}: it is not there")
        left = self._member.size - offset
        try:
            stream = self._path.open("rb")
        except OSError as error:
            raise SourceFailed(f"{self._path}: {error.strerror}") from error
        with stream:
            stream.seek(self._member.offset_data + offset)
            while left > 0 and (block := self._block(stream, left)):
                left -= len(block)
                yield block

    def _block(self, stream: IO[bytes], left: int) -> bytes:
        try:
            return stream.read(min(left, BLOCK_BYTES))
        except OSError as error:
            raise SourceFailed(f"{self._path}: {error.strerror}") from error


def _add(
    archive: tarfile.TarFile, path: Path, model: Model, file: ModelFile, report: Callable[[FetchProgress], None]
) -> None:
    """Add a file without a trace of who owned it or when it was written."""
    entry = tarfile.TarInfo(f"{model.id}/{file.name}")
    entry.size, entry.mode = file.size, 0o644
    with path.open("rb") as stream:
        if os.fstat(stream.fileno()).st_size != file.size:
            raise_for(model, ModelState.CORRUPT, path.parent.parent)
        archive.addfile(entry, stream)
    report(FetchProgress(model.id, file.name, file.size, file.size))
