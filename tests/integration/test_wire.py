"""What arrives at a unit that nobody should send, on a real bus: it answers, and goes on."""

from __future__ import annotations

import asyncio
import gc
import os
import struct
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from dbus_next import Message, MessageFlag, MessageType, Variant
from dbus_next import introspection as intr
from dbus_next.aio import MessageBus
from dbus_next.signature import SignatureTree

from jarvisd.bus.client import UnitClient
from jarvisd.bus.connection import Connection
from jarvisd.bus.names import DAEMON_NAME, DAEMON_PATH, PROPERTIES, UnitName
from jarvisd.bus.service.service import UnitInterface, method, signal
from jarvisd.bus.wire.framing import Frame
from jarvisd.bus.wire.hardened_bus import HardenedBus, close_all
from jarvisd.bus.wire.introspection import INTROSPECTABLE, PEER
from jarvisd.bus.wire.rate_limit import USER_SHARE, Rate
from jarvisd.bus.wire.unmarshal import CALL_LIMIT_BYTES, CALL_LIMIT_VALUES, SIGNATURES_KEPT, MessageDecoder
from jarvisd.core.error_texts import FAULTS
from jarvisd.core.errors import ErrorCode
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.tasks import Tasks
from tests.fakes.stranger import OpenSuite, connect, uids

WAIT_S = 60
MANAGER = "org.freedesktop.DBus.ObjectManager"
UNIT = UnitName.AUDIO


class Toy(UnitInterface):
    def __init__(self, bus: Connection) -> None:
        super().__init__(UNIT, bus, Parts())
        self.admission = asyncio.Event()
        self.admission.set()
        self.entered = asyncio.Event()
        self.echoed = 0

    @method("s", "s", "said")
    async def Echo(self, text: str) -> str:
        self.echoed += 1
        self.entered.set()
        await self.admission.wait()
        return text

    @method("ha{sv}", "u", "bytes")
    async def Size(self, file: int, options: dict[str, Any]) -> int:
        self.entered.set()
        await self.admission.wait()
        return os.fstat(file).st_size

    @method("s")
    async def Tell(self, text: str) -> None:
        self.Told(text.replace("NUL", "\0").replace("LONE", "\ud800"), 1)

    @method()
    async def BeStopped(self) -> None:
        raise asyncio.CancelledError

    @signal("st")
    def Told(self, text: str, at_us: int) -> list[Any]:
        return [text, at_us]


async def served(address: str, **options: Any) -> Toy:
    link = Connection(address, **options)
    await link.connect()
    toy = Toy(link)
    link.export(UNIT.path, toy)
    await link.request_name(UNIT.bus_name)
    return toy


@pytest.fixture
async def toy(bus_address: str) -> AsyncIterator[Toy]:
    made = await served(bus_address)
    yield made
    await made.bus.disconnect()


@pytest.fixture
async def rude(bus_address: str) -> AsyncIterator[MessageBus]:
    """The library's own connection, which sends what it is told to send."""
    bus = await connect(bus_address)
    yield bus
    await leave(bus)


async def leave(bus: MessageBus) -> None:
    bus.disconnect()
    await bus.wait_for_disconnect()
    bus._stream.close()
    bus._sock.close()


def message(member: str, signature: str = "", body: list[Any] | None = None, **fields: Any) -> Message:
    values = {"destination": UNIT.bus_name, "path": UNIT.path, "interface": UNIT.bus_name, **fields}
    return Message(member=member, signature=signature, body=body or [], **values)


async def error_of(rude: MessageBus, sent: Message) -> str:
    reply = await asyncio.wait_for(rude.call(sent), WAIT_S)
    assert reply is not None
    text = str(reply.body[0]) if reply.message_type == MessageType.ERROR else ""
    assert "Traceback" not in text
    assert ".py" not in text
    return str(reply.error_name or "")


