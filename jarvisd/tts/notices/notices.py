"""Says by itself what people have to know of the ear, but not during quiet hours: it is said after them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Protocol

from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.core.states import PartStatus
from jarvisd.core.timeout import within
from jarvisd.lang.pack import ReplySentences
from jarvisd.tts.notices.ear_faults import EarFaults
from jarvisd.tts.queue import Chunk, Priority
from jarvisd.tts.voice import Sounding

logger = logging.getLogger(__name__)

LOOK_AGAIN_S = 60.0
"""Chosen: how soon after quiet hours, or after a loudspeaker came back, what still holds is said."""


class NoticeVoice(Protocol):
    """The voice, as far as it gives notice."""

    async def sound(self, chunks: tuple[Chunk, ...], priority: Priority) -> Sounding:
        """Queue clauses; raises why they cannot be put out."""
        ...


class Notices:
    """:meth:`next` is its loop; ``said`` makes clauses of a sentence, ``is_quiet`` tells whether it is night.

    ``is_wanted`` tells whether faults of the ear are said at all.
    """

    def __init__(
        self,
        voice: NoticeVoice,
        *,
        sentences: ReplySentences,
        said: Callable[[str], tuple[str, ...]],
        is_wanted: Callable[[], bool],
        is_quiet: Callable[[], bool],
    ) -> None:
        self._voice = voice
        self._sentences = sentences
        self._said = said
        self._is_wanted = is_wanted
        self._is_quiet = is_quiet
        self._faults = EarFaults()
        self._press: ErrorCode | None = None
        self._changed = asyncio.Event()

    def ear_parts(self, parts: Mapping[str, PartStatus]) -> None:
        """How the parts of the ear are."""
        self._faults.parts_are(parts, _now_s())
        self._changed.set()

    def told_in_turn(self, code: ErrorCode) -> None:
        """The answer of a turn tells people of this fault."""
        self._faults.told(code, _now_s())
        self._changed.set()

    def press_failed(self, code: ErrorCode) -> None:
        """A press of the button came to nothing; who pressed is answered at any hour."""
        self._press = code
        self._changed.set()

    async def next(self) -> None:
        """Wait for something to say, and say it."""
        self._changed.clear()
        if (press := self._press) is not None:
            self._press = None
            await self._say(self._sentences.press_failed(press), Priority.REPLY)
            return
        wait_s = self._faults.wait_s(_now_s()) if self._is_wanted() else None
        if wait_s == 0 and not self._is_quiet() and await self._say_news():
            return
        try:
            await within(self._changed.wait(), wait_s or (LOOK_AGAIN_S if wait_s is not None else None))
        except asyncio.TimeoutError:
            return

    async def _say_news(self) -> bool:
        code = self._faults.news().code
        text = self._sentences.hears_again() if code is None else self._sentences.ear_fault(code)
        if is_said := await self._say(text, Priority.CHATTER):
            self._faults.told(code, _now_s())
        return is_said

    async def _say(self, text: str, priority: Priority) -> bool:
        try:
            await (await self._voice.sound(self._said(text), priority)).ended
        except JarvisError as error:
            # Who says stop has heard it.
            if error.code is not ErrorCode.CANCELLED:
                logger.warning("a notice was not said code=%s detail=%s", error.code, error.message)
                return False
        return True


def _now_s() -> float:
    return asyncio.get_running_loop().time()
