"""Speaking, stopping and asking, with scripted engines: order, barge-in, holds and failures."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from jarvisd.core.clock import SystemClock
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, Unavailable
from jarvisd.core.states import PartState
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.runtime.component import Component
from jarvisd.runtime.heartbeat import HeartbeatMonitor
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.tasks import Tasks
from jarvisd.tts.pcm import scaled
from jarvisd.tts.playback import Playback
from jarvisd.tts.ports import Speaker, Synthesizer
from jarvisd.tts.synthesis import Synthesis
from jarvisd.tts.utterance import TEXT_CHARS
from jarvisd.tts.voice import WAITING_UTTERANCES, Voice
from jarvisd.tts.volume import Volume
from tests.fakes.tts import KeptVolume, Log, ScriptedSpeaker, ScriptedSynthesizer, sound_of

WAIT_S = 60
GONE = Unavailable("unplugged", code=ErrorCode.SPEAKER_GONE)
BROKEN = EngineError("cannot pronounce")
MISSING = Unavailable("no voice", code=ErrorCode.MODEL_MISSING)


@dataclass
class Stage:
    """A running voice and everything around it."""

    hold_limit_s: float = 600.0
    synthesizer: ScriptedSynthesizer = field(default_factory=ScriptedSynthesizer)
    speaker: ScriptedSpeaker = field(default_factory=ScriptedSpeaker)
    log: Log = field(default_factory=Log)
    parts: Parts = field(default_factory=Parts)
    tasks: Tasks = field(default_factory=Tasks)
    kept: KeptVolume = field(default_factory=KeptVolume)

    def __post_init__(self) -> None:
        self.clock = SystemClock()
        self.progress = HeartbeatMonitor(self.clock.monotonic_us)
        self.synthesizer_part: Component[Synthesizer] = Component(
            "synthesizer", lambda: self.synthesizer, self.parts, open_=lambda engine: engine.load()
        )
        self.speaker_part: Component[Speaker] = Component(
            "speaker", lambda: self.speaker, self.parts, open_=lambda engine: engine.check()
        )
        self.volume = Volume(self.kept)
        self.voice = Voice(
            Synthesis(
                self.synthesizer, self.synthesizer_part, self.tasks, self.progress.register("synthesis", 60), 30
            ),
            Playback(self.speaker, self.speaker_part, self.progress.register("playback", 5)),
            self.volume,
            language=ENGLISH.speech,
            tasks=self.tasks,
            clock=self.clock,
            hold_limit_s=self.hold_limit_s,
            emit=self.log.take,
        )
        self.tasks.loop("voice", self.voice.speak_next)

    async def ask(self, request_id: str, text: str) -> int:
        """The answer to a question, or a failing test when none comes."""
        return await asyncio.wait_for(self.voice.question(request_id, text), WAIT_S)

    def asking(self, request_id: str, text: str) -> asyncio.Task[int]:
        return self.tasks.start("asking", self.voice.question(request_id, text))

    async def hold_up(self, text: str) -> str:
        """Say ``text`` and return once it sounds, with the speaker taking no more."""
        self.speaker.gate.clear()
        name = await self.voice.say(text, "t1")
        await self.log.until("started", name)
        return name

    def ends(self) -> list[tuple[str, bool]]:
        return [(name, completed) for kind, name, _, completed in self.log.events if kind == "finished"]


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    made = Stage()
    yield made
    made.synthesizer.gate.set()
    await made.tasks.cancel_all()


async def test_it_sounds_as_loud_as_it_is_set_and_questions_are_always_heard(stage: Stage) -> None:
    """A10: what nobody hears cannot be agreed to."""
    await stage.volume.set(50)
    name = await stage.voice.say("Half as loud.", "t1")
    await stage.log.until("finished", name)
    assert stage.speaker.heard[name] == scaled(sound_of("Half as loud."), 0.5 ** (1 / 0.6))
    await stage.volume.set(0)
    silent = await stage.voice.say("Nobody hears this.", "t1")
    await stage.log.until("finished", silent)
    assert not any(stage.speaker.heard[silent])
    await stage.ask("r1", "Delete them?")
    [question] = [sound for key, sound in stage.speaker.heard.items() if key not in (name, silent)]
    assert question == scaled(sound_of("Delete them?"), 0.2 ** (1 / 0.6))


async def test_an_utterance_is_heard_whole_and_announced(stage: Stage) -> None:
    name = await stage.voice.say("First sentence. And the second one.", "t1")
    at_us, completed = await stage.log.until("finished", name)
    started_us, _ = await stage.log.until("started", name)
    assert completed
    assert started_us <= at_us <= stage.clock.monotonic_us()
    assert stage.speaker.heard == {name: sound_of("First sentence.") + sound_of("And the second one.")}
    assert not stage.voice.is_speaking
    assert stage.progress.late() == []


async def test_each_piece_is_told_with_its_words_as_it_begins_to_sound(stage: Stage) -> None:
    """By it the ear knows what of the words that it hears are our own."""
    text = "This is the first sentence, which is long enough. And this one is the second of them."
    name = await stage.voice.say(text, "t1")
    finished_us, _ = await stage.log.until("finished", name)
    pieces = stage.log.clauses
    assert " ".join(piece.text for piece in pieces) == text
    assert {(piece.turn_id, piece.utterance_id) for piece in pieces} == {("t1", name)}
    assert [piece.length_ms for piece in pieces] == [80 * 9, 80 * 8]
    started_us, _ = await stage.log.until("started", name)
    assert started_us <= pieces[0].at_us <= pieces[1].at_us <= finished_us


async def test_what_is_broken_off_tells_of_no_further_piece(stage: Stage) -> None:
    name = await stage.hold_up(
        "This is the first sentence, which is long enough. And this one is the second of them."
    )
    await stage.voice.stop()
    assert [piece.text for piece in stage.log.clauses] == ["This is the first sentence, which is long enough."]
    assert stage.ends() == [(name, False)]


async def test_utterances_are_heard_in_order(stage: Stage) -> None:
    names = [await stage.voice.say(text, "t1") for text in ("One.", "Two.", "Three.")]
    await stage.log.until("finished", names[-1])
    assert [name for kind, name, _, _ in stage.log.events] == [name for name in names for _ in range(2)]


async def test_the_next_chunk_is_made_while_one_plays(stage: Stage) -> None:
    """B2: also the first chunk of the next utterance, during the last of this one."""
    await stage.hold_up("First sentence. Second sentence. Third sentence.")
    await turn_over()
    assert stage.synthesizer.texts == ["First sentence.", "Second sentence."]
    stage.speaker.gate.set()
    await stage.voice.stop()
    await stage.hold_up("Alone.")
    await stage.voice.say("Coming.", "t1")
    await turn_over()
    assert stage.synthesizer.texts[-1] == "Coming."
    stage.speaker.gate.set()
    last = await stage.voice.say("After.", "t1")
    await stage.log.until("finished", last)
    assert stage.synthesizer.texts.count("Coming.") == 1


async def test_what_waits_is_prepared_when_the_last_chunk_begins(stage: Stage) -> None:
    stage.synthesizer.gate.clear()
    stage.speaker.gate.clear()
    first = await stage.voice.say("First.", "t1")
    await turn_over()
    await stage.voice.say("Second.", "t1")
    await turn_over()
    assert stage.synthesizer.texts == ["First."]
    stage.synthesizer.gate.set()
    await stage.log.until("started", first)
    await turn_over()
    assert stage.synthesizer.texts == ["First.", "Second."]


async def test_nothing_to_speak_is_no_error_and_no_sound(stage: Stage) -> None:
    """Not even with a speaker that is gone."""
    stage.speaker.failure = GONE
    name = await stage.voice.say("...", "t1")
    assert (await stage.log.until("finished", name))[1]
    assert stage.speaker.heard == {}
    assert [kind for kind, *_ in stage.log.events] == ["finished"]


async def test_stop_ends_the_sound_and_drops_what_waits(stage: Stage) -> None:
    first = await stage.hold_up("One long sentence.")
    second = await stage.voice.say("Two.", "t1")
    assert stage.voice.is_speaking
    await asyncio.wait_for(stage.voice.stop(), WAIT_S)
    assert stage.ends() == [(second, False), (first, False)]
    assert stage.speaker.stops == 1
    assert not stage.voice.is_speaking
    stage.speaker.gate.set()
    third = await stage.voice.say("Three.", "t1")
    assert (await stage.log.until("finished", third))[1]
    await stage.voice.stop()


async def test_what_was_broken_off_goes_on_from_its_clause(stage: Stage) -> None:
    """With what waited of the same turn; only once, and only replies."""
    await stage.hold_up("First sentence. Second sentence. Third sentence.")
    await stage.voice.say("More of it.", "t1")
    await stage.voice.say("Something else.", "t2")
    await asyncio.wait_for(stage.voice.stop(), WAIT_S)
    stage.speaker.gate.set()
    await stage.log.until("finished", await stage.voice.say("Okay.", "t3"))
    again = await stage.voice.go_on()
    await stage.log.until("finished", again)
    rest = ("First sentence.", "Second sentence.", "Third sentence.", "More of it.")
    assert stage.speaker.heard[again] == b"".join(map(sound_of, rest))
    with pytest.raises(JarvisError) as caught:
        await stage.voice.go_on()
    assert caught.value.code is ErrorCode.NOT_FOUND


async def test_a_question_that_was_broken_off_is_never_said_again(stage: Stage) -> None:
    """Decision 2: nobody but the executor puts it."""
    stage.speaker.gate.clear()
    asking = stage.asking("r1", "Delete them all?")
    while not stage.log.events:
        await turn_over()
    await asyncio.wait_for(stage.voice.stop(), WAIT_S)
    with pytest.raises(JarvisError):
        await asking
    with pytest.raises(JarvisError) as caught:
        await stage.voice.go_on()
    assert caught.value.code is ErrorCode.NOT_FOUND


async def test_stop_during_synthesis_is_at_once(stage: Stage) -> None:
    """An engine cannot be interrupted: what it makes is thrown away."""
    stage.synthesizer.gate.clear()
    name = await stage.voice.say("Slow.", "t1")
    await turn_over()
    await asyncio.wait_for(stage.voice.stop(), WAIT_S)
    assert stage.ends() == [(name, False)]
    stage.synthesizer.gate.set()
    other = await stage.voice.say("Other.", "t1")
    await stage.log.until("finished", other)
    assert stage.speaker.heard == {other: sound_of("Other.")}
    assert stage.synthesizer.made == ["Slow.", "Other."]


async def test_skip_goes_on_with_the_next(stage: Stage) -> None:
    first = await stage.hold_up("One.")
    second = await stage.voice.say("Two.", "t1")
    await stage.voice.skip()
    stage.speaker.gate.set()
    assert (await stage.log.until("finished", second))[1]
    assert stage.ends() == [(first, False), (second, True)]
    await stage.voice.skip()


async def test_one_utterance_is_dropped_where_it_is(stage: Stage) -> None:
    """That which sounds, one that waits, and none that has ended or never was."""
    first = await stage.hold_up("One.")
    names = [await stage.voice.say(text, "t1") for text in ("Two.", "Three.")]
    await stage.voice.drop(names[0])
    assert stage.ends() == [(names[0], False)]
    await stage.voice.drop(first)
    await stage.voice.drop(first)
    await stage.voice.drop("u0-0")
    stage.speaker.gate.set()
    await stage.log.until("finished", names[1])
    assert stage.ends() == [(names[0], False), (first, False), (names[1], True)]


async def test_limits_are_refused_by_name(stage: Stage) -> None:
    with pytest.raises(JarvisError) as too_long:
        await stage.voice.say("x" * (TEXT_CHARS + 1), "t1")
    assert too_long.value.code is ErrorCode.INVALID_REQUEST
    await stage.hold_up("Now.")
    for _ in range(WAITING_UTTERANCES):
        await stage.voice.say("Later.", "t1")
    with pytest.raises(JarvisError) as too_many:
        await stage.voice.say("Too much.", "t1")
    assert too_many.value.code is ErrorCode.BUSY


async def test_a_question_is_answered_when_it_has_been_played(stage: Stage) -> None:
    finished_us = await stage.ask("r1", "Delete three files?")
    [(_, name, at_us, completed)] = [event for event in stage.log.events if event[0] == "finished"]
    assert (finished_us, True) == (at_us, completed)
    assert stage.speaker.heard == {name: sound_of("Delete three files?")}


async def test_a_question_takes_the_voice_until_release(stage: Stage) -> None:
    """Decision 2: from the question's first sample on, nothing else is heard."""
    playing = await stage.hold_up("A long report.")
    waiting = await stage.voice.say("More report.", "t1")
    answer = stage.asking("r1", "Delete three files?")
    await stage.log.until("finished", playing)
    stage.speaker.gate.set()
    await asyncio.wait_for(answer, WAIT_S)
    during = await stage.voice.say("Sneaky.", "t2")
    again = await stage.ask("r1", "Yes or no?")
    assert stage.ends()[0] == (playing, False)
    assert {name for name, _ in stage.ends()}.isdisjoint({waiting, during})
    await stage.voice.release("r2")
    await turn_over()
    assert {name for name, _ in stage.ends()}.isdisjoint({waiting, during})
    await stage.voice.release("r1")
    await stage.voice.release("r1")
    await stage.log.until("finished", during)
    assert stage.ends()[-2:] == [(waiting, True), (during, True)]
    assert again


