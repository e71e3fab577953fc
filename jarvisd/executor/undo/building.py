"""What a step makes: new files, folders and copies of whole trees, as operations ready to be carried out.

Every file of a copied or unpacked folder is an operation of its own, so that undo notices when any of them has
changed since. Blocking.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

from jarvisd.codecheck.protected import PlaceClass, place_class
from jarvisd.core.errors import EngineError, ErrorCode, RequestError
from jarvisd.executor.files.disk import Identity, fault
from jarvisd.executor.files.paths import Entry, WorkspacePath, Workspaces
from jarvisd.executor.undo.changes import BULK_OPERATIONS, Changes
from jarvisd.executor.undo.operations import Move, Operation
from jarvisd.executor.undo.staging import Staged

Stop = Callable[[], None]
"""Called between two pieces of work: raises CANCELLED once the step is to stop."""
CHUNK_BYTES = 1 << 20
FILES_LIMIT = 20_000
"""Most files and folders that one step copies, packs or unpacks."""


@dataclass(frozen=True, slots=True)
class FileTree:
    """A file, or a folder with all that can be copied of it."""

    top: Entry
    inside: tuple[Entry, ...] = ()
    """Files, folders and links, each folder before what is in it."""
    left_out: int = 0
    """Pipes, sockets and devices."""
    closed: int = 0
    """Files and folders that nobody can approve: they hold secrets or, for a copy, run by themselves."""

    @property
    def files(self) -> int:
        """How many files and links there are."""
        return sum(not item.identity.is_folder for item in (self.top, *self.inside))

    @property
    def folders(self) -> int:
        """How many folders there are, the top included."""
        return sum(item.identity.is_folder for item in (self.top, *self.inside))

    @property
    def total_bytes(self) -> int:
        """Sum of the sizes of the files."""
        return sum(item.identity.size for item in (self.top, *self.inside) if item.identity.is_file)


def tree(workspaces: Workspaces, top: Entry, stop: Stop, closed_from: PlaceClass = PlaceClass.STARTUP) -> FileTree:
    """What there is to copy of ``top``, without what is of the class ``closed_from`` or stricter inside.

    Raises REFUSED for a special file or for more than can be handled.
    """
    if not top.identity.is_folder:
        if not _is_plain(top.identity):
            raise RequestError(f"{top.place.shown} is not a plain file", code=ErrorCode.REFUSED)
        return FileTree(top)
    inside: list[Entry] = []
    left_out = closed = 0
    for found in workspaces.walk(top.place, stop):
        if place_class(found.place.parts) >= closed_from:
            closed += 1
        elif found.identity.is_folder or _is_plain(found.identity):
            inside.append(found)
        else:
            left_out += 1
        if len(inside) > FILES_LIMIT:
            raise RequestError(f"{top.place.shown} has too many files", code=ErrorCode.REFUSED)
    return FileTree(top, tuple(inside), left_out, closed)


@dataclass
class ChangeBuilder:
    """Stages things for one step and collects the operations that put them in place.

    As a context manager it removes what was staged when the block raises.
    """

    changes: Changes
    stop: Stop
    is_bulk: bool = False
    """Very many files: the whole file system is made durable once, by the step."""
    operations: list[Operation] = field(default_factory=list)

    def __enter__(self) -> ChangeBuilder:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self.changes.discard(self.operations)

    def folders_for(self, place: WorkspacePath) -> None:
        """Make the folders in which ``place`` is to be."""
        self.operations += self.changes.missing_folders(place)

    def folder(self, place: WorkspacePath, mode: int | None = None) -> None:
        """A new folder at ``place``."""
        made = self.changes.stage_folder(place.root, mode)
        self.operations.append(Move(made.place, place, made.identity, must_be_empty=True))

    def file(
        self,
        place: WorkspacePath,
        write: Callable[[BinaryIO], object],
        mode: int | None = None,
        mtime_ns: int | None = None,
    ) -> Staged:
        """A new file for ``place`` that ``write`` fills; the operation puts it there, replacing what is there."""

        def fill(file: BinaryIO) -> None:
            write(file)
            if mtime_ns is not None:
                file.flush()
                os.utime(file.fileno(), ns=(mtime_ns, mtime_ns))

        staged = self.changes.stage_written(place.root, fill, mode, durable=not self.is_bulk)
        self.operations.append(self.changes.put(staged, place))
        return staged

    def copy(self, source: FileTree, target: WorkspacePath, *, verify: bool = False) -> None:
        """A copy of a whole tree at ``target``. With ``verify`` every copy is read back and compared."""
        self.is_bulk = self.is_bulk or len(source.inside) + 1 > BULK_OPERATIONS
        depth = len(source.top.place.parts)
        for found in (source.top, *source.inside):
            self.stop()
            place = WorkspacePath(target.root, target.parts + found.place.parts[depth:])
            if found.identity.is_folder:
                self.folder(place, stat.S_IMODE(found.identity.mode) & 0o777 | 0o700)
            elif stat.S_ISLNK(found.identity.mode):
                made = self.changes.stage_link(place.root, self._link_text(found))
                self.operations.append(Move(made.place, place, made.identity))
            else:
                self._copy_file(found, place, verify)

    def _link_text(self, found: Entry) -> str:
        try:
            with self.changes.workspaces.opened(found.place.folder, follow=False) as fd:
                return os.readlink(found.place.name, dir_fd=fd)
        except OSError as error:
            raise fault(error, found.place.shown) from error

    def _copy_file(self, found: Entry, place: WorkspacePath, verify: bool) -> None:
        def write(file: BinaryIO) -> None:
            with reading(self.changes.workspaces, found) as source:
                seen = hashlib.sha256()
                for chunk in chunks(source, self.stop):
                    file.write(chunk)
                    seen.update(chunk)
                _copy_attributes(source.fileno(), file.fileno())
                if verify:
                    _verify(file, seen.digest(), found.place.shown, self.stop)

        self.file(place, write, stat.S_IMODE(found.identity.mode) & 0o777, found.identity.mtime_ns)


@contextmanager
def reading(workspaces: Workspaces, found: Entry) -> Iterator[BinaryIO]:
    """The content of a file that was measured; raises TOOL_FAILED when it is another one, or changes meanwhile."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY
    opened = workspaces.opened(found.place, flags, follow=False)
    with opened as fd, open(fd, "rb", closefd=False) as file:
        _demand_unchanged(fd, found)
        yield file
        _demand_unchanged(fd, found)


