"""Scripted speech: a synthesizer whose sound is known and a speaker that remembers what was heard.

As engines of a real daemon: ``tests.fakes.tts:synthesizer`` and ``tests.fakes.tts:speaker``.
"""

from __future__ import annotations

import asyncio
import struct
import zlib
from collections.abc import Callable

import numpy as np

from jarvisd.bus.signals.tts import ClauseStarted, SpeakingFinished, SpeakingStarted
from jarvisd.config.schema import Tts
from jarvisd.core.clock import Clock, SystemClock
from jarvisd.core.errors import JarvisError
from jarvisd.core.pcm import BYTES_PER_SAMPLE, bytes_for_ms, duration_ms
from jarvisd.runtime.service import Runtime
from jarvisd.tts.events import Event
from jarvisd.tts.normalization import has_words
from jarvisd.tts.ports import QUEUED_MS, Speech
from tests.fakes.forgetful import Nothing

RATE_HZ = 16_000
WORD_MS = 80
LOUD = 8000


def sound_of(text: str) -> bytes:
    """80 ms of a loud 500 Hz square wave for each word."""
    if not has_words(text):
        return b""
    samples = RATE_HZ * WORD_MS // 1000 * len(text.split())
    period = [LOUD] * 16 + [-LOUD] * 16
    return struct.pack(f"<{len(period)}h", *period) * (samples // len(period))


def babble_of(text: str) -> bytes:
    """80 ms for each word of a noise with syllables, of which no two pieces are alike."""
    count = RATE_HZ * WORD_MS // 1000 * len(text.split())
    chance = np.random.default_rng(zlib.crc32(text.encode()))
    coloured = np.convolve(chance.normal(size=count), 0.85 ** np.arange(40), "same")
    syllables = 0.3 + 0.7 * np.sin(2 * np.pi * 3.1 / RATE_HZ * np.arange(count)) ** 2
    return bytes((2500 * coloured * syllables).clip(-30_000, 30_000).astype("<i2").tobytes())


class KeptVolume:
    """Keeps a volume in memory. ``failure`` is raised while set."""

    def __init__(self, percent: int | None = None) -> None:
        self.percent = percent
        self.failure: JarvisError | None = None

    async def load(self) -> int | None:
        return self.percent

    async def save(self, percent: int) -> None:
        if self.failure is not None:
            raise self.failure
        self.percent = percent


class ScriptedSynthesizer:
    """Makes :func:`sound_of` the text. ``failure`` is raised while set; a clear ``gate`` holds up every chunk."""

    engine = "scripted synthesizer"

    def __init__(self, sound: Callable[[str], bytes] = sound_of) -> None:
        self._sound = sound
        self.failure: JarvisError | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.texts: list[str] = []
        """What was begun."""
        self.made: list[str] = []
        """What was brought to an end."""
        self.loads = 0

    def reconfigure(self, settings: Tts) -> None:
        return None

    async def load(self) -> None:
        self.loads += 1
        self._fail_if_scripted()

    async def synthesize(self, text: str) -> Speech:
        self.texts.append(text)
        await self.gate.wait()
        self._fail_if_scripted()
        self.made.append(text)
        return Speech(self._sound(text), RATE_HZ)

    async def close(self) -> None:
        return None

    def _fail_if_scripted(self) -> None:
        if self.failure is not None:
            raise self.failure


class ScriptedSpeaker:
    """Remembers in ``heard`` what each utterance sounded like.

    With a ``clock`` it paces like a device; without, sound takes no time, and while ``gate`` is clear the device
    takes no block. ``failure`` is raised while set.
    """

    engine = "scripted speaker"

    def __init__(self, clock: Clock | None = None) -> None:
        self.failure: JarvisError | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.heard: dict[str, bytes] = {}
        self.stops = 0
        self.abandoned = 0
        self.never_stops = False
        self._clock = clock
        self._utterance = ""
        self._rate_hz = RATE_HZ
        self._ends_us = 0

    async def check(self) -> None:
        self._fail_if_scripted()

    async def begin(self, utterance_id: str, rate_hz: int) -> None:
        self._fail_if_scripted()
        if self._clock is not None:
            # A daemon that talks for hours.
            self.heard.clear()
        self.heard[utterance_id] = b""
        self._utterance, self._rate_hz = utterance_id, rate_hz
        self._ends_us = self._now_us()

    async def write(self, pcm: bytes) -> None:
        await self.gate.wait()
        self._fail_if_scripted()
        self.heard[self._utterance] += pcm
        if self._clock is not None:
            self._ends_us = max(self._ends_us, self._now_us()) + round(duration_ms(pcm, self._rate_hz) * 1000)
        await self._until(self._ends_us - QUEUED_MS * 1000)

    async def finish(self) -> None:
        await self._until(self._ends_us)
        self._utterance = ""

    async def stop(self) -> None:
        self.stops += 1
        if self.never_stops:
            await asyncio.Event().wait()
        if self._utterance:
            left = bytes_for_ms(max(0, self._ends_us - self._now_us()) / 1000, self._rate_hz)
            self.heard[self._utterance] = self.heard[self._utterance][: -left or None]
            self._utterance = ""

    def abandon(self) -> None:
        self.abandoned += 1
        self.gate.set()
        self._utterance = ""

    async def _until(self, at_us: int) -> None:
        # The machine's clock wakes waiters; a scripted one would have to be told.
        reached = asyncio.Event()
        delay_s = max(0, at_us - self._now_us()) / 1e6
        asyncio.get_running_loop().call_later(delay_s, reached.set)
        await reached.wait()

    def _now_us(self) -> int:
        return self._clock.monotonic_us() if self._clock is not None else self._ends_us

    def _fail_if_scripted(self) -> None:
        if self.failure is not None:
            raise self.failure


class Log:
    """Remembers what the voice tells, and wakes who waits for an end or a start."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str, int, bool]] = []
        self.clauses: list[ClauseStarted] = []
        self._changed = asyncio.Event()

    def take(self, event: Event) -> None:
        match event:
            case SpeakingStarted():
                self.events.append(("started", event.utterance_id, event.at_us, True))
            case ClauseStarted():
                self.clauses.append(event)
            case SpeakingFinished():
                self.events.append(("finished", event.utterance_id, event.at_us, event.completed))
        self._changed.set()

    async def until(self, kind: str, utterance_id: str, timeout_s: float = 60) -> tuple[int, bool]:
        """Time and completeness of an event, past or to come."""
        return await asyncio.wait_for(self._until(kind, utterance_id), timeout_s)

    async def _until(self, kind: str, utterance_id: str) -> tuple[int, bool]:
        while True:
            for found, name, at_us, completed in self.events:
                if (found, name) == (kind, utterance_id):
                    return at_us, completed
            self._changed.clear()
            await self._changed.wait()


def babbler(runtime: Runtime) -> ScriptedSynthesizer:
    """For ``tts.engine``, where it matters what speech is like."""
    return synthesizer(runtime, babble_of)


def synthesizer(runtime: Runtime, sound: Callable[[str], bytes] = sound_of) -> ScriptedSynthesizer:
    """For ``tts.engine``."""
    made = ScriptedSynthesizer(sound)
    made.texts, made.made = Nothing(), Nothing()
    return made


def speaker(runtime: Runtime) -> ScriptedSpeaker:
    """For ``tts.speaker``: paced in real time."""
    return ScriptedSpeaker(SystemClock())


def samples(pcm: bytes) -> int:
    """How many samples ``pcm`` has."""
    return len(pcm) // BYTES_PER_SAMPLE
