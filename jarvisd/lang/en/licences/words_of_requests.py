"""English around what is asked for: plain forms of words, courtesy, and the parts of a request. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from jarvisd.lang.en import wording
from jarvisd.lang.en.licences.tables import (
    ASKING,
    BEFORE_NOUNS,
    BEFORE_VERBS,
    COURTESY,
    ELSEWHERE,
    FOREIGN,
    IRREGULAR,
    JOINING,
    MODALS,
    NO_COURTESY,
    NUMBER,
    PAST,
    PERSONS,
    POINTING,
    REFERENCES,
    SMALL,
    UNTIL,
    VERBS,
    WISHES,
)
from jarvisd.lang.scope import Clause
from jarvisd.lang.spoken_request import RequestPart

_JOINT = re.compile(rf"\s+(?=(?:{'|'.join(JOINING)})\b)", re.IGNORECASE)
_NUMBERED = re.compile(
    r"\b(?:number|option) (?:one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2})$", re.IGNORECASE
)
"""It stands for one of several things that were named."""
_SHORTEST_STEM = 2
_ENDS = ".,;:!? "
tokens = wording.tokens


@lru_cache(maxsize=4096)
def lemmas(token: str) -> frozenset[str]:
    """Every plain form that ``token`` may be one of; itself is always there."""
    past = {*IRREGULAR.get(token, ()), *PAST.get(token, ())}
    number = {NUMBER} if token.isdigit() else set()
    return orders(token) | past | number | _stems(token, "ied", ("y",)) | _stems(token, "ed", ("", "e"))


@lru_cache(maxsize=4096)
def orders(token: str) -> frozenset[str]:
    """The plain forms of which ``token`` may be an order, or what goes on: "called" is none of "call"."""
    going_on = _stems(token, "ing", ("", "e")) | _stems(token, "ie", ("y",))
    return frozenset({token, *IRREGULAR.get(token, ())}) | going_on


def _stems(token: str, ending: str, instead: tuple[str, ...]) -> frozenset[str]:
    stem = token.removesuffix(ending)
    if stem == token or len(stem) < _SHORTEST_STEM:
        return frozenset()
    found = {stem + letter for letter in instead}
    if len(stem) > _SHORTEST_STEM and stem[-1] == stem[-2] and "" in instead:
        found.add(stem[:-1])
    return frozenset(found)


_SIZES = frozenset({"big", "large", "small", "tall", "heavy", "full"})
"""What only things are: "how big is it", where "how late is it" is about none."""


def is_reference(token: str, *, is_last: bool) -> bool:
    """Whether ``token`` stands for a thing that was named before."""
    return token in REFERENCES or (is_last and token in POINTING)


def is_dummy_after(before: frozenset[str], earlier: str) -> bool:
    """Whether "it" after a word with these plain forms, and ``earlier`` ahead of that, stands for nothing."""
    return "be" in before and earlier not in _SIZES


def is_small(token: str) -> bool:
    """Whether ``token`` asks for nothing and names nothing."""
    return token in SMALL or (len(token) == 1 and token.isalpha())


def is_verb(token: str) -> bool:
    """Whether ``token``, which begins an order, is what is to be done."""
    return not VERBS.isdisjoint(orders(token))


def is_question(token: str) -> bool:
    """Whether a part that begins with ``token`` wants to be told something and nothing else."""
    return token in ASKING


def tells_nothing(tokens: Sequence[str]) -> bool:
    """Whether a part with these words wants to know something, or only says when: no fact is told."""
    first, second, third = (*tokens[:3], "", "", "")[:3]
    is_wish = (first, second) in WISHES or (first, second, third) in WISHES
    return is_wish or first in UNTIL or (first in MODALS and second in PERSONS)


def is_before_verb(token: str) -> bool:
    """Whether a verb after ``token`` may be what is asked for."""
    return token in BEFORE_VERBS


def is_before_noun(token: str) -> bool:
    """Whether what follows ``token`` is no verb."""
    return token in BEFORE_NOUNS


def is_foreign(token: str) -> bool:
    """Whether ``token`` names what no computer with files has in its reach."""
    return token in FOREIGN


def elsewhere() -> tuple[str, ...]:
    """Phrases that name another machine than this one."""
    return ELSEWHERE


def parts(text: str) -> Sequence[RequestPart]:
    """The parts of a request: its clauses, cut where a new order or question begins."""
    # The patterns take 60 ms to load, and only who judges requests needs them.
    from jarvisd.lang.en.scope.clauses import clauses

    text = _NUMBERED.sub("that one", text)
    return tuple(_part(row, clause) for clause in clauses(text) for row in _cut(clause.text))


def _part(text: str, clause: Clause) -> RequestPart:
    row = tokens(text)
    begin = _head(row)
    words = text.split()
    courtesy = next((at for at in range(len(words)) if len(tokens(" ".join(words[:at]))) >= begin), len(words))
    asked = " ".join(words[courtesy:]).strip(_ENDS)
    return RequestPart(
        asked,
        row,
        begin,
        can_ask=clause.can_ask,
        can_order=clause.can_order,
        is_conditional=clause.is_conditional,
        is_left_out=clause.is_negated or clause.is_corrected,
    )


def _cut(piece: str) -> Iterator[str]:
    begin = 0
    for joint in _JOINT.finditer(piece):
        if _begins_anew(piece[joint.end() :]) and piece[begin : joint.start()].strip():
            yield piece[begin : joint.start()]
            begin = joint.end()
    if piece[begin:].strip():
        yield piece[begin:]


def _begins_anew(text: str) -> bool:
    row = tokens(text)
    at = _head(row)
    return at < len(row) and (is_verb(row[at]) or row[at] in ASKING)


def _head(row: Sequence[str]) -> int:
    """Where the request itself begins, after courtesy."""
    at = 0
    while at < len(row):
        length = next((len(phrase) for phrase in COURTESY if tuple(row[at : at + len(phrase)]) == phrase), 0)
        if not length or " ".join(row[at + length - 1 : at + length + 1]) in NO_COURTESY:
            break
        at += length
    return at
