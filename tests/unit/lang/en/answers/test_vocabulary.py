"""Every word of the grammar of assent has an answer here that is judged by it (A10)."""

from __future__ import annotations

import pytest

from jarvisd.core.planning.plan import Consent
from jarvisd.lang.en.answers.assent import judge
from tests.tables import each

DELETE = "I'm about to delete 3 files, 4 MB, from tmp. Say yes to proceed or no to cancel."
SEND = "I'm about to send an e-mail to Mark at mark@example.com. Say yes to proceed or no to cancel."

DENIALS = each(
    "no|nope|nah|nay|not|never|none|nothing|doesn't|dont|wont|cant|cannot|stop|cancel|cancelled|wait"
    "|hold|halt|abort"
    "|negative|nevermind|deny|denied|refuse|reject|decline|but|except|only|unless|without|instead|later|maybe"
    "|perhaps|however|until|quit|forget|skip|leave|keep|undo|disagree|wrong|mistake|careful|slow|pause"
    "|hang|back|off"
)
HUMMED = each("uh-uh|nuh uh|nuh-uh|unh-unh|mm-mm|mmm mmm|hm-mm|hmm-mm|uh-unh|uh-nh|mm-nh")
QUESTIONS = each(
    "what|what's|which|why|how|who|whose|when|where|is|are|am|was|do|does|did|can|could|would|should"
    "|shall|may|might"
    "|will|has|have|really"
)
ASSENTS = each(
    "yes|yeah|yep|yup|yea|aye|sure|sure thing|surely|absolutely|definitely|certainly|of course"
    "|affirmative|indeed"
    "|very well|confirm|confirmed|I confirm|I do|I agree|agreed|I approve|approved|proceed|go ahead"
    "|go right ahead"
    "|go on then|go for it|do it|do that|do so|please do|make it so|by all means|continue|carry on"
    "|I am sure|I'm sure"
    "|correct|that is right|that's right|that is correct|that's correct|you may|you can|with pleasure"
    "|let's do it"
    "|let's do that|let's go ahead|let's proceed|I say yes|I said yes|my answer is yes|it is a yes|it's a yes"
    "|that is a yes|that's a yes|you have my permission|you have my consent|you have my approval"
    "|permission granted|granted"
)
BESIDE = each(
    "hey jarvis|okay jarvis|jarvis|um|ummm|uh|er|erm|oh|ah|well|so|okay|ok|alright|all right|right|then"
    "|please"
    "|thanks|thank you|now|just|great|perfect|excellent|sir|ma'am|madam|mate|mhm|mm hmm|uh huh|right away"
    "|straight away|all of it|all of them|go on"
)
BEFORE = each(
    "go ahead and|go right ahead and|go on and|you can|you may|I want you to|I would like you to"
    "|I'd like you to"
    "|let's"
)
NO_ASSENTS = each(
    "yeah right|yea right|yep right|sure right|oh right yes|oh sure|oh great yes|oh fine yes|as if yes"
    "|please confirm"
    "|okay please confirm|ok please confirm|well please confirm|jarvis please confirm|hey please confirm"
    "|um please confirm|uh please confirm"
)


@pytest.mark.parametrize("word", DENIALS)
def test_a_denial_is_final(word: str) -> None:
    """Whoever says no is not asked once more, and a yes beside it counts for nothing."""
    for heard in (word, f"yes {word}", f"{word}, yes"):
        answer = judge(DELETE, heard)
        assert (answer.consent, answer.reason, answer.may_ask_again) == (Consent.NO, f"denied: {word}", False)


@pytest.mark.parametrize("sound", HUMMED)
def test_a_hummed_no_is_final(sound: str) -> None:
    for heard in (sound, f"{sound} yes"):
        answer = judge(DELETE, heard)
        assert (answer.consent, answer.reason) == (Consent.NO, "denied: hummed")


@pytest.mark.parametrize("word", QUESTIONS)
def test_who_asks_back_is_told_from_who_was_not_understood(word: str) -> None:
    """A transcriber leaves question marks out."""
    answer = judge(DELETE, f"{word} the other thing")
    assert (answer.consent, answer.reason, answer.may_ask_again) == (Consent.NO, "a question", False)


@pytest.mark.parametrize("heard", ASSENTS)
def test_every_assent_is_one_alone_and_twice(heard: str) -> None:
    for answer in (heard, f"{heard}, and {heard}", f"please, {heard}."):
        # To ask for a confirmation is not to give one.
        assert judge(DELETE, answer).is_yes is not answer.startswith("please, confirm.")


@pytest.mark.parametrize("word", BESIDE)
def test_courtesy_stands_beside_an_assent_and_is_none(word: str) -> None:
    assert judge(DELETE, f"yes {word}").is_yes
    assert judge(DELETE, f"{word} yes").is_yes
    assert not judge(DELETE, word).is_yes


@pytest.mark.parametrize("words", BEFORE)
def test_the_act_may_be_asked_for(words: str) -> None:
    for act in ("delete them", "do it", "do that", "do so", "proceed"):
        assert judge(DELETE, f"{words} {act}").is_yes
    assert not judge(DELETE, f"{words} sing").is_yes


@pytest.mark.parametrize("heard", NO_ASSENTS)
def test_mockery_and_a_wish_to_be_asked_are_no_assents(heard: str) -> None:
    answer = judge(DELETE, heard)
    assert (answer.consent, answer.reason) == (Consent.NO, "unclear: not said as an assent")


def test_as_many_words_as_an_assent_has() -> None:
    assert judge(DELETE, "yes " * 12).is_yes
    assert judge(DELETE, "yes " * 13).reason == "unclear: too many words"


def test_yes_send_it_is_an_assent_to_anything_and_send_it_is_not() -> None:
    """A10 names it."""
    assert judge(DELETE, "yes send it").is_yes
    assert judge(DELETE, "um yes send it").is_yes
    assert not judge(DELETE, "send it").is_yes
    assert not judge(DELETE, "sure, send it").is_yes
    assert judge(SEND, "send it").is_yes
