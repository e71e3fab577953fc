"""The voice on the bus: ``org.jarvisd.Tts1``. Thin: decode, call the voice, encode."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from jarvisd.bus.caller import Access
from jarvisd.bus.connection import Connection
from jarvisd.bus.names import UnitName
from jarvisd.bus.service.service import PartHealth, UnitInterface, method, plain, prop, signal
from jarvisd.tts.events import Event
from jarvisd.tts.voice import Voice
from jarvisd.tts.volume import Volume


class TtsInterface(UnitInterface):
    """What ``dbus/org.jarvisd.Tts1.xml`` describes."""

    def __init__(self, bus: Connection, health: PartHealth, voice: Voice, volume: Volume) -> None:
        super().__init__(UnitName.TTS, bus, health)
        self._voice = voice
        self._volume = volume

    @method("sa{sv}", "s", "utterance_id")
    async def Say(self, text: str, options: dict[str, Any]) -> str:
        """Queue text; the reply is the id of the utterance."""
        return await self._voice.say(text, str(plain(options).get("turn", "")))

    @method("ss", "t", "finished_us", who=Access.EXECUTOR)
    async def Question(self, request_id: str, text: str) -> int:
        """Speak a question exclusively; the reply is when its last sample had been played."""
        return await self._voice.question(request_id, text)

    @method("s", who=Access.EXECUTOR)
    async def Release(self, request_id: str) -> None:
        """Give the voice back."""
        await self._voice.release(request_id)

    @method()
    async def Stop(self) -> None:
        """Be silent and drop everything."""
        await self._voice.stop()

    @method()
    async def Skip(self) -> None:
        """End the utterance in progress."""
        await self._voice.skip()

    @method("s")
    async def Drop(self, utterance_id: str) -> None:
        """End this utterance and no other."""
        await self._voice.drop(utterance_id)

    @method("u", "u", "percent")
    async def SetVolume(self, percent: int) -> int:
        """Speak so loudly; the reply is the volume."""
        return await self._now(self._volume.set(percent))

    @method("i", "u", "percent")
    async def ChangeVolume(self, by_percent: int) -> int:
        """Louder or quieter; the reply is the volume."""
        return await self._now(self._volume.change(by_percent))

    @signal("sts")
    def SpeakingStarted(self, turn_id: str, at_us: int, utterance_id: str) -> list[Any]:
        """An utterance begins to sound."""
        return [turn_id, at_us, utterance_id]

    @signal("stsb")
    def SpeakingFinished(self, turn_id: str, at_us: int, utterance_id: str, completed: bool) -> list[Any]:
        """An utterance is over."""
        return [turn_id, at_us, utterance_id, completed]

    @prop("b")
    def Speaking(self) -> bool:
        """Whether an utterance is being spoken."""
        return self._voice.is_speaking

    @prop("u")
    def Volume(self) -> int:
        """How loudly it speaks, in percent."""
        return self._volume.percent

    async def _now(self, change: Awaitable[int]) -> int:
        """The volume after a change, which is told of if it was one."""
        before = self._volume.percent
        percent = await change
        if percent != before:
            self.changed(Volume=percent)
        return percent

    def publish(self, event: Event) -> None:
        """Send the signal of an event, and the property that changed with it."""
        self.send(event)
        self.changed(Speaking=self._voice.is_speaking)
