"""What somebody tells of themselves is offered to be kept, and secrets are not even asked about (A6)."""

from __future__ import annotations

import pytest

from jarvisd.lang.dialogue import NOTHING_BEFORE, Clarification, Resolution
from jarvisd.lang.en.context.resolving import answer_to, resolve
from jarvisd.lang.en.memories.in_passing import NOT_KEPT, is_secret, may_keep, question
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.intent import Intent

LASTING = [
    "my sister's birthday is on May 4th", "Anna's birthday is on the 3rd of March", "my wife's name is Anna",
    "Anna's email is anna@example.org", "my email address is me@example.org",
    "I live in Graz", "I'm living in a flat in Lyon", "I work at the harbour", "I work as a nurse",
    "I am allergic to cats", "I'm vegetarian", "I am a vegan", "I'm from Portugal", "I am left handed",
    "my favourite colour is green", "My favorite band is Queen", "my birthday is on the 3rd of March",
    "my shoe size is 43", "my license plate is GZ 123 AB",
]  # fmt: skip
PASSING = [
    "Mark's file is in reports", "the report's name is tax", "Anna's flight is at nine", "what's Anna's email",
    "is Anna's email anna@example.org", "that's my birthday", "it's my name", "let's call it a day",
    "send Anna's file to anna@example.org", "mail it to anna@example.org", "Anna's late",
    "I am tired", "I'm at home", "I am in the kitchen", "I'm late", "I am vegan today", "I live in Graz for now",
    "I live here", "I live with it", "I work on the report", "I am working from home today",
    "I don't live in Graz",
    "I no longer work at the harbour", "I was born in Graz", "where do I live", "do I live in Graz?", "I like it",
    "my favourite is that one", "my car is on level 3", "my flight is at nine", "my head hurts",
    "Mark lives in Graz",
    "my sister lives in Graz", "he works as a nurse", "if I live in Graz", "maybe my size is 43", "I'm from here",
    "my appointment is tomorrow", "I moved the file to reports", "the code is 12",
]  # fmt: skip
SECRETS = [
    "my password is hunter2", "my wifi password is swordfish", "my bank pin is 4711", "the pin is 1234",
    "my locker combination is 12 34 56", "my credit card number is 4111", "my passport number is X1234",
    "my login is anna", "the passcode of my phone is 0000", "my account number is 55", "my door code is 99",
]  # fmt: skip


def meant(said: str) -> Resolution | None:
    return resolve(said, NOTHING_BEFORE, ENGLISH.intents.recognise)


@pytest.mark.parametrize("said", LASTING)
def test_what_lasts_is_offered_and_a_yes_keeps_its_very_words(said: str) -> None:
    found = meant(said)
    assert found is not None
    asked = found.question
    assert asked is not None
    assert asked.question.startswith("Shall I remember ")
    assert not found.intent
    agreed = answer_to(asked, "yes please", ENGLISH.intents.recognise)
    assert kept(agreed.intent) == said.replace("I'm ", "I am ")
    for answer in ("no", "no thanks", "never mind", "", "banana", "what time is it", "yes and delete my files"):
        assert kept(answer_to(asked, answer, ENGLISH.intents.recognise).intent) == ""


def kept(intent: Intent | None) -> str:
    actions = intent.plan.actions if intent is not None and intent.plan is not None else ()
    return "".join(str(action.args["text"]) for action in actions if action.tool == "remember")


def test_what_is_asked_is_what_was_told_with_its_names() -> None:
    asked = [question(said) for said in ("My shoe size is 43", "Anna's birthday is on May 4th", "I'm from Italy")]
    assert asked == [
        "Shall I remember that your shoe size is 43?",
        "Shall I remember that Anna's birthday is on May 4th?",
        "Shall I remember that you're from Italy?",
    ]


@pytest.mark.parametrize("said", PASSING)
def test_what_passes_or_tells_of_others_is_left_alone(said: str) -> None:
    found = meant(said)
    assert not may_keep(said)
    assert found is None or found.question is None or not found.question.is_offer


@pytest.mark.parametrize("said", SECRETS)
def test_a_secret_is_neither_kept_nor_asked_about(said: str) -> None:
    """Who wants it kept says so; then it is."""
    assert is_secret(said)
    assert meant(said) == Resolution(answer=NOT_KEPT)
    assert ENGLISH.intents.recognise(f"remember that {said}") is not None


@pytest.mark.parametrize("lead", ["remember that", "please note that", "don't forget that", "keep in mind that"])
def test_who_asks_for_it_is_not_asked(lead: str) -> None:
    for said in (*LASTING, *SECRETS):
        assert not may_keep(f"{lead} {said}")
        assert not is_secret(f"{lead} {said}")


def test_only_a_plain_yes_takes_an_offer() -> None:
    offer = Clarification(
        "Shall I remember that you live in Graz?", ("remember that I live in Graz",), is_offer=True
    )
    for answer, is_taken in (
        ("yes", True), ("yeah, sure", True), ("go ahead", True), ("okay", True),
        ("no", False), ("maybe", False), ("that's okay thanks", False), ("yes uh-uh", False), ("oh sure", False),
    ):  # fmt: skip
        found = answer_to(offer, answer, ENGLISH.intents.recognise)
        assert bool(found.intent) is is_taken, answer
