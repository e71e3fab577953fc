"""What was just set, set anew: "no, fifteen minutes" after a timer, "a bit more" after the volume. Pure."""

from __future__ import annotations

import re

from jarvisd.lang.dialogue import DialogueContext, Recognise, Resolution, TopicKind
from jarvisd.lang.en.context.references import referring
from jarvisd.lang.en.requests.timer_times import is_repeat, is_time, length
from jarvisd.lang.intent import Control

_TAKEN_BACK = r"(?:(?:no|sorry|wait|oops|actually|rather|i mean|i meant|better|ok(?:ay)?)\b[, ]*)"
_MAKE_IT = r"(?:(?:make|set|change|turn|put) (?:it|that|this) )"
_INTO = r"(?:to |for |at |into )?"
_ANEW = re.compile(
    rf"(?:{_TAKEN_BACK}+{_MAKE_IT}?|{_MAKE_IT}){_INTO}(?P<to>.+?)(?:,? (?:instead|rather|please))*", re.IGNORECASE
)
_AGAIN = re.compile(
    rf"{_TAKEN_BACK}*(?:and )?(?:(?:make|have|let|set) (?:it|that|this) (?:to )?(?:repeat|recur|ring|go off|come)"
    r"|repeat (?:it|that|this)|i (?:want|need) (?:it|that)|(?:make|set) (?:it|that|this) (?:a )?"
    r"(?:repeating|recurring)(?: (?:alarm|reminder|one))?(?: and)?)?"
    r"[, ]*(?P<to>(?:on |every |each |daily|weekly|monthly|yearly|weekdays|weekends).*?)"
    r"(?:,? (?:instead|please|too|from now on))*"
    rf"|{_MAKE_IT}an? (?P<how>daily|weekly|monthly|yearly) (?:alarm|reminder|one)",
    re.IGNORECASE,
)
"""What was set once is to come again."""
_UNIT = re.compile(r"(?:seconds?|minutes?|hours?|days?)$", re.IGNORECASE)
_MORE = re.compile(
    rf"{_TAKEN_BACK}*(?:and )?(?:(?P<much>a (?:little )?bit|a little|a lot|much|even|still) )?"
    r"(?:(?P<more>more|further|again|higher)|(?P<less>less|lower))(?: (?:please|again|still))*",
    re.IGNORECASE,
)
_WAY = re.compile(rf"{_TAKEN_BACK}*(?:and |then )?(?P<way>up|down)(?: (?:again|please))*", re.IGNORECASE)


def adjusting(said: str, context: DialogueContext, recognise: Recognise) -> Resolution | None:
    """What ``said`` sets anew; ``None`` where it sets nothing that was just set."""
    return _timer(said, context, recognise) or _volume(said, context, recognise)


def _timer(said: str, context: DialogueContext, recognise: Recognise) -> Resolution | None:
    """A bare number is of the unit that was said before."""
    topic = context.topics[0] if context.topics else None
    is_just_now = any(action.tool in ("set_timer", "change_timer") for action in context.actions)
    found = _AGAIN.fullmatch(said) or _ANEW.fullmatch(said)
    if topic is None or topic.kind is not TopicKind.TIMER or not is_just_now or found is None or context.steered:
        return None
    if found.re is _AGAIN:
        to = found["how"] or found["to"]
        return referring(f"make it {to}", context, recognise) if is_repeat(to) else None
    to, before = found["to"], topic.names[1]
    unit = _UNIT.search(before) if length(before) is not None else None
    if unit is not None and length(to) is None and length(with_unit := f"{to} {unit[0]}") is not None:
        to = with_unit
    return referring(f"make it {to}", context, recognise) if is_time(to, may_be_unusable=True) else None


def _volume(said: str, context: DialogueContext, recognise: Recognise) -> Resolution | None:
    before = recognise(context.steered) if context.steered else None
    if before is None or before.control is not Control.VOLUME:
        return None
    request = ""
    if found := _WAY.fullmatch(said):
        request = f"turn the volume {found['way'].lower()}"
    elif found := _MORE.fullmatch(said):
        is_up = (before.volume.by_percent or 0) >= 0
        much = found["much"] if (found["much"] or "").startswith("a ") else ""
        way = "up" if is_up is bool(found["more"]) else "down"
        request = f"turn the volume {way} {much}".strip()
    elif found := _ANEW.fullmatch(said):
        request = f"set the volume to {found['to']}"
    intent = recognise(request) if request else None
    is_volume = intent is not None and intent.control is Control.VOLUME
    return Resolution(intent=intent, request=request) if is_volume else None
