"""The undo journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from jarvisd.core.json_types import JsonObject

Span = tuple[int, int]
"""First and last ctime of one piece of our work, in nanoseconds."""


class EntryState(str, Enum):
    """Life of a journal entry."""

    INTENT = "intent"
    """Written durably before the first effect; after a crash what has happened as a whole is done, and anything
    else is rolled back."""
    DONE = "done"
    UNDOING = "undoing"
    """Written durably before the first reversal; after a crash the reversal is finished."""
    UNDONE = "undone"
    ROLLED_BACK = "rolled_back"
    EXPIRED = "expired"
    """What could have been brought back has been removed for good, because of its age or size."""
    STUCK = "stuck"
    """Neither finished nor rolled back, because somebody changed the files meanwhile; nothing was lost."""
    DAMAGED = "damaged"
    """What it says cannot be understood: kept as it is, never acted on."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One step's effects. ``operations``, in order, are JSON forms of :mod:`jarvisd.executor.undo.operations`."""

    id: int
    state: EntryState
    plan_id: str
    step: int
    tool: str
    summary: str
    """What the step did, as a phrase that continues "I did not ..."."""
    created: str
    """ISO 8601 wall time."""
    operations: tuple[JsonObject, ...]


class Journal(Protocol):
    """Keeps what is needed to reverse every effect, durably. Blocking. Errors: AUDIT_UNWRITABLE."""

    @property
    def engine(self) -> str:
        """Name and format, for reports."""
        ...

    def open(self) -> None:
        """Open or create the store, bringing an older format to this one; FORMAT_NEWER leaves it untouched.

        An entry that cannot be read becomes DAMAGED, then or when it is first looked at.
        """

    def begin(self, entry: JournalEntry) -> int:
        """Store ``entry`` (its ``id`` is ignored) in state INTENT; on return it survives a power cut."""

    def mark(
        self,
        entry_id: int,
        state: EntryState,
        operations: Sequence[JsonObject] | None = None,
        spans: Sequence[Span] = (),
    ) -> None:
        """Change the state, and the operations when some were left out; ``spans`` are added to those kept.

        UNDOING, and operations, survive a power cut on return. Any other change may be lost with it, but none
        before a change that survives; recovery then finds the same out from the disk.
        """

    def set_aside(self, entry_id: int, reason: str) -> None:
        """Make an entry DAMAGED; its text and its state until now stay in the store."""

    def spans(self) -> list[Span]:
        """When we changed files, the time before there was a journal included."""

    def outline(self) -> list[tuple[int, EntryState, float]]:
        """Id, state and age in seconds of every entry, oldest first; the age is in time of service."""

    def forget(self, entry_ids: Sequence[int]) -> None:
        """Drop entries for good."""

    def find(self, entry_id: int) -> JournalEntry | None:
        """The entry with this id."""

    def of_plan(self, plan_id: str) -> list[JournalEntry]:
        """Entries of a plan, oldest first."""

    def in_state(self, *states: EntryState, limit: int = 1000) -> list[JournalEntry]:
        """The newest entries that are in one of ``states``, newest first."""

    def mentions(self, text: str) -> bool:
        """Whether the operations of any entry hold ``text``."""

    def check(self) -> None:
        """Raise AUDIT_UNWRITABLE if nothing could be written now."""

    def close(self) -> None:
        """Release the store; safe to call twice."""
