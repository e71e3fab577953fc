"""Which of our own words are in the room at a time, and what of a transcript others said."""

from __future__ import annotations

import pytest

from jarvisd.audio.own_voice.own_words import ECHO_US, ESTIMATE_US, KEPT_US, OwnWords
from jarvisd.lang.en.pack import ENGLISH

S = 1_000_000
SLACK_US = ECHO_US + ESTIMATE_US
QUESTION = "Say yes to proceed or no to cancel."


@pytest.fixture
def own() -> OwnWords:
    """A question of 2.7 seconds from the tenth second on, a tenth of a second a letter."""
    words = OwnWords(ENGLISH.wording.tokens, ENGLISH.wake_phrase.sound_alikes())
    words.clause_began(10 * S, "u1", QUESTION, 2700)
    return words


def test_a_word_is_audible_about_when_it_sounds_and_as_long_as_its_echo(own: OwnWords) -> None:
    assert own.audible(0, 30 * S) == ("say", "yes", "to", "proceed", "or", "no", "to", "cancel")
    assert own.audible(10 * S, 10 * S) == ("say",)
    assert own.audible(12_700_000 + SLACK_US - 1, 14 * S) == ("cancel",)
    assert own.audible(12_700_000 + SLACK_US, 14 * S) == ()
    assert own.audible(0, 10 * S - ESTIMATE_US) == ()


def test_our_own_yes_is_ours_and_a_later_one_is_not(own: OwnWords) -> None:
    assert own.of_others("Yes.", 10_400_000, 10_900_000) == ""
    assert own.of_others("No.", 12_000_000, 12_400_000) == ""
    assert own.of_others("Yes.", 12_800_000, 13_100_000) == "Yes."
    assert own.of_others("No, cancel.", 14 * S, 15 * S) == "No, cancel."


def test_what_is_left_around_an_echo_is_what_others_said(own: OwnWords) -> None:
    heard = "yes to proceed or no. Hey Jarvis, what's the weather going to be like in Dublin tomorrow"
    assert own.of_others(heard, 10 * S, 15 * S) == (
        "Hey Jarvis, what's the weather going to be like in Dublin tomorrow"
    )
    assert not own.is_others(heard, 10 * S, 15 * S)
    assert own.is_others("Go ahead.", 12 * S, 13 * S)


def test_who_repeats_our_words_after_us_is_heard_in_full() -> None:
    """Only while our voice is in the room can the end of what is heard be ours."""
    own = OwnWords(ENGLISH.wording.tokens, ENGLISH.wake_phrase.sound_alikes())
    own.clause_began(10 * S, "u1", "I added milk to the shopping list.", 2000)
    heard = "Hey Jarvis, what's on my shopping list?"
    assert own.of_others(heard, 12 * S, 14 * S) == heard
    assert own.of_others(heard, 11 * S, 12 * S) == "Hey Jarvis, what's on my"
    short = "What's on my shopping list?"
    assert own.of_others(short, 12 * S, 14 * S) == short


def test_mostly_an_echo_is_all_of_one(own: OwnWords) -> None:
    """What does not fit in it is a slip of the transcriber, not somebody's word."""
    assert own.of_others("Sam yes to proceed or no too cancelled", 10 * S, 13 * S) == ""


def test_what_was_broken_off_was_not_said(own: OwnWords) -> None:
    own.ended(11_000_000, "u2")
    assert "cancel" in own.audible(0, 30 * S)
    own.ended(11_000_000, "u1")
    assert own.audible(0, 30 * S) == ("say", "yes", "to", "proceed")
    own.ended(10_500_000)
    assert own.audible(0, 30 * S) == ("say", "yes")


def test_nothing_is_kept_for_ever(own: OwnWords) -> None:
    own.clause_began(12_700_000 + KEPT_US + 1, "u2", "Later.", 300)
    assert own.audible(0, 200 * S) == ("later",)


@pytest.mark.parametrize(
    ("said", "is_ours"), [("I am Jarvis.", True), ("Hey, Charlie!", True), ("It is noon.", False)]
)
def test_our_own_name_wakes_nobody(own: OwnWords, said: str, is_ours: bool) -> None:
    own.clause_began(20 * S, "u2", said, 800)
    assert own.holds_name(20_900_000) is is_ours
    assert not own.holds_name(30 * S)


def test_silence_of_ours_leaves_every_text_as_it_was_written(own: OwnWords) -> None:
    assert own.of_others("  Stop —  now ", 30 * S, 31 * S) == "  Stop —  now "
    assert own.of_others("...", 10 * S, 11 * S) == "..."
