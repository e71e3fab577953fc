"""A recording through a live ear: paced by the ear's own clock, with silence before and behind it.

On the machine's clock that takes as long as the recording; in a time of its own
(:mod:`jarvisd.runtime.virtual_time`) as long as the work in it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from jarvisd.audio.own_voice.echo_stage import EchoStage
from jarvisd.audio.ports import EchoCanceller, PlayedSound
from jarvisd.audio.recordings.playing import PlayedVoice, clauses_in
from jarvisd.audio.recordings.report import HearingReport, MeteredTranscriber
from jarvisd.audio.turn.ear import Ear, EarEngines
from jarvisd.core.clock import Clock
from jarvisd.core.errors import EngineError
from jarvisd.core.json_types import JsonObject
from jarvisd.core.pcm import CHUNK_BYTES, CHUNK_MS, SAMPLE_RATE_HZ, AudioChunk
from jarvisd.lang.pack import LanguagePack
from jarvisd.runtime.component import Component, loaded_in_lane
from jarvisd.runtime.service import Runtime

logger = logging.getLogger(__name__)

LEAD_IN_MS = 2000
"""Silence put before the recording: live sound has a past too, and the wake model wants one."""
TRAIL_MS = 2000
"""Silence behind it that is heard in any case: a score of the wake word may still be rising. A turn goes on to its
end, but nobody waits longer for words that do not come."""
LONGEST_TRAIL_MS = 180_000
"""Chosen: more than any rule waits for, and the transcriber; then the ear has lost itself."""
SILENCE = bytes(CHUNK_BYTES)
LONGEST_DELAY_MS = 2000
"""Chosen: more than any loudspeaker takes, one without wires included."""


@dataclass(frozen=True, slots=True)
class HearingOptions:
    """How a recording is heard."""

    needs_wake_word: bool = True
    """Otherwise the ear listens from the first sample on, and again whenever a turn has ended."""
    is_fast: bool = False
    """As fast as the work can be done, with the decisions of live sound; otherwise as long as the sound lasts."""
    playing: bytes | None = None
    """What the voice plays from the first sample of the recording on, 16 kHz 16-bit mono. It is not mixed in: what
    the microphone took of it is in the recording already."""
    delay_ms: float = 0.0
    """How much later it is in the recording, about; how much exactly is found from the sound."""
    follows_up: bool = False
    """Whether after each request that was heard another needs no wake word for a while, as after a question of
    ours (``follow_up.question_s``)."""


class Hearing:
    """One recording in one ear, whose events go to ``report``; ``voice`` speaks meanwhile."""

    def __init__(
        self,
        ear: Ear,
        clock: Clock,
        report: HearingReport,
        *,
        needs_wake_word: bool,
        voice: PlayedVoice | None,
        follows_up: bool = False,
    ) -> None:
        self._ear = ear
        self._clock = clock
        self._report = report
        self._needs_wake_word = needs_wake_word
        self._follows_up = follows_up
        self._voice = voice
        self._next_us = 0
        self._followed = 0

    async def run(self, sound: Iterable[bytes]) -> JsonObject:
        """Hear ``sound``, 16 kHz 16-bit mono in pieces of any size, to its end; the report on it.

        The models are loaded; raises what they fail with.
        """
        self._next_us = self._clock.monotonic_us()
        for _ in range(LEAD_IN_MS // CHUNK_MS):
            await self._feed(SILENCE)
        self._report.begin(self._next_us)
        if self._voice is not None:
            self._voice.begin(self._next_us)
        listener = self._ear.listener
        for pcm in chunked(sound):
            # Nobody has a request taken while we speak, but by the wake word.
            if not self._needs_wake_word and listener.state == "idle" and not listener.voices.own_sounds:
                listener.listen()
            await self._feed(pcm)
        await self._trail()
        self._report.raise_failure()
        self._report.echo_reduction_db = None if self._voice is None else self._voice.reduction_db
        return self._report.to_json()

    async def _feed(self, pcm: bytes) -> None:
        """Let a chunk be heard when its last sample would have been taken; a late one at once."""
        began_us, self._next_us = self._next_us, self._next_us + CHUNK_MS * 1000
        # Also without a need to wait, others must have their turn.
        await asyncio.sleep(max(0, self._next_us - self._clock.monotonic_us()) / 1e6)
        chunk = AudioChunk(pcm, began_us)
        if self._voice is not None:
            chunk = await self._voice.cleaned(chunk)
        self._follow_up()
        await self._ear.listener.hear(chunk)

    def _follow_up(self) -> None:
        """Listen on once a request was heard: nobody answers here, so that at once is after the answer."""
        requests, listener = self._report.requests, self._ear.listener
        if self._follows_up and requests > self._followed and listener.state == "idle":
            self._followed = requests
            listener.follow_up(is_question=True)

    async def _trail(self) -> None:
        """Silence, until a turn in which somebody has spoken has come to its end."""
        listener = self._ear.listener
        fed_ms = 0
        while fed_ms < TRAIL_MS or (listener.state != "idle" and not self._report.is_waiting):
            if fed_ms > LONGEST_TRAIL_MS:
                raise EngineError("the ear does not come to an end of the recording")
            await self._feed(SILENCE)
            fed_ms += CHUNK_MS
        listener.cancel()


async def hear(
    engines: EarEngines, runtime: Runtime, language: LanguagePack, sound: Iterable[bytes], options: HearingOptions
) -> JsonObject:
    """The report of an ear made for ``sound`` alone, in the time of ``runtime``.

    Raises what keeps a model that is needed from loading, and what it fails with.
    """
    report = HearingReport(runtime.clock, has_wake_word=options.needs_wake_word)
    metered = replace(engines, transcriber=lambda: MeteredTranscriber(engines.transcriber(), report))
    ear = Ear(metered, runtime, language, report.take)
    try:
        return await _heard(ear, runtime, report, engines, sound, options)
    finally:
        await ear.close()


async def _heard(
    ear: Ear,
    runtime: Runtime,
    report: HearingReport,
    engines: EarEngines,
    sound: Iterable[bytes],
    options: HearingOptions,
) -> JsonObject:
    for model in ear.models:
        await model.open()
    for model in ear.needed:
        model.require()
    voice = None
    if (playing := options.playing) is not None:
        vad = engines.vad()
        vad.load()
        clauses = await clauses_in(playing, vad, ear.decoder)
        cancelling = await _cancelling(engines, runtime, options.delay_ms)
        voice = PlayedVoice(ear.listener, playing, clauses, runtime.workers, cancelling)
    hearing = Hearing(
        ear,
        runtime.clock,
        report,
        needs_wake_word=options.needs_wake_word,
        voice=voice,
        follows_up=options.follows_up,
    )
    return await hearing.run(sound)


async def _cancelling(
    engines: EarEngines, runtime: Runtime, delay_ms: float
) -> Callable[[PlayedSound], EchoStage] | None:
    """What makes a canceller's stage; ``None`` without one, of which its part tells why."""
    if engines.echo is None or engines.alignment is None:
        return None
    canceller: Component[EchoCanceller] = loaded_in_lane("echo", engines.echo, runtime.workers, runtime.parts)
    await canceller.open()
    if (engine := canceller.now) is None:
        logger.warning("nothing takes our own voice out detail=%s", canceller.error)
        return None
    alignment, told_lag = engines.alignment(), delay_ms * SAMPLE_RATE_HZ / 1000
    return lambda played: EchoStage(engine, alignment, played, told_lag)


def chunked(sound: Iterable[bytes]) -> Iterator[bytes]:
    """``sound`` as pieces of the size of a chunk; the last is filled up with silence."""
    buffer = bytearray()
    for piece in sound:
        buffer += piece
        while len(buffer) >= CHUNK_BYTES:
            yield bytes(buffer[:CHUNK_BYTES])
            del buffer[:CHUNK_BYTES]
    if buffer:
        yield bytes(buffer).ljust(CHUNK_BYTES, b"\0")
