"""What the voice shares is taken out of live sound: real library and rates, times that are only about right."""

from __future__ import annotations

import math
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from jarvisd.audio.adapters.echo.alignment import PhaseCorrelation
from jarvisd.audio.adapters.echo.speexdsp import SpeexDsp, SpeexResampler
from jarvisd.audio.own_voice.echo_stage import power
from jarvisd.audio.own_voice.live_echo import EchoEngines, LiveEcho
from jarvisd.core.pcm import CHUNK_BYTES, CHUNK_MS, SAMPLE_RATE_HZ, AudioChunk
from jarvisd.core.played_ring import RING_BYTES, PlayedBlock, PlayedRingReader, PlayedRingWriter
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.tasks import Tasks
from jarvisd.runtime.workers import Workers
from tests.ports.test_echo_canceller import FIGURE_DB, Sound, in_a_room, pcm_of, voice

VOICE_HZ = 22_050
BLOCK_US = 40_000
DEVICE_US = 130_000
"""How much later than it was reckoned the loudspeaker sounds."""
BEGAN_US = 50_000_000


def at_rate(sound: Sound, rate_hz: int) -> Sound:
    """The same sound of whole seconds, exactly, at another rate."""
    spectrum = np.fft.rfft(sound)
    count = len(sound) * rate_hz // SAMPLE_RATE_HZ
    return np.asarray(np.fft.irfft(spectrum, count) * rate_hz / SAMPLE_RATE_HZ)


@pytest.mark.parametrize("rate_hz", [8000, 16_000, 22_050, 44_100, 48_000])
def test_sound_of_each_rate_is_laid_out_exactly(rate_hz: int) -> None:
    """A tone that the ear and the voice both have stays where it is."""
    tone = 8000 * np.sin(2 * np.pi * 1000 / rate_hz * np.arange(rate_hz))
    resampler, pcm = SpeexResampler(), pcm_of(tone)
    resampler.begin(rate_hz)
    block = rate_hz * 40 // 1000 * 2
    made = np.frombuffer(b"".join(resampler.take(pcm[at : at + block]) for at in range(0, len(pcm), block)), "<i2")
    assert SAMPLE_RATE_HZ - 160 <= len(made) <= SAMPLE_RATE_HZ
    wanted = 8000 * np.sin(2 * np.pi * 1000 / SAMPLE_RATE_HZ * np.arange(len(made)))
    assert np.abs(made[200:-200] - wanted[200:-200]).max() < 80


def test_what_the_ear_does_not_have_is_not_folded_into_what_it_has() -> None:
    resampler = SpeexResampler()
    resampler.begin(VOICE_HZ)
    high = pcm_of(8000 * np.sin(2 * np.pi * 9500 / VOICE_HZ * np.arange(VOICE_HZ)))
    assert power(resampler.take(high)[400:]) < power(high) / 10**4


class Room:
    """A voice that shares what it plays, and a microphone that hears it; drives the ear in no time at all."""

    def __init__(self, echo: LiveEcho, ring: PlayedRingWriter, chance: random.Random) -> None:
        self._echo = echo
        self._ring = ring
        self._chance = chance
        self._stream = 0

    async def play(self, played: Sound, taken: Sound, began_us: int, late_us: int = 0) -> None:
        """``played`` is shared just ahead of ``taken``, the voice's times being ``late_us`` too late."""
        pcm, near = pcm_of(at_rate(played, VOICE_HZ)) if len(played) else b"", pcm_of(taken)
        block = VOICE_HZ * 40 // 1000 * 2
        self._stream += 1
        given = 0
        for start in range(0, len(near) - CHUNK_BYTES + 1, CHUNK_BYTES):
            now_us = began_us + start // CHUNK_BYTES * CHUNK_MS * 1000
            while given * block < len(pcm) and given * BLOCK_US <= now_us - began_us + 240_000:
                told_us = began_us + given * BLOCK_US + late_us
                piece = pcm[given * block : (given + 1) * block]
                self._ring.write(PlayedBlock(piece, VOICE_HZ, told_us, self._stream))
                given += 1
            # A thread has its turn at once or later.
            chunk = AudioChunk(near[start : start + CHUNK_BYTES], now_us + self._chance.choice((0, 0, 0, 30_000)))
            await self._echo.hear(chunk)


class Kept:
    """What listens behind the canceller."""

    def __init__(self) -> None:
        self.pcm = b""

    async def hear(self, chunk: AudioChunk) -> None:
        self.pcm += chunk.pcm


@asynccontextmanager
async def room(kept: Kept, seed: int = 1) -> AsyncIterator[tuple[Room, LiveEcho]]:
    memory, workers, tasks = bytearray(RING_BYTES), Workers(), Tasks()
    ring = PlayedRingWriter(memory)
    engines = EchoEngines(SpeexDsp, PhaseCorrelation, SpeexResampler, lambda _: PlayedRingReader(memory))
    echo = LiveEcho(engines, on_chunk=kept.hear, workers=workers, parts=Parts(), tasks=tasks)
    await echo.component.open()
    echo.share(0)
    try:
        yield Room(echo, ring, random.Random(seed)), echo
    finally:
        await tasks.cancel_all()
        workers.close()


def late(sound: Sound, lag: int, level_db: float) -> Sound:
    return in_a_room(np.concatenate([sound, np.zeros(2 * SAMPLE_RATE_HZ)]), lag, level_db)


def reduction_db(before: Sound, after: bytes, since_s: float, until_s: float) -> float:
    first, last = (round(second * SAMPLE_RATE_HZ) for second in (since_s, until_s))
    return 10 * math.log10(power(pcm_of(before[first:last])) / power(after[2 * first : 2 * last]))


async def test_each_utterance_is_taken_out_though_its_times_are_only_about_right() -> None:
    """Also its first seconds: the lag is found anew, and the room is learnt once more from what was heard."""
    kept, began_us = Kept(), BEGAN_US
    lag = DEVICE_US * SAMPLE_RATE_HZ // 1_000_000
    async with room(kept) as (living, echo):
        for seed, late_us in ((11, 0), (12, 4000)):
            taken = late(voice(4, seed), lag, -8.0)
            before = len(kept.pcm)
            await living.play(voice(4, seed), taken, began_us, late_us)
            began_us += (len(kept.pcm) - before) // CHUNK_BYTES * CHUNK_MS * 1000
            assert reduction_db(taken, kept.pcm[before:], 1, 4) >= FIGURE_DB
        counts = echo.counts
    assert (counts.blocks, counts.breaks, counts.missed, counts.bypassed) == (200, 2, 0, 0)
    # Of all its chunks, those of the first second among them.
    assert counts.reduction_db >= 10
    assert counts.cleaned == len(kept.pcm) // CHUNK_BYTES


async def test_while_nothing_is_played_the_sound_is_not_touched() -> None:
    kept = Kept()
    other = voice(5, 14)
    async with room(kept) as (living, echo):
        await living.play(np.zeros(0), other, BEGAN_US)
        assert (kept.pcm, echo.counts.cleaned) == (pcm_of(other)[: len(kept.pcm)], 0)
        await living.play(voice(1, 15), late(voice(1, 15), 2000, -8.0), BEGAN_US + 5_040_000)
        cleaned = echo.counts.cleaned
        assert cleaned > 0
        kept.pcm = b""
        await living.play(np.zeros(0), other, BEGAN_US + 12_000_000)
    assert (kept.pcm, echo.counts.cleaned) == (pcm_of(other)[: len(kept.pcm)], cleaned)
