"""org.jarvisd.Audio1 on the bus: a shell that decodes, calls the listener, and encodes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from dbus_next import Variant

from jarvisd.audio.events import EarStateChanged, Event, MuteChanged, WakeWeighed
from jarvisd.audio.own_voice.live_echo import LiveEcho
from jarvisd.audio.recordings.beside import RecordingHearer
from jarvisd.audio.recordings.hearing import LONGEST_DELAY_MS, HearingOptions
from jarvisd.audio.turn.listener import Listener
from jarvisd.audio.turn.mute_switch import MuteSwitch
from jarvisd.audio.wake.near_miss_log import NearMissLog
from jarvisd.audio.wake.sound_watch import CaptureCounts
from jarvisd.bus.caller import Access
from jarvisd.bus.connection import Connection
from jarvisd.bus.names import UnitName
from jarvisd.bus.service.service import PartHealth, UnitInterface, method, plain, prop, signal, variants
from jarvisd.core.errors import RequestError
from jarvisd.core.json_types import canonical


class AudioInterface(UnitInterface):
    """The exported object; see ``dbus/org.jarvisd.Audio1.xml`` for what the members mean."""

    def __init__(
        self,
        bus: Connection,
        health: PartHealth,
        *,
        listener: Listener,
        switch: MuteSwitch,
        capture: CaptureCounts,
        recordings: RecordingHearer,
        echo: LiveEcho | None,
        near_misses: NearMissLog,
    ) -> None:
        super().__init__(UnitName.AUDIO, bus, health)
        self._listener = listener
        self._switch = switch
        self._capture = capture
        self._recordings = recordings
        self._echo = echo
        self._near_misses = near_misses

    @method()
    async def Listen(self) -> None:
        """Begin a turn without the wake word."""
        self._listener.listen()

    @method()
    async def Cancel(self) -> None:
        """Forget what is being heard."""
        self._listener.cancel()

    @method("b")
    async def SetMuted(self, muted: bool) -> None:
        """Close the microphone, or open it."""
        await (self._switch.mute() if muted else self._switch.unmute())

    @method("d")
    async def MuteFor(self, seconds: float) -> None:
        """Close the microphone for a time."""
        await self._switch.mute(seconds)

    @method("s", who=Access.EXECUTOR)
    async def ReserveAnswer(self, request_id: str) -> None:
        """Give the ear to a question."""
        self._listener.reserve_answer(request_id)

    @method("sd", "a{sv}", "answer", who=Access.EXECUTOR)
    async def ListenForAnswer(self, request_id: str, window_s: float) -> dict[str, Variant]:
        """The answer to a question."""
        answer = await self._listener.listen_for_answer(request_id, window_s)
        return variants(**answer.to_plain())

    @method("s", who=Access.EXECUTOR)
    async def ReleaseAnswer(self, request_id: str) -> None:
        """Give the ear back."""
        self._listener.release_answer(request_id)

    @method("ha{sv}", "s", "report")
    async def Hear(self, file: int, options: dict[str, Any]) -> str:
        """The report on a recording."""
        return canonical(await self._recordings.hear(file, _hearing_options(options)))

    @method("hha{sv}", "s", "report")
    async def HearPlaying(self, file: int, playing: int, options: dict[str, Any]) -> str:
        """The report on a recording over which the voice speaks."""
        return canonical(await self._recordings.hear(file, _hearing_options(options), playing))

    @method("h", who=Access.TTS)
    async def TakePlayed(self, memory: int) -> None:
        """What the loudspeaker is given from now on."""
        if self._echo is not None:
            self._echo.share(memory)

    @method("", "u", "forgotten", who=Access.WIPE_MEMORY)
    async def ForgetSounds(self) -> int:
        """Remove the sound that was kept of near-misses."""
        return await self._near_misses.wipe()

    @signal("std")
    def WakeDetected(self, turn_id: str, at_us: int, confidence: float) -> Any:
        """A turn begins."""
        return [turn_id, at_us, confidence]

    @signal("st")
    def SpeechStarted(self, turn_id: str, at_us: int) -> Any:
        """Speech began."""
        return [turn_id, at_us]

    @signal("sta{sv}")
    def SpeechSegment(self, turn_id: str, at_us: int, details: dict[str, Variant]) -> Any:
        """Speech ended."""
        return [turn_id, at_us, details]

    @signal("stsd")
    def PartialTranscript(self, turn_id: str, at_us: int, text: str, confidence: float) -> Any:
        """What was said before a pause."""
        return [turn_id, at_us, text, confidence]

    @signal("stsa{sv}")
    def Transcript(self, turn_id: str, at_us: int, text: str, details: dict[str, Variant]) -> Any:
        """What was said."""
        return [turn_id, at_us, text, details]

    @signal("sts")
    def ListeningEnded(self, turn_id: str, at_us: int, reason: str) -> Any:
        """The turn ends without a transcript."""
        return [turn_id, at_us, reason]

    @signal("tts")
    def StopHeard(self, at_us: int, ended_us: int, word: str) -> Any:
        """Somebody said "stop" without the wake word, or pressed the button."""
        return [at_us, ended_us, word]

    @signal("tb")
    def TalkedOver(self, at_us: int, is_speaking: bool) -> Any:
        """Somebody speaks while we do, or does no longer."""
        return [at_us, is_speaking]

    @signal("stb")
    def AnswerWindow(self, request_id: str, at_us: int, is_open: bool) -> Any:
        """The answer window opened or closed."""
        return [request_id, at_us, is_open]

    @signal("tb")
    def FollowUpWindow(self, at_us: int, is_open: bool) -> Any:
        """The follow-up window opened or closed."""
        return [at_us, is_open]

    @signal("ts")
    def PressFailed(self, at_us: int, code: str) -> Any:
        """A press of the button came to nothing."""
        return [at_us, code]

    @prop("s")
    def State(self) -> str:
        """What the ear is doing."""
        return self._listener.state

    @prop("b")
    def Muted(self) -> bool:
        """Whether the microphone is closed on request."""
        return self._switch.is_muted

    @prop("x")
    def MutedUntil(self) -> int:
        """When a timed mute ends."""
        return self._switch.until_unix_s

    @prop("a{st}")
    def CaptureCounts(self) -> dict[str, int]:
        """What became of the sound since the unit started."""
        return asdict(self._capture)

    @prop("a{sd}")
    def EchoCounts(self) -> dict[str, float]:
        """What became of our own voice since the unit started."""
        counts = {} if self._echo is None else asdict(self._echo.counts)
        return {name: float(value) for name, value in counts.items()}

    def publish(self, event: Event) -> None:
        """Send the signal of an event, or the properties that changed with it."""
        if isinstance(event, EarStateChanged):
            self.changed(State=event.state, Muted=event.is_muted)
        elif isinstance(event, MuteChanged):
            self.changed(MutedUntil=event.until_unix_s)
        elif not isinstance(event, WakeWeighed):
            self.send(event)


def _hearing_options(options: dict[str, Any]) -> HearingOptions:
    given = plain(options)
    delay_ms = given.get("delay_ms", 0.0)
    if not isinstance(delay_ms, float | int) or not 0 <= delay_ms <= LONGEST_DELAY_MS:
        raise RequestError(f"delay_ms must lie between 0 and {LONGEST_DELAY_MS}")
    needs_wake_word, follows_up = given.get("no_wake") is not True, given.get("follow_up") is True
    return HearingOptions(needs_wake_word, is_fast=True, delay_ms=delay_ms, follows_up=follows_up)
