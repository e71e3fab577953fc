"""A plan drafted before the end of speech (decision 7): read for the same request, else as if never begun."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import pytest

from jarvisd.brain.memory.memory import Memories
from jarvisd.brain.ports import Completion, MemoryKind
from jarvisd.brain.turn.turn import Turn
from jarvisd.core.errors import ErrorCode, Unavailable
from jarvisd.core.states import TurnState
from tests.fakes.brain import TOOLS
from tests.fakes.language_model import Rule, ScriptedModel, call, chat
from tests.fakes.memory import HashingEmbedder, InMemoryStore
from tests.unit.brain.dialogue.test_dialogue import WAIT_S, Room

DELETE = "Delete the files in cellar"
RULES = (
    Rule(r"(?i)delete the files in (\w+)", lambda match: call("file_delete", folder=match[1])),
    Rule(r"(?i)tomorrow", call("get_time", what="date")),
    Rule(r"", chat("Paris.")),
)


class GatedModel(ScriptedModel):
    """Writes half an answer, and the rest once it ``may_end``; stops being asked once it ``may_stop``."""

    def __init__(self) -> None:
        super().__init__(RULES)
        self.open()
        self.may_end, self.may_stop = asyncio.Event(), asyncio.Event()
        self.may_end.set()
        self.may_stop.set()
        self.written = asyncio.Event()

    async def stream(self, completion: Completion) -> AsyncIterator[str]:
        pieces = [piece async for piece in super().stream(completion)]
        is_complete = False
        try:
            for number, piece in enumerate(pieces):
                if number == len(pieces) // 2:
                    await self.may_end.wait()
                yield piece
            is_complete = True
        finally:
            self.written.set()
            if not is_complete:
                self.left_early.set()
                await self.may_stop.wait()

    @property
    def said(self) -> list[str]:
        """Every request that was put to it."""
        return [completion.messages[-1].content for completion in self.asked]


class CountingEmbedder(HashingEmbedder):
    """Notes what it is asked for, and answers while ``is_free``."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.reached = asyncio.Event()
        self.is_free = asyncio.Event()
        self.is_free.set()

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        self.asked += texts
        self.reached.set()
        await self.is_free.wait()
        return await super().embed(texts)


class Pause(Room):
    """A room in which somebody has been heard, and may go on."""

    def __init__(self) -> None:
        self.llm = GatedModel()
        super().__init__(self.llm)

    def begin(self, turn_id: str = "t1") -> None:
        self.dialogue.wake(turn_id, self.clock.monotonic_us(), 0.9)

    def partial(self, text: str, turn_id: str = "t1", confidence: float = 0.8) -> None:
        self.dialogue.partial(turn_id, text, confidence)

    def finish(self, text: str, turn_id: str = "t1", confidence: float = 0.8) -> None:
        self.dialogue.speech_ended(turn_id, self.clock.monotonic_us())
        self.dialogue.transcript(turn_id, self.clock.monotonic_us(), text, confidence)

    async def drafted(self) -> None:
        """Wait until a draft has been written or left."""
        await asyncio.wait_for(self.llm.written.wait(), WAIT_S)
        self.llm.written.clear()
        await self.rounds()

    async def left(self) -> None:
        await asyncio.wait_for(self.llm.left_early.wait(), WAIT_S)
        self.llm.left_early.clear()

    async def rounds(self) -> None:
        """Let everything go on that can."""
        for _ in range(50):
            await asyncio.sleep(0)

    @property
    def did_nothing(self) -> bool:
        return not (self.hands.begun or self.hands.submitted or self.hands.undone or self.voice.said)


@pytest.fixture
async def it() -> AsyncIterator[Pause]:
    place = Pause()
    yield place
    await place.tasks.cancel_all()


