"""Lists that need no language model: "add milk and eggs to the shopping list", "what's on my to-do list". Pure.

An utterance counts only as a whole, and with a list in it; items stay as they were heard. Anything else goes to
the planner.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from jarvisd.core.json_types import JsonValue
from jarvisd.core.planning.plan import Action, Plan
from jarvisd.lang.en.everyday.lists import is_to_do, split_items
from jarvisd.lang.en.words import APOSTROPHES, without_wake_phrase, words

_NO_NAME = (
    r"(?:to|on|onto|off|of|from|in|into|for|with|at|by|and|or|the|a|an|my|our|your|his|her|their|this|that|it|is|are"
    r"|was|what|which|who|how|do|does|new|lists?|files?|folders?|process|processes|contacts?|timers?|alarms?"
    r"|reminders?|tools?|mailing|play|devices?|services?|memory|memories)"
)
"""Words that are no part of a list's name; what other tools keep is no list of this kind."""
_NAME = rf"(?P<name>to[- ]?do|(?!{_NO_NAME}\b)[\w'-]+(?: (?!{_NO_NAME}\b)[\w'-]+){{0,2}})"
_OUR = r"(?:(?:the|my|our|this|that) )"
_LIST = (
    rf"(?:{_OUR}?{_NAME}[- ]lists?|{_OUR}(?P<bare>to[- ]?do(?=s|'s|$)|tasks|chores|groceries)(?:s|'s)?|{_OUR}list)"
)
"""A list as it is called: "my shopping list", "the list", "my to-dos"."""
_ALL = r"(?:everything|all(?: (?:of )?(?:the |my |its )?(?:items?|things|entries|stuff))?|the (?:items|entries))"
_DONE = r"(?:done|bought|completed?|finished|ticked off|checked off|ticked|checked|got|taken care of)"


def _compiled(*patterns: str) -> tuple[re.Pattern[str], ...]:
    slots = {"LIST": _LIST, "NAME": _NAME, "ALL": _ALL, "DONE": _DONE}
    return tuple(
        re.compile(re.sub(r"[A-Z]{3,}", lambda found: slots[found[0]], each), re.IGNORECASE) for each in patterns
    )


_CHANGES: Sequence[tuple[str, tuple[re.Pattern[str], ...]]] = (
    (
        "clear_done",
        _compiled(
            r"(?:remove|clear|delete|take|erase)(?: off)? (?:everything (?:that(?:'s| is) )?|all )?(?:the )?"
            r"DONE(?: off)?(?: items?| things| ones| entries)?(?: (?:off|from|on|of|in))? LIST",
        ),
    ),
    (
        "clear",
        _compiled(
            r"(?:clear|empty|wipe|erase|reset|delete|throw away|clean)(?: out| off)? (?:all of )?LIST",
            r"(?:clear|delete|remove|take|erase|wipe) ALL (?:off|from|on|of|off of|in) LIST",
        ),
    ),
    (
        "add",
        _compiled(
            r"(?:add|put|write|stick|throw|include|jot|note|place|append)(?: down)? (?P<items>.+)"
            r" (?:to|on|onto|on to|in|into|down on) LIST",
            r"(?:add|put|write)(?: down)? (?:to|on|onto|in) LIST[:,]? (?P<items>.+)",
            r"(?:on |for |to )?LIST: (?:add )?(?P<items>.+)",
            r"(?:(?:we|i) (?:need|want|(?:ran|have run) out of|have no|are out of|am out of)"
            r"|(?:we're|i'm) (?:out of|low on|running (?:out of|low on))) (?:more |some |any )?"
            r"(?P<items>(?!to ).+?)[,;.]? (?:so |and )?(?:please )?(?:put|add|write|note) (?:it|them|that|those)"
            r"(?: down)? (?:to|on|onto) LIST",
            r"(?:make|create|start|begin)(?: me)? an? (?:new )?list (?:called|named) NAME"
            r" (?:with|containing|that has) (?P<items>.+)",
            r"(?:make|create|start)(?: me)? an? (?:new )?NAME list (?:with|containing|that has) (?P<items>.+)",
            r"(?:make|create|start|begin)(?: me)? an? (?:new )?NAME list",
            r"(?:make|create|start|begin)(?: me)? an? (?:new )?list (?:called|named) NAME",
        ),
    ),
    (
        "done",
        _compiled(
            r"(?:check|tick|cross) (?P<items>.+) off(?: of)? LIST",
            r"(?:check|tick|cross) off (?P<items>.+) (?:on|from|of|in) LIST",
            r"(?:check|tick|cross) (?P<items>.+) off (?:on|from|of|in) LIST",
            r"(?:check|tick) (?P<items>.+) (?:on|from|of|in) LIST",
            r"mark (?P<items>.+?) (?:as )?DONE(?: (?:on|in|off))? LIST",
            r"mark (?P<items>.+?) (?:on|in|from) LIST (?:as )?DONE",
            r"(?:check|tick|cross) off (?P<items>.+)",
            r"(?:tick|cross) (?P<items>.+) off",
            r"mark (?P<items>.+) as (?:done|completed?|finished)",
        ),
    ),
    (
        "remove",
        _compiled(
            r"(?:take|remove|delete|scratch|strike|drop|erase|get)(?: off)? (?P<items>.+)"
            r" (?:off|from|off of|out of|off from) LIST",
            r"(?:remove|take) (?:from|off) LIST[:,]? (?P<items>.+)",
        ),
    ),
)
_TOLD = (
    r"what(?:'s| is| are)(?: left| still| there)?",
    r"what (?:do|have) (?:i|we) (?:still )?(?:have|got)",
    r"(?:tell|show|read|give) me (?:what(?:'s| is)|everything|all(?: the)? (?:items|things))(?: left)?",
    r"read (?:out )?(?:what(?:'s| is)|everything)",
    r"(?:which|what) (?:items|things) are(?: left| still)?",
    r"how many (?:items|things|entries) (?:are|do i have|are there|are left)",
)
_READ = _compiled(
    rf"(?:{'|'.join(_TOLD)}) (?:on|in) LIST",
    r"(?:read|show|list|check|tell|give|say|go through|read through|open|see)(?: me| us)?(?: out)? LIST"
    r"(?: out(?: loud)?| aloud| to me)?",
    r"what does LIST say",
    r"(?:is|are) there (?:anything|something|any items|any things)(?: left| still)? (?:on|in) LIST",
    r"what(?:'s| is) LIST",
)
_ASKED = _compiled(
    r"(?:is|are) there (?:any |already )?(?P<item>.+) (?:on|in) LIST",
    r"(?:is|are) (?P<item>.+?)(?: still| already| there)? (?:on|in) LIST",
    r"(?:did|have) (?:i|we) (?:already )?(?:put|add|added|written|got) (?P<item>.+) (?:on|to|in) LIST",
    r"(?:do|did) (?:i|we) (?:already |still )?have (?P<item>.+) (?:on|in) LIST",
)
_WHICH = _compiled(
    r"(?:what|which)(?: kinds? of)? lists (?:do i have|are there|have i got|do you have|do you know)",
    r"(?:show|list|tell|read)(?: me)? (?:all )?(?:of )?my lists|what are my lists|how many lists do i have",
)
_NEEDED = _compiled(
    r"what (?:do (?:i|we) (?:still )?(?:need|have) to (?:buy|get)|should (?:i|we) buy)(?: (?:at|from) .+)?",
    r"what do (?:i|we) (?:still )?need (?:from|at) the (?:shops?|stores?|supermarket|grocery store)",
)
_POLITE = re.compile(
    r"^(?:(?:please|also|now|ok|okay|and|hey|can you|could you|would you|will you|can we|let's|i want you to"
    r"|i'd like you to),? )+|,? (?:please|thanks|thank you|for me|now|jarvis)$",
    re.IGNORECASE,
)
_NO_ITEM = re.compile(
    r"(?:it|that|this|them|these|those|something|anything|everything|nothing|one|another|things|items?)$"
    r"|(?:what|what's|whatever|which|how|if|whether|when|not|(?:the )?(?:rest|same|contents?|text|file))\b"
    r"|.*\blists?\b|.*\.[a-z]\w{1,3}$",
    re.IGNORECASE,
)
"""What stands for something else or asks for it, names another list or a file, and is no item."""
_NEXT_ERRAND = re.compile(
    r"(?:add|put|remove|take|set|delete|clear|tick|cross|remind|tell|send|open|play|turn|switch|find|read|show|start"
    r"|stop|make|create)\b",
    re.IGNORECASE,
)
"""How another request begins that is no thing to buy."""


