"""What the brain needs from outside: a language model, memories, hands, a voice. Adapters implement these."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from jarvisd.core.json_types import JsonObject
from jarvisd.core.planning.plan import PlanReport, UndoReport, Verdict


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a chat; ``role`` is system, user or assistant."""

    role: str
    content: str
    is_tainted: bool = False
    """Holds text that no person said: tool output, or memories that came from it (decision 4)."""
    lean: str = ""
    """What stands here instead where plans are written in the lean form
    (:mod:`jarvisd.brain.models.lean_answers`); empty for the same.
    """

    @property
    def leanest(self) -> str:
        """What is shown to a model that writes in the lean form."""
        return self.lean or self.content


@dataclass(frozen=True, slots=True)
class Completion:
    """A request to a language model.

    ``schema`` is a JSON schema (type, properties, required, enum, const, items, anyOf only) that the output must
    fit, or ``None`` for free text. The answer ends at ``max_tokens`` or after ``deadline_s``. A model that can be
    held by ``lean_grammar`` may write in that form, and gives what fits the schema all the same.
    """

    messages: Sequence[Message]
    schema: JsonObject | None = None
    max_tokens: int = 320
    deadline_s: float = 60.0
    lean_grammar: str = ""

    @property
    def is_tainted(self) -> bool:
        """Whether the answer may do what untrusted text says: a plan made from it is confirmed step by step."""
        return any(message.is_tainted for message in self.messages)


class GeneratedText(str):
    """A piece of generated text; ``probability`` is how sure the model was of it, 0 to 1, where that is known."""

    __slots__ = ("probability",)
    probability: float | None

    def __new__(cls, text: str, probability: float | None = None) -> GeneratedText:
        """``text`` with its probability."""
        piece = super().__new__(cls, text)
        piece.probability = probability
        return piece


class LanguageModel(Protocol):
    """A planner. Errors are :class:`~jarvisd.core.errors.JarvisError` with LLM_GONE, TIMEOUT or MODEL_*."""

    @property
    def engine(self) -> str:
        """Name, version and model, for reports: ``"xllamacpp 2026.10 qwen2.5-coder-1.5b"``."""
        ...

    async def start(self) -> None:
        """Load the model or connect; raises when it cannot be used."""
        ...

    def stream(self, completion: Completion) -> AsyncIterator[str]:
        """Pieces of the answer as they are generated, :class:`GeneratedText` where probabilities are known.

        Closing the iterator stops the generation.
        """
        ...

    async def warm(self, prefix: Sequence[Message]) -> None:
        """Evaluate a prompt prefix now so that requests that begin with it start fast (decision 9)."""
        ...

    async def check(self) -> None:
        """Raise if the model does not answer now."""
        ...

    async def close(self) -> None:
        """Release everything; safe to call twice."""
        ...


class MemoryKind(str, Enum):
    """Types of memories (A6)."""

    FACT = "FACT"
    PREFERENCE = "PREFERENCE"
    CONTACT = "CONTACT"
    TASK_OUTCOME = "TASK_OUTCOME"


@dataclass(frozen=True, slots=True)
class Memory:
    """Something remembered. ``tainted`` marks text that came from tool output, not from a person (decision 4)."""

    id: str
    kind: MemoryKind
    text: str
    importance: float
    """0 to 1."""
    created: str
    """ISO 8601 wall time."""
    tainted: bool = False
    replaced_by: str = ""
    """Id of the newer memory that says another thing of the same; it is kept as the trail of that one."""


@dataclass(frozen=True, slots=True)
class Recollection:
    """A memory with its cosine distance to what was asked (0 is the same, 2 the opposite)."""

    memory: Memory
    distance: float


