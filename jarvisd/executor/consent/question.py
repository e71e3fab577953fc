"""The question before a step, composed by code from measured facts (requirements A10, A11). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from jarvisd.executor.tools.spec import Preview, Reversal
from jarvisd.lang.question_sentences import QuestionSentences

_CAN_BE_UNDONE: Mapping[Reversal, bool | None] = MappingProxyType(
    {Reversal.UNDO: True, Reversal.NEVER: False, Reversal.HARMLESS: None}
)


def compose(sentences: QuestionSentences, preview: Preview, digits: str = "", offer: str = "") -> str:
    """What will happen, measured, whether it can be undone, and how to answer; with ``digits``, by saying them.

    ``offer`` is said before how to answer.
    """
    closing = " ".join(filter(None, (offer, sentences.closing(digits))))
    return sentences.question(preview.phrase, preview.consequence, _CAN_BE_UNDONE[preview.reversal], closing)


def again(sentences: QuestionSentences, preview: Preview, digits: str = "", *, is_faint: bool = False) -> str:
    """The question after an answer that was not understood, or was a single word that may have been a yes."""
    if is_faint and not digits:
        return sentences.surer(preview.phrase)
    return sentences.again(preview.phrase, sentences.closing(digits))


def among_voices(sentences: QuestionSentences, preview: Preview, digits: str) -> str:
    """The question after a yes while somebody else was speaking."""
    return sentences.among_voices(preview.phrase, sentences.closing(digits))


def unheard(preview: Preview) -> str:
    """All of what is asked about, where the question holds only a part of it; empty where it holds it all."""
    whole = " ".join(_whole(preview).split())
    return "" if whole.replace('"', "'") in preview.consequence else whole


def unread(preview: Preview) -> str:
    """The same as it is written, lines and all."""
    return _whole(preview) if unheard(preview) else ""


def _whole(preview: Preview) -> str:
    return str(getattr(preview.selection, "whole", ""))


def after_reading(sentences: QuestionSentences, preview: Preview, digits: str = "") -> str:
    """The question after all of it was read out."""
    return sentences.after_reading(preview.phrase, sentences.closing(digits))
