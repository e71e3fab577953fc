"""Signs of life: which one when, never beside speech, and one word for how everything stands."""

from __future__ import annotations

import asyncio
import runpy
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from jarvisd.bus.signals.audio import FollowUpWindow, ListeningEnded, SpeechSegment, WakeDetected
from jarvisd.bus.signals.brain import StateChanged, TurnFinished, TurnStarted
from jarvisd.config.schema import Earcons
from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable
from jarvisd.core.pcm import duration_ms
from jarvisd.core.states import TurnState
from jarvisd.runtime.tasks import Tasks
from jarvisd.tts.ports import Speech
from jarvisd.tts.queue import Chunk, Priority
from jarvisd.tts.tones.activity import Activity, Standing
from jarvisd.tts.tones.earcons import Earcon, sound_of
from jarvisd.tts.tones.signs import THINKING_AGAIN_S, Signs
from jarvisd.tts.voice import Sounding
from jarvisd.tts.volume import are_quiet
from tests.fakes.clock import LoopTime

T = "t1"
NAMES = {sound_of(earcon).pcm: earcon for earcon in Earcon}
EXAMPLE = Path(__file__).resolve().parents[4] / "docs" / "examples" / "led.py"


@dataclass
class Mouth:
    """Remembers which signs were put out; ``failure`` is raised while set."""

    given: list[tuple[Earcon, Priority]] = field(default_factory=list)
    is_busy: bool = False
    failure: JarvisError | None = None

    async def sound(self, chunks: tuple[Chunk, ...], priority: Priority) -> Sounding:
        if self.failure is not None:
            raise self.failure
        [sound] = chunks
        assert isinstance(sound, Speech)
        self.given.append((NAMES[sound.pcm], priority))
        ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        ended.set_result(1)
        return Sounding("u1", ended)


@dataclass
class Room:
    """Signs that run, and what they gave."""

    settings: Earcons = field(default_factory=Earcons)
    mouth: Mouth = field(default_factory=Mouth)
    told: list[Activity] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.time = LoopTime()
        self.tasks = Tasks()
        self.signs = Signs(self.mouth, self.settings, lambda: self.told.append(self.signs.standing.activity))
        self.tasks.loop("signs", self.signs.next)

    async def given(self) -> list[Earcon]:
        """What was given since the last look."""
        await self.time.advance(0)
        found, self.mouth.given = [earcon for earcon, _ in self.mouth.given], []
        return found

    def moves(self, target: TurnState, edge: str = "") -> None:
        self.signs.moved(StateChanged(T, 1, "", target.value, edge))

    async def woken(self) -> None:
        self.signs.woken(WakeDetected(T, 1, 1.0))
        self.signs.began(TurnStarted(T, 1, "voice"))
        self.moves(TurnState.LISTENING)
        await self.given()


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    made = Room()
    yield made
    await made.tasks.cancel_all()


@pytest.mark.parametrize("earcon", Earcon)
def test_signs_are_short_differ_and_do_not_clip(earcon: Earcon) -> None:
    sound = sound_of(earcon)
    assert 40 <= duration_ms(sound.pcm, sound.rate_hz) <= 400
    assert len(NAMES) == len(Earcon)


async def test_a_turn_by_voice_has_its_signs(room: Room) -> None:
    room.signs.woken(WakeDetected(T, 1, 1.0))
    assert await room.given() == [Earcon.AWAKE]
    room.signs.heard(SpeechSegment(T, 1, 900, 800, "silence"))
    assert await room.given() == [Earcon.HEARD]
    room.moves(TurnState.EXECUTING)
    room.signs.finished(TurnFinished(T, 1, "done", ""))
    assert await room.given() == [Earcon.DONE]
    assert {priority for _, priority in room.mouth.given} <= {Priority.SIGN}


async def test_nothing_heard_is_heard(room: Room) -> None:
    await room.woken()
    room.signs.listened(ListeningEnded(T, 1, "silence"))
    assert await room.given() == [Earcon.NOTHING]
    room.signs.listened(ListeningEnded(T, 1, "cancelled"))
    assert await room.given() == []


