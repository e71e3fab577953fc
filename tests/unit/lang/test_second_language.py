"""What the units hear and say in another language than English goes through the same code."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from jarvisd.brain.turn import reply
from jarvisd.brain.turn.intents import is_about_before, is_stop
from jarvisd.bus.signals.audio import Transcript
from jarvisd.core.planning.plan import Outcome
from jarvisd.lang.values import HeardValue, Unreadable, ValueKind
from jarvisd.tts.chunking import chunks
from jarvisd.tts.normalization import speakable
from tests.fakes.audio import silence, spoken
from tests.fakes.brain import step_report
from tests.fakes.greek import GREEK
from tests.unit.audio.conftest import Room as Ear
from tests.unit.brain.dialogue.test_dialogue import Room as Mind


async def test_a_request_after_the_wake_phrase_is_found() -> None:
    ear = Ear(wake_phrase=GREEK.wake_phrase)
    await ear.load()
    await ear.hears(silence(400), spoken("hey jarvis, τι ώρα είναι;", 2000), silence(1600))
    assert (await ear.told(Transcript)).text == "Τι ώρα είναι;"
    await ear.tasks.cancel_all()
    ear.workers.close()
    assert GREEK.wake_phrase.request_in("Έλα, Τζάρβις!") == ""


async def test_an_intent_needs_no_model_and_is_answered_in_the_language() -> None:
    mind = Mind(None, language=GREEK)
    mind.ask("Πώς είσαι;")
    assert (await mind.end()).reply == "Είμαι καλά."
    mind.ask("Τι ώρα είναι;")
    turn = await mind.end()
    assert [action.tool for action in turn.plan.actions] == ["get_time"]
    mind.ask("Πες το ξανά.")
    assert (await mind.end()).reply == turn.reply
    assert is_stop("Σταμάτα!", GREEK.intents)
    assert not is_stop("Stop!", GREEK.intents)
    assert is_about_before("πες το ξανά", GREEK.intents)


async def test_an_error_is_said_in_the_language() -> None:
    mind = Mind(None, language=GREEK)
    mind.ask("Διάβασέ μου ένα ποίημα.")
    turn = await mind.end()
    assert (turn.code, turn.reply) == ("LlmGone", "Σφάλμα LlmGone.")
    steps = [step_report(Outcome.FAILED, error="DiskFull"), step_report(Outcome.SKIPPED), step_report()]
    assert reply.summary(steps, GREEK.replies) == "Ο δίσκος είναι γεμάτος. Έγινε. Παρέλειψα 1."


def test_text_is_normalised_and_cut_by_the_rules_of_the_language() -> None:
    """Markup goes in every language; what stands in a line, and where it is cut, is the language's."""
    said = speakable("# Έτοιμο\n**Βρήκα** 5 MB & τα `μετέφερα`. Έτοιμα!", GREEK.speech)
    assert said == "Έτοιμο.\nΒρήκα 5 μεγαμπάιτ και τα μετέφερα. Έτοιμα!"
    assert chunks(said, GREEK.speech.chunk_rules) == ("Έτοιμο.", "Βρήκα 5 μεγαμπάιτ και τα μετέφερα.", "Έτοιμα!")
    long = "Κοίταξα όλα τα παλιά έγγραφα που είχες εκεί και δεν βρήκα απολύτως τίποτα καινούργιο."
    assert chunks(long, GREEK.speech.chunk_rules)[0] == "Κοίταξα όλα τα παλιά έγγραφα που είχες εκεί,"


def test_values_are_read_or_refused_in_the_language() -> None:
    now = datetime(2026, 11, 28, tzinfo=timezone.utc)
    kinds = (ValueKind.DURATION, ValueKind.NUMBER)
    assert GREEK.values.read(kinds, "επτά", now) == HeardValue(ValueKind.NUMBER, "7")
    with pytest.raises(Unreadable) as refused:
        GREEK.values.read(kinds, "seven", now)
    assert GREEK.values.why(refused.value) == "δεν κατάλαβα: seven"


async def test_what_is_out_of_reach_is_told_in_the_language() -> None:
    mind = Mind(None, language=GREEK)
    mind.ask("Άναψε το φως!")
    turn = await mind.end()
    assert (turn.reply, turn.code) == ("Δεν μπορώ να ανάψω φώτα.", "")
