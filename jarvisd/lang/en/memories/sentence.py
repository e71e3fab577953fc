"""A sentence in the plain words by which facts are compared: in full, in one person, without filling. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from jarvisd.lang.en.words import strip_courtesy, words

_LEAD = re.compile(
    r"^(?:(?:please )?(?:remember|note|keep in mind|bear in mind|don't forget|do not forget|know)(?: that)? "
    r"|by the way |(?:just )?so you know |for your information |for the record )+"
)
_CORRECTING = re.compile(
    r"^(?:(?:(?:no|actually|correction|sorry|wait|update|in fact|i mean|oh|well|and|that's wrong) )+)"
    r"(?=[\w']+ \w)"
)
_MARKS = re.compile(r"^(?:oh |well |and )*(?:no|actually|correction|sorry|wait|update|in fact|i mean|that)\b")
_NOW = re.compile(r"^(?:now|from now on) | (?:now|from now on|these days|instead|as of (?:now|today))$")
_INNER_NOW = re.compile(r"(?<= is| am)( now)(?= )|(?<= are)( now)(?= )")
_NO_MORE = re.compile(r" (?:any ?more|any longer)$")
_FILLING = re.compile(
    r" (?:today|currently|at the moment|right now|again|this time|still)$|(?<= is)(?: currently| still)"
)
_FULL: Mapping[str, str] = MappingProxyType(
    {
        "i'm": "i am", "you're": "i am", "we're": "we are", "they're": "they are", "it's": "it is",
        "he's": "he is", "she's": "she is", "that's": "that is", "isn't": "is not", "aren't": "are not",
        "ain't": "is not", "don't": "do not", "doesn't": "does not", "i've": "i have", "you've": "i have",
        "we've": "we have", "your": "my", "you": "i", "yours": "mine", "cannot": "can not",
    }
)  # fmt: skip
"""Contractions in full; the second person is that of earlier versions, which kept what they would say back."""
_AFTER_IS = frozenset(
    {
        "on", "in", "at", "under", "behind", "near", "by", "next", "inside", "parked", "stored", "kept", "now",
        "been", "moved", "not", "still", "called", "upstairs", "downstairs", "hidden", "below", "above", "no",
    }
)  # fmt: skip
_ENDS = re.compile(r"[.!?;]\s+\w")
_JOINS = re.compile(
    r" (?:and|but|so|then|while) (?=(?:i|my|our|the|he|she|it|we|they|you|set|remind|then|\w+'s) )"
)


@dataclass(frozen=True, slots=True)
class PlainSentence:
    """One sentence in small letters, a space between words."""

    words: str
    is_correction: bool
    """Whether it says itself that something has changed: "actually ...", "... now"."""


def normal_words(text: str) -> PlainSentence | None:
    """The words of ``text``; ``None`` when they are more than one sentence, or a question."""
    plain = text.strip()
    if plain.endswith("?") or _ENDS.search(re.sub(r"\b(?:mr|mrs|ms|dr|st|no)\.", "", plain, flags=re.IGNORECASE)):
        return None
    said = " ".join(strip_courtesy(words(plain)))
    before = None
    is_correction = False
    while said != before:
        before = said
        said = _LEAD.sub("", said)
        if _MARKS.match(said) and (found := _CORRECTING.match(said)):
            is_correction, said = True, said[found.end() :]
    said = _in_full(said)
    without_now = _INNER_NOW.sub("", _NOW.sub("", said))
    is_correction |= without_now != said
    said = without_now
    if (without_more := _NO_MORE.sub("", said)) != said:
        said = without_more
    said = _FILLING.sub("", said)
    if _JOINS.search(said) or not said:
        return None
    return PlainSentence(said, is_correction)


def _in_full(said: str) -> str:
    parts = said.split()
    full = []
    for index, part in enumerate(parts):
        following = parts[index + 1] if index + 1 < len(parts) else ""
        if part in _FULL:
            full.append(_FULL[part])
        elif part.endswith("'s") and following in _AFTER_IS:
            full += [part[:-2], "is"]
        else:
            full.append(part)
    return " ".join(full).replace("i are", "i am").replace("i is", "i am")