async def test_a_reply_is_invited_and_not_greeted_and_its_absence_is_not_heard(room: Room) -> None:
    """Issue 14: who speaks in the window speaks already, and who does not owes nothing."""
    room.signs.invited(FollowUpWindow(1, is_open=True))
    assert await room.given() == [Earcon.REPLY]
    room.signs.woken(WakeDetected(T, 1, 1.0))
    room.signs.listened(ListeningEnded(T, 1, "silence"))
    assert await room.given() == []
    room.signs.invited(FollowUpWindow(1, is_open=False))
    assert await room.given() == []
    room.signs.woken(WakeDetected(T, 1, 1.0))
    assert await room.given() == [Earcon.AWAKE]


async def test_thinking_is_told_after_a_while_and_again_until_there_is_an_answer(room: Room) -> None:
    await room.woken()
    room.moves(TurnState.TRANSCRIBING)
    await room.given()
    await room.time.advance(0.6)
    room.moves(TurnState.REASONING)
    assert await room.given() == []
    await room.time.advance(0.3)
    assert await room.given() == [Earcon.THINKING], "the wait is for the whole"
    room.moves(TurnState.EXECUTING)
    await room.given()
    await room.time.advance(THINKING_AGAIN_S + 0.1)
    assert await room.given() == [Earcon.THINKING]
    room.moves(TurnState.RESPONDING)
    await room.time.advance(2 * THINKING_AGAIN_S)
    assert await room.given() == []


async def test_a_quick_answer_has_no_sign_of_thinking(room: Room) -> None:
    await room.woken()
    room.moves(TurnState.TRANSCRIBING)
    await room.given()
    await room.time.advance(0.5)
    room.moves(TurnState.RESPONDING)
    await room.time.advance(5)
    assert await room.given() == []


async def test_a_model_that_hangs_is_not_ticked_for_ever(room: Room) -> None:
    await room.woken()
    room.moves(TurnState.REASONING)
    await room.given()
    for _ in range(60):
        await room.time.advance(THINKING_AGAIN_S + 0.1)
    assert 10 <= len(await room.given()) <= 21


async def test_what_was_said_needs_no_sign_that_it_was_done(room: Room) -> None:
    await room.woken()
    room.signs.speaking(is_speaking=True, is_sign=False)
    room.signs.speaking(is_speaking=False, is_sign=False)
    room.signs.finished(TurnFinished(T, 1, "done", ""))
    assert await room.given() == []


async def test_a_written_request_has_no_signs(room: Room) -> None:
    room.signs.began(TurnStarted(T, 1, "dbus"))
    room.moves(TurnState.REASONING, "ask")
    await room.time.advance(5)
    room.moves(TurnState.RESPONDING, "failed")
    room.signs.finished(TurnFinished(T, 1, "done", ""))
    assert await room.given() == []


async def test_a_failure_is_told(room: Room) -> None:
    await room.woken()
    room.moves(TurnState.RESPONDING, "failed")
    assert await room.given() == [Earcon.ERROR]


async def test_mute_and_unmute_are_told_and_timers_come_before_speech(room: Room) -> None:
    room.signs.ear_is(is_deaf=False, is_muted=True)
    assert await room.given() == [Earcon.MUTE]
    room.signs.ear_is(is_deaf=False, is_muted=True)
    assert await room.given() == []
    room.signs.ear_is(is_deaf=False, is_muted=False)
    assert await room.given() == [Earcon.UNMUTE]
    room.signs.timer()
    await room.time.advance(0)
    assert room.mouth.given == [(Earcon.TIMER, Priority.ALERT)]


async def test_nothing_is_given_beside_speech_or_a_question(room: Room) -> None:
    room.mouth.is_busy = True
    room.signs.woken(WakeDetected(T, 1, 1.0))
    assert await room.given() == []
    room.mouth.is_busy = False
    assert await room.given() == [], "a sign that comes late tells something else"


async def test_a_loudspeaker_that_is_gone_ends_nothing(room: Room) -> None:
    room.mouth.failure = Unavailable("unplugged", code=ErrorCode.SPEAKER_GONE)
    await room.woken()
    room.mouth.failure = None
    room.signs.heard(SpeechSegment(T, 1, 900, 800, "silence"))
    assert await room.given() == [Earcon.HEARD]


