"""Several wake words: each by its own scores and its own phrase; one that breaks takes no other with it."""

from __future__ import annotations

import pytest

from jarvisd.audio.events import WakeWeighed
from jarvisd.bus.signals.audio import Transcript, WakeDetected
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError
from tests.fakes.audio import silence, spoken
from tests.unit.audio.conftest import Room

OTHER = "hey computer"


async def room_of_two() -> Room:
    room = Room(others=[OTHER])
    await room.load()
    return room


async def closed(room: Room) -> None:
    await room.tasks.cancel_all()
    room.workers.close()


async def test_each_word_wakes_and_is_no_part_of_the_request() -> None:
    room = await room_of_two()
    for said in ("hey jarvis what time is it", f"{OTHER} what time is it"):
        room.events.clear()
        await room.hears(silence(2400), spoken(said, 1600), silence(1600))
        await room.settled()
        assert (await room.told(Transcript)).text == "What time is it"
        await room.hears(silence(2400))
    await closed(room)


@pytest.mark.parametrize(
    ("score", "first_wakes", "other_wakes", "asked"),
    [(0.4, False, True, [OTHER]), (0.85, True, True, ["hey jarvis"]), (0.2, False, False, [])],
)
async def test_each_has_its_own_thresholds(
    score: float, first_wakes: bool, other_wakes: bool, asked: list[str]
) -> None:
    """The first is doubtful from 0.5 and sure from 0.9, the other from 0.3 and from 0.8."""
    room = await room_of_two()
    room.wake.sureness = room.others[OTHER].sureness = score
    for word, wakes in (("hey jarvis", first_wakes), (OTHER, other_wakes)):
        room.events.clear()
        await room.hears(silence(2400), spoken(word, 800))
        await room.settled()
        await room.hears(silence(80))
        assert [event.has_woken for event in room.all(WakeWeighed)] == [True] * wakes, word
        room.listener.cancel()
    assert room.transcriber.heard == asked
    await closed(room)


async def test_a_doubtful_word_is_verified_by_its_own_phrase() -> None:
    """The other model takes the first one's phrase for its own: the transcriber does not."""
    room = await room_of_two()
    room.wake.calls, room.others[OTHER].calls = "nothing", "hey jarvis"
    room.others[OTHER].sureness = 0.5
    await room.hears(silence(2400), spoken("hey jarvis", 800))
    await room.settled()
    await room.hears(silence(80))
    assert room.all(WakeDetected) == []
    [missed] = room.near_misses
    assert (missed.found.word, missed.found.is_verified) == (OTHER, False)
    await closed(room)


async def test_one_that_cannot_be_loaded_leaves_the_others() -> None:
    room = Room(others=[OTHER])
    room.others[OTHER].failure = EngineError("half a file", code=ErrorCode.WAKE_WORD_UNUSABLE)
    await room.load()
    assert room.parts.states()[f"wake-{OTHER}"] == "failed: WakeWordUnusable: half a file"
    await room.hears(silence(1600), spoken("hey jarvis", 800))
    assert len(room.all(WakeDetected)) == 1
    await closed(room)


async def test_one_that_breaks_while_it_works_leaves_the_others_and_is_told_once() -> None:
    room = await room_of_two()

    def broken(pcm: bytes) -> float:
        raise failure

    failure: JarvisError = EngineError("it broke", code=ErrorCode.MODEL_CORRUPT)
    room.others[OTHER].score = broken  # type: ignore[method-assign]
    await room.hears(silence(1600), spoken("hey jarvis", 800))
    assert room.lost == [f"wake-{OTHER}"]
    assert room.parts.states()[f"wake-{OTHER}"] == "failed: ModelCorrupt: it broke"
    assert len(room.all(WakeDetected)) == 1
    await closed(room)
