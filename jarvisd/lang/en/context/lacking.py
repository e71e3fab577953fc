"""Requests that lack what they need: "set a timer", "remind me to call", "add to my list". Pure.

What is missing is asked for, and the answer makes a whole request of it. A request that names all it needs never
comes here: sentences and the planner are for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jarvisd.lang.dialogue import Clarification
from jarvisd.lang.en.templates.slots import document, folder
from jarvisd.lang.en.words import word_set, words

_A = r"(?:a |an |the |my |another |one )?(?:new )?"
_FILE = r"(?P<file>[\w'. -]+)"
_TIMED = word_set(
    """
    after afternoon at before by day days daily during every evening friday hour hours if in later minute minutes
    monday month morning next noon o'clock on once saturday second seconds soon sunday then thursday today tomorrow
    tonight tuesday until wednesday week weekend weekly when while year
    """
)
"""Words of a time, or of a condition: a request with one of them says when, if only in a way of its own."""


@dataclass(frozen=True, slots=True)
class _Lack:
    pattern: re.Pattern[str]
    question: str
    completions: tuple[str, ...]
    """With ``{}`` for the answer; names of groups in ``<>``."""


def _lack(pattern: str, question: str, *completions: str) -> _Lack:
    return _Lack(re.compile(pattern, re.IGNORECASE), question, completions)


_LACKS: Sequence[_Lack] = (
    _lack(
        rf"(?:set|start|make|create|add)(?: me| up)? {_A}(?P<kind>timer|countdown)(?: for me)?",
        "For how long?",
        "set a timer for {}",
        "set a timer {}",
    ),
    _lack(
        rf"(?:(?:set|start|make|create|add)(?: me| up)? )?{_A}timer for {_A}(?P<timeless>[\w' -]+)",
        "For how long?",
        "set a timer for {} for the <timeless>",
        "set a timer {} for the <timeless>",
    ),
    _lack(
        rf"(?:set|start|make|create|add)(?: me| up)? {_A}(?P<timeless>[\w'-]+) timer(?: for me)?",
        "For how long?",
        "set a timer for {} for the <timeless>",
        "set a timer {} for the <timeless>",
    ),
    _lack(
        rf"(?:set|make|create|add)(?: me| up)? {_A}alarm(?: for me)?|wake me(?: up)?",
        "For what time?",
        "set an alarm for {}",
        "wake me up at {}",
        "wake me up {}",
    ),
    _lack(
        r"remind me (?P<how>to|about|that|of) (?P<timeless>.+)",
        "When shall I remind you?",
        "remind me <how> <timeless> {}",
        "remind me <how> <timeless> in {}",
        "remind me <how> <timeless> at {}",
        "remind me <how> <timeless> on {}",
    ),
    _lack(
        rf"(?:set|make|create|add)(?: me| up)? {_A}reminder(?: for me)?|remind me(?: of something)?",
        "What shall I remind you of, and when?",
        "remind me to {}",
        "remind me {}",
    ),
    _lack(
        r"(?:add|put|write)(?: something| some things| a thing| an item)?(?: down)? (?:to|on|onto|in)"
        r" (?P<list>(?:(?:the|my|our) )?(?:[\w'-]+ ){0,2}list)",
        "What shall I add?",
        "add {} to <list>",
        "put {} on <list>",
    ),
    _lack(
        r"(?:take|remove)(?: something| a thing| an item)? (?:off|from)"
        r" (?P<list>(?:(?:the|my|our) )?(?:[\w'-]+ ){0,2}list)",
        "What shall I take off?",
        "take {} off <list>",
    ),
    _lack(
        rf"(?:move|shift|transfer|relocate) (?:(?:the|my|our) )?{_FILE}",
        "Where to?",
        "move the <file> {}",
        "move the <file> to {}",
        "move the <file> to the {} folder",
        "move the <file> {} folder",
    ),
    _lack(
        rf"rename (?:(?:the|my|our) )?{_FILE}(?: to)?",
        "What shall it be called?",
        "rename the <file> to {}",
        "rename the <file> {}",
    ),
    _lack(
        r"(?P<verb>delete|remove|erase|read|open|copy|move|rename|zip|compress|duplicate)"
        r"(?: (?:a|the|my|some|that|one) (?:file|document)| something| a thing)?",
        "Which file do you mean?",
        "<verb> {}",
        "<verb> the file {}",
        "<verb> the {}",
    ),
    _lack(
        r"(?:find|search for|look for|search)(?: (?:a|the|my|some) (?:file|document|files|documents)| something)?",
        "What is it called?",
        "find {}",
        "find the {}",
        "find the {} files",
    ),
    _lack(
        r"(?:make|create)(?: me)? (?:a|another|the) (?:new )?(?P<kind>folder|directory)",
        "What shall it be called?",
        "make a folder called {}",
        "make a folder {}",
    ),
    _lack(
        r"(?:make|create|start)(?: me)? (?:a|another) (?:new )?list",
        "What shall it be called?",
        "make a list called {}",
        "make a {} list",
        "make {}",
    ),
    _lack(
        r"(?:remember|note|keep in mind|make a note|take a note|note down)(?: something| this| that| a thing)?",
        "What shall I remember?",
        "remember that {}",
        "remember {}",
    ),
    _lack(
        r"(?:calculate|compute|work out|do some maths|do a calculation)(?: something)?",
        "What shall I work out?",
        "calculate {}",
        "what is {}",
        "{}",
    ),
    _lack(
        r"convert (?P<what>(?:(?!\b(?:to|into|in|as)\b).)+)",
        "To what?",
        "convert <what> {}",
        "convert <what> to {}",
        "convert <what> into {}",
    ),
    _lack(
        r"(?:send|write)(?: me)? (?:a|an) (?:mail|email|e-mail|message|letter)|(?:send|write|mail|email)",
        "To whom?",
        "mail {}",
    ),
    _lack(
        r"(?:mail|email|e-mail|(?:send|write) (?:a|an) (?:mail|email|e-mail|message|letter) to)"
        r" (?P<who>(?!(?:the|a|an|this|that|it|them|these|those|all|my \w+ (?:to|from))\b)(?:my )?"
        r"[^\W\d_][\w'-]*(?: (?!tomorrow|today|tonight|about|that|the)[\w'-]+)?)",
        "What shall I write?",
        "mail <who> that {}",
        "mail <who> {}",
        "tell <who> by mail that {}",
    ),
    _lack(
        r"(?:find out|tell me|check)(?: the)? time in(?: another place)?",
        "Where?",
        "what time is it in {}",
        "what time is it {}",
    ),
)


def lacking(text: str) -> Clarification | None:
    """What ``text``, without courtesy, lacks; ``None`` where it is no such request."""
    for lack in _LACKS:
        found = lack.pattern.fullmatch(text)
        if found is not None and _is_all(found.groupdict()):
            groups = {name: value or "" for name, value in found.groupdict().items()}
            return Clarification(lack.question, tuple(_put_in(each, groups) for each in lack.completions))
    return None


def _is_all(groups: Mapping[str, str | None]) -> bool:
    """Whether what was said is what it stands for, and nothing is said that is asked for."""
    file = groups.get("file")
    if file is not None and document(file) is None and folder(file) is None:
        return False
    return _TIMED.isdisjoint(words(groups.get("timeless") or ""))


def _put_in(completion: str, groups: Mapping[str, str]) -> str:
    for name, value in groups.items():
        completion = completion.replace(f"<{name}>", value.replace("{", "").replace("}", ""))
    return completion