async def test_only_one_request_can_ask(stage: Stage) -> None:
    await stage.ask("r1", "First?")
    with pytest.raises(JarvisError) as caught:
        await stage.ask("r2", "Second?")
    assert caught.value.code is ErrorCode.BUSY


@pytest.mark.parametrize(("request_id", "text"), [("r1", "..."), ("", "Really?")])
async def test_a_question_needs_words_and_an_id(stage: Stage, request_id: str, text: str) -> None:
    with pytest.raises(JarvisError) as caught:
        await stage.ask(request_id, text)
    assert caught.value.code is ErrorCode.INVALID_REQUEST
    name = await stage.voice.say("Free.", "t1")
    assert (await stage.log.until("finished", name))[1]


@pytest.mark.parametrize("way", ["stop", "skip", "release"])
async def test_a_question_that_is_broken_off_is_no_question(stage: Stage, way: str) -> None:
    """Neither an answer nor silence: the executor learns that it was not heard."""
    stage.speaker.gate.clear()
    playing = stage.asking("r1", "Delete three files?")
    await stage.log.until("started", await self_id(stage))
    waiting = stage.asking("r1", "Once more?")
    await turn_over()
    if way == "release":
        await stage.voice.release("r1")
    else:
        await (stage.voice.stop() if way == "stop" else stage.voice.skip())
    stage.speaker.gate.set()
    assert await code_of(playing) is ErrorCode.CANCELLED
    assert await code_of(waiting) is (None if way == "skip" else ErrorCode.CANCELLED)


