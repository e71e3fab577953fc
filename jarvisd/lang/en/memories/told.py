"""What is remembered, as it is told: by the day on which it was said, where two memories differ. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from jarvisd.lang.en.memories.own_name import told_name
from jarvisd.lang.en.memories.person import speaks_of_self, to_listener
from jarvisd.lang.en.words import strip_courtesy, word_set, words

_EVERYTHING = frozenset({"me", "myself", "us", "everything", "all", "anything", "everything about me"})
"""What is asked for where no one thing is."""
_OF_SELF = frozenset({"me", "myself", "us", "everything about me"})
_PROPERTIES = tuple(
    map(
        word_set,
        (
            "birthday birthdate born birth",
            "anniversary married wedding",
            "address lives live",
            "allergy allergies allergic",
            "work works working job jobs employed employer",
            "from born birthplace hometown",
        ),
    )
)
"""What one asks for by name, each with the words that may tell it."""
_WRITTEN_PROPERTIES = (
    word_set("password passcode passphrase pin code combination login opens"),
    word_set("number phone telephone mobile"),
    word_set("size sizes"),
)
"""The same of what may be told by its digits alone."""


_SEVERAL = word_set("allergy allergies allergic")
"""What somebody may have told of more than once without taking anything back: one of them is not enough."""


def asks_several(query: str) -> bool:
    """Whether ``query`` asks for what there may be several of, each of which matters."""
    return not _SEVERAL.isdisjoint(words(query))


def telling_several(texts: Sequence[str]) -> list[str]:
    """Those of ``texts`` that tell such a thing."""
    return [text for text in texts if not _SEVERAL.isdisjoint(words(text))]


def asks_everything(query: str) -> bool:
    """Whether ``query`` asks for whatever was told, and for nothing in particular."""
    return " ".join(strip_courtesy(words(query))) in _EVERYTHING


def asks_of_self(query: str) -> bool:
    """Whether ``query`` asks for what was told of the person who asks."""
    return " ".join(strip_courtesy(words(query))) in _OF_SELF


def tells(query: str, text: str) -> bool:
    """Whether ``text`` may tell what ``query`` asks for: not another property of the same thing."""
    asked, told = set(words(query)), set(words(text.replace("-", " ")))
    wanted = [property_ for property_ in (*_PROPERTIES, *_WRITTEN_PROPERTIES) if not property_.isdisjoint(asked)]
    has_digits = any(character.isdigit() for character in text)
    return not wanted or any(
        not property_.isdisjoint(told) or (has_digits and property_ in _WRITTEN_PROPERTIES) for property_ in wanted
    )


def recalled_nearest(text: str) -> str:
    """A memory of the same thing, where what was asked for is not remembered."""
    return f"I don't remember that. What I remember is: {to_listener(' '.join(text.split()))}"


def recalled_together(texts: Sequence[str], *, is_more: bool) -> str:
    """Several memories, each a sentence; ``is_more`` of them are not told."""
    said = [_told(text) for text in texts]
    rest = " And more that I don't list here." if is_more else ""
    return f"You told me: {'. '.join(said)}.{rest}"


def _told(text: str) -> str:
    name = told_name(text)
    return f"Your name is {name}" if name else to_listener(" ".join(text.split())).rstrip(".")


def recalled(text: str) -> str:
    """One memory: "I remember: Your car is on level 5"."""
    said = to_listener(" ".join(text.split()))
    return f"{'You told me' if speaks_of_self(said) else 'I remember'}: {said}"


def recalled_all(told: list[tuple[str, datetime]], now: datetime) -> str:
    """Memories that say different things of one thing, newest first, each with its day."""
    parts = [f"{day_of(when, now)}: {to_listener(' '.join(text.split())).rstrip('.')}." for text, when in told]
    return " ".join(["You told me different things.", *(part[:1].upper() + part[1:] for part in parts)])


def day_of(moment: datetime, now: datetime) -> str:
    """The day of something past: "today", "yesterday", "on Monday", "on November 3"."""
    moment = moment.astimezone(now.tzinfo)
    days = (now.date() - moment.date()).days
    if days <= 1:
        return "yesterday" if days == 1 else "today"
    if days < 7:
        return f"on {moment:%A}"
    year = "" if moment.year == now.year else f", {moment.year}"
    return f"on {moment:%B} {moment.day}{year}"
