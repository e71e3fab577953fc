"""How loudly the voice speaks, in percent of what the loudspeaker gives.

A percent is one of loudness as it is heard: by Stevens's power law for sound (S. S. Stevens, 1955) loudness grows
with the amplitude to the power of 0.6, so half as loud is a third of the amplitude.
"""

from __future__ import annotations

import logging

from jarvisd.core.errors import JarvisError, RequestError
from jarvisd.tts.ports import VolumeStore

logger = logging.getLogger(__name__)

FULL_PERCENT = 100
QUESTION_PERCENT = 20
"""Chosen: questions are never put more quietly, since what nobody hears cannot be agreed to (A10)."""
LOUDNESS_EXPONENT = 0.6
"""Of amplitude, by Stevens's power law."""


class Volume:
    """The volume, kept over restarts as far as the disk lets it."""

    def __init__(self, store: VolumeStore) -> None:
        self._store = store
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

    def gain(self, *, is_question: bool = False) -> float:
        """The factor for samples, 0 to 1."""
        percent = max(self._percent, QUESTION_PERCENT) if is_question else self._percent
        return float((percent / FULL_PERCENT) ** (1 / LOUDNESS_EXPONENT))
