"""The bus policy, live: who may call, hear, own and speak for what. A member without a rule fails the test."""

from __future__ import annotations

import ast
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from dbus_next import Message, MessageFlag, MessageType
from dbus_next import introspection as intr
from dbus_next.aio import MessageBus
from dbus_next.signature import SignatureTree

from jarvisd.bus.names import DAEMON_NAME, DAEMON_PATH, PROPERTIES, UnitName
from jarvisd.bus.signals import SIGNALS
from tests.contract.access import ADMIN, AUDIO, BRAIN, CALLERS, EXECUTOR, MEMBER, OUTSIDER, PEOPLE, POLICY, TTS
from tests.contract.people import SystemBus, missing, system_bus

ROOT = Path(__file__).resolve().parents[2]
OWNERS = {AUDIO: UnitName.AUDIO, BRAIN: UnitName.BRAIN, EXECUTOR: UnitName.EXECUTOR, TTS: UnitName.TTS}

READERS: dict[str, set[str]] = {
    "audio": PEOPLE | {EXECUTOR, TTS},
    "brain": PEOPLE | {EXECUTOR},
    "executor": PEOPLE | {BRAIN},
    "tts": PEOPLE | {EXECUTOR},
}
"""Unit to who may read its properties."""

CHANGED = "PropertiesChanged"
HEEDED: dict[str, dict[str, set[str]]] = {
    "audio": {
        BRAIN: {
            "WakeDetected",
            "SpeechSegment",
            "PartialTranscript",
            "Transcript",
            "ListeningEnded",
            "StopHeard",
        },
        EXECUTOR: {"Transcript", CHANGED},
        TTS: {
            *("WakeDetected", "SpeechSegment", "ListeningEnded", "StopHeard"),
            *("TalkedOver", "FollowUpWindow", "PressFailed", CHANGED),
        },
    },
    "brain": {
        AUDIO: {"TurnStarted", "TurnFinished", "ReplySpoken"},
        EXECUTOR: {"TurnFinished", CHANGED},
        TTS: {"TurnStarted", "StateChanged", "TurnFinished"},
    },
    "executor": {
        BRAIN: {"ToolsChanged", "ConfirmRequested", "ConfirmResolved", "StepFinished", "PlanFinished"},
        TTS: {"TimerFinished"},
    },
    "tts": {
        AUDIO: {"SpeakingStarted", "ClauseStarted", "SpeakingFinished"},
        BRAIN: {"SpeakingStarted", "SpeakingFinished"},
        EXECUTOR: {"RingingEnded", CHANGED},
    },
}
"""Unit to the units that its signals reach, and which of them; people hear all but :data:`UNITS_ALONE`."""

UNITS_ALONE = {"ClauseStarted"}
"""Signals that reach no member of the group."""

ACCESS_DENIED = "org.freedesktop.DBus.Error.AccessDenied"

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "-")


@pytest.fixture(scope="module")
def bus() -> Iterator[SystemBus]:
    with system_bus() as running:
        yield running


class Party:
    """A connection that answers every call with an empty reply and keeps every signal that reaches it."""

    def __init__(self, link: MessageBus) -> None:
        self.link = link
        self.heard: list[Message] = []
        link.add_message_handler(self._on_message)

    @property
    def name(self) -> str:
        return str(self.link.unique_name)

    def _on_message(self, message: Message) -> Message | None:
        if message.message_type == MessageType.METHOD_CALL:
            return Message.new_method_return(message)
        if message.message_type == MessageType.SIGNAL and message.sender != DAEMON_NAME:
            self.heard.append(message)
        return None

    async def call(
        self, unit: UnitName, member: str, signature: str = "", interface: str | None = "", to: str = ""
    ) -> str:
        """Call with arguments of the right types; the error's name, or nothing. ``None`` names no interface."""
        reply = await self.link.call(
            Message(
                destination=to or unit.bus_name,
                path=unit.path,
                interface=unit.bus_name if interface == "" else interface,
                member=member,
                signature=signature,
                body=[_any_value(node.signature) for node in SignatureTree(signature).types],
                flags=MessageFlag.NO_AUTOSTART,
            )
        )
        return "" if reply.message_type == MessageType.METHOD_RETURN else str(reply.error_name)

    async def leave(self) -> None:
        self.link.disconnect()
        await self.link.wait_for_disconnect()
        # The library shuts the socket down and leaves its descriptor open.
        self.link._stream.close()
        self.link._sock.close()

    async def settle(self) -> None:
        """Return when the daemon has handled everything that was sent before, and delivered it here."""
        await self.daemon("GetId")

    async def daemon(self, member: str, signature: str = "", *body: Any) -> Message:
        message = Message(DAEMON_NAME, DAEMON_PATH, DAEMON_NAME, member, signature=signature, body=list(body))
        reply = await self.link.call(message)
        assert reply is not None
        return reply


