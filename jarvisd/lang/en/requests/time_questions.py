"""What a question about the clock or the calendar asks for: of which place, and of which day or moment. Pure.

A place or a day that was heard is never left out of the answer: it is known, or the question is refused with it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

from jarvisd.lang.en.places import NamedPlace, read_place
from jarvisd.lang.en.values.calendar_words import MONTHS, WEEKDAYS
from jarvisd.lang.en.values.dates import read_day
from jarvisd.lang.en.values.moments import read_instant
from jarvisd.lang.en.words import APOSTROPHES, strip_courtesy
from jarvisd.lang.values import Unreadable, UnreadableReason

WORDS_LIMIT = 30
"""Chosen: longer requests are no questions about the time."""
_PLACE_WORDS = 6
"""Chosen: of "in" and the name of a place with its country."""
_ASKING = frozenset(
    {
        "what", "what's", "whats", "which", "when", "when's", "how", "is", "it", "it's", "its", "was", "will",
        "would", "be", "been", "the", "a", "an", "current", "exact", "local", "right", "now", "currently", "time",
        "times", "date", "day", "weekday", "week", "of", "clock", "late", "tell", "me", "give", "show", "know",
        "do", "does", "did", "you", "have", "has", "i", "need", "say", "can", "could", "please", "moment", "just",
        "so", "exactly", "today", "today's", "there", "over", "on", "falls", "fall", "hour", "year", "month",
    }
)  # fmt: skip
"""Words around a place or a day in a question."""
_GUESSING = frozenset({"is", "isn't", "was", "wasn't", "will", "won't"})
_WHERE = ("in", "at", "for", "over in", "down in", "out in")
_OF_A_DAY = frozenset(
    {*WEEKDAYS, *MONTHS, "tomorrow", "yesterday", "christmas", "day", "days", "weeks", "months", "years", "ago"}
)
_ANY_TIME = datetime(2000, 1, 1, tzinfo=timezone.utc)
"""Whether words name a day does not depend on the day."""
_NO_DAY = (UnreadableReason.NOT_UNDERSTOOD, UnreadableReason.MISSING)


@dataclass(frozen=True, slots=True)
class TimeQuestion:
    """What is asked of the clock beside here and now; ``moment`` and ``day`` are in the zone of ``place``."""

    place: NamedPlace | None = None
    day: date | None = None
    moment: datetime | None = None


def time_question(text: str, now: datetime) -> TimeQuestion:
    """The place and the day that a question about the time or the date names.

    Raises :class:`~jarvisd.lang.values.Unreadable` for a place or a day that is unknown or can be several.
    """
    spoken = _without_guess(strip_courtesy(_said(text)))
    if len(spoken) > WORDS_LIMIT:
        return TimeQuestion()
    refused: list[Unreadable] = []
    for rest in _without_asking(spoken):
        for place, when in _split(rest):
            try:
                return _question(place, when, now)
            except Unreadable as error:
                refused.append(error)
    for unclear in refused:
        if unclear.reason not in _NO_DAY:
            raise unclear
    return _unusual(spoken, now)


def _unusual(spoken: Sequence[str], now: datetime) -> TimeQuestion:
    """What a question in other words names last: a place, and nothing that could be a day."""
    named = _named(spoken)
    if not named:
        return TimeQuestion()
    if not _OF_A_DAY.isdisjoint(spoken):
        raise Unreadable(UnreadableReason.NOT_UNDERSTOOD, named)
    return _question(f"in {named}", "", now)


def is_where(spoken: Sequence[str]) -> bool:
    """Whether words behind a question for the time name a place; it need not be known."""
    return 1 < len(spoken) <= _PLACE_WORDS and spoken[0] == "in"


def is_day(spoken: Sequence[str]) -> bool:
    """Whether words name a day, if only one of several."""
    try:
        _when(" ".join(spoken), _ANY_TIME)
    except Unreadable as error:
        return error.reason not in _NO_DAY
    return True


# --- reading -------------------------------------------------------------------------------------------------


def _said(text: str) -> tuple[str, ...]:
    """The words with the signs inside of them: "12/24" is one."""
    folded = unicodedata.normalize("NFKC", text).translate(APOSTROPHES).casefold()
    return tuple(word for part in folded.split() if (word := part.strip(',;!?"()').rstrip(".")))


def _without_guess(spoken: tuple[str, ...]) -> tuple[str, ...]:
    """Without the weekday that a yes or no is wanted for, which is no day that is asked about: "is it Monday"."""
    if not spoken or spoken[0] not in _GUESSING:
        return spoken
    return tuple(word for word in spoken if word not in WEEKDAYS)


def _without_asking(spoken: Sequence[str]) -> Iterator[list[str]]:
    """What may be left when words of asking are taken away, the longest first: "the day after tomorrow"."""
    rest = list(spoken)
    while rest and rest[-1] in _ASKING and rest[-1] != "today":
        del rest[-1]
    if rest and rest[-1].endswith("'s"):
        rest[-1] = rest[-1].removesuffix("'s")
    for index, word in enumerate(rest):
        yield rest[index:]
        if word not in _ASKING:
            break


def _split(rest: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Readings as a place and a day: one of them, or the one behind the other."""
    yield "", " ".join(rest)
    yield " ".join(rest), ""
    for index in range(1, len(rest)):
        yield " ".join(rest[:index]), " ".join(rest[index:])
        yield " ".join(rest[index:]), " ".join(rest[:index])


def _question(place: str, when: str, now: datetime) -> TimeQuestion:
    found = _place(place) if place else None
    if found is not None:
        now = now.astimezone(ZoneInfo(found.zone))
    if not when:
        return TimeQuestion(found)
    day_or_moment = _when(when, now)
    if isinstance(day_or_moment, datetime):
        return TimeQuestion(found, moment=day_or_moment)
    return TimeQuestion(found, day=day_or_moment)


def _when(text: str, now: datetime) -> date:
    """The day that is named, or the moment, which is a day too for Python: "in 3 hours"."""
    for said in (text, f"the {text}"):
        try:
            return read_day(said, now.date())
        except Unreadable as error:
            if error.reason not in _NO_DAY:
                raise
    return read_instant(text, now)


def _place(text: str) -> NamedPlace:
    for word in _WHERE:
        if text.startswith(f"{word} "):
            return read_place(text[len(word) + 1 :])
    raise Unreadable(UnreadableReason.NOT_UNDERSTOOD, text)


def _named(spoken: Sequence[str]) -> str:
    """What is named and not known: the place behind the last "in", what a day is asked of, or a day."""
    rest = min(_without_asking(spoken), key=len, default=[])
    for index in range(len(rest) - 2, -1, -1):
        if rest[index] in ("in", "at"):
            return " ".join(rest[index + 1 :])
    before = spoken[len(spoken) - len(rest) - 1] if 0 < len(rest) < len(spoken) else ""
    speaks_of_a_day = not _OF_A_DAY.isdisjoint(rest) or any(word[0].isdigit() for word in rest)
    return " ".join(rest) if speaks_of_a_day or before in ("is", "was", "be", "of", "on") else ""
