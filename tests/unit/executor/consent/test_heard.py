"""What a window's speech means before its words are judged, and how a question is put again (A10)."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from jarvisd.core.planning.plan import Consent
from jarvisd.executor.consent import confirmation_code, question
from jarvisd.executor.consent.asker import MAX_READINGS, Question, Windows
from jarvisd.executor.consent.grants import Answerer, AnswerRight, binding_of, right_of
from jarvisd.executor.consent.heard_answer import judge_heard, no_answer
from jarvisd.executor.tools.spec import Preview, Reversal
from jarvisd.lang.en.pack import ENGLISH
from tests.fakes.executor import heard

TEXT = "I'm about to delete 3 files from tmp. Say yes to proceed or no to cancel."
ENDED_US = 1000


@dataclass(frozen=True)
class Letter:
    whole: str = ""
    binding: str = ""


@pytest.mark.parametrize(
    ("answer", "consent", "reason", "again"),
    [
        (heard("yes, go ahead", ENDED_US, outcome="cancelled"), Consent.NO, "cancelled", False),
        (heard("yes, go ahead", ENDED_US, outcome="silence"), Consent.SILENCE, "silence", False),
        (heard("", ENDED_US), Consent.SILENCE, "silence", False),
        (heard(" ", ENDED_US, outcome="speech"), Consent.SILENCE, "silence", False),
        (heard("yes, go ahead", ENDED_US, live=False), Consent.NO, "not live speech", False),
        (heard("yes, go ahead", ENDED_US - 1), Consent.NO, "spoken before the question ended", True),
        (heard("no", ENDED_US - 1), Consent.NO, "spoken before the question ended", True),
    ],
)
def test_what_is_no_answer_says_why(answer: object, consent: Consent, reason: str, again: bool) -> None:
    found = no_answer(answer, ENDED_US)  # type: ignore[arg-type] # an answer
    assert found is not None
    assert (found.consent, found.reason, found.may_ask_again) == (consent, reason, again)
    assert judge_heard(ENGLISH, TEXT, answer, ENDED_US) == found  # type: ignore[arg-type] # an answer


def test_speech_that_begins_when_the_question_ends_is_an_answer() -> None:
    assert no_answer(heard("yes, go ahead", ENDED_US), ENDED_US) is None
    assert judge_heard(ENGLISH, TEXT, heard("yes, go ahead", ENDED_US), ENDED_US).is_yes


def test_a_yes_among_voices_is_none_but_by_digits() -> None:
    among = judge_heard(ENGLISH, TEXT, heard("yes, go ahead", ENDED_US, quiet=False), ENDED_US)
    assert (among.is_yes, among.among_voices, among.may_ask_again) == (False, True, False)
    assert judge_heard(ENGLISH, TEXT, heard("seven four", ENDED_US, quiet=False), ENDED_US, "74").is_yes
    denied = judge_heard(ENGLISH, TEXT, heard("no", ENDED_US, quiet=False), ENDED_US)
    assert (denied.reason, denied.among_voices) == ("denied: no", False)


def test_who_wants_to_hear_all_of_it_has_not_answered() -> None:
    found = judge_heard(ENGLISH, TEXT, heard("read it", ENDED_US), ENDED_US)
    assert (found.consent, found.wants_reading, found.may_ask_again) == (Consent.NO, True, False)
    assert not judge_heard(ENGLISH, TEXT, heard("yes, go ahead", ENDED_US), ENDED_US).wants_reading


def test_okay_is_a_yes_where_that_is_wanted() -> None:
    okay = heard("okay", ENDED_US)
    assert not judge_heard(ENGLISH, TEXT, okay, ENDED_US).is_yes
    assert judge_heard(ENGLISH, TEXT, okay, ENDED_US, okay_is_yes=True).is_yes


def test_a_short_word_is_a_yes_unless_more_are_wanted() -> None:
    short = heard("yes", ENDED_US)
    assert judge_heard(ENGLISH, TEXT, short, ENDED_US).is_yes
    asked = judge_heard(ENGLISH, TEXT, short, ENDED_US, short_yes_is_yes=False)
    assert (asked.is_yes, asked.may_ask_again, asked.is_faint) == (False, True, True)
    assert judge_heard(ENGLISH, TEXT, heard("yes, go ahead", ENDED_US), ENDED_US, short_yes_is_yes=False).is_yes


def test_windows_and_limits_are_those_that_were_chosen() -> None:
    assert Windows() == Windows(15.0, 5.0, 60.0, 60.0, okay_is_yes=False, short_yes_is_yes=True)
    assert (MAX_READINGS, confirmation_code.DIGITS) == (2, 2)
    asked = Question("t", "voice", None, Preview("do it"))
    assert (asked.asked_by, asked.digits) == ("", "")


@pytest.mark.parametrize("mode", [confirmation_code.OFF, confirmation_code.NEVER_UNDONE, confirmation_code.ALWAYS])
@pytest.mark.parametrize("reversal", Reversal)
def test_digits_are_needed_by_mode_and_reversal(mode: str, reversal: Reversal) -> None:
    preview = Preview("do it", reversal=reversal)
    expected = mode == "always" or (mode == "irreversible" and reversal is Reversal.NEVER)
    assert confirmation_code.is_needed(mode, preview, is_from_afar=False) is expected
    assert confirmation_code.is_needed(mode, preview, is_from_afar=True)


def test_digits_are_each_below_ten() -> None:
    asked: list[int] = []

    def below(limit: int) -> int:
        asked.append(limit)
        return 9 - len(asked)

    assert confirmation_code.digits(below) == "87"
    assert asked == [10, 10]


@pytest.mark.parametrize(
    ("whole", "consequence", "left"),
    [
        ("", "It says: hi.", ""),
        ("one\n two", "It says: one two.", ""),
        ('say "hi"', "It says: say 'hi'.", ""),
        ("one\n two three", "It says: one two.", "one two three"),
    ],
)
def test_what_a_question_does_not_hold_can_be_heard(whole: str, consequence: str, left: str) -> None:
    preview = Preview("send it", consequence=consequence, selection=Letter(whole))
    assert question.unheard(preview) == left
    assert question.unread(preview) == (whole if left else "")
    assert question.unheard(Preview("send it")) == ""


def test_an_offer_is_made_before_how_to_answer() -> None:
    asked = question.compose(ENGLISH.questions, Preview("send it"), "", "Say read it to hear all of it.")
    assert asked.endswith("Say read it to hear all of it. Say yes to proceed or no to cancel.")
    after = question.after_reading(ENGLISH.questions, Preview("send it"), "74")
    assert after.endswith("Say confirm seven four to proceed or no to cancel.")
    voices = question.among_voices(ENGLISH.questions, Preview("send it"), "74")
    assert voices.endswith("Say confirm seven four to proceed or no to cancel.")


def test_a_consent_is_bound_to_what_was_measured() -> None:
    assert binding_of(Letter(binding="abc")) == "abc"
    assert binding_of(None) == ""


def test_nobody_without_a_name_is_taken_for_the_brain() -> None:
    nobody = Answerer("", 0)
    assert right_of(nobody, channel="dbus", asker_uid=1, admin_uid=None, brain="") is AnswerRight.ALLOWED
