"""The executor's window on the memories: every field checked (decision 20)."""

from __future__ import annotations

import json

import pytest

from jarvisd.brain.memory.memory import Memories
from jarvisd.brain.memory.memory_service import MemoryService
from jarvisd.core.errors import ErrorCode, JarvisError
from tests.fakes.clock import SteadyClock
from tests.fakes.memory import HashingEmbedder, InMemoryStore


@pytest.fixture
def memories() -> Memories:
    return Memories(HashingEmbedder(), InMemoryStore(), SteadyClock(), 0.9)


@pytest.fixture
def desk(memories: Memories) -> MemoryService:
    return MemoryService(memories)


async def test_what_was_told_is_kept_as_it_was_heard(desk: MemoryService) -> None:
    await desk.remember(json.dumps({"kind": "FACT", "text": "My gate code is 8812"}))
    [found] = json.loads(await desk.recall("gate code", 3))
    assert (found["text"], found["kind"], found["tainted"]) == ("My gate code is 8812", "FACT", False)


async def test_anything_but_a_clear_no_is_tainted(desk: MemoryService) -> None:
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
async def test_malformed_memories_are_refused(desk: MemoryService, text: str) -> None:
    with pytest.raises(JarvisError) as refused:
        await desk.remember(text)
    assert refused.value.code is ErrorCode.INVALID_REQUEST


async def test_forgetting_tells_how_many(desk: MemoryService, memories: Memories) -> None:
    memory_id = await desk.remember(json.dumps({"text": "the gate code is 8812"}))
    assert await memories.forget(memory_id) == 1
    assert await memories.forget("something never heard of") == 0


async def test_an_address_that_was_told_becomes_a_contact(desk: MemoryService) -> None:
    await desk.remember(json.dumps({"kind": "FACT", "text": "Mark's address is mark at example dot org."}))
    [found] = json.loads(await desk.contacts("mark"))
    assert (found["name"], found["address"], found["tainted"]) == ("Mark", "mark@example.org", False)
    [memory] = json.loads(await desk.recall("Mark's e-mail address", 3))
    assert (memory["kind"], memory["text"]) == ("CONTACT", "Mark's e-mail address is mark@example.org")


async def test_two_of_a_name_are_told_and_a_forgotten_one_is_gone(desk: MemoryService, memories: Memories) -> None:
    await desk.remember(json.dumps({"kind": "CONTACT", "text": "Mark Wilson's email is mw@company.com"}))
    second = await desk.remember(json.dumps({"kind": "CONTACT", "text": "Mark Smith's email is ms@example.org"}))
    assert {item["address"] for item in json.loads(await desk.contacts("Mark"))} == {
        "mw@company.com",
        "ms@example.org",
    }
    assert await memories.forget(second) == 1
    assert [item["name"] for item in json.loads(await desk.contacts("Mark"))] == ["Mark Wilson"]


async def test_only_contacts_are_looked_through(desk: MemoryService) -> None:
    await desk.remember(json.dumps({"kind": "CONTACT", "text": "Lena's phone number is 555 0142"}))
    await desk.remember(json.dumps({"kind": "TASK_OUTCOME", "text": "Lena has a cat"}))
    assert json.loads(await desk.contacts("Lena")) == []
