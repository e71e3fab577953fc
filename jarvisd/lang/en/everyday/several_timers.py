"""Several timers or alarms in one request: "three timers for five, ten and fifteen minutes". Pure.

It counts only where there is one way to take the times apart and every one of them is whole. A bare number takes
its unit, or its half of the day, from what is said last; where it is said how many there are, that must be so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from jarvisd.core.planning.plan import Action, Plan
from jarvisd.lang.en.requests.timer_times import is_time, length
from jarvisd.lang.en.templates.errands import PARTS_LIMIT
from jarvisd.lang.en.templates.fitting import body
from jarvisd.lang.en.values.numbers import read_number
from jarvisd.lang.values import Unreadable

_MAKE = (
    r"(?:(?:set|start|make|create|add|begin|put on|give me|i need|i want|(?:can|could|may) i have|let me have)"
    r"(?: me| up)? )?"
)
_ONE = (
    r"(?:one|another(?: one)?|a (?:second|third|fourth)(?: one)?"
    r"|(?:an?|another|a (?:second|third)) (?:timer|alarm))"
)
_LIST = re.compile(
    rf"{_MAKE}(?:(?P<count>a couple of|[\w-]+) )?(?P<kind>timer|alarm)s(?:[,:]? (?:for|of|at)|[,:]) (?P<rest>.+)",
    re.IGNORECASE,
)
_CHAIN = re.compile(rf"{_MAKE}(?:an?|one|another) (?P<kind>timer|alarm) (?:for|of|at) (?P<rest>.+)", re.IGNORECASE)
_THEN = re.compile(rf"\s*(?:,\s*(?:and\s+)?|;\s*|\s+and\s+)(?:then\s+)?{_ONE} (?:for|of|at) ", re.IGNORECASE)
_LEAD = re.compile(rf"{_ONE} (?:for|of|at) ", re.IGNORECASE)
_COMMA = re.compile(r"\s*(?:,\s*(?:and\s+)?|;)\s*", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_LASTING = re.compile(r"(?P<number>.+?) (?P<unit>seconds|minutes|hours)", re.IGNORECASE)
_HALF = re.compile(r"(?P<hour>.+?)(?P<half> ?[ap]\.?m\.?)", re.IGNORECASE)
_TOMORROW = re.compile(r"(?P<rest>.+?),? (?P<day>tomorrow)", re.IGNORECASE)
_COUNTS: Mapping[str, int] = MappingProxyType({"a couple of": 2, "some": 0, "": 0})
"""How many that says; 0 for any number."""
PIECES_LIMIT = PARTS_LIMIT + 1
"""One more than there may be timers, for "2 hours and 30 minutes". Each doubles the ways to take them apart."""
_Times = tuple[str, ...]


def several_timers(text: str) -> Plan | None:
    """The plan for several timers, or several alarms; ``None`` where it is not surely that."""
    said = body(text).rstrip(".!? ")
    readings = {times for times in _readings(said) if times}
    if len(readings) != 1:
        return None
    [times] = readings
    if not 2 <= len(times) <= PARTS_LIMIT:
        return None
    actions = tuple(Action("set_timer", {"when": when}) for when in times)
    return Plan(thought="use set_timer for each", confidence=1.0, actions=actions)


def names_several(text: str) -> bool:
    """Whether a request is about one timer and then another: what is read as one alone would leave that out."""
    found = _CHAIN.fullmatch(body(text).rstrip(".!? "))
    return found is not None and _THEN.search(found["rest"]) is not None


def _readings(said: str) -> Iterator[_Times]:
    """Every way to read a request as times of several; one alone is a way that leaves it in doubt."""
    if (found := _LIST.fullmatch(said)) is not None:
        count = _count(found["count"] or "")
        is_chain = _LEAD.match(found["rest"]) is not None
        whole = _LEAD.sub("", found["rest"], count=1) if is_chain else found["rest"]
        ways = [_THEN.split(whole)] if is_chain else _ways(whole)
        for pieces in ways:
            times = _whole(pieces, found["kind"].casefold())
            if count is not None and count in (0, len(times)):
                yield times
            elif count is not None and len(times) == 1:
                yield times * count
    elif (found := _CHAIN.fullmatch(said)) is not None and len(pieces := _THEN.split(found["rest"])) > 1:
        times = _whole(pieces, found["kind"].casefold())
        is_said = times[:-1] == tuple(pieces[:-1])
        # "A timer for 5 and one for 2 hours" may well be one for 5 minutes.
        yield times if is_said or found["kind"].casefold() == "alarm" or _ends_in_minutes(times) else ()


def _ends_in_minutes(times: _Times) -> bool:
    return bool(times) and times[-1].casefold().endswith("minutes")


def _ways(said: str) -> Iterator[list[str]]:
    """The pieces between commas, taken apart at each "and" or not: "2 hours and 30 minutes" may be one."""
    day = _TOMORROW.fullmatch(said)
    chunks = _COMMA.split(day["rest"] if day else said)
    if sum(len(_AND.split(chunk)) for chunk in chunks) > PIECES_LIMIT:
        return
    ways: list[list[str]] = [[]]
    for chunk in chunks:
        ways = [[*way, *more] for way in ways for more in _apart(_AND.split(chunk))]
    yield from ([f"{piece} {day['day']}" for piece in way] if day else way for way in ways)


def _apart(words: Sequence[str]) -> Iterator[list[str]]:
    first, *rest = words
    if not rest:
        yield [first]
        return
    for more in _apart(rest):
        yield [first, *more]
        yield [f"{first} and {more[0]}", *more[1:]]


def _whole(pieces: Sequence[str], kind: str) -> _Times:
    """The times that ``pieces`` are, each with its unit or its half of the day; empty where one is none."""
    if kind == "alarm":
        times = tuple(_with_half(piece.strip(), pieces[-1]) for piece in pieces)
        are_sure = {bool(_TOMORROW.fullmatch(time)) for time in times} in ({True}, {False})
        are_sure &= all(_HALF.fullmatch(time) or _TOMORROW.fullmatch(time) for time in times)
        return times if are_sure and all(is_time(time) and length(time) is None for time in times) else ()
    times = tuple(_with_unit(piece.strip(), pieces[-1]) for piece in pieces)
    are_bare = any(_number(piece) is not None for piece in pieces)
    units = {found["unit"].casefold() if (found := _LASTING.fullmatch(time)) else time for time in times}
    return times if all(length(time) is not None for time in times) and (len(units) == 1 or not are_bare) else ()


def _with_unit(piece: str, last: str) -> str:
    unit = _LASTING.fullmatch(last.strip())
    is_bare = unit is not None and _number(piece) is not None and _number(unit["number"]) is not None
    return f"{piece} {unit['unit']}" if unit is not None and is_bare else piece


def _with_half(piece: str, last: str) -> str:
    """An hour with the half of the day of a later one: "6 and 7 am", and not "11 and 1 pm"."""
    found = _HALF.fullmatch(last.strip())
    hour, later = _minutes(piece), _minutes(found["hour"]) if found is not None else None
    is_earlier = hour is not None and later is not None and hour < later
    return f"{piece}{found['half']}" if found is not None and is_earlier else piece


def _minutes(said: str) -> int | None:
    """Minutes of half a day that an hour is, or an hour with its minutes; ``None`` for what is neither."""
    hour, colon, minutes = said.partition(":")
    number = _number(hour)
    if number is None or number not in range(1, 13) or (colon and not re.fullmatch(r"[0-5]\d", minutes)):
        return None
    return int(number) % 12 * 60 + int(minutes or 0)


def _count(said: str) -> int | None:
    """How many are said; ``None`` for what is no number of them."""
    number = _COUNTS.get(said.casefold(), _number(said))
    return int(number) if number is not None and number == int(number) else None


def _number(said: str) -> Decimal | None:
    try:
        return read_number(said)
    except Unreadable:
        return None
