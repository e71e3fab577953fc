"""The bus layer against a real bus: access, errors, callers, verified signals."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from dbus_next import Message, MessageType, RequestNameReply

from jarvisd.bus.caller import Access, current_sender
from jarvisd.bus.client import UnitClient
from jarvisd.bus.connection import Connection
from jarvisd.bus.names import UnitName
from jarvisd.bus.service.service import UnitInterface, method, prop, signal, variants
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError, Unavailable
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.tasks import Tasks
from tests.fakes.stranger import lie

WAIT_S = 60


class Toy(UnitInterface):
    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.gate = asyncio.Event()

    @method()
    async def Wait(self) -> None:
        await self.gate.wait()

    @method("s", "s")
    async def Echo(self, text: str) -> str:
        await asyncio.sleep(0)
        return f"{text} from {current_sender()}"

    @method("", "a{sv}", who=Access.EXECUTOR)
    async def Secret(self) -> Any:
        return variants(answer=42)

    @method(who=Access.NOT_BRAIN)
    async def Confirm(self) -> None:
        return None

    @method("s")
    async def Fail(self, code: str) -> None:
        if code == "bug":
            raise RuntimeError("a secret detail")
        raise RequestError("no such thing", code=ErrorCode(code))

    @signal("st")
    def Happened(self, what: str, at_us: int) -> list[Any]:
        return [what, at_us]

    @prop("s")
    def State(self) -> str:
        return "fine"


@pytest.fixture
async def toy(bus_address: str) -> Any:
    """The toy unit in the place of the audio unit."""
    link = Connection(bus_address)
    await link.connect()
    parts = Parts()
    interface = Toy(UnitName.AUDIO, link, parts)
    link.export(UnitName.AUDIO.path, interface)
    await link.request_name(UnitName.AUDIO.bus_name)
    yield interface, parts
    await link.disconnect()


async def test_each_call_knows_its_own_caller(toy: Any, bus_address: str, connection: Connection) -> None:
    other = Connection(bus_address)
    await other.connect()
    links = [connection, other] * 20
    replies = await asyncio.gather(*(UnitClient(link, UnitName.AUDIO).call("Echo", "s", ["hi"]) for link in links))
    assert [text for [text] in replies] == [f"hi from {link.unique_name}" for link in links]
    await other.disconnect()


async def test_a_method_for_the_executor_refuses_everyone_else(toy: Any, connection: Connection) -> None:
    """Decision 2: ownership of the well-known name is the identity of a unit."""
    peer = UnitClient(connection, UnitName.AUDIO)
    with pytest.raises(JarvisError) as refused:
        await peer.call("Secret")
    assert refused.value.code is ErrorCode.NOT_PERMITTED
    await connection.request_name(UnitName.EXECUTOR.bus_name)
    assert await peer.call("Secret") == [{"answer": 42}]


async def test_the_brain_cannot_confirm_from_any_connection(toy: Any, bus_address: str) -> None:
    """Decision 2: a second connection of the brain's process is still the brain."""
    brain, second = Connection(bus_address), Connection(bus_address)
    await brain.connect()
    await second.connect()
    assert await UnitClient(second, UnitName.AUDIO).call("Confirm") == []
    await brain.request_name(UnitName.BRAIN.bus_name)
    for link in (brain, second):
        with pytest.raises(JarvisError) as refused:
            await UnitClient(link, UnitName.AUDIO).call("Confirm")
        assert refused.value.code is ErrorCode.NOT_PERMITTED
    await brain.disconnect()
    await second.disconnect()


@pytest.mark.parametrize("code", list(ErrorCode))
async def test_every_code_crosses_the_bus(toy: Any, connection: Connection, code: ErrorCode) -> None:
    with pytest.raises(JarvisError) as caught:
        await UnitClient(connection, UnitName.AUDIO).call("Fail", "s", [code.value])
    assert (caught.value.code, caught.value.message) == (code, "no such thing")