def chunks(file: BinaryIO, stop: Stop) -> Iterator[bytes]:
    """What is left of a file, piece by piece; stops where the step is to stop."""
    while chunk := file.read(CHUNK_BYTES):
        stop()
        yield chunk


def _demand_unchanged(fd: int, found: Entry) -> None:
    if not Identity.of(os.fstat(fd)).is_unchanged(found.identity):
        raise RequestError(f"{found.place.shown} has changed meanwhile", code=ErrorCode.TOOL_FAILED)


def _verify(file: BinaryIO, digest: bytes, shown: str, stop: Stop) -> None:
    file.flush()
    fd = file.fileno()
    os.fdatasync(fd)
    # Out of the page cache, so that what is read back is what the disk holds.
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    seen, offset = hashlib.sha256(), 0
    while chunk := os.pread(fd, CHUNK_BYTES, offset):
        stop()
        seen.update(chunk)
        offset += len(chunk)
    if seen.digest() != digest:
        raise EngineError(f"the copy of {shown} is not what was written")


def _copy_attributes(source_fd: int, target_fd: int) -> None:
    """Extended attributes of the user, as far as the target's file system has any."""
    try:
        for name in os.listxattr(source_fd):
            if name.startswith("user."):
                os.setxattr(target_fd, name, os.getxattr(source_fd, name))
    except OSError as error:
        if error.errno != errno.ENOTSUP:
            raise


def _is_plain(identity: Identity) -> bool:
    return identity.is_file or stat.S_ISLNK(identity.mode)
