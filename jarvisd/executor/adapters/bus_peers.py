"""The other units as the executor's ports see them, by calls over the bus."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import pwd
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from jarvisd.bus.caller import may_be_asked
from jarvisd.bus.client import UnitClient
from jarvisd.bus.connection import Connection
from jarvisd.bus.names import UnitName
from jarvisd.bus.replies import AnswerReply
from jarvisd.bus.service.polkit import Authority, PolkitAction
from jarvisd.bus.service.service import variants
from jarvisd.bus.signals.tts import RingingEnded
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError
from jarvisd.core.json_types import JsonObject
from jarvisd.core.network.email_address import is_address
from jarvisd.core.planning.opinion import RiskOpinion, parse_opinion
from jarvisd.core.states import PartStatus
from jarvisd.core.timeout import within
from jarvisd.executor.ports.health import PartStates
from jarvisd.lang.en.contacts import Contact
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.tasks import Tasks

logger = logging.getLogger(__name__)

ANSWER_MARGIN_S = 90.0
"""Beyond the window: the longest answer that began in it, and its transcription on a slow machine."""
MEMORY_DEADLINE_S = 25.0
FORGET_DEADLINE_S = 150.0
"""Forgetting copies what is left: 16 s for 10,000 memories."""
"""Chosen: as long as libdbus waits for an answer; the embedder may have to load first."""


class BusAnswerListener:
    """:class:`~jarvisd.executor.ports.Ears` in the audio unit."""

    def __init__(self, peer: UnitClient) -> None:
        self._peer = peer

    async def reserve(self, request_id: str) -> None:
        """Reserve the ear."""
        await self._peer.call("ReserveAnswer", "s", [request_id])

    async def listen(self, request_id: str, window_s: float) -> AnswerReply:
        """Open the window; the answer is this call's reply and nothing else (decision 2)."""
        timeout_s = window_s + ANSWER_MARGIN_S
        body = [request_id, window_s]
        [reply] = await self._peer.call_pinned("ListenForAnswer", "sd", body, timeout_s=timeout_s)
        return AnswerReply.from_plain(reply)

    async def release(self, request_id: str) -> None:
        """Give the ear back."""
        await self._peer.call("ReleaseAnswer", "s", [request_id])


class BusQuestionSpeaker:
    """:class:`~jarvisd.executor.ports.Speech` in the tts unit."""

    def __init__(self, peer: UnitClient) -> None:
        self._peer = peer

    async def ask(self, request_id: str, text: str, limit_s: float, *, invites: bool = False) -> int:
        """Speak a question; the reply comes when its last sample has been played."""
        body = [request_id, text, invites]
        [finished_us] = await self._peer.call("Question", "ssb", body, timeout_s=limit_s)
        return int(finished_us)

    async def release(self, request_id: str) -> None:
        """Give the voice back."""
        await self._peer.call("Release", "s", [request_id])

    async def say(self, text: str, turn_id: str) -> None:
        """Queue a sentence."""
        await self._peer.call("Say", "sa{sv}", [text, variants(turn=turn_id)])

    async def alert(self, text: str, turn_id: str) -> None:
        """Say a sentence before all others."""
        await self._peer.call("Say", "sa{sv}", [text, variants(turn=turn_id, priority="alert")])


