"""Requests that need no language model (decision 8): stop, mute, status, undo, repeat, recount, volume, clock,
timers, lists, chance, what is to be remembered.

An utterance matches only as a whole, after the wake phrase and politeness are taken off, so that
"cancel my subscription email" or "what time is my appointment" go to the planner. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.planning.plan import Action, Plan
from jarvisd.lang.en.answers import confirmation_code
from jarvisd.lang.en.everyday.chance import chance_plan
from jarvisd.lang.en.everyday.clock_spans import clock_span
from jarvisd.lang.en.everyday.conversion import conversion_plan
from jarvisd.lang.en.everyday.day_spans import is_day_span
from jarvisd.lang.en.everyday.list_intents import list_plan
from jarvisd.lang.en.everyday.several_timers import names_several, several_timers
from jarvisd.lang.en.everyday.volume_intents import volume_change
from jarvisd.lang.en.everyday.year_questions import is_year_question
from jarvisd.lang.en.requests.control_words import CONTROLS, Phrase, phrases, to_spell
from jarvisd.lang.en.requests.memory_intents import corrected_plan, memory_plan
from jarvisd.lang.en.requests.mute_lengths import muted_for_s
from jarvisd.lang.en.requests.passed_on import is_taken_up, passed_on
from jarvisd.lang.en.requests.time_questions import is_day, is_where
from jarvisd.lang.en.requests.timer_intents import timer_plan
from jarvisd.lang.en.templates.conflicts import demand_apart
from jarvisd.lang.en.templates.errands import Errand, errands
from jarvisd.lang.en.templates.fitting import SentenceMatch, body, fitting, holds_another, sentence, shared
from jarvisd.lang.en.templates.wordings import wordings
from jarvisd.lang.en.values.numbers import read_number
from jarvisd.lang.en.words import strip_courtesy, words
from jarvisd.lang.intent import AddedIntents, Control, Intent
from jarvisd.lang.templates import SentenceFile, TemplateBook
from jarvisd.lang.values import Unreadable

_UNDO_SEVERAL = re.compile(
    r"(?:undo|revert|take back) (?:the |your )?last ([\w ]+?)(?: changes| steps| actions| things| ones)?"
)
_TIME = phrases(
    "what's|what_is the time [now|right_now|please]",
    "what time is it [now|right_now]",
    "what's|what_is the current time [now]",
    "tell|give me the [current] time",
    "tell me what time it is [now]",
    "do you have|know the time",
    "do you know what time it is [now]",
    "the|current time",
    "time",
    "how late is it",
)
_DATE = phrases(
    "what's|what_is the date [today]",
    "what's|what_is today's date",
    "what's|what_is the current date",
    "what date is it [today]",
    "what|which day is it [today]",
    "what|which day is today",
    "what|which day of the week is it [today]",
    "tell|give me the|today's date",
    "tell me what day it is [today]",
    "what's|what_is today",
    "today's|current date",
    "the date",
)

_DAY = phrases(
    "what|which day|date is|was|will_be",
    "what|which day|date is|will it [be]",
    "what|which day of the week is|was|will_be",
    "what's|what_is|what_was the date [on|of]",
    "what will the date be",
    "what|which day|date was it",
    "when|when's [is|was]",
    "on what|which day is",
)
"""Questions that a day follows."""

_NO_REQUEST = "read the first sentence"
_MISTAKES = (AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What the library and the reading of a file raise where content has another form than it should."""
_ANY_MOMENT = datetime(2000, 1, 1, tzinfo=timezone.utc)
_ANY_DAY = _ANY_MOMENT.date()
"""Whether words name a day, or a time of it, does not depend on the day."""


def recognise(text: str) -> Intent | None:
    """The intent of a transcript, or ``None`` when the planner has to think."""
    said = body(text)
    found = _surely(text) or _passed_on(said) or _by_sentence(said, sentence)
    if found is not None or _is_doubtful(said):
        return found
    return next(filter(None, map(_otherwise, wordings(said))), None)


def _otherwise(wording: str) -> Intent | None:
    """The intent of another wording of a request; what is to be kept is kept in its own words alone."""
    found = _by_sentence(wording, sentence) or _surely(wording)
    steps = found.plan.actions if found is not None and found.plan is not None else ()
    return None if any(step.tool == "remember" for step in steps) else found


def _is_doubtful(text: str) -> bool:
    found = sentence(text)
    return found is not None and (found.is_doubtful or found.is_part)


def added(files: Sequence[SentenceFile], tools: Mapping[str, Collection[str]]) -> AddedIntents:
    """What sentences of an administrator or of plugins ask for; ``tools`` are those there are, by their arguments.

    Raises SENTENCES_INVALID for a file with a mistake, or for what has a meaning already.
    """
    try:
        found = _Added(demand_apart(files, shared(), tools, lambda text: recognise(text) is not None, _agrees))
        # Some mistakes show when something is matched for the first time.
        found.recognise(_NO_REQUEST)
    except _MISTAKES as error:
        message = f"{', '.join(file.origin for file in files)}: {type(error).__name__}: {error}"
        raise RequestError(message, code=ErrorCode.SENTENCES_INVALID) from error
    return found


