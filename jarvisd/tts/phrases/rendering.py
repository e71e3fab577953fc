"""A text to a sound file, without the loudspeaker: for scripts, and to hear a voice before it is set."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from jarvisd.core.clock import Clock
from jarvisd.core.errors import RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.core.pcm import duration_ms
from jarvisd.tts.pcm import without_tail
from jarvisd.tts.ports import Speech, Synthesizer


class Rendering:
    """Has a text synthesised clause by clause, as it would be spoken.

    ``said`` makes clauses of a text, or raises INVALID_REQUEST; ``write`` puts the sound of all into a descriptor.
    """

    def __init__(
        self,
        synthesizer: Synthesizer,
        said: Callable[[str], tuple[str, ...]],
        write: Callable[[int, Sequence[Speech]], Awaitable[None]],
        clock: Clock,
    ) -> None:
        self._synthesizer = synthesizer
        self._said = said
        self._write = write
        self._clock = clock

    async def render(self, descriptor: int, text: str) -> JsonObject:
        """Write ``text`` as a WAV file, and return what is in it and how long that took.

        Raises INVALID_REQUEST for nothing to speak, and what the engine or the disk raises.
        """
        clauses = self._said(text)
        if not clauses:
            raise RequestError("there is nothing to speak in this text")
        began_us, first_us, sound = self._clock.monotonic_us(), 0, []
        for clause in clauses:
            sound.append(await self._synthesizer.synthesize(clause))
            first_us = first_us or self._clock.monotonic_us()
        whole_us = self._clock.monotonic_us()
        sound[-1] = Speech(without_tail(sound[-1].pcm, sound[-1].rate_hz), sound[-1].rate_hz)
        await self._write(descriptor, sound)
        return {
            "engine": self._synthesizer.engine,
            "rate_hz": sound[0].rate_hz,
            "duration_s": round(sum(duration_ms(each.pcm, each.rate_hz) for each in sound) / 1000, 3),
            "clauses": list(clauses),
            "first_clause_ms": round((first_us - began_us) / 1000),
            "whole_ms": round((whole_us - began_us) / 1000),
        }
