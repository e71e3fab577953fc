"""The executor's window on the memories: every field checked (decision 20)."""

from __future__ import annotations

import json

import pytest

from jarvisd.brain.memory import Memories
from jarvisd.brain.memory_desk import MemoryDesk
from jarvisd.core.errors import ErrorCode, JarvisError
from tests.fakes.brain import SteadyClock
from tests.fakes.memory import HashingEmbedder, InMemoryStore


@pytest.fixture
def desk() -> MemoryDesk:
    return MemoryDesk(Memories(HashingEmbedder(), InMemoryStore(), SteadyClock(), 0.9))


async def test_what_was_told_is_said_back_to_the_listener(desk: MemoryDesk) -> None:
    await desk.remember(json.dumps({"kind": "FACT", "text": "My gate code is 8812"}))
    [found] = json.loads(await desk.recall("gate code", 3))
    assert (found["text"], found["kind"], found["tainted"]) == ("Your gate code is 8812", "FACT", False)


async def test_anything_but_a_clear_no_is_tainted(desk: MemoryDesk) -> None:
    """Decision 4."""
    await desk.remember(json.dumps({"text": "the gate code is 8812", "tainted": "false"}))
    [found] = json.loads(await desk.recall("gate code", 3))
    assert found["tainted"] is True


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "[]",
        "{}",
        '{"text": " "}',
        '{"text": 3}',
        '{"text": "a", "importance": 2}',
        '{"text": "a", "importance": true}',
        '{"text": "a", "kind": "SECRET"}',
    ],
)
async def test_malformed_memories_are_refused(desk: MemoryDesk, text: str) -> None:
    with pytest.raises(JarvisError) as refused:
        await desk.remember(text)
    assert refused.value.code is ErrorCode.INVALID_REQUEST


async def test_forgetting_tells_how_many(desk: MemoryDesk) -> None:
    memory_id = await desk.remember(json.dumps({"text": "the gate code is 8812"}))
    assert await desk.forget(memory_id) == 1
    assert await desk.forget("something never heard of") == 0