@pytest.fixture
async def parties(bus: SystemBus) -> AsyncIterator[dict[str, Party]]:
    """Everybody on the bus, each unit's user as the owner of its name."""
    found = {name: Party(await bus.connect(name)) for name in CALLERS}
    for name, unit in OWNERS.items():
        reply = await found[name].daemon("RequestName", "su", unit.bus_name, 4)
        assert reply.body == [1], reply.body
    yield found
    for party in found.values():
        await party.leave()


def _any_value(signature: str) -> Any:
    # A descriptor as argument would need one; the policy does not look at arguments.
    values = {"s": "", "b": False, "d": 0.0, "u": 0, "t": 0, "i": 0}
    return values.get(signature, {} if signature.startswith("a{") else [])


def contract(unit: UnitName) -> intr.Interface:
    node = intr.Node.parse((ROOT / "dbus" / f"{unit.bus_name}.xml").read_text("utf-8"))
    interface: intr.Interface = node.interfaces[0]
    return interface


@pytest.mark.parametrize("unit", list(UnitName), ids=lambda unit: unit.value)
async def test_every_method_answers_exactly_who_may_call_it(unit: UnitName, parties: dict[str, Party]) -> None:
    """The issue's figure: a wrong user or unit is refused on every method."""
    methods = {method.name: method.in_signature for method in contract(unit).methods}
    assert set(methods) == set(POLICY[unit.value]), "each method needs an entry in POLICY and a rule"
    for member, signature in methods.items():
        for name, party in others(unit, parties).items():
            wanted = "" if name in POLICY[unit.value][member] else ACCESS_DENIED
            for to in ("", owner_of(unit, parties).name):
                error = await party.call(unit, member, "" if "h" in signature else signature, to=to)
                assert (name, member, to, error) == (name, member, to, wanted)


@pytest.mark.parametrize("unit", list(UnitName), ids=lambda unit: unit.value)
async def test_a_call_that_names_no_interface_slips_through_for_nobody(
    unit: UnitName, parties: dict[str, Party]
) -> None:
    """Rules that allow an interface do not match it, and those that deny one do; a unit refuses root's as well."""
    for method in contract(unit).methods:
        for name, party in others(unit, parties).items():
            error = await party.call(unit, method.name, interface=None)
            assert (name, method.name, error) == (name, method.name, "" if name == ADMIN else ACCESS_DENIED)


def owner_of(unit: UnitName, parties: dict[str, Party]) -> Party:
    return next(parties[name] for name, owned in OWNERS.items() if owned is unit)


def others(unit: UnitName, parties: dict[str, Party]) -> dict[str, Party]:
    return {name: party for name, party in parties.items() if OWNERS.get(name) is not unit}


async def test_only_root_overhears_what_others_say_to_each_other(bus: SystemBus) -> None:
    """What was said, and the consent, are in answers to the executor."""
    for name in CALLERS:
        party = Party(await bus.connect(name))
        reply = await party.daemon("AddMatch", "s", "eavesdrop='true'")
        assert (name, reply.message_type is MessageType.METHOD_RETURN) == (name, name == ADMIN)
        monitoring = "org.freedesktop.DBus.Monitoring"
        call = Message(DAEMON_NAME, DAEMON_PATH, monitoring, "BecomeMonitor", signature="asu", body=[[], 0])
        reply = await party.link.call(call)
        assert reply is not None
        assert (name, reply.message_type is MessageType.METHOD_RETURN) == (name, name == ADMIN)
        await party.leave()


@pytest.mark.parametrize("unit", list(UnitName), ids=lambda unit: unit.value)
async def test_unknown_methods_and_interfaces_are_for_nobody_but_root(
    unit: UnitName, parties: dict[str, Party]
) -> None:
    for interface in (unit.bus_name, "org.example.Other1"):
        errors = {name: await party.call(unit, "Other", "", interface) for name, party in parties.items()}
        passed = {name for name, error in errors.items() if not error}
        assert passed - {name for name, owned in OWNERS.items() if owned is unit} == {ADMIN}


@pytest.mark.parametrize("unit", list(UnitName), ids=lambda unit: unit.value)
async def test_properties_are_read_by_those_who_need_them(unit: UnitName, parties: dict[str, Party]) -> None:
    errors = {name: await party.call(unit, "GetAll", "s", PROPERTIES) for name, party in parties.items()}
    passed = {name for name, error in errors.items() if not error}
    assert passed - {name for name, owned in OWNERS.items() if owned is unit} == READERS[unit.value]