async def test_a_plan_is_drafted_in_the_pause_and_read_after_it(it: Pause) -> None:
    """Asked once; until the request is certain nothing is begun, done, said, moved or told."""
    it.begin()
    it.partial(DELETE)
    await it.drafted()
    assert (len(it.llm.asked), it.did_nothing, it.path, it.finished.qsize()) == (1, True, ["LISTENING"], 0)
    it.finish(DELETE)
    turn = await it.end()
    assert len(it.llm.asked) == 1
    assert (turn.outcome, turn.plan and turn.plan.actions[0].args) == ("done", {"folder": "cellar"})
    assert len(it.hands.begun) == len(it.hands.submitted) == 1


async def test_a_draft_is_taken_over_wherever_it_stands(it: Pause) -> None:
    it.llm.may_end.clear()
    it.begin()
    it.partial(DELETE)
    await it.rounds()
    it.finish(DELETE)
    await it.rounds()
    assert (it.dialogue.state, it.did_nothing) == (TurnState.REASONING, True)
    it.llm.may_end.set()
    assert (await it.end()).outcome == "done"
    assert len(it.llm.asked) == 1


async def test_memories_that_are_being_looked_up_are_looked_up_once(it: Pause) -> None:
    embedder = CountingEmbedder()
    it.memories = it.planner._memories = Memories(embedder, InMemoryStore(), it.clock, 0.9)
    await it.memories.remember(MemoryKind.FACT, "the files in cellar are old")
    embedder.asked.clear()
    embedder.reached.clear()
    embedder.is_free.clear()
    it.begin()
    it.partial(DELETE)
    await asyncio.wait_for(embedder.reached.wait(), WAIT_S)
    it.finish(DELETE)
    await it.rounds()
    embedder.is_free.set()
    turn = await it.end()
    assert embedder.asked[:1] == [DELETE]
    assert embedder.asked.count(DELETE) == 1
    assert [found.memory.text for found in turn.memories] == ["the files in cellar are old"]
    assert "are old" in it.llm.said[0]


async def test_the_record_tells_what_was_done_before_the_end_of_speech(it: Pause) -> None:
    """Stages are where they really were, and their spans still cover the whole turn."""
    it.begin()
    it.partial(DELETE)
    await it.drafted()
    it.finish(DELETE)
    report = (await it.end()).to_json()
    stages = list(report["timings_ms"])
    assert stages[:6] == ["partial", "memory", "first_token", "speech_end", "transcript", "first_action"]
    spans: Any = report["spans"]
    assert sum(span["took_ms"] for span in spans) == pytest.approx(report["timings_ms"]["end"])
    it.begin("t2")
    it.finish(DELETE, "t2")
    assert list((await it.end()).timings_ms())[:6] == [
        "speech_end",
        "transcript",
        "memory",
        "first_token",
        "first_action",
        "plan",
    ]


async def test_another_request_is_planned_as_if_nothing_had_been_drafted(it: Pause) -> None:
    it.llm.may_end.clear()
    it.begin()
    it.partial("Delete the files in attic")
    await it.rounds()
    it.finish(DELETE)
    await it.left()
    it.llm.may_end.set()
    turn = await it.end()
    assert ("attic" in it.llm.said[0], "cellar" in it.llm.said[1]) == (True, True)
    assert [action.args for action in turn.plan.actions] == [{"folder": "cellar"}]
    assert [action["args"] for action in it.hands.begun] == [{"folder": "cellar"}]
    assert "partial" not in turn.marks_us


async def test_an_intent_at_the_end_leaves_the_draft(it: Pause) -> None:
    it.llm.may_end.clear()
    it.begin()
    it.partial(DELETE)
    await it.rounds()
    it.finish("stop")
    await it.left()
    assert (await it.end()).reply == "Okay."
    assert len(it.llm.asked) == 1


async def ends_by_cancel(it: Pause) -> None:
    await it.dialogue.cancel()


async def ends_by_wake(it: Pause) -> None:
    it.begin("t2")


async def ends_by_silence(it: Pause) -> None:
    it.dialogue.listening_ended("t1", "silence")


async def ends_by_mute(it: Pause) -> None:
    it.dialogue.listening_ended("t1", "cancelled")


