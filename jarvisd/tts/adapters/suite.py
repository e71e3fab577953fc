"""What the other units do, as far as the voice heeds it: who speaks or says stop, signs of life, what rings."""

from __future__ import annotations

import logging
from typing import Any

from jarvisd.bus.client import UnitClient
from jarvisd.bus.connection import Connection
from jarvisd.bus.names import UnitName
from jarvisd.bus.signals.audio import (
    FollowUpWindow,
    ListeningEnded,
    PressFailed,
    SpeechSegment,
    StopHeard,
    TalkedOver,
    WakeDetected,
)
from jarvisd.bus.signals.brain import StateChanged, TurnFinished, TurnStarted
from jarvisd.bus.signals.executor import TimerFinished
from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.core.states import PartState, PartStatus
from jarvisd.runtime.tasks import Tasks
from jarvisd.tts.notices.ear_faults import PARTS
from jarvisd.tts.notices.notices import Notices
from jarvisd.tts.queue import Priority
from jarvisd.tts.tones.ringing import Ringing
from jarvisd.tts.tones.signs import Signs
from jarvisd.tts.voice import Voice
from jarvisd.tts.volume import Ducking

logger = logging.getLogger(__name__)


class SuiteFollower:
    """Has the voice heed the signals of the ear, the brain and the executor; those of nobody else reach it."""

    def __init__(
        self,
        bus: Connection,
        tasks: Tasks,
        *,
        voice: Voice,
        ducking: Ducking,
        ringing: Ringing,
        signs: Signs,
        notices: Notices,
    ) -> None:
        self.executor, self._audio, self._brain = (
            UnitClient(bus, unit) for unit in (UnitName.EXECUTOR, UnitName.AUDIO, UnitName.BRAIN)
        )
        self._tasks = tasks
        self._voice = voice
        self._ducking = ducking
        self._ringing = ringing
        self._signs = signs
        self._notices = notices
        self._is_muted = False
        self._is_deaf = False

    async def follow(self) -> None:
        """Begin; units may come and go."""
        signs = self._signs
        self._audio.receive(WakeDetected, self._woken)
        self._audio.receive(FollowUpWindow, signs.invited)
        self._audio.receive(StopHeard, self._stop_heard)
        self._audio.receive(TalkedOver, lambda told: self._ducking.talked_over(told.is_speaking))
        self._audio.receive(SpeechSegment, signs.heard)
        self._audio.receive(ListeningEnded, self._listened)
        self._audio.receive(PressFailed, lambda told: self._notices.press_failed(ErrorCode.named(told.code)))
        self._audio.on_properties(self._ear_changed)
        self._brain.receive(TurnStarted, signs.began)
        self._brain.receive(StateChanged, signs.moved)
        self._brain.receive(TurnFinished, self._finished)
        self.executor.receive(TimerFinished, lambda _: signs.timer())
        owner = await self._audio.follow(self._ear_moved)
        await self._brain.follow(lambda _: self._units_moved())
        self._ear_moved(owner)

    def _woken(self, told: WakeDetected) -> None:
        self._tasks.start("hold", self._hold(told))

    async def _hold(self, told: WakeDetected) -> None:
        """First be silent: whoever has woken us is heard at once, and the sign is no part of a bell."""
        await self._voice.stop(Priority.REPLY)
        await self._ringing.hold()
        self._signs.woken(told)

    def _stop_heard(self, _: StopHeard) -> None:
        self._tasks.start("stop-heard", self._stop())

    async def _stop(self) -> None:
        """Not by way of the brain, which ends the turn: silence does not wait for that."""
        await self._ringing.stop()
        await self._voice.stop()

    def _listened(self, told: ListeningEnded) -> None:
        self._signs.listened(told)
        if told.code:
            self._notices.told_in_turn(ErrorCode.named(told.code))
        self._ringing.go_on()

    def _finished(self, told: TurnFinished) -> None:
        self._signs.finished(told)
        self._ringing.go_on()

    def _ear_moved(self, owner: str | None) -> None:
        self._units_moved()
        self._ducking.talked_over(is_speaking=False)
        if owner is not None:
            self._tasks.start("look-at-ear", self._look())

    def _units_moved(self) -> None:
        self._signs.units_are(is_there=None not in (self._audio.owner, self._brain.owner))

    async def _look(self) -> None:
        try:
            values = await self._audio.properties()
        except JarvisError as error:
            logger.info("how the ear stands is not known code=%s", error.code)
        else:
            # How it was found is no change that somebody has to be told of.
            self._signs.standing.is_muted = values.get("Muted") is True
            self._ear_changed(values)

    def _ear_changed(self, values: dict[str, Any]) -> None:
        if "Muted" in values:
            self._is_muted = values["Muted"] is True
        if "Parts" in values:
            parts = {name: PartStatus.parse(state) for name, state in values["Parts"].items()}
            self._is_deaf = any(parts[name].state is PartState.FAILED for name in PARTS if name in parts)
            self._notices.ear_parts(parts)
        self._signs.ear_is(is_deaf=self._is_deaf, is_muted=self._is_muted)
