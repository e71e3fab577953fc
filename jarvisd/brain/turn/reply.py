"""What is said at the end of a turn, composed from measured facts, never from claims of the model. Pure (A13)."""

from __future__ import annotations

from collections.abc import Sequence

from jarvisd.core.error_texts import FAULTS
from jarvisd.core.errors import ErrorCode
from jarvisd.core.planning.plan import Outcome, StepReport

NOTHING_TO_DO = "I'm not sure what to do with that."
NOTHING_YET = "You have not asked me for anything yet."


def summary(steps: Sequence[StepReport]) -> str:
    """One text for all steps, in order: what was done, what was not, and what was left out because of that."""
    sentences = [_sentence(step) for step in steps if step.outcome is not Outcome.SKIPPED]
    skipped = sum(step.outcome is Outcome.SKIPPED for step in steps)
    if skipped:
        rest = "the step that depends on it" if skipped == 1 else f"the {skipped} steps that depend on it"
        sentences.append(f"So I left out {rest}.")
    return " ".join(sentence for sentence in sentences if sentence) or NOTHING_TO_DO


def recount(utterance: str, answer: str) -> str:
    """What was asked and what came of it, in the words of then."""
    return f"Your last request was: {utterance.strip().rstrip('.!?')}. {answer}"


def apology(code: str) -> str:
    """The sentence for an error code."""
    return FAULTS[ErrorCode.named(code)].spoken


def _sentence(step: StepReport) -> str:
    if step.spoken:
        return step.spoken
    if step.outcome is Outcome.DONE:
        return "Done."
    return apology(step.error) if step.error else "That did not work."


def lasting(steps: Sequence[StepReport]) -> str:
    """What was changed, for the memory of the turn; empty when nothing was (A12)."""
    changed = [step for step in steps if step.outcome is Outcome.DONE and step.undo_id]
    return " ".join(_sentence(step) for step in changed)