async def test_an_error_that_was_answered_is_not_logged_again(
    toy: Any, connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(JarvisError):
        await UnitClient(connection, UnitName.AUDIO).call("Fail", "s", [ErrorCode.BUSY.value])
    assert [record for record in caplog.records if record.name == "asyncio"] == []


async def test_a_bug_crosses_as_an_incident_without_details(toy: Any, connection: Connection) -> None:
    with pytest.raises(JarvisError) as caught:
        await UnitClient(connection, UnitName.AUDIO).call("Fail", "s", ["bug"])
    assert caught.value.code is ErrorCode.INTERNAL
    assert "secret" not in caught.value.message


async def test_signals_are_believed_only_from_the_owner(
    toy: Any, bus_address: str, connection: Connection
) -> None:
    """Decision 2: a unicast forged signal reaches a client, and is dropped."""
    interface, _ = toy
    heard: asyncio.Queue[list[Any]] = asyncio.Queue()
    peer = UnitClient(connection, UnitName.AUDIO)
    await peer.follow()
    peer.on("Happened", lambda body: heard.put_nowait(list(body)))
    forger = Connection(bus_address)
    await forger.connect()
    await forge(forger, connection.unique_name)
    # The forger's own call is answered after its signal was delivered, so it is a barrier.
    await UnitClient(forger, UnitName.AUDIO).call("Echo", "s", ["x"])
    interface.Happened("truth", 7)
    assert await asyncio.wait_for(heard.get(), WAIT_S) == ["truth", 7]
    assert heard.empty()
    await forger.disconnect()


async def forge(forger: Connection, victim: str) -> None:
    await forger._live().send(lie(UnitName.AUDIO, "Happened", "st", ["lie", 1], victim))


async def test_a_change_of_parts_is_published(toy: Any, connection: Connection) -> None:
    """Decision 10: the state of each part is a property with change signals."""
    _, parts = toy
    changes: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    peer = UnitClient(connection, UnitName.AUDIO)
    await peer.follow()
    peer.on_properties(changes.put_nowait)
    parts.declare("stt")
    assert (await asyncio.wait_for(changes.get(), WAIT_S))["Ready"] is False
    parts.ready("stt", "an engine")
    last = await asyncio.wait_for(changes.get(), WAIT_S)
    assert last == {"Ready": True, "Parts": {"stt": "ready"}, "Engines": {"stt": "an engine"}}
    parts.declare("wake")
    only = await asyncio.wait_for(changes.get(), WAIT_S)
    assert only == {"Ready": False, "Parts": {"stt": "ready", "wake": "loading"}}, "and not what stayed as it was"
    assert (await peer.properties())["State"] == "fine"


async def test_the_loss_of_an_owner_is_heard(toy: Any, connection: Connection) -> None:
    interface, _ = toy
    owners: asyncio.Queue[str | None] = asyncio.Queue()
    peer = UnitClient(connection, UnitName.AUDIO)
    assert await peer.follow(owners.put_nowait) == interface.bus.unique_name
    await interface.bus.disconnect()
    assert await asyncio.wait_for(owners.get(), WAIT_S) is None
    with pytest.raises(JarvisError) as gone:
        await peer.call("Echo", "s", ["hi"])
    assert gone.value.code is ErrorCode.UNIT_DOWN


async def test_an_owner_that_appears_while_following_is_not_missed(bus_address: str) -> None:
    """A change that is heard while the bus is asked is newer than the bus's answer."""
    late = Connection(bus_address)

    class Slow(Connection):
        async def owner_of(self, name: str) -> str | None:
            answer = await super().owner_of(name)
            await late.request_name(name)
            # The reply to this call comes after the signal about the new owner.
            await super().owner_of(name)
            return answer

    follower = Slow(bus_address)
    for link in (late, follower):
        await link.connect()
    assert await UnitClient(follower, UnitName.AUDIO).follow() == late.unique_name
    for link in (late, follower):
        await link.disconnect()


async def test_a_pinned_call_reaches_the_owner_and_nobody_else(toy: Any, connection: Connection) -> None:
    """Decision 2: the answer to a question comes from the connection that owned the name when it was asked."""
    interface, _ = toy
    [answer] = await UnitClient(connection, UnitName.AUDIO).call_pinned("Echo", "s", ["hi"])
    assert answer == f"hi from {connection.unique_name}"
    with pytest.raises(JarvisError) as down:
        await UnitClient(connection, UnitName.TTS).call_pinned("Say")
    assert down.value.code is ErrorCode.UNIT_DOWN
    await interface.bus.disconnect()
    with pytest.raises(JarvisError) as gone:
        await UnitClient(connection, UnitName.AUDIO).call_pinned("Echo", "s", ["hi"])
    assert gone.value.code is ErrorCode.UNIT_DOWN


async def test_off_a_private_bus_the_owner_must_run_as_the_units_user(toy: Any, bus_address: str) -> None:
    """Decision 2: the name is pinned to audio's user, which this process is not."""

    class Shared(Connection):
        is_private = False

    link = Shared(bus_address)
    await link.connect()
    with pytest.raises(JarvisError) as refused:
        await UnitClient(link, UnitName.AUDIO).call_pinned("Echo", "s", ["hi"])
    assert refused.value.code is ErrorCode.NOT_PERMITTED
    await link.disconnect()


async def test_a_call_that_was_given_up_leaves_nothing_behind(toy: Any, connection: Connection) -> None:
    """A unit that hangs is asked again and again; a late answer goes nowhere."""
    interface, _ = toy
    interface.gate.clear()
    bus = connection._live()
    for _ in range(3):
        with pytest.raises(JarvisError) as late:
            await UnitClient(connection, UnitName.AUDIO).call("Wait", timeout_s=0.01)
        assert late.value.code is ErrorCode.TIMEOUT
    assert bus._method_return_handlers == {}
    interface.gate.set()
    assert await UnitClient(connection, UnitName.AUDIO).call("Echo", "s", ["x"]) != []


async def test_only_the_bus_itself_answers_what_the_library_calls(toy: Any, connection: Connection) -> None:
    """A name that was refused must not look like ours, though a stranger guesses the number of the call."""
    bus, tasks = connection._live(), Tasks()
    owning = tasks.start("own", connection.request_name(UnitName.AUDIO.bus_name))
    # Its first steps send the call; the answer takes the bus longer.
    serials: list[int] = []
    while not serials:
        serials = list(bus._method_return_handlers) or await asyncio.sleep(0, [])
    forged = Message(
        message_type=MessageType.METHOD_RETURN,
        sender=":1.99",
        reply_serial=serials[0],
        signature="u",
        body=[RequestNameReply.PRIMARY_OWNER.value],
    )
    forged.fault = ""
    bus._on_message(forged)
    with pytest.raises(JarvisError) as refused:
        await asyncio.wait_for(owning, WAIT_S)
    assert refused.value.code is ErrorCode.NAME_TAKEN


async def test_a_taken_name_is_refused(toy: Any, connection: Connection) -> None:
    with pytest.raises(JarvisError) as taken:
        await connection.request_name(UnitName.AUDIO.bus_name)
    assert taken.value.code is ErrorCode.NAME_TAKEN


async def test_what_is_no_bus_is_said_to_be_none(tmp_path: Path) -> None:
    """A server that answers, but not as a bus does."""

    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()

    server = await asyncio.start_unix_server(greet, tmp_path / "socket")
    async with server:
        with pytest.raises(Unavailable) as raised:
            await Connection(f"unix:path={tmp_path}/socket").connect()
    assert raised.value.code is ErrorCode.BUS_GONE
