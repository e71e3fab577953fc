"""What asking a person needs: the ears, the voice, and who is behind a connection."""

from __future__ import annotations

from typing import Protocol

from jarvisd.bus.replies import AnswerReply


class AnswerListener(Protocol):
    """The audio unit during a question. Errors: UNIT_DOWN, MICROPHONE_GONE, TIMEOUT, BUSY."""

    async def reserve(self, request_id: str) -> None:
        """From now until release no speech starts a turn or is signalled."""
        ...

    async def listen(self, request_id: str, window_s: float) -> AnswerReply:
        """Listen for one answer of at most ``window_s`` of patience."""
        ...

    async def release(self, request_id: str) -> None:
        """Give the ears back; safe when they were not reserved."""
        ...


class QuestionSpeaker(Protocol):
    """The tts unit as the executor uses it. Errors: UNIT_DOWN, SPEAKER_GONE, TIMEOUT."""

    async def ask(self, request_id: str, text: str, limit_s: float, *, invites: bool = False) -> int:
        """Speak a question alone; returns when its last sample has been played (microseconds).

        ``invites``: with a tone at its end that tells that a reply is listened for.
        """
        ...

    async def release(self, request_id: str) -> None:
        """Let others speak again; safe when nothing was asked."""
        ...

    async def say(self, text: str, turn_id: str) -> None:
        """Queue a sentence: an announcement or a notice."""
        ...


class Identities(Protocol):
    """Who is behind a connection of the bus."""

    @property
    def own_uid(self) -> int:
        """The executor's own user."""
        ...

    @property
    def private_bus(self) -> bool:
        """Whether this is a private bus, on which all units share a user (decision 2)."""
        ...

    async def uid_of(self, unique_name: str) -> int | None:
        """The user of a connection, or ``None`` when there is no such connection."""
        ...

    def name_of(self, uid: int | None) -> str:
        """The name of a user of the machine, or what can be said instead."""
        ...

    async def brain(self) -> str:
        """Unique name of the connection that owns Brain1, or empty."""
        ...

    async def may_confirm(self, unique_name: str) -> bool:
        """Whether polkit lets this connection answer for the room; a person may have to type a password first."""
        ...
