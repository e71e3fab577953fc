"""What is spoken next: utterances by priority, and the executor's exclusive hold for a question. Pure.

Without a hold, what is more urgent comes out first, and of the same priority what went in first. From the moment
a request takes the hold, only its questions come out (decision 2), before whatever rings; what others say waits
until the hold is released.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import IntEnum

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.tts.ports import Speech


class Priority(IntEnum):
    """How urgent something is; what is more urgent makes the rest give way. Questions have the hold instead."""

    SIGN = -1
    """A short tone: it ends where anything else comes."""
    CHATTER = 0
    """What nobody asked for, such as a notice about health."""
    REPLY = 1
    ALERT = 2
    """What rings, and reminders."""


Chunk = str | Speech
"""A clause to be synthesised, or sound that is ready."""


@dataclass(frozen=True, slots=True)
class QueuedSpeech:
    """Something to say, already cut into chunks."""

    id: str
    turn_id: str
    chunks: tuple[Chunk, ...]
    request_id: str = ""
    """The consent request that asks this; empty for ordinary speech."""
    priority: Priority = Priority.REPLY
    text: str = ""
    """What it was made of, where it is from Say."""
    spoken: int = 0
    """Letters of its clauses that were spoken before it gave way or was broken off."""
    part: int = 1
    """Grows each time that it goes on after having given way."""

    @property
    def sound_name(self) -> str:
        """What a speaker knows this part by."""
        return self.id if self.part == 1 else f"{self.id}-{self.part}"


@dataclass(slots=True)
class SpeechQueue:
    """Everything that waits to be spoken."""

    limit: int
    """Most utterances that may wait."""
    _waiting: dict[Priority, deque[QueuedSpeech]] = field(
        default_factory=lambda: {priority: deque() for priority in sorted(Priority, reverse=True)}
    )
    _questions: deque[QueuedSpeech] = field(default_factory=deque)
    _holder: str = ""

    @property
    def holder(self) -> str:
        """The request that has the voice to itself; empty when none has."""
        return self._holder

    @property
    def first(self) -> QueuedSpeech | None:
        """What :meth:`next` would take out."""
        ready = self._ready()
        return ready[0] if ready else None

    @property
    def is_free(self) -> bool:
        """Whether nothing waits and nobody has a hold."""
        return not (self._holder or self._questions or any(self._waiting.values()))

    def add(self, utterance: QueuedSpeech) -> None:
        """Put ordinary speech behind its like; BUSY when too much waits already."""
        if sum(map(len, self._waiting.values())) >= self.limit:
            raise RequestError(f"{self.limit} utterances wait already", code=ErrorCode.BUSY)
        self._waiting[utterance.priority].append(utterance)

    def put_back(self, rest: QueuedSpeech) -> None:
        """What is left of an utterance that gave way comes before its like."""
        self._waiting[rest.priority].appendleft(rest)

    def ask(self, question: QueuedSpeech) -> None:
        """Take the hold for the question's request and queue the question; BUSY while another request has it."""
        if self._holder not in ("", question.request_id):
            raise RequestError(f"request {self._holder} holds the voice", code=ErrorCode.BUSY)
        self._holder = question.request_id
        self._questions.append(question)

    def may_speak(self, utterance: QueuedSpeech) -> bool:
        """Whether ``utterance`` is not shut out by a hold."""
        return self._holder in ("", utterance.request_id)

    def gives_way(self, utterance: QueuedSpeech) -> bool:
        """Whether something more urgent than ``utterance``, which is no question, waits."""
        first = self.first
        return not utterance.request_id and first is not None and first.priority > utterance.priority

    def next(self) -> QueuedSpeech | None:
        """Take out what is to be spoken now; ``None`` when nothing may be."""
        ready = self._ready()
        return ready.popleft() if ready else None

    def release(self, request_id: str) -> list[QueuedSpeech]:
        """End the hold of ``request_id``; what it still wanted to ask is returned. Others' holds stay."""
        if self._holder != request_id:
            return []
        self._holder = ""
        return self._drained(self._questions)

    def drop(self, name: str) -> QueuedSpeech | None:
        """Take out ordinary speech that waits, by its id; ``None`` when none of that id does."""
        for waiting in self._waiting.values():
            for utterance in waiting:
                if utterance.id == name:
                    waiting.remove(utterance)
                    return utterance
        return None

    def clear(self, upto: Priority = Priority.ALERT) -> list[QueuedSpeech]:
        """Drop and return what waits and is no more urgent than ``upto``, questions first. A hold stays."""
        dropped = self._drained(self._questions)
        for priority, waiting in self._waiting.items():
            dropped += self._drained(waiting) if priority <= upto else []
        return dropped

    def _ready(self) -> deque[QueuedSpeech]:
        """Where the next utterance comes from."""
        if self._holder:
            return self._questions
        return next((waiting for waiting in self._waiting.values() if waiting), self._questions)

    @staticmethod
    def _drained(waiting: deque[QueuedSpeech]) -> list[QueuedSpeech]:
        dropped = list(waiting)
        waiting.clear()
        return dropped
