"""What is spoken next: utterances in order, and the executor's exclusive hold for a question. Pure.

Without a hold, utterances come out in the order in which they went in. From the moment a request takes the hold,
only its questions come out (decision 2); what others say waits until the hold is released.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from jarvisd.core.errors import ErrorCode, RequestError


@dataclass(frozen=True, slots=True)
class QueuedSpeech:
    """Something to say, already cut into chunks."""

    id: str
    turn_id: str
    chunks: tuple[str, ...]
    request_id: str = ""
    """The consent request that asks this; empty for ordinary speech."""


@dataclass(slots=True)
class SpeechQueue:
    """Everything that waits to be spoken."""

    limit: int
    """Most utterances that may wait."""
    _waiting: deque[QueuedSpeech] = field(default_factory=deque)
    _questions: deque[QueuedSpeech] = field(default_factory=deque)
    _holder: str = ""

    @property
    def holder(self) -> str:
        """The request that has the voice to itself; empty when none has."""
        return self._holder

    @property
    def first(self) -> QueuedSpeech | None:
        """What :meth:`next` would take out."""
        ready = self._questions if self._holder else self._waiting
        return ready[0] if ready else None

    def add(self, utterance: QueuedSpeech) -> None:
        """Put ordinary speech at the end; BUSY when too much waits already."""
        if len(self._waiting) >= self.limit:
            raise RequestError(f"{self.limit} utterances wait already", code=ErrorCode.BUSY)
        self._waiting.append(utterance)

    def ask(self, question: QueuedSpeech) -> None:
        """Take the hold for the question's request and queue the question; BUSY while another request has it."""
        if self._holder not in ("", question.request_id):
            raise RequestError(f"request {self._holder} holds the voice", code=ErrorCode.BUSY)
        self._holder = question.request_id
        self._questions.append(question)

    def may_speak(self, utterance: QueuedSpeech) -> bool:
        """Whether ``utterance`` is not shut out by a hold."""
        return self._holder in ("", utterance.request_id)

    def next(self) -> QueuedSpeech | None:
        """Take out what is to be spoken now; ``None`` when nothing may be."""
        ready = self._questions if self._holder else self._waiting
        return ready.popleft() if ready else None

    def release(self, request_id: str) -> list[QueuedSpeech]:
        """End the hold of ``request_id``; what it still wanted to ask is returned. Others' holds stay."""
        if self._holder != request_id:
            return []
        self._holder = ""
        return self._drained(self._questions)

    def drop(self, name: str) -> QueuedSpeech | None:
        """Take out ordinary speech that waits, by its id; ``None`` when none of that id does."""
        found = next((utterance for utterance in self._waiting if utterance.id == name), None)
        if found is not None:
            self._waiting.remove(found)
        return found

    def clear(self) -> list[QueuedSpeech]:
        """Drop and return everything that waits, questions first. A hold stays."""
        return self._drained(self._questions) + self._drained(self._waiting)

    @staticmethod
    def _drained(waiting: deque[QueuedSpeech]) -> list[QueuedSpeech]:
        dropped = list(waiting)
        waiting.clear()
        return dropped
