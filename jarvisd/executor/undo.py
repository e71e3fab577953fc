"""Undo before do: effects are journalled durably before they happen, and can be reversed, also after a crash.

A step is one entry. It happens as a whole or not at all; what a crash left half-done is rolled back at the next
start. Undoing refuses when it would lose a later change (requirement D5, decision 5).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from secrets import token_hex

from jarvisd.core.clock import Clock
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.executor import effects
from jarvisd.executor.context import ToolContext
from jarvisd.executor.disk import Identity, fault
from jarvisd.executor.effects import Hand, Move, Operation, Swap, Where
from jarvisd.executor.paths import Located, Root, Workspaces
from jarvisd.executor.ports import EntryState, Journal, JournalEntry
from jarvisd.executor.trash import STAGED, Trash

logger = logging.getLogger(__name__)

FILE_MODE, FOLDER_MODE = 0o644, 0o755
BULK_OPERATIONS = 16
"""A step with more operations makes the whole file system durable once, instead of every folder and file."""


@dataclass(frozen=True, slots=True)
class Staged:
    """Something complete that waits in the trash folder to be moved into place."""

    place: Located
    identity: Identity


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """What became of a step's operations."""

    entry_id: int
    """0 when nothing was left to do."""
    done: tuple[Operation, ...]
    left_out: tuple[Operation, ...]
    """Not done, because the object had changed since it was measured."""


