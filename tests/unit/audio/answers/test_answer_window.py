"""Which speech may answer a question (decision 2)."""

from __future__ import annotations

import pytest

from jarvisd.audio.answers.answer_window import AnswerReservation, Silence
from jarvisd.audio.speech.utterance import Utterance, classify
from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.pcm import duration_ms
from tests.fakes.audio import ScriptedVad, chunks_of, silence, spoken, words_in

START_US = 5_000_000


class Room:
    """A window and sound that goes on."""

    def __init__(self) -> None:
        self.window = AnswerReservation("q1", silence_ms=800, min_speech_ms=200, preroll_ms=500)
        self.now_us = START_US
        self.results: list[Utterance | Silence] = []

    def sounds(self, pcm: bytes) -> None:
        """Let ``pcm`` be heard; whole chunks only."""
        for chunk in chunks_of(pcm, self.now_us):
            result = self.window.push(classify(chunk, ScriptedVad()))
            if result is not None:
                self.results.append(result)
            self.now_us = chunk.ended_us

    def open(self, window_s: float = 15) -> None:
        self.window.open(self.now_us, round(window_s * 1e6))

    @property
    def heard(self) -> list[list[str]]:
        return [words_in(item.sound()) for item in self.results if isinstance(item, Utterance)]


def test_an_utterance_that_begins_in_the_window_is_the_answer() -> None:
    room = Room()
    room.sounds(silence(2000))
    room.open()
    room.sounds(silence(400) + spoken("yes", 400) + silence(1200))
    assert room.heard == [["yes"]]
    answer = room.results[0]
    assert isinstance(answer, Utterance)
    assert answer.began_us == START_US + 2_400_000
    assert answer.ended_us == START_US + 2_800_000


def test_speech_before_the_window_is_never_an_answer() -> None:
    room = Room()
    room.sounds(silence(800) + spoken("yes", 800) + silence(1600))
    room.open()
    room.sounds(silence(1600))
    assert room.results == []


@pytest.mark.parametrize("overlap_ms", [80, 400, 720])
def test_speech_that_runs_when_the_window_opens_is_not_an_answer_but_the_next_is(overlap_ms: int) -> None:
    room = Room()
    first = spoken("yes", 800)
    cut = len(first) - len(silence(overlap_ms))
    room.sounds(silence(800) + first[:cut])
    room.open()
    room.sounds(first[cut:] + silence(800) + spoken("no", 400) + silence(1200))
    assert room.heard == [["no"]]


def test_speech_that_hardly_pauses_after_the_opening_is_still_the_old_one() -> None:
    room = Room()
    room.sounds(silence(800) + spoken("so then", 800))
    room.open()
    room.sounds(spoken("he said", 400) + silence(160) + spoken("yes", 400) + silence(1200))
    assert room.results == []


def test_speech_within_the_margin_of_the_opening_is_not_an_answer() -> None:
    room = Room()
    room.sounds(silence(800))
    room.open()
    room.sounds(silence(80) + spoken("yes", 400) + silence(1200))
    assert room.results == []
    room.sounds(spoken("no", 400) + silence(1200))
    assert room.heard == [["no"]]


def test_silence_ends_the_window() -> None:
    room = Room()
    room.sounds(silence(800))
    room.open(window_s=4)
    room.sounds(silence(3920))
    assert room.results == []
    room.sounds(silence(80))
    assert [type(result) for result in room.results] == [Silence]


def test_an_answer_that_began_in_time_is_heard_to_its_end() -> None:
    room = Room()
    room.sounds(silence(800))
    room.open(window_s=4)
    room.sounds(silence(3600) + spoken("yes go ahead", 1600) + silence(1200))
    assert room.heard[:1] == [["yes go ahead"]]


def test_endless_noise_is_no_answer_and_does_not_keep_the_window_open() -> None:
    room = Room()
    noise = spoken("noise", 800)
    room.sounds(noise)
    room.open(window_s=4)
    room.sounds(noise * 6)
    assert {type(result) for result in room.results} == {Silence}


def test_an_endless_answer_is_cut() -> None:
    room = Room()
    room.sounds(silence(800))
    room.open()
    room.sounds(silence(400) + spoken("well", 12_000))
    assert room.heard == [["well"]]
    assert isinstance(room.results[0], Utterance)
    assert duration_ms(room.results[0].sound()) < 11_000


def test_a_click_is_no_answer() -> None:
    room = Room()
    room.sounds(silence(800))
    room.open(window_s=4)
    room.sounds(silence(400) + spoken("x", 100)[: len(silence(100))] + silence(1500))
    assert room.results == []


def test_a_window_opens_once() -> None:
    room = Room()
    room.open()
    with pytest.raises(RequestError) as refused:
        room.open()
    assert refused.value.code is ErrorCode.BUSY
    room.window.close()
    room.open()
    assert room.window.is_open
