"""``org.jarvisd.Brain1``: a thin shell over the dialogue and the memories."""

from __future__ import annotations

import json
from typing import Any

from jarvisd.brain.dialogue.dialogue import Dialogue
from jarvisd.brain.memory.memory_service import MemoryService
from jarvisd.brain.plan.planner import Planner
from jarvisd.brain.turn.turn import Turn
from jarvisd.bus.caller import Access, current_sender
from jarvisd.bus.connection import Connection
from jarvisd.bus.names import UnitName
from jarvisd.bus.service.service import PartHealth, UnitInterface, method, plain, prop, signal
from jarvisd.bus.signals.brain import StateChanged, TurnFinished, TurnStarted
from jarvisd.core.clock import Clock
from jarvisd.core.states import Edge, TurnState


class BrainInterface(UnitInterface):
    """The brain on the bus, and the publisher of the dialogue."""

    def __init__(
        self,
        bus: Connection,
        health: PartHealth,
        clock: Clock,
        *,
        dialogue: Dialogue,
        planner: Planner,
        memories: MemoryService,
    ) -> None:
        super().__init__(UnitName.BRAIN, bus, health)
        self._clock = clock
        self._dialogue = dialogue
        self._planner = planner
        self._memories = memories
        dialogue.publisher = self

    @method("sa{sv}", "s", "turn_id")
    async def Ask(self, text: str, options: dict[str, Any]) -> str:
        """Begin a turn with a written request."""
        wanted = plain(options)
        flags = {"is_dry_run": wanted.get("dry_run") is True, "by_voice": wanted.get("voice") is True}
        return self._dialogue.ask(text, current_sender(), **flags)

    @method("s", "b", "stopped")
    async def Cancel(self, turn_id: str) -> bool:
        """Stop a turn."""
        return await self._dialogue.cancel(turn_id)

    @method("s", "s", "report_json")
    async def Report(self, turn_id: str) -> str:
        """The record of a turn."""
        return json.dumps(self._dialogue.report(turn_id))

    @method("s", "s", "opinion_json", who=Access.EXECUTOR)
    async def AssessRisk(self, action_json: str) -> str:
        """The model's opinion on an action."""
        return await self._planner.assess_risk(action_json)

    @method("s", "s", "memory_id", who=Access.EXECUTOR_OR_ADMIN)
    async def Remember(self, memory_json: str) -> str:
        """Keep a memory."""
        return await self._memories.remember(memory_json)

    @method("su", "s", "memories_json", who=Access.EXECUTOR_OR_ADMIN)
    async def Recall(self, query: str, count: int) -> str:
        """The memories nearest to a query."""
        return await self._memories.recall(query, count)

    @method("s", "s", "contacts_json", who=Access.EXECUTOR_OR_ADMIN)
    async def Contacts(self, name: str) -> str:
        """The people whose e-mail address a name may mean."""
        return await self._memories.contacts(name)

    @method("s", "u", "forgotten", who=Access.EXECUTOR_OR_ADMIN)
    async def Forget(self, query_or_id: str) -> int:
        """Forget memories."""
        return await self._memories.forget(query_or_id)

    @method("", "u", "forgotten", who=Access.WIPE_MEMORY)
    async def ForgetEverything(self) -> int:
        """Forget all memories."""
        return await self._memories.forget_everything()

    @signal("stsss")
    def StateChanged(self, turn_id: str, at_us: int, source: str, target: str, edge: str) -> list[Any]:
        """A turn moved."""
        return [turn_id, at_us, source, target, edge]

    @signal("sts")
    def TurnStarted(self, turn_id: str, at_us: int, channel: str) -> list[Any]:
        """A turn began."""
        return [turn_id, at_us, channel]

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

    # --- publisher of the dialogue ---

    def state_changed(self, turn_id: str, source: TurnState, target: TurnState, edge: Edge) -> None:
        """Signal a move and the changed properties."""
        now_us = self._clock.monotonic_us()
        self.send(StateChanged(turn_id, now_us, source.value, target.value, edge.value))
        self.changed(State=target.value, CurrentTurn=turn_id if target is not TurnState.IDLE else "")

    def turn_started(self, turn: Turn) -> None:
        """Signal the start of a turn."""
        self.send(TurnStarted(turn.turn_id, turn.began_us, turn.channel.value))

    def turn_finished(self, turn: Turn) -> None:
        """Signal the end of a turn."""
        outcome = turn.outcome.value if turn.outcome else "failed"
        self.send(TurnFinished(turn.turn_id, self._clock.monotonic_us(), outcome, turn.code))
