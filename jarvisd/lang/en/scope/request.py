"""A request as plain words: without politeness and hesitation, slips of the transcriber mended. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from jarvisd.lang.en.scope.word_lists import table
from jarvisd.lang.en.words import strip_courtesy, words

_TABLE = table("courtesy")
_BEFORE = re.compile(f"(?:(?:{'|'.join(_TABLE['before'])}) )+")
_AFTER = re.compile(f"(?: (?:{'|'.join(_TABLE['after'])}))+ $")
_SLIPS = tuple((re.compile(pattern), put) for pattern, put in _TABLE["slips"])
_LED_BY = re.compile(
    r"(?:in|at|on|when|whenever|after|before|if|every|tomorrow|tonight|later|once|as|for|this|while|because|since|"
    r"today|from|until) (?!(?:is|are|was|were|do|does|did|will|would|can|should) )"
)
"""What stands before the act where the request begins with a place, a time or a reason."""
_LEAD_WORDS = 7
"""Chosen: longest such beginning."""
_NO_LEAD = re.compile(
    r"\b(?:remind|remember|note|write|save|say|says|said|saying|tell|told|forget|find|search|delete|remove|add|put|"
    r"append|create|copy|move|rename|email|e-mail|mail|send|wake|calculate|what|which|how|who|where|why|when does|"
    r"set|that|called|named|label|labelled|not|don't|never|didn't|can't|cannot|to|read|know|think|like|how's) "
)
_DOING = re.compile(r"(\w{3,}?)(?:([bdgkmnpt])\2)?ing")
_NO_VERBS = frozenset(
    {
        "morning", "evening", "nothing", "something", "anything", "everything", "during", "breaking", "living",
        "dining", "heating", "lighting", "opening", "cleaning", "parking", "meeting", "washing", "string",
        "spring", "building",
    }
)  # fmt: skip
"""What ends like a verb that is being done, and stands for itself before a request."""
_SILENT_E = re.compile(r"(?:clos|mak|chang|tak|increas|decreas|rais|reduc|activat|mut|paus|driv|nam|giv|mov)ing$")


def readings(text: str) -> Iterator[str]:
    """``text`` as words, each with a blank behind it: as it is, then without what leads to the act."""
    plain = _plain(words(text))
    yield plain
    if _LED_BY.match(plain):
        yield from _without_lead(plain)


def is_courtesy(text: str) -> bool:
    """Whether ``text`` is nothing but what is said around a request."""
    return _BEFORE.fullmatch(" ".join(words(text)) + " ") is not None


def _plain(heard: Sequence[str]) -> str:
    spoken = " ".join(strip_courtesy(heard)) + " "
    for slip, put in _SLIPS:
        spoken = slip.sub(put, spoken)
    before = ""
    while before != spoken:
        before = spoken
        cut = _BEFORE.sub("", spoken, count=1) if _BEFORE.match(spoken) else spoken
        spoken = _AFTER.sub(" ", cut or spoken)
    first, _, rest = spoken.partition(" ")
    return f"{_base(first)} {rest}"


def _base(verb: str) -> str:
    if _SILENT_E.fullmatch(verb):
        return f"{verb[:-3]}e"
    if verb in _NO_VERBS or not (found := _DOING.fullmatch(verb)):
        return verb
    return f"{found[1]}{found[2] or ''}"


def _without_lead(spoken: str) -> Iterator[str]:
    parts = spoken.split()
    for count in range(1, min(_LEAD_WORDS, len(parts) - 1) + 1):
        lead = " ".join(parts[:count]) + " "
        if _NO_LEAD.search(lead):
            return
        rest = " ".join(parts[count:]) + " "
        yield _BEFORE.sub("", rest, count=1) if _BEFORE.match(rest) else rest