@pytest.mark.parametrize("unit", list(UnitName), ids=lambda unit: unit.value)
async def test_a_stranger_hears_nothing(unit: UnitName, parties: dict[str, Party]) -> None:
    """Default deny for calls does not stop signals; ``receive_sender`` does."""
    owner = next(name for name, owned in OWNERS.items() if owned is unit)
    for party in parties.values():
        await party.daemon("AddMatch", "s", "type='signal'")
        await party.daemon("AddMatch", "s", f"type='signal',sender='{unit.bus_name}'")
    signals = [(unit.bus_name, signal.name) for signal in contract(unit).signals]
    signals.append((PROPERTIES, "PropertiesChanged"))
    for interface, member in signals:
        await parties[owner].link.send(Message.new_signal(unit.path, interface, member))
    await parties[owner].settle()
    for party in parties.values():
        await party.settle()
    heard = {
        name: [message.member for message in party.heard]
        for name, party in parties.items()
        if party.heard and name != owner
    }
    members = [member for _, member in signals]
    public = [member for member in members if member not in UNITS_ALONE]
    assert heard == {ADMIN: members, MEMBER: public} | {
        name: [member for member in members if member in heeded] for name, heeded in HEEDED[unit.value].items()
    }


def test_a_unit_heeds_what_the_policy_lets_through_and_nothing_else() -> None:
    """A signal that a unit waits for and may not receive never comes, on no other bus than the real one."""
    told_by = {kind.__name__: unit.value for unit, kinds in SIGNALS.items() for kind in kinds}
    for listener, listening in OWNERS.items():
        calls = [
            node
            for path in (ROOT / "jarvisd" / listening.value).rglob("*.py")
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "receive"
        ]
        named = {node.args[0].id for node in calls if isinstance(node.args[0], ast.Name)}
        heeded = {name for name in named if name in told_by}
        let_through = {
            member for reached in HEEDED.values() for member in reached.get(listener, set()) if member in told_by
        }
        assert (listener, heeded) == (listener, let_through)


@pytest.mark.parametrize("unit", list(UnitName), ids=lambda unit: unit.value)
async def test_nobody_speaks_in_the_name_of_a_unit(unit: UnitName, parties: dict[str, Party]) -> None:
    """Forged signals, broadcast or sent to one unit, reach no unit."""
    owner = next(name for name, owned in OWNERS.items() if owned is unit)
    for party in parties.values():
        await party.daemon("AddMatch", "s", "type='signal'")
    for name in set(parties) - {owner}:
        for signal in contract(unit).signals:
            forged = Message.new_signal(unit.path, unit.bus_name, signal.name)
            await parties[name].link.send(forged)
            for target in OWNERS:
                await parties[name].link.send(_to(parties[target], forged))
        await parties[name].settle()
    for party in parties.values():
        await party.settle()
    assert {name: len(party.heard) for name, party in parties.items() if party.heard} == {}


async def test_nobody_answers_a_call_that_was_not_theirs(parties: dict[str, Party]) -> None:
    """A reply of ListenForAnswer is the consent; only the unit that was called can give it."""
    got: list[Message] = []
    parties[EXECUTOR].link.add_message_handler(
        lambda message: got.append(message) if message.sender != DAEMON_NAME else None
    )
    for name in (BRAIN, MEMBER, OUTSIDER, TTS, AUDIO, ADMIN):
        for serial in range(1, 20):
            await parties[name].link.send(
                Message(
                    destination=parties[EXECUTOR].name,
                    message_type=MessageType.METHOD_RETURN,
                    reply_serial=serial,
                    signature="b",
                    body=[True],
                )
            )
        await parties[name].settle()
    await parties[EXECUTOR].settle()
    assert got == []


async def test_each_unit_owns_only_its_name(bus: SystemBus) -> None:
    for name in CALLERS:
        for unit in UnitName:
            party = Party(await bus.connect(name))
            reply = await party.daemon("RequestName", "su", unit.bus_name, 4)
            is_owner = reply.message_type == MessageType.METHOD_RETURN
            assert is_owner is (OWNERS.get(name) is unit), (name, unit)
            await party.leave()


async def test_strangers_start_no_unit_and_nobody_starts_the_ear(bus: SystemBus) -> None:
    for name, unit in ((OUTSIDER, UnitName.BRAIN), (MEMBER, UnitName.AUDIO)):
        party = Party(await bus.connect(name))
        reply = await party.daemon("StartServiceByName", "su", unit.bus_name, 0)
        assert reply.message_type == MessageType.ERROR
        message = Message(unit.bus_name, unit.path, unit.bus_name, "Cancel")
        error = (await party.link.call(message)).error_name
        unknown = "org.freedesktop.DBus.Error.ServiceUnknown"
        assert error == (ACCESS_DENIED if name == OUTSIDER else unknown)
        await party.leave()


def _to(party: Party, message: Message) -> Message:
    return Message(
        destination=party.name,
        path=message.path,
        interface=message.interface,
        member=message.member,
        message_type=MessageType.SIGNAL,
    )
