"""Making things complete where nobody sees them, so that they can be moved into place in one step (decision 5).

What is staged lies in the trash folder of its workspace, under a random name. If the step does not happen,
``discard`` removes it; after a crash the next start does.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import BinaryIO

from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.executor.files.disk import Identity, fault
from jarvisd.executor.files.paths import WorkspacePath, WorkspaceRoot, Workspaces
from jarvisd.executor.undo.operations import STAGED, Move, Operation, Swap, is_staged
from jarvisd.executor.undo.trash import Trash

logger = logging.getLogger(__name__)

FILE_MODE = 0o644
"""What a umask of 022 leaves."""


@dataclass(frozen=True, slots=True)
class Staged:
    """Something complete that waits in the trash folder to be moved into place."""

    place: WorkspacePath
    identity: Identity


class Staging:
    """Stages files, links and folders. Blocking. Errors: DISK_FULL, PATH_REFUSED, TOOL_FAILED.

    What is new is as open to others as the workspace's own folder, unless a mode is given: the people who share a
    folder share what is made in it. With ``durable=False`` a file is not synced by itself; carrying out the step
    makes all of them durable at once, which is what a step with many files wants.
    """

    def __init__(self, workspaces: Workspaces) -> None:
        self.workspaces = workspaces
        self.trash = Trash(workspaces)
        self._prepared: set[WorkspaceRoot] = set()
        self._unsettled: set[WorkspaceRoot] = set()

    def stage_file(
        self, root: WorkspaceRoot, content: bytes, mode: int | None = None, *, durable: bool = True
    ) -> Staged:
        """A new file with ``content``. On any error nothing is left behind."""
        return self.stage_written(root, lambda file: file.write(content), mode, durable=durable)

    def stage_written(
        self,
        root: WorkspaceRoot,
        write: Callable[[BinaryIO], object],
        mode: int | None = None,
        *,
        durable: bool,
    ) -> Staged:
        """A new file that ``write`` fills; what it raises leaves nothing behind."""
        place = self._new_place(root, durable)
        mode = self._openness(root) & 0o666 if mode is None else mode
        try:
            with self.workspaces.opened(place.folder, follow=False) as fd:
                return Staged(place, self.workspaces.disk.write(fd, place.name, write, mode, durable=durable))
        except OSError as error:
            raise fault(error, root.name) from error

    def stage_link(self, root: WorkspaceRoot, text: str) -> Staged:
        """A new symbolic link that says ``text``; whether it may lead there is for the caller to judge."""
        place = self._new_place(root)
        try:
            with self.workspaces.opened(place.folder, follow=False) as fd:
                return Staged(place, self.workspaces.disk.link(fd, place.name, text))
        except OSError as error:
            raise fault(error, root.name) from error

    def stage_folder(self, root: WorkspaceRoot, mode: int | None = None) -> Staged:
        """A new empty folder."""
        place = self._new_place(root)
        mode = self._openness(root) if mode is None else mode
        try:
            with self.workspaces.opened(place.folder, follow=False) as fd:
                return Staged(place, self.workspaces.disk.make_folder(fd, place.name, mode))
        except OSError as error:
            raise fault(error, root.name) from error

    def missing_folders(self, *places: WorkspacePath) -> list[Operation]:
        """Operations that make every folder in which one of ``places`` is to be, each once, outermost first."""
        operations: list[Operation] = []
        there: set[WorkspacePath] = set()
        made: set[WorkspacePath] = set()
        # Thousands of files share a few folders.
        for place in {(place.root.path, place.parts[:-1]): place for place in places}.values():
            for depth in range(1, len(place.parts)):
                folder = WorkspacePath(place.root, place.parts[:depth])
                if folder in there or folder in made:
                    continue
                if folder.folder not in made and self.workspaces.identify(folder) is not None:
                    there.add(folder)
                    continue
                staged = self.stage_folder(place.root)
                operations.append(Move(staged.place, folder, staged.identity, must_be_empty=True))
                made.add(folder)
        return operations

    def put(self, staged: Staged, place: WorkspacePath) -> Operation:
        """The operation that puts something staged in place, replacing the plain file that is there."""
        old = self.workspaces.identify(place)
        if old is None:
            return Move(staged.place, place, staged.identity)
        if not old.is_file:
            raise RequestError(f"{place.shown} is not a plain file", code=ErrorCode.REFUSED)
        return Swap(place, staged.place, old=old, new=staged.identity)

    def _settle(self) -> None:
        """Make durable what was staged without being so; recovery must find its content whole."""
        while self._unsettled:
            self._sync_all(self._unsettled.pop())

    def _sync_all(self, root: WorkspaceRoot) -> None:
        """Make the whole file system of a workspace durable."""
        try:
            with self.workspaces.opened(WorkspacePath(root, ())) as fd:
                self.workspaces.disk.sync_all(fd)
        except OSError as error:
            raise fault(error, root.name) from error

    def discard(self, operations: Sequence[Operation]) -> None:
        """Remove what was staged for operations that will not happen."""
        for operation in operations:
            place = operation.aside if isinstance(operation, Swap) else operation.source
            if is_staged(place):
                self._remove(place)

    def _sweep(self, is_known: Callable[[str], bool]) -> None:
        """Remove what no journal entry speaks of: a crash came before its step was journalled."""
        for root in self.workspaces.roots:
            folder = self.trash.place(root, STAGED)
            if root.is_read_only or not self._is_there(folder):
                continue
            for found in self.workspaces.walk(folder):
                if len(found.place.parts) == len(folder.parts) + 1 and not is_known(found.place.name):
                    self._remove(found.place)

    def _is_there(self, folder: WorkspacePath) -> bool:
        """Not, where a link that leads out has taken the place of the trash, or it is closed to us."""
        try:
            return self.workspaces.identify(folder) is not None
        except (OSError, JarvisError):
            logger.warning("cannot look into the trash workspace=%s", folder.root.name)
            return False

    def _remove(self, place: WorkspacePath) -> None:
        """Remove one thing that was staged; what cannot be removed now goes at the next start."""
        try:
            with self.workspaces.opened(place.folder, follow=False) as fd:
                identity = self.workspaces.disk.identify(fd, place.name)
                if identity is not None and identity.is_folder:
                    self._remove_folders(place, fd)
                elif identity is not None:
                    self.workspaces.disk.unlink(fd, place.name)
        except (OSError, JarvisError):
            logger.warning("cannot remove a staged file workspace=%s", place.root.name)

    def _openness(self, root: WorkspaceRoot) -> int:
        """Rights of the workspace's own folder, with all of them for its owner."""
        with self.workspaces.opened(WorkspacePath(root, ())) as fd:
            return os.fstat(fd).st_mode & 0o777 | 0o700

    def _remove_folders(self, place: WorkspacePath, folder_fd: int) -> None:
        """Remove a folder in which a crash may have left other folders of the same step; never a file."""
        inside = [found.place for found in self.workspaces.walk(place) if found.identity.is_folder]
        for child in reversed(inside):
            with self.workspaces.opened(child.folder, follow=False) as fd:
                self.workspaces.disk.remove_folder(fd, child.name)
        self.workspaces.disk.remove_folder(folder_fd, place.name)

    def _new_place(self, root: WorkspaceRoot, durable: bool = True) -> WorkspacePath:
        if root not in self._prepared or self.workspaces.identify(self.trash.place(root, STAGED)) is None:
            self.trash.prepare(root)
            self._prepared.add(root)
        if not durable:
            self._unsettled.add(root)
        return self.trash.staged(root, token_hex(8))