@pytest.mark.parametrize("earcon", Earcon)
async def test_each_can_be_switched_off(room: Room, earcon: Earcon) -> None:
    room.signs.reconfigure(replace(Earcons(), **{earcon.value: False}))
    await room.woken()
    room.moves(TurnState.TRANSCRIBING)
    given: set[Earcon] = set()
    happens = (
        lambda: room.signs.woken(WakeDetected(T, 1, 1.0)),
        lambda: room.signs.heard(SpeechSegment(T, 1, 900, 800, "silence")),
        lambda: room.signs.listened(ListeningEnded(T, 1, "silence")),
        lambda: room.signs.invited(FollowUpWindow(1, is_open=True)),
        lambda: room.moves(TurnState.REASONING, "failed"),
        room.signs.timer,
        lambda: room.signs.ear_is(is_deaf=False, is_muted=True),
        lambda: room.signs.ear_is(is_deaf=False, is_muted=False),
    )
    for happen in happens:
        happen()
        given |= set(await room.given())
    await room.time.advance(1)
    given |= set(await room.given())
    room.signs.finished(TurnFinished(T, 1, "done", ""))
    given |= set(await room.given())
    assert given == set(Earcon) - {earcon}


S = TurnState


@pytest.mark.parametrize(
    ("standing", "word"),
    [
        (Standing(is_there=True), "idle"),
        (Standing(), "error"),
        (Standing(is_there=True, is_deaf=True), "error"),
        (Standing(is_there=True, is_muted=True), "muted"),
        (Standing(is_there=True, is_muted=True, is_deaf=True), "muted"),
        (Standing(is_there=True, turn=S.LISTENING.value), "listening"),
        (Standing(is_there=True, turn=S.TRANSCRIBING.value), "thinking"),
        (Standing(is_there=True, turn=S.EXECUTING.value), "thinking"),
        (Standing(is_there=True, turn=S.RESPONDING.value), "thinking"),
        (Standing(is_there=True, turn=S.RESPONDING.value, is_speaking=True), "speaking"),
        (Standing(is_there=True, is_speaking=True, is_muted=True), "speaking"),
        (Standing(is_there=True, turn=S.AWAITING_CONFIRM.value, is_speaking=True), "asking"),
    ],
)
def test_one_word_tells_how_everything_stands(standing: Standing, word: str) -> None:
    assert standing.activity.value == word


async def test_what_was_going_on_ends_with_the_units(room: Room) -> None:
    room.signs.units_are(is_there=True)
    await room.woken()
    room.signs.units_are(is_there=False)
    room.signs.units_are(is_there=True)
    words = [word.value for word in room.told]
    assert (words[0], words[-2:]) == ("idle", ["error", "idle"])
    assert "listening" in words


@pytest.mark.parametrize(
    ("begin", "end", "quiet"),
    [(0, 0, ()), (7, 7, ()), (22, 7, (22, 23, 0, 3, 6)), (13, 15, (13, 14)), (0, 6, (0, 5)), (23, 0, (23,))],
)
def test_the_night_goes_over_midnight(begin: int, end: int, quiet: tuple[int, ...]) -> None:
    found = {hour for hour in range(24) if are_quiet(hour, begin, end)}
    length = (end - begin) % 24
    assert len(found) == length
    assert set(quiet) <= found


def test_the_example_shows_it_on_a_light(tmp_path: Path) -> None:
    led = runpy.run_path(str(EXAMPLE))
    (tmp_path / "max_brightness").write_text("255")
    changed = "/org/jarvisd/Tts1: org.freedesktop.DBus.Properties.PropertiesChanged"
    line = f"{changed} ('org.jarvisd.Tts1', {{'Speaking': <true>, 'Activity': <'thinking'>}}, @as [])\n"
    assert (led["told"](line), led["told"]("(<'idle'>,)\n"), led["told"](f"{changed} ('x', {{}}, [])")) == (
        "thinking",
        "idle",
        "",
    )
    led["show"](tmp_path, "thinking")
    assert ((tmp_path / "trigger").read_text(), (tmp_path / "delay_on").read_text()) == ("timer", "150")
    led["show"](tmp_path, "listening")
    assert ((tmp_path / "trigger").read_text(), (tmp_path / "brightness").read_text()) == ("none", "255")
    led["show"](tmp_path, "idle")
    assert (tmp_path / "brightness").read_text() == "0"
    shown = {activity.value for activity in Activity} - {"idle"}
    assert shown == set(led["BLINKS_MS"])
