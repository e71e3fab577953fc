"""What is said at the end of a turn, composed from measured facts, never from claims of the model. Pure (A13)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from jarvisd.core.errors import ErrorCode
from jarvisd.core.planning.plan import Outcome, StepReport
from jarvisd.lang.pack import ReplySentences


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


def changing(steps: Sequence[StepReport]) -> list[StepReport]:
    """The steps that changed something that lasts."""
    return [step for step in steps if step.outcome is Outcome.DONE and step.undo_id]


def lasting(steps: Sequence[StepReport], sentences: ReplySentences) -> str:
    """What was changed, for the memory of the turn; empty when nothing was (A12)."""
    return _one_after_the_other([_sentence(step, sentences) for step in changing(steps)])


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
