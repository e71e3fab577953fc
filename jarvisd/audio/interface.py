"""org.jarvisd.Audio1 on the bus: a shell that decodes, calls the listener, and encodes."""

from __future__ import annotations

from typing import Any

from dbus_next import Variant

from jarvisd.audio.events import EarStateChanged, Event
from jarvisd.audio.recordings.recording import RecordingTranscriber
from jarvisd.audio.turn.listener import Listener
from jarvisd.bus.caller import Access
from jarvisd.bus.connection import Connection
from jarvisd.bus.names import UnitName
from jarvisd.bus.service.service import PartHealth, UnitInterface, method, prop, signal, variants
from jarvisd.core.json_types import canonical


class AudioInterface(UnitInterface):
    """The exported object; see ``dbus/org.jarvisd.Audio1.xml`` for what the members mean."""

    def __init__(
        self, bus: Connection, health: PartHealth, listener: Listener, recordings: RecordingTranscriber
    ) -> None:
        super().__init__(UnitName.AUDIO, bus, health)
        self._listener = listener
        self._recordings = recordings

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
        """Go deaf, or hear again."""
        self._listener.set_muted(muted)

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
        return canonical(await self._recordings.hear(file))

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

    @signal("stb")
    def AnswerWindow(self, request_id: str, at_us: int, is_open: bool) -> Any:
        """The answer window opened or closed."""
        return [request_id, at_us, is_open]

    @prop("s")
    def State(self) -> str:
        """What the ear is doing."""
        return self._listener.state

    @prop("b")
    def Muted(self) -> bool:
        """Whether the ear is deaf on request."""
        return self._listener.is_muted

    def publish(self, event: Event) -> None:
        """Send the signal of an event, or the properties that changed with it."""
        if isinstance(event, EarStateChanged):
            self.changed(State=event.state, Muted=event.is_muted)
        else:
            self.send(event)
