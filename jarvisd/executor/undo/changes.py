"""Undo before do: effects are journalled durably before they happen, and can be reversed, also after a crash.

A step is one entry. It happens as a whole or not at all; what a crash left half-done is rolled back at the next
start. Undoing refuses when it would lose a later change (requirement D5, decision 5).
"""

from __future__ import annotations

import errno
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from jarvisd.codecheck.protected import PlaceClass, place_class
from jarvisd.core.clock import Clock
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.files.disk import fault
from jarvisd.executor.files.paths import WorkspacePath, Workspaces
from jarvisd.executor.ports.journal import EntryState, Journal, JournalEntry
from jarvisd.executor.undo import operations as effects
from jarvisd.executor.undo.change_times import Spans
from jarvisd.executor.undo.operations import Operation, OperationRunner, OperationState, Swap, makes_folder
from jarvisd.executor.undo.staging import Staging

logger = logging.getLogger(__name__)

BULK_OPERATIONS = 16
"""A step with more operations makes the whole file system durable once, instead of every folder and file."""
GROUP_OPERATIONS = 256
"""After so many operations of a step, folders are looked up again beneath their root."""
_LAST = re.compile(r"last(?:\s+(?P<count>[1-9]\d{0,3}))?")
PROGRESS_EVERY_US = 200_000
"""Chosen: five signals a second look alive."""

LONGEST_ID = 18
"""Digits of an entry's id; a longer number is none."""


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """What became of a step's operations."""

    entry_id: int
    """0 when nothing was left to do."""
    done: tuple[Operation, ...]
    left_out: tuple[Operation, ...]
    """Not done, because the object had changed since it was measured."""


class StepControl(Protocol):
    """The step that makes changes; see :class:`~jarvisd.executor.tools.context.ToolContext`."""

    plan_id: str
    step: int
    tool: str

    @property
    def judged(self) -> frozenset[WorkspacePath]:
        """Protected places that policy has judged for this step."""

    @property
    def progress(self) -> Callable[[int, int], None]:
        """Is told how many effects of how many have happened."""

    def stop_here(self) -> None:
        """Raise CANCELLED once the step is to stop."""


