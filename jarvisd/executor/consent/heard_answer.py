"""What was heard in the room as the answer to a question: a yes only where the evidence for it is strong. Pure."""

from __future__ import annotations

from jarvisd.bus.replies import AnswerReply
from jarvisd.core.planning.plan import Consent
from jarvisd.lang.answer import AnswerVerdict
from jarvisd.lang.pack import LanguagePack

AMONG_VOICES = "said among other voices"
TOO_EARLY = "spoken before the question ended"
SURE_YES = 0.8
"""Confidence of the second reading from which a yes is one. Measured with five synthetic voices, see
``tests/ports/test_spoken_answers.py``."""


def judge_heard(
    language: LanguagePack,
    text: str,
    heard: AnswerReply,
    finished_us: int,
    digits: str = "",
    *,
    okay_is_yes: bool = False,
    short_yes_is_yes: bool = True,
) -> AnswerVerdict:
    """What a window's speech means, and whether it is fair to ask again. Pure.

    Speech that is not live, or began before the question had been spoken, is never an answer. A yes has to be one
    in both readings of the sound, the second sure of itself, and none is where somebody else was speaking; digits
    hold there, too. A short word alone is none unless ``short_yes_is_yes``, however sure both readings are of it:
    others are heard as it just as surely (``docs/adr/0023-two-words.md``).
    """
    if (missing := no_answer(heard, finished_us)) is not None:
        return missing
    if language.reading.is_asked_for(heard.heard):
        return AnswerVerdict(Consent.NO, "asked to hear all of it", wants_reading=True)
    verdict = language.answers.weigh(text, heard.heard, digits, okay_is_yes=okay_is_yes)
    if not verdict.is_yes or digits:
        return verdict
    again = language.answers.weigh(text, heard.heard_again, digits, okay_is_yes=okay_is_yes)
    is_short = any(map(language.answers.is_short, (heard.heard, heard.heard_again)))
    if not again.is_yes or heard.confidence_again < SURE_YES:
        return AnswerVerdict(Consent.NO, "a yes that was not surely heard", may_ask_again=True, is_faint=is_short)
    if not heard.quiet_before:
        return AnswerVerdict(Consent.NO, AMONG_VOICES, among_voices=True)
    if is_short and not short_yes_is_yes:
        return AnswerVerdict(Consent.NO, "a short word alone", may_ask_again=True, is_faint=True)
    return verdict


def no_answer(heard: AnswerReply, finished_us: int) -> AnswerVerdict | None:
    """What it means when a window holds no answer; ``None`` where it holds one. Pure."""
    if heard.outcome == "cancelled":
        return AnswerVerdict(Consent.NO, "cancelled")
    if heard.outcome != "speech" or not heard.heard.strip():
        return AnswerVerdict(Consent.SILENCE, "silence")
    if not heard.live:
        return AnswerVerdict(Consent.NO, "not live speech")
    if heard.speech_began_us < finished_us:
        return AnswerVerdict(Consent.NO, TOO_EARLY, may_ask_again=True)
    return None