async def test_stop_does_not_end_the_hold(stage: Stage) -> None:
    """The window after a question stays exclusive whatever is said to the assistant."""
    await stage.ask("r1", "Delete?")
    await stage.voice.stop()
    name = await stage.voice.say("Sneaky.", "t1")
    await turn_over()
    assert name not in stage.speaker.heard


async def test_a_hold_that_nobody_releases_ends_by_itself() -> None:
    """An executor that died must not silence the assistant for ever."""
    stage = Stage(hold_limit_s=0.05)
    stage.speaker.gate.clear()
    stuck = stage.asking("r1", "Delete three files?")
    assert await code_of(stuck) is ErrorCode.TIMEOUT
    stage.speaker.gate.set()
    name = await stage.voice.say("Free.", "t1")
    assert (await stage.log.until("finished", name))[1]
    await stage.tasks.cancel_all()


async def test_a_speaker_that_fails_is_reported_and_tried_again(stage: Stage) -> None:
    first = await stage.hold_up("One. Two.")
    stage.speaker.failure = GONE
    stage.speaker.gate.set()
    assert not (await stage.log.until("finished", first))[1]
    assert stage.parts.states()["speaker"] == "failed: SpeakerGone: unplugged"
    with pytest.raises(JarvisError) as caught:
        await stage.voice.say("Three.", "t1")
    assert caught.value.code is ErrorCode.SPEAKER_GONE
    stage.speaker.failure = None
    name = await stage.voice.say("Four.", "t1")
    assert (await stage.log.until("finished", name))[1]
    assert stage.parts.state("speaker") is PartState.READY