async def still_answers(rude: MessageBus) -> bool:
    reply = await asyncio.wait_for(rude.call(message("Echo", "s", ["hi"])), WAIT_S)
    return reply is not None and reply.body == ["hi"]


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        (message("Nothing"), "org.freedesktop.DBus.Error.UnknownMethod"),
        (message("Echo", "i", [1]), "org.freedesktop.DBus.Error.InvalidArgs"),
        (message("Echo"), "org.freedesktop.DBus.Error.InvalidArgs"),
        (message("Echo", "s", ["x"], path="/org/jarvisd"), "org.freedesktop.DBus.Error.UnknownObject"),
        (message("Echo", "s", ["x"], interface="a.b"), "org.freedesktop.DBus.Error.UnknownInterface"),
        (message("Size", "ha{sv}", [3, {}]), "org.freedesktop.DBus.Error.InvalidArgs"),
        (
            message("Set", "ssv", [UNIT.bus_name, "Ready", Variant("b", True)], interface=PROPERTIES),
            "org.freedesktop.DBus.Error.PropertyReadOnly",
        ),
        (
            message("Get", "ss", [UNIT.bus_name, "No"], interface=PROPERTIES),
            "org.freedesktop.DBus.Error.UnknownProperty",
        ),
        (message("Get", "s", ["x"], interface=PROPERTIES), "org.freedesktop.DBus.Error.InvalidArgs"),
        (message("GetAll", "s", ["a.b"], interface=PROPERTIES), "org.freedesktop.DBus.Error.UnknownInterface"),
        (
            message("GetAll", "s", [UNIT.bus_name], interface=PROPERTIES, path="/"),
            "org.freedesktop.DBus.Error.UnknownObject",
        ),
        (message("Ping", "s", ["x"], interface=PEER), "org.freedesktop.DBus.Error.InvalidArgs"),
        (message("Pong", interface=PEER), "org.freedesktop.DBus.Error.UnknownMethod"),
        (message("Ping", interface=PEER, path="/any/path"), ""),
        (message("Echo", "s", ["x"], interface=None), "org.freedesktop.DBus.Error.UnknownInterface"),
        (message("GetManagedObjects", interface=MANAGER), "org.freedesktop.DBus.Error.UnknownInterface"),
        (message("Introspect", interface=INTROSPECTABLE, path="/o"), "org.freedesktop.DBus.Error.UnknownObject"),
        (
            message("Introspect", interface=INTROSPECTABLE, path="/org/jarvisd/Audio1/x"),
            "org.freedesktop.DBus.Error.UnknownObject",
        ),
        (message("Echo", "s", ["x" * CALL_LIMIT_BYTES]), "org.jarvisd.Error.InvalidRequest"),
        (message("Echo", "ai", [[1] * CALL_LIMIT_VALUES]), "org.jarvisd.Error.InvalidRequest"),
        (message("Echo", "ai", [[1] * (CALL_LIMIT_VALUES // 2)]), "org.freedesktop.DBus.Error.InvalidArgs"),
    ],
)
async def test_what_cannot_be_served_is_answered_without_a_trace(
    toy: Toy, rude: MessageBus, sent: Message, error: str
) -> None:
    assert await error_of(rude, sent) == error
    assert await still_answers(rude)


async def body_of(rude: MessageBus, sent: Message) -> Any:
    reply = await asyncio.wait_for(rude.call(sent), WAIT_S)
    assert reply is not None
    assert reply.message_type is MessageType.METHOD_RETURN, reply.body
    return reply.body[0]


async def test_the_tree_leads_to_the_object_and_to_nothing_else(toy: Toy, rude: MessageBus) -> None:
    """What ``busctl tree`` and ``busctl introspect`` show."""

    async def node(path: str) -> tuple[list[str], list[str]]:
        text = await body_of(rude, message("Introspect", interface=INTROSPECTABLE, path=path))
        found = intr.Node.parse(text)
        return [interface.name for interface in found.interfaces], [child.name for child in found.nodes]

    for path, child in (("/", "org"), ("/org", "jarvisd"), ("/org/jarvisd", "Audio1")):
        assert await node(path) == ([INTROSPECTABLE, PEER], [child])
    assert await node(UNIT.path) == ([INTROSPECTABLE, PEER, PROPERTIES, UNIT.bus_name], [])


async def test_arguments_are_told_by_name(toy: Toy, rude: MessageBus) -> None:
    text = await body_of(rude, message("Introspect", interface=INTROSPECTABLE))
    shown = next(each for each in intr.Node.parse(text).interfaces if each.name == UNIT.bus_name)
    methods = {method.name: [arg.name for arg in method.in_args + method.out_args] for method in shown.methods}
    assert methods == {
        "BeStopped": [],
        "CheckHealth": ["health_json"],
        "Echo": ["text", "said"],
        "Size": ["file", "options", "bytes"],
        "Tell": ["text"],
    }
    assert [[arg.name for arg in told.args] for told in shown.signals] == [["text", "at_us"]]


async def test_properties_of_no_interface_are_those_of_the_object(toy: Toy, rude: MessageBus) -> None:
    """The specification allows the empty name."""
    everything = await body_of(rude, message("GetAll", "s", [""], interface=PROPERTIES))
    assert set(everything) == {"Ready", "Parts", "Engines", "RestartNeeded"}
    ready = await body_of(rude, message("Get", "ss", ["", "Ready"], interface=PROPERTIES))
    assert ready.value is everything["Ready"].value


async def test_nothing_is_told_before_the_name_is_owned(bus_address: str, rude: MessageBus) -> None:
    """The policy hides the signals of whoever owns the name, so what comes before it everybody would hear."""
    heard: list[str] = []
    has_left = asyncio.Event()

    def note(told: Message) -> None:
        if told.message_type is MessageType.SIGNAL:
            heard.append(str(told.sender))
            if told.member == "NameOwnerChanged" and told.body[0] == UNIT.bus_name and not told.body[2]:
                has_left.set()

    rude.add_message_handler(note)
    watch = Message(DAEMON_NAME, DAEMON_PATH, DAEMON_NAME, "AddMatch", signature="s", body=["type='signal'"])
    await rude.call(watch)
    made = await served(bus_address)
    assert await still_answers(rude)
    await made.bus.disconnect()
    await asyncio.wait_for(has_left.wait(), WAIT_S)
    assert set(heard) == {DAEMON_NAME}


async def test_a_call_that_ends_with_the_unit_is_answered(
    toy: Toy, rude: MessageBus, caplog: pytest.LogCaptureFixture
) -> None:
    """At a stop the loop cancels what is in progress; that is no fault to be traced."""
    assert await error_of(rude, message("BeStopped")) == "org.jarvisd.Error.UnitDown"
    assert [record for record in caplog.records if record.name == "asyncio"] == []


async def test_the_machine_id_is_told_twice(toy: Toy, rude: MessageBus) -> None:
    """busctl asks the Peer interface; the library answers only the first time."""
    for _ in range(2):
        asked = message("GetMachineId", interface=PEER)
        assert await error_of(rude, asked) == ""


async def test_the_deepest_nesting_of_the_bus_is_read(toy: Toy, rude: MessageBus) -> None:
    value = Variant("s", "x")
    for _ in range(55):
        value = Variant("v", value)
    with tempfile.TemporaryFile() as file:
        sent = message("Size", "ha{sv}", [0, {"deep": value}], unix_fds=[file.fileno()])
        assert await error_of(rude, sent) == ""


async def test_a_field_that_nobody_knows_ends_no_connection(toy: Toy, rude: MessageBus) -> None:
    """The library ends its connection at an unknown header field; older buses pass such fields on."""
    sent = message("Echo", "s", ["x"])
    sent.serial = rude.next_serial()
    raw = bytearray(sent._marshall())
    [fields_bytes] = struct.unpack_from("<I", raw, 12)
    padding = -(16 + fields_bytes) % 8
    extra = bytes(padding) + bytes([200]) + b"\x01s\0" + struct.pack("<I", 1) + b"x\0"
    end = 16 + fields_bytes
    body = raw[end + padding :]
    raw[12:16] = struct.pack("<I", fields_bytes + len(extra))
    raw[end:] = extra + bytes(-(end + len(extra)) % 8) + body
    rude._sock.sendall(raw)
    assert await still_answers(rude)


async def test_a_call_that_hides_its_sender_is_not_served(toy: Toy, rude: MessageBus) -> None:
    """No limit would hold for it. An older bus passes on a field that nobody knows, and the sender behind it."""
    sent = message("Echo", "s", ["x"], serial=9)
    toy.bus._live()._arrived(Frame(bytes(sent._marshall()), [], ""))
    assert await body_of(rude, message("Size", "ha{sv}", [0, {}], unix_fds=[rude._fd])) is not None
    assert not toy.echoed


async def test_descriptors_that_nobody_takes_are_closed(toy: Toy, rude: MessageBus) -> None:
    def opened() -> int:
        return len(os.listdir("/proc/self/fd"))

    assert await still_answers(rude)
    before = opened()
    with tempfile.TemporaryFile() as file:
        fds = [file.fileno()] * 8
        for sent in (
            message("Size", "ha{sv}", [7, {"x": Variant("h", 3)}], unix_fds=fds),
            message("Size", "ha{sv}", [99, {}], unix_fds=fds),
            message("Nothing", unix_fds=fds),
            message("Echo", "s", ["x"], unix_fds=fds),
            message("Ping", interface=PEER, unix_fds=fds),
        ):
            await asyncio.wait_for(rude.call(sent), WAIT_S)
        loose = message("Told", "st", ["x", 1], message_type=MessageType.SIGNAL, unix_fds=fds)
        await rude.send(loose)
        assert await still_answers(rude)
    assert opened() == before


async def test_a_call_holds_only_the_descriptors_that_it_takes(toy: Toy, rude: MessageBus) -> None:
    """Sixteen come with a message; calls that take long would use up what the unit may have open."""

    def opened() -> int:
        return len(os.listdir("/proc/self/fd"))

    assert await still_answers(rude)
    toy.admission.clear()
    toy.entered.clear()
    with tempfile.TemporaryFile() as file:
        file.write(b"four")
        file.flush()
        before = opened()
        fds = [os.dup(file.fileno()) for _ in range(15)]
        sent = message("Size", "ha{sv}", [15, {"x": Variant("h", 3)}], unix_fds=[*fds, file.fileno()])
        tasks = Tasks()
        waiting = tasks.start("call", body_of(rude, sent))
        await asyncio.wait_for(toy.entered.wait(), WAIT_S)
        close_all(fds)
        assert opened() == before + 1
        # These get the numbers of those that were closed, which must not be closed once more.
        others = [os.dup(file.fileno()) for _ in range(40)]
        toy.admission.set()
        assert await waiting == 4
        assert [os.fstat(fd).st_size for fd in others] == [4] * 40
        close_all(others)
        assert opened() == before
    await tasks.cancel_all()


async def test_signatures_are_not_remembered_for_ever(toy: Toy, rude: MessageBus) -> None:
    kinds = "ybnqiuxtd"
    for number in range(SIGNATURES_KEPT + 50):
        signature = "".join(kinds[number // 9**place % 9] for place in range(4))
        values = {kind: False if kind == "b" else 0.0 if kind == "d" else 0 for kind in kinds}
        await rude.send(message("Nothing", signature, [values[kind] for kind in signature], flags=QUIET))
        if len(SignatureTree._cache) > SIGNATURES_KEPT:
            await still_answers(rude)
    assert await still_answers(rude)
    assert len(SignatureTree._cache) <= SIGNATURES_KEPT + 60


QUIET = MessageFlag.NO_REPLY_EXPECTED


async def test_a_message_is_let_go_of_as_soon_as_it_is_answered(toy: Toy, rude: MessageBus) -> None:
    """Not when garbage is collected next, for until then a few large ones would hold many megabytes."""
    gc.collect()
    gc.disable()
    try:
        for member in ("Echo", "Tell", "Nothing") * 10:
            values = [Variant("y", 1)] * 1000
            await rude.call(message(member, "av", [values]))
        kept = [kept for kept in gc.get_objects() if isinstance(kept, (Variant, MessageDecoder))]
    finally:
        gc.enable()
    assert len(kept) < 1000


@pytest.mark.parametrize(("text", "arrives"), [("aNULb", "a\ufffdb"), ("LONE", "?"), ("é", "é")])
async def test_text_that_no_message_can_carry_is_sent_all_the_same(
    toy: Toy, connection: Connection, text: str, arrives: str
) -> None:
    """The bus hangs up on whoever sends a NUL, and names and words come from a language model."""
    heard: asyncio.Queue[str] = asyncio.Queue()
    peer = UnitClient(connection, UNIT)
    await peer.follow()
    peer.on("Told", lambda body: heard.put_nowait(body[0]))
    await peer.call("Tell", "s", [text])
    assert await asyncio.wait_for(heard.get(), WAIT_S) == arrives


async def test_a_flood_does_not_starve_the_rest_of_the_unit(toy: Toy, rude: MessageBus) -> None:
    """The loop has its turn between a few messages; the library would read as long as something arrives."""
    turns = 0

    async def tick() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    raw = bytearray()
    for _ in range(2000):
        sent = message("Echo", "s", ["x"], flags=QUIET)
        sent.serial = rude.next_serial()
        raw += sent._marshall()
    tasks = Tasks()
    tasks.start("tick", tick())
    await asyncio.get_running_loop().sock_sendall(rude._sock, bytes(raw))
    assert await still_answers(rude)
    await tasks.cancel_all()
    assert turns >= 2000 // 64


# --- limits ---------------------------------------------------------------------------------------------


class NotingBus(HardenedBus):
    """Keeps in mind what was read."""

    frames: ClassVar[list[Frame]] = []

    def read(self, frame: Frame) -> Message:
        self.frames.append(frame)
        return super().read(frame)


@pytest.fixture
async def limited(tmp_path: Path) -> AsyncIterator[tuple[Toy, str]]:
    """A unit that lets each caller make five calls, on a bus that lets everybody in."""
    suite = OpenSuite(tmp_path, tmp_path, {})
    suite.units = ()
    with suite:
        made = await served(suite.address, rate=Rate(calls_per_s=0.001, burst=5, pending=3), bus_type=NotingBus)
        yield made, suite.address
        await made.bus.disconnect()


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="connecting as another user needs root")


async def errors(bus: MessageBus, count: int) -> list[str]:
    return [await error_of(bus, message("Echo", "s", ["x"])) for _ in range(count)]


@needs_root
async def test_a_caller_who_asks_too_much_is_told_what_to_do(limited: tuple[Toy, str]) -> None:
    bus = await connect(limited[1], uids(1)[0])
    other = await connect(limited[1], uids(1)[0])
    assert await errors(bus, 7) == [""] * 5 + ["org.jarvisd.Error.TooManyCalls"] * 2
    reply = await bus.call(message("Introspect", interface=INTROSPECTABLE))
    assert reply is not None
    fault = FAULTS[ErrorCode.TOO_MANY_CALLS]
    assert ENGLISH.replies.error(ErrorCode.TOO_MANY_CALLS) in reply.body[0]
    assert fault.remedy in reply.body[0]
    assert await errors(other, 2) == ["", ""]
    await leave(bus)
    await leave(other)


@needs_root
async def test_calls_in_progress_count(limited: tuple[Toy, str]) -> None:
    toy, address = limited
    toy.admission.clear()
    bus = await connect(address, uids(1)[0])
    tasks = Tasks()
    waiting = [tasks.start("call", error_of(bus, message("Echo", "s", ["x"]))) for _ in range(3)]
    # Each task sends in its first step.
    await asyncio.sleep(0)
    done = await error_of(bus, message("Ping", interface=PEER))
    assert done == "org.jarvisd.Error.TooManyCalls"
    toy.admission.set()
    assert await asyncio.gather(*waiting) == [""] * 3
    await leave(bus)


@needs_root
async def test_who_leaves_is_forgotten(limited: tuple[Toy, str]) -> None:
    toy, address = limited
    bus = await connect(address, uids(1)[0])
    name = str(bus.unique_name)
    await errors(bus, 1)
    assert toy.bus.limiter.knows(name)
    await leave(bus)
    other = await connect(address, uids(1)[0])
    # The bus tells of the one that left before it brings the call of the one that came.
    await errors(other, 1)
    assert not toy.bus.limiter.knows(name)
    await leave(other)


@needs_root
async def test_a_user_who_connects_anew_for_every_call_gains_nothing(limited: tuple[Toy, str]) -> None:
    served = []
    for _ in range(USER_SHARE + 2):
        bus = await connect(limited[1], uids(1)[0])
        served.append((await errors(bus, 5)).count(""))
        await leave(bus)
    assert served == [5] * USER_SHARE + [0, 0]
    other = await connect(limited[1], uids(2)[1])
    assert await errors(other, 1) == [""]
    await leave(other)


@needs_root
async def test_what_is_refused_is_not_even_read(limited: tuple[Toy, str]) -> None:
    """Reading takes a hundred times as long as refusing, and nobody else is heard meanwhile."""
    _, address = limited
    bus = await connect(address, uids(1)[0])
    assert await errors(bus, 5) == [""] * 5
    NotingBus.frames.clear()
    with tempfile.TemporaryFile() as file:
        options = {"x": Variant("av", [Variant("y", 1)] * 1000)}
        for _ in range(10):
            sent = message("Size", "ha{sv}", [0, options], unix_fds=[file.fileno()])
            assert await error_of(bus, sent) == "org.jarvisd.Error.TooManyCalls"
    # Another caller is read again, so that what came before it would have been.
    other = await connect(address, uids(2)[1])
    assert await errors(other, 1) == [""]
    senders = [frame.sender for frame in NotingBus.frames if frame.is_call]
    assert senders == [other.unique_name]
    await leave(bus)
    await leave(other)


async def test_units_are_never_held_up(limited: tuple[Toy, str]) -> None:
    """A turn makes many calls in a short time; the executor comes after the unit was there."""
    bus = await connect(limited[1], uids(1)[0] if os.geteuid() == 0 else None)
    reply = await bus.call(
        Message(
            DAEMON_NAME, DAEMON_PATH, DAEMON_NAME, "RequestName", signature="su", body=[UnitName.BRAIN.bus_name, 4]
        )
    )
    assert reply is not None
    assert reply.body == [1]
    assert await errors(bus, 30) == [""] * 30
    await leave(bus)


@needs_root
async def test_root_is_never_held_up(limited: tuple[Toy, str]) -> None:
    bus = await connect(limited[1])
    assert await errors(bus, 30) == [""] * 30
    await leave(bus)