class Embedder(Protocol):
    """Text to unit vectors."""

    @property
    def engine(self) -> str:
        """Name and model, for reports."""
        ...

    async def start(self) -> None:
        """Load the model."""
        ...

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector of length 1 for each text."""
        ...


class MemoryStore(Protocol):
    """Keeps memories with their vectors. Errors carry MEMORY_GONE."""

    @property
    def engine(self) -> str:
        """Library and version, for reports."""
        ...

    @property
    def notice(self) -> str:
        """What the operator must know about the store as it was found; empty when all was well."""
        ...

    async def start(self) -> None:
        """Open the store."""
        ...

    async def check(self) -> None:
        """Return when the store has answered; cheap, it reads nothing of what is kept."""
        ...

    async def add(self, memory: Memory, vector: Sequence[float]) -> None:
        """Store durably; an existing id is replaced."""
        ...

    async def nearest(self, vector: Sequence[float], count: int) -> list[Recollection]:
        """The ``count`` nearest memories, nearest first."""
        ...

    async def delete(self, ids: Sequence[str]) -> int:
        """Forget; returns how many existed, when nothing of them is left anywhere in the store."""
        ...

    async def wipe(self) -> int:
        """Forget everything, also what could no longer be read; returns how many memories there were."""
        ...

    async def everything(self) -> list[Memory]:
        """All memories, oldest first."""
        ...

    async def close(self) -> None:
        """Release the store."""
        ...


class ExecutorClient(Protocol):
    """The executor as the brain sees it; texts are the JSON forms of :mod:`jarvisd.core.planning.plan`."""

    async def list_tools(self) -> list[JsonObject]:
        """Name, description, parameters (JSON schema), examples and effects of every tool."""
        ...

    async def begin(self, turn_id: str, index: int, action: JsonObject) -> Verdict:
        """The verdict on step ``index`` of the plan that is being written; a read may begin at once."""
        ...

    async def clarify(self, turn_id: str, origin: str, question: str, choices: Sequence[str]) -> str:
        """Ask ``origin`` what a request lacks; the words of the answer, empty when there is none."""
        ...

    async def submit(self, plan: JsonObject, options: Mapping[str, str]) -> str:
        """Start a plan; returns the plan id. Options: turn, channel, origin, utterance, dry_run, tainted,
        pasted, ask_in_reply, remembered, a JSON list of texts, and before, a JSON list of turns with their words.
        """
        ...

    async def result(self, plan_id: str) -> PlanReport:
        """How a plan stands."""
        ...

    async def cancel(self, plan_id: str) -> None:
        """Stop after the current effect; safe when the plan has ended."""
        ...

    async def undo(self, what: str) -> UndoReport:
        """Reverse "last", an entry or a plan."""
        ...

    async def level(self) -> tuple[str, Sequence[str]]:
        """The service level and its reasons."""
        ...


class TtsClient(Protocol):
    """Text to the loudspeaker. Errors carry SPEAKER_GONE or UNIT_DOWN."""

    async def say(self, text: str, turn_id: str) -> str:
        """Queue ``text``; returns an utterance id."""
        ...

    async def spoken(self, utterance_id: str) -> int:
        """Return when the utterance has been played or dropped: when it began to sound, 0 if it never did."""
        ...

    def heard_chars(self, utterance_id: str) -> int:
        """How many characters of the text of an utterance that is over were heard, in whole words."""
        ...

    async def stop(self) -> None:
        """Silence at once and drop the queue, also what rings."""
        ...

    async def hush(self) -> None:
        """Silence speech at once; what rings goes on."""
        ...

    async def change_speed(self, by_percent: int) -> int:
        """Faster or slower; returns the speed in percent."""
        ...

    async def go_on(self) -> str:
        """Speak what was broken off last; returns an utterance id. NOT_FOUND where nothing was."""
        ...

    async def set_volume(self, percent: int) -> int:
        """Speak so loudly; returns the volume that it has. INVALID_REQUEST beyond 100."""
        ...

    async def change_volume(self, by_percent: int) -> int:
        """Louder or quieter, or with 0 neither; returns the volume that it has."""
        ...


class AudioClient(Protocol):
    """The ear as far as the brain steers it."""

    async def cancel(self) -> None:
        """Stop collecting speech for the current turn."""
        ...

    async def mute(self, length_s: float | None) -> None:
        """Close the microphone, for a time or without an end; NOT_KEPT where a restart would open it."""
        ...

    async def unmute(self) -> None:
        """Open the microphone."""
        ...


class TraceLog(Protocol):
    """Keeps a record of every turn (A12)."""

    async def write(self, turn_id: str, record: JsonObject, began_us: int) -> None:
        """Store the record of a finished turn that began then; errors carry DISK_FULL."""
        ...
