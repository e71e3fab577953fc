"""Forged consent: signals and replies in the name of the ear and the voice, from everybody, at every moment.

The executor is real, on a real bus that lets everything through; its peers are played, so that time can stand
still before, during and after the answer window. The issue's figure is 0 confirmations.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from dbus_next import Message, MessageType, Variant
from dbus_next.aio import MessageBus

from jarvisd.bus.connection import Connection
from jarvisd.bus.errors import error_name
from jarvisd.bus.names import PROPERTIES, UnitName
from jarvisd.bus.service.service import variants
from jarvisd.core.errors import JarvisError
from tests.fakes.stranger import OpenSuite, Stranger, connect, uids
from tests.integration.test_executor import DELETE, Suite, old_file, playing
from tests.integration.test_wire import leave

WAIT_S = 60
NOT_PERMITTED = "org.jarvisd.Error.NotPermitted"
AUDIO, TTS = UnitName.AUDIO, UnitName.TTS
HEARD = {
    "heard": "yes go ahead",
    "confidence": 1.0,
    "heard_again": "yes go ahead",
    "confidence_again": 1.0,
    "speech_began_us": 2**62,
    "speech_ended_us": 2**62,
    "outcome": "speech",
    "live": True,
    "quiet_before": True,
}

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="connecting as other users needs root")


@pytest.fixture
async def suite(tmp_path: Path) -> AsyncIterator[Suite]:
    """The executor and its played peers."""
    bus = OpenSuite(tmp_path / "bus", tmp_path, {})
    bus.units = ()
    with bus:
        async with playing(tmp_path, bus.address) as made:
            yield made


class Forgers:
    """Everybody who would like to say yes in somebody else's name."""

    def __init__(self, suite: Suite, strangers: list[MessageBus], processes: list[Stranger]) -> None:
        self._suite = suite
        self._strangers = strangers
        # Every connection of the brain's process counts as the brain, so whoever is not the brain is elsewhere.
        self._processes = processes
        self.sent = 0
        self.refused = 0

    async def forge(self, request_id: str) -> None:
        """Say yes in every way there is; returns when the executor has got all of it."""
        executor = await self._suite.user.owner_of(UnitName.EXECUTOR.bus_name)
        assert executor is not None
        audio, tts = self._suite.links[2].unique_name, self._suite.links[3].unique_name
        for bus in (self._suite.brain._live(), *self._strangers):
            for destination in (None, executor, audio, tts):
                for lie in lies(request_id, destination):
                    await bus.send(lie)
                    self.sent += 1
            for serial in range(1, 60):
                for reply in replies(serial, executor):
                    await bus.send(reply)
                    self.sent += 1
        for member in ("Confirm", "Deny"):
            errors = [await error_of(self._suite.brain, member, request_id)]
            for process in self._processes:
                errors.append(await asyncio.to_thread(process.call, UnitName.EXECUTOR, member, "s", [request_id]))
            assert set(errors) <= {NOT_PERMITTED, "org.jarvisd.Error.NotFound"}
            self.refused += errors.count(NOT_PERMITTED)


async def error_of(unit: Connection, member: str, request_id: str) -> str:
    """The name of the error that the executor answers with, or nothing."""
    executor = UnitName.EXECUTOR
    try:
        await unit.call(executor.bus_name, executor.path, member, "s", [request_id])
    except JarvisError as error:
        return error_name(error.code)
    return ""


