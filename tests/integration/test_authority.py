"""polkit asked over a real bus: there, absent, denying, hanging, talking nonsense."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from dbus_next import Message, MessageFlag, MessageType
from dbus_next.aio import MessageBus

from demo.suite import Suite
from jarvisd.bus.caller import Access
from jarvisd.bus.connection import Connection
from jarvisd.bus.names import UnitName
from jarvisd.bus.service import polkit as authority
from jarvisd.bus.service.polkit import Authority, PolkitAction
from jarvisd.bus.service.service import UnitInterface, method
from jarvisd.core.errors import JarvisError
from jarvisd.runtime.parts import Parts
from tests.fakes.stranger import OpenSuite, connect, uids
from tests.integration.test_wire import leave

WAIT_S = 60
SUBJECT = ":1.999"
NOT_PERMITTED = "org.jarvisd.Error.NotPermitted"


@dataclass
class Polkit:
    """The authority's side of the bus; ``answer`` decides."""

    bus: MessageBus
    answer: str = "yes"
    asked: list[list[Any]] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)

    async def serve(self) -> None:
        self.bus.add_message_handler(self._on_message)
        await self.bus.request_name(authority.NAME)

    def _on_message(self, message: Message) -> Message | bool | None:
        if message.message_type is not MessageType.METHOD_CALL or message.path != authority.PATH:
            return None
        if message.member == "CancelCheckAuthorization":
            self.cancelled.append(message.body[0])
            return Message.new_method_return(message)
        assert message.signature == "(sa{sv})sa{ss}us"
        self.asked.append(message.body)
        replies = {
            "yes": lambda: Message.new_method_return(message, "(bba{ss})", [[True, False, {}]]),
            "no": lambda: Message.new_method_return(message, "(bba{ss})", [[False, False, {}]]),
            "challenge": lambda: Message.new_method_return(message, "(bba{ss})", [[False, True, {}]]),
            "nonsense": lambda: Message.new_method_return(message, "s", ["true"]),
            "number": lambda: Message.new_method_return(message, "(u)", [[1]]),
            "error": lambda: Message.new_error(message, "org.freedesktop.PolicyKit1.Error.Failed", "no"),
        }
        return replies[self.answer]() if self.answer in replies else True


@pytest.fixture
async def polkit(bus_address: str) -> AsyncIterator[Polkit]:
    made = Polkit(await connect(bus_address))
    await made.serve()
    yield made
    await leave(made.bus)


async def test_the_caller_is_the_subject_and_may_be_asked_only_if_it_agrees(
    polkit: Polkit, connection: Connection
) -> None:
    for may_ask in (False, True):
        assert await Authority(connection).allows(SUBJECT, PolkitAction.CONFIRM, may_ask=may_ask)
    for body, flags in zip(polkit.asked, (0, 1), strict=True):
        [kind, details], action, extra, told, token = body
        assert (kind, details["name"].value, action, extra, told) == (
            "system-bus-name",
            SUBJECT,
            "org.jarvisd.confirm",
            {},
            flags,
        )
        assert token


@pytest.mark.parametrize("answer", ["no", "challenge", "nonsense", "number", "error"])
async def test_only_a_clear_yes_is_a_yes(polkit: Polkit, connection: Connection, answer: str) -> None:
    polkit.answer = answer
    assert not await Authority(connection).allows(SUBJECT, PolkitAction.CONFIRM, may_ask=True)
    assert len(polkit.asked) == 1


async def test_without_polkit_nobody_is_allowed(connection: Connection) -> None:
    assert not await Authority(connection).allows(SUBJECT, PolkitAction.CONFIRM, may_ask=True)


@pytest.mark.parametrize("may_ask", [True, False])
async def test_a_polkit_that_hangs_is_given_up_and_told_so(
    polkit: Polkit, connection: Connection, monkeypatch: pytest.MonkeyPatch, may_ask: bool
) -> None:
    """No dialogue stays open that nobody waits for."""
    monkeypatch.setattr(authority, "ASKING_DEADLINE_S", 0.2)
    monkeypatch.setattr(authority, "QUIET_DEADLINE_S", 0.1)
    polkit.answer = "hang"
    assert not await Authority(connection).allows(SUBJECT, PolkitAction.CONFIRM, may_ask=may_ask)
    assert polkit.cancelled == [polkit.asked[0][4]]


# --- through a method -----------------------------------------------------------------------------------


