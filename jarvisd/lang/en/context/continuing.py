"""Requests that go on from the one before: "also in documents", "and eggs", "what about tomorrow". Pure.

What is said takes the place of its like in the request before, and the whole is read again. It counts only where
it asks for the same with another value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from jarvisd.core.planning.plan import Action, Plan
from jarvisd.lang.dialogue import DialogueContext, Recognise, Resolution
from jarvisd.lang.en.everyday.year_questions import of_another
from jarvisd.lang.en.requests.time_questions import is_day, is_where
from jarvisd.lang.en.requests.timer_times import length
from jarvisd.lang.en.templates.slots import folder
from jarvisd.lang.en.words import word_set, words
from jarvisd.lang.intent import Intent

_GOING_ON = re.compile(
    r"(?:(?:ok(?:ay)?|so|well|now)[, ]+)?(?:and|also|plus|then|(?:and )?(?:what|how) about|or|try)\b[, ]*"
    r"(?:(?:also|then|now|what about|how about|please)\b[, ]*)*(?P<rest>.+)",
    re.IGNORECASE,
)
_TOO = re.compile(r"(?P<rest>.+?),? (?:too|as well|also)", re.IGNORECASE)
_BARE = re.compile(r"(?P<rest>(?:in|on|for|from) .+)", re.IGNORECASE)
_LOOK = re.compile(r"(?:look|search|check|find (?:it|them)|try)(?: also)? (?P<rest>in .+)", re.IGNORECASE)
_ANOTHER = re.compile(r"(?:an?other(?: one)?|one(?: more)?) (?P<rest>.+)", re.IGNORECASE)
_GOING_ON_FROM = frozenset(
    {
        "calculate", "calendar_free", "calendar_read", "file_read", "get_time", "list_change", "list_read",
        "list_timers", "recall", "search_files", "service_status", "set_timer", "system_info", "weather",
    }
)  # fmt: skip
"""What has no free text: in a letter the new words could take the place of some of its own."""
_CALCULATE = "calculate"
_OPERATING = re.compile(
    r"(?:(?:and|then|now|so|okay|ok|what about|what is (?:that|it|this)|that|it)\b[, ]*)*"
    r"(?P<rest>(?:plus|minus|times|multiplied|divided|over|to the|squared|cubed|modulo|mod)\b.*)",
    re.IGNORECASE,
)
"""What works on the result of a calculation: "divided by 2" never takes the place of one of its numbers."""
_PLAIN = re.compile(r"(?:[\d\s.+*/^()%-]|\bof\b|\bmod\b)+")
"""A calculation without units: what has some is no bare number."""
_ANY_NUMBER = "7919"
"""Stands for the result while what follows is read; a prime that nobody says."""
_PREPOSITIONS = word_set("in to from on onto of for off at into with about by as called named")
_WORD = re.compile(r"\S+")
_MOST_WORDS = 8
"""Chosen: what goes on from a request is shorter than one."""
_LEADS = (1, 2, 3, 4)
"""So many words may stand before what a request is about: "read", "what is", "how much is"."""


def continuing(text: str, context: DialogueContext, recognise: Recognise) -> Resolution | None:
    """What ``text`` means as going on from the last request; ``None`` where it does not."""
    if not context.request:
        return None
    before = recognise(context.request)
    if (further := _calculating(text, context, recognise)) is not None:
        return further
    rest = _rest(text)
    if not rest or len(words(rest)) > _MOST_WORDS or before is None or before.plan is None:
        return None
    if len(before.plan.actions) != 1:
        return None
    [action] = before.plan.actions
    if action.tool not in _GOING_ON_FROM:
        return None
    for request in _requests(context.request, rest, action):
        intent = recognise(request)
        if intent is not None and _is_like(intent, action, is_clock=action.tool == "get_time"):
            return Resolution(intent=intent, request=request, said=context.said)
    return None


def _calculating(text: str, context: DialogueContext, recognise: Recognise) -> Resolution | None:
    """ "And divided by 2", "plus nine" after a calculation: that is done to its result."""
    found = _OPERATING.fullmatch(text)
    if found is None or [action.tool for action in context.actions] != [_CALCULATE]:
        return None
    [before] = context.actions
    expression = _worked_on(found["rest"], str(before.args.get("expression", "")), recognise)
    if not expression:
        return None
    plan = Plan("work on with the result", 1.0, (Action(_CALCULATE, {"expression": expression}),))
    return Resolution(intent=Intent(plan=plan), said=context.said)


def _worked_on(rest: str, expression: str, recognise: Recognise) -> str:
    """``expression`` with what is to be done to its result; empty where ``rest`` does nothing to a number."""
    intent = recognise(f"what is {_ANY_NUMBER} {rest}")
    actions = intent.plan.actions if intent is not None and intent.plan is not None else ()
    worked = str(actions[0].args.get("expression", "")) if [each.tool for each in actions] == [_CALCULATE] else ""
    operation = worked.removeprefix(_ANY_NUMBER)
    is_one = worked != operation and operation[:1].isspace() and _ANY_NUMBER not in operation
    return f"({expression}){operation}" if is_one and _PLAIN.fullmatch(expression) else ""


def _rest(text: str) -> str:
    """What is said anew; empty where nothing shows that it goes on from something."""
    for pattern in (_LOOK, _GOING_ON, _TOO, _BARE):
        if (found := pattern.fullmatch(text)) is not None:
            rest = found["rest"].strip(" ,.?!")
            rest = again["rest"] if (again := _TOO.fullmatch(rest)) else rest
            return again["rest"] if (again := _ANOTHER.fullmatch(rest)) else rest
    return ""


def _is_like(intent: Intent, before: Action, *, is_clock: bool) -> bool:
    actions = intent.plan.actions if intent.plan is not None else ()
    if len(actions) != 1 or actions[0].tool != before.tool:
        return False
    if before.tool == "set_timer":
        # "And one for five" after one for ten minutes is none for five o'clock, and none for ten minutes.
        is_as_long = actions[0].args.get("when") == before.args.get("when")
        return not is_as_long and _is_lasting(before) == _is_lasting(actions[0])
    # What the clock is asked for stands in the words alone.
    return is_clock or dict(actions[0].args) != dict(before.args)


def _is_lasting(action: Action) -> bool:
    return length(str(action.args.get("when", ""))) is not None


def _requests(before: str, rest: str, action: Action) -> Iterator[str]:
    """The request before with ``rest`` in the place of its like, the likeliest first."""
    if action.tool == "get_time":
        yield from _of_the_clock(before, rest, str(action.args.get("what", "time")))
        return
    found = list(_WORD.finditer(before.strip(" .?!")))
    spoken = [word[0] for word in found]
    places = [at for at, word in enumerate(spoken) if at and word.casefold() in _PREPOSITIONS]
    first = rest.split()[0].casefold()
    if first in _PREPOSITIONS:
        for at in reversed([at for at in places if spoken[at].casefold() == first]):
            end = next((other for other in places if other > at), len(spoken))
            yield _joined(spoken[:at], rest, spoken[end:])
        yield _joined(spoken, rest, [])
        return
    if "folder" in action.args and folder(rest) is not None:
        yield from _requests(before, f"in {rest}", action)
    end = places[0] if places else len(spoken)
    for lead in _LEADS:
        if lead < end:
            yield _joined(spoken[:lead], rest, spoken[end:])
            if spoken[lead].casefold() in ("the", "my", "our", "a", "an", "all"):
                yield _joined(spoken[: lead + 1], rest, spoken[end:])
    if places:
        yield _joined(spoken[: places[-1] + 1], rest, [])
        yield _joined(spoken[: places[-1] + 1], f"the {rest}", [])


def _of_the_clock(before: str, rest: str, what: str) -> Iterator[str]:
    """A question of the clock with another place or day, and with the other one of both as it was."""
    asked = "what time is it" if what == "time" else "what day is it"
    place = tuple(words(rest)) if is_where(words(rest)) else tuple(words(f"in {rest}"))
    if another := of_another(before, rest):
        yield another
    elif is_day(words(rest)):
        where = _tail(before, is_place=True)
        yield f"what day is it {rest} {where}".strip()
    elif is_where(place):
        when = _tail(before, is_place=False)
        yield f"{asked} {' '.join(place) if place[1:] != tuple(words(rest)) else f'in {rest}'} {when}".strip()


def _tail(before: str, *, is_place: bool) -> str:
    """The words with which a question before ended that name a place, or a day."""
    spoken = before.strip(" .?!").split()
    for at in range(1, len(spoken)):
        tail = [word.casefold() for word in spoken[at:]]
        if is_where(tail) if is_place else is_day(tail):
            return " ".join(spoken[at:])
    return ""


def _joined(before: list[str], rest: str, after: list[str]) -> str:
    return " ".join([*before, rest, *after])
