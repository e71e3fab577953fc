"""The trash of a workspace, in the layout of the freedesktop.org specification (decision 5).

``<workspace>/.Trash-<uid>/{files,info}`` holds what was deleted, so that a rename is enough and any desktop can
read it; ``staged`` beside them holds what is being made and what was replaced.
"""

from __future__ import annotations

import os
import urllib.parse
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.executor.files.disk import Identity, fault
from jarvisd.executor.files.pathname import TRASH_PREFIX
from jarvisd.executor.files.paths import Entry, WorkspacePath, WorkspaceRoot, Workspaces
from jarvisd.executor.undo.operations import STAGED, Move, info_place

FILES, INFO = "files", "info"
INFO_SUFFIX = ".trashinfo"
_LONGEST_NAME_BYTES = 255 - len(INFO_SUFFIX)


class Trash:
    """The trash folders of all workspaces. Blocking. Errors: PATH_REFUSED, DISK_FULL, TOOL_FAILED."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces
        self._folder = f"{TRASH_PREFIX}{os.getuid()}"

    def place(self, root: WorkspaceRoot, *parts: str) -> WorkspacePath:
        """A place in the trash folder of ``root``."""
        return WorkspacePath(root, (self._folder, *parts))

    def prepare(self, root: WorkspaceRoot) -> None:
        """Make the folders if they are missing; refuse a trash folder that is a link or somebody else's."""
        for place in (self.place(root), *(self.place(root, name) for name in (FILES, INFO, STAGED))):
            self._make(place)

    def move(self, place: WorkspacePath, identity: Identity, when: datetime, taken: Collection[str] = ()) -> Move:
        """The operation that deletes ``place``; ``taken`` are names already promised to others."""
        name = self._free_name(place, taken)
        target = self.place(place.root, FILES, name)
        return Move(source=place, target=target, identity=identity, info=info_text(place.relative, when))

    def moves(self, items: Iterable[Entry], when: datetime) -> list[Move]:
        """The operations that delete many things at once; their trash folders are made if they are missing."""
        taken: dict[WorkspaceRoot, set[str]] = {}
        moves = []
        for item in items:
            place = item.place
            if place.root not in taken:
                self.prepare(place.root)
                taken[place.root] = self._taken(place.root)
            name = next(name for name in _names(place.name) if name not in taken[place.root])
            taken[place.root].add(name)
            target = self.place(place.root, FILES, name)
            moves.append(Move(place, target, item.identity, info=info_text(place.relative, when)))
        return moves

    def staged(self, root: WorkspaceRoot, name: str) -> WorkspacePath:
        """A place for something that is being made."""
        return self.place(root, STAGED, name)

    def _make(self, place: WorkspacePath) -> None:
        with self._workspaces.opened(place.folder, follow=False) as fd:
            try:
                self._workspaces.disk.make_folder(fd, place.name, 0o700)
                # What is durable inside it must not be lost with the folder's own name.
                self._workspaces.disk.sync(fd)
            except FileExistsError:
                found = self._workspaces.disk.identify(fd, place.name)
                owner = os.stat(place.name, dir_fd=fd, follow_symlinks=False).st_uid
                if found is None or not found.is_folder or owner != os.getuid():
                    reason = f"{place.shown} is not a trash folder of this service"
                    raise RequestError(reason, code=ErrorCode.PATH_REFUSED) from None
            except OSError as error:
                raise fault(error, place.shown) from error

    def _free_name(self, place: WorkspacePath, taken: Collection[str]) -> str:
        for name in _names(place.name):
            target = self.place(place.root, FILES, name)
            if name not in taken and not any(map(self._workspaces.identify, (target, info_place(target)))):
                return name
        raise RequestError(f"the trash is full of files called {place.name}", code=ErrorCode.REFUSED)

    def _taken(self, root: WorkspaceRoot) -> set[str]:
        """Names that something in the trash has already."""
        names: set[str] = set()
        for part, ending in ((FILES, ""), (INFO, INFO_SUFFIX)):
            with self._workspaces.opened(self.place(root, part), os.O_RDONLY | os.O_DIRECTORY, follow=False) as fd:
                names.update(name.removesuffix(ending) for name in os.listdir(fd))  # noqa: PTH208 - by descriptor
        return names


def _names(wanted: str) -> Iterator[str]:
    """``wanted``, then the same with ever higher numbers before its suffix."""
    stem, dot, suffix = wanted.rpartition(".")
    stem, suffix = (stem, dot + suffix) if stem else (wanted, "")
    yield _shortened(stem, suffix)
    for number in range(1, 1_000_000):
        yield _shortened(stem, f" {number}{suffix}")


def info_text(relative_path: str, when: datetime) -> str:
    """Content of a ``.trashinfo`` file: the path from the top folder, percent-encoded, and the local time."""
    quoted = urllib.parse.quote(os.fsencode(relative_path))
    return f"[Trash Info]\nPath={quoted}\nDeletionDate={when:%Y-%m-%dT%H:%M:%S}\n"


def _shortened(stem: str, ending: str) -> str:
    """``stem`` and ``ending`` joined, the stem cut so that name and info name fit into 255 bytes."""
    room = _LONGEST_NAME_BYTES - len(os.fsencode(ending))
    raw = os.fsencode(stem)
    return os.fsdecode(raw[:room]) + ending if len(raw) > room else stem + ending
