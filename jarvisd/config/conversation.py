"""The sections of a conversation: replies without the wake word, and our own voice in what is heard."""

from __future__ import annotations

from dataclasses import dataclass

from jarvisd.config.keys import choice, key


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Listening on without the wake word, with a tone, after we have spoken."""

    question_s: float = key(
        5.0,
        "Seconds in which a reply to a question of ours ('for how long?') may begin; 0: wake word first.",
        low=0,
        high=60,
        live=True,
    )
    answer_s: float = key(
        0.0, "Likewise after any other answer of ours, in which a request may begin.", low=0, high=60, live=True
    )


@dataclass(frozen=True, slots=True)
class Echo:
    """Our own voice in the microphone's sound."""

    engine: str = choice(
        "speexdsp",
        "What takes it out of recordings, and of live sound while the voice plays.",
        "speexdsp",
        "none",
        engine=True,
    )
