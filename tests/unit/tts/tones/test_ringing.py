"""A timer rings until somebody comes: tones that grow, words in between, five minutes at most; in virtual time."""

from __future__ import annotations

import asyncio
import itertools
from array import array
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial

import pytest

from jarvisd.bus.signals.tts import RingingEnded
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError, Unavailable
from jarvisd.core.pcm import duration_ms
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.runtime.component import Component
from jarvisd.runtime.heartbeat import HeartbeatMonitor
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.tasks import Tasks
from jarvisd.tts.events import Event
from jarvisd.tts.playback import Playback
from jarvisd.tts.ports import Speaker, Synthesizer
from jarvisd.tts.queue import Priority
from jarvisd.tts.synthesis import Synthesis
from jarvisd.tts.tones.ring import GROWS_S, tones
from jarvisd.tts.tones.ringing import AGAIN_S, HELD_S, Ringing
from jarvisd.tts.utterance import engine_chunks
from jarvisd.tts.voice import Voice
from jarvisd.tts.volume import Volume
from tests.fakes.clock import LoopTime, ScriptedClock
from tests.fakes.tts import KeptVolume, ScriptedSpeaker, ScriptedSynthesizer, sound_of

PASTA = "Your pasta timer is done."
GONE = Unavailable("unplugged", code=ErrorCode.SPEAKER_GONE)
WAIT_S = 60


class SpeakerInVirtualTime(ScriptedSpeaker):
    """Every block takes its length on the scripted clock; so many seconds and it takes no more."""

    def __init__(self, clock: ScriptedClock) -> None:
        super().__init__()
        self.virtual = clock
        self.order: list[str] = []
        self.stops_at_s = float("inf")
        self.reached = asyncio.Event()

    async def begin(self, utterance_id: str, rate_hz: int) -> None:
        await super().begin(utterance_id, rate_hz)
        self.order.append(utterance_id)
        self.rate_hz = rate_hz

    async def write(self, pcm: bytes) -> None:
        if self.virtual.us / 1e6 >= self.stops_at_s:
            self.reached.set()
            self.gate.clear()
        await super().write(pcm)
        self.virtual.advance(duration_ms(pcm, self.rate_hz) / 1000)

    def sounds(self) -> list[bytes]:
        return [self.heard[name] for name in self.order]


@dataclass
class Kitchen:
    """A voice that rings."""

    clock: ScriptedClock = field(default_factory=ScriptedClock)
    synthesizer: ScriptedSynthesizer = field(default_factory=ScriptedSynthesizer)
    tasks: Tasks = field(default_factory=Tasks)
    parts: Parts = field(default_factory=Parts)
    told: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.speaker = SpeakerInVirtualTime(self.clock)
        self.ended = asyncio.Event()
        progress = HeartbeatMonitor(self.clock.monotonic_us)
        made: Component[Synthesizer] = Component(
            "synthesizer", lambda: self.synthesizer, self.parts, open_=lambda engine: engine.load()
        )
        speaker: Component[Speaker] = Component(
            "speaker", lambda: self.speaker, self.parts, open_=lambda engine: engine.check()
        )
        self.volume = Volume(KeptVolume())
        self.voice = Voice(
            Synthesis(self.synthesizer, made, self.tasks, progress.register("synthesis", 60), 30),
            Playback(self.speaker, speaker, progress.register("playback", 5)),
            self.volume,
            language=ENGLISH.speech,
            tasks=self.tasks,
            clock=self.clock,
            hold_limit_s=600,
            emit=self.take,
        )
        said = partial(engine_chunks, language=ENGLISH.speech)
        self.ringing = Ringing(self.voice, clock=self.clock, said=said, emit=self.take)
        self.tasks.loop("voice", self.voice.speak_next)
        self.tasks.loop("ringing", self.ringing.ring_next)

    def take(self, event: Event) -> None:
        self.told.append(event)
        if isinstance(event, RingingEnded):
            self.ended.set()

    async def until_s(self, seconds: float) -> None:
        """Go on until so many seconds of sound are over, and let the device take no more."""
        self.speaker.stops_at_s = self.clock.us / 1e6 + seconds
        self.speaker.reached.clear()
        self.speaker.gate.set()
        await asyncio.wait_for(self.speaker.reached.wait(), WAIT_S)

    def flow(self) -> None:
        """Let the device take whatever comes."""
        self.speaker.stops_at_s = float("inf")
        self.speaker.gate.set()

    async def until_end(self) -> None:
        self.flow()
        await asyncio.wait_for(self.ended.wait(), WAIT_S)

    def ends(self) -> list[tuple[str, str]]:
        return [(event.ring_id, event.reason) for event in self.told if isinstance(event, RingingEnded)]


