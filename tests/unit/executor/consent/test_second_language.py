"""A question is put and answered in another language than English, by the same asker (A10)."""

from __future__ import annotations

import pytest

from jarvisd.executor.consent import confirmation_code
from jarvisd.executor.events import ConfirmRequested
from tests.fakes.greek import GREEK
from tests.unit.executor.conftest import OLD, Bench, old_files


@pytest.fixture
def greek(bench: Bench) -> Bench:
    bench.language = GREEK
    old_files(bench)
    return bench


@pytest.mark.parametrize("heard", ["ναι", "Ναι, προχώρα!", "ΒΕΒΑΊΩΣ"])
async def test_a_yes_without_a_letter_of_ascii_is_one(greek: Bench, heard: str) -> None:
    greek.answers(heard)
    [step] = await greek.run(OLD)
    [asked] = greek.speech.questions
    assert asked.startswith("Πρόκειται να: delete 3 files")
    assert asked.endswith("Αναιρείται. Πες ναι για να προχωρήσω ή όχι για άκυρο.")
    assert (step["outcome"], step["consent"], step["question"]) == ("done", "yes", asked)
    assert greek.names("tmp") == ["fresh.tmp"]


@pytest.mark.parametrize("heard", ["όχι", "Όχι, ναι", "σταμάτα"])
async def test_a_no_is_one(greek: Bench, heard: str) -> None:
    greek.answers(heard)
    [step] = await greek.run(OLD)
    assert (step["outcome"], step["consent"]) == ("declined", "no")
    assert str(step["spoken"]).startswith("Εντάξει, δεν έγινε: delete 3 files")
    assert len(greek.names("tmp")) == 4


@pytest.mark.parametrize(("second", "outcome"), [("ναι", "done"), ("ίσως", "declined"), ("yes", "declined")])
async def test_what_is_unclear_is_asked_about_once_more(greek: Bench, second: str, outcome: str) -> None:
    """A yes of another language is not understood either."""
    greek.answers("yes, go ahead", second)
    [step] = await greek.run(OLD)
    assert step["outcome"] == outcome
    assert [question.split()[0] for question in greek.speech.questions] == ["Πρόκειται", "Συγγνώμη,"]


async def test_digits_are_asked_for_and_taken_in_the_language(greek: Bench) -> None:
    greek.answers("ναι", "ναι")
    greek.asker._challenge_mode = confirmation_code.ALWAYS
    [step] = await greek.run(OLD)
    assert step["outcome"] == "declined"
    spoken = greek.speech.questions[0]
    digits = spoken.partition("Πες ")[2].partition(" για")[0]
    assert len(digits.split()) == confirmation_code.DIGITS
    assert greek.asker.judge(spoken, digits).is_yes
    assert not greek.asker.judge(spoken, "ναι").is_yes
    [shown] = [event.question for event in greek.events if isinstance(event, ConfirmRequested)]
    assert digits not in shown