class Desk(UnitInterface):
    """A unit with a method that polkit decides about."""

    def __init__(self, bus: Connection) -> None:
        super().__init__(UnitName.TTS, bus, Parts())
        self.wiped = self.attacked = 0

    @method(who=Access.RED_TEAM)
    async def Attack(self) -> None:
        self.attacked += 1

    @method(who=Access.WIPE_MEMORY)
    async def Wipe(self) -> None:
        self.wiped += 1


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[tuple[Desk, Suite]]:
    suite = OpenSuite(tmp_path, tmp_path, {})
    suite.units = ()
    with suite:
        link = Connection(suite.address)
        await link.connect()
        made = Desk(link)
        link.export(UnitName.TTS.path, made)
        await link.request_name(UnitName.TTS.bus_name)
        yield made, suite
        await link.disconnect()


async def wipe(bus: MessageBus, flags: MessageFlag = MessageFlag.NONE, member: str = "Wipe") -> str:
    unit = UnitName.TTS
    message = Message(unit.bus_name, unit.path, unit.bus_name, member, flags=flags)
    reply = await asyncio.wait_for(bus.call(message), WAIT_S)
    assert reply is not None
    return str(reply.error_name or "")


@pytest.mark.skipif(os.geteuid() != 0, reason="connecting as another user needs root")
async def test_a_method_is_open_to_root_and_to_whom_polkit_lets(desk: tuple[Desk, Suite]) -> None:
    """polkitd absent: root only. polkitd there: whom it lets, by the flag of their own message."""
    made, suite = desk
    root, member = await connect(suite.address), await connect(suite.address, uids(1)[0])
    assert (await wipe(root), await wipe(member), made.wiped) == ("", NOT_PERMITTED, 1)
    polkit = Polkit(await connect(suite.address), "no")
    await polkit.serve()
    assert await wipe(member) == NOT_PERMITTED
    polkit.answer = "yes"
    assert await wipe(member, MessageFlag.ALLOW_INTERACTIVE_AUTHORIZATION) == ""
    assert (made.wiped, [body[3] for body in polkit.asked]) == (2, [0, 1])
    assert {body[0][1]["name"].value for body in polkit.asked} == {member.unique_name}
    assert await wipe(root) == ""
    assert len(polkit.asked) == 2
    for bus in (root, member, polkit.bus):
        await leave(bus)


@pytest.mark.skipif(os.geteuid() != 0, reason="connecting as another user needs root")
async def test_polkit_never_decides_for_the_brain(desk: tuple[Desk, Suite]) -> None:
    made, suite = desk
    brain, again = [await connect(suite.address, uids(1)[0]) for _ in range(2)]
    await brain.request_name(UnitName.BRAIN.bus_name)
    polkit = Polkit(await connect(suite.address))
    await polkit.serve()
    assert [await wipe(brain), await wipe(again)] == [NOT_PERMITTED] * 2
    assert (made.wiped, polkit.asked) == (0, [])
    for bus in (brain, again, polkit.bus):
        await leave(bus)


@pytest.mark.skipif(os.geteuid() != 0, reason="connecting as another user needs root")
async def test_each_method_is_decided_by_its_own_action(desk: tuple[Desk, Suite]) -> None:
    """Who may attack may not wipe for that."""
    made, suite = desk
    member = await connect(suite.address, uids(1)[0])
    assert await wipe(member, member="Attack") == NOT_PERMITTED
    polkit = Polkit(await connect(suite.address))
    await polkit.serve()
    assert [await wipe(member, member=name) for name in ("Attack", "Wipe")] == ["", ""]
    assert [body[1] for body in polkit.asked] == [PolkitAction.RED_TEAM.value, PolkitAction.WIPE_MEMORY.value]
    assert (made.attacked, made.wiped) == (1, 1)
    for bus in (member, polkit.bus):
        await leave(bus)


@pytest.mark.skipif(os.geteuid() != 0, reason="connecting as another user needs root")
async def test_a_call_of_ours_may_let_itself_be_asked(desk: tuple[Desk, Suite]) -> None:
    """As ``jarvisctl redteam run`` does: without that flag polkit could not ask for a password."""
    _, suite = desk
    other = await connect(suite.address)
    link = Connection(suite.address)
    await link.connect()
    seen: list[MessageFlag] = []
    other.add_message_handler(lambda message: seen.append(message.flags) if message.member == "Look" else None)
    for may_ask in (False, True):
        call = link.call(other.unique_name or "", "/", "Look", interface="org.test", timeout_s=5, may_ask=may_ask)
        with pytest.raises(JarvisError):
            await call
    assert [bool(flags & MessageFlag.ALLOW_INTERACTIVE_AUTHORIZATION) for flags in seen] == [False, True]
    await link.disconnect()
    await leave(other)