class BusBell:
    """:class:`~jarvisd.executor.ports.bell.Bell` in the tts unit, and what it tells of what has rung."""

    def __init__(self, peer: UnitClient, tasks: Tasks) -> None:
        self._peer = peer
        self._tasks = tasks

    async def ring(self, timer_id: str, text: str, limit_s: float) -> None:
        """Begin to ring."""
        await self._peer.call("Ring", "ssd", [timer_id, text, limit_s])

    async def stop(self, timer_id: str) -> None:
        """End a ring."""
        await self._peer.call("StopRinging", "s", [timer_id])

    async def follow(
        self, ended: Callable[[str, str], Coroutine[Any, Any, None]], lost: Callable[[], None]
    ) -> None:
        """Tell of every ring that has ended, with the reason, and of the loss of all of them."""
        self._peer.receive(RingingEnded, lambda told: self._ended(ended(told.ring_id, told.reason)))
        await self._peer.follow(lambda _: lost())

    def _ended(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.start("timer-rung", work)


class BusIdentities:
    """:class:`~jarvisd.executor.ports.Identities` asked of the bus itself."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def own_uid(self) -> int:
        """The executor's own user."""
        return os.getuid()

    @property
    def private_bus(self) -> bool:
        """Whether the bus is a private one."""
        return self._connection.is_private

    async def uid_of(self, unique_name: str) -> int | None:
        """The user of a connection."""
        if not unique_name.startswith(":"):
            return None
        try:
            return await self._connection.uid_of(unique_name)
        except JarvisError:
            return None

    def name_of(self, uid: int | None) -> str:
        """The name of a user, or the number."""
        if uid is None:
            return "who has left"
        try:
            return pwd.getpwuid(uid).pw_name
        except KeyError:
            return f"number {uid}"

    async def brain(self) -> str:
        """The connection that owns Brain1."""
        return await self._connection.owner_of(UnitName.BRAIN.bus_name) or ""

    async def may_confirm(self, unique_name: str) -> bool:
        """Whether polkit lets the connection confirm."""
        return await Authority(self._connection).allows(unique_name, PolkitAction.CONFIRM, may_ask=may_be_asked())


class BusBrain:
    """:class:`~jarvisd.executor.ports.RiskAssessor` and ``MemoryGateway`` in the brain unit."""

    def __init__(self, peer: UnitClient) -> None:
        self._peer = peer

    async def assess(self, action: JsonObject, timeout_s: float) -> RiskOpinion | None:
        """The opinion on an action; late, missing or malformed is none."""
        try:
            [text] = await self._peer.call("AssessRisk", "s", [json.dumps(action)], timeout_s=timeout_s)
        except JarvisError as error:
            logger.info("no opinion on a risk code=%s", error.code)
            return None
        return parse_opinion(text)

    async def remember(self, text: str, kind: str, importance: float, *, tainted: bool) -> str:
        """Keep a memory."""
        memory = {"kind": kind, "text": text, "importance": importance, "tainted": tainted}
        [memory_id] = await self._peer.call("Remember", "s", [json.dumps(memory)], timeout_s=MEMORY_DEADLINE_S)
        return str(memory_id)

    async def recall(self, query: str, count: int) -> Sequence[JsonObject]:
        """The nearest memories."""
        [text] = await self._peer.call("Recall", "su", [query, count], timeout_s=MEMORY_DEADLINE_S)
        return _objects(text)

    async def forget(self, memory_id: str) -> int:
        """Take a memory away."""
        [count] = await self._peer.call("Forget", "s", [memory_id], timeout_s=FORGET_DEADLINE_S)
        return int(count)

    async def contacts(self, name: str) -> Sequence[Contact]:
        """The people whose e-mail address a name may mean."""
        [text] = await self._peer.call("Contacts", "s", [name], timeout_s=MEMORY_DEADLINE_S)
        return contacts_from(_objects(text))


def contacts_from(listed: Sequence[JsonObject]) -> list[Contact]:
    """What the brain lists, without anything that is no plain address; untold taint counts as taint."""
    found = [
        Contact(
            name=str(item.get("name", "")),
            address=str(item.get("address", "")).lower(),
            id=str(item.get("id", "")),
            created=str(item.get("created", "")),
            is_tainted=item.get("tainted") is not False,
        )
        for item in listed
    ]
    return [contact for contact in found if contact.name and is_address(contact.address)]


def _objects(text: str) -> list[JsonObject]:
    try:
        memories = json.loads(text)
    except ValueError as error:
        raise EngineError("the brain's memories cannot be read", code=ErrorCode.MEMORY_GONE) from error
    return [memory for memory in memories if isinstance(memory, dict)] if isinstance(memories, list) else []


class BusHealth:
    """:class:`~jarvisd.executor.ports.Health`: the parts that each unit publishes, and its own."""

    def __init__(self, own: Parts, peers: Sequence[UnitClient], tasks: Tasks) -> None:
        self._own = own
        self._peers = peers
        self._tasks = tasks
        self._known: dict[str, dict[str, PartStatus]] = {}
        self._told: Counter[str] = Counter()
        self._subscribers: list[Callable[[], None]] = []
        own.subscribe(self._changed)

    async def start(self) -> None:
        """Follow the other units as they come, change and go."""
        for peer in self._peers:
            peer.on_properties(self._listener(peer))
            owner = await peer.follow(self._owner_listener(peer))
            if owner is not None:
                self._ask(peer)

    def parts(self) -> PartStates:
        """The last known states of the units that are there."""
        return {UnitName.EXECUTOR.value: self._own.statuses(), **self._known}

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` after every change."""
        self._subscribers.append(callback)

    def _listener(self, peer: UnitClient) -> Callable[[dict[str, Any]], None]:
        def changed(values: dict[str, Any]) -> None:
            if "Parts" in values:
                self._told[peer.unit.value] += 1
                self._take(peer, values["Parts"])

        return changed

    def _owner_listener(self, peer: UnitClient) -> Callable[[str | None], None]:
        def moved(owner: str | None) -> None:
            if owner is None:
                self._known.pop(peer.unit.value, None)
                self._changed()
            else:
                self._ask(peer)

        return moved

    def _ask(self, peer: UnitClient) -> None:
        self._tasks.start(f"health of {peer.unit.value}", self._fetch(peer))

    async def _fetch(self, peer: UnitClient) -> None:
        told = self._told[peer.unit.value]
        try:
            values = await within(peer.properties(), 10)
        except (JarvisError, asyncio.TimeoutError):
            logger.info("no health from unit=%s", peer.unit.value)
            return
        # A signal is handled as it arrives, an answer a little later: what was told meanwhile is newer.
        if told == self._told[peer.unit.value]:
            self._take(peer, values.get("Parts", {}))

    def _take(self, peer: UnitClient, states: Mapping[str, str]) -> None:
        self._known[peer.unit.value] = {part: PartStatus.parse(state) for part, state in states.items()}
        self._changed()

    def _changed(self) -> None:
        for callback in self._subscribers:
            callback()
