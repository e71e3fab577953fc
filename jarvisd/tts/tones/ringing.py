"""What rings: rounds of tones with words in between, until somebody comes or nobody is likely to any more.

A ring is put out as alerts, one peal after the other: everything else gives way, except questions for consent,
which have the voice to themselves. Between two peals what gave way goes on. While somebody speaks to us it is
silent: the ear hears nothing over a bell.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from jarvisd.bus.signals.tts import RingingEnded
from jarvisd.core.clock import Clock
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.core.timeout import within
from jarvisd.tts.queue import Chunk, Priority
from jarvisd.tts.tones.ring import Ring, peal
from jarvisd.tts.voice import Sounding

logger = logging.getLogger(__name__)

AGAIN_S = 2.0
"""Chosen: after so long a loudspeaker that did not take a tone is tried again, so one that comes back rings."""
HELD_S = 30.0
"""Chosen: whoever spoke to us and was answered is done by then, or the end of it was never told."""
LET_S = 20.0
"""Chosen: what gave way may go on for so long before the next peal; most replies are over by then."""
LONGEST_S = 3600.0
"""Chosen: no bell is for longer."""
RINGS_LIMIT = 50
"""As many as there can be timers."""


class RingingVoice(Protocol):
    """The voice, as far as it rings."""

    async def sound(self, chunks: tuple[Chunk, ...], priority: Priority) -> Sounding:
        """Queue sound or clauses; raises why they cannot be put out."""
        ...

    @property
    def is_busy(self) -> bool:
        """Whether anything is spoken or waits to be, or a question has the voice."""
        ...

    async def drop(self, name: str) -> None:
        """End what was queued, and return when it is silent."""
        ...


class Ringing:
    """What rings now. :meth:`ring_next` is its loop.

    ``said`` makes clauses of a text, or raises INVALID_REQUEST.
    """

    def __init__(
        self,
        voice: RingingVoice,
        *,
        clock: Clock,
        said: Callable[[str], tuple[str, ...]],
        emit: Callable[[RingingEnded], None],
    ) -> None:
        self._voice = voice
        self._clock = clock
        self._said = said
        self._emit = emit
        self._rings: dict[str, Ring] = {}
        self._sounding = ""
        self._held_until_us = 0
        self._changed = asyncio.Event()

    @property
    def ids(self) -> list[str]:
        """What rings, the first one first."""
        return list(self._rings)

    def ring(self, ring_id: str, text: str, limit_s: float) -> None:
        """Ring for at most ``limit_s``, with ``text`` said in between. One that rings already goes on with these.

        Raises INVALID_REQUEST, BUSY.
        """
        self._said(text)
        if not ring_id or not 0 < limit_s <= LONGEST_S:
            raise RequestError("a ring needs an id, and lasts a second to an hour")
        if len(self._rings) >= RINGS_LIMIT and ring_id not in self._rings:
            raise RequestError(f"{RINGS_LIMIT} things ring already", code=ErrorCode.BUSY)
        now_us = self._clock.monotonic_us()
        known = self._rings.get(ring_id)
        began_us = known.began_us if known is not None else now_us
        self._rings[ring_id] = Ring(ring_id, text, began_us, now_us + round(limit_s * 1e6))
        self._changed.set()

    async def stop(self, ring_id: str = "") -> None:
        """End one, or everything that rings, and return when it is silent; what does not ring is left alone."""
        for name in [ring_id] if ring_id else list(self._rings):
            self._end(name, "stopped")
        if not self._rings:
            await self._voice.drop(self._sounding)

    async def forget(self) -> None:
        """End everything that rings without a word: whoever wanted it is gone."""
        self._rings.clear()
        await self._voice.drop(self._sounding)

    async def hold(self) -> None:
        """Be silent while somebody speaks to us, until :meth:`go_on`, or half a minute at most."""
        self._held_until_us = self._clock.monotonic_us() + round(HELD_S * 1e6)
        if self._rings:
            await self._voice.drop(self._sounding)

    def go_on(self) -> None:
        """Whoever spoke to us has been answered."""
        self._held_until_us = 0
        self._changed.set()

    async def ring_next(self) -> None:
        """Wait for something that rings, and put out one peal of it."""
        self._changed.clear()
        now_us = self._clock.monotonic_us()
        for ring in list(self._rings.values()):
            if ring.ends_us <= now_us:
                self._end(ring.id, "unheard")
        if not self._rings:
            await self._changed.wait()
        elif now_us < self._held_until_us:
            await self._wait((self._held_until_us - now_us) / 1e6)
        else:
            await self._peal(now_us)
            await self._let_others()

    async def _peal(self, now_us: int) -> None:
        """Put out what rings once; broken off when it is stopped or held."""
        began_us = min(ring.began_us for ring in self._rings.values())
        words = tuple(chunk for ring in self._rings.values() for chunk in self._said(ring.text))
        try:
            sounding = await self._voice.sound(peal(words, (now_us - began_us) / 1e6), Priority.ALERT)
            self._sounding = sounding.id
            await sounding.ended
        except JarvisError as error:
            if error.code is not ErrorCode.CANCELLED:
                logger.warning("cannot ring code=%s detail=%s", error.code, error.message)
                await self._wait(AGAIN_S)
        finally:
            self._sounding = ""

    async def _let_others(self) -> None:
        """Let speak what gave way, for a while."""
        if not self._voice.is_busy:
            return
        last = await self._voice.sound((), Priority.CHATTER)
        try:
            await within(asyncio.shield(last.ended), LET_S)
        except (asyncio.TimeoutError, JarvisError):
            await self._voice.drop(last.id)

    async def _wait(self, seconds: float) -> None:
        try:
            await within(self._changed.wait(), seconds)
        except asyncio.TimeoutError:
            return

    def _end(self, ring_id: str, reason: str) -> None:
        if self._rings.pop(ring_id, None) is not None:
            self._changed.set()
            self._emit(RingingEnded("", self._clock.monotonic_us(), ring_id, reason))
