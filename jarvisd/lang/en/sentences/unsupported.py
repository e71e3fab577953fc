"""What is said about the parts of a request that no tool can do. Pure.

Small models sometimes do a thing and deny it in one breath. A part that an action of the same plan plainly does is
not called impossible.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from jarvisd.core.planning.plan import Action
from jarvisd.lang.en.memories.person import to_listener
from jarvisd.lang.en.words import without_wake_phrase, words

_TELLING_CHARS = 4
"""Shorter arguments ("tmp", "old") occur in any sentence."""
_WHOLE_REQUEST = 0.6
"""Share of a request's words from which a part is the whole request, and not one of its parts."""
_EMPTY_WORDS = frozenset(
    {"a", "an", "the", "my", "your", "me", "you", "it", "to", "of", "in", "and", "with", "for"}
)
_ASKING = frozenset(
    {
        "what", "what's", "who", "who's", "whose", "where", "where's", "when", "when's", "why", "how",
        "how's", "which", "is", "isn't", "are", "aren't", "was", "were", "am", "do", "does", "did", "has",
        "have", "had", "will", "can", "could", "would", "should", "may",
    }
)  # fmt: skip
"""First words of a question, which cannot follow "I can't"."""
_NAMING = frozenset(
    {
        "a", "an", "the", "this", "that", "these", "those", "my", "your", "our", "his", "her", "their",
        "some", "any", "all", "no", "in", "on", "at", "of", "for", "with", "about", "from", "it", "its",
        "i", "you", "we", "there",
    }
)  # fmt: skip
"""First words of what is no order."""
_VERBS = frozenset(
    {
        "add", "adjust", "answer", "arm", "arrange", "ask", "book", "bring", "buy", "call", "cancel",
        "change", "check", "close", "connect", "control", "convert", "cook", "dial", "dim", "do", "drive",
        "find", "get", "give", "install", "locate", "lock", "look", "make", "measure", "move", "mute",
        "open", "order", "pause", "pay", "phone", "play", "post", "print", "put", "read", "record",
        "remove", "reserve", "restart", "ring", "scan", "see", "send", "set", "show", "shut", "sing",
        "skip", "start", "stop", "switch", "take", "tell", "text", "track", "translate", "turn", "unlock",
        "update", "use", "watch", "water",
    }
)  # fmt: skip
"""What a model puts an order as where the request has other words."""
_VERBS_IN_ING = frozenset({"bring", "ring", "sing", "ping", "swing", "fling", "cling", "string"})
_DENIED = re.compile(
    r"^(?:sorry,? )?(?:but )?(?:i )?(?:can't|cannot|can not|am unable to|be unable to)\s+", re.IGNORECASE
)
_NOTHING = re.compile(r"(?:don't|don’t|do not|never|please don't)\s", re.IGNORECASE)
"""How an order begins that asks for nothing to be done."""
_POLITE_AFTER = re.compile(r"[,\s]+(?:please|thanks|thank you)[\s.!]*$", re.IGNORECASE)
_POLITE = re.compile(
    r"^(?:(?:please|kindly|to|can you|could you|would you|will you|i want you to|i'd like you to)\s+)+",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"(?:^|[,;.]|\b(?:and|then|also)\b)\s*", re.IGNORECASE)


def sentences(parts: Sequence[str], actions: Sequence[Action], utterance: str = "") -> list[str]:
    """One sentence for each of ``parts`` that ``actions``, meant to answer ``utterance``, leave undone."""
    named = [part for part in parts if words(part) or not actions]
    undone = [part for part in named if not _is_whole(part, actions, utterance) and not _is_done(part, actions)]
    return list(dict.fromkeys(cannot(part, utterance) for part in undone))


def cannot(part: str, utterance: str = "") -> str:
    """That ``part`` cannot be done: "I can't turn on the lights." for an order, however it was put.

    A thing alone takes its verb from ``utterance`` where that gave it one.
    """
    plain = _bare(_DENIED.sub("", " ".join(part.split())))
    if not words(plain):
        return "I can't do that."
    first = words(plain)[0]
    if _NOTHING.match(plain):
        return "Okay, I leave that alone."
    if plain.endswith("?") or first in _ASKING:
        return f"I can't answer the question: {to_listener(_lowered(plain.rstrip('? ')))}?"
    clauses = [_bare(clause) for clause in _SEPARATOR.split(without_wake_phrase(" ".join(utterance.split())))]
    if order := plain if _is_order(plain, clauses) else _order_about(plain, clauses):
        return f"I can't {to_listener(_lowered(order))}."
    return f"I can't help with {to_listener(_lowered(plain))}."


def _bare(text: str) -> str:
    return _POLITE_AFTER.sub("", _POLITE.sub("", text.strip(" .!,;:"))).strip(" .!,;:")


def _is_order(text: str, clauses: Sequence[str]) -> bool:
    """Whether ``text`` begins with a verb: a known one, or what begins a clause; without clauses, by its form."""
    said = words(text)
    if not said or said[0] in _NAMING or said[0] in _ASKING or _is_gerund(said[0]):
        return False
    begins = {words(clause)[0] for clause in clauses if words(clause)}
    return said[0] in _VERBS or not begins or (said[0] in begins and (len(said) > 1 or text in clauses))


def _is_gerund(word: str) -> bool:
    return word.endswith("ing") and word not in _VERBS_IN_ING


def _order_about(plain: str, clauses: Sequence[str]) -> str:
    """The clause that names ``plain`` and is an order, or an empty text."""
    found = (clause for clause in clauses if plain.casefold() in clause.casefold() and _is_order(clause, clauses))
    return next(found, "")


def _lowered(text: str) -> str:
    """``text`` with the first letter of its first word small, unless that is no plain word."""
    first = text.split(" ", 1)[0]
    return text[0].lower() + text[1:] if first[1:].islower() or first == "A" else text


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
