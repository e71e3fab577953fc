"""How loudly the assistant speaks, without a language model: "turn the volume up", "volume 40 percent", "louder".

Only its own voice is meant: the volume of a television, of music or of an alarm is another thing. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from jarvisd.lang.en.values.numbers import read_number
from jarvisd.lang.intent import VolumeChange
from jarvisd.lang.values import Unreadable

STEP_PERCENT = 10
"""Chosen: heard at once, and ten of them are all there is."""
_STEPS: Mapping[str, int] = MappingProxyType(
    {"a bit": 5, "a little": 5, "a little bit": 5, "slightly": 5, "a lot": 25, "much": 25, "way": 25}
)
_HOW_MUCH = rf"(?P<much>{'|'.join(sorted(_STEPS, key=len, reverse=True))})"
_VOLUME = r"(?:the |your )?(?:speech |speaking )?(?:volume|sound|loudness)"
_YOURS = rf"(?:{_VOLUME}|(?:the |your )voice|yourself)"
_PERCENT = r"(?P<percent>[\w. -]+?)(?: ?%| ?per ?cent)?"
_UP = (
    rf"(?:turn|crank|bring) (?:up {_YOURS}|{_YOURS} up)(?: {_HOW_MUCH})?",
    rf"(?:turn|crank) (?:it|this) up(?: {_HOW_MUCH})?",
    rf"(?:increase|raise) {_VOLUME}(?: {_HOW_MUCH})?",
    rf"(?:make (?:it|{_YOURS}) |speak |talk |be |get |say (?:it|that) )?(?:{_HOW_MUCH} )?louder",
    rf"(?:speak|talk) up(?: {_HOW_MUCH})?",
    rf"{_VOLUME} up(?: {_HOW_MUCH})?",
    r"i can(?:'t|not) hear you(?: well| very well| properly)?",
    r"you(?:'re| are) (?:too|so|very) (?:quiet|soft|low)",
)
_DOWN = (
    rf"(?:turn|bring) (?:down {_YOURS}|{_YOURS} down)(?: {_HOW_MUCH})?",
    rf"turn (?:it|this) down(?: {_HOW_MUCH})?",
    rf"(?:decrease|lower|reduce) {_YOURS}(?: {_HOW_MUCH})?",
    rf"(?:make (?:it|{_YOURS}) |speak |talk |be |get |say (?:it|that) )?(?:{_HOW_MUCH} )?"
    r"(?:quieter|softer|less loud|more quietly|more softly)",
    rf"{_VOLUME} down(?: {_HOW_MUCH})?",
    r"(?:you(?:'re| are)|that(?:'s| is)) (?:too|so) loud",
    r"not so loud",
)
_BY = (
    rf"(?P<way>turn up|turn down|increase|raise|decrease|lower|reduce) {_VOLUME} by {_PERCENT}",
    rf"turn {_VOLUME} (?P<way>up|down) by {_PERCENT}",
)
_TO = (
    rf"(?:set|change|put|turn|bring|adjust|make|increase|raise|decrease|lower|reduce)(?: up| down)? {_VOLUME}"
    rf"(?: up| down)?(?: to| at)? {_PERCENT}",
    rf"{_VOLUME}(?: to| at| at level)? {_PERCENT}",
    rf"(?:speak|talk) at {_PERCENT} volume",
)
_ASKED = (
    rf"(?:what(?:'s| is)|how high is|how loud is|tell me) {_VOLUME}(?: level)?(?: now| right now| set to| at)?",
    rf"(?:what|which) {_VOLUME} (?:are you|is it|do you have)(?: at| speaking at)?",
    rf"(?:what|where) (?:is )?{_VOLUME} (?:is )?(?:set to|at)",
    r"how loud are you(?: now| speaking)?",
)
_NAMED: Mapping[str, int] = MappingProxyType(
    {
        "max": 100, "the max": 100, "maximum": 100, "the maximum": 100, "full": 100, "the highest": 100,
        "all the way up": 100, "half": 50, "halfway": 50, "the middle": 50, "medium": 50, "zero": 0,
        "minimum": 0, "the minimum": 0, "the lowest": 0, "all the way down": 0,
    }
)  # fmt: skip
_ALL_THE_WAY = re.compile(rf"turn (?:{_YOURS}|it) all the way (?P<way>up|down)|(?P<full>full|max|maximum) volume")
_DOWNWARDS = frozenset({"turn down", "decrease", "lower", "reduce", "down"})


def volume_change(spoken: Sequence[str]) -> VolumeChange | None:
    """What words without punctuation and politeness ask of the volume; ``None`` when that is not sure."""
    said = " ".join(spoken)
    if _fits(_ASKED, said):
        return VolumeChange()
    for sign, patterns in ((1, _UP), (-1, _DOWN)):
        if found := _fits(patterns, said):
            return VolumeChange(by_percent=sign * _STEPS.get(found.groupdict().get("much") or "", STEP_PERCENT))
    if found := _ALL_THE_WAY.fullmatch(said):
        return VolumeChange(to_percent=0 if found["way"] == "down" else 100)
    if (found := _fits(_BY, said)) and (percent := _percent(found["percent"])) is not None:
        return VolumeChange(by_percent=-percent if found["way"] in _DOWNWARDS else percent)
    if (found := _fits(_TO, said)) and (percent := _percent(found["percent"])) is not None:
        return VolumeChange(to_percent=percent)
    return None


def _fits(patterns: Sequence[str], said: str) -> re.Match[str] | None:
    return next((found for each in patterns if (found := re.fullmatch(each, said))), None)


def _percent(said: str) -> int | None:
    """A whole number of percent, or one that is called by a word; ``None`` for what is neither."""
    if said in _NAMED:
        return _NAMED[said]
    try:
        number = read_number(said)
    except Unreadable:
        return None
    return int(number) if 0 <= number == int(number) else None
