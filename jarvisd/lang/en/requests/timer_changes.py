"""Asking for timers that are set, and changing them: "cancel the egg timer", "add five minutes to it". Pure.

An utterance counts only when all of it fits; anything else goes to the planner. Which timer is meant is passed on
as it was said: it depends on which there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from jarvisd.core.planning.plan import Action
from jarvisd.lang.en.memories.person import as_heard
from jarvisd.lang.en.requests.timer_times import is_time, length

THING = r"(?:timer|alarm|reminder|countdown)"
_ONE = rf"(?P<which>(?:\S+ )*?{THING}s?(?: clock)?(?: and (?:my |the |all )*{THING}s?)?)"
_REF = rf"{_ONE}(?P<more>(?: \S+)*?)"
_BY = r"(?P<by>\S+(?: \S+){0,7}?)"
_FEW, _UNITS = r"\S+(?: \S+)?", r"(?:seconds?|minutes?|hours?)"
_GOES = r"(?:go(?:es)? off|rings?|ends?|(?:is|be) (?:done|due|up|over|finished)|runs? out|sounds?|finish(?:es)?)"
_COUNTED = "set|running|going|on|due|paused|done|finished|ringing|snoozed|active|left|remaining|there"
_ASKED = (
    rf"(?:how (?:long|much(?: time)?|many minutes) (?:is|are|do i have|have i got)|what is|what's|time)"
    rf"(?: still)?(?: there)? left(?: (?:on|for|of|in) {_REF})?",
    rf"how (?:long|much(?: time)?) does {_REF} (?:still )?have(?: left| to go)?",
    rf"how (?:long|much(?: time)?)(?: is it)? (?:until|till|before) {_REF}(?: {_GOES})?",
    rf"(?:when|what time) (?:does|will|is|do|are) {_REF}(?: {_GOES}| set(?: (?:for|to go off))?| due| coming)?",
    rf"(?:what|which) (?P<which>(?:\S+ ){{0,2}}?{THING}s?(?: and {THING}s)?)"
    r" (?:do i have|have i (?:got|set|made)|did i (?:set|make)|are|is)(?: there)?"
    r"(?: (?P<state>set|running|on|due|paused|done|ringing|snoozed|active))?(?P<more>(?: \S+)*?)",
    rf"(?P<count>how many) (?P<which>(?:\S+ ){{0,2}}?{THING}s?(?: and {THING}s?)?)"
    r"(?: (?:do i(?: still)? have|have i (?:got|set|made)|did i (?:set|make)|are|is)(?: there)?)?"
    r"(?: still| currently| now)?"
    rf"(?: (?P<state>{_COUNTED}))?(?: at the moment)?(?P<more>(?: \S+)*?)",
    rf"(?:list|show|tell|read)(?: me)?(?: about)?(?: all(?: of)?)? {_REF}",
    rf"(?:do i have|have i got|are there|is there) (?:any|an|a) {_REF}(?: set| running| on)?(?P<then>(?: \S+)*?)",
    rf"(?:is|are) {_REF}(?: still)? (?:set|running|on|done|due|going|paused|over|finished|up)",
    rf"(?:check|what about|how about|how is|how's) {_REF}(?: doing)?",
    r"(?:what's|what|is anything) (?:is )?(?P<state>due|ringing)",
    r"did anything go off|what (?:just )?(?:went|has gone) off",
)
_TO = r"(?P<to>\S+(?: \S+){0,7}?)"
_AGAIN = r"(?:on )?(?P<to>(?:every |each |daily|nightly|weekly|monthly|yearly|weekdays|weekends).*)"
_CHANGES = (
    (
        "change_timer",
        "set",
        rf"(?:change|adjust|update|edit|move|reset|reschedule|shift) (?=(?:the|my|that|this) ){_REF}"
        rf" (?:to|so (?:that )?it is|for) {_TO}(?: instead)?",
    ),
    (
        "change_timer",
        "set",
        rf"(?:make|turn) (?=(?:the|my|that|this) ){_REF} (?:into |for |at )?{_TO}(?: instead)?",
    ),
    (
        "change_timer",
        "set",
        rf"(?:make|have|let|set) (?=(?:the|my|that|this) ){_REF} (?:to )?(?:repeat|recur|ring|go off) {_AGAIN}",
    ),
    ("change_timer", "set", rf"repeat (?=(?:the|my|that|this) ){_REF} {_AGAIN}"),
    ("change_timer", "add", rf"(?:add|put) {_BY}(?: more| extra)?(?: (?:to|on|onto|on to) {_REF})?"),
    ("change_timer", "add", rf"give {_REF} {_BY}(?: more| extra)?"),
    (
        "change_timer",
        "add",
        rf"(?:give me|i (?:need|want)|let me have|(?:can|could) i have) (?=.*\b(?:more|extra|another)\b){_BY}"
        rf"(?: more| extra)? (?:on|for) {_REF}",
    ),
    (
        "change_timer",
        "add",
        rf"(?:give me |i need |just )?(?P<by>another (?!for ){_FEW} {_UNITS}|{_FEW} (?:more|extra) {_UNITS}"
        rf"|{_FEW} {_UNITS} (?:more|longer))",
    ),
    ("change_timer", "add", rf"(?:extend|lengthen|increase|prolong) {_REF} by {_BY}"),
    ("change_timer", "add", rf"make {_REF} {_BY} longer"),
    ("change_timer", "take_off", rf"(?:take|knock|shave|cut) {_BY} (?:off|from|off of|away from|out of) {_REF}"),
    ("change_timer", "take_off", rf"take {_BY} off"),
    ("change_timer", "take_off", rf"(?:subtract|remove|deduct) {_BY} from {_REF}"),
    ("change_timer", "take_off", rf"(?:shorten|reduce|decrease) {_REF} by {_BY}"),
    ("change_timer", "take_off", rf"make {_REF} {_BY} shorter"),
    ("change_timer", "pause", rf"(?:pause|hold|freeze|halt|suspend) {_REF}"),
    ("change_timer", "pause", rf"put {_REF} on hold"),
    ("change_timer", "resume", rf"(?:resume|continue|unpause|unfreeze|carry on with|go on with) {_REF}"),
    ("change_timer", "resume", rf"let {_REF} (?:go on|run on|continue|run)"),
    ("change_timer", "resume", rf"start (?=(?:the|my|that) ){_REF} again"),
    ("change_timer", "snooze", rf"snooze(?: it| that)?(?: for {_BY})?"),
    ("change_timer", "snooze", rf"snooze {_REF} for {_BY}"),
    ("change_timer", "snooze", rf"snooze {_REF}"),
    (
        "change_timer",
        "skip",
        rf"skip (?:the next (?:time|occurrence|one) of )?{_REF}(?: (?:just )?(?:this )?once)?",
    ),
    ("change_timer", "dismiss", rf"dismiss {_REF}"),
    ("change_timer", "stop", rf"(?:stop|turn off|switch off|shut off|silence|end|quiet) {_REF}"),
    ("change_timer", "stop", rf"(?:turn|switch|shut) {_REF} off"),
    ("cancel_timer", "", rf"(?:cancel|delete|remove|clear|get rid of|drop|scrap|never mind) {_REF}"),
    ("cancel_timer", "", rf"i (?:don't|do not|no longer) need {_REF}"),
)
_LISTING = tuple(re.compile(pattern) for pattern in _ASKED)
_CHANGING = tuple((tool, what, re.compile(pattern)) for tool, what, pattern in _CHANGES)
_FILES = frozenset(
    {"file", "files", "folder", "folders", "project", "program", "programs", "notes", "app", "code"}
)
_OTHERS = frozenset({"smoke", "burglar", "fire", "security", "house", "car", "intruder", "gas"})
"""Alarms that are none of ours."""
_JOINING = frozenset(
    {
        "from",
        "off",
        "into",
        "onto",
        "to",
        "with",
        "by",
        "if",
        "when",
        "then",
        "until",
        "because",
        "in",
        "called",
        "about",
    }
)
"""Words that do not stand before the name of what is meant: something else was said."""
_LONGEST_WORDS = 25
"""Chosen: nobody says more to name a timer, and how long the patterns take grows with it."""
_MORE_WORDS = 5
_NAMED = re.compile(r"(?:for|called|named|labelled|to|about) (?P<label>.+)")
_TIMED = re.compile(r"(?:(?:for|at|in|on|due|set for|set) )?(?P<time>.+)")
_SET_BY = re.compile(r"(?:that )?(?:i (?:just )?(?:set|made|started)|is (?:set|running|on|due|ringing))")
_ANYMORE = re.compile(r" (?:any ?more|right now|now)$")
_ARTICLES = re.compile(r"^(?:all of |of )?(?:the |my |our |any |an |a |that |this )+")
_STATES: Mapping[str, str] = MappingProxyType({"due": "due", "done": "due", "ringing": "due", "paused": "paused"})
_COUNTED_STATES: Mapping[str, str] = MappingProxyType(
    {"running": "running", "going": "running", "active": "running", "finished": "due", "snoozed": "snoozed"}
)
"""Where the number is asked for: which others there are would not be told from those that count."""


def timer_change(spoken: str, text: str) -> Action | None:
    """The step for words without punctuation and politeness, or ``None`` when they are not surely about timers.

    ``text`` is the request as it was heard: signs that mean something, as in "1/2 an hour", are in there alone.
    """
    if len(spoken.split()) > _LONGEST_WORDS:
        return None
    return _listing(_ANYMORE.sub("", spoken)) or _changing(_ANYMORE.sub("", spoken), text)


def _listing(spoken: str) -> Action | None:
    for pattern in _LISTING:
        found = pattern.fullmatch(spoken)
        if found is None:
            continue
        parts = found.groupdict()
        if not parts.get("which"):
            return Action("list_timers", {"which": "due"} if "off" in spoken or parts.get("state") else {})
        more = f"{parts.get('more') or ''}{parts.get('then') or ''}"
        which = _which(parts["which"], more)
        if which is not None:
            states = {**_STATES, **_COUNTED_STATES} if parts.get("count") else _STATES
            state = states.get(parts.get("state") or "", "")
            return Action("list_timers", {"which": f"{state} {which}".strip()})
    return None


def _changing(spoken: str, text: str) -> Action | None:
    for tool, what, pattern in _CHANGING:
        found = pattern.fullmatch(spoken)
        action = _change(tool, what, found, text) if found is not None else None
        if action is not None:
            return action
    return None


def _change(tool: str, what: str, found: re.Match[str], text: str) -> Action | None:
    parts = found.groupdict()
    args = {"what": what} if what else {}
    if parts.get("which"):
        which = _which(parts["which"], parts.get("more") or "")
        if which is None:
            return None
        args["which"] = which if what != "skip" else re.sub(r"'s(?= )", "", which)
    if parts.get("by"):
        by = re.sub(r"^(?:another|an extra|an additional) |^extra | (?:more|extra|longer)$", "", parts["by"])
        by = as_heard(re.sub(r" (?:more|extra) ", " ", by), text)
        if length(by) is None:
            return None
        args["by"] = by
    if parts.get("to"):
        to = as_heard(re.sub(r"^(?:be |go off |ring )?(?:at |for )?", "", parts["to"]), text)
        if not is_time(to, may_be_unusable=True):
            return None
        args["by"] = to
    return Action(tool, args)


def _which(said: str, more: str) -> str | None:
    """What tells the timer that is meant from others; ``None`` where other things were said as well."""
    before = said.split()[:-1]
    is_of_many = bool(re.search(rf"{THING}s? and ", said))
    if (
        not (_FILES | _OTHERS).isdisjoint(before)
        or not _JOINING.isdisjoint(before)
        or ("and" in before and not is_of_many)
    ):
        return None
    tail = more.strip()
    if tail and not any(_follows(tail)):
        return None
    if _SET_BY.fullmatch(tail):
        tail = re.sub(r"^(?:that )?", "", tail)
    named = _ARTICLES.sub("", said)
    return f"{named} {tail}".strip()


def _follows(tail: str) -> Iterator[bool]:
    """Whether what follows the kind tells which: its time, its length or its name."""
    yield _SET_BY.fullmatch(tail) is not None
    if timed := _TIMED.fullmatch(tail):
        yield is_time(timed["time"], may_be_unusable=True)
    if named := _NAMED.fullmatch(tail):
        parts = named["label"].split()
        yield len(parts) <= _MORE_WORDS and _FILES.isdisjoint(parts) and not {"and", "then"} & set(parts)
