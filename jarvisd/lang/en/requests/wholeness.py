"""Whether more comes after the words before a pause (decision 27). Pure.

Where a word can both end a request and go on ("turn the light on"), it counts as one that can end it: who is not
waited for has at least said a sentence, and how it sounded is asked as well.
"""

from __future__ import annotations

import re

from jarvisd.lang.en.requests.intents import recognise
from jarvisd.lang.en.templates.fitting import body, sentence
from jarvisd.lang.en.words import strip_courtesy, word_set, words
from jarvisd.lang.intent import Wholeness

LEAST_WORDS = 4
"""Fewer, and no sentence that asks for them: of 177 beginnings of up to three words out of human requests the turn
model took two thirds for whole ones."""
MODIFIERS_LIMIT = 3
"""Words that may stand between an article and its noun."""

_HANGING = word_set(
    "a an the my your our their its every each another "
    "of to for from at by with without into than between during in "
    "and or but because if when while whether until unless then plus "
    "um uh uhm umm er erm hmm hm mm very i i'm i'd i'll i've we'll let's give let put"
)
"""Nothing ends in one of these, or next to nothing."""
_FOR_ME = word_set("give get make bring tell show send let remind find buy order play read")
_ARTICLES = word_set("a an the my your our their another")
_MODIFIERS = word_set(
    "small medium large larger big bigger little long short new old double triple single half quarter"
)
_UNITS = word_set("second minute hour day week month year ounce inch foot meter metre mile pound degree percent")
"""After an article and a number: "a twenty minute" wants a noun."""
_NUMBERS = word_set(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred"
)
_BEFORE_NOUNS = _MODIFIERS | _UNITS | _NUMBERS
_TRAILS_OFF = re.compile(r"(?:\.\.+|…|[,;:–—-])\s*$")
_TOLD = frozenset({"remember"})
"""Tools whose sentences take whatever follows."""


def wholeness(text: str) -> Wholeness:
    """How whole a request is: "Set a timer for" goes on, "Set a timer for ten minutes" is whole."""
    spoken = strip_courtesy(words(text))
    if not spoken:
        return Wholeness.BEGUN
    if _TRAILS_OFF.search(text) or _hangs(spoken):
        return Wholeness.GOES_ON
    if _is_whole(text):
        # "A timer for twenty" may become one for twenty-five minutes.
        return Wholeness.UNCLEAR if _is_number(spoken[-1]) else Wholeness.WHOLE
    return Wholeness.BEGUN if len(spoken) < LEAST_WORDS else Wholeness.UNCLEAR


def _hangs(spoken: tuple[str, ...]) -> bool:
    if spoken[-1] in _HANGING or (spoken[-1] == "me" and len(spoken) > 1 and spoken[-2] in _FOR_ME):
        return True
    for count in range(1, MODIFIERS_LIMIT + 1):
        if len(spoken) > count and spoken[-count - 1] in _ARTICLES:
            return all(map(_is_modifier, spoken[-count:]))
    return False


def _is_number(word: str) -> bool:
    return all(piece.isdigit() or piece in _NUMBERS for piece in word.split("-"))


def _is_modifier(word: str) -> bool:
    return all(piece.isdigit() or piece in _BEFORE_NOUNS for piece in word.split("-"))


def _is_whole(text: str) -> bool:
    intent = recognise(text)
    if intent is None:
        return False
    if intent.plan is not None and intent.plan.actions and intent.plan.actions[-1].tool in _TOLD:
        return False
    found = sentence(body(text))
    return found is None or not found.is_free