@pytest.fixture
async def kitchen() -> AsyncIterator[Kitchen]:
    made = Kitchen()
    yield made
    made.speaker.gate.set()
    await made.tasks.cancel_all()


def loudest(pcm: bytes) -> int:
    return max(map(abs, array("h", pcm)), default=0)


def test_tones_grow_and_never_clip() -> None:
    at_first, later, at_last = (loudest(tones(elapsed_s).pcm) for elapsed_s in (0, GROWS_S / 2, GROWS_S))
    assert 1000 < at_first < later / 2 < at_last / 2
    assert at_last == loudest(tones(10 * GROWS_S).pcm) < 24_000


async def test_it_rings_louder_with_words_in_between_until_its_time_is_over(kitchen: Kitchen) -> None:
    kitchen.ringing.ring("pasta", PASTA, 60)
    await kitchen.until_end()
    assert kitchen.ends() == [("pasta", "unheard")]
    assert 61 <= kitchen.clock.us / 1e6 <= 71
    sounds = kitchen.speaker.sounds()
    words = [place for place, sound in enumerate(sounds) if sound == sound_of(PASTA)]
    assert words[0] == 1, "after the first round of tones it is said what rings"
    assert {after - before for before, after in itertools.pairwise(words)} == {3}
    loudness = [loudest(sound) for sound in sounds if sound != sound_of(PASTA)]
    assert loudness == sorted(loudness)
    assert loudness[-1] > 5 * loudness[0]
    assert kitchen.ringing.ids == []


async def test_stop_ends_it_at_once_and_it_stays_silent(kitchen: Kitchen) -> None:
    kitchen.ringing.ring("pasta", PASTA, 300)
    kitchen.ringing.ring("eggs", "Your egg timer is done.", 300)
    await kitchen.until_s(20)
    blocks = sum(map(len, kitchen.speaker.sounds()))
    await asyncio.wait_for(kitchen.ringing.stop(), WAIT_S)
    assert kitchen.ends() == [("pasta", "stopped"), ("eggs", "stopped")]
    kitchen.flow()
    await kitchen.voice.say("Okay.", "t1")
    await kitchen.until_end()
    assert sum(map(len, kitchen.speaker.sounds())) <= blocks + len(sound_of("Okay."))


async def test_one_of_two_is_stopped_and_the_other_rings_on(kitchen: Kitchen) -> None:
    kitchen.ringing.ring("pasta", PASTA, 300)
    kitchen.ringing.ring("eggs", "Your egg timer is done.", 300)
    await kitchen.until_s(10)
    assert kitchen.synthesizer.texts[:2] == [PASTA, "Your egg timer is done."]
    await kitchen.ringing.stop("pasta")
    assert (kitchen.ends(), kitchen.ringing.ids) == ([("pasta", "stopped")], ["eggs"])
    said = len(kitchen.synthesizer.texts)
    await kitchen.until_s(30)
    assert set(kitchen.synthesizer.texts[said:]) == {"Your egg timer is done."}


async def test_a_reply_gives_way_and_goes_on_after_a_peal(kitchen: Kitchen) -> None:
    reply = await kitchen.voice.say("One two three. Four five six. Seven eight nine.", "t1")
    await kitchen.until_s(0.1)
    kitchen.ringing.ring("pasta", PASTA, 300)
    await kitchen.until_s(15)
    names = kitchen.speaker.order
    assert names[0] == reply
    assert kitchen.speaker.heard[reply] == sound_of("One two three."), "what is soon over is said to its end"
    rest = names.index(f"{reply}-2")
    assert kitchen.speaker.sounds()[2] == sound_of(PASTA), "first the whole peal"
    assert kitchen.speaker.sounds()[rest] == sound_of("Four five six.") + sound_of("Seven eight nine.")
    assert len(names) > rest + 1, "and then it rings on"
    told = [type(event).__name__ for event in kitchen.told if getattr(event, "utterance_id", "") == reply]
    told = [kind for kind in told if kind.startswith("Speaking")]
    assert told == ["SpeakingStarted", "SpeakingStarted", "SpeakingFinished"]


