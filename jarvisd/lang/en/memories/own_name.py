"""What the person is called: told ("call me Sam"), asked ("who am I"), and kept under that one key. Pure."""

from __future__ import annotations

import re

from jarvisd.lang.en.memories.sentence import normal_words
from jarvisd.lang.en.templates.vocabulary import CONJUNCTIONS, CONTROLS, SMALL
from jarvisd.lang.en.words import APOSTROPHES, strip_courtesy, words

NAME_WORDS = 4
"""Chosen: "Anna Maria de Souza"; what is longer is a sentence."""
_TELLING = re.compile(
    r"(?:(?:i|they|people|everybody|everyone|my friends|just|can|may|should|want i to|would like i to"
    r"|i'd like i to|from now on) )*(?:call me|address me as|refer to me as) (?P<called>.+)"
    r"|my (?:first |full |real )?name(?: is|'s) (?P<named>.+)"
    r"|i (?:am called|am named|go by(?: the name(?: of)?)?) (?P<known>.+)"
)
"""In the words of :func:`normal_words`, which are small and of the first person: "you can call me" as "i can"."""
_LAST = re.compile(r"(?:,?\s+(?:from now on|now|instead|please|thanks|thank you|again|okay|ok))+$", re.IGNORECASE)
_NO_NAME = frozenset(
    {
        "a", "an", "the", "at", "on", "in", "when", "if", "as", "to", "by", "from", "for", "about", "after",
        "before", "back", "later", "soon", "again", "away", "maybe", "now", "not", "never", "today", "tonight",
        "tomorrow", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "morning",
        "evening", "noon", "midnight", "taxi", "cab", "uber", "ambulance", "doctor", "plumber", "police",
        "elevator", "lift", "names", "name", "anything", "something", "nothing", "whatever", "what", "who",
        "how", "it", "that", "this", "one", "so", "too", "here", "there", "up", "out", "over", "via", "using",
        "and", "or", "but", "with", "without", "until", "unless", "me", "you", "him", "her", "us", "them", "i",
        "my", "your", "his", "our", "their", "jarvis's", "unknown", "important", "wrong", "private", "secret",
    }
)  # fmt: skip
"""What is no name however it is written: "call me tomorrow", "my name is important"."""
_ASKING = frozenset(
    tuple(phrase.split())
    for phrase in (
        "my name", "my own name", "my first name", "my full name", "what is my name", "what's my name",
        "what is my name again", "what's my name again", "what was my name", "whats my name",
        "what is my first name", "what's my first name", "what is my full name", "what's my full name",
        "tell me my name", "say my name", "who am i", "tell me who i am", "do you know my name",
        "do you remember my name", "do you know who i am", "do you remember who i am", "remember my name",
        "what am i called", "what do you call me", "what do i call myself", "how do you call me",
        "what name did i give you", "what name did i tell you", "what did i say my name was",
        "what did i say my name is", "what did i tell you my name was", "name of the user", "the user's name",
        "user's name", "user name", "who i am", "who you are talking to",
    )
)  # fmt: skip
"""Also the ways in which a planner puts the question to the memory."""


def told_name(text: str) -> str:
    """The name that the person gives themselves in ``text``, as it was written; empty where it tells none.

    >>> told_name("From now on, call me Sam O'Neill, please.")
    "Sam O'Neill"
    """
    sentence = normal_words(text)
    told = _TELLING.fullmatch(_LAST.sub("", sentence.words)) if sentence else None
    if told is None or "your" in words(text):
        # "Your name is Max" names the assistant.
        return ""
    spoken = tuple((told["called"] or told["named"] or told["known"]).split())
    parts = _LAST.sub("", " ".join(text.translate(APOSTROPHES).split()).rstrip(".!, ")).split()
    tails = (" ".join(parts[at:]) for at in range(len(parts)))
    name = next((tail for tail in tails if words(tail) == spoken), "").strip("\"'“”.,!")
    return name if _is_name(name) else ""


def asks_own_name(text: str) -> bool:
    """Whether ``text`` asks what the person is called, whole."""
    return strip_courtesy(words(text)) in _ASKING


def _is_name(written: str) -> bool:
    spoken = words(written)
    if not 0 < len(spoken) <= NAME_WORDS or not _NO_NAME.isdisjoint(spoken):
        return False
    if not all(re.fullmatch(r"[^\W\d_]+(?:['.-][^\W\d_]+)*\.?", part) for part in written.split()):
        return False
    # "Call me Will" is a name, "call me will" may be anything.
    return written[:1].isupper() or (SMALL | CONTROLS | CONJUNCTIONS).isdisjoint(spoken)
