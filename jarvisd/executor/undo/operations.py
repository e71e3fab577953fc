"""The two operations that every file effect is made of, so that each can be reversed (decision 5).

Nothing is ever destroyed: a new file or folder is made complete in the trash folder of its workspace and then
*moved* into place, an old one is *moved* to the trash, and replaced content is *swapped* out. Each operation
names the inode it is about, so what happened after a crash can be read from the disk.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Union

from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.core.json_types import JsonObject, JsonValue
from jarvisd.executor.files.disk import Identity, fault
from jarvisd.executor.files.pathname import TRASH_PREFIX
from jarvisd.executor.files.paths import WorkspacePath, WorkspaceRoot, Workspaces
from jarvisd.executor.undo.change_times import OpenSpans, Spans

STAGED = "staged"
"""Folder beside ``files`` and ``info`` in a trash folder."""
KEPT_FOLDERS = 128
"""Most descriptors that a bulk step keeps."""


class OperationState(Enum):
    """What the disk says about an operation."""

    DONE = "done"
    NOT_DONE = "not done"
    CHANGED = "changed"
    """Neither: somebody else has touched what it is about."""


@dataclass(frozen=True, slots=True)
class Move:
    """``source`` is renamed to ``target``, which must be free."""

    source: WorkspacePath
    target: WorkspacePath
    identity: Identity
    info: str = ""
    """For the trash: text of the ``.trashinfo`` file that belongs to the target."""
    must_be_empty: bool = False
    """A folder that was made: it is only taken back while nothing is in it."""


@dataclass(frozen=True, slots=True)
class Swap:
    """The names ``place`` and ``aside`` are exchanged: ``place`` gets the object that was prepared aside."""

    place: WorkspacePath
    aside: WorkspacePath
    old: Identity
    new: Identity


Operation = Union[Move, Swap]  # noqa: UP007 - evaluated at run time on 3.10


def to_json(operation: Operation) -> JsonObject:
    """The form that the journal keeps; short, because a step may have ten thousand of them."""
    if isinstance(operation, Swap):
        return {
            "kind": "swap",
            "place": _place_to_json(operation.place),
            "aside": _place_to_json(operation.aside),
            "old": operation.old[:5],
            "new": operation.new[:5],
        }
    value: dict[str, JsonValue] = {
        "kind": "move",
        "source": _place_to_json(operation.source),
        "target": _place_to_json(operation.target),
        "identity": operation.identity[:5],
    }
    if operation.info:
        value["info"] = operation.info
    if operation.must_be_empty:
        value["must_be_empty"] = True
    return value


def from_json(value: JsonObject) -> Operation:
    """The inverse of :func:`to_json`; root and names are taken as they were, whatever is configured now.

    Raises ValueError for anything that :func:`to_json` never wrote.
    """
    try:
        return _operation(value)
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"no operation: {error!r}") from error


def _operation(value: JsonObject) -> Operation:
    if value["kind"] not in ("swap", "move"):
        raise ValueError(f"an operation of unknown kind {value['kind']!r}")
    if value["kind"] == "swap":
        return Swap(
            place=_place_from_json(value["place"]),
            aside=_place_from_json(value["aside"]),
            old=Identity.from_json(value["old"]),
            new=Identity.from_json(value["new"]),
        )
    return Move(
        source=_place_from_json(value["source"]),
        target=_place_from_json(value["target"]),
        identity=Identity.from_json(value["identity"]),
        info=str(value.get("info", "")),
        must_be_empty=bool(value.get("must_be_empty", False)),
    )


class OperationRunner:
    """Carries operations out and takes them back. Blocking; raises :class:`JarvisError` and leaves no half.

    Used by one thread at a time: it keeps descriptors of folders during an operation, or for many of them.
    """

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces
        self._disk = workspaces.disk
        self._folders: dict[tuple[str, tuple[str, ...]], int] = {}
        self._is_keeping = False
        self.work = OpenSpans()
        """When this hand changed something."""

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """Keep descriptors between operations, because most of a bulk step happens in the same few folders."""
        self._is_keeping = True
        try:
            yield
        finally:
            self._is_keeping = False
            self.let_go()

    def let_go(self) -> None:
        """Close the descriptors that are kept, so that every folder is looked up again beneath its root."""
        while self._folders:
            os.close(self._folders.popitem()[1])

    def do(self, operation: Operation, *, durable: bool = True) -> None:
        """Carry out; raises TOOL_FAILED when the object is no longer what was measured.

        Without ``durable`` the caller makes the whole file system durable afterwards.
        """
        try:
            if isinstance(operation, Swap):
                self._exchange(operation, expected=operation.old)
                return
            if operation.info:
                self._write_info(operation, durable)
            try:
                self._rename(operation.source, operation.target, operation.identity)
            except BaseException:
                self.drop_info(operation)
                raise
        finally:
            self._end()

    def undo(self, operation: Operation, *, keep_info: bool = False) -> None:
        """Take back; raises UNDO_CONFLICT when that would lose a later change.

        With ``keep_info`` the ``.trashinfo`` file stays, because the caller removes it later.
        """
        try:
            if isinstance(operation, Swap):
                self._exchange(operation, expected=operation.new)
                return
            if operation.must_be_empty:
                self._demand_empty(operation.target)
            self._rename(operation.target, operation.source, operation.identity)
            if not keep_info:
                self.drop_info(operation)
        except JarvisError as error:
            if error.code in (ErrorCode.TOOL_FAILED, ErrorCode.NOT_FOUND, ErrorCode.REFUSED):
                raise RequestError(error.message, code=ErrorCode.UNDO_CONFLICT) from error
            raise
        finally:
            self._end()

    def where(self, operation: Operation, ours: Spans | None = None) -> OperationState:
        """What the disk says: done, not done, or changed by somebody else.

        With ``ours``, when we worked, a change that kept size and time is seen as well.
        """
        try:
            if isinstance(operation, Swap):
                now = self._identify(operation.place)
                if now is not None and now.is_unchanged(operation.new):
                    return OperationState.CHANGED if _is_others(now, ours) else OperationState.DONE
                return (
                    OperationState.NOT_DONE
                    if now is not None and now.is_same_object(operation.old)
                    else OperationState.CHANGED
                )
            target = self._identify(operation.target)
            if target is not None and target.is_unchanged(operation.identity):
                return OperationState.CHANGED if _is_others(target, ours) else OperationState.DONE
            source = self._identify(operation.source)
            if source is not None and source.is_same_object(operation.identity):
                return OperationState.NOT_DONE
            # What was staged and is nowhere was lost in a crash before it was anybody's.
            return OperationState.NOT_DONE if is_staged(operation.source) else OperationState.CHANGED
        finally:
            self._end()

    def has_happened(self, operation: Operation) -> bool:
        """Whether the object is where the operation put it, with its info file; it may have been edited since."""
        try:
            if isinstance(operation, Swap):
                now = self._identify(operation.place)
                return now is not None and now.is_same_object(operation.new)
            target = self._identify(operation.target)
            if target is None or not target.is_same_object(operation.identity):
                return False
            place = info_place(operation.target)
            info = operation.info.encode()
            return not info or _content(self._folder_of(place), place.name) == info
        finally:
            self._end()

    def take_for_ours(self, operation: Operation) -> None:
        """Count what was last done to the objects of ``operation`` as our work: after a crash nobody can tell."""
        places = (
            (operation.place, operation.aside)
            if isinstance(operation, Swap)
            else (operation.source, operation.target)
        )
        try:
            for place in places:
                self._note(self._identify(place))
        except JarvisError:
            # A folder that cannot be entered holds nothing that could be taken back.
            return
        finally:
            self._end()

    def drop_info(self, operation: Operation) -> None:
        """Remove the ``.trashinfo`` file of an operation that did not happen or was taken back."""
        if isinstance(operation, Swap) or not operation.info:
            return
        place = info_place(operation.target)
        try:
            fd = self._folder_of(place)
            # A crash may have left it half-written.
            if operation.info.encode().startswith(_content(fd, place.name)):
                self._disk.unlink(fd, place.name)
        except (OSError, JarvisError):
            # Without its folder there is no info file to remove.
            return
        finally:
            self._end()

    # --- private ---------------------------------------------------------------------------------------

    def _end(self) -> None:
        if not self._is_keeping or len(self._folders) >= KEPT_FOLDERS:
            self.let_go()

    def _folder_of(self, place: WorkspacePath) -> int:
        """A descriptor of the folder that holds ``place``, closed when the operation or the keeping ends."""
        key = (place.root.path, place.parts[:-1])
        fd = self._folders.get(key)
        if fd is None:
            # Without links: what was judged by its name is what is touched, whatever was put there since.
            with self._workspaces.opened(place.folder, follow=False) as opened:
                fd = self._folders[key] = os.dup(opened)
        return fd

    def _identify(self, place: WorkspacePath) -> Identity | None:
        try:
            return self._disk.identify(self._folder_of(place), place.name)
        except OSError as error:
            raise fault(error, place.shown) from error
        except RequestError as error:
            if error.code is ErrorCode.NOT_FOUND:
                return None
            raise

    def _rename(self, source: WorkspacePath, target: WorkspacePath, identity: Identity) -> None:
        source_fd, target_fd = self._folder_of(source), self._folder_of(target)
        try:
            self._disk.rename(source_fd, source.name, target_fd, target.name)
        except OSError as error:
            raise fault(error, target.shown if error.errno == errno.EEXIST else source.shown) from error
        moved = self._disk.identify(target_fd, target.name)
        if moved is None or not moved.is_unchanged(identity):
            # Looked at where it has arrived, so that nothing comes between; what was not measured goes back.
            self._disk.rename(target_fd, target.name, source_fd, source.name)
            raise RequestError(f"{source.shown} has changed meanwhile", code=ErrorCode.TOOL_FAILED)
        self._note(moved)
        if identity.is_folder:
            # What is kept under its old and new name leads to the wrong folder now.
            self.let_go()

    def _exchange(self, swap: Swap, expected: Identity) -> None:
        place_fd, aside_fd = self._folder_of(swap.place), self._folder_of(swap.aside)
        now = self._disk.identify(place_fd, swap.place.name)
        if now is None or not now.is_unchanged(expected):
            raise RequestError(f"{swap.place.shown} has changed meanwhile", code=ErrorCode.TOOL_FAILED)
        try:
            self._disk.exchange(place_fd, swap.place.name, aside_fd, swap.aside.name)
        except OSError as error:
            raise fault(error, swap.place.shown) from error
        moved = self._disk.identify(aside_fd, swap.aside.name)
        if moved is None or not moved.is_unchanged(expected):
            self._disk.exchange(place_fd, swap.place.name, aside_fd, swap.aside.name)
            raise RequestError(f"{swap.place.shown} has changed meanwhile", code=ErrorCode.TOOL_FAILED)
        self._note(moved)
        self._note(self._disk.identify(place_fd, swap.place.name))

    def _note(self, changed: Identity | None) -> None:
        if changed is not None and changed.ctime_ns:
            self.work.note(changed.ctime_ns)

    def _write_info(self, move: Move, durable: bool) -> None:
        """Write the ``.trashinfo`` first, because its exclusive creation claims the name in the trash."""
        place = info_place(move.target)
        try:
            self._disk.create(self._folder_of(place), place.name, move.info.encode(), 0o600, durable=durable)
        except OSError as error:
            raise fault(error, place.shown) from error

    def _demand_empty(self, place: WorkspacePath) -> None:
        with self._workspaces.opened(place, os.O_RDONLY | os.O_DIRECTORY, follow=False) as fd:
            if os.listdir(fd):  # noqa: PTH208 - by descriptor, so that no other folder is meant
                raise RequestError(f"{place.shown} is no longer empty", code=ErrorCode.UNDO_CONFLICT)


def _is_others(now: Identity, ours: Spans | None) -> bool:
    """Whether somebody else has touched an object last, as far as its ctime tells.

    A ctime no later than the content's own time tells nothing: some file systems keep no other.
    """
    return ours is not None and now.ctime_ns > now.mtime_ns and not ours.hold(now.ctime_ns)


def makes_folder(operation: Operation) -> bool:
    """Whether a folder comes into being in which other operations may put something."""
    return isinstance(operation, Move) and operation.must_be_empty


def is_in_trash(place: WorkspacePath) -> bool:
    """Whether this is in the trash folder of its workspace, where deleted and staged things are."""
    return bool(place.parts) and place.parts[0].startswith(TRASH_PREFIX)


def is_staged(place: WorkspacePath) -> bool:
    """Whether this is where things are made before they are moved into place."""
    return place.parts[1:2] == (STAGED,) and is_in_trash(place)


def info_place(trashed: WorkspacePath) -> WorkspacePath:
    """Where the ``.trashinfo`` of something in ``files`` is (freedesktop.org trash specification)."""
    return WorkspacePath(trashed.root, (*trashed.parts[:-2], "info", f"{trashed.name}.trashinfo"))


def _content(folder_fd: int, name: str) -> bytes:
    try:
        fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder_fd)
    except FileNotFoundError:
        return b""
    try:
        return os.read(fd, 65536)
    finally:
        os.close(fd)


def _place_to_json(place: WorkspacePath) -> list[JsonValue]:
    return [place.root.name, place.root.path, place.relative]


def _place_from_json(value: JsonValue) -> WorkspacePath:
    if isinstance(value, dict):
        # As entries had it before version 2 of the journal.
        return WorkspacePath(WorkspaceRoot(value["workspace"], value["path"]), tuple(value["parts"]))
    if not isinstance(value, (list, tuple)):
        raise ValueError(f"no place: {value!r}")
    name, path, relative = (str(item) for item in value)
    return WorkspacePath(WorkspaceRoot(name, path), tuple(relative.split("/")) if relative else ())
