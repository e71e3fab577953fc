"""The other three units as the brain's ports, and their signals as events of the dialogue."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from jarvisd.brain.dialogue.dialogue import Dialogue
from jarvisd.bus.client import UnitClient
from jarvisd.bus.connection import Connection
from jarvisd.bus.names import UnitName
from jarvisd.bus.service.service import variants
from jarvisd.bus.signals.audio import (
    ListeningEnded,
    PartialTranscript,
    SpeechSegment,
    StopHeard,
    Transcript,
    WakeDetected,
)
from jarvisd.bus.signals.executor import (
    ConfirmRequested,
    ConfirmResolved,
    PlanFinished,
    StepFinished,
    ToolsChanged,
)
from jarvisd.bus.signals.tts import SpeakingFinished, SpeakingStarted
from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable
from jarvisd.core.json_types import JsonObject, reply_object
from jarvisd.core.planning.plan import PlanReport, UndoReport, Verdict

T = TypeVar("T")

KEPT_UTTERANCES = 100
"""Chosen: of so many it is known how they went; fewer may wait at once."""
CANCEL_RETRIES = 20
"""How often a new plan is offered while the executor winds up a cancelled one."""

CLARIFY_TIMEOUT_S = 3600.0
"""Beyond every window that may be configured for an answer; the executor closes the question in its own time."""


class BusExecutorClient:
    """:class:`~jarvisd.brain.ports.ExecutorClient` over ``org.jarvisd.Executor1``."""

    def __init__(self, bus: Connection) -> None:
        self._peer = UnitClient(bus, UnitName.EXECUTOR)

    async def list_tools(self) -> list[JsonObject]:
        """Every tool as the planner needs it."""
        [text] = await self._peer.call("ListTools")
        tools: list[JsonObject] = json.loads(text)
        return tools

    async def begin(self, turn_id: str, index: int, action: JsonObject) -> Verdict:
        """Verdict on a step as it is written; a read may begin."""
        body = [turn_id, index, json.dumps(action)]
        return Verdict.from_json(await self._object("Begin", "sus", body, timeout_s=30))

    async def clarify(self, turn_id: str, origin: str, question: str, choices: Sequence[str]) -> str:
        """Ask what a request lacks; the words of the answer."""
        body = [turn_id, origin, question, list(choices)]
        [answer] = await self._peer.call("Clarify", "sssas", body, timeout_s=CLARIFY_TIMEOUT_S)
        return str(answer)

    async def submit(self, plan: JsonObject, options: Mapping[str, str]) -> str:
        """Start a plan; waits while the executor winds up one that was cancelled."""
        body = [json.dumps(plan), variants(**options)]
        for _ in range(CANCEL_RETRIES):
            try:
                [plan_id] = await self._peer.call("Submit", "sa{sv}", body, timeout_s=10)
                return str(plan_id)
            except JarvisError as error:
                if error.code is not ErrorCode.BUSY:
                    raise
            await asyncio.sleep(0.25)
        raise Unavailable("the executor is busy with another plan", code=ErrorCode.BUSY)

    async def result(self, plan_id: str) -> PlanReport:
        """How a plan stands."""
        return PlanReport.from_json(await self._object("Result", "s", [plan_id]))

    async def cancel(self, plan_id: str) -> None:
        """Stop a plan."""
        await self._peer.call("Cancel", "s", [plan_id])

    async def undo(self, what: str) -> UndoReport:
        """Reverse what was done."""
        return UndoReport.from_json(await self._object("Undo", "s", [what], timeout_s=60))

    async def level(self) -> tuple[str, Sequence[str]]:
        """Service level and reasons."""
        values = await self._peer.properties()
        return str(values.get("ServiceLevel", "")), list(values.get("Reasons", []))

    async def follow(self, dialogue: Dialogue) -> None:
        """Feed the executor's signals to the dialogue; losing the executor moves a waiting plan too."""
        await self._peer.follow(lambda _: dialogue.plan_moved())
        self._peer.receive(StepFinished, lambda _: dialogue.plan_moved())
        self._peer.receive(PlanFinished, lambda _: dialogue.plan_moved())
        self._peer.receive(ConfirmRequested, lambda asked: dialogue.question(asked.turn_id))
        self._peer.receive(ConfirmResolved, lambda closed: dialogue.answered(closed.turn_id))

    async def on_tools_changed(self, callback: Any) -> None:
        """Call ``callback()`` when the executor appears or its tools change."""
        await self._peer.follow(lambda owner: callback() if owner else None)
        self._peer.receive(ToolsChanged, lambda _: callback())

    async def _object(
        self, member: str, signature: str, body: Sequence[Any], timeout_s: float = 5.0
    ) -> JsonObject:
        [text] = await self._peer.call(member, signature, body, timeout_s=timeout_s)
        return reply_object(text, f"the reply of {member}")


