"""Scripted ears. Sound carries its own words: the lowest bits of the samples spell the text that is "spoken".

As engines of a real daemon: ``tests.fakes.audio:microphone``, ``:wake``, ``:turns`` and ``:transcriber``. The file
microphone keeps every bit, so they also work behind it; the buzz passes for speech with webrtcvad.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator

import numpy as np

from jarvisd.audio.ports import Transcription
from jarvisd.audio.turn.mute import Mute
from jarvisd.core.errors import JarvisError
from jarvisd.core.pcm import CHUNK_BYTES, CHUNK_MS, SAMPLE_RATE_HZ, AudioChunk, bytes_for_ms
from jarvisd.runtime.service import Runtime
from tests.fakes.forgetful import Nothing

MAGIC = "1010011011000101"
LOUD = 300
MEMORY_BYTES = bytes_for_ms(2400)


def silence(length_ms: float) -> bytes:
    """Nothing."""
    return bytes(bytes_for_ms(length_ms))


def spoken(text: str, length_ms: float = 800) -> bytes:
    """A voice-like buzz that says ``text``, a whole number of 20 ms frames."""
    count = SAMPLE_RATE_HZ * math.ceil(length_ms / 20) * 20 // 1000
    time_s = np.arange(count) / SAMPLE_RATE_HZ
    tones = sum(np.sin(2 * np.pi * 130 * n * time_s) / math.sqrt(n) for n in range(1, 24))
    samples = (3000 * tones * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * time_s))).astype("<i2")
    return code_of(text, samples.tobytes())


def code_of(text: str, pcm: bytes) -> bytes:
    """``pcm``, which sounds as before, saying ``text``."""
    samples = np.frombuffer(pcm, "<i2") & ~1
    code = text.encode()
    bits = MAGIC + f"{len(code):016b}" + "".join(f"{byte:08b}" for byte in code)
    samples[: len(bits)] |= np.array([int(bit) for bit in bits], dtype="<i2")
    return samples.tobytes()


def words_in(pcm: bytes) -> list[str]:
    """The texts whose whole code is in ``pcm``."""
    samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2")
    bits = ((samples & 1).astype(np.uint8) + ord("0")).tobytes().decode()
    texts: list[str] = []
    at = bits.find(MAGIC)
    while at >= 0:
        start = at + len(MAGIC) + 16
        length = int(bits[at + len(MAGIC) : start] or "0", 2)
        code = bits[start : start + 8 * length]
        if length and len(code) == 8 * length:
            texts.append(bytes(int(code[i : i + 8], 2) for i in range(0, len(code), 8)).decode(errors="replace"))
            at = start + len(code)
        at = bits.find(MAGIC, at + 1)
    return texts


def chunks_of(pcm: bytes, began_us: int = 0) -> list[AudioChunk]:
    """``pcm`` as a microphone would deliver it; the last chunk is filled up with silence."""
    return [
        AudioChunk(pcm[start : start + CHUNK_BYTES].ljust(CHUNK_BYTES, b"\0"), began_us + number * CHUNK_MS * 1000)
        for number, start in enumerate(range(0, len(pcm), CHUNK_BYTES))
    ]


class ScriptedMicrophone:
    """Delivers what is put into it, then silence, in real time. ``failure`` is raised while set."""

    engine = "scripted microphone"
    gives_zeros = True

    def __init__(self) -> None:
        self.failure: JarvisError | None = None
        self.opened = 0
        self.closed = 0
        self._sound = b""

    def speak(self, pcm: bytes) -> None:
        """Say ``pcm`` next."""
        self._sound += pcm

    async def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        loop = asyncio.get_running_loop()
        self._fail_if_scripted()
        self.opened += 1
        began_us = round(loop.time() * 1e6)
        try:
            while True:
                due_s = (began_us + CHUNK_MS * 1000) / 1e6
                await asyncio.sleep(max(0.0, due_s - loop.time()))
                self._fail_if_scripted()
                pcm, self._sound = self._sound[:CHUNK_BYTES], self._sound[CHUNK_BYTES:]
                yield AudioChunk(pcm.ljust(CHUNK_BYTES, b"\0"), began_us)
                began_us += CHUNK_MS * 1000
        finally:
            self.closed += 1

    def _fail_if_scripted(self) -> None:
        if self.failure is not None:
            raise self.failure


class ScriptedWake:
    """Scores ``sureness`` once for every ``calls`` that it hears. ``failure`` is raised by ``load`` while set."""

    engine = "scripted wake"
    needs_verification = False

    def __init__(self) -> None:
        self.failure: JarvisError | None = None
        self.scored = 0
        self.calls, self.sureness = "hey jarvis", 0.985
        self._memory = b""

    def load(self) -> None:
        if self.failure is not None:
            raise self.failure

    def score(self, pcm: bytes) -> float:
        self.scored += 1
        before = self._calls()
        self._memory = (self._memory + pcm)[-MEMORY_BYTES:]
        return self.sureness if self._calls() > before else 0.02

    def reset(self) -> None:
        self._memory = b""

    def _calls(self) -> int:
        return sum(text.lower().startswith(self.calls) for text in words_in(self._memory))


class ScriptedVad:
    """Whatever is not quiet is speech."""

    engine = "scripted vad"

    def load(self) -> None:
        return None

    def is_speech(self, frame: bytes) -> bool:
        return bool(np.abs(np.frombuffer(frame, "<i2").astype(int)).max(initial=0) > LOUD)

    def may_be_speech(self, frame: bytes) -> bool:
        return self.is_speech(frame)


class ScriptedTurns:
    """Whoever's last text ends in "..." goes on, in "?" may; anybody else has finished. ``failure`` is raised."""

    engine = "scripted turns"

    def __init__(self) -> None:
        self.failure: JarvisError | None = None
        self.asked: list[str] = []

    def load(self) -> None:
        if self.failure is not None:
            raise self.failure

    def finished(self, pcm: bytes) -> float:
        if self.failure is not None:
            raise self.failure
        text = " ".join(words_in(pcm[-bytes_for_ms(8000) :]))
        self.asked.append(text)
        if text.endswith("..."):
            return 0.02
        return 0.6 if text.endswith("?") else 0.98


