"""``org.jarvisd.Brain1``: a thin shell over the dialogue and the memories."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from jarvisd.brain.dialogue.dialogue import Dialogue
from jarvisd.brain.events import Event
from jarvisd.brain.memory.memory import Memories
from jarvisd.brain.memory.memory_service import MemoryService
from jarvisd.brain.plan.planner import Planner
from jarvisd.bus.caller import Access, current_sender
from jarvisd.bus.connection import Connection
from jarvisd.bus.names import UnitName
from jarvisd.bus.service.service import PartHealth, UnitInterface, method, plain, prop, signal
from jarvisd.bus.signals.brain import StateChanged
from jarvisd.core.errors import JarvisError
from jarvisd.core.states import TurnState

_FLAGS: Mapping[str, str] = MappingProxyType(
    {
        "is_dry_run": "dry_run",
        "by_voice": "voice",
        "is_pasted": "pasted",
        "asks_in_reply": "ask_in_reply",
    }
)
"""What the options of Ask are called in the dialogue."""


class BrainInterface(UnitInterface):
    """What ``dbus/org.jarvisd.Brain1.xml`` describes."""

    def __init__(
        self,
        bus: Connection,
        health: PartHealth,
        *,
        dialogue: Dialogue,
        planner: Planner,
        memories: Memories,
        memory_service: MemoryService,
    ) -> None:
        super().__init__(UnitName.BRAIN, bus, health)
        self._dialogue = dialogue
        self._planner = planner
        self._memories = memories
        self._memory_service = memory_service

    @method("sa{sv}", "s", "turn_id")
    async def Ask(self, text: str, options: dict[str, Any]) -> str:
        """Begin a turn with a written request."""
        wanted = plain(options)
        flags = {flag: wanted.get(name) is True for flag, name in _FLAGS.items()}
        sender = current_sender()
        return self._dialogue.ask(text, sender, asker=await self._user_of(sender), **flags)

    @method("s", "b", "stopped")
    async def Cancel(self, turn_id: str) -> bool:
        """Stop a turn."""
        return await self._dialogue.cancel(turn_id)

    @method("s", "s", "report_json")
    async def Report(self, turn_id: str) -> str:
        """The record of a turn."""
        return json.dumps(self._dialogue.record(turn_id).to_json())

    @method("s", "s", "opinion_json", who=Access.EXECUTOR)
    async def AssessRisk(self, action_json: str) -> str:
        """The model's opinion on an action."""
        return await self._planner.assess_risk(action_json)

    @method("s", "s", "memory_id", who=Access.EXECUTOR_OR_ADMIN)
    async def Remember(self, memory_json: str) -> str:
        """Keep a memory."""
        return await self._memory_service.remember(memory_json)

    @method("su", "s", "memories_json", who=Access.EXECUTOR_OR_ADMIN)
    async def Recall(self, query: str, count: int) -> str:
        """The memories nearest to a query."""
        return await self._memory_service.recall(query, count)

    @method("s", "s", "contacts_json", who=Access.EXECUTOR_OR_ADMIN)
    async def Contacts(self, name: str) -> str:
        """The people whose e-mail address a name may mean."""
        return await self._memory_service.contacts(name)

    @method("", "s", "memories_json", who=Access.ADMIN)
    async def ListMemories(self) -> str:
        """Everything that is remembered."""
        return await self._memory_service.listing()

    @method("s", "u", "forgotten", who=Access.EXECUTOR_OR_ADMIN)
    async def Forget(self, query_or_id: str) -> int:
        """Forget memories."""
        return await self._memories.forget(query_or_id)

    @method("", "u", "forgotten", who=Access.WIPE_MEMORY)
    async def ForgetEverything(self) -> int:
        """Forget all memories."""
        return await self._memories.forget_everything()

    async def _user_of(self, sender: str) -> str:
        """Whose dialogue a connection goes on with: a user's programs come and go."""
        try:
            return f"uid {await self.bus.uid_of(sender)}"
        except JarvisError:
            return sender

    @signal("stsss")
    def StateChanged(self, turn_id: str, at_us: int, source: str, target: str, edge: str) -> list[Any]:
        """A turn moved."""
        return [turn_id, at_us, source, target, edge]

    @signal("sts")
    def TurnStarted(self, turn_id: str, at_us: int, channel: str) -> list[Any]:
        """A turn began."""
        return [turn_id, at_us, channel]

    @signal("stus")
    def ReplyPart(self, turn_id: str, at_us: int, index: int, text: str) -> list[Any]:
        """A part of the reply is certain."""
        return [turn_id, at_us, index, text]

    @signal("stb")
    def ReplySpoken(self, turn_id: str, at_us: int, is_question: bool) -> list[Any]:
        """A reply was spoken to its end."""
        return [turn_id, at_us, is_question]

    @signal("stss")
    def TurnFinished(self, turn_id: str, at_us: int, outcome: str, code: str) -> list[Any]:
        """A turn ended."""
        return [turn_id, at_us, outcome, code]

    @prop("s")
    def State(self) -> str:
        """State of the current turn."""
        return self._dialogue.state.value

    @prop("s")
    def CurrentTurn(self) -> str:
        """Id of the current turn."""
        return self._dialogue.current_turn

    def publish(self, event: Event) -> None:
        """Send the signal of an event, and the properties that changed with it."""
        self.send(event)
        if isinstance(event, StateChanged):
            is_idle = event.target == TurnState.IDLE.value
            self.changed(State=event.target, CurrentTurn="" if is_idle else event.turn_id)
