"""Places as they are said, to the time zones in which they are: "São Paulo", "Paris, Texas", "Pacific time". Pure.

Cities, countries and names of zones come from a table (``places.tsv``, rendered by ``packaging/places.py``). A
name that several places share means one of them only if that is far better known; otherwise, and for a country
with several times, the choices are told. Places with the same time need no choice.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from jarvisd.lang.values import Unreadable, UnreadableReason

MAX_WORDS = 8
"""Chosen: of the name of a place with its country."""
CHOICES = 4
"""Chosen: more are not kept in mind when heard."""
_FILE = Path(__file__).with_name("places.tsv")
_BETTER_KNOWN, _LARGER, _NAMES = 4, 2, 60
"""By which a city surpasses its namesakes: people times the names that it has in all languages, and people alone
unless the world has so many names for it. Chosen on a list of 60 shared names: London, Venice and Barcelona are
one, Cambridge, Salem and Valencia are not."""
_KNOWN, _KNOWN_NAMES = 100, 10
"""Thousands of people, or names, of a city that is meant without its country: Goa is none in the Philippines."""
_FAR_LARGER = 30
"""By which a country surpasses a city of its name: Lebanon is no town in Tennessee, Washington may be the city."""
_COMPARED = [datetime(2027, 1, 1) + timedelta(days=7 * week) for week in range(104)]
"""Two years: what the tz database knows of the time to come is the same in every year."""
_OFFSET = re.compile(r"(?:utc|gmt) ?(?P<sign>[+-]|plus |minus ) ?(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?")
_FARTHEST = MappingProxyType({"+": 14, "-": 12})
_SHORT = MappingProxyType(
    {
        "nyc": "new york city", "la": "los angeles", "dc": "district of columbia", "sf": "san francisco",
        "san fran": "san francisco",
        "vegas": "las vegas", "philly": "philadelphia", "kl": "kuala lumpur", "hk": "hong kong",
        "cdmx": "mexico city", "joburg": "johannesburg", "salt lake": "salt lake city",
    }
)  # fmt: skip
"""What people call cities for short."""
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"}
)
_SIGNS = str.maketrans({"-": " ", "–": " ", ".": None, "'": None, "’": None, "ʻ": None})


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place and the IANA name of its time zone."""

    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of the table."""

    kind: str
    name: str
    within: str
    """The country and perhaps the state: "US-TX"."""
    zones: tuple[str, ...]
    people: int = 0
    """In thousands."""
    names: int = 1


@dataclass(slots=True)
class _Table:
    """What is known of places, by their names as :func:`_plain` has them."""

    entries: dict[str, list[_Entry]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """Countries and states by their codes."""
    zones: dict[str, str] = field(default_factory=dict)
    """Their IANA names, by those in small letters."""


def read_place(text: str) -> NamedPlace:
    """The place that ``text`` says; raises :class:`Unreadable` for one that is unknown or has several times."""
    said = " ".join(text.split()).strip(" .!?,")
    if not said:
        raise Unreadable(UnreadableReason.MISSING)
    if "/" in said and (zone := _table().zones.get(said.casefold().replace(" ", "_"))) is not None:
        return NamedPlace(_cities((zone,))[0], zone)
    if (offset := _offset(said.casefold().replace("−", "-"))) is not None:
        return offset
    words = _plain(said).replace(",", " ").split()
    if len(words) <= MAX_WORDS:
        for reading in _readings(words):
            if entries := _matching(reading):
                return _chosen(entries, said)
    raise Unreadable(UnreadableReason.NOT_UNDERSTOOD, said)


# --- reading -------------------------------------------------------------------------------------------------


def _offset(said: str) -> NamedPlace | None:
    """ "UTC+3": IANA names it by what has to be added to get UTC."""
    found = _OFFSET.fullmatch(said)
    if found is None:
        return None
    sign = "-" if found["sign"][0] in "-m" else "+"
    hours = int(found["hours"])
    if hours > _FARTHEST[sign] or int(found["minutes"] or 0):
        raise Unreadable(UnreadableReason.IMPLAUSIBLE, said)
    return NamedPlace(f"UTC{sign}{hours}", f"Etc/GMT{'-' if sign == '+' else '+'}{hours}" if hours else "Etc/UTC")


def _readings(words: list[str]) -> Iterator[list[str]]:
    """The words with and without what may stand around a name: "in the Netherlands", "Tokyo time"."""
    while words:
        yield words
        if words[0] not in ("in", "the") or len(words) == 1:
            break
        words = words[1:]
    if len(words) > 1 and words[-1] in ("time", "city"):
        yield words[:-1]


def _matching(words: Sequence[str]) -> list[_Entry]:
    """The places of that name, or of its beginning within the country or state that its end names."""
    table = _table()
    name = " ".join(words)
    if entries := table.entries.get(_SHORT.get(name, name)):
        return entries
    if len(words) > 1 and words[-1] in ("state", "province"):
        return [entry for entry in table.entries.get(" ".join(words[:-1]), ()) if entry.kind == "state"]
    for count in range(len(words) - 1, 0, -1):
        rest = words[count:]
        rest = rest[rest[0] in ("in", "the") and len(rest) > 1 :]
        codes = _codes(" ".join(rest))
        entries = [entry for entry in table.entries.get(" ".join(words[:count]), ()) if _is_within(entry, codes)]
        if entries:
            return [replace(entry, name=_described(entry)) for entry in entries]
    return []


def _is_within(entry: _Entry, codes: set[str]) -> bool:
    return entry.kind == "city" and not codes.isdisjoint((entry.within, entry.within.partition("-")[0]))


def _codes(name: str) -> set[str]:
    """The countries and states of this name, or with this code."""
    table = _table()
    named = {entry.within for entry in table.entries.get(name, ()) if entry.kind in ("country", "state")}
    return named | {code for code in table.names if code.casefold() in (name, f"us-{name}")}


def _chosen(entries: Iterable[_Entry], said: str) -> NamedPlace:
    """The best known; raises AMBIGUOUS when it is not far better known than another that has another time."""
    ordered = sorted(entries, key=lambda entry: (entry.kind == "zone", entry.people * entry.names), reverse=True)
    first = ordered[0]
    rivals = [entry for entry in ordered[1:] if not _is_far_better_known(first, entry)]
    if rivals and not _have_same_time([zone for entry in (first, *rivals) for zone in entry.zones]):
        described = dict.fromkeys(_described(entry) for entry in (first, *rivals))
        raise Unreadable(UnreadableReason.AMBIGUOUS, said, choices=tuple(described)[:CHOICES])
    if first.kind == "city" and "," not in first.name and first.people < _KNOWN and first.names < _KNOWN_NAMES:
        raise Unreadable(UnreadableReason.AMBIGUOUS, said, choices=(_described(first),))
    if not _have_same_time(first.zones):
        choices = tuple(city for city in _cities(first.zones, len(first.zones)) if _is_clear(city))
        raise Unreadable(UnreadableReason.AMBIGUOUS, said, choices=choices[:CHOICES])
    return NamedPlace(first.name, first.zones[0])


def _is_far_better_known(one: _Entry, other: _Entry) -> bool:
    if one.kind == "zone":
        return True
    if one.kind == other.kind == "city":
        is_better_known = one.people * one.names >= _BETTER_KNOWN * other.people * other.names
        is_famous = one.names >= max(_NAMES, _BETTER_KNOWN * other.names)
        return is_better_known and (is_famous or one.people >= _LARGER * other.people)
    is_small = one.kind == "country" and other.people < _KNOWN
    return other.kind == "city" and (is_small or one.people >= _FAR_LARGER * other.people)


def _described(entry: _Entry) -> str:
    """A name that means this one alone."""
    if entry.kind == "country":
        return _cities(entry.zones)[0]
    if entry.kind == "state":
        return f"{entry.name} state"
    where = _table().names.get(entry.within, "")
    return f"{entry.name}, {where}" if where else entry.name


def _is_clear(name: str) -> bool:
    entries = _matching(_plain(name).split())
    try:
        return bool(entries) and _chosen(entries, name) is not None
    except Unreadable:
        return False


def _cities(zones: Iterable[str], limit: int = CHOICES) -> tuple[str, ...]:
    """A city of each different time."""
    kept: list[str] = []
    for zone in zones:
        if not any(_have_same_time((zone, other)) for other in kept):
            kept.append(zone)
    return tuple(zone.rpartition("/")[2].replace("_", " ") for zone in kept[:limit])


def _have_same_time(zones: Sequence[str]) -> bool:
    return len(set(zones)) == 1 or len({_offsets(zone) for zone in zones}) == 1


@cache
def _offsets(zone: str) -> tuple[timedelta | None, ...]:
    known = ZoneInfo(zone)
    return tuple(known.utcoffset(moment) for moment in _COMPARED)


# --- the table -----------------------------------------------------------------------------------------------


@cache
def _table() -> _Table:
    table = _Table()
    zones: tuple[str, ...] = ()
    within = ""
    for line in _FILE.read_text("utf-8").splitlines():
        first, *cells = line.split("\t")
        if first.startswith("@"):
            zones, within = (first[1:],), cells[0]
            table.zones[first[1:].casefold()] = first[1:]
            continue
        if first in ("zone", "country", "state"):
            entry = _named(first, cells)
            table.names.setdefault(entry.within, entry.name)
        elif not first.startswith("#"):
            entry = _Entry("city", first, within, zones, int(cells[0]), int(cells[1]))
        else:
            continue
        table.entries.setdefault(_plain(entry.name), []).append(entry)
    return table


def _named(kind: str, cells: Sequence[str]) -> _Entry:
    name, within, zones, *people = cells
    return _Entry(kind, name, within, tuple(zones.split(",")), int(people[0]) if people else 0)


def _plain(name: str) -> str:
    """In small letters, without accents, points, apostrophes and hyphens; "Saint" as "St"."""
    name = name.casefold()
    if not name.isascii():
        name = unicodedata.normalize("NFKD", name.translate(_LETTERS))
        name = "".join(sign for sign in name if not unicodedata.combining(sign))
    if not name.isalpha():
        name = name.translate(_SIGNS).replace("saint ", "st ")
    return name
