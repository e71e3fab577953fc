"""What is said about the parts of a request that no tool can do. Pure.

Small models sometimes do a thing and deny it in one breath. A part that an action of the same plan plainly does is
not called impossible.
"""

from __future__ import annotations

from collections.abc import Sequence

from jarvisd.core.planning.plan import Action
from jarvisd.lang.en.memories.person import to_listener
from jarvisd.lang.en.words import words

_TELLING_CHARS = 4
"""Shorter arguments ("tmp", "old") occur in any sentence."""
_WHOLE_REQUEST = 0.6
"""Share of a request's words from which a part is the whole request, and not one of its parts."""
_EMPTY_WORDS = frozenset(
    {"a", "an", "the", "my", "your", "me", "you", "it", "to", "of", "in", "and", "with", "for"}
)


def sentences(parts: Sequence[str], actions: Sequence[Action], utterance: str = "") -> list[str]:
    """One sentence for each of ``parts`` that ``actions``, meant to answer ``utterance``, leave undone."""
    undone = [part for part in parts if not _is_whole(part, actions, utterance) and not _is_done(part, actions)]
    return [f"I can't {to_listener(part)}." for part in undone]


def _is_whole(part: str, actions: Sequence[Action], utterance: str) -> bool:
    said, denied = set(words(utterance)), set(words(part))
    return bool(actions and said) and len(said & denied) >= _WHOLE_REQUEST * len(said)


def _is_done(part: str, actions: Sequence[Action]) -> bool:
    values = [value for action in actions for value in action.args.values() if isinstance(value, str)]
    if any(len(value) >= _TELLING_CHARS and value.casefold() in part.casefold() for value in values):
        return True
    content = {_singular(word) for word in words(part)} - _EMPTY_WORDS
    names = {_singular(word) for action in actions for word in action.tool.split("_")}
    return bool(content) and len(content & names) >= len(content) / 2


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") else word
