"""A synthesizer that makes the sound of a fixed phrase once and keeps it.

Only phrases of the language itself are kept, never what anybody said or asked: the set is closed when the unit is
built. What the sound depends on, the voice and its settings, is in the key, so that another voice finds nothing.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Collection
from typing import Protocol

from jarvisd.config.voice import Tts
from jarvisd.core.errors import JarvisError
from jarvisd.tts.ports import Speech, Synthesizer

logger = logging.getLogger(__name__)


class PhraseStore(Protocol):
    """Keeps sound by key, a bounded amount, over restarts."""

    async def load(self, name: str) -> Speech | None:
        """What is kept; ``None`` where there is nothing, or nothing that can be trusted."""
        ...

    async def save(self, name: str, speech: Speech) -> None:
        """Keep it; raises JarvisError when that fails."""
        ...


class CachedSynthesizer:
    """``inner``, with the sound of ``phrases`` from the store; ``voice`` tells one voice from another."""

    def __init__(
        self,
        inner: Synthesizer,
        store: PhraseStore,
        phrases: Collection[str],
        settings: Tts,
        voice: Callable[[], str],
    ) -> None:
        self._inner = inner
        self._store = store
        self._phrases = frozenset(phrases)
        self._settings = settings
        self._voice = voice

    @property
    def engine(self) -> str:
        """Of the inner one."""
        return self._inner.engine

    def reconfigure(self, settings: Tts) -> None:
        """Speak with another volume and speed, and have other keys, from the next chunk on."""
        self._settings = settings
        self._inner.reconfigure(settings)

    async def load(self) -> None:
        """Load the voice."""
        await self._inner.load()

    async def synthesize(self, text: str) -> Speech:
        """The sound of ``text``: from the store, or made, and kept if it is a phrase."""
        if text not in self._phrases:
            return await self._inner.synthesize(text)
        name = self.name_of(text)
        kept = await self._store.load(name)
        if kept is not None:
            return kept
        speech = await self._inner.synthesize(text)
        if speech.pcm and name == self.name_of(text):
            await self._keep(name, speech)
        return speech

    async def close(self) -> None:
        """Release the voice."""
        await self._inner.close()

    def name_of(self, text: str) -> str:
        """The key of a phrase as it would be spoken now."""
        settings = self._settings
        parts = (self.engine, self._voice(), f"{settings.length_scale:g}", f"{settings.volume:g}", text)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    async def _keep(self, name: str, speech: Speech) -> None:
        try:
            await self._store.save(name, speech)
        except JarvisError as error:
            logger.info("phrase not kept code=%s detail=%s", error.code, error.message)