def list_plan(text: str) -> Plan | None:
    """The plan for a request about a list, or ``None`` when it is not surely one."""
    said = _plain(text)
    action = _told(said) or _changed(said)
    return Plan(thought=f"use {action.tool}", confidence=1.0, actions=(action,)) if action else None


def _plain(text: str) -> str:
    """A request without wake phrase, politeness and what ends it, on one line."""
    said = " ".join(without_wake_phrase(text.strip()).translate(APOSTROPHES).split()).strip(" .!?,;")
    while (shorter := _POLITE.sub("", said).strip(" ,.!?")) != said:
        said = shorter
    return said


def _told(said: str) -> Action | None:
    """What only reads."""
    if any(_matches(_WHICH, said)):
        return Action("list_read", {})
    if any(_matches(_NEEDED, said)):
        return Action("list_read", {"list": "shopping"})
    for found in _matches(_READ, said):
        return Action("list_read", _named(found))
    for found in _matches(_ASKED, said):
        return Action("list_read", {**_named(found), "item": found["item"]}) if _is_item(found["item"]) else None
    return None


def _changed(said: str) -> Action | None:
    for what, patterns in _CHANGES:
        for found in _matches(patterns, said):
            heard = found.groupdict().get("items") or ""
            items = split_items(heard, _name(found))
            if heard and not _are_items(items, _name(found)):
                return None
            listed: list[JsonValue] = [*items]
            return Action("list_change", {"what": what, **({"items": listed} if items else {}), **_named(found)})
    return None


def _matches(patterns: tuple[re.Pattern[str], ...], said: str) -> Iterator[re.Match[str]]:
    for pattern in patterns:
        if (found := pattern.fullmatch(said)) is not None:
            yield found


def _name(found: re.Match[str]) -> str:
    """The name of the list as it was heard, and none for "the list"."""
    parts = found.groupdict()
    return (parts.get("name") or parts.get("bare") or "").strip()


def _named(found: re.Match[str]) -> dict[str, JsonValue]:
    name = _name(found)
    return {"list": name} if name else {}


def _are_items(items: Sequence[str], name: str) -> bool:
    """Whether words are things by themselves, and no other request begins among them."""
    is_joined = not is_to_do(name) and any(_NEXT_ERRAND.match(item) for item in items[1:])
    return bool(items) and not is_joined and all(map(_is_item, items))


def _is_item(item: str) -> bool:
    return bool(words(item)) and not _NO_ITEM.match(item)
