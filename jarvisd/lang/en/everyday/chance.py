"""What chance decides: coins, dice, and a number between two. Pure.

An utterance counts only when all of it fits: "roll the logs" and "pick a number from my contacts" are none of it.
"""

from __future__ import annotations

import re

from jarvisd.core.json_types import JsonValue
from jarvisd.core.planning.plan import Action, Plan
from jarvisd.lang.en.templates.fitting import body
from jarvisd.lang.en.values.numbers import read_number
from jarvisd.lang.values import Unreadable

NUMBERS = (1, 100)
"""Between which a number is picked where nobody says; it is told. Chosen: what people do among themselves."""
_LEAD = r"(?:(?:let's|lets|please|now|just) )?"
_FOR_ME = r"(?: (?:for me|for us|please|now))?"
_TIMES = r"(?: (?P<times>once|twice|[\w-]+ times))?"
_COIN = (
    re.compile(
        rf"{_LEAD}(?:flip|toss|throw)(?: me| us)? (?P<count>a|the|one|\d+|[a-z]+) coins?{_FOR_ME}{_TIMES}{_FOR_ME}"
    ),
    re.compile(rf"{_LEAD}(?:do |make )?(?:a )?coin[ -]?(?:flip|toss){_FOR_ME}"),
    re.compile(rf"{_LEAD}(?:heads or tails|heads or tail|coin ?flip)"),
)
_SIDED = r"(?:(?P<sides>[\w-]+?)[ -]sided )?"
_WITH_SIDES = r"(?: with (?P<with>[\w-]+) (?:sides|faces))?"
_DICE = (
    re.compile(
        rf"{_LEAD}(?:roll|throw|toss|cast)(?: me| us)? (?:(?P<count>a pair of|[\w-]+) )?{_SIDED}"
        rf"(?:dice|die){_WITH_SIDES}{_FOR_ME}{_TIMES}{_FOR_ME}"
    ),
    re.compile(
        rf"{_LEAD}(?:roll|throw)(?: me| us)? (?:(?P<count>an?|[a-z]+|\d+) ?)?d ?(?P<sides>\d+)s?"
        rf"{_FOR_ME}{_TIMES}{_FOR_ME}"
    ),
    re.compile(rf"{_LEAD}(?:do |make )?(?:a )?(?:dice|die) roll{_FOR_ME}"),
)
_BETWEEN = (
    r"(?:(?: in)? between (?P<low>[\w -]+?) and (?P<high>[\w -]+)|(?: in the range)? from (?P<from>[\w -]+?)"
    r" (?:to|through|up to|until|till) (?P<to>[\w -]+)|(?: of)? up to (?P<up>[\w -]+))"
)
_NUMBER = re.compile(
    rf"{_LEAD}(?:(?:pick|choose|draw|generate|give me|tell me|say|name|i need|i want|make up)(?: me| us)? "
    r"(?:a|any|one|some)(?: (?P<random>random|lucky))? number"
    r"|(?:what(?:'s| is) )?(?:a )?(?P<chance>random) number)"
    rf"{_FOR_ME}(?P<between>{_BETWEEN})?{_FOR_ME}"
)
_ONE = frozenset({"a", "an", "the", "one", "some", "my"})


def chance_plan(text: str) -> Plan | None:
    """The plan for what chance is to decide; ``None`` where it is not surely that."""
    said = body(text).casefold().rstrip(".!? ")
    args = _coins(said) or _dice(said) or _number(said)
    return Plan("let chance decide", 1.0, (Action("pick_random", args),)) if args else None


def _coins(said: str) -> dict[str, JsonValue]:
    found = next(filter(None, (pattern.fullmatch(said) for pattern in _COIN)), None)
    count = _count(found) if found is not None else 0
    return {"what": "coin", **({"count": count} if count > 1 else {})} if count else {}


def _dice(said: str) -> dict[str, JsonValue]:
    found = next(filter(None, (pattern.fullmatch(said) for pattern in _DICE)), None)
    if found is None:
        return {}
    parts = found.groupdict()
    told = parts.get("sides") or parts.get("with")
    count, sides = _count(found), _whole(told) if told else 6
    if not count or not sides or sides < 2:
        return {}
    more: dict[str, JsonValue] = {"count": count} if count > 1 else {}
    return {"what": "dice", **more, **({"high": sides} if sides != 6 else {})}


def _number(said: str) -> dict[str, JsonValue]:
    found = _NUMBER.fullmatch(said)
    if found is None:
        return {}
    if not found["between"]:
        is_any = said.split()[0] in ("pick", "choose", "draw", "generate") or found["random"] or found["chance"]
        return {"what": "number"} if is_any else {}
    low = 1 if found["up"] else _whole(found["low"] or found["from"])
    high = _whole(found["high"] or found["to"] or found["up"])
    if low is None or high is None or low == high:
        return {}
    return {"what": "number", "low": min(low, high), "high": max(low, high)}


def _count(found: re.Match[str]) -> int:
    """How many there are to throw; 0 where it cannot be known."""
    parts = found.groupdict()
    times = {"once": 1, "twice": 2}.get(parts.get("times") or "once")
    times = times or _whole((parts.get("times") or "").removesuffix(" times")) or 0
    said = parts.get("count") or "one"
    count = 1 if said in _ONE else 2 if said == "a pair of" else _whole(said) or 0
    return max(0, count * times)


def _whole(said: str) -> int | None:
    """A whole number; ``None`` for what is none."""
    try:
        number = read_number(said.strip())
    except Unreadable:
        return None
    return int(number) if number == int(number) else None
