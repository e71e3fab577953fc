"""What a remembered sentence says of what: the rule by which a newer fact replaces an older one. Pure.

"My car is parked on level 3" says of *my car* *where* it is. A newer fact replaces an older one only when both say
the same of the same thing, and the thing can have but one such value at a time, or the newer sentence is plainly a
correction. In any doubt both stay, and they are told newest first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from jarvisd.lang.en.memories.own_name import told_name
from jarvisd.lang.en.memories.sentence import normal_words
from jarvisd.lang.en.values.number_words import NUMBERS
from jarvisd.lang.en.words import words

WHERE, WHEN, IS, LIVES, NUMBER, BEING = "where", "when", "is", "lives", "number", "being"

_PLACE = (
    r"(?:next to|close to|in front of|on top of|on|in|at|under|underneath|beneath|behind|near|by|beside|inside|"
    r"between|above|below|over|opposite|outside|with)"
)
_SUBJECT = r"(?P<subject>[\w' ]{1,60}?)"
_STAYS = r"(?:parked|standing|stored|kept|hidden|located|placed|left|put|lying|sitting|hanging|staying)"
_PLACED = r"(?:parked|put|left|stored|keep|kept|hid|placed|laid|locked|hung|leave|store|hide|parked up)"
_MOVED = r"(?:moved|relocated|shifted|transferred|rescheduled|postponed|changed|switched|brought forward|put off)"
_HAPPENS = r"(?:starts|begins|leaves|departs|arrives|ends|opens|closes|takes place|happens|lands)"
_TASTES = r"(?:likes?|loves?|enjoys?|hates?|dislikes?|eats?|drinks?|wants?)"
_NO = r"(?P<no>not |no longer |never )?"
_TIME_WORD = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|march|april|may|june|july|august|september|"
    r"october|november|december|noon|midnight|tomorrow|tonight|today|morning|afternoon|evening|o'clock|am|pm|next "
    r"(?:week|month|year)|\d{1,2}(?:st|nd|rd|th)|\d{1,2}:\d\d)\b|^at (?:half past |quarter (?:to|past) )?[\w-]+$"
)
_NUMBER = re.compile(
    r"(?:\d+|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)?[ -]?"
    r"(?:one|two|three|four|five|six|seven|eight|nine)?|ten|eleven|twelve|\w+teen)(?: years? old)?"
)
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(form))
    for name, form in (
        ("placed", rf"(?:i|we) (?:have )?(?:just )?{_PLACED} {_SUBJECT} (?P<place>{_PLACE}) (?P<value>.+)"),
        ("parked", rf"(?:i|we) (?:(?:have |am |are )?parked) (?P<place>{_PLACE}) (?P<value>.+)"),
        ("brought", rf"(?:i|we) (?:have )?{_MOVED} {_SUBJECT} (?:from .+ )?(?P<place>to|into) (?P<value>.+)"),
        ("moved", rf"{_SUBJECT} (?:has |have |had |is |are |was |were |been |got ){{0,2}}{_MOVED} (?:from .+ )?"
                  r"(?P<place>to|into) (?P<value>.+)"),
        ("lives", rf"{_SUBJECT} {_NO}(?:live|lives|am living|is living) (?P<place>in|at|on|near) (?P<value>.+)"),
        ("works", rf"{_SUBJECT} {_NO}(?:work|works|am working|is working) (?P<place>in|at|for|as) (?P<value>.+)"),
        ("tastes", rf"{_SUBJECT} (?:do |does )?{_NO}(?:really )?(?P<verb>{_TASTES}) (?P<value>.+)"),
        ("opens", rf"{_SUBJECT} (?:opens|unlocks) with (?P<value>.+)"),
        ("happens", rf"{_SUBJECT} (?P<verb>{_HAPPENS})(?: (?P<place>at|on|in))? (?P<value>.+)"),
        ("where", rf"{_SUBJECT} (?:is|are|am) {_NO}(?:{_STAYS} )?(?P<place>{_PLACE}) (?P<value>.+)"),
        ("home", rf"{_SUBJECT} (?:is|are|am) {_NO}(?:{_STAYS} )?(?P<value>upstairs|downstairs|outside|abroad)"),
        ("called", rf"{_SUBJECT} (?:is|are) (?:called|named) (?P<value>.+)"),
        ("costs", rf"{_SUBJECT} (?:costs?|weighs?|measures?) (?P<value>.+)"),
        ("is", rf"{_SUBJECT} (?:is|are|am) {_NO}(?P<value>.+)"),
    )
)  # fmt: skip
_ONE_VALUE = frozenset(
    {
        "code", "combination", "pin", "password", "passphrase", "number", "address", "name", "birthday", "size",
        "plate", "seat", "gate", "room", "color", "colour", "age", "weight", "height", "salary", "rent", "price",
        "deadline", "username", "login", "ssid", "type", "capital", "nickname", "anniversary",
    }
)  # fmt: skip
"""Heads of things that have one value at a time."""
_ASPECTS = frozenset({"favorite", "favourite"})
_QUALIFIED = frozenset(
    {
        "if", "when", "unless", "until", "usually", "sometimes", "every", "except", "during", "maybe", "probably",
        "perhaps", "might", "often", "mostly", "or", "weekends", "weekdays", "mondays", "tuesdays", "wednesdays",
        "thursdays", "fridays", "saturdays", "sundays", "either", "both", "also", "too", "another", "because",
    }
)  # fmt: skip
"""What makes a fact hold only at times, or beside another."""
_PASSING = frozenset({"tomorrow", "tonight", "yesterday"})
_UNSURE_SUBJECT = frozenset(
    {
        "a", "an", "some", "any", "one", "another", "there", "no", "two", "both", "old", "every", "each", "all",
        "which", "what", "who", "that", "this", "these", "those", "here", "and", "or", "is", "are", "not", "many",
        "most", "of",
    }
)  # fmt: skip
"""What names nothing in particular, or shows that the words are no name of a thing."""
_VERB = re.compile(
    r"\b(?:is|are|am|was|were|live|lives|work|works|moved|parked|have|has|opens|called|like|likes)\b"
)
_LIKE_MAIL = re.compile(r"\b(?:e mail|email|mail)(?: address)?\b")


class Relation(Enum):
    """What an older fact is to a newer one."""

    NONE = "none"
    """They are about different things."""
    RELATED = "related"
    """About the same thing as far as one can say: both stay, the newer is told first."""
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Fact:
    """One sentence, taken apart; everything in small letters."""

    owner: str
    """Whose thing it is: ``"my"``, ``"my wife's"``, ``"the"``, or nothing."""
    thing: tuple[str, ...]
    """``("locker", "code")``; ``("i",)`` for the speaker, ``("it",)`` for what was spoken of before."""
    slots: frozenset[str]
    """What is said of it."""
    place: str
    """The word before the value: ``"on"``; or nothing."""
    value: str
    """Its words, numbers in digits."""
    is_negated: bool
    has_one_value: bool
    """Whether the thing can have but one such value at a time."""
    is_correction: bool
    """Whether the sentence says itself that something has changed."""

    @property
    def is_about_before(self) -> bool:
        """Whether it names its thing only as "it"."""
        return not self.owner and self.thing == ("it",)


def parse_fact(text: str) -> Fact | None:
    """What ``text`` says; ``None`` when it is not one plain sentence that says one thing."""
    sentence = normal_words(text)
    if sentence is None or re.search(r"\b(?:was|were|used to)\b(?! (?:moved|changed))", sentence.words):
        return None
    if name := told_name(text):
        # However it was told: "call me Sam" takes the place of "my name is Robert".
        value = " ".join(words(name))
        return Fact("my", ("name",), frozenset({IS}), "", value, False, True, sentence.is_correction)
    for form, pattern in _FORMS:
        match = pattern.fullmatch(sentence.words)
        if match and (fact := _fact(form, match, is_correction=sentence.is_correction)):
            return fact
    return None


def relation(newer: Fact, older: Fact) -> Relation:
    """What becomes of ``older`` when ``newer`` is told."""
    is_same = _is_same(newer, older)
    shared = newer.slots & older.slots
    if is_same is Relation.NONE or not shared:
        return Relation.NONE
    if shared == {BEING}:
        # A car is red and electric; only who says that something is now else speaks of the same.
        return Relation.RELATED if newer.is_correction or older.is_correction else Relation.NONE
    if newer.is_negated or (older.is_negated and not newer.has_one_value):
        # "Not on level 3 any more" says nothing of any other value.
        is_denied = newer.is_negated is not older.is_negated and newer.value == older.value
        if not is_denied:
            return Relation.NONE
        return Relation.REPLACED if is_same is Relation.REPLACED else Relation.RELATED
    if is_same is Relation.RELATED:
        return Relation.RELATED
    is_replaced = (
        newer.is_correction or (newer.has_one_value and older.has_one_value) or newer.value == older.value
    )
    return Relation.REPLACED if is_replaced else Relation.RELATED


def replaced(newer: Fact, known: Sequence[Fact | None]) -> list[int]:
    """Which of ``known`` the newer fact replaces; those that are merely related stay.

    "The car" in a correction is the one car that was told of; if there are several, none of them.
    """
    indices = [index for index, fact in enumerate(known) if fact and relation(newer, fact) is Relation.REPLACED]
    if indices or not newer.is_correction or newer.owner not in ("the", "my", ""):
        return indices
    near = [(index, fact) for index, fact in enumerate(known) if fact and _has_same_thing(newer, fact)]
    owners = {fact.owner for _, fact in near}
    if len(owners) != 1 or not owners <= {"the", "my", "our"}:
        return []
    return [index for index, fact in near if fact.thing == newer.thing]


def are_related(text: str, other: str) -> bool:
    """Whether two remembered sentences may say different things of one thing."""
    first, second = parse_fact(text), parse_fact(other)
    return first is not None and second is not None and Relation.NONE is not relation(first, second)


def _has_same_thing(newer: Fact, older: Fact) -> bool:
    return newer.thing == older.thing and bool((newer.slots & older.slots) - {BEING}) and not older.is_negated


def _is_same(newer: Fact, older: Fact) -> Relation:
    if (newer.owner, newer.thing) == (older.owner, older.thing):
        return Relation.REPLACED
    owners = {newer.owner, older.owner}
    if len(owners) > 1 and not owners <= {"my", "the", "our", ""}:
        return Relation.NONE
    long, short = sorted((newer.thing, older.thing), key=len, reverse=True)
    return Relation.RELATED if long[-len(short) :] == short and short != ("i",) else Relation.NONE


def _fact(form: str, match: re.Match[str], *, is_correction: bool) -> Fact | None:
    groups = match.groupdict()
    place, value, is_negated = groups.get("place") or "", groups["value"].strip(), bool(groups.get("no"))
    named = ("my", ("car",), False) if form == "parked" else _subject(groups["subject"].strip())
    if named is None or _VERB.search(value):
        return None
    owner, thing, is_new = named
    phrase = f"{place} {value}".strip()
    is_time = bool(_TIME_WORD.search(phrase))
    value = " ".join(str(NUMBERS.get(word, word)) for word in value.split())
    slots, has_one_value = _slots(form, groups.get("verb") or "", owner, thing, value, is_time=is_time)
    said = set(value.split()) | set(thing)
    is_partial = bool(said & _QUALIFIED) or (WHEN not in slots and bool(said & _PASSING))
    if form == "where" and is_time and said & {"on", "in"}:
        return None
    return Fact(
        owner,
        thing,
        slots,
        place,
        value,
        is_negated,
        has_one_value and not is_partial,
        (is_correction or form in ("moved", "brought") or is_new) and not is_partial,
    )


def _slots(
    form: str, verb: str, owner: str, thing: tuple[str, ...], value: str, *, is_time: bool
) -> tuple[frozenset[str], bool]:
    """What is said of the thing, and whether it can be said but once."""
    is_definite = bool(owner)
    if form in ("placed", "parked", "where", "home", "brought", "moved") and is_time:
        return frozenset({WHEN}), False
    if form in ("placed", "parked", "where", "home", "brought"):
        return frozenset({WHERE}), is_definite
    if form == "moved":
        return frozenset({LIVES} if thing == ("i",) else {WHERE, LIVES, IS, WHEN}), is_definite
    if form == "lives":
        return frozenset({LIVES}), True
    if form == "tastes":
        return frozenset({f"likes {value}"}), False
    if form in ("works", "happens"):
        return frozenset({verb if form == "happens" else form}), False
    if form in ("opens", "called", "costs"):
        return frozenset({form}), is_definite and form != "costs"
    return _being(owner, thing, value, is_time=is_time)


def _being(owner: str, thing: tuple[str, ...], value: str, *, is_time: bool) -> tuple[frozenset[str], bool]:
    is_mail = thing[-1] == "mail"
    if thing[-1] in _ONE_VALUE or _ASPECTS & set(thing) or is_mail:
        return frozenset({IS, WHEN} if is_time else {IS}), bool(owner) and not is_mail
    if is_time:
        return frozenset({WHEN}), False
    if _NUMBER.fullmatch(value):
        return frozenset({NUMBER}), bool(owner) or thing == ("i",)
    return frozenset({f"is {value}", BEING}), False


def _subject(words: str) -> tuple[str, tuple[str, ...], bool] | None:
    """Owner and thing, and whether it was called new; ``None`` for what names nothing in particular."""
    words = _LIKE_MAIL.sub("mail", words)
    if match := re.fullmatch(r"the ([\w ]+?) (?:of|for) ((?:my|our|the) [\w' ]+)", words):
        words = f"{match[2]} {match[1]}"
    parts = words.split()
    owner = ""
    for index, part in enumerate(parts[:-1]):
        if part.endswith(("'s", "s'")):
            owner, parts = " ".join(parts[: index + 1]), parts[index + 1 :]
            break
    if not owner and parts and parts[0] in ("my", "our", "the", "his", "her", "their"):
        owner, parts = parts[0], parts[1:]
    is_new = len(parts) > 1 and parts[0] in ("new", "current") and (parts[-1] in _ONE_VALUE or parts[-1] == "mail")
    if is_new:
        parts = parts[1:]
    if not parts or len(parts) > 5 or set(parts) & _UNSURE_SUBJECT:
        return None
    return owner, tuple(parts), is_new