def _passed_on(text: str) -> Intent | None:
    """The intent of a request in which one step takes what another one brings."""
    steps = passed_on(text, _one_step)
    return Intent(plan=_planned(steps), sentence=f"({' > '.join(step.tool for step in steps)})") if steps else None


def _one_step(text: str) -> Action | None:
    """The one step that a request surely asks for."""
    intent = _surely(text) or _by_sentence(text, sentence)
    actions = intent.plan.actions if intent and intent.plan else ()
    return actions[0] if len(actions) == 1 else None


@dataclass(frozen=True, slots=True)
class _Added:
    templates: TemplateBook

    def recognise(self, text: str) -> Intent | None:
        """The intent of what the suite's own sentences do not fit."""
        return _by_sentence(body(text), lambda part: sentence(part) or fitting(self.templates, part))


def _agrees(text: str) -> bool:
    return confirmation_code.weigh("", text, "").is_yes


def _by_sentence(text: str, fits: Callable[[str], SentenceMatch | None]) -> Intent | None:
    """The intent of what fits sentence templates as a whole, or in every part."""
    if (one := fits(text)) is not None:
        is_sure = not (one.is_doubtful or one.is_part)
        return Intent(plan=_planned((one.action,)), sentence=one.template) if is_sure else None
    parts = errands(text, partial(_errand, fits))
    if not parts:
        return None
    templates = [part.template or f"({part.action.tool})" for part in parts]
    return Intent(plan=_planned(tuple(part.action for part in parts)), sentence=" + ".join(templates))


def _errand(fits: Callable[[str], SentenceMatch | None], text: str) -> Errand | None:
    """A part of a request: what words alone say, or else what a template does."""
    sure = _surely(text)
    if sure is not None:
        one = sure.plan.actions if sure.plan is not None else ()
        return Errand(one[0], is_free=one[0].tool == "remember") if len(one) == 1 else None
    if len(steps := passed_on(body(text), _one_step)) == 1:
        return Errand(steps[0])
    found = fits(body(text))
    return None if found is None or found.is_doubtful else Errand(found.action, found.template, found.is_free)


def _planned(actions: tuple[Action, ...]) -> Plan:
    return Plan(thought=f"use {', '.join(action.tool for action in actions)}", confidence=1.0, actions=actions)


def _surely(text: str) -> Intent | None:
    """The intent that words alone say, without templates."""
    spoken = strip_courtesy(words(text))
    if (steering := _steering(spoken)) is not None:
        return steering
    if spoken in _TIME or clock_span(text, _ANY_MOMENT) is not None:
        return Intent(plan=_get_time("time"))
    if spoken in _DATE or is_day_span(text, _ANY_DAY) or is_year_question(text, _ANY_DAY):
        return Intent(plan=_get_time("date"))
    if what := _asked_of(spoken):
        return Intent(plan=_get_time(what))
    plan = _timers(spoken, text) or list_plan(text) or conversion_plan(text) or chance_plan(text)
    if plan is None and not holds_another(body(text)):
        plan = memory_plan(text)
    return Intent(plan=plan) if plan else None


def _timers(spoken: Phrase, text: str) -> Plan | None:
    """What is surely asked of timers, of one or of several that are set."""
    return (
        several_timers(text) if names_several(text) else several_timers(text) or timer_plan(" ".join(spoken), text)
    )


def _steering(spoken: Phrase) -> Intent | None:
    """What the suite is told to do with itself."""
    for control, asking in CONTROLS.items():
        if spoken in asking:
            return Intent(control=control)
    several = _UNDO_SEVERAL.fullmatch(" ".join(spoken))
    if several and (count := _count(several[1])):
        return Intent(control=Control.UNDO, count=count)
    if (length_s := muted_for_s(spoken, CONTROLS[Control.MUTE])) is not None:
        return Intent(control=Control.MUTE, length_s=length_s)
    if wanted := to_spell(spoken):
        return Intent(control=Control.SPELL, to_spell=wanted)
    if (volume := volume_change(spoken)) is not None:
        return Intent(control=Control.VOLUME, volume=volume)
    return None


def takes_up(text: str) -> bool:
    """Whether a part of a request is about what another part brings: "read it", "delete the oldest"."""
    return is_taken_up(text)


def corrected(text: str, before: str) -> Intent | None:
    """The intent of a correction of ``before``, the request just before that told something to be kept."""
    plan = corrected_plan(text, before)
    return Intent(plan=plan) if plan else None


def _count(said: str) -> int:
    """How many changes are to be undone; 0 where no number of several is said."""
    try:
        count = read_number(said)
    except Unreadable:
        return 0
    return int(count) if count > 1 and count == int(count) else 0


def _asked_of(spoken: Phrase) -> str:
    """ "time" or "date" for a question of another place or day, which the tool reads."""
    for count in range(1, len(spoken)):
        asking, tail = spoken[:count], spoken[count:]
        if asking in _TIME and is_where(tail):
            return "time"
        if (asking in _DATE and (is_where(tail) or is_day(tail))) or (asking in _DAY and is_day(tail)):
            return "date"
    return ""


def _get_time(what: str) -> Plan:
    return Plan(thought=f"tell the {what}", confidence=1.0, actions=(Action("get_time", {"what": what}),))