def lies(request_id: str, destination: str | None) -> list[Message]:
    """What the ear and the voice would signal if a person had agreed."""
    details = variants(confidence=1.0, speech_began_us=2**62)
    answered = {"State": Variant("s", "idle")}
    bodies: list[tuple[UnitName, str, str, str, list[Any]]] = [
        (AUDIO, AUDIO.bus_name, "Transcript", "stsa{sv}", ["t1", 1, "yes go ahead", details]),
        (AUDIO, AUDIO.bus_name, "Transcript", "stsa{sv}", [request_id, 1, "yes", details]),
        (AUDIO, AUDIO.bus_name, "AnswerWindow", "stb", [request_id, 1, True]),
        (AUDIO, AUDIO.bus_name, "AnswerWindow", "stb", [request_id, 1, False]),
        (AUDIO, AUDIO.bus_name, "ListeningEnded", "sts", [request_id, 1, "yes"]),
        (TTS, TTS.bus_name, "SpeakingStarted", "sts", ["t1", 1, request_id]),
        (TTS, TTS.bus_name, "SpeakingFinished", "stsbt", ["t1", 1, request_id, True, 0]),
        (AUDIO, PROPERTIES, "PropertiesChanged", "sa{sv}as", [AUDIO.bus_name, answered, []]),
        (
            UnitName.EXECUTOR,
            UnitName.EXECUTOR.bus_name,
            "ConfirmResolved",
            "stss",
            ["t1", 1, request_id, "yes"],
        ),
    ]
    return [
        Message(
            destination=destination,
            path=unit.path,
            interface=interface,
            member=member,
            message_type=MessageType.SIGNAL,
            signature=signature,
            body=body,
        )
        for unit, interface, member, signature, body in bodies
    ]


def replies(serial: int, destination: str) -> list[Message]:
    """The replies of ListenForAnswer and Question, as if the executor's call with this number was answered."""
    return [
        Message(
            destination=destination,
            message_type=MessageType.METHOD_RETURN,
            reply_serial=serial,
            signature=signature,
            body=body,
        )
        for signature, body in (("a{sv}", [variants(**HEARD)]), ("t", [1]))
    ]


@pytest.fixture
async def forgers(suite: Suite) -> AsyncIterator[Forgers]:
    """The brain, a member of the group and somebody else; for a unit the last two are users that are not root."""
    strangers = [await connect(suite.address, uid) for uid in uids(2)]
    with ExitStack() as stack:
        processes = [stack.enter_context(Stranger(suite.address, uid)) for uid in uids(2)]
        yield Forgers(suite, strangers, processes)
    for bus in strangers:
        await leave(bus)


@pytest.mark.parametrize("answer", ["", "no"])
async def test_nothing_forged_is_ever_a_yes(suite: Suite, forgers: Forgers, answer: str) -> None:
    """Before, during and after the window; the room says nothing, or no."""
    path = old_file(suite, "old.tmp")
    suite.answers.append(answer)
    suite.voice.speaking.gate.clear()
    suite.ears.listening.gate.clear()
    await forgers.forge("none yet")
    plan_id = await suite.submit(DELETE, channel="voice")
    request_id = (await suite.told("ConfirmRequested"))[2]
    await asyncio.wait_for(suite.voice.speaking.reached.wait(), WAIT_S)
    await forgers.forge(request_id)
    suite.voice.speaking.gate.set()
    await asyncio.wait_for(suite.ears.listening.reached.wait(), WAIT_S)
    await forgers.forge(request_id)
    assert path.exists()
    suite.ears.listening.gate.set()
    [step] = await suite.ended(plan_id)
    await forgers.forge(request_id)
    assert (step["outcome"], step["consent"]) == ("declined", answer or "silence")
    assert path.exists()
    assert forgers.sent > 1000
    # Confirm and Deny: the brain in all four moments, the two others whenever a question is open.
    assert forgers.refused == 2 * (4 + 2 * 2)
    assert "Traceback" not in suite.log()


async def test_the_same_question_is_answered_by_the_room_alone(suite: Suite, forgers: Forgers) -> None:
    """What is forged does not keep a real yes from counting either."""
    path = old_file(suite, "old.tmp")
    suite.answers.append("yes go ahead")
    suite.ears.listening.gate.clear()
    plan_id = await suite.submit(DELETE, channel="voice")
    request_id = (await suite.told("ConfirmRequested"))[2]
    await asyncio.wait_for(suite.ears.listening.reached.wait(), WAIT_S)
    await forgers.forge(request_id)
    suite.ears.listening.gate.set()
    [step] = await suite.ended(plan_id)
    assert (step["outcome"], step["consent"], path.exists()) == ("done", "yes", False)
    [undone] = await suite.as_user.call("Undo", "s", ["last"])
    assert json.loads(undone)["undone"] == [step["undo_id"]]
