"""Timers that need no language model: "set a timer for ten minutes", "wake me at seven", "cancel the egg timer".

An utterance counts only when all of it fits and its time is understood; anything else goes to the planner. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from jarvisd.core.json_types import JsonObject
from jarvisd.core.planning.plan import Action, Plan
from jarvisd.lang.en.memories.person import as_heard
from jarvisd.lang.en.times_of_day import parse_length, parse_moment

_THING = r"(?:timer|alarm|reminder)"
_MAKE = r"(?:set|start|make|create)(?: me| up)?"
_FOR = re.compile(rf"{_MAKE} (?:a|an|another|my|the) {_THING} (?:for |at |in )?(?P<rest>.+)")
_LONG = re.compile(rf"{_MAKE} (?:a|an|another) (?P<when>.+) {_THING}(?: (?:for|called|named) (?P<label>.+))?")
_CALLED = re.compile(rf"{_MAKE} (?:a|an|the|my) (?P<label>\w+(?: \w+)?) {_THING} (?:for|at) (?P<when>.+)")
_WAKE = re.compile(r"wake me(?: up)? (?P<when>.+)")
_REMIND_THEN = re.compile(r"remind me (?P<rest>(?:in|at|on|tomorrow|tonight)\b.+)")
_REMIND_WHAT = re.compile(r"remind me (?:to|about) (?P<rest>.+)")
_NAMING = frozenset({"called", "named", "labelled", "for", "to", "about"})
_TIMING = frozenset({"in", "at", "on", "tomorrow", "tonight"})
_FILES = frozenset({"file", "files", "folder", "folders", "project", "program", "notes"})
_LIST = re.compile(
    rf"(?:how (?:long|much time) (?:is|do i have) (?:left|still left)(?: on (?:the|my) {_THING})?"
    rf"|(?:what|which) {_THING}s (?:do i have|are (?:set|running|there|on))"
    rf"|(?:list|show|tell me|read) (?:me )?(?:all )?(?:my|the) {_THING}s"
    rf"|(?:do i have|are there) any {_THING}s(?: set| running)?"
    rf"|is (?:a|any|my|the) {_THING} (?:set|running|on))"
)
_CANCEL = re.compile(
    rf"(?:cancel|stop|delete|remove|clear|turn off|switch off) "
    rf"(?:(?P<all>all(?: of)?(?: my| the)?|every) {_THING}s?"
    rf"|(?:the|my|that) (?:(?P<which>\w+(?: \w+){{0,3}}) )?{_THING})"
)
_OWNER = re.compile(r"^(?:the|my|our) ")
"""Not said again; "My" and "The" in capitals belong to a title."""
_ANY_TIME = datetime(2000, 1, 1)
"""Whether words mean a time of day does not depend on the day."""


def timer_plan(spoken: str, text: str = "") -> Plan | None:
    """The plan for words without punctuation and politeness, or ``None`` when they are not surely about timers.

    What a timer is for is written as in ``text``, the request as it was heard.
    """
    if _LIST.fullmatch(spoken):
        return _plan("list_timers", {})
    if cancel := _CANCEL.fullmatch(spoken):
        return _cancelling(cancel, spoken)
    for when, label in _readings(spoken):
        if _is_time(when):
            named = _OWNER.sub("", as_heard(label, text or spoken))
            return _plan("set_timer", {"when": when, **({"label": named} if named else {})})
    return None


def _cancelling(cancel: re.Match[str], spoken: str) -> Plan | None:
    if cancel["all"]:
        return _plan("cancel_timer", {"which": "all alarms" if "alarm" in spoken else "all"})
    which = cancel["which"] or ""
    if not _FILES.isdisjoint(which.split()):
        return None
    return _plan("cancel_timer", {"which": which} if which else {})


def _readings(spoken: str) -> Iterator[tuple[str, str]]:
    """What may be the time and what it is for, the likeliest first: "five to seven" is one time."""
    for pattern in (_FOR, _REMIND_THEN):
        if found := pattern.fullmatch(spoken):
            parts = found["rest"].split()
            yield found["rest"], ""
            for index in range(len(parts) - 2, 0, -1):
                if parts[index] in _NAMING:
                    yield " ".join(parts[:index]), " ".join(parts[index + 1 :])
    if found := _REMIND_WHAT.fullmatch(spoken):
        parts = found["rest"].split()
        for index in range(1, len(parts)):
            if parts[index] in _TIMING:
                yield " ".join(parts[index:]), " ".join(parts[:index])
    for pattern in (_LONG, _CALLED, _WAKE):
        if found := pattern.fullmatch(spoken):
            yield found["when"], found.groupdict().get("label") or ""


def _is_time(when: str) -> bool:
    return parse_length(when) is not None or parse_moment(when, _ANY_TIME) is not None


def _plan(tool: str, args: JsonObject) -> Plan:
    return Plan(thought=f"use {tool}", confidence=1.0, actions=(Action(tool, args),))
