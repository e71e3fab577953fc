"""Timers that need no language model: "set a timer for ten minutes", "wake me at seven". Pure.

An utterance counts only when all of it fits and its time is understood; anything else goes to the planner. Asking
for those that are set and changing them is :mod:`~jarvisd.lang.en.requests.timer_changes`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from jarvisd.core.planning.plan import Action, Plan
from jarvisd.lang.en.memories.person import as_heard
from jarvisd.lang.en.requests.timer_changes import THING, timer_change
from jarvisd.lang.en.requests.timer_times import is_time, length
from jarvisd.lang.en.values.calendar_words import MONTHS, WEEKDAYS
from jarvisd.lang.en.values.numbers import read_number
from jarvisd.lang.en.words import word_set
from jarvisd.lang.values import Unreadable

_MAKE = (
    r"(?:set|start|make|create|add|begin|put on|schedule|give me|i need|i want|i(?:'d| would) like"
    r"|(?:can|could|may) i (?:have|get)|let me have)(?: me| up)?"
)
_A = r"(?:a|an|another|one more|my|the)(?: new| second| third| other| extra| further)?"
_KIND = rf"(?P<kind>{THING})"
_FOR = re.compile(rf"(?:{_MAKE} )?(?:{_A} )?{_KIND} (?:for |at |in |to go off (?:at |in ))?(?P<rest>.+)")
_LONG = re.compile(
    rf"(?:{_MAKE} )?(?:{_A} )?(?P<when>.+) {_KIND}(?: (?:for|called|named|labelled) (?P<label>.+))?"
)
_CALLED = re.compile(rf"{_MAKE} {_A} (?P<label>\w+(?: \w+)?) {_KIND} (?:for|at) (?P<when>.+)")
_WAKE = re.compile(r"(?:wake me(?: up)?|get me up) (?P<when>.+)")
_COUNT = re.compile(
    r"(?:count ?down|count down from|(?:buzz|ping|alert|notify) me in|let me know in) (?P<when>.+)"
)
_DAY_NAMES = frozenset(name for day in (*WEEKDAYS, *MONTHS) for name in (day, day[:3]))
_TIMING = _DAY_NAMES | word_set(
    """
    a an at daily each every half in midnight next noon on once the this tomorrow tonight twice weekdays
    """
)
"""Words that a time begins with, beside numbers."""
_REMIND_THEN = re.compile(
    r"remind me (?P<rest>(?:in|at|on|tomorrow|tonight|every|each|next|this|daily|weekdays|once|twice|half an"
    rf"|a week|the day after|\d+(?:st|nd|rd|th)?(?: of)? (?:{'|'.join(MONTHS)})"
    rf"|{'|'.join(sorted(_DAY_NAMES))})\b.+)"
)
_REMIND_WHAT = re.compile(r"remind me (?:to|about|that) (?P<rest>.+)")
_NAMING = frozenset({"called", "named", "labelled", "for", "to", "about", "saying", "that"})
_OPEN = word_set(
    """
    a about after an and before by for from her his last like my of or our since than that the their till to until
    with your
    """
)
"""Words that want another behind them, so that no name ends with one: "ask about" and "Friday at nine"."""
_REPEATING = ("daily", "nightly", "weekly", "monthly", "yearly", "weekday", "weekend")
_HOW = rf"(?P<how>repeating|recurring|{'|'.join(_REPEATING)})"
_REPEATED = re.compile(rf"{_MAKE} (?:a|an|my) {_HOW} {_KIND} (?:for |at |on )?(?P<rest>.+)")
_COMING_AGAIN = frozenset({*_REPEATING, "repeating", "recurring", "every", "each", "weekdays", "weekends"})
"""In the place of a name they say that it comes again, and a single one would be wrong."""
_LASTING = re.compile(r"(?:(?:the )?(?:next|coming) )?(?:\w+ )?(?:day|week|month|year)s?\b")
"""In the place of a name behind what comes again it may say for how long, which nothing here keeps."""
_EMPTY = frozenset({"on", "in", "at", "for", "to", "of", "off", "the", "my", "our", "a", "an", "this", "that"})
"""Words that name nothing by themselves."""
_OWNER = re.compile(r"^(?:the|my|our) ")
"""Not said again; "My" and "The" in capitals belong to a title."""
_OF_A_TIME = word_set(
    """
    about above after almost and around at before below between by day days each evening every exactly for
    friday half hour hours in just less me minute minutes monday morning more nearly next night noon not of
    on or over past quarter roughly saturday second seconds some sunday than this thursday to today tomorrow
    tonight tuesday under until us wednesday week weeks
    """
)
"""Words of a time in the place of a name would leave half of it out: "two or three minutes"."""
_LABEL_WORDS = 3
"""Chosen: of a name that stands before the kind."""


@dataclass(frozen=True, slots=True)
class _Reading:
    when: str
    label: str = ""
    kind: str = "timer"


def timer_plan(spoken: str, text: str = "") -> Plan | None:
    """The plan for words without punctuation and politeness, or ``None`` when they are not surely about timers.

    When it is due and what it is for are written as in ``text``, the request as it was heard.
    """
    text = text or spoken
    if (change := timer_change(spoken, text)) is not None:
        return _plan(change)
    readings = [each for each in _readings(spoken) if _is_name(each.label, each.when)]
    for may_be_unusable, reading in product((False, True), readings):
        when = as_heard(reading.when, text)
        if is_time(when, may_be_unusable=may_be_unusable):
            named = _OWNER.sub("", as_heard(reading.label, text))
            args = {"when": when, **({"label": named} if named else {})}
            # Without a kind it is a timer for a length of time, and an alarm for a time of day.
            if reading.kind == "reminder" or (reading.kind == "alarm" and length(when) is not None):
                args["kind"] = reading.kind
            return _plan(Action("set_timer", args))
    return None


def _is_name(label: str, when: str) -> bool:
    """Whether ``label`` says what something due ``when`` is for, and nothing more of when."""
    if label and _EMPTY.issuperset(label.split()):
        return False
    comes_again = not _COMING_AGAIN.isdisjoint(when.split())
    return _COMING_AGAIN.isdisjoint(label.split()) and not (comes_again and _LASTING.match(label))


def _readings(spoken: str) -> Iterator[_Reading]:
    """What may be the time and what it is for, the likeliest first: "five to seven" is one time."""
    if found := _REPEATED.fullmatch(spoken):
        every = {"weekday": "every weekday", "weekend": "every weekend"}.get(found["how"], found["how"])
        how = every if found["how"] in _REPEATING else ""
        yield _Reading(f"{how} at {found['rest']}" if how else found["rest"], kind=found["kind"])
        return
    for pattern in (_FOR, _REMIND_THEN):
        if found := pattern.fullmatch(spoken):
            parts, kind = found["rest"].split(), found.groupdict().get("kind") or "reminder"
            yield _Reading(found["rest"], kind=kind)
            for index in range(len(parts) - 2, 0, -1):
                if parts[index] in _NAMING:
                    yield _Reading(" ".join(parts[:index]), " ".join(parts[index + 1 :]), kind)
            yield from _what_then(parts, kind)
            yield from _named_first(parts, kind)
    if found := _REMIND_WHAT.fullmatch(spoken):
        yield from _what_then(["to", *found["rest"].split()], "reminder")
    if found := _LONG.fullmatch(spoken):
        yield from _before_the_kind(found)
    for pattern in (_CALLED, _WAKE, _COUNT):
        if found := pattern.fullmatch(spoken):
            parts_of = found.groupdict()
            kind = parts_of.get("kind") or ("timer" if pattern is _COUNT else "alarm")
            yield _Reading(found["when"], parts_of.get("label") or "", kind)


def _what_then(parts: list[str], kind: str) -> Iterator[_Reading]:
    """ "To call Ben at noon": what it is for, and then when.

    Of what may be the time it is the longest: "call mum Sunday at six" is due on Sunday, and "Sunday or Monday at
    six" in doubt, whatever "at six" alone may be.
    """
    if parts[0] not in _NAMING:
        return
    for index in range(2, len(parts)):
        when = " ".join(parts[index:])
        may_begin = parts[index] in _TIMING or _is_date(parts[index : index + 3]) or when.endswith(" from now")
        if may_begin and parts[index - 1] not in _OPEN and is_time(when, may_be_unusable=True):
            yield _Reading(when, " ".join(parts[1:index]), kind)
            return


def _is_date(parts: list[str]) -> bool:
    """ "5 December", "fifth of May"."""
    return len(parts) > 1 and not parts[0].isalpha() and not {*parts[1:]}.isdisjoint(_DAY_NAMES)


def _named_first(parts: list[str], kind: str) -> Iterator[_Reading]:
    """ "A timer for pasta 8 minutes", "for the pasta for 8 minutes": what it is for, and then when."""
    for index in range(1, min(len(parts), _LABEL_WORDS + 1)):
        label = parts[:index]
        if all(word.isalpha() and word not in _OF_A_TIME and not _is_number(word) for word in label):
            rest = parts[index:] if parts[index] not in {"for", "at", "in", "of"} else parts[index + 1 :]
            yield _Reading(" ".join(rest), " ".join(label), kind)


def _is_number(word: str) -> bool:
    try:
        read_number(word)
    except Unreadable:
        return False
    return True


def _before_the_kind(found: re.Match[str]) -> Iterator[_Reading]:
    """ "A ten minute timer for the eggs", "a three minute egg timer"."""
    parts = found["when"].split()
    yield _Reading(found["when"], found["label"] or "", found["kind"])
    if found["label"] is None:
        for index in range(len(parts) - 1, max(0, len(parts) - 1 - _LABEL_WORDS), -1):
            yield _Reading(" ".join(parts[:index]), " ".join(parts[index:]), found["kind"])


def _plan(action: Action) -> Plan:
    return Plan(thought=f"use {action.tool}", confidence=1.0, actions=(action,))
