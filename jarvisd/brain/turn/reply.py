"""What is said at the end of a turn, composed from measured facts, never from claims of the model. Pure (A13)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import takewhile

from jarvisd.brain.turn import intents
from jarvisd.brain.turn.turn import Turn
from jarvisd.core.errors import ErrorCode
from jarvisd.core.planning.plan import Outcome, StepReport
from jarvisd.lang.intent import Control
from jarvisd.lang.pack import LanguagePack, ReplySentences


def summary(steps: Sequence[StepReport], sentences: ReplySentences) -> str:
    """One text for all steps, in order: what was done, what was not, and what was left out because of that."""
    told = _told(steps, sentences)
    skipped = sum(step.outcome is Outcome.SKIPPED for step in steps)
    if skipped:
        told.append(sentences.left_out(skipped))
    return _one_after_the_other(told) or sentences.nothing_to_do()


def so_far(steps: Sequence[StepReport], sentences: ReplySentences) -> str:
    """What :func:`summary` will begin with, whatever comes after ``steps``: what was not done may be done yet."""
    done = list(takewhile(lambda step: step.outcome is Outcome.DONE, steps))
    return _one_after_the_other(_told(done, sentences))


def apology(code: str, sentences: ReplySentences) -> str:
    """The sentence for an error code."""
    return sentences.error(ErrorCode.named(code))


def past(before: Sequence[Turn], language: LanguagePack) -> Mapping[Control, str]:
    """The answers of the controls that ask for turns ``before`` that had a reply, the last one first."""
    replies, rules = language.replies, language.intents
    asked = [turn for turn in before if turn.utterance and not intents.is_about_before(turn.utterance, rules)]
    known = [told(turn.reply, turn.heard, replies) for turn in before[:1]]
    return {
        Control.REPEAT: known[0] if known else replies.nothing_yet(),
        Control.RECOUNT: next(
            (replies.recount(turn.utterance, told(turn.reply, turn.heard, replies)) for turn in asked),
            replies.nothing_yet(),
        ),
        Control.SPELL: replies.spelled(next((turn.heard or turn.reply for turn in before), "")),
    }


def changing(steps: Sequence[StepReport]) -> list[StepReport]:
    """The steps that changed something that lasts."""
    return [step for step in steps if step.outcome is Outcome.DONE and step.undo_id]


def lasting(steps: Sequence[StepReport], sentences: ReplySentences) -> str:
    """What was changed, for the memory of the turn; empty when nothing was (A12)."""
    return _one_after_the_other([_sentence(step, sentences) for step in changing(steps)])


def heard(parts: Sequence[tuple[str, str]], heard_chars: Callable[[str], int]) -> str | None:
    """What was heard of utterances (id and text) that were spoken one after the other; ``None`` for all of it."""
    said: list[str] = []
    for utterance_id, text in parts:
        count = heard_chars(utterance_id)
        said.append(text[:count])
        if count < len(text):
            return " ".join(filter(None, said))
    return None


def gone_on(
    parts: Sequence[tuple[str, str]], heard_chars: Callable[[str], int], utterance_id: str
) -> list[tuple[str, str]]:
    """``parts`` that were cut off, where ``utterance_id`` went on with what nobody had heard of them."""
    whole = list(takewhile(lambda part: heard_chars(part[0]) == len(part[1]), parts))
    return [*whole, (utterance_id, " ".join(text for _, text in parts[len(whole) :]))]


def note_heard(turn: Turn, records: Iterable[Turn], heard_chars: Callable[[str], int]) -> None:
    """Note how far the reply of ``turn`` was heard, or of the one among ``records`` that it goes on with."""
    turn.heard = heard(turn.parts, heard_chars)
    cut = next((each for each in reversed([*records]) if each.heard is not None), None)
    if turn.gone_on_as and cut is not None:
        cut.parts = gone_on(cut.parts, heard_chars, turn.gone_on_as)
        cut.heard = heard(cut.parts, heard_chars)


def told(text: str, heard_of_it: str | None, sentences: ReplySentences) -> str:
    """An earlier reply as the user knows it; one that nobody heard a word of is told whole."""
    return sentences.cut_off(heard_of_it) if heard_of_it else text


def _told(steps: Sequence[StepReport], sentences: ReplySentences) -> list[str]:
    told = [_sentence(step, sentences) for step in steps if step.outcome is not Outcome.SKIPPED]
    refused = {step.spoken for step in steps if step.outcome is Outcome.REFUSED}
    # What several steps were refused for is said once.
    return [text for at, text in enumerate(told) if text not in refused or text not in told[:at]]


def _one_after_the_other(told: Sequence[str]) -> str:
    """What follows a text of several lines is no part of its last line, which may be one of a list."""
    return "".join(text + ("\n" if "\n" in text else " ") for text in told if text).strip()


def _sentence(step: StepReport, sentences: ReplySentences) -> str:
    if step.spoken:
        return step.spoken
    if step.outcome is Outcome.DONE:
        return sentences.done()
    return apology(step.error, sentences) if step.error else sentences.failed()
