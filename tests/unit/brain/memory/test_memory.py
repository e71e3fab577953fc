"""What is remembered, recalled and forgotten, by rule and on the in-memory store (A6, A12)."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from jarvisd.brain.memory.memory import (
    EQUALLY_NEAR,
    FORGET_DISTANCE,
    Memories,
    choose,
    condemned,
    duplicate,
)
from jarvisd.brain.ports import Memory, MemoryKind, Recollection
from tests.fakes.memory import HashingEmbedder, InMemoryStore

START = datetime(2026, 1, 31, 12, 0, tzinfo=timezone.utc)


class SteppingClock:
    """A minute passes whenever the time is asked for."""

    def __init__(self) -> None:
        self.time = START

    def monotonic_us(self) -> int:
        return int((self.time - START).total_seconds() * 1e6)

    def boot_us(self) -> int:
        return self.monotonic_us()

    def now(self) -> datetime:
        self.time += timedelta(minutes=1)
        return self.time


def item(
    text: str, distance: float, *, day: int = 1, kind: MemoryKind = MemoryKind.FACT, zone: str = "+00:00"
) -> Recollection:
    return Recollection(Memory(text, kind, text, 0.5, f"2026-03-{day:02}T10:00:00{zone}"), distance)


def texts(found: list[Recollection]) -> list[str]:
    return [one.memory.text for one in found]


@pytest.fixture
def memories() -> Memories:
    return Memories(HashingEmbedder(), InMemoryStore(), SteppingClock(), 0.75)


def test_nearest_first_and_nothing_beyond_the_limit() -> None:
    found = [item("far", 0.8), item("middle", 0.5), item("near", 0.1), item("edge", 0.75)]
    assert texts(choose(found, 0.75, 9)) == ["near", "middle", "edge"]
    assert texts(choose(found, 0.75, 1)) == ["near"]
    assert choose([], 0.75, 4) == []
    assert choose(found, 0.75, 0) == []


def test_of_equally_near_memories_the_newest_comes_first() -> None:
    old, new = item("code is 1", 0.20, day=1), item("code is 2", 0.20 + EQUALLY_NEAR / 2, day=2)
    other = item("another thing", 0.20 + EQUALLY_NEAR * 1.1, day=3)
    assert texts(choose([old, new, other], 0.75, 3)) == ["code is 2", "code is 1", "another thing"]
    assert texts(choose([old, new, other], 0.75, 1)) == ["code is 2"]


def test_age_is_compared_across_time_zones() -> None:
    morning, evening = item("later", 0.2, zone="-09:00"), item("earlier", 0.2, zone="+05:00")
    assert texts(choose([evening, morning], 0.75, 2)) == ["later", "earlier"]


def test_an_outcome_stands_behind_a_fact_of_the_same_distance_and_needs_to_be_nearer() -> None:
    outcome, fact = item("asked", 0.15, kind=MemoryKind.TASK_OUTCOME), item("fact", 0.20)
    assert texts(choose([outcome, fact], 0.75, 2)) == ["fact", "asked"]
    assert choose([item("asked", 0.70, kind=MemoryKind.TASK_OUTCOME)], 0.75, 2) == []


def test_forget_takes_the_nearest_and_its_equals_only() -> None:
    found = [item("a", 0.20), item("b", 0.20 + EQUALLY_NEAR), item("c", 0.33), item("d", 0.9)]
    assert [memory.text for memory in condemned(found)] == ["a", "b"]


def test_forget_takes_nothing_when_nothing_is_near() -> None:
    assert condemned([item("a", FORGET_DISTANCE + 0.01)]) == []
    assert condemned([]) == []


def test_a_duplicate_has_the_same_words_and_kind() -> None:
    found = [item("My locker code is 4417", 0.0)]
    assert duplicate(found, MemoryKind.FACT, "my locker  code is 4417.") is not None
    assert duplicate(found, MemoryKind.FACT, "my locker code is 4418") is None
    assert duplicate(found, MemoryKind.PREFERENCE, "My locker code is 4417") is None


async def test_a_fact_is_recalled_with_its_kind_and_distance(memories: Memories) -> None:
    await memories.remember(MemoryKind.FACT, "my locker code is 4417", 0.8)
    await memories.remember(MemoryKind.PREFERENCE, "I like tea")
    (found,) = await memories.recall("what is my locker code", 4)
    assert found.memory.text == "my locker code is 4417"
    assert found.memory.kind is MemoryKind.FACT
    assert found.memory.importance == 0.8
    assert 0 < found.distance < 0.75
    assert not found.memory.tainted


async def test_who_asks_for_everything_hears_what_was_told_and_holds_the_newest_first(memories: Memories) -> None:
    await memories.remember(MemoryKind.FACT, "my car is on level 3")
    await memories.remember(MemoryKind.FACT, "my car is on level 5")
    await memories.remember(MemoryKind.PREFERENCE, "I like tea")
    await memories.note_outcome("delete old.txt", "I deleted 1 file.")
    await memories.remember(MemoryKind.CONTACT, "Ben's e-mail address is ben@example.org")
    assert texts(await memories.recall("me", 9)) == ["I like tea", "my car is on level 5"]
    assert len(await memories.recall("everything", 9)) == 3
    assert texts(await memories.recall("Everything", 1)) == ["Ben's e-mail address is ben@example.org"]


async def test_saying_the_same_again_makes_it_recent_and_keeps_one(memories: Memories) -> None:
    first = await memories.remember(MemoryKind.FACT, "my locker code is 4417", 0.9)
    (before,) = await memories.recall("locker code", 4)
    assert await memories.remember(MemoryKind.FACT, "My locker code is 4417.", 0.2) == first
    (after,) = await memories.recall("locker code", 4)
    assert after.memory.created > before.memory.created
    assert after.memory.importance == 0.9


async def test_what_may_be_newer_is_kept_beside_the_older_and_comes_first(memories: Memories) -> None:
    await memories.remember(MemoryKind.FACT, "my flight leaves at 6")
    await memories.remember(MemoryKind.FACT, "my flight leaves at 8")
    assert texts(await memories.recall("when does my flight leave at 6", 4)) == [
        "my flight leaves at 8",
        "my flight leaves at 6",
    ]


async def test_what_is_told_after_the_clock_was_set_back_is_the_newer() -> None:
    """Also by a brain that starts anew and knows only what is kept."""
    store, clock = InMemoryStore(), SteppingClock()
    clock.time += timedelta(days=3650)
    await Memories(HashingEmbedder(), store, clock, 0.75).remember(MemoryKind.FACT, "my flight leaves at 4417")
    clock.time = START
    again = Memories(HashingEmbedder(), store, clock, 0.75)
    for code in (9921, 1234):
        await again.remember(MemoryKind.FACT, f"my flight leaves at {code}")
    found = texts(await again.recall("when is it that my flight leaves", 4))
    assert found == [f"my flight leaves at {code}" for code in (1234, 9921, 4417)]


async def test_what_a_person_said_is_trusted_and_what_tools_found_is_not(
    memories: Memories,
) -> None:
    await memories.remember(MemoryKind.FACT, "the door is green", tainted=True)
    assert (await memories.recall("door", 1))[0].memory.tainted
    await memories.remember(MemoryKind.FACT, "the door is green", tainted=True)
    assert (await memories.recall("door", 1))[0].memory.tainted
    await memories.remember(MemoryKind.FACT, "the door is green", tainted=False)
    assert not (await memories.recall("door", 1))[0].memory.tainted
    await memories.remember(MemoryKind.FACT, "the door is green", tainted=True)
    assert not (await memories.recall("door", 1))[0].memory.tainted


async def test_an_outcome_is_kept_as_untrusted(memories: Memories) -> None:
    await memories.note_outcome("delete old files", "Three files were deleted.")
    (found,) = await memories.recall("old files deleted", 4)
    assert found.memory.kind is MemoryKind.TASK_OUTCOME
    assert found.memory.tainted


async def test_forget_by_words_and_by_id(memories: Memories) -> None:
    await memories.remember(MemoryKind.FACT, "my locker code is 4417")
    tea = await memories.remember(MemoryKind.PREFERENCE, "I like tea")
    assert await memories.forget("spaceships") == 0
    assert await memories.forget("my locker code") == 1
    assert await memories.recall("locker code", 4) == []
    assert await memories.forget(tea) == 1
    assert await memories.forget(tea) == 0
    assert await memories.forget("  ") == 0


async def test_nothing_is_recalled_for_nothing(memories: Memories) -> None:
    await memories.remember(MemoryKind.FACT, "my locker code is 4417")
    assert await memories.recall("", 4) == []
    assert await memories.recall("locker", 0) == []


async def test_what_is_forgotten_is_not_left_in_outcomes_or_traces() -> None:
    """Outcomes that quote requests go with it, all of them; those that name tools alone stay."""
    store, hidden = InMemoryStore(), list[bool]()

    async def hide() -> None:
        hidden.append(True)

    memories = Memories(HashingEmbedder(), store, SteppingClock(), 0.75, on_forget=hide)
    await memories.remember(MemoryKind.FACT, "my locker code is 4417")
    tea = await memories.remember(MemoryKind.PREFERENCE, "I like tea")
    await memories.note_outcome("write 4417 into the notes", "I wrote 4417.")
    await memories.note_kinds(["file_write", "file_move", "file_write"])
    assert (await memories.forget("spaceships"), hidden) == (0, [])
    assert len(await store.everything()) == 4
    assert (await memories.forget("my locker code"), hidden) == (1, [True])
    assert [kept.text for kept in await store.everything()] == ["I like tea", "Done: file write, file move."]
    assert await memories.forget(tea) == 1
    assert await memories.forget_everything() == 1
    assert (await store.everything(), hidden) == ([], [True] * 3)


async def test_old_outcomes_expire_and_quotes_with_the_right_to_keep_them() -> None:
    store, clock = InMemoryStore(), SteppingClock()
    memories = Memories(HashingEmbedder(), store, clock, 0.75, outcome_keep_days=30)
    await memories.remember(MemoryKind.FACT, "my locker code is 4417")
    await memories.note_kinds(["file_move"])
    clock.time += timedelta(days=29)
    assert await memories.expire(with_content=True) == 0
    clock.time += timedelta(days=1)
    await memories.note_kinds(["file_delete"])
    await memories.note_outcome("delete old files", "Three files were deleted.")
    assert await memories.expire(with_content=True) == 1
    assert len(await store.everything()) == 3
    assert await memories.expire(with_content=False) == 1
    assert [kept.text for kept in await store.everything()] == ["my locker code is 4417", "Done: file delete."]
    clock.time += timedelta(days=2)
    memories.reconfigure(0.75, outcome_keep_days=2)
    assert await memories.expire(with_content=True) == 1
    assert [kept.text for kept in await store.everything()] == ["my locker code is 4417"]


async def test_a_name_is_found_by_its_key_and_the_newest_counts(memories: Memories) -> None:
    """Whatever else is near: no memory of another name, and none that nobody told."""
    await memories.remember(MemoryKind.FACT, "my dog's name is Rex")
    await memories.remember(MemoryKind.FACT, "My name is Robert")
    await memories.remember(MemoryKind.PREFERENCE, "call me Sam")
    await memories.remember(MemoryKind.FACT, "my name is Mallory", tainted=True)
    assert texts(await memories.recall("my name", 3)) == ["call me Sam"]
    assert await memories.forget("my name") == 1
    assert await memories.recall("who am I", 3) == []
    assert "my dog's name is Rex" in [memory.text for memory in await memories.everything()]