async def ends_without_ear(it: Pause) -> None:
    it.dialogue.listening_ended("t1", "failed", "UnitDown")


async def ends_with_the_bus(it: Pause) -> None:
    it.dialogue.bus_lost()


async def ends_unclear(it: Pause) -> None:
    it.finish(DELETE, confidence=0.1)


async def goes_on(it: Pause) -> None:
    it.partial("")
    await it.left()
    it.dialogue.listening_ended("t1", "silence")
    it.llm.left_early.set()


@pytest.mark.parametrize(
    "end",
    [
        ends_by_cancel,
        ends_by_wake,
        ends_by_silence,
        ends_by_mute,
        ends_without_ear,
        ends_with_the_bus,
        ends_unclear,
        goes_on,
    ],
)
@pytest.mark.parametrize("is_written", [False, True])
async def test_a_draft_ends_with_what_it_was_for(it: Pause, end: Callable[[Pause], Any], is_written: bool) -> None:
    """At once, also when the reason is still being spoken; it does not come back with the same words."""
    it.voice.is_slow = True
    if not is_written:
        it.llm.may_end.clear()
    it.begin()
    it.partial(DELETE)
    await (it.drafted() if is_written else it.rounds())
    if is_written:
        it.llm.left_early.set()
    await end(it)
    await it.left()
    it.voice._silenced.set()
    assert (await it.end()).turn_id == "t1"
    assert (it.hands.begun, it.hands.submitted) == ([], [])
    it.llm.may_end.set()
    it.begin("t3")
    it.finish(DELETE, "t3")
    while (await it.end()).turn_id != "t3":
        continue
    assert len(it.llm.asked) == 2


@pytest.mark.parametrize(
    "text", ["stop", "Cancel that.", "what time is it", "undo that", "set a timer for two minutes"]
)
async def test_what_needs_no_model_is_not_drafted(it: Pause, text: str) -> None:
    it.begin()
    it.partial(text)
    await it.rounds()
    assert it.llm.asked == []


async def test_only_what_is_being_listened_to_is_drafted(it: Pause) -> None:
    """Not before the wake word, for another turn, in unclear words, or after the end of speech."""
    it.partial(DELETE)
    it.begin()
    it.partial(DELETE, turn_id="t0")
    it.partial(DELETE, turn_id="")
    it.partial(DELETE, confidence=0.1)
    it.dialogue.speech_ended("t1", it.clock.monotonic_us())
    it.partial(DELETE)
    it.dialogue.transcript("t1", it.clock.monotonic_us(), "What is the capital of France", 0.9)
    it.partial(DELETE)
    assert (await it.end()).reply == "I believe this: Paris."
    it.partial(DELETE)
    await it.rounds()
    assert len(it.llm.asked) == 1


async def test_what_is_said_while_steps_run_is_not_drafted(it: Pause) -> None:
    it.hands.held.clear()
    it.begin()
    it.finish(DELETE)
    await it.reach(TurnState.EXECUTING)
    it.begin("t2")
    it.partial("Delete the files in attic", turn_id="t2")
    it.partial("Delete the files in attic", turn_id="t1")
    await it.rounds()
    assert len(it.llm.asked) == 1


async def test_without_a_model_nothing_is_begun_and_nothing_is_said(it: Pause) -> None:
    it.model = None
    it.begin()
    it.partial(DELETE)
    await it.rounds()
    assert it.did_nothing
    it.model = it.llm
    it.finish(DELETE)
    assert (await it.end()).outcome == "done"


async def test_a_draft_that_failed_is_made_again(it: Pause) -> None:
    it.llm.rules = [Rule("", Unavailable("gone", code=ErrorCode.LLM_GONE))]
    it.begin()
    it.partial(DELETE)
    await it.rounds()
    it.llm.rules = list(RULES)
    it.finish(DELETE)
    assert (await it.end()).outcome == "done"
    assert len(it.llm.asked) == 2