class Changes(Staging):
    """Makes changes that can be reversed. Blocking; all of it runs in the file lane.

    A tool builds operations, from what it stages and from ``trash.moves``, and hands the whole list to
    :meth:`carry_out`, ten thousand as well as one: the list is journalled with one durable write.
    """

    def __init__(self, journal: Journal, workspaces: Workspaces, clock: Clock) -> None:
        super().__init__(workspaces)
        self._journal = journal
        self.clock = clock
        self._hand = OperationRunner(workspaces)

    # --- doing -----------------------------------------------------------------------------------------

    def carry_out(
        self,
        doing: StepControl,
        summary: str,
        operations: Sequence[Operation],
        *,
        leave_out_changed: bool = False,
    ) -> CarriedOut:
        """Journal ``operations`` durably, then do them all, or none.

        A cancelled, late or failing step is rolled back and raises. With ``leave_out_changed`` an object that is
        no longer what was measured is passed over. ``doing.progress`` is told several times a second.
        """
        demand_judged(operations, doing.judged)
        entry_id = self._begin(doing, summary, operations)
        done: list[Operation] = []
        left_out: list[Operation] = []
        try:
            with self._hand.keeping():
                for operation in self._paced(self._in_order(operations), len(operations), doing):
                    doing.stop_here()
                    is_done = self._attempt(operation, leave_out_changed, len(operations) <= BULK_OPERATIONS)
                    (done if is_done else left_out).append(operation)
            self._sync(done)
            state = EntryState.DONE if done else EntryState.ROLLED_BACK
            kept = [effects.to_json(operation) for operation in done] if left_out else None
            self._mark(entry_id, state, kept)
        except BaseException:
            self._roll_back(entry_id, operations, done)
            raise
        return CarriedOut(entry_id if done else 0, tuple(done), tuple(left_out))

    def _begin(self, doing: StepControl, summary: str, operations: Sequence[Operation]) -> int:
        entry = JournalEntry(
            id=0,
            state=EntryState.INTENT,
            plan_id=doing.plan_id,
            step=doing.step,
            tool=doing.tool,
            summary=summary,
            created=self.clock.now().isoformat(timespec="seconds"),
            operations=tuple(effects.to_json(operation) for operation in operations),
        )
        try:
            doing.stop_here()
            self._settle()
            return self._journal.begin(entry)
        except BaseException:
            self.discard(operations)
            raise

    def _in_order(self, operations: Iterable[Operation]) -> Iterator[Operation]:
        """The operations, making those before durable wherever folders are made or taken back.

        Without that, a power cut could keep a file's move into a new folder and lose the folder's.
        """
        since: list[Operation] = []
        made_folders = False
        for operation in operations:
            makes = makes_folder(operation)
            if since and makes != made_folders:
                self._sync(since)
                since = []
            made_folders = makes
            yield operation
            since.append(operation)

    def _paced(self, operations: Iterable[Operation], total: int, doing: StepControl) -> Iterator[Operation]:
        """The operations, telling of progress, and looking folders up again from time to time."""
        # That a long step has begun is told at once.
        told_us = self.clock.monotonic_us() - (PROGRESS_EVERY_US if total > GROUP_OPERATIONS else 0)
        for number, operation in enumerate(operations):
            yield operation
            if number % GROUP_OPERATIONS == GROUP_OPERATIONS - 1:
                self._hand.let_go()
            now_us = self.clock.monotonic_us()
            if now_us - told_us >= PROGRESS_EVERY_US:
                told_us = now_us
                doing.progress(number + 1, total)

    def _attempt(self, operation: Operation, may_fail: bool, durable: bool) -> bool:
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
            if done:
                # From here on a crash leads to the state before, even if everything had happened.
                self._journal.mark(entry_id, EntryState.UNDOING)
            with self._hand.keeping():
                for operation in self._in_order(reversed(done)):
                    self._hand.undo(operation)
            self._sync(done)
            self.discard(operations)
            self._mark(entry_id, EntryState.ROLLED_BACK)
        except (JarvisError, OSError):
            # The entry stays an intent, so that the next start tries again; the step's own error is what is told.
            logger.exception("roll-back is incomplete entry=%d", entry_id)

    # --- undoing ---------------------------------------------------------------------------------------

    def undo(self, what: str) -> list[JournalEntry]:
        """Reverse ``"last"``, ``"last 3"``, an entry id, or every step of a plan, newest first.

        Raises NOT_FOUND when there is nothing to undo and UNDO_CONFLICT when a target has changed since; then
        nothing has been reversed of the entry that conflicts, and the message names those undone before it.
        """
        entries = self._entries(what)
        for number, entry in enumerate(entries):
            try:
                self._reverse(entry)
            except JarvisError as error:
                if number:
                    undone = ", ".join(str(done.id) for done in entries[:number])
                    message = f"{error.message}; already undone before that: {undone}"
                    raise RequestError(message, code=error.code) from error
                raise
        return entries

    def _entries(self, what: str) -> list[JournalEntry]:
        newest = _LAST.fullmatch(what.strip())
        if newest is not None:
            found = self._journal.in_state(EntryState.DONE, limit=int(newest["count"] or 1))
        elif what.isascii() and what.isdigit() and len(what) <= LONGEST_ID:
            entry = self._journal.find(int(what))
            if entry is not None and entry.state is EntryState.EXPIRED:
                message = f"step {what} can no longer be undone: what it kept was too old or too much"
                raise RequestError(message, code=ErrorCode.NOT_FOUND)
            if entry is not None and entry.state is not EntryState.DONE:
                message = f"there is nothing to undo of step {what}: it is {entry.state.value.replace('_', ' ')}"
                raise RequestError(message, code=ErrorCode.NOT_FOUND)
            found = [entry] if entry is not None else []
        elif what.split()[:1] == ["last"] or not what.strip():
            message = f"{what!r} names no step: say last, last N, a step's number or a plan's id"
            raise RequestError(message, code=ErrorCode.NOT_FOUND)
        else:
            found = [entry for entry in reversed(self._journal.of_plan(what)) if entry.state is EntryState.DONE]
        if not found:
            which = (
                ""
                if newest is not None
                else f": there is no step or plan {what[:LONGEST_ID]!r} that changed files"
            )
            raise RequestError(f"there is nothing to undo{which}", code=ErrorCode.NOT_FOUND)
        return found

    def _reverse(self, entry: JournalEntry) -> None:
        operations = self._operations(entry)
        ours = Spans(self._journal.spans())
        with self._hand.keeping():
            for operation in operations:
                if self._hand.where(operation, ours) is not OperationState.DONE:
                    shown = _target(operation).shown
                    raise RequestError(f"{shown} has changed since", code=ErrorCode.UNDO_CONFLICT)
            self._journal.mark(entry.id, EntryState.UNDOING)
            reversed_now: list[Operation] = []
            try:
                for operation in self._in_order(reversed(operations)):
                    self._hand.undo(operation)
                    reversed_now.append(operation)
            except JarvisError:
                for operation in reversed(reversed_now):
                    self._hand.do(operation)
                self._mark(entry.id, EntryState.DONE)
                raise
        self._sync(operations)
        self._mark(entry.id, EntryState.UNDONE)

    def _operations(self, entry: JournalEntry) -> list[Operation]:
        """All operations of an entry, before any is looked at; STATE_DAMAGED sets the entry aside."""
        try:
            if entry.state is EntryState.DAMAGED:
                raise ValueError("it was set aside")
            return [effects.from_json(value) for value in entry.operations]
        except ValueError as error:
            self._journal.set_aside(entry.id, str(error))
            message = f"what is known of step {entry.id} cannot be read, so it was set aside"
            raise RequestError(message, code=ErrorCode.STATE_DAMAGED) from error

    # --- recovering ------------------------------------------------------------------------------------

    def recover(self) -> list[JournalEntry]:
        """Finish or roll back what a crash left half-done, and finish what was being undone; safe to repeat.

        Returns the entries concerned, in their new state.
        """
        settled = []
        with self._hand.keeping():
            for entry in self._journal.in_state(EntryState.INTENT, EntryState.UNDOING):
                try:
                    state = self._settle_entry(entry, self._operations(entry))
                except RequestError as error:
                    if error.code is not ErrorCode.STATE_DAMAGED:
                        raise
                    state = EntryState.DAMAGED
                logger.warning("recovered entry=%d tool=%s state=%s", entry.id, entry.tool, state.value)
                settled.append(replace(entry, state=state))
        self._sweep(self._journal.mentions)
        return settled

    def _settle_entry(self, entry: JournalEntry, operations: Sequence[Operation]) -> EntryState:
        if entry.state is EntryState.INTENT and all(map(self._has_happened, operations)):
            # The crash came between the last effect and the note that all is done.
            self._sync(operations, is_late=True)
            self._mark_settled(entry.id, EntryState.DONE, operations)
            return EntryState.DONE
        end = EntryState.ROLLED_BACK if entry.state is EntryState.INTENT else EntryState.UNDONE
        state = end if self._take_back(operations) else EntryState.STUCK
        self._sync(operations, is_late=True)
        if state is EntryState.ROLLED_BACK:
            self.discard(operations)
        self._mark_settled(entry.id, state, operations)
        return state

    def _has_happened(self, operation: Operation) -> bool:
        """Not, where nobody can tell any more: a folder that is a link now, or closed to us."""
        try:
            return self._hand.has_happened(operation)
        except JarvisError:
            return False

    def _mark_settled(self, entry_id: int, state: EntryState, operations: Sequence[Operation]) -> None:
        for operation in operations:
            self._hand.take_for_ours(operation)
        self._mark(entry_id, state)

    def _take_back(self, operations: Sequence[Operation]) -> bool:
        complete = True
        for operation in self._in_order(reversed(operations)):
            try:
                where = self._hand.where(operation)
                if where is OperationState.DONE:
                    self._hand.undo(operation)
                elif where is OperationState.NOT_DONE:
                    self._hand.drop_info(operation)
                else:
                    complete = False
            except JarvisError as error:
                logger.warning("cannot take back an effect code=%s", error.code)
                complete = False
        return complete

    def _mark(self, entry_id: int, state: EntryState, kept: Sequence[JsonObject] | None = None) -> None:
        """Note how an entry ended, and when we worked for it."""
        self._journal.mark(entry_id, state, kept, self._hand.work.spans())
        self._hand.work.written()

    def _sync(self, operations: Sequence[Operation], *, is_late: bool = False) -> None:
        """Make what was done durable; with ``is_late``, after a crash, as far as it can be reached still."""
        if len(operations) > BULK_OPERATIONS:
            for root in {place.root for operation in operations for place in _places(operation)}:
                self._sync_all(root)
            return
        folders = {place.folder for operation in operations for place in _places(operation)}
        for folder in folders:
            try:
                with self.workspaces.opened(folder) as fd:
                    self.workspaces.disk.sync(fd)
            except OSError as error:
                if not (is_late and error.errno == errno.EACCES):
                    raise fault(error, folder.shown) from error
            except JarvisError as error:
                # A folder that was itself taken back has nothing left to make durable.
                is_a_link = is_late and error.code is ErrorCode.PATH_REFUSED
                if error.code is not ErrorCode.NOT_FOUND and not is_a_link:
                    raise


def _places(operation: Operation) -> tuple[WorkspacePath, ...]:
    """Every place that an operation touches."""
    if isinstance(operation, Swap):
        return operation.place, operation.aside
    if operation.info:
        return operation.source, operation.target, effects.info_place(operation.target)
    return operation.source, operation.target


def demand_judged(operations: Iterable[Operation], judged: frozenset[WorkspacePath]) -> None:
    """Raise PATH_REFUSED for a place that is protected and was not judged, or that nobody can approve.

    The last wall: whatever builds operations, a tool, a plugin or a program's changes, meets it.
    """
    for operation in operations:
        for place in (operation.place,) if isinstance(operation, Swap) else (operation.source, operation.target):
            if effects.is_in_trash(place):
                continue
            kind = place_class(place.parts)
            if kind >= PlaceClass.STARTUP or (kind is not PlaceClass.ORDINARY and place not in judged):
                raise RequestError(f"{place.shown} is protected", code=ErrorCode.PATH_REFUSED)


def _target(operation: Operation) -> WorkspacePath:
    return operation.place if isinstance(operation, Swap) else operation.target
