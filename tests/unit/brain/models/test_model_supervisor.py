"""The language model is loaded behind the scenes, and who asks too soon hears that it will be there."""

from __future__ import annotations

import asyncio

import pytest

from jarvisd.brain.models.model_supervisor import ModelSupervisor
from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable
from jarvisd.runtime.heartbeat import Heartbeat
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.tasks import Tasks
from tests.fakes.language_model import ScriptedModel


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