class BusTtsClient:
    """:class:`~jarvisd.brain.ports.TtsClient` over ``org.jarvisd.Tts1``."""

    def __init__(self, bus: Connection) -> None:
        self._peer = UnitClient(bus, UnitName.TTS)
        self._waiting: dict[str, asyncio.Event] = {}
        self._started_us: OrderedDict[str, int] = OrderedDict()
        self._finished: OrderedDict[str, int] = OrderedDict()

    async def follow(self) -> None:
        """Receive the unit's signals; losing the unit ends every wait."""
        await self._peer.follow(lambda owner: None if owner else self._all_finished())
        self._peer.receive(SpeakingStarted, self._started)
        self._peer.receive(SpeakingFinished, lambda ended: self._finish(ended.utterance_id, ended.heard_chars))

    async def say(self, text: str, turn_id: str) -> str:
        """Queue ``text``."""
        [utterance_id] = await self._peer.call("Say", "sa{sv}", [text, variants(turn=turn_id)])
        return str(utterance_id)

    async def spoken(self, utterance_id: str) -> int:
        """Wait until the utterance is over; when it began to sound."""
        if utterance_id not in self._finished:
            event = self._waiting.setdefault(utterance_id, asyncio.Event())
            try:
                await event.wait()
            finally:
                self._waiting.pop(utterance_id, None)
        return self._started_us.get(utterance_id, 0)

    def heard_chars(self, utterance_id: str) -> int:
        """How much of it was heard."""
        return self._finished.get(utterance_id, 0)

    async def stop(self) -> None:
        """Silence."""
        await self._peer.call("Stop")

    async def hush(self) -> None:
        """Silence, except for alerts."""
        await self._peer.call("Hush")

    async def change_speed(self, by_percent: int) -> int:
        """Change the speed."""
        [now] = await self._peer.call("ChangeSpeed", "i", [by_percent])
        return int(now)

    async def go_on(self) -> str:
        """Go on with what was broken off."""
        [utterance_id] = await self._peer.call("GoOn")
        return str(utterance_id)

    async def set_volume(self, percent: int) -> int:
        """Set the volume."""
        [now] = await self._peer.call("SetVolume", "u", [percent])
        return int(now)

    async def change_volume(self, by_percent: int) -> int:
        """Change or tell the volume."""
        [now] = await self._peer.call("ChangeVolume", "i", [by_percent])
        return int(now)

    def _started(self, begun: SpeakingStarted) -> None:
        # What gave way to an alert is told again when it goes on.
        if begun.utterance_id not in self._started_us:
            _keep(self._started_us, begun.utterance_id, begun.at_us)

    def _finish(self, utterance_id: str, heard_chars: int) -> None:
        _keep(self._finished, utterance_id, heard_chars)
        if event := self._waiting.get(utterance_id):
            event.set()

    def _all_finished(self) -> None:
        for event in self._waiting.values():
            event.set()


def _keep(kept: OrderedDict[str, T], utterance_id: str, value: T) -> None:
    kept[utterance_id] = value
    if len(kept) > KEPT_UTTERANCES:
        kept.popitem(last=False)


class BusAudioClient:
    """:class:`~jarvisd.brain.ports.AudioClient` over ``org.jarvisd.Audio1``; its signals are events."""

    def __init__(self, bus: Connection) -> None:
        self._peer = UnitClient(bus, UnitName.AUDIO)

    async def cancel(self) -> None:
        """Stop collecting speech."""
        await self._peer.call("Cancel")

    async def mute(self, length_s: float | None) -> None:
        """Close the microphone, for a time or without an end."""
        if length_s is None:
            await self._peer.call("SetMuted", "b", [True])
        else:
            await self._peer.call("MuteFor", "d", [length_s])

    async def unmute(self) -> None:
        """Open the microphone."""
        await self._peer.call("SetMuted", "b", [False])

    async def follow(self, dialogue: Dialogue) -> None:
        """Feed what is heard to the dialogue; an ear that is gone ends the turn it was listening for."""

        def lost(owner: str | None) -> None:
            if owner is None:
                dialogue.listening_ended(dialogue.current_turn, "failed", ErrorCode.UNIT_DOWN.value)

        await self._peer.follow(lost)
        self._peer.receive(WakeDetected, lambda it: dialogue.wake(it.turn_id, it.at_us, it.confidence))
        self._peer.receive(StopHeard, lambda _: dialogue.stop_heard())
        self._peer.receive(SpeechSegment, lambda it: dialogue.speech_ended(it.turn_id, it.at_us))
        self._peer.receive(PartialTranscript, lambda it: dialogue.partial(it.turn_id, it.text, it.confidence))
        self._peer.receive(
            Transcript, lambda it: dialogue.transcript(it.turn_id, it.at_us, it.text, it.confidence)
        )
        self._peer.receive(ListeningEnded, lambda it: dialogue.listening_ended(it.turn_id, it.reason, it.code))
