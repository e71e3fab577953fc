"""The voice on the bus: ``org.jarvisd.Tts1``. Thin: decode, call the voice, encode."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

from jarvisd.bus.caller import Access
from jarvisd.bus.connection import Connection
from jarvisd.bus.names import UnitName
from jarvisd.bus.service.service import PartHealth, UnitInterface, method, plain, prop, signal
from jarvisd.bus.signals.tts import ClauseStarted
from jarvisd.core.json_types import canonical
from jarvisd.tts.events import Event
from jarvisd.tts.phrases.rendering import Rendering
from jarvisd.tts.queue import Chunk, Priority
from jarvisd.tts.tones.activity import Activity
from jarvisd.tts.tones.ringing import Ringing
from jarvisd.tts.voice import Voice
from jarvisd.tts.volume import Speed, Volume

_PRIORITIES: Mapping[str, Priority] = MappingProxyType(
    {"alert": Priority.ALERT, "reply": Priority.REPLY, "chatter": Priority.CHATTER}
)
"""What the option of Say is called; anything else is a reply."""


class TtsInterface(UnitInterface):
    """What ``dbus/org.jarvisd.Tts1.xml`` describes."""

    def __init__(
        self,
        bus: Connection,
        health: PartHealth,
        *,
        voice: Voice,
        volume: Volume,
        speed: Speed,
        ringing: Ringing,
        rendering: Rendering,
        activity: Callable[[], Activity],
        invitation: Callable[[], tuple[Chunk, ...]],
    ) -> None:
        super().__init__(UnitName.TTS, bus, health)
        self._voice = voice
        self._volume = volume
        self._speed = speed
        self._ringing = ringing
        self._rendering = rendering
        self._activity = activity
        self._invitation = invitation

    @method("sa{sv}", "s", "utterance_id")
    async def Say(self, text: str, options: dict[str, Any]) -> str:
        """Queue text; the reply is the id of the utterance."""
        wanted = plain(options)
        priority = _PRIORITIES.get(str(wanted.get("priority", "")), Priority.REPLY)
        return await self._voice.say(text, str(wanted.get("turn", "")), priority)

    @method("ssb", "t", "finished_us", who=Access.EXECUTOR)
    async def Question(self, request_id: str, text: str, invites: bool) -> int:
        """Speak a question exclusively; the reply is when its last sample had been played."""
        return await self._voice.question(request_id, text, self._invitation() if invites else ())

    @method("s", who=Access.EXECUTOR)
    async def Release(self, request_id: str) -> None:
        """Give the voice back."""
        await self._voice.release(request_id)

    @method("ssd", who=Access.EXECUTOR)
    async def Ring(self, ring_id: str, text: str, limit_s: float) -> None:
        """Ring until somebody stops it, or for so long."""
        self._ringing.ring(ring_id, text, limit_s)

    @method("s", who=Access.EXECUTOR)
    async def StopRinging(self, ring_id: str) -> None:
        """End what rings under this id."""
        await self._ringing.stop(ring_id)

    @method()
    async def Stop(self) -> None:
        """Be silent and drop everything, also what rings."""
        await self._ringing.stop()
        await self._voice.stop()

    @method()
    async def Hush(self) -> None:
        """End and drop speech, but not what rings."""
        await self._voice.stop(Priority.REPLY)

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

    @method("i", "u", "percent")
    async def ChangeSpeed(self, by_percent: int) -> int:
        """Faster or slower; the reply is the speed."""
        return await self._speed.change(by_percent)

    @method("hs", "s", "report_json")
    async def Render(self, file: int, text: str) -> str:
        """Write a text as sound to a file."""
        return canonical(await self._rendering.render(file, text))

    @method("", "s", "utterance_id")
    async def GoOn(self) -> str:
        """Speak what was broken off last."""
        return await self._voice.go_on()

    @signal("sts")
    def SpeakingStarted(self, turn_id: str, at_us: int, utterance_id: str) -> list[Any]:
        """An utterance begins to sound."""
        return [turn_id, at_us, utterance_id]

    @signal("stsst")
    def ClauseStarted(self, turn_id: str, at_us: int, utterance_id: str, text: str, length_ms: int) -> list[Any]:
        """A piece of an utterance begins to sound."""
        return [turn_id, at_us, utterance_id, text, length_ms]

    @signal("stsbt")
    def SpeakingFinished(
        self, turn_id: str, at_us: int, utterance_id: str, completed: bool, heard_chars: int
    ) -> list[Any]:
        """An utterance is over."""
        return [turn_id, at_us, utterance_id, completed, heard_chars]

    @signal("stss")
    def RingingEnded(self, turn_id: str, at_us: int, ring_id: str, reason: str) -> list[Any]:
        """Something does not ring any more."""
        return [turn_id, at_us, ring_id, reason]

    @prop("as")
    def Ringing(self) -> list[str]:
        """The ids of what rings."""
        return self._ringing.ids

    @prop("b")
    def Speaking(self) -> bool:
        """Whether an utterance is being spoken."""
        return self._voice.is_speaking

    @prop("s")
    def Activity(self) -> str:
        """How the whole suite stands, in one word."""
        return self._activity().value

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

    def activity_changed(self) -> None:
        """Publish the word for how the suite stands, where it is another one."""
        self.changed(Activity=self._activity().value)

    def publish(self, event: Event) -> None:
        """Send the signal of an event, and the property that changed with it."""
        self.send(event)
        if not isinstance(event, ClauseStarted):
            self.changed(Speaking=self._voice.is_speaking, Ringing=self._ringing.ids)
