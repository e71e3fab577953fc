"""Digits are asked for as configured and where a yes may be anybody's; D-Bus never shows them (A10)."""

from __future__ import annotations

import pytest

from jarvisd.bus.signals.executor import ConfirmRequested
from jarvisd.core.errors import NotPermitted
from jarvisd.executor.consent import confirmation_code
from jarvisd.executor.consent.asker import Asker
from jarvisd.executor.consent.confirmation_code import digits, is_needed
from jarvisd.executor.tools.spec import Preview, Reversal
from tests.fakes.executor import DIGITS, Answer, heard
from tests.unit.executor.conftest import OLD, Bench

UNDO, NEVER = Preview("delete 1 file"), Preview("send a letter", reversal=Reversal.NEVER)


@pytest.mark.parametrize(
    ("mode", "preview", "expected"),
    [("off", NEVER, False), ("irreversible", UNDO, False), ("irreversible", NEVER, True), ("always", UNDO, True)],
)
def test_digits_are_needed_as_configured_and_always_from_afar(mode: str, preview: Preview, expected: bool) -> None:
    assert is_needed(mode, preview, is_from_afar=False) is expected
    assert is_needed(mode, preview, is_from_afar=True)


def test_digits_are_drawn_one_by_one() -> None:
    drawn = iter([0, 7])
    assert digits(lambda below: next(drawn) % below) == "07"


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


# --- where a yes may be anybody's ------------------------------------------------------------------------------

ASIDE = heard("yes", 10**12, quiet=False)


@pytest.mark.parametrize(
    ("answers", "outcome", "consent", "openings"),
    [
        ([ASIDE, f"confirm {DIGITS}"], "done", "yes", ["I'm about", "I hear other voices."]),
        # Nobody has to speak English for digits to be missed: one more try is fair, a yes is none.
        ([ASIDE, "yes", f"{DIGITS}"], "done", "yes", ["I'm about", "I hear other voices.", "Sorry,"]),
        ([ASIDE, "yes", "yes"], "declined", "no", ["I'm about", "I hear other voices.", "Sorry,"]),
        ([ASIDE, "no"], "declined", "no", ["I'm about", "I hear other voices."]),
        ([ASIDE, ""], "declined", "silence", ["I'm about", "I hear other voices."]),
        # What was no answer among voices cannot be followed by a plain yes either.
        ([heard("the news", 10**12, quiet=False), "yes"], "declined", "no", ["I'm about", "Sorry,"]),
        ([heard("the news", 10**12, quiet=False), DIGITS], "done", "yes", ["I'm about", "Sorry,"]),
        (["and now the weather for tomorrow", "yes"], "declined", "no", ["I'm about", "Sorry,"]),
        (["and now the weather for tomorrow", DIGITS], "done", "yes", ["I'm about", "Sorry,"]),
        (["the blue one", ASIDE, DIGITS], "done", "yes", ["I'm about", "Sorry,", "I hear other voices."]),
        (["the blue one", ASIDE, "yes"], "declined", "no", ["I'm about", "Sorry,", "I hear other voices."]),
        ([heard("no", 10**12, quiet=False)], "declined", "no", ["I'm about"]),
    ],
)
async def test_a_yes_among_other_voices_needs_digits(
    bench: Bench, answers: list[Answer], outcome: str, consent: str, openings: list[str]
) -> None:
    """Whoever else is heard raises what it takes to agree and never lowers it."""
    bench.file("tmp/old.tmp", age_days=30)
    bench.answers(*answers)
    [step] = await bench.run(OLD)
    assert (step["outcome"], step["consent"]) == (outcome, consent)
    asked = bench.speech.questions
    assert [text.startswith(opening) for text, opening in zip(asked, openings, strict=True)] == [True] * len(asked)
    assert all("Say confirm " in text for text in asked if text.startswith("I hear other voices."))
    shown = [event.question for event in bench.events if isinstance(event, ConfirmRequested)]
    assert not any("confirm " in text for text in shown)


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [(["yes", "yes"], "declined"), ([DIGITS], "done"), (["yes", f"confirm {DIGITS}"], "done")],
)
async def test_what_a_user_has_asked_in_the_room_needs_digits_of_the_room(
    bench: Bench, answers: list[Answer], outcome: str
) -> None:
    """The room did not ask for it: whoever answers there must have listened to who did."""
    bench.file("tmp/old.tmp", age_days=30)
    bench.answers(*answers)
    [step] = await bench.run(OLD, origin=":1.9")
    assert step["outcome"] == outcome
    assert bench.speech.questions[0].startswith("The user u1000 asks for this.")
    assert all("Say confirm " in text for text in bench.speech.questions)


async def test_root_and_whom_polkit_lets_answer_a_question_with_digits_over_dbus_as_ever(bench: Bench) -> None:
    bench.file("tmp/old.tmp", age_days=30)
    plan_id = await bench.start(OLD, origin=":1.9")
    asked = await bench.question()
    with pytest.raises(NotPermitted):
        await bench.asker.answer(asked.request_id, ":1.9", is_yes=True)
    await bench.asker.answer(asked.request_id, ":1.7", is_yes=True)
    assert (await bench.ended(plan_id))[0]["outcome"] == "done"