async def test_there_is_one_draft_at_a_time_and_a_slow_end_of_it_delays_nothing(it: Pause) -> None:
    it.llm.may_end.clear()
    it.llm.may_stop.clear()
    it.begin()
    it.partial("Delete the files in attic")
    await it.rounds()
    it.partial("Delete the files in attic and then")
    await it.left()
    await it.rounds()
    it.llm.may_end.set()
    it.finish(DELETE)
    assert (await it.end()).outcome == "done"
    assert len(it.llm.asked) == 3
    it.llm.may_stop.set()


async def test_a_turn_that_is_stopped_while_it_reads_a_draft_ends_it(it: Pause) -> None:
    it.llm.may_end.clear()
    it.begin()
    it.partial(DELETE)
    await it.rounds()
    it.finish(DELETE)
    await it.reach(TurnState.REASONING)
    await it.rounds()
    await it.dialogue.cancel()
    await it.left()
    assert (await it.end()).outcome == "cancelled"
    assert it.hands.submitted == []


async def changed_tools(it: Pause) -> None:
    more = [*TOOLS, {**TOOLS[0], "name": "get_weather"}]

    async def list_tools() -> list[Any]:
        return more

    it.hands.list_tools = list_tools
    it.planner.forget_tools()


async def changed_settings(it: Pause) -> None:
    config = it.planner._config
    it.planner.reconfigure(type(config)(llm=type(config.llm)(max_tokens=64)))


async def another_minute(it: Pause) -> None:
    now = it.clock.now()
    it.clock.now = lambda: now.replace(minute=31)


@pytest.mark.parametrize("change", [changed_tools, changed_settings, another_minute])
async def test_a_draft_for_a_request_that_would_now_be_another_is_not_read(
    it: Pause, change: Callable[[Pause], Any]
) -> None:
    """What is planned comes from the request that would be made now, whatever was drafted."""
    text = "Delete the files in attic tomorrow"
    it.begin()
    it.partial(text)
    await it.drafted()
    await change(it)
    it.finish(text)
    assert (await it.end()).outcome == "done"
    drafted, made = it.llm.asked
    assert drafted != made
    it.begin("t2")
    it.finish(text, "t2")
    await it.end()
    assert it.llm.asked[2] == made


async def test_a_drafted_request_is_the_one_that_would_be_made(it: Pause) -> None:
    await it.memories.remember(MemoryKind.FACT, "the files in cellar are from tomorrow")
    for turn_id in ("t1", "t2"):
        it.begin(turn_id)
        if turn_id == "t1":
            it.partial("Delete the files in cellar tomorrow")
            await it.drafted()
        it.finish("Delete the files in cellar tomorrow", turn_id)
        await it.end()
    drafted, made = it.llm.asked
    assert drafted == made
    assert ("now" in drafted.messages[-1].content, "memories" in drafted.messages[-1].content) == (True, True)


@pytest.mark.parametrize("seed", range(20))
async def test_whatever_was_drafted_a_plan_is_for_what_was_said_in_the_end(it: Pause, seed: int) -> None:
    dice = random.Random(seed)
    places = ["attic", "cellar", "garden"]
    for number in range(10):
        turn_id = f"turn {number}"
        it.begin(turn_id)
        for _ in range(dice.randrange(4)):
            text = dice.choice(["", "stop", *(f"Delete the files in {place}" for place in places)])
            it.partial(text, dice.choice([turn_id, turn_id, "another"]))
            for _ in range(dice.randrange(30)):
                await asyncio.sleep(0)
        if dice.random() < 0.2:
            await it.dialogue.cancel()
            await it.end()
            continue
        place = dice.choice(places)
        before = len(it.hands.submitted)
        it.finish(f"Delete the files in {place}", turn_id)
        turn: Turn = await it.end()
        [(plan, options)] = it.hands.submitted[before:]
        assert (options["turn"], turn.utterance) == (turn_id, f"Delete the files in {place}")
        assert [step["args"] for step in plan["actions"]] == [{"folder": place}]
