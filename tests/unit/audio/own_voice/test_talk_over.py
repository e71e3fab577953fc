"""Who speaks over us is told by level, our own voice never for long."""

from __future__ import annotations

from array import array

from jarvisd.audio.own_voice.talk_over import LEARNED_OF, LONGEST_MS, QUIET_MS, TalkOver
from jarvisd.audio.speech.utterance import VadChunk
from jarvisd.core.pcm import CHUNK_BYTES, CHUNK_MS, AudioChunk

OURS, PERSON = 1000, 4000
CHUNKS_A_SECOND = 1000 // CHUNK_MS


class Ear:
    """Feeds chunks of a level; ``told`` is every change and when."""

    def __init__(self) -> None:
        self.rule = TalkOver()
        self.number = 0
        self.told: list[tuple[int, bool]] = []

    def hears(self, level: int, chunks: int, *, is_voiced: bool = True, own_sounds: bool = True) -> None:
        for _ in range(chunks):
            pcm = array("h", [level] * (CHUNK_BYTES // 2)).tobytes()
            heard = VadChunk(AudioChunk(pcm, self.number * CHUNK_MS * 1000), (is_voiced,) * 4, is_voiced)
            self.number += 1
            if self.rule.hear(heard, own_sounds=own_sounds):
                self.told.append((self.number, self.rule.is_speaking))


def knowing() -> Ear:
    ear = Ear()
    ear.hears(OURS, CHUNKS_A_SECOND)
    ear.number = 0
    return ear


def test_a_person_is_noticed_within_a_quarter_of_a_second_and_their_end_soon_after() -> None:
    ear = knowing()
    ear.hears(OURS, 2)
    ear.hears(PERSON, 10)
    ear.hears(OURS, CHUNKS_A_SECOND)
    assert ear.told == [(5, True), (12 + QUIET_MS // CHUNK_MS, False)]


def test_our_own_voice_is_nobody_from_its_first_word_on() -> None:
    ear = Ear()
    for _ in range(10):
        ear.hears(OURS, 5)
        ear.hears(OURS // 8, 3)
        ear.hears(OURS, 2, is_voiced=False)
    assert ear.told == []


def test_a_clatter_and_loud_noise_that_is_no_speech_are_nobody() -> None:
    ear = knowing()
    ear.hears(PERSON, 2)
    ear.hears(OURS, 4)
    ear.hears(PERSON, 10, is_voiced=False)
    assert ear.told == []


def test_with_headphones_whoever_is_heard_is_somebody() -> None:
    ear = Ear()
    ear.hears(30, LEARNED_OF, is_voiced=False)
    ear.hears(PERSON, 3)
    assert ear.told == [(LEARNED_OF + 3, True)]


def test_while_we_are_silent_nobody_talks_over_us() -> None:
    ear = knowing()
    ear.hears(PERSON, 3)
    ear.hears(PERSON, 20, own_sounds=False)
    assert ear.told == [(3, True), (4, False)]


def test_what_lasts_is_over_in_five_seconds_and_does_not_begin_again() -> None:
    ear = knowing()
    ear.hears(PERSON, 30 * CHUNKS_A_SECOND)
    assert ear.told == [(3, True), (3 + -(-LONGEST_MS // CHUNK_MS), False)]


def test_our_voice_made_louder_is_taken_for_a_person_a_few_times_at_most() -> None:
    """While it is ducked it is quieter, so that it ends by itself."""
    ear = knowing()
    for _ in range(20):
        ear.hears(PERSON, 6)
        ear.hears(OURS // 4, CHUNKS_A_SECOND)
    assert 1 <= sum(is_speaking for _, is_speaking in ear.told) <= 5


def test_what_its_words_show_to_be_ours_is_ours_from_then_on() -> None:
    ear = knowing()
    ear.hears(PERSON, 5)
    assert ear.rule.was_own()
    assert not ear.rule.was_own()
    ear.hears(PERSON, 20)
    assert ear.told == [(3, True)]