async def test_a_long_clause_makes_way_at_once_and_is_said_again(kitchen: Kitchen) -> None:
    """It fades out, so that its end does not click, and nothing of it is lost."""
    clause = " ".join(["Go"] * 30) + "."
    reply = await kitchen.voice.say(f"One two three. {clause}", "t1")
    await kitchen.until_s(0.3)
    kitchen.ringing.ring("pasta", PASTA, 300)
    await kitchen.until_s(15)
    first, whole, heard = sound_of("One two three."), sound_of(clause), kitchen.speaker.heard[reply]
    assert heard.startswith(first)
    assert len(first) < len(heard) < len(first) + len(whole) / 2
    assert abs(array("h", heard)[-1]) < loudest(heard) / 10
    assert kitchen.speaker.heard[f"{reply}-2"] == whole


async def test_a_question_for_consent_comes_first_and_is_alone(kitchen: Kitchen) -> None:
    """Decision 2: nothing rings into a question or its answer."""
    kitchen.ringing.ring("pasta", PASTA, 30)
    await kitchen.until_s(5)
    asked = kitchen.tasks.start("asking", kitchen.voice.question("r1", "Delete them all?"))
    kitchen.flow()
    await asyncio.wait_for(asked, WAIT_S)
    for _ in range(50):
        await asyncio.sleep(0)
    assert kitchen.speaker.sounds()[-1] == sound_of("Delete them all?")
    await kitchen.voice.release("r1")
    await kitchen.until_end()
    assert kitchen.ends() == [("pasta", "unheard")]
    assert len(kitchen.speaker.order) > 3


async def test_it_is_silent_while_somebody_speaks_to_us(kitchen: Kitchen) -> None:
    kitchen.ringing.ring("pasta", PASTA, 300)
    await kitchen.until_s(5)
    await asyncio.wait_for(kitchen.ringing.hold(), WAIT_S)
    kitchen.flow()
    rung = len(kitchen.speaker.order)
    await kitchen.voice.say("It is noon.", "t1")
    after = await kitchen.voice.sound((), Priority.CHATTER)
    await asyncio.wait_for(after.ended, WAIT_S)
    assert len(kitchen.speaker.order) == rung + 1
    kitchen.ringing.go_on()
    await kitchen.until_s(5)
    assert len(kitchen.speaker.order) > rung + 1


async def test_a_turn_whose_end_was_never_told_does_not_silence_it_for_ever(kitchen: Kitchen) -> None:
    time = LoopTime()
    kitchen.ringing.ring("pasta", PASTA, 300)
    await kitchen.until_s(5)
    await kitchen.ringing.hold()
    rung = len(kitchen.speaker.order)
    kitchen.clock.advance(HELD_S + 1)
    await time.advance(HELD_S + 1)
    await kitchen.until_s(1)
    assert len(kitchen.speaker.order) > rung


async def test_a_loudspeaker_that_comes_back_rings(kitchen: Kitchen) -> None:
    time = LoopTime()
    kitchen.speaker.failure = GONE
    kitchen.ringing.ring("pasta", PASTA, 300)
    await time.advance(AGAIN_S + 1)
    assert (kitchen.speaker.order, kitchen.ringing.ids) == ([], ["pasta"])
    kitchen.speaker.failure = None
    await time.advance(AGAIN_S + 1)
    await kitchen.until_s(1)
    assert kitchen.speaker.order


async def test_who_wanted_it_is_gone(kitchen: Kitchen) -> None:
    kitchen.ringing.ring("pasta", PASTA, 300)
    await kitchen.until_s(5)
    await asyncio.wait_for(kitchen.ringing.forget(), WAIT_S)
    assert (kitchen.ends(), kitchen.ringing.ids) == ([], [])


@pytest.mark.parametrize(("ring_id", "limit_s"), [("", 10), ("a", 0), ("a", -1), ("a", 4000), ("a", float("nan"))])
async def test_what_is_no_ring_is_refused(kitchen: Kitchen, ring_id: str, limit_s: float) -> None:
    with pytest.raises(RequestError):
        kitchen.ringing.ring(ring_id, PASTA, limit_s)
    assert kitchen.ringing.ids == []


async def test_no_more_ring_than_can_be_told(kitchen: Kitchen) -> None:
    for number in range(50):
        kitchen.ringing.ring(f"r{number}", PASTA, 300)
    with pytest.raises(JarvisError) as caught:
        kitchen.ringing.ring("one more", PASTA, 300)
    assert caught.value.code is ErrorCode.BUSY
    kitchen.ringing.ring("r3", PASTA, 200)


async def test_a_bell_is_never_turned_down_to_nothing(kitchen: Kitchen) -> None:
    await kitchen.volume.set(0)
    kitchen.ringing.ring("pasta", PASTA, 5)
    await kitchen.until_end()
    assert all(loudest(sound) > 400 for sound in kitchen.speaker.sounds())