class ScriptedTranscriber:
    """Reads what the sound spells. ``failure`` is raised while set, by ``load`` too; the lists remember calls."""

    engine = "scripted transcriber"

    def __init__(self) -> None:
        self.failure: JarvisError | None = None
        self.heard: list[str] = []
        self.examples: list[str] = []

    def load(self) -> None:
        if self.failure is not None:
            raise self.failure

    def transcribe(self, pcm: bytes, example: str = "") -> Transcription:
        if self.failure is not None:
            raise self.failure
        text = " ".join(words_in(pcm))
        self.heard.append(text)
        self.examples.append(example)
        return Transcription(text, 0.9 if text else 0.0)


class KeptMuteState:
    """A :class:`~jarvisd.audio.ports.MuteStore` in memory. ``failure`` is raised by ``save`` while set."""

    def __init__(self, kept: Mute | None = None) -> None:
        self.kept = kept
        self.failure: JarvisError | None = None

    async def load(self) -> Mute | None:
        return self.kept

    async def save(self, mute: Mute) -> None:
        if self.failure is not None:
            raise self.failure
        self.kept = mute


def microphone(runtime: Runtime) -> ScriptedMicrophone:
    """Factory for ``audio.microphone``."""
    return ScriptedMicrophone()


def wake(runtime: Runtime) -> ScriptedWake:
    """Factory for ``wake.engine``."""
    return ScriptedWake()


def transcriber(runtime: Runtime) -> ScriptedTranscriber:
    """Factory for ``stt.engine``."""
    made = ScriptedTranscriber()
    made.heard, made.examples = Nothing(), Nothing()
    return made


def turns(runtime: Runtime) -> ScriptedTurns:
    """Factory for ``endpoint.turn_engine``."""
    made = ScriptedTurns()
    made.asked = Nothing()
    return made
