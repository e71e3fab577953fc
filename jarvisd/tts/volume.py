"""How loudly the voice speaks, in percent of what the loudspeaker gives.

A percent is one of loudness as it is heard: by Stevens's power law for sound (S. S. Stevens, 1955) loudness grows
with the amplitude to the power of 0.6, so half as loud is a third of the amplitude.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from jarvisd.core.errors import JarvisError, RequestError
from jarvisd.tts.ports import VolumeStore
from jarvisd.tts.queue import Priority

logger = logging.getLogger(__name__)

FULL_PERCENT = 100
QUESTION_PERCENT = 20
"""Chosen: questions are never put more quietly, since what nobody hears cannot be agreed to (A10)."""
ALERT_PERCENT = 40
"""Chosen: a bell that nobody hears is none; who wants it quieter tells the loudspeaker."""
SLOWEST_PERCENT, FASTEST_PERCENT = 55, 175
"""Chosen: beyond them speech of Piper is hard to follow."""
LONGEST_DUCK_US = 8_000_000
"""Chosen: longer than the ear tells of one voice. Nothing that it takes for one keeps us quiet for longer."""
LOUDNESS_EXPONENT = 0.6
"""Of amplitude, by Stevens's power law."""


class Ducking:
    """Speaking more quietly while somebody talks over it. Pure; ``by_db`` tells by how much, 0 is not at all."""

    def __init__(self, by_db: Callable[[], float], now_us: Callable[[], int]) -> None:
        self._by_db = by_db
        self._now_us = now_us
        self._since_us: int | None = None

    def talked_over(self, is_speaking: bool) -> None:
        """Somebody begins to speak while we do, or does no longer; what lasts too long has to end first."""
        if not is_speaking:
            self._since_us = None
        elif self._since_us is None:
            self._since_us = self._now_us()

    def factor(self) -> float:
        """For the amplitude now; 1 where nobody speaks, or has for too long."""
        if self._since_us is None or self._now_us() - self._since_us > LONGEST_DUCK_US:
            return 1.0
        return float(10 ** (-self._by_db() / 20))


class Volume:
    """The volume, kept over restarts as far as the disk lets it. ``most_percent`` is the highest now, at night.

    ``ducked`` is a further factor, for what may be more quiet than it is set.
    """

    def __init__(
        self,
        store: VolumeStore,
        most_percent: Callable[[], int] = lambda: FULL_PERCENT,
        ducked: Callable[[], float] = lambda: 1.0,
    ) -> None:
        self._store = store
        self._most_percent = most_percent
        self._ducked = ducked
        self._percent = FULL_PERCENT

    @property
    def percent(self) -> int:
        """The volume as it is now, 0 to 100."""
        return self._percent

    async def restore(self) -> None:
        """Take over what was kept; without it, or with what is no volume, it stays full."""
        kept = await self._store.load()
        if kept is not None and 0 <= kept <= FULL_PERCENT:
            self._percent = kept

    async def set(self, percent: int) -> int:
        """Speak so loudly from the next piece of sound on, and return the volume. Raises INVALID_REQUEST."""
        if not 0 <= percent <= FULL_PERCENT:
            raise RequestError("a volume is 0 to 100 percent")
        self._percent = percent
        try:
            await self._store.save(percent)
        except JarvisError as error:
            # It is as loud as was asked for; that it will not be after a restart is for the log.
            logger.warning("volume not kept code=%s detail=%s", error.code, error.message)
        return self._percent

    async def change(self, by_percent: int) -> int:
        """Louder or quieter by so much, at most to its bounds, and return the volume. 0 changes nothing."""
        wanted = max(0, min(FULL_PERCENT, self._percent + by_percent))
        return await self.set(wanted) if wanted != self._percent else self._percent

    def gain(self, priority: Priority = Priority.REPLY, *, is_question: bool = False) -> float:
        """The factor for samples, 0 to 1. Questions are never ducked: an answer to them is no interruption."""
        percent = min(self._percent, self._most_percent())
        if is_question:
            return _amplitude(max(percent, QUESTION_PERCENT))
        ducked = _amplitude(percent) * self._ducked()
        return max(ducked, _amplitude(ALERT_PERCENT)) if priority is Priority.ALERT else ducked


def _amplitude(percent: int) -> float:
    return float((percent / FULL_PERCENT) ** (1 / LOUDNESS_EXPONENT))


class Speed:
    """How fast it speaks, in percent of the setting, kept over restarts as far as the disk lets it.

    ``apply`` is told of every change.
    """

    def __init__(self, store: VolumeStore, apply: Callable[[int], None]) -> None:
        self._store = store
        self._apply = apply
        self.percent = FULL_PERCENT
        """As it is now."""

    async def restore(self) -> None:
        """Take over what was kept; without it, or with what is no speed, it stays as it is set."""
        kept = await self._store.load()
        if kept is not None and SLOWEST_PERCENT <= kept <= FASTEST_PERCENT:
            self.percent = kept
            self._apply(kept)

    async def change(self, by_percent: int) -> int:
        """Faster or slower by so much, at most to its bounds, and return the speed. 0 changes nothing."""
        wanted = max(SLOWEST_PERCENT, min(FASTEST_PERCENT, self.percent + by_percent))
        if wanted != self.percent:
            self.percent = wanted
            self._apply(wanted)
            try:
                await self._store.save(wanted)
            except JarvisError as error:
                logger.warning("speed not kept code=%s detail=%s", error.code, error.message)
        return self.percent


def are_quiet(hour: int, begin: int, end: int) -> bool:
    """Whether the hour of the day lies from ``begin`` until ``end``, over midnight where that comes first.

    It never does where both are the same.
    """
    if begin <= end:
        return begin <= hour < end
    return hour >= begin or hour < end
