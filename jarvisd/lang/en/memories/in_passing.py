"""What people tell of themselves in passing and may want to be kept: "I live in Graz". Pure.

Nothing of it is kept unasked. What holds for a while only, what is said of other people, and what is no plain
sentence is left alone; what is secret is not even asked about.
"""

from __future__ import annotations

import re

from jarvisd.lang.en.contacts import parse_contact
from jarvisd.lang.en.memories.facts import LIVES, NUMBER, WHEN, WHERE, Fact, parse_fact
from jarvisd.lang.en.memories.person import speaks_of_self, to_listener
from jarvisd.lang.en.words import word_set, words

_SECRET = frozenset(
    {
        "password", "passwords", "passcode", "passphrase", "pin", "code", "combination", "login", "iban", "cvv",
        "cvc", "ssn", "token",
    }
)  # fmt: skip
"""Heads of what others could use against who told it."""
_SECRET_NUMBERS = frozenset({"account", "card", "passport", "security", "insurance", "tax"})
"""What makes a number one of them."""
_TRAIT = re.compile(
    r"allergic to [\w ]+|(?:an? )?(?:vegetarian|vegan|diabetic|coeliac|celiac|teetotal|pescatarian)"
    r"|(?:left|right) handed|colou?r ?blind|(?:lactose|gluten) intolerant|from [\w ]+"
)
"""What somebody is for years."""
_FOR_A_WHILE = re.compile(
    r"\b(?:today|tonight|tomorrow|yesterday|now|currently|at the moment|this (?:week|month|morning|evening|year)"
    r"|for (?:now|an? \w+|the (?:moment|time|day|week|weekend|month|summer|winter|year))|until|till|just|again"
    r"|still|late|if|when|maybe|probably|perhaps|soon|already)\b"
)
_BEGINS = frozenset({"i", "i'm", "my", "our", "the"})
_OF_OTHERS = frozenset({"birthday", "anniversary", "name"})
_SOMEBODY = re.compile(r"(?:my \w+|(?!it|that|this|what|who|there|here|let|he|she)\w+)'s")
_ASKS = word_set(
    "remember note save keep store add write send mail e-mail email please don't forget is it what who"
)
"""What is in no name: with such a word something is asked."""
_POINTS_ELSEWHERE = frozenset({"it", "this", "that", "these", "those", "them", "here", "there", "one", "ones"})

ASKED = "Shall I remember {}?"
NOT_KEPT = "I have not kept that. What is secret I remember only when you say so: remember, and then what."


def is_secret(said: str) -> bool:
    """Whether ``said`` tells a password, a code or a number of that kind.

    >>> [is_secret(it) for it in ("My wifi password is hunter2", "My locker code is 4711", "My shoe size is 43")]
    [True, True, False]
    """
    fact = parse_fact(said) if _tells(said) else None
    if fact is None:
        return False
    thing = set(fact.thing)
    return bool(thing & _SECRET) or ("number" in thing and bool(thing & _SECRET_NUMBERS))


def may_keep(said: str) -> bool:
    """Whether ``said`` is a lasting thing that somebody tells of themselves, or of somebody they know.

    >>> [may_keep(it) for it in ("I live in Graz", "My birthday is on the 3rd of March", "I am tired")]
    [True, True, False]
    """
    told = words(said)
    if _FOR_A_WHILE.search(" ".join(told)) or not _POINTS_ELSEWHERE.isdisjoint(told):
        return False
    if _is_contact(said):
        return True
    fact = parse_fact(said) if _tells(said) else None
    if fact is None or fact.is_negated or fact.is_about_before or is_secret(said):
        return False
    if fact.thing == ("i",):
        return _is_of_who_speaks(fact)
    return _is_lasting(fact) if fact.owner == "my" else _is_of_somebody(fact)


def request(said: str) -> str:
    """The request that keeps it."""
    told = re.sub(r"^I'm ", "I am ", said)
    return f"remember that {told}"


def question(said: str) -> str:
    """What is asked about it: "Shall I remember that you live in Graz?"."""
    lower = said[:1].lower() + said[1:] if re.match(r"(?:My|Our|The)\b", said) else said
    told = to_listener(f"that {lower}")
    return ASKED.format(f'this: "{said}"' if speaks_of_self(told) else told)


def _tells(said: str) -> bool:
    """Whether it only tells: who says "remember that ..." has asked for it."""
    first = (words(said) or ("",))[0]
    return first in _BEGINS or first.endswith("'s")


def _is_contact(said: str) -> bool:
    """Whether it tells whose e-mail address something is, and asks for nothing."""
    contact = parse_contact(said)
    return contact is not None and _ASKS.isdisjoint(words(contact.name))


def _is_of_somebody(fact: Fact) -> bool:
    """ "Anna's birthday is on May 4th", "my wife's name is Anna"."""
    return fact.thing[-1] in _OF_OTHERS and _SOMEBODY.fullmatch(fact.owner) is not None


def _is_of_who_speaks(fact: Fact) -> bool:
    is_at_work = "works" in fact.slots and fact.place in ("as", "for", "at")
    return LIVES in fact.slots or is_at_work or (not fact.place and _TRAIT.fullmatch(fact.value) is not None)


def _is_lasting(fact: Fact) -> bool:
    """What a thing of theirs has one of at a time: a name, a size, a birthday, a favourite colour."""
    if fact.thing[-1] in ("birthday", "anniversary"):
        return True
    return fact.has_one_value and not {WHEN, WHERE, NUMBER, LIVES} & fact.slots