class Changes:
    """Makes changes that can be reversed. Blocking; all of it runs in the file lane."""

    def __init__(self, journal: Journal, workspaces: Workspaces, clock: Clock) -> None:
        self._journal = journal
        self._workspaces = workspaces
        self._clock = clock
        self._hand = Hand(workspaces)
        self.trash = Trash(workspaces)

    # --- preparing -------------------------------------------------------------------------------------

    def stage_file(self, root: Root, content: bytes, mode: int = FILE_MODE) -> Staged:
        """Write a new file where nobody sees it. On any error nothing is left behind."""
        self.trash.prepare(root)
        place = self.trash.staged(root, token_hex(8))
        try:
            with self._workspaces.opened(place.folder, follow=False) as fd:
                return Staged(place, self._workspaces.disk.create(fd, place.name, content, mode))
        except OSError as error:
            raise fault(error, place.root.name) from error

    def stage_folder(self, root: Root) -> Staged:
        """Make a new folder where nobody sees it."""
        self.trash.prepare(root)
        place = self.trash.staged(root, token_hex(8))
        try:
            with self._workspaces.opened(place.folder, follow=False) as fd:
                return Staged(place, self._workspaces.disk.make_folder(fd, place.name, FOLDER_MODE))
        except OSError as error:
            raise fault(error, place.root.name) from error

    def missing_folders(self, place: Located) -> list[Operation]:
        """Operations that make the folders in which ``place`` is to be."""
        operations: list[Operation] = []
        for depth in range(1, len(place.parts)):
            folder = Located(place.root, place.parts[:depth])
            if operations or self._workspaces.identify(folder) is None:
                made = self.stage_folder(place.root)
                operations.append(Move(made.place, folder, made.identity, must_be_empty=True))
        return operations

    def put(self, staged: Staged, place: Located) -> Operation:
        """The operation that puts something staged in place, replacing what is there."""
        old = self._workspaces.identify(place)
        if old is None:
            return Move(staged.place, place, staged.identity)
        if not old.is_file:
            raise RequestError(f"{place.shown} is not a plain file", code=ErrorCode.REFUSED)
        return Swap(place, staged.place, old=old, new=staged.identity)

    def discard(self, operations: Sequence[Operation]) -> None:
        """Remove what was staged for operations that will not happen."""
        for operation in operations:
            place = operation.aside if isinstance(operation, Swap) else operation.source
            if place.parts[1:2] == (STAGED,):
                self._remove_staged(place)

    # --- doing -----------------------------------------------------------------------------------------

    def carry_out(
        self,
        context: ToolContext,
        summary: str,
        operations: Sequence[Operation],
        *,
        leave_out_changed: bool = False,
    ) -> CarriedOut:
        """Journal ``operations`` durably, then do them all, or none.

        A cancelled, late or failing step is rolled back and raises. With ``leave_out_changed`` an object that is
        no longer what was measured is passed over.
        """
        entry = JournalEntry(
            id=0,
            state=EntryState.INTENT,
            plan_id=context.plan_id,
            step=context.step,
            tool=context.tool,
            summary=summary,
            created=self._clock.now().isoformat(timespec="seconds"),
            operations=tuple(effects.to_json(operation) for operation in operations),
        )
        try:
            entry = replace(entry, id=self._journal.begin(entry))
        except JarvisError:
            self.discard(operations)
            raise
        done: list[Operation] = []
        left_out: list[Operation] = []
        try:
            for operation in operations:
                context.stop_here()
                if leave_out_changed and self._hand.where(operation) is not Where.NOT_DONE:
                    left_out.append(operation)
                elif self._attempt(operation, leave_out_changed, durable=len(operations) <= BULK_OPERATIONS):
                    done.append(operation)
                else:
                    left_out.append(operation)
            self._sync(done)
            state = EntryState.DONE if done else EntryState.ROLLED_BACK
            kept = [effects.to_json(operation) for operation in done] if left_out else None
            self._journal.mark(entry.id, state, kept)
        except BaseException:
            self._roll_back(entry.id, operations, done)
            raise
        return CarriedOut(entry.id if done else 0, tuple(done), tuple(left_out))

    def _attempt(self, operation: Operation, may_fail: bool, *, durable: bool) -> bool:
        try:
            self._hand.do(operation, durable=durable)
        except JarvisError as error:
            if may_fail and error.code in (ErrorCode.TOOL_FAILED, ErrorCode.NOT_FOUND):
                logger.info("left out a changed file code=%s", error.code)
                return False
            raise
        return True

    def _roll_back(self, entry_id: int, operations: Sequence[Operation], done: Sequence[Operation]) -> None:
        try:
            for operation in reversed(done):
                self._hand.undo(operation)
            self._sync(done)
            self.discard(operations)
            self._journal.mark(entry_id, EntryState.ROLLED_BACK)
        except (JarvisError, OSError):
            # The entry stays an intent, so that the next start tries again; the step's own error is what is told.
            logger.exception("roll-back is incomplete entry=%d", entry_id)

    # --- undoing ---------------------------------------------------------------------------------------

    def undo(self, what: str) -> list[JournalEntry]:
        """Reverse ``"last"``, an entry id, or every step of a plan; returns the entries, in the order reversed.

        Raises NOT_FOUND when there is nothing to undo and UNDO_CONFLICT when a target has changed since; then
        nothing has been reversed of the entry that conflicts.
        """
        entries = self._entries(what)
        for entry in entries:
            self._reverse(entry)
        return entries

    def _entries(self, what: str) -> list[JournalEntry]:
        if what == "last":
            found = self._journal.in_state(EntryState.DONE, limit=1)
        elif what.isascii() and what.isdigit():
            entry = self._journal.find(int(what))
            found = [entry] if entry is not None and entry.state is EntryState.DONE else []
        else:
            found = [entry for entry in reversed(self._journal.of_plan(what)) if entry.state is EntryState.DONE]
        if not found:
            raise RequestError("there is nothing to undo", code=ErrorCode.NOT_FOUND)
        return found

    def _reverse(self, entry: JournalEntry) -> None:
        operations = [effects.from_json(value) for value in entry.operations]
        for operation in operations:
            if self._hand.where(operation) is not Where.DONE:
                shown = _target(operation).shown
                raise RequestError(f"{shown} has changed since", code=ErrorCode.UNDO_CONFLICT)
        self._journal.mark(entry.id, EntryState.UNDOING)
        reversed_now: list[Operation] = []
        try:
            for operation in reversed(operations):
                self._hand.undo(operation)
                reversed_now.append(operation)
        except JarvisError:
            for operation in reversed(reversed_now):
                self._hand.do(operation)
            self._journal.mark(entry.id, EntryState.DONE)
            raise
        self._sync(operations)
        self._journal.mark(entry.id, EntryState.UNDONE)

    # --- recovering ------------------------------------------------------------------------------------

    def recover(self) -> list[JournalEntry]:
        """Roll back what a crash left half-done and finish what was being undone; safe to repeat.

        Returns the entries concerned, in their new state.
        """
        settled = []
        for entry in self._journal.in_state(EntryState.INTENT, EntryState.UNDOING):
            end = EntryState.ROLLED_BACK if entry.state is EntryState.INTENT else EntryState.UNDONE
            operations = [effects.from_json(value) for value in entry.operations]
            state = end if self._take_back(operations) else EntryState.STUCK
            if state is EntryState.ROLLED_BACK:
                self.discard(operations)
            self._journal.mark(entry.id, state)
            logger.warning("recovered entry=%d tool=%s state=%s", entry.id, entry.tool, state.value)
            settled.append(replace(entry, state=state))
        self._sweep()
        return settled

    def _take_back(self, operations: Sequence[Operation]) -> bool:
        complete = True
        for operation in reversed(operations):
            try:
                where = self._hand.where(operation)
                if where is Where.DONE:
                    self._hand.undo(operation)
                elif where is Where.NOT_DONE:
                    self._hand.forget(operation)
                else:
                    complete = False
            except JarvisError as error:
                logger.warning("cannot take back an effect code=%s", error.code)
                complete = False
        return complete

    def _sweep(self) -> None:
        """Remove staged files that no entry speaks of: a crash came before their step was journalled."""
        for root in self._workspaces.roots:
            folder = self.trash.place(root, STAGED)
            if root.is_read_only or self._workspaces.identify(folder) is None:
                continue
            for found in self._workspaces.walk(folder):
                if len(found.place.parts) == len(folder.parts) + 1 and not self._journal.mentions(
                    found.place.name
                ):
                    self._remove_staged(found.place)

    def _remove_staged(self, place: Located) -> None:
        try:
            with self._workspaces.opened(place.folder, follow=False) as fd:
                identity = self._workspaces.disk.identify(fd, place.name)
                if identity is not None and identity.is_folder:
                    self._workspaces.disk.remove_folder(fd, place.name)
                elif identity is not None:
                    self._workspaces.disk.unlink(fd, place.name)
        except (OSError, JarvisError):
            logger.warning("cannot remove a staged file workspace=%s", place.root.name)

    def _sync(self, operations: Sequence[Operation]) -> None:
        if len(operations) > BULK_OPERATIONS:
            self._sync_all({place.root for operation in operations for place in _places(operation)})
            return
        folders = {place.folder for operation in operations for place in _places(operation)}
        for folder in folders:
            try:
                with self._workspaces.opened(folder) as fd:
                    self._workspaces.disk.sync(fd)
            except (OSError, JarvisError):
                # A folder that was itself taken back has nothing left to make durable.
                continue

    def _sync_all(self, roots: Iterable[Root]) -> None:
        for root in roots:
            try:
                with self._workspaces.opened(Located(root, ())) as fd:
                    self._workspaces.disk.sync_all(fd)
            except OSError as error:
                raise fault(error, root.name) from error


def _places(operation: Operation) -> tuple[Located, Located]:
    if isinstance(operation, Swap):
        return operation.place, operation.aside
    return operation.source, operation.target


def _target(operation: Operation) -> Located:
    return operation.place if isinstance(operation, Swap) else operation.target