async def test_a_question_without_a_speaker_fails(stage: Stage) -> None:
    """Whether that was known before or is found out now; and it takes no hold when it was known."""
    stage.speaker.failure = GONE
    for _ in range(2):
        assert await code_of(stage.asking("r1", "Delete?")) is ErrorCode.SPEAKER_GONE
    stage.speaker.failure = None
    await stage.voice.release("r1")
    name = await stage.voice.say("Free.", "t1")
    assert (await stage.log.until("finished", name))[1]


@pytest.mark.parametrize("failure", [BROKEN, MISSING])
async def test_a_synthesizer_that_fails_ends_the_utterance_not_the_voice(
    stage: Stage, failure: JarvisError
) -> None:
    stage.synthesizer.failure = failure
    first = await stage.voice.say("One.", "t1")
    assert not (await stage.log.until("finished", first))[1]
    with pytest.raises(JarvisError) as caught:
        await stage.voice.say("Two.", "t1")
    assert caught.value.code is failure.code
    stage.synthesizer.failure = None
    name = await stage.voice.say("Three.", "t1")
    assert (await stage.log.until("finished", name))[1]


async def test_parts_open_in_the_background(stage: Stage) -> None:
    assert stage.parts.states() == {"synthesizer": "loading", "speaker": "loading"}
    stage.speaker.failure = GONE
    await stage.speaker_part.open()
    await stage.synthesizer_part.open()
    assert stage.parts.states() == {"synthesizer": "ready", "speaker": "failed: SpeakerGone: unplugged"}
    assert stage.parts.engines() == {"synthesizer": "scripted synthesizer"}


async def test_what_is_said_is_not_logged(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    stage.synthesizer.failure = BROKEN
    name = await stage.voice.say("My secret.", "t1")
    await stage.log.until("finished", name)
    assert name in caplog.text
    assert "secret" not in caplog.text


async def turn_over() -> None:
    """Let everything run that can run without anything from outside."""
    for _ in range(50):
        await asyncio.sleep(0)


async def self_id(stage: Stage) -> str:
    """Id of the utterance in progress."""
    await turn_over()
    return next(name for kind, name, _, _ in stage.log.events if kind == "started")


async def code_of(asking: asyncio.Task[int]) -> ErrorCode | None:
    """Code of the error that a question ended with; ``None`` when it was played."""
    await asyncio.wait_for(asyncio.wait([asking]), WAIT_S)
    error = asking.exception()
    assert error is None or isinstance(error, JarvisError)
    return error.code if error is not None else None
