"""The language model is loaded behind the scenes, and who asks too soon hears that it will be there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from jarvisd.brain.models.model_supervisor import ModelSupervisor, evaluating
from jarvisd.brain.ports import LanguageModel, Message
from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.runtime.heartbeat import Heartbeat
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.tasks import Tasks
from tests.fakes.language_model import Rule, ScriptedModel
from tests.unit.brain.dialogue.test_dialogue import TIME_PLAN, Room

NEEDS_A_PLAN = "Tell me how late it has become, friend."


async def _no_prefix() -> tuple[()]:
    return ()


def _code_of(keeper: ModelSupervisor) -> ErrorCode | None:
    try:
        keeper.current()
    except JarvisError as error:
        return error.code
    return None


async def test_a_model_is_used_from_when_it_is_warm() -> None:
    parts, chosen, ready = Parts(), asyncio.Event(), asyncio.Event()
    model = ScriptedModel()

    async def choose() -> ScriptedModel:
        await chosen.wait()
        await model.start()
        return model

    keeper = ModelSupervisor(choose, _no_prefix, parts, Heartbeat("llm", 1_000_000, lambda: 0))
    parts.subscribe(lambda: ready.set() if parts.is_ready else None)
    assert _code_of(keeper) is ErrorCode.LLM_LOADING
    keeping = Tasks().start("keep", keeper.keep())
    try:
        chosen.set()
        await asyncio.wait_for(ready.wait(), 60)
        await asyncio.sleep(0)
        assert _code_of(keeper) is None
        assert model.warmed == [()]
    finally:
        keeping.cancel()
        await asyncio.wait({keeping})
    assert _code_of(keeper) is ErrorCode.LLM_LOADING


class Evaluating(ScriptedModel):
    """Reads its instructions until it ``may_end``, as for the first time of all."""

    def __init__(self, parts: Parts) -> None:
        super().__init__([Rule("", TIME_PLAN)])
        self.has_begun, self.may_end = asyncio.Event(), asyncio.Event()
        self._parts = parts

    async def warm(self, prefix: Sequence[Message]) -> None:
        evaluating(self._parts, 1024, 4096)
        self.has_begun.set()
        await self.may_end.wait()
        await super().warm(prefix)


class WakingRoom(Room):
    """A room whose model is looked after."""

    def __init__(self) -> None:
        super().__init__(None)
        self.health = Parts()
        self.evaluating = Evaluating(self.health)
        heartbeat = Heartbeat("llm", 1_000_000, lambda: 0)
        self.keeper = ModelSupervisor(self._choose, _no_prefix, self.health, heartbeat)

    async def _choose(self) -> ScriptedModel:
        await self.evaluating.start()
        return self.evaluating

    def current(self) -> LanguageModel:
        return self.keeper.current()


async def test_what_needs_no_model_is_answered_while_it_reads_its_instructions() -> None:
    """And whoever asks for more hears how it stands, which is shown with how far it has come."""
    room = WakingRoom()
    keeping = Tasks().start("keep", room.keeper.keep())
    try:
        await asyncio.wait_for(room.evaluating.has_begun.wait(), 60)
        assert room.health.states() == {"llm": "loading: reading its instructions, 25 %"}
        room.ask("What time is it?")
        turn = await room.end()
        assert (turn.code, turn.reply) == ("", "I did it.")
        room.ask(NEEDS_A_PLAN)
        turn = await room.end()
        assert (turn.code, turn.reply) == (ErrorCode.LLM_LOADING, ENGLISH.replies.error(ErrorCode.LLM_LOADING))
        room.evaluating.may_end.set()
        ready = asyncio.Event()
        room.health.subscribe(ready.set)
        await asyncio.wait_for(ready.wait(), 60)
        room.ask(NEEDS_A_PLAN)
        assert (await room.end()).code == ""
    finally:
        keeping.cancel()
        await asyncio.wait({keeping})


async def test_why_there_is_none_is_said_instead() -> None:
    async def choose() -> ScriptedModel:
        raise Unavailable("no such model", code=ErrorCode.MODEL_MISSING)

    parts, failed = Parts(), asyncio.Event()
    keeper = ModelSupervisor(choose, _no_prefix, parts, Heartbeat("llm", 1_000_000, lambda: 0))
    parts.subscribe(failed.set)
    keeping = Tasks().start("keep", keeper.keep())
    try:
        await asyncio.wait_for(failed.wait(), 60)
        assert _code_of(keeper) is ErrorCode.MODEL_MISSING
    finally:
        keeping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await keeping
