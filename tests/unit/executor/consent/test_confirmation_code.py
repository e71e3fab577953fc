"""A spoken challenge is met by its digits alone; over D-Bus nothing of it is shown (A10)."""

from __future__ import annotations

import pytest

from jarvisd.bus.signals.executor import ConfirmRequested
from jarvisd.executor.consent import confirmation_code
from jarvisd.executor.consent.asker import Asker
from jarvisd.executor.consent.confirmation_code import closing, draw, judge_to, weigh
from jarvisd.executor.tools.spec import Preview, Reversal
from tests.unit.executor.conftest import Bench

UNDO, NEVER = Preview("delete 1 file"), Preview("send a letter", reversal=Reversal.NEVER)
QUESTION = "I'm about to delete 3 files from tmp."
GOOD = [
    "confirm seven four",
    "Confirm 7 4.",
    "seven four",
    "74",
    "confirm 74",
    "seventy four",
    "seventy-four",
    "seven for",
]
BAD = [
    "yes",
    "yes go ahead",
    "confirm",
    "four seven",
    "seven",
    "seven four two",
    "not seven four",
    "seven four no",
    "",
    "confirm seven five",
    "no",
    "is it seven four?",
    "seven four or so",
    "seventy",
    "7 4 wait",
    "сonfirm 74",
    "do it 74",
]


@pytest.mark.parametrize("heard", GOOD)
def test_the_digits_confirm(heard: str) -> None:
    assert weigh(QUESTION, heard, "74").is_yes
    assert judge_to(f"{QUESTION} {closing('74')}", heard).is_yes


@pytest.mark.parametrize("heard", BAD)
def test_nothing_else_confirms(heard: str) -> None:
    """Not a plain yes, not other digits, not the digits with anything that is not an assent."""
    assert not weigh(QUESTION, heard, "74").is_yes
    assert not judge_to(f"{QUESTION} {closing('74')}", heard).is_yes


@pytest.mark.parametrize(
    ("mode", "preview", "wanted"),
    [("off", NEVER, ""), ("irreversible", UNDO, ""), ("irreversible", NEVER, "33"), ("always", UNDO, "33")],
)
def test_digits_are_drawn_as_configured(mode: str, preview: Preview, wanted: str) -> None:
    assert draw(mode, preview, lambda _: 3) == wanted


@pytest.mark.parametrize("digits", [f"{value:02}" for value in range(100)])
def test_every_pair_is_met_as_it_is_asked_for(digits: str) -> None:
    """What the question says to say is what confirms."""
    said = closing(digits).removeprefix("Say ").removesuffix(" to proceed or no to cancel.")
    assert weigh(QUESTION, said, digits).is_yes


async def test_a_yes_does_not_delete_under_a_challenge(bench: Bench) -> None:
    """The room hears the digits, the bus does not; a plain yes is asked again and then is a no."""
    bench.file("tmp/old.tmp", age_days=30)
    bench.answers("yes", "yes please")
    bench.asker._challenge_mode = confirmation_code.ALWAYS
    [step] = await bench.run(("file_delete", {"folder": "tmp", "older_than": "old"}))
    assert (step["outcome"], step["consent"]) == ("declined", "no")
    assert all("Say confirm " in asked for asked in bench.speech.questions)
    shown = [event.question for event in bench.events if isinstance(event, ConfirmRequested)]
    assert shown
    assert not any("confirm " in text for text in shown)
    assert isinstance(bench.asker, Asker)
