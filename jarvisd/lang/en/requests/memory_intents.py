"""What is to be remembered, and corrections of it: "remember that my car is on level 3", "no, it's on level 5".

Only a plain sentence that says one thing of one thing counts, since what is kept are its very words; anything else
goes to the planner. Pure.
"""

from __future__ import annotations

import re

from jarvisd.core.planning.plan import Action, Plan
from jarvisd.lang.en.contacts import parse_contact
from jarvisd.lang.en.memories.facts import IS, NUMBER, WHERE, Fact, parse_fact
from jarvisd.lang.en.memories.own_name import told_name
from jarvisd.lang.en.templates.slots import kind_of
from jarvisd.lang.en.words import strip_courtesy, without_wake_phrase, words

_LEAD = re.compile(
    r"\s*(?:(?:please|can you|could you|would you),?\s+)*"
    r"(?:remember|keep in mind|bear in mind|don['’]t forget|do not forget|note)\b,?(?:\s+that\b)?[,:]?\s+(?=\S)",
    re.IGNORECASE,
)
_CORRECTING = re.compile(
    r"\s*(?:(?:no|actually|correction|sorry|wait|update|in fact|i mean|oh|well)\b[,.:;!]*\s+)+(?=\S)",
    re.IGNORECASE,
)
_ENDS = re.compile(r"(?:,?\s+(?:please|thanks|thank you))?[.!\s]*$", re.IGNORECASE)
_DO_NOT_KEEP = frozenset({"to", "when", "if", "how", "why", "what", "where", "who", "me", "it", "this", "that"})
"""What follows "remember" where it asks to do something or tells nothing by itself."""
_QUESTION = re.compile(
    r"(?:what|who|which|whose|where|when|why|how|is|are|was|were|do|does|did|can|could|would|should)\b",
    re.IGNORECASE,
)
_LIKING = ("likes ", "allergic")


def memory_plan(text: str) -> Plan | None:
    """The plan to keep what ``text`` tells, or ``None`` when that is not plain."""
    heard = without_wake_phrase(text.strip())
    lead = _LEAD.match(heard)
    told = _ENDS.sub("", heard[lead.end() :] if lead else heard)
    if lead:
        first = words(told)[:1]
        return _keeping(told, parse_fact(told)) if first and first[0] not in _DO_NOT_KEEP else None
    if _QUESTION.match(told):
        # "What's the weather like now" tells of no liking.
        return None
    fact = parse_fact(told)
    if told_name(told):
        return _keeping(told, fact)
    if fact is None or not fact.is_correction or fact.is_about_before:
        return None
    is_sure = fact.owner not in ("", "the") or fact.thing == ("i",) or _CORRECTING.match(told)
    return _keeping(told, fact) if is_sure and (fact.owner or fact.thing == ("i",)) else None


def corrected_plan(text: str, before: str) -> Plan | None:
    """The plan to keep ``before``, what was told just now, with another value: "no, it's on level 5".

    ``None`` unless both are plain and say the same of one thing.
    """
    told = _ENDS.sub("", without_wake_phrase(text.strip()))
    newer = parse_fact(told)
    first = memory_plan(before)
    if (
        newer is None
        or not newer.is_about_before
        or newer.is_negated
        or not _CORRECTING.match(told)
        or first is None
    ):
        return None
    sentence = str(first.actions[0].args["text"])
    older = parse_fact(sentence)
    if older is None or older.is_negated or not _says_the_same(newer, older):
        return None
    kept = _before_value(sentence, older, keeps_place=not newer.place)
    value = _last_words(told, len(newer.value.split()) + len(newer.place.split()))
    return _keeping(f"{kept} {value}", parse_fact(f"{kept} {value}")) if kept and value else None


def _says_the_same(newer: Fact, older: Fact) -> bool:
    if newer.slots & older.slots:
        return True
    if newer.place:
        return False
    if older.slots == {WHERE}:
        # "No, it's level 5", of what was told with an "on level".
        return bool(set(newer.value.split()) & set(older.value.split()))
    return bool(older.slots & {IS, NUMBER, "opens"}) and any(letter.isdigit() for letter in newer.value)


def _before_value(sentence: str, fact: Fact, *, keeps_place: bool) -> str:
    """``sentence`` up to its value, as it was heard."""
    length = len(fact.value.split()) + (0 if keeps_place else len(fact.place.split()))
    ends = _last_words(sentence, length)
    return sentence[: len(sentence) - len(ends)].rstrip() if ends else ""


def _last_words(text: str, count: int) -> str:
    """The end of ``text`` that holds ``count`` words, as it was written; empty when none ends so."""
    parts = list(re.finditer(r"\S+", text))
    for match in reversed(parts):
        found = words(text[match.start() :])
        if len(found) == count:
            return text[match.start() :]
    return ""


def _keeping(told: str, fact: Fact | None) -> Plan | None:
    is_contact = parse_contact(told) is not None
    if fact is None and not is_contact:
        return None
    if fact is not None and (fact.is_about_before or len(strip_courtesy(words(told))) < 3):
        return None
    is_liking = fact is not None and any(slot.startswith(_LIKING) for slot in fact.slots)
    is_liking |= bool(told_name(told))
    kind = "PREFERENCE" if is_liking and not is_contact else kind_of(told)
    return Plan(
        thought="use remember", confidence=1.0, actions=(Action("remember", {"kind": kind, "text": told}),)
    )
