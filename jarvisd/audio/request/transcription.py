"""The transcriber as the ear uses it: off the event loop, timed, watched, failing with why it is not ready."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from jarvisd.audio.ports import Transcriber, TranscriberApart, Transcription
from jarvisd.core.pcm import duration_ms
from jarvisd.runtime.component import Component
from jarvisd.runtime.heartbeat import Heartbeat
from jarvisd.runtime.workers import Workers

GRACE_S = 2.0
"""Chosen: so much sooner does a process of its own end that takes too long than the unit that waits for it."""


class TranscriptionWorker:
    """Transcribes one piece of sound after another; one that takes longer than ``limit_s`` is stuck.

    ``on_decoded`` hears of each how long the sound was and how long it took, in seconds.
    """

    def __init__(
        self,
        transcriber: Component[Transcriber],
        workers: Workers,
        heartbeat: Heartbeat,
        limit_s: float,
        on_decoded: Callable[[float, float], None] = lambda sound_s, took_s: None,
    ) -> None:
        self._transcriber = transcriber
        self._workers = workers
        self._heartbeat = heartbeat
        self.limit_s = limit_s
        self._on_decoded = on_decoded

    @property
    def engine(self) -> str:
        """Name of the transcriber; empty while there is none."""
        transcriber = self._transcriber.now
        return transcriber.engine if transcriber is not None else ""

    async def ready(self) -> None:
        """Wait until the model is loaded; raises what keeps it from that."""
        await self._transcriber.wait()

    async def decode(self, pcm: bytes, example: str = "") -> Transcription:
        """The words in ``pcm``, which may be like ``example``, without space around them, and how long they took.

        Waits for the model while it loads, raises what keeps it from loading. Cancelling takes the work off the
        queue; what had begun ends unheard, and sooner where the transcriber can be told.
        """
        transcriber = await self._transcriber.wait()
        order = _Order(transcriber)
        with self._heartbeat.working(self.limit_s + GRACE_S):
            try:
                said = await self._workers.run(self._transcriber.part, order.fill, pcm, example)
            except asyncio.CancelledError:
                order.give_up()
                raise
        self._on_decoded(duration_ms(pcm) / 1000, said.took_ms / 1000)
        return said


class _Order:
    """One piece of work in the lane, which may be given up from the loop; never another one in its place."""

    def __init__(self, transcriber: Transcriber) -> None:
        self._transcriber = transcriber
        self._lock = threading.Lock()
        self._is_under_way = False

    def fill(self, pcm: bytes, example: str) -> Transcription:
        """Transcribe; how long that took is part of the result."""
        began_s = time.perf_counter()
        self._set_under_way(True)
        try:
            result = self._transcriber.transcribe(pcm, example)
        finally:
            self._set_under_way(False)
        return replace(result, text=result.text.strip(), took_ms=(time.perf_counter() - began_s) * 1000)

    def give_up(self) -> None:
        """Nobody wants the result."""
        with self._lock:
            if self._is_under_way:
                give_up(self._transcriber)

    def _set_under_way(self, is_under_way: bool) -> None:
        with self._lock:
            self._is_under_way = is_under_way


async def attend(transcriber: Transcriber) -> None:
    """Return never; raises EngineError when the transcriber's own process has ended, if it has one."""
    if isinstance(transcriber, TranscriberApart):
        await transcriber.attend()
    await asyncio.Event().wait()


def give_up(transcriber: Transcriber) -> None:
    """Let it end what nobody wants, if it can."""
    if isinstance(transcriber, TranscriberApart):
        transcriber.give_up()


def release(transcriber: Transcriber) -> None:
    """End the transcriber's own process, if it has one."""
    if isinstance(transcriber, TranscriberApart):
        transcriber.close()
