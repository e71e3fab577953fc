"""Which sign of life is given when: the signals of the ear, the brain and the hands in, earcons out.

A sign never delays speech and never cuts it: it is not given while anything is spoken or waits, or while a
question has the voice, and it ends at once when speech comes. Only turns by voice have signs: who types sees an
answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from jarvisd.bus.signals.audio import FollowUpWindow, ListeningEnded, SpeechSegment, WakeDetected
from jarvisd.bus.signals.brain import StateChanged, TurnFinished, TurnStarted
from jarvisd.config.voice import Earcons
from jarvisd.core.errors import JarvisError
from jarvisd.core.states import Edge, TurnState
from jarvisd.core.timeout import within
from jarvisd.tts.queue import Chunk, Priority
from jarvisd.tts.tones.activity import Standing
from jarvisd.tts.tones.earcons import Earcon, sound_of
from jarvisd.tts.voice import Sounding

logger = logging.getLogger(__name__)

THINKING_AGAIN_S = 3.0
"""Chosen: often enough for who waits to know that it goes on, and too seldom to be a rhythm."""
THINKING_LONGEST_S = 60.0
"""Chosen: who still waits has seen that it takes long."""
_WORKING = frozenset({TurnState.TRANSCRIBING.value, TurnState.REASONING.value, TurnState.EXECUTING.value})


class SignVoice(Protocol):
    """The voice, as far as it gives signs."""

    @property
    def is_busy(self) -> bool:
        """Whether anything is spoken or waits to be, or a question has the voice."""
        ...

    async def sound(self, chunks: tuple[Chunk, ...], priority: Priority) -> Sounding:
        """Queue sound; raises why it cannot be put out."""
        ...


class Signs:
    """Gives signs of life. :meth:`next` is its loop; the other methods hear what happens.

    ``changed`` hears that ``standing`` may have become another.
    """

    def __init__(self, voice: SignVoice, settings: Earcons, changed: Callable[[], None]) -> None:
        self._voice = voice
        self._settings = settings
        self._changed = changed
        self.standing = Standing()
        self._due: Earcon | None = None
        self._turn_id = ""
        """The turn by voice that is in progress."""
        self._was_spoken = False
        self._is_inviting = False
        self._ticks = 0
        self._tick_at_s = 0.0
        self._news = asyncio.Event()

    def reconfigure(self, settings: Earcons) -> None:
        """Other signs from now on."""
        self._settings = settings

    # --- what happens ----------------------------------------------------------------------------------

    def woken(self, told: WakeDetected) -> None:
        """Somebody has our ear."""
        self._turn_id, self._was_spoken = told.turn_id, False
        if not self._is_inviting:
            self._give(Earcon.AWAKE)

    def invited(self, told: FollowUpWindow) -> None:
        """A reply needs no wake word now, or does again. Who does not reply hears nothing of it."""
        self._is_inviting = told.is_open
        if told.is_open:
            self._give(Earcon.REPLY)

    def heard(self, _: SpeechSegment) -> None:
        """They have finished speaking."""
        self._give(Earcon.HEARD)

    def listened(self, told: ListeningEnded) -> None:
        """The ear gave up."""
        if told.reason == "silence" and not self._is_inviting:
            self._give(Earcon.NOTHING)

    def began(self, told: TurnStarted) -> None:
        """A turn begins; only those by voice have signs."""
        if told.channel == "voice" and told.turn_id != self._turn_id:
            self._turn_id, self._was_spoken = told.turn_id, False

    def moved(self, told: StateChanged) -> None:
        """The turn has moved on."""
        if told.target in _WORKING and self.standing.turn not in _WORKING:
            self._ticks = 0
            self._tick_at_s = asyncio.get_running_loop().time() + self._settings.thinking_after_s
        self.standing.turn = told.target
        if told.edge == Edge.FAILED.value and told.turn_id == self._turn_id:
            self._give(Earcon.ERROR)
        self._stir()

    def finished(self, told: TurnFinished) -> None:
        """A turn is over."""
        if told.turn_id == self._turn_id:
            if told.outcome == "done" and not self._was_spoken:
                self._give(Earcon.DONE)
            self._turn_id = ""
        self._stir()

    def timer(self) -> None:
        """Something is due."""
        self._give(Earcon.TIMER)

    def ear_is(self, *, is_deaf: bool, is_muted: bool) -> None:
        """How the ear stands."""
        if is_muted is not self.standing.is_muted:
            self._give(Earcon.MUTE if is_muted else Earcon.UNMUTE)
        self.standing.is_deaf, self.standing.is_muted = is_deaf, is_muted
        self._stir()

    def units_are(self, *, is_there: bool) -> None:
        """Whether the ear and the brain are on the bus; what they were doing is over when they go."""
        self.standing.is_there = is_there
        if not is_there:
            self.standing.turn = TurnState.IDLE.value
            self._is_inviting = False
        self._stir()

    def speaking(self, *, is_speaking: bool, is_sign: bool) -> None:
        """Whether anything is heard of us; signs are no speech."""
        if not is_sign:
            self.standing.is_speaking = is_speaking
            self._was_spoken = self._was_spoken or is_speaking
            self._stir()

    # --- what is given ---------------------------------------------------------------------------------

    def invitation(self) -> tuple[Chunk, ...]:
        """What sounds at the end of a question that is answered without the wake word."""
        return (sound_of(Earcon.REPLY),) if self._settings.reply else ()

    async def next(self) -> None:
        """Wait until a sign is due, and give it."""
        self._news.clear()
        if (due := self._due) is not None:
            self._due = None
            await self._put_out(due)
            return
        now_s = asyncio.get_running_loop().time()
        if not self._turn_id or self.standing.turn not in _WORKING:
            await self._news.wait()
            return
        is_patient = self._ticks * THINKING_AGAIN_S < THINKING_LONGEST_S
        try:
            await within(self._news.wait(), max(0.0, self._tick_at_s - now_s) if is_patient else None)
        except asyncio.TimeoutError:
            self._ticks, self._tick_at_s = self._ticks + 1, self._tick_at_s + THINKING_AGAIN_S
            await self._put_out(Earcon.THINKING)

    async def _put_out(self, earcon: Earcon) -> None:
        if not getattr(self._settings, earcon.value) or self._voice.is_busy:
            return
        priority = Priority.ALERT if earcon is Earcon.TIMER else Priority.SIGN
        try:
            await (await self._voice.sound((sound_of(earcon),), priority)).ended
        except JarvisError as error:
            logger.debug("no sign earcon=%s code=%s", earcon.value, error.code)

    def _give(self, earcon: Earcon) -> None:
        self._due = earcon
        self._news.set()

    def _stir(self) -> None:
        self._news.set()
        self._changed()
