"""Sentences that are always the same, word for word. Pure."""

from __future__ import annotations

from jarvisd.core.errors import ErrorCode
from jarvisd.lang.en.sentences import errors, replies
from jarvisd.lang.intent import Control

_TOLD_OF_THEMSELVES = frozenset(
    {Control.STATUS, Control.VOLUME, Control.UNDO, Control.REPEAT, Control.RECOUNT, Control.SPELL}
)
"""What these say depends on what there is."""


def fixed_sentences() -> tuple[str, ...]:
    """Each sentence once; none of them holds a word that anybody said."""
    plain = (
        replies.done(),
        replies.failed(),
        replies.nothing_to_do(),
        replies.nothing_yet(),
        replies.rehearsed(),
        replies.nothing_to_undo(),
        replies.nothing_to_go_on_with(),
        replies.status("full", ()),
    )
    steered = (replies.steered(control) for control in Control if control not in _TOLD_OF_THEMSELVES)
    return tuple(dict.fromkeys((*plain, *steered, *(errors.spoken(code) for code in ErrorCode))))
